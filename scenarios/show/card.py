"""A card of the catalogue on one screen: its numbers with their meaning, its use, and how to change it."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel

from scenarios.format.catalogue import KINDS, built_in, built_in_cards
from scenarios.format.document import load_document
from scenarios.format.names import advice
from scenarios.format.schema.cards import PlatformCard
from scenarios.format.texts import library_names
from simcore.errors import InputError

_HEAD = {"title", "source", "cost_musd"}
_LONGEST_MEANING = 90
_FITS = {"platforms": "platform", "sensors": "sensor", "weapons": "weapon", "links": "link", "mines": "mine"}
"""Key by which another part of a scenario names a card of a kind."""


def card_names() -> list[str]:
    """Return the names of all cards of the built-in catalogue."""
    return sorted({name for kind in KINDS for name in built_in_cards()[kind]})


def unknown(name: str) -> InputError:
    """Return the error for a name that is neither a scenario nor a card."""
    hint = advice(name.removesuffix(".yaml"), [*library_names(), *card_names()])
    return InputError(
        f"{name}: no such file, library scenario or card; {hint} (`chammo list` shows the library, "
        "`chammo list --cards` the catalogue)"
    )


def card_facts(name: str) -> list[dict[str, Any]]:
    """Return the cards of a name, one for each kind that has it: all keys that differ from their defaults."""
    found: list[dict[str, Any]] = []
    for kind in KINDS:
        if name not in built_in_cards()[kind]:
            continue
        card: BaseModel = getattr(built_in(), kind)[name]
        given = built_in_cards()[kind][name]
        found.append(
            {
                "kind": _FITS[kind],
                "name": name,
                "title": getattr(card, "title", ""),
                "cost_musd": getattr(card, "cost_musd", 0.0),
                "source": getattr(card, "source", "placeholder"),
                "reach_km": _reach_km(card) if isinstance(card, PlatformCard) else {},
                "values": {key: given[key] for key in type(card).model_fields if key in given and key not in _HEAD},
                "meanings": {key: field.description or "" for key, field in type(card).model_fields.items()},
                "cards": sorted(_users(kind, name)),
                "scenarios": sorted(_scenarios(kind, name)),
            }
        )
    return found


def _reach_km(card: PlatformCard) -> dict[str, float]:
    """Return how far a platform sees, fires and speaks by its cards [km]; without an entry where it cannot."""
    catalogue = built_in()
    reach: dict[str, float] = {
        "sees to": max((catalogue.sensors[fit.sensor].range_km for fit in card.sensors), default=0.0),
        "fires to": max((catalogue.weapons[fit.weapon].range_max_km for fit in card.weapons), default=0.0),
        "link to": 0.0 if card.radio is None else card.radio.range_km or 0.0,
    }
    return {what: km for what, km in reach.items() if km > 0.0}


def _users(kind: str, name: str) -> Iterator[str]:
    """Yield the platforms with a sensor, weapon or link."""
    key = _FITS[kind]
    for platform, card in built_in_cards()["platforms"].items():
        if kind != "platforms" and name in _named(card, key):
            yield platform


def _named(node: Any, key: str) -> set[str]:
    """Return the names given under ``key`` or ``keys`` anywhere in a card."""
    found: set[str] = set()
    if isinstance(node, Mapping):
        for own, value in cast("Mapping[str, Any]", node).items():
            if own in (key, f"{key}s", "aboard"):
                values = cast("list[Any]", value) if isinstance(value, list) else [value]
                found |= {item for item in values if isinstance(item, str)}
            found |= _named(value, key)
    elif isinstance(node, list):
        for item in cast("list[Any]", node):
            found |= _named(item, key)
    return found


def _scenarios(kind: str, name: str) -> Iterator[str]:
    """Yield the library scenarios that use a card themselves or through a platform."""
    names = {name, *_users(kind, name)} if kind != "mines" else {name}
    key = "mine" if kind == "mines" else "platform"
    for scenario in library_names():
        if names & _named(load_document(scenario).content.model_dump(mode="json"), key):
            yield scenario


def card_lines(facts: Mapping[str, Any], width: int = 100) -> list[str]:
    """Return a card as text of at most ``width`` columns."""
    cost = f", {facts['cost_musd']:g} million USD" if facts["cost_musd"] else ""
    lines = [f"{facts['name']}: {facts['title'] or 'untitled'} ({facts['kind']}{cost})"]
    lines += textwrap.wrap(f"source: {facts['source']}", width, initial_indent="  ", subsequent_indent="    ")
    if facts["reach_km"]:
        lines.append("  " + ", ".join(f"{what} {km:g} km" for what, km in facts["reach_km"].items()))
    lines.append("")
    key_width = max([len(key) for key in facts["values"]], default=0)
    for key, value in facts["values"].items():
        meaning = facts["meanings"].get(key, "")
        text = _plain(value) + (f"  ({meaning.rstrip('.')})" if 0 < len(meaning) <= _LONGEST_MEANING else "")
        start = f"  {key:<{key_width}}  "
        lines += textwrap.wrap(
            text, width, initial_indent=start, subsequent_indent=" " * len(start), break_long_words=False
        )
    lines += ["", "keys not shown have their defaults: docs/reference/scenario-format.md"]
    for label, names in (("fitted to", facts["cards"]), ("used in", facts["scenarios"])):
        if names:
            lines += textwrap.wrap(f"{label}: {', '.join(names)}", width, subsequent_indent="  ")
    return [*lines, "", *_use(facts)]


def _use(facts: Mapping[str, Any]) -> list[str]:
    kind, name = facts["kind"], facts["name"]
    plural = f"{kind}s"
    takes = {
        "platform": f"units: [{{platform: {name}, count: 2}}]    in a group of your scenario",
        "sensor": f"sensors: [{name}]    on a platform of your scenario",
        "weapon": f"weapons: [{{weapon: {name}, rounds: 10}}]    on a platform of your scenario",
        "link": f"radio: {name}    on a platform of your scenario",
        "mine": f"minefields: [{{name: field, side: red, mine: {name}, count: 20, ...}}]    in your scenario",
    }
    number = next(
        (k for k, v in facts["values"].items() if isinstance(v, (int, float)) and not isinstance(v, bool)), ""
    )
    change = f", {number}: {facts['values'][number]:g}" if number else ""
    return [
        "Next",
        f"  {takes[kind]}",
        f"  catalogue: {{{plural}: {{my-{kind}: {{extends: {name}{change}}}}}}}    a card of your own",
    ]


def _plain(value: Any) -> str:
    """Return a value as it would be written on one line of a scenario."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in cast("list[Any]", value)) + "]"
    return str(value)
