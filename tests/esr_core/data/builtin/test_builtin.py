import numpy as np
import pytest

from esr_core.data.builtin import (
    DIFFICULTIES,
    NUM_SAMPLE_FACES,
    Conditions,
    builtin_source,
    draw_face,
    sample_face,
    sample_person,
)
from esr_core.data.builtin.drawing import draw_crop
from esr_core.data.builtin.frame import CAMERA, POSE, Frame
from esr_core.data.faces import detect_faces
from esr_core.emotions import ACTION_UNIT_NAMES, FACS_PROTOTYPES
from esr_core.errors import ConfigError


def person(seed: int = 0):
    return sample_person(np.random.default_rng(seed))


def test_the_same_seed_draws_the_same_bytes_in_any_order():
    first, again = builtin_source(3, 2, seed=5), builtin_source(3, 2, seed=5)
    pictures = {sample.id: first.picture(sample) for sample in first.samples}
    for sample in reversed(again.samples):
        np.testing.assert_array_equal(again.picture(sample), pictures[sample.id])


def test_a_person_looks_the_same_in_a_larger_set():
    small, large = builtin_source(2, 1), builtin_source(4, 3)
    by_id = {sample.id: sample for sample in large.samples}
    for sample in small.samples:
        np.testing.assert_array_equal(small.picture(sample), large.picture(by_id[sample.id]))


def test_another_seed_draws_others():
    first, other = builtin_source(1, 1, seed=0), builtin_source(1, 1, seed=1)
    assert (first.picture(first.samples[0]) != other.picture(other.samples[0])).any()


def test_a_sequence_is_one_neutral_frame_and_three_towards_the_apex():
    source = builtin_source(2, 7)
    assert len(source.samples) == 2 * 7 * 4
    assert len({sample.id for sample in source.samples}) == len(source.samples)
    for start in range(0, len(source.samples), 4):
        frames = source.samples[start : start + 4]
        assert [frame.frame for frame in frames] == [0, 1, 2, 3]
        assert frames[0].emotion == "neutral"
        assert len({frame.emotion for frame in frames[1:]}) == 1
        assert len({frame.sequence for frame in frames}) == 1
        strength = [sum(frame.action_units.values()) for frame in frames]
        assert strength == sorted(strength)


def test_seven_sequences_pose_every_emotion_once():
    posed = {sample.emotion for sample in builtin_source(1, 7).samples}
    assert posed == set(FACS_PROTOTYPES)


def test_ck_plus_structure_is_the_default():
    samples = builtin_source().samples
    assert len({sample.subject for sample in samples}) == 123
    assert len(samples) == 123 * 3 * 4


def test_streams_of_random_numbers_never_mix():
    """NumPy itself takes (seed, 1, 5) and (seed, 1, 5, 0) for the same seed."""
    frame = Frame(0, 5, 0, 3, DIFFICULTIES["standard"])
    keys = [(POSE, 5), (POSE, 5, 0), (POSE, 5, 0, 0), (CAMERA, 5), (CAMERA, 5, 0), (CAMERA, 5, 0, 1)]
    assert len({frame._rng(*key).random() for key in keys}) == len(keys)


def test_labels_are_in_range():
    for sample in builtin_source(5, 7, difficulty="hard").samples:
        assert -1 <= sample.valence <= 1
        assert -1 <= sample.arousal <= 1
        assert set(sample.action_units) <= set(ACTION_UNIT_NAMES)
        assert all(0 <= value <= 1 for value in sample.action_units.values())


@pytest.mark.parametrize("unit", sorted(ACTION_UNIT_NAMES))
def test_every_action_unit_moves_the_face(unit):
    still = draw_face(person(), {}).photograph.astype(int)
    moved = draw_face(person(), {unit: 1.0}).photograph.astype(int)
    assert (np.abs(still - moved).max(axis=2) > 20).sum() > 30  # pixels of 256 x 256


def test_brows_move_above_the_eyes_and_smiles_below_them():
    still = draw_face(person(), {}).photograph.astype(int)
    for unit, is_upper in ((1, True), (4, True), (12, False), (26, False)):
        rows = np.abs(draw_face(person(), {unit: 1.0}).photograph.astype(int) - still).sum(axis=(1, 2))
        assert (np.average(np.arange(256), weights=rows) < 128) == is_upper


def test_contempt_is_on_one_side():
    still = draw_face(person(), {}).photograph.astype(int)
    right = np.abs(draw_face(person(), {12: 1.0, 14: 1.0}, one_sided=1).photograph.astype(int) - still).sum(axis=(0, 2))
    assert right[128:].sum() > 2 * right[:128].sum()


def test_the_face_detector_takes_them_for_faces():
    source = builtin_source(60, 1)
    drawn = [
        draw_face(person(k), source.samples[4 * k + 3].action_units, Conditions(roll_deg=k % 7 - 3)) for k in range(60)
    ]
    found = [(face, boxes[0]) for face in drawn if (boxes := detect_faces(face.photograph))]
    assert len(found) >= 54
    offsets = [abs(box.x + box.width / 2 - face.box.x - face.box.width / 2) for face, box in found]
    assert np.median(offsets) < 6  # the box that pictures are cut from is the detector's


def test_the_gallery_shows_faces():
    for index in range(NUM_SAMPLE_FACES):
        assert len(detect_faces(sample_face(index))) == 1
    with pytest.raises(ConfigError, match="index must be 0-7, got 8"):
        sample_face(NUM_SAMPLE_FACES)


def test_impossible_settings_are_named():
    with pytest.raises(ConfigError, match="difficulty must be one of easy, standard, hard, got 'insane'"):
        builtin_source(difficulty="insane")
    with pytest.raises(ConfigError, match="got 0 and 1"):
        builtin_source(0, 1)
    with pytest.raises(ConfigError, match="seed must be at least 0, got -5"):
        builtin_source(1, 1, seed=-5)
    with pytest.raises(ConfigError, match="must be at most 100000, got 1000000000 people of 3 each"):
        builtin_source(1_000_000_000)
    assert set(DIFFICULTIES) == {"easy", "standard", "hard"}


def test_a_crop_shows_what_is_in_the_box_of_the_whole_photograph():
    conditions = Conditions(roll_deg=9.0, yaw=0.7, shift=(0.03, -0.02), scale=1.07, light=0.4, blur_px=1.2)
    whole = draw_face(person(), {12: 0.8}, conditions)
    box = whole.box
    part = whole.photograph[box.y : box.y + box.height, box.x : box.x + box.width].astype(int)
    crop = draw_crop(person(), {12: 0.8}, conditions).astype(int)
    assert crop.shape == part.shape
    inside = slice(8, -8)  # a blur looks beyond the edges
    assert np.abs(crop - part)[inside, inside].max() <= 3
    assert np.abs(crop - draw_crop(person(), {}, conditions).astype(int)).max() > 30
