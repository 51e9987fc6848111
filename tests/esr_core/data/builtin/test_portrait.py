import numpy as np
import pytest

from esr_core.data.builtin import Conditions, builtin_source, draw_portrait, numbered_person, prototype_units
from esr_core.data.faces import detect_faces
from esr_core.emotions import EMOTIONS, FACS_PROTOTYPES
from esr_core.errors import ConfigError


def test_the_same_choices_draw_the_same_bytes():
    smile = prototype_units("happiness", 0.7)
    first, again, other = (draw_portrait(identity, smile).photograph for identity in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_size_is_the_one_asked_for_and_a_face_is_found_in_it():
    for size in (320, 512):
        photograph = draw_portrait(3, prototype_units("surprise"), Conditions(light=0.2), size_px=size).photograph
        assert (photograph.shape, photograph.dtype) == ((size, size, 3), np.uint8)
        assert len(detect_faces(photograph)) == 1


def test_an_identity_is_the_person_of_that_number_in_built_in_sets():
    """Seen in the picture: the same skin on the forehead, whatever the light of a studio does to it."""
    assert numbered_person(1) != numbered_person(2)
    assert numbered_person(1) != numbered_person(1, seed=1)
    source = builtin_source(8, 1, difficulty="easy")
    for number in range(8):
        in_the_set = source.picture(source.samples[4 * number])[24:30, 40:56].mean(axis=(0, 1))
        portrait = draw_portrait(number, {}).photograph[110:120, 150:170].mean(axis=(0, 1))
        np.testing.assert_allclose(in_the_set / in_the_set.sum(), portrait / portrait.sum(), atol=0.02)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_is_its_prototype_at_one_intensity(emotion):
    assert prototype_units(emotion, 0.4) == dict.fromkeys(FACS_PROTOTYPES[emotion], 0.4)


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"identity": -1, "action_units": {}}, "identity must be at least 0, got -1"),
        ({"identity": 0, "action_units": {3: 0.5}}, r"action units must be among 1, 2, 4, .*, got 3"),
        ({"identity": 0, "action_units": {12: 1.5}}, r"intensity of action unit 12 must be in \[0, 1\], got 1.5"),
        ({"identity": 0, "action_units": {12: float("nan")}}, r"must be in \[0, 1\], got nan"),
        ({"identity": 0, "action_units": {}, "one_sided": 2}, "one_sided must be -1, 0 or 1, got 2"),
        ({"identity": 0, "action_units": {}, "size_px": 32}, "size_px must be 64-4096, got 32"),
    ],
)
def test_an_impossible_choice_is_named(choices, told):
    with pytest.raises(ConfigError, match=told):
        draw_portrait(**choices)


def test_an_emotion_that_is_none_is_named():
    with pytest.raises(ConfigError, match=r"emotion must be one of neutral, happiness, .*, got 'envy'"):
        prototype_units("envy")
