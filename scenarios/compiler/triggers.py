"""Triggers as rows: a condition with a single effect, a task or a row of the injects."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenarios.compiler.columns import blank, blank_wholes
from scenarios.compiler.injects import due_tick, inject_units
from scenarios.compiler.routes import way_round
from scenarios.compiler.ticks import ticks
from scenarios.compiler.units import Forces
from scenarios.format.plane import Plane
from scenarios.format.schema.injects import Inject
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.schema.triggers import Trigger
from scenarios.terrain.rasters import Ground
from simcore.orders import KEEP_ROE
from simcore.params import NEVER, Block, GroupSpecR, GroupSpecW
from simcore.state import WAY_POINTS
from simcore.surroundings import InjectW
from simcore.triggers import TriggerKind, TriggerSpecR, TriggerSpecW
from simcore.types import F64, I32, NONE, Damage, InjectKind, Level, Roe, Task

CHECK_S = 5.0
"""Time between checks of the conditions [s]."""

_STAYS = ("hold", "recover", "escort")


@dataclass(frozen=True)
class Triggers:
    """The triggers of a scenario, and the timetable with the injects that wait for them."""

    block: Block
    members: I32
    route: F64  # (2, n) [m]
    injects: I32
    inject_members: I32
    problems: list[str]


def compile_triggers(
    content: ScenarioFile,
    forces: Forces,
    plane: Plane,
    ground: Ground,
    groups: Block,
    injects: I32,
    inject_members: I32,
) -> Triggers:
    """Return the triggers of a resolved scenario; ``injects`` is the timetable, to which their injects are added."""
    tasks = [(trigger, k) for trigger in content.triggers for k in range(len(trigger.tasks))]
    effects = [
        (trigger, *row)
        for trigger in content.triggers
        for entry in trigger.injects
        for row in _inject_rows(entry, content, forces)
    ]
    n = len(tasks) + len(effects)
    block = blank(TriggerSpecR, TriggerSpecW, n)
    real, whole = block
    real[:] = 0.0
    whole[[TriggerSpecW.GROUP, TriggerSpecW.INJECT, TriggerSpecW.TARGET]] = NONE
    whole[[TriggerSpecW.TASK, TriggerSpecW.ROE, TriggerSpecW.ROUTE_FIRST, TriggerSpecW.ROUTE_COUNT]] = 0
    whole[TriggerSpecW.PERIOD] = ticks(CHECK_S, content.time.dt_s)
    members: list[int] = []
    route: list[tuple[float, float]] = []
    problems: list[str] = []
    for row, (trigger, k) in enumerate(tasks):
        problems += _task(block, row, trigger, k, content, forces, plane, ground, groups, route)
    table = blank_wholes(InjectW, len(effects))
    listed = inject_members.tolist()
    for k, (_, _, kind, bits, units) in enumerate(effects):
        table[InjectW.TICK, k], table[InjectW.KIND, k], table[InjectW.BITS, k] = NEVER, kind, bits
        table[InjectW.FIRST, k], table[InjectW.COUNT, k] = len(listed), len(units)
        listed += units
    for k, (_, delay, *_) in enumerate(effects):
        row = len(tasks) + k
        whole[TriggerSpecW.INJECT, row] = injects.shape[1] + k
        whole[TriggerSpecW.SIDE, row] = NONE
        whole[TriggerSpecW.DELAY, row] = delay
    for row, trigger in enumerate([trigger for trigger, _ in tasks] + [trigger for trigger, *_ in effects]):
        _condition(block, row, trigger, content, forces, members)
    return Triggers(
        block,
        np.array(members, dtype=np.int32),
        np.ascontiguousarray(np.array(route, dtype=np.float64).reshape(-1, 2).T),
        np.ascontiguousarray(np.concatenate([injects, table], axis=1)),
        np.array(listed, dtype=np.int32),
        problems,
    )


def _condition(
    block: Block, row: int, trigger: Trigger, content: ScenarioFile, forces: Forces, members: list[int]
) -> None:
    """Write the condition of a row. Mutates ``block`` and ``members``."""
    when, whole = trigger.when, block.whole
    kind = (
        TriggerKind.CONTACT
        if when.contact is not None
        else TriggerKind.ENTERED
        if when.entered
        else TriggerKind.LOST
        if when.lost
        else TriggerKind.TIME
    )
    names = when.entered or when.lost
    listed = sorted({unit for name in names for unit in forces.order.units_of(name)})
    whole[TriggerSpecW.KIND, row] = int(kind)
    whole[TriggerSpecW.FIRST, row], whole[TriggerSpecW.COUNT, row] = len(members), len(listed)
    zones = [zone.name for zone in content.zones]
    whole[TriggerSpecW.ZONE, row] = NONE if when.zone is None else zones.index(when.zone)
    whole[TriggerSpecW.NUMBER, row] = 0 if kind == TriggerKind.TIME else when.number
    whole[TriggerSpecW.LEVEL, row] = int(Level[when.level.upper()])
    if when.contact is not None:
        whole[TriggerSpecW.SIDE, row] = [side.name for side in content.sides].index(when.contact)
    if when.at_s is not None:
        whole[TriggerSpecW.DELAY, row] += due_tick(when.at_s, content.time.dt_s)
    members += listed


def _task(
    block: Block,
    row: int,
    trigger: Trigger,
    k: int,
    content: ScenarioFile,
    forces: Forces,
    plane: Plane,
    ground: Ground,
    groups: Block,
    route: list[tuple[float, float]],
) -> list[str]:
    """Write the task of a row and return its problems. Mutates ``block`` and ``route``."""
    task, (real, whole) = trigger.tasks[k], block
    names = [group.name for group in content.groups]
    g = names.index(task.group)
    start = float(groups.real[GroupSpecR.X, g]), float(groups.real[GroupSpecR.Y, g])
    point = plane.point(task.at_km, task.at)
    goal = start if point is None else point
    real[TriggerSpecR.X, row], real[TriggerSpecR.Y, row] = goal
    real[TriggerSpecR.RADIUS, row] = task.radius_km * 1e3
    real[TriggerSpecR.SPEED, row] = task.speed
    real[TriggerSpecR.SPACING, row] = task.spacing_m
    target = task.escort or task.target
    whole[TriggerSpecW.SIDE, row] = groups.whole[GroupSpecW.SIDE, g]
    whole[TriggerSpecW.GROUP, row] = g
    whole[TriggerSpecW.TASK, row] = int(Task[task.verb.upper()])
    whole[TriggerSpecW.ROE, row] = KEEP_ROE if task.roe is None else int(Roe[task.roe.upper()])
    whole[TriggerSpecW.TARGET, row] = NONE if target is None else names.index(target)
    whole[TriggerSpecW.DELAY, row] = due_tick(task.after_s, content.time.dt_s)
    whole[TriggerSpecW.ROUTE_FIRST, row] = len(route)
    if task.verb in _STAYS:
        return []
    points, problem = way_round(forces, g, content.groups[g], start, goal, ground)
    if problem is None and len(points) > WAY_POINTS:
        problem = f"the way has {len(points)} points, more than {WAY_POINTS}; give a nearer point"
    if problem is not None:
        return [f"triggers.{trigger.name}.tasks.{k}.at_km: {problem}"]
    whole[TriggerSpecW.ROUTE_COUNT, row] = len(points)
    route += points
    return []


def _inject_rows(entry: Inject, content: ScenarioFile, forces: Forces) -> Iterator[tuple[int, int, int, list[int]]]:
    """Yield (delay in ticks, InjectKind, bits, units) of an inject: an outage that ends has two rows."""
    dt_s = content.time.dt_s
    units = sorted(set(inject_units(entry, content, forces)))
    delay = due_tick(entry.at_s, dt_s)
    if entry.kind not in ("disable", "link_outage"):
        yield delay, int(InjectKind[entry.kind.upper()]), 0, units
        return
    bits = sum({int(Damage[part.upper()]) for part in entry.parts or ("link",)})
    yield delay, int(InjectKind.DISABLE), bits, units
    if entry.duration_s is not None and math.isfinite(entry.duration_s):
        end = max(delay + 1, due_tick(entry.at_s + entry.duration_s, dt_s))
        yield end, int(InjectKind.RESTORE), bits, units
