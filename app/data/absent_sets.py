"""What stored runs learned from and is not on this machine: what is known of it without its pictures."""

import streamlit as st

from app import answers
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from esr_core.charts.class_counts import class_count_chart


def show_absent_sets() -> None:
    """One sentence about each set, with the command that makes it, and the pictures of each class that it had."""
    for position, (folder, record) in enumerate(answers.absent().items()):
        st.info(for_markdown(record.absence(folder)))
        unlabelled = f" · {record.num_unlabelled:,} without a class" if record.num_unlabelled else ""
        about = f"{record.title} · {record.num_pictures:,} pictures{unlabelled} · licence {record.licence}"
        st.caption(for_markdown(f"{about} · fingerprint {record.fingerprint[:12]}"))
        draw_figure(class_count_chart(record.class_counts(), record.class_names), f"absent-{position}-classes")
