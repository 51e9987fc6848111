"""What each question about one face costs: the five methods for all branches and the ensemble, and the trust in a map.

Usage: python -m bench.methods [--repeats 3] [--threads N]

Asked of an ESR-4 of the lab and of an ESR-9 in the wild as the dashboard asks them: of ``for_inference(network)``, for
each branch's own class and the vote. Nothing is read from the cache.
"""

import argparse
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from bench._timing import paired, summary
from esr_core.explanations import METHODS, AttributionSettings, face_maps, faithfulness, randomisation_check
from esr_core.networks import ESR, for_inference


def questions(net: ESR, face: Tensor) -> dict[str, Callable[[], object]]:
    """Each method, then both measures of trust in Grad-CAM's maps, on one face (1, K, 96, 96)."""
    ready = for_inference(net)
    shown = face_maps(ready, face, AttributionSettings())
    maps = np.maximum(shown.maps, 0)

    def asking(method: str) -> Callable[[], object]:
        return lambda: face_maps(ready, face, AttributionSettings(method))

    return {METHODS[method].name: asking(method) for method in METHODS} | {
        "deletion and insertion": lambda: faithfulness(ready, face[0], maps, shown.classes),
        "randomisation, 5 cascades": lambda: randomisation_check(net, face, shown.classes),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="rounds to take the median of (default 3)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: its own choice)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    networks = {"ESR-4, lab level 3": ESR("lab", 3, 4), "ESR-9, wild level 4": ESR("wild", 4, 9, affect_head=True)}
    print(f"medians (and quartiles) of {options.repeats} rounds, {torch.get_num_threads()} threads, one face")
    for name, net in networks.items():
        face = torch.rand(1, net.layout.input_channels, 96, 96)
        for question, values in paired(questions(net.eval(), face), options.repeats).items():
            print(f"{name:20} {question:26} {summary(values, 2)} s")


if __name__ == "__main__":
    main()
