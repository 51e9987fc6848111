"""The present comparison as a report: the rows of the page, the charts of deeper ones, tables, settings and hashes."""

import json
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from app import answers
from app.compare import grid, rows
from app.compare.column import Column, Look
from app.compare.comparison_choice import ComparisonChoice
from app.compare.report_figures import report_figures
from app.compare.report_tables import report_tables
from app.report.document import Report
from app.shell.class_choice import OWN
from esr_core.errors import EsrError
from esr_core.explanations import SheetRow, encode_png, explanation_sheet
from esr_core.records import RunInfo

TITLE = "What does sharing cost and change?"
ESR = "python -m esr_core"


def report_of(columns: Sequence[Column], choice: ComparisonChoice, face_id: str) -> Report:
    """Everything that is saved of these columns, which are about this face."""
    return Report(
        title=TITLE,
        about=_about(columns, choice, face_id),
        body=_body(columns),
        style=grid.STYLES,
        figures=report_figures(columns),
        tables=report_tables(columns, face_id),
        pictures=_pictures(columns, choice),
        files=_files(columns, choice),
    )


def _about(columns: Sequence[Column], choice: ComparisonChoice, face_id: str) -> list[str]:
    program = answers.program()
    revision = f", revision {program['source_revision']}" if program["source_revision"] else ""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    reasons = [sentence for each in columns for sentence in each.reasons]
    return [
        f"Runs {', '.join(run.run_id for run in _runs(columns))}, about the face {face_id}; class: "
        f"{choice.class_name or OWN}; saved {now} by ESR Lab {program['esr_core']}{revision}.",
        *dict.fromkeys(reasons),
    ]


def _body(columns: Sequence[Column]) -> str:
    """The rows of the page, each under its heading; what was not timed yet is timed first."""
    for each in columns:
        answers.measure_face_time(each.about.network)
    parts = [grid.titles_html(columns)]
    for heading, cells in rows.all_rows(columns):
        scale = f" {heading.scale.replace('  ', ' ')}" if heading.scale else ""
        about = f'<h3>{escape(heading.label)}</h3><p class="help">{escape(heading.help + scale)}</p>'
        parts.append(f"{about}{grid.cells_html(heading.label, cells)}")
    return f'<div class="wide">{"".join(parts)}</div>'


def _pictures(columns: Sequence[Column], choice: ComparisonChoice) -> dict[str, tuple[str, bytes]]:
    sheet = [
        SheetRow(each.about.run.title, each.look.picture, each.look.maps)
        for each in columns
        if isinstance(each.look, Look)
    ]
    if not sheet or choice.crop is None:
        return {}
    return {
        "face": ("The face, as the networks see it", encode_png(choice.crop)),
        "maps": ("Where each branch looks", encode_png(explanation_sheet(sheet))),
    }


def _files(columns: Sequence[Column], choice: ComparisonChoice) -> dict[str, str]:
    runs = _runs(columns)
    known = {run.run_id: _provenance(run.run_id) for run in runs}
    content = {"program": answers.program(), "runs": known}
    return {
        "commands.sh": "\n".join(_commands([run.run_id for run in runs], choice)) + "\n",
        "provenance.json": json.dumps(content, indent=2) + "\n",
        **{f"configurations/{run.run_id}.json": run.config.to_json() + "\n" for run in runs if run.config},
    }


def _runs(columns: Sequence[Column]) -> list[RunInfo]:
    """All runs, those of groups one after another."""
    return [run for each in columns for run in each.about.runs]


def _provenance(run_id: str) -> dict[str, object]:
    try:
        return answers.provenance(run_id)
    except EsrError as error:
        return {"problem": str(error)}


def _commands(run_ids: Sequence[str], choice: ComparisonChoice) -> Iterator[str]:
    """The lines that show, measure and explain these runs again, and train them again."""
    named = shlex.join(run_ids)
    yield "# Settings and results, scores and diversity, and the maps of the face in figures/face.png"
    yield f"{ESR} runs {named}"
    yield f"{ESR} evaluate {named} --output scores.csv"
    if choice.crop is not None:
        asked = ["--class", choice.class_name] if choice.class_name else []
        each = " ".join(f"--run {shlex.quote(run_id)}" for run_id in run_ids)
        if choice.milestones:
            yield "# The maps saved here are of another moment of training; this command takes the best weights"
        yield f"{ESR} explain figures/face.png --whole-image {each} --out explained {shlex.join(asked)}".rstrip()
    yield "# Each of them trained again"
    yield from (answers.command_of(run_id) or f"# {run_id}: no command makes it again" for run_id in run_ids)
