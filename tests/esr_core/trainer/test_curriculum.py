"""Going on from a stored run: more branches, or the same ones fine-tuned."""

import shutil

import pytest
import torch

from esr_core.commands import main
from esr_core.config import NetworkConfig
from esr_core.errors import ConfigError, DamagedRunError, RunNotFoundError
from esr_core.networks import ESR, rebranched
from esr_core.run_store import RunStore
from esr_core.trainer import start_from, train_run
from esr_core.trainer.curriculum import inherited_licence

pytestmark = pytest.mark.usefixtures("narrow_networks")


@pytest.fixture(scope="module")
def store(tmp_path_factory, tiny_training) -> RunStore:
    """A store with the run ``parent``: two branches."""
    store = RunStore(tmp_path_factory.mktemp("curriculum") / "runs")
    train_run(store, store.create(tiny_training, run_id="parent").run_id)
    return store


def going_on(store, config, branches: int, **settings):
    start, there = start_from(store, "parent")
    return config.replace(network=there.replace(num_branches=branches), start=start, **settings)


def trained(store, config, run_id: str):
    train_run(store, store.create(config, run_id=run_id).run_id)
    return store.load_network(run_id)


def test_branches_are_added_to_a_stored_ensemble_and_the_parent_is_recorded(store, tiny_training):
    parent = store.load_network("parent")
    child = trained(store, going_on(store, tiny_training, branches=3), "child")
    assert len(child.branches) == 3
    assert [record.branch for record in store.history("child")] == [3, 3]
    for name, value in parent.state_dict().items():  # frozen: what was trained has not moved
        assert torch.equal(value, child.state_dict()[name]), name
    start = store.config("child").start
    assert (start.run_id, start.num_branches) == ("parent", 2)
    assert start.sha256 == store.checkpoint_sha256("parent")


def test_what_was_stored_in_int8_and_stays_frozen_is_stored_as_the_same_bits(store, tiny_training):
    train_run(store, store.create(tiny_training.replace(checkpoint_dtype="int8"), run_id="small").run_id)
    start, there = start_from(store, "small")
    network = there.replace(num_branches=3)
    child = trained(store, tiny_training.replace(network=network, start=start, checkpoint_dtype="int8"), "small-child")
    parent = store.load_network("small").state_dict()
    assert all(torch.equal(value, child.state_dict()[name]) for name, value in parent.items())


def test_a_stored_ensemble_is_fine_tuned_from_where_it_stood(store, tiny_training):
    parent = store.load_network("parent")
    config = going_on(store, tiny_training, branches=2, strategy="varied", learning_rate=0.01)
    child = trained(store, config, "tuned")
    before = store.history("tuned")[0]
    assert (before.branch, before.epoch) == (1, 0)
    assert before.ensemble_accuracy == store.history("parent")[-1].ensemble_accuracy  # nothing has moved yet
    assert not torch.equal(parent.branches[1].classifier.weight, child.branches[1].classifier.weight)
    assert torch.equal(parent.normalisation.mean, child.normalisation.mean)


def test_the_command_line_takes_the_network_from_the_run_it_goes_on_from(store, prepared_faces):
    options = ["--data", prepared_faces / "tiny", "--start", "parent", "--branches", 3, "--runs", store.root]
    options += ["--run-id", "by-command", "--later-epochs", 1, "--training-folds", 1, "--device", "cpu"]
    assert main(["train", *map(str, options), "--preset", "ck+", "--milestones", "none"]) == 0
    network = store.config("by-command").network
    assert (network.branching_level, network.num_branches) == (4, 3)  # the preset's level is 3


@pytest.mark.parametrize("level", [0, 2])
def test_single_network_goes_on_at_any_level(store, prepared_faces, tiny_training, level):
    if not (store.root / "single").exists():
        single = tiny_training.replace(network=tiny_training.network.replace(num_branches=1))
        train_run(store, store.create(single, run_id="single").run_id)
    child = f"from-single-{level}"
    options = ["--data", prepared_faces / "tiny", "--start", "single", "--branches", 2, "--level", level]
    options += ["--runs", store.root, "--run-id", child, "--later-epochs", 1, "--strategy", "frozen", "--device", "cpu"]
    assert main(["train", *map(str, options), "--training-folds", "1"]) == 0
    network = store.load_network(child)
    assert (network.config.branching_level, network.config.num_branches) == (level, 2)
    parent = rebranched(store.load_network("single"), level).state_dict()
    for name, value in parent.items():  # frozen: the first branch has not moved
        assert torch.equal(value, network.state_dict()[name]), name
    assert store.config(child).start.run_id == "single"


def test_branches_are_added_to_shared_layers_alone_with_the_classes_of_the_data(tmp_path, tiny_training):
    store = RunStore(tmp_path / "runs")
    layers = tiny_training.replace(network=NetworkConfig(branching_level=4, num_branches=0, class_names=("a", "b")))
    writer = store.create(layers, run_id="layers")
    writer.start({"imported": {"licence": "for research"}})
    shared = ESR.from_config(layers.network)
    shared.set_normalisation((0.3,), (0.2,))
    writer.save_network(shared)
    writer.finish({})
    start, _ = start_from(store, "layers")
    child = trained(store, tiny_training.replace(start=start, strategy="varied"), "child")
    assert (len(child.branches), child.config) == (2, tiny_training.network)
    before, after = shared.shared.state_dict(), child.shared.state_dict()
    assert torch.equal(before["0.mean"], after["0.mean"]), "it keeps the numbers that it learned with"
    assert not torch.equal(before["1.0.weight"], after["1.0.weight"]), "fine-tuned, as varied does"
    assert [(each.branch, each.epoch) for each in store.history("child")] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert store.environment("child")["start_licence"] == "for research"
    grandchild = tiny_training.replace(start=start_from(store, "child")[0])
    assert inherited_licence(store, grandchild) == {"start_licence": "for research"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--start", "nobody"], "there is no run 'nobody'"),
        (["--start", "parent", "--level", "2"], "network.branching_level must be that of run parent, 4, got 2"),
        (["--start", "parent", "--start-checkpoint", "branch9"], "parent has no checkpoints/branch9.safetensors"),
        (["--start", "parent", "--branches", "1"], "network.num_branches must be at least 2, for parent has 2, got 1"),
    ],
)
def test_what_cannot_be_gone_on_from_is_named(store, prepared_faces, options, sentence, capsys):
    command = ["train", "--data", str(prepared_faces / "tiny"), "--runs", str(store.root), *options]
    assert main(command) == 2
    assert sentence in capsys.readouterr().err


def test_other_classes_are_refused(store, tiny_training):
    config = going_on(store, tiny_training, branches=3)
    own = config.replace(network=config.network.replace(class_names=("calm", "cross")))
    with pytest.raises(ConfigError, match=r"network\.class_names must be those of"):
        train_run(store, store.create(own, run_id="own-classes").run_id)


def test_a_parent_that_changed_or_is_gone_is_named(store, tiny_training, tmp_path):
    elsewhere = RunStore(tmp_path / "runs")
    shutil.copytree(store.folder("parent"), elsewhere.root / "parent")
    config = going_on(elsewhere, tiny_training, branches=3)
    other = config.replace(start=config.start.replace(sha256="f" * 64))
    with pytest.raises(
        DamagedRunError, match=r"parent/checkpoints/best\.safetensors must have the sha256 ffffffffffff"
    ):
        train_run(elsewhere, elsewhere.create(other, run_id="altered").run_id)
    elsewhere.delete("parent")
    with pytest.raises(RunNotFoundError, match="no run 'parent'"):
        train_run(elsewhere, elsewhere.create(config, run_id="orphan").run_id)


def test_valence_and_arousal_are_learned_on_top_of_a_stored_ensemble_that_stays_as_it_is(store, tiny_training):
    start, there = start_from(store, "parent")
    config = tiny_training.replace(
        network=there.replace(affect_head=True),
        start=start,
        task="affect",
        protocol=tiny_training.protocol.replace(balance="quadrant"),
        strategy="varied",
        learning_rate=0.1,
        epochs_first_branch=4,
        epochs_later_branch=4,
        validate_every_epochs=1,
    )
    child, parent = trained(store, config, "affect"), store.load_network("parent")
    for name, value in parent.state_dict().items():
        assert torch.equal(value, child.state_dict()[name]), name
    history = store.history("affect")
    assert [record.branch for record in history] == [1] * 5 + [2] * 5
    assert history[-1].training_accuracy == (None, None)
    assert history[4].training_loss[0] < history[1].training_loss[0]
    assert all(len(record.affect_rmse) == 2 for record in history)
    stored = store.predictions("affect", "test")
    assert stored.affect.shape == (len(stored.ids), 2, 2)
    expected = ((stored.affect[:, :, 0].mean(axis=1) - stored.affect_targets[:, 0]) ** 2).mean() ** 0.5
    assert store.info("affect").status.results["valence_rmse"] == pytest.approx(expected)


def test_affect_without_an_ensemble_or_a_head_is_refused(store, tiny_training, prepared_faces, capsys):
    with pytest.raises(ConfigError, match="affect_head must be true for the task affect"):
        tiny_training.replace(task="affect")
    assert main(["train", "--data", str(prepared_faces / "tiny"), "--task", "affect", "--runs", str(store.root)]) == 2
    assert "start must name a trained run for the task affect, got none" in capsys.readouterr().err
