"""Networks: the paper's two architectures, the ESR built from them, and what they cost."""

from esr_core.networks.esr import ESR
from esr_core.networks.parameters import count_parameters

__all__ = ["ESR", "count_parameters"]
