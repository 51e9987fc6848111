"""Probe faces: a few pictures that every validation point explains, so that one can watch how saliency forms."""

import numpy as np
import torch

from esr_core.config import CheckpointDtype
from esr_core.explanations import explain
from esr_core.networks import ESR
from esr_core.training import TrainingData


def choose_probes(data: TrainingData) -> np.ndarray:
    """One validation picture of each class, the first there is: the same for every run on the same parts."""
    validation = data.parts.validation
    classes = np.unique(data.labels[validation])
    return np.array([validation[data.labels[validation] == index][0] for index in classes], dtype=np.int64)


def probe_maps(
    network: ESR, data: TrainingData, probes: np.ndarray, dtype: CheckpointDtype = "float32"
) -> dict[str, torch.Tensor]:
    """Logits (P, N, C) and signed evidence (P, N, C, h, w) of P probe faces, on the CPU; the network is left as it was.

    Maps have a few dozen positions, so all of them are small beside a checkpoint. ``dtype`` is that of the weights.
    """
    explanation = explain(network, data.images(probes))
    maps = {"logits": explanation.logits, "evidence": explanation.evidence.to(evidence_dtype(dtype))}
    return {name: values.cpu().contiguous() for name, values in maps.items()}


def evidence_dtype(dtype: CheckpointDtype) -> torch.dtype:
    """What the evidence is stored in beside weights of ``dtype``: int8 has too few levels for a map's small values."""
    return torch.float16 if dtype == "int8" else getattr(torch, dtype)
