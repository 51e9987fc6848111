"""Whatever the operating system refuses is one sentence on standard error, in every command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from esr_core.commands import main
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.errors import ConfigError, as_sentence
from esr_core.networks import ESR
from esr_core.run_store import RunStore

PLACES = {"a file": "file", "below a file": "file/x", "a name too long": "a" * 300, "a link to itself": "loop"}
COMMANDS = [
    "prepare builtin @ --subjects 3 --workers 1",
    "prepare folder @ set",
    "prepare folder faces set --labels @",
    "prepare ferplus @ set",
    "prepare affectnet @ set",
    "prepare ck+ @ set",
    "prepare london @ set",
    "train --data tiny --runs @ --precision float32",
    "train --data @ --runs new",
    "train --demo --prepared @ --runs new",
    "train --resume one --runs @",
    "train --data tiny --runs @ --levels 1,2 --precision float32",
    "gallery --data tiny --runs @ --only gallery-single",
    "explain @ --run one --out new",
    "explain faces/face.png --whole-image --run one --out @",
    "explain faces/face.png --whole-image --run one --runs @ --out new",
    "evaluate one --runs @",
    "evaluate one --data @",
    "runs one --card --output @",
    "runs one --runs @",
    "runs --runs @",
    "runs --check --runs @",
    "jobs list --runs @",
    "jobs submit --data tiny --runs @",
    "jobs worker --runs @ --until-idle 0",
    "jobs stop one --runs @",
    "jobs resume one --runs @",
    "jobs priority 1 one --runs @",
    "jobs pause --runs @",
    "jobs go-on --runs @",
]


@pytest.fixture
def folder(tmp_path, prepared_faces, monkeypatch) -> Path:
    """The working folder: a run with a network, a prepared set, a photograph, and what is in the way."""
    monkeypatch.chdir(tmp_path)
    Path("faces").mkdir()
    Image.fromarray(sample_face(0)).save("faces/face.png")
    Path("tiny").symlink_to(prepared_faces / "tiny")
    Path("file").write_text("in the way")
    Path("loop").symlink_to("loop")
    config = TrainingConfig(data="tiny", network=NetworkConfig(num_branches=2))
    writer = RunStore("runs").create(config, run_id="one")
    writer.start({})
    writer.save_network(ESR.from_config(config.network))
    writer.cancel()
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_cannot_be_used_is_one_sentence(folder, command, capsys):
    for kind, place in PLACES.items():
        assert main(command.replace("@", place).split()) == 2, kind
        error = capsys.readouterr().err
        assert error.startswith("error: "), kind
        assert error.count("\n") == 1, kind
        assert "[Errno" not in error, kind


def run(command: str, **streams: object) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    words = [sys.executable, "-m", "esr_core", *command.split()]
    return subprocess.run(words, env=environment, stderr=subprocess.PIPE, text=True, check=False, **streams)


def test_a_pipe_that_is_closed_early_ends_a_command_without_a_word(folder):
    reader, writer = os.pipe()
    os.close(reader)
    assert run("runs --help", stdout=writer).stderr == ""
    done = run("runs", stdout=writer)
    assert (done.returncode, done.stderr) == (141, "")
    os.close(writer)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_command_started_without_its_streams_prints_into_nothing(folder, monkeypatch, stream):
    monkeypatch.setattr(sys, stream, None)
    assert main(["runs"]) == 0
    assert main(["runs", "nosuch"]) == 2
    getattr(sys, stream).close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_output_that_is_full_is_one_sentence(folder):
    with Path("/dev/full").open("w") as full:
        done = run("runs", stdout=full)
    assert (done.returncode, done.stderr) == (2, "error: a file cannot be used: No space left on device\n")


def test_a_name_that_is_not_utf8_is_printed(folder, capsys):
    name = os.fsdecode(b"caf\xe9.png")
    Path("faces/face.png").rename(name)
    assert main(["explain", name, "--run", "one", "--whole-image", "--out", "out"]) == 0
    assert r"caf\udce9-" in capsys.readouterr().out


def test_an_error_of_the_operating_system_names_its_file():
    with pytest.raises(OSError, match="No such file") as caught:
        Path("/nowhere/at/all").read_bytes()
    assert as_sentence(caught.value) == "/nowhere/at/all cannot be used: No such file or directory"
    assert as_sentence(ConfigError("epochs must be positive")) == "epochs must be positive"
