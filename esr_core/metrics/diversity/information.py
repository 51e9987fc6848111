"""How far apart branches are in their probabilities, in bits."""

import numpy as np

from esr_core.metrics.diversity.arguments import ratio, require_probabilities

BLOCK = 8192  # probabilities of a branch at a time: what stays in the cache, with those of all others, is faster


def jensen_shannon(probabilities: np.ndarray) -> np.ndarray:
    """Mean over the images of the Jensen-Shannon divergence of two branches: H((p + q) / 2) - (H(p) + H(q)) / 2.

    Args:
        probabilities: of each class (B, N, C), sums over classes 1.

    Returns:
        Symmetric matrix (N, N) in [0, 1] bits, 0 on the diagonal; 1 where two branches are sure of different classes on
        every image. NaN without images. (SciPy's ``jensenshannon`` is the square root for one image.)

    Raises:
        MetricError: if probabilities is not as described or has a single branch.

    Source: Lin 1991, doi 10.1109/18.61115.
    """
    require_probabilities(probabilities)
    num_images, num_branches, _ = probabilities.shape
    precision = np.result_type(probabilities, np.float32)
    flat = np.ascontiguousarray(probabilities.swapaxes(0, 1), precision).reshape(num_branches, -1)  # (N, B * C)
    summed = np.zeros((num_branches, num_branches))
    for start in range(0, flat.shape[1], BLOCK):
        block = flat[:, start : start + BLOCK]
        own = entropy(block)  # (N,), of all distributions in the block together
        for first in range(num_branches - 1):
            mixed = entropy((block[first] + block[first + 1 :]) / 2)
            summed[first, first + 1 :] += mixed - (own[first] + own[first + 1 :]) / 2
    return ratio(np.maximum(summed + summed.T, 0), num_images)  # rounding can take 0 below 0


def mutual_information(probabilities: np.ndarray) -> np.ndarray:
    """What naming the branch would tell of the class: entropy of the mean less the mean of the entropies.

    Args:
        probabilities: of each class (B, N, C), sums over classes 1.

    Returns:
        (B,) bits, from 0, where all branches give an image the same probabilities, to log2(min(N, C)).

    Raises:
        MetricError: if probabilities is not as described or has a single branch.

    Source: Lin 1991, section V (the divergence of N distributions); as a measure of an ensemble's doubt:
    Lakshminarayanan et al. 2017, "Simple and scalable predictive uncertainty estimation using deep ensembles".
    """
    require_probabilities(probabilities)
    values = entropy(probabilities.mean(axis=1)) - entropy(probabilities).mean(axis=1)
    return np.maximum(values, 0)  # rounding can take 0 below 0


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Shannon entropy in bits over the last axis, in the precision of the input; a probability of 0 adds nothing."""
    tiny = np.finfo(np.result_type(probabilities, np.float32)).tiny
    above_zero = np.maximum(probabilities, tiny)  # 0 times any logarithm is 0
    return np.vecdot(probabilities, -np.log(above_zero)) / np.log(2)
