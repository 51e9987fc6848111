"""What a training says of itself in its run's log: plain sentences, one line each, with the time in UTC."""

from esr_core.durations import duration
from esr_core.records import EpochRecord, Progress, RunInfo
from esr_core.trainer.equipment import Equipment
from esr_core.training import Course
from esr_core.training.batches import learned_from


def beginning(run: RunInfo, equipment: Equipment, course: Course) -> list[str]:
    """What is trained, on what device, on how many pictures, and how long."""
    config, data = equipment.config, equipment.data
    sizes = sorted(map(len, learned_from(config, data.training, data.branches)))
    per_branch = f"{sizes[0]:,}" if sizes[0] == sizes[-1] else f"{sizes[0]:,} to {sizes[-1]:,}"
    size = f"{run.parameters.total:,} parameters" if run.parameters else "size unknown"
    done, epochs = course.epochs_done, sum(phase.epochs for phase in course.phases)
    return [
        f"trains {run.kind} ({config.network.architecture}, {size}) on {data.device}",
        f"learns from {equipment.prepared.card.title}: {per_branch} pictures for each branch, {config.batch_size} a "
        f"step; {len(data.parts.validation):,} validate, {len(data.parts.test):,} test",
        f"goes on after {done} of {_epochs(epochs)}" if done else f"{_epochs(epochs)} in all",
    ]


def branch_beginning(record: EpochRecord, course: Course) -> str:
    """Which branch is trained now, how long, and what else learns; said with its epoch 0."""
    phase = course.phases[course.phase_index]
    if phase.is_interleaved:
        return f"all {len(phase.learners)} branches begin, in turn: {_epochs(phase.epochs)}"
    others = [f"branch {position + 1}" for position in phase.learners if position + 1 != phase.branch]
    learning = ["shared layers"] * phase.shared_learns + others
    along = f"; learning with it: {', '.join(learning)}" if learning else ""
    return f"branch {record.branch} of {course.config.network.num_branches} begins: {_epochs(phase.epochs)}{along}"


def point(record: EpochRecord, course: Course) -> str:
    """How good the ensemble is at a validation point."""
    which = f"branch {record.branch}" if record.branch else "all branches"
    epochs = course.phases[course.phase_index].epochs
    parts = [f"{which}, epoch {record.epoch} of {epochs}: vote {record.ensemble_accuracy:.1%}"]
    if len(record.accuracy) > 1:
        parts.append("branches " + " ".join(f"{accuracy:.1%}" for accuracy in record.accuracy))
    if record.affect_rmse is not None:
        parts.append("error of valence {:.3f} and arousal {:.3f}".format(*record.affect_rmse))
    parts.append("loss " + " ".join(f"{loss:.3f}" for loss in record.loss))
    parts.append(f"learning rate {record.learning_rate:g}")
    if record.images_per_second is not None:
        parts.append(f"{record.images_per_second:.0f} pictures/s")
    return ", ".join(parts) + (" (best so far)" if record is course.best else "")


def under_way(progress: Progress) -> str:
    """How far a training has come, in the middle of an epoch."""
    parts = [f"{progress.share:.1%}: branch {progress.branch} of {progress.num_branches}"]
    parts.append(f"{progress.epoch} of {_epochs(progress.num_epochs)}")
    if progress.images_done is not None and progress.images_total is not None:
        parts.append(f"{progress.images_done:,} of {progress.images_total:,} pictures")
    if progress.validated is not None:
        parts.append(f"validating {progress.validated:.0%}")
    elif progress.images_per_second is not None:
        parts.append(f"{progress.images_per_second:.0f} pictures/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return ", ".join(parts)


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count:,} epochs"
