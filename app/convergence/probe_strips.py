"""Which probe face and branch are looked at, and a film strip of them for each run."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import answers
from app.answers import ProbeFaces
from app.convergence.film_strip import Moment, ProbeFace, face_titles, in_order, moments, strip
from app.kit.picture_tiles import run_row
from app.kit.plain_text import for_markdown
from esr_core.errors import EsrError
from esr_core.records import EpochRecord, RunInfo


def draw_strips(
    runs: Sequence[RunInfo], histories: Mapping[str, Sequence[EpochRecord]], colours: Mapping[str, str]
) -> None:
    """Draw the question, the choices and a row for each run; a sentence for each run that has none."""
    st.subheader("How does a branch come to look where it looks?")
    faces = _faces(runs)
    titles = face_titles(faces)
    if not titles:
        st.info("No picked run has stored maps of probe faces.")
        return
    face_box, branch_box = st.columns([6, 2])
    sample = face_box.selectbox("Probe face", list(titles), format_func=titles.__getitem__, key="convergence_face")
    most = max(len(record.accuracy) for history in histories.values() for record in history)
    branch = branch_box.selectbox("Branch", range(1, most + 1), key="convergence_branch")
    st.caption(
        "A validation picture that every point explains, while this branch is trained, as in the paper's Figure 5, "
        "right. Grad-CAM of what the branch names at that moment, each map on its own scale."
    )
    absent = (of_run.absent for of_run in faces.values() if sample in of_run.ids)
    for sentence in dict.fromkeys(filter(None, absent)):
        st.caption(for_markdown(f"Maps are drawn without their faces: {sentence}."))
    shown = moments({run_id: histories[run_id] for run_id in faces}, branch)
    for run in in_order([run for run in runs if run.run_id in faces]):
        _draw_run(run, colours[run.run_id], faces[run.run_id], sample, branch, shown[run.run_id])


def _faces(runs: Sequence[RunInfo]) -> dict[str, ProbeFaces]:
    """The probe faces of each run that has any; why not, of one that is damaged."""
    faces = {}
    for run in runs:
        try:
            of_run = answers.probe_faces(run.run_id)
        except EsrError as error:
            st.warning(for_markdown(f"{run.title} shows no probe faces: {error}."))
            continue
        if of_run.ids:
            faces[run.run_id] = of_run
    return faces


def _draw_run(
    run: RunInfo, colour: str, faces: ProbeFaces, sample: str, branch: int, moments: Sequence[Moment]
) -> None:
    """One row; a sentence where there is none."""
    if sample not in faces.ids:
        st.caption(for_markdown(f"{run.title} has other probe faces."))
        return
    try:
        stored = answers.probe_moments(run.run_id, moments)
    except EsrError as error:
        st.warning(for_markdown(f"{run.title} shows no maps: {error}."))
        return
    position = faces.ids.index(sample)
    face = ProbeFace(position, None if faces.pictures is None else faces.pictures[position])
    if tiles := strip(stored, face, branch, answers.class_names(run.run_id)):
        run_row(run.label, colour, run.run_id, tiles, "film-strip")
    else:
        st.caption(for_markdown(f"{run.title} has no maps of branch {branch}."))
