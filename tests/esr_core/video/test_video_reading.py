"""Faces followed over time, and what ensembles say of them, against the same frames taken one by one."""

import re
import tracemalloc

import numpy as np
import psutil
import pytest

from esr_core.data.faces import crop_face, detect_faces
from esr_core.data.network_input import to_images
from esr_core.errors import ConfigError, MetricError
from esr_core.explanations import explain
from esr_core.video import (
    Sampling,
    Video,
    VideoInfo,
    frames_of_faces,
    missing_end,
    read_video,
    reading,
    timeline,
    whole,
)
from esr_core.video.following import FaceFollower
from tests.esr_core.video.clips import face, scene, smile, with_times, write_video


def follow(frames, rate_hz=10):
    follower = FaceFollower("haar")
    return [follower.follow(k / rate_hz, frame) for k, frame in enumerate(frames)]


def test_a_moving_face_keeps_its_number_and_its_box_moves_along():
    followed = follow(smile(12))
    assert [[number for number, _ in faces] for faces in followed] == [[1]] * 12
    lefts = np.array([box.x for ((_, box),) in followed])
    np.testing.assert_allclose(lefts - lefts[0], 2 * np.arange(12), atol=3)


def test_between_searches_a_face_is_followed_by_its_points(monkeypatch):
    follower = FaceFollower("haar")
    searched = []
    detect = follower._detect
    monkeypatch.setattr(follower, "_detect", lambda picture: searched.append(1) or detect(picture))
    boxes = [follower.follow(k / 16, frame) for k, frame in enumerate(smile(12, step_px=1))]
    assert len(searched) == 2  # at 0 and 0.5 s
    assert all(len(faces) == 1 for faces in boxes)
    assert boxes[7][0][1].x - boxes[0][0][1].x == pytest.approx(7, abs=2)


def test_a_cut_to_another_scene_is_searched_at_once_and_a_new_face_has_a_new_number():
    before, after = scene((face(), 0, 10)), scene((face(2, "anger"), 125, 20))
    followed = follow([before, before, after, after], rate_hz=30)
    assert [[number for number, _ in faces] for faces in followed] == [[1], [1], [2], [2]]
    assert followed[2][0][1].x > 125


def test_two_faces_have_two_numbers_and_one_that_leaves_ends():
    both = scene((face(), 0, 16), (face(2, "anger"), 128, 16))
    followed = follow([both] * 4 + [scene((face(), 0, 16))] * 4, rate_hz=3)
    assert all({number for number, _ in faces} == {1, 2} for faces in followed[:4])
    (left,) = (number for number, box in followed[0] if box.x < 64)
    assert [number for number, _ in followed[-1]] == [left]


def test_an_unknown_detector_is_refused():
    with pytest.raises(ConfigError, match="detector must be one of"):
        FaceFollower("eyes")


@pytest.mark.parametrize(("architecture", "affect"), [("lab", False), ("wild", True)])
def test_answers_are_those_for_the_same_frames_explained_one_by_one(tmp_path, network, architecture, affect):
    net = network(architecture, 4, 2, affect_head=affect)
    path = write_video(tmp_path / "clip.mp4", smile(6))
    part = whole(list(read_video(path, [net], detector="haar")))
    face_over_time = timeline(part, 1, net.config.class_names)
    assert frames_of_faces(part) == {1: 6}
    assert part.share == pytest.approx(5 / 6)
    with Video(path) as video:
        for k, frame in enumerate(video.frames()):
            crop = crop_face(frame.picture, face_over_time.boxes[k])
            alone = explain(net, to_images(crop[None], architecture))
            np.testing.assert_allclose(face_over_time.logits[k], alone.logits[0].numpy(), atol=1e-4)
            if affect:
                np.testing.assert_allclose(face_over_time.affect[k], alone.affect[0].numpy(), atol=1e-4)
    assert (face_over_time.affect is not None) == affect


def test_parts_of_a_long_video_follow_each_other_and_ensembles_are_asked_together(tmp_path, network, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 4)
    nets = [network(num_branches=2), network(num_branches=1)]
    path = write_video(tmp_path / "clip.mp4", smile(6))
    parts = list(read_video(path, nets, detector="haar"))
    assert [len(part.times_s) for part in parts] == [4, 2]
    assert parts[0].share < parts[1].share <= 1
    both = whole(parts)
    np.testing.assert_array_equal(both.frames, np.arange(6))
    assert [answers.logits.shape for answers in both.answers] == [(6, 2, 8), (6, 1, 8)]
    with pytest.raises(MetricError, match="ensemble must be in 0-1, got 2"):
        timeline(both, 1, nets[0].config.class_names, ensemble=2)
    with pytest.raises(MetricError, match=r"number must be of a face in the video, \[1\], got 7"):
        timeline(both, 7, nets[0].config.class_names)


def test_a_video_without_faces_has_frames_alone(tmp_path, network):
    path = write_video(tmp_path / "wall.mp4", [scene()] * 3)
    part = whole(list(read_video(path, [network()])))
    assert len(part.times_s) == 3
    assert part.boxes == ()
    assert part.answers[0].logits.shape == (0, 4, 8)
    assert frames_of_faces(part) == {}


def test_faces_of_a_4k_video_are_searched_reduced_and_cut_out_whole(tmp_path, network):
    large = np.full((2160, 3840, 3), 90, dtype=np.uint8)
    large[400 : 400 + 8 * 128, 1000 : 1000 + 8 * 128] = face().repeat(8, axis=0).repeat(8, axis=1)
    path = write_video(tmp_path / "large.mp4", [large])
    part = whole(list(read_video(path, [network(num_branches=1)], detector="haar")))
    (box,) = part.boxes
    (small,) = detect_faces(scene((face(), 0, 0)))
    np.testing.assert_allclose((box.x - 1000, box.y - 400), (8 * small.x, 8 * small.y), atol=60)
    assert box.width == pytest.approx(8 * small.width, rel=0.15)


def test_a_limit_samples_the_whole_video_and_leaving_early_gives_the_networks_back(tmp_path, network):
    net = network(num_branches=1).train()
    path = write_video(tmp_path / "clip.mp4", smile(12))
    part = whole(list(read_video(path, [net], Sampling(max_frames=4), "haar")))
    np.testing.assert_allclose(part.times_s, [0, 0.3, 0.6, 0.9], atol=1e-3)
    parts = read_video(path, [net], detector="haar")
    next(parts)
    parts.close()
    assert net.training


def test_an_hour_is_sampled_to_its_end_with_the_memory_of_a_minute_and_can_be_left(tmp_path):
    path = write_video(tmp_path / "hour.mp4", (np.full((64, 96, 3), k % 250, np.uint8) for k in range(3600)), rate_hz=1)
    tracemalloc.start()
    parts, peaks = [], []
    for part in read_video(path, [], Sampling(max_frames=300), "haar"):
        parts.append(part)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    np.testing.assert_allclose(whole(parts).times_s, 12 * np.arange(300), atol=1e-3)
    assert {len(part.times_s) for part in parts} == {11, 3}  # 128 decoded frames make a part, and then the rest
    assert parts[0].share < 0.04
    assert peaks[-1] - peaks[1] < 1_000_000  # the frames that were read have 5.5 MB
    reading = read_video(path, [], Sampling(max_frames=300), "haar")
    next(reading)
    reading.close()
    assert not [each.path for each in psutil.Process().open_files() if each.path == str(path)]


def test_what_a_cut_off_recording_lacks_is_said_and_a_last_frame_that_lasts_is_no_lack(tmp_path):
    def sentence(path) -> str | None:
        with Video(path) as video:
            return missing_end(whole(list(read_video(path, [], detector="haar"))), video.info, Sampling())

    recording = write_video(tmp_path / "recording.webm", smile(12) * 4)
    assert sentence(recording) is None
    recording.write_bytes(recording.read_bytes()[: recording.stat().st_size // 2])
    assert re.fullmatch(r"The file is cut off or damaged: [12]\.\d of the 4\.8 s .* can be read\.", sentence(recording))
    screen = write_video(tmp_path / "screen.mp4", smile(5))
    units = 10240 // 10  # of a tenth of a second in OpenCV's time scale
    assert sentence(with_times(screen, [units, units, units, units, 40 * units])) is None


def test_sampling_says_what_is_read():
    hour = VideoInfo(1920, 1080, 30.0, 3600.0)
    assert Sampling().step_s(hour) == pytest.approx(1.2)
    assert Sampling().sentence(hour).endswith("60 min long: one frame every 1.2 s is read.")
    assert Sampling(max_rate_hz=5).step_s(VideoInfo(640, 480, 30.0, 10.0)) == pytest.approx(0.2)
    assert Sampling().step_s(VideoInfo(640, 480, 30.0, 10.0)) == 0
    assert Sampling().sentence(VideoInfo(640, 480, 30.0, None)).endswith("every frame is read, 3,000 at most.")
    with pytest.raises(ConfigError, match="max_frames must be at least 1, got 0"):
        Sampling(max_frames=0)
    with pytest.raises(ConfigError, match="max_rate_hz must be above 0, got 0"):
        Sampling(max_rate_hz=0)
