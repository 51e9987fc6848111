"""A run's card says what is stored with it, with numbers that can be counted by hand."""

import json
import re
from dataclasses import asdict

import numpy as np
import pytest

from esr_core.commands import main
from esr_core.config import NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.data_record import DataRecord
from esr_core.data.duplicates import SEEN_IN_TRAINING
from esr_core.errors import DamagedRunError
from esr_core.evaluation import People, licence_of, model_card
from esr_core.metrics import Predictions
from esr_core.run_store import RunStore

CLASSES = ("neutral", "happiness", "disgust")
FERPLUS = DataRecord(
    "ferplus", "FER+", "labels MIT; pictures without one", CLASSES, {}, 40, 4, (20, 12, 4), {}, "0123abcd" * 8
)
LABELS = np.array([0] * 10 + [1] * 5 + [2])
RIGHT = np.array([True] * 8 + [False] * 2 + [True] * 5 + [False])


def stored(store: RunStore, run_id: str, data: DataRecord | None = FERPLUS, branches: int = 2) -> str:
    """A run that names 13 of 16 test pictures rightly: 8 of 10, 5 of 5 and 0 of 1 of the three classes."""
    network = NetworkConfig(num_branches=branches, class_names=CLASSES)
    config = TrainingConfig(data="prepared/ferplus", network=network, protocol=ProtocolConfig(kind="official"))
    writer = store.create(config, run_id=run_id)
    writer.start(
        {"esr_core": "1.0", "first_branch_from": "gallery-first"} | ({} if data is None else {"data": asdict(data)})
    )
    writer.save_parts({"training": ["a"] * 20, "validation": ["b"] * 8, "test": ["c"] * 16})
    named = np.where(RIGHT, LABELS, (LABELS + 1) % 3)
    logits = np.repeat(4.0 * np.eye(3)[named][:, None], branches, axis=1)
    writer.save_predictions("test", Predictions(np.arange(16).astype(str), LABELS, logits, CLASSES))
    writer.finish({"accuracy": 13 / 16})
    return run_id


def section(card: str, title: str) -> str:
    return card.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_card_has_the_numbers_of_the_stored_predictions(store):
    card = model_card(store, stored(store, "gallery-a"), "python -m esr_core train --data prepared/ferplus")
    assert card.startswith("# ESR-2 level 3 varied (`gallery-a`)")
    assert "FER+: 40 pictures, of which 4 have no class" in section(card, "Data")
    assert "20 for training, 8 for validation, 16 for test" in section(card, "Data")
    assert "Parts: official; balance: none." in section(card, "Protocol")
    assert "Begins with the first branch of `gallery-first`" in section(card, "Protocol")
    vote = next(line for line in section(card, "Accuracy").splitlines() if line.startswith("| vote"))
    assert re.match(r"\| vote \| 81\.2 % \(\d\d\.\d to \d+\.\d\) \| 60\.0 % \|", vote)  # (0.8 + 1 + 0) / 3
    assert "| neutral | 20 | 10 | 80.0 % (" in section(card, "Recall per class")
    assert "| happiness | 12 | 5 | 100.0 % (100.0 to 100.0) |" in section(card, "Recall per class")
    assert "| disgust | 4 | 1 | 0.0 %" in section(card, "Recall per class")
    sure = np.exp(4) / (np.exp(4) + 2)
    assert f"{100 * abs(sure - 13 / 16):.1f} %. On average it is {100 * sure:.1f} % sure" in section(
        card, "Calibration"
    )
    limits = section(card, "What it was not trained for")
    assert "Finding disgust: it recognises 0.0 % of 1 test pictures." in limits
    assert "Finding happiness: 5 test pictures are too few to tell" in limits
    making = section(card, "How it was made")
    assert "```sh\npython -m esr_core train --data prepared/ferplus\n```" in making
    assert "With the others that the project ships: `make gallery`" in making


def test_a_run_that_was_trained_again_with_its_own_first_branch_is_not_said_to_begin_with_itself(store):
    card = model_card(store, stored(store, "gallery-first"))
    assert "Begins with the first branch of an earlier training of this name: same" in section(card, "Protocol")


def test_the_licence_is_that_of_the_data_and_the_weights_are_ours_only_where_we_ship_them(store):
    ours = section(model_card(store, stored(store, "gallery-a")), "Licence")
    assert ours.strip() == "The weights: MIT, as this project. The data (FER+): labels MIT; pictures without one."
    theirs = section(model_card(store, stored(store, "own")), "Licence")
    assert theirs.startswith("\nThe weights belong to whoever trained them. The data (FER+)")


def test_weights_that_go_on_from_published_ones_are_under_their_licence_too(store):
    environment = json.loads((store.folder(stored(store, "child")) / "environment.json").read_text())
    environment |= {"start_licence": "for research, no commercial use"}
    (store.folder("child") / "environment.json").write_text(json.dumps(environment))
    sentence = "They go on from others, for research, no commercial use. The data (FER"
    assert sentence in section(model_card(store, "child"), "Licence")
    assert sentence in licence_of(store, store.info("child"))


def test_every_revision_that_made_it_is_named_once(store):
    path = store.folder(stored(store, "long")) / "environment.json"
    later = [{"source_revision": revision} for revision in ("first", "second", None, "second")]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"source_revision": "first", "resumed": later}))
    assert section(model_card(store, "long"), "How it was made").endswith(", revision `first`, then `second`.\n")


@pytest.mark.parametrize("data", [None, DataRecord(**(asdict(FERPLUS) | {"licence": "unknown"}))])
def test_data_without_a_licence_text_are_said_to_have_none(store, data):
    assert "came without a licence text" in section(model_card(store, stored(store, "old", data)), "Licence")


def test_intervals_of_recall_draw_whole_people_where_they_are_known(store, monkeypatch):
    """Of ten neutral pictures eight are of one person and recognised, two of another and not."""
    people = People(np.array(["x"] * 8 + ["y"] * 2 + ["z"] * 6))
    monkeypatch.setattr("esr_core.evaluation.report._people", lambda *_: (people, ""))
    recall = section(model_card(store, stored(store, "one")), "Recall per class")
    assert "| neutral | 20 | 10 | 80.0 % (0.0 to 100.0) |" in recall
    assert "| happiness | 12 | 5 | 100.0 %  |" in recall, "one person shows no spread"


def test_the_set_that_is_absent_is_named_with_its_command(store):
    assert "prepare ferplus SRC prepared/ferplus" in section(model_card(store, stored(store, "one")), "Accuracy")


def test_pictures_that_were_also_learned_from_are_counted_and_left_out(store):
    parts = {"training": ["a"] * 20, "validation": ["b"] * 8, "test": ["c"] * 16}
    store.writer(stored(store, "one")).save_parts(parts | {SEEN_IN_TRAINING.format("test"): ["0", "1", "2", "3"]})
    accuracy = section(model_card(store, "one"), "Accuracy")
    assert "4 of them were also learned from" in accuracy
    assert "without these the vote has 75.0 % (" in accuracy  # 9 of 12: all four were recognised


def test_a_single_network_is_called_one(store):
    card = model_card(store, stored(store, "one", branches=1))
    assert card.startswith("# single network (`one`)")
    assert "one branch" in card
    assert "| single network | 81.2 %" in section(card, "Accuracy")


def test_words_of_strangers_stay_words(store):
    title = "![x](http://example.org/x.png) <b> $a$ | `c`"
    card = model_card(store, stored(store, "foreign", DataRecord(**(asdict(FERPLUS) | {"title": title}))))
    assert r"\!\[x\](http\://example.org/x.png) \<b\> \$a\$ \| \`c\`" in card
    assert title not in card


def test_a_command_cannot_end_its_block(store):
    making = section(model_card(store, stored(store, "one"), "train --data '\n```\n# big'"), "How it was made")
    assert making.lstrip().startswith("````sh\n")
    assert making.count("````") == 2


def test_a_run_that_is_not_finished_or_damaged_has_none(store):
    store.create(TrainingConfig(data="x"), run_id="new")
    with pytest.raises(DamagedRunError, match="has stored no predictions of its test part: it has not finished"):
        model_card(store, "new")
    stored(store, "foreign")
    environment = store.folder("foreign") / "environment.json"
    environment.write_text('{"data": {"title": "FER+"}}')
    with pytest.raises(DamagedRunError, match=r"foreign/environment\.json must hold a prepared set's card"):
        model_card(store, "foreign")


def test_the_command_line_prints_or_writes_the_card(store, tmp_path, capsys):
    stored(store, "gallery-a")
    command = ["runs", "gallery-a", "--runs", str(store.root), "--card"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "--data prepared/ferplus --branches 2 --protocol official" in printed
    assert main([*command, "--output", str(tmp_path / "card.md")]) == 0
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("arguments", [["--card"], ["a", "b", "--card"], ["a", "--output", "x"]])
def test_a_card_is_of_one_run(arguments, capsys):
    assert main(["runs", *arguments]) == 2
    assert "--card must come with one run" in capsys.readouterr().err
