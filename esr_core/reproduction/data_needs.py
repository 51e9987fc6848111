"""What prepared sets stand for the paper's, and what they must have for its experiments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from esr_core.data.builtin import builtin_source
from esr_core.data.labels import VOTES
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import NUM_FOLDS
from esr_core.emotions import EMOTIONS
from esr_core.folders import PathLike, expanded
from esr_core.reproduction.experiments import DATA_TITLES, Experiment

DRAWN = "builtin"
"""What stands for built-in faces where a prepared set is named, and the name in their card."""

QUICK_PEOPLE, QUICK_SEQUENCES = 10, 7  # one person in each fold, every emotion once


@dataclass(frozen=True, slots=True)
class Need:
    """Something that an experiment asks of a prepared set."""

    what: str  # the end of "it needs ..."
    is_met: Callable[[PreparedSet], bool]


def _knows_subjects(prepared: PreparedSet) -> bool:
    subjects = prepared.labels.loc[prepared.labels["emotion"].notna(), "subject"]
    return bool(subjects.notna().all()) and subjects.nunique() >= NUM_FOLDS


def _has_parts(prepared: PreparedSet) -> bool:
    return bool(prepared.labels["split"].notna().any()) or _knows_subjects(prepared)


def _has_affect(prepared: PreparedSet) -> bool:
    return bool(prepared.labels[["valence", "arousal"]].notna().all(axis=1).any())


def _has_votes(prepared: PreparedSet) -> bool:
    """Whether annotators voted, or nobody had to, the faces being drawn to be of a class."""
    return prepared.card.name == DRAWN or any(name.startswith(VOTES) for name in prepared.labels)


NEEDS: Mapping[str, Need] = MappingProxyType(
    {
        "classes": Need(f"the classes {', '.join(EMOTIONS)}", lambda each: each.card.class_names == EMOTIONS),
        "subjects": Need(f"the subject of every picture, of {NUM_FOLDS} people or more", _knows_subjects),
        "parts": Need(f"its owners' split, or the subject of every picture, of {NUM_FOLDS} or more", _has_parts),
        "affect": Need("valence and arousal", _has_affect),
        "votes": Need("annotators' votes, as FER+ has", _has_votes),
    }
)
"""By name."""


def missing_data(experiments: Sequence[Experiment], sets: Mapping[str, PreparedSet]) -> list[str]:
    """What the experiments need and the sets lack.

    Args:
        experiments: to be made.
        sets: by the name of the paper's set that each stands for; one without any may be left out.

    Returns:
        A phrase for each set and need, as "valence and arousal, which FER+ (prepared/ferplus) lacks"; none where
        nothing is missing.
    """
    absent = [f"{DATA_TITLES[each.data]}, which is not prepared" for each in experiments if each.data not in sets]
    needed = dict.fromkeys((each.data, name) for each in experiments if each.data in sets for name in each.needs)
    lacking = [
        f"{NEEDS[name].what}, which {sets[data].card.title} ({sets[data].folder}) lacks"
        for data, name in needed
        if not NEEDS[name].is_met(sets[data])
    ]
    return list(dict.fromkeys(absent + lacking))


def sets_in_place(names: Sequence[str], prepared: Sequence[PreparedSet]) -> dict[str, PreparedSet]:
    """Which set stands for each of the paper's: itself where it is among them, else the first.

    Args:
        names: of the paper's sets, as their cards have them.
        prepared: none stands for nothing.
    """
    own = {each.card.name: each for each in reversed(prepared)}
    return {name: own.get(name, prepared[0]) for name in names if prepared}


def open_sets(data: Sequence[PathLike], prepared_root: PathLike, is_quick: bool) -> list[PreparedSet]:
    """Prepared sets by their folders; ``builtin`` stands for built-in faces, drawn where they are not there yet.

    Args:
        data: folders, or ``builtin``.
        prepared_root: where built-in faces are kept: as many as CK+ has in ``builtin``, or few in ``builtin-quick``.
        is_quick: whether few are enough.

    Raises:
        DataError: if a folder is no prepared set, or the faces cannot be written.
    """
    return [
        _drawn(prepared_root, is_quick) if str(each) == DRAWN else PreparedSet.open(expanded(each).absolute())
        for each in data
    ]


def _drawn(prepared_root: PathLike, is_quick: bool) -> PreparedSet:
    folder = (expanded(prepared_root) / (f"{DRAWN}-quick" if is_quick else DRAWN)).absolute()
    if not (folder / "card.json").exists():
        few = builtin_source(QUICK_PEOPLE, QUICK_SEQUENCES, difficulty="easy")
        prepare(few if is_quick else builtin_source(), folder)
    return PreparedSet.open(folder)
