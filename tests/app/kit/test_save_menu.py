"""The menu that saves: what it offers under which names, and that nothing is made before it is asked for."""

import pytest

from app.kit import save_menu as kit


@pytest.fixture
def buttons(monkeypatch) -> dict[str, tuple]:
    """Content, file name and type of each button, by its label."""
    drawn: dict[str, tuple] = {}
    monkeypatch.setattr(kit.st, "download_button", lambda label, *about, **_: drawn.update({label: about}))
    return drawn


def test_each_kind_has_its_ending_and_type_and_is_made_when_asked_for(buttons):
    asked: list[str] = []
    kit.save_menu(
        "maps", {"PNG": lambda: asked.append("png") or b"\x89PNG", "CSV": lambda: asked.append("csv") or "a,b"}
    )
    assert {label: about[1:] for label, about in buttons.items()} == {
        "PNG": ("maps.png", "image/png"),
        "CSV": ("maps.csv", "text/csv"),
    }
    assert not asked
    assert buttons["CSV"][0]() == "a,b"
    assert asked == ["csv"]


def test_a_picture_is_offered_where_there_is_a_chart_or_a_drawing(buttons, monkeypatch):
    pictures: list[dict] = []
    monkeypatch.setattr(kit, "_save_picture", lambda data, **_: pictures.append(data))
    kit.save_menu("table", {"CSV": str})
    assert not pictures
    kit.save_menu("curves", {"CSV": str}, chart="curves-key")
    kit.save_menu("network", {"CSV": str}, svg="<svg/>")
    assert pictures == [{"chart": "curves-key", "file": "curves"}, {"svg": "<svg/>", "file": "network"}]
