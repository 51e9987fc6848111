"""What is there to learn from? Prepared sets, their labels, samples and rejected files."""

import streamlit as st

from app import answers
from app.data.absent_sets import show_absent_sets
from app.data.affect_plane import affect_plane
from app.data.data_choice import choose_samples, choose_set
from app.data.duplicate_choice import choose_pairs
from app.data.rejected_table import rejected_table
from app.data.set_card import set_card
from app.data.subject_chart import draw_subjects
from app.kit.figure import draw_figure
from app.kit.picture_tiles import tile_grid
from app.kit.plain_text import for_markdown
from app.shell import clicks
from app.shell.page_end import PageEnd
from app.shell.permissions import refusal
from esr_core.charts.annotator_votes import vote_chart
from esr_core.charts.class_counts import class_count_chart

SAMPLES = 24
PAIRS = 12
TILE_REM = 6.5

st.title("What is there to learn from?")
st.caption("The label distribution as in the paper's Figures 6 and 7; here of any prepared set, with its pictures.")
for sentence in answers.damaged():
    st.warning(for_markdown(sentence))
sets = answers.prepared()
if not sets:
    show_absent_sets()
    st.info("Nothing is prepared yet; built-in faces are drawn in a few seconds, `prepare` reads other data sets.")
    if st.button("Draw built-in faces", type="primary", disabled=refusal() is not None):
        with st.spinner("Drawing faces"):
            clicks.draw_faces()
        st.rerun()
    raise PageEnd
name = choose_set(sets)
card, summary = sets[name], answers.summary(name)
set_card(card, len(summary.subjects))
draw_figure(class_count_chart(summary.classes, card.class_names), f"{name}-classes")

st.subheader("What do they look like?")
chosen = choose_samples(name, SAMPLES)
found = f"{len(chosen.samples)} of {chosen.matching:,} pictures; point at one for all its labels."
st.caption(found if chosen.samples else "No picture passes these filters.")
tile_grid([[sample] for sample in chosen.samples], TILE_REM, "sample-grid")

if card.num_duplicates:
    st.subheader("Which pictures are there more than once?")
    twins = choose_pairs(name, PAIRS)
    st.caption(for_markdown(f"{twins.about}. {len(twins.pairs)} of {twins.matching:,} pairs, different classes first."))
    tile_grid(twins.pairs, TILE_REM, "pair-grid")
if not summary.subjects.empty:
    draw_subjects(summary.subjects, len(card.class_names), f"{name}-subjects")
if not summary.votes.empty:
    draw_figure(vote_chart(summary.votes), f"{name}-votes")
if not summary.points.empty:
    affect_plane(summary.points, summary.affect, card.class_names, f"{name}-affect")
if card.num_rejected or card.skipped:
    st.subheader("What was left out?")
    rejected_table(answers.rejected(name), card.skipped, f"{name}-rejected")
show_absent_sets()
