"""The built-in catalogue, and the inheritance of cards."""

import copy
from functools import cache
from importlib.resources import files
from typing import Any, cast

from pydantic import ValidationError

from scenarios.format.names import advice
from scenarios.format.problems import Problem, describe
from scenarios.format.schema.cards import Catalogue
from scenarios.format.yaml_text import read_yaml
from simcore.errors import ScenarioError

KINDS = ("platforms", "sensors", "weapons", "links", "mines")

Cards = dict[str, dict[str, dict[str, Any]]]


@cache
def built_in_cards() -> Cards:
    """Return the raw cards of the catalogue, ``extends`` expanded. Treat them as read-only."""
    cards: Cards = {kind: {} for kind in KINDS}
    for entry in sorted(files("scenarios").joinpath("catalog").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            data = read_yaml(entry.read_text(encoding="utf-8"), f"catalog/{entry.name}").data
            strange = sorted(set(data) - set(KINDS))
            if strange:
                known = ", ".join(KINDS)
                raise ScenarioError([f"catalog/{entry.name}: {strange[0]}: no kind of cards; the kinds are {known}"])
            for kind in KINDS:
                for name, card in data.get(kind, {}).items():
                    if name in cards[kind]:
                        raise ScenarioError([f"catalog/{entry.name}: {kind}.{name}: defined in two files; keep one"])
                    cards[kind][name] = card
    problems = expand(cards, {kind: {} for kind in KINDS})
    if problems:
        raise ScenarioError([f"catalog: {problem}" for problem in problems])
    return cards


@cache
def built_in() -> Catalogue:
    """Return the built-in catalogue."""
    cards = built_in_cards()
    try:
        return Catalogue.model_validate(cards)
    except ValidationError as error:
        raise ScenarioError([f"catalog: {problem}" for problem in describe(error, Catalogue, cards)]) from None


def expand(cards: Cards, base: Cards) -> list[Problem]:
    """Merge each card that ``extends`` a parent with the parent's keys. Mutates ``cards``.

    The parent is a card of the same kind in ``cards`` or ``base``; own keys take precedence. Returns the problems
    found, with paths starting at the kind.
    """
    problems: list[Problem] = []
    for kind in KINDS:
        own = cards.get(kind)
        if not isinstance(own, dict):
            continue
        for name in list(own):
            _expand_card(kind, name, own, base.get(kind, {}), [], problems)
    _fill_radios(cards, base, problems)
    return problems


def fill_in(entry: dict[str, Any], card: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its missing numbers filled in from the card it names."""
    return {**{key: value for key, value in card.items() if key not in ("title", "title_ko", "cost_musd")}, **entry}


def _fill_radios(cards: Cards, base: Cards, problems: list[Problem]) -> None:
    """Fill in the radios of platforms with the numbers of the links they name."""
    links = {**base.get("links", {}), **_mapping(cards.get("links"))}
    for name, card in _mapping(cards.get("platforms")).items():
        radio: Any = _mapping(card).get("radio")
        named: dict[str, Any] = {"link": radio} if isinstance(radio, str) else _mapping(radio)
        link: Any = named.get("link")
        if not isinstance(link, str):
            continue
        if isinstance(links.get(link), dict):
            numbers = {key: value for key, value in _mapping(links[link]).items() if key != "source"}
            card["radio"] = fill_in(named, numbers)
        else:
            card["radio"] = None  # a radio without its card would only be reported as incomplete
            problems.append(Problem(("platforms", name, "radio"), f"no link {link!r}; {advice(link, set(links))}"))


def _mapping(value: Any) -> dict[str, Any]:
    """Return a mapping unchanged, and an empty mapping for anything else."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _expand_card(
    kind: str,
    name: str,
    own: dict[str, dict[str, Any]],
    base: dict[str, dict[str, Any]],
    trail: list[str],
    problems: list[Problem],
) -> dict[str, Any]:
    card: Any = own[name]
    if not isinstance(card, dict) or "extends" not in card:
        return cast(dict[str, Any], card) if isinstance(card, dict) else {}
    card = cast(dict[str, Any], card)
    parent_name = card["extends"]
    path = (kind, name, "extends")
    parent: dict[str, Any] = {}
    if not isinstance(parent_name, str):
        problems.append(Problem(path, "not a name; give the name of a card"))
    elif parent_name in trail or (parent_name == name and name not in base):
        problems.append(Problem(path, f"{parent_name!r} extends itself; break the circle"))
    elif parent_name in own and parent_name != name:
        parent = _expand_card(kind, parent_name, own, base, [*trail, name], problems)
    elif parent_name in base:
        parent = base[parent_name]
    else:
        problems.append(Problem(path, f"no card {parent_name!r}; {advice(parent_name, {*own, *base} - {name})}"))
    if "title" in card:  # a new title has its own translation, or none
        parent = {key: value for key, value in parent.items() if key != "title_ko"}
    # a copy: a change of the new card must leave its parent as it is
    merged = {**copy.deepcopy(parent), **{key: value for key, value in card.items() if key != "extends"}}
    own[name] = merged
    return merged
