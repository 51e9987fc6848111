"""What several test files need: one thread per process, the real photographs where they are to be had, and Ray."""

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
import torch

from esr_core.architectures import ARCHITECTURES
from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.preparation import prepare
from esr_core.devices import resolve_device

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of processes that tests start
# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")
# Ray is not imported to know: it reads RAY_AUTH_MODE once, when it is imported, and tests of a cluster set it later.
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install -r requirements-ray.txt"
)
# What tests marked cuda compute on; ESR_CARD=cpu rehearses them on a machine without a card.
CARD = os.environ.get("ESR_CARD", "cuda")
NARROW = {
    name: replace(layout, blocks=tuple(replace(block, out_channels=block.out_channels // 8) for block in layout.blocks))
    for name, layout in ARCHITECTURES.items()
}
"""The paper's architectures with an eighth of their channels."""
LONDON = Path(os.environ.get("ESR_LONDON", Path(__file__).parents[2] / "shared" / "data" / "london"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a CUDA card where there is none."""
    if item.get_closest_marker("cuda") and CARD.startswith("cuda") and not torch.cuda.is_available():
        pytest.skip("no CUDA card on this machine")


@pytest.fixture
def card() -> torch.device:
    """What a test marked cuda computes on."""
    return resolve_device(CARD)


@pytest.fixture
def exact_float32() -> Iterator[None]:
    """Convolutions on a card that are not rounded to TensorFloat-32, so that they can be compared with the CPU's."""
    rounded = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.backends.cudnn.allow_tf32 = rounded


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Workers of pytest-xdist share the cores; more threads each would only make them wait."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def narrow_networks() -> Iterator[None]:
    """All networks of a test file an eighth as wide: for what holds at any width and is sooner seen in these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("esr_core.config.groups.ARCHITECTURES", NARROW)
        yield


@pytest.fixture(scope="session")
def london_folder() -> Path:
    """Folder of the Face Research Lab London Set as described in docs/data.md."""
    if not LONDON.is_dir():
        pytest.skip(f"no London photographs at {LONDON}; set ESR_LONDON to their folder")
    return LONDON


@pytest.fixture(scope="session")
def prepared_faces(tmp_path_factory) -> Path:
    """Root of prepared sets with one of them, ``tiny``: ten drawn people posing every emotion once."""
    root = tmp_path_factory.mktemp("prepared")
    prepare(builtin_source(10, 7, difficulty="easy"), root / "tiny")
    return root


@pytest.fixture(scope="session")
def tiny_training(prepared_faces) -> TrainingConfig:
    """A configuration that trains two branches in a few seconds."""
    return TrainingConfig(
        data=str(prepared_faces / "tiny"),
        network=NetworkConfig(branching_level=4, num_branches=2),
        protocol=ProtocolConfig(training_folds=1),
        strategy="frozen",
        epochs_first_branch=1,
        epochs_later_branch=1,
        batch_size=14,
        device="cpu",
    )
