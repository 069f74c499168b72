"""The timetable of injects as rows sorted by time and kind, independent of the order in the file."""

import math
from collections import defaultdict

import numpy as np

from scenarios.compiler.columns import blank_wholes
from scenarios.compiler.units import Forces
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.scenario import ScenarioFile
from simcore.params import UnitSpecW, ZoneSpecW
from simcore.surroundings import InjectW
from simcore.ticks import LONGEST_TICKS
from simcore.types import I32, Damage, InjectKind

Rows = dict[tuple[int, int, int], set[int]]
"""Units by (tick, InjectKind, bits)."""


def due_tick(at_s: float, dt_s: float) -> int:
    """Return the first step starting at or after the time."""
    steps = round(at_s / dt_s, 9)
    return math.ceil(steps) if steps < LONGEST_TICKS else LONGEST_TICKS


def merged(spans: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the union of spans (first tick, end) as disjoint spans."""
    result: list[tuple[int, float]] = []
    for first, end in sorted(spans):
        if result and first <= result[-1][1]:
            result[-1] = result[-1][0], max(result[-1][1], end)
        else:
            result.append((first, end))
    return result


def compile_injects(content: ScenarioFile, forces: Forces) -> tuple[I32, I32]:
    """Return the timetable (len(InjectW), n) and the units listed by its rows."""
    dt_s = content.time.dt_s
    rows: Rows = defaultdict(set)
    spans: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)  # by unit and bit
    for entry in content.injects:
        tick = due_tick(entry.at_s, dt_s)
        for unit in inject_units(entry, content, forces):
            if entry.kind in ("disable", "link_outage"):
                end = (
                    math.inf
                    if entry.duration_s is None
                    else max(tick + 1, due_tick(entry.at_s + entry.duration_s, dt_s))
                )
                for part in entry.parts or ("link",):
                    spans[unit, int(Damage[part.upper()])].append((tick, end))
            else:
                rows[tick, int(InjectKind[entry.kind.upper()]), 0].add(unit)
    for (unit, bit), times in spans.items():
        for first, end in merged(times):
            rows[first, int(InjectKind.DISABLE), bit].add(unit)
            if math.isfinite(end):
                rows[int(end), int(InjectKind.RESTORE), bit].add(unit)
    table = blank_wholes(InjectW, len(rows))
    members: list[int] = []
    for row, ((tick, kind, bits), units) in enumerate(sorted(rows.items())):
        table[InjectW.TICK, row], table[InjectW.KIND, row], table[InjectW.BITS, row] = tick, kind, bits
        table[InjectW.FIRST, row], table[InjectW.COUNT, row] = len(members), len(units)
        members += sorted(units)
    return table, np.array(members, dtype=np.int32)


def inject_units(entry: Inject, content: ScenarioFile, forces: Forces) -> list[int]:
    """Return the units affected by an inject."""
    if entry.side is not None:
        side = [side.name for side in content.sides].index(entry.side)
        return np.flatnonzero(forces.units.whole[UnitSpecW.SIDE] == side).tolist()
    return [unit for name in entry.who for unit in forces.order.units_of(name)]


def time_zones(content: ScenarioFile, zones: I32) -> None:
    """Write the opening and closing ticks of zones. Mutates FROM_TICK and UNTIL_TICK of ``zones``."""
    for entry in content.injects:
        if entry.kind == "zone":
            z = [zone.name for zone in content.zones].index(entry.zone or "")
            zones[ZoneSpecW.FROM_TICK if entry.active else ZoneSpecW.UNTIL_TICK, z] = due_tick(
                entry.at_s, content.time.dt_s
            )
