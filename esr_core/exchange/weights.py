"""Weights that are tensors and nothing else: one safetensors file, or a folder in the layout of Hugging Face's hub."""

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from esr_core.errors import DataError, cause
from esr_core.exchange.exported_run import CONFIG, ExportedRun, read_description
from esr_core.folders import PathLike
from esr_core.networks import ESR, weights_from_stored, weights_to_store
from esr_core.records import RunInfo
from esr_core.run_store.files import sha256

WEIGHTS, CARD_FILE, CONFIG_FILE = HUB_FILES = "model.safetensors", "README.md", "config.json"
LOADING = """
## Loading

With ESR Lab installed, where this folder is:

```python
from esr_core.exchange import read_hub

network = read_hub("{name}")
network(images)  # float32 in [0, 1], {shape}, {channels}, to logits (batch, branches, classes)
```
"""


def safetensors_file(exported: ExportedRun) -> list[bytes]:
    """The weights as the run stores them, with description and card as metadata.

    Those of int8 are written as the float32 that they stand for: other programs know nothing of their scales.
    """
    dtype = exported.run.config.checkpoint_dtype if exported.run.config else "float32"
    weights = weights_to_store(exported.network, "float32" if dtype == "int8" else dtype)
    return [save(weights, exported.metadata() | {"format": "pt"})]


def read_safetensors(path: PathLike) -> ESR:
    """The exported network, in eval mode on the CPU.

    Raises:
        DataError: if it is no safetensors file, has no description, or its tensors are not those of the network.
    """
    return _read(Path(path))[0]


def hub_files(exported: ExportedRun) -> list[bytes]:
    """The contents of ``HUB_FILES``: weights, card, and the description with the weights' SHA-256."""
    (weights,) = safetensors_file(exported)
    config = {**exported.description, "sha256": {WEIGHTS: hashlib.sha256(weights).hexdigest()}}
    return [weights, _hub_card(exported).encode(), json.dumps(config, indent=2).encode()]


def read_hub(folder: PathLike) -> ESR:
    """The network of an exported folder, in eval mode on the CPU.

    Args:
        folder: as ``export --format hub`` wrote it, here or on another machine.

    Raises:
        DataError: if a file is missing or cannot be read, or the weights are not those that ``config.json`` names.
    """
    folder = Path(folder)
    weights, config = folder / WEIGHTS, folder / CONFIG_FILE
    try:
        described, _ = read_description(config.read_text(encoding="utf-8"), config)
        hashes, found = described.pop("sha256", None), sha256(weights)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{folder} must hold {WEIGHTS} and {CONFIG_FILE}, and one cannot be read: {cause(error)}"
        ) from None
    expected = hashes.get(WEIGHTS) if isinstance(hashes, dict) else None
    if expected != found:
        raise DataError(
            f"{weights} must have the sha256 {str(expected)[:12]} that {CONFIG_FILE} names, found {found[:12]}"
        )
    network, description = _read(weights)
    if description != described:
        raise DataError(f"{config} must describe the network as {WEIGHTS} does, found another description")
    return network


def _read(path: Path) -> tuple[ESR, dict[str, Any]]:
    unreadable = f"{path} must be a safetensors file of an ESR, and cannot be read as one"
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            stored: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, RuntimeError) as error:
        raise DataError(f"{unreadable}: {cause(error)}") from None
    description, config = read_description(metadata.get(CONFIG), path)
    network = ESR.from_config(config)
    try:
        network.load_state_dict(weights_from_stored(stored))
    except (DataError, RuntimeError) as error:
        raise DataError(f"{unreadable}: {cause(error)}") from None
    return network.eval(), description


def _hub_card(exported: ExportedRun) -> str:
    """The run's card with the metadata that the hub reads; YAML takes JSON values as they are."""
    run, inputs = exported.run, exported.description["input"]
    fields: dict[str, Any] = {
        "license": "mit" if run.is_shipped else "other",
        **({} if run.is_shipped else {"license_name": "see-section-licence"}),
        "library_name": "esr-lab",
        "pipeline_tag": "image-classification",
        "tags": ["facial-expression-recognition", "ensemble", "pytorch", "safetensors"],
    }
    if run.status.test_accuracy is not None:
        fields["model-index"] = [_result(run)]
    front = "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())
    shape = f"({', '.join(map(str, inputs['shape']))})"
    loading = LOADING.format(name=run.run_id, shape=shape, channels=inputs["channels"])
    return f"---\n{front}\n---\n\n{exported.card}{loading}"


def _result(run: RunInfo) -> dict[str, Any]:
    """A run's accuracy as the hub lists results."""
    data = run.config.data_set.name if run.config and run.config.data_set else "unknown"
    metric = {"type": "accuracy", "value": run.status.test_accuracy, "name": "plurality vote, test part"}
    result = {"task": {"type": "image-classification"}, "dataset": {"type": data, "name": data}, "metrics": [metric]}
    return {"name": run.kind, "results": [result]}
