"""Damage: commit the effects of all hits of the tick at once, so that both sides fire simultaneously."""

import numpy as np

from simcore.compiling.jit import kernel
from simcore.events import Log, emit
from simcore.kernels.fighting.losses import lose_with_cargo
from simcore.kernels.picture.sightings import report_kill
from simcore.kinds import Contacts, Messages, Moment, Mounts, Rules, Sides, Units, has_upkeep
from simcore.params import MountSpecW, RuleR, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import ContactW, UnitR, UnitW
from simcore.types import I32, Damage, Domain, EventKind, Level, LossCause, Status
from simcore.upkeep import UseW

_LEAST_STRENGTH = 1e-9


@kernel
def parts_hit(u: float, p_kill: float, p_component: float) -> int:
    """Return the Damage bits of a hit for a uniform draw ``u`` in [0, 1).

    The hit is catastrophic with ``p_kill``; otherwise it puts one of four equally likely parts out of action with
    ``p_component``.
    """
    bits = 0
    if u < p_kill:
        bits |= Damage.CATASTROPHIC
    elif u < p_kill + (1.0 - p_kill) * p_component:
        part = (u - p_kill) / ((1.0 - p_kill) * p_component)
        bits |= 1 << min(int(part * 4.0), 3)
    return bits


@kernel
def is_falling(i: int, units: Units) -> bool:
    """Return whether unit ``i`` is in the air with its mobility out of action.

    A unit without speed, such as a balloon, needs no mobility to stay up.
    """
    is_hurt = (units.whole[UnitW.DAMAGE, i] & Damage.MOBILITY) != 0 and units.whole[UnitW.STATUS, i] == Status.ACTIVE
    return (
        is_hurt
        and units.spec_whole[UnitSpecW.DOMAIN, i] == Domain.AIR
        and units.spec_real[UnitSpecR.SPEED_MAX, i] > 0.0
    )


@kernel
def commit_damage(
    now: Moment,
    n_struck: int,
    units: Units,
    mounts: Mounts,
    rules: Rules,
    contacts: Contacts,
    sides: Sides,
    work: Scratch,
    log: Log,
    messages: Messages,
    world: I32,
) -> None:
    """Apply the damage buffer to the units struck and empty it.

    A unit is lost with its cargo when a hit was catastrophic, no strength is left, or it falls from the air.
    With probability P_BDA the attacking side knows of the kill, at once or when the report arrives; otherwise it keeps
    the contact until it ages out.
    """
    n = units.spec_whole.shape[1]
    struck = work.whole[ScratchW.STRUCK]
    loss = work.real[ScratchR.LOSS]
    flags = work.whole[ScratchW.FLAGS]
    killer = work.whole[ScratchW.KILLER]
    assess = stream_key(now.seed, now.replication, now.tick, Stream.ASSESS)
    for q in range(n_struck):
        j = struck[q]
        m = killer[j]
        i = mounts.spec_whole[MountSpecW.UNIT, m]
        strength = max(0.0, units.real[UnitR.STRENGTH, j] - loss[j])
        if strength < _LEAST_STRENGTH or (flags[j] & Damage.CATASTROPHIC) != 0:
            strength = 0.0
        units.real[UnitR.STRENGTH, j] = strength
        units.whole[UnitW.DAMAGE, j] |= flags[j]
        units.whole[UnitW.OUTAGE, j] &= ~flags[j]  # damaged by fire, so it does not end with an outage
        if has_upkeep(units):
            units.use_whole[UseW.HURT, j] |= flags[j]
        cause = LossCause.FIRE
        if strength > 0.0 and is_falling(int(j), units):
            strength = 0.0
            cause = LossCause.CRASH
        if strength > 0.0:
            emit(
                log, now, EventKind.DAMAGE, units.spec_whole[UnitSpecW.SIDE, j], j, i, flags[j], int(strength * 1000.0)
            )
        else:
            lose_with_cargo(now, int(j), int(i), np.int64(cause), units, sides, log)
            c = units.spec_whole[UnitSpecW.SIDE, i] * n + j
            is_held = contacts.whole[ContactW.LEVEL, c] > Level.NONE or units.whole[UnitW.REPORT_DELAY, i] > 0
            if is_held and draw(assess, units.key[i], units.key[j]) < rules.real[RuleR.P_BDA]:
                report_kill(now.tick, np.int64(i), np.int64(c), np.int64(j), units, contacts, messages, world)
        loss[j] = 0.0
        flags[j] = 0
        killer[j] = -1
