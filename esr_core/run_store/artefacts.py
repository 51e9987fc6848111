"""What a run has made besides its weights: logits, sample ids, maps of probe faces. Read without unpickling."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from esr_core.config import DataSetConfig, TrainingConfig
from esr_core.errors import ConfigError, DamagedRunError, cause
from esr_core.metrics import Predictions
from esr_core.records import Milestone
from esr_core.run_store import manifest

MOMENT = re.compile(r"branch(\d+)-epoch(\d+)\.safetensors")


@dataclass(frozen=True, slots=True, eq=False)
class ProbeMaps:
    """What every branch said of the run's probe faces at one validation point, and where it looked."""

    branch: int  # branch being trained, counted from 1; 0 = all together (interleaved)
    epoch: int  # epochs done of that branch
    logits: Tensor  # (P, N, C) of P probe faces
    evidence: Tensor  # (P, N, C, h, w), signed; Grad-CAM is its positive part


def moment_name(branch: int, epoch: int) -> str:
    """What files of a moment of training are called, without their ending: branch2-epoch50."""
    return f"branch{branch}-epoch{epoch}"


def milestones(folder: Path) -> Sequence[Milestone]:
    """The moments of training whose weights are kept, in the order they were reached."""
    return sorted(Milestone(branch, epoch, path.stem) for branch, epoch, path in _moments(folder / "checkpoints"))


def read_probe_maps(folder: Path, moments: Collection[tuple[int, int]] | None = None) -> Sequence[ProbeMaps]:
    """The probe faces' maps at validation points, in the order they were made; of moments without a file none.

    Args:
        folder: of the run.
        moments: pairs of branch and epoch to read; None reads all.

    Raises:
        DamagedRunError: if a file cannot be read.
    """
    found = sorted(_moments(folder / "maps"))
    return [_probe_maps(*moment) for moment in found if moments is None or moment[:2] in moments]


def read_predictions(folder: Path, part: str) -> Predictions:
    """What the ensemble said of a part.

    Raises:
        DamagedRunError: if they are missing, altered since they were stored, or cannot be read.
    """
    path = folder / "predictions" / f"{part}.parquet"
    if not path.exists():
        is_imported = (folder / "manifest.json").exists() and "imported" in read_environment(folder)
        why = "it was trained elsewhere, and `evaluate --data` measures it" if is_imported else "it has not finished"
        raise DamagedRunError(f"run {folder.name} has stored no predictions of its {part} part: {why}")
    try:
        manifest.require_unaltered(folder, f"predictions/{path.name}")
        return Predictions.from_table(pd.read_parquet(path))
    except DamagedRunError:
        raise
    except Exception as error:  # of damage, pyarrow raises nearly anything
        raise DamagedRunError(f"{folder.name}/predictions/{part}.parquet cannot be read: {cause(error)}") from None


def read_environment(folder: Path) -> dict[str, Any]:
    """What the run was made with: versions, device, seed, fingerprint of its data.

    Raises:
        DamagedRunError: if it is missing or cannot be read.
    """
    name = f"{folder.name}/environment.json"
    try:
        values = json.loads((folder / "environment.json").read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedRunError(f"{name} cannot be read: {cause(error)}") from None
    if not isinstance(values, dict):
        raise DamagedRunError(f"{name} must hold names and values, found {values}")
    return values


def on_its_set(folder: Path, config: TrainingConfig) -> TrainingConfig:
    """A run's configuration with what identifies its set, which some runs have in their environment alone.

    So have those made before it was stored with the settings, and those whose set was prepared by their own training.
    """
    if config.data_set is not None:
        return config
    try:
        card = read_environment(folder)["data"]
        return config.replace(data_set=DataSetConfig(name=card["name"], fingerprint=card["fingerprint"]))
    except (DamagedRunError, ConfigError, KeyError, TypeError):  # not begun, older still or damaged
        return config


def _moments(folder: Path) -> list[tuple[int, int, Path]]:
    matches = ((MOMENT.fullmatch(path.name), path) for path in folder.glob("branch*"))
    return [(int(match[1]), int(match[2]), path) for match, path in matches if match]


def _probe_maps(branch: int, epoch: int, path: Path) -> ProbeMaps:
    try:
        tensors = load_file(path)
        return ProbeMaps(branch, epoch, tensors["logits"], tensors["evidence"].float())
    except (OSError, SafetensorError, KeyError) as error:
        raise DamagedRunError(f"{path.parents[1].name}/maps/{path.name} cannot be read: {cause(error)}") from None
