"""Injuries behind the reports on a casualty, drawn from the law of the scenario given these reports.

Reported are the cause, whether he can sit, his triage as judged, the times of his case, and that he lived at the
report. Severities are enumerated with their probabilities, the rest is drawn, and a candidate is taken in proportion to
the likelihood of the reports. Of a casualty hurt more than once the sum counts as one injury.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from simcore.medical import (
    BAND_EDGES,
    N_BANDS,
    BleedingR,
    InjuryR,
    MedicalRuleR,
    MedicalRuleW,
    Region,
    TraumaLaw,
    Triage,
)
from simcore.params import MedicalSpec
from simcore.types import F64, I64

HOUR_S = 3600.0
_LEAST_EACH, _LEAST = 4, 128
"""Least candidates of each severity, and in all."""
N_UNIFORMS = 5
"""Uniform numbers of a candidate; one more chooses among them."""


class Course(NamedTuple):
    """The reported course of a casualty; times since the injury [s], inf: not yet."""

    mechanism: int
    triage: int  # as judged; 0: not yet
    sits: bool
    is_judged_in_care: bool  # whether the last triage is that of a facility
    is_light: bool | None  # whether he is to return to duty at the scene; None: unknown
    is_severe: bool  # whether he is so badly hurt that he needs intensive care
    aid_s: float
    has_medic: bool
    picked_s: float
    has_attendant: bool  # aboard the transport
    care_s: float  # arrival at the first facility
    treated_s: float  # begin of his first treatment
    is_in_first: bool  # whether that is still under way
    now_s: float  # of the report
    p_silent: float = 1.0  # probability that no transport is asked for yet for one who does not stay at the scene
    is_over: bool = False  # whether he is back on duty or has left the theatre: he lives


class Injury(NamedTuple):
    """Injuries in n worlds as of the report, (n,) each."""

    niss: F64
    region: I64
    blood: F64
    bleed_per_h: F64
    bleed_growth: F64
    tourniquet: I64
    trauma_s: F64
    right: I64  # Triage without error, now
    right_at_first: I64  # at the injury: it settles whether he needs surgery


def n_candidates(medical: MedicalSpec, mechanism: int) -> int:
    """Return the number of candidates for a cause."""
    n = len(severities(medical.injuries[:, mechanism])[0])
    return n * max(_LEAST_EACH, -(-_LEAST // n))


def severities(injury: F64) -> tuple[F64, F64]:
    """Return the severities [NISS] of a cause, and their probabilities."""
    if not np.isnan(injury[InjuryR.NISS]):
        return injury[[InjuryR.NISS]], np.ones(1)
    shares = np.diff(injury[InjuryR.BAND : InjuryR.BAND + N_BANDS], prepend=0.0)
    bands = [np.arange(low, high) for low, high in pairwise(BAND_EDGES)]
    # the place within a band goes as the square of a uniform draw, see ``kernels.medical.injuries.drawn_niss``
    edges = [np.sqrt(np.arange(len(band) + 1) / len(band)) for band in bands]
    chance = [share * np.diff(edge) for edge, share in zip(edges, shares, strict=True)]
    return np.concatenate(bands), np.concatenate(chance)


def draw_injuries(medical: MedicalSpec, course: Course, u: F64) -> Injury:
    """Return injuries (n,) given the reports, for uniform numbers ``u`` (n, 1 + N_UNIFORMS * candidates)."""
    rules, injury = medical.rules_real, medical.injuries[:, course.mechanism]
    values, chance = severities(injury)
    each = n_candidates(medical, course.mechanism) // len(values)
    niss, chance = np.repeat(values, each), np.repeat(chance, each)
    draws = u[:, 1:].reshape(len(u), N_UNIFORMS, len(niss))
    cumulative = injury[InjuryR.REGION : InjuryR.REGION + len(Region)]
    region = np.minimum(np.searchsorted(cumulative[:-1], draws[:, 0], side="right"), len(Region) - 1)
    bleeds = (niss >= rules[MedicalRuleR.BLEED_NISS]) & (draws[:, 1] < injury[InjuryR.P_BLEEDING])
    low, high = (medical.bleeding[row][region] for row in (BleedingR.FROM_PER_H, BleedingR.TO_PER_H))
    per_h = np.where(bleeds, low + (high - low) * draws[:, 2], 0.0)
    growth = np.where(bleeds, medical.bleeding[BleedingR.GROWTH_PER_H2][region], 0.0)
    clock_s = _clocks_s(medical, niss, draws[:, 3])
    drains = (medical.bleeding[BleedingR.KILLS][region] > 0.0) & (injury[InjuryR.P_BLEEDING] > 0.0)
    with np.errstate(divide="ignore"):
        drain = np.where(drains, -HOUR_S * np.log(rules[MedicalRuleR.DEAD_BLOOD]) / clock_s, 0.0)
    per_h, clock_s = np.maximum(per_h, drain), np.where(drains, np.inf, clock_s)
    bleeds |= per_h > 0.0
    p_holds = rules[MedicalRuleR.P_TOURNIQUET_MEDIC if course.has_medic else MedicalRuleR.P_TOURNIQUET_BUDDY]
    is_aided = course.aid_s <= course.now_s
    holds = bleeds & (region == Region.LIMB) & (draws[:, 4] < p_holds) & is_aided
    spans = _spans(rules, course)
    blood, rate, trauma, dead = np.ones(per_h.shape), per_h, clock_s, np.zeros(per_h.shape, dtype=bool)
    at_aid = np.ones(per_h.shape), np.zeros(per_h.shape, dtype=bool)
    for k, (length_s, slow, flow) in enumerate(spans):
        if k == 1:  # aid: a tourniquet stops the bleeding of a limb first
            rate = np.where(holds, rules[MedicalRuleR.TOURNIQUET_PER_H], rate)
            growth = np.where(holds, 0.0, growth)
        elif k == 2:  # at the end of the aid he is judged
            at_aid = blood, rate > rules[MedicalRuleR.TOURNIQUET_PER_H]
        hours = length_s / HOUR_S
        blood = blood * np.exp(-flow * (rate * hours + 0.5 * growth * hours**2))
        rate = rate + growth * hours
        trauma = trauma - slow * length_s
        dead |= (blood < rules[MedicalRuleR.DEAD_BLOOD]) | (trauma <= 0.0)
    right = _right(rules, niss, blood, rate > rules[MedicalRuleR.TOURNIQUET_PER_H])
    judged = right if course.is_judged_in_care else _right(rules, niss, *at_aid)
    first = _right(rules, niss, np.ones(per_h.shape), per_h > rules[MedicalRuleR.TOURNIQUET_PER_H])
    weight = chance * _likelihood(rules, course, niss, judged)
    plain = np.broadcast_to(chance, dead.shape)
    lives = np.ones(dead.shape, dtype=bool) if course.is_over else ~dead
    chosen = _choose(u[:, 0], (weight * lives, weight, plain))
    row = np.arange(len(u))

    def take(table: np.ndarray) -> np.ndarray:
        return np.broadcast_to(table, per_h.shape)[row, chosen]

    floor = rules[MedicalRuleR.DEAD_BLOOD] * (1.0 + 1e-9)
    return Injury(
        niss=niss[chosen],
        region=region[row, chosen],
        blood=np.clip(take(blood), floor, 1.0),
        bleed_per_h=take(rate),
        bleed_growth=take(growth),
        tourniquet=take(holds).astype(np.int64),
        trauma_s=np.maximum(take(trauma), 1.0),
        right=take(right).astype(np.int64),
        right_at_first=take(first).astype(np.int64),
    )


def _spans(rules: F64, course: Course) -> list[tuple[float, float, float]]:
    """Return the stretches up to the report: length [s], speed of the clock of the injury, factor on the bleeding.

    Without care, during first aid, after it, aboard, in a facility before his treatment, and from then on.
    """
    begun_s = course.aid_s - rules[MedicalRuleR.MEDIC_S if course.has_medic else MedicalRuleR.BUDDY_S]
    times = (begun_s, course.aid_s, course.picked_s, course.care_s, course.treated_s)
    ends = [min(max(t, 0.0), course.now_s) for t in times]
    ends.append(course.now_s)
    ends = [min(ends[k:]) for k in range(len(ends))]
    slow = rules[MedicalRuleR.MEDIC_TRAUMA if course.has_medic else MedicalRuleR.AID_TRAUMA]
    flow = rules[MedicalRuleR.MEDIC_BLEED if course.has_medic else MedicalRuleR.AID_BLEED]
    if course.aid_s > course.picked_s:
        slow = flow = 1.0
    attended = min(slow, rules[MedicalRuleR.RIDE_TRAUMA]), min(flow, rules[MedicalRuleR.RIDE_BLEED])
    alone = slow * rules[MedicalRuleR.LONE_TRAUMA], flow * rules[MedicalRuleR.LONE_BLEED]
    treated = min(slow, rules[MedicalRuleR.RESUSCITATION_TRAUMA]), min(flow, rules[MedicalRuleR.RESUSCITATION_BLEED])
    rates = [(1.0, 1.0), (1.0, 1.0), (slow, flow), attended if course.has_attendant else alone, attended]
    rates.append(treated if course.is_in_first else (0.0, 0.0))  # his first treatment has stopped his clocks, or slowed
    starts = [0.0, *ends[:-1]]
    return [(end - begun, *rate) for end, begun, rate in zip(ends, starts, rates, strict=True)]


def _clocks_s(medical: MedicalSpec, niss: F64, u: F64) -> F64:
    """Return the times from the injury to death without care [s], of the shape of ``u``; inf: it does not kill."""
    rules, law = medical.rules_real, medical.rules_whole[MedicalRuleW.TRAUMA_LAW]
    p_fatal = rules[MedicalRuleR.P_FATAL]
    kills = (niss >= rules[MedicalRuleR.TRAUMA_NISS]) & (u < p_fatal)
    if law == TraumaLaw.NONE:
        return np.full(u.shape, np.inf)
    u = np.where(kills, u / max(p_fatal, 1e-300), 0.5)  # uniform again given that it kills
    if law == TraumaLaw.EXPONENTIAL:
        return np.where(kills, -rules[MedicalRuleR.TRAUMA_MEAN_S] * np.log(u), np.inf)
    time_s = rules[MedicalRuleR.TRAUMA_SCALE_S] * niss ** -rules[MedicalRuleR.TRAUMA_POWER]
    cv = rules[MedicalRuleR.TRAUMA_CV]
    if cv > 0.0:
        variance = np.log(1.0 + cv * cv)
        time_s = time_s * np.exp(np.sqrt(variance) * ndtri(u) - 0.5 * variance)
    return np.where(kills, time_s, np.inf)


def _right(rules: F64, niss: F64, blood: F64, is_bleeding: np.ndarray) -> I64:
    """Return the Triage without error, as ``triage.right_triage`` does."""
    is_urgent = (niss >= rules[MedicalRuleR.T1_NISS]) | is_bleeding | (blood < rules[MedicalRuleR.T1_BLOOD])
    light = np.where(niss >= rules[MedicalRuleR.T2_NISS], int(Triage.T2), int(Triage.T3))
    right = np.where(is_urgent, int(Triage.T1), light)
    return np.where(niss >= rules[MedicalRuleR.T4_NISS], int(Triage.T4), right).astype(np.int64)


def _likelihood(rules: F64, course: Course, niss: F64, right: I64) -> F64:
    """Return the probability of the reports on each candidate (n, k), but that he lives."""
    fits = ((niss < rules[MedicalRuleR.T2_NISS]) == course.sits).astype(np.float64)
    fits *= np.where(niss < rules[MedicalRuleR.SCENE_NISS], 1.0, course.p_silent)
    if course.is_light is not None:
        fits *= (niss < rules[MedicalRuleR.SCENE_NISS]) == course.is_light
    if course.is_severe:
        fits *= niss >= rules[MedicalRuleR.T1_NISS]
    if course.triage == Triage.NONE:
        return np.broadcast_to(fits, right.shape)
    in_care = course.is_judged_in_care
    over = rules[MedicalRuleR.P_OVER_FACILITY if in_care else MedicalRuleR.P_OVER]
    under = rules[MedicalRuleR.P_UNDER_FACILITY if in_care else MedicalRuleR.P_UNDER]
    p_over = np.where((right > Triage.T1) & (right < Triage.T4), over, 0.0)
    p_under = np.where(right < Triage.T3, np.minimum(under, 1.0 - p_over), 0.0)
    p = np.where(right == course.triage, 1.0 - p_over - p_under, 0.0)
    p = p + np.where(right - 1 == course.triage, p_over, 0.0) + np.where(right + 1 == course.triage, p_under, 0.0)
    return p * fits


def _choose(u: F64, weights: tuple[F64, ...]) -> I64:
    """Return a candidate of each world (n,) in proportion to the first of the ``weights`` (n, k) that allow one."""
    weight = weights[-1]
    for other in weights[-2::-1]:
        weight = np.where(other.sum(axis=1, keepdims=True) > 0.0, other, weight)
    total = np.cumsum(weight, axis=1)
    return np.minimum((total < (u * total[:, -1])[:, None]).sum(axis=1), weight.shape[1] - 1)
