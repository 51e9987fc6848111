"""``jobs``: the queue of trainings, and the worker that sees to it."""

import argparse
import os
from collections.abc import Callable

import pandas as pd

from esr_core.commands.configuration import read_config
from esr_core.commands.given import refuse
from esr_core.commands.settings import add_settings
from esr_core.commands.sweep import add_sweep, expand, is_sweep, refuse_unused_lists
from esr_core.commands.without_effect import refuse_without_effect
from esr_core.errors import ConfigError
from esr_core.folders import expanded, runs_root
from esr_core.jobs import (
    JobQueue,
    Worker,
    backends,
    launch,
    machine_slots,
    place_name,
    place_of_environment,
    prioritise,
    requeue,
    require_place,
    stop,
)
from esr_core.jobs.places import CLUSTERS, LOCAL
from esr_core.records import HERE
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``jobs`` and its actions."""
    parser = commands.add_parser("jobs", help="launch, list, stop and resume trainings; work on the queue")
    parser.description = f"{__doc__} Without an action, but with --backend, it is the worker."
    parser.set_defaults(run=_work_if_told_where, runs=runs_root(), backend=None, address=None)
    parser.set_defaults(cpu_slots=1, gpu_slots=1, job_cpus=1, until_idle=None)
    _add_runs(parser)
    _add_place(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    submit = _placed(actions, "submit", _submit, "store runs, set up as for train, and let them wait")
    add_settings(submit)
    add_sweep(submit)
    submit.add_argument("--data", type=expanded, required=True, metavar="FOLDER", help="prepared set to learn from")
    submit.add_argument("--priority", type=int, default=0, metavar="N", help="higher first (default: 0)")
    _action(actions, "list", _list, "show what runs, waits and has run")
    _add_worker_options(_placed(actions, "worker", _work, "start jobs as slots become free, until Ctrl-C"))
    for command in (
        _action(actions, "stop", _stop, "end trainings in good order; those that wait are cancelled"),
        _placed(actions, "resume", _resume, "let stopped, failed or interrupted runs wait for a slot again"),
    ):
        command.add_argument("run_ids", nargs="+", metavar="RUN")
    priority = _action(actions, "priority", _prioritise, "let waiting trainings start sooner or later than others")
    priority.add_argument("priority", type=int, metavar="N", help="higher first; those submitted without one have 0")
    priority.add_argument("run_ids", nargs="+", metavar="RUN")
    _action(actions, "pause", _pause, "start no further job; those that run go on")
    _action(actions, "go-on", _go_on, "end a pause")


def _action(actions: "argparse._SubParsersAction", name: str, run: Callable, told: str) -> argparse.ArgumentParser:
    """An action that is the same wherever jobs run."""

    def run_without_place(options: argparse.Namespace) -> None:
        places = {"--backend": options.backend, "--address": options.address}
        refuse([option for option, value in places.items() if value is not None], f"with jobs {name}")
        run(options)

    parser = actions.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    _add_runs(parser)
    parser.set_defaults(run=run_without_place, parser=parser)
    return parser


def _placed(actions: "argparse._SubParsersAction", name: str, run: Callable, told: str) -> argparse.ArgumentParser:
    """An action for jobs of one place."""
    parser = _action(actions, name, run, told)
    _add_place(parser)
    parser.set_defaults(run=run)
    return parser


def _add_runs(parser: argparse.ArgumentParser) -> None:
    """Where runs are, which means the same before and after the action."""
    parser.add_argument(
        "--runs",
        type=expanded,
        default=argparse.SUPPRESS,
        metavar="FOLDER",
        help=f"where runs are stored ({runs_root()})",
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Where jobs run, which means the same before and after the action."""
    variables = " or ".join(kind.variable for kind in CLUSTERS.values())
    parser.add_argument(
        "--backend",
        choices=backends(),
        default=argparse.SUPPRESS,
        help=f"where jobs run (where {variables} or --address names a cluster, there; else where the worker runs them)",
    )
    parser.add_argument(
        "--address",
        default=argparse.SUPPRESS,
        metavar="URL",
        help="of a cluster: " + "; ".join(f"{kind.address} ({kind.variable})" for kind in CLUSTERS.values()),
    )


def _add_worker_options(parser: argparse.ArgumentParser) -> None:
    for flag, told in (
        ("--cpu-slots", "jobs at once on this machine's CPU (1)"),
        ("--gpu-slots", "jobs at once on each of this machine's GPUs (1)"),
        ("--job-cpus", "cores that each job takes on a cluster (1)"),
    ):
        parser.add_argument(flag, type=int, default=argparse.SUPPRESS, metavar="N", help=told)
    parser.add_argument(
        "--until-idle", type=float, default=argparse.SUPPRESS, metavar="SECONDS", help="end after so long without work"
    )


def _place(options: argparse.Namespace) -> str | None:
    """The name of the place for jobs; None where neither an option nor the environment names one."""
    if options.backend is None and options.address is None:
        return place_of_environment(os.environ)
    if options.backend == LOCAL and options.address:
        refuse(["--address"], f"with --backend {LOCAL}")
    return place_name(options.backend or next(iter(CLUSTERS)), options.address, os.environ)


def _submit(options: argparse.Namespace) -> None:
    refuse_unused_lists(options)
    config = read_config(options)
    configs = list(expand(config, options).values()) if is_sweep(options) else [config]
    refuse_without_effect(options, configs)
    for run_id in launch(RunStore(options.runs), configs, options.priority, place=_place(options)):
        print(run_id)  # noqa: T201 - a command line speaks


def _list(options: argparse.Namespace) -> None:
    queue = JobQueue(options.runs)
    if reason := queue.pause_reason():
        print(f"paused: {reason}")  # noqa: T201 - a command line speaks
    jobs = queue.jobs()
    table = pd.DataFrame(
        {
            "job": job.job_id,
            "run": job.run_id,
            "state": job.state,
            "priority": job.priority,
            "on": job.where,
            "note": job.message,
        }
        for job in jobs
    )
    print(table.to_string(index=False) if jobs else f"no jobs in {options.runs}")  # noqa: T201


def _work_if_told_where(options: argparse.Namespace) -> None:
    if options.backend is None and options.address is None:
        raise ConfigError("jobs needs an action, as list, or --backend for a worker; --help shows them all")
    _work(options)


def _work(options: argparse.Namespace) -> None:
    slots = machine_slots(options.cpu_slots, options.gpu_slots)
    place = _place(options) or HERE
    if options.address is not None:  # who names it is told at once; a service waits for it
        require_place(place)
    Worker(RunStore(options.runs), slots, place, options.job_cpus).run(options.until_idle)


def _stop(options: argparse.Namespace) -> None:
    for run_id in options.run_ids:
        stop(RunStore(options.runs), run_id)


def _resume(options: argparse.Namespace) -> None:
    for run_id in options.run_ids:
        requeue(RunStore(options.runs), run_id, place=_place(options))


def _prioritise(options: argparse.Namespace) -> None:
    for run_id in options.run_ids:
        prioritise(RunStore(options.runs), run_id, options.priority)


def _pause(options: argparse.Namespace) -> None:
    JobQueue(options.runs).pause("paused from the command line")


def _go_on(options: argparse.Namespace) -> None:
    JobQueue(options.runs).go_on()
