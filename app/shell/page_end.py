"""The end of a page before its last line."""


class PageEnd(Exception):  # noqa: N818 - nothing went wrong
    """Raised by a page that has no more to draw.

    ``st.stop`` would break off the whole run of the script. Streamlit's server then keeps the values of what is no
    longer drawn while the browser forgets them: drawn again it shows its default, and sends that with the next click.
    """
