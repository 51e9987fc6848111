import re
import shutil
from unittest.mock import Mock

import numpy as np
import pytest

from app.data.data_choice import first_shown
from app.shell import settings
from esr_core.data.affectnet import affectnet_source
from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample, Source
from esr_core.errors import PhotoError
from tests.app.conftest import charts, html, open_page, sentences
from tests.esr_core.data import miniatures
from tests.planted import as_made_before, planted_set

BLACK = np.zeros((96, 96, 3), dtype=np.uint8)


def black(sample: Sample) -> np.ndarray:
    if sample.file.endswith("bad.png"):
        raise PhotoError(f"{sample.file} shows no face")
    picture = BLACK.copy()
    picture.flat[: len(sample.id)] = list(sample.id.encode())  # no two are the same
    return picture


def prepare_own(samples: list[Sample], class_names: tuple[str, ...] = ("fear", "anger"), **about) -> None:
    """A prepared set ``own`` of nearly black pictures."""
    source = Source("own", "Own", "none", class_names, samples, black, **about)
    prepare(source, settings.prepared_root() / "own")


def captions(app) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", caption.value) for caption in app.caption]


def shown(app) -> list[str]:
    """Class of each picture of the grid, as HTML."""
    return re.findall(r'<figure class="esr-tile" title="[^"]*"><img [^>]*><div>([^<]*)</div>', html(app))


@pytest.fixture
def faces(store, prepared_faces, monkeypatch):
    """The page on ten drawn people posing every emotion once."""
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    return open_page("data")


def test_nothing_prepared_is_one_sentence_and_one_button_that_draws_faces(store, monkeypatch):
    monkeypatch.setattr("esr_core.trainer.demonstration.NUM_SUBJECTS", 2)
    app = open_page("data")
    assert len(app.main.info) == 1
    (button,) = app.main.button
    button.click().run()
    assert not app.exception
    assert app.metric[0].value == "56"  # two people, seven sequences of four frames


def test_a_set_is_shown_with_its_numbers_and_its_origin(faces):
    assert not faces.exception
    assert [metric.value for metric in faces.metric] == ["280", "0", "0", "0", "10"]
    assert any(
        "difficulty easy · seed 0 · subjects 10 · sequences 7 · licence MIT" in caption for caption in captions(faces)
    )


def test_samples_are_filtered_by_class_and_subject_and_others_can_be_asked_for(faces):
    assert len(shown(faces)) == 24
    assert "24 of 280 pictures; point at one for all its labels." in captions(faces)
    first = html(faces)
    next(button for button in faces.button if button.label == "Show others").click().run()
    assert len(shown(faces)) == 24
    assert html(faces) != first
    faces.selectbox(key="data-class-tiny").select_index(5).run()  # any, then the classes in their order
    assert set(shown(faces)) == {"fear"}
    faces.selectbox(key="data-subject-tiny").select("p003").run()
    assert shown(faces) == ["fear"] * 3
    assert not faces.exception


def test_all_of_a_few_pictures_are_shown_however_often_others_were_asked_for_among_more():
    box = Mock(**{"button.return_value": True})
    assert [first_shown(box, "others", count=40, most=24) for _ in range(3)] == [24, 8, 32]
    box.button.return_value = False
    assert first_shown(box, "others", count=10, most=24) == 0


def test_one_of_very_many_subjects_is_asked_for_by_name(store):
    """A list of forty thousand took the browser seconds at every click."""
    prepare_own([Sample(str(n), f"{n}.png", ("anger", "fear")[n % 2], subject=f"s{n}") for n in range(600)])
    app = open_page("data")
    assert [box.label for box in app.main.selectbox] == ["Prepared set", "Class"]
    app.text_input(key="data-subject-own").set_value(" s17 ").run()
    assert shown(app) == ["fear"]
    app.text_input(key="data-subject-own").set_value("s600").run()
    assert not app.exception
    assert "No picture passes these filters." in captions(app)


def test_classes_have_their_fixed_colours_and_a_bar_for_each_part(store, tmp_path):
    prepare(ferplus_source(miniatures.fer_plus_folders(tmp_path / "fer")), settings.prepared_root() / "fer")
    bars = charts(open_page("data"))[0]
    assert bars["layout"]["yaxis"]["ticktext"][:2] == ["neutral", "happiness"]
    assert {bar["marker"]["color"][1] for bar in bars["data"]} == {"#e69f00"}
    assert bars["layout"]["xaxis"]["title"]["text"].endswith("train, validation, test")


def test_own_classes_are_shown_as_they_are_called(store):
    names = ("<b>bold</b>", "mildly-sceptical-eyebrow-raise-with-a-hint-of-amusement")
    prepare_own([Sample(str(n), f"{n}.png", names[n % 2]) for n in range(6)], names)
    app = open_page("data")
    assert set(shown(app)) == {"&lt;b&gt;bold&lt;/b&gt;", names[1]}
    (bars,) = charts(app)
    assert bars["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;bold&lt;/b&gt;", "mildly-sceptical-eyebrow-rais…"]
    assert len(set(bars["data"][0]["marker"]["color"])) == 2


def test_without_subjects_parts_votes_and_affect_only_what_is_known_is_shown(store):
    prepare_own([Sample(str(n), f"{n}.png", ("anger", "fear")[n % 2]) for n in range(4)])
    app = open_page("data")
    assert [metric.value for metric in app.metric] == ["4", "0", "0", "0", "not known"]
    assert len(charts(app)) == 1
    assert [box.label for box in app.main.selectbox] == ["Prepared set", "Class"]
    assert [heading.value for heading in app.subheader] == [
        "How many pictures has each class?",
        "What do they look like?",
    ]


def test_pictures_of_each_subject_are_counted_and_a_confounded_set_is_said(store):
    people = ["ann", "ann", "ben", "ann"]
    samples = [
        Sample(str(n), f"{n}.png", {"ann": "fear", "ben": "anger"}[who], subject=who, split=("train", "test")[n % 2])
        for n, who in enumerate(people)
    ]
    prepare_own(samples)
    app = open_page("data")
    assert "2 subjects with 1 to 3 pictures, 2 in the middle." in captions(app)
    table = next(frame.value for frame in app.dataframe if "subject" in frame.value)
    assert table.to_dict("list") == {"subject": ["ann", "ben"], "pictures": [3, 1], "classes": [1, 1], "parts": [2, 1]}
    assert charts(app)[1]["data"][0]["customdata"] == ["1", "2", "3"]  # pictures of one subject
    assert "Each subject shows one class only" in sentences(app)
    assert "1 subject is in more than one part" in sentences(app)


def test_what_was_rejected_and_skipped_is_named_with_its_reason(store):
    samples = [Sample(str(n), f"{n}{'bad' if n == 2 else ''}.png", ("anger", "fear")[n % 2]) for n in range(4)]
    prepare_own(samples, skipped={"blurred": 7})
    app = open_page("data")
    reasons, files = (frame.value.to_numpy().tolist() for frame in app.dataframe)
    assert reasons == [["shows no face", "files rejected", 1], ["blurred", "entries skipped", 7]]
    assert files == [["2bad.png", "shows no face"]]
    assert "1 of 4 pictures were rejected" in sentences(app)


def test_annotators_votes_are_shown_and_disputed_pictures_found(store, tmp_path):
    prepare(ferplus_source(miniatures.fer_plus_folders(tmp_path / "fer")), settings.prepared_root() / "fer")
    app = open_page("data")
    assert (
        "They agree most on happiness, where 90.0 % chose alike on average, and least on neutral, 80.0 %."
        in captions(app)
    )
    assert charts(app)[1]["layout"]["yaxis"]["ticktext"][-1].startswith("no class")
    app.selectbox(key="data-order-fer").select("most disputed first").run()
    assert shown(app)[0] == "no class"


def test_rated_pictures_lie_in_the_affect_plane_with_means_beside(store, tmp_path):
    prepare(affectnet_source(miniatures.affectnet_first(tmp_path / "an")), settings.prepared_root() / "an")
    app = open_page("data")
    plane = charts(app)[-1]
    assert {trace["name"] for trace in plane["data"]} == {"neutral", "happiness", "contempt"}
    assert plane["layout"]["xaxis"]["title"]["text"] == "valence"
    means = next(frame.value for frame in app.dataframe if "valence" in frame.value)
    assert not means.astype(str).apply(lambda column: column.str.contains("nan")).any(axis=None)


def test_the_set_is_in_the_address_and_an_unknown_one_is_said(store, prepared_faces, monkeypatch):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    assert not open_page("data", set="tiny").warning
    app = open_page("data", set="../../etc")
    assert not app.exception
    assert "There is no prepared set ../../etc." in sentences(app)
    assert app.metric[0].value == "280"


def test_a_folder_that_cannot_be_read_is_said_with_the_reason(store):
    folder = settings.prepared_root() / "torn"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{")
    app = open_page("data")
    assert not app.exception
    assert "card.json cannot be read as the card of a prepared set" in sentences(app)


def test_a_lost_list_of_rejected_files_is_one_sentence(store):
    prepare_own([Sample(str(n), f"{n}.png", ("anger", "fear")[n % 2]) for n in range(4)], skipped={"blurred": 7})
    (settings.prepared_root() / "own" / "rejected.csv").unlink()
    app = open_page("data")
    assert not app.exception
    assert "rejected.csv cannot be read" in sentences(app)


def pairs(app) -> list[tuple[str, str]]:
    """Classes and parts of the two pictures of each pair."""
    twins = html(app).partition('data-testid="pair-grid"')[2]
    words = re.findall(r'<div>([^<]*)</div><div class="faint">([^<]*)</div>', twins)
    lines = [f"{class_name} {part}" for class_name, part in words]
    return list(zip(lines[::2], lines[1::2], strict=True))


def test_duplicates_are_shown_in_pairs_with_different_classes_first(store):
    planted_set(settings.prepared_root() / "planted")
    app = open_page("data")
    assert not app.exception
    assert app.metric[2].value == "5"
    assert pairs(app) == [
        ("happiness train", "anger validation"),
        ("anger train", "anger test"),
        ("anger validation", "anger test"),
        ("happiness train", "no class test"),
        ("anger train", "anger train"),
    ]
    about = "5 of 10 pictures are the same to the pixel as an earlier one, 1 of them with another class"
    assert any(caption.startswith(about) for caption in captions(app))
    kinds = next(control for control in app.button_group if control.key == "data-duplicates-planted")
    assert kinds.options == ["all: 5", "different classes: 1", "different parts: 4"]
    kinds.set_value("different classes").run()
    assert pairs(app) == [("happiness train", "anger validation")]


def test_other_pairs_can_be_asked_for_until_all_were_shown(store):
    samples = [Sample(str(n), f"{n}.png", ("anger", "fear")[n // 2 % 2]) for n in range(60)]
    source = Source("own", "Own", "none", ("fear", "anger"), samples, lambda sample: BLACK + int(sample.id) // 2)
    prepare(source, settings.prepared_root() / "own")
    app = open_page("data")
    shown_pairs = []
    for _ in range(3):
        shown_pairs.append(len(pairs(app)))
        first = html(app)
        next(button for button in app.button if button.key.startswith("data-other-pairs")).click().run()
        assert html(app) != first
    assert shown_pairs == [12, 12, 6]
    assert len(pairs(app)) == 12


def test_of_a_set_made_before_it_is_said_that_duplicates_are_not_marked(store):
    folder = settings.prepared_root() / "planted"
    as_made_before(planted_set(folder))
    app = open_page("data")
    assert not app.exception
    assert app.metric[2].value == "not marked"
    assert "Prepare the set again to mark them" in app.metric[2].help
    assert "pair-grid" not in html(app)
    shutil.rmtree(folder)
    planted_set(folder)
    assert open_page("data").metric[2].value == "5"
    assert len(pairs(open_page("data"))) == 5  # though the fingerprint stayed
