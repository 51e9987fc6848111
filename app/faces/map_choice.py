"""What the maps of a face are to show, and how: the line of controls above them."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.faces.saliency import MapChoices
from app.shell import class_choice, time_machine
from app.shell.block_choice import choose_block
from esr_core.config import NetworkConfig
from esr_core.emotions import AFFECT
from esr_core.explanations import METHODS, SIGNED_COLOURS, Method
from esr_core.explanations.overlay import COLOUR_MAPS
from esr_core.explanations.reading import Quantity
from esr_core.records import RunInfo

ANSWERS: dict[Quantity, str] = {
    "logit": "class evidence",
    "probability": "class probability",
    "valence": "valence",
    "arousal": "arousal",
}
METHOD_HELP = " ".join(f"{method.name} {method.meaning}." for method in METHODS.values())
SIGNED_HELP = "Evidence for in red, against in blue, none in white"


def choose(runs: Sequence[RunInfo]) -> tuple[MapChoices, st.delta_generator.DeltaGenerator]:
    """What to show of the maps, in one line of controls, and its end, where the menu belongs that saves the maps."""
    networks = [run.config.network for run in runs if run.config]
    method_box, answer_box, class_box, moment_box, display_box, save_box = st.columns(
        [3, 3.5, 4.8, 2.8, 2.6, 1.8], vertical_alignment="bottom"
    )
    key = method_box.selectbox(
        "Method",
        list(METHODS),
        key="faces_method",
        persist_state="session",
        format_func=lambda key: METHODS[key].name,
        help=METHOD_HELP,
    )
    answers = [each for each in ANSWERS if each not in AFFECT or all(network.affect_head for network in networks)]
    quantity: Quantity = answer_box.selectbox(
        "Explain", answers, key="faces_answer", persist_state="session", format_func=ANSWERS.__getitem__
    )
    class_name = class_choice.choose(class_box, networks, disabled=quantity in AFFECT)
    with moment_box:
        milestones = time_machine.choose(runs)
    with display_box.popover("Display", width="stretch", key="faces_display"):
        display = _choose_display(METHODS[key], networks)
    choices = MapChoices(class_name=class_name, method=key, quantity=quantity, milestones=milestones, **display)
    return choices, save_box


def _choose_display(method: Method, networks: Sequence[NetworkConfig]) -> dict[str, Any]:
    """What is seldom changed, by the fields of ``MapChoices``."""
    block = choose_block(st.container(), networks, "faces_block", disabled=not method.has_blocks)
    is_on = st.toggle(
        "Signed", key="faces_signed", persist_state="session", disabled=not method.is_signed, help=SIGNED_HELP
    )
    signed = is_on and method.is_signed
    unsigned = [name for name in COLOUR_MAPS if name != SIGNED_COLOURS]
    return {
        "block": block,
        "signed": signed,
        "shared_scale": st.toggle(
            "One scale",
            key="faces_scale",
            persist_state="session",
            help="The same colour range for all branches of a run",
        ),
        "grid": st.toggle(
            "Grid",
            key="faces_grid",
            persist_state="session",
            help="Below each map its values, as computed, not smoothed",
        ),
        "colour_map": st.selectbox("Colours", unsigned, key="faces_colours", persist_state="session", disabled=signed),
        "opacity": st.slider("Opacity", 0.0, 1.0, 0.5, 0.05, key="faces_opacity", persist_state="session"),
        "parameters": _choose_parameters(method),
    }


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
            persist_state="session",
            help=each.meaning.capitalize(),
        )
        for each in method.parameters
    }
