"""The class that maps are about: the same on all pages that ask for one, and in the address."""

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.kit.option_box import distinct, option_box
from app.kit.plain_text import for_markdown
from esr_core.config import NetworkConfig

OWN = "each branch's own"
CLASS = "class"


def choose(box: DeltaGenerator, networks: Iterable[NetworkConfig], disabled: bool = False) -> str | None:
    """A class that one of the networks knows; None for what each branch predicts.

    Args:
        box: to draw in.
        networks: that look.
        disabled: whether the maps are about no class; what was chosen stays for those that are.
    """
    titles = distinct({None: OWN} | {name: name for network in networks for name in network.class_names})
    in_address = st.query_params.get(CLASS, OWN)
    chosen = option_box(box, "Class", titles, CLASS, bind="query-params", disabled=disabled)
    if in_address not in titles.values():
        st.warning(for_markdown(f"None of these runs knows the class {in_address}: {OWN} is shown."))
    return None if disabled else chosen
