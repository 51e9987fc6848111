"""Videos put into the upload box of page Faces, and what is drawn of them."""

import os
import tomllib
from pathlib import Path

import numpy as np
import pytest

from app import answers
from app.shell import video_uploads
from esr_core.data.faces import crop_face
from esr_core.data.photographs import MAX_BYTES
from esr_core.errors import VideoError
from esr_core.metrics import mean_probability, plurality_vote
from esr_core.video import Sampling, Video, frames_of_faces, timeline, whole
from tests.app.conftest import charts, html, open_page, sentences, store_run
from tests.esr_core.video.clips import scene, smile, write_video

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return write_video(tmp_path_factory.mktemp("clip") / "clip.mp4", smile(6))


def open_videos(**address):
    app = open_page("faces", **address)
    return app.segmented_control(key="look").set_value("Video").run()


def timelines(app) -> list[dict]:
    return [chart for chart in charts(app) if chart["layout"].get("hovermode") == "x"]


def upload(app, name: str, content: bytes):
    return app.file_uploader[0].set_value((name, content, "")).run()


def test_an_uploaded_video_has_timelines_whose_answers_are_those_for_the_frame_that_is_looked_at(store, clip):
    store_run(store, "esr", branches=3)
    store_run(store, "single", branches=1)
    app = upload(open_videos(runs="esr,single"), "clip.jpg", clip.read_bytes())
    assert not app.exception
    assert not app.error
    first, second = timelines(app)
    assert first["layout"]["yaxis"]["ticktext"] == ["ensemble", "branch 1", "branch 2", "branch 3"]
    assert second["layout"]["yaxis"]["ticktext"] == ["branch 1"]
    assert html(app).count('data-testid="saliency-row"') == 2
    app.slider(key="video_time").set_value(0.42).run()  # the nearest frame is the one at 0.4 s
    explained = shown_frame(clip, app.session_state["video"], 4)
    words = timelines(app)[0]["data"][1]["text"][4]
    vote, shares = plurality_vote(explained.logits[None]), mean_probability(explained.logits[None])[0]
    named = int(vote.predictions[0])
    assert words.startswith(f"ensemble: {explained.class_names[named]} {shares[named]:.2f}<br>branch 1: ")


def test_the_time_that_is_looked_at_stays_when_more_or_less_of_the_video_is_read(store, clip):
    store_run(store, "esr", branches=1)
    app = upload(open_videos(runs="esr"), "clip.mp4", clip.read_bytes())
    app.slider(key="video_time").set_value(0.2).run()
    app.selectbox(key="video_rate").set_value("5 a second").run()
    slider = app.slider(key="video_time")
    assert (slider.max, slider.value) == (0.4, 0.2)


def shown_frame(clip: Path, video_id: str, position: int):
    """What a run says of the face in a frame, explained as a photograph is."""
    part = answers.video_reader(video_id, ["esr", "single"], Sampling(), "haar-turned").so_far()
    box = timeline(part, 1, answers.class_names("esr")).boxes[position]
    with Video(clip) as video:
        picture = list(video.frames())[position].picture
    return answers.explanation("esr", crop_face(picture, box))


def test_a_class_can_be_followed_instead_of_the_emotions(store, clip):
    store_run(store, "esr", branches=2, affect_head=True)
    app = upload(open_videos(runs="esr"), "clip.mp4", clip.read_bytes())
    app.segmented_control(key="video_class").set_value("happiness").run()
    (chart,) = timelines(app)
    assert chart["data"][0]["colorbar"]["title"]["text"] == "probability of<br>happiness"
    assert [trace.get("name") for trace in chart["data"][-2:]] == ["valence", "arousal"]


def test_a_video_without_a_face_and_one_that_is_none_are_each_told_in_a_sentence(store, tmp_path):
    store_run(store, "esr")
    app = open_videos(runs="esr")
    wall = write_video(tmp_path / "wall.mp4", [scene()] * 3)
    assert "No face was found in this video" in sentences(upload(app, "wall.mp4", wall.read_bytes()))
    app = upload(app, "notes.mp4", b"time,emotion\n")
    assert not app.exception
    assert "notes.mp4 is not a video: expected MP4, MOV, WebM, MKV or AVI" in sentences(app)


def test_a_recording_that_was_cut_off_is_shown_as_far_as_it_goes(store, tmp_path):
    store_run(store, "esr", branches=1)
    whole_one = write_video(tmp_path / "whole.webm", smile(12) * 4).read_bytes()
    app = upload(open_videos(runs="esr"), "cut.webm", whole_one[: len(whole_one) // 2])
    assert not app.exception
    (warning,) = app.main.warning
    assert warning.value.startswith("The file is cut off or damaged: ")
    assert len(timelines(app)) == 1


def test_without_a_video_there_is_one_of_a_drawn_face_and_without_a_run_it_is_not_read(store):
    app = open_videos()
    app.button(key="draw-video").click().run()
    assert "Pick trained runs in the sidebar" in sentences(app)
    with Video(video_uploads.path_of(app.session_state["video"])) as video:
        assert video.info.duration_s == pytest.approx(4)


def test_reading_goes_on_where_it_was_left_and_a_stop_keeps_what_was_read(store, clip, monkeypatch):
    monkeypatch.setattr("esr_core.video.reading.BATCH", 2)
    store_run(store, "esr")
    with clip.open("rb") as file:
        video_id = video_uploads.keep(file, "clip.mp4")
    reader = answers.video_reader(video_id, ["esr"], Sampling(max_rate_hz=5), "haar")
    assert reader.so_far() is None
    assert reader.advance()
    assert len(reader.so_far().times_s) == 2
    again = answers.video_reader(video_id, ["esr"], Sampling(max_rate_hz=5), "haar")
    assert again.advance()
    assert not again.advance()
    np.testing.assert_allclose(reader.so_far().times_s, [0, 0.2, 0.4])
    assert frames_of_faces(whole([reader.so_far()])) == {1: 3}
    reader.close()
    assert not reader.advance()


def test_old_videos_and_those_beyond_the_limit_are_removed(store, clip, tmp_path, monkeypatch):
    with clip.open("rb") as file:
        first = video_uploads.keep(file, "first.mp4")
    stored = video_uploads.path_of(first)
    os.utime(stored, (0, 0))
    other = write_video(tmp_path / "other.mp4", [scene()] * 2)
    with other.open("rb") as file:
        second = video_uploads.keep(file, "other.mp4")
    assert video_uploads.path_of(second).read_bytes() == other.read_bytes()
    with pytest.raises(VideoError, match="this video is no longer kept"):
        video_uploads.path_of(first)
    monkeypatch.setattr(video_uploads, "SIZE_LIMIT_BYTES", 10)
    with clip.open("rb") as file:
        third = video_uploads.keep(file, "third.mp4")
    assert [path.name for path in stored.parent.iterdir()] == [third.removeprefix("video-")]
    with pytest.raises(VideoError, match="no longer kept"):
        video_uploads.path_of("video-../../secret")


def test_each_upload_box_takes_what_can_be_read(store):
    server = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text())["server"]
    assert server["maxUploadSize"] == video_uploads.MAX_MB
    app = open_page("faces")
    assert app.file_uploader[0].proto.max_upload_size_mb * 1_000_000 == MAX_BYTES
    app.segmented_control(key="look").set_value("Video").run()
    assert app.file_uploader[0].proto.max_upload_size_mb == video_uploads.MAX_MB


def test_what_a_server_that_was_killed_left_of_an_upload_goes_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setenv("ESR_UPLOADS", str(tmp_path))
    half, under_way = tmp_path / "videos" / "tmpold", tmp_path / "videos" / "tmpnew"
    for folder in (half, under_way):
        folder.mkdir(parents=True)
        (folder / "video.mp4").write_bytes(b"half")
    os.utime(half, (1.0, 1.0))
    (tmp_path / "videos" / "tmpgone").symlink_to("nowhere")  # as the folder of an upload that ends just now
    video_uploads.keep_drawn()
    assert not half.exists()
    assert (under_way / "video.mp4").exists()
