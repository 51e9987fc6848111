import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from esr_core.data.folder import folder_source
from esr_core.data.labels import label_table
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard, PreparedSet, damaged_prepared, list_prepared, read_rejected
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError, PhotoError

UNBALANCED = b"{'descr': '|u1', 'fortran_order': False, 'shape': ((2, 96, 96, 3), }"


def picture(sample: Sample) -> np.ndarray:
    if sample.id == "bad":
        raise PhotoError("bad.png shows no face")
    return np.full((96, 96, 3), int(sample.id), dtype=np.uint8)


def source(*samples: Sample) -> Source:
    return Source("toy", "Toy", "none", ("happiness", "anger"), samples, picture)


def interrupt(done, total):
    raise KeyboardInterrupt


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
    assert prepared.labels["au04"].fillna(-1).tolist() == [0.5, -1]  # the second was not coded
    assert prepared.labels["split"].isna().tolist() == [True, False]
    assert prepared.labels["frame"].tolist() == [pd.NA, 3]
    assert (card.num_pictures, card.num_rejected, card.counts) == (2, 1, (1, 1))
    np.testing.assert_allclose(card.mean, 20 / 255)
    np.testing.assert_allclose(card.std, 10 / 255)
    rejected = pd.read_csv(tmp_path / "toy" / "rejected.csv")
    assert rejected.to_dict("records") == [{"file": "bad.png", "reason": "shows no face"}]


def test_the_fingerprint_depends_on_pictures_and_labels_alone(tmp_path):
    cards = [prepare(source(*THREE), tmp_path / name) for name in ("a", "b")]
    other = prepare(source(THREE[0], Sample("30", "30.png", "happiness", subject="c")), tmp_path / "c")
    assert cards[0].fingerprint == cards[1].fingerprint != other.fingerprint


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "toy").mkdir()
    with pytest.raises(DataError, match="toy exists already"):
        prepare(source(*THREE), tmp_path / "toy")
    assert list((tmp_path / "toy").iterdir()) == []


def test_an_interrupted_preparation_is_no_prepared_set(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        prepare(source(*THREE), tmp_path / "toy", interrupt)
    assert not (tmp_path / "toy").exists()
    assert list_prepared(tmp_path) == {}


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        ((), "Toy has no samples"),
        ((THREE[0], THREE[0]), "Toy has the id 10 twice"),
        ((Sample("1", "1.png", "boredom"),), "a sample of boredom, expected one of"),
        ((Sample("1", "1.png", "anger", valence=1.5),), r"1\.png has valence 1\.5, expected a value in \[-1, 1\]"),
        ((Sample("1", "1.png", "anger", arousal=float("nan")),), r"1\.png has arousal nan"),
        ((Sample("1", "1.png", "anger", action_units={12: 2.0}),), r"1\.png has action unit 12 at 2\.0"),
        (
            (THREE[0], THREE[1]),
            r"at least two classes, got \['anger'\]; 1 were rejected, the first: bad.png shows no face",
        ),
        (
            (THREE[0], THREE[2], Sample("bad", "bad.png", split="validation")),
            "usable pictures in each part, got none in validation; 1 were rejected, the first: bad.png shows no face",
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
        ("card.json", b'{"schema_version": 1, "name": 3}', "set: name: input should be a valid string, got 3"),
        ("images.npy", None, "is not a whole prepared set"),
        ("images.npy", b"\x93NUMPY", "is not a whole prepared set"),
        ("images.npy", b"\x93NUMPY\x01\x00v\x00" + UNBALANCED.ljust(117) + b"\n", "is not a whole prepared set"),
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


@pytest.mark.parametrize(
    ("pictures", "sentence"),
    [
        (np.zeros((2, 96, 96, 3), dtype=np.float32), r"images\.npy holds float32 \(2, 96, 96, 3\), expected uint8"),
        (np.zeros((2, 48, 48, 3), dtype=np.uint8), r"images\.npy holds uint8 \(2, 48, 48, 3\)"),
        (np.zeros((5, 96, 96, 3), dtype=np.uint8), "card.json says 2 pictures, images.npy has 5"),
    ],
)
def test_pictures_of_another_kind_are_refused(pictures, sentence, tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    np.save(tmp_path / "toy" / "images.npy", pictures)
    with pytest.raises(DataError, match=sentence):
        PreparedSet.open(tmp_path / "toy")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda labels: labels.drop(columns="subject"), "labels.parquet lacks the column subject"),
        (lambda labels: labels.assign(emotion=2), "labels.parquet has emotion outside 0-1"),
    ],
)
def test_labels_that_do_not_fit_the_card_are_refused(change, sentence, tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    path = tmp_path / "toy" / "labels.parquet"
    change(pd.read_parquet(path)).to_parquet(path)
    with pytest.raises(DataError, match=sentence):
        PreparedSet.open(tmp_path / "toy")


def test_a_picture_of_another_shape_is_refused_instead_of_shifting_the_rest(tmp_path):
    odd = Source("toy", "Toy", "none", ("happiness", "anger"), THREE, lambda _: np.zeros((48, 48, 3), dtype=np.uint8))
    with pytest.raises(DataError, match=r"10\.png gave a picture of uint8 \(48, 48, 3\), expected uint8 \(96, 96, 3\)"):
        prepare(odd, tmp_path / "toy")
    assert list(tmp_path.iterdir()) == []


def test_one_single_colour_has_no_deviation_and_no_nan(tmp_path):
    flat = Source(
        "toy", "Toy", "none", ("happiness", "anger"), THREE, lambda _: np.full((96, 96, 3), 77, dtype=np.uint8)
    )
    assert prepare(flat, tmp_path / "toy").std == pytest.approx((0, 0, 0), abs=1e-6)


def test_a_link_to_nowhere_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "toy").symlink_to(tmp_path / "gone")
    with pytest.raises(DataError, match="toy exists already"):
        prepare(source(*THREE), tmp_path / "toy")
    assert (tmp_path / "toy").is_symlink()


def test_a_folder_that_cannot_take_its_name_is_reported(tmp_path):
    def occupy(done, total):
        (tmp_path / "toy" / "other").mkdir(parents=True, exist_ok=True)

    with pytest.raises(DataError, match="toy cannot be written"):
        prepare(source(*THREE), tmp_path / "toy", occupy)
    assert [path.name for path in (tmp_path / "toy").iterdir()] == ["other"]


def test_others_may_read_a_prepared_set_as_far_as_any_new_folder(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "toy").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_older_format_is_named(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    card = tmp_path / "toy" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"schema_version": 0}))
    with pytest.raises(DataError, match="schema_version 0, expected 2"):
        PreparedCard.read(tmp_path / "toy")


def test_sets_are_listed_by_folder_and_foreign_folders_left_out(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "card.json").write_text("{}")
    assert list(list_prepared(tmp_path)) == ["toy"]
    assert list_prepared(tmp_path / "nowhere") == {}


def test_a_card_that_cannot_be_read_is_one_sentence(tmp_path):
    prepare(source(*THREE), tmp_path / "toy")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "card.json").write_text("{}")
    (sentence,) = damaged_prepared(tmp_path)
    assert str(tmp_path / "other" / "card.json") in sentence


def test_a_rejected_file_called_like_a_missing_value_keeps_its_name(tmp_path):
    (tmp_path / "rejected.csv").write_text("file,reason\nNA,shows no face\n")
    assert read_rejected(tmp_path).to_numpy().tolist() == [["NA", "shows no face"]]


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
    assert "leads out of the data set's folder" in rejected["surprise/link.png"]
    assert PreparedSet.open(tmp_path / "prepared").images[0, 0, 0].tolist() == [255, 0, 0]


def test_own_class_names_come_in_alphabetical_order(tmp_path):
    for name in ("tired", "awake", "happiness"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").touch()
    assert folder_source(tmp_path).class_names == ("awake", "happiness", "tired")


def test_hidden_folders_are_no_classes(tmp_path):
    for name in ("anger", "sadness", ".ipynb_checkpoints"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").touch()
    assert folder_source(tmp_path).class_names == ("sadness", "anger")


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


def test_london_knows_its_people(london_folder):
    labels = label_table(london_source(london_folder).samples, ("neutral", "happiness"))
    people = labels.drop_duplicates("subject")
    assert people["subject_gender"].value_counts().to_dict() == {"male": 53, "female": 49}
    assert people["subject_ethnicity"].value_counts()[["white", "east asian"]].tolist() == [69, 9]
    assert people["subject_age"].value_counts().to_dict() == {"24 or younger": 42, "25 to 34": 41, "35 or older": 17}


def london_people(root, rows):
    for name in ("neutral_front/001_03.jpg", "smiling_front/001_08.jpg", "smiling_front/002_08.jpg"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "subjects.csv").write_text(f"face_id,face_age,face_gender,face_eth\n{rows}\n", encoding="utf-8")
    return london_source(root)


def test_what_is_not_known_of_a_person_is_missing(tmp_path):
    labels = label_table(london_people(tmp_path, "001,25,,white\n002,NA,NA,NA").samples, ("neutral", "happiness"))
    assert labels["subject_age"].fillna("n/a").tolist() == ["25 to 34", "25 to 34", "n/a"]
    assert labels["subject_ethnicity"].fillna("n/a").tolist() == ["white", "white", "n/a"]
    assert "subject_gender" not in labels


def test_a_table_of_people_that_is_damaged_is_named(tmp_path):
    with pytest.raises(DataError, match=r"subjects\.csv row 1 must have a number as face_age, found 'old'"):
        london_people(tmp_path, "001,old,male,white")


def test_london_links_out_of_the_folder_are_rejected(tmp_path, london_folder):
    (tmp_path / "london" / "neutral_front").mkdir(parents=True)
    (tmp_path / "london" / "smiling_front").mkdir()
    (tmp_path / "london" / "neutral_front" / "001_03.jpg").symlink_to(london_folder / "neutral_front" / "001_03.jpg")
    (tmp_path / "london" / "smiling_front" / "001_08.jpg").touch()
    (tmp_path / "london" / "smiling_front" / "._001_08.jpg").touch()  # macOS's
    source = london_source(tmp_path / "london")
    assert [sample.id for sample in source.samples] == ["001_03", "001_08"]
    with pytest.raises(PhotoError, match=r"neutral_front/001_03\.jpg leads out of the data set's folder"):
        source.picture(source.samples[0])


def test_a_folder_that_is_not_london_says_what_was_looked_for(tmp_path):
    (tmp_path / "smiles").mkdir()
    with pytest.raises(DataError, match=r"must hold neutral_front, .* named <id>_03\.jpg; found smiles"):
        london_source(tmp_path)


def test_pictures_are_found_by_their_ids_in_any_order_and_a_missing_one_is_named(prepared_faces):
    opened = PreparedSet.open(prepared_faces / "tiny")
    ids = opened.labels["id"].to_numpy()[[5, 0, 9]]
    assert opened.rows_of(ids).tolist() == [5, 0, 9]
    assert opened.rows_of([]).tolist() == []
    with pytest.raises(DataError, match="tiny must have the picture nobody, as the predictions, but has not"):
        opened.rows_of([ids[0], "nobody"])
