"""What ``runs`` changes of stored runs: names, tags and notes, and which of them there are."""

import argparse
from collections.abc import Collection

from esr_core.commands.given import refuse
from esr_core.errors import ConfigError, RunError
from esr_core.records import RunNotes
from esr_core.run_store import (
    RunStore,
    deletion_refusal,
    deletion_warning,
    empty_trash,
    list_trash,
    restore_from_trash,
    write_notes,
)
from esr_core.timestamps import in_words

NOTES = {"--name", "--tags", "--notes"}
ACTIONS = {"--delete", "--restore", "--trash", "--empty-trash"}
CHANGES = NOTES | ACTIONS


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``runs`` that change something, and the one that lists what they deleted."""
    parser.add_argument("--name", metavar="TEXT", help="give one run a name, shown instead of what it is; '' takes it")
    parser.add_argument("--tags", metavar="LIST", help="give the runs these tags, with commas; '' takes them")
    parser.add_argument("--notes", metavar="TEXT", help="write notes on the runs; '' removes them")
    parser.add_argument("--delete", action="store_true", help="put the runs into the trash; --force: also starts")
    parser.add_argument("--restore", action="store_true", help="bring the runs back from the trash")
    parser.add_argument("--trash", action="store_true", help="list the trash")
    parser.add_argument("--empty-trash", action="store_true", help="remove the runs in the trash for good; none: all")


def change(store: RunStore, options: argparse.Namespace, given: Collection[str]) -> None:
    """Do what the given options ask.

    Raises:
        ConfigError: if they do not go together, or runs are missing or too many.
        RunError: if it cannot be done.
    """
    actions, run_ids = sorted(ACTIONS & set(given)), list(dict.fromkeys(options.run_ids))
    asked = actions[0] if actions else sorted(NOTES & set(given))[0]
    allowed = {asked, "--runs", "--force"} if asked == "--delete" else {asked, "--runs"}
    refuse(set(given) - (allowed if actions else NOTES | {"--runs"}), f"with {asked}")
    if asked == "--trash":
        refuse(["RUN"] if run_ids else [], "with --trash")
        _list(store)
    elif asked == "--empty-trash":
        empty_trash(store.root, run_ids or None)
    elif not run_ids or (len(run_ids) > 1 and options.name):
        raise ConfigError(f"{asked} must come with {'one run' if options.name else 'a run'}, got {len(run_ids)}")
    elif asked == "--delete":
        _delete(store, run_ids, options.force)
    elif asked == "--restore":
        for run_id in run_ids:
            restore_from_trash(store.root, run_id)
    else:
        for run_id in run_ids:
            _note(store, run_id, options)


def _delete(store: RunStore, run_ids: Collection[str], force: bool) -> None:
    """All of them or none."""
    runs = store.list()
    for run_id in run_ids:
        if reason := deletion_refusal(store.info(run_id), runs):
            raise RunError(reason)
    if not force and (warning := deletion_warning(run_ids, runs)):
        raise RunError(f"{warning}; --force deletes all the same")
    for run_id in run_ids:
        store.delete(run_id)


def _note(store: RunStore, run_id: str, options: argparse.Namespace) -> None:
    notes = store.info(run_id).notes
    if notes.problem:
        raise RunError(f"{notes.problem}: mend or remove that file first, for writing would replace it")
    tags = notes.tags if options.tags is None else tuple(filter(None, map(str.strip, options.tags.split(","))))
    name = notes.name if options.name is None else options.name
    text = notes.text if options.notes is None else options.notes
    write_notes(store.root, run_id, RunNotes(name, tags, text))


def _list(store: RunStore) -> None:
    trashed = list_trash(store.root)
    for run in trashed:
        moment = in_words(run.deleted)
        print(f"{run.run_id}: deleted {moment}, {run.size_bytes / 1e6:.1f} MB")  # noqa: T201 - a command line speaks
    if not trashed:
        print(f"the trash of {store.root} is empty")  # noqa: T201
