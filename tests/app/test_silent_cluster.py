"""A Ray cluster that does not answer: one sentence beside the form, which keeps its values; nothing is launched."""

import socket

import pytest

from esr_core.jobs import JobQueue
from tests.app.conftest import open_page, sentences
from tests.conftest import needs_ray

pytestmark = needs_ray


@pytest.fixture
def silent(monkeypatch):
    """A port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("ESR_RAY_ADDRESS", address)
        yield address


def train(app):
    (button,) = [button for button in app.button if button.label == "Train 2 runs"]
    return button


def test_it_is_said_the_form_keeps_its_values_and_nothing_is_launched(silent, store, prepared_faces, monkeypatch):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    app = open_page()
    app.text_input(key="train-none-seeds").set_value("0-1")
    app.number_input(key="train-none-branches").set_value(2).run()
    assert f"On the Ray cluster at {silent}" in " ".join(each.value.replace("\\", "") for each in app.sidebar.caption)
    train(app).click().run()
    assert not app.exception
    assert f"no Ray cluster answers at {silent} within 5 s" in sentences(app)
    assert len(app.sidebar.expander[0].error) == 1, "it stands in the form"
    assert app.text_input(key="train-none-seeds").value == "0-1"
    assert app.number_input(key="train-none-branches").value == 2
    assert store.list() == []
    assert not JobQueue(store.root).path.exists()
    app.run()
    assert "no Ray cluster answers" not in sentences(app), "it is said once"
    assert not train(app).disabled, "another click asks again"
