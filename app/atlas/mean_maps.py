"""A run's mean maps over the mean face: a tile for each branch, the ensemble's last."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.answers import RunAtlas
from app.atlas.atlas_choice import AtlasChoice
from app.kit.picture_tiles import PictureTile, run_row
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from esr_core.charts.face_regions import even_shares
from esr_core.data.face_parts import template_parts
from esr_core.emotions import FACE_REGIONS
from esr_core.evaluation import map_names
from esr_core.explanations import AtlasMeans, SheetStyle, drawn, encode_png
from esr_core.explanations.tiles import Strip, Tile, draw_strips
from esr_core.records import RunInfo

TILE_PX = 192
STYLE = SheetStyle(size_px=TILE_PX)


def draw(runs: Sequence[RunInfo], known: dict[str, RunAtlas], choice: AtlasChoice, colours: dict[str, str]) -> None:
    """Draw the question, the menu that saves all rows as one picture, and a row for each run."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Where do they look on average?", width="content")
        shown = [(run, _tiles(known[run.run_id], choice)) for run in runs]
        save_menu("atlas-mean-maps", {"PNG": lambda: _sheet(shown)})
    for run, tiles in shown:
        pictures = [PictureTile.captioned(encode_png(tile.image), tile.name, tile.lines) for tile in tiles]
        last = pictures.pop() if len(pictures) > 2 else None
        run_row(run.label, colours[run.run_id], _detail(run, known[run.run_id], choice), pictures, "atlas-row", last)
    st.caption(
        for_markdown(
            f"{choice.about}. Each face's map is divided by its sum, so that all faces count alike; the mean is laid "
            "over the mean face, on its own scale. Below it the two regions that it weighs most, and how many times as "
            "much of it lies there as of a map that is the same everywhere."
        )
    )


def _detail(run: RunInfo, known: RunAtlas, choice: AtlasChoice) -> str:
    means = answers.atlas_means(known, choice.class_name)
    so_far = "" if known.is_complete else f", {known.num_done:,} of {len(known.faces):,} explained so far"
    return f"{means.num_faces:,} faces{so_far} · {run.run_id}"


def _tiles(known: RunAtlas, choice: AtlasChoice) -> list[Tile]:
    """One for each map, as a sheet has them."""
    face = answers.mean_face(known, choice.class_name)
    maps, means = answers.mean_maps(known, choice.class_name), answers.atlas_means(known, choice.class_name)
    pictures = [drawn(face, np.nan_to_num(each), STYLE) for each in maps]
    return [Tile(pictures[n], name, tuple(_lines(means, n))) for n, name in enumerate(map_names(len(maps)))]


def _lines(means: AtlasMeans, position: int) -> list[str]:
    """The regions with more of the map than an even one has, and how many faces have no map."""
    count = means.num_maps[position]
    if not count:
        return ["no positive evidence" if means.num_faces else "no such face"]
    times = means.shares[position, :, 0] / even_shares(template_parts())
    first = [f"{FACE_REGIONS[region]} {times[region]:.1f}×" for region in np.argsort(-times)[:2]]
    without = means.num_faces - count
    return [", ".join(first), *([f"{without:,} without positive evidence"] if without else [])]


def _sheet(shown: Sequence[tuple[RunInfo, Sequence[Tile]]]) -> bytes:
    return encode_png(draw_strips([Strip(run.title, tiles) for run, tiles in shown]))
