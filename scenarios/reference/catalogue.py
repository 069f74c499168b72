"""The reference page of the catalogue: the kind, key numbers, cost and source of every card."""

from collections import Counter

from scenarios.format.catalogue import built_in
from scenarios.format.defaults import filled_sensor
from scenarios.format.schema.cards import Catalogue, MineCard, PlatformCard, WeaponCard
from scenarios.format.schema.radio import LinkCard
from scenarios.format.schema.sensors import SENSOR_MODELS, SensorCard
from scenarios.reference.parameters import markdown_table

UNMANNED = {"ugv": "UGV", "usv": "USV", "uuv": "UUV", "uav": "UAV"}
"""Kind of platform implied by a word in the name of its card."""

_HIGH_M = 15_000.0
_INTRODUCTION = """\
# Catalogue

The building blocks of scenarios, one card per row. `chammo list --cards` lists them too, a scenario may change or add
cards (`catalogue`), and [parameters](parameters.md) has all their numbers. The numbers are rounded and typical of a
class of equipment, not of any real system. *Source* names the open publication of a number; the others are
`placeholder`: unverified, so replace them before you draw conclusions. Costs are in million USD; the cost of a platform
includes its equipment but not its rounds. A dash means none.
"""

_PLATFORM = ("kind", "speed [m/s]", "endurance [h]", "sensor [km]", "weapon [km]", "link [km]")
_SENSOR = ("model", "detects", "range [km]", "classifies [km]", "interval [s]")
_WEAPON = ("against", "range [km]", "speed [m/s]", "reload [s]", "best hit", "stops")
_LINK = ("range [km]", "latency [s]", "can be jammed")
_MINE = ("against", "actuation [m]", "damage", "kills")


def kinds_of(name: str, card: PlatformCard, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the kinds of a platform: a word for its class, then its roles in a fight."""
    words = name.split("-")
    unmanned = next((UNMANNED[word] for word in words if word in UNMANNED), "")
    is_civilian = card.sidc[3:4] == "4"  # standard identity of the symbol: neutral
    if card.domain == "air" and not unmanned and not is_civilian:
        unmanned = "UAV"
    kinds = [unmanned] if unmanned else []
    weapons = [catalogue.weapons[fit.weapon] for fit in card.weapons]
    sensors = [catalogue.sensors[fit.sensor] for fit in card.sensors]
    tests: tuple[tuple[str, bool], ...] = (
        ("civilian", is_civilian),
        ("decoy", card.decoy is not None),
        ("ship", card.target_class == "ship"),
        ("boat", card.target_class == "small_boat" and not unmanned),
        ("submarine", card.domain == "subsurface" and not unmanned),
        ("vehicle", card.domain == "land" and card.speed_max_mps > 0.0 and not unmanned),
        ("fixed wing", card.domain == "air" and not card.hovers),
        ("rotary wing", card.domain == "air" and card.hovers),
        ("one-way", card.one_way),
        ("swarm", "swarm" in words),
        ("high altitude", card.domain == "air" and card.height_m >= _HIGH_M),
        ("command post", card.command_post),
        ("radar", card.speed_max_mps == 0.0 and any(sensor.model == "radar" for sensor in sensors)),
        ("air defence", card.domain != "air" and any(weapon.interceptor is not None for weapon in weapons)),
        ("host", card.host is not None),
        ("mine clearing", card.mine_clearing is not None),
        ("jammer", bool(card.jammers)),
        ("depot", "depot" in words),
        ("hospital", "hospital" in words or "ambulance" in words or "evacuation" in words),
    )
    kinds += [kind for kind, applies in tests if applies]
    return tuple(kinds) or (card.domain,)


def count_kinds() -> Counter[str]:
    """Return the number of built-in platforms of each kind, and the numbers of the other cards."""
    catalogue = built_in()
    counts = Counter(kind for name, card in catalogue.platforms.items() for kind in kinds_of(name, card, catalogue))
    counts.update({"sensor": len(catalogue.sensors), "weapon": len(catalogue.weapons)})
    counts.update({"link": len(catalogue.links), "mine": len(catalogue.mines)})
    return counts


def catalogue_page() -> str:
    """Return the page as Markdown."""
    catalogue = built_in()
    counts = sorted(count_kinds().items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{count} {kind}" for kind, count in counts)
    parts = [_INTRODUCTION, f"By kind (a card may have several): {shown}.\n"]
    platforms = [_platform(name, card, catalogue) for name, card in catalogue.platforms.items()]
    for title, header, rows in (
        ("Platforms", _PLATFORM, platforms),
        ("Sensors", _SENSOR, [_sensor(name, card) for name, card in catalogue.sensors.items()]),
        ("Weapons", _WEAPON, [_weapon(name, card) for name, card in catalogue.weapons.items()]),
        ("Links", _LINK, [_link(name, card) for name, card in catalogue.links.items()]),
        ("Mines", _MINE, [_mine(name, card) for name, card in catalogue.mines.items()]),
    ):
        parts.append(f"## {title}\n")
        parts.append(markdown_table(("card", "name", *header, "cost", "source"), rows))
    return "\n".join(parts)


def _platform(name: str, card: PlatformCard, catalogue: Catalogue) -> tuple[str, ...]:
    sees = max((catalogue.sensors[fit.sensor].range_km for fit in card.sensors), default=0.0)
    fires = max((catalogue.weapons[fit.weapon].range_max_km for fit in card.weapons), default=0.0)
    link = "whole map" if card.radio is None else _number(card.radio.range_km)
    kinds = ", ".join(kinds_of(name, card, catalogue))
    numbers = (_number(card.speed_max_mps), _number(card.endurance_h), _number(sees), _number(fires), link)
    return _row(name, card.title, (kinds, *numbers), card.cost_musd, card.source)


def _sensor(name: str, card: SensorCard) -> tuple[str, ...]:
    classifies = _number(getattr(filled_sensor(card), "classify_km", None))
    numbers = (_number(card.range_km), classifies, _number(card.interval_s))
    return _row(
        name, card.title, (SENSOR_MODELS[card.model].words, _list(card.domains), *numbers), card.cost_musd, card.source
    )


def _weapon(name: str, card: WeaponCard) -> tuple[str, ...]:
    best = max(card.p_hit.values(), default=0.0)
    stops = "-" if card.interceptor is None else f"{card.interceptor.p_intercept:g} per shot"
    if card.soft_kill is not None:
        stops = f"diverts {card.soft_kill.p_guided:g}"
    numbers = (_number(card.range_max_km), _number(card.round_speed_mps), _number(card.reload_s), _number(best))
    return _row(name, card.title, (_list(card.domains), *numbers, stops), card.cost_musd, card.source)


def _link(name: str, card: LinkCard) -> tuple[str, ...]:
    return _row(
        name,
        card.title,
        (_number(card.range_km), _number(card.latency_s), "no" if card.satellite else "yes"),
        card.cost_musd,
        card.source,
    )


def _mine(name: str, card: MineCard) -> tuple[str, ...]:
    within = ", ".join(f"{radius:g} ({target.replace('_', ' ')})" for target, radius in card.actuation_m.items())
    numbers = (_number(card.damage), _number(card.p_kill))
    return _row(name, card.title, (_list(card.domains), within, *numbers), card.cost_musd, card.source)


def _row(name: str, title: str, cells: tuple[str, ...], cost_musd: float, source: str) -> tuple[str, ...]:
    return (f"`{name}`", title, *cells, f"{cost_musd:g}", source)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "-"


def _number(value: float | None) -> str:
    return f"{value:g}" if value else "-"
