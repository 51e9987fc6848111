"""Networks: the paper's two architectures, the ESR built from them, what they cost and how they run fastest."""

from esr_core.networks.blocks import Branch
from esr_core.networks.esr import ESR
from esr_core.networks.inference import block_feature_maps, borrowed, for_inference, frozen, pooled_features
from esr_core.networks.parameters import count_parameters, parameters_of
from esr_core.networks.rebranching import rebranched
from esr_core.networks.storage import weights_from_stored, weights_to_store

__all__ = [
    "ESR",
    "Branch",
    "block_feature_maps",
    "borrowed",
    "count_parameters",
    "for_inference",
    "frozen",
    "parameters_of",
    "pooled_features",
    "rebranched",
    "weights_from_stored",
    "weights_to_store",
]
