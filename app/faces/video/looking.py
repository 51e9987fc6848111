"""A video read to its end, or as far as one waits: timelines of a face, and the frame that is looked at."""

from collections.abc import Sequence
from functools import partial

import cv2
import numpy as np
import streamlit as st

from app import answers
from app.faces import face_marking
from app.faces.photograph import CHOSEN, OTHER, face_as_seen
from app.faces.video import video_choice
from app.kit.figure import draw_figure
from app.kit.save_menu import save_menu
from app.shell import chosen_face, session
from esr_core.charts.timeline import TimelineView, timeline_chart
from esr_core.records import RunInfo
from esr_core.video import Timeline, VideoPart, face_table, missing_end, published_table, timeline

SHOWN_PX = 480  # longest side of the frame that is sent to the browser
TIME, ENDS, STOPPED = "video_time", "video_ends", "video_stopped"


def look(runs: Sequence[RunInfo], is_grey: bool) -> np.ndarray | None:
    """Draw a video and what those of these runs say of it that have trained networks.

    Args:
        runs: that are picked.
        is_grey: whether all of them take grey pictures.

    Returns:
        The chosen face of the chosen frame, uint8 RGB (96, 96, 3); None while there is none.
    """
    video_id = video_choice.choose()
    trained = [run for run in runs if run.config and run.best]
    if video_id is None:
        return None
    if not trained:
        st.info("Pick trained runs in the sidebar to see what their branches make of the video.")
        return None
    side, main = st.columns([1, 4], gap="medium")
    with main:
        part = _read(video_id, [run.run_id for run in trained])
    with side:
        number = video_choice.choose_face(part) if part else None
        if part is None or number is None:
            face_marking.choose_detector()
            return None
        faces = [timeline(part, number, answers.class_names(run.run_id), n) for n, run in enumerate(trained)]
        place = _choose_frame(faces[0])
        crop = _draw_frame(video_id, part, number, faces[0], place)
        face_as_seen(crop, is_grey)
        with st.expander("How faces are found"):
            face_marking.choose_detector()
    with main:
        _draw_timelines(trained, part, faces, float(faces[0].times_s[faces[0].frames[place]]))
    return crop


def _read(video_id: str, run_ids: Sequence[str]) -> VideoPart | None:
    """All of the video that has been read; reading goes on until it ends or is stopped."""
    info, sampling, detector = answers.video_info(video_id), video_choice.sampling(), chosen_face.detector_name()
    st.caption(sampling.sentence(info))
    reader = answers.video_reader(video_id, run_ids, sampling, detector)
    asked = f"{video_id} {run_ids} {sampling} {detector}"
    is_stopped = st.session_state.get(STOPPED) == asked
    if not is_stopped:
        _read_on(reader, asked)
    part = reader.so_far()
    if part is None:
        st.info("Nothing of the video has been read.")
    elif is_stopped:
        st.info(f"Stopped after {part.times_s[-1]:.1f} s of the video, {len(part.times_s):,} frames.")
    elif sentence := missing_end(part, info, sampling):
        st.warning(sentence)
    if is_stopped:
        st.button("Read on", on_click=st.session_state.pop, args=(STOPPED, None))
    return part


def _read_on(reader: answers.VideoReader, asked: str) -> None:
    """Read to the end, with a bar and a button that stops."""
    if not reader.advance():
        return
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, "Reading the video")
        st.button("Stop", on_click=st.session_state.__setitem__, args=(STOPPED, asked))
    while (part := reader.so_far()) and reader.advance():
        bar.progress(part.share, f"Reading the video: {part.times_s[-1]:.1f} s, {len(part.boxes):,} faces in frames")
    place.empty()


def _choose_frame(face: Timeline) -> int:
    """Position among the frames with the face of the one nearest to the time that is chosen."""
    times_s = face.times_s[face.frames]
    first, last = float(face.times_s[0]), float(face.times_s[-1])
    chosen_s = st.session_state.get(TIME, -1.0)
    if not first <= chosen_s <= last:
        chosen_s = float(times_s[len(times_s) // 2])
    if st.session_state.get(ENDS) != (first, last):  # to Streamlit another slider, which would begin at its start
        st.session_state[ENDS], st.session_state[TIME] = (first, last), chosen_s
    session.show(TIME, chosen_s)
    if last > first:
        st.slider("Time, s", first, last, step=0.01, key=TIME)
    return int(np.abs(times_s - st.session_state[TIME]).argmin())


def _draw_frame(video_id: str, part: VideoPart, number: int, face: Timeline, place: int) -> np.ndarray:
    """The frame with boxes around its faces, the chosen one's in colour; its crop."""
    frame = int(face.frames[place])
    time_s = float(face.times_s[frame])
    picture = answers.video_frame(video_id, time_s)
    shrink = min(1.0, SHOWN_PX / max(picture.shape[:2]))
    shown = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    for row in np.flatnonzero(part.frames == frame):
        corners = np.rint(np.array(part.boxes[row].corners) * shrink).astype(np.int32)
        cv2.polylines(shown, [corners], True, CHOSEN if part.numbers[row] == number else OTHER, 3, cv2.LINE_AA)
    st.image(shown, caption=f"Frame at {time_s:.2f} s", alt="The frame with a box around each face", width="stretch")
    return answers.video_crop(video_id, time_s, face.boxes[place])


def _draw_timelines(runs: Sequence[RunInfo], part: VideoPart, faces: Sequence[Timeline], chosen_s: float) -> None:
    class_name = video_choice.choose_class([face.class_names for face in faces])
    for ensemble, (run, face) in enumerate(zip(runs, faces, strict=True)):
        known = class_name if class_name in face.class_names else None
        view = TimelineView(f"{run.label} over time", known, chosen_s, name=f"video-{run.run_id}")
        draw_figure(timeline_chart(face, view, partial(published_table, face)), view.name, _pick)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Every face of every frame, with each branch's probabilities:", width="content")
            save_menu(f"video-faces-{run.run_id}", {"CSV": partial(_csv, part, face, ensemble)})


def _csv(part: VideoPart, face: Timeline, ensemble: int) -> str:
    return face_table(part, face.class_names, ensemble).to_csv(index=False)


def _pick(time_s: float) -> None:
    st.session_state[TIME] = float(time_s)
