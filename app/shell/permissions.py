"""Who may launch, stop and delete: whoever reaches the dashboard, named users only, or nobody.

Held where clicks are carried out, not only where buttons are drawn.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from app.shell import session, settings

Arguments = ParamSpec("Arguments")


def refusal() -> str | None:
    """Why this user may not change anything; None where they may."""
    if settings.is_viewer():
        return "This dashboard shows and explains; launching, stopping and deleting are switched off."
    names = settings.trainers()
    if names and not _is_one_of(names):
        return "Only named users may launch, stop and delete here, and you are not signed in as one of them."
    return None


def permitted(act: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A click that does nothing but say why, where its user may not change anything."""

    @wraps(act)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        if reason := refusal():
            session.set_problem(reason)
        else:
            act(*args, **kwargs)

    return guarded


def can_sign_in() -> bool:
    """Whether signing in is set up, could help, and has not happened yet."""
    is_set_up = st.secrets.load_if_toml_exists() and "auth" in st.secrets
    return bool(settings.trainers()) and is_set_up and not st.user.to_dict().get("is_logged_in")


def _is_one_of(names: frozenset[str]) -> bool:
    """Whether the identity provider vouches for an address on the list."""
    user = st.user.to_dict()
    is_vouched_for = bool(user.get("is_logged_in")) and user.get("email_verified", True) is True
    return is_vouched_for and str(user.get("email", "")).casefold() in names
