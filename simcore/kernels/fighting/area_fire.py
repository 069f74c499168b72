"""Area fire: rounds scatter round the aim point and damage units near the impact."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.kernels.fighting.damage import parts_hit
from simcore.kernels.ground.zones import is_no_fire
from simcore.kernels.mathematics.approximations import exponential, normal_quantile
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.kinds import Moment, Mounts, Rules, Sides, Units, Zones
from simcore.params import MountSpecR, MountSpecW, RuleW, UnitSpecR, UnitSpecW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import Scratch, ScratchR, ScratchW
from simcore.state import SideW, UnitR, UnitW
from simcore.types import Status, Word

_CARLETON_REACH = 5.0  # lethal radii beyond which the chance of damage, below 2e-11, is taken as 0


@formula
def damage_share(away_sq: float, lethal_m: float, is_carleton: bool) -> float:
    """Return the probability of damage at a squared distance [m2] from the impact of a round.

    Cookie cutter: 1 within the lethal radius R. Carleton: exp(-r^2 / R^2), which has the same lethal area pi R^2.
    Source: Washburn and Kress, Combat Modeling, 2009, ch. 2.
    """
    if is_carleton:
        return exponential(-away_sq / (lethal_m * lethal_m))
    return 1.0 if away_sq <= lethal_m * lethal_m else 0.0


@kernel
def burst_rounds(
    now: Moment,
    m: int,
    rounds: int,
    launch_tick: int,
    aim_x: float,
    aim_y: float,
    shooter: Word,
    n_struck: int,
    units: Units,
    mounts: Mounts,
    zones: Zones,
    rules: Rules,
    sides: Sides,
    work: Scratch,
) -> tuple[int, int]:
    """Resolve the impacts of a salvo, each with a circular normal error about the aim point.

    Returns the number of rounds with an effect and the number of units struck so far.

    Each active unit of another side in the weapon's domains is hit with P_HIT of its class times the damage share at
    its distance. Mutates the damage buffer (LOSS, FLAGS, KILLER, STRUCK) and tallies.
    """
    side = units.spec_whole[UnitSpecW.SIDE]
    s = side[mounts.spec_whole[MountSpecW.UNIT, m]]
    domain = units.spec_whole[UnitSpecW.DOMAIN]
    target_class = units.spec_whole[UnitSpecW.TARGET_CLASS]
    status = units.whole[UnitW.STATUS]
    x = units.real[UnitR.X]
    y = units.real[UnitR.Y]
    loss = work.real[ScratchR.LOSS]
    flags = work.whole[ScratchW.FLAGS]
    killer = work.whole[ScratchW.KILLER]
    struck = work.whole[ScratchW.STRUCK]
    found = work.whole[ScratchW.FOUND]
    order = work.whole[ScratchW.UNIT_ORDER]
    lethal = mounts.spec_real[MountSpecR.LETHAL_M, m]
    sigma = mounts.spec_real[MountSpecR.SIGMA_M, m]
    is_carleton = mounts.spec_whole[MountSpecW.IS_CARLETON, m] == 1
    reach = _CARLETON_REACH * lethal if is_carleton else lethal
    p_kill = mounts.spec_real[MountSpecR.P_KILL, m]
    p_component = mounts.spec_real[MountSpecR.P_COMPONENT, m]
    falls = stream_key(now.seed, now.replication, launch_tick, Stream.AREA_FALL)
    hurts = stream_key(now.seed, now.replication, launch_tick, Stream.AREA_HURT)
    effect = stream_key(now.seed, now.replication, launch_tick, Stream.AREA_EFFECT)
    n_on_target = 0
    for q in range(rounds):
        burst_x = aim_x + sigma * normal_quantile(draw(falls, shooter, np.uint64(2 * q)))
        burst_y = aim_y + sigma * normal_quantile(draw(falls, shooter, np.uint64(2 * q + 1)))
        is_on_target = False
        for other in range(rules.whole[RuleW.N_SIDES]):
            if other == s:
                continue
            n_found = gather_in_range(
                work.whole[ScratchW.UNIT_START],
                work.real[ScratchR.UNIT_X],
                work.real[ScratchR.UNIT_Y],
                other,
                rules,
                burst_x,
                burst_y,
                reach,
                found,
                0,
            )
            for f in range(n_found):
                j = order[found[f]]
                if status[j] != Status.ACTIVE or ((mounts.spec_whole[MountSpecW.DOMAINS, m] >> domain[j]) & 1) == 0:
                    continue
                dx = x[j] - burst_x
                dy = y[j] - burst_y
                p = mounts.spec_real[MountSpecR.P_HIT + target_class[j], m] * damage_share(
                    dx * dx + dy * dy, lethal, is_carleton
                )
                if draw(hurts, shooter, units.key[j] + np.uint64(q)) >= p:
                    continue
                is_on_target = True
                if zones.spec_whole.shape[1] > 0 and is_no_fire(zones, s, x[j], y[j]):
                    sides.whole[SideW.ROE_VIOLATIONS, s] += 1
                if killer[j] < 0:
                    killer[j] = m
                    struck[n_struck] = j
                    n_struck += 1
                loss[j] += mounts.spec_real[MountSpecR.DAMAGE, m] / units.spec_real[UnitSpecR.TOUGHNESS, j]
                flags[j] |= parts_hit(draw(effect, shooter, units.key[j] + np.uint64(q)), p_kill, p_component)
        n_on_target += int(is_on_target)
    return n_on_target, n_struck
