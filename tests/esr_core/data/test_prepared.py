import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from esr_core.data.folder import folder_source
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard, PreparedSet, list_prepared
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, PhotoError


def picture(sample: Sample) -> np.ndarray:
    if sample.id == "bad":
        raise PhotoError("bad.png shows no face")
    return np.full((96, 96, 3), int(sample.id), dtype=np.uint8)


def source(*samples: Sample) -> Source:
    return Source("toy", "Toy", "none", ("happiness", "anger"), samples, picture)


THREE = (
    Sample("10", "10.png", "anger", subject="a", valence=-0.5, action_units={4: 0.5}),
    Sample("bad", "bad.png", "anger", subject="a"),
    Sample("30", "30.png", "happiness", subject="b", split="test", frame=3),
)


def test_what_was_given_is_read_back(tmp_path):
    card = prepare(source(*THREE), tmp_path / "toy")
    prepared = PreparedSet.open(tmp_path / "toy")
    assert prepared.card == card
    assert prepared.images[:, 0, 0, 0].tolist() == [10, 30]
    assert prepared.labels["id"].tolist() == ["10", "30"]
    assert prepared.labels["emotion"].tolist() == [1, 0]
    assert prepared.labels["au04"].tolist() == [0.5, 0.0]
    assert prepared.labels["split"].isna().tolist() == [True, False]
    assert prepared.labels["frame"].tolist() == [pd.NA, 3]
    assert (card.num_pictures, card.num_rejected, card.counts) == (2, 1, (1, 1))
    np.testing.assert_allclose(card.mean, 20 / 255)
    np.testing.assert_allclose(card.std, 10 / 255)
    rejected = pd.read_csv(tmp_path / "toy" / "rejected.csv")
    assert rejected.to_dict("records") == [{"file": "bad.png", "reason": "bad.png shows no face"}]


def test_the_fingerprint_depends_on_pictures_and_labels_alone(tmp_path):
    cards = [prepare(source(*THREE), tmp_path / name) for name in ("a", "b")]
    other = prepare(source(THREE[0], Sample("30", "30.png", "happiness", subject="c")), tmp_path / "c")
    assert cards[0].fingerprint == cards[1].fingerprint != other.fingerprint


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "toy").mkdir()
    with pytest.raises(DataError, match="toy exists already"):
        prepare(source(*THREE), tmp_path / "toy")
    assert list((tmp_path / "toy").iterdir()) == []


def test_an_interrupted_preparation_leaves_nothing(tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(source(*THREE), tmp_path / "toy", interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        ((), "Toy has no samples"),
        ((THREE[0], THREE[0]), "Toy has the id 10 twice"),
        ((Sample("1", "1.png", "boredom"),), "a sample of boredom, expected one of"),
        (
            (THREE[0], THREE[1]),
            r"at least two classes, got \['anger'\]; the first of 1 rejected: bad.png shows no face",
        ),
    ],
)
def test_unusable_sources_are_named_and_leave_nothing(samples, sentence, tmp_path):
    with pytest.raises(DataError, match=sentence):
        prepare(source(*samples), tmp_path / "toy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("card.json", None, "is not a prepared set: it has no card.json"),
        ("card.json", b"{", "cannot be read as the card"),
        ("card.json", b"[]", "cannot be read as the card"),
        ("card.json", b'{"schema_version": 1, "colour": 3}', "cannot be read as the card"),
        ("images.npy", None, "is not a whole prepared set"),
        ("images.npy", b"\x93NUMPY", "is not a whole prepared set"),
        ("labels.parquet", b"PAR1", "is not a whole prepared set"),
    ],
)
def test_damaged_sets_are_refused_and_not_listed_as_whole(file, content, sentence, tmp_path):
    folder = tmp_path / "toy"
    prepare(source(*THREE), folder)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        PreparedSet.open(folder)


def test_an_older_format_is_named(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    card = tmp_path / "toy" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"schema_version": 0}))
    with pytest.raises(DataError, match="schema_version 0, expected 1"):
        PreparedCard.read(tmp_path / "toy")


def test_sets_are_listed_by_folder_and_foreign_folders_left_out(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "card.json").write_text("{}")
    assert list(list_prepared(tmp_path)) == ["toy"]
    assert list_prepared(tmp_path / "nowhere") == {}


def test_a_class_folder_keeps_the_emotions_order_and_names_what_it_rejects(tmp_path):
    for name in ("surprise", "happiness"):
        (tmp_path / "faces" / name).mkdir(parents=True)
        Image.new("RGB", (96, 96), "red").save(tmp_path / "faces" / name / "one.png")
    (tmp_path / "faces" / "surprise" / "notes.txt").write_text("not a picture")
    (tmp_path / "secret.png").write_bytes((tmp_path / "faces" / "surprise" / "one.png").read_bytes())
    (tmp_path / "faces" / "surprise" / "link.png").symlink_to(tmp_path / "secret.png")
    card = prepare(folder_source(tmp_path / "faces", whole_image=True), tmp_path / "prepared")
    assert card.class_names == ("happiness", "surprise")
    rejected = pd.read_csv(tmp_path / "prepared" / "rejected.csv").set_index("file")["reason"]
    assert "is not a picture" in rejected["surprise/notes.txt"]
    assert "is a link out of the folder" in rejected["surprise/link.png"]
    assert PreparedSet.open(tmp_path / "prepared").images[0, 0, 0].tolist() == [255, 0, 0]


def test_own_class_names_come_in_alphabetical_order(tmp_path):
    for name in ("tired", "awake", "happiness"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").touch()
    assert folder_source(tmp_path).class_names == ("awake", "happiness", "tired")


def test_a_folder_of_one_class_is_refused(tmp_path):
    (tmp_path / "anger").mkdir()
    (tmp_path / "anger" / "x.png").touch()
    with pytest.raises(DataError, match=r"at least two class-named subfolders with pictures, found \['anger'\]"):
        folder_source(tmp_path)


def test_london_has_102_people_neutral_and_smiling(london_folder):
    london = london_source(london_folder)
    assert len(london.samples) == 204
    assert len({sample.subject for sample in london.samples}) == 102
    assert [sample.emotion for sample in london.samples].count("happiness") == 102


def test_a_folder_that_is_not_london_says_what_was_looked_for(tmp_path):
    (tmp_path / "smiles").mkdir()
    with pytest.raises(DataError, match=r"must hold neutral_front/<id>_03\.jpg .*found \['smiles'\]"):
        london_source(tmp_path)
