"""The gallery: the ensembles on FER+ that the project ships, as settings by the names of their runs.

All lab ensembles that add their branches in turn share one seed and one first branch, so that they differ in level or
strategy alone; as in the paper, each branch leaves one fold of the training part out, and the single network none. The
wild ensemble is as large as the machine allows.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.devices import resolve_device
from esr_core.presets import configure

GROUP = "gallery"
PRESET = "ferplus-lab"
MOMENTS = (0, 1, 5)  # epochs whose weights are kept, where the time machine is to work

FIRST_VISIT = ("gallery-single", "gallery-te", "gallery-level3-varied", "gallery-level5-varied")
"""The first three of these that are there are picked for whoever opens the dashboard for the first time: the paper's
comparison in short, or as much of it as there is."""

# Half precision, and int8 for milestones and the largest, keep all of them below 60 MB.
COMMON: Mapping[str, Any] = MappingProxyType({"checkpoint_dtype": "float16"})

# By run: what differs from the preset. Those of a first visit come first.
GALLERY: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "gallery-level3-varied": {"milestones": MOMENTS, "milestone_dtype": "int8"},
        "gallery-single": {
            "network.num_branches": 1,
            "network.branching_level": 5,
            "milestones": MOMENTS,
            "checkpoint_dtype": "float32",
        },
        "gallery-level5-varied": {"network.branching_level": 5},
        "gallery-level3-frozen": {"strategy": "frozen"},
        # Its branches share nothing that is trained already, so that each takes as long as the first. A moment of it is
        # four whole networks: more than one before the end, and the wild ensemble would not find room beside it.
        "gallery-te": {
            "network.branching_level": 0,
            "epochs_later_branch": 20,
            "milestones": MOMENTS[-1:],
            "milestone_dtype": "int8",
        },
        "gallery-level4-varied": {"network.branching_level": 4},
        "gallery-level2-varied": {"network.branching_level": 2},
        "gallery-level3-fixed": {"strategy": "fixed"},
        "gallery-level1-varied": {"network.branching_level": 1},
        # Each of its epochs shows every picture to each of the four branches: as many steps as the others take.
        "gallery-level3-interleaved": {"strategy": "interleaved", "epochs_first_branch": 12},
        "gallery-wild": {
            "network.architecture": "wild",
            "network.branching_level": 4,
            "strategy": "frozen",
            "epochs_later_branch": 4,
        },
    }
)

# What a CUDA card has the time for, in place of some of the above. A batch of 32 pictures would leave most of it idle;
# with batches 4 times as large, learning rates grow by the root of 4.
ON_A_CARD: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "gallery-wild": {
            "network.num_branches": 9,
            "checkpoint_dtype": "int8",  # in float16, nine branches alone take 41 MB
            "strategy": "varied",
            "batch_size": 128,
            "learning_rate": 0.2,
            "trained_branch_learning_rate": 0.04,
            "weight_decay": 0.0005,  # this and erasing: more than twice as many epochs would else learn by heart
            "augmentation.erasing": 0.5,
            "epochs_first_branch": 40,
            "epochs_later_branch": 8,
            "validate_every_epochs": 2,
        },
    }
)


def gallery(
    data: str, class_names: Sequence[str], device: str = "auto", on_a_card: bool | None = None
) -> dict[str, TrainingConfig]:
    """The configurations of the gallery by run id, in the order in which they are best trained.

    Args:
        data: folder of the prepared set.
        class_names: of that set.
        device: to train on.
        on_a_card: whether ensembles are as large as a CUDA card allows; None asks the device.

    Raises:
        ConfigError: if the classes are none that a network can have, or this machine has no such device.
    """
    if on_a_card is None:
        on_a_card = resolve_device(device).type == "cuda"
    larger = ON_A_CARD if on_a_card else {}
    return {
        run_id: configure(
            data, class_names, {**COMMON, **settings, **larger.get(run_id, {}), "device": device}, PRESET
        ).replace(group=GROUP)
        for run_id, settings in GALLERY.items()
    }
