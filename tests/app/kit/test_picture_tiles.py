"""Pictures with words under them, as HTML."""

import pytest

from app.kit import picture_tiles as kit
from app.kit.picture_tiles import Line, PictureTile

PNG, JPEG = b"\x89PNG\r\n", b"\xff\xd8\xff"


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """What is drawn, without its style."""
    bodies: list[str] = []
    monkeypatch.setattr(kit.st, "html", lambda body: bodies.append(body.removeprefix(kit.STYLE)))
    return bodies


def tile(text: str = "joy", **values) -> PictureTile:
    return PictureTile({"a face": PNG}, (Line(text),), **values)


def test_what_strangers_wrote_stays_text(drawn):
    hostile = '<img src=x onerror=alert(1)>"'
    words = PictureTile({hostile: PNG}, (Line(hostile, hostile),), hint=hostile)
    kit.tile_grid([[words]], 6, "grid")
    kit.run_row(hostile, hostile, hostile, [words], "row")
    for body in drawn:
        assert "<img src=x" not in body
        assert body.count("<img") == 1


def test_pictures_name_their_format(drawn):
    kit.tile_grid([[PictureTile({"one": PNG, "other": JPEG}, ())]], 6, "grid")
    assert 'src="data:image/png;base64,' in drawn[0]
    assert 'src="data:image/jpeg;base64,' in drawn[0]
    assert 'alt="one"' in drawn[0]


def test_pictures_of_a_group_stay_together_and_have_the_width_of_all(drawn):
    kit.tile_grid([[tile(), tile(), tile()], [tile(), tile(), tile()]], 7, "pairs")
    assert "minmax(21rem, 1fr)" in drawn[0]
    assert drawn[0].count("repeat(3, 1fr)") == 2


def test_an_empty_grid_can_be_drawn(drawn):
    kit.tile_grid([], 6, "grid")
    assert "<figure" not in drawn[0]


def test_the_last_tile_of_a_row_does_not_scroll_with_the_others(drawn):
    kit.run_row("ESR-2", "#0072b2", "esr", [tile("one"), tile("two")], "row", last=tile("all"))
    scrolled, _, beside = drawn[0].partition('</div><figure class="esr-tile esr-last">')
    assert "one" in scrolled
    assert "two" in scrolled
    assert "all" in beside


def test_a_number_stands_beside_its_line(drawn):
    kit.tile_grid([[PictureTile({"a": PNG}, (Line("joy", "0.93"), Line("branch 1", is_faint=True)))]], 6, "grid")
    assert '<div class="split"><span>joy</span><span>0.93</span></div>' in drawn[0]
    assert '<div class="faint">branch 1</div>' in drawn[0]
