"""Whether maps of a face can be trusted."""

import numpy as np
import plotly.graph_objects as go

from esr_core import explanations
from esr_core.charts.faithfulness import faithfulness_chart
from esr_core.charts.palette import BLUE
from esr_core.charts.randomisation import randomisation_chart
from esr_core.data.network_input import to_images
from esr_core.emotions import AFFECT
from esr_core.errors import ExplanationError
from esr_core.explanations import ExplainedFace, FaceMaps, FaithfulnessSettings
from esr_core.opened_run import OpenedRun


def faithfulness(run: OpenedRun, face: ExplainedFace, settings: FaithfulnessSettings | None = None) -> go.Figure:
    """How the probability falls and rises as a face loses and gets back what its maps point at.

    Args:
        run: that explained the face.
        face: as ``run.explain`` gives it.
        settings: None takes the standard ones.

    Raises:
        ExplanationError: if the maps are about valence or arousal.
    """
    maps = _maps_of_classes(face)
    shown = np.maximum(maps.maps[: maps.num_opinions], 0)
    (image,) = to_images(face.picture[None], run.network.config.architecture)
    classes = maps.classes[: maps.num_opinions]
    measured = explanations.faithfulness(run.network, image, shown, classes, settings)
    return faithfulness_chart(measured, maps.titles, BLUE).titled()


def randomisation(run: OpenedRun, face: ExplainedFace, repeats: int = 5) -> go.Figure:
    """How alike the Grad-CAM of a face stays as the network's layers lose what they have learned.

    Args:
        run: that explained the face.
        face: as ``run.explain`` gives it.
        repeats: to other random weights, at least 1.

    Raises:
        ExplanationError: if ``repeats`` is below 1, or the maps are about valence or arousal.
    """
    maps, images = _maps_of_classes(face), to_images(face.picture[None], run.network.config.architecture)
    measured = explanations.randomisation_check(run.network, images, maps.classes[: maps.num_opinions], repeats)
    return randomisation_chart(measured, maps.titles, BLUE).titled()


def _maps_of_classes(face: ExplainedFace) -> FaceMaps:
    if face.maps.settings.quantity in AFFECT:
        raise ExplanationError(f"face must be explained for classes, which are followed, got {face.maps.subject}")
    return face.maps
