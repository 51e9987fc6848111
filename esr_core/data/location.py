"""Where the prepared set of a configuration is now: where it was, or in the folder of prepared sets after a move."""

from pathlib import Path

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedCard, list_prepared
from esr_core.errors import DataError
from esr_core.folders import PathLike, prepared_root


def locate_set(config: TrainingConfig, root: PathLike | None = None) -> Path:
    """The folder of the set that a training was configured for, told by its fingerprint.

    Args:
        config: of the training.
        root: where prepared sets are kept; None takes ``prepared_root()``.

    Returns:
        The folder of the configuration unless another set, or none, is there and the root has the right one.
    """
    folder, root = Path(config.data), Path(prepared_root() if root is None else root)
    if config.data_set is None or _fingerprint(folder) == config.data_set.fingerprint:
        return folder
    same = (name for name, card in list_prepared(root).items() if card.fingerprint == config.data_set.fingerprint)
    name = next(same, None)
    return folder if name is None else root / name


def _fingerprint(folder: Path) -> str | None:
    try:
        return PreparedCard.read(folder).fingerprint
    except DataError:  # none is there, or a damaged one: whoever opens it says so
        return None
