"""Stored runs opened from Python: the document's examples, and answers held against the parts they come from."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import esr_core
from esr_core.data.builtin import sample_face
from esr_core.data.faces import crop_face
from esr_core.data.network_input import to_images
from esr_core.errors import ExplanationError, NoFaceError, PhotoError, RunNotFoundError
from esr_core.explanations import METHODS, encode_png
from esr_core.opened_run import OpenedRun
from esr_core.run_store import RunStore

PROJECT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (PROJECT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def run() -> OpenedRun:
    return esr_core.open_run("gallery-level3-varied", PROJECT / "runs")


def test_every_example_of_the_document_runs(monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.delenv("ESR_RUNS", raising=False)
    names: dict[str, object] = {}
    for example in EXAMPLES:
        exec(example, names)  # noqa: S102 - the project's own document
    assert f"{names['run'].info.parameters.total:,}" in EXAMPLES[0]


def test_the_document_names_every_method():
    (line,) = [line for example in EXAMPLES for line in example.splitlines() if "method=" in line]
    assert set(re.findall(r"\w+", line.partition("# or ")[2])) == METHODS.keys() - {"grad_cam", "saliency"}


def test_predictions_are_those_of_the_stored_network(run):
    pictures = np.stack([crop_face(sample_face(0), None), crop_face(sample_face(1), None)])
    with torch.inference_mode():
        expected = RunStore(PROJECT / "runs").load_network(run.run_id)(to_images(pictures, "lab")).numpy()
    np.testing.assert_allclose(run.logits(pictures), expected, atol=1e-3)
    shares = np.exp(expected) / np.exp(expected).sum(axis=2, keepdims=True)
    np.testing.assert_allclose(run.predict_proba(pictures), shares.mean(axis=1), atol=1e-4)
    found = run.explain(pictures[0])
    assert found.vote == run.predict(pictures)[0]
    np.testing.assert_allclose(found.table.loc["mean"], run.predict_proba(pictures)[0], atol=1e-4)
    assert run.predict([]).shape == (0,)
    np.testing.assert_array_equal(run.logits([sample_face(0)])[0], run.logits(pictures[:1])[0])


def test_what_was_measured_is_what_the_run_stored(run):
    scores = run.scores().set_index("who")
    assert scores.loc["vote", "accuracy"] == pytest.approx(run.info.status.test_accuracy)
    assert len(run.history()) == len(RunStore(PROJECT / "runs").history(run.run_id))
    assert run.diversity().columns[2] == run.run_id
    assert len(run.predictions()) == run.evaluation().confusions["vote"].sum() == 3137


def test_an_explanation_draws_itself(run):
    assert run.explain(sample_face(1))._repr_png_().startswith(b"\x89PNG")


def test_what_cannot_be_opened_or_explained_is_named(run, tmp_path):
    with pytest.raises(RunNotFoundError, match="there is no run 'nobody'"):
        esr_core.open_run("nobody", tmp_path)
    with pytest.raises(ExplanationError, match=r"class must be one of neutral, .*, got 'boredom'"):
        run.explain(sample_face(1), class_name="boredom")
    with pytest.raises(PhotoError):
        run.explain(tmp_path / "none.jpg")
    (tmp_path / "face.png").write_bytes(encode_png(sample_face(1)))
    with pytest.raises(NoFaceError, match=r"face must be 1-1 for .*, got 2"):
        run.explain(tmp_path / "face.png", face=2)


def test_importing_the_package_does_not_import_pytorch():
    code = "import sys, esr_core; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=PROJECT).returncode == 0
