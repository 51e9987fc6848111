"""Which prepared set the picked runs are measured on, instead of the pictures they were tested on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from app import answers
from app.kit.option_box import option_box
from app.kit.plain_text import for_markdown
from app.shell import clicks
from esr_core.errors import DataError, EsrError
from esr_core.evaluation import SET_PARTS, Evaluation, JoinRules, Pictures

OWN = "the runs' own"
UNKNOWN_TEXTS = {"leave-out": "are left out", "wrong": "count as wrong"}
ANSWER_TEXTS = {"all": "all its classes", "shared": "shared classes only"}


@dataclass(frozen=True, slots=True, eq=False)
class CrossSetChoice:
    """What the picked runs are asked about."""

    pictures: Pictures
    rules: JoinRules
    name: str  # of set and part, for keys and files


def choose_set() -> str | None:
    """The box that names another prepared set; None stands for each run's own pictures."""
    sets = answers.prepared()
    titles = {None: OWN} | {name: f"{name} · {card.title}" for name, card in sets.items()}
    box, _ = st.columns([5, 6])
    return option_box(box, "Pictures", titles, "evaluation_set")


def choose_pictures(name: str) -> CrossSetChoice | None:
    """The line of choices below; None where the set has no picture to measure on, which a warning says."""
    try:
        default = answers.set_pictures(name).part
        splits = answers.prepared()[name].split_counts
        parts = [part for part in SET_PARTS if part == "all" or any(splits.get(part, ()))]
        boxes = st.columns([3, 4, 4], vertical_alignment="bottom")
        part = _choice(boxes[0], "Part", {part: part for part in parts}, default, f"evaluation_part_{name}")
        lacking = "Pictures of classes that a network lacks"
        unknown = _choice(boxes[1], lacking, UNKNOWN_TEXTS, "leave-out", "evaluation_unknown_classes")
        allowed = _choice(boxes[2], "A network may answer", ANSWER_TEXTS, "all", "evaluation_answers")
        return CrossSetChoice(answers.set_pictures(name, part), JoinRules(unknown, allowed), f"{name}-{part}")
    except DataError as error:
        st.warning(for_markdown(f"{error}."))
        return None


def evaluations(run_ids: Sequence[str], choice: CrossSetChoice) -> dict[str, Evaluation]:
    """Everything measured of the runs that were asked, what was done, and a button that asks the others."""
    results, unasked = {}, []
    for run_id in run_ids:
        try:
            if (result := answers.cross_evaluation(run_id, choice.pictures, choice.rules)) is None:
                unasked.append(run_id)
            else:
                results[run_id] = result
        except EsrError as error:
            st.warning(for_markdown(f"{run_id}: {error}."))
    if unasked:
        _offer(unasked, choice.pictures)
    _draw_notes({run_id: result.notes for run_id, result in results.items()})
    return {run_id: result.evaluation for run_id, result in results.items()}


def _draw_notes(notes: Mapping[str, Sequence[str]]) -> None:
    """What was done: a line for all runs, then each sentence that is true of some alone, with their names."""
    by_note = {
        note: [run_id for run_id, of_run in notes.items() if note in of_run]
        for note in dict.fromkeys(note for of_run in notes.values() for note in of_run)
    }
    general = [note for note, runs in by_note.items() if len(runs) == len(notes)]
    special = [f"{note} ({', '.join(runs)})" for note, runs in by_note.items() if len(runs) < len(notes)]
    for line in filter(None, ["; ".join(general), *special]):
        st.caption(for_markdown(f"{line[0].upper()}{line[1:]}."))


def _choice(
    box: st.delta_generator.DeltaGenerator, label: str, texts: Mapping[str, str], default: str, key: str
) -> str:
    return box.segmented_control(
        label,
        list(texts),
        default=default,
        required=True,
        format_func=lambda value: texts[value],
        key=key,
        persist_state="session",
    )


def _offer(run_ids: Sequence[str], pictures: Pictures) -> None:
    """The button, and after a click the answers."""
    st.info(for_markdown(f"Not asked about these pictures yet: {', '.join(run_ids)}."))
    whom = "the run" if len(run_ids) == 1 else f"{len(run_ids)} runs"
    if st.button(f"Ask {whom} about {len(pictures.rows):,} pictures", type="primary", key="evaluation_ask"):
        try:
            _ask(run_ids, pictures)
        except EsrError as error:
            st.warning(for_markdown(f"{error}."))
        else:
            st.rerun()


def _ask(run_ids: Sequence[str], pictures: Pictures) -> None:
    """Ask one run after the other, with a bar over all of them."""
    bar = st.progress(0.0)

    def show(position: int, run_id: str, done: int, total: int) -> None:
        share = (position + done / total) / len(run_ids)
        bar.progress(share, for_markdown(f"{run_id}: {done:,} of {total:,} pictures"))

    for position, run_id in enumerate(run_ids):
        clicks.ask(run_id, pictures, partial(show, position, run_id))
