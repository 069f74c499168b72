"""Interception: defenders near a target stop incoming rounds, layer by layer."""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log, emit
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kinds import Moment, Mounts, Rules, Sides, Units
from simcore.params import UNLIMITED, MountSpecR, MountSpecW, RuleW, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchTop, ScratchW
from simcore.state import MountW, SideW, UnitR, UnitW
from simcore.types import Damage, Defence, EventKind, Status, Word

_NO_LIMIT = 2**30
_MOST_LOOKS = 1000
_LEAST_M = 1.0  # an interception nearer than this to the target is too late


@formula
def looks_possible(
    launch_m: float,
    threat_mps: float,
    reach_m: float,
    offset_m: float,
    nearest_m: float,
    shot_mps: float,
    assess_s: float,
    reaction_s: float,
) -> int:
    """Return the number of consecutive shots, each after an assessment of the last, for which a defence has time.

    A round starts ``launch_m`` from its target and flies at ``threat_mps``; the first shot leaves ``reaction_s``
    later. A shot that leaves with the round ``s`` away from the target meets it at ``(u s - v d) / (u + v)``, with
    u the speed of the shot, v that of the round and d the distance of the defender from the target, as if it were
    behind it. The first interception lies within ``reach_m - d``, the last beyond ``nearest_m``. Source: the
    kinematics of shoot-look-shoot, for example Przemieniecki, Mathematical Methods in Defense Analyses.
    """
    if shot_mps == np.inf and assess_s == 0.0 and reaction_s == 0.0:
        return _NO_LIMIT
    if threat_mps == np.inf:
        return 1 if shot_mps == np.inf and reaction_s == 0.0 else 0
    away = launch_m - threat_mps * reaction_s
    looks = 0
    while looks < _MOST_LOOKS:
        meeting = away
        if shot_mps < np.inf:
            meeting = (shot_mps * away - threat_mps * offset_m) / (shot_mps + threat_mps)
        if looks == 0:
            meeting = min(meeting, reach_m - offset_m)
        if meeting < max(nearest_m, _LEAST_M):
            break
        looks += 1
        away = meeting - threat_mps * assess_s
    return looks


@kernel
def intercept_rounds(
    now: Moment,
    target: int,
    rounds: int,
    weapon: int,
    launch_m: float,
    threat: Word,
    units: Units,
    mounts: Mounts,
    rules: Rules,
    sides: Sides,
    work: Scratch,
    log: Log,
) -> int:
    """Let the defenders round ``target`` engage ``rounds`` incoming rounds. Returns the number of leakers.

    ``weapon`` is the mount that fired them, ``launch_m`` from the target. Defences of equal range form a layer; the
    layers engage from the longest range inwards, each the leakers of the previous layer. Within a layer the order is
    soft kill with precedence, shots, other soft kill, each in the order of the units' keys. Without layers all
    defences act in that order.
    """
    defender = units.spec_whole[UnitSpecW.SIDE, target]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    order = work.whole[ScratchW.UNIT_ORDER]
    found = work.whole[ScratchW.FOUND]
    n_found = gather_in_range(
        work.whole[ScratchW.UNIT_START],
        work.real[ScratchR.UNIT_X],
        work.real[ScratchR.UNIT_Y],
        defender,
        rules,
        x[target],
        y[target],
        work.top[ScratchTop.INTERCEPT_M],
        found,
        0,
    )
    # keep the interceptors, in the order of their keys
    n_kept = 0
    for f in range(n_found):
        i = order[found[f]]
        if units.spec_whole[UnitSpecW.IS_INTERCEPTOR, i] == 0 or units.whole[UnitW.STATUS, i] != Status.ACTIVE:
            continue
        if (units.whole[UnitW.DAMAGE, i] & (Damage.SENSOR | Damage.WEAPON)) != 0:
            continue
        b = int(n_kept - 1)
        while b >= 0 and units.key[found[b]] > units.key[i]:
            found[b + 1] = found[b]
            b -= 1
        found[b + 1] = i
        n_kept += 1
    mount_first = units.spec_whole[UnitSpecW.MOUNT_FIRST]
    mount_count = units.spec_whole[UnitSpecW.MOUNT_COUNT]
    channels = mounts.spec_whole[MountSpecW.CHANNELS]
    defence = mounts.spec_whole[MountSpecW.DEFENCE]
    reach = mounts.spec_real[MountSpecR.INTERCEPT_RANGE_M]
    is_layered = rules.whole[RuleW.LAYERED] == 1
    n_steps = 3 if is_layered else 1
    layer = np.inf
    live = rounds
    while live > 0:
        outer = layer
        if is_layered:
            layer = 0.0  # the longest range below that of the previous layer
            for f in range(n_kept):
                i = found[f]
                for m in range(mount_first[i], mount_first[i] + mount_count[i]):
                    if channels[m] > 0 and reach[m] < outer and reach[m] > layer:
                        layer = reach[m]
            if layer == 0.0:
                break
        for step in range(n_steps):
            kind = 2 if step == 0 else step - 1  # Defence.SOFT_FIRST, HARD, SOFT
            for f in range(n_kept):
                i = found[f]
                dx = x[i] - x[target]
                dy = y[i] - y[target]
                away_sq = dx * dx + dy * dy
                for m in range(mount_first[i], mount_first[i] + mount_count[i]):
                    if live == 0 or channels[m] == 0 or away_sq > reach[m] * reach[m]:
                        continue
                    if is_layered and (reach[m] != layer or defence[m] != kind):
                        continue
                    unit_key = units.key[i] + np.uint64(mounts.spec_whole[MountSpecW.SERIAL, m])
                    if defence[m] == Defence.HARD:
                        live -= shoot_down(
                            now,
                            i,
                            m,
                            target,
                            live,
                            weapon,
                            launch_m,
                            away_sq,
                            threat,
                            unit_key,
                            mounts,
                            sides,
                            defender,
                            log,
                        )
                    else:
                        live -= lead_astray(
                            now,
                            i,
                            m,
                            target,
                            live,
                            weapon,
                            threat,
                            unit_key,
                            mounts,
                            sides,
                            defender,
                            log,
                        )
        if not is_layered:
            break
    return live


@kernel
def shoot_down(
    now: Moment,
    i: int,
    m: int,
    target: int,
    live: int,
    weapon: int,
    launch_m: float,
    away_sq: float,
    threat: Word,
    unit_key: Word,
    mounts: Mounts,
    sides: Sides,
    side: int,
    log: Log,
) -> int:
    """Let mount ``m`` shoot at ``live`` rounds. Returns the number stopped. Mutates its ammunition and window.

    It fires at most CHANNELS shots per reload time. With SHOTS_PER_THREAT 0 it fires a shot at each round,
    assesses, and fires again at the remaining rounds while there is time (Armstrong's defence when there is no
    bound); otherwise it fires that number of shots at each round, once.
    """
    if mounts.spec_whole[MountSpecW.IS_STOPPABLE, weapon] == 0:
        return 0
    stops = stream_key(now.seed, now.replication, now.tick, Stream.STOP)
    if mounts.whole[MountW.READY_TICK, m] <= now.tick:
        mounts.whole[MountW.WINDOW_USED, m] = 0
    free = min(
        mounts.spec_whole[MountSpecW.CHANNELS, m] - mounts.whole[MountW.WINDOW_USED, m], mounts.whole[MountW.AMMO, m]
    )
    if free <= 0:
        return 0
    looks = looks_possible(
        launch_m,
        mounts.spec_real[MountSpecR.ROUND_SPEED, weapon],
        mounts.spec_real[MountSpecR.INTERCEPT_RANGE_M, m],
        math.sqrt(away_sq),
        mounts.spec_real[MountSpecR.INTERCEPT_MIN_M, m],
        mounts.spec_real[MountSpecR.INTERCEPT_SPEED, m],
        mounts.spec_real[MountSpecR.ASSESS_S, m],
        mounts.spec_real[MountSpecR.REACTION_S, m],
    )
    if looks == 0:
        return 0
    p = mounts.spec_real[MountSpecR.P_INTERCEPT, m]
    per_threat = mounts.spec_whole[MountSpecW.SHOTS_PER_THREAT, m]
    shots = 0
    stopped = 0
    if per_threat == 0:
        while looks > 0 and shots < free and stopped < live:
            good = 0
            for _ in range(min(live - stopped, free - shots)):
                if draw(stops, unit_key, threat + np.uint64(shots)) < p:
                    good += 1
                shots += 1
            stopped += good
            looks -= 1
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
    if mounts.whole[MountW.WINDOW_USED, m] == 0:
        mounts.whole[MountW.READY_TICK, m] = now.tick + mounts.spec_whole[MountSpecW.RELOAD, m]
    mounts.whole[MountW.WINDOW_USED, m] += shots
    if mounts.whole[MountW.AMMO, m] < UNLIMITED:
        mounts.whole[MountW.AMMO, m] -= shots
    sides.whole[SideW.INTERCEPT_SHOTS, side] += shots
    sides.whole[SideW.INTERCEPTED, side] += stopped
    emit(log, now, EventKind.INTERCEPT, side, i, target, shots, stopped)
    return stopped


@kernel
def lead_astray(
    now: Moment,
    i: int,
    m: int,
    target: int,
    live: int,
    weapon: int,
    threat: Word,
    unit_key: Word,
    mounts: Mounts,
    sides: Sides,
    side: int,
    log: Log,
) -> int:
    """Apply the soft kill of mount ``m`` to ``live`` rounds. Returns the number led astray.

    A launch costs one round and acts on every round that arrives while it lasts, with the same
    probability for each. WINDOW_USED holds the tick at which the last launch ends. Mutates ammunition and WINDOW_USED.
    """
    softs = stream_key(now.seed, now.replication, now.tick, Stream.SOFT_KILL)
    p = mounts.spec_real[MountSpecR.P_SOFT_GUIDED, m]
    if mounts.spec_whole[MountSpecW.IS_GUIDED, weapon] == 0:
        p = mounts.spec_real[MountSpecR.P_SOFT_UNGUIDED, m]
    if p <= 0.0:
        return 0
    launches = 0
    if mounts.whole[MountW.WINDOW_USED, m] <= now.tick:
        if mounts.whole[MountW.AMMO, m] <= 0 or mounts.whole[MountW.READY_TICK, m] > now.tick:
            return 0
        launches = 1
        if mounts.whole[MountW.AMMO, m] < UNLIMITED:
            mounts.whole[MountW.AMMO, m] -= 1
        mounts.whole[MountW.READY_TICK, m] = now.tick + mounts.spec_whole[MountSpecW.RELOAD, m]
        mounts.whole[MountW.WINDOW_USED, m] = now.tick + mounts.spec_whole[MountSpecW.LASTS, m]
    stopped = 0
    for q in range(live):
        if draw(softs, unit_key, threat + np.uint64(q)) < p:
            stopped += 1
    sides.whole[SideW.DECOYS, side] += launches
    sides.whole[SideW.SOFT_KILLED, side] += stopped
    emit(log, now, EventKind.SOFT_KILL, side, i, target, launches, stopped)
    return stopped
