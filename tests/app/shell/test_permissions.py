"""Who may launch, stop and delete."""

import pytest

from app.shell import clicks, permissions
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import JobError
from esr_core.jobs import JobQueue
from tests.app.conftest import PAGES, open_page, sentences, store_run

ANA = {"is_logged_in": True, "email": "Ana@example.org", "email_verified": True}


class User:
    """Stands for st.user: only a running server has the real one."""

    def __init__(self, **known) -> None:
        self.known = known

    def to_dict(self) -> dict:
        return self.known


@pytest.fixture
def said(monkeypatch):
    """What users were told."""
    told: list[str] = []
    monkeypatch.setattr("app.shell.session.set_problem", told.append)
    return told


def test_everyone_may_where_nothing_says_otherwise(monkeypatch):
    monkeypatch.delenv("ESR_VIEWER", raising=False)
    monkeypatch.delenv("ESR_TRAINERS", raising=False)
    assert permissions.refusal() is None


@pytest.mark.parametrize(
    ("user", "may"),
    [
        (ANA, True),
        (ANA | {"email_verified": False}, False),
        (ANA | {"email": "eve@example.org"}, False),
        (ANA | {"is_logged_in": False}, False),
        ({"email": "ana@example.org"}, False),
        ({}, False),
    ],
)
def test_only_named_users_who_are_vouched_for_may(monkeypatch, user, may):
    monkeypatch.setenv("ESR_TRAINERS", "ben@example.org, ana@example.org,")
    monkeypatch.setattr("app.shell.permissions.st.user", User(**user), raising=False)
    assert (permissions.refusal() is None) == may


def test_a_viewer_sees_no_form_and_no_buttons_that_change_anything(store, monkeypatch):
    monkeypatch.setenv("ESR_VIEWER", "1")
    app = open_page()
    assert "switched off" in " ".join(box.value for box in app.sidebar.caption)
    assert [button.disabled for button in app.button] == [True]
    assert [button.disabled for button in open_page("data").button] == [True]
    store_run(store, "esr")
    JobQueue(store.root).submit({"esr": "cpu"})
    monkeypatch.setattr("app.shell.clicks.ensure_worker", lambda store: None)
    assert not buttons_of_page_jobs()
    monkeypatch.delenv("ESR_VIEWER")
    assert {"Stop", "Resume", "Move to the trash", "Pause the queue"} <= buttons_of_page_jobs()


def buttons_of_page_jobs() -> set[str]:
    """What can be clicked beside the table of jobs."""
    app = open_page("jobs")
    assert not app.exception
    assert len(app.main.dataframe) == 1
    return {button.label for button in app.main.button}


def test_a_click_that_comes_all_the_same_changes_nothing_and_says_why(store, monkeypatch, said):
    store_run(store, "esr")
    monkeypatch.setenv("ESR_VIEWER", "1")
    clicks.delete_runs(["esr"])
    clicks.stop_runs(["esr"])
    clicks.pause()
    assert [run.run_id for run in store.list()] == ["esr"]
    assert len(said) == 3
    assert all("switched off" in sentence for sentence in said)
    with pytest.raises(JobError, match="switched off"):
        clicks.draw_faces()


@pytest.mark.parametrize(
    ("trainers", "secrets", "offered"), [("a@b.c", {"auth": {}}, True), ("a@b.c", {}, False), ("", {"auth": {}}, False)]
)
def test_signing_in_is_offered_where_it_is_set_up_and_helps(monkeypatch, trainers, secrets, offered):
    class Secrets(dict):
        def load_if_toml_exists(self) -> bool:
            return True

    monkeypatch.setenv("ESR_TRAINERS", trainers)
    monkeypatch.setattr("app.shell.permissions.st.secrets", Secrets(secrets))
    monkeypatch.setattr("app.shell.permissions.st.user", User())
    assert permissions.can_sign_in() == offered


def test_without_secrets_nothing_is_offered(store, monkeypatch):
    monkeypatch.setenv("ESR_TRAINERS", "ana@example.org")
    app = open_page()
    assert not app.exception
    assert "you are not signed in" in " ".join(box.value for box in app.sidebar.caption)
    assert "Sign in" not in [button.label for button in app.button]


def test_looking_starts_nothing_whoever_looks(store, monkeypatch, prepared_faces):
    monkeypatch.setenv("ESR_PREPARED", str(prepared_faces))
    network = NetworkConfig(branching_level=3, num_branches=2)
    config = TrainingConfig(data=str(prepared_faces / "tiny"), network=network)
    store.create(config, run_id="waiting")
    JobQueue(store.root).submit({"waiting": "cpu"})
    started = []
    monkeypatch.setattr("app.shell.clicks.ensure_worker", lambda _: started.append("worker"))
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    for viewer in ("1", ""):
        monkeypatch.setenv("ESR_VIEWER", viewer)
        for page in PAGES:
            app = open_page(page)
            assert not app.exception
            assert "no worker is at work on them" in sentences(app)
    assert not started
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before
    next(button for button in app.button if button.label == "Start a worker").click().run()
    assert started == ["worker"]
