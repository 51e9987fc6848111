"""Labels of charts: as they stand, and no longer than there is room."""

import pytest

from esr_core.charts.labels import for_chart, in_two_lines


def test_labels_of_charts_show_tags_and_are_shortened():
    assert for_chart("<b>bold</b> & more") == "&lt;b&gt;bold&lt;/b&gt; &amp; more"
    assert for_chart("mildly-sceptical-eyebrow-raise", most=10) == "mildly-sc…"
    assert for_chart("just long!", most=10) == "just long!"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TE-4", "TE-4"),
        ("", ""),
        ("ESR-4 level 3 varied (gallery-level3-varied)", "ESR-4 level 3 varied<br>(gallery-level3-varied)"),
        ("the <b>first</b> of my tries, too long", "the &lt;b&gt;first&lt;/b&gt; of my<br>tries, too long"),
        ("a" * 60, "a" * 26 + "<br>" + "a" * 25 + "…"),
    ],
)
def test_a_long_label_goes_on_in_a_second_line(text, label):
    assert in_two_lines(text, 26) == label
