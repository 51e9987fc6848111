"""The weights of ESR-9 that the authors of the paper published, read as an ensemble of ours.

Their release is a folder of state dicts: ``Net-Base-Shared_Representations.pt`` with the shared layers, and
``Net-Branch_1.pt`` ... ``Net-Branch_9.pt``, each with convolutions ``conv1`` ... ``conv4``, batch norms ``bn1`` ...
``bn4``, and in a branch the linear layers ``fc`` (emotions) and ``fc_dimensional`` (valence and arousal).

Their network takes 96x96 pictures in [0, 1] as OpenCV reads them, blue first, and subtracts no mean: the statistics of
its first batch norm fit that and nothing else. Ours is given RGB, so the first convolution's channels are turned round.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from esr_core.config import NetworkConfig
from esr_core.errors import DataError
from esr_core.folders import PathLike
from esr_core.networks import ESR
from esr_core.presets import configure
from esr_core.run_store import RunStore
from esr_core.trainer.environment import describe_environment

SHARED_FILE = "Net-Base-Shared_Representations.pt"
BRANCH_FILE = re.compile(r"Net-Branch_([1-9]\d*)\.pt")
CLASS_NAMES = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt")
"""AffectNet's order, in which the logits come."""

LEVEL = 4  # convolution blocks in the shared file, and again in each branch's
LICENCE = (
    "published by Siqueira, Magg and Wermter with their paper (AAAI 2020) and trained on AffectNet: for research, no "
    "commercial use"
)
INPUT = (
    "96x96 RGB in [0, 1], with mean 0 and deviation 1; the published files take BGR, their first convolution is turned "
    "round here"
)
ORIGIN = "the ESR-9 that the paper's authors published; the settings are those the paper gives"


def read_esr9(folder: PathLike) -> ESR:
    """The published ensemble, in eval mode on the CPU; it takes RGB pictures (B, 3, 96, 96) in [0, 1].

    Args:
        folder: of the release, with the shared file and the files of branches 1 to any number. The shared file alone
            gives an ensemble without branches, to which some are added.

    Raises:
        DataError: if a file is missing, is not a state dict of tensors, or has a tensor of another name or shape.
    """
    states = [_read(path) for path in _files(Path(folder))]
    network = ESR.from_config(_network_config(len(states) - 1))
    network.load_state_dict(network.state_dict() | _converted(states))  # its normalisation changes nothing as it is
    return network.eval()


def import_esr9(store: RunStore, folder: PathLike, run_id: str | None = None) -> str:
    """Store the published ensemble as a finished run, and return its name.

    It has no history, no parts and no predictions, for the release has none; ``evaluate --data`` measures it.

    Args:
        store: where the run is kept.
        folder: of the release, as for ``read_esr9``.
        run_id: its name; None takes ``esr9-published``, with the number of branches where there are not nine, and
            ``esr9-shared`` for the shared file alone.

    Raises:
        DataError: as ``read_esr9``.
        RunError: if the name is taken or cannot be written.
    """
    network = read_esr9(folder)
    config = configure("affectnet", CLASS_NAMES, {}, "affectnet")  # the paper's settings
    config = config.replace(network=network.config, milestones=())
    writer = store.create(config, run_id or _name(len(network.branches)))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(Path(folder))}
    imported = {"origin": ORIGIN, "licence": LICENCE, "channels": INPUT, "sha256": hashes}
    writer.start(describe_environment(config) | {"imported": imported})
    writer.save_network(network)
    writer.save_parts({})
    writer.log(f"imported: {ORIGIN}; {LICENCE}")
    writer.finish({})
    return writer.run_id


def _name(num_branches: int) -> str:
    if num_branches == 0:
        return "esr9-shared"
    return "esr9-published" if num_branches == 9 else f"esr9-published-{num_branches}"


def _network_config(num_branches: int) -> NetworkConfig:
    return NetworkConfig(
        architecture="wild",
        branching_level=LEVEL,
        num_branches=num_branches,
        class_names=CLASS_NAMES,
        affect_head=num_branches > 0,
    )


def _files(folder: Path) -> list[Path]:
    """The shared file and those of the branches in order; raises DataError if one is missing."""
    if not folder.is_dir():
        raise DataError(f"{folder} must be the folder of the published weights, found no folder")
    shared = folder / SHARED_FILE
    if not shared.is_file():
        raise DataError(f"{folder} must hold {SHARED_FILE}, found {_names(folder)}")
    matches = filter(None, (BRANCH_FILE.fullmatch(path.name) for path in folder.iterdir()))
    numbers = sorted(int(match[1]) for match in matches)
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            raise DataError(f"{folder} must hold Net-Branch_{expected}.pt, for it holds Net-Branch_{numbers[-1]}.pt")
    return [shared, *(folder / f"Net-Branch_{number}.pt" for number in numbers)]


def _names(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    return f"{', '.join(names[:3])}{' ...' if len(names) > 3 else ''}" if names else "nothing"


def _read(path: Path) -> dict[str, Tensor]:
    """A file's tensors by their published names; raises DataError unless it holds those of its kind and no others."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises nearly anything on damage, pickle's own errors included
        kind = type(error).__name__
        raise DataError(
            f"{path} must be a state dict of tensors and nothing else, and cannot be read as one: {kind}"
        ) from None
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise DataError(f"{path} must be a state dict of tensors, found {type(state).__name__}")
    _require_shapes(path, state)
    return dict(state)


def _require_shapes(path: Path, state: Mapping[str, Tensor]) -> None:
    names = _published_names(is_branch=path.name != SHARED_FILE)
    with torch.device("meta"):
        shapes = {name: tuple(value.shape) for name, value in ESR.from_config(_network_config(1)).state_dict().items()}
    for published, ours in names.items():
        if published not in state:
            raise DataError(f"{path} must hold {published}, found {len(state)} other tensors")
        expected, found = shapes[ours.format(branch=0)], tuple(state[published].shape)
        if found != expected:
            raise DataError(f"{path}: {published} must be of shape {expected}, found {found}")
    if unknown := sorted(name for name in state.keys() - names.keys() if not name.endswith("num_batches_tracked")):
        raise DataError(f"{path} must hold the tensors of one part of ESR-9 alone, found {unknown[0]}, too")


def _published_names(*, is_branch: bool) -> dict[str, str]:
    """Our name of each published tensor, with the branch's position left open."""
    first = "branches.{branch}.blocks.%d" if is_branch else "shared.%d"
    offset = -1 if is_branch else 0  # the shared layers begin with the input's normalisation
    names: dict[str, str] = {}
    for number in range(1, LEVEL + 1):
        block = first % (number + offset)
        names |= {f"conv{number}.{kind}": f"{block}.0.{kind}" for kind in ("weight", "bias")}
        kinds = ("weight", "bias", "running_mean", "running_var")
        names |= {f"bn{number}.{kind}": f"{block}.1.{kind}" for kind in kinds}
    if is_branch:
        heads = {"fc": "classifier", "fc_dimensional": "affect_head"}
        names |= {
            f"{theirs}.{kind}": f"branches.{{branch}}.{ours}.{kind}"
            for theirs, ours in heads.items()
            for kind in ("weight", "bias")
        }
    return names


def _converted(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """All published tensors by our names, the first convolution's channels in the order of RGB."""
    shared, *branches = states
    weights = {ours: shared[theirs] for theirs, ours in _published_names(is_branch=False).items()}
    for position, state in enumerate(branches):
        names = _published_names(is_branch=True)
        weights |= {ours.format(branch=position): state[theirs] for theirs, ours in names.items()}
    weights["shared.1.0.weight"] = weights["shared.1.0.weight"].flip(1)
    return {name: value.float() for name, value in weights.items()}
