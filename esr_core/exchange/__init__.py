"""Networks from elsewhere, and for elsewhere.

::

    esr9   the authors' published weights, as an ensemble of ours and as a stored run
"""

from esr_core.exchange.esr9 import import_esr9, read_esr9

__all__ = ["import_esr9", "read_esr9"]
