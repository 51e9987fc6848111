"""What the maps of a face are to show, and how: the controls above the rows."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.faces import time_machine
from app.faces.saliency import MapChoices
from esr_core.config import NetworkConfig
from esr_core.explanations import METHODS, SIGNED_COLOURS
from esr_core.explanations.overlay import COLOUR_MAPS
from esr_core.explanations.settings import AFFECT, WITH_BLOCKS, Method, Quantity
from esr_core.records import RunInfo

OWN = "each branch's own"
LAST = 0  # among blocks counted from 1
ANSWERS: dict[Quantity, str] = {
    "logit": "class evidence",
    "probability": "class probability",
    "valence": "valence",
    "arousal": "arousal",
}
METHOD_HELP = """Grad-CAM weighs a block's channels by their gradients; Guided Grad-CAM sharpens it by the image's
guided gradient. Integrated Gradients shares the answer out among pixels, Occlusion covers a window at a time, both
against the training set's mean. Saliency is the size of the gradient and has no sign."""
BLOCK_HELP = "The convolution block whose feature maps are weighed. Where branches share it, these maps are the same."


def choose(runs: Sequence[RunInfo]) -> tuple[MapChoices, st.delta_generator.DeltaGenerator]:
    """What to show of the maps, in two lines of controls, and where in them the menu belongs that saves the maps."""
    networks = [run.config.network for run in runs if run.config]
    method_box, answer_box, class_box, block_box, save_box = st.columns([4, 4, 4, 4, 2], vertical_alignment="bottom")
    method: Method = method_box.selectbox(
        "Method", list(METHODS), key="faces_method", format_func=METHODS.__getitem__, help=METHOD_HELP
    )
    answers = [each for each in ANSWERS if each not in AFFECT or all(network.affect_head for network in networks)]
    quantity: Quantity = answer_box.selectbox("Explain", answers, key="faces_answer", format_func=ANSWERS.__getitem__)
    class_name = _choose_class(class_box, networks, disabled=quantity in AFFECT)
    block = _choose_block(block_box, networks, disabled=method not in WITH_BLOCKS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        signed = st.toggle("Signed", key="faces_signed", help="Evidence for in red, against in blue, none in white")
        shared = st.toggle("One scale", key="faces_scale", help="The same colour range for all branches of a run")
        cells = st.toggle("Grid", key="faces_grid", help="Below each map its values, as computed, not smoothed")
        unsigned = [name for name in COLOUR_MAPS if name != SIGNED_COLOURS]
        colour_map = st.selectbox("Colours", unsigned, key="faces_colours", disabled=signed, width=130)
        opacity = st.slider("Opacity", 0.0, 1.0, 0.5, 0.05, key="faces_opacity", width=170)
    milestones = time_machine.choose(runs)
    choices = MapChoices(class_name, colour_map, opacity, shared, method, quantity, block, signed, cells, milestones)
    return choices, save_box


def _choose_class(box: st.delta_generator.DeltaGenerator, networks: list[NetworkConfig], disabled: bool) -> str | None:
    names = list(dict.fromkeys(name for network in networks for name in network.class_names))
    chosen = box.selectbox("Class", [OWN, *names], key="faces_class", disabled=disabled)
    return None if chosen == OWN or disabled else chosen


def _choose_block(box: st.delta_generator.DeltaGenerator, networks: list[NetworkConfig], disabled: bool) -> int | None:
    """One of the blocks that every network has; None is the last of each, whichever that is."""
    depth = min((network.layout.num_blocks for network in networks), default=0)
    options = [LAST, *range(depth, 0, -1)]
    chosen = box.selectbox(
        "Block", options, key="faces_block", format_func=_block_namer(networks), disabled=disabled, help=BLOCK_HELP
    )
    return None if disabled or chosen == LAST else chosen


def _block_namer(networks: list[NetworkConfig]) -> Callable[[int], str]:
    ensembles = [network for network in networks if network.num_branches > 1]

    def name(block: int) -> str:
        sharing = [(block or each.layout.num_blocks) <= each.branching_level for each in ensembles]
        shared = ", shared" if sharing and all(sharing) else ", shared by some" if any(sharing) else ""
        return f"{block or 'last'}{shared}"

    return name
