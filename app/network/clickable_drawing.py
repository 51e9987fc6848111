"""A drawing whose blocks can be chosen, by a click or with the keyboard."""

from collections.abc import Callable

import streamlit as st

# Streamlit takes no clicks on a picture of its own; the drawing is our own text, without anything a user wrote.
_drawing = st.components.v2.component(
    "network_drawing",
    html="""<div class="drawing" role="group"></div>""",
    css=""".drawing {color: var(--st-text-color)}
        .drawing svg {display: block; width: 100%; height: auto; max-height: 30rem; overflow: visible}
        .drawing [data-block] {cursor: pointer}
        .drawing [data-block]:hover {opacity: .8}
        .drawing [data-block]:focus-visible {outline: 3px solid var(--st-primary-color); outline-offset: 2px}""",
    js="""export default ({data, parentElement, setTriggerValue}) => {
        const drawing = parentElement.querySelector(".drawing");
        drawing.innerHTML = data.svg;
        drawing.setAttribute("aria-label", data.alt);
        for (const block of drawing.querySelectorAll("[data-block]")) {
            const choose = () => setTriggerValue("block", Number(block.dataset.block));
            block.setAttribute("role", "button");
            block.setAttribute("tabindex", "0");
            block.setAttribute("aria-label", block.textContent);
            block.onclick = choose;
            block.onkeydown = (event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                choose();
            };
        }
    }""",
)


def clickable_drawing(svg: str, alt: str, key: str, on_choice: Callable[[int], None]) -> None:
    """Draw it.

    Args:
        svg: in which ``data-block`` numbers what can be chosen.
        alt: what it shows, for those who cannot see it.
        key: of the component.
        on_choice: called with the number that was chosen, before the page is drawn anew.
    """

    def chosen() -> None:
        block = st.session_state[key].block
        if block is not None:
            on_choice(int(block))

    _drawing(key=key, data={"svg": svg, "alt": alt}, on_block_change=chosen)
