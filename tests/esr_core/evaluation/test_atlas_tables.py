"""Atlases as tables."""

import numpy as np

from esr_core.evaluation import likeness_table, map_names, share_table
from esr_core.explanations import SIMILARITIES, AtlasMeans

MEANS = AtlasMeans(9, np.array([9, 8, 7]), np.arange(3 * 8 * 3).reshape(3, 8, 3) / 72, np.arange(6).reshape(2, 3) / 6)


def test_shares_stand_by_run_map_and_region():
    table = share_table({"one": MEANS})
    assert len(table) == 3 * 8
    row = table[(table["map"] == "ensemble") & (table["region"] == "nose")].iloc[0]
    np.testing.assert_allclose(row[["share", "share, low", "share, high"]].to_numpy(float), MEANS.shares[2, 2])
    assert row["faces"] == 7
    assert map_names(1) == ["branch 1"], "a single network has no ensemble"


def test_likeness_stands_beside_its_difference_which_is_empty_where_nothing_is_compared():
    difference = np.array([[0.1, 0.0, 0.2], [-0.1, -0.2, 0.0]])
    table = likeness_table({"esr": MEANS, "te": MEANS}, {"esr": difference}).set_index("run")
    overlap = SIMILARITIES[1]
    assert table.loc["te", f"{overlap}, high"] == MEANS.similarity[1, 2]
    assert table.loc["esr", f"{overlap}, difference, low"] == -0.2
    assert table.filter(like="difference").loc["te"].isna().all()
