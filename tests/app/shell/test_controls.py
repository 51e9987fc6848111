"""Two boxes show one letter of the session; what a browser sends may be older than what the session shows."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from app.shell.controls import Controls

    state = st.session_state
    controls = Controls("shown-letter", lambda letter: {"small": letter, "capital": letter.upper()})

    def choose(chosen: dict) -> None:
        state.letter = list(chosen.values())[-1].lower()

    state.setdefault("letter", "a")
    controls.take(state.letter, choose)
    controls.show(state.letter)
    st.selectbox("Small", list("abcd"), key="small")
    st.selectbox("Capital", list("ABCD"), key="capital")
    controls.send(state.letter)


def sent_before_the_answer(app: AppTest, small: str, capital: str) -> str:
    """The letter after what a browser sends that still shows the first one; both boxes show it, too."""
    app.text_input(key="shown-letter").set_value("1 a")
    app.selectbox(key="small").set_value(small)
    app.selectbox(key="capital").set_value(capital).run()
    assert not app.exception
    letter = app.session_state["letter"]
    assert [app.selectbox(key=key).value for key in ("small", "capital")] == [letter, letter.upper()]
    return letter


def test_a_box_that_follows_another_is_not_taken_for_a_choice_while_the_browser_shows_what_was():
    app = AppTest.from_function(page).run()
    assert sent_before_the_answer(app, "b", "A") == "b"
    assert sent_before_the_answer(app, "c", "A") == "c"
    assert sent_before_the_answer(app, "c", "D") == "d"  # chosen last, in the other box
    assert sent_before_the_answer(app, "a", "D") == "a"  # back to what the browser shows


def test_what_was_there_before_can_be_chosen_again_once_the_browser_shows_the_answer():
    app = AppTest.from_function(page).run()
    app.selectbox(key="small").set_value("b").run()
    app.selectbox(key="capital").set_value("A").run()
    assert app.session_state["letter"] == "a"


def test_a_box_is_sent_its_value_again_while_another_value_may_be_on_its_way_to_it():
    app = AppTest.from_function(page).run()
    assert sent_before_the_answer(app, "b", "A") == "b"  # sends the capital B
    assert not app.selectbox(key="small").proto.set_value, "it shows b; the browser may be ahead"
    assert sent_before_the_answer(app, "b", "D") == "d"
    assert app.selectbox(key="capital").proto.set_value, "else the B would be shown for the D"
    app.run()
    assert not app.selectbox(key="capital").proto.set_value


def test_what_was_written_into_a_box_is_no_choice_though_the_browser_has_not_all_of_the_answer_yet():
    app = AppTest.from_function(page).run()
    assert sent_before_the_answer(app, "b", "A") == "b"
    assert sent_before_the_answer(app, "c", "B") == "c"  # the B came; that it is of the first b, not yet
