"""The state at tick 0: allocates the blocks, places the units and enters the initial values of the scenario."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from simcore.compiling.jit import driver
from simcore.kernels.turns import Turn, draw_turn
from simcore.kernels.world.injects import open_zones
from simcore.kernels.world.scoring import score_objectives
from simcore.kinds import Objectives, Rules, Sides, Units, Zones
from simcore.params import DRAWN, GP, GW, MP, MW, RP, RW, SW, UNLIMITED, UP, UW, Params
from simcore.placing import lay_mines, place_units
from simcore.rng import draw_keys
from simcore.state import (
    FW,
    NW,
    OD,
    PW,
    RC,
    RCW,
    RS,
    RSW,
    TR,
    WAY_POINTS,
    WW,
    WY,
    C,
    Cells,
    D,
    F,
    G,
    H,
    K,
    L,
    M,
    N,
    P,
    S,
    State,
    T,
    U,
    W,
)  # fmt: skip
from simcore.surroundings import IW, MFW
from simcore.types import F64, I32, I64, NONE, InjectKind, Status


def salvo_capacity(params: Params) -> int:
    """Return a bound on the salvoes in flight at once.

    All salvoes in flight were fired within the longest time of flight. In that time a mount can fire once per reload,
    and no more rounds than its magazine holds, times the refills possible: supplies, and consecutive turnarounds. A
    one-way unit fires once.
    """
    mounts = params.mounts
    unit = mounts.whole[MW.UNIT]
    offensive = mounts.whole[MW.DOMAINS] != 0
    flight_s = mounts.real[MP.RANGE_MAX_M] / mounts.real[MP.ROUND_SPEED]
    flight_ticks = np.minimum(flight_s / params.rules_real[RP.DT_S], params.rules_whole[RW.N_TICKS]) + 2.0
    by_reload = np.ceil(flight_ticks / mounts.whole[MW.RELOAD]) + 1.0
    by_service = np.floor(flight_ticks / np.maximum(params.units.whole[UW.SERVICE_TICKS][unit], 1)) + 1.0
    magazine = np.ceil(mounts.whole[MW.AMMO0] / np.maximum(mounts.whole[MW.SALVO], 1))
    by_ammo = magazine * (1.0 + by_service + _supplies_within(params, flight_ticks)[unit])
    by_ammo[mounts.whole[MW.AMMO0] >= UNLIMITED] = np.inf
    by_ammo[params.units.whole[UW.IS_ONE_WAY][unit] == 1] = 1.0
    return max(1, int(np.minimum(by_reload, by_ammo)[offensive].sum()))


def _supplies_within(params: Params, flight_ticks: F64) -> F64:
    """Return the most supplies by injects to each unit (n,) within the longest of the times (mounts,)."""
    count = np.zeros(params.units.whole.shape[1])
    rows = params.injects[:, params.injects[IW.KIND] == InjectKind.SUPPLY]
    window = flight_ticks.max(initial=0.0)
    for k, tick in enumerate(rows[IW.TICK]):
        near = rows[:, k:][:, rows[IW.TICK, k:] <= tick + window]
        members = [
            params.inject_members[first : first + n] for first, n in zip(near[IW.FIRST], near[IW.COUNT], strict=True)
        ]
        count = np.maximum(count, np.bincount(np.concatenate(members), minlength=count.size))
    return count


def _whole(shape: tuple[int, ...], columns: type[IntEnum]) -> I32:
    """Return the initial whole numbers (R, columns, ...): 0, or NONE for the columns so marked in the enum."""
    whole = np.zeros(shape, dtype=np.int32)
    whole[:, list(getattr(columns, "STARTS_AS_NONE", ()))] = NONE
    return whole


def _cells(n_replications: int, n_real: int, columns: type[IntEnum], n: int) -> Cells:
    return Cells(np.zeros((n_replications, n_real, n)), _whole((n_replications, len(columns), n), columns))


def allocate(params: Params, replications: Sequence[int]) -> State:
    """Return the state of the given replication numbers, before positions and initial values are set."""
    n = params.units.whole.shape[1]
    count = len(replications)
    n_sides = int(params.rules_whole[RW.N_SIDES])
    n_groups = params.groups.whole.shape[1]
    n_ways = int(max(params.groups.whole[GW.WAY_SLOT].max(), NONE)) + 1
    slots = int(params.rules_whole[RW.ORDER_SLOTS])
    n_status = int(params.rules_whole[RW.STATUS_SLOTS])
    knots = int(params.rules_whole[RW.PATH_KNOTS])
    return State(
        units=_cells(count, len(U), W, n),
        sensors=_cells(count, 1, S, params.sensors.whole.shape[1]),
        mounts=_cells(count, 1, M, params.mounts.whole.shape[1]),
        contacts=_cells(count, len(C), K, n_sides * n),
        groups=_cells(count, len(G), H, (1 + slots) * n_groups),
        salvoes=_cells(count, len(F), FW, salvo_capacity(params)),
        sides=_cells(count, len(TR), T, n_sides),
        objectives=_cells(count, len(P), D, params.objectives.whole.shape[1]),
        mines=_cells(count, len(N), NW, int(params.minefields.whole[MFW.COUNT].sum())),
        ways=_cells(count, 2 * WAY_POINTS, WY, n_ways + (slots * n_groups if n_ways > 0 else 0)),
        status_reports=_cells(count, len(RS), RSW, n_status * n),
        contact_reports=_cells(count, len(RC), RCW, int(params.rules_whole[RW.REPORT_ROOM])),
        deliveries=_cells(count, 0, OD, slots * n),
        listed=_cells(count, 0, L, len(params.members)),
        paths=_cells(count, 2 * knots + 2, PW, n if knots > 0 else 0),
        world=_whole((count, len(WW)), WW),
        replication=np.asarray(replications, dtype=np.uint64),
    )


@driver
def stagger_looks(params: Params, state: State, seed: np.uint64) -> None:
    """Write the tick of each sensor's first scan, for every replication; if drawn, uniformly over its period.

    Sensors of one unit have independent turns.
    """
    sensors = params.sensors.whole
    first = params.units.whole[UW.SENSOR_FIRST]
    key = np.empty_like(params.name_key)
    for r in range(state.replication.shape[0]):
        draw_keys(seed, state.replication[r], params.name_key, key)
        next_tick = state.sensors.whole[r, S.NEXT_TICK]
        for q in range(next_tick.shape[0]):
            next_tick[q] = sensors[SW.PHASE, q]
            if next_tick[q] == DRAWN:
                i = sensors[SW.UNIT, q]
                next_tick[q] = draw_turn(key[i] + np.uint64(q - first[i]), Turn.LOOK, sensors[SW.PERIOD, q])


@driver
def score_start(params: Params, state: State) -> None:
    """Score the objectives at the start, in every replication."""
    zone_whole = params.zones.whole.copy()
    open_zones(0, params.zones.whole, zone_whole)
    zones = Zones(params.zones.real, zone_whole, params.vertices)
    rules = Rules(params.rules_real, params.rules_whole)
    for r in range(state.replication.shape[0]):
        units = Units(params.units.real, params.units.whole, params.name_key, state.units.real[r], state.units.whole[r])
        objectives = Objectives(
            params.objectives.real,
            params.objectives.whole,
            params.members,
            state.objectives.real[r],
            state.objectives.whole[r],
            state.listed.whole[r],
        )
        sides = Sides(state.sides.real[r], state.sides.whole[r])
        score_objectives(0.0, np.int64(NONE), units, zones, objectives, rules, sides)


def initial_state(params: Params, seed: int, replications: Sequence[int] | I64) -> State:
    """Return the state of ``replications`` at tick 0, which depends only on their numbers and the seed."""
    units = params.units
    groups = params.groups
    state = allocate(params, [int(k) for k in replications])
    with np.errstate(over="ignore"):
        place_units(params, state, np.uint64(seed))
        stagger_looks(params, state, np.uint64(seed))
        if state.mines.real.shape[2] > 0:
            lay_mines(params, state, np.uint64(seed))
    real = state.units.real
    whole = state.units.whole
    slots = int(params.rules_whole[RW.ORDER_SLOTS])
    group = units.whole[UW.GROUP]
    real[:, U.GOAL_X] = real[:, U.X]
    real[:, U.GOAL_Y] = real[:, U.Y]
    real[:, U.ENDURANCE_S] = units.real[UP.ENDURANCE0_S]
    real[:, U.STRENGTH] = 1.0
    task = groups.whole[GW.TASK][group]
    for column, source in (
        (U.TASK_X, GP.X),
        (U.TASK_Y, GP.Y),
        (U.TASK_RADIUS, GP.RADIUS),
        (U.TASK_SPEED, GP.SPEED),
        (U.TASK_SPACING, GP.SPACING),
    ):
        real[:, column] = groups.real[source][group]
    holds = (task == 0) & (units.whole[UW.ROUTE_COUNT] == 0)
    comes = (task == 0) & ~holds
    real[:, U.TASK_X, comes] += units.real[UP.OFFSET_X, comes]
    real[:, U.TASK_Y, comes] += units.real[UP.OFFSET_Y, comes]
    real[:, U.TASK_X, holds] = real[:, U.X, holds]
    real[:, U.TASK_Y, holds] = real[:, U.Y, holds]
    whole[:, W.STATUS] = units.whole[UW.STATUS0]
    is_reserve = units.whole[UW.STATUS0] == Status.RESERVE
    whole[:, W.HOST] = np.where(is_reserve, NONE, units.whole[UW.HOST])
    comes_later = (units.whole[UW.STATUS0] == Status.ABOARD) & is_reserve[units.whole[UW.HOST]]
    whole[:, W.STATUS, comes_later] = Status.RESERVE  # with its host
    whole[:, W.LINKED] = 1
    whole[:, W.TASK] = task
    whole[:, W.ROE] = groups.whole[GW.ROE][group]
    whole[:, W.TASK_TARGET] = groups.whole[GW.TARGET][group]
    whole[:, W.REPORT_LINKED] = 1
    whole[:, W.EMCON] = whole[:, W.REPORT_EMCON] = groups.whole[GW.EMCON][group]
    for column, source in (
        (U.REPORT_X, U.X),
        (U.REPORT_Y, U.Y),
        (U.REPORT_STRENGTH, U.STRENGTH),
        (U.REPORT_ENDURANCE_S, U.ENDURANCE_S),
    ):
        real[:, column] = real[:, source]
    whole[:, W.REPORT_STATUS] = whole[:, W.STATUS]
    state.mounts.whole[:, M.AMMO] = params.mounts.whole[MW.AMMO0]
    for column, source in (
        (G.X, GP.X),
        (G.Y, GP.Y),
        (G.RADIUS, GP.RADIUS),
        (G.SPEED, GP.SPEED),
        (G.SPACING, GP.SPACING),
    ):
        state.groups.real[:, column] = np.tile(groups.real[source], 1 + slots)
    for column, source in ((H.TASK, GW.TASK), (H.ROE, GW.ROE), (H.TARGET, GW.TARGET), (H.EMCON, GW.EMCON)):
        state.groups.whole[:, column] = np.tile(groups.whole[source], 1 + slots)
    slot = groups.whole[GW.WAY_SLOT]
    sent = slot.max(initial=NONE) + 1 + np.arange(slots * len(slot))  # an order under way keeps its own route
    state.groups.whole[:, H.WAY_SLOT] = np.concatenate([slot, np.where(np.tile(slot, slots) == NONE, NONE, sent)])
    score_start(params, state)
    return state
