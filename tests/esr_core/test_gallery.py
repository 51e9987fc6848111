"""The gallery: networks that differ in what they are to be compared by, and in nothing else."""

from collections import Counter

import pytest

from esr_core.commands import main
from esr_core.emotions import EMOTIONS
from esr_core.gallery import GALLERY, gallery
from esr_core.records import RunInfo, RunStatus
from esr_core.run_store.naming import RUN_ID
from esr_core.training.phases import plan

CONFIGS = gallery("prepared/ferplus", EMOTIONS)


def test_gallery_has_the_networks_of_the_papers_comparison():
    status = RunStatus(state="queued", updated=0.0)
    labels = {RunInfo(run_id, status, config, None, None, None).label for run_id, config in CONFIGS.items()}
    expected = {"single network", "TE-4"} | {f"ESR-4 level {level} varied" for level in range(1, 6)}
    expected |= {f"ESR-4 level 3 {strategy}" for strategy in ("fixed", "frozen", "interleaved")}
    assert expected <= labels
    assert len(labels) == len(GALLERY) == 11
    assert Counter(config.network.architecture for config in CONFIGS.values()) == {"lab": 10, "wild": 1}


def test_lab_networks_that_add_branches_in_turn_begin_with_the_same_first_branch():
    lab = [config for config in CONFIGS.values() if config.network.architecture == "lab"]
    in_turn = [config for config in lab if config.strategy != "interleaved"]
    first = {"epochs_first_branch", "learning_rate", "seed", "targets", "batch_size", "decay", "augmentation"}
    for name in first:
        assert len({str(getattr(config, name)) for config in in_turn}) == 1, name
    assert all(plan(config)[0].branch == 1 for config in in_turn)


def test_interleaved_branches_take_about_as_many_steps_as_branches_in_turn():
    in_turn, together = (CONFIGS[f"gallery-level3-{strategy}"] for strategy in ("varied", "interleaved"))
    steps = sum(phase.epochs for phase in plan(in_turn))
    assert together.network.num_branches * together.epochs_first_branch == pytest.approx(steps, abs=2)


def test_names_are_those_of_runs_in_one_group():
    assert all(RUN_ID.fullmatch(run_id) and config.group == "gallery" for run_id, config in CONFIGS.items())


def test_gallery_without_its_data_says_what_to_prepare(tmp_path, capsys):
    assert main(["gallery", "--data", str(tmp_path), "--runs", str(tmp_path / "runs")]) == 2
    assert "is not a prepared set: it has no card.json; make one with `prepare`" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
