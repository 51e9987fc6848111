"""What the form refuses, and at which of its fields."""

from dataclasses import replace

import pytest

from app import answers
from app.shell import clicks, settings
from app.training import plan
from app.training.training_choice import TrainingChoice
from esr_core.commands import build_parser
from esr_core.commands.configuration import read_config
from esr_core.commands.sweep import expand
from esr_core.data.builtin import sample_face
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample, Source
from esr_core.jobs import JobQueue
from tests.app.conftest import open_page, sentences
from tests.planted import WARNING, as_made_before, planted_set

SETTINGS = {"epochs_first_branch": 40, "network.architecture": "lab", "device": "cpu"}
CHOICE = TrainingChoice("tiny", None, (3,), ("varied",), seeds="0", folds="0", settings=SETTINGS)
NAMES = ("neutral", "happiness")
SPLITS = [part for part in ("train", "validation", "test") for _ in range(4)]


def prepare_drawn(root, name, people, splits=(None,) * 12):
    """Twelve pictures of two classes, by people and split."""
    samples = [
        Sample(f"{name}{n}", f"{n}.png", NAMES[n % 2], subject=people(n), split=split) for n, split in enumerate(splits)
    ]
    source = Source(name, f"The {name}", "none", NAMES, samples, lambda sample: sample_face(0)[:288:3, :288:3])
    prepare(source, root / name)


@pytest.fixture(scope="module")
def root(prepared_faces, tmp_path_factory):
    """Prepared sets with subjects, without, with a split and with too few subjects."""
    root = tmp_path_factory.mktemp("kinds")
    (root / "tiny").symlink_to(prepared_faces / "tiny")
    prepare_drawn(root, "crowd", lambda _: None, splits=(None,) * 40)
    prepare_drawn(root, "split", lambda n: f"p{n}", SPLITS)
    prepare_drawn(root, "pair", lambda n: f"p{n % 2}")
    return root


@pytest.fixture
def sets(root, store, monkeypatch):
    monkeypatch.setenv("ESR_PREPARED", str(root))
    return answers.prepared()


@pytest.fixture
def memory(monkeypatch):
    """Sets how many GB a training can have."""

    def have(gigabytes):
        monkeypatch.setattr("app.training.plan.memory_for_a_training", lambda device: int(gigabytes * 1e9))

    return have


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"data": "../etc"}, "data", "data must be one of crowd, pair, split, tiny, got '../etc'"),
        ({"levels": []}, "levels", "levels: choose at least one"),
        ({"levels": [6]}, "levels", "branching_level must be 0-5 for the lab network, got 6"),
        ({"strategies": []}, "strategies", "strategies: choose at least one"),
        ({"seeds": "0-x"}, "seeds", "seeds: must be numbers as 0,2,4-6, got '0-x'"),
        ({"folds": "5-1"}, "folds", "folds: must be numbers as 0,2,4-6, got '5-1'"),
        ({"folds": "8-10"}, "folds", "folds must be of 0-9, got '8-10'"),
        ({"settings": SETTINGS | {"device": "cuda:7"}}, "device", "device 'cuda:7' is not on this machine"),
        ({"data": "split", "folds": "0-9"}, "folds", "folds must be 0, got '0-9': The split has a split of its own"),
        ({"data": "crowd", "folds": "1"}, "folds", "folds must be 0, got '1': The crowd does not know who is on its"),
        ({"data": "pair"}, "data", "at least 10 subjects, so that nobody is in two parts; got no split and 2 subjects"),
        ({"data": "crowd", "preset": "ck+"}, "preset", "protocol subject-folds needs the subject of every picture"),
        ({"data": "crowd", "preset": "affectnet"}, "preset", "protocol official needs split"),
        ({"data": "split", "preset": "ferplus-lab"}, "preset", "targets votes needs a data set whose annotators voted"),
    ],
)
def test_each_refusal_is_told_at_its_field(sets, changes, field, sentence):
    refused = plan.refused_fields(replace(CHOICE, **changes), sets)
    assert list(refused) == [field]
    assert sentence in refused[field]


def test_every_senseless_field_is_told_at_once(sets):
    refused = plan.refused_fields(replace(CHOICE, seeds="x", folds="y", levels=()), sets)
    assert list(refused) == ["levels", "seeds", "folds"]


@pytest.mark.parametrize("changes", [{}, {"folds": "0-9"}, {"data": "split"}, {"data": "crowd"}, {"preset": "ck+"}])
def test_what_can_be_is_not_refused(sets, memory, changes):
    memory(1000)
    assert plan.refused_fields(replace(CHOICE, **changes), sets) == {}


def test_more_branches_than_memory_holds_are_refused_and_fewer_are_not(sets, memory):
    big = replace(CHOICE, settings=SETTINGS | {"network.num_branches": 32, "batch_size": 1024})
    memory(15)
    assert list(plan.refused_fields(big, sets)) == ["branches"]
    assert "branches must be less than 32" in plan.refused_fields(big, sets)["branches"]
    assert "device cpu has 15.0 GB for it" in plan.refused_fields(big, sets)["branches"]
    memory(2)  # not even one branch fits with so large a batch
    assert "batch size must be less than 1024" in plan.refused_fields(big, sets)["batch_size"]
    memory(1000)
    assert plan.refused_fields(big, sets) == {}


def test_a_cluster_is_not_held_to_this_machines_devices_and_memory(sets, memory, monkeypatch):
    memory(0)
    card = replace(CHOICE, settings=SETTINGS | {"device": "cuda"})
    monkeypatch.setattr("esr_core.devices.torch.cuda.device_count", lambda: 0)
    assert list(plan.refused_fields(card, sets)) == ["device"]
    monkeypatch.setenv("ESR_RAY_ADDRESS", "http://127.0.0.1:9")
    assert plan.refused_fields(card, sets) == {}
    assert list(plan.refused_fields(replace(card, folds="x"), sets)) == ["folds"]


def test_a_click_sends_runs_where_the_form_says_whatever_a_workers_own_place_is(sets, store, monkeypatch):
    monkeypatch.setattr("app.shell.clicks.session.spend_launch_token", lambda token: True)
    monkeypatch.setattr("esr_core.jobs.launching.require_place", lambda place: None)
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    monkeypatch.delenv("ESR_RAY_ADDRESS", raising=False)
    assert "On this machine" in [each.value for each in open_page().sidebar.caption]
    clicks.train(CHOICE, "first")
    monkeypatch.setenv("ESR_RAY_ADDRESS", "http://127.0.0.1:9")
    clicks.train(CHOICE, "second")
    assert [job.place for job in JobQueue(store.root).jobs()] == ["here", "ray:http://127.0.0.1:9"]


def test_a_refused_click_queues_nothing_and_says_why(sets, store, monkeypatch):
    said = []
    monkeypatch.setattr("app.shell.clicks.session.set_launch_problem", said.append)
    monkeypatch.setattr("app.shell.clicks.session.spend_launch_token", lambda token: True)
    clicks.train(replace(CHOICE, data="split", folds="0-9"), "token")
    assert said == ["folds must be 0, got '0-9': The split has a split of its own"]
    assert store.list() == []
    assert not JobQueue(store.root).path.exists()


def test_the_form_says_it_below_the_field_and_its_button_waits(sets, memory):
    memory(0.7)
    app = open_page()
    app.selectbox(key="train-data").set_value("tiny").run()
    fields = [element.key or element.type for element in app.sidebar if element.type in ("error", "number_input")]
    batch, message = fields.index("train-none-batch"), fields.index("error")
    assert message > batch
    assert "batch size must be less than 32" in sentences(app)
    (button,) = [button for button in app.button if button.label == "Train"]
    assert button.disabled


def test_every_field_that_can_be_refused_has_a_place(sets, monkeypatch):
    fields = ("data", "preset", "levels", "strategies", "branches", "batch_size", "seeds", "folds", "device")
    refused = {field: f"no {field}" for field in fields}
    monkeypatch.setattr("app.training.plan.refused_fields", lambda choice, sets: refused)
    app = open_page()
    assert not app.exception
    assert [box.value.replace("\\", "") for box in app.sidebar.error] == list(refused.values())


def test_the_form_warns_of_test_pictures_that_would_be_learned_from(store):
    folder = settings.prepared_root() / "planted"
    prepared = planted_set(folder)
    app = open_page()
    assert f"{WARNING}." in sentences(app)
    app.text_input(key="train-none-seeds").set_value("0-2").run()
    assert not app.exception
    assert f"In 3 of 3 runs, for instance: {WARNING}." in sentences(app)
    as_made_before(prepared)
    assert "are also learned from" not in sentences(open_page())


def test_the_form_and_the_command_line_know_a_training_of_each_other(sets, root, store, monkeypatch):
    monkeypatch.chdir(root)
    words = "train --data tiny --preset quick --levels 3 --strategies varied --folds 0 --seeds 0,1"
    options = build_parser().parse_args(words.split())
    typed = expand(read_config(options), options)
    for run_id, config in typed.items():
        store.create(config, run_id=run_id)
    configs = plan.training_configs(replace(CHOICE, preset="quick", seeds="0,1", settings={}), sets)
    assert [config.group for config in configs] == [config.group for config in typed.values()]
    assert sorted(answers.forecast(configs, "tiny").existing) == sorted(typed)
