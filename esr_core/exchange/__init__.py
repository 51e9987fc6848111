"""Networks from elsewhere, and for elsewhere.

::

    esr9           the authors' published weights, as an ensemble of ours and as a stored run
    formats        the catalogue of formats that a run is exported to
    exported_run   what is exported of a run, and the description that every format carries
    graphs         programs of torch.export, and what a graph computes
    onnx_file      ONNX, tried in onnxruntime
    weights        safetensors, and folders for Hugging Face's hub
    measured       validation points as tables and as event files of TensorBoard
    extras         packages that only some of this needs
"""

from esr_core.exchange.esr9 import import_esr9, read_esr9
from esr_core.exchange.exported_run import ExportedRun, exported_run
from esr_core.exchange.formats import FORMATS, ExportFormat
from esr_core.exchange.measured import EventFile, measured_table, measures, write_events
from esr_core.exchange.onnx_file import OnnxNetwork, read_onnx
from esr_core.exchange.weights import read_hub, read_safetensors

__all__ = [
    "FORMATS",
    "EventFile",
    "ExportFormat",
    "ExportedRun",
    "OnnxNetwork",
    "exported_run",
    "import_esr9",
    "measured_table",
    "measures",
    "read_esr9",
    "read_hub",
    "read_onnx",
    "read_safetensors",
    "write_events",
]
