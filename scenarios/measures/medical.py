"""Measures of casualties and of medical care; they exist for sides with people alone.

The three rates have the denominators of Holcomb et al. (2006); no sum of them means anything.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from logistics.medical.accounting import (
    AID_S,
    FIELD_CARE_S,
    SURGERY_S,
    CareAccount,
    Casualties,
    civilians,
    facility_units,
    has_facilities,
    has_people,
)
from scenarios.measures.case import Case, Measure
from simcore.care import FacilityR, FacilityW, Station
from simcore.medical import Cause, MedicalSideW, PersonR, Triage
from simcore.medical_view import cares_for_neutrals
from simcore.state import WorldW
from simcore.types import F64

_URGENT = (Triage.T1, Triage.T2)
_SURGICAL = "those hurt by the enemy who need surgery"


def _casualties(case: Case) -> Casualties:
    return Casualties(case.params, case.state, case.side)


def _care(case: Case) -> CareAccount:
    chosen = facility_units(case.params, case.side)
    if case.platform:
        chosen = chosen & np.array([name == case.platform for name in case.roster.unit_platform])
    return CareAccount(case.params, case.state, chosen)


def _tally(*rows: MedicalSideW) -> Callable[[Case], F64]:
    return lambda case: _casualties(case).tally(*rows)


def _killed(case: Case) -> F64:
    return _casualties(case).killed()


def _casualties_of_enemy(case: Case) -> F64:
    return _casualties(case).tally(MedicalSideW.WOUNDED)


def _returned(case: Case) -> F64:
    return _casualties(case).returned()


def _wounded(case: Case) -> F64:
    return _casualties_of_enemy(case) - _killed(case)


def _died_of_wounds(case: Case) -> F64:
    return _casualties(case).tally(MedicalSideW.DIED_OF_WOUNDS)


def _deaths(*causes: Cause, preventable: bool = False) -> Callable[[Case], F64]:
    return lambda case: _casualties(case).deaths(*causes, preventable=preventable)


def _facilities(*rows: int) -> Callable[[Case], F64]:
    return lambda case: _care(case).count(*rows)


def _hours(row: FacilityR) -> Callable[[Case], F64]:
    return lambda case: _care(case).seconds(row) / 3600.0


def _now_h(case: Case) -> F64:
    return case.state.world[:, WorldW.TICK].astype(np.float64) * case.roster.dt_s / 3600.0


def _mean(name: str, unit: str, words: str, values: Callable[[Case], F64], *, facility: bool = False) -> Measure:
    return Measure(
        f"{{side}}_{name}", unit, "mean", words, values, exists=has_facilities if facility else has_people,
        section="medical support", counted=facility_units,
    )  # fmt: skip


def _ratio(
    name: str, unit: str, words: str, above: str, below: str, *, is_share: bool = False, facility: bool = False
) -> Measure:
    return Measure(
        f"{{side}}_{name}", unit, "ratio", words, numerator=f"{{side}}_{above}", denominator=f"{{side}}_{below}",
        is_share=is_share, exists=has_facilities if facility else has_people, section="medical support",
        counted=facility_units,
    )  # fmt: skip


def _flow(suffix: str, whose: str) -> tuple[Measure, ...]:
    """Return the flow through the facilities of a side, or through those of each of its platforms."""

    def mean(name: str, unit: str, words: str, values: Callable[[Case], F64]) -> Measure:
        return _mean(f"{name}{suffix}", unit, words, values, facility=True)

    begun = range(FacilityW.BEGUN, FacilityW.BEGUN + len(Station))
    return (
        mean("admitted", "people", f"arrivals at {whose}", _facilities(FacilityW.ARRIVED)),
        mean("treatments", "treatments", "treatments begun there", _facilities(*begun)),
        mean("treatment_waits_h", "h", "total wait for these", _hours(FacilityR.WAIT_S)),
        _ratio(f"treatment_wait_h{suffix}", "h", "mean wait for a treatment", f"treatment_waits_h{suffix}",
               f"treatments{suffix}", facility=True),
        mean("died_in_care", "people", "deaths there", _facilities(FacilityW.DIED)),
        mean("sent_on", "people", "patients sent on to another facility", _facilities(FacilityW.SENT_ON)),
        mean("discharged", "people", "patients back on duty, or out of the theatre",
             _facilities(FacilityW.RETURNED, FacilityW.LEFT)),
        mean("diverted", "people", "turned away because it was full", _facilities(FacilityW.DIVERTED)),
        mean("blood_used", "units of blood", "blood given there", _facilities(FacilityW.BLOOD_USED)),
        mean("blood_lacked", "units of blood", "blood that patients lacked and the stores did not have",
             _facilities(FacilityW.BLOOD_LACKED)),
        mean("patients", "people", "mean number of patients over the run",
             lambda case: _care(case).seconds(FacilityR.PATIENT_S) / 3600.0 / np.maximum(_now_h(case), 1e-300)),
        mean("patients_waiting", "people", "of these, in queues",
             lambda case: _care(case).seconds(FacilityR.QUEUE_S) / 3600.0 / np.maximum(_now_h(case), 1e-300)),
    )  # fmt: skip


def _time(name: str, words: str, row: PersonR) -> tuple[Measure, ...]:
    """Return the mean time from the injury to an event of care, with its numerator and denominator."""
    return (
        _mean(f"reached_{name}", "people", f"hurt by the enemy who {words}",
              lambda case: _casualties(case).reached(row)),
        _mean(f"wait_for_{name}_s", "s", "total time from their injury to it",
              lambda case: _casualties(case).wait_s(row)),
        _ratio(f"time_to_{name}_s", "s", "mean time from the injury to it, of those who reached it",
               f"wait_for_{name}_s", f"reached_{name}"),
    )  # fmt: skip


def _line(name: str, words: str, row: PersonR, limit_s: float, *triage: Triage) -> tuple[Measure, ...]:
    """Return the share of those due who reached an event of care in time, with its numerator and denominator."""
    return (
        _mean(f"{name}_due", "people", f"{words} so long ago that it was due",
              lambda case: _casualties(case).due(row, limit_s, *triage)),
        _mean(f"{name}_in_time", "people", "of these, in time",
              lambda case: _casualties(case).in_time(row, limit_s, *triage)),
        _ratio(f"{name}_in_time_share", "1", "share of them in time; the dead before it count as late",
               f"{name}_in_time", f"{name}_due", is_share=True),
    )  # fmt: skip


MEDICAL: tuple[Measure, ...] = (
    _mean("casualties", "people", "hurt by fire, mines and crashes: killed and wounded", _casualties_of_enemy),
    _mean("kia", "people", "killed in action: at once, or before they reached a facility", _killed),
    _mean("killed_at_once", "people", "of these, at once", _tally(MedicalSideW.KILLED_AT_ONCE)),
    _mean("wia", "people", "wounded in action: hurt and not killed in action", _wounded),
    _mean("returned_72h", "people", "of these, back on duty within 72 hours", _returned),
    _mean("dow", "people", "of these, died of wounds after they reached a facility", _died_of_wounds),
    _mean("seriously_wounded", "people", "wounded, less those back on duty within 72 hours",
          lambda case: _wounded(case) - _returned(case)),
    _mean("seriously_hurt", "people", "killed in action and seriously wounded",
          lambda case: _casualties_of_enemy(case) - _returned(case)),
    _mean("deaths", "people", "killed in action and died of wounds",
          lambda case: _killed(case) + _died_of_wounds(case)),
    _ratio("kia_share", "1", "%KIA: killed in action among the seriously hurt; no sum with %DOW means anything", "kia",
           "seriously_hurt", is_share=True),
    _ratio("dow_share", "1", "%DOW: died of wounds among the seriously wounded", "dow", "seriously_wounded",
           is_share=True),
    _ratio("case_fatality", "1", "case fatality rate: all deaths among all casualties", "deaths", "casualties",
           is_share=True),
    _mean("preventable_deaths", "people", "deaths that prompt care would have prevented",
          _deaths(*Cause, preventable=True)),
    _mean("preventable_bleeding", "people", "of these, by bleeding", _deaths(Cause.BLEEDING, preventable=True)),
    _mean("preventable_trauma", "people", "of these, by the clock of the injury",
          _deaths(Cause.TRAUMA, preventable=True)),
    _mean("preventable_lost", "people", "of these, lost with a transport or facility",
          _deaths(Cause.LOST, preventable=True)),
    _mean("died_bleeding", "people", "deaths by bleeding", _deaths(Cause.BLEEDING)),
    *_time("aid", "had first aid", PersonR.AID_S),
    *_time("role2", "reached a facility of Role 2 or 3", PersonR.ROLE2_S),
    *_time("surgery", "had surgery", PersonR.SURGERY_S),
    *_line("aid", "hurt by the enemy, not killed at once: first aid within 10 minutes", PersonR.AID_S, AID_S),
    *_line("field_care", "of these, T1 and T2: a facility within 1 hour", PersonR.ROLE1_S, FIELD_CARE_S, *_URGENT),
    *_line("surgery", f"{_SURGICAL}: surgery within 2 hours", PersonR.SURGERY_S, SURGERY_S),
    _mean("triaged", "people", "triages at the first aid and at facilities", _tally(MedicalSideW.TRIAGED)),
    _mean("over_triaged", "people", "of these, too urgent", _tally(MedicalSideW.OVER_TRIAGED)),
    _mean("under_triaged", "people", "of these, not urgent enough", _tally(MedicalSideW.UNDER_TRIAGED)),
    _mean("disease_cases", "people", "fallen ill", _tally(MedicalSideW.SICK)),
    _mean("stress_cases", "people", "out of action by mental stress", _tally(MedicalSideW.STRESSED)),
    _mean("returned_to_duty", "people", "back on duty, of all causes", _tally(MedicalSideW.RETURNED)),
    _mean("left_theatre", "people", "evacuated from the theatre alive", _tally(MedicalSideW.LEFT)),
    _mean("evacuated", "people", "casualties delivered to a facility", _tally(MedicalSideW.CARRIED)),
    *(
        replace(measure, exists=cares_for_neutrals)
        for measure in (
            _mean("civilians_admitted", "people", "casualties of neutral sides admitted to its facilities",
                  _tally(MedicalSideW.CIVILIANS)),
            _mean("civilians_hurt", "people", "people of neutral sides hurt or ill",
                  lambda case: civilians(case.params, case.state, dead=False)),
            _mean("civilians_dead", "people", "of these, dead",
                  lambda case: civilians(case.params, case.state, dead=True)),
        )
    ),
    *_flow("", "facilities"),
    *_flow("_{platform}", "facilities of a platform"),
)  # fmt: skip
"""The measures of medical support, in the order of tables."""
