"""Classes of a network and of a prepared set it was not trained on, joined by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from esr_core.data.names import look
from esr_core.errors import ConfigError, DataError
from esr_core.metrics import Predictions

UNKNOWN_CLASSES = ("leave-out", "wrong")
ANSWERS = ("all", "shared")
NO_PARTNER = -1


@dataclass(frozen=True, slots=True)
class JoinRules:
    """What happens with the classes that one side lacks."""

    unknown_classes: str = "leave-out"  # pictures of classes that the network lacks
    answers: str = "all"  # classes the network may answer: all its own, where those the set lacks are wrong

    def __post_init__(self) -> None:
        if self.unknown_classes not in UNKNOWN_CLASSES:
            raise ConfigError(f"unknown_classes must be leave-out or wrong, got {self.unknown_classes!r}")
        if self.answers not in ANSWERS:
            raise ConfigError(f"answers must be all or shared, got {self.answers!r}")


@dataclass(frozen=True, slots=True)
class ClassJoin:
    """Which class of a set is which class of a network."""

    network_names: tuple[str, ...]  # C classes
    set_names: tuple[str, ...]  # S classes
    partners: tuple[int, ...]  # for each class of the set its index in the network; NO_PARTNER where it has none

    @property
    def shared(self) -> tuple[str, ...]:
        """Classes of both, as the network names them and in its order."""
        return tuple(name for index, name in enumerate(self.network_names) if index in self.partners)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Classes of the set that the network lacks."""
        pairs = zip(self.set_names, self.partners, strict=True)
        return tuple(name for name, partner in pairs if partner == NO_PARTNER)

    @property
    def untested(self) -> tuple[str, ...]:
        """Classes of the network that the set lacks."""
        return tuple(name for index, name in enumerate(self.network_names) if index not in self.partners)


def join_classes(network_names: Sequence[str], set_names: Sequence[str]) -> ClassJoin:
    """Join by name: equal are names that differ in case or in Unicode's forms of one text alone.

    Raises:
        DataError: if no class is in both, or one side has a name twice.
    """
    networks, sets = _by_key(network_names, "the network"), _by_key(set_names, "the set")
    join = ClassJoin(tuple(network_names), tuple(set_names), tuple(networks.get(key, NO_PARTNER) for key in sets))
    if not join.shared:
        raise DataError(
            f"network and set must share a class by name, got {', '.join(network_names)} and {', '.join(set_names)}"
        )
    return join


def joined(predictions: Predictions, labels: np.ndarray, join: ClassJoin, rules: JoinRules) -> Predictions:
    """Predictions of a network on another set, in classes of both sides.

    Args:
        predictions: logits (B, N, C) of the network's own classes; their labels are not looked at.
        labels: class indices of the set (B,), each in [0, S).
        join: of the network's C and the set's S classes.
        rules: for classes that one side lacks.

    Returns:
        Logits (B', N, C') in the network's order. Pictures of unknown classes are left out, or their classes follow
        behind with logits of minus infinity, so that no answer to them is right. With ``answers="shared"`` the logits
        of untested classes are taken out, which leaves the other probabilities in the same proportion.

    Raises:
        DataError: if no picture is of a shared class, or only shared answers are allowed and there is one.
    """
    if rules.answers == "shared" and len(join.shared) < 2:
        raise DataError(f"answers shared needs two classes in both network and set, found {join.shared[0]} alone")
    partners = np.array(join.partners)
    if (partners[labels] == NO_PARTNER).all():
        raise DataError(f"pictures must have a class that the network knows, {', '.join(join.shared)}; found none")
    columns = np.flatnonzero(np.isin(np.arange(len(join.network_names)), partners) | (rules.answers == "all"))
    positions = np.where(partners == NO_PARTNER, NO_PARTNER, np.searchsorted(columns, partners))  # (S,)
    names = [join.network_names[column] for column in columns]
    logits = predictions.logits[:, :, columns]  # (B, N, C')
    if rules.unknown_classes == "wrong":
        unknown = [label for label in np.unique(labels) if positions[label] == NO_PARTNER]
        positions[unknown] = len(columns) + np.arange(len(unknown))
        names += [join.set_names[label] for label in unknown]
        logits = np.pad(logits, ((0, 0), (0, 0), (0, len(unknown))), constant_values=-np.inf)
    selected = positions[labels] != NO_PARTNER
    return Predictions(predictions.ids[selected], positions[labels][selected], logits[selected], tuple(names))


def _by_key(names: Sequence[str], owner: str) -> dict[str, int]:
    """Index of each class by what its name looks like, in any form of Unicode and without case."""
    by_key = {look(name): index for index, name in enumerate(names)}
    if len(by_key) != len(names):
        raise DataError(f"class names of {owner} must differ in more than case to be joined, got {', '.join(names)}")
    return by_key
