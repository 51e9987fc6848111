"""What is there to learn from? Prepared sets, their labels, samples and rejected files."""

import streamlit as st

from app import cached
from app.data_choice import affect_points, annotator_agreement, choose_samples
from app.views.affect_plane import affect_plane
from app.views.label_chart import label_chart, label_counts
from app.views.sample_grid import sample_grid

SAMPLES = 24
POINTS = 5000

st.title("What is there to learn from?")
st.caption("The label distribution as in the paper's Figures 6 and 7; here of any prepared set, with its pictures.")
sets = cached.prepared()
if not sets:
    st.info("Nothing is prepared yet. Run `python -m esr_core prepare --help`, or train a demonstration run.")
    st.stop()
name = st.selectbox("Prepared set", list(sets), format_func=lambda name: f"{name} · {sets[name].title}", key="data_set")
card = sets[name]
pictures, unlabelled, rejected, subjects = st.columns(4)
pictures.metric("Pictures", f"{card.num_pictures:,}")
unlabelled.metric("Without a class", f"{card.num_unlabelled:,}")
rejected.metric("Rejected", f"{card.num_rejected:,}")
subjects.metric("Subjects", f"{cached.num_subjects(name):,}" if cached.num_subjects(name) else "not known")
if card.warning:
    st.warning(card.warning)

st.subheader("How many pictures has each class?")
table = label_counts(card.class_names, card.split_counts or {"all": card.counts})
label_chart(table)
with st.popover("Data"):
    st.download_button("Download as CSV", table.to_csv(index=False), f"{name}-classes.csv", "text/csv")

st.subheader("What do they look like?")
samples = choose_samples(name, SAMPLES)
st.caption(f"{len(samples.pictures)} of {samples.matching:,} pictures")
sample_grid(samples.pictures, samples.captions)

agreement = annotator_agreement(name)
if not agreement.empty:
    st.subheader("How far do annotators agree?")
    percent = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(agreement, hide_index=True, width="stretch", column_config={"agreement, %": percent})

points = affect_points(name, POINTS)
if points:
    st.subheader("Where do classes lie in valence and arousal?")
    affect_plane(points)

if card.num_rejected or card.skipped:
    st.subheader("What was left out?")
    for reason, count in card.skipped.items():
        st.markdown(f"{count:,} × {reason}")
    if card.num_rejected:
        st.dataframe(cached.rejected(name), hide_index=True, width="stretch")
