"""The form filled with the settings of a run, and what it says of presets."""

import pytest

from app import answers
from app.training import copied_run, plan
from app.training.training_choice import TrainingChoice
from esr_core.config import AugmentationConfig, NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.presets import PRESETS
from tests.app.conftest import open_page


@pytest.fixture
def config(store, prepared_faces, monkeypatch) -> TrainingConfig:
    """Of a run ``before``, with settings that no field of the form shows; its set has another folder here."""
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    card = PreparedCard.read(prepared_faces / "tiny")
    config = TrainingConfig(
        data="elsewhere/tiny",
        data_set=card.identity,
        network=NetworkConfig(branching_level=2, num_branches=3, class_names=card.class_names),
        protocol=ProtocolConfig(fold=4, training_folds=2),
        strategy="custom",
        learning_rate=0.05,
        weight_decay=0.001,
        epochs_first_branch=7,
        augmentation=AugmentationConfig(rotation_deg=12.0),
        precision="bfloat16",
        seed=5,
        device="cpu",
    )
    store.create(config, run_id="before").cancel()
    return config


def test_a_run_of_copied_settings_differs_in_what_is_changed_alone(store, config, prepared_faces):
    sets = answers.prepared()
    run = answers.run("before")
    (preset,) = copied_run.copied_settings(run, sets).values()
    assert copied_run.set_of(run, sets) == "tiny"
    fields = {"network.architecture": "lab", "learning_rate": 0.2, "device": "cpu", "epochs_first_branch": 7}
    choice = TrainingChoice("tiny", None, (2,), ("custom",), "5", "4", fields, copied=preset.settings)
    (again,) = plan.training_configs(choice, sets)
    assert again == config.replace(data=str(prepared_faces / "tiny"), learning_rate=0.2)


def test_again_fills_the_form_and_the_data_it_was_trained_on(config):
    app = open_page("runs", runs="before")
    next(button for button in app.button if button.label == "Again, but …").click()
    app.run()
    assert not app.exception
    assert app.selectbox(key="train-data").value == "tiny"
    assert app.selectbox(key="train-preset").value == "as before"
    key = "train-as before"
    assert app.number_input(key=f"{key}-branches").value == 3
    assert app.number_input(key=f"{key}-rate").value == 0.05
    assert (app.text_input(key=f"{key}-seeds").value, app.text_input(key=f"{key}-folds").value) == ("5", "4")
    assert app.button_group(key=f"{key}-precision").value == "bfloat16"
    assert app.button_group(key=f"{key}-architecture").value == "lab"
    captions = " ".join(caption.value for caption in app.sidebar.caption)
    assert "There is a run with these settings already: before" in captions.replace("\\", "")


def test_a_set_that_is_not_here_is_said(config, store):
    run = answers.run("before")
    (preset,) = copied_run.copied_settings(run, {}).values()
    assert preset.what.endswith("its own prepared set is not here")


def test_each_preset_is_explained_and_what_it_costs_is_said(config):
    app = open_page("runs")
    box = app.selectbox(key="train-preset")
    for name, preset in PRESETS.items():
        assert (preset.what.split(":")[0] in box.help.replace("\\", "")) == (not preset.goes_on), name
    box.set_value("quick").run()
    captions = " ".join(caption.value for caption in app.sidebar.caption).replace("\\", "")
    assert PRESETS["quick"].what in captions
    assert "1 run · 355,104 parameters · time not known yet" in captions
