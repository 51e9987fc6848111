"""What one user has chosen for more than one view: ids and plain values, each with one typed get and set.

What a single view remembers, such as the rows of its table, stays in that view. Picked runs, the face, how it is found
or where it is marked, the video and the prepared set are also in the address, so that a refresh or a shared link shows
the same.
"""

import secrets
from collections.abc import Sequence

import streamlit as st

RUNS, FACE, SET, DETECTOR, MARK, VIDEO = "runs", "face", "set", "detector", "mark", "video"
BEHIND = "sidebar_is_behind"
ASIDE = "runs_set_aside"


def catch_up() -> None:
    """Draw the whole app where a click within a part has said something for the sidebar, which is no part of that."""
    if st.session_state.pop(BEHIND, False):
        st.rerun(scope="app")


def sidebar_is_drawn() -> None:
    """Note that the sidebar shows everything that was said so far."""
    st.session_state.pop(BEHIND, None)


def restore() -> None:
    """Take over what the address says on first sight, and put into it what is chosen; once per script run."""
    for key in (RUNS, FACE, SET, DETECTOR, MARK, VIDEO):
        if key not in st.session_state and (value := st.query_params.get(key)):
            st.session_state[key] = list(dict.fromkeys(filter(None, value.split(",")))) if key == RUNS else value
    _show_in_address()


def show(key: str, value: object) -> None:
    """Let the widget of this key show a value.

    Where it shows it already nothing is sent: the browser may be ahead of this run of the script.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def is_first_visit() -> bool:
    """Whether neither the address nor anybody in this session has picked runs, or picked none."""
    return RUNS not in st.session_state


def picked_runs() -> list[str]:
    """Ids of the runs to compare, in the order they were picked."""
    return list(st.session_state.get(RUNS, []))


def set_picked_runs(run_ids: Sequence[str]) -> None:
    """Choose the runs to compare."""
    st.session_state[RUNS] = list(run_ids)
    _show_in_address()


def set_runs_aside() -> None:
    """Pick none for as long as the folder of runs is out of reach."""
    if runs := picked_runs():
        st.session_state[ASIDE] = runs
        set_picked_runs([])


def pick_runs_set_aside() -> None:
    """Pick again what was picked before that, unless something else is by now."""
    if (runs := st.session_state.pop(ASIDE, None)) and not picked_runs():
        set_picked_runs(runs)


def pick_run(run_id: str) -> None:
    """Add a run to those to compare."""
    set_picked_runs(list(dict.fromkeys([*picked_runs(), run_id])))


def face_id() -> str | None:
    """The photograph: ``upload-<sha256>``, ``sample-<k>``, ``drawn-<choices>``, ``set-<set>-<row>`` or None."""
    return st.session_state.get(FACE)


def set_face_id(face: str) -> None:
    """Choose the photograph to look at; a mark in the one before means nothing in it."""
    if face != face_id():
        st.session_state.pop(MARK, None)
    st.session_state[FACE] = face
    _show_in_address()


def detector() -> str | None:
    """Name of the way to find faces; None takes the recommended one."""
    return st.session_state.get(DETECTOR)


def set_detector(name: str) -> None:
    """Choose the way to find faces."""
    st.session_state[DETECTOR] = name
    _show_in_address()


def face_mark() -> str | None:
    """The face marked by hand in the photograph, ``x,y,width,height`` in pixels as the address has it; None if none."""
    return st.session_state.get(MARK)


def set_face_mark(mark: str | None) -> None:
    """Mark a face by hand, or take the mark back."""
    st.session_state[MARK] = mark
    _show_in_address()


def video_id() -> str | None:
    """The video to look at: ``video-<sha256>`` or None."""
    return st.session_state.get(VIDEO)


def set_video_id(video: str) -> None:
    """Choose the video to look at."""
    st.session_state[VIDEO] = video
    _show_in_address()


def prepared_set() -> str | None:
    """Name of the prepared set to look at; None takes the first."""
    return st.session_state.get(SET)


def set_prepared_set(name: str) -> None:
    """Choose the prepared set to look at."""
    st.session_state[SET] = name
    _show_in_address()


def copied_run() -> str | None:
    """The run whose settings the form offers to begin with."""
    return st.session_state.get("copied_run")


def set_copied_run(run_id: str) -> None:
    """Copy a run's settings into the form."""
    st.session_state["copied_run"] = run_id
    st.session_state["copy_is_new"] = st.session_state[BEHIND] = True


def take_new_copy() -> bool:
    """Whether a run was copied since this was asked last."""
    return st.session_state.pop("copy_is_new", False)


def launch_token() -> str:
    """The token of the next launch: whoever spends it first launches, a second click finds another one."""
    return st.session_state.setdefault("launch_token", secrets.token_hex(8))


def spend_launch_token(token: str) -> bool:
    """Whether this token was still good; it is not any more."""
    if st.session_state.get("launch_token") != token:
        return False
    st.session_state["launch_token"] = secrets.token_hex(8)
    return True


def deleted_runs() -> list[str]:
    """Ids of the runs that the last click on *Delete* put into the trash, as long as nothing was restored since."""
    return list(st.session_state.get("deleted_runs", []))


def set_deleted_runs(run_ids: Sequence[str]) -> None:
    """Remember what can be undone."""
    st.session_state["deleted_runs"] = list(run_ids)
    st.session_state[BEHIND] = True


def set_problem(sentence: str) -> None:
    """Remember why a click could not do what it was for."""
    st.session_state["problem"] = sentence
    st.session_state[BEHIND] = True


def take_problem() -> str | None:
    """That sentence, once."""
    return st.session_state.pop("problem", None)


def set_launch_problem(sentence: str) -> None:
    """Remember why the form could not launch what it says."""
    st.session_state["launch_problem"] = sentence


def take_launch_problem() -> str | None:
    """That sentence, once."""
    return st.session_state.pop("launch_problem", None)


def _show_in_address() -> None:
    if picked := picked_runs():
        st.query_params[RUNS] = ",".join(picked)
    elif RUNS in st.query_params:
        del st.query_params[RUNS]
    values = (FACE, face_id()), (SET, prepared_set()), (DETECTOR, detector()), (MARK, face_mark()), (VIDEO, video_id())
    for key, value in values:
        if value:
            st.query_params[key] = value
        elif key in st.query_params:
            del st.query_params[key]
