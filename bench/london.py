"""Train ESR-4 level 3 on the London photographs and report its accuracy on people it has never seen.

Usage: python -m bench.london [FOLDER] [--fold 0] [--keep RUNS]

Ten subject-independent folds: eight train, one validates, one (about ten people, neutral and smiling) tests.
"""

import argparse
import tempfile
import time
from pathlib import Path

import torch

from bench._photographs import LONDON
from esr_core.config import AugmentationConfig, NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.london import london_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.run_store import RunStore
from esr_core.trainer import train_run


def config(prepared: Path, fold: int) -> TrainingConfig:
    """Small batches and mild augmentation: what works on 160 pictures."""
    return TrainingConfig(
        data=str(prepared),
        network=NetworkConfig(
            branching_level=3, num_branches=4, class_names=PreparedSet.open(prepared).card.class_names
        ),
        protocol=ProtocolConfig(kind="subject-folds", fold=fold, training_folds=8),
        strategy="frozen",
        learning_rate=0.05,
        batch_size=16,
        epochs_first_branch=90,
        epochs_later_branch=40,
        decay_every_epochs=15,
        validate_every_epochs=2,
        augmentation=AugmentationConfig(
            brightness=0.15, contrast=0.2, flip=0.5, rotation_deg=8.0, translation=0.04, scale=0.06
        ),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=LONDON)
    parser.add_argument("--fold", type=int, nargs="*", default=[0], help="folds to test on, one training each")
    parser.add_argument("--keep", type=Path, help="folder to keep the runs in; else they are thrown away")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        prepared = Path(temporary) / "london"
        card = prepare(london_source(options.folder), prepared)
        print(f"{card.num_pictures} pictures, {card.num_rejected} rejected; {torch.get_num_threads()} threads")
        store = RunStore(options.keep or Path(temporary) / "runs")
        for fold in options.fold:
            started = time.perf_counter()
            run_id = store.create(config(prepared, fold)).run_id
            run = train_run(store, run_id)
            print(
                f"fold {fold}: {run.status.test_accuracy:.1%} of {len(store.parts(run_id)['test'])} unseen pictures, "
                f"{time.perf_counter() - started:.0f} s"
            )


if __name__ == "__main__":
    main()
