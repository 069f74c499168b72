"""The engine: one tick, written top to bottom. It is the model.

``advance`` is called by many threads at once, each with its own range of replications; it holds no
lock and no Python object. A replication's whole epoch runs before the next replication starts, so
its state stays in the processor's cache.
"""

import numpy as np

from simcore.compiling.jit import driver, kernel
from simcore.events import Log
from simcore.kernels.fighting.damage import commit_damage
from simcore.kernels.fighting.fires import open_fire
from simcore.kernels.fighting.flight import land_salvoes
from simcore.kernels.fighting.mines import pass_mines
from simcore.kernels.ground.zones import is_any_no_fire, mark_forbidden, mark_shielded
from simcore.kernels.mathematics.neighbours import sort_into_cells
from simcore.kernels.network.comms import update_network
from simcore.kernels.network.latency import deliver_orders, dispatch_orders
from simcore.kernels.network.reports import deliver_reports, exchange_reports
from simcore.kernels.orders.approvals import assign_operators, decide_requests
from simcore.kernels.orders.command import forget_orders, plan_units, take_orders
from simcore.kernels.paths import keep_paths
from simcore.kernels.picture.contacts import age_contacts, commit_detections
from simcore.kernels.sensing.sensing import look_for_enemies
from simcore.kernels.sensing.spoofing import move_phantoms, show_phantoms
from simcore.kernels.world.injects import apply_inject, first_inject, is_any_timed, open_zones
from simcore.kernels.world.movement import move_units
from simcore.kernels.world.scoring import find_end, judge, note_met, score_objectives
from simcore.orders import Orders
from simcore.params import MP, MW, QW, RP, RW, UP, UW, Params
from simcore.rng import draw_keys
from simcore.scratch import SI, SR, SX, Scratch, make_scratch
from simcore.state import OD, WW, State, U, W
from simcore.surroundings import IW, WX
from simcore.types import F32, F64, I32, NONE, Defence, EndReason, Status, Word

_LOW_BITS = 2**30


@kernel
def survey(params: Params, top: F64, commanded: I32) -> None:
    """Find the extremes that bound the neighbour searches (they change no result, only the cost), and
    which sides have command posts.
    """
    signature = params.units.real[UP.SIGNATURE]
    speed = params.units.real[UP.SPEED_MAX]
    for i in range(signature.shape[0]):
        top[SX.SIGNATURE] = max(top[SX.SIGNATURE], signature[i])
        top[SX.SPEED] = max(top[SX.SPEED], speed[i])
        if params.units.whole[UW.IS_COMMAND_POST, i] == 1:
            commanded[params.units.whole[UW.SIDE, i]] = 1
    for m in range(params.mounts.whole.shape[1]):
        if params.mounts.whole[MW.CHANNELS, m] > 0:
            top[SX.INTERCEPT_M] = max(top[SX.INTERCEPT_M], params.mounts.real[MP.INTERCEPT_RANGE_M, m])
            if params.mounts.whole[MW.DEFENCE, m] != Defence.HARD:
                top[SX.SOFT_KILL] = 1.0


@kernel
def sort_units(
    side: I32, rules: F64, limits: I32, state_real: F64, state_whole: I32, work_real: F64, work_whole: I32
) -> None:
    """Sort the active units into cells, by side."""
    n = side.shape[0]
    status = state_whole[W.STATUS]
    band = work_whole[SI.BAND]
    for i in range(n):
        band[i] = side[i] if status[i] == Status.ACTIVE else -1
    sort_into_cells(
        state_real[U.X],
        state_real[U.Y],
        band,
        n,
        limits[RW.N_SIDES],
        rules,
        limits,
        work_whole[SI.BUCKET],
        work_whole[SI.UNIT_START],
        work_whole[SI.UNIT_ORDER],
        work_real[SR.UNIT_X],
        work_real[SR.UNIT_Y],
    )


@kernel
def is_any_set(row: I32) -> bool:
    """Say whether any element of ``row`` (n,) is a number and not NONE."""
    highest = NONE
    for i in range(row.shape[0]):
        highest = max(highest, row[i])
    return highest >= 0


@kernel
def play(
    params: Params,
    state: State,
    orders: Orders,
    log: Log,
    seed: Word,
    first: int,
    last: int,
    n_ticks: int,
    log_reserve: int,
    zone_whole: I32,
    speed_factors: F32,
    scratch: Scratch,
) -> bool:
    """Do what ``advance`` does, with the arrays that it has made: the zones as they are now, if they change with time,
    the speed factors (mobilities, cells), and the work space.
    """
    unit_real, unit_whole = params.units.real, params.units.whole
    sensor_real, sensor_whole = params.sensors.real, params.sensors.whole
    mount_real, mount_whole = params.mounts.real, params.mounts.whole
    group_whole = params.groups.whole
    zone_real, zones = params.zones.real, params.zones.whole
    has_timed_zones = is_any_timed(zones)
    injects, inject_members = params.injects, params.inject_members
    objective_real, objective_whole = params.objectives.real, params.objectives.whole
    field_real, field_whole, field_key = params.minefields.real, params.minefields.whole, params.minefield_key
    has_mines = field_whole.shape[1] > 0
    has_no_fire = is_any_no_fire(zone_whole)
    name_key, vertices, members, route = params.name_key, params.vertices, params.members, params.route
    elevation, block_peak, wide_peak = (
        params.terrain.relief_m,
        params.terrain.block_peak_m,
        params.terrain.wide_peak_m,
    )
    ground, concealment = params.terrain.speed, params.terrain.concealment
    rules, limits = params.rules_real, params.rules_whole
    weather_tick, weather_level = params.weather.tick, params.weather.level
    operator_real, operator_whole = params.operators.real, params.operators.whole
    has_operators = is_any_set(operator_whole[QW.COUNT])
    jammer_real, jammer_whole = params.jammers.real, params.jammers.whole
    has_phantoms = is_any_set(unit_whole[UW.SPOOFER])
    has_latency = limits[RW.STATUS_SLOTS] > 0
    has_paths = limits[RW.PATH_KNOTS] > 0
    n_units = unit_whole.shape[1]
    comms_period = limits[RW.COMMS_PERIOD]
    score_period = limits[RW.SCORE_PERIOD]
    has_hosts = is_any_set(unit_whole[UW.SISTER])
    work_real, work_whole, top, commanded, key = scratch
    survey(params, top, commanded)
    capacity = log.rows.shape[1]
    is_complete = True
    for r in range(first, last):
        if state.world[r, WW.REASON] != EndReason.RUNNING:
            forget_orders(orders.whole[r])
            continue
        replication = state.replication[r]
        draw_keys(seed, replication, name_key, key)
        state_real, state_whole = state.units.real[r], state.units.whole[r]
        look_whole = state.sensors.whole[r]
        arms_whole = state.mounts.whole[r]
        contact_real, contact_whole = state.contacts.real[r], state.contacts.whole[r]
        task_real, task_whole = state.groups.real[r], state.groups.whole[r]
        salvo_real, salvo_whole = state.salvoes.real[r], state.salvoes.whole[r]
        side_real, side_whole = state.sides.real[r], state.sides.whole[r]
        progress_real, progress_whole = state.objectives.real[r], state.objectives.whole[r]
        mine_real, mine_whole = state.mines.real[r], state.mines.whole[r]
        way_real, way_whole = state.ways.real[r], state.ways.whole[r]
        status_real, status_whole = state.status_reports.real[r], state.status_reports.whole[r]
        report_real, report_whole = state.contact_reports.real[r], state.contact_reports.whole[r]
        due = state.deliveries.whole[r, OD.DUE]
        listed_whole = state.listed.whole[r]
        path_real, path_whole = state.paths.real[r], state.paths.whole[r]
        world = state.world[r]
        stretch = 0
        weather = weather_level[0]
        work_whole[SI.LEAD, work_whole.shape[1] - 1] = 0  # forget the last replication's table
        next_inject = first_inject(injects, world[WW.TICK])
        take_orders(orders.real[r], orders.whole[r], group_whole, task_real, task_whole)
        if has_latency and n_ticks > 0:
            dispatch_orders(
                world[WW.TICK], unit_whole, group_whole, limits, state_whole, task_real, task_whole, way_real,
                way_whole, due, world,
            )  # fmt: skip
        for _ in range(n_ticks):
            if world[WW.REASON] != EndReason.RUNNING:
                break
            if capacity > 0 and capacity - log.used[r] < log_reserve:
                is_complete = False
                break
            tick = world[WW.TICK]
            while stretch + 1 < weather_tick.shape[0] and weather_tick[stretch + 1] <= tick:
                stretch += 1
                weather = weather_level[stretch]

            # injects: the timetable of the scenario
            while next_inject < injects.shape[1] and injects[IW.TICK, next_inject] == tick:
                apply_inject(
                    r, tick, next_inject, injects, inject_members, unit_real, unit_whole, mount_whole, state_real,
                    state_whole, arms_whole, side_real, side_whole, log,
                )  # fmt: skip
                next_inject += 1
            if has_timed_zones:
                open_zones(tick, zones, zone_whole)

            # the pictures, as of the end of the last tick; then units take up orders and decide
            age_contacts(r, tick, n_units, rules, limits, contact_real, contact_whole, work_real, work_whole, log)
            if has_no_fire:
                mark_forbidden(zone_real, zone_whole, vertices, limits, work_real, work_whole)
            if has_latency:
                deliver_orders(
                    r, tick, unit_whole, group_whole, rules, limits, state_whole, task_whole, side_real, side_whole,
                    due, log,
                )  # fmt: skip
            plan_units(
                r, tick, seed, replication, unit_real, unit_whole, key, mount_whole, group_whole, route, rules,
                limits, state_real, state_whole, arms_whole, contact_real, contact_whole, task_real, task_whole,
                side_whole, work_real, work_whole, log, weather, way_real, way_whole, has_latency, has_hosts,
                ground,
            )  # fmt: skip

            # movement
            live = move_units(
                r, tick, unit_real, unit_whole, rules, state_real, state_whole, side_real, side_whole, log,
                speed_factors, elevation, weather[WX.SEA_STATE], seed, replication, key, group_whole, route, way_real,
                way_whole,
            )  # fmt: skip
            if has_paths:
                keep_paths(tick, rules, limits, state_real, state_whole, path_real, path_whole)
            if has_phantoms:
                move_phantoms(unit_real, rules, state_real, state_whole, elevation)
            n_struck = 0
            if has_mines:
                n_struck = pass_mines(
                    r, tick, seed, replication, unit_real, unit_whole, key, field_real, field_whole, field_key,
                    rules, state_real, state_whole, mine_real, mine_whole, side_real, side_whole, work_real,
                    work_whole, log,
                )  # fmt: skip
            sort_units(unit_whole[UW.SIDE], rules, limits, state_real, state_whole, work_real, work_whole)

            # communications
            if tick % comms_period == 0:
                update_network(
                    r, tick, unit_real, unit_whole, key, mount_whole, elevation, block_peak, wide_peak, rules,
                    limits, state_real, state_whole, arms_whole, contact_real, contact_whole, side_whole,
                    work_whole, log, commanded, jammer_real, jammer_whole, work_real, has_latency,
                )  # fmt: skip
                if has_latency:
                    exchange_reports(
                        r, tick, unit_real, unit_whole, key, mount_whole, operator_whole, elevation, block_peak,
                        wide_peak, rules, limits, state_real, state_whole, arms_whole, contact_real, contact_whole,
                        task_whole, side_whole, status_real, status_whole, report_real, report_whole, due, world,
                        commanded, jammer_whole.shape[1] > 0, work_real, work_whole, log,
                    )  # fmt: skip

            # sensing, and what the sides learn from it
            if has_no_fire:
                mark_shielded(
                    unit_whole[UW.SIDE], zone_real, zone_whole, vertices, limits, state_whole, work_real, work_whole,
                )  # fmt: skip
            n_touched = look_for_enemies(
                tick, seed, replication, unit_real, unit_whole, key, sensor_real, sensor_whole, elevation,
                block_peak, wide_peak, rules, limits, state_real, state_whole, look_whole, contact_real,
                contact_whole, work_real, work_whole, top, concealment, weather, jammer_real, jammer_whole,
                report_real, report_whole, world, path_real, path_whole,
            )  # fmt: skip
            if has_phantoms:
                n_touched = show_phantoms(
                    tick, seed, replication, n_touched, unit_real, unit_whole, key, sensor_real, sensor_whole,
                    elevation, block_peak, wide_peak, rules, state_real, state_whole, look_whole, work_real, work_whole,
                    contact_real, contact_whole, report_real, report_whole, world, limits, path_real, path_whole,
                )  # fmt: skip
            if n_touched > 0:
                commit_detections(
                    r, tick, seed, replication, n_touched, n_units, unit_whole, key, rules, limits, state_real,
                    contact_real, contact_whole, side_whole, work_real, work_whole, log, path_real, path_whole,
                )  # fmt: skip

            if has_latency:
                deliver_reports(
                    r, tick, seed, replication, unit_whole, key, rules, limits, state_real, state_whole, contact_real,
                    contact_whole, side_real, side_whole, status_real, status_whole, report_real, report_whole, world,
                    log,
                )  # fmt: skip

            # fires: operators decide, units choose and launch, operators take up what was asked
            if has_operators:
                decide_requests(
                    r, tick, seed, replication, unit_whole, key, mount_whole, operator_real, operator_whole, rules,
                    state_whole, arms_whole, contact_whole, side_whole, log,
                )  # fmt: skip
            open_fire(
                r, tick, seed, replication, unit_real, unit_whole, key, mount_real, mount_whole, zone_real,
                zone_whole, vertices, elevation, block_peak, wide_peak, rules, limits, state_real, state_whole,
                arms_whole, contact_real, contact_whole, salvo_real, salvo_whole, side_real, side_whole, world,
                work_real, work_whole, log, operator_whole, has_no_fire,
            )  # fmt: skip
            if has_operators:
                assign_operators(
                    tick, seed, replication, unit_whole, key, mount_whole, operator_real, operator_whole, limits,
                    arms_whole, side_whole,
                )  # fmt: skip

            # flight, interception, damage
            n_hit = 0
            if world[WW.IN_FLIGHT] > 0:
                n_hit = land_salvoes(
                    r, tick, seed, replication, unit_real, unit_whole, key, mount_real, mount_whole, zone_real,
                    zone_whole, vertices, rules, limits, state_real, state_whole, arms_whole, contact_whole,
                    salvo_real, salvo_whole, side_whole, world, work_real, work_whole, top, log,
                )  # fmt: skip
                if n_hit > 0:
                    commit_damage(
                        r, tick, seed, replication, n_hit, unit_real, unit_whole, key, mount_whole, rules,
                        state_real, state_whole, contact_whole, side_real, side_whole, work_real, work_whole, log,
                        report_whole, world,
                    )  # fmt: skip

            # bookkeeping
            done = tick + 1
            world[WW.TICK] = done
            low = world[WW.UNIT_TICKS_LOW] + live
            world[WW.UNIT_TICKS_HIGH] += low // _LOW_BITS
            world[WW.UNIT_TICKS_LOW] = low % _LOW_BITS
            reason = EndReason.RUNNING
            has_losses = n_struck > 0 or n_hit > 0 or live < n_units
            if limits[RW.STOP_ON_ANNIHILATION] == 1 and has_losses:
                reason = find_end(
                    world[WW.IN_FLIGHT], unit_whole, zone_real, zone_whole, vertices, objective_real, objective_whole,
                    members, state_real, state_whole, progress_real, listed_whole,
                )  # fmt: skip
            if reason == EndReason.RUNNING and done >= limits[RW.N_TICKS]:
                reason = EndReason.TIME
            since = done % score_period
            if since == 0 or reason != EndReason.RUNNING:
                elapsed_s = rules[RP.DT_S] * (since if since > 0 else score_period)
                score_objectives(
                    elapsed_s, np.int64(NONE), unit_real, unit_whole, zone_real, zone_whole, vertices, objective_real,
                    objective_whole, members, rules, limits, state_real, state_whole, side_real, progress_real,
                    listed_whole,
                )  # fmt: skip
                is_decided = note_met(
                    r, tick, objective_real, objective_whole, progress_real, progress_whole, log
                )  # fmt: skip
                if is_decided and reason == EndReason.RUNNING:
                    reason = EndReason.DECIDED
            if reason != EndReason.RUNNING:
                judge(
                    r, tick, reason, unit_real, unit_whole, zone_real, zone_whole, vertices, objective_real,
                    objective_whole, members, rules, limits, state_real, state_whole, side_real, progress_real,
                    progress_whole, listed_whole, world, log,
                )  # fmt: skip
    return is_complete


@driver
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

    The arrays are made here and the ticks are played in a kernel: what may make arrays counts references to them,
    which in every tick would cost as much as a phase does.
    """
    zone_whole = params.zones.whole
    if is_any_timed(zone_whole):
        zone_whole = zone_whole.copy()
    speed_factors = params.terrain.speed.reshape(params.terrain.speed.shape[0], params.terrain.surface.size)
    scratch = make_scratch(
        params.units.whole.shape[1], params.sensors.whole.shape[1], params.groups.whole.shape[1], params.rules_whole
    )
    return play(
        params, state, orders, log, seed, first, last, n_ticks, log_reserve, zone_whole, speed_factors, scratch
    )  # fmt: skip
