"""A second look at a face: what a page waits for where nine wild branches have been explained before.

Usage: python -m bench.cached_explanation [--repeats 50]

A folder of its own gets the maps of one face by two methods, small ones of 6x6 and ones as fine as the face. Then they
are looked up: in a cache that is open, as the dashboard keeps it, and in one that is opened for each look, as after a
start. What comes first after a start is measured too: hashing the weights, to be sure that they are those explained.
The goal is 50 ms.
"""

import argparse
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from safetensors.torch import save_file

from bench._timing import paired, summary
from esr_core.explanations import AttributionSettings
from esr_core.explanations.disk_cache import ArrayCache, Arrays, explanation_key
from esr_core.networks import ESR
from esr_core.run_store.files import sha256

GOAL_MS = 50
LIMIT_BYTES = 100_000_000
PICTURE = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)
QUESTIONS = {"6x6 maps": AttributionSettings(block=8), "96x96 maps": AttributionSettings("occlusion")}


def answers() -> dict[str, Arrays]:
    """As large as those of nine branches."""
    random = np.random.default_rng(1)
    sides = {"6x6 maps": 6, "96x96 maps": 96}
    return {name: {"maps": random.random((9, side, side), dtype=np.float32)} for name, side in sides.items()}


def never() -> Arrays:
    """What makes an answer that is not found."""
    raise LookupError("the answer was not kept")


def looks(folder: Path) -> dict[str, Callable[[], object]]:
    """What is timed, by name; the open cache belongs to the caller's folder."""
    weights = folder / "weights.safetensors"
    save_file(ESR("wild", branching_level=4, num_branches=9, affect_head=True).state_dict(), weights)
    checksum = sha256(weights)
    kept = ArrayCache(folder / "kept", LIMIT_BYTES)
    for name, arrays in answers().items():
        kept.get(explanation_key(checksum, PICTURE, QUESTIONS[name]), lambda arrays=arrays: arrays)

    def look(name: str, fresh: bool) -> Arrays:
        key = explanation_key(checksum, PICTURE, QUESTIONS[name])
        if not fresh:
            return kept.get(key, never)
        with closing(ArrayCache(kept.folder, LIMIT_BYTES)) as opened:
            return opened.get(key, never)

    timed: dict[str, Callable[[], object]] = {
        f"{name}, cache {state}": lambda name=name, fresh=fresh: look(name, fresh)
        for name in QUESTIONS
        for state, fresh in (("open", False), ("opened anew", True))
    }
    return timed | {f"hash of {weights.stat().st_size / 1e6:.0f} MB of weights": lambda: sha256(weights)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=50, help="looks to take the median of (default 50)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = paired(looks(Path(folder)), options.repeats)
    for name, values in seconds.items():
        print(f"{name:28} {summary([1000 * value for value in values], 2)} ms, goal {GOAL_MS}")


if __name__ == "__main__":
    main()
