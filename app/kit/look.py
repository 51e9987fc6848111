"""How all pages look beyond what a theme can say."""

import streamlit as st

# Streamlit writes the axes of charts in a grey whose contrast to a white ground is 3.7, and white text on the primary
# colour, which has to be light to be read on a dark ground itself. An open menu's name is in a darker one.
# It stacks columns by the width of the window, whatever sidebar and margins leave: 500 of 960 pixels, 1920 at 200 %.
STYLE = """<style>
.js-plotly-plot :is([class$="tick"] text, text[class$="title"], .legendtext, .legendtitletext, .bartext-outside),
.js-plotly-plot .bg[style*="fill-opacity: 0;"] + .annotation-text {
    fill: currentColor !important
}
body [data-tag], body [data-testid="stBaseButton-primary"]:not(:disabled) {background-color: #00689f}
.stApp [data-testid="stPopover"] button:not(:disabled) {color: inherit}
body [data-testid="stMainBlockContainer"] {container-type: inline-size}
[class*="st-key-shown-"] {display: none}
@media (max-width: 75rem) {body [data-testid="stMainBlockContainer"] {padding-inline: 1rem}}
@container (max-width: 50rem) {
    [data-testid="stColumn"] {min-width: min(100%, 14rem)}
    [data-testid="stColumn"]:has(.js-plotly-plot, [data-testid="stDataFrame"]) {min-width: 100%}
}
</style>"""


def apply() -> None:
    """Send the style to the browser; once per script run."""
    st.html(STYLE)
