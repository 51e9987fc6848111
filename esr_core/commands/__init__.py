"""The command line, one module per command, thin over the functions the dashboard calls too."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from esr_core import __version__
from esr_core.commands import (
    evaluate,
    explain,
    export,
    gallery,
    import_esr9,
    jobs,
    predict,
    prepare,
    reproduce,
    runs,
    train,
)
from esr_core.errors import EsrError, as_sentence

COMMAND = "esr"  # as pyproject.toml installs it
FAILED = 2
INTERRUPTED = 130  # the shell's code for Ctrl-C
PIPE_CLOSED = 141  # and for a reader that has seen enough, as head


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog=_called(),
        description="Ensembles with shared representations: prepare, train, explain, evaluate.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (prepare, train, gallery, explain, evaluate, predict, reproduce, runs, jobs, export, import_esr9):
        command.add_parser(commands)
    return parser


def _called() -> str:
    """How this command line was called: as the installed command, or as a module."""
    return COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m esr_core"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 with a sentence on standard error when it could not."""
    _open_streams()
    _print_any_name()
    try:
        try:
            options = build_parser().parse_args(arguments)
            options.run(options)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _print_no_more()
        return PIPE_CLOSED
    except (EsrError, OSError) as error:
        print(f"error: {as_sentence(error)}", file=sys.stderr)  # noqa: T201 - a command line speaks
        _print_no_more()
        return FAILED
    return 0


def _open_streams() -> None:
    """Let what was started without standard output or error print into nothing, not into the next file it opens."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def _print_any_name() -> None:
    """Let names that the terminal cannot show, as of files that are not UTF-8, be printed in escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _print_no_more() -> None:
    """Drop what standard output does not take: at its end Python would try once more, and show a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
