"""``predict`` killed for real on a folder of odd pictures, and the same command again."""

import io
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from esr_core.commands import main
from esr_core.predicting.partial import whole_lines
from tests.odd_pictures import NAMES, odd_folder

PROJECT = Path(__file__).parents[3]
# A file at a time instead of 64, so that there are many moments to be killed in.
SLOWLY = """
import sys
from esr_core.commands import main
from esr_core.predicting import tables
tables.SOURCES_AT_ONCE = 1
sys.exit(main(sys.argv[1:]))
"""


def command(folder: Path, output: Path) -> list[str]:
    runs = str(PROJECT / "runs")
    return ["predict", "gallery-level3-varied", str(folder), "--output", str(output), "--runs", runs]


def kill_after(num_files: int, arguments: list[str], folder: Path) -> int:
    """Start the command, kill it once so many files of the folder are in its table; how many files are."""
    line = [sys.executable, "-c", SLOWLY, *arguments]
    victim = subprocess.Popen(line, cwd=PROJECT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while (done := num_done(folder)) < num_files:
        assert victim.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline, "it did not begin"
        time.sleep(0.005)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    return done


def num_done(folder: Path) -> int:
    """How many files have rows in the unfinished table, the last one perhaps not all of them."""
    contents = (whole_lines(path.read_bytes()) or b"file\n" for path in folder.glob("*.part"))
    return sum(len(set(pd.read_csv(io.BytesIO(content))["file"])) for content in contents)


@pytest.mark.slow
def test_killed_twice_on_odd_pictures_it_goes_on_to_the_table_of_one_that_was_not(tmp_path, monkeypatch, capsys):
    odd = odd_folder(tmp_path / "odd")
    assert main(command(odd, tmp_path / "whole.parquet")) == 0
    arguments = command(odd, tmp_path / "stopped.parquet")
    done = [kill_after(num_files, arguments, tmp_path) for num_files in (10, 30)]
    assert not (tmp_path / "stopped.parquet").exists()
    assert main(arguments) == 0
    whole, gone_on = pd.read_parquet(tmp_path / "whole.parquet"), pd.read_parquet(tmp_path / "stopped.parquet")
    pd.testing.assert_frame_equal(gone_on, whole, atol=1e-4)
    num_files = whole["file"].nunique()
    assert done[0] < done[1] < num_files == sum(not path.is_dir() for path in odd.rglob("*"))
    assert list(tmp_path.glob("*.part")) == []
    problems = whole.set_index("file")["problem"]
    without = {Path(name).name for name in problems.index[problems != ""] if "/faces/" in name}
    assert without <= {"mode 1.tif"}, "black and white dots may be no face to the cascade"
    found = {Path(name).stem for name in problems.index[problems == ""]}
    assert {name.replace("\udce9", r"\xe9") for name in NAMES} <= found
    assert (problems[[("/refused/" in name or "/links/" in name) for name in problems.index]] != "").all()
    assert (whole["file"].str.endswith("clip.mp4")).sum() > 5
