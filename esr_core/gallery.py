"""The gallery: the ensembles on FER+ that the project ships, as settings by the names of their runs.

All lab networks share one seed and one first branch, so that they differ in level or strategy alone.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.presets import configure

GROUP = "gallery"
PRESET = "ferplus-lab"
MOMENTS = (0, 1, 5)  # epochs whose weights are kept, where the time machine is to work

FIRST_VISIT = ("gallery-single", "gallery-te", "gallery-level3-varied")
"""The runs that are picked for whoever opens the dashboard for the first time: the paper's comparison in short."""

# By run: what differs from the preset. Those of a first visit come first.
GALLERY: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "gallery-single": {"network.num_branches": 1, "network.branching_level": 5, "milestones": MOMENTS},
        "gallery-level3-varied": {"milestones": MOMENTS},
        "gallery-te": {"network.branching_level": 0, "milestones": MOMENTS},
        "gallery-level5-varied": {"network.branching_level": 5},
        "gallery-level3-frozen": {"strategy": "frozen"},
        "gallery-level4-varied": {"network.branching_level": 4},
        "gallery-level2-varied": {"network.branching_level": 2},
        "gallery-level3-fixed": {"strategy": "fixed"},
        "gallery-level1-varied": {"network.branching_level": 1},
        # Each of its epochs shows every picture to each of the four branches: as many steps as the others take.
        "gallery-level3-interleaved": {"strategy": "interleaved", "epochs_first_branch": 7},
        "gallery-wild": {
            "network.architecture": "wild",
            "network.branching_level": 4,
            "strategy": "frozen",
            "epochs_later_branch": 4,
            "checkpoint_dtype": "float16",
        },
    }
)


def gallery(data: str, class_names: Sequence[str], device: str = "auto") -> dict[str, TrainingConfig]:
    """The configurations of the gallery by run id, in the order in which they are best trained.

    Args:
        data: folder of the prepared set.
        class_names: of that set.
        device: to train on.

    Raises:
        ConfigError: if the classes are none that a network can have.
    """
    return {
        run_id: configure(data, class_names, {**settings, "device": device}, PRESET).replace(group=GROUP)
        for run_id, settings in GALLERY.items()
    }
