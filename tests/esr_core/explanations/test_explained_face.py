"""An explained face as a table, by hand."""

import numpy as np

from esr_core.explanations import AttributionSettings, ExplainedFace, FaceMaps


def test_a_class_may_be_called_as_the_rows_are():
    logits = np.log([[0.75, 0.25], [0.25, 0.75]])
    maps = FaceMaps(AttributionSettings(), ("who", "calm"), logits, np.zeros((2, 7, 7)), np.zeros((7, 7)))
    table = ExplainedFace("run", np.zeros((96, 96, 3), dtype=np.uint8), maps).table
    assert (list(table), list(table.index)) == (["who", "calm"], ["branch 1", "branch 2", "mean"])
    np.testing.assert_allclose(table, [[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])
