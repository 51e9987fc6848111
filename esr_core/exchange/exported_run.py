"""A stored run as it is exported: its network, a description that every format carries, and its card."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from esr_core import __version__
from esr_core.architectures import Layout
from esr_core.config import NetworkConfig
from esr_core.errors import ConfigError, DataError, cause
from esr_core.evaluation import licence_of, model_card
from esr_core.networks import ESR
from esr_core.records import RunInfo
from esr_core.run_store import RunStore

FORMAT = "esr-lab 1"  # of the description
CONFIG, CARD = "config", "card"  # keys of what a file holds besides its network: the description as JSON, and Markdown


@dataclass(frozen=True, slots=True, eq=False)
class ExportedRun:
    """What an export is made from."""

    network: ESR  # in eval mode on the CPU
    run: RunInfo
    description: Mapping[str, Any]  # plain values for JSON
    card: str  # Markdown

    def metadata(self, **more: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON value
        """Description and card by their keys, as every format holds them; ``more`` is what one format adds."""
        return {CONFIG: json.dumps({**self.description, **more}), CARD: self.card}


def exported_run(store: RunStore, run_id: str, command: str | None = None) -> ExportedRun:
    """A finished run with what has to be known of it elsewhere.

    Args:
        store: where the run is.
        run_id: of a finished run.
        command: the command line that trains it, for the card; None where there is none.

    Raises:
        RunNotFoundError: if there is no such run.
        DamagedRunError: if it has not finished, or a file of its is missing, altered or cannot be read.
    """
    card = model_card(store, run_id, command)
    run, network = store.info(run_id), store.load_network(run_id)
    config = network.config
    description = {
        "format": FORMAT,
        "esr_core": __version__,
        "run": run_id,
        "checkpoint_sha256": store.checkpoint_sha256(run_id),
        "licence": licence_of(store, run),
        "network": config.model_dump(mode="json"),
        "input": input_convention(config.layout),
    }
    return ExportedRun(network, run, description, card)


def input_convention(layout: Layout) -> dict[str, Any]:
    """What a network has to be given: name, shape, type, range and colours of its input, and how that is made."""
    channels, height, width = layout.image_shape
    colours = "grey, 0.299 R + 0.587 G + 0.114 B" if layout.is_grey else "RGB, in this order, not BGR"
    return {
        "name": "images",
        "shape": ["batch", channels, height, width],
        "dtype": "float32",
        "range": [0.0, 1.0],
        "channels": "grey" if layout.is_grey else "RGB",
        "preprocessing": f"one face each: cut out as the box of OpenCV's frontal Haar cascade, resized to "
        f"{width}x{height}, {colours}, bytes divided by 255",
        "normalisation": "mean and deviation are subtracted and divided by inside the network",
    }


def read_description(text: str | None, path: Path) -> tuple[dict[str, Any], NetworkConfig]:
    """A description and the network it is of, from what a file holds under ``CONFIG``.

    Raises:
        DataError: if there is none, or it is not one that ``export`` writes.
    """
    if text is None:
        raise DataError(f"{path} must hold a description as `export` writes it, found none")
    try:
        description = json.loads(text)
        config = NetworkConfig.from_json(json.dumps(description["network"]))
    except (ValueError, KeyError, TypeError, ConfigError) as error:
        raise DataError(f"{path} must hold a description as `export` writes it: {cause(error)}") from None
    if description.get("format") != FORMAT:
        raise DataError(f"{path} must hold a description of format {FORMAT}, found {description.get('format')}")
    return description, config
