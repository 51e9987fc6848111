"""Processes that train one network together: one owns the run, the others follow, and all of them end together."""

from collections.abc import Iterator
from contextlib import contextmanager

from esr_core.errors import EsrError, TrainingError
from esr_core.records import Progress
from esr_core.run_store import RunStore
from esr_core.trainer.equipment import Equipment
from esr_core.trainer.stopping import StopRequestedError, stop_requests
from esr_core.training import Team, refit_classifiers

LOST = ("closed by peer", "reset by peer", "connection refused", "broken pipe", "timed out")  # gloo names no type


@contextmanager
def failing_together(team: Team) -> Iterator[None]:
    """Inside, the failure of one process is that of all: each ends with the sentence of the first.

    Raises:
        TrainingError: in the others, and where one is gone without a word.
    """
    try:
        yield
    except StopRequestedError:
        raise
    except Exception as error:
        if team.size == 1:
            raise
        own = _sentence(error)
        first = team.first_failure(own)
        if first == own and not _is_loss(error):
            raise
        raise TrainingError(first) from error


def follow_run(store: RunStore, run_id: str, team: Team) -> None:
    """Train as a process that is not the first one of a team; it stores nothing.

    Raises:
        EsrError: if this process or another one cannot go on.
    """
    with failing_together(team), stop_requests(team) as stop:

        def after_epoch(_: Progress) -> None:
            if stop.is_made():
                raise StopRequestedError

        def after_step() -> None:
            if stop.is_urgent():
                raise StopRequestedError

        team.meet()  # the first process has taken the run, and drawn what is missing
        try:
            equipment = Equipment.of(store, run_id, team)
            for _ in equipment.course(after_epoch, after_step):
                pass  # the first process stores the same record
            refit_classifiers(equipment.config, equipment.network, equipment.data)
        except StopRequestedError:
            return


def _sentence(error: Exception) -> str:
    if _is_loss(error):
        return "another process of the training is gone without a last word; it can be resumed"
    return str(error) if isinstance(error, EsrError) else f"{type(error).__name__}: {error}"


def _is_loss(error: Exception) -> bool:
    """Whether a message to or from another process did not arrive."""
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in LOST)
