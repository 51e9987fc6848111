"""What a data set had and a prepared set has not: entries skipped, files rejected, each with the reason."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.kit.option_box import option_box
from app.kit.save_menu import save_menu

SHOWN = 200  # files; all of them can be saved


def rejected_table(rejected: pd.DataFrame, skipped: Mapping[str, int], name: str) -> None:
    """Draw the reasons with their numbers, and the files of one reason.

    Args:
        rejected: file and reason.
        skipped: entries that gave no sample, by the reason.
        name: of the file it can be saved as.
    """
    reasons = rejected["reason"].value_counts()
    table = pd.DataFrame(
        [(reason, "files rejected", count) for reason, count in reasons.items()]
        + [(reason, "entries skipped", count) for reason, count in skipped.items()],
        columns=["reason", "what", "number"],
    )
    numbers = {"number": st.column_config.NumberColumn(format="localized")}
    st.dataframe(table, hide_index=True, width="stretch", column_config=numbers)
    if rejected.empty:
        return
    reason_box, save_box = st.columns([3, 1], vertical_alignment="bottom")
    titles = {None: "any"} | {reason: reason for reason in reasons.index}
    chosen = option_box(reason_box, "Files rejected because it", titles, f"{name}-reason")
    with save_box:
        save_menu(name, {"CSV": lambda: rejected.to_csv(index=False)})  # all of them
    files = rejected if chosen is None else rejected[rejected["reason"] == chosen]
    if len(files) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(files):,} files")
    st.dataframe(files.head(SHOWN), hide_index=True, width="stretch")
