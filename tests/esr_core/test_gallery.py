"""The gallery: networks that differ in what they are to be compared by, and in nothing else."""

from collections import Counter

import pytest

from esr_core.commands import main
from esr_core.data.prepared import PreparedCard
from esr_core.emotions import EMOTIONS
from esr_core.gallery import GALLERY, gallery
from esr_core.records import RunInfo, RunStatus
from esr_core.run_store import RunStore
from esr_core.run_store.naming import RUN_ID
from esr_core.training.first_branch import first_branch_settings
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


def test_lab_ensembles_that_add_branches_in_turn_begin_with_the_same_first_branch():
    lab = [config for config in CONFIGS.values() if config.network.architecture == "lab"]
    in_turn = [config for config in lab if config.network.num_branches > 1 and config.strategy != "interleaved"]
    assert len(in_turn) == 8
    assert len({first_branch_settings(config) for config in in_turn}) == 1
    assert len({config.protocol for config in in_turn}) == 1, "other parts would be other pictures"


def test_interleaved_branches_take_about_as_many_steps_as_branches_in_turn():
    in_turn, together = (CONFIGS[f"gallery-level3-{strategy}"] for strategy in ("varied", "interleaved"))
    steps = sum(phase.epochs for phase in plan(in_turn))
    assert together.network.num_branches * together.epochs_first_branch == pytest.approx(steps, abs=2)


def test_on_a_card_the_wild_ensemble_has_nine_branches_and_the_rest_is_as_elsewhere():
    on_a_card = gallery("prepared/ferplus", EMOTIONS, on_a_card=True)
    differing = {run_id for run_id, config in on_a_card.items() if config != CONFIGS[run_id]}
    assert differing == {"gallery-wild"}
    wild = on_a_card["gallery-wild"]
    assert (wild.network.num_branches, wild.strategy, wild.batch_size) == (9, "varied", 128)
    assert CONFIGS["gallery-wild"].network.num_branches == 4


@pytest.mark.parametrize(("cards", "branches"), [(0, 4), (1, 9)])
def test_the_device_decides_how_large_the_wild_ensemble_is(cards, branches, monkeypatch):
    monkeypatch.setattr("esr_core.devices.torch.cuda.is_available", lambda: cards > 0)
    monkeypatch.setattr("esr_core.devices.torch.cuda.device_count", lambda: cards)
    assert gallery("prepared/ferplus", EMOTIONS, "auto")["gallery-wild"].network.num_branches == branches
    assert gallery("prepared/ferplus", EMOTIONS, "cpu")["gallery-wild"].network.num_branches == 4


def test_a_wild_ensemble_that_a_card_has_trained_is_skipped_without_one(tmp_path, prepared_faces, capsys):
    data = str(prepared_faces / "tiny")
    config = gallery("trained/elsewhere", EMOTIONS, "auto", on_a_card=True)["gallery-wild"]
    config = config.replace(data_set=PreparedCard.read(data).identity)
    writer = RunStore(tmp_path).create(config, run_id="gallery-wild")
    writer.start({})
    writer.finish({"accuracy": 0.875})
    assert main(["gallery", "--data", data, "--runs", str(tmp_path), "--device", "cpu", "--only", "gallery-wild"]) == 0
    assert "gallery-wild: skipped, test accuracy 87.5%: it is finished" in capsys.readouterr().out


def test_names_are_those_of_runs_in_one_group():
    assert all(RUN_ID.fullmatch(run_id) and config.group == "gallery" for run_id, config in CONFIGS.items())


def test_gallery_without_its_data_says_what_to_prepare(tmp_path, capsys):
    assert main(["gallery", "--data", str(tmp_path), "--runs", str(tmp_path / "runs")]) == 2
    assert "is not a prepared set: it has no card.json; make one with `prepare`" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
