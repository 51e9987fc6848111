"""Page Convergence: curves of stored validation points."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import answers
from app.answers import ProbeFaces
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.preparation import prepare
from esr_core.run_store import RunStore
from esr_core.trainer import train_run
from tests.app.conftest import charts, html, open_page, sentences, store_run

pytestmark = pytest.mark.usefixtures("narrow_networks")

SHAPES = {"single": (3, 1), "te": (0, 2), "esr": (3, 2)}  # level and branches


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """Runs trained for an epoch on a few drawn faces, once for all tests here."""
    root = tmp_path_factory.mktemp("trained")
    prepare(builtin_source(10, 7, difficulty="easy"), root / "prepared" / "drawn")
    store = RunStore(root / "runs")
    for run_id, (level, branches) in SHAPES.items():
        network = NetworkConfig(branching_level=level, num_branches=branches)
        config = TrainingConfig(
            data=str(root / "prepared" / "drawn"),
            network=network,
            epochs_first_branch=1,
            epochs_later_branch=1,
            batch_size=14,
            milestones=(),
            device="cpu",
        )
        train_run(store, store.create(config, run_id=run_id).run_id)
    return root


@pytest.fixture
def trained_runs(store, trained) -> None:
    """A copy of them as the app's runs."""
    shutil.copytree(trained / "runs", store.root)


@pytest.fixture
def absent_set(trained) -> Iterator[None]:
    """Their prepared set is somewhere else for a while."""
    elsewhere = (trained / "prepared").rename(trained / "elsewhere")
    yield
    elsewhere.rename(trained / "prepared")


def choose(app, measure: str):
    return app.button_group(key="convergence_measure").set_value(measure).run()


def test_training_stands_beside_validation(store):
    store_run(store, "esr", branches=1)
    app = open_page("convergence", runs="esr")
    dashes = [line["line"]["dash"] for line in charts(choose(app, "loss"))[0]["data"]]
    assert dashes == ["solid", "dash"]
    assert any("learns its pictures by heart" in caption.value for caption in app.caption)


def test_the_learning_rate_can_be_followed(store):
    store_run(store, "esr", branches=1)
    app = choose(open_page("convergence", runs="esr"), "learning rate")
    assert not app.exception
    assert charts(app)[0]["layout"]["yaxis"]["title"]["text"] == "learning rate"


def test_of_a_run_without_a_card_it_is_said_that_memory_is_not_known(store):
    store_run(store, "esr", branches=1)
    app = choose(open_page("convergence", runs="esr"), "memory")
    assert not charts(app)
    assert "only trainings on a CUDA card do" in sentences(app)


def strips(app) -> int:
    return html(app).count('data-testid="film-strip"')


def test_without_maps_a_sentence_says_so(store):
    store_run(store, "esr")
    app = open_page("convergence", runs="esr")
    assert not app.exception
    assert "shows no probe faces" in sentences(app)


def test_maps_of_a_probe_face_are_shown_run_above_run(store, trained_runs):
    app = open_page("convergence", runs="single,te,esr")
    assert not app.exception
    assert strips(app) == 3
    body = html(app)
    assert body.index(">ESR-2 level 3 varied<") < body.index(">TE-2<") < body.index(">single network<")
    assert body.count("<img") == 2 + 2 + 2  # epoch 0 and 1 of the first branch
    app.selectbox(key="convergence_branch").set_value(2).run()
    assert strips(app) == 2
    assert any("has no maps of branch 2" in caption.value for caption in app.caption)


def test_where_the_set_is_absent_maps_stand_alone_with_one_sentence(store, trained_runs, absent_set):
    app = open_page("convergence", runs="te,esr")
    assert not app.exception
    assert strips(app) == 2
    assert sum("Maps are drawn without their faces" in caption.value for caption in app.caption) == 1
    assert app.selectbox(key="convergence_face").options[0].startswith("neutral · "), "predictions say its class"


def test_nothing_is_said_of_an_absent_set_whose_faces_are_not_looked_at(store, trained_runs, monkeypatch):
    of_runs, others = answers.probe_faces, ProbeFaces(("other",), ("",), None, "its set is gone")
    monkeypatch.setattr(answers, "probe_faces", lambda run_id: others if run_id == "te" else of_runs(run_id))
    app = open_page("convergence", runs="esr,te")
    assert not app.exception
    assert strips(app) == 1
    captions = " ".join(caption.value for caption in app.caption)
    assert "te) has other probe faces" in captions
    assert "without their faces" not in captions
