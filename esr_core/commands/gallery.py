"""``gallery``: train the ensembles that the project ships, or the rest of them."""

import argparse

from esr_core.commands.sweep import train_group
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.errors import RunNotFoundError
from esr_core.folders import expanded, prepared_root, runs_root
from esr_core.gallery import GALLERY, gallery
from esr_core.run_store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``gallery`` and its options."""
    parser = commands.add_parser(
        "gallery",
        help="train the ensembles on FER+ that the project ships",
        description=f"{__doc__} The same command goes on where it was stopped. With a CUDA card the wild ensemble has "
        "nine branches.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=expanded,
        default=prepared_root() / "ferplus",
        metavar="FOLDER",
        help="prepared FER+ with its pictures",
    )
    parser.add_argument("--runs", type=expanded, default=runs_root(), metavar="FOLDER", help="where runs are stored")
    parser.add_argument("--device", default="auto", metavar="DEVICE", help="auto, cpu, cuda, cuda:<index> or mps")
    parser.add_argument(
        "--only",
        action="extend",
        nargs="+",
        choices=tuple(GALLERY),
        metavar="RUN",
        help=f"of {', '.join(GALLERY)}; without it all",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    # As it was typed: what comes with the project names no machine's folder, and a set is found by its fingerprint.
    store, data = RunStore(options.runs), str(options.data)
    card = PreparedSet.open(data).card
    configs = gallery(data, card.class_names, options.device)
    on_a_card = gallery(data, card.class_names, options.device, on_a_card=True)
    on_this_set = {run_id: config.replace(data_set=card.identity) for run_id, config in on_a_card.items()}
    configs = {run_id: config.replace(data_set=card.identity) for run_id, config in configs.items()}
    configs |= {run_id: config for run_id, config in on_this_set.items() if _is_stored(store, run_id, config)}
    wanted = options.only or list(configs)
    train_group(store, {run_id: configs[run_id] for run_id in configs if run_id in wanted})


def _is_stored(store: RunStore, run_id: str, config: TrainingConfig) -> bool:
    """Whether a run was made with these settings, on whichever device: one from a card's machine stays what it is."""
    try:
        return store.config(run_id).replace(device=config.device).is_alike(config)
    except RunNotFoundError:
        return False
