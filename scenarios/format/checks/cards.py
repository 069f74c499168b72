"""Consistency checks of cards."""

from typing import get_args

from scenarios.format.names import advice
from scenarios.format.problems import Problem
from scenarios.format.schema.cards import Catalogue, PlatformCard, WeaponCard
from scenarios.format.schema.sensors import (
    SEA_DOMAINS,
    ElectroOpticalCard,
    RadarCard,
    RangedSensor,
    SensorCard,
    SonarBase,
)
from scenarios.format.schema.sustainment import PartName
from scenarios.format.yaml_text import Path

PARTS = get_args(PartName)
MOBILITIES = {
    "land": ("wheeled", "tracked", "foot", "fixed"),
    "surface": ("water", "fixed"),
    "subsurface": ("water", "fixed"),
    "air": ("air", "fixed"),
}


def check_cards(cards: Catalogue, built_in: Catalogue, names: dict[str, set[str]]) -> list[Problem]:
    """Return the problems of ``cards``, which may refer to each other and to built-in cards."""
    problems: list[Problem] = []
    sensors = {*built_in.sensors, *cards.sensors}
    weapons = {*built_in.weapons, *cards.weapons}
    for name, card in cards.sensors.items():
        problems += _check_sensor(("catalogue", "sensors", name), card)
    for name, card in cards.weapons.items():
        problems += _check_weapon(("catalogue", "weapons", name), card)
    for name, card in cards.platforms.items():
        path = ("catalogue", "platforms", name)
        problems += _check_platform(path, card)
        known = {**built_in.platforms, **cards.platforms}
        problems += _check_decoy(path, card, known, names.get("platforms", set()))
        for i, fit in enumerate(card.sensors):
            if fit.sensor not in sensors | names.get("sensors", set()):
                text = f"no sensor {fit.sensor!r}; {advice(fit.sensor, sensors)}"
                problems.append(Problem((*path, "sensors", i), text))
        for i, fit in enumerate(card.weapons):
            if fit.weapon not in weapons | names.get("weapons", set()):
                text = f"no weapon {fit.weapon!r}; {advice(fit.weapon, weapons)}"
                problems.append(Problem((*path, "weapons", i, "weapon"), text))
    return problems


def _check_decoy(path: Path, card: PlatformCard, cards: dict[str, PlatformCard], names: set[str]) -> list[Problem]:
    if card.decoy is None:
        return []
    where = (*path, "decoy", "imitates")
    name = card.decoy.imitates
    if name not in cards:
        return [] if name in names else [Problem(where, f"no platform {name!r}; {advice(name, set(cards) | names)}")]
    imitated = cards[name]
    if imitated.decoy is not None:
        return [Problem(where, f"{name!r} is itself a decoy; name the platform it imitates")]
    if imitated.domain != card.domain:
        text = f"{name!r} is of domain {imitated.domain!r}, the decoy of {card.domain!r}; name one of the same domain"
        return [Problem(where, text)]
    return []


def _check_sensor(path: Path, card: SensorCard) -> list[Problem]:
    if isinstance(card, ElectroOpticalCard):
        if not card.n50_detect <= card.n50_classify <= card.n50_identify:
            shown = f"{card.n50_detect:g}, {card.n50_classify:g}, {card.n50_identify:g}"
            text = f"n50_detect, n50_classify, n50_identify do not ascend ({shown}); closer knowledge needs more cycles"
            return [Problem(path, text)]
        return []
    problems = _check_ranges(path, card)
    if isinstance(card, SonarBase):
        strange = [name for name in card.domains if name not in SEA_DOMAINS]
        if strange:
            text = f"a sonar cannot detect domain {strange[0]!r}; give surface, subsurface or both"
            problems.append(Problem((*path, "domains"), text))
        if card.needs_sight:
            problems.append(Problem((*path, "needs_sight"), "sound needs no line of sight; leave it false"))
    if isinstance(card, RadarCard):
        if (card.reference is None) == (card.physics is None):
            problems.append(Problem(path, "a radar needs exactly one description; give reference or physics"))
        elif card.reference is not None and card.reference.p_detect <= card.p_false_alarm:
            text = f"not above p_false_alarm {card.p_false_alarm:g}; give a larger probability"
            problems.append(Problem((*path, "reference", "p_detect"), text))
    return problems


def _check_ranges(path: Path, card: RangedSensor) -> list[Problem]:
    problems: list[Problem] = []
    for key in ("classify_km", "identify_km"):
        value = getattr(card, key)
        if value is not None and value > card.range_km:
            text = f"{value:g} is beyond range_km {card.range_km:g}; give at most the range"
            problems.append(Problem((*path, key), text))
    if card.classify_km is not None and card.identify_km is not None and card.identify_km > card.classify_km:
        text = f"{card.identify_km:g} is beyond classify_km {card.classify_km:g}; identification needs to be closer"
        problems.append(Problem((*path, "identify_km"), text))
    return problems


def _check_weapon(path: Path, card: WeaponCard) -> list[Problem]:
    problems: list[Problem] = []
    if not card.domains and card.interceptor is None and card.soft_kill is None:
        text = "it cannot engage anything; list target domains, or give an interceptor"
        problems.append(Problem((*path, "domains"), text))
    if card.interceptor is not None and card.soft_kill is not None:
        text = "a weapon cannot have both; give interceptor or soft_kill, and a second weapon for the other"
        problems.append(Problem((*path, "soft_kill"), text))
    if card.interceptor is not None and card.interceptor.range_min_km >= card.interceptor.range_km:
        text = (
            f"{card.interceptor.range_min_km:g} is not below range_km {card.interceptor.range_km:g}; give a shorter one"
        )
        problems.append(Problem((*path, "interceptor", "range_min_km"), text))
    area = {"lethal_radius_m": card.lethal_radius_m, "cep_m": card.cep_m}
    for key, value in area.items():
        if (card.fire == "area") != (value is not None):
            text = "it belongs to area fire; give both it and `fire: area`, or neither"
            problems.append(Problem((*path, key), text))
    if card.fire == "area" and card.stoppable:
        text = "rounds of area fire cannot be intercepted yet; leave stoppable out"
        problems.append(Problem((*path, "stoppable"), text))
    if card.domains and card.range_max_km <= card.range_min_km:
        text = f"{card.range_max_km:g} is not above range_min_km {card.range_min_km:g}; give a longer range"
        problems.append(Problem((*path, "range_max_km"), text))
    return problems


def _check_platform(path: Path, card: PlatformCard) -> list[Problem]:
    problems: list[Problem] = []
    if card.mobility is not None and card.mobility not in MOBILITIES[card.domain]:
        known = ", ".join(MOBILITIES[card.domain])
        text = f"{card.mobility!r} is not possible for domain {card.domain!r}; give one of {known}"
        problems.append(Problem((*path, "mobility"), text))
    if card.mobility == "fixed" and card.speed_max_mps > 0:
        problems.append(Problem((*path, "speed_max_mps"), "a fixed platform cannot move; give 0 or another mobility"))
    if card.speed_cruise_mps is not None and card.speed_cruise_mps > card.speed_max_mps:
        text = f"{card.speed_cruise_mps:g} is above speed_max_mps {card.speed_max_mps:g}; give at most the maximum"
        problems.append(Problem((*path, "speed_cruise_mps"), text))
    if card.seakeeping is not None:
        where = (*path, "seakeeping")
        if card.domain != "surface":
            problems.append(Problem(where, f"waves do not slow domain {card.domain!r}; leave it out"))
        elif card.seakeeping.stop_sea_state <= card.seakeeping.full_speed_sea_state:
            full = card.seakeeping.full_speed_sea_state
            text = f"{card.seakeeping.stop_sea_state:g} is not above full_speed_sea_state {full:g}; give a rougher sea"
            problems.append(Problem((*where, "stop_sea_state"), text))
    if card.acoustics is not None:
        where = (*path, "acoustics")
        if card.domain not in SEA_DOMAINS:
            problems.append(Problem(where, f"nothing of domain {card.domain!r} makes sound under water; leave it out"))
        elif card.acoustics.source_level_rest_db > card.acoustics.source_level_db:
            text = f"{card.acoustics.source_level_rest_db:g} is above source_level_db; give a lower level at rest"
            problems.append(Problem((*where, "source_level_rest_db"), text))
    if card.height_m < 0 and card.domain != "subsurface":
        text = f"{card.height_m:g} is below the surface; give >= 0, or domain subsurface"
        problems.append(Problem((*path, "height_m"), text))
    if card.one_way and not card.weapons:
        problems.append(Problem((*path, "weapons"), "a one-way platform needs its warhead; list a weapon"))
    for name, component in (card.wear or {}).items():
        if component.part is None and name not in PARTS:
            text = f"no part is named {name!r}; give `part`: one of {', '.join(PARTS)}"
            problems.append(Problem((*path, "wear", name), text))
    if not card.hovers and card.speed_max_mps == 0:
        problems.append(Problem((*path, "hovers"), "it neither hovers nor moves; give a speed or hovers: true"))
    return problems
