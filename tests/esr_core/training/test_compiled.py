"""A compiled training learns what an uncompiled one does."""

import shutil

import numpy as np
import pytest
import torch

from esr_core.training import fit, new_network

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler on the CPU"),
    # torch.compile's own: it warns of its own deprecated parts and forks its compilers from a process with threads.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.mark.parametrize("strategy", ["varied", "frozen"])
def test_losses_are_those_of_an_uncompiled_training(strategy, tiny_config, tiny_data):
    config = tiny_config.replace(strategy=strategy, learning_rate=0.01, epochs_first_branch=2, epochs_later_branch=2)
    losses = {}
    for is_compiled in (False, True):
        torch.compiler.reset()
        chosen = config.replace(compile=is_compiled)
        records = list(fit(chosen, new_network(chosen), tiny_data))
        losses[is_compiled] = [loss for record in records for loss in record.loss]
    np.testing.assert_allclose(losses[True], losses[False], rtol=1e-3)
    assert np.ptp(losses[False]) > 0.01, "nothing was learned that could have differed"
    compiled = torch._dynamo.utils.counters["frames"]
    assert compiled["ok"] > 0, "nothing was compiled"
