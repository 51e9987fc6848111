"""Page Diversity on stored runs that were never trained: what is shown is what their predictions say."""

import re
from base64 import b64decode

import numpy as np
import pytest

from app import answers
from app.diversity import differing_faces
from app.shell import settings
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.metrics import Predictions
from esr_core.metrics import diversity as measures
from esr_core.metrics.diversity import PAIRWISE, RECORDED
from esr_core.networks import pooled_features
from tests.app.conftest import charts, html, open_page, sentences, store_run
from tests.app.deciding import CLASSES, LABELS, NAMES, prepare_faces, said, store_ensemble


@pytest.fixture
def faces(store) -> PreparedSet:
    """Faces that annotators voted on."""
    return prepare_faces(settings.prepared_root(), "own", has_votes=True)


def heat_maps(app) -> list[np.ndarray]:
    """The matrices of the first chart, each followed by what covers its light cells."""
    values = [trace["z"] for trace in charts(app)[0]["data"] if trace["type"] == "heatmap"][::2]
    return [decoded(z).reshape([int(side) for side in z["shape"].split(",")]) for z in values]


def decoded(array: dict[str, str]) -> np.ndarray:
    """An array as Plotly writes it."""
    return np.frombuffer(b64decode(array["bdata"]), array["dtype"])


def titles(app) -> list[str]:
    return [heading.value for heading in app.subheader]


def test_the_matrix_is_that_of_the_stored_predictions_without_its_diagonal(store, faces):
    store_ensemble(store, faces, "esr")
    app = open_page("diversity", runs="esr")
    assert not app.exception
    (shown,) = heat_maps(app)
    expected = measures.label_disagreement(np.array(CLASSES))
    np.testing.assert_allclose(shown[~np.eye(3, dtype=bool)], expected[~np.eye(3, dtype=bool)])
    assert np.isnan(np.diag(shown)).all()


def test_every_measure_is_drawn_run_beside_run_on_one_scale(store, faces):
    for run_id in ("esr", "te"):
        store_ensemble(store, faces, run_id)
    app = open_page("diversity", runs="esr,te")
    for name, measure in PAIRWISE.items():
        app.selectbox(key="diversity_measure").set_value(name).run()
        assert not app.exception, name
        assert len(heat_maps(app)) == 2, name
        figure = charts(app)[0]
        assert {trace["coloraxis"] for trace in figure["data"] if trace["type"] == "heatmap"} == {"coloraxis"}, name
        assert figure["layout"]["coloraxis"]["cmin"] == (-1 if measure.is_signed else 0), name
        assert titles(app)[0] == measure.question


def test_what_is_not_defined_is_drawn_as_such(store, faces):
    always_right = [[label] * 2 for label in LABELS]
    store_ensemble(store, faces, "perfect", said(always_right))
    app = open_page("diversity", runs="perfect")
    app.selectbox(key="diversity_measure").set_value("Q statistic").run()
    assert np.isnan(heat_maps(app)[0]).all()
    cells = next(trace for trace in charts(app)[0]["data"] if trace["type"] == "scatter")
    assert cells["text"] == ["n/a", "n/a"]
    table = app.dataframe[0].value.set_index("measure")
    assert np.isnan(table.loc["Q statistic", "ESR-2 level 3 varied (perfect)"])
    assert table.loc["label disagreement", "ESR-2 level 3 varied (perfect)"] == 0
    assert "Branches 1 and 2 name the same class on every picture: there is no face to show." in sentences(app)


def test_a_class_that_is_not_in_the_part_has_no_diversity(store, faces):
    labels = (0, 1, 0, 0, 1, 1)
    store_ensemble(store, faces, "esr", said(CLASSES, labels))
    app = open_page("diversity", runs="esr")
    by_class = next(figure for figure in charts(app) if "anger" in str(figure["layout"].get("yaxis")))
    assert [note["text"] for note in by_class["layout"]["annotations"]] == ["n/a"]
    next(box for box in app.selectbox if box.label == "Pictures of").set_value("joy").run()
    assert not app.exception
    assert np.isnan(heat_maps(app)[0]).all()
    assert "This part has no picture of this class." in sentences(app)


def test_a_single_network_is_left_out_with_its_reason_and_the_others_are_shown(store, faces):
    store_ensemble(store, faces, "single", said([[label] for label in LABELS]))
    store_ensemble(store, faces, "esr")
    app = open_page("diversity", runs="single,esr")
    assert "single network (single) is left out: a single branch has no diversity." in sentences(app)
    assert len(heat_maps(app)) == 1


def test_without_an_ensemble_there_is_one_sentence_and_no_chart(store, faces):
    store_ensemble(store, faces, "single", said([[label] for label in LABELS]), disagreements=())
    app = open_page("diversity", runs="single")
    assert not app.exception
    assert "None of the picked runs is a finished ensemble" in sentences(app)
    assert charts(app) == []


def test_runs_that_have_not_finished_or_have_no_pictures_in_the_part_are_named(store, faces):
    store_run(store, "young", branches=4, trained=2)
    empty = Predictions(np.zeros(0, object), np.zeros(0, int), np.zeros((0, 2, 3), np.float32), NAMES)
    store_ensemble(store, faces, "empty", empty)
    told = sentences(open_page("diversity", runs="young,empty"))
    assert "run young has stored no predictions of its test part" in told
    assert "ESR-2 level 3 varied (empty) is left out: its test part has no pictures." in told


def test_a_clicked_cell_chooses_the_pair_whose_faces_are_shown(store, faces, monkeypatch):
    store_ensemble(store, faces, "esr")
    state: dict[str, object] = {}
    monkeypatch.setattr(differing_faces.st, "session_state", state)
    differing_faces.pick(["esr", 3, 1, "0.500"])
    assert [state[key] for key in (differing_faces.RUN, differing_faces.FIRST, differing_faces.SECOND)] == ["esr", 3, 1]


def test_faces_on_which_a_pair_differs_are_shown_with_both_maps(store, faces):
    store_ensemble(store, faces, "esr")
    app = open_page("diversity", runs="esr")
    body = html(app)
    assert body.count(">labelled</div>") == 1  # branches 1 and 2 differ on the last face alone
    assert 'title="f5"' in body
    assert "<div>joy</div>" in body  # its label
    assert ">branch 1</div><div>joy 0." in body
    assert ">branch 2</div><div>fear 0." in body
    app.selectbox(key=differing_faces.SECOND).set_value(3).run()
    assert html(app).count(">labelled</div>") == 3
    assert not app.exception


def test_the_faces_of_a_set_that_has_changed_are_refused_in_a_sentence_and_the_numbers_stay(store, faces):
    store_ensemble(store, faces, "esr", fingerprint="another")
    app = open_page("diversity", runs="esr")
    assert not app.exception
    assert "These faces cannot be shown" in sentences(app)
    assert "must be as run esr used it, with fingerprint another" in sentences(app)
    assert len(heat_maps(app)) == 1


def test_where_the_pictures_have_changed_features_cannot_be_compared_and_other_runs_are(store, faces):
    store_ensemble(store, faces, "old", fingerprint="another")
    store_ensemble(store, faces, "new")
    app = open_page("diversity", runs="old,new")
    app.selectbox(key="diversity_measure").set_value("feature alignment").run()
    assert not app.exception
    assert not app.main.error
    assert "(old) has no feature alignment" in sentences(app)
    assert len(heat_maps(app)) == 1
    app = open_page("diversity", runs="old")
    app.selectbox(key="diversity_measure").set_value("feature alignment").run()
    assert not app.main.error
    assert "On which classes do branches differ most?" not in titles(app)
    assert "Do diverse branches pay with accuracy?" in titles(app)


def test_a_pair_that_another_pick_has_not_is_chosen_anew(store, faces):
    store_ensemble(store, faces, "three")
    store_ensemble(store, faces, "two", said([row[:2] for row in CLASSES]))
    app = open_page("diversity", runs="three,two")
    app.selectbox(key=differing_faces.SECOND).set_value(3).run()
    app.selectbox(key=differing_faces.RUN).set_value("two").run()
    assert not app.exception
    assert app.selectbox(key=differing_faces.SECOND).value == 2


def test_kappa_and_error_have_a_point_for_each_pair(store, faces):
    store_ensemble(store, faces, "esr")
    figure = next(figure for figure in charts(open_page("diversity", runs="esr")) if "kappa" in str(figure["layout"]))
    assert len(figure["data"]) == 1


def test_every_measure_is_followed_over_training(store, faces):
    store_ensemble(store, faces, "esr")
    app = open_page("diversity", runs="esr")
    assert "How diverse are the branches after so many epochs?" in titles(app)
    curve = next(figure for figure in charts(app) if "epochs" in str(figure["layout"]))["data"][0]
    assert decoded(curve["y"]).tolist() == pytest.approx([0.1, 0.4])  # sent as float32
    over = app.selectbox(key="diversity_over")
    assert over.options == list(RECORDED)
    over.set_value("Q statistic").run()  # not defined at any point
    assert not app.exception
    assert "No picked run has recorded this with two branches yet" in sentences(app)


def test_a_run_from_before_diversity_was_recorded_says_so(store, faces):
    store_ensemble(store, faces, "old", disagreements=(None, None))
    app = open_page("diversity", runs="old")
    assert not app.exception
    assert "older runs recorded disagreement at most" in sentences(app)


def test_branches_are_held_against_annotators_where_there_are_votes(store, faces):
    store_ensemble(store, faces, "esr")
    app = open_page("diversity", runs="esr")
    assert "Do branches disagree where people do?" in titles(app)
    ranks_by_hand = np.corrcoef([2, 2, 2, 4.5, 4.5, 6], [1, 2, 3, 4, 5, 6])[0, 1]
    told = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert re.search(rf"over 6 pictures {ranks_by_hand:.2f}, p = 0\.\d{{3}}\b", told), told


def test_without_votes_a_sentence_says_so_in_place_of_the_chart(store):
    plain = prepare_faces(settings.prepared_root(), "plain", has_votes=False)
    for run_id in ("esr", "te"):
        store_ensemble(store, plain, run_id)
    app = open_page("diversity", runs="esr,te")
    assert titles(app)[-1] == "Do branches disagree where people do?"
    reasons = [caption.value for caption in app.caption if "votes of annotators" in caption.value]
    assert reasons == ["Own has no votes of annotators, so nobody's disagreement to compare."]


def test_features_are_those_of_the_runs_network_for_the_pictures_asked_for(store, faces):
    store_ensemble(store, faces, "esr")
    features = answers.branch_features("esr", np.array(["f3", "f0"]))
    assert features.shape == (2, 3, 64)
    again = answers.branch_features("esr", np.array(["f0"]))
    np.testing.assert_allclose(again[0], features[1], atol=1e-6)
    pictures = to_images(faces.images[faces.rows_of(["f3", "f0"])], "lab")
    expected = pooled_features(store.load_network("esr"), pictures)
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-5)


def test_runs_with_other_pictures_are_told_apart(store, faces):
    store_ensemble(store, faces, "all")
    store_ensemble(store, faces, "some", said(CLASSES[:3], LABELS[:3]))
    app = open_page("diversity", runs="all,some")
    assert any("different test pictures" in caption.value for caption in app.caption)
