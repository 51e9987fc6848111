"""Page Atlas: from a click to mean maps, shares and how alike the branches look."""

import numpy as np
import pytest
import streamlit as st
import torch

from app import answers
from app.atlas import likeness
from esr_core.evaluation import atlas
from esr_core.explanations import AtlasQuestion, atlas_means, face_atlas
from esr_core.networks import for_inference
from esr_core.run_store import RunStore
from tests.app.conftest import charts, html, open_page, sentences
from tests.app.deciding import CLASSES, prepare_faces, said, store_ensemble

IDS = [f"f{number}" for number in range(6)]


@pytest.fixture
def faces(tmp_path):
    return prepare_faces(tmp_path / "esr_prepared", "own", has_votes=False)


@pytest.fixture
def decided(store, faces) -> RunStore:
    """An ensemble, a traditional one and a single network that were tested on the same six faces."""
    about = {"parts": {"test": IDS, "training": []}, "has_evidence": True}
    store_ensemble(store, faces, "esr", level=4, **about)
    store_ensemble(store, faces, "te", level=0, **about)
    store_ensemble(store, faces, "single", said([row[:1] for row in CLASSES]), **about)
    return store


def look(app):
    return app.button(key="atlas_explain").click().run()


def test_a_click_explains_all_faces_and_the_numbers_are_the_cores(decided, faces, monkeypatch):
    monkeypatch.setattr("app.answers.atlas.computes_bfloat16", lambda device: False)
    app = open_page("atlas", runs="esr,te,single")
    assert app.button(key="atlas_explain").label == "Look at 18 faces with 3 runs"
    assert "atlas-row" not in html(app)
    app = look(app)
    assert not app.exception
    assert "atlas_explain" not in [button.key for button in app.button]
    assert html(app).count("<img") == 4 + 4 + 1  # three branches and the ensemble, twice; one branch
    assert any("against TE-3" in text.value for text in app.markdown)
    (chart,) = charts(app)
    assert [text["text"] for text in chart["layout"]["annotations"]] == ["branch 1", "branch 2", "branch 3", "ensemble"]
    net = for_inference(decided.load_network("esr"))
    labels = faces.labels["emotion"].to_numpy()
    means = atlas_means(face_atlas(net, faces.images[:], labels, AtlasQuestion()))
    (table,) = [box.value for box in app.dataframe if "faces" in box.value]
    assert table["run"].tolist() == ["ESR-3 level 4 varied (esr)", "TE-3 (te)"]
    assert table["rank correlation"][0].startswith(f"{means.similarity[0, 0]:.3f} (")
    app.selectbox(key="atlas_class").set_value("anger").run()
    assert not app.exception
    assert html(app).count("2 faces · ") == 3


def test_what_is_done_when_it_is_stopped_is_shown_and_gone_on_with(decided, monkeypatch):
    monkeypatch.setattr(atlas, "CHUNK", 4)
    assert next(answers.explain_all(answers.run_atlas("esr", AtlasQuestion()))) == 4
    app = open_page("atlas", runs="esr")
    assert not app.exception
    assert "4 of 6" in sentences(app)
    assert html(app).count("<img") == 4
    assert app.button(key="atlas_explain").label == "Go on with 2 faces of one run"
    assert html(look(app)).count("6 faces · ") == 1


def test_of_two_who_explain_the_same_faces_the_slower_takes_none_away(decided, monkeypatch):
    monkeypatch.setattr(atlas, "CHUNK", 4)
    slow, fast = (answers.explain_all(answers.run_atlas("esr", AtlasQuestion())) for _ in range(2))
    assert list(fast) == [4, 6]
    assert next(slow) == 4
    assert answers.run_atlas("esr", AtlasQuestion()).is_complete


def test_what_cannot_be_kept_is_computed_all_the_same_and_said(decided, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ESR_CACHE", str(tmp_path / "file" / "cache"))
    app = open_page("atlas", runs="esr")
    folder = tmp_path / "file" / "cache" / "explanations"
    sentence = (
        f"What is explained now is lost when the dashboard ends: the cache {folder} cannot be used: Not a directory."
    )
    assert sentence in sentences(app)
    assert html(look(app)).count("6 faces · ") == 1


def test_grad_cam_of_the_last_block_is_computed_in_bfloat16_where_the_processor_has_it_and_said_to_be(
    decided, monkeypatch
):
    monkeypatch.setattr("app.answers.atlas.resolve_device", lambda name: torch.device("cpu"))
    for has_it, precision in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr("app.answers.atlas.computes_bfloat16", lambda device, has_it=has_it: has_it)
        assert answers.atlas_precision(AtlasQuestion()) == precision
        assert answers.atlas_precision(AtlasQuestion(block=4)) == "float32"
        assert answers.atlas_precision(AtlasQuestion("saliency")) == "float32"
        st.cache_resource.clear()
        assert list(answers.explain_all(answers.run_atlas("esr", AtlasQuestion()))) == [6]
        app = open_page("atlas", runs="esr")
        assert not app.exception
        assert any("Computed in bfloat16" in text.value for text in app.caption) == has_it


def test_a_run_without_a_test_part_is_said_to_have_none(store, faces):
    store_ensemble(store, faces, "esr", parts={"test": []})
    assert "the test part has no face to ask about" in sentences(open_page("atlas", runs="esr"))


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (
            (0.2, 0.1, 0.3),
            "less diverse: rank correlation of branches' maps +0.200 (+0.100 to +0.300) against TE on 9 faces",
        ),
        ((-0.2, -0.3, -0.1), "more diverse: rank correlation"),
        ((0.0, -0.1, 0.1), "as diverse as far as these faces can tell: rank correlation"),
        ((np.nan, np.nan, np.nan), "too few faces in common"),
    ],
    ids=["more alike", "less alike", "no difference", "no faces"],
)
def test_a_difference_is_said_in_words(difference, expected):
    assert expected in likeness.verdict("ESR", "TE", 9, np.array(difference))
