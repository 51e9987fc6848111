"""A complete run made without training."""

import numpy as np
import pytest

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.metrics import Predictions
from esr_core.networks import ESR
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

CONFIG = TrainingConfig(data="toy", network=NetworkConfig(branching_level=4, num_branches=2), strategy="frozen")


def record(branch: int, epoch: int, accuracy: float, loss: float = 1.0) -> EpochRecord:
    """A validation point of which only the given numbers matter."""
    return EpochRecord(branch, epoch, (None,), (loss,), (accuracy,), accuracy, accuracy, 0.1, 0, 0.0)


@pytest.fixture
def complete(store: RunStore) -> str:
    """Id of a finished run."""
    writer = store.create(CONFIG, run_id="complete")
    writer.start({"python": "3"})
    writer.save_parts({"training": ["a"], "validation": ["b"], "test": ["c"]})
    writer.append(record(1, 0, 0.9))
    writer.append(record(1, 5, 0.8))
    writer.append(record(2, 0, 1.0))
    writer.append(record(2, 5, 0.6, loss=2.0))
    writer.append(record(2, 10, 0.6, loss=1.0))
    writer.save_network(ESR.from_config(CONFIG.network))
    writer.save_predictions(
        "test", Predictions(np.array(["c"]), np.array([0]), np.array([[[0.5, 0.0]]]), ("neutral", "happiness"))
    )
    writer.finish({"accuracy": 0.75})
    return writer.run_id
