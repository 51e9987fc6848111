"""Colours of runs and classes."""

from zlib import crc32

from esr_core.charts.palette import OKABE_ITO, ORANGE, assign_colours, rgb
from tests.one_colour import runs_of_one_colour


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
