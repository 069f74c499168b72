"""Built-in ranges of scenarios, by name: ``NAME-ranges`` for each library scenario, and ``library`` for all of them."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from scenarios.format.texts import library_names

if TYPE_CHECKING:
    from agents.environments.ranges import Ranges

LIBRARY = "library"
"""The name of all ranges together, where several scenarios make sense."""

NAMES = tuple(f"{name}-ranges" for name in library_names())


@cache
def named_ranges(name: str) -> "Ranges":
    """Return the built-in ranges called ``name``."""
    from agents.environments import library_ranges
    from agents.environments.ranges import Ranges

    make = getattr(library_ranges, scenario_of(name).replace("-", "_"))
    document, factors = make()
    return Ranges(document, factors)


def scenario_of(name: str) -> str:
    """Return the library scenario of ranges, and any other name unchanged."""
    return name.removesuffix("-ranges") if name in NAMES else name


def expand_library(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of scenarios and ranges with ``library`` replaced by all ranges, each name once."""
    found = [one for name in names for one in (NAMES if name == LIBRARY else (name,))]
    return tuple(dict.fromkeys(found))
