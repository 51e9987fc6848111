"""Records that cross layers: plain, frozen, and read back as they were written."""

import dataclasses
import json
from typing import get_args

import pytest

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.records import EpochRecord, FaceBox, Progress, RunInfo, RunState, RunStatus, is_better
from esr_core.records.results import RESULTS, describe_results


@pytest.fixture
def record():
    return EpochRecord(
        branch=2,
        epoch=10,
        training_loss=(None, 0.75),
        loss=(1.5, 2.25),
        accuracy=(0.5, 0.25),
        ensemble_accuracy=0.5,
        mean_probability_accuracy=0.375,
        learning_rate=0.1,
        images_seen=5_120,
        seconds=12.5,
    )


def run(**network):
    config = TrainingConfig(data="prepared/london", strategy="frozen", network=NetworkConfig(**network))
    status = RunStatus("finished", updated=0.0)
    return RunInfo("20261123-1412-7f3a", status, config, created=0.0, parameters=None, best=None)


def test_an_epoch_record_survives_a_line_of_json(record):
    line = json.dumps(record.to_dict())
    assert EpochRecord.from_dict(json.loads(line)) == record


def test_a_field_of_a_later_version_is_left_out(record):
    assert EpochRecord.from_dict(record.to_dict() | {"depth": 0.5}) == record


REQUIRED = [field.name for field in dataclasses.fields(EpochRecord) if field.default is dataclasses.MISSING]


@pytest.mark.parametrize("field", REQUIRED)
def test_an_epoch_record_without_one_of_its_fields_is_refused_by_name(record, field):
    values = record.to_dict()
    del values[field]
    with pytest.raises(ValueError, match=f"^{field} is missing$"):
        EpochRecord.from_dict(values)


def test_an_older_record_without_what_was_not_measured_then_can_be_read(record):
    older = {name: value for name, value in record.to_dict().items() if name in REQUIRED}
    assert EpochRecord.from_dict(older) == record


def test_records_cannot_be_altered(record):
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.branch = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        FaceBox(0, 0, 10, 10).x = 1


@pytest.mark.parametrize(("done", "total", "share"), [(0, 8, 0.0), (3, 8, 0.375), (8, 8, 1.0), (0, 0, 0.0)])
def test_progress_of_an_older_run_is_epochs_done_of_all(done, total, share):
    assert Progress(1, 4, 0, 2, epochs_done=done, epochs_total=total).share == share


def test_progress_is_pictures_done_of_all():
    assert Progress(1, 4, 0, 2, epochs_done=0, epochs_total=8, images_done=30, images_total=400).share == 0.075


@pytest.mark.parametrize(
    ("network", "label"),
    [
        ({"branching_level": 3, "num_branches": 4}, "ESR-4 level 3 frozen"),
        ({"branching_level": 0, "num_branches": 4}, "TE-4"),
        ({"branching_level": 0, "num_branches": 1}, "single network"),
        ({"branching_level": 3, "num_branches": 1}, "single network"),
        ({"architecture": "wild", "branching_level": 4, "num_branches": 9}, "ESR-9 level 4 frozen"),
    ],
)
def test_a_run_is_called_what_the_paper_calls_its_network(network, label):
    assert run(**network).label == label


def test_a_first_record_s_two_measures_of_diversity_are_kept(record):
    first = record.to_dict() | {"label_disagreement": 0.25, "oracle_disagreement": 0.125}
    del first["diversity"]
    kept = {"label_disagreement": 0.25, "oracle_disagreement": 0.125}
    assert EpochRecord.from_dict(first) == dataclasses.replace(record, diversity=kept)
    alone = first | dict.fromkeys(kept)  # a single branch
    assert EpochRecord.from_dict(alone) == record


def test_a_damaged_run_is_called_by_its_folder():
    assert dataclasses.replace(run(), config=None).label == "20261123-1412-7f3a"


def in_state(state: RunState) -> RunInfo:
    return dataclasses.replace(run(), status=RunStatus(state, updated=0.0))


def test_only_a_queued_or_running_run_can_still_change():
    assert {state for state in get_args(RunState) if not in_state(state).is_over} == {"queued", "running"}


def test_a_run_that_ended_before_its_training_did_can_go_on():
    resumable = {state for state in get_args(RunState) if in_state(state).is_resumable}
    assert resumable == {"interrupted", "cancelled", "failed"}


def test_where_affect_is_learned_the_lower_error_in_both_together_is_better(record):
    good, bad = (dataclasses.replace(record, affect_rmse=errors) for errors in ((0.3, 0.3), (0.1, 0.5)))
    assert is_better(good, bad)
    assert not is_better(bad, good)
    assert is_better(bad, None)


def test_results_are_shown_in_their_unit_and_described_in_words():
    results = {"accuracy": 0.8111, "accuracy_interval": (0.797, 0.824), "valence_rmse": 0.3}
    by_title = {result.title: result.shown(results.get(result.key)) for result in RESULTS}
    assert by_title == {
        "test, %": pytest.approx(81.11),
        "95 % interval": "79.7 to 82.4",
        "RMSE valence": 0.3,
        "RMSE arousal": None,
    }
    assert describe_results(results) == (
        "test accuracy 81.1%, 95 % interval 79.7% to 82.4%, root-mean-square error of valence 0.300"
    )
    assert describe_results({}) == "no result"
