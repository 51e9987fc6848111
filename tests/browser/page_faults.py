"""What can be wrong with any page, whatever it is about: controls without a name, text that is cut, small or pale."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CONTROLS = {"button", "checkbox", "combobox", "image", "link", "listbox", "menuitem", "option", "radio", "searchbox"}
CONTROLS |= {"slider", "spinbutton", "switch", "tab", "textbox"}
"""Roles of what a screen reader announces by its name."""

SMALLEST_PX = 12
LEAST_CONTRAST = 4.5  # as WCAG 2.2 asks of all text but of what cannot be used
NO_CONTRAST = ":disabled, [aria-disabled=true], [data-disabled=true], [data-testid=stIconMaterial]"
NO_CONTRAST += ", .heatmap-label, .bartext-inside, .bg:not([style*='fill-opacity: 0;']) + text"  # on what is drawn


def errors(page: Page) -> list[str]:
    """What the app could not draw."""
    return page.get_by_test_id("stException").all_inner_texts()


def unlabelled_controls(page: Page) -> list[str]:
    """HTML of controls and pictures to which the browser gives no accessible name; drawings belong to what has one."""
    browser = page.context.new_cdp_session(page)
    nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
    nameless = [node["backendDOMNodeId"] for node in nodes if _is_control(node) and not _name(node)]
    shown = [browser.send("DOM.getOuterHTML", {"backendNodeId": each})["outerHTML"][:200] for each in nameless]
    browser.detach()
    return [html for html in shown if not html.startswith("<svg")]


def _is_control(node: dict[str, Any]) -> bool:
    return not node["ignored"] and node["role"]["value"] in CONTROLS


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def cut_texts(page: Page) -> list[str]:
    """Texts that reach out of a frame which hides them and cannot be scrolled, and values too long for their box."""
    return _call(page, "cutTexts")


def pale_texts(page: Page) -> list[str]:
    """Texts with too little contrast to their ground."""
    return _call(page, "paleTexts", LEAST_CONTRAST, NO_CONTRAST)


def small_texts(page: Page) -> list[str]:
    """Texts of charts and drawings that are too small; numbers of cells become smaller with these."""
    return _call(page, "smallTexts", SMALLEST_PX, ".heatmap-label")


def sideways(page: Page) -> list[str]:
    """The page or its sidebar, where they are wider than the window."""
    return _call(page, "sideways")


def _call(page: Page, function: str, *values: float | str) -> list[str]:
    return page.evaluate(f"(() => {{{SCRIPT}; return {function}(...{json.dumps(values)})}})()")


CHECKS = (errors, unlabelled_controls, cut_texts, pale_texts, small_texts, sideways)


def faults(page: Page) -> dict[str, list[str]]:
    """What each check that fails says of a page at rest."""
    return {check.__name__: list(dict.fromkeys(shown)) for check in CHECKS if (shown := check(page))}
