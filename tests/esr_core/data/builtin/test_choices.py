from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_core.data.builtin import FaceChoices, draw_chosen
from esr_core.data.faces import detect_faces
from esr_core.emotions import ACTION_UNIT_NAMES, EMOTIONS, FACS_PROTOTYPES
from esr_core.errors import ConfigError

SMILE = FaceChoices.posing("happiness", 80, person=7)
ANY_CHOICES = st.builds(
    FaceChoices,
    person=st.integers(1, 999),
    action_units=st.dictionaries(st.sampled_from(sorted(ACTION_UNIT_NAMES)), st.integers(1, 100)),
    one_sided=st.booleans(),
    yaw=st.integers(-100, 100),
    roll=st.integers(-20, 20),
    light=st.integers(-40, 40),
)


def test_choices_are_written_as_a_short_text():
    assert SMILE.to_text() == "p7.au6_80.au12_80"
    assert replace(SMILE, one_sided=True, yaw=-30, light=5).to_text() == "p7.au6_80.au12_80.side.yaw_-30.light_5"
    assert FaceChoices().to_text() == "p1"


@given(ANY_CHOICES)
def test_what_is_written_is_read_back(choices):
    assert FaceChoices.from_text(choices.to_text()) == choices


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xyz",
        "p0",
        "p1000",
        "p01",
        "p-1",
        "p²",
        "p1.au3_50",
        "p1.au6_0",
        "p1.au6_101",
        "p1.au06_50",
        "p1.au12_80.au6_80",
        "p1.au6_80.au6_80",
        "p1.side.side",
        "p1.yaw_0",
        "p1.yaw_101",
        "p1.roll_-21",
        "p1.light_41",
        "p1.light_5.yaw_5",
        "p1..yaw_5",
        "p1/../../etc",
        "p1.au6_80\n",
        f"p{'9' * 5000}",
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(ConfigError, match=r"must"):
        FaceChoices.from_text(text)


def test_an_emotion_is_its_prototype_and_a_mixture_is_none():
    for emotion in EMOTIONS:
        posed = FaceChoices.posing(emotion, 60)
        assert posed.emotion == emotion
        assert posed.action_units == dict.fromkeys(FACS_PROTOTYPES[emotion], 60)
    assert replace(SMILE, action_units={6: 80, 12: 75}).emotion is None
    assert replace(SMILE, action_units={12: 80}).emotion is None
    assert replace(SMILE, one_sided=True).emotion is None
    with pytest.raises(ConfigError, match="emotion must be one of neutral"):
        FaceChoices.posing("boredom", 60)


def test_the_same_choices_draw_the_same_face_and_each_of_them_changes_it():
    drawn = draw_chosen(SMILE).photograph
    assert drawn.shape == (320, 320, 3)
    np.testing.assert_array_equal(drawn, draw_chosen(SMILE).photograph)
    others = [
        replace(SMILE, person=8),
        replace(SMILE, action_units={12: 80}),
        replace(SMILE, one_sided=True),
        replace(SMILE, yaw=40),
        replace(SMILE, roll=10),
        replace(SMILE, light=20),
        replace(SMILE, light=-20),
    ]
    different = {draw_chosen(choices).photograph.tobytes() for choices in [SMILE, *others]}
    assert len(different) == 8


def test_the_face_is_where_its_box_says():
    (found, *_) = detect_faces(draw_chosen(SMILE).photograph)
    box = draw_chosen(SMILE).box
    assert abs(found.x - box.x) < 30
    assert abs(found.y - box.y) < 30
    assert abs(found.width - box.width) < 40
