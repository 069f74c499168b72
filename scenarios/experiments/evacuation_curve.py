"""The trade curve of unmanned evacuation: deaths against number and speed of the vehicles, and against exposure.

Every point is the scenario with another number of vehicles in a group of unmanned transports, another speed of their
card, and another level of exposure, which is any value of the scenario that makes the way more dangerous. All points
are played with common random numbers, so that they are compared replication by replication.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scenarios.experiments.compare import Question, Row, compare_pairs, level
from scenarios.experiments.factors import Factor, Level, cell_text
from scenarios.experiments.plan import BASELINE, Plan
from scenarios.experiments.points import Base, Cell, Point
from scenarios.experiments.session import Session
from scenarios.format.names import advice
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.measures.estimates import MeasureEstimate
from simcore.errors import InputError
from simcore.types import N_BELLIGERENTS

KMH = 3.6
NUMBER, SPEED = "vehicles", "speed_kmh"
ALSO = ("kia", "dow", "preventable_deaths", "evacuated")
"""Measures of the side beside the measure in question, by key."""


@dataclass(frozen=True)
class Vehicles:
    """The unmanned transports of a curve: their side and group, their card, and its speeds [m/s].

    ``others``: other groups with the same card, whose speed changes with theirs; ``is_only``: whether they are the only
    unmanned transports of the scenario.
    """

    side: str
    group: str
    card: str
    cruise_mps: float
    max_mps: float
    others: tuple[str, ...]
    is_only: bool


@dataclass(frozen=True)
class CurvePoint:
    """A point of the curve: vehicles, their speed [km/h], nan without vehicles, and the level of exposure."""

    number: int
    speed_kmh: float
    exposure: Cell


@dataclass(frozen=True)
class CurveRow:
    """A point with its estimates, and the paired difference from the point with the fewest vehicles."""

    point: CurvePoint
    estimate: MeasureEstimate
    difference: Row | None
    also: tuple[MeasureEstimate, ...]


def find_vehicles(base: Base, side: str | None, group: str | None) -> Vehicles:
    """Return the unmanned transports of a scenario. Raises ``InputError`` where none or several groups fit."""
    content = base.resolved(base.document).content
    if content.medical is None:
        raise InputError(
            f"{base.source}: no section `medical`: nobody is hurt in this scenario; take another or add it"
        )
    sides = [entry.name for entry in content.sides[:N_BELLIGERENTS]]
    if side is not None and side not in sides:
        raise InputError(f"--side {side}: no such side; {advice(side, set(sides))}")
    cards = _unmanned(content)
    fitting = [g for g in content.groups if side in (None, g.side) and g.side in sides]
    found = {g.name: g for g in fitting if len(g.units) == 1 and _is_unmanned(g.units[0], cards)}
    if group is not None and group not in found:
        known = [g.name for g in content.groups]
        if group not in known:
            raise InputError(f"--group {group}: no such group; {advice(group, set(known))}")
        raise InputError(
            f"--group {group}: not one kind of unmanned transports; "
            + (f"take {' or '.join(found)}" if found else "the scenario has no such group")
        )
    if group is None and len(found) != 1:
        if not found:
            raise InputError(
                f"{base.source}: no group of unmanned transports: platforms with the part evacuation and without a crew"
            )
        raise InputError(f"several groups of unmanned transports; choose with --group {' or --group '.join(found)}")
    chosen = found[group or next(iter(found))]
    card = chosen.units[0].platform
    platform = cards[card]
    others = tuple(
        g.name for g in content.groups if g.name != chosen.name and any(entry.platform == card for entry in g.units)
    )
    cruise = platform.speed_cruise_mps or platform.speed_max_mps
    n_unmanned = sum(any(_is_unmanned(entry, cards) for entry in g.units) for g in content.groups)
    return Vehicles(chosen.side, chosen.name, card, cruise, platform.speed_max_mps, others, n_unmanned == 1)


def _unmanned(content: ScenarioFile) -> dict[str, Any]:
    """Return the platforms of a resolved scenario with places for casualties."""
    return {name: card for name, card in content.catalogue.platforms.items() if card.evacuation is not None}


def _is_unmanned(entry: Any, cards: dict[str, Any]) -> bool:
    card = cards.get(entry.platform)
    people = entry.people or (card.people if card is not None else None)
    return card is not None and (people is None or people.crew == 0)


def curve_plan(
    plan: Plan, vehicles: Vehicles, numbers: Sequence[int], speeds: Sequence[float], exposure: Factor | None
) -> tuple[Plan, list[CurvePoint]]:
    """Return a plan with all points after the baseline, and the points. Raises ``InputError`` for wrong levels."""
    _check("--number", numbers, lambda n: n >= 0, "whole numbers from 0, for example 0,1,2,4")
    _check("--speed", speeds, lambda v: math.isfinite(v) and v > 0.0, "speeds in km/h, for example 10,20,40")
    if max(numbers) == 0:
        raise InputError("--number 0: no point with vehicles; give for example 0,1,2,4")
    shared = plan.points[0].settings
    levels: Sequence[Level | None] = exposure.levels if exposure is not None else (None,)
    name = exposure.name if exposure is not None else ""
    points: list[Point] = []
    found: list[CurvePoint] = []
    for exposed in levels:
        for number in sorted(numbers):
            for speed in sorted(speeds) if number else (math.nan,):
                settings = {**shared, **(exposed.settings if exposed else {}), **_settings(vehicles, number, speed)}
                point = CurvePoint(number, speed, exposed.cell if exposed else "")
                cells: dict[str, Cell] = {NUMBER: float(number), SPEED: speed}
                if exposed is not None:
                    cells[name] = exposed.cell
                points.append(Point(point_text(point, name), settings, cells))
                found.append(point)
    first: dict[str, Cell] = {NUMBER: math.nan, SPEED: math.nan}
    if exposure is not None:
        first[name] = math.nan if exposure.is_ordered else ""
    return replace(plan, points=(Point(BASELINE, shared, first), *points)), found


def _settings(vehicles: Vehicles, number: int, speed_kmh: float) -> dict[str, Any]:
    """Return the values by path of a number of vehicles and their speed; their maximum keeps its ratio to it.

    Without vehicles the group stays, and evacuates nobody.
    """
    if number == 0 and vehicles.is_only:
        return {"medical.evacuation.unmanned": "none"}
    if number == 0:
        return {f"groups.{vehicles.group}.task": {"verb": "hold"}}
    found: dict[str, Any] = {f"groups.{vehicles.group}.count": number}
    cruise = speed_kmh / KMH
    if not math.isclose(cruise, vehicles.cruise_mps, rel_tol=1e-9):
        card = f"catalogue.platforms.{vehicles.card}"
        found[f"{card}.speed_max_mps"] = float(f"{cruise * vehicles.max_mps / vehicles.cruise_mps:.10g}")
        found[f"{card}.speed_cruise_mps"] = float(f"{cruise:.10g}")
    return found


def _check(flag: str, values: Sequence[float], is_right: Callable[[Any], bool], remedy: str) -> None:
    if not values or not all(is_right(value) for value in values):
        raise InputError(f"{flag} {','.join(f'{value:g}' for value in values)}: out of range; give {remedy}")
    if len(set(values)) < len(values):
        raise InputError(f"{flag}: a level is given twice; keep one of them")


def point_text(point: CurvePoint, exposure: str) -> str:
    """Return a point in words."""
    words = {0: "no vehicles", 1: "1 vehicle"}.get(point.number, f"{point.number} vehicles")
    if point.number:
        words += f" at {point.speed_kmh:g} km/h"
    return f"{words}, {exposure} {cell_text(point.exposure)}" if exposure else words


def curve_rows(session: Session, points: Sequence[CurvePoint], question: Question) -> list[CurveRow]:
    """Return the estimates of all points, each with its difference from the fewest vehicles at the same exposure."""
    first: dict[Cell, int] = {}
    for k, point in enumerate(points, start=1):
        first.setdefault(point.exposure, k)  # sorted by number and speed
    pairs = [(k, first[point.exposure]) for k, point in enumerate(points, start=1) if first[point.exposure] != k]
    differences = {row.first: row for row in compare_pairs(session, pairs, question)}
    side = question.measure.side
    also = [m for m in session.conditions.measures.values() if m.side == side and m.key in ALSO]
    return [
        CurveRow(
            point,
            level(session, k, question.measure),
            differences.get(k),
            tuple(level(session, k, measure) for measure in also if measure.name != question.measure.name),
        )
        for k, point in enumerate(points, start=1)
    ]
