"""A setting that the others leave without effect is refused by name; a preset's may stay."""

import pytest

from esr_core.commands import build_parser, main
from esr_core.commands.configuration import read_config
from esr_core.commands.sweep import expand, is_sweep
from esr_core.commands.train_command import train_command
from esr_core.commands.without_effect import EFFECTS, FLAGS, refuse_without_effect
from esr_core.config import TrainingConfig
from tests.planted import planted_set

REFUSED = [
    ("--decay cosine --decay-factor 0.9", "--decay-factor is not used with --decay cosine"),
    ("--preset ferplus-lab --targets majority --decay-every 3", "--decay-every is not used with --decay cosine"),
    ("--shared-learning-rate 0.1", "--shared-learning-rate is not used without --strategy custom"),
    ("--levels 1,2 --shared-learning-rate 0.1", "--shared-learning-rate is not used without --strategy custom"),
    (
        "--strategies fixed,frozen --trained-branch-learning-rate 0.1",
        "--trained-branch-learning-rate is not used without --strategy varied or custom",
    ),
    (
        "--branches 1 --strategy custom --shared-learning-rate 0.05",
        "--shared-learning-rate is not used with --branches 1",
    ),
    (
        "--level 0 --trained-branch-learning-rate 0.05",
        "--trained-branch-learning-rate is not used with --level 0: no branch changes while another is added",
    ),
    ("--branches 1 --later-epochs 5", "--later-epochs is not used with --branches 1"),
    ("--strategy interleaved --later-epochs 5", "--later-epochs is not used with --strategy interleaved"),
    ("--logit-adjustment-by fourth-root", "--logit-adjustment-by is not used without --logit-adjustment"),
    ("--max-per-group 10", "--max-per-group is not used without --balance"),
    ("--protocol official --fold 2", "--fold is not used on Planted, which has training and test parts of its own"),
    ("--folds 0-9", "--folds is not used on Planted, which has training and test parts of its own"),
    (
        "--rotation 0 --translation 0 --scale 0 --resampling bilinear",
        "--resampling is not used without --rotation, --translation or --scale",
    ),
]
ACCEPTED = [
    "--preset affectnet --decay cosine",
    "--strategies varied,custom --shared-learning-rate 0.05",
    "--levels 0,3 --strategy interleaved --later-epochs 3",
    "--levels 0,3 --trained-branch-learning-rate 0.05",
    "--preset ferplus-lab --targets majority --branches 1",
    "--protocol random-folds --fold 2",
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> str:
    """A set with parts of its own."""
    folder = tmp_path_factory.mktemp("data") / "planted"
    planted_set(folder)
    return str(folder)


@pytest.mark.parametrize("command", ["train", "jobs submit"])
@pytest.mark.parametrize(("given", "sentence"), REFUSED)
def test_a_setting_without_effect_is_refused_by_name(command, given, sentence, planted, tmp_path, capsys):
    runs = tmp_path / "runs"
    assert main([*command.split(), "--data", planted, "--runs", str(runs), "--device", "cpu", *given.split()]) == 2
    assert capsys.readouterr().err == f"error: {sentence}\n"
    assert not runs.exists()


@pytest.mark.parametrize("given", ACCEPTED)
def test_what_a_preset_has_or_one_run_of_a_sweep_uses_is_accepted(given, planted):
    options = build_parser().parse_args(["train", "--data", planted, *given.split()])
    config = read_config(options)
    refuse_without_effect(options, list(expand(config, options).values()) if is_sweep(options) else [config])


def test_every_setting_named_there_is_an_option():
    assert {field for effect in EFFECTS for field in effect.fields} <= FLAGS.keys()


def test_the_command_of_a_card_names_no_setting_without_effect():
    config = TrainingConfig(data="x", decay="cosine", decay_factor=0.9, shared_learning_rate=0.3)
    assert train_command(config) == "python -m esr_core train --data x --decay cosine"
