"""What the checks know of a scenario file beyond its content."""

from dataclasses import dataclass, field

from scenarios.schema_cards import Catalogue


@dataclass(frozen=True)
class Context:
    """What the checks know beyond the content.

    ``names``: every name that the file defines per section, including entries left out because they are wrong
    themselves. ``origin``: place in the file of each entry of a section.
    """

    catalogue: Catalogue
    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    origin: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def place(self, section: str, index: int) -> int:
        """Return the place in the file of an entry."""
        places = self.origin.get(section)
        return places[index] if places is not None and index < len(places) else index

    def is_known(self, section: str, name: str) -> bool:
        """Tell whether the file defines the name, rightly or not."""
        return name in self.names.get(section, ())
