"""What a process of a team does in the tests, and what one process alone does to be compared with it.

``python -m tests.esr_core.training.one_of_a_team ANSWER BATCH_SIZE CASE...``, with the variables that torchrun sets,
writes the losses of the first steps, the validation points and the weights to a JSON file.
"""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

from esr_core.config import AugmentationConfig, NetworkConfig, TrainingConfig
from esr_core.data.protocols import Parts
from esr_core.networks import ESR
from esr_core.training import Course, TrainingData, classifier_refit, new_network, refit_classifiers
from esr_core.training.distributed import ALONE, Team, team_of_processes

REFIT = {"refit_classifiers": True}
PENALTY = 0.01  # a line divides these few pictures, so that a smaller one tells rounding from rounding
CASES: dict[str, dict[str, Any]] = {
    "fixed": {"strategy": "fixed"},
    "varied": {"strategy": "varied"},
    "frozen": {"strategy": "frozen"},
    "interleaved": {"strategy": "interleaved"},
    "long": {"strategy": "fixed", "epochs_first_branch": 7},  # two steps an epoch
    "short": {"strategy": "fixed", "epochs_first_branch": 2, "epochs_later_branch": 1, **REFIT},
    "frozen-shared": {"strategy": "custom", "shared_learning_rate": 0.0},
    "affect-heads": {"strategy": "varied", "affect_head": True},  # which no loss of classes reaches
}
TIMES = {"seconds": 0.0, "images_per_second": None}


def pictures(team: Team = ALONE) -> TrainingData:
    """Dark ones and bright ones: 15 to learn from, and seven to validate: no number of processes divides them."""
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 11)
    values = rng.integers(0, 120, (22, 96, 96, 1)) + 120 * labels[:, None, None, None]
    parts = Parts(training=(np.arange(15),), validation=np.arange(15, 22), test=np.arange(15, 22))
    branches = (np.arange(15), np.arange(15))
    return TrainingData(values.astype(np.uint8), labels, parts, branches, "lab", torch.device("cpu"), team=team)


def configuration(batch_size: int, affect_head: bool = False, **changes: Any) -> TrainingConfig:
    """Two branches after the fourth block, four epochs of the first and three of the second."""
    return TrainingConfig(
        data="pictures",
        network=NetworkConfig(
            branching_level=4, num_branches=2, class_names=("dark", "bright"), affect_head=affect_head
        ),
        validate_every_epochs=1,
        batch_size=batch_size,
        learning_rate=0.00005,
        augmentation=AugmentationConfig(brightness=0.0),
        **{"epochs_first_branch": 4, "epochs_later_branch": 3} | changes,
    )


def trained(case: str, batch_size: int, team: Team = ALONE) -> dict[str, Any]:
    """Losses of all steps, validation points without times, and the sum of each weight."""
    config = configuration(batch_size, **CASES[case])
    course = Course(config, new_network(config), pictures(team))
    steps: list[torch.Tensor] = []
    compute = course.learner.task.losses

    def losses(outputs, targets):
        steps.append(compute(outputs, targets))
        return steps[-1]

    course.learner.task.losses = losses
    records = [asdict(replace(record, **TIMES)) for record in course]
    course.learner.task.losses = compute
    with patch.object(classifier_refit, "PENALTY", PENALTY):
        refit_classifiers(config, course.network, course.data)
    return {"losses": [step.tolist() for step in steps], "records": records, "weights": weights(course.network)}


def messages(team: Team) -> dict[str, Any]:
    """What one process says and the others hear."""
    return {"told": team.told(f"ä process {team.rank}"), "none": team.any(False), "any": team.any(team.rank == 1)}


def weights(network: ESR) -> dict[str, float]:
    """A number for each tensor of a network."""
    return {name: value.double().square().sum().item() for name, value in network.state_dict().items()}


def threads() -> list[str]:
    """Names of this process's threads that work for a team; empty where the system does not list them."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return sorted(name for name in names if "gloo" in name)


if __name__ == "__main__":
    torch.set_num_threads(1)
    answer, batch_size, *cases = sys.argv[1:]
    with team_of_processes() as team:
        found: dict[str, Any] = {case: trained(case, int(batch_size), team) for case in cases}
        found["messages"] = messages(team)
    found["threads"] = threads()
    Path(f"{answer}{team.rank}").write_text(json.dumps(found))
