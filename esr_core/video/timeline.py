"""One face over time, as one ensemble sees it: emotions, vote, disagreement, valence and arousal of every frame."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics import Vote, mean_probability, plurality_vote, probabilities
from esr_core.metrics.diversity import vote_disagreement
from esr_core.records import FaceBox
from esr_core.video.reading import VideoPart


@dataclass(frozen=True, eq=False)
class Timeline:
    """What the N branches of an ensemble say of one face in K of the T frames of a video."""

    times_s: np.ndarray  # of all frames (T,)
    frames: np.ndarray  # those with the face, positions among ``times_s``, rising (K,)
    boxes: tuple[FaceBox, ...]  # of the face in these (K)
    logits: np.ndarray  # (K, N, C)
    class_names: tuple[str, ...]
    affect: np.ndarray | None = None  # valence and arousal (K, N, 2); None without an affect head

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Of each branch, (K, N, C)."""
        return probabilities(self.logits)

    @cached_property
    def predictions(self) -> np.ndarray:
        """Class index that each branch names, (K, N)."""
        return self.logits.argmax(axis=2)

    @cached_property
    def vote(self) -> Vote:
        """The ensemble's."""
        return plurality_vote(self.logits)

    @cached_property
    def classes(self) -> np.ndarray:
        """Class index of the vote and of each branch's prediction, (K, N + 1)."""
        return np.column_stack([self.vote.predictions, self.predictions])

    def shares(self, class_idx: int | None = None) -> np.ndarray:
        """Probability of a class for the ensemble, where it is the branches' mean, and for each branch, (K, N + 1).

        Args:
            class_idx: in [0, C); None takes what each names, as ``classes`` has it.
        """
        each = np.concatenate([mean_probability(self.logits)[:, None], self.probabilities], axis=1)  # (K, N + 1, C)
        asked = self.classes if class_idx is None else np.full(self.classes.shape, class_idx)
        return np.take_along_axis(each, asked[..., None], axis=2)[..., 0]

    @cached_property
    def disagreement(self) -> np.ndarray:
        """Share of the pairs of branches that name different classes, (K,) in [0, 1]; NaN of a single branch."""
        return vote_disagreement(self.vote.votes)

    def in_all_frames(self, values: np.ndarray) -> np.ndarray:
        """Values of the K frames with the face (K, ...), as floats in their places among all (T, ...), else NaN."""
        spread = np.full((len(self.times_s), *values.shape[1:]), np.nan)
        spread[self.frames] = values
        return spread


def frames_of_faces(part: VideoPart) -> dict[int, int]:
    """In how many frames each face is, by its number, the most frequent first."""
    return dict(Counter(part.numbers.tolist()).most_common())


def timeline(part: VideoPart, number: int, class_names: tuple[str, ...], ensemble: int = 0) -> Timeline:
    """One face of a video that has been read.

    Args:
        part: all that was read of it.
        number: of the face.
        class_names: of the ensemble.
        ensemble: its position among those that were asked.

    Raises:
        MetricError: if there is no such face or ensemble.
    """
    (rows,) = np.nonzero(part.numbers == number)
    if not len(rows):
        raise MetricError(f"number must be of a face in the video, {sorted(set(part.numbers.tolist()))}, got {number}")
    if not 0 <= ensemble < len(part.answers):
        raise MetricError(f"ensemble must be in 0-{len(part.answers) - 1}, got {ensemble}")
    answers = part.answers[ensemble]
    return Timeline(
        part.times_s,
        part.frames[rows],
        tuple(part.boxes[row] for row in rows),
        answers.logits[rows],
        class_names,
        None if answers.affect is None else answers.affect[rows],
    )
