"""What can be asked about a face below its maps, through the page that shows it."""

from base64 import b64decode

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from app import answers
from app.faces.markable_picture import _box
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.explanations import (
    AttributionSettings,
    Edits,
    FaithfulnessSettings,
    compare_branches,
    edited,
    explain,
    mean_agreement,
    region_mask,
)
from esr_core.metrics import probabilities
from esr_core.records import FaceBox
from tests.app.conftest import charts, open_page, sentences, store_run

pytestmark = pytest.mark.usefixtures("narrow_networks")


@pytest.fixture
def few_steps(monkeypatch):
    """Few steps and random maps: what is tested is the page."""
    monkeypatch.setattr(
        "app.faces.sections.trust.FaithfulnessSettings",
        lambda deletion_baseline: FaithfulnessSettings(2, deletion_baseline, random_maps=2),
    )


def ask(question: str, *runs: str) -> AppTest:
    """The Faces page with one of its questions."""
    app = open_page("faces", runs=",".join(runs), face="sample-0")
    return app.segmented_control(key="face_section").set_value(question).run()


def headers(app: AppTest) -> list[str]:
    return [header.value for header in app.main.header]


def test_each_run_has_curves_numbers_words_and_a_randomisation(store, few_steps):
    store_run(store, "esr", branches=2)
    store_run(store, "single", branches=1)
    app = ask("Can one trust them?", "esr", "single")
    assert not app.exception
    assert headers(app) == [r"ESR-2 level 3 varied (esr)", "single network (single)"]
    assert len(charts(app)) == 4
    tables = [frame.value for frame in app.main.dataframe]
    assert [len(table) for table in tables] == [3, 1], "two branches and the ensemble; a single network"
    assert list(tables[0].columns) == [
        "map", "deletion", "deletion, random", "deletion, centre",
        "insertion", "insertion, random", "insertion, centre", "randomised",
    ]  # fmt: skip
    words = [text.value for text in app.main.markdown if "the map" in text.value]
    assert [text.count("the map") for text in words] == [3, 1]


def test_the_numbers_of_a_branch_are_the_areas_of_its_curves(store, few_steps):
    store_run(store, "esr", branches=2)
    table = ask("Can one trust them?", "esr").main.dataframe[0].value
    crop = answers.crop("sample-0", answers.faces("sample-0")[0])
    maps = answers.face_maps("esr", crop, AttributionSettings())
    measured = answers.faithfulness("esr", crop, maps, FaithfulnessSettings(2, random_maps=2))
    expected = [f"{area:.2f}".replace("nan", "n/a") for area in measured.area(measured.own.deletion)]
    assert len(expected) == 3
    assert table["deletion"].tolist() == expected
    assert table["map"].tolist()[2].startswith("ensemble: ")


def test_a_branch_without_positive_evidence_is_said_to_have_none_and_shows_no_number(store, few_steps):
    store_run(store, "esr", branches=2)
    network = store.load_network("esr")
    for parameter in network.branches[1].classifier.parameters():
        torch.nn.init.constant_(parameter, -1.0)
    network.branches[1].classifier.bias.data[2] = 0.0
    store_network(store, "against", network)
    app = ask("Can one trust them?", "against")
    assert app.main.dataframe[0].value["deletion"].tolist()[1] == "n/a"
    assert any("is empty: there is no positive evidence to test" in text.value for text in app.main.markdown)
    assert "nan" not in "".join(app.main.dataframe[0].value.to_numpy().ravel())


def store_network(store, run_id, network):
    """A run with these weights."""
    store_run(store, run_id, branches=len(network.branches), trained=len(network.branches))
    store.writer(run_id).save_network(network)


def test_without_an_edit_nothing_moves(store):
    store_run(store, "esr", branches=3)
    app = ask("What if ...?", "esr")
    assert "Nothing is changed yet" in sentences(app)
    *_, chart = charts(app)
    for before, after in pairs(chart):
        assert before == after
    assert any("The vote stays with" in caption.value for caption in app.main.caption)


def pairs(chart: dict) -> list[tuple]:
    """What is drawn before and after, column by column."""
    dots = {name: [t["x"] for t in chart["data"] if t.get("name") == name] for name in ("before", "after")}
    return list(zip(dots["before"], dots["after"], strict=True))


def test_an_edit_moves_what_the_branches_say_and_undoing_it_moves_it_back(store):
    store_run(store, "esr", branches=2)
    app = ask("What if ...?", "esr")
    next(slider for slider in app.main.slider if slider.label == "Brightness").set_value(0.3).run()
    assert "Nothing is changed" not in sentences(app)
    crop = answers.crop("sample-0", answers.faces("sample-0")[0])
    shown = answers.explanation("esr", edited(crop, Edits(brightness=0.3)))
    *_, chart = charts(app)
    drawn = pairs(chart)
    assert len(drawn) == 3  # two branches and the votes
    np.testing.assert_allclose(decoded(drawn[1][1]), probabilities(shown.logits)[1], rtol=1e-5)
    next(button for button in app.main.button if button.label == "Undo all").click().run()
    assert "Nothing is changed yet" in sentences(app)


def test_a_named_region_is_hidden_as_the_face_has_it(store):
    store_run(store, "esr", branches=2)
    app = ask("What if ...?", "esr")
    next(box for box in app.main.multiselect if box.label == "Hide regions").set_value(["mouth"]).run()
    assert not app.exception
    crop = answers.crop("sample-0", answers.faces("sample-0")[0])
    hidden = region_mask(answers.face_parts("sample-0", crop).parts, ["mouth"])
    shown = answers.explanation("esr", edited(crop, Edits(), hidden))
    *_, chart = charts(app)
    np.testing.assert_allclose(decoded(pairs(chart)[0][1]), probabilities(shown.logits)[0], rtol=1e-5)


def decoded(sent: dict) -> np.ndarray:
    """Plotly's typed array."""
    return np.frombuffer(b64decode(sent["bdata"]), sent["dtype"])


def test_valence_and_arousal_are_shown_where_a_run_has_them(store):
    store_run(store, "wild", level=8, architecture="wild", affect_head=True)
    store_run(store, "lab")
    app = ask("What if ...?", "wild", "lab")
    assert not app.exception
    assert sum("Where do valence and arousal move?" in header.value for header in app.main.subheader) == 1


@pytest.mark.parametrize(
    ("across", "down", "expected"),
    [
        ([10.2, 20.7], [5.5, 8.1], FaceBox(10, 5, 11, 4)),
        ([20.7, 10.2], [8.1, 5.5], FaceBox(10, 5, 11, 4)),
        ([-8.0, 300.0], [-1.0, 96.0], FaceBox(0, 0, 96, 96)),
    ],
)
def test_a_dragged_box_holds_all_pixels_it_touches(across, down, expected):
    assert _box(across, down, 96, 96) == expected


def test_branches_are_compared_at_the_face_and_a_single_network_has_none(store):
    store_run(store, "esr", branches=3)
    store_run(store, "single", branches=1)
    app = ask("Do they look alike?", "esr", "single")
    assert not app.exception
    assert "This network has one branch: there is none to compare it with." in sentences(app)
    (chart,) = charts(app)
    titles = [note["text"] for note in chart["layout"]["annotations"]]
    assert titles == ["rank correlation of the maps", "overlap of their strongest 20 %", "same prediction"]


def test_without_its_prepared_set_a_run_says_why_it_cannot_be_compared_over_the_test_part(store):
    store_run(store, "esr", trained=2)
    store.writer("esr").save_parts({"test": ["a", "b"]})
    app = ask("Do they look alike?", "esr")
    next(button for button in app.main.button if "whole test part" in button.label).click().run()
    assert not app.exception
    assert "The branches cannot be compared over the test part: toy is not a prepared set" in sentences(app)


def test_over_the_test_part_the_mean_is_that_of_its_faces(store, prepared_faces, tmp_path, monkeypatch):
    prepared = PreparedSet.open(prepared_faces / "tiny")
    ids = prepared.labels["id"].tolist()[:70]  # more than a batch
    store_run(store, "esr", trained=2)
    (tmp_path / "toy").symlink_to(prepared.folder)  # where the run's settings say its set is
    monkeypatch.chdir(tmp_path)
    writer = store.writer("esr")
    writer.save_parts({"test": ids})
    writer.add_to_environment(data_fingerprint=prepared.card.fingerprint)
    app = ask("Do they look alike?", "esr")
    next(button for button in app.main.button if "whole test part" in button.label).click().run()
    assert not app.exception
    assert any("And at the 70 test faces" in header.value for header in app.main.subheader)
    parts = list(answers.agreement_on_test("esr"))
    assert [share for share, _ in parts] == pytest.approx([64 / 70, 1.0])
    images = to_images(prepared.images[:70], "lab")
    said = explain(store.load_network("esr"), images)
    expected = mean_agreement([compare_branches(said.maps().numpy(), said.predictions.numpy())])
    ours = mean_agreement([batch for _, batch in parts])
    np.testing.assert_allclose(ours.rank_correlation, expected.rank_correlation, atol=0.02)
    np.testing.assert_allclose(ours.same_prediction, expected.same_prediction, atol=0.02)
