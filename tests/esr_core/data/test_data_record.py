"""What a run keeps of its prepared set makes that set again."""

import shlex
from dataclasses import asdict

import pytest

from esr_core.commands import build_parser, main
from esr_core.data.builtin import builtin_source
from esr_core.data.data_record import DataRecord, absent_set
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard

FERPLUS = DataRecord("ferplus", "FER+", "none", ("a", "b"), {}, 3, 1, (1, 1), {}, "f" * 64)


def record(**changes) -> DataRecord:
    return DataRecord(**(asdict(FERPLUS) | changes))


def test_a_card_is_kept_with_all_that_describes_the_set(tmp_path):
    card = prepare(builtin_source(2, 1), tmp_path / "set")
    kept = DataRecord.from_card(asdict(card))
    assert (kept.name, kept.licence, kept.counts) == ("builtin", "MIT", card.counts)
    assert DataRecord.from_card(asdict(kept) | {"of a later version": 1}) == kept


@pytest.mark.parametrize("damage", [{"counts": "many"}, {"licence": None}])
def test_a_card_with_another_type_is_refused(damage):
    with pytest.raises(ValueError, match=next(iter(damage))):
        DataRecord.from_card(asdict(FERPLUS) | damage)


def test_the_command_draws_the_same_faces_again(tmp_path):
    first = prepare(builtin_source(3, 2, seed=5, difficulty="hard"), tmp_path / "first")
    command = DataRecord.from_card(asdict(first)).prepare_command(str(tmp_path / "again here"))
    assert main(shlex.split(command)[3:]) == 0
    assert PreparedCard.read(tmp_path / "again here").fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("name", "options", "command"),
    [
        ("ferplus", {}, "prepare ferplus SRC prepared/x"),
        ("ck+", {}, "prepare ck+ SRC prepared/x"),
        ("builtin", {"whole_image": True}, "prepare folder SRC prepared/x --whole-image"),  # a folder of that name
        ("mine", {"whole_image": False}, "prepare folder SRC prepared/x"),
        (
            "mine",
            {"whole_image": True, "labels": "l.csv"},
            "prepare folder SRC prepared/x --whole-image --labels l.csv",
        ),
    ],
)
def test_the_command_is_that_of_the_data_sets_kind(name, options, command):
    written = record(name=name, options=options).prepare_command("prepared/x")
    assert written == f"python -m esr_core {command}"
    assert build_parser().parse_args(shlex.split(written)[3:]).command == "prepare"


def test_an_absent_set_is_named_with_its_command(tmp_path):
    sentence = f"FER+ is not prepared on this machine: python -m esr_core prepare ferplus SRC {tmp_path}"
    assert absent_set(FERPLUS, tmp_path) == sentence
    (tmp_path / "card.json").write_text("{}")
    assert absent_set(FERPLUS, tmp_path) is None
    assert absent_set(None, tmp_path / "older run") is None
