"""Charts of runs whose names differ in signs alone stand side by side on one page; axes can be read."""

from plotly.subplots import make_subplots
from streamlit.testing.v1 import AppTest

from app.kit.figure import chart_key, draw_chart


def test_names_that_differ_have_keys_that_differ_and_fit_a_class_of_the_page():
    names = ["probabilities-a.b", "probabilities-a-b", "probabilities-a+b", "probabilities-a_b"]
    keys = [chart_key(name) for name in names]
    assert keys == ["probabilities-a_2e_b", "probabilities-a-b", "probabilities-a_2b_b", "probabilities-a_b"]


def test_the_text_at_every_axis_has_at_least_12_px():
    chart = make_subplots(1, 2).update_xaxes(tickfont_size=8)
    draw_chart(chart, "sizes", "nothing")
    axes = (chart.layout.xaxis, chart.layout.yaxis, chart.layout.xaxis2, chart.layout.yaxis2)
    assert min(axis.tickfont.size for axis in axes) >= 12


def test_names_in_a_question_are_shown_as_they_stand():
    def page():
        import pandas as pd
        import plotly.graph_objects as go

        from app.kit.figure import draw_figure
        from esr_core.charts.chart import Chart

        draw_figure(Chart("What does *R&D* name?", go.Figure(), pd.DataFrame(), "nothing"), "answers")

    assert AppTest.from_function(page).run().subheader[0].value == r"What does \*R\&D\* name?"
