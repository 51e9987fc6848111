"""The sidebar: which runs to compare, a form that trains a new one, and what is running now."""

from collections.abc import Mapping

import streamlit as st

from app import answers
from app.kit.error_sentence import errors_as_sentences
from app.kit.plain_text import for_markdown
from app.kit.run_progress import run_progress
from app.shell import clicks, run_picker, session
from app.shell.permissions import can_sign_in, refusal
from app.training import copied_run, plan
from app.training.forecast import launch_forecast
from app.training.form import Places, train_form
from app.training.training_choice import TrainingChoice
from esr_core.data.prepared import PreparedCard
from esr_core.devices import available_devices
from esr_core.gallery import FIRST_VISIT
from esr_core.jobs import place_title
from esr_core.presets import PRESETS, Preset
from esr_core.records import ACTIVE_JOBS, HERE, RunInfo

REFRESH_S = 2.0
NUM_FIRST = 3  # runs picked on a first visit
DEVICES_OF_A_CLUSTER = ("auto", "cuda", "cpu")


def draw_sidebar() -> None:
    """Draw it; the same on every page."""
    with st.sidebar:
        st.header("ESR Lab", divider="gray")
        _run_picker()
        _train()
        if problem := session.take_problem():
            st.error(for_markdown(problem))
        _offer_undo()
        session.sidebar_is_drawn()
        is_active = any(not run.is_over for run in answers.runs())
        st.fragment(_monitor, run_every=REFRESH_S if is_active else None)()


def _run_picker() -> None:
    """Choose runs, at first some of the gallery; ids in the address that are no runs are dropped, and said."""
    run_picker.take()
    labels = {run.run_id: _title(run) for run in answers.runs() if not run.unusable}
    if absence := answers.runs_absence():
        st.info(for_markdown(absence))
        session.set_runs_aside()
    else:
        session.pick_runs_set_aside()
    if session.is_first_visit():
        session.set_picked_runs([run_id for run_id in FIRST_VISIT if run_id in labels][:NUM_FIRST])
    unknown = [run_id for run_id in session.picked_runs() if run_id not in labels]
    if unknown:
        session.set_picked_runs([run_id for run_id in session.picked_runs() if run_id in labels])
        reasons = "; ".join(run.unusable for run in answers.runs() if run.run_id in unknown)
        st.warning(for_markdown(f"There is no readable run {', '.join(unknown)}{reasons and f': {reasons}'}."))
    run_picker.draw(labels, session.picked_runs())


def _title(run: RunInfo) -> str:
    return f"{run.label} · {run.run_id}{' · shipped' if run.is_shipped else ''}"


def _offer_undo() -> None:
    """Say what was deleted just now, and let it come back, as long as nobody emptied the trash."""
    trashed = {run.run_id for run in answers.trash()} if session.deleted_runs() else set()
    if deleted := [run_id for run_id in session.deleted_runs() if run_id in trashed]:
        count = f"{len(deleted)} runs are" if len(deleted) > 1 else "1 run is"
        st.info(f"{count} in the trash, which page Runs shows.")
        st.button("Undo", on_click=clicks.restore_runs, args=(deleted,), disabled=refusal() is not None)


def _train() -> None:
    """The form, what it would cost, and a button; a click launches once, however often it is clicked."""
    if reason := refusal():
        st.caption(for_markdown(reason))
        if can_sign_in():
            st.button("Sign in", on_click=st.login)
        return
    sets = answers.prepared()
    copied = _copied(sets)
    form = st.expander("Train", key="train-form", on_change="rerun")
    with form:
        if not sets:
            st.caption("No prepared set yet. The demonstration on page Runs draws one; `prepare` makes others.")
            return
        presets = {name: preset for name, preset in PRESETS.items() if not preset.goes_on}
        place = answers.place()
        devices = available_devices() if place == HERE else DEVICES_OF_A_CLUSTER
        choice, places = train_form(sets, presets, copied, devices, key="train")
        st.caption(for_markdown(f"On {place_title(place)}"))
        refused = plan.refused_fields(choice, sets)
        places.refuse(refused)
        label = "Train" if refused else _forecast(choice, sets)
        if problem := session.take_launch_problem():
            st.error(for_markdown(problem))
        token = session.launch_token()
        st.button(
            label,
            type="primary",
            on_click=clicks.train,
            args=(choice, token),
            disabled=bool(refused),
            width="stretch",
        )
        if form.open and not refused and place == HERE:
            _advise(choice, sets, places)


def _copied(sets: Mapping[str, PreparedCard]) -> dict[str, Preset]:
    """The settings of the run that is to be trained again with a difference; newly copied ones fill the form."""
    run = next((run for run in answers.runs() if run.run_id == session.copied_run()), None)
    if run is None:
        return {}
    if session.take_new_copy():
        filled = {
            "train-form": True,
            "train-preset": copied_run.name_of(run),
            "train-data": copied_run.set_of(run, sets),
        }
        st.session_state.update({key: value for key, value in filled.items() if value})
    return copied_run.copied_settings(run, sets)


def _advise(choice: TrainingChoice, sets: Mapping[str, PreparedCard], places: Places) -> None:
    """Say how much faster bfloat16 would be where no precision was chosen; last, for it is measured first."""
    config = plan.training_configs(choice, sets)[0]
    if "precision" not in choice.settings and (advice := answers.precision_advice(config)):
        places.advise("precision", advice)


def _forecast(choice: TrainingChoice, sets: Mapping[str, PreparedCard]) -> str:
    """Say what a launch would cost; the label of its button."""
    forecast = answers.forecast(plan.training_configs(choice, sets), choice.data)
    launch_forecast(forecast.parameters, forecast.seconds, choice.device, forecast.existing, forecast.warnings)
    count = len(forecast.parameters)
    return "Train" if count == 1 else f"Train {count} runs"


@errors_as_sentences()
def _monitor() -> None:
    """What runs and what waits, refreshed on its own; the page is drawn anew once when something ends."""
    session.catch_up()
    active = [run for run in answers.runs() if not run.is_over]
    if reason := answers.pause_reason():
        st.warning(for_markdown(f"The queue is paused: {reason}"))
        st.button("Go on", on_click=clicks.go_on, disabled=refusal() is not None)
    elif any(run.status.state == "queued" for run in active) and not answers.has_worker():
        st.warning("Trainings wait, and no worker is at work on them.")
        st.button("Start a worker", on_click=clicks.start_worker, disabled=refusal() is not None)
    jobs = answers.jobs()
    stopping = {job.run_id for job in jobs if job.state == "stopping"}
    has_slot = {job.run_id for job in jobs if job.state in ACTIVE_JOBS}
    running = [run for run in active if run.status.state == "running" or run.run_id in has_slot]
    for run in running:
        run_progress(run)
        label = "Stopping" if run.run_id in stopping else "Stop"
        st.button(
            label,
            key=f"stop-{run.run_id}",
            on_click=clicks.stop_runs,
            args=([run.run_id],),
            disabled=run.run_id in stopping or refusal() is not None,
        )
    if waiting := len(active) - len(running):
        st.caption(f"{waiting} waiting; see page Jobs")
    before = st.session_state.get("active_runs", [])
    st.session_state["active_runs"] = [run.run_id for run in active]
    if set(before) - {run.run_id for run in active}:
        st.rerun(scope="app")
