"""What is saved of a comparison: the numbers of the pages, and everything that makes them again."""

import json
import re
import shlex

import pytest

from app import answers
from app.compare import grid, rows
from app.compare.column import column, looking
from app.compare.comparison_choice import ComparisonChoice
from app.compare.comparison_report import report_of
from app.report.archive import report_zip
from app.report.document import report_html
from app.shell.compared import Compared
from esr_core.commands import build_parser
from esr_core.config import TrainingConfig
from esr_core.evaluation import evaluate
from esr_core.run_store import RunStore
from tests.app.conftest import open_page, store_run
from tests.app.deciding import CLASSES, prepare_faces, said, store_ensemble


@pytest.fixture
def compared(store, tmp_path):
    """Columns of an ensemble, a single network, and a run that still trains; and what they are asked."""
    faces = prepare_faces(tmp_path / "esr_prepared", "own", has_votes=False)
    store_ensemble(store, faces, "esr", level=3)
    store_ensemble(store, faces, "single", said([row[:1] for row in CLASSES]))
    store_run(store, "training", trained=1)
    choice = ComparisonChoice(answers.crop("sample-0", None), "fear")
    runs = [answers.run(run_id) for run_id in ("esr", "single", "training")]
    return [looking(column(Compared(run, run.config.network, "#0072b2")), choice) for run in runs], choice


def test_a_report_has_the_rows_the_numbers_and_the_settings_of_its_runs(compared, store):
    columns, choice = compared
    report = report_of(columns, choice, "sample-0")
    for heading, cells in rows.all_rows(columns):
        assert grid.cells_html(heading.label, cells) in report.body
    scores = report.tables["scores"][1]
    for run_id in ("esr", "single"):
        own = evaluate(answers.run(run_id), store.predictions(run_id, "test")).scores
        assert scores[scores["run"] == run_id]["accuracy"].tolist() == own["accuracy"].tolist()
    comparison = report.tables["comparison"][1].set_index("runs")
    assert comparison.loc["esr", "disagreement"] == pytest.approx(7 / 18)  # (2/3 + 2/3 + 1) / 6 faces
    assert comparison["parameters"].tolist() == [each.parameters.total for each in columns]
    assert comparison["test_accuracy"].isna().tolist() == [False, False, True]
    shares = report.tables["face"][1]
    assert len(shares) == 3 + 1 + 1
    assert report.figures.keys() == {"accuracy", "disagreement", "convergence"}
    for run_id in ("esr", "single", "training"):
        config = TrainingConfig.from_json(report.files[f"configurations/{run_id}.json"])
        assert config == RunStore(store.root).config(run_id)
    assert "class: fear" in report.about[0]
    assert report.title in report_html(report)
    assert report_zip(report, {}).startswith(b"PK")


def test_hashes_are_those_of_the_weights_and_commands_are_understood(compared, store):
    report = report_of(*compared, "sample-0")
    known = json.loads(report.files["provenance.json"])
    assert known["runs"]["esr"]["sha256"]["checkpoints/best.safetensors"] == store.checkpoint_sha256("esr")
    assert known["program"]["plotly"]
    lines = [line for line in report.files["commands.sh"].splitlines() if not line.startswith("#")]
    assert len(lines) == 3 + 3
    for line in lines:
        build_parser().parse_args(shlex.split(line)[3:])
    assert re.search(r"explain figures/face.png --whole-image --run esr .*--class fear", lines[2])


def test_a_comparison_of_runs_without_results_has_no_figure_and_of_nothing_no_report(store):
    store.create(TrainingConfig(data="toy"), run_id="waiting")
    run = answers.run("waiting")
    report = report_of([column(Compared(run, run.config.network, "#0072b2"))], ComparisonChoice(None), "-")
    assert (report.figures, report.pictures, list(report.tables)) == ({}, {}, ["comparison"])
    assert "problem" in json.loads(report.files["provenance.json"])["runs"]["waiting"]
    app = open_page(runs="waiting")
    assert {"Save as HTML", "Save as ZIP"} <= {button.proto.label for button in app.get("download_button")}
    app.sidebar.multiselect[0].set_value([]).run()
    assert not app.get("download_button")
    assert "Pick one to 8 runs" in app.info[0].value
