"""At which convolution block runs are asked where they look."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.kit.option_box import lasting_titles
from esr_core.config import NetworkConfig

LAST = 0  # among blocks counted from 1
HELP = "The convolution block whose feature maps are weighed. Where branches share it, these maps are the same."


def choose_block(
    box: st.delta_generator.DeltaGenerator, networks: Sequence[NetworkConfig], key: str, disabled: bool
) -> int | None:
    """One of the blocks that every network has, counted from 1; None is the last of each, whichever that is."""
    depth = min((network.layout.num_blocks for network in networks), default=0)
    titles = _titles(networks, [LAST, *range(depth, 0, -1)])
    title = lasting_titles(titles, key)
    chosen = box.selectbox(
        "Block", list(titles), key=key, persist_state="session", format_func=title, disabled=disabled, help=HELP
    )
    return None if disabled or chosen == LAST else chosen


def _titles(networks: Sequence[NetworkConfig], blocks: Sequence[int]) -> Mapping[int, str]:
    ensembles = [network for network in networks if network.num_branches > 1]

    def name(block: int) -> str:
        sharing = [(block or each.layout.num_blocks) <= each.branching_level for each in ensembles]
        shared = ", shared" if sharing and all(sharing) else ", shared by some" if any(sharing) else ""
        return f"{block or 'last'}{shared}"

    return {block: name(block) for block in blocks}
