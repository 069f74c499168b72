"""Triage: the right category by the state of a casualty, and the assigned one with errors of one category."""

import numpy as np

from simcore.compiling.jit import formula, kernel
from simcore.kernels.medical.persons import person_draw
from simcore.kinds import Moment, People, Units
from simcore.medical import MedicalRuleR, MedicalSideW, PersonR, PersonSpecW, PersonW, Triage
from simcore.params import UnitSpecW
from simcore.rng import Stream
from simcore.types import F64

_T1 = int(Triage.T1)
_T2 = int(Triage.T2)
_T3 = int(Triage.T3)
_T4 = int(Triage.T4)


@formula
def right_triage(niss: float, blood: float, is_bleeding: bool, rules: F64) -> int:
    """Return the Triage without error: by severity, and T1 while he bleeds or has lost much blood."""
    if niss >= rules[MedicalRuleR.T4_NISS]:
        return _T4
    if niss >= rules[MedicalRuleR.T1_NISS] or is_bleeding or blood < rules[MedicalRuleR.T1_BLOOD]:
        return _T1
    if niss >= rules[MedicalRuleR.T2_NISS]:
        return _T2
    return _T3


@formula
def judged_triage(right: int, p_over: float, p_under: float, u: float) -> int:
    """Return the Triage as judged, for a uniform draw ``u``: T1 and T2 may be judged later by one, T2 and T3 earlier.

    T4 is recognised.
    """
    if right == Triage.T4:
        return int(right)
    if right > Triage.T1 and u < p_over:
        return int(right - 1)
    if right < Triage.T3 and u > 1.0 - p_under:
        return int(right + 1)
    return int(right)


@kernel
def note_right_triage(p: int, people: People) -> int:
    """Write and return the right triage of ``p`` now; his clocks have to be up to date."""
    is_bleeding = people.real[PersonR.BLEED_PER_H, p] > people.rules_real[MedicalRuleR.TOURNIQUET_PER_H]
    right = right_triage(
        people.real[PersonR.SEVERITY, p], people.real[PersonR.BLOOD, p], is_bleeding, people.rules_real
    )
    people.whole[PersonW.TRUE_TRIAGE, p] = right
    return right


@kernel
def triage(now: Moment, p: int, is_facility: bool, units: Units, people: People) -> None:
    """Judge casualty ``p``, at a facility with its own rates of error. Mutates his triage and the tallies."""
    right = note_right_triage(p, people)
    rules = people.rules_real
    p_over = rules[MedicalRuleR.P_OVER_FACILITY] if is_facility else rules[MedicalRuleR.P_OVER]
    p_under = rules[MedicalRuleR.P_UNDER_FACILITY] if is_facility else rules[MedicalRuleR.P_UNDER]
    u = person_draw(now, p, now.tick, Stream.TRIAGE, np.int64(is_facility), units, people)
    judged = judged_triage(right, p_over, p_under, u)
    people.whole[PersonW.TRIAGE, p] = judged
    s = units.spec_whole[UnitSpecW.SIDE, people.spec[PersonSpecW.UNIT, p]]
    people.side_whole[MedicalSideW.TRIAGED, s] += 1
    if judged < right:
        people.side_whole[MedicalSideW.OVER_TRIAGED, s] += 1
    elif judged > right:
        people.side_whole[MedicalSideW.UNDER_TRIAGED, s] += 1
