"""Exported runs read back by the tools that they are for, and held against the network and its Grad-CAM."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from esr_core.commands import main
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import DataError, RunError
from esr_core.exchange import FORMATS, exported_run, extras, read_hub, read_onnx, read_safetensors
from esr_core.exchange.graphs import TracedNetwork, require_equal
from esr_core.explanations import explain
from esr_core.networks import ESR, weights_from_stored, weights_to_store
from esr_core.run_store import RunStore

DOCUMENT = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text(encoding="utf-8")
LICENCE = "for research alone"
needs_onnx = pytest.mark.skipif(
    any(importlib.util.find_spec(package) is None for package in extras.EXTRAS["onnx"]),
    reason="ONNX is not installed: pip install -r requirements-onnx.txt",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> RunStore:
    """A store with one finished run, ``ours``, that came from elsewhere and so has a card without predictions."""
    store = RunStore(tmp_path_factory.mktemp("export") / "runs")
    config = TrainingConfig(
        data="nowhere",
        network=NetworkConfig(branching_level=4, num_branches=2, affect_head=True),
        checkpoint_dtype="float16",
    )
    writer = store.create(config, run_id="ours")
    imported = {"origin": "a test", "licence": LICENCE, "channels": "grey", "sha256": {}}
    writer.start({"imported": imported})
    torch.manual_seed(0)
    network = ESR.from_config(config.network)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.05, 1.0)
    writer.save_network(network, dtype="float16")
    writer.finish({"accuracy": 0.75})
    return store


@pytest.fixture(scope="module")
def network(store) -> ESR:
    return store.load_network("ours")


@pytest.fixture(scope="module")
def exports(store) -> dict[str, Path]:
    """The run in each format by its key, made when it is first asked for."""

    class Exports(dict):
        def __missing__(self, key: str) -> Path:
            self[key] = store.root.parent / f"ours{FORMATS[key].suffix}"
            assert export(store, key, self[key]) == 0
            return self[key]

    return Exports()


def export(store: RunStore, key: str, output: Path, *options: str, run_id: str = "ours") -> int:
    return main(["export", run_id, "--format", key, "--output", str(output), "--runs", str(store.root), *options])


def some_images(count: int) -> torch.Tensor:
    return torch.rand(count, 1, 96, 96, generator=torch.Generator().manual_seed(count))


def assert_described(text: str) -> None:
    description = json.loads(text)
    assert description["network"]["class_names"][:2] == ["neutral", "happiness"]
    assert description["licence"] == f"{LICENCE}."
    taken = description["input"]
    assert (taken["shape"], taken["channels"], taken["range"]) == (["batch", 1, 96, 96], "grey", [0.0, 1.0])


@needs_onnx
@pytest.mark.parametrize("count", [1, 5])
def test_onnxruntime_computes_logits_and_affect_of_any_number_of_images(exports, network, count):
    import onnxruntime

    session = onnxruntime.InferenceSession(exports["onnx"], providers=["CPUExecutionProvider"])
    images = some_images(count)
    logits, affect = session.run(["logits", "affect"], {"images": images.numpy()})
    with torch.inference_mode():
        np.testing.assert_allclose(logits, network(images), atol=1e-4)
        np.testing.assert_allclose(affect, network.affect(images), atol=1e-4)
    metadata = session.get_modelmeta().custom_metadata_map
    assert_described(metadata["config"])
    assert "Nothing was measured" in metadata["card"]


@needs_onnx
def test_grad_cam_needs_no_gradients_outside_as_the_document_says(exports, network, tmp_path, monkeypatch):
    monkeypatch.chdir(exports["onnx"].parent)
    (example,) = re.findall(r"```python\n(import numpy as np\nimport onnxruntime.*?)```", DOCUMENT, re.DOTALL)
    images = some_images(2)
    names: dict[str, object] = {"images": images.numpy()}
    exec(example.replace("net.onnx", "ours.onnx"), names)  # noqa: S102 - the project's own document
    expected = explain(network, images).evidence
    np.testing.assert_allclose(names["evidence"], expected, atol=1e-5)
    np.testing.assert_allclose(names["maps"], expected.relu(), atol=1e-5)
    assert expected.abs().max() > 0.001
    read = read_onnx("ours.onnx")
    np.testing.assert_array_equal(read(images.numpy())["logits"], names["logits"])
    assert list(read.description["outputs"]) == ["logits", "feature_maps", "classifier_weights", "affect"]


def test_a_program_of_torch_export_computes_the_same_without_this_package(exports, network):
    texts = {"config": "", "card": ""}
    program = torch.export.load(exports["pt2"], extra_files=texts)
    images = some_images(3)
    with torch.inference_mode():
        found = program.module()(images)
        np.testing.assert_allclose(found["logits"], network(images), atol=1e-5)
        np.testing.assert_allclose(found["feature_maps"], torch.stack(network.feature_maps(images), dim=1), atol=1e-5)
    assert_described(texts["config"])


def test_safetensors_hold_the_weights_as_they_are_stored(exports, network, store):
    stored = load_file(store.folder("ours") / "checkpoints" / "best.safetensors")
    found = load_file(exports["safetensors"])
    assert found.keys() == stored.keys()
    assert all(torch.equal(found[name], stored[name]) and found[name].dtype == stored[name].dtype for name in stored)
    assert torch.equal(read_safetensors(exports["safetensors"])(some_images(2)), network(some_images(2)))


def test_int8_is_exported_as_the_float32_that_it_stands_for(store, network, tmp_path):
    other = RunStore(tmp_path / "runs")
    writer = other.create(store.config("ours").replace(checkpoint_dtype="int8"), run_id="ours")
    writer.start({"imported": store.environment("ours")["imported"]})
    writer.save_network(network, dtype="int8")
    writer.finish({"accuracy": 0.75})
    stored = other.load_network("ours")
    assert export(other, "safetensors", tmp_path / "net.safetensors") == 0
    assert export(other, "hub", tmp_path / "hub") == 0
    for path in (tmp_path / "net.safetensors", tmp_path / "hub" / "model.safetensors"):
        weights = load_file(path)
        assert weights.keys() == network.state_dict().keys()
        assert all(torch.equal(weights[name], value) for name, value in stored.state_dict().items())
    images = some_images(2)
    for read in (read_safetensors(tmp_path / "net.safetensors"), read_hub(tmp_path / "hub")):
        assert torch.equal(read(images), stored(images))


def test_int8_with_its_scales_is_read_as_it_is_stored(exports, network, tmp_path):
    with safe_open(exports["safetensors"], framework="pt") as file:
        metadata = file.metadata()
    stored = weights_to_store(network, "int8")
    save_file(stored, tmp_path / "net.safetensors", metadata)
    expected = ESR.from_config(network.config).eval()
    expected.load_state_dict(weights_from_stored(stored))
    assert torch.equal(read_safetensors(tmp_path / "net.safetensors")(some_images(2)), expected(some_images(2)))
    scales = "branches.0.classifier.weight_scale"
    save_file(
        {name: value for name, value in stored.items() if name != scales}, tmp_path / "torn.safetensors", metadata
    )
    with pytest.raises(DataError, match=rf"torn\.safetensors must be .* must have its scales in {scales}, found none"):
        read_safetensors(tmp_path / "torn.safetensors")


def test_a_folder_for_the_hub_loads_back_with_one_call(exports, network):
    read = read_hub(exports["hub"])
    assert torch.equal(read(some_images(2)), network(some_images(2)))
    assert (read.training, read.config) == (False, network.config)
    config = (exports["hub"] / "config.json").read_text()
    assert_described(config)
    _, front, card = (exports["hub"] / "README.md").read_text().split("---\n", 2)
    fields = {name: json.loads(value) for name, value in (line.split(": ", 1) for line in front.splitlines())}
    assert (fields["license"], fields["library_name"]) == ("other", "esr-lab")
    assert fields["model-index"][0]["results"][0]["metrics"][0]["value"] == 0.75
    assert f"{LICENCE.capitalize()}." in card
    assert 'read_hub("ours")' in card


@pytest.fixture
def hub(exports, tmp_path) -> Path:
    """A copy of the folder for the hub, to be damaged."""
    for path in exports["hub"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def with_config(change):
    def write(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        change(config)
        (folder / "config.json").write_text(json.dumps(config))

    return write


def other_weights(folder: Path) -> None:
    save_file({"a": torch.zeros(1)}, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (other_weights, r"model.safetensors must have the sha256 \w{12} that config.json names, found \w{12}"),
        (with_config(lambda config: config.update(sha256=[])), "must have the sha256 None that config.json names"),
        (
            with_config(lambda config: config["network"].update(class_names=["a", "b"])),
            "config.json must describe the network as model.safetensors does",
        ),
        (
            with_config(lambda config: config["network"].update(num_branches=-1)),
            "config.json must hold a description as",
        ),
        (with_config(lambda config: config.update(format="esr-lab 9")), "of format esr-lab 1, found esr-lab 9"),
        (
            lambda folder: (folder / "config.json").write_text("{"),
            "config.json must hold a description as `export` wri",
        ),
        (lambda folder: (folder / "model.safetensors").unlink(), "one cannot be read: No such file or directory"),
    ],
    ids=["weights", "no hash", "classes", "branches", "format", "torn", "missing"],
)
def test_a_damaged_folder_of_the_hub_is_refused_in_a_sentence(hub, damage, sentence):
    damage(hub)
    with pytest.raises(DataError, match=sentence):
        read_hub(hub)


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda path: torch.save(nn.Linear(1, 1), path), "must be a safetensors file of an ESR, and cannot be read as"),
        (
            lambda path: save_file({"a": torch.zeros(1)}, path),
            "must hold a description as `export` writes it, found none",
        ),
    ],
    ids=["pickle", "foreign"],
)
def test_a_file_that_is_not_our_safetensors_is_refused(tmp_path, write, sentence):
    write(tmp_path / "net.safetensors")
    with pytest.raises(DataError, match=sentence):
        read_safetensors(tmp_path / "net.safetensors")


@needs_onnx
def test_an_onnx_file_of_another_opset_or_another_maker_is_refused(exports, tmp_path):
    import onnx

    path = tmp_path / "net.onnx"
    model = onnx.load(exports["onnx"])
    del model.metadata_props[:]
    onnx.save(model, path)
    with pytest.raises(DataError, match=r"net\.onnx must hold a description as `export` writes it, found none"):
        read_onnx(path)
    model.opset_import[0].version = 11
    onnx.save(model, path)
    with pytest.raises(DataError, match="must be an ONNX file of opset 20, as `export` writes it, found 11"):
        read_onnx(path)
    for content, sentence in (
        (b"GIF89a", "cannot be read as one"),
        (b"", "of opset 20, as `export` writes it, found none"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=sentence):
            read_onnx(path)


def test_what_exists_is_replaced_by_force_alone(store, tmp_path, capsys):
    (tmp_path / "README.md").write_text("the user's")
    assert export(store, "hub", tmp_path) == 2
    assert capsys.readouterr().err == (
        f"error: --output {tmp_path}/README.md exists already: name another place, or give --force to replace it\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert export(store, "hub", tmp_path, "--force") == 0
    assert read_hub(tmp_path).config.num_branches == 2


def test_what_cannot_be_exported_is_said_before_it_is_tried(store, tmp_path, capsys, monkeypatch):
    assert export(store, "onnx", tmp_path / "net.pb") == 2
    assert capsys.readouterr().err == "error: --output must end in .onnx for --format onnx, got net.pb\n"
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "onnxscript" else object())
    assert export(store, "onnx", tmp_path / "net.onnx") == 2
    sentence = "error: --format onnx needs onnxscript, which is not installed: pip install 'esr-lab[onnx]'\n"
    assert capsys.readouterr().err == sentence
    store.create(TrainingConfig(data="nowhere"), run_id="queued")
    assert export(store, "safetensors", tmp_path / "net.safetensors", run_id="queued") == 2
    assert "run queued has stored no predictions of its test part: it has not finished" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_computes_something_else_is_not_given_away(store):
    exported = exported_run(store, "ours")

    def shifted(images: torch.Tensor) -> dict[str, torch.Tensor]:
        outputs = TracedNetwork(exported.network)(images)
        return outputs | {"affect": outputs["affect"] + 0.01}

    with pytest.raises(RunError, match=r"affect must be within 0.0001 of the network's, found 0.01\d* off"):
        require_equal(exported, shifted)


def test_the_document_lists_the_formats():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| `(.+?)` \| (.+?) \|$", DOCUMENT, re.MULTILINE)
    expected = [
        (each.key, each.what, each.reader, f"`{each.extra}`" if each.extra else "none") for each in FORMATS.values()
    ]
    assert rows == expected
