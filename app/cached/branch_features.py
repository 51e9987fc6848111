"""What the branches of finished runs see in pictures, before they decide."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from app.cached.prepared_sets import set_of_run
from app.cached.stored_runs import store
from esr_core.data.network_input import to_images
from esr_core.networks import pooled_features
from esr_core.run_store import RunStore


def branch_features(run_id: str, ids: Sequence[str] | np.ndarray) -> np.ndarray:
    """Pooled features (B, N, K) of the pictures of these ids in the run's prepared set.

    Raises:
        DataError: if that set is gone, has changed or lacks a picture.
        DamagedRunError: if the run's network cannot be read.
    """
    prepared = set_of_run(run_id)
    return _features(store().root.resolve(), run_id, prepared.images[prepared.rows_of(ids)])


@st.cache_data(max_entries=32, show_spinner="Looking at the pictures again")
def _features(root: Path, run_id: str, pictures: np.ndarray) -> np.ndarray:
    network = RunStore(root).load_network(run_id)  # of a finished run: it does not change any more
    return pooled_features(network, to_images(pictures, network.config.architecture)).numpy()
