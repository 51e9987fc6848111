"""What a run says of itself while an epoch is underway."""

from dataclasses import replace

import pytest

from esr_core.records import Progress
from esr_core.trainer import train_run, training_run
from esr_core.trainer.run_log import under_way

pytestmark = pytest.mark.usefixtures("narrow_networks")

UNDERWAY = Progress(2, 4, 3, 20, 23, 80, 138.4, 5400.0, 12_480, 500_900)


@pytest.fixture
def reported(store, tiny_training, monkeypatch):
    """Trains four epochs with a report after every step, and gives what status.json said at each report."""
    run_id = store.create(tiny_training.replace(epochs_first_branch=3)).run_id

    def train(**intervals: float) -> list[Progress]:
        for name, seconds in intervals.items():
            monkeypatch.setattr(training_run, name, seconds)
        stored = []
        train_run(store, run_id, lambda progress: stored.append((progress, store.info(run_id).status.progress)))
        assert all(progress == in_status for progress, in_status in stored)
        return [progress for progress, _ in stored]

    return train


def test_a_run_says_within_an_epoch_how_far_it_has_come(reported):
    seen = reported(REPORT_EVERY_S=0.0)
    steps = [(progress.epoch, progress.images_done) for progress in seen if progress.validated is None]
    assert steps[:4] == [(0, 0), (0, 14), (0, 28), (1, 28)], "at the beginning, after two steps of 14, after the epoch"
    assert (seen[1].validated, seen[1].images_done) == (1.0, 0), "28 validation pictures at once"
    done = [progress.images_done for progress in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1].images_total == 4 * 28
    assert seen[-1].share == 1.0


def test_between_two_reports_lies_their_interval(reported):
    seen = reported(REPORT_EVERY_S=3600.0)
    assert [progress.images_done for progress in seen] == [0, 28, 56, 84, 112]


def test_a_resumed_run_goes_on_counting(store, tiny_training, monkeypatch):
    run_id = store.create(tiny_training.replace(epochs_first_branch=3)).run_id

    def stop(progress):
        if progress.epochs_done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_run(store, run_id, stop)
    seen = []
    train_run(store, run_id, seen.append)
    assert seen[0].images_done == store.history(run_id)[0].images_seen + 28 * seen[0].epochs_done
    assert seen[-1].images_done == seen[-1].images_total


def test_a_long_epoch_says_in_the_log_now_and_then_how_far_it_has_come(reported, store):
    reported(REPORT_EVERY_S=0.0, LOG_EVERY_S=0.0)
    (run,) = store.list()
    lines = store.log_tail(run.run_id)
    assert any("12.5%: branch 1 of 2, 0 of 3 epochs, 14 of 112 pictures, " in line for line in lines)


def test_a_short_training_says_nothing_of_it_in_the_log(reported, store):
    reported(REPORT_EVERY_S=0.0)
    (run,) = store.list()
    assert not [line for line in store.log_tail(run.run_id) if "112 pictures" in line]


def test_a_line_has_what_is_known():
    line = "2.5%: branch 2 of 4, 3 of 20 epochs, 12,480 of 500,900 pictures, 138 pictures/s, 1.5 h left"
    assert under_way(UNDERWAY) == line
    assert under_way(replace(UNDERWAY, validated=0.4)) == line.replace("138 pictures/s", "validating 40%")
    assert under_way(Progress(1, 1, 0, 1, 0, 2)) == "0.0%: branch 1 of 1, 0 of 1 epoch"
