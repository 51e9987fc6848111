"""A card for weights that were trained elsewhere: what they are, whose, and that nothing was measured here."""

from collections.abc import Mapping
from typing import Any

from esr_core.evaluation.markdown import bullets, code, plain
from esr_core.records import RunInfo


def imported_card(run: RunInfo, imported: Mapping[str, Any]) -> str:
    """The card of an imported run as Markdown.

    Args:
        run: with its settings.
        imported: what its environment says of it: ``origin``, ``licence``, ``channels`` and ``sha256`` by file name.
    """
    files = bullets([f"{code(name)}: {code(sha256)}" for name, sha256 in imported["sha256"].items()])
    size = f" {run.parameters.total:,} parameters." if run.parameters else ""
    way = f"`python -m esr_core evaluate {run.run_id} --data SET` measures them on a prepared set."
    measured = _sentence(run.unusable) if run.unusable else way
    sections = {
        "Origin": f"{_sentence(imported['origin'])}{size}{_classes(run)} Input: {plain(imported['channels'])}.",
        "Accuracy": f"Nothing was measured when the weights were stored. {measured}",
        "Licence": _sentence(imported["licence"]),
        "Files": files,
    }
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    return f"# {plain(run.kind)} ({code(run.run_id)})\n\n{body}\n"


def _sentence(text: str) -> str:
    return f"{plain(text[:1].upper() + text[1:])}."


def _classes(run: RunInfo) -> str:
    """What its logits stand for; nothing where it has none."""
    classes = run.config.network.class_names if run.config and run.config.network.num_branches else ()
    return f" Classes: {plain(', '.join(classes))}." if classes else ""
