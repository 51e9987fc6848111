"""What stored runs and this program are, exactly, and the commands that make a run again."""

import platform
from importlib.metadata import version
from typing import Any

import streamlit as st

from app.answers.networks import weights_of
from app.answers.stored_runs import store
from esr_core import __version__, evaluation
from esr_core.commands.train_command import train_command
from esr_core.trainer.environment import PACKAGES, PROJECT, source_revision

DASHBOARD = ("plotly", "streamlit")


def provenance(run_id: str) -> dict[str, Any]:
    """As :func:`esr_core.evaluation.provenance` says of a stored run."""
    return _provenance(str(store().root.absolute()), run_id, weights_of(run_id, "best").sha256)


def command_of(run_id: str) -> str | None:
    """The command line that trains a run again; None where there is none."""
    return train_command(store().config(run_id))


@st.cache_data(show_spinner=False)
def program() -> dict[str, str | None]:
    """Versions of this program and of what it computes and draws with, and the commit that it is at."""
    packages = {name: version(name) for name in (*PACKAGES, *DASHBOARD)}
    revision = source_revision(PROJECT)
    return {"esr_core": __version__, "python": platform.python_version(), **packages, "source_revision": revision}


@st.cache_data(max_entries=64, show_spinner=False)
def _provenance(root: str, run_id: str, sha256: str) -> dict[str, Any]:  # noqa: ARG001 - the key
    return evaluation.provenance(store(), run_id)
