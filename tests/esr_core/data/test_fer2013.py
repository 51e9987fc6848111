"""FER-2013 with its own labels: Kaggle's table, read as it is or refused by row."""

import re

import pytest

from esr_core.commands import main
from esr_core.data.fer2013 import fer2013_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from tests.esr_core.data.miniatures import grey_face, write

USAGES = ("Training", "Training", "PublicTest", "PrivateTest")
EMOTIONS = (3, 0, 6, 3)


def table(folder, name="fer2013.csv", emotions=EMOTIONS, header="emotion,pixels,Usage"):
    """A miniature: a picture of each row, its label and its part."""
    cells = [
        {"emotion": str(emotion), "pixels": " ".join(map(str, grey_face(row).ravel())), "Usage": usage}
        for row, (emotion, usage) in enumerate(zip(emotions, USAGES, strict=True))
    ]
    columns = [column.strip() for column in header.split(",")]
    lines = [header, *(",".join(row[column] for column in columns) for row in cells)]
    write(folder / name, "\n".join(lines) + "\n")
    return folder / name


def interrupt_after_one(done: int, _total: int) -> None:
    if done:
        raise KeyboardInterrupt


def test_kaggles_table_is_prepared_with_its_own_labels_and_parts(tmp_path):
    path = table(tmp_path / "kaggle")
    assert main(["prepare", "fer2013", str(path), str(tmp_path / "set"), "--workers", "1"]) == 0
    prepared = PreparedSet.open(tmp_path / "set")
    assert prepared.card.class_names == ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger")
    emotions = [prepared.card.class_names[position] for position in prepared.labels["emotion"]]
    assert emotions == ["happiness", "anger", "neutral", "happiness"]
    assert prepared.labels["split"].tolist() == ["train", "train", "validation", "test"]
    assert prepared.labels["id"].tolist() == [f"fer000000{row}" for row in range(4)]
    assert abs(prepared.images[1].mean() - grey_face(1).mean()) < 1


def test_a_table_that_was_repaired_is_read_again_where_preparing_was_stopped(tmp_path):
    path = table(tmp_path / "kaggle")
    whole = path.read_text()
    path.write_text(re.sub(r" \d+,Training", ",Training", whole, count=1))  # the first picture lacks a pixel
    with pytest.raises(KeyboardInterrupt):
        prepare(fer2013_source(path), tmp_path / "set", interrupt_after_one)
    path.write_text(whole)
    assert prepare(fer2013_source(path), tmp_path / "set").num_rejected == 0


def test_the_competitions_other_table_has_other_columns_first(tmp_path):
    table(tmp_path, "icml_face_data.csv", header="emotion, Usage, pixels")
    samples = fer2013_source(tmp_path).samples
    assert [sample.file for sample in samples] == [f"icml_face_data.csv row {row}" for row in range(1, 5)]
    assert fer2013_source(tmp_path).picture(samples[0]).shape == (96, 96, 3)


@pytest.mark.parametrize(
    ("emotions", "found"),
    [((3, 7, 6, 3), "found 7"), ((3, "", 6, 3), "found nothing"), ((3, "joy", 6, 3), "found joy")],
)
def test_another_label_is_refused_by_row(tmp_path, emotions, found):
    with pytest.raises(
        DataError, match=f"fer2013.csv row 2 must have emotion 0 or 1 or 2 or 3 or 4 or 5 or 6, {found}"
    ):
        fer2013_source(table(tmp_path, emotions=emotions))


def test_without_the_votes_of_fer_plus_there_are_two_ways_out(tmp_path):
    table(tmp_path)
    with pytest.raises(DataError, match=r"fer2013new.csv.*github.com/microsoft/FERPlus.*`prepare fer2013`"):
        ferplus_source(tmp_path)
