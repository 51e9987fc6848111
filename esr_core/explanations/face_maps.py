"""One face as one ensemble sees it: what it says, the maps asked for, and the words that belong under each."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from esr_core.emotions import AFFECT
from esr_core.errors import ExplanationError
from esr_core.explanations.attribution import attribute_all
from esr_core.explanations.grad_cam import explain
from esr_core.explanations.settings import AttributionSettings
from esr_core.metrics import Vote, plurality_vote, probabilities
from esr_core.networks import ESR


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of one map."""

    name: str  # "branch 2" or "ensemble"
    prediction: str  # the class explained, or "valence"
    number: str  # its probability or votes; of affect its value
    note: str = ""  # "no positive evidence", "tie, ...", what is predicted instead


@dataclass(frozen=True, slots=True, eq=False)
class FaceMaps:
    """Answers of N branches for one face, and a signed map of each and of the ensemble.

    Raises:
        ExplanationError: if the arrays do not fit together.
    """

    settings: AttributionSettings  # of the branches' maps
    class_names: tuple[str, ...]
    logits: np.ndarray  # (N, C)
    branches: np.ndarray  # (N, h, w)
    ensemble: np.ndarray  # (h, w)
    affect: np.ndarray | None = None  # valence and arousal, (N, 2)

    def __post_init__(self) -> None:
        num_branches, num_classes = self.logits.shape
        if len(self.class_names) != num_classes:
            raise ExplanationError(f"class_names must hold {num_classes} names, got {len(self.class_names)}")
        if self.branches.shape != (num_branches, *self.ensemble.shape):
            raise ExplanationError(
                f"branches must be {num_branches} maps like the ensemble's, {self.ensemble.shape}, got "
                f"{self.branches.shape}"
            )

    @property
    def maps(self) -> list[np.ndarray]:
        """All maps (h, w), the ensemble's last."""
        return [*self.branches, self.ensemble]

    @property
    def classes(self) -> np.ndarray:
        """Class index that each of ``maps`` is about, (N + 1,); of valence and arousal what is predicted."""
        if self.settings.class_idx is not None:
            return np.full(len(self.maps), self.settings.class_idx)
        return np.append(self.logits.argmax(axis=1), plurality_vote(self.logits[None]).predictions)

    @property
    def num_opinions(self) -> int:
        """Of how many of ``maps`` there is something to say: the ensemble of a single network has none of its own."""
        return len(self.maps) if len(self.branches) > 1 else 1

    @property
    def titles(self) -> list[str]:
        """What each of these ``num_opinions`` maps is of and about: "branch 2: fear"."""
        return [f"{caption.name}: {caption.prediction}" for caption in self.captions()[: self.num_opinions]]

    @property
    def subject(self) -> str:
        """What the maps are evidence for."""
        if self.settings.quantity in AFFECT:
            return self.settings.quantity
        idx = self.settings.class_idx
        name = "each branch's own prediction" if idx is None else self.class_names[idx]
        return f"the probability of {name}" if self.settings.quantity == "probability" else name

    @property
    def title(self) -> str:
        """By which method, at which block and for what."""
        return f"{self.settings.title} for {self.subject}"

    def captions(self, signed: bool = False) -> list[Caption]:
        """One for each map, in the order of ``maps``; ``signed`` where evidence against is drawn as well."""
        if self.settings.quantity in AFFECT:
            return self._affect_captions(signed)
        shares, vote = probabilities(self.logits), plurality_vote(self.logits[None])
        branches = [self._branch_caption(n, shares[n], signed) for n in range(len(shares))]
        return [*branches, self._ensemble_caption(vote, signed)]

    def _affect_captions(self, signed: bool) -> list[Caption]:
        if self.affect is None:
            raise ExplanationError(f"affect must be given for {self.settings.quantity}, got none")
        values = self.affect[:, AFFECT.index(self.settings.quantity)]
        names = [f"branch {n + 1}" for n in range(len(values))] + ["ensemble"]
        return [
            Caption(name, self.settings.quantity, f"{value:+.2f}", _emptiness(saliency, signed))
            for name, value, saliency in zip(names, [*values, values.mean()], self.maps, strict=True)
        ]

    def _branch_caption(self, branch: int, shares: np.ndarray, signed: bool) -> Caption:
        """``shares`` are the branch's probabilities (C,)."""
        predicted = int(shares.argmax())
        asked = predicted if self.settings.class_idx is None else self.settings.class_idx
        instead = "" if asked == predicted else f"predicts {self.class_names[predicted]} {shares[predicted]:.2f}"
        note = ", ".join(filter(None, (instead, _emptiness(self.branches[branch], signed))))
        return Caption(f"branch {branch + 1}", self.class_names[asked], f"{shares[asked]:.2f}", note)

    def _ensemble_caption(self, vote: Vote, signed: bool) -> Caption:
        asked = int(self.classes[-1])
        tie = "tie, decided by mean probability" if self.settings.class_idx is None and vote.tied[0] else ""
        note = ", ".join(filter(None, (tie, _emptiness(self.ensemble, signed))))
        count = f"{vote.votes[0, asked]} of {len(self.logits)} votes"
        return Caption("ensemble", self.class_names[asked], count, note)


def face_maps(net: ESR, image: Tensor, settings: AttributionSettings) -> FaceMaps:
    """What a network says of one face, float (1, K, 96, 96), and the maps of every branch and of their mean.

    Raises:
        ConfigError, ExplanationError: as ``attribute`` does.
    """
    explanation = explain(net, image)
    maps = attribute_all(net, image, settings)[0].numpy(force=True)
    affect = None if explanation.affect is None else explanation.affect[0].numpy(force=True)
    return FaceMaps(
        settings,
        net.config.class_names,
        explanation.logits[0].numpy(force=True),
        maps[:-1],
        maps[-1],
        affect,
    )


def _emptiness(saliency: np.ndarray, signed: bool) -> str:
    if signed:
        return "" if saliency.any() else "no evidence"
    return "" if (saliency > 0).any() else "no positive evidence"
