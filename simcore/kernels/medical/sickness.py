"""Sickness: disease, mental stress, and wounds outside the fight that is played, at rates per person."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.events import Log
from simcore.kernels.mathematics.approximations import exponential, logarithm
from simcore.kernels.mathematics.durations import draw_gamma
from simcore.kernels.medical.injuries import injure
from simcore.kernels.medical.persons import person_draw
from simcore.kinds import Moment, People, Units
from simcore.medical import Health, Mechanism, MedicalRuleR, PersonSpecW, PersonW
from simcore.params import UnitSpecW
from simcore.rng import Stream, stream_key
from simcore.scratch import Scratch, ScratchR
from simcore.state import UnitW
from simcore.types import Status, Word

DAY_S = 86_400.0


@formula
def rate_of_day(mean: float, cv: float, key: Word, side: int) -> float:
    """Return the rate of a side on a day: gamma with a mean and a coefficient of variation. ``key``: of the day."""
    if cv <= 0.0 or mean <= 0.0:
        return mean
    return mean * cv * cv * draw_gamma(key, np.uint64(side), np.uint64(0), 1.0 / (cv * cv))


@formula
def first_within(rate: float, span_s: float, u: float) -> float:
    """Return the time of the first event of a Poisson process within a span, for a draw ``u`` below its probability.

    ``u`` below 1 - exp(-rate span) is the distribution function of that time.
    """
    return min(span_s, -logarithm(1.0 - u) / rate)


@kernel
def fall_ill(now: Moment, from_s: float, to_s: float, units: Units, people: People, work: Scratch, log: Log) -> None:
    """Let fit people in units that are in play fall ill, or be wounded elsewhere, in the span up to ``to_s``."""
    rules = people.rules_real
    disease = rules[MedicalRuleR.DISEASE_PER_S]
    stress = rules[MedicalRuleR.STRESS_PER_S]
    wounded = rules[MedicalRuleR.WOUNDED_PER_S]
    if disease + stress + wounded <= 0.0:
        return
    span_s = to_s - from_s
    day = stream_key(now.seed, now.replication, np.int64(from_s / DAY_S), Stream.DAY_RATE)
    of_side = work.real[ScratchR.FOUND_ERROR]
    for s in range(people.side_whole.shape[1]):
        of_side[s] = rate_of_day(wounded, rules[MedicalRuleR.WOUNDED_CV], day, s)
    for p in range(people.spec.shape[1]):
        if people.whole[PersonW.HEALTH, p] != Health.FIT:
            continue
        i = people.spec[PersonSpecW.UNIT, p]
        if people.whole[PersonW.PLACE, p] != i or units.whole[UnitW.STATUS, i] > Status.SERVICING:
            continue
        fire = of_side[units.spec_whole[UnitSpecW.SIDE, i]]
        rate = disease + stress + fire
        u = person_draw(now, p, now.tick, Stream.SICKNESS, np.int64(0), units, people)
        if u >= 1.0 - exponential(-rate * span_s):
            continue
        at_s = from_s + first_within(rate, span_s, u)
        kind = rate * person_draw(now, p, now.tick, Stream.SICKNESS, np.int64(1), units, people)
        mechanism = np.int64(Mechanism.DISEASE)
        if kind >= disease + stress:
            mechanism = np.int64(Mechanism.FRAGMENT)
        elif kind >= disease:
            mechanism = np.int64(Mechanism.STRESS)
        injure(now, p, at_s, mechanism, units, people, log)
