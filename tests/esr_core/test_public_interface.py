"""What others may rely on: the calls that the architecture document shows."""

import re
from pathlib import Path

import numpy as np
import torch

PROJECT = Path(__file__).parents[2]


def test_the_calls_that_the_architecture_document_shows_give_what_it_says(monkeypatch):
    monkeypatch.chdir(PROJECT)  # the runs that come with the project
    document = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = document.split("\n## Public interface\n")[1].split("\n## ")[0]
    (calls,) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    names = {"images": torch.rand(2, 1, 96, 96), "labels": np.array([0, 1]), "n": 1}
    names["predictions"] = np.array([[0, 0, 1], [1, 0, 1]])
    exec(calls, names)  # noqa: S102 - the project's own document
    assert names["net"](names["images"]).shape == (2, 5, 8), "of four branches and the one added"
    assert names["maps"].shape == (2, 5, 7, 7)
    assert names["signed"].shape == (2, 5, 96, 96)
    assert names["disagreement"].shape == (3, 3)
    assert "gallery-single" in [run.run_id for run in names["runs"]]
