from esr_core.charts.p_value import p_text


def test_a_p_value_is_never_told_as_nothing():
    assert [p_text(value) for value in (0.0, 3.2e-8, 0.00099)] == ["p < 0.001"] * 3


def test_others_have_three_decimals():
    assert [p_text(value) for value in (0.001, 0.0496, 1.0)] == ["p = 0.001", "p = 0.050", "p = 1.000"]
    assert p_text(float("nan")) == "p n/a"
