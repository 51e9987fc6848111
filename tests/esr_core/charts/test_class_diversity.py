import pandas as pd

from esr_core.charts.class_diversity import class_diversity_chart


def test_the_legend_of_a_chart_with_two_classes_stays_clear_of_the_axis():
    runs = {"esr": "#000000", "te": "#ffffff"}
    points = [(run, name, 3, 0.5) for run in runs for name in ("neutral", "happiness")]
    table = pd.DataFrame(points, columns=["run", "class", "pictures", "value"])
    named = {run: run for run in runs}
    layout = class_diversity_chart(table, runs, named, "label disagreement").figure.layout
    legend_px = layout.legend.y * layout.height
    assert legend_px >= 24 * len(runs)
    assert layout.margin.b - legend_px > 45, "ticks and title need as much"
