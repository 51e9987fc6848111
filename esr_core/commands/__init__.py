"""The command line, one module per command, thin over the functions the dashboard calls too."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from esr_core import __version__
from esr_core.commands import evaluate, explain, gallery, jobs, prepare, runs, train
from esr_core.errors import EsrError

COMMAND = "esr"  # as pyproject.toml installs it
INTERRUPTED = 130  # the shell's code for Ctrl-C


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog=_called(),
        description="Ensembles with shared representations: prepare, train, explain, evaluate.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (prepare, train, gallery, explain, evaluate, runs, jobs):
        command.add_parser(commands)
    return parser


def _called() -> str:
    """How this command line was called: as the installed command, or as a module."""
    return COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m esr_core"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 with a sentence on standard error when it could not."""
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
    except EsrError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command line speaks
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
