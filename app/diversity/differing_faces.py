"""Which two branches to look at, and the faces on which they name different classes, with both of their maps."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from app import answers
from app.kit.option_box import chosen_in, option_box
from app.kit.picture_tiles import Line, PictureTile, tile_grid
from app.kit.plain_text import for_markdown
from app.shell import session
from esr_core.errors import EsrError
from esr_core.evaluation import Ensemble
from esr_core.explanations import encode_png, overlay

RUN, FIRST, SECOND, START = (f"diversity_{name}" for name in ("run", "first", "second", "start"))
TILE_PX, TILE_REM = 128, 7
SHOWN = 6


class Pair(NamedTuple):
    """Two branches of a run, counted from 1."""

    run_id: str
    first: int
    second: int


def pick(cell: Sequence[Any]) -> None:
    """Take the pair of a clicked cell: run, and two branches counted from 1."""
    st.session_state[RUN], st.session_state[FIRST], st.session_state[SECOND] = cell[0], int(cell[1]), int(cell[2])
    st.session_state[START] = 1


def choose_pair(found: Mapping[str, Ensemble], names: Mapping[str, str]) -> Pair:
    """The boxes that name a run and two of its branches; what was chosen and is there no more is chosen anew."""
    run_box, first_box, second_box = st.columns([6, 2, 2])
    run_id = _choose(run_box, "Run", list(found), RUN, names.__getitem__)
    branches = list(range(1, found[run_id].predictions.logits.shape[1] + 1))
    first = _choose(first_box, "Branch", branches, FIRST)
    second = _choose(second_box, "and branch", [branch for branch in branches if branch != first], SECOND)
    return Pair(run_id, first, second)


def show(ensemble: Ensemble, pair: Pair, keep: np.ndarray) -> None:
    """The faces among the kept pictures (B,) on which a pair differs, and how many there are."""
    rows = _differing(ensemble, pair, keep)
    if not len(rows):
        st.info(_why_none(pair, int(keep.sum())))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        sentence = f"Branches {pair.first} and {pair.second} differ on {len(rows):,} of {keep.sum():,} pictures."
        st.caption(sentence, width="content")
        shown = _some(rows)
    try:
        tile_grid(_faces(ensemble, pair, shown), TILE_REM, "pair-faces")
    except EsrError as error:
        st.info(for_markdown(f"These faces cannot be shown: {error}"))


def _why_none(pair: Pair, num_pictures: int) -> str:
    """Why there is no face to show."""
    if not num_pictures:
        return "This part has no picture of this class."
    return f"Branches {pair.first} and {pair.second} name the same class on every picture: there is no face to show."


def _differing(ensemble: Ensemble, pair: Pair, keep: np.ndarray) -> np.ndarray:
    """Positions of the kept pictures (B,) on which a pair differs, those first of which both branches are surest."""
    said = ensemble.predictions
    sure = said.probabilities.max(axis=2)[:, [pair.first - 1, pair.second - 1]].min(axis=1)
    rows = np.flatnonzero(keep & (said.classes[:, pair.first - 1] != said.classes[:, pair.second - 1]))
    return rows[np.argsort(-sure[rows], kind="stable")]


def _some(rows: np.ndarray) -> np.ndarray:
    """Up to SHOWN of these positions, from the one that is asked for on."""
    if len(rows) <= SHOWN:
        return rows
    session.show(START, min(st.session_state.get(START, 1), len(rows)))
    start = st.number_input("From face", 1, len(rows), step=SHOWN, key=START, width=160)
    return rows[start - 1 : start - 1 + SHOWN]


def _faces(ensemble: Ensemble, pair: Pair, rows: Sequence[int] | np.ndarray) -> list[list[PictureTile]]:
    """The pictures at these positions of the predictions, with both branches' Grad-CAM of what each names.

    Raises:
        EsrError: if the run's prepared set or network cannot be read, or is not what it was.
    """
    said = ensemble.predictions
    prepared = answers.set_of_run(pair.run_id)
    pictures = prepared.images[prepared.rows_of(said.ids[rows])]
    shown = []
    for row, picture in zip(rows, pictures, strict=True):
        truth = said.class_names[said.labels[row]]
        explained = answers.explanation(pair.run_id, picture)
        maps = [_map(ensemble, explained.evidence, picture, row, branch) for branch in (pair.first, pair.second)]
        shown.append([_tile(picture, np.zeros((1, 1)), "labelled", truth, str(said.ids[row])), *maps])
    return shown


def _map(ensemble: Ensemble, evidence: np.ndarray, picture: np.ndarray, row: int, branch: int) -> PictureTile:
    """What a branch, counted from 1, names and where it sees it; evidence is (N, C, h, w) of the picture."""
    said = ensemble.predictions
    class_idx = said.classes[row, branch - 1]
    saliency = np.maximum(evidence[branch - 1, class_idx], 0)
    answer = f"{said.class_names[class_idx]} {said.probabilities[row, branch - 1, class_idx]:.2f}"
    note = "" if saliency.any() else ", no positive evidence"
    return _tile(picture, saliency, f"branch {branch}", answer + note, str(said.ids[row]))


def _tile(picture: np.ndarray, saliency: np.ndarray, title: str, text: str, sample_id: str) -> PictureTile:
    png = encode_png(overlay(picture, saliency, size_px=TILE_PX))
    return PictureTile({f"{title}: {text}": png}, (Line(title, is_faint=True), Line(text)), sample_id)


def _choose(box: st.delta_generator.DeltaGenerator, label: str, options: list[Any], key: str, title: Any = str) -> Any:  # noqa: ANN401 - run or number
    if chosen_in(key) not in options:
        st.session_state[key] = options[0]
    return option_box(box, label, {option: title(option) for option in options}, key)
