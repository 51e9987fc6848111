"""The rows of page Compare: each a heading, and a cell for every run on one scale."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan

from app.compare import grid
from app.compare.column import Absent, Column, Look, Measured
from app.compare.face_cells import maps_cell, vote_cell
from app.compare.grid import Heading, absent, faint
from app.compare.scales import Scale, bar, dot
from app.compare.sparkline import Frame, sparkline
from app.kit.network_drawing import description, num_shared, small_drawing
from app.kit.picture_tiles import PictureTile
from esr_core.explanations import encode_png


def draw(columns: Sequence[Column], face_id: str) -> None:
    """Draw all rows in their frame; other pages are opened on this face."""
    with grid.frame(len(columns)):
        grid.titles(columns)
        for heading, cells in all_rows(columns):
            grid.row(heading, cells, face_id)


Row = tuple[Heading, list[str]]


def all_rows(columns: Sequence[Column]) -> list[Row]:
    """Every row: its heading, and HTML of a cell for each run."""
    parts = (_networks, _parameters, _accuracies, _disagreements, _votes, _maps, _convergence)
    return [part(columns) for part in parts]


def _networks(columns: Sequence[Column]) -> Row:
    heading = Heading(
        "Network",
        "app/parameters/page.py",
        "Drawn to scale: blue blocks are shared, orange ones are a branch's own; lengths are parameters, and each path "
        "from the face to a branch's answer is as long as the cell.",
    )
    return heading, [
        small_drawing(each.network, each.parameters) + faint(description(each.network)) for each in columns
    ]


def _parameters(columns: Sequence[Column]) -> Row:
    heading = Heading(
        "Parameters",
        "app/parameters/page.py",
        "Shared ones in blue, those of all branches in orange, on one scale from 0; in % against the traditional "
        "ensemble of as many branches.",
    )
    most = max(each.parameters.total for each in columns)
    shared = [each.parameters.shared if num_shared(each.network) else 0 for each in columns]
    bars = [bar(count, each.parameters.total, most) for count, each in zip(shared, columns, strict=True)]
    return heading, [
        f"{each.parameters.total:,}{drawn}{faint(_saving(each))}" for drawn, each in zip(bars, columns, strict=True)
    ]


def _saving(shown: Column) -> str:
    if shown.network.num_branches == 1:
        return "one network"
    name = f"TE-{shown.network.num_branches}"
    if shown.network.branching_level == 0:
        return f"this is {name}"
    return f"−{100 * (1 - shown.parameters.total / shown.traditional.total):.1f} % against {name}"


def _accuracies(columns: Sequence[Column]) -> Row:
    help_text = "Of the plurality vote on the run's test part, with its 95 % interval."
    cells = [each.accuracy for each in columns]
    return _dots(Heading("Test accuracy", "app/evaluation/page.py", help_text), columns, cells, _percent, _percents)


def _disagreements(columns: Sequence[Column]) -> Row:
    help_text = "How often two branches name different classes on the test part, on average over all pairs."
    cells = [each.disagreement for each in columns]
    return _dots(Heading("Disagreement", "app/diversity/page.py", help_text), columns, cells, _share, _shares)


def _dots(
    heading: Heading,
    columns: Sequence[Column],
    cells: Sequence[Measured | Absent],
    text: Callable[[Measured], str],
    ends: Callable[[float, float], str],
) -> Row:
    """Numbers, and below them dots on one scale, whose ends the heading names."""
    measured = [cell for cell in cells if isinstance(cell, Measured)]
    scale = Scale.of(measured)
    drawn = [
        f"{text(cell)}{dot(cell, scale, each.colour)}{faint(cell.remark)}"
        if isinstance(cell, Measured)
        else absent(cell)
        for cell, each in zip(cells, columns, strict=True)
    ]
    return replace(heading, scale=ends(scale.low, scale.high) if measured else ""), drawn


def _percent(measured: Measured) -> str:
    text = f"{100 * measured.value:.1f} %"
    return text if isnan(measured.low) else f"{text} ({100 * measured.low:.1f} to {100 * measured.high:.1f})"


def _percents(low: float, high: float) -> str:
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _share(measured: Measured) -> str:
    return f"{measured.value:.3f}"


def _shares(low: float, high: float) -> str:
    return f"{low:.2f} to {high:.2f}"


def _votes(columns: Sequence[Column]) -> Row:
    help_text = "The class that most branches name for this face, and its probability, the mean over branches."
    heading = Heading("This face", "app/faces/page.py", help_text)
    return heading, [vote_cell(each) for each in columns]


def _maps(columns: Sequence[Column]) -> Row:
    pictures = [each.look.picture for each in columns if isinstance(each.look, Look)]
    heading = Heading(
        "Where branches look",
        "app/faces/page.py",
        "Grad-CAM of each branch, from branch 1 on: for the chosen class, else for what the branch predicts. Each map "
        "on its own scale.",
        picture=PictureTile({"The face": encode_png(pictures[0])}, ()) if pictures else None,
    )
    tile_rem = 5.8 if len(columns) < 3 else 4.6
    return heading, [maps_cell(each, tile_rem) for each in columns]


def _convergence(columns: Sequence[Column]) -> Row:
    frame = Frame.of([each.history for each in columns if not isinstance(each.history, Absent)])
    heading = Heading(
        "Convergence",
        "app/convergence/page.py",
        "Validation accuracy of each branch against the epochs of the phase in which it was trained, a line each.",
        f"{frame.epochs} epochs  \n{_percents(frame.low, frame.high)}",
    )
    return heading, [_curves(each, frame) for each in columns]


def _curves(shown: Column, frame: Frame) -> str:
    if isinstance(shown.history, Absent):
        return absent(shown.history)
    best = shown.run.best
    text = f"vote at best {100 * best.ensemble_accuracy:.1f} % on validation" if best else ""
    return sparkline(shown.history, frame, shown.colour) + faint(text)
