"""What torch.compile needs is looked for before a training starts, and said in one sentence."""

import pytest
import torch

from esr_core.commands import main
from esr_core.errors import ConfigError
from esr_core.jobs import launch
from esr_core.run_store import RunStore
from esr_core.training import compilation
from esr_core.training.compilation import compiled, require_compilable

SENTENCE = "compile must be false on a machine without a compiler: expected one for cpu, found no /there/is/none"


@pytest.fixture
def no_compiler(monkeypatch):
    monkeypatch.setenv("CXX", "/there/is/none")


@pytest.mark.parametrize("lists", [[], ["--seeds", "0,1"]])
def test_a_training_without_a_compiler_is_not_stored(no_compiler, lists, prepared_faces, tmp_path, capsys):
    options = ["--data", str(prepared_faces / "tiny"), "--runs", str(tmp_path / "runs"), "--device", "cpu"]
    assert main(["train", *options, "--compile", "--precision", "float32", *lists]) == 2
    assert capsys.readouterr().err == f"error: {SENTENCE}\n"
    assert not (tmp_path / "runs").exists()


def test_nothing_that_cannot_be_compiled_is_queued(no_compiler, tiny_training, tmp_path):
    with pytest.raises(ConfigError, match=SENTENCE):
        launch(RunStore(tmp_path), [tiny_training.replace(compile=True)])
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_compiled_needs_no_compiler(no_compiler, tiny_training):
    require_compilable(tiny_training)


def test_a_card_needs_a_compiler_of_c(monkeypatch):
    monkeypatch.setattr("esr_core.devices.shutil.which", lambda _: None)
    with pytest.raises(ConfigError, match="expected one for cuda:0, found no gcc or clang"):
        compiled(torch.sin, torch.device("cuda", 0))


def test_a_trial_that_fails_is_said_before_the_first_step(monkeypatch):
    def broken(function: object) -> object:
        raise RuntimeError("Python.h: No such file or directory\nand forty lines more")

    monkeypatch.setattr("esr_core.devices.shutil.which", lambda name: name)
    monkeypatch.setattr(compilation.torch, "compile", broken)
    sentence = "compile must be false on this machine, where torch.compile fails: Python.h: No such file or directory$"
    with pytest.raises(ConfigError, match=sentence):
        compiled(torch.sin, torch.device("cpu"))
