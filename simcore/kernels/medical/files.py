"""The times of cases that have ended, of people who are hurt anew: measures count each case, not the last alone."""

import math

from simcore.compiling.jit import kernel
from simcore.kinds import People, Units
from simcore.medical import TIME_LINES_S, MedicalSideW, PersonR, PersonSpecW, PersonW, Triage
from simcore.params import UnitSpecW

_AID, _FIELD_CARE, _SURGERY = TIME_LINES_S


@kernel
def file_time(row: int, tally: int, p: int, s: int, people: People) -> None:
    """Add the time from the injury of ``p`` to an event (row of PersonR), if it came, to two tallies of side ``s``."""
    since_s = people.real[row, p] - people.real[PersonR.HURT_S, p]
    if people.real[row, p] >= 0.0 and since_s >= 0.0:
        people.side_whole[tally, s] += 1
        people.side_whole[tally + 1, s] += int(math.floor(float(since_s) + 0.5))


@kernel
def file_line(row: int, tally: int, limit_s: float, at_s: float, p: int, s: int, people: People) -> None:
    """Count ``p``, to whom an event (row of PersonR) was due within ``limit_s`` of his injury if that time had run out
    by ``at_s``, and whether it came in time, in two tallies of side ``s``.
    """
    hurt_s = people.real[PersonR.HURT_S, p]
    if hurt_s + limit_s > at_s:
        return
    people.side_whole[tally, s] += 1
    if hurt_s <= people.real[row, p] <= hurt_s + limit_s:
        people.side_whole[tally + 1, s] += 1


@kernel
def file_case(p: int, at_s: float, units: Units, people: People) -> None:
    """File the last case of person ``p``, who begins a new one at ``at_s``, with his side, if it had a wound."""
    whole = people.whole
    if whole[PersonW.WOUNDS, p] == 0 or whole[PersonW.IS_WOUNDED, p] == 0:
        return
    s = units.spec_whole[UnitSpecW.SIDE, people.spec[PersonSpecW.UNIT, p]]
    file_time(PersonR.AID_S + 0, MedicalSideW.AID_CASES + 0, p, s, people)
    file_time(PersonR.ROLE2_S + 0, MedicalSideW.ROLE2_CASES + 0, p, s, people)
    file_time(PersonR.SURGERY_S + 0, MedicalSideW.SURGERY_CASES + 0, p, s, people)
    file_line(PersonR.AID_S + 0, MedicalSideW.AID_DUE + 0, _AID, at_s, p, s, people)
    right = whole[PersonW.TRUE_TRIAGE, p]
    if right == Triage.T1 or right == Triage.T2:
        file_line(PersonR.ROLE1_S + 0, MedicalSideW.FIELD_CARE_DUE + 0, _FIELD_CARE, at_s, p, s, people)
    if whole[PersonW.NEEDS_SURGERY, p] == 1 or people.real[PersonR.SURGERY_S, p] >= 0.0:
        file_line(PersonR.SURGERY_S + 0, MedicalSideW.SURGERY_DUE + 0, _SURGERY, at_s, p, s, people)
