"""The browser's Back and Forward on one page: what is shown is what the address says, as after a refresh.

Where the browser goes back to an earlier address of the same page, Streamlit runs the script, in which what is chosen
would be written into the address again. It could not tell that from a click that came before the browser had the last
address. So the page is opened anew instead.
"""

import streamlit as st

_follow_address = st.components.v2.component(
    "follow_address",
    js="""
    let page = null;  // the one that is shown
    const follow = (event) => {
        const asked = window.location.pathname.split("/").pop();
        if (asked !== page || window.location.hash) return;  // headings have addresses of their own
        event.stopImmediatePropagation();
        window.location.reload();
    };
    window.addEventListener("popstate", follow, {capture: true});  // before Streamlit's own

    export default ({data}) => { page = data.page; };
    """,
)


def follow_address(page: str) -> None:
    """Show what the address says when it changes back, on the page of this path."""
    _follow_address(key="follow-address", data={"page": page}, height=1)
