"""What ensembles say of the faces of a video, as tables to save."""

import numpy as np
import pandas as pd

from esr_core.emotions import AFFECT
from esr_core.metrics import plurality_vote, probabilities
from esr_core.metrics.diversity import vote_disagreement
from esr_core.records import FaceBox
from esr_core.video.reading import VideoPart
from esr_core.video.timeline import Timeline


def published_table(face: Timeline) -> pd.DataFrame:
    """A row for each frame of the video, with the columns that the authors' published tool writes.

    Returns:
        ``Timestamp(sec)``, then ``Ensemble_`` and, counted from 0 as there, ``Branch_0_``, ... each with ``Emotion``,
        ``Arousal`` and ``Valence``. The ensemble's emotion is its vote, its valence and arousal are the means of the
        branches'; both are in [-1, 1], where that tool gives arousal in [0, 1]. Empty in frames without the face, and
        valence and arousal of a network that has none.
    """
    names, num_frames = np.array(face.class_names, dtype=object), len(face.times_s)
    whose = ["Ensemble", *(f"Branch_{n}" for n in range(face.logits.shape[1]))]
    emotions = np.full((num_frames, len(whose)), None, dtype=object)
    emotions[face.frames] = names[face.classes]
    affect = np.full((num_frames, len(whose), 2), np.nan)
    if face.affect is not None:
        affect[face.frames] = np.concatenate([face.affect.mean(axis=1, keepdims=True), face.affect], axis=1)
    columns: dict[str, np.ndarray] = {"Timestamp(sec)": face.times_s}
    for position, name in enumerate(whose):
        columns[f"{name}_Emotion"] = emotions[:, position]
        columns[f"{name}_Arousal"] = affect[:, position, 1]
        columns[f"{name}_Valence"] = affect[:, position, 0]
    return pd.DataFrame(columns)


def face_table(part: VideoPart, class_names: tuple[str, ...], ensemble: int = 0) -> pd.DataFrame:
    """A row for each face in each frame: where it is and what an ensemble says of it.

    Returns:
        ``time_s``, ``face``, ``x``, ``y``, ``width``, ``height``, ``tilt_deg``, ``vote``, ``votes``, ``tied``,
        ``disagreement`` (share of the pairs of branches that name different classes), then the mean probabilities as
        ``mean_<class>``, each branch's as ``b<branch>_<class>``, branches counted from 1, and where the network has
        them ``mean_valence``, ``mean_arousal``, and each branch's as ``valence_b<branch>`` and ``arousal_b<branch>``.
    """
    answers = part.answers[ensemble]
    vote, shares = plurality_vote(answers.logits), probabilities(answers.logits)
    columns: dict[str, object] = {"time_s": part.times_s[part.frames], "face": part.numbers}
    columns |= {name: [getattr(box, name) for box in part.boxes] for name in FaceBox.__dataclass_fields__}
    columns["vote"] = np.array(class_names, dtype=object)[vote.predictions]
    columns |= {"votes": vote.votes.max(axis=1, initial=0), "tied": vote.tied}
    columns["disagreement"] = vote_disagreement(vote.votes)
    columns |= {f"mean_{name}": shares.mean(axis=1)[:, c] for c, name in enumerate(class_names)}
    if answers.affect is not None:
        columns |= {f"mean_{name}": answers.affect.mean(axis=1)[:, c] for c, name in enumerate(AFFECT)}
    for branch in range(shares.shape[1]):
        columns |= {f"b{branch + 1}_{name}": shares[:, branch, c] for c, name in enumerate(class_names)}
        if answers.affect is not None:
            columns |= {f"{name}_b{branch + 1}": answers.affect[:, branch, c] for c, name in enumerate(AFFECT)}
    return pd.DataFrame(columns)
