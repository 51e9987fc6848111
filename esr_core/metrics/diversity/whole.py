"""One number for the whole ensemble. ``l`` is on how many of the N branches an image's class is right.

Source of all but ``fleiss_kappa``: Kuncheva & Whitaker 2003, the non-pairwise measures, doi 10.1023/A:1022859003006.
"""

import numpy as np

from esr_core.metrics.diversity.arguments import ratio, require_labels, require_predictions


def fleiss_kappa(predictions: np.ndarray) -> float:
    """Agreement of all branches on classes beyond what the classes' frequencies give by chance.

        kappa = (P - Pe) / (1 - Pe),   P = mean share of agreeing pairs,   Pe = sum over classes c of p(c)^2

    Args:
        predictions: class indices (B, N).

    Returns:
        1 for the same class from all branches on every image, 0 for agreement as by chance, at least -1/(N - 1). NaN
        where one class is named throughout, and without images.

    Raises:
        MetricError: if predictions is not as described or has a single branch.

    Source: Fleiss 1971, doi 10.1037/h0031619, on the classes named. (Kuncheva & Whitaker take the same measure on
    correctness.)
    """
    require_predictions(predictions)
    num_images, num_branches = predictions.shape
    named = [(predictions == class_idx).sum(axis=1) for class_idx in np.unique(predictions)]  # C of (B,)
    agreeing = sum(int((votes * (votes - 1)).sum()) for votes in named)  # ordered pairs over all images
    chance = sum(int(votes.sum()) ** 2 for votes in named)  # times all votes squared: whole numbers
    observed = ratio(np.array(agreeing), num_images * num_branches * (num_branches - 1))
    expected = ratio(np.array(chance), (num_images * num_branches) ** 2)
    return float(ratio(observed - expected, 1 - expected))


def kohavi_wolpert_variance(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Mean of l (N - l) / N^2 over the images: (N - 1) / 2N times the mean oracle disagreement.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Value in [0, 1/4]; 0 where all branches are always right together or wrong together. NaN without images.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Kohavi & Wolpert 1996.
    """
    share = _share_right(predictions, labels)
    return _mean(share * (1 - share))


def entropy_measure(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Mean of min(l, N - l) / (N - ceil(N / 2)) over the images.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Value in [0, 1]; 1 where half of the branches are right on every image. NaN without images.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003, "entropy measure E"; no logarithm, in spite of its name.
    """
    share, num_branches = _share_right(predictions, labels), predictions.shape[1]
    return _mean(np.minimum(share, 1 - share) * num_branches / (num_branches // 2))


def generalised_diversity(predictions: np.ndarray, labels: np.ndarray) -> float:
    """1 - p(2) / p(1): the chance that of two branches drawn at random the second is right where the first errs.

    p(1) is the chance that a branch drawn at random errs on an image drawn at random, p(2) that two different ones do.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Value in [0, 1]; 0 where all branches err together, 1 where never two do. NaN where no branch ever errs.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Partridge & Krzanowski 1997, doi 10.1016/S0950-5849(97)00023-2.
    """
    share = 1 - _share_right(predictions, labels)  # of the branches that are wrong
    num_branches = predictions.shape[1]
    one, two = _mean(share), _mean(share * (num_branches * share - 1) / (num_branches - 1))
    return float(1 - ratio(np.array(two), one))


def difficulty(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Variance over the images of l / N, the share of branches that are right.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Value in [0, 1/4], the lower the more diverse: high where the same images are difficult for all branches. NaN
        without images.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Hansen & Salamon 1990, doi 10.1109/34.58871.
    """
    share = _share_right(predictions, labels)
    return float(share.var()) if share.size else float("nan")


def _share_right(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of the branches that are right on each image, l / N, (B,)."""
    require_predictions(predictions)
    require_labels(labels, len(predictions))
    return (predictions == labels[:, None]).mean(axis=1)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else float("nan")
