"""Which files are videos, and their frames at the container's times."""

import numpy as np
import pytest
from PIL import Image

from esr_core.errors import VideoError
from esr_core.video import Video, video_file
from tests.esr_core.video.clips import smile, with_times, write_video
from tests.picture_files import encoded


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("clip") / "clip.mp4", smile(12))


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".webm", ".avi"])
def test_the_common_formats_are_read_with_size_rate_and_length(tmp_path, ending):
    path = write_video(tmp_path / f"clip{ending}", smile(12))
    with Video(path) as video:
        times = [frame.time_s for frame in video.frames()]
        assert (video.info.width, video.info.height) == (256, 160)
    np.testing.assert_allclose(times, np.arange(12) / 10, atol=1e-3)
    assert video.info.rate_hz == pytest.approx(10)
    assert video.info.duration_s == pytest.approx(1.2, abs=0.1)


def test_frames_are_rgb(tmp_path):
    red = np.zeros((160, 256, 3), dtype=np.uint8)
    red[..., 0] = 220
    with Video(write_video(tmp_path / "red.mp4", [red])) as video:
        (frame,) = video.frames()
    np.testing.assert_allclose(frame.picture.mean(axis=(0, 1)), [220, 0, 0], atol=12)


def test_times_are_the_container_s_where_the_rate_varies(tmp_path):
    path = write_video(tmp_path / "phone.mp4", smile(5))
    units = 10240 // 20  # of a twentieth of a second in OpenCV's time scale
    with Video(with_times(path, [units, 4 * units, units, 3 * units, units])) as video:
        times = [frame.time_s for frame in video.frames()]
    np.testing.assert_allclose(times, [0, 0.05, 0.25, 0.3, 0.45], atol=1e-3)


def test_a_step_leaves_frames_out_evenly(clip):
    with Video(clip) as video:
        times = [frame.time_s for frame in video.frames(step_s=0.25)]
    np.testing.assert_allclose(times, [0, 0.3, 0.5, 0.8, 1.0], atol=1e-3)  # due at 0, 0.25, 0.5, 0.75 and 1


def test_a_frame_is_found_again_by_its_time(clip):
    with Video(clip) as video:
        frames = list(video.frames())
    with Video(clip) as video:
        for place in (7, 0, 11, 3):
            again = video.frame_at(frames[place].time_s)
            assert again.time_s == frames[place].time_s
            np.testing.assert_array_equal(again.picture, frames[place].picture)
        with pytest.raises(VideoError, match=r"clip\.mp4 has no frame at 9\.00 s"):
            video.frame_at(9)


def test_the_content_decides_not_the_ending(clip, tmp_path):
    renamed = tmp_path / "clip.jpg"
    renamed.write_bytes(clip.read_bytes())
    with Video(renamed) as video:
        assert len(list(video.frames())) == 12


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "clip.mp4 is empty: expected a video, found 0 bytes"),
        (b"time,emotion\n", "clip.mp4 is not a video: expected MP4, MOV, WebM, MKV or AVI"),
        (b"#EXTM3U\nhttp://192.0.2.1/part.ts\n", "clip.mp4 is not a video"),
        (encoded(Image.new("RGB", (64, 64))), "clip.mp4 is a picture, not a video"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(64), "clip.mp4 is not a video"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(64), "clip.mp4 is not a video"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(64), "clip.mp4 is damaged or cut off"),
    ],
    ids=["empty", "text", "playlist", "picture", "sound", "heic", "header"],
)
def test_what_is_no_video_is_refused_in_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError, match=sentence):
        Video(path, "clip.mp4")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(VideoError, match=r"gone\.mp4 cannot be read: No such file"):
        Video(tmp_path / "gone.mp4", "gone.mp4")


def test_a_truncated_file_gives_what_it_has_or_a_sentence(clip, tmp_path):
    half = tmp_path / "half.mp4"  # its index, at the end, is gone
    half.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(VideoError, match=r"half\.mp4 is damaged or cut off"):
        Video(half)
    recording = write_video(tmp_path / "recording.webm", smile(12))
    recording.write_bytes(recording.read_bytes()[: 2 * recording.stat().st_size // 3])
    with Video(recording) as video:
        assert 0 < len(list(video.frames())) < 12


def test_frames_beyond_the_limit_are_refused_by_the_header(clip, monkeypatch):
    monkeypatch.setattr(video_file, "MAX_FRAME_PIXELS", 40_000)
    with pytest.raises(VideoError, match="expected at most 40,000 pixels, found 256 x 160"):
        Video(clip, "clip.mp4")


def test_a_recording_without_a_length_has_none(tmp_path):
    path = write_video(tmp_path / "browser.webm", smile(12))
    content = path.read_bytes()
    place = content.index(b"\x44\x89\x88")  # the length, which becomes an element to be skipped
    path.write_bytes(content[:place] + b"\xec\x89" + bytes(9) + content[place + 11 :])
    with Video(path) as video:
        assert video.info.duration_s is None
        assert len(list(video.frames())) == 12
