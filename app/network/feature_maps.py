"""What a block makes of a face: its strongest feature maps as one square picture, for each branch that has its own."""

from math import isqrt

import numpy as np
import streamlit as st

from app import answers
from app.kit.network_drawing import block_name, num_shared
from app.kit.picture_tiles import Line, PictureTile, tile_grid
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from app.network.drawn_network import BLOCK
from esr_core.errors import EsrError, cause
from esr_core.explanations import encode_png
from esr_core.explanations.overlay import as_cells, paint
from esr_core.explanations.tiles import Strip, Tile, draw_strips
from esr_core.records import RunInfo

MOST_MAPS = 64  # of a picture
PICTURE_PX, GAP_PX = 576, 2


def draw(run: RunInfo, crop: np.ndarray, num_drawn: int) -> None:
    """Draw the choice of the block, which the drawing above shares, and a picture for each branch, or one for all.

    Args:
        run: whose maps are shown.
        crop: the face, uint8 RGB (96, 96, 3).
        num_drawn: blocks of the drawing above, which may be another network's.
    """
    if run.config is None:
        return
    network = run.config.network
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        numbers = range(1, num_drawn + 1)
        block = st.segmented_control("Block", numbers, key=BLOCK, persist_state="session", required=True) or numbers[-1]
        save_box = st.container(width="content")
    if block > network.layout.num_blocks:
        st.info(for_markdown(f"{run.title} has {network.layout.num_blocks} blocks: choose one of these."))
        return
    try:
        maps = answers.block_maps(run.run_id, crop, block)  # (N or 1, K, h, w)
    except (EsrError, OSError) as error:
        st.warning(for_markdown(f"The maps of {run.title} cannot be shown: {cause(error)}."))
        return
    is_shared = block <= num_shared(network)
    names = ["all branches"] if is_shared else [f"branch {n + 1}" for n in range(len(maps))]
    pictures = [montage(each) for each in maps]
    with save_box:
        sheet = [Tile(picture, name) for picture, name in zip(pictures, names, strict=True)]
        save_menu("feature-maps", {"PNG": lambda: encode_png(draw_strips([Strip(run.title, sheet)]))})
    count, height, width = maps.shape[1:]
    alt = f"feature maps of block {block}"
    tiles = [
        PictureTile({f"{alt}, {name}": encode_png(picture)}, (Line(name), Line(_strongest(each), is_faint=True)))
        for name, picture, each in zip(names, pictures, maps, strict=True)
    ]
    tile_grid([[tile] for tile in tiles], 18 if len(tiles) > 1 else 32, "feature-maps")
    shown = "all" if count <= MOST_MAPS else f"the {MOST_MAPS} strongest"
    whose = "once, for all branches share it" if is_shared else "of each branch"
    st.caption(
        for_markdown(
            f"{run.title}, block {block} ({block_name(block, network)}), {whose}: {shown} of its {count} maps of "
            f"{height}×{width} values, by their mean, the strongest first; all maps of a picture on one scale, on "
            "which the greatest 0.5 % of values share the last colour. Maps in the same place of two pictures have "
            "nothing to do with each other."
        )
    )


def montage(maps: np.ndarray) -> np.ndarray:
    """The strongest maps of (K, h, w), 0 or more, in rows of a square, uint8 RGB (PICTURE_PX, PICTURE_PX, 3)."""
    strongest = maps[np.argsort(-maps.mean(axis=(1, 2)), kind="stable")[:MOST_MAPS]]
    side = isqrt(len(strongest) - 1) + 1
    cell = PICTURE_PX // side
    canvas = np.full((PICTURE_PX, PICTURE_PX, 3), 255, dtype=np.uint8)
    most = float(np.percentile(maps, 99.5)) or float(maps.max()) or 1.0
    for number, each in enumerate(strongest):
        top, left = (cell * place for place in divmod(number, side))
        colours = paint(as_cells(each, cell - GAP_PX) / most)
        canvas[top : top + cell - GAP_PX, left : left + cell - GAP_PX] = colours
    return canvas


def _strongest(maps: np.ndarray) -> str:
    """How many maps of (K, h, w) say nothing at all."""
    silent = int((maps.max(axis=(1, 2)) <= 0).sum())
    return f"{silent} of {len(maps)} maps are 0 everywhere" if silent else "every map responds somewhere"
