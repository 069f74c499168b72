"""Flight: salvoes are launched, arrive and hit. ``interception`` stops rounds, ``damage`` commits what they do."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.aim import reckon
from simcore.kernels.fighting.area_fire import burst_rounds
from simcore.kernels.fighting.damage import parts_hit
from simcore.kernels.fighting.interception import intercept_rounds
from simcore.kernels.ground.zones import is_no_fire
from simcore.params import MP, MW, UNLIMITED, UP, UW
from simcore.rng import Stream, draw, draw_bits, stream_key
from simcore.scratch import SI, SR, SX
from simcore.state import FW, WW, C, F, K, M, T, U, W
from simcore.types import (
    F64,
    I32,
    U64,
    EventKind,
    Identity,
    Level,
    Status,
    Word,
)


@formula
def hit_probability(p_zero: float, falloff: float, distance_m: float, range_m: float) -> float:
    """Return the hit probability of one round: linear from ``p_zero`` at 0 to ``p_zero * falloff`` at full range."""
    share = min(distance_m / range_m, 1.0) if range_m > 0.0 else 0.0
    return p_zero * (1.0 - (1.0 - falloff) * share)


@kernel
def launch(
    r: int,
    tick: int,
    i: int,
    j: int,
    m: int,
    is_shared: bool,
    side: int,
    unit_whole: I32,
    mount_real: F64,
    mount_whole: I32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    contact_real: F64,
    contact_whole: I32,
    salvo_real: F64,
    salvo_whole: I32,
    side_whole: I32,
    world: I32,
    log: Log,
) -> None:
    """Fire a salvo of mount ``m`` at contact ``j``: it aims where the contact will be when it arrives.

    ``is_shared``: by the side's picture, else by what the unit sees itself.
    """
    n = unit_whole.shape[1]
    rounds = min(mount_whole[MW.SALVO, m], arms_whole[M.AMMO, m])
    if arms_whole[M.AMMO, m] < UNLIMITED:
        arms_whole[M.AMMO, m] -= rounds
    arms_whole[M.READY_TICK, m] = tick + mount_whole[MW.RELOAD, m]
    c = side * n + j
    x = state_real[U.LOCAL_X, i]
    y = state_real[U.LOCAL_Y, i]
    vx = state_real[U.LOCAL_VX, i]
    vy = state_real[U.LOCAL_VY, i]
    seen_tick = state_whole[W.LOCAL_TICK, i]
    if is_shared:
        x = contact_real[C.X, c]
        y = contact_real[C.Y, c]
        vx = contact_real[C.VX, c]
        vy = contact_real[C.VY, c]
        seen_tick = contact_whole[K.TICK, c]
    _, _, aim_x, aim_y, distance, flight = reckon(
        tick, i, m, x, y, vx, vy, np.int64(seen_tick), mount_real, rules, state_real
    )  # fmt: skip
    k = world[WW.IN_FLIGHT]
    if k < salvo_whole.shape[1]:
        world[WW.IN_FLIGHT] = k + 1
        salvo_whole[FW.MOUNT, k] = m
        salvo_whole[FW.TARGET, k] = j
        salvo_whole[FW.ROUNDS, k] = rounds
        salvo_whole[FW.DUE_TICK, k] = tick + flight
        salvo_whole[FW.LAUNCH_TICK, k] = tick
        salvo_whole[FW.KNOWN_TICK, k] = tick + state_whole[W.REPORT_DELAY, i]
        salvo_real[F.AIM_X, k] = aim_x
        salvo_real[F.AIM_Y, k] = aim_y
        salvo_real[F.RANGE_M, k] = distance
    else:
        world[WW.SALVO_OVERFLOW] += 1
    if contact_whole[K.LEVEL, c] > Level.NONE:
        contact_whole[K.COMMITTED, c] += rounds
    side_whole[T.SHOTS, side] += 1
    side_whole[T.ROUNDS, side] += rounds
    emit(log, r, tick, EventKind.SHOT, side, i, j, m, rounds)
    truth = unit_whole[UW.IDENTITY, j]
    if truth != Identity.HOSTILE:
        is_neutral = truth == Identity.NEUTRAL
        side_whole[T.FALSE_ENGAGEMENTS if is_neutral else T.DECOY_ENGAGEMENTS, side] += 1
        side_whole[T.FALSE_ROUNDS if is_neutral else T.DECOY_ROUNDS, side] += rounds
        emit(log, r, tick, EventKind.FALSE_ENGAGEMENT, side, i, j, truth, rounds)


@kernel
def land_salvoes(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    mount_real: F64,
    mount_whole: I32,
    zone_real: F64,
    zone_whole: I32,
    vertices: F64,
    rules: F64,
    limits: I32,
    state_real: F64,
    state_whole: I32,
    arms_whole: I32,
    contact_whole: I32,
    salvo_real: F64,
    salvo_whole: I32,
    side_whole: I32,
    world: I32,
    work_real: F64,
    work_whole: I32,
    top: F64,
    log: Log,
) -> int:
    """Resolve the salvoes that arrive in this tick. Returns how many units were struck.

    Mutates the damage buffer (LOSS, FLAGS, KILLER, STRUCK), interceptors, commitments and tallies;
    the units themselves change in ``damage.commit_damage``.
    """
    n = unit_whole.shape[1]
    in_flight = world[WW.IN_FLIGHT]
    target_class = unit_whole[UW.TARGET_CLASS]
    toughness = unit_real[UP.TOUGHNESS]
    side = unit_whole[UW.SIDE]
    loss = work_real[SR.LOSS]
    flags = work_whole[SI.FLAGS]
    killer = work_whole[SI.KILLER]
    struck = work_whole[SI.STRUCK]
    has_interceptors = top[SX.INTERCEPT_M] > 0.0
    has_soft_kill = top[SX.SOFT_KILL] > 0.0
    n_struck = 0
    kept = 0
    for k in range(in_flight):
        if salvo_whole[FW.DUE_TICK, k] > tick:
            if kept != k:
                for row in range(salvo_whole.shape[0]):
                    salvo_whole[row, kept] = salvo_whole[row, k]
                for row in range(salvo_real.shape[0]):
                    salvo_real[row, kept] = salvo_real[row, k]
            kept += 1
            continue
        m = salvo_whole[FW.MOUNT, k]
        j = salvo_whole[FW.TARGET, k]
        rounds = salvo_whole[FW.ROUNDS, k]
        launch_tick = salvo_whole[FW.LAUNCH_TICK, k]
        i = mount_whole[MW.UNIT, m]
        s = side[i]
        c = s * n + j
        if contact_whole[K.FIRST_TICK, c] <= launch_tick:  # the contact that the rounds were committed to
            contact_whole[K.COMMITTED, c] = max(0, contact_whole[K.COMMITTED, c] - rounds)
        # a shot is known by its mount and launch tick; each round draws its own number
        shooter = key[i] + np.uint64(mount_whole[MW.SERIAL, m])
        if mount_whole[MW.IS_AREA, m] == 1:
            n_on_target, n_struck = burst_rounds(
                seed,
                replication,
                m,
                int(rounds),
                int(launch_tick),
                salvo_real[F.AIM_X, k],
                salvo_real[F.AIM_Y, k],
                shooter,
                int(n_struck),
                unit_real,
                unit_whole,
                key,
                mount_real,
                mount_whole,
                zone_real,
                zone_whole,
                vertices,
                rules,
                limits,
                state_real,
                state_whole,
                side_whole,
                work_real,
                work_whole,
            )
            side_whole[T.HITS, s] += n_on_target
            if n_on_target > 0:
                emit(log, r, tick, EventKind.HIT, s, i, j, m, n_on_target)
            else:
                emit(log, r, tick, EventKind.MISS, s, i, j, m, rounds)
            continue
        if state_whole[W.STATUS, j] != Status.ACTIVE:
            side_whole[T.WASTED_ROUNDS, s] += rounds
            emit(log, r, tick, EventKind.MISS, s, i, j, m, rounds)
            continue
        hits = np.int64(0)  # not a literal, or the callee is compiled twice
        dx = salvo_real[F.AIM_X, k] - state_real[U.X, j]
        dy = salvo_real[F.AIM_Y, k] - state_real[U.Y, j]
        basket = mount_real[MP.BASKET_M, m]
        if dx * dx + dy * dy <= basket * basket:
            p = hit_probability(
                float(mount_real[MP.P_HIT + target_class[j], m]),
                mount_real[MP.RANGE_FALLOFF, m],
                salvo_real[F.RANGE_M, k],
                mount_real[MP.RANGE_MAX_M, m],
            )
            aim = stream_key(seed, replication, launch_tick, Stream.HIT)
            for q in range(rounds):
                if draw(aim, shooter, key[j] + np.uint64(q)) < p:
                    hits += 1
        is_open = mount_whole[MW.IS_STOPPABLE, m] == 1 or has_soft_kill  # something may stop such rounds
        if hits > 0 and has_interceptors and is_open:
            threat = draw_bits(shooter, key[j], np.uint64(launch_tick))
            hits = intercept_rounds(
                r,
                tick,
                j,
                int(hits),
                m,
                salvo_real[F.RANGE_M, k],
                threat,
                seed,
                replication,
                unit_whole,
                key,
                mount_real,
                mount_whole,
                rules,
                limits,
                state_real,
                state_whole,
                arms_whole,
                side_whole,
                work_real,
                work_whole,
                top,
                log,
            )
        if hits == 0:
            emit(log, r, tick, EventKind.MISS, s, i, j, m, rounds)
            continue
        side_whole[T.HITS, s] += hits
        if zone_whole.shape[1] > 0 and is_no_fire(
            zone_real, zone_whole, vertices, s, state_real[U.X, j], state_real[U.Y, j]
        ):
            side_whole[T.ROE_VIOLATIONS, s] += 1  # the side believed the target to be outside
        emit(log, r, tick, EventKind.HIT, s, i, j, m, int(hits))
        if killer[j] < 0:
            killer[j] = m
            struck[n_struck] = j
            n_struck += 1
        loss[j] += hits * mount_real[MP.DAMAGE, m] / toughness[j]
        effect = stream_key(seed, replication, launch_tick, Stream.DAMAGE)
        p_kill = mount_real[MP.P_KILL, m]
        p_component = mount_real[MP.P_COMPONENT, m]
        for q in range(hits):
            flags[j] |= parts_hit(draw(effect, shooter, key[j] + np.uint64(q)), p_kill, p_component)
    world[WW.IN_FLIGHT] = kept
    return n_struck
