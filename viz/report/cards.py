"""The cards behind the numbers of a report: those with a source one by one, the placeholders by kind."""

from __future__ import annotations

from pathlib import Path

from scenarios.show.sources import card_sources
from simcore.errors import InputError
from viz.report.tables import paragraph, table
from viz.report.words import Words


def card_parts(path: Path, words: Words) -> tuple[str, str]:
    """Return a paragraph and a table about the cards in use in a scenario file; the table is empty without them."""
    try:
        cards = card_sources(path)
    except InputError as error:
        return paragraph(str(error)), ""
    bare: dict[str, list[str]] = {}
    rows: list[list[str]] = []
    for card in cards:
        if card.is_placeholder:
            bare.setdefault(card.kind, []).append(words.card(card.name))
        else:
            rows.append([words(f"cards.{card.kind}"), words.card(card.name), card.source])
    rows += [[words(f"cards.{kind}"), ", ".join(names), words("placeholder")] for kind, names in bare.items()]
    n_bare = sum(map(len, bare.values()))
    text = paragraph(words("assumptions_text", n=len(cards), bare=n_bare))
    return text, table([words("kind"), words("card"), words("source")], rows, texts=3)
