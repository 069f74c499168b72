"""Faults of a page that its geometry shows: texts that are cut, controls on each other, things outside the window."""

from __future__ import annotations

from pathlib import Path

from tests.viz.browser import Page

_FAULTS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return what is cut, covered or outside on the page as it is now. What can be scrolled to counts as seen."""
    return page.js(_FAULTS)
