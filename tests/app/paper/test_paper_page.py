"""Page Paper: each table and figure beside the paper's, what is missing, and a button that queues it."""

import json
import shutil

import pytest

from app.shell import clicks
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.reproduction import EXHIBITS, EXPERIMENTS, SCALES, Request, plan_runs, sets_in_place
from tests.app.conftest import charts, open_page, sentences
from tests.planted import planted_set
from tests.simulated import store_simulated

SETS = [each.data for each in EXPERIMENTS.values()]


@pytest.fixture
def drawn(store, tmp_path, prepared_faces) -> PreparedSet:
    """Ten drawn people among the app's prepared sets."""
    shutil.copytree(prepared_faces / "tiny", tmp_path / "esr_prepared" / "tiny")
    return PreparedSet.open(tmp_path / "esr_prepared" / "tiny")


@pytest.fixture
def launched(monkeypatch) -> list:
    """Configurations that clicks launch, which nothing trains."""
    configs: list = []
    monkeypatch.setattr(clicks, "launch", lambda store, new, **_: configs.extend(new))
    return configs


def buttons(app) -> dict:
    return {button.label: button for button in app.button}


def test_what_is_missing_is_counted_and_queued_once_by_a_click(store, drawn, launched):
    app = open_page("paper", exhibit="Table 1", scale="quick")
    assert not app.exception
    planned = plan_runs(
        Request(EXHIBITS["table1"].experiments, SCALES["quick"], sets_in_place(SETS, [drawn])), store, []
    )
    for each in planned[:2]:
        store_simulated(store, each.run_id, each.config, 0.6)
    app.run()
    frame = app.dataframe[0].value.set_index("approach")
    assert frame.loc["Single Network", "trials"] == "2 of 2"
    assert frame["ours, %"].notna().tolist() == [True, False, False, False]
    assert launched == [], "looking starts nothing"
    buttons(app)["Queue 6 runs"].click().run()
    assert [config.network.num_branches for config in launched] == [4] * 6
    assert {config.group for config in launched} == {"paper-quick"}
    for config in launched:
        store.create(config)
    app.run()
    assert not any(label.startswith("Queue") for label in buttons(app)), "they wait already"


def test_p_values_have_significant_digits_and_none_reads_0(store, drawn):
    (table,) = open_page("paper", exhibit="Table 2", scale="quick").dataframe
    assert json.loads(table.proto.columns)["paper, p"]["type_config"]["format"] == "%.3g"


def test_data_that_lack_something_are_refused_with_it(store, drawn, tmp_path):
    planted_set(tmp_path / "esr_prepared" / "planted")
    app = open_page("paper", exhibit="Figure 4", paper_set="planted")
    assert "Figure 4 needs the classes neutral" in sentences(app)
    assert len(charts(app)) == 1, "with the paper's values"
    assert not any(label.startswith("Queue") for label in buttons(app))


def test_figures_draw_the_papers_values_where_nothing_has_finished(store, drawn):
    app = open_page("paper", exhibit="Figure 7")
    assert len(charts(app)) == 1, "the paper's matrix"
    ours, labels = (table.value for table in app.dataframe)
    assert ours["neutral"].isna().all()
    assert labels["paper"].sum() == 31_373
    assert any("can be queued once ESR-9 on AffectNet has finished" in caption.value for caption in app.caption)
    assert not buttons(app)["Queue 1 run"].disabled


def test_a_viewer_may_look_and_queue_nothing(store, drawn, monkeypatch, launched):
    monkeypatch.setenv("ESR_VIEWER", "1")
    app = open_page("paper", scale="quick")
    assert buttons(app)["Queue 8 runs"].disabled


def test_without_a_prepared_set_the_papers_values_and_the_gallery_stand_and_what_is_missing(store):
    config = TrainingConfig(data="ferplus", network=NetworkConfig(num_branches=1))
    writer = store.create(config, run_id="gallery-single")
    writer.start({})
    writer.finish({"accuracy": 0.81})
    app = open_page("paper", exhibit="Table 1")
    assert not app.exception
    assert "Table 1 needs CK+, which is not prepared." in sentences(app)
    frame = app.dataframe[0].value.set_index("approach")
    assert frame["paper, %"].tolist() == [85.5, 89.2, 89.4, 88.5]
    assert frame["parameters"].tolist() == [131_208, 524_832, 355_104, 243_936]
    assert frame.loc["Single Network", "gallery on FER+, %"] == 81.0
    assert frame["trials"].tolist() == ["0 of 10"] * 4
    assert not any(label.startswith("Queue") for label in buttons(app))
