"""The fields of a new training, or of several at once."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.kit.option_box import lasting_titles
from app.kit.plain_text import for_markdown
from app.training.training_choice import TrainingChoice
from esr_core.architectures import ARCHITECTURES, Architecture
from esr_core.config import Strategy, TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.presets import Preset

OWN = "none"
PRECISIONS = ("float32", "bfloat16")  # which every device has


class Places(dict[str, DeltaGenerator]):
    """An empty place below each field, by the field's name, for a sentence on why its value is refused."""

    def add(self, *fields: str) -> None:
        """Put the places of fields here, each the full width, so that columns do not squeeze their sentences."""
        self.update({field: st.empty() for field in fields})

    def advise(self, field: str, sentence: str) -> None:
        """Say something of a field below it."""
        self[field].caption(for_markdown(sentence))

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Say why fields are refused, each below its own."""
        for field, sentence in refused.items():
            self[field].error(for_markdown(sentence))


def train_form(
    sets: Mapping[str, PreparedCard],
    presets: Mapping[str, Preset],
    copied: Mapping[str, Preset],
    devices: Sequence[str],
    key: str,
) -> tuple[TrainingChoice, Places]:
    """Draw the fields; a preset fills them, and each may still be changed.

    Args:
        sets: prepared sets by id.
        presets: by name.
        copied: settings of a run that is to be trained again with a difference, by their name.
        devices: to choose from.
        key: what the fields' keys begin with.

    Returns:
        Their values, and a place below each of these, and below ``branches``, ``batch_size``, ``device`` and
        ``precision``.
    """
    places = Places()

    titles = {name: f"{name} · {card.num_pictures:,} pictures" for name, card in sets.items()}
    data = st.selectbox("Data", list(sets), format_func=lasting_titles(titles, f"{key}-data"), key=f"{key}-data")
    places.add("data")
    preset, given = _preset({**copied, **presets}, key)
    places.add("preset")
    filled = _filled(given)
    key = f"{key}-{preset}"  # another preset, other fields: each keeps what was typed
    architecture = st.segmented_control(
        "Network",
        tuple(ARCHITECTURES),
        default=filled["network.architecture"],
        key=f"{key}-architecture",
        required=True,
    )
    levels, strategies = _varied(filled, architecture, key, places)
    settings = _numbers(filled, key, places) | {"network.architecture": architecture}
    seeds, folds = _number_lists(filled, key, places)
    first = devices.index(filled["device"]) if filled["device"] in devices else 0
    settings["device"] = st.selectbox("Device", devices, first, key=f"{key}-device")
    places.add("device")
    if precision := _precision(given, key, places):
        settings["precision"] = precision
    known, base = (preset, {}) if preset in presets else (None, given)
    return TrainingChoice(data, known, tuple(levels), tuple(strategies), seeds, folds, settings, base), places


def _preset(presets: Mapping[str, Preset], key: str) -> tuple[str, Mapping[str, Any]]:
    """The name and the settings of what fills the fields, explained in a line."""
    lines = [f"- {for_markdown(name)}: {for_markdown(preset.what)}" for name, preset in presets.items()]
    told = "\n".join(["Fills the fields below", "", *lines])
    name = st.selectbox("Preset", [OWN, *presets], key=f"{key}-preset", help=told)
    if name == OWN:
        return name, {}
    st.caption(for_markdown(presets[name].what))
    return name, presets[name].settings


def _precision(preset: Mapping[str, Any], key: str, places: Places) -> str | None:
    """What the forward pass computes in; None where nobody has chosen it."""
    precision = st.segmented_control(
        "Precision", PRECISIONS, default=preset.get("precision"), key=f"{key}-precision", help="float32 unless chosen"
    )
    places.add("precision")
    return precision


def _number_lists(filled: Mapping[str, Any], key: str, places: Places) -> tuple[str, str]:
    """Texts of seeds and folds: each combination is a run."""
    first, later = st.columns(2)
    seeds = first.text_input("Seeds", str(filled["seed"]), key=f"{key}-seeds", help="As 0 or 0-2")
    folds = later.text_input(
        "Folds",
        str(filled["protocol.fold"]),
        key=f"{key}-folds",
        help="As 0 or 0-9; where the data has no split of its own",
    )
    places.add("seeds", "folds")
    return seeds, folds


def _varied(
    filled: Mapping[str, Any], architecture: Architecture, key: str, places: Places
) -> tuple[list[int], list[str]]:
    """Branching levels and strategies: each combination is a run."""
    highest = ARCHITECTURES[architecture].num_blocks
    levels = st.pills(
        "Shared blocks (0 = traditional ensemble)", range(highest + 1), selection_mode="multi",
        default=[min(filled["network.branching_level"], highest)], key=f"{key}-levels-{architecture}",
    )  # fmt: skip
    places.add("levels")
    offered = dict.fromkeys([*get_args(Strategy)[:-1], filled["strategy"]])  # custom rates come from elsewhere
    strategies = st.pills(
        "Strategies", list(offered), selection_mode="multi", default=[filled["strategy"]],
        key=f"{key}-strategies",
    )  # fmt: skip
    places.add("strategies")
    return levels, strategies


def _numbers(filled: Mapping[str, Any], key: str, places: Places) -> dict[str, Any]:
    """The fields that hold one number each."""
    branches = st.number_input(
        "Branches (1 = single network)", 1, 32, filled["network.num_branches"], key=f"{key}-branches"
    )
    places.add("branches")
    first, later = st.columns(2)
    places.add("batch_size")
    return {
        "network.num_branches": branches,
        "epochs_first_branch": first.number_input(
            "Epochs", 1, 10_000, filled["epochs_first_branch"], key=f"{key}-epochs", help="Of the first branch"
        ),
        "epochs_later_branch": later.number_input(
            "Later epochs", 1, 10_000, filled["epochs_later_branch"], key=f"{key}-later", help="Of each later branch"
        ),
        "batch_size": first.number_input("Batch size", 2, 1024, filled["batch_size"], key=f"{key}-batch"),
        "learning_rate": later.number_input(
            "Learning rate", 0.0001, 1.0, filled["learning_rate"], format="%.4f", key=f"{key}-rate"
        ),
    }


def _filled(preset: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields begin with: the preset's values, else ones that train in minutes."""
    plain = TrainingConfig(data="", epochs_first_branch=20, epochs_later_branch=10)
    values = {name: getattr(plain, name) for name in TrainingConfig.model_fields}
    values |= {f"network.{name}": getattr(plain.network, name) for name in type(plain.network).model_fields}
    return values | {"protocol.fold": plain.protocol.fold} | dict(preset)
