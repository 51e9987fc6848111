"""Tables of predictions against the same faces explained one by one, and their going on after a kill."""

import errno
import fcntl
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from esr_core.commands import main, predict
from esr_core.data.builtin import sample_face
from esr_core.data.prepared import PreparedSet
from esr_core.errors import ConfigError, DataError
from esr_core.opened_run import OpenedRun, open_run
from esr_core.predicting import PartialTable, find_sources, predict_tables, tables
from esr_core.video import write_drawn_clip

RUNS = Path(__file__).parents[3] / "runs"
RUN = "gallery-level3-varied"
WALL = np.full((100, 100, 3), 128, dtype=np.uint8)


@pytest.fixture(scope="module")
def run() -> OpenedRun:
    return open_run(RUN, RUNS)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two faces, one under a name that looks like a number; a wall, a torn picture and a note."""
    folder = tmp_path / "faces"
    (folder / "below").mkdir(parents=True)
    Image.fromarray(sample_face(0)).save(folder / "007.png")
    Image.fromarray(sample_face(1)).save(folder / "below" / "b, 2.jpg", quality=95)
    Image.new("RGB", (200, 200), "grey").save(folder / "wall.png")
    (folder / "torn.jpg").write_bytes((folder / "below" / "b, 2.jpg").read_bytes()[:2000])
    (folder / "notes.txt").write_text("no picture")
    return folder


def command(folder: Path, output: Path, *options: str) -> list[str]:
    return ["predict", RUN, str(folder), "--output", str(output), "--runs", str(RUNS), *options]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_folder_gives_a_row_for_each_face_and_for_each_file_without_one(run, folder, tmp_path, ending):
    output = tmp_path / f"table.{ending}"
    assert main(command(folder, output)) == 0
    table = pd.read_csv(output) if ending == "csv" else pd.read_parquet(output)
    assert [Path(name).name for name in table["file"]] == ["007.png", "b, 2.jpg", "torn.jpg", "wall.png"]
    problems = table["problem"].fillna("")
    assert problems[problems != ""].str.contains("torn|no face is found").all()
    for name, row in table[problems == ""].set_index("file").iterrows():
        found = run.explain(name)
        assert (row["vote"], row["face"], row["votes"] <= 4) == (found.vote, 1, True)
        expected = found.table.loc["branch 2"].to_numpy(dtype=float)
        np.testing.assert_allclose([row[f"b2_{each}"] for each in run.class_names], expected, atol=1e-3)
        mean = found.table.loc["mean"].to_numpy(dtype=float)
        np.testing.assert_allclose([row[f"mean_{each}"] for each in run.class_names], mean, atol=1e-3)
        names = found.table.drop(index="mean").to_numpy(dtype=float).argmax(axis=1)
        pairs = [(a, b) for a in range(4) for b in range(a)]
        assert row["disagreement"] == pytest.approx(np.mean([names[a] != names[b] for a, b in pairs]))
    assert list(tmp_path.glob("*.part")) == []


def test_columns_have_the_same_types_whether_faces_are_found_or_not(run, folder, tmp_path):
    types = []
    for name in ("007.png", "wall.png"):
        columns = tables.table_columns(run.network)
        with PartialTable(tmp_path / f"{name}.csv", columns, tables.COLUMN_TYPES) as table:
            for _, rows in predict_tables(find_sources([folder / name]), run.network, "haar"):
                table.append(rows)
            types.append(table.read().dtypes)
    pd.testing.assert_series_equal(*types)


def test_faces_of_the_next_files_are_looked_for_while_the_network_is_asked(run, folder, monkeypatch):
    monkeypatch.setattr(tables, "SOURCES_AT_ONCE", 1)
    steps: list[str] = []
    monkeypatch.setattr(tables, "read_photograph", lambda path, name: (steps.append(f"read {path.name}"), WALL)[1])
    asked = tables.answers_of
    monkeypatch.setattr(tables, "answers_of", lambda *of: (steps.append("ask"), asked(*of))[1])
    results = predict_tables(find_sources([folder]), run.network, "haar", num_threads=1)
    next(results)
    results.close()  # waits for the thread that reads
    assert {"read 007.png", "read b, 2.jpg", "ask"} == set(steps), "of four files"


def test_a_prepared_set_is_asked_without_looking_for_faces(run, prepared_faces, monkeypatch):
    monkeypatch.setattr("esr_core.predicting.tables.SOURCES_AT_ONCE", 5)
    (card,) = prepared_faces.glob("*/card.json")
    tables = list(predict_tables(find_sources([card.parent])[:7], run.network, "haar"))
    table = pd.concat([rows for _, rows in tables])
    assert [done for done, _ in tables] == [5, 2]
    prepared = PreparedSet.open(card.parent)
    assert table["vote"].tolist() == run.predict(list(prepared.images[:7])).tolist()
    assert table["file"].iloc[0].endswith(f"/{prepared.labels['id'].iloc[0]}")


def test_a_video_has_a_row_for_each_face_in_each_frame(run, tmp_path):
    write_drawn_clip(tmp_path / "clip.mp4")
    ((_, table),) = predict_tables(find_sources([tmp_path]), run.network, "haar")
    assert table["time_s"].is_monotonic_increasing
    assert len(table) > 5
    assert set(table["file"]) == {str(tmp_path / "clip.mp4")}


def test_a_killed_prediction_goes_on_and_gives_the_same_table(folder, tmp_path, monkeypatch, capsys):
    assert main(command(folder, tmp_path / "whole.csv")) == 0
    monkeypatch.setattr("esr_core.predicting.tables.SOURCES_AT_ONCE", 1)
    asked: list[str] = []

    def until_the_third(sources, *rest):
        for done, table in predict_tables(sources, *rest):
            asked.extend(table["file"])
            yield done, table
            if len(asked) == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(predict, "predict_tables", until_the_third)
    output = tmp_path / "stopped.csv"
    assert main(command(folder, output)) == 130
    (partial,) = tmp_path.glob("stopped.csv.*.part")
    partial.write_bytes(partial.read_bytes()[:-3])  # torn, as by a kill in the middle of a row
    assert not output.exists()
    monkeypatch.setattr(predict, "predict_tables", predict_tables)
    assert main(command(folder, output)) == 0
    pd.testing.assert_frame_equal(pd.read_csv(output), pd.read_csv(tmp_path / "whole.csv"), atol=1e-4)
    assert "3 files, 3 rows" in capsys.readouterr().err, "the torn one, the one before it, and the last"
    assert not partial.exists()


def test_rows_of_files_that_are_not_asked_about_any_more_are_left_out(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("esr_core.predicting.tables.SOURCES_AT_ONCE", 1)

    def stopped(sources, *rest):
        yield from list(predict_tables(sources, *rest))[:3]
        raise KeyboardInterrupt

    monkeypatch.setattr(predict, "predict_tables", stopped)
    output = tmp_path / "table.csv"
    assert main(command(folder, output)) == 130
    monkeypatch.setattr(predict, "predict_tables", predict_tables)
    assert main(command(folder / "wall.png", output)) == 0
    assert pd.read_csv(output)["file"].tolist() == [str(folder / "wall.png")]


def test_a_table_that_is_there_is_not_replaced(folder, tmp_path, capsys):
    output = tmp_path / "mine.csv"
    output.write_text("mine")
    assert main(command(folder, output)) == 2
    assert "exists already" in capsys.readouterr().err
    assert output.read_text() == "mine"
    assert main(command(folder / "007.png", output, "--force")) == 0
    assert output.read_text() != "mine"


@pytest.mark.parametrize(("name", "sentence"), [("x.txt", "--output must end in .csv or .parquet, got x.txt")])
def test_other_kinds_of_table_are_refused(folder, tmp_path, name, sentence, capsys):
    assert main(command(folder, tmp_path / name)) == 2
    assert sentence in capsys.readouterr().err


def test_what_is_no_source_is_named(tmp_path):
    with pytest.raises(
        DataError, match="nowhere must be a picture, a video, a folder or a prepared set, found nothing"
    ):
        find_sources([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty must hold pictures or videos"):
        find_sources([tmp_path / "empty"])


def test_a_file_that_is_meant_twice_is_asked_about_once(folder):
    sources = find_sources([folder / "007.png", folder, folder])
    assert [Path(source.name).name for source in sources] == ["007.png", "b, 2.jpg", "torn.jpg", "wall.png"]


def test_rows_torn_within_a_name_of_two_lines_are_left_out(tmp_path):
    columns, types = ["file", "vote"], {"file": str, "vote": str}
    rows = pd.DataFrame({"file": ["a", "b", "line\nbreak"], "vote": ["fear", 'a "b"', "anger"]})
    with PartialTable(tmp_path / "a.part", columns, types) as table:
        table.append(rows)
    content = (tmp_path / "a.part").read_bytes()
    (tmp_path / "a.part").write_bytes(content[: content.rindex(b"break") + 2])
    with PartialTable(tmp_path / "a.part", columns, types) as again:
        assert again.done == {"a"}, "of b, the last whole row, more rows may be missing"
    assert (tmp_path / "a.part").read_bytes() == b"file,vote\na,fear\n"


def test_what_is_gone_on_from_is_there_whenever_the_going_on_is_killed(tmp_path, monkeypatch):
    with PartialTable(tmp_path / "a.part", ["file"], {"file": str}) as table:
        table.append(pd.DataFrame({"file": ["a", "b"]}))
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("killed", pytrace=False))
    with pytest.raises(pytest.fail.Exception):
        PartialTable(tmp_path / "a.part", ["file"], {"file": str})
    assert (tmp_path / "a.part").read_bytes() == b"file\na\n"


def test_of_two_predictions_into_one_file_the_second_is_refused_and_harms_nothing(tmp_path):
    with PartialTable(tmp_path / "a.part", ["file"], {"file": str}) as first:
        first.append(pd.DataFrame({"file": ["a"]}))
        with pytest.raises(ConfigError, match="is being written by another prediction; wait for it, or name"):
            PartialTable(tmp_path / "a.part", ["file"], {"file": str})
        first.append(pd.DataFrame({"file": ["b"]}))
        assert list(first.read()["file"]) == ["a", "b"]
    with PartialTable(tmp_path / "a.part", ["file"], {"file": str}) as second:
        assert second.done == {"a"}
        second.remove()
    assert list(tmp_path.iterdir()) == []


def test_storage_without_locks_is_written_to_all_the_same(tmp_path, monkeypatch):
    def unlocked(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unlocked)
    with PartialTable(tmp_path / "a.part", ["file"], {"file": str}) as table:
        table.append(pd.DataFrame({"file": ["a"]}))
        assert list(table.read()["file"]) == ["a"]


def test_a_partial_table_of_other_columns_is_not_gone_on_from(tmp_path):
    with PartialTable(tmp_path / "a.part", ["file", "vote"], {"file": str}) as table:
        table.append(pd.DataFrame({"file": ["x"]}))
    with pytest.raises(ConfigError, match="must have the columns of this prediction; delete it to begin anew"):
        PartialTable(tmp_path / "a.part", ["file", "other"], {"file": str})
    for damaged in (b"file,face\nx,\0\0\n", b"file,face\n\xff,1\n", b"file,face\nx,1,2\ny,1,2,3\n"):
        (tmp_path / "a.part").write_bytes(damaged)
        with pytest.raises(ConfigError, match="delete it to begin anew"):
            PartialTable(tmp_path / "a.part", ["file", "face"], {"file": str, "face": "Int64"})
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory"):
        PartialTable(tmp_path / "none" / "a.part", ["file"], {"file": str})
