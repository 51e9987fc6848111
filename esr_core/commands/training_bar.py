"""How far a training has come, on the command line: a bar on a terminal, else a line now and then."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tqdm import tqdm

from esr_core.durations import duration
from esr_core.records import Progress
from esr_core.trainer.run_log import under_way
from esr_core.trainer.throttle import Throttle

LINE_EVERY_S = 60.0  # where there is no terminal
FIRST_LINE_S = 10.0
FORM = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} pictures [{elapsed}{postfix}]"
Show = Callable[[Progress], None]


@contextmanager
def training_bar(title: str, is_shown: bool = True, stream: TextIO | None = None) -> Iterator[Show]:
    """Gives the function that shows progress, for one run or several one after another.

    Args:
        title: what begins the bar, or each line.
        is_shown: False shows nothing.
        stream: to write to; None takes standard error.
    """
    stream = stream or sys.stderr
    if not is_shown:
        yield lambda _: None
    elif stream.isatty():
        with tqdm(desc=title, bar_format=FORM, unit_scale=True, file=stream) as bar:
            yield lambda progress: _move(bar, progress)
    else:
        yield lines(title, stream)


def lines(title: str, stream: TextIO, throttle: Throttle | None = None) -> Show:
    """The function that writes a line after ten seconds and then one a minute, as a log or a pipe can keep them."""
    throttle = throttle or Throttle(FIRST_LINE_S)

    def show(progress: Progress) -> None:
        if throttle.is_due():
            throttle.every_s = LINE_EVERY_S
            throttle.restart()
            print(f"{title}: {under_way(progress)}", file=stream, flush=True)

    return show


def _move(bar: tqdm, progress: Progress) -> None:
    done = progress.images_done or 0
    if done < bar.n:  # another run of a sweep begins
        bar.reset()
    bar.total = progress.images_total
    activity = None if progress.images_per_second is None else f"{progress.images_per_second:.0f} pictures/s"
    if progress.validated is not None:
        activity = f"validating {progress.validated:.0%}"
    parts = [f"branch {progress.branch}/{progress.num_branches}", f"epoch {progress.epoch}/{progress.num_epochs}"]
    parts += [] if activity is None else [activity]
    parts += [] if progress.seconds_left is None else [f"{duration(progress.seconds_left)} left"]
    bar.set_postfix_str(", ".join(parts), refresh=False)
    bar.n = done
    bar.refresh()
