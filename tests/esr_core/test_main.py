"""What is said before any command can be run."""

import sys

import pytest

from esr_core.__main__ import run


class Raising:
    """An import hook that raises instead of finding what the commands need."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def find_spec(self, name: str, *_: object) -> None:
        if name == "esr_core.commands":
            raise self.error


@pytest.fixture
def importing(monkeypatch):
    """Let the import of the commands raise an error."""

    def importing(error: BaseException) -> None:
        monkeypatch.delitem(sys.modules, "esr_core.commands", raising=False)
        monkeypatch.setattr(sys, "meta_path", [Raising(error), *sys.meta_path])

    return importing


def test_an_older_python_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(sys, "version", "3.9.18 (main)")
    assert run() == 2
    assert capsys.readouterr().err == "error: ESR Lab needs Python 3.11 or later, found 3.9.18\n"


def test_a_working_folder_that_is_gone_is_said_before_a_library_ends_the_process(
    tmp_path, monkeypatch, importing, capsys
):
    importing(AssertionError("nothing may be loaded"))
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert run() == 2
    assert capsys.readouterr().err.startswith("error: the folder that this was started in is no longer there: ")


def test_ctrl_c_while_everything_is_loaded_shows_no_traceback(importing, capsys):
    importing(KeyboardInterrupt())
    assert run() == 130
    assert capsys.readouterr().err == ""


def test_a_missing_package_is_named_with_the_python_that_lacks_it(importing, capsys):
    importing(ModuleNotFoundError("No module named 'torch'", name="torch"))
    assert run() == 2
    assert capsys.readouterr().err.startswith(f"error: torch is not installed for {sys.executable}: install ")


def test_a_module_of_ours_that_is_missing_is_a_fault_of_ours(importing):
    importing(ModuleNotFoundError("No module named 'esr_core.commands.gone'", name="esr_core.commands.gone"))
    with pytest.raises(ModuleNotFoundError):
        run()
