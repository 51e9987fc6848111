"""What the server runs for every visitor: the page table, navigation and sidebar."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from app.kit import look
from app.kit.error_sentence import errors_as_sentences
from app.shell import session
from app.shell.arrival import arrive
from app.shell.back_button import follow_address
from app.shell.page_end import PageEnd
from app.shell.sidebar import draw_sidebar

ICON = Path(__file__).parent / "app" / "icon.svg"
# Without icons: the browser would fetch them from a font host to show them in its tab.
PAGES = [
    st.Page("app/compare/page.py", title="Compare", url_path="first", default=True),
    st.Page("app/frontier/page.py", title="Frontier", url_path="frontier"),
    st.Page("app/runs/page.py", title="Runs", url_path="runs"),
    st.Page("app/faces/page.py", title="Faces", url_path="faces"),
    st.Page("app/atlas/page.py", title="Atlas", url_path="atlas"),
    st.Page("app/convergence/page.py", title="Convergence", url_path="convergence"),
    st.Page("app/diversity/page.py", title="Diversity", url_path="diversity"),
    st.Page("app/network/page.py", title="Network", url_path="network"),
    st.Page("app/parameters/page.py", title="Parameters", url_path="parameters"),
    st.Page("app/evaluation/page.py", title="Evaluation", url_path="evaluation"),
    st.Page("app/data/page.py", title="Data", url_path="data"),
    st.Page("app/paper/page.py", title="Paper", url_path="paper"),
    st.Page("app/jobs/page.py", title="Jobs", url_path="jobs"),
    # Streamlit serves the first page without a path of its own; whoever types its name finds it, too.
    st.Page("app/compare/page.py", title="Compare", url_path="compare", visibility="hidden"),
]

session.restore()
page = st.navigation(PAGES, expanded=True)
arrive(page.url_path)
st.set_page_config(page_title=f"{page.title} · ESR Lab", page_icon=ICON, layout="wide")
look.apply()
with errors_as_sentences():
    draw_sidebar()
    with suppress(PageEnd):
        page.run()
follow_address(page.url_path)
