"""The sliders that draw a face. What they say is the face's name, so the address has it and a shared link draws it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from app.shell import session
from app.shell.controls import Controls, Values
from esr_core.data.builtin import FaceChoices
from esr_core.data.builtin.choices import MOST, NUM_PEOPLE
from esr_core.emotions import ACTION_UNIT_NAMES, EMOTIONS

PREFIX = "drawn-"
STEP = 5  # of every percentage
TITLES = {"yaw": "Turned to the side, %", "roll": "Tilted, degrees", "light": "Light from the side, %"}
EMOTION, INTENSITY = "draw-emotion", "draw-intensity"
UNITS = {f"draw-au{unit}": unit for unit in ACTION_UNIT_NAMES}
FIELDS = {"draw-person": "person", "draw-side": "one_sided"} | {f"draw-{name}": name for name in MOST}


def start() -> None:
    """Draw a first face."""
    _draw(FaceChoices.posing("happiness", 80))


def take() -> None:
    """Draw what was chosen in the controls since; call it before the face is opened."""
    face_id = session.face_id() or ""
    if EMOTION in st.session_state and face_id.startswith(PREFIX):
        CONTROLS.take(face_id, lambda chosen: _draw(_changed(_choices(face_id), chosen)))


def sliders(face_id: str) -> None:
    """Draw the controls of a drawn face; nothing for any other."""
    if not face_id.startswith(PREFIX):
        return
    has_one = _choices(face_id).emotion not in (None, "neutral")
    CONTROLS.show(face_id)
    st.number_input("Person", 1, NUM_PEOPLE, key="draw-person")
    st.selectbox("Emotion", EMOTIONS, index=None, placeholder="a mixture", key=EMOTION)
    st.slider("Intensity, %", STEP, 100, step=STEP, key=INTENSITY, disabled=not has_one)
    with st.expander("Action units"):
        for key, unit in UNITS.items():
            st.slider(f"AU{unit} {ACTION_UNIT_NAMES[unit]}, %", 0, 100, step=STEP, key=key)
        st.toggle("AU12 and AU14 on one side", key="draw-side")
    with st.expander("Pose and light"):
        for name, most in MOST.items():
            st.slider(TITLES[name], -most, most, key=f"draw-{name}")
    CONTROLS.send(face_id)


def _values(face_id: str) -> Values:
    """What the controls show of a drawn face."""
    if not face_id.startswith(PREFIX):
        return {}
    choices = _choices(face_id)
    units = choices.action_units
    return (
        {EMOTION: choices.emotion, INTENSITY: max(STEP, *units.values()) if units else 100}
        | {key: units.get(unit, 0) for key, unit in UNITS.items()}
        | {key: getattr(choices, name) for key, name in FIELDS.items()}
    )


def _changed(choices: FaceChoices, chosen: Values) -> FaceChoices:
    """The face with what was chosen: an emotion as strong as its slider says, then what single controls say."""
    state = st.session_state
    posed = FaceChoices.posing(state[EMOTION] or "neutral", state[INTENSITY])
    if chosen.get(EMOTION):
        choices = replace(choices, action_units=posed.action_units, one_sided=posed.one_sided)
    elif INTENSITY in chosen:
        choices = replace(choices, action_units={**choices.action_units, **posed.action_units})
    fields: dict[str, Any] = {name: chosen[key] for key, name in FIELDS.items() if key in chosen}
    units = {**choices.action_units, **{unit: chosen[key] for key, unit in UNITS.items() if key in chosen}}
    return replace(choices, action_units={unit: value for unit, value in units.items() if value}, **fields)


def _choices(face_id: str) -> FaceChoices:
    return FaceChoices.from_text(face_id.removeprefix(PREFIX))


def _draw(choices: FaceChoices) -> None:
    session.set_face_id(f"{PREFIX}{choices.to_text()}")


CONTROLS = Controls("shown-drawn-face", _values)
