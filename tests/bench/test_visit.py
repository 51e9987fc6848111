"""A visit takes its steps within its time, whatever becomes of single ones."""

import argparse
import importlib.util
import sys
from pathlib import Path

import pytest

from bench.gpu import visit as visiting
from bench.gpu.visit import RUN_ID, Step, main, steps, visit
from esr_core.commands import build_parser
from esr_core.gallery import ON_A_CARD

ENDLESS = "import time; print('begun', flush=True); time.sleep(60)"


def python(name: str, script: str, limit_s: float = 30) -> Step:
    return Step(name, ("-c", script), limit_s)


@pytest.fixture
def report(tmp_path):
    return tmp_path / "report.txt"


def test_a_step_that_fails_is_reported_and_the_next_one_is_taken(report):
    planned = [python("first", "print('one'); raise SystemExit(3)"), python("second", "print('two')")]
    failed, done = visit(planned, 60, report, "cpu")
    assert failed.startswith("first: failed with 3, ")
    assert done.startswith("second: done, ")
    printed = report.read_text()
    assert printed.index("one") < printed.index(f"== {failed}") < printed.index("two") < printed.index(f"== {done}")


def test_a_step_past_its_limit_is_stopped_and_what_it_printed_stays(report):
    (outcome,) = visit([python("long", ENDLESS, limit_s=3)], 60, report, "cpu")
    assert outcome.startswith("long: stopped after its limit of 3 s, ")
    assert "begun" in report.read_text()


def test_a_step_that_does_not_end_when_asked_is_killed(report, monkeypatch):
    monkeypatch.setattr(visiting, "ENDING_S", 1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + ENDLESS
    (outcome,) = visit([python("deaf", deaf, limit_s=3)], 60, report, "cpu")
    assert outcome.startswith("deaf: killed after its limit of 3 s, ")


def test_the_last_step_has_the_time_that_was_kept_for_it(report, monkeypatch):
    monkeypatch.setattr(visiting, "ENDING_S", 1)
    monkeypatch.setattr(visiting, "SPLITTING_S", 20)
    planned = [python("long", ENDLESS), python("none left", ENDLESS), python("last", "print('home')")]
    long, left_out, last = visit(planned, 23, report, "cpu")
    assert long.startswith("long: stopped after its limit of 2 s")
    assert left_out == "none left: left out, no time was left"
    assert last.startswith("last: done")


def test_tests_of_a_step_learn_what_to_compute_on(report):
    visit([python("device", "import os; print('on', os.environ['ESR_CARD'])")], 30, report, "cuda:1")
    assert "on cuda:1" in report.read_text()


def planned_steps() -> dict[str, tuple[str, ...]]:
    options = argparse.Namespace(seconds=540.0, output=Path("out"), packed=Path("fer.npz"), device="cuda")
    return {step.name: step.arguments for step in steps(options)}


def test_every_step_runs_something_that_exists():
    planned = planned_steps()
    assert list(planned)[-6:] == [
        "tests", "training, bfloat16", "training, float32", "inference", f"train {RUN_ID}", "parts",
    ]  # fmt: skip
    assert all(importlib.util.find_spec(arguments[1]) is not None for arguments in planned.values())
    assert RUN_ID in ON_A_CARD
    parsed = build_parser().parse_args(list(planned[f"train {RUN_ID}"][2:]))
    assert (parsed.only, parsed.device, parsed.data) == ([RUN_ID], "cuda", Path("prepared", "ferplus"))


def test_the_tests_of_the_visit_are_all_those_marked_cuda():
    named = {Path(argument) for argument in planned_steps()["tests"] if argument.endswith(".py")}
    root = Path(__file__).parents[2]
    marked = {path.relative_to(root) for path in (root / "tests").rglob("test_*.py") if "mark.cuda" in path.read_text()}
    assert named == marked - {Path(__file__).relative_to(root)}


def test_without_a_card_nothing_is_begun(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("esr_core.devices.torch.cuda.device_count", lambda: 0)
    monkeypatch.setattr(sys, "argv", ["visit", "--output", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "error: device 'cuda' is not on this machine: it has 0 CUDA cards" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
