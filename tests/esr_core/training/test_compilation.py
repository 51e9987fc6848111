"""What torch.compile needs is looked for before a training starts, and said in one sentence."""

from functools import partial

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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # torch's own deprecated parts
def test_the_branches_of_the_largest_ensembles_are_all_compiled(monkeypatch):
    """Of one function PyTorch compiles eight forms and then goes on uncompiled; each number of branches is a form."""
    monkeypatch.setattr("esr_core.training.compilation.require_compiler", lambda _: None)
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))  # in seconds, without a compiler
    monkeypatch.setattr(compilation, "MOST_FORMS", 9)
    for _ in range(2):  # trainings of one process
        compute = compiled(lambda branches: torch.stack([branch + 1 for branch in branches]), torch.device("cpu"))
        torch._dynamo.utils.counters.clear()
        for count in range(1, 10):
            compute([torch.zeros(2)] * count)
        assert torch._dynamo.utils.counters["frames"] == {"total": 9, "ok": 9}
