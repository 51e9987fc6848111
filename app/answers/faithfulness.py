"""Whether the maps of stored networks can be trusted, and whether their branches look alike.

What is measured is kept as explanations are: on disk by content, and at hand in memory.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from app.answers.networks import Weights, disk, model_lock, network_of, weights_of
from app.answers.prepared_sets import set_of_run
from app.answers.stored_runs import store
from esr_core import explanations as core
from esr_core.data.network_input import to_images
from esr_core.explanations import Curves, FaceAgreement, FaceMaps, Faithfulness, FaithfulnessSettings, Randomisation
from esr_core.explanations.disk_cache import Arrays, explanation_key

BATCH = 64  # faces compared at once


def faithfulness(
    run_id: str, picture: np.ndarray, maps: FaceMaps, settings: FaithfulnessSettings, checkpoint: str = "best"
) -> Faithfulness:
    """Deletion and insertion curves of a run's maps of one face, uint8 RGB (96, 96, 3).

    Raises:
        DamagedRunError: if the checkpoint is missing or altered.
    """
    weights = weights_of(run_id, checkpoint)
    shown = np.maximum(maps.maps[: maps.num_opinions], 0)
    arrays = _faithfulness(weights, picture, shown, maps.classes[: maps.num_opinions], settings)
    curves = (Curves(arrays[f"{name}_deletion"], arrays[f"{name}_insertion"]) for name in ("own", "random", "centre"))
    return Faithfulness(arrays["shares"], *curves)


def randomisation(run_id: str, picture: np.ndarray, classes: np.ndarray, checkpoint: str = "best") -> Randomisation:
    """What is left of a run's Grad-CAM of one face, for classes (M,), as its weights are randomised.

    Raises:
        DamagedRunError: as ``faithfulness``.
    """
    similarity = _randomisation(weights_of(run_id, checkpoint), picture, classes)
    return Randomisation(core.layer_names(store().config(run_id).network.architecture), similarity)


def agreement_on_test(run_id: str) -> Iterator[tuple[float, FaceAgreement]]:
    """Agreement of a run's branches on the faces of its test part, batch by batch, each with the share done so far.

    Raises:
        DataError: if the run's prepared set is gone, has changed or lacks a picture.
        DamagedRunError: if the run does not say what its test part was.
    """
    ids = store().parts(run_id)["test"]
    prepared = set_of_run(run_id)
    rows = prepared.rows_of(ids)
    weights = weights_of(run_id, "best")
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        yield (start + len(batch)) / len(rows), FaceAgreement(**_agreement(weights, prepared.images[batch]))


@st.cache_data(max_entries=256, show_spinner="Taking away what the maps point at, and giving it back …")
def _faithfulness(
    weights: Weights, picture: np.ndarray, maps: np.ndarray, classes: np.ndarray, settings: FaithfulnessSettings
) -> Arrays:
    def make() -> Arrays:
        network = network_of(weights)
        (image,) = to_images(picture[None], network.config.architecture)
        with model_lock:
            made = core.faithfulness(network, image, maps, classes, settings)
        kept = {"own": made.own, "random": made.random, "centre": made.centre}
        curves = {f"{name}_{field}": getattr(each, field) for name, each in kept.items() for field in Curves._fields}
        return {"shares": made.shares} | curves

    # The maps stand for the method that made them: they are seen as a picture is.
    question = asdict(settings) | {"maps": explanation_key("", maps, None), "classes": classes.tolist()}
    return disk().get(_key(weights, picture, "faithfulness", question), make)


@st.cache_data(max_entries=256, show_spinner="Randomising the network layer by layer …")
def _randomisation(weights: Weights, picture: np.ndarray, classes: np.ndarray) -> np.ndarray:
    def make() -> Arrays:
        network = network_of(weights)
        images = to_images(picture[None], network.config.architecture)
        with model_lock:
            return {"similarity": core.randomisation_check(network, images, classes).similarity}

    key = _key(weights, picture, "randomisation", {"classes": classes.tolist()})
    return disk().get(key, make)["similarity"]


@st.cache_data(max_entries=512, show_spinner=False)
def _agreement(weights: Weights, pictures: np.ndarray) -> Arrays:
    def make() -> Arrays:
        network = network_of(weights)
        images = to_images(pictures, network.config.architecture)
        with model_lock:
            said = core.explain(network, images)
        made = core.compare_branches(said.maps().numpy(), said.predictions.numpy())
        return {name: getattr(made, name) for name in FaceAgreement.__slots__}

    return disk().get(_key(weights, pictures, "agreement", {}), make)


def _key(weights: Weights, pictures: np.ndarray, measure: str, question: Mapping[str, Any]) -> str:
    """A name for a measurement that holds all that it depends on."""
    return json.dumps([explanation_key(weights.sha256, pictures, None), measure, question], sort_keys=True)
