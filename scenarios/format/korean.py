"""The names of a scenario for its readers: of cards, and in Korean of units, groups, places and sides too."""

from collections.abc import Iterable

from scenarios.format.schema.scenario import Group, ScenarioFile, unit_names

NameTables = dict[str, dict[str, str]]
"""Kind of thing -> English name -> Korean name. Things without a Korean name are left out."""


def korean_unit_names(group: Group) -> dict[str, str]:
    """Return the Korean names of the units of a group by their names, numbered alike."""
    korean = Group.model_construct(name=group.name_ko, units=group.units)
    listed: dict[str, str] = {}
    for (name, entry), (by_group, _) in zip(unit_names(group), unit_names(korean), strict=True):
        own = group.units[entry]
        if own.name is None and group.name_ko:
            listed[name] = by_group
        elif own.name is not None and own.name_ko:
            listed[name] = own.name_ko + name.removeprefix(own.name)
    return listed


def korean_names(content: ScenarioFile) -> NameTables:
    """Return the Korean names of a scenario by kind.

    The kinds are ``units``, ``groups``, ``places``, ``cards``, ``titles``, ``components`` and ``sides``.
    ``titles`` are by the display name of a card or item, or by its name where it has none; ``cards`` by its name.
    """
    cards, titled = content.catalogue, _titled(content)
    points = content.medical.evacuation.exchange_points if content.medical is not None else ()
    tables: NameTables = {
        "units": {name: korean for group in content.groups for name, korean in korean_unit_names(group).items()},
        "groups": _named((group.name, group.name_ko) for group in content.groups),
        "places": _named((place.name, place.name_ko) for place in (*content.zones, *content.minefields, *points)),
        "cards": _named((name, korean) for name, _, korean in titled),
        "titles": _named((title or name, korean) for name, title, korean in titled),
        "components": {},
        "sides": _named((side.name, side.title_ko) for side in content.sides),
    }
    for card in cards.platforms.values():
        tables["components"] |= _named((name, part.name_ko) for name, part in (card.wear or {}).items())
    return {kind: table for kind, table in tables.items() if table}


def english_names(content: ScenarioFile) -> NameTables:
    """Return the titles of the cards and items of a scenario by their names: ``{"cards": ...}``, empty without any."""
    titles = _named((name, title) for name, title, _ in _titled(content) if title != name)
    return {"cards": titles} if titles else {}


def _titled(content: ScenarioFile) -> list[tuple[str, str, str]]:
    """Return (name, title, Korean title) of every card and item."""
    cards = content.catalogue
    listed = [cards.platforms, cards.sensors, cards.weapons, cards.links, cards.mines]
    items = [content.sustainment.items] if content.sustainment is not None else []
    return [(name, card.title, card.title_ko) for kind in (*listed, *items) for name, card in kind.items()]


def _named(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: korean for name, korean in pairs if korean}
