"""ESR Lab, the dashboard: ``streamlit run streamlit_app.py``."""

import streamlit as st

from app.shell.preloading import preloaded
from app.shell.secret_files import leave_out_unreadable_secrets

leave_out_unreadable_secrets()
server = st.App("dashboard.py", lifespan=preloaded)
