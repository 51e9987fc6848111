"""What page Faces says of a face below its maps: by region, and how sure."""

from base64 import b64decode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import answers
from esr_core.data.builtin import FaceChoices, draw_chosen, drawn_parts, sample_face
from esr_core.data.face_parts import template_parts
from esr_core.emotions import FACE_REGIONS
from esr_core.explanations import region_shares
from tests.app.conftest import charts, open_page, sentences, store_run
from tests.picture_files import encoded

BY_REGION = "Which regions?"


def by_region(face: str = "sample-0", **address: str) -> AppTest:
    app = open_page("faces", face=face, **address)
    return app.segmented_control(key="face_section").set_value(BY_REGION).run()


def pictures(app: AppTest) -> str:
    """What is written under the pictures of a page."""
    return " ".join(picture.caption for block in app.get("image") for picture in block.proto.imgs)


def numbers(sent) -> np.ndarray:
    """A list of numbers as Plotly sends it, of arrays their bytes."""
    return np.frombuffer(b64decode(sent["bdata"]), sent["dtype"]) if isinstance(sent, dict) else np.array(sent)


class TestByRegion:
    def test_every_map_of_every_run_has_a_bar_that_adds_up(self, store):
        for run_id, level, branches in (("esr", 3, 4), ("te", 0, 3), ("single", 3, 1)):
            store_run(store, run_id, level, branches)
        app = by_region(runs="esr,te,single")
        assert not app.exception
        (chart,) = charts(app)
        panels = {}
        for trace in chart["data"]:
            panels.setdefault(trace.get("yaxis", "y"), []).append(np.array(trace["x"], dtype=float))
        assert [len(bars) for bars in panels.values()] == [len(FACE_REGIONS)] * 4
        assert [len(bars[0]) for bars in panels.values()] == [1, 5, 4, 1]  # an even map; branches and the ensemble
        for bars in panels.values():
            sums = np.sum(bars, axis=0)
            np.testing.assert_allclose(sums[~np.isnan(sums)], 1, atol=1e-6)

    def test_the_bars_are_the_shares_of_the_maps_that_are_shown(self, store):
        store_run(store, "esr", branches=3)
        app = by_region(runs="esr")
        app.selectbox(key="class").set_value("fear").run()
        crop = answers.crop("sample-0", answers.faces("sample-0")[0])
        explained = answers.explanation("esr", crop)
        evidence = explained.evidence[:, explained.class_names.index("fear")]
        parts = answers.face_parts("sample-0", crop).parts
        expected = region_shares(np.concatenate([evidence, evidence.mean(axis=0)[None]]), parts)
        (chart,) = charts(app)
        shown = np.array([trace["x"] for trace in chart["data"] if trace.get("yaxis") == "y2"], dtype=float).T
        np.testing.assert_allclose(shown, expected, atol=1e-5)
        assert all(label.endswith(": fear") for label in chart["layout"]["yaxis2"]["ticktext"])

    def test_an_emotions_action_units_are_listed_with_their_regions(self, store):
        store_run(store, "esr", branches=2)
        app = by_region(runs="esr")
        app.selectbox(key="class").set_value("happiness").run()
        listed = " ".join(text.value for text in app.markdown)
        assert "AU6 cheek raiser: eyes, cheeks; AU12 lip corner puller: mouth, cheeks" in listed.replace("\\", "")
        table = app.dataframe[-1].value
        assert table["map"].tolist() == ["branch 1", "branch 2", "ensemble"]
        assert table.columns[-1] == "run", "a long name would push the numbers out of sight"
        (chart,) = charts(app)
        even = [trace["x"][0] for trace in chart["data"][: len(FACE_REGIONS)]]
        of_smile = sum(
            share for share, region in zip(even, FACE_REGIONS, strict=True) if region in ("eyes", "mouth", "cheeks")
        )
        assert table["of an even map, %"].tolist() == [f"{100 * of_smile:.1f}"] * 3

    def test_neutral_has_no_action_units_and_the_page_says_so(self, store):
        store_run(store, "esr")
        app = by_region(runs="esr")
        app.selectbox(key="class").set_value("neutral").run()
        assert "choose an emotion other than neutral" in sentences(app)

    def test_classes_of_ones_own_have_regions_but_no_action_units(self, store):
        store_run(store, "own", class_names=("<b>bored</b>", "keen"))
        app = by_region(runs="own")
        assert not app.exception
        assert "Nothing explained here is defined by action units" in sentences(app)
        assert "<b>" not in str(charts(app)[0]["layout"]["yaxis2"]["ticktext"])


class TestPartsOfAFace:
    def test_of_a_drawn_face_they_are_what_was_drawn(self, store):
        choices = FaceChoices.posing("surprise", 100, person=3)
        face = f"drawn-{choices.to_text()}"
        found = answers.face_parts(face, answers.crop(face, answers.faces(face)[0]))
        assert found.exact
        np.testing.assert_array_equal(found.parts, drawn_parts(draw_chosen(choices), answers.faces(face)[0]))
        assert answers.face_parts("sample-3", answers.crop("sample-3", answers.faces("sample-3")[0])).exact

    def test_of_a_photograph_and_of_a_drawn_face_cut_otherwise_they_are_the_templates(self, store):
        crop = answers.crop("sample-0", None)  # the whole picture is not the face's box
        for face in ("sample-0", "upload-1", None):
            found = answers.face_parts(face, crop)
            assert not found.exact
            np.testing.assert_array_equal(found.parts, template_parts())

    def test_the_page_says_which(self, store):
        store_run(store, "esr")
        app = by_region(runs="esr")
        assert "Regions as this face was drawn" in pictures(app)
        app.file_uploader[0].set_value([("me.png", encoded(sample_face(0)), "image/png")]).run()
        assert "calibrated on 102 people" in pictures(app)


class TestConfidence:
    def test_vote_entropy_and_mutual_information_stand_in_one_line_per_run(self, store):
        for run_id, branches in (("esr", 4), ("single", 1)):
            store_run(store, run_id, branches=branches)
        app = open_page("faces", runs="esr,single", face="sample-0")
        table = app.dataframe[0].value
        logits = answers.explanation("esr", answers.crop("sample-0", answers.faces("sample-0")[0])).logits.astype(float)
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        entropies = [-(each * np.log2(each)).sum() for each in (shares.mean(axis=0), *shares)]
        assert table["entropy, bits"][0] == f"{entropies[0]:.2f} of 3.00"
        assert table["mutual information, bits"].tolist() == [f"{entropies[0] - np.mean(entropies[1:]):.2f}", "n/a"]
        votes = np.bincount(logits.argmax(axis=1), minlength=8)
        assert f", {votes.max()} of 4" in table["vote"][0]
        assert " of " not in table["vote"][1]
        assert len(charts(app)) == 2  # probabilities of both runs; neither knows affect

    def test_runs_with_an_affect_head_stand_in_the_plane(self, store):
        store_run(store, "rated", level=4, branches=3, architecture="wild", affect_head=True)
        store_run(store, "esr")
        app = open_page("faces", runs="rated,esr", face="sample-0")
        assert not app.exception
        plane = charts(app)[0]
        said = answers.explanation("rated", answers.crop("sample-0", answers.faces("sample-0")[0])).affect
        spread, each, centre = plane["data"]
        np.testing.assert_allclose(numbers(each["x"]), said[:, 0], atol=1e-6)
        np.testing.assert_allclose(numbers(centre["y"]), [said[:, 1].mean()], atol=1e-6)
        assert each["text"] == ["1", "2", "3"]
        assert max(numbers(spread["x"])) - said[:, 0].mean() == pytest.approx(said[:, 0].std(ddof=1), rel=0.01)
