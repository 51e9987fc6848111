"""Which probe face and branch are looked at, and a film strip of them for each run."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from app import answers
from app.answers import ProbeFaces
from app.convergence.film_strip import Moment, ProbeFace, face_titles, in_order, moments, strip
from app.kit.option_box import option_box
from app.kit.picture_tiles import PictureTile, run_row
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from esr_core.errors import EsrError
from esr_core.explanations import encode_png
from esr_core.explanations.probe_tile import TILE_PX
from esr_core.explanations.tiles import Strip, Tile
from esr_core.explanations.tiles import draw_strips as drawn_strips
from esr_core.records import EpochRecord, RunInfo

Row = Sequence[Tile | None]
"""Tiles in columns; None is a gap."""


def draw_strips(
    runs: Sequence[RunInfo], histories: Mapping[str, Sequence[EpochRecord]], colours: Mapping[str, str]
) -> None:
    """Draw the question, the choices and a row for each run; a sentence for each run that has none."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("How does a branch come to look where it looks?", width="content")
        save_box = st.container(width="content")
    faces = _faces(runs)
    titles = face_titles(faces)
    if not titles:
        st.info("No picked run has stored maps of probe faces.")
        return
    face_box, branch_box = st.columns([6, 2])
    sample = option_box(face_box, "Probe face", titles, "convergence_face")
    most = max(len(record.accuracy) for history in histories.values() for record in history)
    branch = branch_box.selectbox("Branch", range(1, most + 1), key="convergence_branch", persist_state="session")
    st.caption(
        "A validation picture that every point explains, while this branch is trained, as in the paper's Figure 5, "
        "right. Grad-CAM of what the branch names at that moment, each map on its own scale. Columns are epochs of "
        "this phase, the same in all runs as in the curves above; a gap is where a run has no new point."
    )
    absent = (of_run.absent for of_run in faces.values() if sample in of_run.ids)
    for sentence in dict.fromkeys(filter(None, absent)):
        st.caption(for_markdown(f"Maps are drawn without their faces: {sentence}."))
    columns = moments({run_id: histories[run_id] for run_id in faces}, branch)
    rows = {}
    for run in in_order([run for run in runs if run.run_id in faces]):
        if row := _strip(run, faces[run.run_id], sample, branch, columns[run.run_id]):
            _draw_row(run, colours[run.run_id], row)
            rows[run.title] = row
    if rows:
        with save_box:
            save_menu("film-strips", {"PNG": lambda: _sheet(rows)})


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


def _strip(run: RunInfo, faces: ProbeFaces, sample: str, branch: int, columns: Sequence[Moment | None]) -> Row | None:
    """A run's tiles in their columns; None, with a sentence, where there is none."""
    if sample not in faces.ids:
        st.caption(for_markdown(f"{run.title} has other probe faces."))
        return None
    try:
        stored = answers.probe_moments(run.run_id, [moment for moment in columns if moment])
    except EsrError as error:
        st.warning(for_markdown(f"{run.title} shows no maps: {error}."))
        return None
    by_moment = {(each.branch, each.epoch): each for each in stored}
    shown = [by_moment.get(moment) if moment else None for moment in columns]
    position = faces.ids.index(sample)
    face = ProbeFace(position, None if faces.pictures is None else faces.pictures[position])
    tiles = strip(shown, face, branch, answers.class_names(run.run_id))
    if any(tiles):
        return tiles
    st.caption(for_markdown(f"{run.title} has no maps of branch {branch}."))
    return None


def _draw_row(run: RunInfo, colour: str, tiles: Row) -> None:
    pictures = [
        PictureTile.captioned(encode_png(tile.image), tile.name, tile.lines) if tile else PictureTile({}, ())
        for tile in tiles
    ]
    run_row(run.label, colour, run.run_id, pictures, "film-strip")


def _sheet(rows: Mapping[str, Row]) -> bytes:
    """All strips as one picture, by the titles of their runs."""
    paper = Tile(np.full((TILE_PX, TILE_PX, 3), 255, dtype=np.uint8), "")
    strips = [Strip(title, [tile or paper for tile in row]) for title, row in rows.items()]
    return encode_png(drawn_strips(strips))
