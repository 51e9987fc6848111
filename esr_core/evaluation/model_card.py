"""A card for a stored run: what it learned from, how good it is, what it is not for, and how it came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.data.data_record import DataRecord
from esr_core.errors import DamagedRunError
from esr_core.evaluation.imported_card import imported_card
from esr_core.evaluation.licence import licence_sentences
from esr_core.evaluation.markdown import bullets, code, code_block, interval, percent, plain, table
from esr_core.evaluation.protocol_sentences import protocol_sentences
from esr_core.evaluation.report import Evaluation, evaluate
from esr_core.evaluation.seen import seen_pictures
from esr_core.metrics import Predictions, class_scores, mean_interval
from esr_core.metrics.scores import MEAN, SINGLE, VOTE, of_the_vote
from esr_core.records import RunInfo
from esr_core.records.results import describe_results
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import data_record

FEW_PICTURES = 50  # of a class in the test part, below which its recall says little
LOW_RECALL = 0.5
NOT_FOR = (
    "Telling what a person feels or intends: it names the expression that annotators saw, and annotators disagree.",
    "Decisions about people, such as hiring, schooling, health, insurance or policing; identifying anybody.",
    "Pictures that do not show one face from the front, filling the frame: it has seen no others, and names a class "
    "for whatever it is shown.",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What a card is written from."""

    run: RunInfo
    config: TrainingConfig
    data: DataRecord | None
    sizes: dict[str, int]  # pictures of the parts training, validation and test
    test: Predictions
    found: Evaluation


def model_card(store: RunStore, run_id: str, command: str | None = None) -> str:
    """The card of a finished run as Markdown, from what is stored with it alone.

    Args:
        store: where the run is.
        run_id: of a finished run.
        command: the command line that trains it; None where there is none.

    Raises:
        RunNotFoundError: if there is no such run.
        DamagedRunError: if it has not finished, or a file of its is missing, altered or cannot be read.
    """
    run = store.info(run_id)
    if run.status.state == "finished" and (imported := store.environment(run_id).get("imported")):
        return imported_card(run, imported)
    facts, environment = _facts(store, run), store.environment(run_id)
    sections = {
        "Data": _data(facts),
        "Protocol": bullets(protocol_sentences(run_id, facts.config, environment)),
        "Accuracy": _accuracy(facts),
        "Recall per class": _recall(facts),
        "Calibration": _calibration(facts),
        "What it was not trained for": _not_for(facts),
        "Licence": licence_sentences(facts.run, facts.data, environment.get("start_licence", ""), plain),
        "How it was made": _making(environment, command, facts.run.is_shipped),
    }
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    return f"# {plain(facts.run.kind)} ({code(run_id)})\n\n{_summary(facts)}\n\n{body}\n"


def _facts(store: RunStore, run: RunInfo) -> _Facts:
    run_id = run.run_id
    if run.config is None:
        raise DamagedRunError(f"run {run_id} has no card: {run.status.message}")
    test, data, parts = store.predictions(run_id, "test"), data_record(store, run_id), store.parts(run_id)
    sizes = {name: len(parts.get(name, ())) for name in ("training", "validation", "test")}
    found = evaluate(run, test, seen_pictures(store, run_id, "test"), data)
    return _Facts(run, run.config, data, sizes, test, found)


def _summary(facts: _Facts) -> str:
    network, count = facts.config.network, facts.run.parameters
    size = f", {count.total:,} parameters" if count else ""
    shape = f"{network.num_branches} branches that share {network.branching_level} convolution blocks"
    shape = "one branch" if network.num_branches == 1 else shape
    kind = "A network" if network.num_branches == 1 else "An ensemble"
    return (
        f"{kind} for facial expressions ({network.architecture} network, {shape}{size}), which names one of "
        f"{len(network.class_names)} classes: {plain(', '.join(network.class_names))}."
    )


def _data(facts: _Facts) -> str:
    parts = ", ".join(f"{size:,} for {name}" for name, size in facts.sizes.items())
    if facts.data is None:
        return f"Pictures: {parts}. The run is older than the record of what its data were."
    data = facts.data
    unused = f", of which {data.num_unlabelled:,} have no class and were not used" if data.num_unlabelled else ""
    return (
        f"{plain(data.title)}: {data.num_pictures:,} pictures{unused}. Taken: {parts}. "
        f"Fingerprint of pictures and labels: {code(data.fingerprint)}. The run holds no picture of them."
    )


def _accuracy(facts: _Facts) -> str:
    rows = [
        (
            row.who,
            f"{percent(row.accuracy)} {interval(row.accuracy_low, row.accuracy_high)}",
            percent(row.balanced_accuracy),
            percent(row.macro_f1),
        )
        for row in facts.found.scores.itertuples()
    ]
    head = ("who", "accuracy (95 % interval)", "balanced accuracy", "macro F1")
    note = f"On {facts.sizes['test']:,} test pictures; intervals draw {facts.found.drawn}."
    if facts.found.problem:
        note += f" Who is on the pictures was not looked up: {plain(facts.found.problem)}."
    note += _without_seen(facts.found)
    errors = {key: value for key, value in facts.run.status.results.items() if key.endswith("_rmse")}
    if errors:
        note += f" {describe_results(errors).capitalize()}."
    return f"{table(head, rows)}\n\n{note}"


def _without_seen(found: Evaluation) -> str:
    """What is left of the accuracy without pictures that were also learned from."""
    if not found.num_seen:
        return ""
    row = of_the_vote(found.unseen)
    return (
        f" {found.num_seen:,} of them were also learned from, for training holds the same pixels; without these the "
        f"{row.name} has {percent(row['accuracy'])} {interval(row['accuracy_low'], row['accuracy_high'])}."
    )


def _recall(facts: _Facts) -> str:
    """The vote's recall of every class, with an interval that draws what those of accuracies draw."""
    classes, labels, subjects = facts.test.vote.predictions, facts.test.labels, facts.found.subjects
    known = labels >= 0
    scores = class_scores(classes[known], labels[known], len(facts.test.class_names))
    counts = facts.data.counts if facts.data else None
    rows = []
    for index, name in enumerate(facts.test.class_names):
        of_class = labels == index
        people = None if subjects is None else subjects[of_class]
        ((low, high),) = mean_interval((classes == index)[of_class, None], people)
        of_set = f"{counts[index]:,}" if counts else "n/a"
        recall = f"{percent(scores.recall[index])} {interval(low, high)}"
        rows.append((plain(name), of_set, f"{scores.pictures[index]:,}", recall, percent(scores.precision[index])))
    head = ("class", "pictures in the set", "test pictures", "recall (95 % interval)", "precision")
    return f"{table(head, rows)}\n\nOf the {SINGLE if facts.config.network.num_branches == 1 else VOTE}."


def _calibration(facts: _Facts) -> str:
    scores = facts.found.scores.set_index("who")
    name = MEAN if MEAN in scores.index else SINGLE
    error = scores.loc[name, "calibration_error"]
    confidence = facts.test.mean_probability.max(axis=1).mean()
    return (
        f"Expected calibration error of the {'mean probability' if name == MEAN else 'probability'}: {percent(error)}. "
        f"On average it is {percent(confidence)} sure, and right in {percent(scores.loc[name, 'accuracy'])} of the "
        "test pictures."
    )


def _not_for(facts: _Facts) -> str:
    lines = list(NOT_FOR)
    if facts.found.attributes.empty:
        lines.append(
            "Claims that it treats people alike: what is stored does not say who is on the pictures, so nobody has "
            "measured for whom it works worse."
        )
    lines += [f"Finding {sentence}" for sentence in _weak_classes(facts)]
    return bullets(lines)


def _weak_classes(facts: _Facts) -> Iterable[str]:
    classes, labels = facts.test.vote.predictions, facts.test.labels
    for index, name in enumerate(facts.test.class_names):
        is_found = classes[labels == index] == index
        if len(is_found) and is_found.mean() < LOW_RECALL:
            yield f"{plain(name)}: it recognises {percent(is_found.mean())} of {len(is_found):,} test pictures."
        elif len(is_found) < FEW_PICTURES:
            yield f"{plain(name)}: {len(is_found):,} test pictures are too few to tell how well it does."


def _making(environment: dict[str, Any], command: str | None, is_shipped: bool) -> str:
    names = [name for name in ("esr_core", "torch", "python") if name in environment]
    versions = ", ".join(f"{name} {environment[name]}" for name in names)
    processes = (environment, *environment.get("resumed", []))  # the one that began the run, and each that went on
    revisions = [each["source_revision"] for each in processes if each.get("source_revision")]
    at = f", revision {', then '.join(map(code, dict.fromkeys(revisions)))}" if revisions else ""
    together = "With the others that the project ships: `make gallery`. Alone:\n\n" if is_shipped else ""
    by = code_block(command) if command else "No command line has an option for one of its settings."
    return f"{together}{by}\n\nWith {plain(versions) or 'versions that were not recorded'}{at}."
