"""``train``: train an ensemble, or a group of them, and store each as a run."""

import argparse
import os
import sys
from pathlib import Path

from esr_core.commands.configuration import read_config
from esr_core.commands.event_files import with_events
from esr_core.commands.given import given, refuse
from esr_core.commands.precision_note import note_precision
from esr_core.commands.settings import add_settings
from esr_core.commands.sweep import add_sweep, is_sweep, refuse_unused_lists, run_sweep
from esr_core.commands.training_bar import training_bar
from esr_core.commands.without_effect import refuse_without_effect
from esr_core.data.prepared import PreparedCard
from esr_core.devices import resolve_device
from esr_core.errors import ConfigError, EsrError, RunError
from esr_core.evaluation import stored_warning
from esr_core.exchange.extras import require_extra
from esr_core.folders import expanded, prepared_root, runs_root
from esr_core.open_files import FOR_A_TRAINING, require_open_files
from esr_core.records.results import describe_results
from esr_core.run_store import RunStore
from esr_core.trainer import demonstration_config, failing_together, follow_run, train_run
from esr_core.training import Team, require_memory, team_of_processes
from esr_core.training.compilation import require_compilable

STDOUT = 1  # file descriptor
AS_CONFIGURED = "which trains the run as it was configured"
USED_WITH = {
    "--queued": ({"--runs"}, AS_CONFIGURED),
    "--resume": ({"--runs", "--tensorboard"}, AS_CONFIGURED),
    "--demo": ({"--runs", "--run-id", "--prepared", "--tensorboard"}, "whose settings are fixed"),
}
"""What names a training as a whole: the only options that are used beside it, and why no other is."""

FAILED = 2  # as any command that could not do what was asked


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``train`` and its options."""
    parser = commands.add_parser(
        "train",
        help="train an ensemble and store it as a run",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--data", type=expanded, metavar="FOLDER", help="prepared set to learn from")
    parser.add_argument("--demo", action="store_true", help="draw built-in faces and train a small ensemble on them")
    parser.add_argument("--queued", metavar="RUN", help="train a run that is already stored as queued, as configured")
    parser.add_argument("--resume", metavar="RUN", help="go on with a run that was stopped, failed or was killed")
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument(
        "--prepared", type=expanded, default=prepared_root(), metavar="FOLDER", help="where --demo keeps its faces"
    )
    parser.add_argument("--run-id", metavar="NAME", help="name of the run; by default from the time and the settings")
    parser.add_argument(
        "--tensorboard", type=expanded, metavar="FOLDER", help="write an event file meanwhile, in a folder of the run's"
    )
    add_settings(parser)
    add_sweep(parser)
    parser.set_defaults(run=_run, parser=parser)


def _run(options: argparse.Namespace) -> None:
    require_open_files(FOR_A_TRAINING)
    if options.tensorboard is not None:
        require_extra("tensorboard", "--tensorboard")
    store = RunStore(options.runs)
    with team_of_processes() as team:
        if not team.is_first:
            _follow(store, team)
        elif is_sweep(options) and team.size == 1:
            _refuse_unused(options)
            refuse(
                {"--tensorboard"} & given(options), "with several trainings: `runs --tensorboard` writes any of them"
            )
            run_sweep(store, read_config(options), options)
        else:
            _train(store, options, team)


def _train(store: RunStore, options: argparse.Namespace, team: Team) -> None:
    with failing_together(team):
        run_id = team.told(_run_to_train(store, options))
    log = store.folder(run_id) / "log.txt"
    with (
        training_bar(run_id, is_shown=not options.queued) as show,
        with_events(store, run_id, options.tensorboard, show) as follow,
    ):
        try:
            run = train_run(store, run_id, follow, team)
        except Exception as error:
            if _has_said(log, error):
                raise SystemExit(FAILED) from None
            raise
    if not _speaks_into(log):
        results = describe_results(run.status.results)
        print(f"{run.run_id}: {run.status.state}, {results}")  # noqa: T201 - a command line speaks
        if run.status.test_accuracy is not None and (warning := stored_warning(store, run_id)):
            print(f"warning: {warning}", file=sys.stderr)  # noqa: T201


def _speaks_into(log: Path) -> bool:
    """Whether what this process prints lands in a run's log, where the training itself has said everything."""
    return log.exists() and os.path.samestat(os.fstat(STDOUT), log.stat())


def _has_said(log: Path, error: Exception) -> bool:
    """Whether an error stands at the end of the log already, and would be printed there once more."""
    return _speaks_into(log) and log.read_text(encoding="utf-8", errors="replace").rstrip().endswith(str(error))


def _follow(store: RunStore, team: Team) -> None:
    """Train along; what goes wrong is said by the first process, which hears of it."""
    try:
        with failing_together(team):
            run_id = team.told("")
        follow_run(store, run_id, team)
    except EsrError:
        raise SystemExit(FAILED) from None


def _run_to_train(store: RunStore, options: argparse.Namespace) -> str:
    """The run that was named, or a new one.

    Raises:
        ConfigError: if a sweep was asked for: its runs are trained one after another; or if an option is not used.
    """
    _refuse_unused(options)
    if is_sweep(options):
        raise ConfigError("one training at a time can be divided among processes, got a sweep")
    return options.queued or _resumable(store, options.resume) or _created(store, options)


def _refuse_unused(options: argparse.Namespace) -> None:
    """Raise ConfigError for an option that what is asked for does not use."""
    flags = given(options)
    for whole, (used, why) in USED_WITH.items():
        if whole in flags:
            refuse(flags - used - {whole}, f"with {whole}, {why}")
            return
    refuse(flags & {"--prepared"}, "without --demo")
    refuse_unused_lists(options)


def _resumable(store: RunStore, run_id: str | None) -> str | None:
    """The run to go on with, if one was named.

    Raises:
        RunError: if it is complete, damaged or still at work.
    """
    if run_id is None:
        return None
    run = store.info(run_id)
    if not run.is_resumable:
        reason = f": {run.status.message}" if run.status.message else ""
        expected = "interrupted, cancelled or failed"
        raise RunError(f"run {run_id} must be {expected} to be resumed, but is {run.status.state}{reason}")
    return run_id


def _created(store: RunStore, options: argparse.Namespace) -> str:
    config = demonstration_config(options.prepared) if options.demo else read_config(options)
    refuse_without_effect(options, [config])
    resolve_device(config.device)  # a run that cannot begin is not stored
    require_compilable(config)
    if not options.demo:
        require_memory(config, PreparedCard.read(config.data).num_pictures)
        note_precision(config, options)
    return store.create(config, run_id=options.run_id).run_id
