"""The glossary: the terms of pages and reports in English and Korean, from the texts that these use themselves."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.format.catalogue import built_in
from simcore.types import TargetClass
from viz.paper.texts import texts

SECTIONS: dict[str, tuple[str, ...]] = {
    "Parts of the page": ("tab.", "top.layers", "top.legend", "top.measure", "top.view", "chain.title", "layer.unseen"),
    "Sides": ("side.", "view.truth", "view.both"),
    "State of a unit": ("status.", "damage.", "card.link", "card.endurance", "card.ammo", "card.strength", "card.wear"),
    "Readiness and sustainment": ("readiness.", "part.", "step.", "board."),
    "Orders": ("task.", "roe.", "emcon.", "return."),
    "Contacts": ("level.", "identity.", "domain.", *(f"class.{one.name.lower()}" for one in TargetClass)),
    "Sensors and ranges": ("sensor.", "ring."),
    "Ground": ("surface.", "zone.", "minefield.", "weather.day", "weather.twilight", "weather.night"),
    "Kinds of events": ("family.",),
    "The outcome": ("summary.mission", "summary.objectives", "summary.turning", "summary.losses", "chart.score"),
    "The review": ("category.", "review.cause", "review.lesson", "review.mark"),
    "Casualties": ("care_stage.", "care_step.", "mechanism.", "region.", "cause."),
}
"""Heading -> keys of texts, or beginnings of keys that end in a dot."""


def terms() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each heading with its terms (English, Korean), each pair once."""
    english, korean = texts("en"), texts("ko")
    for heading, wanted in SECTIONS.items():
        keys = [key for key in english if any(key == one or (one[-1] == "." and key.startswith(one)) for one in wanted)]
        pairs = [(english[key], korean[key]) for key in keys if "{" not in english[key]]
        yield heading, sorted(dict.fromkeys(pairs), key=lambda pair: pair[0].lower())
    cards = built_in()
    for heading, kind in (
        ("Platforms of the catalogue", cards.platforms),
        ("Sensors of the catalogue", cards.sensors),
        ("Weapons of the catalogue", cards.weapons),
        ("Links of the catalogue", cards.links),
        ("Mines of the catalogue", cards.mines),
    ):
        pairs = [(card.title, card.title_ko) for card in kind.values() if card.title_ko]
        yield heading, sorted(dict.fromkeys(pairs), key=lambda pair: pair[0].lower())


def glossary_page() -> str:
    """Return the page of the reference."""
    parts = [
        "# Glossary",
        "The terms of the replay page, its reports and the memos in English and Korean. The list is made from the "
        "texts that these use, so it is what they say. Names of scenarios, groups, places and cards come from their "
        "files (`title_ko`, `name_ko`): see [Names in Korean](../how-to/korean.md).",
    ]
    for heading, pairs in terms():
        rows = "\n".join(f"| {english} | {korean} |" for english, korean in pairs)
        parts.append(f"## {heading}\n\n| English | Korean |\n| --- | --- |\n{rows}")
    return "\n\n".join(parts) + "\n"
