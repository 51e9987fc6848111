"""What an ensemble said of a part of a data set, beside what is true: what every measure is taken from."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from esr_core.emotions import AFFECT
from esr_core.errors import MetricError
from esr_core.metrics.voting import Vote, mean_probability, plurality_vote, probabilities


@dataclass(frozen=True, eq=False)
class Predictions:
    """Labels and logits of B pictures; nobody writes to the arrays."""

    ids: np.ndarray  # names of the pictures (B,)
    labels: np.ndarray  # class indices (B,); -1 where a picture has no class
    logits: np.ndarray  # (B, N, C)
    class_names: tuple[str, ...]
    affect_targets: np.ndarray | None = None  # valence and arousal as labelled (B, 2); None where not the task
    affect: np.ndarray | None = None  # as each branch says (B, N, 2)

    @cached_property
    def classes(self) -> np.ndarray:
        """Each branch's class index, (B, N)."""
        return self.logits.argmax(axis=2)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Softmax of the logits, (B, N, C)."""
        return probabilities(self.logits)

    @cached_property
    def mean_probability(self) -> np.ndarray:
        """Mean of the branches' probabilities, (B, C)."""
        return mean_probability(self.logits)

    @cached_property
    def vote(self) -> Vote:
        """The ensemble's plurality vote."""
        return plurality_vote(self.logits)

    def where(self, keep: np.ndarray) -> "Predictions":
        """Those of the pictures that ``keep``, bool (B,), chooses."""
        targets = None if self.affect_targets is None else self.affect_targets[keep]
        affect = None if self.affect is None else self.affect[keep]
        return Predictions(self.ids[keep], self.labels[keep], self.logits[keep], self.class_names, targets, affect)

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> "Predictions":
        """Read back what ``to_table`` wrote.

        Raises:
            MetricError: if columns are missing.
        """
        matches = [re.fullmatch(r"b(\d+)_(.*)", name, re.DOTALL) for name in table.columns]  # a class may have any name
        found = [(int(match[1]), match[2]) for match in matches if match]
        names = tuple(name for branch, name in found if branch == 1)
        num_branches = max((branch for branch, _ in found), default=0)
        if not {"id", "label"} <= set(table.columns) or len(found) != num_branches * len(names):
            raise MetricError(f"predictions need columns id, label and b<branch>_<class>, got {list(table.columns)}")
        logits = table[[f"b{branch}_{name}" for branch, name in found]].to_numpy()
        targets = affect = None
        if set(AFFECT) <= set(table.columns):
            targets = table[list(AFFECT)].to_numpy()
            columns = [f"{name}_b{branch + 1}" for branch in range(num_branches) for name in AFFECT]
            affect = table[columns].to_numpy().reshape(len(table), num_branches, 2)
        shape = (len(table), num_branches, len(names))
        return cls(table["id"].to_numpy(), table["label"].to_numpy(), logits.reshape(shape), names, targets, affect)

    def to_table(self) -> pd.DataFrame:
        """One row per picture.

        Returns:
            Columns ``id``, ``label`` and ``b<branch>_<class>`` (logits), branches counted from 1; where affect is the
            task also ``valence`` and ``arousal`` as labelled and ``valence_b<branch>`` and ``arousal_b<branch>``.
        """
        columns = {"id": self.ids, "label": self.labels}
        for branch in range(self.logits.shape[1]):
            for position, name in enumerate(self.class_names):
                columns[f"b{branch + 1}_{name}"] = self.logits[:, branch, position]
        if self.affect is not None and self.affect_targets is not None:
            for position, name in enumerate(AFFECT):
                columns[name] = self.affect_targets[:, position]
                branches = range(self.affect.shape[1])
                columns |= {f"{name}_b{branch + 1}": self.affect[:, branch, position] for branch in branches}
        return pd.DataFrame(columns)
