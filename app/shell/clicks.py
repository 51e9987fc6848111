"""Clicks that start and stop processes. The browser names prepared sets and runs, never a path or a command.

The second click of a double click, or of another user, finds what it asks for done and says nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app import answers
from app.shell import session, settings
from app.shell.permissions import permitted, refusal
from app.training.plan import require_possible, training_configs
from app.training.training_choice import TrainingChoice
from esr_core.errors import EsrError, JobError, RunError, as_sentence
from esr_core.evaluation import Pictures
from esr_core.jobs import ensure_worker, launch, launch_demonstration, requeue, stop
from esr_core.records import RunNotes, RunState
from esr_core.run_store import deletion_refusal, empty_trash, restore_from_trash, write_cross_set, write_notes
from esr_core.trainer import prepare_demonstration


@permitted
def train(choice: TrainingChoice, token: str) -> None:
    """Launch what the form says; a token that was spent by an earlier click launches nothing."""
    if not session.spend_launch_token(token):
        return
    with _told(in_form=True):
        require_possible(choice, answers.prepared())
        launch(answers.store(), training_configs(choice, answers.prepared()), click=token, place=answers.place())


@permitted
def queue_exhibit(exhibit: str, set_name: str, scale: str, token: str) -> None:
    """Queue the runs that a table or figure of the paper lacks; what ended early goes on."""
    if not session.spend_launch_token(token):
        return
    with _told():
        left = answers.reproduction(exhibit, set_name, scale).left
        new = [each.config for each in left if each.run is None]
        launch(answers.store(), new, click=token, place=answers.place())
        for each in left:
            if each.run is not None:
                requeue(answers.store(), each.run_id, place=answers.place())


@permitted
def train_demonstration(token: str) -> None:
    """Launch the demonstration run and pick it."""
    if not session.spend_launch_token(token):
        return
    with _told():
        run_id = launch_demonstration(answers.store(), settings.prepared_root(), answers.place())
        session.set_picked_runs([run_id])


def draw_faces() -> None:
    """Draw the built-in faces that the demonstration run learns from.

    Raises:
        DataError: if they cannot be written, or another process is drawing them.
        JobError: if this user may not change anything.
    """
    if reason := refusal():
        raise JobError(reason)
    prepare_demonstration(settings.prepared_root())


@permitted
def stop_runs(run_ids: Sequence[str]) -> None:
    """End runs in good order; those that wait are cancelled."""
    states = _states()
    for run_id in run_ids:
        with _told():
            if states.get(run_id) != "cancelled":
                stop(answers.store(), run_id)


@permitted
def resume_runs(run_ids: Sequence[str]) -> None:
    """Let runs that ended early wait for a slot again."""
    states = _states()
    for run_id in run_ids:
        with _told():
            if states.get(run_id) not in ("queued", "running"):
                requeue(answers.store(), run_id, place=answers.place())


@permitted
def delete_runs(run_ids: Sequence[str]) -> None:
    """Put runs that are over into the trash, and their jobs out of the history; of runs that are gone these alone."""
    if deleted := [run_id for run_id in run_ids if _delete(run_id)]:
        session.set_deleted_runs(deleted)
        session.set_picked_runs([run_id for run_id in session.picked_runs() if run_id not in deleted])


def _delete(run_id: str) -> bool:
    """Whether there was a run that could be deleted; of one that could not, the sidebar says why."""
    runs = {run.run_id: run for run in answers.runs()}
    with _told():
        if run_id in runs:
            if reason := deletion_refusal(runs[run_id], runs.values()):
                raise RunError(reason)
            answers.store().delete(run_id)
        for job in answers.jobs():
            if job.run_id == run_id:
                answers.queue().forget(job.job_id)
        return run_id in runs
    return False


@permitted
def restore_runs(run_ids: Sequence[str]) -> None:
    """Bring runs back from the trash."""
    session.set_deleted_runs([])
    for run_id in _in_trash(run_ids):
        with _told():
            restore_from_trash(answers.store().root, run_id)


@permitted
def throw_away(run_ids: Sequence[str]) -> None:
    """Remove runs in the trash for good; what was deleted since the trash was looked at stays."""
    session.set_deleted_runs([])
    with _told():
        empty_trash(answers.store().root, _in_trash(run_ids))


@permitted
def write_run_notes(run_id: str, shown: RunNotes, read: Callable[[], RunNotes]) -> None:
    """Store what the form says of a run, unless somebody else has saved other notes since they were shown.

    Args:
        run_id: of the run.
        shown: notes that were stored when the form was drawn.
        read: gives the values of its fields as they are when it is sent.
    """
    with _told():
        notes, stored = read(), answers.run(run_id).notes
        if stored not in (shown, notes):
            others = "; ".join(filter(None, (stored.name, ", ".join(stored.tags), stored.text))) or "nothing"
            raise RunError(f"notes of run {run_id} were changed meanwhile, to: {others}; save again to replace these")
        write_notes(answers.store().root, run_id, notes)


@permitted
def start_first(run_ids: Sequence[str]) -> None:
    """Let waiting runs start before the others, in their order."""
    waiting = [job for job in answers.jobs() if job.run_id in run_ids and job.state == "queued"]
    for job in reversed(waiting):
        with _told():
            answers.queue().move_to_front(job.job_id)


@permitted
def change_priority(run_ids: Sequence[str], by: int) -> None:
    """Raise, or with a negative number lower, the priority of those runs that wait."""
    for job in answers.jobs():
        if job.run_id in run_ids and job.state == "queued":
            with _told():
                answers.queue().set_priority(job.job_id, job.priority + by)


def ask(run_id: str, pictures: Pictures, progress: Callable[[int, int], None]) -> None:
    """Ask a run about pictures of another set; what it answers is stored beside it for users who may change anything.

    Args:
        run_id: of a run that is over.
        pictures: of a prepared set.
        progress: called with the pictures done and their number.

    Raises:
        RunError: if the run is damaged or not over.
    """
    key, predictions = answers.ask(run_id, pictures, progress)
    if refusal() is None:
        write_cross_set(answers.store().root, key, predictions)


@permitted
def pause() -> None:
    """Start no further job."""
    with _told():
        answers.queue().pause("paused by hand")


@permitted
def go_on() -> None:
    """End a pause."""
    with _told():
        answers.queue().go_on()
        ensure_worker(answers.store())


@permitted
def start_worker() -> None:
    """Start a worker where none is at work, as after this machine was started anew."""
    with _told():
        ensure_worker(answers.store())


def _states() -> dict[str, RunState]:
    return {run.run_id: run.status.state for run in answers.runs()}


def _in_trash(run_ids: Sequence[str]) -> list[str]:
    """Those of these runs that are in the trash now."""
    trashed = {run.run_id for run in answers.trash()}
    return [run_id for run_id in run_ids if run_id in trashed]


@contextmanager
def _told(in_form: bool = False) -> Iterator[None]:
    """What goes wrong is said once, in the sidebar: below the form, or in it, above the button that was pressed."""
    try:
        yield
    except (EsrError, OSError) as error:
        (session.set_launch_problem if in_form else session.set_problem)(as_sentence(error))
