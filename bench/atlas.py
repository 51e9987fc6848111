"""The atlas of 3,000 faces by four branches: all at once in chunks, against a plain loop over the faces.

Usage: python -m bench.atlas [--faces 3000] [--looped 100] [--threads N]

Grad-CAM of the last block for what each branch predicts, with the shares of regions, the likeness of the branches' maps
and their means, on ``for_inference(network)`` and with nothing in the cache, as page Atlas asks when a run is looked at
for the first time; in float32 and, where the processor has it, in bfloat16, which the page takes then. The loop
explains one face after the other, as page Faces does; it is timed on some of the faces.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import torch

from esr_core.data.face_parts import template_parts
from esr_core.data.network_input import to_images
from esr_core.devices import computes_bfloat16
from esr_core.evaluation.atlas import CHUNK
from esr_core.explanations import (
    Atlas,
    AtlasQuestion,
    atlas_means,
    compare_branches,
    face_atlas,
    face_maps,
    region_shares,
)
from esr_core.explanations.disk_cache import ArrayCache
from esr_core.networks import ESR, for_inference

NETWORKS = {"ESR-4, lab level 3": 3, "TE-4, lab": 0}  # their branching levels
QUESTION = AtlasQuestion()
Result = TypeVar("Result")


def in_chunks(net: ESR, pictures: np.ndarray, labels: np.ndarray, cache: ArrayCache) -> Atlas:
    """The atlas, each chunk kept on disk."""

    def explained(chunk: slice) -> Atlas:
        return Atlas(**cache.get(str(chunk), lambda: face_atlas(net, pictures[chunk], labels[chunk], QUESTION).arrays))

    return Atlas.joined([explained(slice(start, start + CHUNK)) for start in range(0, len(pictures), CHUNK)])


def one_by_one(net: ESR, pictures: np.ndarray) -> None:
    """The same numbers of each face, computed for it alone."""
    for picture in pictures:
        shown = face_maps(net, to_images(picture[None], net.config.architecture), QUESTION.settings())
        region_shares(np.maximum(shown.maps, 0), template_parts())
        compare_branches(shown.branches[None], shown.logits.argmax(axis=1)[None])


def timed(name: str, question: Callable[[], Result]) -> Result:
    """What a question returns; how long it took is printed."""
    wall, processor = time.perf_counter(), time.process_time()
    result = question()
    print(f"{name:44} {time.perf_counter() - wall:8.2f} s {time.process_time() - processor:8.2f} s")
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=3000, help="faces of the test part (default 3000)")
    parser.add_argument("--looped", type=int, default=100, help="of them explained one by one (default 100)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: its own choice)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (options.faces, 96, 96, 3), dtype=np.uint8)
    labels = rng.integers(0, 8, options.faces)
    torch.manual_seed(0)
    print(f"{options.faces} faces, {torch.get_num_threads()} threads; wall time and processor time")
    for name, level in NETWORKS.items():
        net = for_inference(ESR("lab", level, 4))
        with tempfile.TemporaryDirectory() as folder:
            atlas = partial(in_chunks, net, pictures, labels, ArrayCache(folder, 10**9))
            timed(f"{name}, in chunks", atlas)
            whole = timed(f"{name}, again from the cache", atlas)
        timed(f"{name}, means and intervals", partial(atlas_means, whole))
        if computes_bfloat16(torch.device("cpu")):
            quick = for_inference(net, torch.bfloat16)
            with tempfile.TemporaryDirectory() as folder:
                timed(f"{name}, bfloat16", partial(in_chunks, quick, pictures, labels, ArrayCache(folder, 10**9)))
        timed(f"{name}, {options.looped} faces one by one", partial(one_by_one, net, pictures[: options.looped]))


if __name__ == "__main__":
    main()
