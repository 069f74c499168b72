"""The engine: one tick, written top to bottom. It is the model.

Many threads call ``advance`` at once, each with its own range of replications; it holds no lock and
no Python object. All ticks of a replication are played before those of the next, so that its state
stays in the processor's cache.
"""

import math
from typing import Any

import numpy as np

from simcore.compiling.jit import driver, kernel, over_rows, version_for
from simcore.crews import CrewSpecW
from simcore.events import Log
from simcore.kernels.fighting.fires import open_fire
from simcore.kernels.fighting.mines import pass_mines
from simcore.kernels.fighting.strike import strike
from simcore.kernels.ground.zones import is_any_no_fire, mark_forbidden, mark_shielded
from simcore.kernels.mathematics.neighbours import fill_cells, find_cells
from simcore.kernels.network.comms import update_network
from simcore.kernels.network.latency import deliver_orders, dispatch_orders
from simcore.kernels.network.reports import deliver_reports, exchange_reports
from simcore.kernels.orders.approvals import assign_operators, decide_requests
from simcore.kernels.orders.command import forget_orders, plan_units, take_orders
from simcore.kernels.paths import keep_paths
from simcore.kernels.picture.contacts import age_contacts, commit_detections
from simcore.kernels.sensing.sensing import look_for_enemies
from simcore.kernels.sensing.spoofing import move_phantoms, show_phantoms
from simcore.kernels.supply.tows import follow_tugs
from simcore.kernels.turns import list_marked
from simcore.kernels.world.injects import apply_inject, first_inject, is_any_timed, open_zones
from simcore.kernels.world.movement import move_units
from simcore.kernels.world.scoring import find_end, judge, note_met, score_objectives
from simcore.kernels.world.survey import is_any_set, survey
from simcore.kernels.world.sustain import support_units
from simcore.kernels.world.triggers import check_triggers
from simcore.kinds import (
    Contacts,
    Crews,
    Ground,
    Groups,
    Injects,
    Jammers,
    Messages,
    Moment,
    Mounts,
    Objectives,
    Paths,
    People,
    Routes,
    Rules,
    Salvoes,
    Sensors,
    Sides,
    Units,
    Zones,
    components_of,
    ground_of,
    messages_of,
    mines_of,
    objectives_of,
    support_of,
    triggers_of,
    units_of,
    workshops_of,
)
from simcore.orders import Orders
from simcore.params import Params, RuleR, RuleW, UnitSpecW
from simcore.rng import draw_keys
from simcore.scratch import Scratch, ScratchR, ScratchW, Ways
from simcore.state import State, UnitR, UnitW, WorldW
from simcore.surroundings import InjectW, WeatherR
from simcore.types import F32, F64, I32, NONE, EndReason, Status, Word

_LOW_BITS = 2**30


@over_rows
def show_in_order(
    n_active: int, earth_m: float, floor_m: float, order: I32, domain: I32, z: F64, bit: I32, horizon: F64
) -> None:
    """Write the bits of the domains and the horizons (``terrain.horizon_m``) of the active units in the order of the
    cells.
    """
    is_flat = earth_m == np.inf
    twice_m = 0.0 if is_flat else 2.0 * earth_m
    for k in range(n_active):
        bit[k] = 1 << domain[order[k]]
        away = math.sqrt(twice_m * max(z[order[k]] - floor_m, 0.0))
        horizon[k] = np.inf if is_flat else away


@kernel
def sort_units(units: Units, rules: Rules, work: Scratch) -> None:
    """Sort the active units into cells, by side, and write their domains and horizons in that order."""
    side = units.spec_whole[UnitSpecW.SIDE]
    status = units.whole[UnitW.STATUS]
    active = work.whole[ScratchW.DUE]
    mark = work.whole[ScratchW.PENDING]
    for i in range(side.shape[0]):
        mark[i] = np.int32(1) if status[i] == Status.ACTIVE else np.int32(0)
    n_active = list_marked(mark, np.int64(side.shape[0]), active)
    nx, ny = np.int64(rules.whole[RuleW.NX]), np.int64(rules.whole[RuleW.NY])
    x, y = units.real[UnitR.X], units.real[UnitR.Y]
    bucket = work.whole[ScratchW.BUCKET]
    order = work.whole[ScratchW.UNIT_ORDER]
    find_cells(
        x, y, side, rules.real[RuleR.WEST], rules.real[RuleR.SOUTH], rules.real[RuleR.CELL_M], nx, ny, bucket
    )  # fmt: skip
    fill_cells(
        x, y, active, n_active, rules.whole[RuleW.N_SIDES] * nx * ny, bucket, work.whole[ScratchW.UNIT_START], order,
        work.real[ScratchR.UNIT_X], work.real[ScratchR.UNIT_Y],
    )  # fmt: skip
    show_in_order(
        n_active, rules.real[RuleR.EARTH_M], rules.real[RuleR.FLOOR_M], order, units.spec_whole[UnitSpecW.DOMAIN],
        units.real[UnitR.Z], work.whole[ScratchW.UNIT_DOMAIN], work.real[ScratchR.HORIZON_M],
    )  # fmt: skip


@kernel
def communicate(
    now: Moment,
    units: Units,
    mounts: Mounts,
    crews: Crews,
    ground: Ground,
    rules: Rules,
    contacts: Contacts,
    groups: Groups,
    sides: Sides,
    messages: Messages,
    world: I32,
    work: Scratch,
    jammers: Jammers,
    log: Log,
) -> None:
    """Update the network at its interval and, when messages take time, send the reports of the units."""
    if now.tick % rules.whole[RuleW.COMMS_PERIOD] != 0:
        return
    has_latency = rules.whole[RuleW.STATUS_SLOTS] > 0
    update_network(now, units, mounts, ground, rules, contacts, sides, work, log, jammers, has_latency)
    if has_latency:
        has_jammers = jammers.spec_whole.shape[1] > 0
        exchange_reports(
            now, units, mounts, crews, ground, rules, contacts, groups, sides, messages, world, work, has_jammers, log
        )


@kernel
def finish_tick(
    now: Moment,
    live: int,
    has_losses: bool,
    units: Units,
    zones: Zones,
    objectives: Objectives,
    rules: Rules,
    sides: Sides,
    world: I32,
    log: Log,
    people: People,
) -> None:
    """Advance the clock, score the objectives when due, and judge the replication when it has ended."""
    done = now.tick + 1
    world[WorldW.TICK] = done
    low = world[WorldW.UNIT_TICKS_LOW] + live
    world[WorldW.UNIT_TICKS_HIGH] += low // _LOW_BITS
    world[WorldW.UNIT_TICKS_LOW] = low % _LOW_BITS
    reason = EndReason.RUNNING
    if rules.whole[RuleW.STOP_ON_ANNIHILATION] == 1 and has_losses:
        reason = find_end(world[WorldW.IN_FLIGHT], units, zones, objectives)
    if reason == EndReason.RUNNING and done >= rules.whole[RuleW.N_TICKS]:
        reason = EndReason.TIME
    period = rules.whole[RuleW.SCORE_PERIOD]
    since = done % period
    if since == 0 or reason != EndReason.RUNNING:
        elapsed_s = rules.real[RuleR.DT_S] * (since if since > 0 else period)
        score_objectives(elapsed_s, np.int64(NONE), units, zones, objectives, rules, sides, people)
        is_decided = note_met(now, objectives, log)
        if is_decided and reason == EndReason.RUNNING:
            reason = EndReason.DECIDED
    if reason != EndReason.RUNNING:
        judge(now, reason, units, zones, objectives, rules, sides, world, log, people)


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
    speed_by_cell: F32,
    work: Scratch,
    ways: Ways | None,
) -> bool:
    """Play the ticks of ``advance`` with its arrays: current zones, speed factors (mobilities, cells), work spaces."""
    ground = ground_of(params.terrain, speed_by_cell)
    rules = Rules(params.rules_real, params.rules_whole)
    zones = Zones(params.zones.real, zone_whole, params.vertices)
    crews = Crews(params.operators.real, params.operators.whole)
    jammers = Jammers(params.jammers.real, params.jammers.whole)
    injects = Injects(params.injects, params.inject_members)
    weather_tick, weather_level = params.weather.tick, params.weather.level
    has_timed_zones = is_any_timed(params.zones.whole)
    has_no_fire = is_any_no_fire(zones)
    has_mines = params.minefields.whole.shape[1] > 0
    has_operators = is_any_set(params.operators.whole[CrewSpecW.COUNT])
    has_phantoms = is_any_set(params.units.whole[UnitSpecW.SPOOFER])
    has_hosts = is_any_set(params.units.whole[UnitSpecW.SISTER])
    has_supply = params.supply.units.whole.shape[1] > 0
    has_latency = rules.whole[RuleW.STATUS_SLOTS] > 0
    has_paths = rules.whole[RuleW.PATH_KNOTS] > 0
    has_triggers = params.triggers.whole.shape[1] > 0
    n_units = params.units.whole.shape[1]
    survey(params, work.top, work.commanded)
    capacity = log.rows.shape[1]
    is_complete = True
    for r in range(first, last):
        world = state.world[r]
        if world[WorldW.REASON] != EndReason.RUNNING:
            forget_orders(orders.whole[r])
            continue
        replication = state.replication[r]
        draw_keys(seed, replication, params.name_key, work.key)
        units = units_of(params.units, work.key, state.units, state.uses, r)
        sensors = Sensors(params.sensors.real, params.sensors.whole, state.sensors.whole[r])
        mounts = Mounts(params.mounts.real, params.mounts.whole, state.mounts.whole[r])
        contacts = Contacts(state.contacts.real[r], state.contacts.whole[r])
        groups = Groups(params.groups.whole, state.groups.real[r], state.groups.whole[r])
        routes = Routes(params.route, state.ways.real[r], state.ways.whole[r])
        salvoes = Salvoes(state.salvoes.real[r], state.salvoes.whole[r])
        sides = Sides(state.sides.real[r], state.sides.whole[r])
        objectives = objectives_of(params.objectives, params.members, state.objectives, state.listed, r)
        mines = mines_of(params.minefields, params.minefield_key, state.mines, r)
        messages = messages_of(state.status_reports, state.contact_reports, state.deliveries, r)
        paths = Paths(state.paths.real[r], state.paths.whole[r])
        components = components_of(params, state, r)
        workshops = workshops_of(params, state, r)
        support = support_of(params, state, r)
        triggers = triggers_of(params, state, r)
        stretch = 0
        weather = weather_level[0]
        work.whole[ScratchW.LEAD, work.whole.shape[1] - 1] = 0  # discard the previous replication's table
        next_inject = first_inject(injects.spec_whole, world[WorldW.TICK])
        take_orders(orders.real[r], orders.whole[r], groups)
        if has_latency and n_ticks > 0:
            dispatch_orders(np.int64(world[WorldW.TICK]), units, groups, rules, routes, messages, world)
        for _ in range(n_ticks):
            if world[WorldW.REASON] != EndReason.RUNNING:
                break
            if capacity > 0 and capacity - log.used[r] < log_reserve:
                is_complete = False
                break
            tick = np.int64(world[WorldW.TICK])
            now = Moment(r, tick, seed, replication)  # pyright: ignore[reportArgumentType]
            while stretch + 1 < weather_tick.shape[0] and weather_tick[stretch + 1] <= tick:
                stretch += 1
                weather = weather_level[stretch]

            # injects from the timetable of the scenario
            while next_inject < params.injects.shape[1] and params.injects[InjectW.TICK, next_inject] == tick:
                apply_inject(now, next_inject, injects, units, mounts, sides, support.supply, support.people, log)
                next_inject += 1
            if has_timed_zones:
                open_zones(tick, params.zones.whole, zone_whole)

            # the pictures as of the end of the last tick, then orders and decisions of the units
            age_contacts(now, n_units, rules, contacts, work, log)
            if has_triggers:
                has_tasks = check_triggers(
                    now, triggers, injects, units, mounts, zones, groups, routes, contacts, sides, support, work, log
                )
                if has_tasks and has_latency:
                    dispatch_orders(tick, units, groups, rules, routes, messages, world)
            if has_no_fire:
                mark_forbidden(zones, rules, work)
            if has_latency:
                deliver_orders(now, units, groups, rules, sides, messages, log)
            plan_units(
                now, units, mounts, groups, routes, rules, contacts, sides, work, log, weather, has_hosts, ground,
                support,
            )  # fmt: skip

            # movement
            live = move_units(now, units, rules, sides, log, ground, weather[WeatherR.SEA_STATE], groups, routes, work)
            if has_supply:
                follow_tugs(units, support.supply)
            if has_paths:
                keep_paths(tick, rules, units, paths)
            if has_phantoms:
                move_phantoms(units, rules, ground)
            n_struck = pass_mines(now, units, mines, rules, sides, work, log, support.people) if has_mines else 0
            sort_units(units, rules, work)

            # communications
            communicate(
                now, units, mounts, crews, ground, rules, contacts, groups, sides, messages, world, work, jammers, log
            )

            # sensing, detections and reports
            if has_no_fire:
                mark_shielded(zones, rules, units, work)
            n_touched = look_for_enemies(
                now, units, sensors, ground, rules, contacts, work, weather, jammers, messages, world, paths
            )
            if has_phantoms:
                n_touched = show_phantoms(
                    now, n_touched, units, sensors, ground, rules, work, contacts, messages, world, paths
                )
            if n_touched > 0:
                commit_detections(now, n_touched, n_units, units, rules, contacts, sides, work, log, paths)
            if has_latency:
                deliver_reports(now, units, rules, contacts, sides, messages, world, log)

            # fires: operators decide, units choose and launch, operators take new requests
            if has_operators:
                decide_requests(now, units, mounts, crews, rules, contacts, sides, log)
            open_fire(
                now, units, mounts, zones, ground, rules, contacts, salvoes, sides, world, work, log, crews, has_no_fire
            )
            if has_operators:
                assign_operators(now, units, mounts, crews, rules, sides)

            # flight, interception, damage
            n_hit = strike(
                now, units, mounts, zones, rules, contacts, salvoes, sides, messages, world, work, log, support.people
            )

            # casualties and their care, then wear, repair and supply
            if ways is not None:  # Numba leaves the phase out of the version without ways
                support_units(
                    now, weather, units, mounts, components, workshops, support, ground, rules, work, ways, log
                )

            # the clock, the score and the end
            has_losses = n_struck > 0 or n_hit > 0 or live < n_units
            finish_tick(now, live, has_losses, units, zones, objectives, rules, sides, world, log, support.people)
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
    work: Scratch,
    ways: Ways | None,
) -> bool:
    """Advance the replications first..last-1 by up to ``n_ticks`` ticks each; finished replications are left unchanged.

    ``orders`` are consumed; ``work`` and ``ways`` are the work space of the thread, without ``ways`` where the scenario
    has no support of units. A replication stops early when its
    event buffer has less room left than ``log_reserve``. Returns whether all replications have played all ticks; if
    not, drain the log and call again for the missing ticks.

    The copy of the zones is allocated here and the ticks are played in a kernel: a function that may allocate also
    counts references, which would cost as much as a phase in every tick.
    """
    zone_whole = params.zones.whole
    if is_any_timed(zone_whole):
        zone_whole = zone_whole.copy()
    speed_by_cell = params.terrain.speed.reshape(params.terrain.speed.shape[0], params.terrain.surface.size)
    return play(
        params, state, orders, log, seed, first, last, n_ticks, log_reserve, zone_whole, speed_by_cell, work, ways
    )  # fmt: skip


def version_of_advance(*arguments: Any) -> Any:
    """Return the version of ``advance`` for arguments of these types; see ``version_for``."""
    return version_for(advance, *arguments)
