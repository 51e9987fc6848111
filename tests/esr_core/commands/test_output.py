"""What a command writes for its user takes no other file's place, and is whole or not there."""

import os
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from esr_core.commands import main
from esr_core.commands.output import require_free, write_output
from esr_core.commands.table_file import require_table_name, table_content
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.errors import ConfigError
from esr_core.networks import ESR
from esr_core.run_store import RunStore
from tests.simulated import store_simulated


@pytest.fixture(scope="module")
def store(tmp_path_factory, prepared_faces) -> RunStore:
    """A store with a finished run that has predictions, and one that has a network."""
    store = RunStore(tmp_path_factory.mktemp("output") / "runs")
    config = TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))
    store_simulated(store, "one", config, skill=0.8)
    writer = store.create(config, run_id="network")
    writer.start({})
    writer.save_network(ESR.from_config(config.network))
    writer.finish({"accuracy": 0.8})
    return store


def photograph(path: Path, index: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sample_face(index)).save(path)
    return path


def explain(store: RunStore, photo: Path, out: Path, *options: str) -> int:
    command = ["explain", str(photo), *options, "--run", "network", "--runs", str(store.root), "--out", str(out)]
    return main([*command, "--whole-image"])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_explain_leaves_the_photograph_beside_its_results(store, tmp_path):
    photo = photograph(tmp_path / "face.png", 0)
    before = photo.read_bytes()
    assert explain(store, photo, tmp_path) == 0
    assert photo.read_bytes() == before
    assert len(contents(tmp_path)) == 3


def test_results_of_two_photographs_of_one_name_lie_side_by_side(store, tmp_path):
    assert explain(store, photograph(tmp_path / "a" / "face.jpg", 0), tmp_path / "out") == 0
    first = contents(tmp_path / "out")
    assert explain(store, photograph(tmp_path / "b" / "face.jpg", 1), tmp_path / "out") == 0
    both = contents(tmp_path / "out")
    assert len(both) == 4
    assert {name: both[name] for name in first} == first


def test_several_photographs_of_one_command_have_results_of_their_own(store, tmp_path, capsys):
    photos = [photograph(tmp_path / folder / "face.jpg", index) for folder, index in (("a", 0), ("b", 1), ("c", 1))]
    out = tmp_path / "out"
    assert explain(store, photos[0], out, *map(str, photos[1:])) == 0
    assert len(contents(out)) == 4  # the same face under the same name is one
    assert capsys.readouterr().out.splitlines() == [str(path) for path in sorted(out.iterdir(), key=os.path.getmtime)]


def test_of_several_photographs_none_is_explained_where_one_cannot_be(store, tmp_path, capsys):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    assert explain(store, photograph(tmp_path / "face.png", 0), tmp_path / "out", str(broken)) == 2
    assert "broken.png" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_results_are_replaced_by_force_alone(store, tmp_path, capsys):
    photo = photograph(tmp_path / "face.png", 0)
    assert explain(store, photo, tmp_path / "out") == 0
    before = contents(tmp_path / "out")
    assert explain(store, photo, tmp_path / "out", "--method", "saliency") == 2
    sheet = next(path for path in (tmp_path / "out").glob("*.png"))
    sentence = f"error: --out {sheet} exists already: name another place, or give --force to replace it\n"
    assert capsys.readouterr().err == sentence
    assert contents(tmp_path / "out") == before
    assert explain(store, photo, tmp_path / "out", "--method", "saliency", "--force") == 0
    after = contents(tmp_path / "out")
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


def test_a_run_that_is_named_twice_is_one_run(store, tmp_path):
    assert explain(store, photograph(tmp_path / "face.png", 0), tmp_path / "out", "--run", "network") == 0
    assert len(contents(tmp_path / "out")) == 2


@pytest.mark.parametrize("command", [["evaluate", "one"], ["runs", "one", "--card"]])
def test_output_replaces_no_file_without_force(store, tmp_path, command, capsys):
    path = tmp_path / "labels.csv"
    path.write_text("the user's")
    command = [*command, "--runs", str(store.root), "--output", str(path)]
    assert main(command) == 2
    assert capsys.readouterr().err.startswith(f"error: --output {path} exists already: ")
    assert path.read_text() == "the user's"
    assert main([*command, "--force"]) == 0
    assert "run" in path.read_text()


def test_a_folder_that_is_missing_is_said_before_anything_is_measured(store, tmp_path, capsys):
    path = tmp_path / "gone" / "scores.csv"
    assert main(["evaluate", "one", "--runs", str(store.root), "--output", str(path)]) == 2
    said = capsys.readouterr()
    assert said.err == f"error: --output {path} cannot be written: there is no folder {path.parent}\n"
    assert said.out == ""


@pytest.mark.parametrize("command", ["evaluate one --output", "explain face.png --run one --out", "runs --runs"])
def test_an_empty_path_as_of_a_variable_that_is_not_set_is_no_folder(command, capsys):
    assert main([*command.split(), ""]) == 2
    assert "must not be empty: is a variable in it not set?" in capsys.readouterr().err


def test_an_ending_may_be_in_upper_case(store, tmp_path):
    for name, start in (("S.CSV", "run,"), ("S.JSON", "{")):
        assert main(["evaluate", "one", "--runs", str(store.root), "--output", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text().startswith(start)
    for name, start in (("T.CSV", b"a\n1"), ("T.Parquet", b"PAR1")):
        require_table_name("--output", Path(name))
        assert table_content(pd.DataFrame({"a": [1]}), Path(name)).startswith(start)


def test_a_link_to_nowhere_is_in_the_way_and_a_link_stays_one_by_force(tmp_path):
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    for check in (lambda: require_free("--output", [link], False), lambda: write_output("--output", link, b"x", False)):
        with pytest.raises(ConfigError, match="link exists already"):
            check()
    file.write_bytes(b"old")
    write_output("--output", link, b"new", force=True)
    assert file.read_bytes() == b"new"
    assert link.is_symlink()


def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    require_free("--output", [pipe], force=False)
    write_output("--output", pipe, b"text", force=False)
    assert os.read(reader, 10) == b"text"
    os.close(reader)


@pytest.mark.parametrize("force", [False, True])
def test_a_file_that_cannot_be_written_to_its_end_is_not_left(tmp_path, monkeypatch, force):
    path = tmp_path / "scores.csv"
    if force:
        path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match=r"--output .*scores.csv cannot be written: No space left on device"):
        write_output("--output", path, b"new", force)
    assert contents(tmp_path) == ({"scores.csv": b"old"} if force else {})
