"""What one run has trained as its first branch, runs of other levels and strategies begin with."""

from dataclasses import replace

import pytest
import torch

from esr_core.config import ProtocolConfig
from esr_core.run_store import RunStore
from esr_core.trainer import train_run
from esr_core.trainer.equipment import Equipment
from esr_core.trainer.first_branches import FOLDER, FirstBranches

pytestmark = pytest.mark.usefixtures("narrow_networks")


@pytest.fixture
def config(tiny_training):
    return tiny_training.replace(epochs_first_branch=2, epochs_later_branch=1, validate_every_epochs=1, milestones=(0,))


def at(config, level, strategy="varied", **changes):
    return config.replace(network=config.network.replace(branching_level=level), strategy=strategy, **changes)


def trained(store, config) -> str:
    return train_run(store, store.create(config).run_id).run_id


def origin(store, run_id) -> str | None:
    return store.environment(run_id).get("first_branch_from")


def comparable(store, run_id):
    return [replace(record, seconds=0.0, images_per_second=None) for record in store.history(run_id)]


@pytest.mark.parametrize(("level", "strategy"), [(0, "fixed"), (2, "frozen")])
def test_run_that_begins_after_anothers_first_branch_equals_one_that_trained_its_own(
    store, tmp_path, config, level, strategy
):
    first = trained(store, at(config, 3))
    assert origin(store, first) is None
    begun = trained(store, at(config, level, strategy))
    assert origin(store, begun) == first
    assert f"begins with the first branch of {first}" in "\n".join(store.log_tail(begun, 1000))
    alone = RunStore(tmp_path / "alone")
    own = alone.create(at(config, level, strategy), run_id=begun).run_id
    train_run(alone, own)
    assert origin(alone, own) is None
    assert comparable(store, begun) == comparable(alone, own)
    of_begun, of_own = store.load_network(begun).state_dict(), alone.load_network(own).state_dict()
    assert all(torch.equal(of_begun[name], of_own[name]) for name in of_own)
    for milestone in alone.milestones(own):
        one, other = (each.load_network(begun, milestone.checkpoint).state_dict() for each in (store, alone))
        assert all(torch.equal(one[name], other[name]) for name in one), milestone
    assert len(store.probe_maps(begun)) == len(alone.probe_maps(own))


def test_first_branch_for_others_is_the_one_before_its_classifier_is_fitted_anew(store, tmp_path, config):
    decayed = at(config, 3, weight_decay=0.01)
    network = config.network.replace(branching_level=3, num_branches=1)
    first = trained(store, decayed.replace(network=network, refit_classifiers=True))
    begun = trained(store, decayed)
    assert origin(store, begun) == first
    alone = RunStore(tmp_path / "alone")
    assert comparable(store, begun) == comparable(alone, trained(alone, decayed))


def place(store, config):
    """Where the first branch of a training is looked for."""
    writer = store.create(config)
    writer.start({})
    equipment = Equipment.of(store, writer.run_id)
    writer.cancel()
    course = equipment.course(lambda _: None, lambda: None)
    return FirstBranches(store, course, equipment.prepared).path


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"learning_rate": 0.05},
        {"epochs_first_branch": 1},
        {"precision": "bfloat16"},
        {"protocol": ProtocolConfig(fold=1)},
    ],
)
def test_first_branch_of_another_training_is_looked_for_elsewhere(store, config, change):
    assert place(store, config.replace(**change)) != place(store, config)


@pytest.mark.parametrize(
    "change",
    [
        {"strategy": "frozen"},
        {"epochs_later_branch": 2},
        {"milestones": ()},
        {"group": "sweep"},
        {"checkpoint_dtype": "float16"},
        {"checkpoint_dtype": "int8"},
        {"milestone_dtype": "int8"},
        {"trained_branch_learning_rate": 0.5},
    ],
)
def test_what_comes_after_the_first_branch_does_not_matter(store, config, change):
    assert place(store, config.replace(**change)) == place(store, config)


def test_run_that_keeps_other_milestones_trains_its_own(store, config):
    trained(store, config)
    assert origin(store, trained(store, config.replace(milestones=(0, 1)))) is None


@pytest.mark.parametrize(
    ("dtype", "others"), [("float16", ("float32", "int8")), ("int8", ("float32", "float16"))], ids=str
)
def test_first_branch_whose_milestones_are_rounded_serves_runs_that_round_them_alike(store, config, dtype, others):
    rounded = config.replace(checkpoint_dtype=dtype)
    first = trained(store, rounded)
    begun = trained(store, rounded)
    assert origin(store, begun) == first
    for folder in ("checkpoints", "maps"):
        name = f"{folder}/branch1-epoch0.safetensors"
        assert (store.folder(begun) / name).read_bytes() == (store.folder(first) / name).read_bytes()
    for other in others:
        assert origin(store, trained(store, config.replace(checkpoint_dtype=other))) is None


def test_first_branch_with_rounded_milestones_serves_runs_that_keep_none_and_those_that_round_them_alike(store, config):
    first = trained(store, config.replace(milestone_dtype="int8"))
    assert origin(store, trained(store, config.replace(milestones=()))) == first
    assert origin(store, trained(store, config.replace(milestone_dtype="int8"))) == first
    assert origin(store, trained(store, config)) is None


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_first_branch_whose_milestones_are_exact_serves_runs_that_round_them(store, config, dtype):
    first = trained(store, config)
    assert origin(store, trained(store, config.replace(checkpoint_dtype=dtype))) == first


def test_interleaved_branches_share_no_first_one(store, config):
    trained(store, config)
    assert origin(store, trained(store, at(config, 3, "interleaved"))) is None


def test_damaged_first_branch_is_trained_anew(store, config):
    trained(store, config)
    (kept,) = (store.root / FOLDER).iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    again = trained(store, config)
    assert origin(store, again) is None
    assert "the first branch is trained anew" in "\n".join(store.log_tail(again, 1000))
    assert origin(store, trained(store, config)) == again


def test_kept_first_branches_are_no_runs(store, config):
    run_id = trained(store, config)
    assert [run.run_id for run in store.list()] == [run_id]


def test_training_goes_on_where_its_first_branch_cannot_be_kept(store, config):
    store.root.mkdir()
    (store.root / FOLDER).touch()
    runs = [trained(store, config) for _ in range(2)]
    assert [origin(store, run_id) for run_id in runs] == [None, None]
    assert f"{FOLDER} cannot be written: " in "\n".join(store.log_tail(runs[0], 1000))


def test_first_branch_that_may_not_be_read_or_touched_is_no_failure(store, config, monkeypatch):
    first = trained(store, config)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    assert origin(store, trained(store, config)) == first
    monkeypatch.setattr("esr_core.trainer.first_branches.torch.load", refuse)
    assert origin(store, trained(store, config)) is None
    assert [path.suffix for path in (store.root / FOLDER).iterdir()] == [".pt"]
