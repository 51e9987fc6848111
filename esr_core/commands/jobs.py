"""``jobs``: the queue of trainings, and the worker that sees to it."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from esr_core.commands.defaults import RUNS_ROOT
from esr_core.jobs import JobQueue, Worker, machine_slots, requeue, stop
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``jobs`` and its actions."""
    parser = commands.add_parser("jobs", help="list, stop and resume trainings; work on the queue", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _action(actions, "list", _list, "show what runs, waits and has run")
    worker = _action(actions, "worker", _work, "start jobs as slots become free, until Ctrl-C")
    worker.add_argument("--cpu-slots", type=int, default=1, metavar="N", help="jobs at once on the CPU (default: 1)")
    worker.add_argument("--gpu-slots", type=int, default=1, metavar="N", help="jobs at once on each GPU (default: 1)")
    worker.add_argument("--until-idle", type=float, metavar="SECONDS", help="end after so long without work")
    for name, run, told in (
        ("stop", _stop, "end trainings in good order; those that wait are cancelled"),
        ("resume", _resume, "let stopped, failed or interrupted runs wait for a slot again"),
    ):
        _action(actions, name, run, told).add_argument("run_ids", nargs="+", metavar="RUN")
    _action(actions, "pause", _pause, "start no further job; those that run go on")
    _action(actions, "go-on", _go_on, "end a pause")


def _action(actions: "argparse._SubParsersAction", name: str, run: Callable, told: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=told, description=told.capitalize() + ".")
    parser.add_argument("--runs", type=Path, default=RUNS_ROOT, metavar="FOLDER", help="where runs are stored")
    parser.set_defaults(run=run)
    return parser


def _list(options: argparse.Namespace) -> None:
    queue = JobQueue(options.runs)
    if reason := queue.pause_reason():
        print(f"paused: {reason}")  # noqa: T201 - a command line speaks
    jobs = queue.jobs()
    table = pd.DataFrame(
        {"job": job.job_id, "run": job.run_id, "state": job.state, "on": job.slot or job.device, "note": job.message}
        for job in jobs
    )
    print(table.to_string(index=False) if jobs else f"no jobs in {options.runs}")  # noqa: T201


def _work(options: argparse.Namespace) -> None:
    slots = machine_slots(options.cpu_slots, options.gpu_slots)
    Worker(RunStore(options.runs), slots).run(options.until_idle)


def _stop(options: argparse.Namespace) -> None:
    for run_id in options.run_ids:
        stop(RunStore(options.runs), run_id)


def _resume(options: argparse.Namespace) -> None:
    for run_id in options.run_ids:
        requeue(RunStore(options.runs), run_id)


def _pause(options: argparse.Namespace) -> None:
    JobQueue(options.runs).pause("paused from the command line")


def _go_on(options: argparse.Namespace) -> None:
    JobQueue(options.runs).go_on()
