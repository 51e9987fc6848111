"""The sliders that draw a face. What they say is the face's name, so the address has it and a shared link draws it."""

import streamlit as st

from app.shell import session
from esr_core.data.builtin import FaceChoices
from esr_core.data.builtin.choices import MOST, NUM_PEOPLE
from esr_core.emotions import ACTION_UNIT_NAMES, EMOTIONS

PREFIX = "drawn-"
STEP = 5  # of every percentage
TITLES = {"yaw": "Turned to the side, %", "roll": "Tilted, degrees", "light": "Light from the side, %"}


def start() -> None:
    """Draw a first face."""
    _draw(FaceChoices.posing("happiness", 80))


def sliders(face_id: str) -> None:
    """Draw the controls of a drawn face; nothing for any other."""
    if not face_id.startswith(PREFIX):
        return
    choices = FaceChoices.from_text(face_id.removeprefix(PREFIX))
    _show(choices)
    st.number_input("Person", 1, NUM_PEOPLE, key="draw-person", on_change=_take)
    st.selectbox("Emotion", EMOTIONS, index=None, placeholder="a mixture", key="draw-emotion", on_change=_pose)
    has_one = choices.emotion not in (None, "neutral")
    st.slider("Intensity, %", STEP, 100, step=STEP, key="draw-intensity", on_change=_pose, disabled=not has_one)
    with st.expander("Action units"):
        for unit, name in ACTION_UNIT_NAMES.items():
            st.slider(f"AU{unit} {name}, %", 0, 100, step=STEP, key=f"draw-au{unit}", on_change=_take)
        st.toggle("AU12 and AU14 on one side", key="draw-side", on_change=_take)
    with st.expander("Pose and light"):
        for name, most in MOST.items():
            st.slider(TITLES[name], -most, most, key=f"draw-{name}", on_change=_take)


def _show(choices: FaceChoices) -> None:
    """Set the controls to what is drawn, whether a control, an address or another page chose it."""
    session.show("draw-person", choices.person)
    session.show("draw-side", choices.one_sided)
    session.show("draw-emotion", choices.emotion)
    session.show("draw-intensity", max(STEP, *choices.action_units.values()) if choices.action_units else 100)
    for unit in ACTION_UNIT_NAMES:
        session.show(f"draw-au{unit}", choices.action_units.get(unit, 0))
    for name in MOST:
        session.show(f"draw-{name}", getattr(choices, name))


def _take() -> None:
    """Draw what the controls say."""
    state = st.session_state
    units = {unit: value for unit in ACTION_UNIT_NAMES if (value := state[f"draw-au{unit}"])}
    _draw(FaceChoices(state["draw-person"], units, state["draw-side"], *(state[f"draw-{name}"] for name in MOST)))


def _pose() -> None:
    """Draw the chosen emotion; without one all stays as it is."""
    state = st.session_state
    if state["draw-emotion"] is None:
        return
    posed = FaceChoices.posing(state["draw-emotion"], state["draw-intensity"])
    state["draw-side"] = posed.one_sided
    for unit in ACTION_UNIT_NAMES:
        state[f"draw-au{unit}"] = posed.action_units.get(unit, 0)
    _take()


def _draw(choices: FaceChoices) -> None:
    session.set_face_id(f"{PREFIX}{choices.to_text()}")
