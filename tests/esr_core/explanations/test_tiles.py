"""Texts that fit, whatever they are."""

import pytest
from PIL import ImageFont

from esr_core.explanations.tiles import wrapped

FONT = ImageFont.load_default(15)


@pytest.mark.parametrize("width_px", [60, 120, 300])
@pytest.mark.parametrize(
    "text", ["happiness 0.91", "surprised and a little embarrassed 0.47", "W" * 90, "contempt_with_raised_chin 1.00"]
)
def test_a_wrapped_text_keeps_every_letter_and_no_line_is_too_wide(text, width_px):
    lines = wrapped(text, FONT, width_px)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(FONT.getlength(line) <= width_px for line in lines)


def test_a_text_that_fits_is_left_on_one_line():
    assert wrapped("happiness 0.91", FONT, 192) == ["happiness 0.91"]


def test_a_text_is_broken_between_its_words():
    assert wrapped("vote: happiness, 3 of 4", FONT, 115) == ["vote: happiness,", "3 of 4"]


def test_letters_the_font_lacks_are_replaced_by_what_it_has():
    assert wrapped("Überraschung, dégoût, 怒り", FONT, 500) == ["Uberraschung, degout, ??"]
