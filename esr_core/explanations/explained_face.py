"""What every branch of a stored run sees in one face, as a picture and as a table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.explanations.face_maps import FaceMaps
from esr_core.explanations.overlay import encode_png
from esr_core.explanations.sheet import SheetRow, SheetStyle, explanation_sheet
from esr_core.metrics import plurality_vote, probabilities


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedFace:
    """What every branch of a run sees in one face; the value of a notebook's cell draws itself."""

    label: str  # of the run
    picture: np.ndarray  # the face as the network sees it, uint8 RGB (96, 96, 3)
    maps: FaceMaps

    def sheet(self, style: SheetStyle | None = None) -> np.ndarray:
        """The face, each branch's map over it and the ensemble's, with their captions: uint8 RGB (H, W, 3)."""
        return explanation_sheet([SheetRow(self.label, self.picture, self.maps)], style)

    @property
    def table(self) -> pd.DataFrame:
        """A row per branch and one of the mean: ``who`` and the probability of every class, in [0, 1]."""
        shares = probabilities(self.maps.logits)
        names = [*(f"branch {number}" for number in range(1, len(shares) + 1)), "mean"]
        values = np.vstack([shares, shares.mean(axis=0)])
        return pd.DataFrame(values, index=pd.Index(names, name="who"), columns=self.maps.class_names)

    @property
    def vote(self) -> str:
        """The class that the branches vote for."""
        return self.maps.class_names[int(plurality_vote(self.maps.logits[None]).predictions[0])]

    def _repr_png_(self) -> bytes:
        return encode_png(self.sheet())
