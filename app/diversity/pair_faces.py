"""Faces on which two branches differ: each beside both branches' maps."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STYLE = """<style>
.esr-pairs {display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem 1.4rem;
    padding-bottom: 1rem}
.esr-pair {display: grid; grid-template-columns: repeat(3, 1fr); gap: .4rem; font-size: .8rem; line-height: 1.25}
.esr-pair figure {margin: 0; min-width: 0}
.esr-pair img {width: 100%; aspect-ratio: 1; border-radius: .3rem; display: block; margin-bottom: .2rem}
.esr-pair div {overflow-wrap: anywhere}
.esr-pair .faint {opacity: .65}
</style>"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture, and what is written under it."""

    png: bytes
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class DifferingFace:
    """A face as it is, and as each of two branches sees it."""

    name: str
    face: Seen
    maps: tuple[Seen, Seen]


def pair_faces(faces: Sequence[DifferingFace]) -> None:
    """Draw them, three pictures to a face."""
    cells = "".join(
        f'<div class="esr-pair" title="{escape(face.name)}">{"".join(map(_figure, (face.face, *face.maps)))}</div>'
        for face in faces
    )
    st.html(f'{STYLE}<div class="esr-pairs" data-testid="pair-faces">{cells}</div>')


def _figure(seen: Seen) -> str:
    source = f"data:image/png;base64,{b64encode(seen.png).decode()}"
    return (
        f'<figure><img src="{source}" alt="{escape(seen.first)}: {escape(seen.second)}">'
        f'<div class="faint">{escape(seen.first)}</div><div>{escape(seen.second)}</div></figure>'
    )
