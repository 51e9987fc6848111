"""What the server imports while it starts."""

import ast
import gc
import sys

import pytest

from app.shell import preloading
from tests.app.conftest import APP

FIRST_PAGE = APP.parent / "app" / "compare" / "page.py"


@pytest.fixture
def thawed():
    """The garbage collector looks through everything again after the test."""
    yield
    gc.unfreeze()


def imported_by(source: str) -> set[str]:
    """Modules of the app that a source names, "app.compare.rows" for "from app.compare import rows"."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = {name for node in nodes for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))}
    return names & {*preloading.modules(), *sys.modules}


def test_all_that_the_first_page_imports_is_there_and_no_page_was_drawn(thawed):
    preloading.preload()
    first = imported_by(APP.read_text(encoding="utf-8")) | imported_by(FIRST_PAGE.read_text(encoding="utf-8"))
    assert "app.compare.rows" in first
    assert first <= sys.modules.keys()
    assert not [name for name in preloading.modules() if name.endswith(".page")]


def test_what_was_imported_is_spared_by_the_garbage_collector_and_later_cycles_are_not(thawed):
    preloading.preload()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000  # torch alone has more
    cycle: list = []
    cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1


def test_the_collector_goes_on_where_an_import_fails(monkeypatch):
    monkeypatch.setattr(preloading, "modules", lambda: iter(["app.no_such_module"]))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        preloading.preload()
    assert gc.isenabled()
