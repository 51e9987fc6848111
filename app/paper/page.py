"""What of the paper is reproduced here? Each table and figure with the paper's numbers beside ours."""

import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from app.paper.exhibit_choice import choose
from app.paper.exhibit_tables import draw_exhibit
from app.paper.missing_runs import draw_missing

st.title("What of the paper is reproduced here?")
st.caption(
    "Tables 1 to 5 and Figures 4 to 7 with the paper's numbers beside those of your runs, and the tests of Table 2 "
    "corrected; runs with equal settings count, whatever they are called. The same by `python -m esr_core reproduce`."
)
sets = answers.prepared()
choice = choose(list(sets))
where = f" On {sets[choice.set_name].title}." if choice.set_name else ""
st.caption(for_markdown(f"{choice.exhibit.title}: {choice.exhibit.what}.{where}"))
found = answers.reproduction(*choice.names)
if found.missing_data:
    way_out = "" if sets else " Page Data draws built-in faces, which can stand for it; `prepare` reads the real one."
    st.warning(for_markdown(f"{choice.exhibit.title} needs {'; '.join(found.missing_data)}.") + way_out)
draw_missing(found, choice)
draw_exhibit(found.report)
