"""ESR Lab, the dashboard: ``streamlit run streamlit_app.py``."""

import streamlit as st

from app import session
from app.sidebar import draw_sidebar
from esr_core.errors import EsrError

PAGES = [
    st.Page("app/pages/runs.py", title="Runs", icon=":material/list:", default=True),
    st.Page("app/pages/faces.py", title="Faces", icon=":material/face:"),
    st.Page("app/pages/convergence.py", title="Convergence", icon=":material/show_chart:"),
    st.Page("app/pages/parameters.py", title="Parameters", icon=":material/account_tree:"),
]

st.set_page_config(page_title="ESR Lab", layout="wide")
session.restore()
page = st.navigation(PAGES)
try:
    draw_sidebar()
    page.run()
except EsrError as error:
    st.error(str(error))
