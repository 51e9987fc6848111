from esr_core.charts.intervals import spoken

NAN = float("nan")


def test_an_interval_without_width_is_not_told_as_certainty():
    assert spoken(100.0, 100.0, 100.0) == "100.0 % (all alike: no interval)"


def test_a_share_is_told_with_its_interval_where_it_has_one():
    assert spoken(62.5, 40.0, 81.24) == "62.5 % (40.0 to 81.2)"
    assert spoken(62.5, NAN, NAN) == "62.5 %"
    assert spoken(NAN, NAN, NAN) == "n/a"
