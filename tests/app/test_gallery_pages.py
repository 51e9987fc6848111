"""Every page with trained runs whose pictures are not on this machine."""

import shutil

import pytest

from esr_core.evaluation import evaluate
from esr_core.run_store import RunStore
from tests.app.conftest import PAGES, charts, html, open_page, sentences, store_run
from tests.app.gallery import COMMAND, SHAPES, train_gallery

pytestmark = pytest.mark.usefixtures("narrow_networks")

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
def test_a_first_visit_shows_runs_of_the_gallery(gallery, page):
    app = open_page(page)
    assert app.sidebar.multiselect[0].value == ["gallery-single", "gallery-level3-varied"]  # of three: one is not there
    assert app.query_params["runs"] == "gallery-single,gallery-level3-varied"
    assert not app.exception


def test_what_an_address_or_the_user_picks_is_not_picked_over(gallery):
    assert open_page(runs="gallery-single").sidebar.multiselect[0].value == ["gallery-single"]
    app = open_page()
    app.sidebar.multiselect[0].set_value([]).run()
    app.switch_page(PAGES["faces"]).run()
    assert app.sidebar.multiselect[0].value == []


def test_the_first_page_compares_them_about_a_drawn_face(gallery):
    app = open_page()
    (maps,) = [block.proto.body for block in app.get("html") if 'aria-label="Where branches look"' in block.proto.body]
    assert maps.count("<img") == 1 + 2
    assert not app.main.warning
    assert not app.main.error


def test_own_runs_stand_beside_the_shipped_ones_which_are_marked(gallery):
    store_run(gallery, "own")
    app = open_page("runs")
    table = app.dataframe[0].value.set_index("id")
    assert table.index[0] == "own"  # the newest first: a checkout does not make a run new
    assert table["from"].dropna().to_dict() == dict.fromkeys(SHAPES, "the project")
    assert "single network · gallery-single · shipped" in app.sidebar.multiselect[0].options
    assert "ESR-2 level 3 varied · own" in app.sidebar.multiselect[0].options


def test_with_shipped_runs_alone_one_of_ones_own_is_offered(gallery):
    assert "Train a demonstration run" in [button.label for button in open_page("runs").main.button]
    store_run(gallery, "own")
    assert "Train a demonstration run" not in [button.label for button in open_page("runs").main.button]


def test_an_altered_run_is_named_with_its_file_and_not_picked(gallery):
    path = gallery.folder("gallery-single") / "checkpoints" / "best.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    app = open_page("runs")
    row = app.dataframe[0].value.set_index("id").loc["gallery-single"]
    assert row["state"] == "damaged"
    assert "gallery-single is not as it was shipped: checkpoints/best.safetensors was altered" in row["message"]
    assert app.sidebar.multiselect[0].value == ["gallery-level3-varied"]
    assert not any("gallery-single" in option for option in app.sidebar.multiselect[0].options)
    assert "There is no readable run gallery-single" in sentences(open_page(runs="gallery-single"))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_without_the_pictures(gallery, page):
    app = open_page(page, runs=PICKED, face="sample-0")
    assert not app.exception
    assert not app.error


def test_runs_are_in_the_table_and_one_is_described_in_its_card(gallery):
    app = open_page("runs", runs="gallery-level3-varied")
    assert not any("What it was not trained for" in block.value for block in app.main.markdown)
    app.selectbox(key="card_of").set_value("gallery-level3-varied").run()
    table = app.dataframe[0].value.set_index("id")
    assert table.loc["gallery-single", "state"] == "finished"
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


def test_no_test_face_can_be_looked_at_and_the_command_is_said(gallery):
    app = open_page("atlas", runs=PICKED)
    assert COMMAND in sentences(app)
    assert len(app.warning) == 1, "one sentence for all runs"
    assert "Look at" not in " ".join(button.label for button in app.main.button)


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
