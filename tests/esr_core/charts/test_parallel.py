"""Settings against results, by hand."""

import pandas as pd

from esr_core.charts.parallel import parallel_chart


def test_texts_at_the_axes_are_not_escaped_for_plotly_reads_no_tags_in_them():
    axes = pd.DataFrame(
        {"set": ["<own>", "a & b"], "accuracy, %": [1.0, 2.0]}, index=pd.Index(["R&D", "b"], name="run")
    )
    (lines,) = parallel_chart(axes, {"R&D": "#000001", "b": "#000002"}).figure.data
    assert [axis.ticktext for axis in lines.dimensions[:2]] == [("R&D", "b"), ("<own>", "a & b")]
