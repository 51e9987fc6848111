"""The progress bar of a training."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from esr_core.records import Progress


@contextmanager
def epoch_bar(title: str, is_shown: bool = True) -> Iterator[Callable[[Progress], None]]:
    """A bar of epochs with branch, speed and time left; gives the function that moves it, for one run or several."""
    with tqdm(unit="epoch", desc=title, disable=not is_shown) as bar:

        def show(progress: Progress) -> None:
            if progress.epochs_done < bar.n:  # another run of a sweep begins
                bar.reset()
            bar.total = progress.epochs_total
            bar.set_postfix_str(
                f"branch {progress.branch}/{progress.num_branches}, {progress.images_per_second:.0f} images/s"
            )
            bar.update(progress.epochs_done - bar.n)

        yield show
