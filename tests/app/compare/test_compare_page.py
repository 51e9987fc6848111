"""Page Compare: the numbers of the deeper pages side by side, and a few words where there is none."""

import io
import re
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from app import answers
from app.compare.comparison_choice import ComparisonChoice
from app.compare.scales import Scale, dot
from app.compare.sparkline import Frame, courses, sparkline
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.evaluation import evaluate
from esr_core.gallery import FIRST_VISIT
from esr_core.metrics import Estimate
from esr_core.metrics.scores import VOTE
from esr_core.records import EpochRecord, FaceTime, Milestone
from tests.app.conftest import html, open_page, sentences, store_run
from tests.app.deciding import CLASSES, prepare_faces, said, store_ensemble
from tests.simulated import store_sweep

DOORS = {
    "Runs": "runs",
    "Network": "network",
    "Parameters": "parameters",
    "Test accuracy": "evaluation",
    "Disagreement": "diversity",
    "Time for one face": "frontier",
    "This face": "faces",
    "Where branches look": "faces",
    "Convergence": "convergence",
}
ROWS = list(DOORS)[1:]


def cells(app, row: str) -> list[str]:
    """The cells of a row, as HTML."""
    (block,) = [block.proto.body for block in app.get("html") if f'aria-label="{row}"' in block.proto.body]
    return block.split('<a class="cell" ')[1:]


def words(cell: str) -> str:
    """What is written in a cell."""
    return " ".join(re.sub(r"<[^>]*>", " ", cell.partition(">")[2]).split())


@pytest.fixture(autouse=True)
def timed(monkeypatch) -> list[NetworkConfig]:
    """Networks that are timed, in no time."""
    networks = []

    def time(network, device):
        networks.append(network)
        return FaceTime(0.0042, 15, str(device))

    monkeypatch.setattr("app.answers.costs.time_for_a_face", time)
    st.cache_resource.clear()
    return networks


@pytest.fixture
def decided(store, tmp_path):
    """An ensemble, a traditional one and a single network that were asked about the same six faces."""
    faces = prepare_faces(tmp_path / "esr_prepared", "own", has_votes=False)
    store_ensemble(store, faces, "esr", level=3)
    store_ensemble(store, faces, "te", said([*CLASSES[:3], *CLASSES[:3]]), level=0)
    store_ensemble(store, faces, "single", said([row[:1] for row in CLASSES]))
    return store


def test_it_is_the_first_page_and_has_a_row_for_each_question_in_columns_of_one_number(decided):
    app = open_page(runs="esr,te,single")
    assert app.title[0].value == "What does sharing cost and change?"
    assert [len(cells(app, row)) for row in ROWS] == [3] * len(ROWS)
    assert [words(cell).split(" ")[0] for cell in cells(app, "Runs")] == ["ESR-3", "TE-3", "single"]


def test_its_numbers_are_those_of_the_deeper_pages(decided):
    address = {"runs": "esr,te,single"}
    app = open_page(**address)
    parameters = open_page("parameters", **address).dataframe[0].value
    shown = [words(cell) for cell in cells(app, "Parameters")]
    assert [text.split(" ")[0] for text in shown] == [f"{total:,}" for total in parameters["total"]]
    assert f"−{parameters['saved'][0]:.1f} % against TE-3" in shown[0]
    for table in (box.value for box in open_page("evaluation", **address).dataframe):
        if {"who", "accuracy, %"} <= set(table.columns):
            votes = table[table["who"].isin([VOTE, "single network"])]
            break
    accuracies = [words(cell) for cell in cells(app, "Test accuracy")]
    for text, value in zip(accuracies, votes["accuracy, %"], strict=True):
        assert text.startswith(f"{value:.1f} %")
    tables = [box.value for box in open_page("diversity", **address).dataframe]
    (table,) = [table.set_index("measure") for table in tables if "measure" in table.columns]
    disagreement = table.loc["label disagreement"]
    (title,) = [name for name in table.columns if name.endswith("(esr)")]
    shown = [words(cell).split(" ")[0] for cell in cells(app, "Disagreement")[:2]]
    assert shown == [f"{disagreement[title]:.3f}", "0.000"]
    assert shown[0] == f"{7 / 18:.3f}"  # (2/3 + 2/3 + 1) / 6 faces
    assert words(cells(app, "Disagreement")[2]) == "n/a: a single branch"


def test_accuracy_and_its_interval_are_those_of_evaluate(decided):
    run = answers.run("esr")
    scores = evaluate(run, answers.predictions("esr")).scores.set_index("who").loc[VOTE]
    bounds = [100 * scores[name] for name in ("accuracy", "accuracy_low", "accuracy_high")]
    expected = "{:.1f} % ({:.1f} to {:.1f})".format(*bounds)
    assert words(cells(open_page(runs="esr"), "Test accuracy")[0]) == expected


def test_the_vote_is_that_of_the_networks_logits(store):
    store_run(store, "esr", branches=4)
    crop = answers.crop("sample-2", answers.faces("sample-2")[0])
    explained = answers.explanation("esr", crop)
    powers = np.exp(explained.logits)
    mean = (powers / powers.sum(axis=1, keepdims=True)).mean(axis=0)
    counts = np.bincount(explained.logits.argmax(axis=1), minlength=8)
    text = words(cells(open_page(runs="esr", face="sample-2"), "This face")[0])
    name, probability, votes, *_ = text.split(" ")
    winner = explained.class_names.index(name)
    assert counts[winner] == counts.max() == int(votes)
    assert probability == f"{mean[winner]:.2f}"


def test_every_branch_has_a_map_of_one_face_and_a_sample_face_stands_for_none(store):
    for run_id, branches in (("four", 4), ("one", 1)):
        store_run(store, run_id, branches=branches)
    app = open_page(runs="four,one")
    assert [cell.count("<img") for cell in cells(app, "Where branches look")] == [4, 1]
    assert cells(app, "Where branches look") == cells(
        open_page(runs="four,one", face="sample-0"), "Where branches look"
    )
    assert "face" not in app.query_params


def test_a_class_is_asked_of_every_run_that_knows_it(store):
    store_run(store, "emotions", branches=2)
    store_run(store, "own", class_names=("<b>bored</b>", "keen"))
    app = open_page(runs="emotions,own")
    app.selectbox(key="class").set_value("fear").run()
    knows, lacks = cells(app, "Where branches look")
    assert knows.count("<div>fear</div>") == 2
    assert "does not know fear: each branch&#x27;s own class" in lacks
    assert "<b>bored</b>" not in html(app)
    assert not app.exception


def test_every_heading_and_every_cell_leads_to_the_page_that_goes_deeper_with_the_same_face(store):
    store_run(store, "esr")
    store_run(store, "te", level=0)
    app = open_page(runs="esr,te")
    links = [link.proto for link in app.get("page_link")]
    assert {link.label.removesuffix(" ›"): link.page for link in links} == DOORS
    assert {link.query_string for link in links} == {"face=sample-0"}
    for row, page in DOORS.items():
        assert [cell.partition('"')[2].partition('"')[0] for cell in cells(app, row)] == [
            f"{page}?runs=esr%2Cte&amp;face=sample-0"
        ] * 2


def test_each_network_is_timed_once(store, timed):
    for run_id in ("one", "other"):
        store_run(store, run_id, branches=2, level=4)
    for _ in range(2):
        app = open_page(runs="one,other")
        shown = [words(cell) for cell in cells(app, "Time for one face")]
        assert shown == ["4.2 ms 241 million multiply-adds"] * 2
    assert timed == [answers.run("one").config.network]


def test_class_and_moment_are_taken_from_the_address(store):
    store_run(store, "esr")
    writer = store.writer("esr")
    writer.save_milestone(store.load_network("esr"), answers.history("esr")[1])
    app = open_page(runs="esr", moment="branch 1, epoch 5", **{"class": "fear"})
    assert app.selectbox(key="class").value == "fear"
    assert app.select_slider(key="moment").value == "branch 1, epoch 5"
    assert words(cells(app, "This face")[0]).endswith("branch 1, epoch 5")
    assert cells(app, "Where branches look")[0].count("<div>fear</div>") == 2


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("class", "bored", "None of these runs knows the class bored"),
        ("moment", "branch 9, epoch 7", "No picked run kept the moment branch 9, epoch 7"),
    ],
)
def test_an_address_of_no_class_or_moment_is_one_sentence_and_the_rest_stands(store, name, value, sentence):
    store_run(store, "esr")
    app = open_page(runs="esr", **{name: value})
    assert not app.exception
    assert len(app.main.warning) == 1
    assert sentence in sentences(app)
    assert all(len(cells(app, row)) == 1 for row in ROWS)


def test_a_run_of_a_newer_version_is_named_with_the_reason_and_the_others_stand(store):
    store_run(store, "esr")
    store_run(store, "newer")
    (store.folder("newer") / "manifest.json").write_text('{"schema_version": 99, "sha256": {}}')
    app = open_page(runs="newer,esr")
    assert "There is no readable run newer: newer has schema_version 99, expected 1." in sentences(app)
    assert len(cells(app, "Parameters")) == 1


def test_a_moment_that_a_run_did_not_keep_is_said_in_its_cell():
    kept = {"both": Milestone(2, 5, "branch2-epoch5"), "one": Milestone(1, 5, "branch1-epoch5")}
    choice = ComparisonChoice(None, milestones=kept, asked="branch 2, epoch 5")
    assert choice.moment("both") == "branch 2, epoch 5"
    assert choice.moment("one") == "kept no branch 2, epoch 5: here branch 1, epoch 5"
    assert choice.moment("none") == "kept no milestones: its best weights"
    assert ComparisonChoice(None).moment("both") == ""


def test_trials_of_a_group_are_one_column_with_their_mean_and_can_be_set_apart(store, prepared_faces):
    base = TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))
    trials = store_sweep(store, base, 0.7, folds=[0, 1, 2])
    app = open_page(runs=trials[0])
    accuracies = [100 * answers.evaluation(run_id).accuracy.value for run_id in trials]
    (text,) = [words(cell) for cell in cells(app, "Test accuracy")]
    assert text.startswith(f"{np.mean(accuracies):.1f} % (")
    assert text.endswith("mean of 3 trials")
    assert "3 trials" in words(cells(app, "Runs")[0])
    (disagreement,) = [words(cell) for cell in cells(app, "Disagreement")]
    each = [answers.quality(run_id, "label disagreement").value for run_id in trials]
    assert disagreement.startswith(f"{np.mean(each):.3f} (")
    app.toggle(key="together").set_value(False).run()
    assert words(cells(app, "Test accuracy")[0]).startswith(f"{accuracies[0]:.1f} %")
    assert words(cells(app, "Runs")[0]).endswith(trials[0])


def test_the_table_has_what_is_drawn(decided, monkeypatch):
    saved = {}
    monkeypatch.setattr("app.compare.comparison.save_menu", lambda name, files: saved.update(files))
    app = open_page(runs="esr,single")
    table = pd.read_csv(io.StringIO(saved["CSV"]()))
    assert table["runs"].tolist() == ["esr", "single"]
    assert table["parameters"].map("{:,}".format).tolist() == [
        words(cell).split(" ")[0] for cell in cells(app, "Parameters")
    ]
    assert table["disagreement"][0] == pytest.approx(7 / 18)
    assert np.isnan(table["disagreement"][1])
    assert [f"{vote} {share:.2f}" for vote, share in zip(table["vote"], table["probability"], strict=True)] == [
        " ".join(words(cell).split(" ")[:2]) for cell in cells(app, "This face")
    ]


def test_a_first_visit_is_told_what_to_look_at(store):
    for run_id, level, branches in zip(FIRST_VISIT, (0, 0, 3, 5), (1, 4, 4, 4), strict=True):
        store_run(store, run_id, level=level, branches=branches)
    app = open_page()
    assert len(cells(app, "Runs")) == 3
    assert "sharing saves 32 % of the parameters" in app.caption[0].value.replace("\\", "")


def test_cells_without_an_answer_say_why_and_the_rest_stands(store, decided):
    store_run(store, "untested", branches=2)
    store_run(store, "young", branches=4, trained=2)
    (store.root / "te" / "checkpoints" / "best.safetensors").write_bytes(b"something else")
    app = open_page(runs="untested,young,te,esr")
    assert not app.exception
    assert [box.value for box in app.main.error] == []
    said = [words(cell) for cell in cells(app, "Test accuracy")]
    assert said[:2] == ["no test result", "still training"]
    assert all("%" in text for text in said[2:])
    assert "2 of 4 branches so far" in cells(app, "Where branches look")[1]
    assert [words(cell) for cell in cells(app, "This face")][2] == "its network cannot be read"
    captions = " ".join(caption.value.replace("\\", "") for caption in app.caption)
    assert "untested" in captions
    assert "was altered" in captions


def test_runs_that_are_all_still_being_written_have_a_few_words_in_every_cell_without_an_answer(store):
    store.create(TrainingConfig(data="toy"), run_id="waiting")
    store.create(TrainingConfig(data="toy"), run_id="begun").start({})
    store_run(store, "young", branches=4, trained=2)
    with (store.folder("young") / "epochs.jsonl").open("a") as epochs:
        epochs.write('{"branch": 3, "epo')
    app = open_page(runs="waiting,begun,young")
    assert not app.exception
    assert len([*app.main.error, *app.main.warning]) == 0
    shown = {row: [words(cell) for cell in cells(app, row)] for row in ROWS}
    untested = ["waits for its training", "still training", "still training"]
    assert shown["Test accuracy"] == shown["Disagreement"] == untested
    for row in ("This face", "Where branches look"):
        assert shown[row][:2] == ["no network yet", "no network yet"]
    assert shown["Where branches look"][2].endswith("2 of 4 branches so far")
    assert shown["Convergence"] == [*["no validation point yet"] * 2, "vote at best 50.0 % on validation"]
    assert all("ms" in text for text in shown["Time for one face"])


def test_runs_with_other_test_pictures_are_marked(store, decided, tmp_path):
    assert "different test pictures" not in " ".join(box.value for box in open_page(runs="esr,te").caption)
    faces = prepare_faces(tmp_path / "esr_prepared", "fewer", has_votes=False)
    store_ensemble(store, faces, "few", said(CLASSES).where(np.arange(6) < 4))
    assert "different test pictures" in " ".join(box.value for box in open_page(runs="esr,few").caption)


@pytest.mark.parametrize(
    ("face", "sentence"), [("sample-99", "there is no drawn face"), ("upload-x", "no longer kept")]
)
def test_an_address_of_no_face_is_one_sentence_above_the_other_rows(decided, face, sentence):
    app = open_page(runs="esr,te", face=face)
    assert not app.exception
    assert sentence in sentences(app)
    assert [words(cell) for cell in cells(app, "Where branches look")] == ["no face", "no face"]
    assert words(cells(app, "Disagreement")[0]).startswith("0.389")


def test_a_ninth_run_is_left_out_with_a_sentence(store):
    for number in range(9):
        store_run(store, f"run{number}", branches=1)
    app = open_page(runs=",".join(f"run{number}" for number in range(9)))
    assert len(cells(app, "Parameters")) == 8
    assert "The first 8 of 9 columns are shown" in sentences(app)


def test_with_nothing_picked_one_sentence_says_what_to_do(store):
    store_run(store, "esr")
    app = open_page()
    assert "Pick one to 8 runs" in sentences(app)
    assert not html(app).count('class="esr-cells"')


def test_wild_and_lab_networks_of_nine_branches_stand_beside_each_other(store):
    store_run(store, "wild", level=4, branches=9, architecture="wild")
    store_run(store, "lab", level=5, branches=2)
    app = open_page(runs="wild,lab")
    assert not app.exception
    assert cells(app, "Where branches look")[0].count("<img") == 9
    assert "all blocks are shared" in cells(app, "Where branches look")[1]


def test_dots_lie_where_their_values_do_on_a_scale_of_whole_percents():
    values = [Estimate(0.8, 0.78, 0.82), Estimate(0.7)]
    scale = Scale.of(values)
    assert (scale.low, scale.high) == (0.68, 0.84)
    assert scale.share(0.76) == pytest.approx(0.5)
    assert "left: 12.50%" in dot(values[1], scale, "red")
    assert "interval" not in dot(values[1], scale, "red")
    assert "left: 62.50%; width: 25.00%" in dot(values[0], scale, "red")


def record(epoch: int, accuracy: float) -> EpochRecord:
    """A validation point of a first branch."""
    return EpochRecord(1, epoch, (1.0,), (1.0,), (accuracy,), accuracy, accuracy, 0.1, 0, 0.0)


def test_a_sparkline_has_a_line_for_each_branch_over_its_own_phase(store):
    store_run(store, "esr", branches=2)
    history = answers.history("esr")
    drawn = courses([history])
    assert [(course.epochs.tolist(), course.mean.tolist()) for course in drawn] == [([0, 5], [0.0, 0.5])] * 2
    frame = Frame.of(drawn)
    assert (frame.epochs, frame.low, frame.high) == (5, 0.0, 0.5)
    assert "of 2 branches" in sparkline(drawn, frame, "red")


def test_trials_are_a_mean_and_a_band_over_the_epochs_that_all_have():
    (course,) = courses([[record(0, 0.1), record(5, 0.4)], [record(0, 0.3), record(5, 0.8), record(9, 0.9)]])
    assert course.epochs.tolist() == [0, 5]
    np.testing.assert_allclose(course.mean, [0.2, 0.6])
    np.testing.assert_allclose([course.low, course.high], [[0.1, 0.4], [0.3, 0.8]])
    (alone,) = courses([[record(0, 0.1), record(5, 0.4)]])
    svgs = [
        b64decode(sparkline([each], Frame.of([course]), "red").split("base64,")[1].split('"')[0])
        for each in (course, alone)
    ]
    assert [svg.count(b"<polygon") for svg in svgs] == [1, 0]
