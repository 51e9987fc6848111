"""What deletion, insertion and randomisation say of a map: the numbers of one map, and the catalogue of verdicts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from esr_core.explanations.faithfulness import Faithfulness
from esr_core.explanations.randomisation import Randomisation

ALIKE = 0.5  # rank correlation from which on two maps are called alike
MATTERS = 0.02  # difference of two areas below which it makes none which pixels are changed


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Areas under the curves of one map by one measure, in [0, 1]."""

    own: float  # NaN where the map is empty
    random: np.ndarray  # of R random maps (R,)
    centre: float


@dataclass(frozen=True, slots=True, eq=False)
class MapTrust:
    """What was measured of one map."""

    deletion: Areas
    insertion: Areas
    randomised: float  # mean rank correlation with maps of untrained networks; NaN where not defined

    @property
    def falls_first(self) -> bool:
        """Whether the probability falls sooner than by every random map."""
        return bool(self.deletion.own < self.deletion.random.min())

    @property
    def rises_first(self) -> bool:
        """Whether the probability rises sooner than by every random map."""
        return bool(self.insertion.own > self.insertion.random.max())

    @property
    def beats_centre(self) -> bool:
        """Whether the map does better than a blob in the centre by one of the two."""
        return self.deletion.own < self.deletion.centre or self.insertion.own > self.insertion.centre


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence about a map, and when it is true."""

    sentence: str  # follows "the map"; ``{whose}`` stands for branch or ensemble
    condition: str  # in words
    applies: Callable[[MapTrust], bool]


def _hardly_depends(trust: MapTrust) -> bool:
    return max(abs(areas.own - areas.random.mean()) for areas in (trust.deletion, trust.insertion)) < MATTERS


VERDICTS: tuple[Verdict, ...] = (
    Verdict(
        "is empty: there is no positive evidence to test",
        "the map has no positive value",
        lambda trust: bool(np.isnan(trust.deletion.own)),
    ),
    Verdict(
        "can be neither trusted nor refuted: the probability hardly depends on which pixels are changed",
        f"both areas are within {MATTERS} of the random maps' mean",
        _hardly_depends,
    ),
    Verdict(
        "points at what this {whose} uses, better than every random map",
        "deletion below and insertion above every random map",
        lambda trust: trust.falls_first and trust.rises_first,
    ),
    Verdict(
        "finds what the {whose} needs, but alone that is not enough for it",
        "deletion below every random map",
        lambda trust: trust.falls_first,
    ),
    Verdict(
        "finds what is enough for the {whose}, but it can do without",
        "insertion above every random map",
        lambda trust: trust.rises_first,
    ),
    Verdict("does no better than a random map: do not rely on it", "neither", lambda _: True),
)
"""Of these the first that is true holds."""

REMARKS: tuple[Verdict, ...] = (
    Verdict(
        "a blob in the centre does as well",
        "better than every random map by one of the two, and by neither than the blob",
        lambda trust: (trust.falls_first or trust.rises_first) and not trust.beats_centre,
    ),
    Verdict(
        "it hardly depends on what was learned",
        f"rank correlation with the untrained network's map of {ALIKE} or more",
        lambda trust: trust.randomised >= ALIKE,
    ),
)
"""Added to every verdict but the first two where they are true."""


def map_trust(measured: Faithfulness, randomised: Randomisation, number: int) -> MapTrust:
    """The numbers of one map.

    Args:
        measured: deletion and insertion of M maps.
        randomised: their similarity to what they were.
        number: which of them, from 0.
    """

    def areas(measure: str) -> Areas:
        own, random, centre = (
            measured.area(getattr(curves, measure)) for curves in (measured.own, measured.random, measured.centre)
        )
        return Areas(own[number], random[:, number], centre[number])

    untrained = randomised.similarity[:, -1, number]  # no layer has its weights left
    defined = untrained[np.isfinite(untrained)]
    return MapTrust(areas("deletion"), areas("insertion"), float(defined.mean()) if defined.size else float("nan"))


def verdict(trust: MapTrust, whose: str) -> str:
    """What the numbers mean, in words that follow "the map".

    Args:
        trust: of one map.
        whose: ``branch`` or ``ensemble``.
    """
    place = next(place for place, each in enumerate(VERDICTS) if each.applies(trust))
    remarks = [each.sentence for each in REMARKS if place > 1 and each.applies(trust)]
    return "; ".join([VERDICTS[place].sentence.format(whose=whose), *remarks])
