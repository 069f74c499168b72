"""The short fight of cars with Korean names, a date and a classification; and the Latin words on a page."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.viz.browser import Page
from tests.viz.matrix import settle
from tests.viz.skirmish import DOCUMENT as FIGHT

BANNER = "UNCLASSIFIED // EXERCISE"
_GROUPS = {"blue-post": "청군 지휘소", "blue-cars": "청군 장갑차", "red-post": "홍군 지휘소", "red-cars": "홍군 장갑차"}
_CARDS = {"post": "지휘소", "car": "무장 차량", "cannon": "차량 기관포", "glass": "쌍안경"}
_WORDS = "km|mm|m|s|kg|kn|nm|ft|h|Space|Home|End|Esc|Shift|Alt|HTML|GIF|WebM|Chammo|EN|MGRS|MUSD"
ALLOWED = re.compile(rf"\d{{6}}[A-Z]{{4}}\d\d|\d+[C-X] [A-Z]{{2}} \d+ \d+|(?<![A-Za-z])({_WORDS})(?![A-Za-z])")
"""Date-time groups, MGRS references, abbreviations, units of measure, names of keys and of the program."""
_WALK = """
const found = [];
const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const { parentElement, textContent } = walker.currentNode;
  if (!parentElement || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(parentElement.tagName)) continue;
  if (isShown(parentElement)) found.push(textContent);
}
for (const name of ["title", "aria-label", "placeholder"]) {
  const named = [...document.querySelectorAll(`[${name}]`)].filter(isShown);
  found.push(...named.map((element) => element.getAttribute(name)));
}
return found;
"""


def korean_fight() -> dict[str, Any]:
    """Return the document."""
    document: dict[str, Any] = copy.deepcopy(FIGHT)
    document |= {"title_ko": "여울의 장갑차", "question_ko": "지휘소를 지킬 수 있는가?", "classification": BANNER}
    document["description_ko"] = "두 종대가 여울에서 만난다."
    document["time"]["start"] = "2026-11-30T21:00+09:00"
    document["zones"][0]["name_ko"] = "여울"
    for group in document["groups"]:
        group["name_ko"] = _GROUPS[group["name"]]
    for cards in document["catalogue"].values():
        for name, card in cards.items():
            card["title_ko"] = _CARDS[name]
    return document


def every_text(page: Page) -> set[str]:
    """Return the texts of all tabs, with every unit of the list and the first card chosen, and of the menus."""
    found = set[str]()
    settle(page)
    for tab in page.all("#tabs [role=tab]"):
        if tab.is_displayed():
            tab.click()
            settle(page)
            found |= {text.strip() for text in page.js(_WALK)}
    page.click("#tab-units")
    page.js("[...document.querySelectorAll('#panel-units [aria-expanded=false]')].forEach((row) => row.click())")
    found |= {text.strip() for text in page.js(_WALK)}
    for number in (0, 1, 2):
        page.js("document.querySelectorAll('#panel-units .unit-row')[arguments[0]]?.click()", number)
        page.wait(lambda: page.text("#card-name"), "no card")
        found |= {text.strip() for text in page.js(_WALK)}
    for button in ("btn-layers", "btn-legend"):
        page.js("document.getElementById(arguments[0]).click()", button)
        found |= {text.strip() for text in page.js(_WALK)}
    return found


def latin(page: Page, *names: str) -> set[str]:
    """Return the visible texts of a page with a Latin word that is neither allowed nor in ``names``."""
    proper = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")
    texts = {text.strip() for text in page.js(_WALK)}
    return {text for text in texts if re.search(r"[A-Za-z]{2,}", ALLOWED.sub("", proper.sub("", text)))}
