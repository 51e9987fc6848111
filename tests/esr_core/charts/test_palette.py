"""Colours of runs and classes."""

from itertools import combinations
from zlib import crc32

import cv2
import numpy as np
import pytest

from esr_core.charts.palette import OKABE_ITO, ORANGE, assign_colours, class_colours, rgb
from esr_core.emotions import COLOURS, EMOTIONS
from tests.one_colour import runs_of_one_colour

# Machado, Oliveira and Fernandes 2009, doi 10.1109/TVCG.2009.113, severity 1: of linear red, green and blue.
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(colour: str, eyes: str) -> np.ndarray:
    """CIE L*a*b* of a colour as somebody sees it."""
    encoded = np.array(rgb(colour)) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    mixed = np.clip(np.array(SEEN_BY[eyes]) @ linear, 0, 1)
    shown = np.where(mixed <= 0.0031308, 12.92 * mixed, 1.055 * mixed ** (1 / 2.4) - 0.055)
    return cv2.cvtColor(shown.astype(np.float32)[None, None], cv2.COLOR_RGB2LAB).ravel()


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("colours", [OKABE_ITO, tuple(COLOURS.values())], ids=["runs", "emotions"])
def test_colours_that_stand_beside_each_other_are_told_apart(colours, eyes):
    distances = {pair: np.linalg.norm(seen(pair[0], eyes) - seen(pair[1], eyes)) for pair in combinations(colours, 2)}
    assert {pair: distance for pair, distance in distances.items() if distance < 12} == {}


def test_classes_beside_all_emotions_have_colours_of_their_own():
    colours = class_colours([*EMOTIONS, "confusion", "boredom"])
    assert {name: colours[name] for name in EMOTIONS} == COLOURS
    assert len(set(colours.values())) == 10


def test_a_run_keeps_its_colour_when_those_before_it_are_gone():
    first, second = runs_of_one_colour(2)
    both = assign_colours([first, second], {})
    assert both[first] != both[second]
    assert assign_colours([second], both) == {second: both[second]}


def test_a_run_keeps_its_colour_when_another_one_that_would_have_it_is_listed_before():
    first, second = runs_of_one_colour(2)
    alone = assign_colours([second], {})
    assert assign_colours([first, second], alone)[second] == alone[second]


def test_as_many_runs_as_there_are_colours_share_none():
    colours = assign_colours(runs_of_one_colour(len(OKABE_ITO)), {})
    assert sorted(colours.values()) == sorted(OKABE_ITO)


def test_of_more_runs_no_colour_is_given_a_third_time_before_all_are_given_twice():
    colours = list(assign_colours(runs_of_one_colour(2 * len(OKABE_ITO)), {}).values())
    assert {colours.count(colour) for colour in OKABE_ITO} == {2}


def test_runs_that_shared_a_colour_share_none_once_there_are_enough():
    run_ids = runs_of_one_colour(len(OKABE_ITO) + 1)
    crowded = assign_colours(run_ids, {})
    first, last = run_ids[0], run_ids[-1]
    assert crowded[first] == crowded[last]
    fewer = assign_colours([first, last], crowded)
    assert fewer[first] == crowded[first]
    assert fewer[last] != fewer[first]


def test_a_run_that_comes_first_has_the_colour_of_its_name():
    assert assign_colours(["esr"], {}) == {"esr": OKABE_ITO[crc32(b"esr") % len(OKABE_ITO)]}


def test_a_colour_is_known_as_red_green_and_blue():
    assert rgb(ORANGE) == (230, 159, 0)
