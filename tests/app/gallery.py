"""Stand-ins for the shipped gallery: runs trained on drawn faces with an official split, whose set is then gone."""

import shutil
from dataclasses import replace
from pathlib import Path

from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample
from esr_core.run_store import RunStore
from esr_core.trainer import train_run

SHAPES = {"gallery-single": (3, 1), "gallery-level3-varied": (3, 2)}  # level and branches
PARTS = ("train", "validation", "test")  # person by person, so that nobody is in two
COMMAND = "python -m esr_core prepare ferplus SRC"


def train_gallery(root: Path) -> RunStore:
    """Runs below ``root``/runs, each with milestones and in half precision; their prepared set is removed."""
    data, store = root / "prepared" / "ferplus", RunStore(root / "runs")
    _prepare(data)
    for run_id, (level, branches) in SHAPES.items():
        config = TrainingConfig(
            data=str(data),
            network=NetworkConfig(branching_level=level, num_branches=branches),
            protocol=ProtocolConfig(kind="official"),
            strategy="frozen",
            epochs_first_branch=1,
            epochs_later_branch=1,
            batch_size=14,
            milestones=(0,),
            checkpoint_dtype="float16",
            device="cpu",
            group="gallery",
        )
        train_run(store, store.create(config, run_id=run_id).run_id)
    shutil.rmtree(data)
    return store


def _prepare(folder: Path) -> None:
    """A small set that says it is FER+: votes, the owners' parts, nobody known."""
    drawn = builtin_source(len(PARTS), 7, difficulty="easy")
    source = replace(drawn, name="ferplus", title="FER+", licence="labels MIT; no licence for pictures", options={})
    people = sorted({str(sample.subject) for sample in drawn.samples})

    def judged(sample: Sample) -> Sample:
        part = PARTS[people.index(str(sample.subject))]
        votes = {str(sample.emotion): 9, "unknown": 1}
        return replace(sample, split=part, subject=None, sequence=None, frame=None, votes=votes)

    prepare(replace(source, samples=[judged(sample) for sample in drawn.samples]), folder)
