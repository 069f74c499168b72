"""Faults of the wording of a page: idle decimals, a blank before a percent sign, small letters where a text begins."""

from __future__ import annotations

from tests.viz.browser import Page

_FAULTS = r"""
const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const places = [...document.querySelectorAll(".readout")].map((e) => e.innerText);
const text = places.reduce((left, place) => (place ? left.replace(place, "") : left), document.body.innerText);
const found = [];
for (const match of text.match(/\d[.]\d*0 (km|nm|MUSD)(?![\w])/g) ?? []) found.push(`idle decimals: ${match}`);
for (const match of text.match(/\d %/g) ?? []) found.push(`blank before the sign: ${match}`);
const BEGIN =
  "#legend-box dd, .objective-text, #panel-summary .point > span, .verdict-box p, .chip, #class-present, " +
  "#batch th button, .count";
for (const e of document.querySelectorAll(BEGIN)) {
  if (shown(e) && /^[a-z]/.test(e.textContent)) found.push(`small letter: ${e.textContent.slice(0, 60)}`);
}
return [...new Set(found)];
"""


def wording_faults(page: Page) -> list[str]:
    """Return what is worded against the rules of the page as it is now. Places of maps have decimals of their own."""
    return page.js(_FAULTS)
