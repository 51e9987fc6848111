"""Published weights read as an ensemble, against a plain network of the published file format."""

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from esr_core.commands import main
from esr_core.errors import DamagedRunError, DataError, RunError
from esr_core.evaluation import model_card
from esr_core.exchange import import_esr9, read_esr9
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
