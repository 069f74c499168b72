"""The engine: one tick, written top to bottom. It is the model.

``advance`` is called by many threads at once, each with its own range of replications; it holds no
lock and no Python object. A replication's whole epoch runs before the next replication starts, so
its state stays in the processor's cache.
"""

import numpy as np
from numba import njit

from simcore.events import Log
from simcore.kernels.command import plan_units, take_orders
from simcore.kernels.comms import update_network
from simcore.kernels.contacts import age_contacts, commit_detections
from simcore.kernels.damage import commit_damage
from simcore.kernels.fires import land_salvoes, open_fire
from simcore.kernels.movement import move_units
from simcore.kernels.neighbours import sort_into_cells
from simcore.kernels.scoring import is_annihilated, judge, score_objectives
from simcore.kernels.sensing import look_for_enemies
from simcore.orders import Orders
from simcore.params import MP, MW, RP, RW, UP, UW, Params
from simcore.scratch import SI, SR, SX, Scratch, make_scratch
from simcore.state import WW, State, U, W
from simcore.types import EndReason, Status

_LOW_BITS = 2**30


@njit(cache=True, error_model="numpy")
def sort_units(r: int, params: Params, state: State, scratch: Scratch) -> None:
    """Sort the active units into cells, by side."""
    n = params.units.whole.shape[1]
    side = params.units.whole[UW.SIDE]
    status = state.units.whole[r, W.STATUS]
    band = scratch.whole[SI.BAND]
    for i in range(n):
        band[i] = side[i] if status[i] == Status.ACTIVE else -1
    sort_into_cells(
        state.units.real[r, U.X],
        state.units.real[r, U.Y],
        band,
        n,
        params.rules_whole[RW.N_SIDES],
        params.rules_real,
        params.rules_whole,
        scratch.whole[SI.BUCKET],
        scratch.whole[SI.UNIT_START],
        scratch.whole[SI.UNIT_ORDER],
        scratch.real[SR.UNIT_X],
        scratch.real[SR.UNIT_Y],
    )


@njit(inline="always", error_model="numpy")
def tick_once(r: int, tick: int, seed: np.uint64, params: Params, state: State, scratch: Scratch, log: Log) -> None:
    """Advance replication ``r`` by one tick. The order of the phases is the order of the lines."""
    units = params.units
    rules = params.rules_real
    limits = params.rules_whole
    n = units.whole.shape[1]
    replication = state.replication[r]

    # what the sides know, as of the end of the last tick
    age_contacts(r, tick, n, rules, limits, state.contacts, scratch, log)

    # command: units take up orders and decide where to go
    plan_units(
        r,
        tick,
        seed,
        replication,
        units,
        params.key,
        params.mounts,
        params.groups,
        params.route,
        rules,
        limits,
        state.units,
        state.mounts,
        state.contacts,
        state.groups,
        state.sides,
        scratch,
        log,
    )

    # movement
    live = move_units(r, tick, units, params.terrain, rules, state.units, state.sides, log)
    sort_units(r, params, state, scratch)

    # communications
    if tick % limits[RW.COMMS_PERIOD] == 0:
        update_network(
            r,
            tick,
            units,
            params.mounts,
            params.terrain,
            rules,
            limits,
            state.units,
            state.mounts,
            state.contacts,
            state.sides,
            scratch,
            log,
        )

    # sensing, then the picture
    n_touched = look_for_enemies(
        r,
        tick,
        seed,
        replication,
        units,
        params.key,
        params.sensors,
        params.terrain,
        rules,
        limits,
        state.units,
        state.sensors,
        scratch,
    )
    if n_touched > 0:
        commit_detections(
            r,
            tick,
            seed,
            replication,
            n_touched,
            n,
            params.key,
            rules,
            limits,
            state.units,
            state.contacts,
            state.sides,
            scratch,
            log,
        )

    # fires
    open_fire(
        r,
        tick,
        seed,
        replication,
        units,
        params.key,
        params.mounts,
        params.zones,
        params.vertices,
        params.terrain,
        rules,
        limits,
        state.units,
        state.mounts,
        state.contacts,
        state.salvoes,
        state.sides,
        state.world,
        scratch,
        log,
    )

    # flight, interception and damage
    is_attrited = False
    if state.world[r, WW.IN_FLIGHT] > 0:
        n_struck = land_salvoes(
            r,
            tick,
            seed,
            replication,
            units,
            params.key,
            params.mounts,
            rules,
            limits,
            state.units,
            state.mounts,
            state.contacts,
            state.salvoes,
            state.sides,
            state.world,
            scratch,
            log,
        )
        if n_struck > 0:
            commit_damage(
                r,
                tick,
                seed,
                replication,
                n_struck,
                units,
                params.key,
                params.mounts,
                rules,
                state.units,
                state.contacts,
                state.sides,
                scratch,
                log,
            )
            is_attrited = True

    # bookkeeping
    low = state.world[r, WW.UNIT_TICKS_LOW] + live
    state.world[r, WW.UNIT_TICKS_HIGH] += low // _LOW_BITS
    state.world[r, WW.UNIT_TICKS_LOW] = low % _LOW_BITS
    done = tick + 1
    state.world[r, WW.TICK] = done
    reason = EndReason.RUNNING
    if limits[RW.STOP_ON_ANNIHILATION] == 1 and (is_attrited or live < n) and is_annihilated(r, units, state.units):
        reason = EndReason.ANNIHILATION
    elif done >= limits[RW.N_TICKS]:
        reason = EndReason.TIME
    period = limits[RW.SCORE_PERIOD]
    if done % period == 0 or reason != EndReason.RUNNING:
        elapsed = done % period if done % period != 0 else period
        decided = score_objectives(
            r,
            tick,
            elapsed * rules[RP.DT_S],
            units,
            params.zones,
            params.vertices,
            params.objectives,
            params.members,
            rules,
            limits,
            state.units,
            state.sides,
            state.objectives,
            log,
        )
        if decided and reason == EndReason.RUNNING:
            reason = EndReason.DECIDED
    if reason != EndReason.RUNNING:
        judge(r, tick, reason, units, rules, state.units, state.sides, state.world, log)


@njit(cache=True, error_model="numpy")
def survey(params: Params, scratch: Scratch) -> None:
    """Find the extremes that bound the neighbour searches. They change no result, only the cost."""
    signature = params.units.real[UP.SIGNATURE]
    speed = params.units.real[UP.SPEED_MAX]
    top = scratch.top
    for i in range(signature.shape[0]):
        top[SX.SIGNATURE] = max(top[SX.SIGNATURE], signature[i])
        top[SX.SPEED] = max(top[SX.SPEED], speed[i])
    for m in range(params.mounts.whole.shape[1]):
        if params.mounts.whole[MW.CHANNELS, m] > 0:
            top[SX.INTERCEPT_M] = max(top[SX.INTERCEPT_M], params.mounts.real[MP.INTERCEPT_RANGE_M, m])


@njit(cache=True, nogil=True, error_model="numpy")
def advance(
    params: Params,
    state: State,
    orders: Orders,
    log: Log,
    seed: np.uint64,
    first: int,
    last: int,
    n_ticks: int,
    log_reserve: int,
) -> bool:
    """Advance the replications first..last-1 by up to ``n_ticks`` ticks each; those that are over stand still.

    ``orders`` are consumed. A replication stops early when its event buffer has less room left than
    ``log_reserve``. Returns whether all got as far as asked; drain the log and call again if not, for
    the ticks that are missing.
    """
    scratch = make_scratch(params.units.whole.shape[1], params.groups.whole.shape[1], params.rules_whole, params.units)
    survey(params, scratch)
    capacity = log.rows.shape[1]
    all_done = True
    for r in range(first, last):
        scratch.whole[SI.LEAD, scratch.whole.shape[1] - 1] = 0  # forget the last replication's table
        take_orders(r, orders, state.groups)
        for _ in range(n_ticks):
            if state.world[r, WW.REASON] != EndReason.RUNNING:
                break
            if capacity > 0 and capacity - log.used[r] < log_reserve:
                all_done = False
                break
            tick_once(r, state.world[r, WW.TICK], seed, params, state, scratch, log)
    return all_done
