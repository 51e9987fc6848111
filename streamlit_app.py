"""ESR Lab, the dashboard: ``streamlit run streamlit_app.py``."""

from pathlib import Path

import streamlit as st

from app import session
from app.sidebar import draw_sidebar
from app.views.plain_text import for_markdown
from esr_core.errors import EsrError

ICON = Path(__file__).parent / "app" / "icon.svg"
# Without icons: the browser would fetch them from a font host to show them in its tab.
PAGES = [
    st.Page("app/pages/runs.py", title="Runs", default=True),
    st.Page("app/pages/faces.py", title="Faces"),
    st.Page("app/pages/convergence.py", title="Convergence"),
    st.Page("app/pages/diversity.py", title="Diversity"),
    st.Page("app/pages/parameters.py", title="Parameters"),
    st.Page("app/pages/evaluation.py", title="Evaluation"),
    st.Page("app/pages/data.py", title="Data"),
    st.Page("app/pages/jobs.py", title="Jobs"),
]

session.restore()
page = st.navigation(PAGES)
st.set_page_config(page_title=f"{page.title} · ESR Lab", page_icon=ICON, layout="wide")
try:
    draw_sidebar()
    page.run()
except EsrError as error:
    st.error(for_markdown(str(error)))
