"""What the maps of a face are to show, and how: the controls above the rows."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.faces.saliency import MapChoices
from app.kit.option_box import distinct
from app.shell import time_machine
from app.shell.block_choice import choose_block
from esr_core.config import NetworkConfig
from esr_core.explanations import METHODS, SIGNED_COLOURS, Method
from esr_core.explanations.overlay import COLOUR_MAPS
from esr_core.explanations.reading import AFFECT, Quantity
from esr_core.records import RunInfo

OWN = "each branch's own"
ANSWERS: dict[Quantity, str] = {
    "logit": "class evidence",
    "probability": "class probability",
    "valence": "valence",
    "arousal": "arousal",
}
METHOD_HELP = " ".join(f"{method.name} {method.meaning}." for method in METHODS.values())
SIGNED_HELP = "Evidence for in red, against in blue, none in white"


def choose(runs: Sequence[RunInfo]) -> tuple[MapChoices, st.delta_generator.DeltaGenerator]:
    """What to show of the maps, in two lines of controls, and where in them the menu belongs that saves the maps."""
    networks = [run.config.network for run in runs if run.config]
    method_box, answer_box, class_box, block_box, save_box = st.columns([4, 4, 4, 4, 2], vertical_alignment="bottom")
    key = method_box.selectbox(
        "Method", list(METHODS), key="faces_method", format_func=lambda key: METHODS[key].name, help=METHOD_HELP
    )
    method = METHODS[key]
    answers = [each for each in ANSWERS if each not in AFFECT or all(network.affect_head for network in networks)]
    quantity: Quantity = answer_box.selectbox("Explain", answers, key="faces_answer", format_func=ANSWERS.__getitem__)
    class_name = _choose_class(class_box, networks, disabled=quantity in AFFECT)
    block = choose_block(block_box, networks, "faces_block", disabled=not method.has_blocks)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_on = st.toggle("Signed", key="faces_signed", disabled=not method.is_signed, help=SIGNED_HELP)
        signed = is_on and method.is_signed
        shared = st.toggle("One scale", key="faces_scale", help="The same colour range for all branches of a run")
        cells = st.toggle("Grid", key="faces_grid", help="Below each map its values, as computed, not smoothed")
        unsigned = [name for name in COLOUR_MAPS if name != SIGNED_COLOURS]
        colour_map = st.selectbox("Colours", unsigned, key="faces_colours", disabled=signed, width=130)
        opacity = st.slider("Opacity", 0.0, 1.0, 0.5, 0.05, key="faces_opacity", width=170)
        parameters = _choose_parameters(method)
    milestones = time_machine.choose(runs)
    choices = MapChoices(
        class_name, colour_map, opacity, shared, method.key, quantity, block, parameters, signed, cells, milestones
    )
    return choices, save_box


def _choose_parameters(method: Method) -> Mapping[str, int]:
    """A slider for each of the method's own parameters, by its key."""
    return {
        each.key: st.slider(
            each.label,
            each.lowest,
            each.highest,
            each.default,
            each.step,
            key=f"faces_{method.key}_{each.key}",
            help=each.meaning.capitalize(),
            width=170,
        )
        for each in method.parameters
    }


def _choose_class(box: st.delta_generator.DeltaGenerator, networks: list[NetworkConfig], disabled: bool) -> str | None:
    names = list(dict.fromkeys(name for network in networks for name in network.class_names))
    titles = distinct({None: OWN} | {name: name for name in names})
    chosen = box.selectbox("Class", list(titles), format_func=titles.__getitem__, key="faces_class", disabled=disabled)
    return None if disabled else chosen
