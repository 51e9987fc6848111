"""Every page with trained runs whose pictures are not on this machine."""

import shutil

import pytest

from esr_core.evaluation import evaluate
from esr_core.run_store import RunStore
from tests.app.conftest import charts, html, open_page, sentences
from tests.app.gallery import COMMAND, SHAPES, train_gallery
from tests.app.test_pages import PAGES

PICKED = ",".join(SHAPES)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> RunStore:
    """The runs, trained once for all tests here."""
    return train_gallery(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def gallery(store, trained) -> RunStore:
    """A copy of them as the app's runs; nothing is prepared."""
    shutil.copytree(trained.root, store.root)
    return store


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_without_the_pictures(gallery, page):
    app = open_page(page, runs=PICKED, face="sample-0")
    assert not app.exception
    assert not app.error


def test_runs_are_in_the_table_and_one_is_described_in_its_card(gallery):
    app = open_page(runs="gallery-level3-varied")
    table = app.dataframe[0].value.set_index("id")
    assert table.loc["gallery-single", "state"] == "finished"
    box = app.selectbox[0]
    assert (box.label, box.value) == ("Card of", "gallery-level3-varied")
    card = next(block.value for block in app.main.markdown if "What it was not trained for" in block.value)
    assert "labels MIT; no licence for pictures" in card
    assert "python -m esr_core train --data" in card


def test_the_table_and_the_card_agree_with_the_stored_predictions(gallery):
    run = gallery.info("gallery-single")
    assert run.status.test_accuracy == evaluate(run, gallery.predictions(run.run_id, "test")).scores["accuracy"][0]


def test_faces_need_no_prepared_pictures(gallery):
    app = open_page("faces", runs=PICKED, face="sample-0")
    assert html(app).count("branch 1") >= 2
    assert not app.warning


def test_curves_are_drawn(gallery):
    assert charts(open_page("convergence", runs=PICKED))


def test_diversity_measures_and_says_where_faces_are_missing(gallery):
    app = open_page("diversity", runs=PICKED)
    assert len(charts(app)) >= 4
    assert f"These faces cannot be shown: FER+ is not prepared on this machine: {COMMAND}" in sentences(app)
    app.selectbox(key="diversity_measure").set_value("feature alignment").run()
    assert not app.exception
    assert f"has no feature alignment: FER+ is not prepared on this machine: {COMMAND}" in sentences(app)


def test_diversity_says_where_annotators_votes_are_missing(gallery):
    captions = [caption.value for caption in open_page("diversity", runs=PICKED).caption]
    (told,) = [caption for caption in captions if "annotators disagreed" in caption]
    assert "prepare ferplus SRC" in told


def test_evaluation_says_why_people_are_not_known(gallery):
    app = open_page("evaluation", runs=PICKED)
    assert charts(app)
    assert any("Who is on the pictures of" in box.value and "ferplus SRC" in box.value for box in app.caption)


def test_branches_cannot_be_compared_over_the_test_part_and_the_command_is_said(gallery):
    app = open_page("faces", runs="gallery-level3-varied", face="sample-0")
    app.segmented_control(key="face_section").set_value("Do they look alike?").run()
    next(button for button in app.button if button.label == "Compare over the whole test part").click().run()
    assert not app.exception
    assert COMMAND in sentences(app)


def test_page_data_names_the_sets_that_the_runs_learned_from(gallery):
    app = open_page("data", runs=PICKED)
    assert f"FER+ is not prepared on this machine: {COMMAND}" in sentences(app)
    assert "Nothing is prepared yet" in sentences(app)
    (chart,) = charts(app)
    counts = [int(text["text"].split(" ")[0]) for text in chart["layout"]["annotations"]]
    assert counts == [21, *[9] * 7]  # of three people: seven neutral frames each, three of every emotion
    assert any("licence labels MIT; no licence for pictures" in caption.value for caption in app.caption)


def test_page_data_names_them_below_the_sets_that_are_there(gallery, prepared_faces, monkeypatch):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page("data", runs=PICKED)
    assert app.metric[0].value == "280"
    assert COMMAND in sentences(app)
