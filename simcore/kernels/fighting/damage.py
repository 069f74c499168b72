"""Damage: commit what the tick's hits did, all at once, so that both sides' fire is simultaneous."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.picture.sightings import report_kill
from simcore.params import MW, RP, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import K, U, W
from simcore.types import F64, I32, U64, Damage, Domain, EventKind, Level, LossCause, Status, Word

_LEAST_STRENGTH = 1e-9


@kernel
def parts_hit(u: float, p_kill: float, p_component: float) -> int:
    """Return the Damage bits of a hit, by one uniform draw ``u`` in [0, 1).

    It is catastrophic with ``p_kill``; if not, it puts one of four parts out of action with ``p_component``, each
    equally likely.
    """
    bits = 0
    if u < p_kill:
        bits |= Damage.CATASTROPHIC
    elif u < p_kill + (1.0 - p_kill) * p_component:
        part = (u - p_kill) / ((1.0 - p_kill) * p_component)
        bits |= 1 << min(int(part * 4.0), 3)
    return bits


@kernel
def is_falling(i: int, unit_real: F64, unit_whole: I32, state_whole: I32) -> bool:
    """Return whether unit ``i`` is in the air and nothing keeps it there: its mobility is out of action.

    What has no speed of its own, such as a balloon, does not need any.
    """
    is_hurt = (state_whole[W.DAMAGE, i] & Damage.MOBILITY) != 0 and state_whole[W.STATUS, i] == Status.ACTIVE
    return is_hurt and unit_whole[UW.DOMAIN, i] == Domain.AIR and unit_real[UP.SPEED_MAX, i] > 0.0


@kernel
def commit_damage(
    r: int,
    tick: int,
    seed: Word,
    replication: Word,
    n_struck: int,
    unit_real: F64,
    unit_whole: I32,
    key: U64,
    mount_whole: I32,
    rules: F64,
    state_real: F64,
    state_whole: I32,
    contact_whole: I32,
    side_real: F64,
    side_whole: I32,
    work_real: F64,
    work_whole: I32,
    log: Log,
    report_whole: I32,
    world: I32,
) -> None:
    """Apply the damage buffer to the units struck and empty it.

    A unit is lost when a hit was catastrophic, no strength is left, or it falls from the air; what it carries is lost
    with it.
    The side that scored knows with probability P_BDA, at once or when the report comes in; otherwise its contact lives
    on until it ages out.
    """
    n = unit_whole.shape[1]
    struck = work_whole[SI.STRUCK]
    loss = work_real[SR.LOSS]
    flags = work_whole[SI.FLAGS]
    killer = work_whole[SI.KILLER]
    assess = stream_key(seed, replication, tick, Stream.ASSESS)
    for q in range(n_struck):
        j = struck[q]
        m = killer[j]
        i = mount_whole[MW.UNIT, m]
        strength = max(0.0, state_real[U.STRENGTH, j] - loss[j])
        if strength < _LEAST_STRENGTH or (flags[j] & Damage.CATASTROPHIC) != 0:
            strength = 0.0
        state_real[U.STRENGTH, j] = strength
        state_whole[W.DAMAGE, j] |= flags[j]
        state_whole[W.OUTAGE, j] &= ~flags[j]  # broken now: it does not end with an outage
        cause = LossCause.FIRE
        if strength > 0.0 and is_falling(int(j), unit_real, unit_whole, state_whole):
            strength = 0.0
            cause = LossCause.CRASH
        if strength > 0.0:
            emit(log, r, tick, EventKind.DAMAGE, unit_whole[UW.SIDE, j], j, i, flags[j], int(strength * 1000.0))
        else:
            lose_with_cargo(
                r,
                tick,
                int(j),
                int(i),
                np.int64(cause),
                unit_real,
                unit_whole,
                state_real,
                state_whole,
                side_real,
                side_whole,
                log,
            )
            c = unit_whole[UW.SIDE, i] * n + j
            is_held = contact_whole[K.LEVEL, c] > Level.NONE or state_whole[W.REPORT_DELAY, i] > 0
            if is_held and draw(assess, key[i], key[j]) < rules[RP.P_BDA]:
                report_kill(
                    tick, np.int64(i), np.int64(c), np.int64(j), state_whole, contact_whole, report_whole, world
                )
        loss[j] = 0.0
        flags[j] = 0
        killer[j] = -1
