import pytest
import streamlit as st

from app import answers
from app.shell import clicks
from esr_core.data.source import Sample
from tests.app.conftest import charts, open_page, sentences
from tests.cross_sets import constant, prepare_set, start_run
from tests.cross_sets import store_run as store_constant

NETWORK, SET = ("calm", "keen"), ("keen", "calm", "shy")


@pytest.fixture
def prepared(store, tmp_path):
    """Sets of the app: ``other`` with three calm, a keen and a shy picture, of which two test, and ``strangers``."""
    emotions, tests = ("calm", "calm", "calm", "keen", "shy"), (2, 3)
    samples = [
        Sample(f"p{n}", "", emotion, split="test" if n in tests else "train") for n, emotion in enumerate(emotions)
    ]
    prepare_set(
        tmp_path / "esr_prepared" / "strangers", ("mild", "wild"), [Sample("m", "", "mild"), Sample("w", "", "wild")]
    )
    return prepare_set(tmp_path / "esr_prepared" / "other", SET, samples)


def chosen(app, name: str = "other", **choices: str):
    """The page with another set chosen."""
    app.selectbox(key="evaluation_set").set_value(name).run()
    for key, value in choices.items():
        next(control for control in app.button_group if control.key == f"evaluation_{key}").set_value(value).run()
    return app


def captions(app) -> str:
    return " ".join(caption.value.replace("\\", "") for caption in app.caption)


def accuracies(app) -> list[float]:
    return app.dataframe[0].value["accuracy, %"].tolist()


def test_looking_computes_nothing_and_a_click_measures_on_the_set(store, prepared):
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    store_constant(store, "two", constant(NETWORK, ["keen"]))
    app = chosen(open_page("evaluation", runs="one,two"))
    assert "Not asked about these pictures yet: one, two." in sentences(app)
    assert not charts(app)
    assert not (store.root / ".cross-set").exists()
    button = app.button(key="evaluation_ask")
    assert button.label == "Ask 2 runs about 2 pictures"
    button.click().run()
    assert not app.exception
    assert accuracies(app) == [50, 50]
    assert "Measured on Toy, the 2 pictures of its test part that have a class" in captions(app)
    assert "evaluation_ask" not in [button.key for button in app.button]


def test_what_is_true_of_some_runs_alone_is_said_with_their_names(store, prepared):
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    store_constant(store, "two", constant((*NETWORK, "bored"), ["keen"]))
    app = chosen(open_page("evaluation", runs="one,two"))
    app.button(key="evaluation_ask").click().run()
    assert not app.exception
    assert "Classes that the set lacks: bored; to answer one is wrong (two)." in captions(app)


def test_choices_change_the_numbers_without_asking_again(store, prepared):
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    app = chosen(open_page("evaluation", runs="one"), part_other="all")
    app.button(key="evaluation_ask").click().run()
    assert accuracies(app) == [75]
    assert "classes that the network lacks: shy; pictures of them: 1, left out." in captions(app)
    chosen(app, unknown_classes="wrong")
    assert accuracies(app) == [60]
    chosen(app, answers="shared")
    assert not app.exception
    assert not app.warning


def test_what_another_process_asked_is_shown_at_first_sight(store, prepared):
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    clicks.ask("one", answers.set_pictures("other"), lambda *_: None)
    st.cache_resource.clear()
    assert accuracies(chosen(open_page("evaluation", runs="one"))) == [50]


def test_runs_that_cannot_be_asked_say_why_and_the_others_are_measured(store, prepared):
    start_run(store, "young", constant(NETWORK, ["calm"]))
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    app = chosen(open_page("evaluation", runs="young,one"))
    assert "young: run young is running; it can be measured on another set when it has ended." in sentences(app)
    app.button(key="evaluation_ask").click().run()
    assert accuracies(app) == [50]
    chosen(app, "strangers")
    assert "one: network and set must share a class by name, got calm, keen and mild, wild." in sentences(app)
    assert not app.exception


def test_where_the_runs_cannot_be_written_answers_stay_in_memory(store, prepared):
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    (store.root / ".cross-set").write_text("in the way")
    app = chosen(open_page("evaluation", runs="one"))
    app.button(key="evaluation_ask").click().run()
    assert not app.exception
    assert accuracies(app) == [50]


def test_without_runs_it_says_what_to_pick(store, prepared):
    assert "Pick runs in the sidebar" in sentences(chosen(open_page("evaluation")))


def test_what_a_viewer_asks_is_shown_and_not_stored(store, prepared, monkeypatch):
    monkeypatch.setenv("ESR_VIEWER", "1")
    store_constant(store, "one", constant(NETWORK, ["calm"]))
    before = sorted(store.root.rglob("*"))
    app = chosen(open_page("evaluation", runs="one"))
    app.button(key="evaluation_ask").click().run()
    assert accuracies(app) == [50]
    assert sorted(store.root.rglob("*")) == before
