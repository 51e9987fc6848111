"""A report as a ZIP archive: the HTML file, and its parts as files of their own."""

import io
from collections.abc import Iterator, Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.report.document import Report, report_html
from esr_core.evaluation.latex import latex_table

WITHOUT_DRAWINGS = (
    "The figures are not here as SVG and PNG: a browser draws them while the page that saves them is open. "
    "In report.html each has a button that saves it as SVG."
)


def report_zip(report: Report, drawings: Mapping[str, bytes]) -> bytes:
    """The archive; equal reports give equal bytes.

    Args:
        report: to save.
        drawings: its figures as SVG and PNG by names of files, or none.
    """
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        for path, content in _files(report, drawings):
            member = ZipInfo(path)  # of no time: the moment of saving tells nothing
            member.compress_type, member.external_attr = ZIP_DEFLATED, 0o644 << 16
            file.writestr(member, content)
    return archive.getvalue()


def _files(report: Report, drawings: Mapping[str, bytes]) -> Iterator[tuple[str, str | bytes]]:
    yield "report.html", report_html(report)
    yield from ((f"figures/{name}", content) for name, content in drawings.items())
    if report.figures and not drawings:
        yield "figures/README.txt", f"{WITHOUT_DRAWINGS}\n"
    yield from ((f"figures/{name}.png", picture) for name, (_, picture) in report.pictures.items())
    for name, (question, table) in report.tables.items():
        yield f"tables/{name}.csv", table.to_csv(index=False)
        yield f"tables/{name}.tex", latex_table(table, question)
    yield from report.files.items()
