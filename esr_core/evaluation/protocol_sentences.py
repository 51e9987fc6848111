"""How a run was trained and measured, in sentences."""

from collections.abc import Mapping
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.evaluation.markdown import code


def protocol_sentences(run_id: str, config: TrainingConfig, environment: Mapping[str, Any]) -> list[str]:
    """Parts, targets, strategy, random changes and what is measured, as Markdown; a sentence or two each.

    Args:
        run_id: of the run.
        config: of the run.
        environment: that it was made in, with the run whose first branch it began with.
    """
    changes = config.augmentation
    erased = f", with probability {changes.erasing:g} erased in part" if changes.erasing else ""
    folds = "" if config.protocol.kind == "official" else f", fold {config.protocol.fold}"
    differ = config.milestones and config.dtype_of_milestones != config.checkpoint_dtype
    milestones = f", those of milestones in {config.dtype_of_milestones}" if differ else ""
    lines = [
        f"Parts: {config.protocol.kind}{folds}; balance: {config.protocol.balance}.",
        f"Targets: {config.targets}; logit adjustment {config.logit_adjustment:g} by {config.logit_adjustment_by}.",
        f"Strategy {config.strategy}: epochs of the first branch {config.epochs_first_branch}, of each later one "
        f"{config.epochs_later_branch}, batches of {config.batch_size}, learning rate "
        f"{config.learning_rate:g} with {config.decay} decay, weight decay {config.weight_decay:g}.",
        f"Random changes: brightness {changes.brightness:g}, contrast {changes.contrast:g}, mirrored {changes.flip:g}, "
        f"turned {changes.rotation_deg:g} degrees, moved {changes.translation:g}, scaled {changes.scale:g}{erased}.",
        f"The ensemble best on the validation part is the one that is measured; seed {config.seed}, computed in "
        f"{config.precision}, weights stored in {config.checkpoint_dtype}{milestones}.",
    ]
    if config.refit_classifiers:
        lines.append(
            "When all was trained, the branches' classifiers were fitted anew on training pictures as they are (Kang "
            "et al. 2020, arXiv 1910.09217); the curves of training and the milestones are from before."
        )
    if config.start is not None:
        lines.insert(0, f"Goes on from {code(config.start.run_id)}, checkpoint {code(config.start.checkpoint)}.")
    if origin := environment.get("first_branch_from"):
        whose = "an earlier training of this name" if origin == run_id else code(origin)
        lines.append(f"Begins with the first branch of {whose}: same seed, pictures and settings.")
    return lines
