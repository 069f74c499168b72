"""From a document to a resolved scenario: canonical order, inlined cards, explicit defaults, hash."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scenarios.format.catalogue import built_in
from scenarios.format.checks.scenario import objective_name
from scenarios.format.content_key import content_key
from scenarios.format.defaults import filled_crew, filled_platform, filled_sensor, filled_weapon
from scenarios.format.document import Document
from scenarios.format.medical_defaults import NO_CARE, filled_care, injury_of
from scenarios.format.names import natural_key
from scenarios.format.scenario import Scenario
from scenarios.format.schema.cards import Catalogue
from scenarios.format.schema.intelligence import Intelligence
from scenarios.format.schema.map import CoastlineTerrain, RasterTerrain
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.format.schema.sustainment import Sustainment
from scenarios.format.schema.types import Model
from scenarios.format.terrain_files import GroundError, located
from scenarios.format.wear_defaults import wear_of
from simcore.errors import ScenarioError

IDENTITIES = ("friend", "hostile", "neutral")
"""Default symbol frames of the first side, the second side and the others."""


def resolve(document: Document) -> Scenario:
    """Return the scenario of a checked document, which is not changed.

    Raises
    ------
    ScenarioError
        If a file of the terrain is missing or has changed.
    """
    content = document.content
    zones = sorted(content.zones, key=lambda zone: natural_key(zone.name))
    objectives = sorted(
        (_named(objective) for objective in content.objectives),
        key=lambda objective: natural_key(objective.name or ""),
    )
    in_order = sorted(content.sides, key=lambda side: side.stance == "neutral")  # the belligerents first
    sides = tuple(
        side.model_copy(
            update={
                "identity": side.identity or IDENTITIES[min(i, 2)],
                "operators": None if side.operators is None else filled_crew(side.operators),
            }
        )
        for i, side in enumerate(in_order)
    )
    neutral = {side.name for side in sides if side.stance == "neutral"}
    groups = sorted(
        (_canonical(group, group.side in neutral) for group in content.groups),
        key=lambda group: natural_key(group.name),
    )
    field = content.map
    if isinstance(field.terrain, RasterTerrain | CoastlineTerrain):
        source = Path(document.source)
        try:
            terrain: RasterTerrain | CoastlineTerrain = located(
                field.terrain, source.parent if source.is_file() else Path()
            )
        except GroundError as error:
            raise ScenarioError([f"{document.source}: map.{error}"]) from None
        field = field.model_copy(update={"terrain": terrain})
    update: dict[str, Any] = {
        "map": field,
        "sides": sides,
        "zones": tuple(zones),
        "groups": tuple(groups),
        "objectives": tuple(objectives),
        "injects": tuple(sorted(content.injects, key=lambda entry: (entry.at_s, entry.kind, content_key(entry)))),
        "triggers": tuple(sorted(content.triggers, key=lambda e: (content_key(e, "name"), e.name))),
        "minefields": tuple(sorted(content.minefields, key=lambda entry: natural_key(entry.name))),
        "sustainment": None if content.sustainment is None else _sorted_supply(content.sustainment),
        "medical": None if content.medical is None else _sorted_points(content.medical),
        "catalogue": used_cards(content),
        "intelligence": tuple(sorted((_sorted(entry) for entry in content.intelligence), key=lambda entry: entry.side)),
    }
    return Scenario(content.model_copy(update=update), document.source)


def _named(objective: Objective) -> Objective:
    """Return the objective with its name, and its members in canonical order."""
    return objective.model_copy(
        update={
            "name": objective_name(objective),
            "groups": tuple(sorted(set(objective.groups), key=natural_key)),
            "platforms": tuple(sorted(set(objective.platforms), key=natural_key)),
        }
    )


def _canonical(group: Group, is_neutral: bool) -> Group:
    """Return the group with its units in naming order; a neutral group holds its fire."""
    units = sorted(group.units, key=lambda entry: (natural_key(entry.name or ""), natural_key(entry.platform)))
    update: dict[str, Any] = {"units": tuple(units), "roe": "hold" if is_neutral else group.roe}
    return group.model_copy(update=update)


def _sorted(entry: Intelligence) -> Intelligence:
    """Return the intelligence of a side in canonical order."""
    crew = None if entry.operators is None else filled_crew(entry.operators)
    update: dict[str, Any] = {"forces": _by_content(entry.forces), "operators": crew}
    if entry.doctrines is not None:
        update["doctrines"] = _by_content(entry.doctrines)
    if entry.objectives is not None:
        update["objectives"] = _by_content([_named(objective) for objective in entry.objectives])
    return entry.model_copy(update=update)


def _sorted_supply(section: Sustainment) -> Sustainment:
    """Return the section in canonical order."""
    stores = tuple(
        store.model_copy(update={"items": dict(sorted(store.items.items(), key=lambda pair: natural_key(pair[0])))})
        for store in section.stores
    )
    update: dict[str, Any] = {
        "items": dict(sorted(section.items.items(), key=lambda pair: natural_key(pair[0]))),
        "stores": tuple(sorted(stores, key=lambda store: natural_key(store.at))),
        "routes": _by_content(section.routes),
        "priorities": dict(sorted(section.priorities.items())),
    }
    return section.model_copy(update=update)


def _sorted_points(section: Medical) -> Medical:
    """Return the section with its exchange points in canonical order."""
    points = tuple(sorted(section.evacuation.exchange_points, key=lambda point: natural_key(point.name)))
    return section.model_copy(update={"evacuation": section.evacuation.model_copy(update={"exchange_points": points})})


def _by_content(items: Iterable[Model]) -> tuple[Model, ...]:
    return tuple(sorted(items, key=lambda item: content_key(item)))


def used_cards(content: ScenarioFile) -> Catalogue:
    """Return the cards of the units of the scenario and of its intelligence, with derived defaults filled in."""
    every = built_in()
    own = content.catalogue
    names = {entry.platform for group in content.groups for entry in group.units}
    names |= {name for objective in content.objectives for name in objective.platforms}
    names |= {force.platform for entry in content.intelligence for force in entry.forces}
    decoys = (own.platforms.get(name) or every.platforms[name] for name in names)
    names |= {card.decoy.imitates for card in decoys if card.decoy is not None}
    platforms = {name: own.platforms.get(name) or every.platforms[name] for name in sorted(names)}
    fitted = {fit.sensor for card in platforms.values() for fit in card.sensors}
    carried = {fit.weapon for card in platforms.values() for fit in card.weapons}
    if content.sustainment is not None:
        carried |= {item.weapon for item in content.sustainment.items.values() if item.weapon is not None}
    sensors = {name: filled_sensor(own.sensors.get(name) or every.sensors[name]) for name in sorted(fitted)}
    weapons = {name: filled_weapon(own.weapons.get(name) or every.weapons[name]) for name in sorted(carried)}
    links = {card.radio.link for card in platforms.values() if card.radio is not None and card.radio.link}
    mines = {entry.mine for entry in content.minefields if entry.mine}
    is_worn = content.sustainment is not None and content.sustainment.wear
    has_people = content.medical is not None
    filled = {name: filled_platform(card, sensors, weapons) for name, card in platforms.items()}
    parts = {
        name: {"wear": wear_of(card) if is_worn else None, **(filled_care(card) if has_people else NO_CARE)}
        for name, card in filled.items()
    }
    return Catalogue(
        platforms={name: card.model_copy(update=parts[name]) for name, card in filled.items()},
        sensors=sensors,
        weapons={
            name: card.model_copy(update={"injury": injury_of(card) if has_people else None})
            for name, card in weapons.items()
        },
        links={name: own.links.get(name) or every.links[name] for name in sorted(links)},
        mines={name: own.mines.get(name) or every.mines[name] for name in sorted(mines)},
    )
