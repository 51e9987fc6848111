"""Progress on a terminal, and where there is none."""

import io
from dataclasses import replace

from esr_core.commands.training_bar import lines, training_bar
from esr_core.records import Progress
from esr_core.trainer.throttle import Throttle

UNDERWAY = Progress(2, 4, 3, 20, 23, 80, 138.4, 5400.0, 12_480, 500_900)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_a_bar_of_pictures_with_their_speed_and_the_time_left():
    terminal = Terminal()
    with training_bar("mine", stream=terminal) as show:
        show(replace(UNDERWAY, images_per_second=None, seconds_left=None, images_done=0))
        show(UNDERWAY)
    last = terminal.getvalue().split("\r")[-1]
    assert "mine:   2%|" in last
    assert "12.5k/501k pictures [" in last
    assert "branch 2/4, epoch 3/20, 138 pictures/s, 1.5 h left]" in last


def test_the_next_run_of_a_sweep_begins_the_bar_anew():
    terminal = Terminal()
    with training_bar("2 runs", stream=terminal) as show:
        show(UNDERWAY)
        show(replace(UNDERWAY, images_done=0, images_total=100))
    assert "0.00/100 pictures" in terminal.getvalue().split("\r")[-1]


def test_without_a_terminal_a_line_is_written_now_and_then():
    now, stream = [0.0], io.StringIO()
    show = lines("mine", stream, Throttle(10.0, lambda: now[0]))
    written = []
    for second in range(0, 200, 2):
        now[0] = float(second)
        show(UNDERWAY)
        written += [second] if len(stream.getvalue().splitlines()) > len(written) else []
    assert written == [10, 70, 130, 190]
    assert stream.getvalue().splitlines()[0].startswith("mine: 2.5%: branch 2 of 4, 3 of 20 epochs, 12,480 of 500,900")
    assert "\r" not in stream.getvalue()


def test_a_pipe_is_no_terminal_and_a_job_shows_nothing():
    for is_shown, stream in ((True, io.StringIO()), (False, Terminal())):
        with training_bar("mine", is_shown, stream) as show:
            show(UNDERWAY)
        assert stream.getvalue() == ""
