"""Fires: choose targets under the rules of engagement, launch, fly, intercept, hit."""

import math

import numpy as np
from numba import njit

from simcore.events import Log, emit
from simcore.kernels.contacts import grown_error_m
from simcore.kernels.geometry import is_inside
from simcore.kernels.neighbours import gather_in_range
from simcore.kernels.terrain import ground_m, is_visible
from simcore.params import MP, MW, RP, RW, UNLIMITED, UP, UW, ZP, ZW, Block, Terrain
from simcore.rng import Stream, draw, draw_bits, stream_key
from simcore.scratch import SI, SR, SX, Scratch
from simcore.state import FW, TR, WW, C, Cells, F, K, M, T, U, W
from simcore.types import (
    F64,
    I32,
    U64,
    Autonomy,
    Damage,
    EventKind,
    Level,
    Roe,
    Status,
    TargetChoice,
    Task,
    ZoneKind,
)


@njit(cache=True, error_model="numpy")
def hit_probability(p_zero: float, falloff: float, distance_m: float, range_m: float) -> float:
    """Return the hit probability of one round: linear from ``p_zero`` at 0 to ``p_zero * falloff`` at full range."""
    share = min(distance_m / range_m, 1.0) if range_m > 0.0 else 0.0
    return p_zero * (1.0 - (1.0 - falloff) * share)


@njit(cache=True, error_model="numpy")
def is_no_fire(zones: Block, vertices: F64, side: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in a no-fire zone that binds ``side``."""
    for z in range(zones.whole.shape[1]):
        if zones.whole[ZW.KIND, z] != ZoneKind.NO_FIRE:
            continue
        if zones.whole[ZW.SIDE, z] >= 0 and zones.whole[ZW.SIDE, z] != side:
            continue
        if x < zones.real[ZP.WEST, z] or x > zones.real[ZP.EAST, z]:
            continue
        if y < zones.real[ZP.SOUTH, z] or y > zones.real[ZP.NORTH, z]:
            continue
        if is_inside(vertices, zones.whole[ZW.FIRST, z], zones.whole[ZW.COUNT, z], x, y):
            return True
    return False


@njit(cache=True, error_model="numpy")
def may_fire(autonomy: int, linked: int, task: int) -> bool:
    """Return whether a unit may open an engagement now, given who decides (Autonomy)."""
    if autonomy == Autonomy.MANUAL:
        return linked != 0 and (task == Task.ATTACK or task == Task.STRIKE or task == Task.INTERCEPT)
    if autonomy == Autonomy.APPROVE:
        return linked != 0
    return True


@njit(cache=True, error_model="numpy")
def choose_target(
    r: int,
    tick: int,
    i: int,
    m: int,
    choice_key: np.uint64,
    units: Block,
    key: U64,
    mounts: Block,
    zones: Block,
    vertices: F64,
    terrain: Terrain,
    rules: F64,
    limits: I32,
    state: Cells,
    contacts: Cells,
    scratch: Scratch,
) -> int:
    """Return the contact (unit index) that mount ``m`` of unit ``i`` engages, or -1; -2 when the best
    one stands in a no-fire zone.

    Only what the side believes counts: estimated position, age, error, level. The true position enters
    with the line of sight of a direct-fire weapon alone.
    """
    n = units.whole.shape[1]
    dt = rules[RP.DT_S]
    growth = rules[RP.CONTACT_GROWTH_MPS]
    side = units.whole[UW.SIDE, i]
    domain = units.whole[UW.DOMAIN]
    cost = units.real[UP.COST]
    height = units.real[UP.HEIGHT_M]
    domains = mounts.whole[MW.DOMAINS, m]
    choice = mounts.whole[MW.CHOICE, m]
    cap = mounts.whole[MW.COMMIT_CAP, m]
    serial = mounts.whole[MW.SERIAL, m]
    range_max = mounts.real[MP.RANGE_MAX_M, m]
    range_min = mounts.real[MP.RANGE_MIN_M, m]
    max_age = mounts.real[MP.MAX_AGE_S, m]
    max_error = mounts.real[MP.MAX_ERROR_M, m]
    x = state.real[r, U.X, i]
    y = state.real[r, U.Y, i]
    level = contacts.whole[r, K.LEVEL]
    seen_tick = contacts.whole[r, K.TICK]
    committed = contacts.whole[r, K.COMMITTED]
    error_m = contacts.real[r, C.ERROR_M]
    sorted_x = scratch.real[SR.CONTACT_X]
    sorted_y = scratch.real[SR.CONTACT_Y]
    order = scratch.whole[SI.CONTACT_ORDER]
    found = scratch.whole[SI.FOUND]
    needed = Level.IDENTIFIED if state.whole[r, W.ROE, i] == Roe.TIGHT else Level.DETECTED
    n_found = gather_in_range(
        scratch.whole[SI.CONTACT_START], sorted_x, sorted_y, side, rules, limits, x, y, range_max, found, 0
    )
    best = -1
    best_value = -1.0
    best_bits = np.uint64(0)
    best_sq = np.inf
    for f in range(n_found):
        k = found[f]
        c = order[k]
        j = c - side * n
        if ((domains >> domain[j]) & 1) == 0 or level[c] < needed:
            continue
        age_s = (tick - seen_tick[c]) * dt
        if age_s > max_age or grown_error_m(error_m[c], age_s, growth) > max_error:
            continue
        if cap > 0 and committed[c] >= cap:
            continue
        dx = sorted_x[k] - x
        dy = sorted_y[k] - y
        away_sq = dx * dx + dy * dy
        if away_sq < range_min * range_min:
            continue
        value = 0.0
        bits = np.uint64(0)
        if choice == TargetChoice.RANDOM:
            bits = draw_bits(choice_key, key[i] + np.uint64(serial), key[j])
            away_sq = 0.0
        elif choice == TargetChoice.VALUABLE:
            value = cost[j] if level[c] >= Level.CLASSIFIED else 0.0
        elif choice == TargetChoice.SPREAD:
            value = 1.0e6 - committed[c]
        better = value > best_value
        if value == best_value:
            better = bits < best_bits or (
                bits == best_bits and (away_sq < best_sq or (away_sq == best_sq and key[j] < key[best]))
            )
        if not better:
            continue
        if mounts.whole[MW.NEEDS_SIGHT, m] == 1:
            own_z = ground_m(terrain.elevation_m, rules, x, y) + height[i]
            jx = state.real[r, U.X, j]
            jy = state.real[r, U.Y, j]
            target_z = ground_m(terrain.elevation_m, rules, jx, jy) + height[j]
            if not is_visible(terrain.elevation_m, terrain.block_peak_m, rules, x, y, own_z, jx, jy, target_z):
                continue
        best = j
        best_value = value
        best_bits = bits
        best_sq = away_sq
    if best >= 0 and zones.whole.shape[1] > 0:
        c = side * n + best
        if is_no_fire(zones, vertices, side, scratch.real[SR.ESTIMATE_X, c], scratch.real[SR.ESTIMATE_Y, c]):
            return -2
    return best


@njit(cache=True, error_model="numpy")
def local_target(r: int, tick: int, i: int, m: int, units: Block, mounts: Block, rules: F64, state: Cells) -> int:
    """Return the target of a unit without a link: what it sees itself, if its weapon and rules allow; else -1."""
    j = state.whole[r, W.LOCAL, i]
    if j < 0 or ((mounts.whole[MW.DOMAINS, m] >> units.whole[UW.DOMAIN, j]) & 1) == 0:
        return -1
    if state.whole[r, W.ROE, i] == Roe.TIGHT and state.whole[r, W.LOCAL_LEVEL, i] < Level.IDENTIFIED:
        return -1
    age_s = (tick - state.whole[r, W.LOCAL_TICK, i]) * rules[RP.DT_S]
    error = grown_error_m(state.real[r, U.LOCAL_ERROR_M, i], age_s, rules[RP.CONTACT_GROWTH_MPS])
    if age_s > mounts.real[MP.MAX_AGE_S, m] or error > mounts.real[MP.MAX_ERROR_M, m]:
        return -1
    dx = state.real[r, U.LOCAL_X, i] + state.real[r, U.LOCAL_VX, i] * age_s - state.real[r, U.X, i]
    dy = state.real[r, U.LOCAL_Y, i] + state.real[r, U.LOCAL_VY, i] * age_s - state.real[r, U.Y, i]
    away_sq = dx * dx + dy * dy
    far = mounts.real[MP.RANGE_MAX_M, m]
    close = mounts.real[MP.RANGE_MIN_M, m]
    if away_sq > far * far or away_sq < close * close:
        return -1
    return j


@njit(cache=True, error_model="numpy")
def open_fire(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    units: Block,
    key: U64,
    mounts: Block,
    zones: Block,
    vertices: F64,
    terrain: Terrain,
    rules: F64,
    limits: I32,
    state: Cells,
    arms: Cells,
    contacts: Cells,
    salvoes: Cells,
    sides: Cells,
    world: I32,
    scratch: Scratch,
    log: Log,
) -> None:
    """Let every armed unit choose targets and launch. Mutates ammunition, approvals, commitments, salvoes."""
    n = units.whole.shape[1]
    side = units.whole[UW.SIDE]
    has_offense = units.whole[UW.HAS_OFFENSE]
    autonomy = units.whole[UW.AUTONOMY]
    approval_ticks = units.whole[UW.APPROVAL_TICKS]
    mount_first = units.whole[UW.MOUNT_FIRST]
    mount_count = units.whole[UW.MOUNT_COUNT]
    domains = mounts.whole[MW.DOMAINS]
    status = state.whole[r, W.STATUS]
    damage = state.whole[r, W.DAMAGE]
    roe = state.whole[r, W.ROE]
    linked = state.whole[r, W.LINKED]
    task = state.whole[r, W.TASK]
    pending = state.whole[r, W.PENDING]
    pending_tick = state.whole[r, W.PENDING_TICK]
    local = state.whole[r, W.LOCAL]
    ammo = arms.whole[r, M.AMMO]
    ready = arms.whole[r, M.READY_TICK]
    choice_key = stream_key(seed, replication, tick, Stream.CHOICE)
    n_cells = limits[RW.NX] * limits[RW.NY]
    start = scratch.whole[SI.CONTACT_START]
    for i in range(n):
        if has_offense[i] == 0 or status[i] != Status.ACTIVE or roe[i] == Roe.HOLD:
            continue
        s = side[i]
        if linked[i] != 0:
            if start[(s + 1) * n_cells] == start[s * n_cells]:
                continue  # the side holds no contact
        elif local[i] < 0:
            continue
        if (damage[i] & Damage.WEAPON) != 0 or not may_fire(autonomy[i], linked[i], task[i]):
            continue
        for m in range(mount_first[i], mount_first[i] + mount_count[i]):
            if domains[m] == 0 or ammo[m] <= 0 or ready[m] > tick:
                continue
            if linked[i] != 0:
                j = choose_target(
                    r,
                    tick,
                    i,
                    m,
                    choice_key,
                    units,
                    key,
                    mounts,
                    zones,
                    vertices,
                    terrain,
                    rules,
                    limits,
                    state,
                    contacts,
                    scratch,
                )
            else:
                j = local_target(r, tick, i, m, units, mounts, rules, state)
            if j == -2:
                sides.whole[r, T.DENIED, s] += 1
                ready[m] = tick + mounts.whole[MW.RELOAD, m]  # looks again after a reload
                emit(log, r, tick, EventKind.DENIED, s, i, -1, 0, 0)
                continue
            if j < 0:
                continue
            if approval_ticks[i] > 0 and autonomy[i] != Autonomy.AUTONOMOUS:
                if pending[i] != j:
                    pending[i] = j
                    pending_tick[i] = tick
                if tick - pending_tick[i] < approval_ticks[i]:
                    break
            launch(
                r, tick, i, j, m, s, units, mounts, rules, state, arms, contacts, salvoes, sides, world, scratch, log
            )
            if units.whole[UW.IS_ONE_WAY, i] == 1:
                status[i] = Status.LOST
                if linked[i] != 0:
                    state.whole[r, W.REPORT_STATUS, i] = Status.LOST
                sides.whole[r, T.LOSSES, s] += 1
                sides.real[r, TR.COST_LOST, s] += units.real[UP.COST, i]
                emit(log, r, tick, EventKind.EXPENDED, s, i, j, 0, 0)
                break


@njit(cache=True, error_model="numpy")
def launch(
    r: int,
    tick: int,
    i: int,
    j: int,
    m: int,
    side: int,
    units: Block,
    mounts: Block,
    rules: F64,
    state: Cells,
    arms: Cells,
    contacts: Cells,
    salvoes: Cells,
    sides: Cells,
    world: I32,
    scratch: Scratch,
    log: Log,
) -> None:
    """Fire a salvo of mount ``m`` at contact ``j``: it aims where the contact will be when it arrives."""
    n = units.whole.shape[1]
    dt = rules[RP.DT_S]
    rounds = min(mounts.whole[MW.SALVO, m], arms.whole[r, M.AMMO, m])
    if arms.whole[r, M.AMMO, m] < UNLIMITED:
        arms.whole[r, M.AMMO, m] -= rounds
    arms.whole[r, M.READY_TICK, m] = tick + mounts.whole[MW.RELOAD, m]
    c = side * n + j
    if state.whole[r, W.LINKED, i] != 0:
        aim_x = scratch.real[SR.ESTIMATE_X, c]
        aim_y = scratch.real[SR.ESTIMATE_Y, c]
        vx = contacts.real[r, C.VX, c]
        vy = contacts.real[r, C.VY, c]
    else:
        age_s = (tick - state.whole[r, W.LOCAL_TICK, i]) * dt
        vx = state.real[r, U.LOCAL_VX, i]
        vy = state.real[r, U.LOCAL_VY, i]
        aim_x = state.real[r, U.LOCAL_X, i] + vx * age_s
        aim_y = state.real[r, U.LOCAL_Y, i] + vy * age_s
    dx = aim_x - state.real[r, U.X, i]
    dy = aim_y - state.real[r, U.Y, i]
    distance = math.sqrt(dx * dx + dy * dy)
    flight_s = distance / mounts.real[MP.ROUND_SPEED, m]
    k = world[r, WW.IN_FLIGHT]
    if k < salvoes.whole.shape[2]:
        world[r, WW.IN_FLIGHT] = k + 1
        salvoes.whole[r, FW.MOUNT, k] = m
        salvoes.whole[r, FW.TARGET, k] = j
        salvoes.whole[r, FW.ROUNDS, k] = rounds
        salvoes.whole[r, FW.DUE_TICK, k] = tick + int(flight_s / dt)
        salvoes.whole[r, FW.LAUNCH_TICK, k] = tick
        salvoes.real[r, F.AIM_X, k] = aim_x + vx * flight_s
        salvoes.real[r, F.AIM_Y, k] = aim_y + vy * flight_s
        salvoes.real[r, F.RANGE_M, k] = distance
    if contacts.whole[r, K.LEVEL, c] > Level.NONE:
        contacts.whole[r, K.COMMITTED, c] += rounds
    sides.whole[r, T.SHOTS, side] += 1
    sides.whole[r, T.ROUNDS, side] += rounds
    emit(log, r, tick, EventKind.SHOT, side, i, j, m, rounds)


@njit(cache=True, error_model="numpy")
def intercept_rounds(
    r: int,
    tick: int,
    target: int,
    rounds: int,
    threat: np.uint64,
    seed: np.uint64,
    replication: np.uint64,
    units: Block,
    key: U64,
    mounts: Block,
    rules: F64,
    limits: I32,
    state: Cells,
    arms: Cells,
    sides: Cells,
    scratch: Scratch,
    log: Log,
) -> int:
    """Let the defenders round ``target`` engage ``rounds`` incoming rounds. Returns how many get through.

    A mount fires at most CHANNELS shots per reload time. With SHOTS_PER_THREAT 0 it shoots, looks and
    shoots again until no round is left (Armstrong's defence); else it fires so many at each round.
    """
    defender = units.whole[UW.SIDE, target]
    x = state.real[r, U.X]
    y = state.real[r, U.Y]
    order = scratch.whole[SI.UNIT_ORDER]
    found = scratch.whole[SI.FOUND]
    reach = scratch.top[SX.INTERCEPT_M]
    n_found = gather_in_range(
        scratch.whole[SI.UNIT_START],
        scratch.real[SR.UNIT_X],
        scratch.real[SR.UNIT_Y],
        defender,
        rules,
        limits,
        x[target],
        y[target],
        reach,
        found,
        0,
    )
    # keep the interceptors, in unit order
    n_kept = 0
    for f in range(n_found):
        i = order[found[f]]
        if units.whole[UW.IS_INTERCEPTOR, i] == 0 or state.whole[r, W.STATUS, i] != Status.ACTIVE:
            continue
        if (state.whole[r, W.DAMAGE, i] & (Damage.SENSOR | Damage.WEAPON)) != 0:
            continue
        b = n_kept - 1
        while b >= 0 and found[b] > i:
            found[b + 1] = found[b]
            b -= 1
        found[b + 1] = i
        n_kept += 1
    stops = stream_key(seed, replication, tick, Stream.STOP)
    live = rounds
    for f in range(n_kept):
        i = found[f]
        dx = x[i] - x[target]
        dy = y[i] - y[target]
        away_sq = dx * dx + dy * dy
        for m in range(units.whole[UW.MOUNT_FIRST, i], units.whole[UW.MOUNT_FIRST, i] + units.whole[UW.MOUNT_COUNT, i]):
            channels = mounts.whole[MW.CHANNELS, m]
            far = mounts.real[MP.INTERCEPT_RANGE_M, m]
            if channels == 0 or away_sq > far * far or live == 0:
                continue
            if arms.whole[r, M.READY_TICK, m] <= tick:
                arms.whole[r, M.WINDOW_USED, m] = 0
            free = min(channels - arms.whole[r, M.WINDOW_USED, m], arms.whole[r, M.AMMO, m])
            if free <= 0:
                continue
            p = mounts.real[MP.P_INTERCEPT, m]
            per_threat = mounts.whole[MW.SHOTS_PER_THREAT, m]
            unit_key = key[i] + np.uint64(mounts.whole[MW.SERIAL, m])
            shots = 0
            stopped = 0
            if per_threat == 0:
                while shots < free and stopped < live:
                    if draw(stops, unit_key, threat + np.uint64(shots)) < p:
                        stopped += 1
                    shots += 1
            else:
                for _ in range(live):
                    burst = min(per_threat, free - shots)
                    if burst <= 0:
                        break
                    is_hit = False
                    for _ in range(burst):
                        if draw(stops, unit_key, threat + np.uint64(shots)) < p:
                            is_hit = True
                        shots += 1
                    if is_hit:
                        stopped += 1
            if arms.whole[r, M.WINDOW_USED, m] == 0:
                arms.whole[r, M.READY_TICK, m] = tick + mounts.whole[MW.RELOAD, m]
            arms.whole[r, M.WINDOW_USED, m] += shots
            if arms.whole[r, M.AMMO, m] < UNLIMITED:
                arms.whole[r, M.AMMO, m] -= shots
            live -= stopped
            sides.whole[r, T.INTERCEPT_SHOTS, defender] += shots
            sides.whole[r, T.INTERCEPTED, defender] += stopped
            emit(log, r, tick, EventKind.INTERCEPT, defender, i, target, shots, stopped)
    return live


@njit(cache=True, error_model="numpy")
def land_salvoes(
    r: int,
    tick: int,
    seed: np.uint64,
    replication: np.uint64,
    units: Block,
    key: U64,
    mounts: Block,
    rules: F64,
    limits: I32,
    state: Cells,
    arms: Cells,
    contacts: Cells,
    salvoes: Cells,
    sides: Cells,
    world: I32,
    scratch: Scratch,
    log: Log,
) -> int:
    """Resolve the salvoes that arrive in this tick. Returns how many units were struck.

    Mutates the damage buffer (LOSS, FLAGS, KILLER, STRUCK), interceptors, commitments and tallies;
    the units themselves change in ``damage.commit_damage``.
    """
    n = units.whole.shape[1]
    in_flight = world[r, WW.IN_FLIGHT]
    target_class = units.whole[UW.TARGET_CLASS]
    toughness = units.real[UP.TOUGHNESS]
    side = units.whole[UW.SIDE]
    loss = scratch.real[SR.LOSS]
    flags = scratch.whole[SI.FLAGS]
    killer = scratch.whole[SI.KILLER]
    struck = scratch.whole[SI.STRUCK]
    has_interceptors = scratch.top[SX.INTERCEPT_M] > 0.0
    n_struck = 0
    kept = 0
    for k in range(in_flight):
        if salvoes.whole[r, FW.DUE_TICK, k] > tick:
            if kept != k:
                salvoes.whole[r, :, kept] = salvoes.whole[r, :, k]
                salvoes.real[r, :, kept] = salvoes.real[r, :, k]
            kept += 1
            continue
        m = salvoes.whole[r, FW.MOUNT, k]
        j = salvoes.whole[r, FW.TARGET, k]
        rounds = salvoes.whole[r, FW.ROUNDS, k]
        launch_tick = salvoes.whole[r, FW.LAUNCH_TICK, k]
        i = mounts.whole[MW.UNIT, m]
        s = side[i]
        c = s * n + j
        contacts.whole[r, K.COMMITTED, c] = max(0, contacts.whole[r, K.COMMITTED, c] - rounds)
        if state.whole[r, W.STATUS, j] != Status.ACTIVE:
            sides.whole[r, T.WASTED_ROUNDS, s] += rounds
            emit(log, r, tick, EventKind.MISS, s, i, j, m, rounds)
            continue
        hits = np.int64(0)  # not a literal, or the callee is compiled twice
        dx = salvoes.real[r, F.AIM_X, k] - state.real[r, U.X, j]
        dy = salvoes.real[r, F.AIM_Y, k] - state.real[r, U.Y, j]
        basket = mounts.real[MP.BASKET_M, m]
        # a shot is known by its mount and launch tick; each round draws its own number
        shooter = key[i] + np.uint64(mounts.whole[MW.SERIAL, m])
        if dx * dx + dy * dy <= basket * basket:
            p = hit_probability(
                mounts.real[MP.P_HIT + target_class[j], m],
                mounts.real[MP.RANGE_FALLOFF, m],
                salvoes.real[r, F.RANGE_M, k],
                mounts.real[MP.RANGE_MAX_M, m],
            )
            aim = stream_key(seed, replication, launch_tick, Stream.HIT)
            for q in range(rounds):
                if draw(aim, shooter, key[j] + np.uint64(q)) < p:
                    hits += 1
        if hits > 0 and has_interceptors and mounts.whole[MW.IS_STOPPABLE, m] == 1:
            threat = draw_bits(shooter, key[j], np.uint64(launch_tick))
            hits = intercept_rounds(
                r,
                tick,
                j,
                hits,
                threat,
                seed,
                replication,
                units,
                key,
                mounts,
                rules,
                limits,
                state,
                arms,
                sides,
                scratch,
                log,
            )
        if hits == 0:
            emit(log, r, tick, EventKind.MISS, s, i, j, m, rounds)
            continue
        sides.whole[r, T.HITS, s] += hits
        emit(log, r, tick, EventKind.HIT, s, i, j, m, hits)
        if killer[j] < 0:
            killer[j] = m
            struck[n_struck] = j
            n_struck += 1
        loss[j] += hits * mounts.real[MP.DAMAGE, m] / toughness[j]
        effect = stream_key(seed, replication, launch_tick, Stream.DAMAGE)
        p_kill = mounts.real[MP.P_KILL, m]
        p_component = mounts.real[MP.P_COMPONENT, m]
        for q in range(hits):
            u = draw(effect, shooter, key[j] + np.uint64(q))
            if u < p_kill:
                flags[j] |= Damage.CATASTROPHIC
            elif u < p_kill + (1.0 - p_kill) * p_component:
                part = (u - p_kill) / ((1.0 - p_kill) * p_component)
                flags[j] |= 1 << min(int(part * 4.0), 3)
    world[r, WW.IN_FLIGHT] = kept
    return n_struck
