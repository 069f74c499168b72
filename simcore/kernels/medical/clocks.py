"""The two clocks of a casualty, of the injury and of the bleeding: the first that runs out kills.

Between two changes of his care both have closed forms, so the time of a death does not depend on the interval between
updates. Sources: SIMEDIS (Winter Simulation Conference 2025) for both laws.
"""

import math

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.kernels.mathematics.approximations import exponential, logarithm, normal_quantile
from simcore.kinds import People
from simcore.medical import Cause, MedicalRuleR, PersonR, PersonW, TraumaLaw

HOUR_S = 3600.0
_NO_CAUSE = int(Cause.NONE)
_TRAUMA = int(Cause.TRAUMA)
_BLEEDING = int(Cause.BLEEDING)
_WOUNDS = int(Cause.WOUNDS)


@formula
def trauma_time_s(law: int, niss: float, scale_s: float, power: float, cv: float, mean_s: float, u: float) -> float:
    """Return the time from the injury to death without care, for a uniform draw ``u`` in (0, 1).

    POWER: scale NISS**-power, with a lognormal spread of mean 1. EXPONENTIAL: an exponential time of the mean.
    """
    if law == TraumaLaw.NONE:
        return np.inf
    if law == TraumaLaw.EXPONENTIAL:
        return -mean_s * logarithm(u)
    time_s = scale_s * exponential(-power * logarithm(niss))
    if cv > 0.0:
        variance = logarithm(1.0 + cv * cv)
        time_s *= exponential(math.sqrt(variance) * normal_quantile(u) - 0.5 * variance)
    return time_s


@formula
def blood_after(blood: float, per_h: float, growth: float, hours: float) -> float:
    """Return the share of the blood volume after ``hours`` of bleeding: blood exp(-(a t + k t^2 / 2))."""
    return blood * exponential(-(per_h * hours + 0.5 * growth * hours * hours))


@formula
def bleeding_time_s(blood: float, dead_below: float, per_h: float, growth: float) -> float:
    """Return the time until the blood volume falls to ``dead_below``, by a t + k t^2 / 2 = ln(blood / dead_below)."""
    if blood <= dead_below:
        return 0.0
    if per_h <= 0.0 and growth <= 0.0:
        return np.inf
    left = logarithm(blood / dead_below)
    return HOUR_S * 2.0 * left / (per_h + math.sqrt(per_h * per_h + 2.0 * growth * left))


@formula
def bleeding_per_h(blood: float, dead_below: float, time_s: float) -> float:
    """Return the rate of bleeding by which the blood volume falls to ``dead_below`` in ``time_s``."""
    if blood <= dead_below or time_s == np.inf:
        return 0.0
    return HOUR_S * logarithm(blood / dead_below) / time_s


@kernel
def next_death(p: int, people: People) -> tuple[float, int]:
    """Return the time at which casualty ``p`` dies if his care stays as it is, and its Cause; inf: he does not."""
    real = people.real
    since_s = real[PersonR.UPDATED_S, p]
    at_s = np.inf
    cause = _NO_CAUSE
    speed = real[PersonR.TRAUMA_RATE, p]
    left_s = real[PersonR.TRAUMA_S, p]
    if speed > 0.0 and left_s < np.inf:
        at_s = since_s + left_s / speed
        cause = _TRAUMA
    flow = real[PersonR.BLEED_RATE, p]
    per_h = real[PersonR.BLEED_PER_H, p]
    growth = real[PersonR.BLEED_GROWTH, p]
    if flow > 0.0 and (per_h > 0.0 or growth > 0.0):
        dead_below = people.rules_real[MedicalRuleR.DEAD_BLOOD]
        dry_s = since_s + bleeding_time_s(real[PersonR.BLOOD, p], dead_below, flow * per_h, flow * growth)
        if dry_s < at_s:
            at_s = dry_s
            cause = _BLEEDING
    if real[PersonR.WOUNDS_S, p] < at_s:
        at_s = max(since_s, real[PersonR.WOUNDS_S, p])
        cause = _WOUNDS
    return at_s, cause


@kernel
def run_clocks(p: int, to_s: float, people: People) -> None:
    """Advance both clocks of casualty ``p``, who lives, to ``to_s`` under his present care. Mutates PersonR."""
    real = people.real
    hours = (to_s - real[PersonR.UPDATED_S, p]) / HOUR_S
    if hours <= 0.0:
        return
    real[PersonR.UPDATED_S, p] = to_s
    real[PersonR.TRAUMA_S, p] -= real[PersonR.TRAUMA_RATE, p] * hours * HOUR_S
    flow = real[PersonR.BLEED_RATE, p]
    per_h = real[PersonR.BLEED_PER_H, p]
    growth = real[PersonR.BLEED_GROWTH, p]
    if per_h <= 0.0 and growth <= 0.0:
        return
    real[PersonR.BLOOD, p] = blood_after(real[PersonR.BLOOD, p], flow * per_h, flow * growth, hours)
    real[PersonR.BLEED_PER_H, p] = per_h + growth * hours


@kernel
def stop_clocks(p: int, people: People) -> None:
    """Stop both clocks of casualty ``p``, as surgery does, or care where no surgery is needed. Mutates the person."""
    people.real[PersonR.TRAUMA_S, p] = np.inf
    people.real[PersonR.BLEED_PER_H, p] = 0.0
    people.real[PersonR.BLEED_GROWTH, p] = 0.0
    people.whole[PersonW.IS_STABLE, p] = 1


@kernel
def give_blood(p: int, units: int, people: People) -> int:
    """Give casualty ``p`` up to ``units`` of blood, while his volume is below the target. Returns the units given.

    His clocks have to be up to date. Mutates the person.
    """
    given = 0
    full = people.rules_real[MedicalRuleR.FULL_BLOOD]
    share = people.rules_real[MedicalRuleR.UNIT_BLOOD]
    while given < units and people.real[PersonR.BLOOD, p] < full:
        people.real[PersonR.BLOOD, p] = min(full, people.real[PersonR.BLOOD, p] + share)
        given += 1
    people.whole[PersonW.BLOOD_GIVEN, p] += given
    return given
