"""Worlds from a description: the state of N worlds that continue from a situation.

The state is that of the start of the same replications, with the described values entered and every cache set so that
the first tick computes it: cells and heights of units, turns of sensors and decisions, neighbours, the network.
The turns are fresh draws of the replication, and so are all later random numbers.
"""

from collections.abc import Sequence

import numpy as np

from simcore.crews import CrewSpecW
from simcore.errors import InputError
from simcore.kernels.network.latency import delay_ticks
from simcore.params import NEVER, MountSpecW, Params, RuleR, RuleW, SensorSpecW, UnitSpecR, UnitSpecW
from simcore.passable import passable
from simcore.routing import Router
from simcore.simulation import Simulation, check_replications
from simcore.situation_checks import check_situation
from simcore.situation_medical import enter_medical
from simcore.situation_orders import enter_orders
from simcore.situation_reading import situation_of, start_of
from simcore.situation_sustainment import enter_sustainment
from simcore.situation_tables import (
    ContactTable,
    MedicalTable,
    MineTable,
    OrderTable,
    ReportTable,
    RouteTable,
    SalvoTable,
    Situation,
    SustainmentTable,
    UnitTable,
    select,
)
from simcore.situation_turns import draw_plans
from simcore.start import initial_state, score_start
from simcore.state import (
    ContactR,
    ContactW,
    ListedW,
    MineR,
    MineW,
    MountW,
    ObjectiveR,
    ObjectiveW,
    PathW,
    SalvoR,
    SalvoW,
    SensorW,
    SideW,
    State,
    UnitR,
    UnitW,
    WorldW,
)
from simcore.types import F64, I64, NONE, Level, Status

__all__ = [
    "ContactTable", "MedicalTable", "MineTable", "OrderTable", "ReportTable", "RouteTable", "SalvoTable", "Situation",
    "SustainmentTable", "UnitTable", "passable", "select", "simulation_at", "situation_of", "start_of",
]  # fmt: skip


def simulation_at(
    params: Params,
    situation: Situation,
    *,
    seed: int,
    replications: Sequence[int] | I64,
    threads: int = 1,
    picture_contacts: int = 256,
    record_events: bool = False,
    router: Router | None = None,
) -> Simulation:
    """Return a simulation whose worlds continue from the worlds of a situation, at its tick.

    World k is a function of (params, world k of the situation, seed, ``replications[k]``) alone. A unit that is
    ABSENT was never there: it takes part in nothing, and no score counts it. Units afield on ground that forbids
    them are moved to the nearest that does not.

    Raises
    ------
    InputError
        For values that no world of the scenario could have, or another number of replications than of worlds.
    """
    if len(replications) != situation.n_worlds:
        raise InputError(
            f"replications: {len(replications)} numbers for {situation.n_worlds} worlds; give a number for each world"
        )
    if not 0 <= seed < 2**63:
        raise InputError(f"seed: {seed} is out of range; give a whole number from 0 to 2**63 - 1")
    check_replications(replications)
    check_situation(params, situation)
    router = Router(params) if router is None else router
    state = initial_state(params, seed, replications)
    state.world[:, WorldW.TICK] = situation.tick
    _enter_units(params, situation, state)
    enter_medical(params, situation, state)
    _enter_reports(params, situation, state)
    enter_orders(params, situation, state, router)
    _enter_contacts(situation, state)
    _enter_salvoes(params, situation, state)
    _enter_scores(params, situation, state)
    enter_sustainment(params, situation, state, seed)
    _enter_turns(params, situation.tick, state)
    with np.errstate(over="ignore"):
        draw_plans(params, state, np.uint64(seed), situation.tick)
    if int(params.rules_whole[RuleW.PATH_KNOTS]) > 0:
        _enter_paths(params, situation.tick, state)
    return Simulation(
        params,
        seed=seed,
        picture_contacts=picture_contacts,
        record_events=record_events,
        threads=threads,
        state=state,
        router=router,
    )


def _enter_units(params: Params, situation: Situation, state: State) -> None:
    units, spec = situation.units, params.units
    real, whole = state.units.real, state.units.whole
    n, n_units = units.status.shape
    is_gone = (units.status == Status.LOST) | (units.status >= Status.EXPENDED)
    is_afield = units.status == Status.ACTIVE
    x, y = np.array(units.x, dtype=np.float64), np.array(units.y, dtype=np.float64)
    x[is_gone & ~np.isfinite(x)] = 0.0
    y[is_gone & ~np.isfinite(y)] = 0.0
    row, column = np.nonzero(is_afield)
    x[row, column], y[row, column] = passable(params, column, x[row, column], y[row, column])
    every: I64 = np.broadcast_to(np.arange(n_units, dtype=np.int64), (n, n_units))
    is_aboard = (units.status == Status.ABOARD) | (units.status == Status.SERVICING)
    bearer = np.where(is_aboard, units.host, every)
    for _ in range(3):  # hosts aboard hosts: each pass doubles the reach
        bearer = np.take_along_axis(bearer, bearer, axis=1)
    x, y = np.take_along_axis(x, bearer, axis=1), np.take_along_axis(y, bearer, axis=1)
    vx, vy = np.where(is_afield, units.vx, 0.0), np.where(is_afield, units.vy, 0.0)
    hx, hy = _headings(units.hx, units.hy, vx, vy)
    real[:, UnitR.X], real[:, UnitR.Y] = x, y
    real[:, UnitR.HX], real[:, UnitR.HY] = hx, hy
    real[:, UnitR.VX], real[:, UnitR.VY] = vx, vy
    is_known = ~(np.isnan(units.goal_x) | np.isnan(units.goal_y) | np.isnan(units.goal_speed))
    real[:, UnitR.GOAL_X], real[:, UnitR.GOAL_Y] = (
        np.where(is_known, units.goal_x, x),
        np.where(is_known, units.goal_y, y),
    )
    real[:, UnitR.GOAL_SPEED] = np.where(is_known, units.goal_speed, np.sqrt(vx * vx + vy * vy))
    real[:, UnitR.ENDURANCE_S] = np.where(is_gone, spec.real[UnitSpecR.ENDURANCE0_S], units.endurance_s)
    real[:, UnitR.STRENGTH] = np.where(is_gone & (units.status != Status.EXPENDED), 0.0, units.strength)
    for column, values in (
        (UnitW.STATUS, units.status),
        (UnitW.DAMAGE, units.damage),
        (UnitW.LINKED, units.linked),
        (UnitW.LINK_TICK, units.link_tick),
        (UnitW.READY_TICK, units.ready_tick),
        (UnitW.RETURNING, units.returning),
        (UnitW.PREY, units.prey),
        # a search takes up the leg for which a unit was making, where its goal is not described
        (UnitW.LEG, np.where(is_known, units.leg, np.maximum(units.leg - 1, 0))),
        (UnitW.OUTAGE, units.outage),
        (UnitW.HOST, units.host),
        (UnitW.WAIT_TICK, units.wait_tick),
        (UnitW.LOSS_CAUSE, units.loss_cause),
        (UnitW.DELAY, units.delay),
    ):
        whole[:, column] = values
    # a unit without a described goal decides at once, as do units that wait for a place, and all at the start
    waits = is_aboard & ((units.wait_tick != NONE) | (units.ready_tick > situation.tick))
    whole[:, UnitW.PLAN_TICK] = np.where(is_known & ~waits & (situation.tick > 0), NONE, situation.tick)
    whole[:, UnitW.FIRE_TICK] = situation.tick
    whole[:, UnitW.CELL] = NONE  # cell, height and ground follow in the first tick
    side = spec.whole[UnitSpecW.SIDE]
    dt_s = float(params.rules_real[RuleR.DT_S])
    for column, staff in ((UnitW.REPORT_DELAY, CrewSpecW.REPORT_MS), (UnitW.ORDER_DELAY, CrewSpecW.ORDER_MS)):
        ticks = np.array([delay_ticks(int(ms), dt_s) for ms in params.operators.whole[staff]], dtype=np.int32)
        whole[:, column] = units.delay + ticks[side]
    state.mounts.whole[:, MountW.AMMO] = situation.ammo
    state.mounts.whole[:, MountW.READY_TICK] = situation.mount_ready_tick
    if situation.mines is not None:
        state.mines.real[:, MineR.X], state.mines.real[:, MineR.Y] = situation.mines.x, situation.mines.y
        state.mines.whole[:, MineW.STATUS] = situation.mines.status


def _headings(hx: F64, hy: F64, vx: F64, vy: F64) -> tuple[F64, F64]:
    """Return headings as unit vectors: as given, else along the velocity, else north."""
    speed = np.sqrt(vx * vx + vy * vy)
    given = np.sqrt(hx * hx + hy * hy)
    is_given = given > 0.0
    moves = speed > 0.0
    # a unit vector stays as it is, bit by bit
    norm = np.where(np.abs(given - 1.0) < 1e-9, 1.0, np.where(is_given, given, 1.0))
    east = np.where(is_given, hx / norm, np.where(moves, vx / np.where(moves, speed, 1.0), 0.0))
    north = np.where(is_given, hy / norm, np.where(moves, vy / np.where(moves, speed, 1.0), 1.0))
    return east, north


def _enter_reports(params: Params, situation: Situation, state: State) -> None:
    real, whole = state.units.real, state.units.whole
    units, reports = situation.units, situation.reports
    group = params.units.whole[UnitSpecW.GROUP]
    is_absent = units.status == Status.ABSENT
    whole[:, UnitW.EMCON] = situation.orders.emcon[:, group]
    if reports is None:
        mounts = params.mounts.whole
        is_offensive = mounts[MountSpecW.DOMAINS] != 0
        counted = np.zeros(units.status.shape, dtype=np.int64)
        armed = np.flatnonzero(is_offensive)
        for m in armed:
            counted[:, mounts[MountSpecW.UNIT, m]] += situation.ammo[:, m]
        for column, source in (
            (UnitR.REPORT_X, UnitR.X),
            (UnitR.REPORT_Y, UnitR.Y),
            (UnitR.REPORT_STRENGTH, UnitR.STRENGTH),
            (UnitR.REPORT_ENDURANCE_S, UnitR.ENDURANCE_S),
        ):
            real[:, column] = real[:, source]
        for column, source in (
            (UnitW.REPORT_STATUS, UnitW.STATUS),
            (UnitW.REPORT_DAMAGE, UnitW.DAMAGE),
            (UnitW.REPORT_EMCON, UnitW.EMCON),
            (UnitW.REPORT_LINKED, UnitW.LINKED),
        ):
            whole[:, column] = whole[:, source]
        whole[:, UnitW.REPORT_AMMO] = np.minimum(counted, NEVER)
        whole[:, UnitW.REPORT_TICK] = situation.tick
    else:
        real[:, UnitR.REPORT_X], real[:, UnitR.REPORT_Y] = reports.x, reports.y
        real[:, UnitR.REPORT_STRENGTH], real[:, UnitR.REPORT_ENDURANCE_S] = reports.strength, reports.endurance_s
        whole[:, UnitW.REPORT_STATUS], whole[:, UnitW.REPORT_DAMAGE] = reports.status, reports.damage
        whole[:, UnitW.REPORT_AMMO], whole[:, UnitW.REPORT_EMCON] = reports.ammo, reports.emcon
        whole[:, UnitW.REPORT_LINKED], whole[:, UnitW.REPORT_TICK] = reports.linked, reports.tick
    # to its own side an absent unit is out of the fight without being a loss
    whole[:, UnitW.REPORT_STATUS][is_absent] = Status.EXPENDED


def _enter_contacts(situation: Situation, state: State) -> None:
    held = situation.contacts
    n, n_sides = held.level.shape[:2]
    real, whole = state.contacts.real, state.contacts.whole
    is_held = held.level > Level.NONE
    serial = held.serial
    is_new = is_held & (serial == 0)
    if is_new.any():
        # numbered after the given numbers, in the order of the first sightings
        when = np.where(is_new, held.first_tick.astype(np.int64), 2**40)
        rank = np.argsort(np.argsort(when, axis=2, kind="stable"), axis=2, kind="stable")
        top = np.where(is_held, serial, 0).max(axis=2, keepdims=True)
        serial = np.where(is_new, top + 1 + rank, serial)
    for column, values in (
        (ContactR.X, held.x),
        (ContactR.Y, held.y),
        (ContactR.VX, held.vx),
        (ContactR.VY, held.vy),
        (ContactR.ERROR_M, held.error_m),
    ):
        real[:, column] = np.where(is_held, values, 0.0).reshape(n, -1)
    for column, values in (
        (ContactW.LEVEL, held.level),
        (ContactW.IDENTITY, held.identity),
        (ContactW.TICK, held.tick),
        (ContactW.FIRST_TICK, held.first_tick),
        (ContactW.ENTERED, held.entered_tick),
        (ContactW.SERIAL, serial),
    ):
        whole[:, column] = np.where(is_held, values, 0).reshape(n, -1)
    tracks = np.maximum(held.tracks, is_held)
    whole[:, ContactW.TRACKS] = tracks.reshape(n, -1)
    state.sides.whole[:, : len(SideW)] = situation.tally_whole
    highest = np.where(is_held, serial, 0).max(axis=2)
    is_absent_tally = state.sides.whole[:, SideW.NEXT_SERIAL, :n_sides] < highest
    state.sides.whole[:, SideW.NEXT_SERIAL] = np.where(
        is_absent_tally, highest, state.sides.whole[:, SideW.NEXT_SERIAL]
    )


def _enter_salvoes(params: Params, situation: Situation, state: State) -> None:
    flight = situation.salvoes
    if flight is None:
        return
    most = int(flight.n_live.max(initial=0))
    state.world[:, WorldW.IN_FLIGHT] = flight.n_live
    is_live = np.arange(most) < flight.n_live[:, None]
    for column, values in (
        (SalvoW.MOUNT, flight.mount),
        (SalvoW.TARGET, flight.target),
        (SalvoW.ROUNDS, flight.rounds),
        (SalvoW.DUE_TICK, flight.due_tick),
        (SalvoW.LAUNCH_TICK, flight.launch_tick),
        (SalvoW.KNOWN_TICK, flight.known_tick),
    ):
        state.salvoes.whole[:, column, :most] = np.where(is_live, values[:, :most], 0)
    for column, values in (
        (SalvoR.AIM_X, flight.aim_x),
        (SalvoR.AIM_Y, flight.aim_y),
        (SalvoR.RANGE_M, flight.range_m),
    ):
        state.salvoes.real[:, column, :most] = np.where(is_live, values[:, :most], 0.0)
    world, place = np.nonzero(is_live)
    if len(world) == 0:
        return
    n_units = params.units.whole.shape[1]
    shooter = params.mounts.whole[MountSpecW.UNIT, flight.mount[world, place]]
    contact = params.units.whole[UnitSpecW.SIDE, shooter] * n_units + flight.target[world, place]
    whole = state.contacts.whole
    counts = whole[world, ContactW.LEVEL, contact] > Level.NONE
    counts &= whole[world, ContactW.FIRST_TICK, contact] <= flight.launch_tick[world, place]
    rounds = np.where(counts, flight.rounds[world, place], 0)
    committed = np.bincount(world * whole.shape[2] + contact, weights=rounds, minlength=len(whole) * whole.shape[2])
    whole[:, ContactW.COMMITTED] = committed.reshape(len(whole), -1)


def _enter_scores(params: Params, situation: Situation, state: State) -> None:
    state.objectives.real[:, ObjectiveR.TIME_HELD_S] = situation.held_s
    state.objectives.whole[:, ObjectiveW.MET_TICK] = situation.met_tick
    state.listed.whole[:, ListedW.ENTERED] = situation.entered
    state.sides.real[...] = situation.tally_real
    with np.errstate(over="ignore"):
        score_start(params, state, situation.tick)


def _enter_turns(params: Params, tick: int, state: State) -> None:
    """Move the first scans, drawn for the replications, on to the first turn of each sensor from ``tick`` on."""
    period = np.maximum(params.sensors.whole[SensorSpecW.PERIOD], 1)
    first = state.sensors.whole[:, SensorW.NEXT_TICK]
    late = np.maximum(tick - first, 0)
    state.sensors.whole[:, SensorW.NEXT_TICK] = first + -(-late // period) * period


def _enter_paths(params: Params, tick: int, state: State) -> None:
    """Enter the past paths of units as straight lines along their velocities, back to the oldest stored position."""
    knots, stride = int(params.rules_whole[RuleW.PATH_KNOTS]), int(params.rules_whole[RuleW.PATH_STRIDE])
    dt_s = float(params.rules_real[RuleR.DT_S])
    unit = state.units.real
    x, y, vx, vy = (unit[:, column] for column in (UnitR.X, UnitR.Y, UnitR.VX, UnitR.VY))
    last = (tick - 1) // stride if tick > 0 else -1
    stored = np.arange(max(last - knots + 1, 0), last + 1)
    ago_s = ((tick - stored * stride) * dt_s)[:, None]
    real, whole = state.paths.real, state.paths.whole
    real[:, stored % knots] = x[:, None] - vx[:, None] * ago_s
    real[:, knots + stored % knots] = y[:, None] - vy[:, None] * ago_s
    real[:, 2 * knots], real[:, 2 * knots + 1] = vx, vy
    since = int(stored[0]) * stride if len(stored) else tick
    is_out = state.units.whole[:, UnitW.STATUS] == Status.ACTIVE
    for column in (PathW.TURNED, PathW.ENTERED, PathW.AWAKE):
        whole[:, column] = np.where(is_out, since, tick)
