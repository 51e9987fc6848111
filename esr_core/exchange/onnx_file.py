"""Networks as ONNX files, tried in onnxruntime before anybody gets them, and read back with their description."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from esr_core.errors import DataError, cause
from esr_core.exchange.exported_run import CONFIG, ExportedRun, read_description
from esr_core.exchange.extras import require_extra
from esr_core.exchange.graphs import IMAGES, any_number_of_images, outputs_of, require_equal, traced
from esr_core.folders import PathLike

OPSET = 20
# Loggers that warn of torchvision, which nothing here needs, and of steps of their own.
TALKATIVE = ("torch.onnx", "onnx_ir")


class OnnxNetwork:
    """An exported network in onnxruntime, on the CPU.

    Args:
        content: of the ONNX file.
        description: what ``export`` says of it: ``network``, ``input``, ``outputs``, ``licence`` and more.
    """

    def __init__(self, content: bytes, description: dict[str, Any]) -> None:
        import onnxruntime  # here, for it is an extra

        self.description = description
        self._session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])

    def __call__(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs by the names of ``OUTPUTS``, for images float32 (B, K, H, W) in [0, 1]."""
        names = [output.name for output in self._session.get_outputs()]
        return dict(zip(names, self._session.run(names, {IMAGES: images}), strict=True))


def onnx_file(exported: ExportedRun) -> list[bytes]:
    """The network as an ONNX file, with description and card as its metadata.

    Raises:
        RunError: if onnxruntime computes something else than the network.
    """
    outputs = outputs_of(exported.network)
    with _quiet():
        graph = torch.onnx.export(
            traced(exported),
            dynamo=True,
            opset_version=OPSET,
            input_names=[IMAGES],
            output_names=list(outputs),
            dynamic_shapes=any_number_of_images(),
            verbose=False,
        )
    program = cast("torch.onnx.ONNXProgram", graph)  # None only without dynamo
    program.model.metadata_props.update(exported.metadata(outputs=outputs))
    content = program.model_proto.SerializeToString()
    network = OnnxNetwork(content, {})
    require_equal(
        exported, lambda images: {name: torch.from_numpy(values) for name, values in network(images.numpy()).items()}
    )
    return [content]


def read_onnx(path: PathLike) -> OnnxNetwork:
    """An exported ONNX file, ready to be asked.

    Raises:
        ConfigError: if the extra ``onnx`` is not installed.
        DataError: if it is no ONNX file, of another opset, or not one that ``export`` wrote.
    """
    require_extra("onnx", "an ONNX file")
    import onnx
    from google.protobuf.message import DecodeError

    path = Path(path)
    try:
        content = path.read_bytes()
        model = onnx.load_from_string(content)
    except (OSError, DecodeError) as error:
        raise DataError(f"{path} must be an ONNX file, and cannot be read as one: {cause(error)}") from None
    opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), None)
    if opset != OPSET:
        raise DataError(f"{path} must be an ONNX file of opset {OPSET}, as `export` writes it, found {opset or 'none'}")
    texts = {each.key: each.value for each in model.metadata_props}
    description, _ = read_description(texts.get(CONFIG), path)
    return OnnxNetwork(content, description)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep to itself what the exporter says of packages that are not needed and of what it will change in itself."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"`isinstance\(treespec, LeafSpec\)`", category=FutureWarning)
        try:
            for logger in loggers:
                logger.setLevel(logging.ERROR)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
