"""The matrix of faces by branches of one run: what each says, and where it looks."""

from collections.abc import Sequence

import cv2
import numpy as np
import streamlit as st

from app.faces import map_choice
from app.faces.saliency import MapChoices, face_maps, probability_csv, sheet_png, tiles
from app.faces.several.face_set import NamedFace
from app.kit.figure import draw_figure
from app.kit.option_box import lasting_titles
from app.kit.picture_tiles import Line, PictureTile, run_row
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from app.shell.run_colours import run_colours
from esr_core.charts.face_answers import FaceAnswers, answer_chart
from esr_core.errors import EsrError
from esr_core.explanations import SheetRow, encode_png
from esr_core.records import RunInfo

FACE_PX = 160


def draw(runs: Sequence[RunInfo], faces: Sequence[NamedFace]) -> None:
    """Let one of the runs be chosen and draw its matrix, which the menu saves as one figure."""
    trained = [run for run in runs if run.config and run.best]
    if not trained:
        st.info("Pick trained runs in the sidebar to see what their branches make of these faces.")
        return
    by_id = {run.run_id: run for run in trained}
    run_id = next(iter(by_id))
    if len(by_id) > 1:
        key = f"several_run-{','.join(by_id)}"  # other runs are another choice
        title = lasting_titles({run.run_id: run.title for run in trained}, key)
        run_id = st.segmented_control(
            "Run", list(by_id), default=run_id, required=True, format_func=title, key=key, wrap=True
        )
    run = by_id[run_id]
    overview = st.container()
    choices, save_box = map_choice.choose([run])
    try:
        rows = [SheetRow(face.name, face.crop, face_maps(run_id, face.crop, choices)) for face in faces]
    except EsrError as error:
        st.error(for_markdown(str(error)))
        return
    with overview:
        logits = np.stack([row.maps.logits for row in rows])
        named = FaceAnswers([face.name for face in faces], rows[0].maps.class_names, logits)
        draw_figure(answer_chart(run.label, named), f"face-answers-{run_id}")
    with save_box:
        save_menu("faces", {"PNG": lambda: sheet_png(rows, choices), "CSV": lambda: probability_csv(rows, "face")})
    colour = run_colours([run.run_id for run in runs])[run_id]
    for face in faces:
        _draw_face(run, colour, face, choices)


def _draw_face(run: RunInfo, colour: str, face: NamedFace, choices: MapChoices) -> None:
    """The face as the network sees it, each branch's map and, last, the ensemble's."""
    branches, ensemble = tiles(run.run_id, face.crop, choices)
    is_grey = run.config is not None and run.config.network.layout.is_grey
    seen = cv2.cvtColor(cv2.cvtColor(face.crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB) if is_grey else face.crop
    shown = cv2.resize(seen, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)
    own = PictureTile({face.name: encode_png(shown)}, (Line("face", is_faint=True),))
    run_row(face.name, colour, "", [own, *branches], "face-row", ensemble)
