"""What options are called: Streamlit tells them apart by their titles alone."""

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
