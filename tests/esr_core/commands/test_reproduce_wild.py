"""``reproduce`` of Tables 3 to 5 and Figures 6 and 7: ESR-9, affect heads and fine-tuning trained for a moment."""

import sys
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from esr_core.commands import main
from esr_core.emotions import EMOTIONS
from esr_core.run_store import RunStore
from tests.wild_sets import affectnet_like, ferplus_like

WILD = ("table3", "table4", "table5", "figure6", "figure7")


@pytest.mark.slow
def test_all_that_the_wild_sets_allow_is_made_by_jobs_of_the_queue(tmp_path, monkeypatch, capsys):
    """Four trainings of ESR-4: one on AffectNet, then three that go on from it, two at once."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # which started processes would import
    sets = [str(affectnet_like(tmp_path / "affectnet").folder), str(ferplus_like(tmp_path / "ferplus").folder)]
    options = ["--scale", "quick", "--device", "cpu", "--runs", str(tmp_path / "runs")]
    command = ["reproduce", "all", "--data", *sets, *options]
    assert main([*command, "--jobs", "2", "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert said.err.count("left out: ") == 4, "Tables 1 and 2 and Figures 4 and 5, for nobody knows who is on pictures"
    assert {path.stem for path in (tmp_path / "out").glob("*.md")} == set(WILD)
    assert not any("## Missing" in path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.md"))
    store = RunStore(tmp_path / "runs")
    starts = {run.run_id: run.config.start and run.config.start.run_id for run in store.list()}
    (ensemble,) = (run_id for run_id, start in starts.items() if start is None)
    assert sorted(map(str, starts.values())) == sorted(["None", *[ensemble] * 3])
    first = {name: pd.read_csv(tmp_path / "out" / f"{name}.csv").iloc[0] for name in ("table3", "table4", "table5")}
    assert 0 <= first["table3"]["ours, %"] <= 100
    assert first["table4"][["ours, arousal", "ours, valence"]].between(0, 2).all()
    assert (first["table5"]["trials"], first["table5"]["ours ±"] >= 0) == ("2 of 2", True)
    assert pd.read_csv(tmp_path / "out" / "table5-before.csv")["ours, %"].between(0, 100).all()
    for name, num_pictures in (("figure6", 8 * 8), ("figure7", 11 * 8)):
        shares = pd.read_csv(tmp_path / "out" / f"{name}.csv", index_col="labelled")
        np.testing.assert_allclose(shares[list(EMOTIONS)].sum(axis=1), 100)
        assert pd.read_csv(tmp_path / "out" / f"{name}-labels.csv")["ours"].sum() == num_pictures
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("4 runs, 4 finished\n")
