"""``export``: a stored run's network as a file or folder for other programs, with its card and what it takes."""

import argparse

from esr_core.commands.output import add_force, make_folder, require_free, write_output
from esr_core.commands.train_command import train_command
from esr_core.errors import ConfigError
from esr_core.exchange import FORMATS, exported_run
from esr_core.exchange.extras import require_extra
from esr_core.folders import expanded, runs_root
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``export`` and its options."""
    parser = commands.add_parser(
        "export",
        help="carry a run's network to other programs",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("run_id", metavar="RUN", help="to export, a finished one")
    kinds = "; ".join(f"{each.key}: {each.what}" for each in FORMATS.values())
    parser.add_argument("--format", choices=tuple(FORMATS), required=True, help=kinds)
    parser.add_argument("--output", type=expanded, required=True, metavar="PATH", help="file or folder to write")
    add_force(parser)
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    chosen, output = FORMATS[options.format], options.output
    if chosen.suffix and output.suffix.lower() != chosen.suffix:
        raise ConfigError(f"--output must end in {chosen.suffix} for --format {chosen.key}, got {output.name}")
    if chosen.extra:
        require_extra(chosen.extra, f"--format {chosen.key}")
    paths = chosen.paths(output)
    require_free("--output", paths, options.force, makes_folder=bool(chosen.file_names))
    store = RunStore(options.runs)
    contents = chosen.encode(exported_run(store, options.run_id, train_command(store.config(options.run_id))))
    if chosen.file_names:
        make_folder("--output", output)
    for path, content in zip(paths, contents, strict=True):
        write_output("--output", path, content, options.force)
    print(output)  # noqa: T201 - a command line speaks
