"""Damage: commit what the tick's hits did, all at once, so that both sides' fire is simultaneous."""

from simcore.events import Log, emit
from simcore.jit import kernel
from simcore.kernels.reports import report_loss
from simcore.kernels.sightings import report_kill
from simcore.params import MW, RP, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import TR, K, T, U, W
from simcore.types import F64, I32, NONE, U64, Damage, EventKind, Identity, Level, LossCause, Status, Word

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

    A unit is lost when a hit was catastrophic or no strength is left; what it carries is lost with it.
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
        side = unit_whole[UW.SIDE, j]
        if strength > 0.0:
            emit(log, r, tick, EventKind.DAMAGE, side, j, i, flags[j], int(strength * 1000.0))
        else:
            lose(
                r,
                tick,
                int(j),
                int(i),
                side,
                LossCause.FIRE,
                unit_real,
                state_real,
                state_whole,
                side_real,
                side_whole,
                log,
            )
            shooter_side = unit_whole[UW.SIDE, i]
            tally = T.NEUTRAL_KILLS if unit_whole[UW.IDENTITY, j] == Identity.NEUTRAL else T.KILLS
            side_whole[tally, shooter_side] += 1
            c = shooter_side * n + j
            is_held = contact_whole[K.LEVEL, c] > Level.NONE or state_whole[W.REPORT_DELAY, i] > 0
            if is_held and draw(assess, key[i], key[j]) < rules[RP.P_BDA]:
                report_kill(tick, int(i), int(c), int(j), state_whole, contact_whole, report_whole, world)
            if unit_whole[UW.HOST_CAPACITY, j] > 0:
                for k in range(n):
                    aboard = state_whole[W.STATUS, k]
                    if unit_whole[UW.HOST, k] == j and (aboard == Status.ABOARD or aboard == Status.SERVICING):
                        lose(
                            r,
                            tick,
                            int(k),
                            int(i),
                            side,
                            LossCause.FIRE,
                            unit_real,
                            state_real,
                            state_whole,
                            side_real,
                            side_whole,
                            log,
                        )
                        side_whole[tally, shooter_side] += 1
        loss[j] = 0.0
        flags[j] = 0
        killer[j] = -1


@kernel
def lose(
    r: int,
    tick: int,
    j: int,
    by: int,
    side: int,
    cause: int,
    unit_real: F64,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> None:
    """Unit ``j`` is destroyed by unit ``by``, or by what ``cause`` (LossCause) says."""
    state_whole[W.STATUS, j] = Status.LOST
    state_real[U.STRENGTH, j] = 0.0
    state_real[U.VX, j] = 0.0
    state_real[U.VY, j] = 0.0
    report_loss(tick, j, state_whole)
    side_whole[T.LOSSES, side] += 1
    side_real[TR.COST_LOST, side] += unit_real[UP.COST, j]
    emit(log, r, tick, EventKind.LOSS, side, j, by, cause, 0)


@kernel
def lose_with_cargo(
    r: int,
    tick: int,
    j: int,
    cause: int,
    unit_real: F64,
    unit_whole: I32,
    state_real: F64,
    state_whole: I32,
    side_real: F64,
    side_whole: I32,
    log: Log,
) -> int:
    """Unit ``j`` and what it carries are lost to nobody's fire. Returns how many units are lost."""
    side = unit_whole[UW.SIDE, j]
    lose(r, tick, j, int(NONE), side, cause, unit_real, state_real, state_whole, side_real, side_whole, log)
    n_lost = 1
    if unit_whole[UW.HOST_CAPACITY, j] > 0:
        for k in range(unit_whole.shape[1]):
            aboard = state_whole[W.STATUS, k]
            if unit_whole[UW.HOST, k] == j and (aboard == Status.ABOARD or aboard == Status.SERVICING):
                lose(r, tick, k, int(NONE), side, cause, unit_real, state_real, state_whole, side_real, side_whole, log)
                n_lost += 1
    return n_lost
