"""Which video, which of its frames are read, and for which face and class its timelines are drawn."""

from collections.abc import Sequence

import streamlit as st

from app.kit.option_box import option_box
from app.kit.plain_text import for_markdown
from app.shell import session, video_uploads
from esr_core.errors import VideoError
from esr_core.video import READABLE, Sampling, VideoPart, frames_of_faces

RATES: dict[str, float | None] = {"every frame": None, "10 a second": 10.0, "5 a second": 5.0, "1 a second": 1.0}
EMOTIONS = "predicted emotions"
MOST_FACES = 12  # that are offered, the most frequent


def choose() -> str | None:
    """The upload box, and the id of the video to read; None, with one sentence and one button, without any."""
    upload_box, rate_box = st.columns([5, 1], vertical_alignment="bottom")
    _take_upload(upload_box)
    rate_box.selectbox("Frames to read", list(RATES), key="video_rate", persist_state="session")
    video_id, place = session.video_id(), st.empty()  # empty at once while a video is read, which may take minutes
    if video_id is not None:
        place.empty()
        return video_id
    with place.container():
        st.info(f"Upload a video with a face in it ({READABLE}), or begin with one of a drawn face.")
        st.button("Use a drawn video", key="draw-video", type="primary", on_click=_take_drawn)
    return None


def sampling() -> Sampling:
    """Which frames are read, as chosen above."""
    return Sampling(max_rate_hz=RATES[st.session_state["video_rate"]])


def choose_face(part: VideoPart) -> int | None:
    """The number of one of the faces of a video; None, with a sentence, if it has none."""
    faces = frames_of_faces(part)
    if not faces:
        st.warning("No face was found in this video; another detector may find one.")
        return None
    if len(faces) == 1:
        return next(iter(faces))
    offered = list(faces)[:MOST_FACES]
    label = "Face, the most frequent first" if len(faces) <= MOST_FACES else f"Face, {MOST_FACES} of {len(faces)}"
    return option_box(st.container(), label, {n: f"face {n}, {faces[n]:,} frames" for n in offered}, "video_face")


def choose_class(class_names: Sequence[tuple[str, ...]]) -> str | None:
    """A class whose probability the timelines show, of those that any run knows; None shows the emotions named."""
    names = dict.fromkeys(name for names in class_names for name in names)
    chosen = st.segmented_control(
        "Timelines of",
        [EMOTIONS, *names],
        default=EMOTIONS,
        key="video_class",
        persist_state="session",
        label_visibility="collapsed",
    )
    return None if chosen in (None, EMOTIONS) else chosen


def _take_upload(box: st.delta_generator.DeltaGenerator) -> None:
    """Keep what was uploaded, once."""
    # Whatever its ending: its content decides
    file = box.file_uploader("Video", max_upload_size=video_uploads.MAX_MB, key="video_upload")
    if file is None or st.session_state.get("video_file") == file.file_id:
        return
    try:
        session.set_video_id(video_uploads.keep(file, file.name))
        st.session_state["video_file"] = file.file_id
    except VideoError as error:
        st.error(for_markdown(str(error)))


def _take_drawn() -> None:
    try:
        session.set_video_id(video_uploads.keep_drawn())
    except VideoError as error:
        session.set_problem(str(error))
