"""The rows of page Compare: each a heading, and a cell for every run or group on one scale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isnan

from app import answers
from app.compare import grid
from app.compare.column import Absent, Column, Look, Measured
from app.compare.face_cells import maps_cell, vote_cell
from app.compare.grid import Heading, Place, absent, faint
from app.compare.scales import Scale, bar, dot
from app.compare.sparkline import Frame, courses, sparkline
from app.kit.network_drawing import BRANCHES, SHARED, description, num_shared, small_drawing
from app.kit.picture_tiles import PictureTile
from esr_core.explanations import encode_jpeg
from esr_core.metrics import Estimate
from esr_core.records import FaceTime

Row = tuple[Heading, list[str]]


def draw(columns: Sequence[Column], face_id: str) -> dict[str, Place]:
    """Draw all rows in their frame, those about the face without cells; return where each stands, by its label."""
    with grid.frame(len(columns)):
        grid.titles(columns, face_id)
        places = {}
        for heading, cells in all_rows(columns):
            places[heading.label] = grid.row(heading, face_id)
            if not heading.is_about_face:
                grid.fill(places[heading.label], heading, cells, face_id)
    return places


def draw_face(places: Mapping[str, Place], columns: Sequence[Column], face_id: str) -> None:
    """Draw the cells of the rows about the face."""
    for heading, cells in (_votes(columns), _maps(columns)):
        grid.fill(places[heading.label], heading, cells, face_id)


def draw_times(places: Mapping[str, Place], columns: Sequence[Column], face_id: str) -> None:
    """Time the networks that were never timed, and draw each time as soon as it is known."""
    for network in dict.fromkeys(each.about.network for each in columns):
        if answers.face_time(network) is None:
            answers.measure_face_time(network)
            times, cells = _times(columns)
            grid.fill(places[times.label], times, cells, face_id)


def all_rows(columns: Sequence[Column]) -> list[Row]:
    """Every row: its heading, and HTML of a cell for each run or group."""
    parts = (_networks, _parameters, _accuracies, _disagreements, _times, _votes, _maps, _convergence)
    return [part(columns) for part in parts]


def _networks(columns: Sequence[Column]) -> Row:
    heading = Heading(
        "Network",
        "network",
        "Drawn to scale: blue blocks are shared, orange ones are a branch's own; lengths are parameters, and each path "
        "from the face to a branch's answer is as long as the cell.",
    )
    return heading, [
        small_drawing(each.about.network, each.parameters) + faint(description(each.about.network)) for each in columns
    ]


def _parameters(columns: Sequence[Column]) -> Row:
    heading = Heading(
        "Parameters",
        "parameters",
        "Shared ones in blue, those of all branches in orange, on one scale from 0; in % against the traditional "
        "ensemble of as many branches.",
    )
    most = max(each.parameters.total for each in columns)
    shared = [each.parameters.shared if num_shared(each.about.network) else 0 for each in columns]
    bars = [
        bar(most, (each.parameters.total, BRANCHES), (count, SHARED))
        for count, each in zip(shared, columns, strict=True)
    ]
    return heading, [
        f"{each.parameters.total:,}{drawn}{faint(_saving(each))}" for drawn, each in zip(bars, columns, strict=True)
    ]


def _saving(shown: Column) -> str:
    network = shown.about.network
    if network.num_branches == 1:
        return "one network"
    name = f"TE-{network.num_branches}"
    return f"this is {name}" if network.branching_level == 0 else f"−{100 * shown.saved:.1f} % against {name}"


def _accuracies(columns: Sequence[Column]) -> Row:
    help_text = "Of the plurality vote on the test part, with its 95 % interval; of a group the mean over its trials."
    cells = [each.accuracy for each in columns]
    return _dots(Heading("Test accuracy", "evaluation", help_text), columns, cells, _percent, _percents)


def _disagreements(columns: Sequence[Column]) -> Row:
    help_text = (
        "How often two branches name different classes on the test part, on average over all pairs, with its 95 % "
        "interval; of a group the mean over its trials."
    )
    cells = [each.disagreement for each in columns]
    return _dots(Heading("Disagreement", "diversity", help_text), columns, cells, _share, _shares)


def _dots(
    heading: Heading,
    columns: Sequence[Column],
    cells: Sequence[Measured | Absent],
    text: Callable[[Estimate], str],
    ends: Callable[[float, float], str],
) -> Row:
    """Numbers, and below them dots on one scale, whose ends the heading names."""
    estimates = [cell.estimate for cell in cells if isinstance(cell, Measured)]
    scale = Scale.of(estimates)
    drawn = [
        f"{text(cell.estimate)}{dot(cell.estimate, scale, each.about.colour)}{faint(cell.remark)}"
        if isinstance(cell, Measured)
        else absent(cell)
        for cell, each in zip(cells, columns, strict=True)
    ]
    return replace(heading, scale=ends(scale.low, scale.high) if estimates else ""), drawn


def _percent(estimate: Estimate) -> str:
    text = f"{100 * estimate.value:.1f} %"
    return text if isnan(estimate.low) else f"{text} ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def _percents(low: float, high: float) -> str:
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _share(estimate: Estimate) -> str:
    text = f"{estimate.value:.3f}"
    return text if isnan(estimate.low) else f"{text} ({estimate.low:.2f} to {estimate.high:.2f})"


def _shares(low: float, high: float) -> str:
    return f"{low:.2f} to {high:.2f}"


def _times(columns: Sequence[Column]) -> Row:
    times = [answers.face_time(each.about.network) for each in columns]
    measured = [time for time in times if time]
    most = max((time.seconds for time in measured), default=1.0)
    heading = Heading("Time for one face", "frontier", _how(measured))
    return heading, [_time(each, time, most) for each, time in zip(columns, times, strict=True)]


def _how(times: Sequence[FaceTime]) -> str:
    way = "the fastest of several passes over one face, after some that warm up"
    if times and times[0].device == "cpu":
        return f"Measured on this machine, in processor time of one core: {way}."
    return f"Measured on this machine: {way}{f', on {times[0].device}' if times else ''}."


def _time(shown: Column, time: FaceTime | None, most: float) -> str:
    work = faint(f"{answers.multiply_adds(shown.about.network) / 1e6:,.0f} million multiply-adds")
    if time is None:
        return faint("measuring …") + work
    return f"{1000 * time.seconds:.1f} ms{bar(most, (time.seconds, shown.about.colour))}{work}"


def _votes(columns: Sequence[Column]) -> Row:
    help_text = "The class that most branches name for this face, and its probability, the mean over branches."
    return Heading("This face", "faces", help_text, is_about_face=True), [vote_cell(each) for each in columns]


def _maps(columns: Sequence[Column]) -> Row:
    pictures = [each.look.picture for each in columns if isinstance(each.look, Look)]
    heading = Heading(
        "Where branches look",
        "faces",
        "Grad-CAM of each branch, from branch 1 on: for the chosen class, else for what the branch predicts. Each map "
        "on its own scale.",
        is_about_face=True,
        picture=PictureTile({"The face": encode_jpeg(pictures[0])}, ()) if pictures else None,
    )
    tile_rem = 5.8 if len(columns) < 3 else 4.6
    return heading, [maps_cell(each, tile_rem) for each in columns]


def _convergence(columns: Sequence[Column]) -> Row:
    drawn = [[] if isinstance(each.histories, Absent) else courses(each.histories) for each in columns]
    frame = Frame.of([course for each in drawn for course in each])
    heading = Heading(
        "Convergence",
        "convergence",
        "Validation accuracy of each branch against the epochs of the phase in which it was trained, a line each; of a "
        "group the mean over its trials, and a band from the lowest to the highest.",
        f"{frame.epochs} epochs  \n{_percents(frame.low, frame.high)}",
    )
    cells = []
    for each, lines in zip(columns, drawn, strict=True):
        text = "" if each.best is None else faint(f"vote at best {100 * each.best:.1f} % on validation")
        line = sparkline(lines, frame, each.about.colour) + text
        cells.append(absent(each.histories) if isinstance(each.histories, Absent) else line)
    return heading, cells
