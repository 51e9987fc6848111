"""The formats that a run can be exported to, declared once: choices, help and documents are derived from here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from esr_core.exchange.exported_run import ExportedRun
from esr_core.exchange.graphs import program_file
from esr_core.exchange.onnx_file import OPSET, onnx_file
from esr_core.exchange.weights import HUB_FILES, hub_files, safetensors_file
from esr_core.folders import PathLike


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One way to carry a network elsewhere."""

    key: str  # of ``--format``
    what: str  # half a sentence for help and documents
    reader: str  # what reads it back, as a call
    encode: Callable[[ExportedRun], list[bytes]]  # the contents of ``paths``
    file_names: tuple[str, ...] = ()  # of a folder; none: it is a file
    extra: str | None = None  # that it needs, of ``EXTRAS``

    @property
    def suffix(self) -> str:
        """What the name of the file ends in; nothing for a folder."""
        return "" if self.file_names else f".{self.key}"

    def paths(self, output: PathLike) -> list[Path]:
        """The files that are written for an output of that name, in order."""
        return [Path(output) / name for name in self.file_names] or [Path(output)]


FORMATS = {
    each.key: each
    for each in (
        ExportFormat(
            "onnx",
            f"a graph in ONNX, opset {OPSET}, for onnxruntime and every other reader of ONNX",
            "onnxruntime.InferenceSession(path)",
            onnx_file,
            extra="onnx",
        ),
        ExportFormat(
            "safetensors", "the weights alone, for any program", "safetensors.torch.load_file(path)", safetensors_file
        ),
        ExportFormat(
            "pt2", "a program of torch.export, for PyTorch without ESR Lab", "torch.export.load(path)", program_file
        ),
        ExportFormat(
            "hub",
            "a folder in the layout of Hugging Face's hub: card, weights, config.json with their hash",
            "esr_core.exchange.read_hub(folder)",
            hub_files,
            HUB_FILES,
        ),
    )
}
