"""The reference at the end of api.md, written from the docstrings of what other projects may rely on.

Usage: python -m docs.reference
"""

import re
from collections.abc import Iterator
from pathlib import Path

import griffe

DOCUMENT = Path(__file__).with_name("api.md")
HEADING = "\n## Reference\n"
ABOUT = "\nMade by `make api` from docstrings; a test fails where it is out of date.\n"
SECTIONS = {
    "Opened runs": ("opened_run.open_run", "opened_run.OpenedRun", "explanations.ExplainedFace"),
    "Figures": ("figures",),
    "Networks": ("networks.ESR", "networks.count_parameters"),
    "Explanations": (
        "explanations.grad_cam.grad_cam",
        "explanations.explain",
        "explanations.attribute",
        "explanations.AttributionSettings",
    ),
    "Diversity": ("metrics.diversity",),
    "Stored runs": ("run_store.RunStore",),
    "Networks and measurements elsewhere": (
        "exchange.read_hub",
        "exchange.read_safetensors",
        "exchange.read_onnx",
        "exchange.OnnxNetwork",
        "exchange.read_esr9",
        "exchange.measures",
        "exchange.measured_table",
        "exchange.write_events",
    ),
}
"""Names below ``esr_core``; of a package all functions that it exports."""


def with_reference(text: str) -> str:
    """The document with its reference as the docstrings are now."""
    return text.partition(HEADING)[0] + HEADING + ABOUT + "".join(_lines())


def _lines() -> Iterator[str]:
    package = griffe.load("esr_core", search_paths=[DOCUMENT.parents[1]], docstring_parser="google")
    for title, names in SECTIONS.items():
        yield f"\n### {title}\n"
        for name in names:
            yield from _entries(package[name], name)


def _entries(item: griffe.Object | griffe.Alias, name: str) -> Iterator[str]:
    """A function or class; of a package each function that it exports."""
    if item.is_module:
        exported = (item.members[each] for each in sorted(map(str, item.exports or ())))
        for each in exported:
            if each.is_function:
                yield from _entry(each, f"{item.path}.{each.name}")
        return
    yield from _entry(item, f"esr_core.{name}")
    if item.is_class:
        for member in item.members.values():
            if not member.name.startswith("_") and (member.is_function or "property" in member.labels):
                yield from _entry(member, f"{item.name}.{member.name}")


def _entry(item: griffe.Object | griffe.Alias, path: str) -> Iterator[str]:
    """The call, what its docstring says, and the fields of a record."""
    yield f"\n#### `{path}`\n"
    if item.is_function or item.is_class:
        gives = f" -> {item.returns}" if item.is_function else ""
        yield f"\n`{item.name}({', '.join(_parameters(item))}){gives}`\n"
    for section in item.docstring.parsed if item.docstring else ():
        yield from _section(section)
    if "dataclass" in item.labels:
        yield from _fields(item)


def _parameters(function: griffe.Object | griffe.Alias) -> Iterator[str]:
    signs = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    for each in function.parameters:
        if each.name in ("self", "cls"):
            continue
        annotation = f": {each.annotation}" if each.annotation else ""
        default = f" = {each.default}" if each.default and each.kind not in signs else ""
        yield f"{signs.get(each.kind, '')}{each.name}{annotation}{default}"


def _fields(item: griffe.Object | griffe.Alias) -> Iterator[str]:
    """The fields of a record, with what stands beside them."""
    yield "\n"
    for field in (each for each in item.members.values() if each.is_attribute and "property" not in each.labels):
        comment = item.lines_collection[item.filepath][field.lineno - 1].partition("  # ")[2]
        yield f"- `{field.name}: {field.annotation}`{f': {comment}' if comment else ''}\n"


def _section(section: griffe.DocstringSection) -> Iterator[str]:
    match section.kind:
        case griffe.DocstringSectionKind.text:
            yield f"\n{_markdown(section.value)}\n"
        case griffe.DocstringSectionKind.parameters:
            yield "\n"
            yield from (f"- `{each.name}`: {_markdown(each.description, ' ')}\n" for each in section.value)
        case griffe.DocstringSectionKind.raises:
            yield "\n"
            yield from (f"- raises `{each.annotation}` {_markdown(each.description, ' ')}\n" for each in section.value)
        case griffe.DocstringSectionKind.returns:
            yield f"\nReturns {' '.join(_markdown(each.description) for each in section.value)}\n"


def _markdown(text: str, line_end: str = "\n") -> str:
    """A docstring's text, its roles and double quotes as code."""
    return re.sub(r"(?::\w+:)?``?([^`]+)``?", r"`\1`", text).replace("\n", line_end)


if __name__ == "__main__":
    DOCUMENT.write_text(with_reference(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
