"""How alike the branches' features are, before anything is decided."""

import numpy as np

from esr_core.metrics.diversity.arguments import ratio, require_branches


def linear_cka(features: np.ndarray) -> np.ndarray:
    """Centred kernel alignment of two branches' features with a linear kernel.

    Of features X and Y (B, K) whose columns are centred it is

        CKA = |Y' X|^2 / (|X' X| |Y' Y|),   |.| the Frobenius norm

    It does not change when features are rotated, permuted or scaled as a whole.

    Args:
        features: of each branch (B, N, K), such as ``esr_core.networks.pooled_features`` gives.

    Returns:
        Symmetric matrix (N, N) in [0, 1], 1 for the same features up to rotation and scale. NaN for a branch whose
        features are the same for every image. With no more images than features it is high whatever the features are.

    Raises:
        MetricError: if features is not as described or of a single branch.

    Source: Kornblith et al. 2019, "Similarity of neural network representations revisited", section 3,
    arXiv 1905.00414.
    """
    require_branches("features", features, "B, N, K")
    num_branches = features.shape[1]
    if not len(features):
        return np.full((num_branches, num_branches), np.nan)
    centred = features.astype(np.float64) - features.mean(axis=0, dtype=np.float64)  # (B, N, K)
    aligned = np.stack([_alignment(centred[:, branch], centred) for branch in range(num_branches)])
    is_constant = (features == features[0]).all(axis=(0, 2))  # (N,), exactly: a mean of equal numbers may be rounded
    own = np.where(is_constant, 0, np.diag(aligned))
    return ratio(aligned, np.sqrt(np.outer(own, own)))


def _alignment(features: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Squared Frobenius norm of the products of one branch's features (B, K) with those of all (B, N, K), as (N,)."""
    products = np.tensordot(features, others, axes=(0, 0))  # (K, N, K)
    return np.square(products).sum(axis=(0, 2))
