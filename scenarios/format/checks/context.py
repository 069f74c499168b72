"""Context of the checks of a scenario file, beyond its content."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import Catalogue
from scenarios.format.schema.types import Model
from scenarios.format.yaml_text import Path


@dataclass(frozen=True)
class Context:
    """Context of the checks beyond the content.

    ``names``: every name defined in the file per section, including those of invalid entries left out. ``origin``:
    index in the file of each entry of a section.
    """

    catalogue: Catalogue
    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    origin: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def place(self, section: str, index: int) -> int:
        """Return the index in the file of an entry."""
        places = self.origin.get(section)
        return places[index] if places is not None and index < len(places) else index

    def is_known(self, section: str, name: str) -> bool:
        """Return whether the file defines the name, in a valid entry or not."""
        return name in self.names.get(section, ())


def reference(path: Path, noun: str, name: str, known: Iterable[str], context: Context, section: str) -> list[Problem]:
    """Return a problem if ``name`` is not among the ``known`` names of a section."""
    known = set(known)
    if name in known or context.is_known(section, name):
        return []
    return [Problem(path, f"no {noun} {name!r}; {advice(name, known | context.names.get(section, set()))}")]


def check_intervals(entry: Model, keys: Iterable[str], path: Path, dt_s: float) -> list[Problem]:
    """Return the problems of intervals of an entry at ``path`` that are shorter than a step; None is not checked."""
    problems: list[Problem] = []
    for key in keys:
        value = getattr(entry, key)
        is_default = value == type(entry).model_fields[key].default  # as in a resolved scenario: it is rounded up
        if value is not None and value < dt_s and not is_default:
            problems.append(Problem((*path, key), f"{value:g} is shorter than dt_s {dt_s:g}; lengthen it"))
    return problems
