"""Which table or figure of the paper page Paper shows, on which set and at which scale; all of it is in the address."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from esr_core.reproduction import EXHIBITS, SCALES, Exhibit, Scale


@dataclass(frozen=True, slots=True)
class ExhibitChoice:
    """What is shown."""

    exhibit: Exhibit
    set_name: str | None  # None where nothing is prepared
    scale: Scale

    @property
    def names(self) -> tuple[str, str | None, str]:
        """As ``answers.reproduction`` takes them."""
        return self.exhibit.name, self.set_name, self.scale.name


def choose(sets: Sequence[str]) -> ExhibitChoice:
    """Draw the controls.

    Args:
        sets: ids of prepared sets; without any there is none to choose.
    """
    by_title = {exhibit.title: exhibit for exhibit in EXHIBITS.values()}  # the address has what is shown
    title = st.segmented_control(
        "Table or figure",
        list(by_title),
        default=next(iter(by_title)),
        required=True,
        key="exhibit",
        bind="query-params",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        set_name = None
        if sets:
            set_name = st.selectbox("Prepared set", sets, key="paper_set", bind="query-params", width=260)
        scale = st.segmented_control(
            "Scale",
            list(SCALES),
            default="paper",
            required=True,
            key="scale",
            bind="query-params",
            help="; ".join(f"{scale.name}: {scale.what}" for scale in SCALES.values()),
        )
    return ExhibitChoice(by_title[title], set_name, SCALES[scale])
