"""Samples of a data set side by side, each with its labels under it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STYLE = """<style>
.esr-grid {display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .8rem .6rem;
    padding-bottom: 1rem}
.esr-grid figure {margin: 0; font-size: .8rem; line-height: 1.25}
.esr-grid img {width: 100%; aspect-ratio: 1; border-radius: .3rem; display: block; margin-bottom: .2rem}
.esr-grid div {overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
.esr-grid .faint {opacity: .65}
.esr-twins {display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem 1.4rem;
    padding-bottom: 1rem}
.esr-twins .esr-grid {grid-template-columns: 1fr 1fr; gap: .2rem; padding: 0}
</style>"""


@dataclass(frozen=True, slots=True)
class ShownSample:
    """One picture of the grid, and what is written under it."""

    jpeg: bytes
    class_name: str
    detail: str  # the second line: whose face it is, or how far annotators agree
    about: str  # everything known, for who points at it


def sample_grid(samples: Sequence[ShownSample]) -> None:
    """Draw pictures in rows."""
    cells = "".join(map(_cell, samples))
    st.html(f'{STYLE}<div class="esr-grid" data-testid="sample-grid">{cells}</div>')


def pair_grid(pairs: Sequence[tuple[ShownSample, ShownSample]]) -> None:
    """Draw pictures that belong together side by side, the pairs in rows."""
    cells = "".join(f'<div class="esr-grid">{_cell(first)}{_cell(second)}</div>' for first, second in pairs)
    st.html(f'{STYLE}<div class="esr-twins" data-testid="pair-grid">{cells}</div>')


def _cell(sample: ShownSample) -> str:
    source = f"data:image/jpeg;base64,{b64encode(sample.jpeg).decode()}"
    return (
        f'<figure title="{escape(sample.about)}"><img src="{source}" alt="{escape(sample.about)}">'
        f'<div>{escape(sample.class_name)}</div><div class="faint">{escape(sample.detail)}</div></figure>'
    )
