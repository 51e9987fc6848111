"""What options are called: Streamlit tells them apart by their titles alone."""

from streamlit.testing.v1 import AppTest

from app.kit.option_box import distinct


def test_titles_that_differ_stay_as_they_are():
    assert distinct({"a": "face.jpg", "b": "other.jpg"}) == {"a": "face.jpg", "b": "other.jpg"}


def test_a_title_that_another_option_has_gets_a_number_that_none_has():
    titles = {"a": "face.jpg", "b": "face.jpg", "c": "face.jpg (2)", "d": "face.jpg"}
    numbered = {"a": "face.jpg", "b": "face.jpg (3)", "c": "face.jpg (2)", "d": "face.jpg (4)"}
    assert distinct(titles) == numbered


def test_titles_that_only_look_the_same_are_told_apart_too():
    titles = {"composed": "J\u00fcrgen  1.jpg", "decomposed": "Ju\u0308rgen 1.jpg"}
    assert distinct(titles)["decomposed"] == "Ju\u0308rgen 1.jpg (2)"


def test_a_class_that_is_called_like_the_first_option_can_still_be_chosen():
    assert distinct({None: "any", "any": "any", "joy": "joy"}) == {None: "any", "any": "any (2)", "joy": "joy"}


def _boxes() -> None:
    """A box of each kind, in which an option is chosen whose title changes."""
    import streamlit as st

    from app.kit.option_box import chosen_in, lasting_titles, option_box

    titles = {"a": st.session_state.get("name", "unnamed"), "b": "other"}
    if "sent" in st.session_state:  # what Streamlit makes of a title that it does not know
        st.session_state["one"], st.session_state["several"] = st.session_state["sent"], [st.session_state["sent"], "b"]
        st.session_state["understood"] = chosen_in("one"), chosen_in("several"), chosen_in("nothing")
    option_box(st.container(), "One", titles, "one")
    st.multiselect("Several", list(titles), format_func=lasting_titles(titles, "several"), key="several")


def test_what_is_chosen_is_shown_under_its_new_title_when_that_changes():
    app = AppTest.from_function(_boxes).run()
    app.selectbox(key="one").select("a")
    app.multiselect(key="several").select("a").run()
    app.session_state["name"] = "named"
    app.run()
    one, several = app.selectbox(key="one").proto, app.multiselect(key="several").proto
    assert (one.set_value, one.raw_value) == (True, "named")  # what the browser is sent, for it knows titles alone
    assert (several.set_value, list(several.raw_values)) == (True, ["named"])
    assert app.session_state["one"] == "a"
    assert app.session_state["several"] == ["a"]
    app.run()
    assert not app.selectbox(key="one").proto.set_value  # the browser may be ahead of the page


def test_a_title_that_the_browser_sent_before_it_had_the_new_one_is_understood():
    app = AppTest.from_function(_boxes).run()
    app.session_state["name"] = "named"
    app.run()
    app.session_state["sent"] = "unnamed"
    app.run()
    assert app.session_state["understood"] == ("a", ["a", "b"], None)
    assert app.session_state["one"] == "a"
    assert app.session_state["several"] == ["a", "b"]
