import io
import re
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

from app import answers
from app.faces.saliency import MapChoices, probability_csv, sheet_png, sheet_rows
from app.shell import uploads
from esr_core.data.builtin import sample_face
from esr_core.errors import PhotoError
from tests.app.conftest import PAGES, charts, html, open_page, sentences, store_run
from tests.picture_files import encoded


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_nothing_and_asks_a_question(store, page):
    app = open_page(page)
    assert not app.exception
    assert app.title[0].value.endswith("?")


def test_no_message_is_replaced_by_a_reference_which_the_browser_may_have_let_go_of():
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 10_000_000
    populate_hash_if_needed(message)
    assert not message.metadata.cacheable


def test_with_nothing_trained_there_is_one_sentence_and_one_button(store):
    app = open_page()
    assert len(app.main.info) == 1
    assert [button.label for button in app.main.button] == ["Train a demonstration run"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_picked_runs(store, page):
    for run_id, level in (("esr", 3), ("te", 0)):
        store_run(store, run_id, level)
    app = open_page(page, runs="esr,te", face="sample-0")
    assert not app.exception
    assert not app.error


def test_runs_are_listed_with_their_results_and_damaged_ones_with_the_reason(store):
    store_run(store, "whole")
    (store.root / "torn").mkdir()
    table = open_page("runs").dataframe[0].value.set_index("id")
    assert table.loc["whole", "state"] == "finished"
    assert table.loc["whole", "test, %"] == 50.0
    assert table.loc["torn", "state"] == "damaged"
    assert "no config.json" in table.loc["torn", "message"]


def test_an_unknown_run_in_the_address_is_said_and_dropped(store):
    store_run(store, "whole")
    app = open_page(runs="whole,gone,../etc")
    assert not app.exception
    assert "There is no readable run gone, ../etc" in sentences(app)
    assert app.multiselect[0].value == ["whole"]


@pytest.mark.parametrize(
    ("face", "told"),
    [
        ("sample-99", "there is no drawn face '99': they are numbered 0-7"),
        ("sample-²", "there is no drawn face '²': they are numbered 0-7"),
        ("sample-00", "there is no drawn face '00': they are numbered 0-7"),
        ("upload-xyz", "this upload is no longer kept"),
        ("../../etc/passwd", "this upload is no longer kept"),
    ],
)
def test_an_address_of_no_face_is_one_sentence(store, face, told):
    store_run(store, "esr")
    app = open_page("faces", runs="esr", face=face)
    assert not app.exception
    assert told in sentences(app)
    assert len(app.error) == 1


def test_an_address_without_values_is_as_good_as_none(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr,,esr", face="")
    assert app.multiselect[0].value == ["esr"]
    assert "Upload a photograph" in sentences(app)
    assert not app.error


def test_what_an_address_says_is_shown_and_not_followed(store):
    store.root.mkdir()
    app = open_page("", runs="![x](http://example.org/x.png)")
    assert [box.value for box in app.warning] == [r"There is no readable run \!\[x\](http\://example.org/x.png)."]


def test_each_branch_and_the_ensemble_have_a_map(store):
    store_run(store, "esr", branches=4)
    app = open_page("faces", runs="esr", face="sample-0")
    body = html(app)
    assert body.count('<figure class="esr-tile"><img') == 4
    assert body.count("esr-last") >= 1
    assert "355,104 parameters" in body
    assert "of 4 votes" in body


def test_a_run_that_still_trains_says_how_many_branches_it_has(store):
    store_run(store, "young", branches=4, trained=2)
    body = html(open_page("faces", runs="young", face="sample-0"))
    assert body.count('<figure class="esr-tile"><img') == 2
    assert "2 of 4 branches so far" in body
    assert "parameters" not in body  # what it will have one day is not what is shown


def test_a_fixed_class_is_explained_by_every_branch(store):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0", **{"class": "fear"})  # as page Compare leads here
    assert html(app).count("<span>fear</span>") == 4  # three branches and the ensemble


def test_what_is_asked_on_one_page_is_asked_on_the_next(store):
    store_run(store, "esr")
    store.writer("esr").save_milestone(store.load_network("esr"), answers.history("esr")[1])
    app = open_page(runs="esr", face="sample-0", moment="branch 1, epoch 5", **{"class": "fear"})
    app.switch_page(PAGES["faces"]).run()
    for widget, value in ((app.selectbox(key="class"), "fear"), (app.select_slider(key="moment"), "branch 1, epoch 5")):
        assert widget.value == value
        assert widget.proto.set_value  # else a browser would show none


def test_the_second_face_of_a_photograph_is_looked_at_on_all_pages(store):
    store_run(store, "single", branches=1)
    face_id = uploads.keep(encoded(np.hstack([sample_face(0), sample_face(1)])), "pair.png")
    app = open_page("faces", runs="single", face=face_id)
    app.segmented_control(key=f"face-of-{face_id}").set_value(1).run()
    for page in ("network", "faces"):
        app.switch_page(PAGES[page]).run()
        number = app.segmented_control(key=f"face-of-{face_id}")
        assert number.value == 1
        assert number.proto.set_value  # else a browser would show the first


def test_what_was_chosen_on_a_page_is_still_chosen_when_one_comes_back(store):
    store_run(store, "lab")
    store_run(store, "wild", architecture="wild")
    app = open_page("parameters", runs="lab,wild")
    app.number_input(key="parameters_branches").set_value(9).run()
    app.switch_page(PAGES["network"]).run()
    app.selectbox(key="network_run").set_value("wild").run()
    app.switch_page(PAGES["parameters"]).run()
    assert app.number_input(key="parameters_branches").value == 9
    app.switch_page(PAGES["network"]).run()
    assert app.selectbox(key="network_run").value == "wild"
    assert app.segmented_control(key="network_architecture").value == "wild"


def test_an_address_of_no_class_or_moment_shows_each_branch_s_own_at_its_best_and_says_so(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr", face="sample-0", moment="branch 9, epoch 7", **{"class": "bored"})
    assert not app.exception
    assert len(app.main.warning) == 2
    assert "None of these runs knows the class bored" in sentences(app)
    assert "No picked run kept the moment branch 9, epoch 7" in sentences(app)
    assert app.selectbox(key="class").value is None
    assert html(app).count('<figure class="esr-tile"><img') == 2


def test_a_run_that_does_not_know_the_chosen_class_says_so(store):
    store_run(store, "emotions")
    store_run(store, "own", class_names=("<b>bored</b>", "keen"))
    app = open_page("faces", runs="emotions,own", face="sample-0")
    assert "does not know" not in html(app)
    app.selectbox(key="class").set_value("fear").run()
    assert "does not know fear: each branch&#x27;s own class · own" in html(app)
    assert "<b>bored</b>" not in html(app)


def test_a_single_network_has_one_map_and_no_vote(store):
    store_run(store, "single", branches=1)
    body = html(open_page("faces", runs="single", face="sample-0"))
    assert body.count("<img") == 1
    assert "votes" not in body


def test_where_the_last_convolution_is_shared_the_page_says_so(store):
    store_run(store, "shared", level=5)
    app = open_page("faces", runs="shared", face="sample-0")
    assert any("differ only through linear weights" in caption.value for caption in app.caption)


def test_an_altered_checkpoint_is_refused_in_a_sentence_and_other_runs_are_shown(store):
    for run_id in ("altered", "whole"):
        store_run(store, run_id)
    (store.root / "altered" / "checkpoints" / "best.safetensors").write_bytes(b"something else")
    app = open_page("faces", runs="altered,whole", face="sample-0")
    assert not app.exception
    assert "was altered" in sentences(app)
    assert html(app).count('data-testid="saliency-row"') == 1


def test_a_branch_that_is_asked_about_another_class_says_what_it_predicts(store):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0")
    own = re.findall(r"<span>([a-z]+)</span><span>(0\.\d\d)</span>", html(app))
    asked = "fear" if own[0][0] != "fear" else "anger"
    app.selectbox(key="class").set_value(asked).run()
    assert f"predicts {own[0][0]} {own[0][1]}" in html(app)


def test_maps_are_saved_as_one_sheet_and_their_numbers_as_a_table(store):
    for run_id in ("esr", "own"):
        store_run(store, run_id, **({"class_names": ("bored", "keen")} if run_id == "own" else {}))
    crop = answers.crop("sample-0", None)
    choices = MapChoices(None, "cividis", 0.5, shared_scale=False)
    titles = {"esr": "ESR-2 (esr)", "own": "ESR-2 (own)"}
    rows = sheet_rows(titles, crop, choices)
    sheet = Image.open(io.BytesIO(sheet_png(rows, choices)))
    assert sheet.width > 4 * 192  # the face, two branches and the ensemble
    table = pd.read_csv(io.StringIO(probability_csv(rows)))
    assert table.groupby(["run", "branch"])["probability"].sum().round(5).tolist() == [1, 1, 1, 1]
    assert len(sheet_rows(titles, crop, replace(choices, class_name="fear"))) == 1


def test_an_upload_is_shown_and_a_bad_one_beside_it_named(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr")
    files = [("face.png", encoded(sample_face(0)), "image/png"), ("notes.png", b"no picture", "image/png")]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert "notes.png is not a picture" in sentences(app)
    assert 'data-testid="saliency-row"' in html(app)


def test_a_photograph_without_a_face_can_be_taken_whole(store):
    store_run(store, "esr")
    app = open_page("faces", runs="esr")
    app.file_uploader[0].set_value([("wall.png", encoded(np.full((150, 150, 3), 90, np.uint8)), "image/png")]).run()
    assert "No face was found" in sentences(app)
    whole = next(toggle for toggle in app.toggle if toggle.label == "Use the whole picture")
    whole.set_value(True).run()
    assert 'data-testid="saliency-row"' in html(app)


def test_uploads_are_verified_kept_by_content_and_never_found_by_a_name(store):
    face = uploads.keep(encoded(sample_face(1)), "me.png")
    assert face == uploads.keep(encoded(sample_face(1)), "../../other.png")
    assert uploads.content(face) == encoded(sample_face(1))
    with pytest.raises(PhotoError, match=r"me\.png is empty"):
        uploads.keep(b"", "me.png")
    for unknown in ("upload-" + "0" * 64, "../../etc/passwd", "upload-x"):
        with pytest.raises(PhotoError, match="no longer kept"):
            uploads.content(unknown)


def test_curves_have_a_panel_for_each_branch_and_a_line_for_each_run(store):
    store_run(store, "esr", branches=2)
    store_run(store, "te", level=0, branches=2)
    (figure,) = charts(open_page("convergence", runs="esr,te"))
    titles = [note["text"] for note in figure["layout"]["annotations"]]
    assert titles == ["training branch 1", "training branch 2"]
    assert len(figure["data"]) == 2 * (1 + 2)  # of each run: branch 1, then branches 1 and 2
    assert len({trace["line"]["color"] for trace in figure["data"]}) == 2


def test_parameters_are_the_papers(store):
    store_run(store, "esr", branches=4)
    table = open_page("parameters", runs="esr").dataframe[0].value
    assert table["total"].tolist() == [355_104]
    assert table["traditional ensemble"].tolist() == [524_832]
    assert table["saved"].round(1).tolist() == [32.3]


def test_probabilities_of_a_face_are_those_of_its_logits(store):
    store_run(store, "esr", branches=3)
    app = open_page("faces", runs="esr", face="sample-0")
    (chart,) = charts(app)
    sent = chart["data"][0]["z"]  # plotly's typed array
    shown = np.frombuffer(b64decode(sent["bdata"]), sent["dtype"]).reshape([int(n) for n in sent["shape"].split(",")])
    explained = answers.explanation("esr", answers.crop("sample-0", answers.faces("sample-0")[0]))
    powers = np.exp(explained.logits)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shown[:3], expected, rtol=1e-5)
    np.testing.assert_allclose(shown[3], expected.mean(axis=0), rtol=1e-5)
