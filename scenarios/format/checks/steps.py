"""Warnings about time steps too long for a scenario, which can still be played.

The engine scans, aims and fires once per step. A unit that crosses a range between two steps is not detected or fired
at, and a process shorter than a step takes a whole step or no time. Each warning gives the path of the quantity, its
size and a sufficiently short step.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from scenarios.format.schema.cards import PlatformCard, WeaponCard
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.sensors import SWEPT, SensorCard

MOST_OF_A_RANGE = 0.5
"""Largest share of a range that may be crossed between two scans."""
SHORTEST_FLIGHT = 0.25
"""Least flight time of a round to its full range, in steps: shorter flights are mostly rounding."""
LEAST_LATENCY = 0.1
"""Latency of a hop, in steps, below which it is negligible."""


class _Slow(NamedTuple):
    """A quantity for which a step, or the time between two searches, is too long."""

    step_s: float  # a sufficiently short step
    where: str
    text: str
    key: str = "time.dt_s"  # the key to shorten


@dataclass(frozen=True)
class _Fleet:
    """The real (non-phantom) platforms of a side and of its enemies."""

    own: dict[str, PlatformCard]
    enemies: dict[str, PlatformCard]


def step_warnings(content: ScenarioFile) -> list[str]:
    """Return a warning, ``path: problem; remedy``, for each kind of quantity that needs a shorter time step.

    The quantities are ranges of weapons and of instantaneous sensors, relative to the speeds of units crossing them;
    times between shots and between scans; flights of rounds; delays of links and of approvals.
    """
    dt_s, search_s = content.time.dt_s, max(content.time.dt_s, content.time.fire_interval_s or 0.0)
    fleets = list(_fleets(content))
    kinds = (
        ("weapons", _crossed_weapons(fleets, content, dt_s, search_s)),
        ("sensors", _crossed_sensors(fleets, content, dt_s)),
        ("weapons", _fast_reloads(content, dt_s)),
        ("sensors", _fast_looks(content, dt_s)),
        ("weapons", _short_flights(content, dt_s)),
        ("platforms", _short_delays(content, dt_s)),
    )
    warnings: list[str] = []
    for noun, entries in kinds:
        slow = sorted(set(entries))
        if slow:
            others = len({entry.where for entry in slow}) - 1
            more = f" ({others} more {noun if others > 1 else noun[:-1]} alike)" if others else ""
            worst = slow[0]
            warnings.append(
                f"{worst.where}: {worst.text}; give {worst.key} {_round_down(worst.step_s):g} or less{more}"
            )
    return warnings


def _fleets(content: ScenarioFile) -> Iterator[_Fleet]:
    """Yield the fleet of each belligerent."""
    sides = [side.name for side in content.sides if side.stance == "belligerent"]
    used = {side: set[str]() for side in sides}
    for group in content.groups:
        if group.side in used and group.spoofed_by is None:
            used[group.side] |= {entry.platform for entry in group.units}
    cards = content.catalogue.platforms
    for side in sides:
        enemies = set[str]().union(*(used[other] for other in sides if other != side))
        yield _Fleet({name: cards[name] for name in used[side]}, {name: cards[name] for name in enemies})


def _cards(fleets: Iterable[_Fleet]) -> Iterator[tuple[_Fleet, str, PlatformCard]]:
    for fleet in fleets:
        for name, card in fleet.own.items():
            yield fleet, name, card


def _crossed_weapons(fleets: Iterable[_Fleet], content: ScenarioFile, dt_s: float, search_s: float) -> Iterator[_Slow]:
    """Yield weapons with a range that can be crossed between two searches for targets.

    A one-way munition stops at its target: its own speed and the time between its searches en route do not count, and
    it may cover its range in a single step.
    """
    for fleet, name, card in _cards(fleets):
        period_s, most = (dt_s, 1.0) if card.one_way else (search_s, MOST_OF_A_RANGE)
        key = "time.fire_interval_s" if period_s > dt_s else "time.dt_s"
        for fit in card.weapons:
            weapon = content.catalogue.weapons[fit.weapon]
            range_m = weapon.range_max_km * 1e3
            for target, other in fleet.enemies.items():
                speed = other.speed_max_mps + (0.0 if card.one_way else card.speed_max_mps)
                if other.speed_max_mps > 0.0 and _can_hit(weapon, other) and speed * period_s > most * range_m:
                    text = (
                        f"{target!r} moves {speed * period_s / 1e3:.3g} km against {name!r} in the {period_s:g} s "
                        f"between two searches for targets, and the range is {weapon.range_max_km:g} km"
                    )
                    yield _Slow(most * range_m / speed, f"catalogue.weapons.{fit.weapon}.range_max_km", text, key)


def _can_hit(weapon: WeaponCard, target: PlatformCard) -> bool:
    return target.domain in weapon.domains and weapon.p_hit.get(target.target_class, 0.0) > 0.0


def _crossed_sensors(fleets: Iterable[_Fleet], content: ScenarioFile, dt_s: float) -> Iterator[_Slow]:
    """Yield instantaneous sensors with a range that can be crossed in a step."""
    for fleet, name, card in _cards(fleets):
        for fit in card.sensors:
            sensor = content.catalogue.sensors[fit.sensor]
            range_m = sensor.range_km * 1e3
            for target, other in fleet.enemies.items():
                speed = other.speed_max_mps + card.speed_max_mps
                is_seen = sensor.model not in SWEPT and other.domain in sensor.domains
                if is_seen and speed * dt_s > MOST_OF_A_RANGE * range_m:
                    text = (
                        f"{target!r} moves {speed * dt_s / 1e3:.3g} km against {name!r} in a step of {dt_s:g} s, "
                        f"and the range is {sensor.range_km:g} km"
                    )
                    yield _Slow(MOST_OF_A_RANGE * range_m / speed, f"catalogue.sensors.{fit.sensor}.range_km", text)


def _fast_reloads(content: ScenarioFile, dt_s: float) -> Iterator[_Slow]:
    for name, weapon in _used(content):
        if 0.0 < weapon.reload_s < dt_s:
            yield _Slow(
                weapon.reload_s,
                f"catalogue.weapons.{name}.reload_s",
                f"{weapon.reload_s:g} s between shots become a step of {dt_s:g} s",
            )


def _fast_looks(content: ScenarioFile, dt_s: float) -> Iterator[_Slow]:
    sensors: Iterable[tuple[str, SensorCard]] = content.catalogue.sensors.items()
    for name, sensor in sensors:
        if sensor.interval_s < dt_s:
            yield _Slow(
                sensor.interval_s,
                f"catalogue.sensors.{name}.interval_s",
                f"{sensor.interval_s:g} s between scans become a step of {dt_s:g} s",
            )


def _short_flights(content: ScenarioFile, dt_s: float) -> Iterator[_Slow]:
    for name, weapon in _used(content):
        if weapon.round_speed_mps is None or not weapon.domains:
            continue
        flight_s = weapon.range_max_km * 1e3 / weapon.round_speed_mps
        if 0.0 < flight_s < SHORTEST_FLIGHT * dt_s:
            yield _Slow(
                flight_s / SHORTEST_FLIGHT,
                f"catalogue.weapons.{name}.round_speed_mps",
                f"a round flies {flight_s:.2g} s at most, and a step is {dt_s:g} s: the time of flight has no effect",
            )


def _short_delays(content: ScenarioFile, dt_s: float) -> Iterator[_Slow]:
    used = {entry.platform: group for group in content.groups for entry in group.units}
    for name in sorted(used):
        card = content.catalogue.platforms[name]
        where = f"catalogue.platforms.{name}"
        latency_s = 0.0 if card.radio is None else card.radio.latency_s * content.rules.latency_factor
        if LEAST_LATENCY * dt_s < latency_s < 0.5 * dt_s:
            text = f"a hop of {latency_s:g} s rounds to no step of {dt_s:g} s"
            yield _Slow(2.0 * latency_s, f"{where}.radio.latency_s", text)
        if card.autonomy in ("approve", "veto") and 0.0 < card.approval_s < 0.5 * dt_s:
            text = f"an approval of {card.approval_s:g} s becomes a step of {dt_s:g} s"
            yield _Slow(card.approval_s, f"{where}.approval_s", text)


def _used(content: ScenarioFile) -> Iterable[tuple[str, WeaponCard]]:
    """Return the weapons of a resolved scenario."""
    return content.catalogue.weapons.items()


def _round_down(value: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at or below a positive value."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return round(next(step * power for step in (5.0, 2.0, 1.0) if step * power <= value * (1.0 + 1e-12)), 9)
