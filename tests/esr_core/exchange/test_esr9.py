"""Published weights read as an ensemble, against a plain network of the published file format."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from esr_core.commands import main
from esr_core.errors import ConfigError, DamagedRunError, DataError, RunError
from esr_core.evaluation import model_card
from esr_core.evaluation.imported_card import imported_card
from esr_core.exchange import import_esr9, read_esr9
from esr_core.networks import ESR
from esr_core.records import RunNotes
from esr_core.run_store import RunStore


class Published(nn.Module):
    """Four convolutions with the names of the release; the second and, in the shared layers, the fourth are pooled."""

    def __init__(self, channels: tuple[int, ...], last_pools: bool, is_branch: bool) -> None:
        super().__init__()
        kernels = (3, 3, 3, 3) if is_branch else (5, 3, 3, 3)
        for number, kernel in enumerate(kernels, start=1):
            padding = 1 if is_branch and number == 4 else 0
            self.add_module(f"conv{number}", nn.Conv2d(channels[number - 1], channels[number], kernel, padding=padding))
            self.add_module(f"bn{number}", nn.BatchNorm2d(channels[number]))
        self.last_pools = last_pools
        if is_branch:
            self.fc, self.fc_dimensional = nn.Linear(512, 8), nn.Linear(8, 2)

    def forward(self, values: Tensor) -> Tensor:
        for number in range(1, 5):
            values = self.get_submodule(f"bn{number}")(self.get_submodule(f"conv{number}")(values)).relu()
            if number == 2 or (number == 4 and self.last_pools):
                values = nn.functional.max_pool2d(values, 2)
        return values

    def emotions(self, values: Tensor) -> Tensor:
        return self.fc(self(values).mean(dim=(2, 3)))


def lively(network: nn.Module, generator: torch.Generator) -> nn.Module:
    """With batch norms that have seen something, and weights that let a picture's colours through to the end."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.copy_(0.1 * torch.randn(module.num_features, generator=generator))
            module.running_var.copy_(0.5 + torch.rand(module.num_features, generator=generator))
            module.weight.data.copy_(0.5 + torch.rand(module.num_features, generator=generator))
    return network.eval()


@pytest.fixture(scope="module")
def networks() -> list[Published]:
    generator = torch.Generator().manual_seed(0)
    shared = Published((3, 64, 128, 128, 128), last_pools=True, is_branch=False)
    branches = [Published((128, 128, 256, 256, 512), last_pools=False, is_branch=True) for _ in range(2)]
    return [lively(network, generator) for network in (shared, *branches)]


@pytest.fixture
def release(networks, tmp_path):
    """A folder as the authors published it, with two branches."""
    folder = tmp_path / "release"
    folder.mkdir()
    names = ("Net-Base-Shared_Representations.pt", "Net-Branch_1.pt", "Net-Branch_2.pt")
    for name, network in zip(names, networks, strict=True):
        torch.save(network.state_dict(), folder / name)
    return folder


def test_outputs_are_those_of_the_published_network_on_the_same_picture(networks, release):
    tint = torch.tensor([0.9, 0.5, 0.1], dtype=torch.float64)[:, None, None]
    rgb = tint * torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    shared, *branches = (copy.deepcopy(network).double() for network in networks)
    with torch.no_grad():
        features = shared(rgb.flip(1))  # as OpenCV reads it
        logits = torch.stack([branch.emotions(features) for branch in branches], dim=1)
        affect = torch.stack([branch.fc_dimensional(branch.emotions(features).relu()) for branch in branches], dim=1)
        ours = read_esr9(release).double()
        np.testing.assert_allclose(ours(rgb), logits, atol=1e-6)
        np.testing.assert_allclose(ours.affect(rgb), affect, atol=1e-6)
        assert (ours(rgb.flip(1)) - logits).abs().max() > 0.01, "the order of the channels matters"
    assert ours.config.class_names[:4] == ("neutral", "happiness", "sadness", "surprise")


def test_import_stores_a_finished_run_that_says_where_it_comes_from(release, tmp_path):
    store = RunStore(tmp_path / "runs")
    run_id = import_esr9(store, release)
    run = store.info(run_id)
    assert (run_id, run.status.state, store.check(run_id)) == ("esr9-published-2", "finished", [])
    image = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        assert torch.equal(store.load_network(run_id)(image), read_esr9(release)(image))
    imported = store.environment(run_id)["imported"]
    assert "no commercial use" in imported["licence"]
    assert len(imported["sha256"]) == 3
    card = model_card(store, run_id)
    assert "Input: 96x96 RGB in" in card, "and not BGR, which the files themselves take"
    assert all(
        text in card for text in ("no commercial use", "Nothing was measured", imported["sha256"]["Net-Branch_2.pt"])
    )
    with pytest.raises(DamagedRunError, match="no predictions of its test part: it was trained elsewhere"):
        store.predictions(run_id, "test")
    with pytest.raises(RunError, match="exists already"):
        import_esr9(store, release)


def test_the_command_names_the_run_and_the_licence(release, tmp_path, capsys):
    assert main(["import-esr9", str(release), "--runs", str(tmp_path / "runs"), "--name", "authors"]) == 0
    assert capsys.readouterr().out.startswith("stored as authors; published by Siqueira")


def without(name):
    return lambda folder: (folder / name).unlink()


def with_other(name, change):
    def replace(folder):
        state = torch.load(folder / name, weights_only=True)
        torch.save(change(state), folder / name)

    return replace


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            without("Net-Base-Shared_Representations.pt"),
            "must hold Net-Base-Shared_Representations.pt, found Net-Branch",
        ),
        (without("Net-Branch_1.pt"), r"must hold Net-Branch_1.pt, for it holds Net-Branch_2.pt"),
        (with_other("Net-Branch_2.pt", lambda state: [1, 2]), "must be a state dict of tensors, found list"),
        (
            with_other("Net-Branch_2.pt", lambda state: state | {"fc.weight": torch.zeros(7, 512)}),
            r"fc.weight must be of shape \(8, 512\), found \(7, 512\)",
        ),
        (
            with_other("Net-Branch_1.pt", lambda state: {k: v for k, v in state.items() if k != "bn3.bias"}),
            "Net-Branch_1.pt must hold bn3.bias",
        ),
        (with_other("Net-Branch_1.pt", lambda state: state | {"fc9": torch.zeros(1)}), "found fc9, too"),
        (
            lambda folder: torch.save(nn.Linear(1, 1), folder / "Net-Branch_1.pt"),
            "cannot be read as one: UnpicklingError",
        ),
        (lambda folder: (folder / "Net-Branch_1.pt").write_bytes(b"PK\x03\x04 torn"), "cannot be read"),
        (lambda folder: (folder / "Net-Branch_1.pt").write_bytes(b""), "cannot be read"),
    ],
    ids=["no shared", "gap", "list", "shape", "missing", "unknown", "pickle", "torn", "empty"],
)
def test_a_release_that_is_not_whole_is_refused_and_nothing_is_stored(release, tmp_path, damage, sentence):
    damage(release)
    with pytest.raises(DataError, match=sentence):
        import_esr9(RunStore(tmp_path / "runs"), release)
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere must be the folder of the published weights, found no folder"):
        read_esr9(tmp_path / "nowhere")


@pytest.fixture
def shared_alone(release, tmp_path):
    """A store with the run ``esr9-shared``, from the shared file alone."""
    for path in release.glob("Net-Branch_*.pt"):
        path.unlink()
    assert main(["import-esr9", str(release), "--runs", str(tmp_path / "runs")]) == 0
    return RunStore(tmp_path / "runs")


def go_on(store: RunStore, data, *options: str) -> int:
    """Train on the shared layers for a moment."""
    command = ["train", "--data", str(data), "--runs", str(store.root), "--start", "esr9-shared", "--run-id", "child"]
    sizes = ["--epochs", "1", "--training-folds", "1", "--batch-size", "14", "--device", "cpu"]
    return main([*command, *sizes, "--milestones", "none", *options])


@pytest.mark.slow
def test_branches_are_trained_on_the_shared_file_alone(shared_alone, networks, prepared_faces):
    assert go_on(shared_alone, prepared_faces / "tiny", "--branches", "1", "--strategy", "frozen") == 0
    child = shared_alone.load_network("child")
    assert (child.config.branching_level, child.config.num_branches) == (4, 1)
    rgb = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():  # frozen: the shared layers are the published ones still
        np.testing.assert_allclose(child.shared(rgb), networks[0](rgb.flip(1)), atol=1e-4)
    assert shared_alone.config("child").start.num_branches == 0
    assert [(each.branch, each.epoch) for each in shared_alone.history("child")] == [(1, 0), (1, 1)]


def test_shared_layers_alone_are_named_as_such_wherever_a_network_is_asked(shared_alone, tmp_path, capsys):
    run = shared_alone.info("esr9-shared")
    assert (run.kind, run.status.state, run.parameters.total) == ("shared layers, level 4", "finished", 374_784)
    assert run.unusable == (
        "run esr9-shared has shared layers alone: a training that goes on from them by --start adds branches"
    )
    assert "Run esr9-shared has shared layers alone" in model_card(shared_alone, "esr9-shared")
    imported = shared_alone.environment("esr9-shared")["imported"]
    assert "Run ESR9-shared has" in imported_card(replace(run, run_id="ESR9-shared"), imported), "a name stays one"
    named = replace(run, notes=RunNotes("mine"))
    assert imported_card(named, imported) == imported_card(run, imported), "as cards of trained runs: they are kept"
    for command in (["predict", "esr9-shared", str(tmp_path)], ["export", "esr9-shared", "--format", "safetensors"]):
        output = str(tmp_path / ("net.safetensors" if "export" in command else "faces.csv"))
        assert main([*command, "--output", output, "--runs", str(shared_alone.root)]) == 2
        assert capsys.readouterr().err == f"error: {run.unusable}\n"
    for data in ([], ["--data", str(tmp_path)]):
        assert main(["evaluate", "esr9-shared", *data, "--runs", str(shared_alone.root)]) == 2
        assert capsys.readouterr().err == f"error: {run.unusable}\n", "before the set is opened"
    with pytest.raises(ConfigError, match="must have a branch to be asked about images, got shared layers alone"):
        ESR.from_config(run.config.network)(torch.rand(1, 3, 96, 96))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--network", "lab"), "network.architecture must be that of run esr9-shared, 'wild', got 'lab'"),
        (("--level", "3"), "network.branching_level must be that of run esr9-shared, 4, got 3"),
        (("--branches", "0"), "network.num_branches must be at least 1, for esr9-shared has 0, got 0"),
        (("--strategy", "interleaved"), "strategy interleaved adds no branches: esr9-shared has none"),
        (("--task", "affect"), "task affect adds no branches: esr9-shared has none"),
    ],
    ids=["architecture", "level", "branches", "interleaved", "affect"],
)
def test_what_shared_layers_alone_cannot_become_is_refused(shared_alone, prepared_faces, capsys, options, sentence):
    assert go_on(shared_alone, prepared_faces / "tiny", *options) == 2
    assert sentence in capsys.readouterr().err
    assert [run.run_id for run in shared_alone.list()] == ["esr9-shared"]


def test_a_training_of_no_branches_is_refused(prepared_faces, tmp_path, capsys):
    command = ["train", "--data", str(prepared_faces / "tiny"), "--runs", str(tmp_path / "runs"), "--branches", "0"]
    assert main(command) == 2
    assert "network.num_branches must be at least 1 to be trained, got 0" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
