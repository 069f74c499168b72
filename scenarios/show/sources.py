"""The sources of the numbers of a scenario: which cards stand on an open source, and which are placeholders."""

from dataclasses import dataclass
from pathlib import Path

from scenarios.format.catalogue import KINDS
from scenarios.format.document import load_document
from scenarios.format.resolve import used_cards

PLACEHOLDER = "placeholder"


@dataclass(frozen=True)
class CardSource:
    """A card in use, with the source of its numbers."""

    kind: str  # of KINDS
    name: str
    source: str

    @property
    def is_placeholder(self) -> bool:
        """Whether its numbers stand on no source."""
        return self.source.strip().lower().startswith(PLACEHOLDER)


def card_sources(path: Path) -> list[CardSource]:
    """Return the cards of a scenario file in use, by kind and name. Raises ``ScenarioError`` for an invalid file."""
    cards = used_cards(load_document(path).content)
    return [
        CardSource(kind, name, str(card.source))
        for kind in KINDS
        for name, card in sorted(getattr(cards, kind).items())
    ]
