"""``train --tensorboard``: event files that grow with a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from esr_core.commands.training_bar import Show
from esr_core.exchange import EventFile
from esr_core.exchange.measured import OUR_SUFFIX
from esr_core.records import Progress
from esr_core.run_store import RunStore
from esr_core.trainer.throttle import Throttle

EVENT_FILES = f"events.out.tfevents.*{OUR_SUFFIX}"
UPDATE_EVERY_S = 10.0


def remove_event_files(folder: Path) -> None:
    """Remove our event files in a folder: TensorBoard would draw them beside those that are written next."""
    for path in folder.glob(EVENT_FILES):
        path.unlink()


@contextmanager
def with_events(store: RunStore, run_id: str, folder: Path | None, show: Show) -> Iterator[Show]:
    """Gives the function that shows progress and writes the validation points that are new; the last ones at the end.

    Args:
        store: of the run.
        run_id: which is being trained.
        folder: for event files, in which the run has one of its own; None writes none.
        show: what else shows progress.

    Raises:
        OSError: if an event file cannot be written.
    """
    if folder is None:
        yield show
        return
    remove_event_files(folder / run_id)
    throttle = Throttle(UPDATE_EVERY_S)
    with EventFile(store, run_id, folder / run_id) as events:

        def show_and_write(progress: Progress) -> None:
            show(progress)
            if throttle.is_due():
                throttle.restart()
                events.update()

        try:
            yield show_and_write
        finally:
            events.update()  # of a training that was stopped, too
