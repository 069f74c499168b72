"""What the checks know of a scenario file beyond its content."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import Catalogue
from scenarios.format.yaml_text import Path


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


def reference(path: Path, what: str, name: str, known: Iterable[str], context: Context, section: str) -> list[Problem]:
    """Return a problem when ``name`` is not one of the ``known`` names of a section."""
    known = set(known)
    if name in known or context.is_known(section, name):
        return []
    return [Problem(path, f"no {what} {name!r}; {advice(name, known | context.names.get(section, set()))}")]
