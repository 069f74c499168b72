"""Area fire: rounds fall round the aim point and hurt what stands near where they fall."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.kernels.fighting.damage import parts_hit
from simcore.kernels.ground.zones import is_no_fire
from simcore.kernels.mathematics.approximations import exponential, normal_quantile
from simcore.kernels.mathematics.neighbours import gather_in_range
from simcore.params import MP, MW, RW, UP, UW
from simcore.rng import Stream, draw, stream_key
from simcore.scratch import SI, SR
from simcore.state import T, U, W
from simcore.types import F64, I32, U64, Status, Word

_CARLETON_REACH = 5.0  # lethal radii beyond which the chance of damage, below 2e-11, is taken as 0


@formula
def damage_share(away_sq: float, lethal_m: float, is_carleton: bool) -> float:
    """Return the probability of damage at a squared distance [m2] from where a round falls.

    Cookie cutter: 1 within the lethal radius R. Carleton: exp(-r^2 / R^2), which has the same lethal area pi R^2.
    Source: Washburn and Kress, Combat Modeling, 2009, ch. 2.
    """
    if is_carleton:
        return exponential(-away_sq / (lethal_m * lethal_m))
    return 1.0 if away_sq <= lethal_m * lethal_m else 0.0


@kernel
def burst_rounds(
    seed: Word,
    replication: Word,
    m: int,
    rounds: int,
    launch_tick: int,
    aim_x: float,
    aim_y: float,
    shooter: Word,
    n_struck: int,
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
    side_whole: I32,
    work_real: F64,
    work_whole: I32,
) -> tuple[int, int]:
    """Let the rounds of a salvo fall, each off the aim point by a circular normal error.

    Returns how many rounds hurt anybody, and how many units are struck so far.

    Every active unit of another side in the weapon's domains is hurt with P_HIT of its class times the damage share at
    its distance. Mutates the damage buffer (LOSS, FLAGS, KILLER, STRUCK) and tallies.
    """
    side = unit_whole[UW.SIDE]
    s = side[mount_whole[MW.UNIT, m]]
    domain = unit_whole[UW.DOMAIN]
    target_class = unit_whole[UW.TARGET_CLASS]
    status = state_whole[W.STATUS]
    x = state_real[U.X]
    y = state_real[U.Y]
    loss = work_real[SR.LOSS]
    flags = work_whole[SI.FLAGS]
    killer = work_whole[SI.KILLER]
    struck = work_whole[SI.STRUCK]
    found = work_whole[SI.FOUND]
    order = work_whole[SI.UNIT_ORDER]
    lethal = mount_real[MP.LETHAL_M, m]
    sigma = mount_real[MP.SIGMA_M, m]
    is_carleton = mount_whole[MW.IS_CARLETON, m] == 1
    reach = _CARLETON_REACH * lethal if is_carleton else lethal
    p_kill = mount_real[MP.P_KILL, m]
    p_component = mount_real[MP.P_COMPONENT, m]
    falls = stream_key(seed, replication, launch_tick, Stream.AREA_FALL)
    hurts = stream_key(seed, replication, launch_tick, Stream.AREA_HURT)
    effect = stream_key(seed, replication, launch_tick, Stream.AREA_EFFECT)
    n_on_target = 0
    for q in range(rounds):
        burst_x = aim_x + sigma * normal_quantile(draw(falls, shooter, np.uint64(2 * q)))
        burst_y = aim_y + sigma * normal_quantile(draw(falls, shooter, np.uint64(2 * q + 1)))
        is_on_target = False
        for other in range(limits[RW.N_SIDES]):
            if other == s:
                continue
            n_found = gather_in_range(
                work_whole[SI.UNIT_START],
                work_real[SR.UNIT_X],
                work_real[SR.UNIT_Y],
                other,
                rules,
                limits,
                burst_x,
                burst_y,
                reach,
                found,
                0,
            )
            for f in range(n_found):
                j = order[found[f]]
                if status[j] != Status.ACTIVE or ((mount_whole[MW.DOMAINS, m] >> domain[j]) & 1) == 0:
                    continue
                dx = x[j] - burst_x
                dy = y[j] - burst_y
                p = mount_real[MP.P_HIT + target_class[j], m] * damage_share(dx * dx + dy * dy, lethal, is_carleton)
                if draw(hurts, shooter, key[j] + np.uint64(q)) >= p:
                    continue
                is_on_target = True
                if zone_whole.shape[1] > 0 and is_no_fire(zone_real, zone_whole, vertices, s, x[j], y[j]):
                    side_whole[T.ROE_VIOLATIONS, s] += 1
                if killer[j] < 0:
                    killer[j] = m
                    struck[n_struck] = j
                    n_struck += 1
                loss[j] += mount_real[MP.DAMAGE, m] / unit_real[UP.TOUGHNESS, j]
                flags[j] |= parts_hit(draw(effect, shooter, key[j] + np.uint64(q)), p_kill, p_component)
        n_on_target += int(is_on_target)
    return n_on_target, n_struck
