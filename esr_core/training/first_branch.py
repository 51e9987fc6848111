"""The first branch, trained once: courses that differ in level or strategy alone begin with the same training.

While the first branch is trained, the shared layers and the branch learn at one rate, whatever the strategy, and the
first weights of a block are the same at every branching level. So the state at the end of the first branch is the same
too, bit for bit, and one course can go on from another's.
"""

from collections.abc import Mapping
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.errors import TrainingError
from esr_core.networks import ESR, rebranched
from esr_core.training.course import COUNTERS, Course
from esr_core.training.phases import is_validation_point, plan


def first_branch_settings(config: TrainingConfig) -> TrainingConfig | None:
    """The settings that the training of the first branch depends on, all others as they are by default.

    Two configurations with equal ones train the same first branch on the same pictures.

    Returns:
        None where there is no first branch to share: branches take turns, or the training goes on from another run.
    """
    if config.start is not None or plan(config)[0].branch != 1:
        return None
    epochs = config.epochs_first_branch
    points = tuple(epoch for epoch in range(epochs + 1) if is_validation_point(config, epoch, epochs))
    without = TrainingConfig(data="")
    others = ("data", "data_set", "protocol", "checkpoint_dtype", "milestone_dtype", "device", "group")
    later = {name: getattr(without, name) for name in others}
    later |= {"strategy": "fixed", "epochs_later_branch": 1, "validate_every_epochs": 1, "milestones": points}
    later |= {"trained_branch_learning_rate": 0.0, "shared_learning_rate": 0.0, "refit_classifiers": False}
    return config.replace(network=config.network.replace(branching_level=0, num_branches=1), **later)


def first_branch_state(course: Course) -> dict[str, Any] | None:
    """What a course with the same first branch needs to begin with the second one: tensors and plain values.

    Returns:
        None but at the first record of the second branch, and after the last record of a single network.
    """
    at_second = course.stage is not None
    if course.phase_index != 1 or (course.stage is not None and course.stage.epoch):
        return None
    of_first = ("shared.", "branches.0.")
    return {
        **{name: getattr(course, name) for name in COUNTERS},
        "num_records": course.num_records - at_second,  # the second branch's epoch 0 is counted already
        "learner": course.learner.state_dict(),
        "branching_level": course.network.config.branching_level,
        "network": {name: value for name, value in course.network.state_dict().items() if name.startswith(of_first)},
    }


def skip_first_branch(course: Course, state: dict[str, Any]) -> None:
    """Let a course begin with the second branch, after the first one of another course of any level.

    Args:
        course: that has not begun; trained by one process.
        state: as ``first_branch_state`` gives it.

    Raises:
        TrainingError: if the course has begun, or does not begin with a first branch alone.
    """
    if course.num_records or course.config.start is not None or course.phases[0].branch != 1:
        raise TrainingError("only a course that has not begun and adds its branches in turn can skip the first one")
    course.network.load_state_dict(first_network(course, state).state_dict())
    course.learner.load_state_dict(state["learner"])
    for name in COUNTERS:
        setattr(course, name, state[name])
    course.to_device()


def first_network(course: Course, state: Mapping[str, Any]) -> ESR:
    """The network of a first branch as a course has it: at the course's own branching level.

    Args:
        course: whose network has the same blocks.
        state: ``network``, its weights, and ``branching_level``, of the network they are of.
    """
    config = course.network.config
    network = ESR.from_config(config.replace(branching_level=state["branching_level"], num_branches=1))
    network.load_state_dict(state["network"])
    return rebranched(network, config.branching_level)
