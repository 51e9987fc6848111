"""Methods, blocks, answers and moments of training on page Faces, and what is kept of them."""

import io
import re
from base64 import b64decode

import cv2
import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from app import answers
from app.faces.saliency import MapChoices, face_maps, sheet_png, sheet_rows
from app.shell.time_machine import shown_at, told
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.network_input import to_images
from esr_core.emotions import EMOTIONS
from esr_core.errors import DamagedRunError
from esr_core.explanations import METHODS, AttributionSettings, SheetStyle, attribute, drawn, explain
from esr_core.networks import ESR
from esr_core.records import EpochRecord, Milestone
from tests.app.conftest import charts, html, open_page, sentences, store_run
from tests.picture_files import encoded

pytestmark = pytest.mark.usefixtures("narrow_networks")


def record(branch: int, epoch: int) -> EpochRecord:
    return EpochRecord(
        branch=branch,
        epoch=epoch,
        training_loss=(1.0,) * branch,
        loss=(2.0,) * branch,
        accuracy=(0.5,) * branch,
        ensemble_accuracy=0.5,
        mean_probability_accuracy=0.5,
        learning_rate=0.1,
        images_seen=0,
        seconds=0.0,
    )


def store_course(store, run_id: str, level: int, moments: list[tuple[int, int]], branches: int = 2) -> str:
    """A finished run that kept milestones, each of other random weights and as many branches as it then had."""
    network = NetworkConfig(architecture="lab", branching_level=level, num_branches=branches)
    writer = store.create(TrainingConfig(data="toy", network=network), run_id=run_id)
    writer.start({})
    for number, (branch, epoch) in enumerate(moments):
        torch.manual_seed(number)
        writer.append(record(branch or branches, epoch))
        there = ESR.from_config(network.replace(num_branches=branch or branches))
        writer.save_network(there, Milestone(branch, epoch, f"branch{branch}-epoch{epoch}").checkpoint)
    writer.save_network(ESR.from_config(network))
    writer.finish({"accuracy": 0.5})
    return run_id


@pytest.fixture(autouse=True)
def _same_weights():
    """Random weights may have no positive evidence at all; these have some."""
    torch.manual_seed(39)


@pytest.fixture
def crop(store):
    return answers.crop("sample-0", answers.faces("sample-0")[0])


def choose(app: AppTest, key: str, value) -> AppTest:
    box = app.toggle(key=key) if isinstance(value, bool) else app.selectbox(key=key)
    return box.set_value(value).run()


def pictures(app: AppTest) -> list[bytes]:
    return [b64decode(source) for source in re.findall(r"data:image/png;base64,([^\"]+)", html(app))]


def test_every_method_draws_every_branch_and_the_ensemble(store):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0")
    before = pictures(app)
    assert "no positive evidence" not in html(app)
    for method in METHODS:
        choose(app, "faces_method", method)
        assert not app.exception, method
        assert not app.error, method
        assert len(pictures(app)) == 4, method
        assert (pictures(app) == before) == (method == "grad_cam"), method


def test_the_block_picker_names_shared_blocks_and_only_those_every_run_has(store):
    for run_id, level, settings in (("esr", 3, {}), ("te", 0, {}), ("wild", 4, {"architecture": "wild"})):
        store_run(store, run_id, level, **settings)
    (alone,) = [open_page("faces", runs="esr", face="sample-0").selectbox(key="faces_block")]
    assert alone.options == ["last", "5", "4", "3, shared", "2, shared", "1, shared"]
    mixed = open_page("faces", runs="esr,te,wild", face="sample-0").selectbox(key="faces_block")
    assert mixed.options == ["last", "5", "4, shared by some", *(f"{k}, shared by some" for k in (3, 2, 1))]


def test_a_shared_block_is_said_to_be_shared(store):
    store_run(store, "esr", level=3)
    app = choose(open_page("faces", runs="esr", face="sample-0"), "faces_block", 2)
    assert any("All branches share block 2" in caption.value for caption in app.caption)
    choose(app, "faces_block", 4)
    assert not any("share" in caption.value for caption in app.caption)


def test_methods_without_blocks_and_answers_without_classes_disable_their_pickers(store):
    store_run(store, "esr", affect_head=True)
    app = choose(open_page("faces", runs="esr", face="sample-0"), "faces_block", 2)
    choose(app, "faces_method", "occlusion")
    assert app.selectbox(key="faces_block").disabled
    assert not app.error
    choose(app, "class", "fear")
    choose(app, "faces_answer", "valence")
    assert app.selectbox(key="class").disabled
    assert len(re.findall(r"<span>valence</span><span>[+-]\d\.\d\d</span>", html(app))) == 3


def test_a_method_is_offered_with_its_own_parameters_and_with_signs_where_it_has_them(store):
    store_run(store, "esr", branches=2)
    app = open_page("faces", runs="esr", face="sample-0")
    every = {parameter.label for each in METHODS.values() for parameter in each.parameters}
    for method in METHODS.values():
        choose(app, "faces_method", method.key)
        offered = [slider.label for slider in app.slider if slider.label in every]
        assert offered == [parameter.label for parameter in method.parameters], method.key
        assert app.toggle(key="faces_signed").disabled != method.is_signed, method.key


def test_signs_are_left_out_of_a_method_that_has_none_and_come_back(store):
    store_run(store, "esr", branches=2)
    app = choose(open_page("faces", runs="esr", face="sample-0"), "faces_method", "saliency")
    unsigned = pictures(app)
    choose(app, "faces_method", "occlusion")
    choose(app, "faces_signed", True)
    signed = pictures(app)
    choose(app, "faces_method", "saliency")
    assert pictures(app) == unsigned
    choose(app, "faces_method", "occlusion")
    assert pictures(app) == signed


def test_a_parameter_of_a_method_changes_its_maps_and_stands_in_what_is_saved(store, crop):
    store_run(store, "esr", branches=2)
    app = choose(open_page("faces", runs="esr", face="sample-0"), "faces_method", "occlusion")
    before = pictures(app)
    app.slider(key="faces_occlusion_window_px").set_value(48).run()
    assert not app.exception
    assert pictures(app) != before
    choices = MapChoices(None, "cividis", 0.5, shared_scale=False, method="occlusion", parameters={"window_px": 48})
    assert face_maps("esr", crop, choices).title == "Occlusion with window 48 px for each branch's own prediction"


def test_valence_and_arousal_are_offered_where_every_picked_run_has_them(store):
    store_run(store, "with", affect_head=True)
    store_run(store, "without")
    both = open_page("faces", runs="with,without", face="sample-0").selectbox(key="faces_answer")
    assert both.options == ["class evidence", "class probability"]
    alone = open_page("faces", runs="with", face="sample-0").selectbox(key="faces_answer")
    assert alone.options == ["class evidence", "class probability", "valence", "arousal"]


@pytest.mark.parametrize("key", ["faces_signed", "faces_scale"])
def test_each_switch_changes_how_maps_are_drawn(store, key):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0")
    before = pictures(app)
    assert pictures(choose(app, key, True)) != before
    assert pictures(choose(app, key, False)) == before


def test_the_grid_is_seen_beside_the_smooth_maps(store):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0")
    smooth = pictures(app)
    both = pictures(choose(app, "faces_grid", True))
    assert both[::2] == smooth
    assert len(set(both)) == 2 * len(set(smooth))
    assert pictures(choose(app, "faces_grid", False)) == smooth


def test_maps_are_those_of_the_stored_network(store, crop):
    store_run(store, "esr", affect_head=True)
    images = to_images(crop[None], "lab")
    network = store.load_network("esr")
    for settings in (AttributionSettings(), AttributionSettings(quantity="arousal"), AttributionSettings(block=2)):
        maps = answers.face_maps("esr", crop, settings)
        expected = attribute(network, images, settings)[0].numpy()
        np.testing.assert_allclose(maps.branches, expected, atol=1e-4 * np.abs(expected).max())
    with torch.no_grad():
        np.testing.assert_allclose(maps.affect, network.affect(images)[0].numpy(), atol=1e-5)


def test_the_map_at_a_milestone_is_that_of_its_checkpoint(store, crop):
    store_course(store, "esr", 3, [(1, 0), (1, 5), (2, 0), (2, 5)])
    images = to_images(crop[None], "lab")
    seen = []
    for milestone in store.milestones("esr"):
        choices = MapChoices(None, "cividis", 0.5, False, milestones={"esr": milestone})
        maps = face_maps("esr", crop, choices)
        expected = explain(store.load_network("esr", milestone.checkpoint), images)
        assert len(maps.branches) == milestone.branch
        np.testing.assert_allclose(maps.logits, expected.logits[0].numpy(), atol=1e-4)
        np.testing.assert_allclose(np.maximum(maps.branches, 0), expected.maps()[0].numpy(), atol=1e-5)
        seen.append(maps.branches[0].tobytes())
    assert len(set(seen)) == 4


def test_one_slider_moves_every_branch_of_every_run(store):
    store_course(store, "esr", 3, [(1, 0), (1, 5), (2, 0), (2, 5)])
    store_course(store, "te", 0, [(1, 0), (1, 3), (2, 5)])
    store_run(store, "single", branches=1)
    app = open_page("faces", runs="esr,te,single", face="sample-0")
    slider = app.select_slider(key="moment")
    moments = ["branch 1, epoch 0", "branch 1, epoch 3", "branch 1, epoch 5", "branch 2, epoch 0", "branch 2, epoch 5"]
    assert slider.options == [*moments, "best"]
    best = pictures(app)
    assert len(best) == 3 + 3 + 1
    slider.set_value("branch 1, epoch 5").run()
    body = html(app)
    assert not app.exception
    assert len(pictures(app)) == 1 + 1 + 1  # one branch each, so nobody to vote with
    assert "1 of 2 branches so far · branch 1, epoch 5 · esr" in body
    assert "1 of 2 branches so far · branch 1, epoch 3 · te" in body  # its latest
    assert "kept no milestones: its best weights · single" in body
    app.select_slider(key="moment").set_value("branch 2, epoch 5").run()
    assert len(pictures(app)) == 7
    assert pictures(app)[:6] != best[:6]
    app.select_slider(key="moment").set_value("best").run()
    assert pictures(app) == best


def test_probabilities_below_the_maps_are_those_of_the_same_moment(store, crop):
    store_course(store, "esr", 3, [(1, 5)])
    app = open_page("faces", runs="esr", face="sample-0")
    app.select_slider(key="moment").set_value("branch 1, epoch 5").run()
    (chart,) = charts(app)
    sent = chart["data"][0]["z"]
    shown = np.frombuffer(b64decode(sent["bdata"]), sent["dtype"]).reshape(1, 8)  # one branch
    logits = answers.explanation("esr", crop, "branch1-epoch5").logits
    np.testing.assert_allclose(shown, np.exp(logits) / np.exp(logits).sum(), rtol=1e-5)


def test_a_moment_of_other_runs_is_forgotten(store):
    store_course(store, "esr", 3, [(1, 0), (2, 5)])
    store_course(store, "te", 0, [(1, 3)])
    app = open_page("faces", runs="esr", face="sample-0")
    app.select_slider(key="moment").set_value("branch 2, epoch 5").run()
    app.multiselect[0].set_value(["te"]).run()
    assert not app.exception
    assert app.select_slider(key="moment").value == "best"


def test_without_milestones_there_is_no_slider(store):
    store_run(store, "esr")
    assert not open_page("faces", runs="esr", face="sample-0").select_slider


def test_each_run_shows_its_latest_at_or_before_the_moment_and_a_later_one_its_first():
    kept = {
        name: [Milestone(branch, epoch, "") for branch, epoch in moments]
        for name, moments in {"a": [(1, 0), (1, 9), (2, 0)], "together": [(0, 0), (0, 9)], "late": [(3, 1)]}.items()
    }
    shown = {name: (each.branch, each.epoch) for name, each in shown_at((1, 9), kept | {"none": []}).items()}
    assert shown == {"a": (1, 9), "together": (0, 9), "late": (3, 1)}
    assert shown_at((0, 5), kept)["a"] == kept["a"][0]
    assert told((0, 5)) == "all branches, epoch 5"


def forget(monkeypatch):
    """As after a new start: nothing in memory, and no network may be asked again."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def asked(*_, **__):
        raise AssertionError("computed again although it is kept")

    monkeypatch.setattr("app.answers.explanations.attribute", asked)
    monkeypatch.setattr("app.answers.explanations.explain", asked)


def test_what_was_explained_is_found_again_after_a_new_start(store, crop, monkeypatch):
    store_run(store, "esr")
    settings = AttributionSettings("saliency", class_idx=1)
    first = answers.face_maps("esr", crop, settings), answers.explanation("esr", crop)
    forget(monkeypatch)
    again = answers.face_maps("esr", crop, settings), answers.explanation("esr", crop)
    np.testing.assert_array_equal(again[0].branches, first[0].branches)
    np.testing.assert_array_equal(again[0].ensemble, first[0].ensemble)
    np.testing.assert_array_equal(again[1].evidence, first[1].evidence)
    with pytest.raises(AssertionError, match="computed again"):
        answers.face_maps("esr", crop, AttributionSettings("saliency", class_idx=2))
    with pytest.raises(AssertionError, match="computed again"):
        answers.face_maps("esr", 255 - crop, settings)


@pytest.mark.parametrize("checkpoint", ["best", "branch1-epoch5"])
def test_an_altered_checkpoint_is_refused_although_its_explanation_is_kept(store, crop, checkpoint):
    store_course(store, "esr", 3, [(1, 0), (1, 5)])
    other = "branch1-epoch0"
    kept = answers.explanation("esr", crop, checkpoint)
    assert answers.explanation("esr", crop, other).logits.tobytes() != kept.logits.tobytes()
    folder = store.folder("esr") / "checkpoints"
    (folder / f"{checkpoint}.safetensors").write_bytes((folder / f"{other}.safetensors").read_bytes())
    with pytest.raises(DamagedRunError, match=rf"esr/checkpoints/{checkpoint}\.safetensors was altered"):
        answers.explanation("esr", crop, checkpoint)
    assert answers.explanation("esr", crop, other).logits.shape == (1, 8)


def test_a_missing_milestone_is_one_sentence_and_other_runs_are_shown(store):
    for run_id, level in (("esr", 3), ("te", 0)):
        store_course(store, run_id, level, [(1, 0), (2, 5)])
    (store.folder("te") / "checkpoints" / "branch1-epoch0.safetensors").write_bytes(b"torn")
    app = open_page("faces", runs="esr,te", face="sample-0")
    app.select_slider(key="moment").set_value("branch 1, epoch 0").run()
    assert not app.exception
    assert "te/checkpoints/branch1-epoch0.safetensors was altered" in sentences(app)
    assert html(app).count('data-testid="saliency-row"') == 1


def test_a_damaged_cache_is_no_loss(store, tmp_path, crop):
    store_run(store, "esr")
    folder = tmp_path / "esr_cache" / "explanations"
    answers.explanation("esr", crop)
    assert (folder / "cache.db").exists()
    st.cache_data.clear()
    st.cache_resource.clear()
    (folder / "cache.db").write_bytes(b"nothing like a database" * 500)
    app = open_page("faces", runs="esr", face="sample-0")
    assert not app.exception
    assert not app.error
    assert len(pictures(app)) == 3


def test_the_saved_sheet_shows_what_the_page_shows(store, crop):
    store_run(store, "esr")
    choices = MapChoices("fear", "jet", 1.0, shared_scale=False, method="occlusion", signed=True)
    sheet = np.asarray(Image.open(io.BytesIO(sheet_png(sheet_rows({"esr": "ESR-2"}, crop, choices), choices))))
    maps = face_maps("esr", crop, choices)
    assert maps.settings == AttributionSettings("occlusion", class_idx=EMOTIONS.index("fear"))
    for saliency in maps.maps:
        image = drawn(crop, saliency, SheetStyle("blue-red", 1.0))
        assert cv2.matchTemplate(sheet, image, cv2.TM_SQDIFF).min() < 1e-6 * 255**2 * image.size, "not on the sheet"


def black() -> bytes:
    return encoded(np.zeros((96, 96, 3), np.uint8))


def test_an_all_black_picture_taken_whole_is_explained_by_every_method(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr")
    app.file_uploader[0].set_value([("black.png", black(), "image/png")]).run()
    next(toggle for toggle in app.toggle if toggle.label == "Use the whole picture").set_value(True).run()
    for method in METHODS:
        choose(app, "faces_method", method)
        assert not app.exception, method
        assert not app.error, method
        assert len(pictures(app)) == 3, method


def test_a_face_of_few_pixels_is_warned_of_and_a_bigger_one_not(store):
    store_run(store, "esr")
    small = np.asarray(Image.fromarray(answers.photograph("sample-0")).resize((30, 30)))
    app = open_page("faces", runs="esr")
    app.file_uploader[0].set_value([("small.png", encoded(small), "image/png")]).run()
    whole = [toggle for toggle in app.toggle if toggle.label == "Use the whole picture"]
    if whole:
        whole[0].set_value(True).run()
    assert "below 32×32, maps mean little" in sentences(app)
    assert len(pictures(app)) == 3
    assert "maps mean little" not in sentences(open_page("faces", runs="esr", face="sample-0"))
