"""Flight: launch, arrival and hits of salvoes. ``interception`` stops rounds, ``damage`` commits their effects."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.aim import reckon
from simcore.kernels.fighting.area_fire import burst_rounds
from simcore.kernels.fighting.damage import parts_hit
from simcore.kernels.fighting.interception import intercept_rounds
from simcore.kernels.ground.zones import is_no_fire
from simcore.kinds import Contacts, Moment, Mounts, Rules, Salvoes, Sides, Units, Zones
from simcore.params import UNLIMITED, MountSpecR, MountSpecW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, draw_bits, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchTop, ScratchW
from simcore.state import ContactR, ContactW, MountW, SalvoR, SalvoW, SideW, UnitR, UnitW, WorldW
from simcore.types import I32, EventKind, Identity, Level, Status


@formula
def hit_probability(p_zero: float, falloff: float, distance_m: float, range_m: float) -> float:
    """Return the hit probability of a round: linear from ``p_zero`` at 0 to ``p_zero * falloff`` at full range."""
    share = min(distance_m / range_m, 1.0) if range_m > 0.0 else 0.0
    return p_zero * (1.0 - (1.0 - falloff) * share)


@kernel
def launch(
    now: Moment,
    i: int,
    j: int,
    m: int,
    is_shared: bool,
    side: int,
    units: Units,
    mounts: Mounts,
    rules: Rules,
    contacts: Contacts,
    salvoes: Salvoes,
    sides: Sides,
    world: I32,
    log: Log,
) -> None:
    """Fire a salvo of mount ``m`` at the predicted position of contact ``j`` at impact.

    ``is_shared``: aimed by the side's picture, otherwise by the unit's own sighting.
    """
    n = units.spec_whole.shape[1]
    rounds = min(mounts.spec_whole[MountSpecW.SALVO, m], mounts.whole[MountW.AMMO, m])
    if mounts.whole[MountW.AMMO, m] < UNLIMITED:
        mounts.whole[MountW.AMMO, m] -= rounds
    mounts.whole[MountW.READY_TICK, m] = now.tick + mounts.spec_whole[MountSpecW.RELOAD, m]
    c = side * n + j
    x = units.real[UnitR.LOCAL_X, i]
    y = units.real[UnitR.LOCAL_Y, i]
    vx = units.real[UnitR.LOCAL_VX, i]
    vy = units.real[UnitR.LOCAL_VY, i]
    seen_tick = units.whole[UnitW.LOCAL_TICK, i]
    if is_shared:
        x = contacts.real[ContactR.X, c]
        y = contacts.real[ContactR.Y, c]
        vx = contacts.real[ContactR.VX, c]
        vy = contacts.real[ContactR.VY, c]
        seen_tick = contacts.whole[ContactW.TICK, c]
    _, _, aim_x, aim_y, distance, flight = reckon(
        now.tick, i, m, x, y, vx, vy, np.int64(seen_tick), mounts, rules, units
    )
    k = world[WorldW.IN_FLIGHT]
    if k < salvoes.whole.shape[1]:
        world[WorldW.IN_FLIGHT] = k + 1
        salvoes.whole[SalvoW.MOUNT, k] = m
        salvoes.whole[SalvoW.TARGET, k] = j
        salvoes.whole[SalvoW.ROUNDS, k] = rounds
        salvoes.whole[SalvoW.DUE_TICK, k] = now.tick + flight
        salvoes.whole[SalvoW.LAUNCH_TICK, k] = now.tick
        salvoes.whole[SalvoW.KNOWN_TICK, k] = now.tick + units.whole[UnitW.REPORT_DELAY, i]
        salvoes.real[SalvoR.AIM_X, k] = aim_x
        salvoes.real[SalvoR.AIM_Y, k] = aim_y
        salvoes.real[SalvoR.RANGE_M, k] = distance
    else:
        world[WorldW.SALVO_OVERFLOW] += 1
    if contacts.whole[ContactW.LEVEL, c] > Level.NONE:
        contacts.whole[ContactW.COMMITTED, c] += rounds
    sides.whole[SideW.SHOTS, side] += 1
    sides.whole[SideW.ROUNDS, side] += rounds
    emit(log, now, EventKind.SHOT, side, i, j, m, rounds)
    truth = units.spec_whole[UnitSpecW.IDENTITY, j]
    if truth != Identity.HOSTILE:
        is_neutral = truth == Identity.NEUTRAL or truth == Identity.PROTECTED
        sides.whole[SideW.FALSE_ENGAGEMENTS if is_neutral else SideW.DECOY_ENGAGEMENTS, side] += 1
        sides.whole[SideW.FALSE_ROUNDS if is_neutral else SideW.DECOY_ROUNDS, side] += rounds
        emit(log, now, EventKind.FALSE_ENGAGEMENT, side, i, j, truth, rounds)


@kernel
def land_salvoes(
    now: Moment,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    contacts: Contacts,
    salvoes: Salvoes,
    sides: Sides,
    world: I32,
    work: Scratch,
    log: Log,
) -> int:
    """Resolve the salvoes that arrive in this tick. Returns the number of units struck.

    Mutates the damage buffer (LOSS, FLAGS, KILLER, STRUCK), interceptors, commitments and tallies;
    the units themselves change in ``damage.commit_damage``.
    """
    n = units.spec_whole.shape[1]
    in_flight = world[WorldW.IN_FLIGHT]
    target_class = units.spec_whole[UnitSpecW.TARGET_CLASS]
    toughness = units.spec_real[UnitSpecR.TOUGHNESS]
    side = units.spec_whole[UnitSpecW.SIDE]
    loss = work.real[ScratchR.LOSS]
    flags = work.whole[ScratchW.FLAGS]
    killer = work.whole[ScratchW.KILLER]
    struck = work.whole[ScratchW.STRUCK]
    has_interceptors = work.top[ScratchTop.INTERCEPT_M] > 0.0
    has_soft_kill = work.top[ScratchTop.SOFT_KILL] > 0.0
    n_struck = 0
    kept = 0
    for k in range(in_flight):
        if salvoes.whole[SalvoW.DUE_TICK, k] > now.tick:
            if kept != k:
                for row in range(salvoes.whole.shape[0]):
                    salvoes.whole[row, kept] = salvoes.whole[row, k]
                for row in range(salvoes.real.shape[0]):
                    salvoes.real[row, kept] = salvoes.real[row, k]
            kept += 1
            continue
        m = salvoes.whole[SalvoW.MOUNT, k]
        j = salvoes.whole[SalvoW.TARGET, k]
        rounds = salvoes.whole[SalvoW.ROUNDS, k]
        launch_tick = salvoes.whole[SalvoW.LAUNCH_TICK, k]
        i = mounts.spec_whole[MountSpecW.UNIT, m]
        s = side[i]
        c = s * n + j
        if (
            contacts.whole[ContactW.FIRST_TICK, c] <= launch_tick
        ):  # still the contact to which the rounds were committed
            contacts.whole[ContactW.COMMITTED, c] = max(0, contacts.whole[ContactW.COMMITTED, c] - rounds)
        # the key of a shot is its mount and launch tick; each round draws its own number
        shooter = units.key[i] + np.uint64(mounts.spec_whole[MountSpecW.SERIAL, m])
        if mounts.spec_whole[MountSpecW.IS_AREA, m] == 1:
            n_on_target, n_struck = burst_rounds(
                now,
                m,
                int(rounds),
                int(launch_tick),
                salvoes.real[SalvoR.AIM_X, k],
                salvoes.real[SalvoR.AIM_Y, k],
                shooter,
                int(n_struck),
                units,
                mounts,
                zones,
                rules,
                sides,
                work,
            )
            sides.whole[SideW.HITS, s] += n_on_target
            if n_on_target > 0:
                emit(log, now, EventKind.HIT, s, i, j, m, n_on_target)
            else:
                emit(log, now, EventKind.MISS, s, i, j, m, rounds)
            continue
        if units.whole[UnitW.STATUS, j] != Status.ACTIVE:
            sides.whole[SideW.WASTED_ROUNDS, s] += rounds
            emit(log, now, EventKind.MISS, s, i, j, m, rounds)
            continue
        hits = np.int64(0)  # not a literal, which would compile the callee twice
        dx = salvoes.real[SalvoR.AIM_X, k] - units.real[UnitR.X, j]
        dy = salvoes.real[SalvoR.AIM_Y, k] - units.real[UnitR.Y, j]
        basket = mounts.spec_real[MountSpecR.BASKET_M, m]
        if dx * dx + dy * dy <= basket * basket:
            p = hit_probability(
                float(mounts.spec_real[MountSpecR.P_HIT + target_class[j], m]),
                mounts.spec_real[MountSpecR.RANGE_FALLOFF, m],
                salvoes.real[SalvoR.RANGE_M, k],
                mounts.spec_real[MountSpecR.RANGE_MAX_M, m],
            )
            aim = stream_key(now.seed, now.replication, launch_tick, Stream.HIT)
            for q in range(rounds):
                if draw(aim, shooter, units.key[j] + np.uint64(q)) < p:
                    hits += 1
        is_open = mounts.spec_whole[MountSpecW.IS_STOPPABLE, m] == 1 or has_soft_kill  # such rounds can be stopped
        if hits > 0 and has_interceptors and is_open:
            threat = draw_bits(shooter, units.key[j], np.uint64(launch_tick))
            hits = intercept_rounds(
                now, j, int(hits), m, salvoes.real[SalvoR.RANGE_M, k], threat, units, mounts, rules, sides, work, log
            )
        if hits == 0:
            emit(log, now, EventKind.MISS, s, i, j, m, rounds)
            continue
        sides.whole[SideW.HITS, s] += hits
        if zones.spec_whole.shape[1] > 0 and is_no_fire(zones, s, units.real[UnitR.X, j], units.real[UnitR.Y, j]):
            sides.whole[SideW.ROE_VIOLATIONS, s] += 1  # the side believed the target to be outside
        emit(log, now, EventKind.HIT, s, i, j, m, int(hits))
        if killer[j] < 0:
            killer[j] = m
            struck[n_struck] = j
            n_struck += 1
        loss[j] += hits * mounts.spec_real[MountSpecR.DAMAGE, m] / toughness[j]
        effect = stream_key(now.seed, now.replication, launch_tick, Stream.DAMAGE)
        p_kill = mounts.spec_real[MountSpecR.P_KILL, m]
        p_component = mounts.spec_real[MountSpecR.P_COMPONENT, m]
        for q in range(hits):
            flags[j] |= parts_hit(draw(effect, shooter, units.key[j] + np.uint64(q)), p_kill, p_component)
    world[WorldW.IN_FLIGHT] = kept
    return n_struck
