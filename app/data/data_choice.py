"""Which prepared set a page is about, and which of its pictures it shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
import streamlit as st

from app import answers
from app.kit.option_box import option_box
from app.kit.picture_tiles import Line, PictureTile
from app.kit.plain_text import for_markdown
from app.shell import session
from app.shell.controls import Controls
from esr_core.data.labels import VOTES
from esr_core.data.prepared import PreparedCard
from esr_core.data.summary import agreement

NO_CLASS = -1
JPEG_QUALITY = 90
MOST_OPTIONS = 500
SET = Controls("shown-set", lambda name: {"data_set": name})
DISPUTED = "most disputed first"


@dataclass(frozen=True, slots=True, eq=False)
class ChosenSamples:
    """Pictures that pass the filters, and how many there are in all."""

    samples: list[PictureTile]
    matching: int


def choose_set(sets: Mapping[str, PreparedCard]) -> str:
    """The box that names the prepared set a page is about; one that is not there is said, and the first one taken."""
    first = next(iter(sets))
    SET.take(session.prepared_set() or first, lambda chosen: session.set_prepared_set(chosen["data_set"]))
    asked = session.prepared_set() or first
    if asked not in sets:
        st.warning(for_markdown(f"There is no prepared set {asked}."))
        asked = first
    SET.show(asked)
    titles = {name: f"{name} · {card.title} · {card.num_pictures:,} pictures" for name, card in sets.items()}
    option_box(st.container(), "Prepared set", titles, "data_set")
    SET.send(asked)
    return asked


def choose_samples(name: str, most: int) -> ChosenSamples:
    """The line of filters above the samples, and up to ``most`` pictures that pass; others at each click."""
    prepared = answers.prepared_set(name)
    labels, class_names = prepared.labels, prepared.card.class_names
    filters: dict[str, tuple[pd.Series, Callable[[int], str] | type[str]]] = {
        "Class": (labels["emotion"].fillna(NO_CLASS), lambda index: "no class" if index < 0 else class_names[index]),
        "Subject": (labels["subject"], str),
        "Split": (labels["split"], str),
    }
    known = {label: values for label, values in filters.items() if values[0].notna().any()}
    agreed = agreement(labels)
    boxes = iter(st.columns([3] * (len(known) + agreed.notna().any()) + [2], vertical_alignment="bottom"))
    keep = np.ones(len(labels), dtype=bool)
    for label, (values, title) in known.items():
        keep &= _passing(next(boxes), label, values, title, f"data-{label.lower()}-{name}")
    rows = np.random.default_rng(0).permutation(np.flatnonzero(keep))
    if (
        agreed.notna().any()
        and next(boxes).selectbox("Order", ["random", DISPUTED], key=f"data-order-{name}", persist_state="session")
        == DISPUTED
    ):
        rows = rows[np.argsort(agreed.to_numpy()[rows], kind="stable")]  # those without votes come last
    start = first_shown(next(boxes), f"data-others-{name}", len(rows), most)
    shown = rows[start : start + most]
    return ChosenSamples(
        [shown_sample(prepared.images[row], labels.iloc[row], class_names) for row in shown], len(rows)
    )


def _passing(
    box: st.delta_generator.DeltaGenerator, label: str, values: pd.Series, title: Callable[[int], str], key: str
) -> np.ndarray:
    """Which rows have the value chosen in ``box``; of thousands of values the browser would be slow to list them."""
    known = sorted(values.dropna().unique())
    if len(known) > MOST_OPTIONS:
        chosen = (
            box.text_input(label, placeholder=f"any of {len(known):,}", key=key, persist_state="session").strip()
            or None
        )
    else:
        chosen = option_box(box, label, {None: "any"} | {value: title(value) for value in known}, key)
    return np.ones(len(values), dtype=bool) if chosen is None else (values == chosen).fillna(value=False).to_numpy(bool)


def first_shown(box: st.delta_generator.DeltaGenerator, key: str, count: int, most: int) -> int:
    """Where those shown begin among ``count`` pictures or pairs: a click shows the next ``most``, if there are more."""
    clicked = box.button("Show others", key=key, disabled=count <= most, width="stretch")
    turn = st.session_state.get(f"{key}-turn", 0) + clicked
    st.session_state[f"{key}-turn"] = turn
    return turn * most % count if count > most else 0


def shown_sample(
    picture: np.ndarray, row: pd.Series, class_names: Sequence[str], detail: str | None = None
) -> PictureTile:
    """One picture, uint8 RGB (96, 96, 3), with its labels in words.

    Args:
        picture: to draw.
        row: its labels.
        class_names: of its set.
        detail: the second line; None says how far annotators agree, or else whose face it is.
    """
    class_name = "no class" if pd.isna(row["emotion"]) else class_names[row["emotion"]]
    votes = row.filter(like=VOTES).dropna().astype(int)
    if detail is None and votes.sum():
        detail = f"{votes.max()} of {votes.sum()} alike"
    elif detail is None:
        detail = "" if pd.isna(row["subject"]) else row["subject"]
    told = [class_name, *(row[name] for name in ("subject", "split") if not pd.isna(row[name]))]
    told += [f"{name} {row[name]:.2f}" for name in ("valence", "arousal") if not pd.isna(row[name])]
    told += [f"{count} × {choice.removeprefix(VOTES)}" for choice, count in votes.items() if count]
    _, jpeg = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    about = " · ".join([*told, row["file"]])
    return PictureTile({about: jpeg.tobytes()}, (Line(class_name), Line(detail, is_faint=True)), about)
