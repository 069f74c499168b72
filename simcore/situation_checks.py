"""Checks of a situation against the parameters: impossible values are refused, with the place and the remedy."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.medical import Health, PersonR, PersonW, Stage, Triage
from simcore.params import GroupSpecW, MountSpecW, Params, RuleR, RuleW, UnitSpecR, UnitSpecW
from simcore.situation_tables import Situation, blocks_of, medical_blocks_of
from simcore.start import allocate, salvo_capacity
from simcore.state import WAY_POINTS, Cells, SideR, SideW
from simcore.stores import StoreR
from simcore.surroundings import MinefieldSpecW
from simcore.types import I64, NONE, Damage, Emcon, Identity, Level, MineStatus, Returning, Roe, Status, Task
from simcore.upkeep import ComponentR, ComponentW, Condition, Job, Step

_ALL_DAMAGE = sum(Damage)
_MOST_HOSTS = 8  # hosts aboard hosts


def check_situation(params: Params, situation: Situation) -> None:
    """Raise ``InputError`` for a situation that no world of the scenario could be in."""
    n_ticks = int(params.rules_whole[RuleW.N_TICKS])
    if not 0 <= situation.tick < n_ticks:
        raise InputError(f"situation.tick: {situation.tick} is out of range; give a tick from 0 to {n_ticks - 1}")
    _check_shapes(params, situation)
    for where, is_bad, remedy in _faults(params, situation):
        if is_bad.any():
            place = tuple(int(k) for k in np.unravel_index(int(np.argmax(is_bad)), is_bad.shape))
            axes = ", ".join(str(k) for k in place[1:])
            raise InputError(f"situation.{where}: world {place[0]}, entry {axes}: {remedy}")


def _check_shapes(params: Params, situation: Situation) -> None:
    n = situation.n_worlds
    n_units = params.units.whole.shape[1]
    n_sides = int(params.rules_whole[RuleW.N_SIDES])
    n_objectives = params.objectives.whole.shape[1]
    mounts = params.mounts.whole.shape[1]
    wanted: list[tuple[str, Any, tuple[int, ...]]] = [
        ("units", situation.units, (n, n_units)),
        ("orders", situation.orders, (n, params.groups.whole.shape[1])),
        ("contacts", situation.contacts, (n, n_sides, n_units)),
        ("ammo", situation.ammo, (n, mounts)),
        ("mount_ready_tick", situation.mount_ready_tick, (n, mounts)),
        ("held_s", situation.held_s, (n, n_objectives)),
        ("met_tick", situation.met_tick, (n, n_objectives)),
        ("entered", situation.entered, (n, len(params.members))),
        ("tally_whole", situation.tally_whole, (n, len(SideW), n_sides)),
        ("tally_real", situation.tally_real, (n, len(SideR), n_sides)),
        ("reports", situation.reports, (n, n_units)),
        ("mines", situation.mines, (n, int(params.minefields.whole[MinefieldSpecW.COUNT].sum()))),
    ]
    if situation.routes is not None:
        shape = (n, params.groups.whole.shape[1])
        wanted += [("routes.n_points", situation.routes.n_points, shape)]
        wanted += [("routes", situation.routes[1:], (*shape, WAY_POINTS))]
    if situation.salvoes is not None:
        flight = situation.salvoes
        wanted += [("salvoes.n_live", flight.n_live, (n,)), ("salvoes", flight[1:], (n, flight.mount.shape[-1]))]
    for name, given, block in _described_blocks(params, situation):
        wanted += [(f"{name}.real", given.real, (n, *block.real.shape[1:]))]
        wanted += [(f"{name}.whole", given.whole, (n, *block.whole.shape[1:]))]
    for name, part, shape in wanted:
        columns: list[tuple[str, Any]] = []
        if isinstance(part, tuple):
            fields: Any = getattr(part, "_fields", range(len(part)))  # pyright: ignore[reportUnknownArgumentType]
            columns = [(f"{name}.{field}", column) for field, column in zip(fields, part, strict=True)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif part is not None:
            columns = [(name, part)]
        for place, column in columns:
            if np.shape(column) != shape:
                raise InputError(f"situation.{place}: the shape is {np.shape(column)}; give an array of shape {shape}")


def _outside(values: np.ndarray, least: Any, most: Any) -> np.ndarray:
    """Return the entries that are not within the bounds; nan never is."""
    return ~((values >= least) & (values <= most))


def _is_in_world(status: np.ndarray) -> np.ndarray:
    return (status <= Status.SERVICING) | (status == Status.RESERVE)


def _described_blocks(params: Params, situation: Situation) -> Iterator[tuple[str, Cells, Cells]]:
    """Yield the blocks of the state that are described: the name, the description, and a block of the right shape."""
    if situation.sustainment is None and situation.medical is None:
        return
    state = allocate(params, [0])
    for part, table, blocks in (
        ("sustainment", situation.sustainment, blocks_of(state)),
        ("medical", situation.medical, medical_blocks_of(state)),
    ):
        if table is not None:
            names = (f"{part}.{name}" for name in table._fields)
            yield from zip(names, table, blocks, strict=True)


def _faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    """Yield the faults: place in the situation, entries with the fault (N, ...), and its text."""
    yield from _unit_faults(params, situation)
    yield from _host_faults(params, situation)
    yield from _order_faults(params, situation)
    yield from _contact_faults(params, situation)
    ammo0 = params.mounts.whole[MountSpecW.AMMO0]
    yield (
        "ammo",
        _outside(situation.ammo, 0, ammo0),
        "the rounds are below 0 or above the magazine; give a number within",
    )
    run_s = float(params.rules_real[RuleR.DT_S]) * int(params.rules_whole[RuleW.N_TICKS])
    yield "held_s", _outside(situation.held_s, 0.0, run_s), "the time is below 0 or longer than the run; give seconds"
    yield "met_tick", _outside(situation.met_tick, NONE, situation.tick), "the tick is not in the past; -1 = not met"
    yield "entered", _outside(situation.entered, 0, 1), "give 1 for a unit that has been in the zone, else 0"
    real = situation.tally_real
    yield "tally_real", ~np.isfinite(real), "the tally is no finite number; give the total so far"
    yield from _salvo_faults(params, situation)
    yield from _sustainment_faults(situation)
    yield from _medical_faults(params, situation)
    if situation.mines is not None:
        mines = situation.mines
        is_bad = ~(np.isfinite(mines.x) & np.isfinite(mines.y))
        yield "mines.x", is_bad, "the place is no finite number; give metres"
        yield "mines.status", _outside(mines.status, 0, len(MineStatus) - 1), "the status is unknown; give a MineStatus"


def _sustainment_faults(situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    if situation.sustainment is None:
        return
    real, whole = situation.sustainment.components
    for row, codes in ((ComponentW.CONDITION, Condition), (ComponentW.STEP, Step), (ComponentW.KIND, Job)):
        text = f"{row.name} is unknown; give a {codes.__name__}"
        yield "sustainment.components", _outside(whole[:, row], 0, len(codes) - 1), text
    for row in (ComponentR.AGE_H, ComponentR.WEAR, ComponentR.METER_H):
        text = f"{row.name} is below 0 or no finite number; give 0 or more"
        yield "sustainment.components", ~(np.isfinite(real[:, row]) & (real[:, row] >= 0.0)), text
    stock = situation.sustainment.stores.real[:, StoreR.ON_HAND]
    yield "sustainment.stores", ~(np.isfinite(stock) & (stock >= 0.0)), "ON_HAND is below 0 or no finite number"


def _medical_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    if situation.medical is None:
        return
    real, whole = situation.medical.people
    n_units = params.units.whole.shape[1]
    for row, codes in ((PersonW.HEALTH, Health), (PersonW.STAGE, Stage), (PersonW.TRIAGE, Triage)):
        text = f"{row.name} is unknown; give a {codes.__name__}"
        yield "medical.people", _outside(whole[:, row], 0, len(codes) - 1), text
    for row, most in (
        (PersonW.PLACE, n_units),
        (PersonW.FACILITY, params.medical.facilities.whole.shape[1]),
        (PersonW.TRANSPORT, params.medical.transports.whole.shape[1]),
    ):
        text = f"{row.name} does not exist; give an index, or -1"
        yield "medical.people", _outside(whole[:, row], NONE, most - 1), text
    blood = real[:, PersonR.BLOOD]
    yield "medical.people", ~((blood > 0.0) & (blood <= 1.0)), "BLOOD is no share of the volume; give one above 0"
    is_hurt = whole[:, PersonW.HEALTH] == Health.HURT
    is_bad = is_hurt & ~((real[:, PersonR.SEVERITY] >= 1.0) & (real[:, PersonR.SEVERITY] <= 75.0))
    yield "medical.people", is_bad, "SEVERITY is not from 1 to 75; give a NISS"


def _unit_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    units, rules = situation.units, params.rules_real
    spec = params.units.whole
    status = units.status
    yield "units.status", _outside(status, 0, len(Status) - 1), "the status is unknown; give a Status"
    is_phantom = np.broadcast_to(spec[UnitSpecW.SPOOFER] >= 0, status.shape)
    is_bad = is_phantom != (status == Status.PHANTOM)
    is_bad &= ~(is_phantom & (status == Status.ABSENT))
    yield "units.status", is_bad, "PHANTOM, or ABSENT, is the status of phantoms alone; give the unit another status"
    there = _is_in_world(status)
    for name, values, low, high in (
        ("x", units.x, rules[RuleR.WEST], rules[RuleR.EAST]),
        ("y", units.y, rules[RuleR.SOUTH], rules[RuleR.NORTH]),
    ):
        is_bad = there & _outside(values, low, high)
        yield f"units.{name}", is_bad, f"the place is outside the map; give metres from {low:g} to {high:g}"
    for name, values in (("hx", units.hx), ("hy", units.hy), ("vx", units.vx), ("vy", units.vy)):
        yield f"units.{name}", there & ~np.isfinite(values), "the value is no finite number; give a direction in m/s"
    yield "units.goal_speed", there & (units.goal_speed < 0.0), "the speed is below 0; give m/s, or nan"
    is_bad = there & (np.isinf(units.goal_x) | np.isinf(units.goal_y))
    yield "units.goal_x", is_bad, "the goal is infinite; give metres, or nan for a goal decided anew"
    is_bad = there & ~((units.strength > 0.0) & (units.strength <= 1.0))
    yield "units.strength", is_bad, "the strength of a unit that is not lost is above 0 and at most 1; give a share"
    full = params.units.real[UnitSpecR.ENDURANCE_S]
    is_bad = there & _outside(units.endurance_s, 0.0, full)
    yield "units.endurance_s", is_bad, "the endurance is below 0 or above that of full tanks; give seconds within"
    yield "units.damage", _outside(units.damage, 0, _ALL_DAMAGE), "the damage is unknown; add up Damage bits"
    is_bad = (units.outage & ~units.damage) != 0
    yield "units.outage", is_bad, "the outage names parts that are not out of action; add them to the damage"
    yield "units.linked", _outside(units.linked, 0, 1), "give 1 with a link, 0 without"
    yield "units.has_order", _outside(units.has_order, 0, 1), "give 1 for the order of the group, 0 for the file's plan"
    yield "units.link_tick", units.link_tick > situation.tick, "the tick is in the future; give a tick in the past"
    yield "units.delay", units.delay < 0, "the latency is below 0; give ticks"
    yield "units.way", units.way < NONE, "the point is below -1; give -1 for the nearest stretch"
    yield "units.leg", units.leg < 0, "the leg is below 0; give 0 for a search that has not begun"
    is_bad = _outside(units.prey, NONE, status.shape[1] - 1)
    yield "units.prey", is_bad, "there is no such unit; give the index of a unit with a contact, or -1"
    yield "units.returning", _outside(units.returning, 0, len(Returning) - 1), "the reason is unknown; give a Returning"


def _host_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    spec = params.units.whole
    host, status = situation.units.host, situation.units.status
    n_units = host.shape[1]
    number: I64 = np.arange(n_units, dtype=np.int64)
    yield "units.host", _outside(host, NONE, n_units - 1), "there is no such unit; give the index of a host, or -1"
    own = np.where(host >= 0, host, number)
    is_bad = (host >= 0) & (
        (spec[UnitSpecW.CARRIES][own] == 0) | (spec[UnitSpecW.SIDE][own] != spec[UnitSpecW.SIDE]) | (host == number)
    )
    yield (
        "units.host",
        is_bad & _is_in_world(status),
        "the unit is no host of the same side; give one that carries units",
    )
    is_aboard = (status == Status.ABOARD) | (status == Status.SERVICING)
    yield "units.host", is_aboard & (host < 0), "a unit aboard needs a host; give its index"
    bearer = np.where(is_aboard, own, number)
    for _ in range(_MOST_HOSTS):
        bearer = np.take_along_axis(bearer, bearer, axis=1)
    is_out = np.take_along_axis(status, bearer, axis=1) == Status.ACTIVE
    is_bad = is_aboard & ~is_out
    yield "units.host", is_bad, "the host is not in this world, or is aboard itself without end; place its host"


def _order_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    orders = situation.orders
    side = params.groups.whole[GroupSpecW.SIDE]
    yield "orders.given", _outside(orders.given, 0, 1), "give 1 for an order, 0 for the plan of the file"
    yield (
        "orders.emcon",
        _outside(orders.emcon, Emcon.RADIATE, Emcon.SILENT),
        "the emission control is unknown; give RADIATE or SILENT",
    )
    is_given = orders.given == 1
    yield "orders.task", is_given & _outside(orders.task, 0, len(Task) - 1), "the task is unknown; give a Task"
    yield (
        "orders.roe",
        is_given & _outside(orders.roe, 0, len(Roe) - 1),
        "the rules of engagement are unknown; give a Roe",
    )
    is_bad = is_given & _outside(orders.target, NONE, len(side) - 1)
    yield "orders.target", is_bad, "there is no such group; give the index of a group of the side, or -1"
    target = np.clip(orders.target, 0, len(side) - 1)
    is_bad = is_given & (orders.target >= 0) & (side[target] != side)
    yield "orders.target", is_bad, "the group is of another side; give a group of the side"
    if situation.routes is not None:
        routes = situation.routes
        yield "routes.n_points", _outside(routes.n_points, 0, WAY_POINTS), f"give 0 to {WAY_POINTS} points"
        place: I64 = np.arange(WAY_POINTS, dtype=np.int64)
        is_bad = (place < routes.n_points[:, :, None]) & ~(np.isfinite(routes.x) & np.isfinite(routes.y))
        yield "routes.x", is_bad, "the point is no finite number; give metres"
    for name, values in (("x", orders.x), ("y", orders.y)):
        yield f"orders.{name}", is_given & ~np.isfinite(values), "the point is no finite number; give metres"
    for name, values, most in (
        ("radius_m", orders.radius_m, np.finfo(np.float64).max),
        ("speed", orders.speed, 1.0),
        ("spacing_m", orders.spacing_m, np.finfo(np.float64).max),
    ):
        yield f"orders.{name}", is_given & _outside(values, 0.0, most), "the value is below 0, too large or no number"


def _contact_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    held = situation.contacts
    level = held.level
    yield "contacts.level", _outside(level, 0, len(Level) - 1), "the level is unknown; give a Level"
    is_held = level > Level.NONE
    side = params.units.whole[UnitSpecW.SIDE]
    sides: I64 = np.arange(level.shape[1], dtype=np.int64)
    is_own = sides[:, None] == side
    yield "contacts.level", is_held & is_own, "a side holds no contact on a unit of its own; set its level to 0"
    is_absent = np.broadcast_to((situation.units.status == Status.ABSENT)[:, None], level.shape)
    yield "contacts.level", is_held & is_absent, "the unit is not in this world; set its level to 0, or place the unit"
    for name, values in (("x", held.x), ("y", held.y), ("vx", held.vx), ("vy", held.vy)):
        yield f"contacts.{name}", is_held & ~np.isfinite(values), "the estimate is no finite number; give m or m/s"
    most = np.finfo(np.float64).max
    yield "contacts.error_m", is_held & _outside(held.error_m, 0.0, most), "the error is below 0 or no finite number"
    yield "contacts.identity", is_held & _outside(held.identity, 0, len(Identity) - 1), "give an Identity"
    is_bad = is_held & (_outside(held.tick, 0, situation.tick) | _outside(held.first_tick, 0, held.tick))
    yield "contacts.tick", is_bad, "the ticks run from the first sighting to the last, both in the past"
    yield "contacts.serial", is_held & (held.serial < 0), "the track number is below 0; give numbers from 1, or 0"
    free: I64 = -1 - np.arange(level.shape[2], dtype=np.int64)
    numbers = np.where(is_held & (held.serial > 0), held.serial, free)
    numbers = np.sort(numbers, axis=2)
    is_twice = np.zeros(level.shape, dtype=bool)
    is_twice[:, :, 1:] = numbers[:, :, 1:] == numbers[:, :, :-1]
    is_bad = np.logical_or.reduce(is_twice, axis=2)
    yield "contacts.serial", is_bad, "two contacts of the side have the same track number; number them"


def _salvo_faults(params: Params, situation: Situation) -> Iterator[tuple[str, np.ndarray, str]]:
    flight = situation.salvoes
    if flight is None:
        return
    room = min(salvo_capacity(params), flight.mount.shape[1])
    yield "salvoes.n_live", _outside(flight.n_live, 0, room), f"the table holds {room} salvoes; give no more in flight"
    place: I64 = np.arange(flight.mount.shape[1], dtype=np.int64)
    is_live = place < flight.n_live[:, None]
    n_mounts, n_units = params.mounts.whole.shape[1], params.units.whole.shape[1]
    yield "salvoes.mount", is_live & _outside(flight.mount, 0, n_mounts - 1), "there is no such mount; give its index"
    yield "salvoes.target", is_live & _outside(flight.target, 0, n_units - 1), "there is no such unit; give its index"
    status = situation.units.status
    shooter = (
        params.mounts.whole[MountSpecW.UNIT][np.clip(flight.mount, 0, max(n_mounts - 1, 0))]
        if n_mounts
        else flight.mount
    )
    for name, unit in (("mount", shooter), ("target", np.clip(flight.target, 0, n_units - 1))):
        is_absent = np.take_along_axis(status, unit, axis=1) == Status.ABSENT
        yield (
            f"salvoes.{name}",
            is_live & is_absent,
            "the unit is not in this world; remove the salvo or place the unit",
        )
    yield "salvoes.rounds", is_live & (flight.rounds < 1), "a salvo has at least one round"
    yield "salvoes.due_tick", is_live & (flight.due_tick < situation.tick), "the salvo has already arrived; remove it"
    is_bad = ~(np.isfinite(flight.aim_x) & np.isfinite(flight.aim_y) & np.isfinite(flight.range_m))
    yield "salvoes.aim_x", is_live & is_bad, "the aim is no finite number; give metres"
