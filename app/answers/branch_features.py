"""What the branches of finished runs see in pictures, before they decide."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app.answers.networks import Weights, model_lock, network_of, weights_of
from app.answers.prepared_sets import set_of_run
from esr_core.data.network_input import to_images
from esr_core.networks import block_feature_maps, pooled_features


def branch_features(run_id: str, ids: Sequence[str] | np.ndarray) -> np.ndarray:
    """Pooled features (B, N, K) of the pictures of these ids in the run's prepared set.

    Raises:
        DataError: if that set is gone, has changed or lacks a picture.
        DamagedRunError: if the run's network cannot be read.
    """
    prepared = set_of_run(run_id)
    return _features(weights_of(run_id, "best"), prepared.images[prepared.rows_of(ids)])


def block_maps(run_id: str, picture: np.ndarray, block: int) -> np.ndarray:
    """Feature maps of a block, counted from 1, for one face, uint8 RGB (96, 96, 3).

    Returns:
        (1, K, h, w) of a block that branches share, else (N, K, h, w).

    Raises:
        DamagedRunError: if the run's network cannot be read.
        ConfigError: if it has no such block.
    """
    return _block_maps(weights_of(run_id, "best"), picture, block)


@st.cache_data(max_entries=64, show_spinner=False)
def _block_maps(weights: Weights, picture: np.ndarray, block: int) -> np.ndarray:
    network = network_of(weights)
    with model_lock:
        return block_feature_maps(network, to_images(picture[None], network.config.architecture), block)[0].numpy()


@st.cache_data(max_entries=32, show_spinner="Looking at the pictures again")
def _features(weights: Weights, pictures: np.ndarray) -> np.ndarray:
    network = network_of(weights)
    with model_lock:
        return pooled_features(network, to_images(pictures, network.config.architecture)).numpy()
