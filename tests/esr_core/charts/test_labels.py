"""Labels of charts: as they stand, and no longer than there is room."""

from esr_core.charts.labels import for_chart


def test_labels_of_charts_show_tags_and_are_shortened():
    assert for_chart("<b>bold</b> & more") == "&lt;b&gt;bold&lt;/b&gt; &amp; more"
    assert for_chart("mildly-sceptical-eyebrow-raise", most=10) == "mildly-sc…"
    assert for_chart("just long!", most=10) == "just long!"
