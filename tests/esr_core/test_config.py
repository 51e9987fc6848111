"""Configuration: what goes in comes out, and what is impossible is refused by name."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from esr_core.architectures import ARCHITECTURES
from esr_core.config import (
    AugmentationConfig,
    DataSetConfig,
    NetworkConfig,
    ProtocolConfig,
    TrainingConfig,
)
from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError

positive = st.floats(min_value=1e-6, max_value=10)
share = st.floats(min_value=0, max_value=1)
below_one = st.floats(min_value=0, max_value=1, exclude_max=True)
count = st.integers(min_value=1, max_value=10_000)


@st.composite
def networks(draw):
    architecture = draw(st.sampled_from(list(ARCHITECTURES)))
    return NetworkConfig(
        architecture=architecture,
        branching_level=draw(st.integers(0, ARCHITECTURES[architecture].num_blocks)),
        num_branches=draw(st.integers(0, 1000)),
        class_names=tuple(draw(st.lists(st.text(), min_size=2, max_size=9, unique=True))),
        affect_head=draw(st.booleans()),
    )


protocols = st.builds(
    ProtocolConfig,
    kind=st.sampled_from(["auto", "official", "subject-folds", "random-folds"]),
    fold=st.integers(0, 9),
    training_folds=st.integers(1, 8),
)
augmentations = st.builds(
    AugmentationConfig,
    brightness=share,
    contrast=share,
    flip=share,
    rotation_deg=st.floats(0, 180),
    translation=share,
    scale=below_one,
    erasing=share,
)
trainings = st.builds(
    TrainingConfig,
    data=st.text(),
    network=networks(),
    protocol=protocols,
    strategy=st.sampled_from(["fixed", "varied", "frozen", "interleaved"]),
    learning_rate=positive,
    trained_branch_learning_rate=positive,
    momentum=below_one,
    decay_factor=st.floats(min_value=1e-6, max_value=1),
    decay_every_epochs=count,
    epochs_first_branch=count,
    epochs_later_branch=count,
    batch_size=st.integers(2, 4096),
    validate_every_epochs=count,
    augmentation=augmentations,
    seed=st.integers(0, 2**63 - 1),
    device=st.text(),
)


@given(trainings)
def test_json_gives_back_an_equal_configuration(config):
    assert TrainingConfig.from_json(config.to_json()) == config


@given(trainings)
def test_json_is_plain_and_holds_every_setting(config):
    values = json.loads(config.to_json())
    assert values.keys() == TrainingConfig.model_fields.keys()
    assert values["network"]["class_names"] == list(config.network.class_names)


def test_run_stored_before_resampling_was_a_setting_keeps_its_way():
    values = json.loads(TrainingConfig(data="set").to_json())
    assert values["augmentation"].pop("resampling") == "bicubic"
    assert TrainingConfig.from_json(json.dumps(values)).augmentation.resampling == "bilinear"


@pytest.mark.parametrize("older", [False, True])
def test_settings_saved_by_an_editor_on_windows_are_the_same(older):
    values = json.loads(TrainingConfig(data="set").to_json())
    if older:
        del values["augmentation"]["resampling"]
    text = json.dumps(values, indent=2)
    saved = "\ufeff" + text.replace("\n", "\r\n")
    assert TrainingConfig.from_json(saved) == TrainingConfig.from_json(saved.encode()) == TrainingConfig.from_json(text)


def test_a_fault_quotes_no_more_than_helps_to_find_it():
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(data="toy", seed=["long"] * 500)
    assert len(str(caught.value)) < 200
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(data="toy", seed="long" * 500)
    assert "got 'longlong" in str(caught.value)
    assert len(str(caught.value)) < 200


def test_no_class_is_called_as_an_affect_head():
    with pytest.raises(ConfigError, match="class_names must not hold valence or arousal beside affect heads"):
        NetworkConfig(class_names=("calm", "arousal"), affect_head=True)
    assert NetworkConfig(class_names=("calm", "arousal")).class_names == ("calm", "arousal")


BAD_SETTINGS = [
    (NetworkConfig, "architecture", "tame"),
    (NetworkConfig, "branching_level", 6),
    (NetworkConfig, "branching_level", -1),
    (NetworkConfig, "branching_level", "3"),
    (NetworkConfig, "branching_level", True),
    (NetworkConfig, "branching_level", 3.0),
    (NetworkConfig, "num_branches", -1),
    (NetworkConfig, "num_branches", "4"),
    (NetworkConfig, "class_names", ()),
    (NetworkConfig, "class_names", ("happiness",)),
    (NetworkConfig, "class_names", ("happiness", "happiness")),
    (NetworkConfig, "class_names", "happiness"),
    (NetworkConfig, "class_names", (1, 2)),
    (NetworkConfig, "affect_head", 1),
    (ProtocolConfig, "kind", "leave-one-out"),
    (ProtocolConfig, "fold", 10),
    (ProtocolConfig, "training_folds", 9),
    (AugmentationConfig, "brightness", -0.1),
    (AugmentationConfig, "contrast", 1.1),
    (AugmentationConfig, "flip", math.nan),
    (AugmentationConfig, "rotation_deg", 181.0),
    (AugmentationConfig, "rotation_deg", math.nan),
    (AugmentationConfig, "translation", math.inf),
    (AugmentationConfig, "scale", 1.0),
    (AugmentationConfig, "scale", math.nan),
    (TrainingConfig, "data", 7),
    (TrainingConfig, "network", "lab"),
    (TrainingConfig, "strategy", "thawed"),
    (TrainingConfig, "learning_rate", 0.0),
    (TrainingConfig, "learning_rate", math.inf),
    (TrainingConfig, "learning_rate", math.nan),
    (TrainingConfig, "learning_rate", "0.1"),
    (TrainingConfig, "trained_branch_learning_rate", -0.1),
    (TrainingConfig, "momentum", 1.0),
    (TrainingConfig, "momentum", math.nan),
    (TrainingConfig, "decay_factor", 0.0),
    (TrainingConfig, "decay_factor", math.nan),
    (TrainingConfig, "decay_every_epochs", 0),
    (TrainingConfig, "epochs_first_branch", 2.5),
    (TrainingConfig, "epochs_later_branch", None),
    (TrainingConfig, "batch_size", 1),
    (TrainingConfig, "validate_every_epochs", 0),
    (TrainingConfig, "seed", -1),
    (TrainingConfig, "seed", 2**63),
    (TrainingConfig, "device", 0),
]


def required(kind):
    return {"data": "prepared/london"} if kind is TrainingConfig else {}


@pytest.mark.parametrize(("kind", "field", "value"), BAD_SETTINGS)
def test_a_bad_value_is_refused_in_one_sentence_that_names_the_field(kind, field, value):
    with pytest.raises(ConfigError, match=rf"^{field}\b") as refused:
        kind(**required(kind) | {field: value})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("kind", "field", "value"), BAD_SETTINGS)
def test_replacing_checks_again(kind, field, value):
    with pytest.raises(ConfigError, match=rf"^{field}\b"):
        kind(**required(kind)).replace(**{field: value})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"data": "d", "learning_rat": 0.1}', "learning_rat is not a known setting"),
        ('{"data": "d", "network": {"depth": 3}}', "depth is not a known setting"),
        ('{"data": "d", "network": {"num_branches": -1}}', "num_branches: .* got -1"),
        ('{"data": "d", "network": {"num_branches": 1000000}}', "num_branches: .* got 1000000"),
        ('{"data": "d", "network": {"branching_level": 6}}', "branching_level must be 0-5 for the lab network, got 6"),
        ('{"data": "d", "batch_size": "32"}', "batch_size: .* got '32'"),
        ('{"network": {}}', "data is missing"),
        ('{"data": ', "the configuration is not JSON"),
        ("", "the configuration is not JSON"),
        ("[1, 2]", "configuration: "),
    ],
)
def test_bad_json_is_refused_with_the_place_of_the_fault(text, message):
    with pytest.raises(ConfigError, match=message):
        TrainingConfig.from_json(text)


def test_an_unknown_setting_is_refused():
    with pytest.raises(ConfigError, match="depth is not a known setting"):
        NetworkConfig(depth=3)
    with pytest.raises(ConfigError, match="depth is not a known setting"):
        NetworkConfig().replace(depth=3)


def test_replace_varies_one_setting_and_leaves_the_original():
    config = TrainingConfig(data="prepared/london")
    varied = config.replace(seed=7)
    assert (config.seed, varied.seed) == (0, 7)
    assert varied.replace(seed=0) == config


def test_a_configuration_cannot_be_altered_in_place():
    with pytest.raises(ValidationError, match="frozen"):
        TrainingConfig(data="prepared/london").seed = 1


def test_the_defaults_are_the_papers_lab_ensemble():
    config = TrainingConfig(data="prepared/london")
    assert (config.network.architecture, config.network.branching_level, config.network.num_branches) == ("lab", 3, 4)
    assert config.network.class_names == EMOTIONS
    assert (config.learning_rate, config.momentum, config.batch_size) == (0.1, 0.9, 32)


HERE, THERE = ({"name": "toy", "fingerprint": letter * 64} for letter in "ab")


@pytest.mark.parametrize(
    ("first", "second", "is_alike"),
    [
        (("a/toy", HERE), ("b/toy", HERE), True),  # moved
        (("a/toy", HERE), ("a/toy", THERE), False),  # prepared anew from other pictures
        (("a/toy", HERE), ("a/toy", None), True),
        (("a/toy", None), ("b/toy", HERE), False),  # nobody knows
        (("a/toy", None), ("a/toy", None), True),
    ],
)
def test_trainings_are_alike_on_the_same_set_or_in_the_same_folder(first, second, is_alike):
    one, other = (
        TrainingConfig(data=folder, data_set=known and DataSetConfig(**known)) for folder, known in (first, second)
    )
    assert one.is_alike(other) is is_alike
    assert not one.is_alike(other.replace(seed=1))
