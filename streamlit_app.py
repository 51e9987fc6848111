"""ESR Lab, the dashboard: ``streamlit run streamlit_app.py``."""

import streamlit as st

from app.shell.preloading import preloaded

server = st.App("dashboard.py", lifespan=preloaded)
