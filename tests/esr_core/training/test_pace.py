"""How far a training has come and how long it still takes, within an epoch too."""

from itertools import pairwise

import pytest

from esr_core.networks.cost import multiply_adds
from esr_core.training import Course, new_network
from esr_core.training.pace import Pace
from esr_core.training.workload import Workload, workloads

pytestmark = pytest.mark.usefixtures("narrow_networks")

BLOCKS = multiply_adds("lab")
SHARED, BRANCH = sum(BLOCKS[:4]), sum(BLOCKS[4:])


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pace(clock):
    """Two epochs of ten pictures, then one whose pictures cost three times as much; points cost nothing."""
    return Pace([Workload(1, 2, 10, 1, (), 0), Workload(2, 1, 10, 3, (), 0)], clock)


def take(pace: Pace, clock: Clock, steps: int, seconds: float = 1.0) -> None:
    """Steps of two pictures each."""
    for _ in range(steps):
        clock.now += seconds
        pace.step(2)


def validate(pace: Pace, clock: Clock) -> None:
    """A whole validation point in four chunks of two seconds."""
    pace.begin_validation(0)
    for _ in range(4):
        clock.now += 2.0
        pace.validate(0.25)
    pace.end_validation()


def test_pictures_of_an_unfinished_epoch_count_in_what_is_done(pace, clock):
    assert pace.progress(0, 0, 0).images_done == 0
    pace.begin_epoch(0)
    take(pace, clock, 3)
    progress = pace.progress(0, 0, 0)
    assert (progress.images_done, progress.images_total, progress.share) == (6, 30, 0.2)
    assert (progress.epoch, progress.num_epochs, progress.epochs_done, progress.epochs_total) == (0, 2, 0, 3)
    take(pace, clock, 2)
    pace.end_epoch()
    assert pace.progress(0, 1, 10).images_done == 10


def test_a_training_that_stood_still_for_an_hour_goes_on_as_fast_as_before(clock):
    pace = Pace([Workload(1, 1, 10_000, 1, (), 0)], clock)
    pace.begin_epoch(0)
    take(pace, clock, 60)
    take(pace, clock, 1, seconds=3600.0)
    assert pace.progress(0, 0, 0).images_per_second == pytest.approx(2.0)
    take(pace, clock, 3)
    assert pace.progress(0, 0, 0).images_per_second == pytest.approx(2.0)


def test_a_machine_that_has_become_fifty_times_slower_is_believed(clock):
    pace = Pace([Workload(1, 1, 10_000, 1, (), 0)], clock)
    pace.begin_epoch(0)
    take(pace, clock, 60)
    take(pace, clock, 5, seconds=50.0)
    assert pace.progress(0, 0, 0).images_per_second == pytest.approx(2 / 50, rel=0.2)


def test_nothing_is_known_of_speed_before_the_first_step(pace):
    pace.begin_epoch(0)
    progress = pace.progress(0, 0, 0)
    assert (progress.images_per_second, progress.seconds_left) == (None, None)


def test_pictures_of_a_phase_in_which_more_learns_take_their_share_of_the_time_left(pace, clock):
    pace.begin_epoch(0)
    take(pace, clock, 3)
    progress = pace.progress(0, 0, 0)
    assert progress.images_per_second == pytest.approx(2.0)
    assert progress.seconds_left == pytest.approx((14 * 1 + 10 * 3) / 2)


def test_the_time_left_does_not_jump_where_a_phase_is_as_fast_as_its_arithmetic(pace, clock):
    for _ in range(2):
        pace.begin_epoch(0)
        take(pace, clock, 5)
        pace.end_epoch()
    assert pace.progress(1, 2, 20).seconds_left == pytest.approx(15.0)
    pace.begin_epoch(1)
    take(pace, clock, 1, seconds=3.0)
    progress = pace.progress(1, 2, 20)
    assert progress.images_per_second == pytest.approx(2 / 3), "of this phase alone"
    assert progress.seconds_left == pytest.approx(12.0)


def test_a_phase_slower_than_its_arithmetic_moves_the_time_left_little_by_little(pace, clock):
    for _ in range(2):
        pace.begin_epoch(0)
        take(pace, clock, 5)
        pace.end_epoch()
    pace.begin_epoch(1)
    take(pace, clock, 1, seconds=6.0)  # twice as long
    assert 12.0 < pace.progress(1, 2, 20).seconds_left < 24.0


def test_the_first_step_which_compiles_is_forgotten_once_there_is_another(pace, clock):
    pace.begin_epoch(0)
    take(pace, clock, 1, seconds=60.0)
    assert pace.progress(0, 0, 0).seconds_left > 600
    take(pace, clock, 1)
    assert pace.progress(0, 0, 0).images_per_second == pytest.approx(2.0)
    assert pace.progress(0, 0, 0).seconds_left == pytest.approx((16 + 30) / 2)


def test_what_is_old_fades_from_the_speed(clock):
    pace = Pace([Workload(1, 1, 10_000, 1, (), 0)], clock)
    pace.begin_epoch(0)
    take(pace, clock, 60, seconds=1.0)
    take(pace, clock, 600, seconds=0.25)  # the other job is over: five times MEMORY_S
    assert pace.progress(0, 0, 0).images_per_second == pytest.approx(8.0, rel=0.02)


def test_validation_does_not_slow_the_pictures_and_counts_in_the_time_left(clock):
    pace = Pace([Workload(1, 3, 10, 1, (0, 1, 3), 50)], clock)
    validate(pace, clock)
    pace.begin_epoch(0)
    take(pace, clock, 5)
    pace.end_epoch()
    assert pace.progress(0, 1, 10).seconds_left == pytest.approx(20 / 2 + 8.0), "the point at epoch 3"
    validate(pace, clock)
    pace.begin_epoch(0)
    take(pace, clock, 5)
    assert pace.progress(0, 1, 10).images_per_second == pytest.approx(2.0)


def test_a_validation_point_that_is_underway_moves_the_time_left(clock):
    pace = Pace([Workload(1, 3, 10, 1, (0, 3), 50)], clock)
    pace.begin_validation(0)
    assert (pace.progress(0, 0, 0).validated, pace.progress(0, 0, 0).seconds_left) == (0.0, None)
    for share in (0.25, 0.5):
        clock.now += 50 * share
        pace.validate(share)
    progress = pace.progress(0, 0, 0)
    assert progress.validated == 0.75
    assert progress.images_per_second is None
    assert progress.seconds_left == pytest.approx(12.5 + 30 + 50), "at a multiply-add a second until the first step"
    pace.end_validation()
    assert pace.progress(0, 0, 0).validated is None


def test_a_wait_for_the_device_at_the_end_of_an_epoch_is_time_of_learning(clock):
    pace = Pace([Workload(1, 100, 10, 1, (), 0)], clock)
    for _ in range(20):  # as a GPU: steps are submitted at once, then the queue is waited for
        pace.begin_epoch(0)
        take(pace, clock, 5, seconds=0.0)
        clock.now += 5.0
        pace.end_epoch()
    assert pace.progress(0, 20, 200).images_per_second == pytest.approx(2.0, rel=0.15)


def test_the_workload_of_two_branches_by_hand(tiny_config, tiny_data):
    config = tiny_config.replace(
        strategy="frozen", epochs_first_branch=5, epochs_later_branch=3, validate_every_epochs=2, milestones=(0, 1)
    )
    first, second = workloads(config, tiny_data)
    count = len(tiny_data.branches[0])
    assert first == Workload(1, 5, count, 3 * (SHARED + BRANCH), (0, 1, 2, 4, 5), 4 * (SHARED + BRANCH))
    assert second == Workload(2, 3, count, SHARED + 3 * BRANCH, (0, 1, 2, 3), 4 * (SHARED + BRANCH))


def test_validation_is_seen_to_go_on(tiny_config, tiny_data, monkeypatch):
    monkeypatch.setattr("esr_core.training.evaluation.EVALUATED_AT_ONCE", 1)
    seen = []
    course = Course(tiny_config, new_network(tiny_config), tiny_data, on_chunk=lambda: seen.append(course.progress()))
    list(course)
    assert [progress.validated for progress in seen][:4] == [0.25, 0.5, 0.75, 1.0]
    assert [progress.images_done for progress in seen][3:5] == [0, len(tiny_data.branches[0])]
    assert course.progress().validated is None


@pytest.mark.parametrize("strategy", ["varied", "frozen", "interleaved"])
def test_every_step_moves_it_on_to_the_end(strategy, tiny_config, tiny_data):
    config = tiny_config.replace(strategy=strategy, epochs_first_branch=2, epochs_later_branch=2)
    seen = []
    course = Course(config, new_network(config), tiny_data, on_step=lambda: seen.append(course.progress()))
    points = list(course)
    done = [progress.images_done for progress in seen]
    assert all(earlier < later for earlier, later in pairwise(done))
    assert len(done) > course.epochs_done, "within epochs"
    assert all(progress.seconds_left >= 0 for progress in seen)
    assert done[-1] == seen[-1].images_total == points[-1].images_seen == course.progress().images_done
    assert (course.progress().share, course.progress().seconds_left) == (1.0, 0.0)


def test_a_resumed_course_counts_on_from_where_it_stood(tiny_config, tiny_data):
    config = tiny_config.replace(epochs_first_branch=2)
    states = []
    whole = Course(config, new_network(config), tiny_data, lambda progress: states.append(whole.state_dict()))
    list(whole)
    course = Course(config, new_network(config), tiny_data)
    course.load_state_dict(states[0])
    progress = course.progress()
    assert (progress.branch, progress.epoch, progress.epochs_done) == (1, 1, 1)
    assert progress.images_done == len(tiny_data.branches[0])
    assert progress.images_total == whole.progress().images_total
    assert progress.seconds_left is None
