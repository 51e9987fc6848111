"""Charts of runs whose names differ in signs alone stand side by side on one page."""

from app.kit.figure import chart_key


def test_names_that_differ_have_keys_that_differ_and_fit_a_class_of_the_page():
    names = ["probabilities-a.b", "probabilities-a-b", "probabilities-a+b", "probabilities-a_b"]
    keys = [chart_key(name) for name in names]
    assert keys == ["probabilities-a_2e_b", "probabilities-a-b", "probabilities-a_2b_b", "probabilities-a_b"]
