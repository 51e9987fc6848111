"""The catalogue of measures: what each is called, needs and says; every table, menu and overview is made from it.

A further measure is one function and one record below. It is then recorded at every validation point, printed
by ``evaluate`` and offered on page Diversity.
"""

from collections.abc import Callable, Mapping
from math import inf

from esr_core.architectures import ARCHITECTURES
from esr_core.metrics.diversity.ambiguity import ambiguity_decomposition, brier_decomposition
from esr_core.metrics.diversity.correctness import correlation, double_fault, oracle_disagreement, q_statistic
from esr_core.metrics.diversity.features import linear_cka
from esr_core.metrics.diversity.information import jensen_shannon, mutual_information
from esr_core.metrics.diversity.labels import cohen_kappa, label_disagreement
from esr_core.metrics.diversity.measure import Input, Measure
from esr_core.metrics.diversity.whole import (
    difficulty,
    entropy_measure,
    fleiss_kappa,
    generalised_diversity,
    kohavi_wolpert_variance,
)

MOST_FEATURE_IMAGES = 1000  # more than there are features, and seconds of work
KUNCHEVA = "Kuncheva & Whitaker 2003"


def _brier(part: str) -> Callable[..., float]:
    return lambda probabilities, labels: getattr(brier_decomposition(probabilities, labels), part)


def _affect(part: str) -> Callable[..., float]:
    return lambda affect, targets: getattr(ambiguity_decomposition(affect, targets), part)


CLASSES: tuple[Input, ...] = ("predictions",)
CORRECTNESS: tuple[Input, ...] = ("predictions", "labels")
CONFIDENCE: tuple[Input, ...] = ("probabilities",)
SCORED: tuple[Input, ...] = ("probabilities", "labels")
AFFECT: tuple[Input, ...] = ("affect", "affect_targets")
WIDTHS = " and ".join(f"{layout.num_features} in the {name}" for name, layout in ARCHITECTURES.items())

MEASURES: tuple[Measure, ...] = (
    Measure(
        "label disagreement", "label_disagreement", label_disagreement, needs=CLASSES,
        is_pairwise=True, more_diverse="higher", lowest=0, highest=1,
        question="How often do two branches name different classes?",
        meaning="share of pairs that name different classes",
        source="Skalak 1996, on classes",
        caption="Share of the pictures, whoever is right.",
    ),
    Measure(
        "oracle disagreement", "oracle_disagreement", oracle_disagreement, needs=CORRECTNESS,
        is_pairwise=True, more_diverse="higher", lowest=0, highest=1,
        question="How often is one of two branches right and the other wrong?",
        meaning="share of pairs of which one is right and one wrong",
        source=f"{KUNCHEVA}; Skalak 1996; Ho 1998",
        caption="Share of the pictures; two branches that are wrong in different ways do not count.",
    ),
    Measure(
        "double fault", "double_fault", double_fault, needs=CORRECTNESS,
        is_pairwise=True, more_diverse="lower", lowest=0, highest=1,
        question="How often are two branches wrong together?",
        meaning="share of pairs that are both wrong",
        source=f"{KUNCHEVA}; Giacinto & Roli 2001",
        caption="Share of the pictures on which neither can help the other.",
    ),
    Measure(
        "Q statistic", "q_statistic", q_statistic, needs=CORRECTNESS,
        is_pairwise=True, more_diverse="lower", lowest=-1, highest=1,
        question="Do two branches err on the same pictures?",
        meaning="1 err together, 0 independently, -1 in turn",
        source=f"{KUNCHEVA}; Yule 1900",
        caption="Yule's Q: 1 on the same, 0 independently, below 0 on different ones.",
    ),
    Measure(
        "correlation", "correlation", correlation, needs=CORRECTNESS,
        is_pairwise=True, more_diverse="lower", lowest=-1, highest=1,
        question="Are two branches right together?",
        meaning="of being right",
        source=KUNCHEVA,
        caption="Pearson's correlation of being right: 1 together, 0 independently, below 0 in turn.",
    ),
    Measure(
        "Cohen's kappa", "cohen_kappa", cohen_kappa, needs=CLASSES,
        is_pairwise=True, more_diverse="lower", lowest=-1, highest=1,
        question="Do two branches agree more than by chance?",
        meaning="agreement of pairs beyond chance",
        source="Cohen 1960; Margineantu & Dietterich 1997",
        caption="1 always, 0 as by chance, below 0 less.",
    ),
    Measure(
        "Jensen-Shannon divergence", "jensen_shannon", jensen_shannon, needs=CONFIDENCE,
        is_pairwise=True, more_diverse="higher", lowest=0, highest=1,
        question="How far apart are two branches' probabilities?",
        meaning="of pairs' probabilities, in bits",
        source="Lin 1991",
        caption="In bits: 0 the same, 1 sure of different classes.",
    ),
    Measure(
        "feature alignment", "linear_cka", linear_cka, needs=("features",),
        is_pairwise=True, more_diverse="lower", lowest=0, highest=1,
        question="How alike are two branches' features?",
        meaning="linear CKA of pairs' last feature maps, pooled",
        source="Kornblith et al. 2019",
        caption="Linear CKA of the last feature maps, pooled: 1 the same up to rotation and scale; over "
        f"{MOST_FEATURE_IMAGES:,} pictures at most, and high by itself where there are fewer pictures than features, "
        f"{WIDTHS}.",
        most_images=MOST_FEATURE_IMAGES,
    ),
    Measure(
        "Fleiss' kappa", "fleiss_kappa", fleiss_kappa, needs=CLASSES,
        is_pairwise=False, more_diverse="lower", lowest=-1, highest=1,
        question="Do all branches agree more than by chance?",
        meaning="agreement of all branches on classes beyond chance",
        source="Fleiss 1971",
    ),
    Measure(
        "Kohavi-Wolpert variance", "kohavi_wolpert_variance", kohavi_wolpert_variance, needs=CORRECTNESS,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=1 / 4,
        question="How evenly are branches divided into right and wrong?",
        meaning="of being right, at most 1/4",
        source=f"{KUNCHEVA}; Kohavi & Wolpert 1996",
    ),
    Measure(
        "entropy measure", "entropy_measure", entropy_measure, needs=CORRECTNESS,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=1,
        question="How close are pictures to being recognised by half of the branches?",
        meaning="1 where half of the branches are right on every picture",
        source=KUNCHEVA,
    ),
    Measure(
        "generalised diversity", "generalised_diversity", generalised_diversity, needs=CORRECTNESS,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=1,
        question="How often is a branch right where another errs?",
        meaning="1 where branches never err together",
        source=f"{KUNCHEVA}; Partridge & Krzanowski 1997",
    ),
    Measure(
        "difficulty", "difficulty", difficulty, needs=CORRECTNESS,
        is_pairwise=False, more_diverse="lower", lowest=0, highest=1 / 4,
        question="Are the same pictures difficult for all branches?",
        meaning="variance over pictures of the share of right branches",
        source=f"{KUNCHEVA}; Hansen & Salamon 1990",
    ),
    Measure(
        "mutual information", "mutual_information", mutual_information, needs=CONFIDENCE,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=inf,
        question="How much would naming the branch tell of the class?",
        meaning="of branch and class, in bits, mean over pictures",
        source="Lin 1991; Lakshminarayanan et al. 2017",
    ),
    Measure(
        "ensemble's error", "ensemble_error", _brier("ensemble_error"), needs=SCORED,
        is_pairwise=False, more_diverse="", lowest=0, highest=2,
        question="How wrong is the mean probability?",
        meaning="Brier score of the mean: branches' error less ambiguity",
        source="Krogh & Vedelsby 1995; Brier 1950",
    ),
    Measure(
        "branches' error", "branch_error", _brier("branch_error"), needs=SCORED,
        is_pairwise=False, more_diverse="", lowest=0, highest=2,
        question="How wrong are the branches?",
        meaning="Brier score, mean over branches",
        source="Krogh & Vedelsby 1995; Brier 1950",
    ),
    Measure(
        "ambiguity", "ambiguity", _brier("ambiguity"), needs=SCORED,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=1,
        question="How much better is their mean than the branches?",
        meaning="squared distance of probabilities from their mean",
        source="Krogh & Vedelsby 1995",
    ),
    Measure(
        "ensemble's error, affect", "affect_ensemble_error", _affect("ensemble_error"), needs=AFFECT,
        is_pairwise=False, more_diverse="", lowest=0, highest=inf,
        question="How wrong are the mean valence and arousal?",
        meaning="squared distance, branches' error less ambiguity",
        source="Krogh & Vedelsby 1995",
    ),
    Measure(
        "branches' error, affect", "affect_branch_error", _affect("branch_error"), needs=AFFECT,
        is_pairwise=False, more_diverse="", lowest=0, highest=inf,
        question="How wrong are the branches' valence and arousal?",
        meaning="the same, mean over branches",
        source="Krogh & Vedelsby 1995",
    ),
    Measure(
        "ambiguity, affect", "affect_ambiguity", _affect("ambiguity"), needs=AFFECT,
        is_pairwise=False, more_diverse="higher", lowest=0, highest=inf,
        question="How much better is their mean than the branches' valence and arousal?",
        meaning="squared distance of branches from their mean",
        source="Krogh & Vedelsby 1995",
    ),
)  # fmt: skip

PAIRWISE: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES if measure.is_pairwise}
"""Measures that give a matrix, by name."""

RECORDED: Mapping[str, Measure] = {
    measure.name: measure for measure in MEASURES if measure.suits(("predictions", "labels", "probabilities"))
}
"""Measures that decisions and labels suffice for, by name: those of ``overview``, which validation points hold."""
