"""The course of own casualties in care in the worlds: surgery, wounds, the speed of their clocks, and stays."""

from dataclasses import dataclass

import numpy as np

from simcore.care import FacilitySpecR, Station, StationSpecR, StationSpecW, TreatmentLaw
from simcore.medical import BAND_EDGES, MedicalRuleR, Stage
from simcore.params import MedicalSpec
from simcore.types import F64, I64
from staff_ai.belief.durations import left_s, triangular_left_s
from staff_ai.belief.injuries import Injury
from staff_ai.belief.staff_scenario import StaffScenario

_N = len(Station)
_ALL_DONE = (1 << _N) - 1


@dataclass(frozen=True)
class Case:
    """What describes an own casualty: himself, his report, and the worlds."""

    column: int  # among the people
    person: int  # among the own people
    stage: int
    station: int
    unit: int  # with which he is, or -1: on the ground
    facility: int
    transport: int
    reported_s: float
    now_s: float
    tick: int


def needs_surgery(staff: StaffScenario, injury: Injury, case: Case, waits: bool, u: F64) -> I64:
    """Return whether he needs surgery still: known from his station, else by his injury and where he was left."""
    medical, rules = staff.params.medical, staff.params.medical.rules_real
    prior = rules[MedicalRuleR.P_SURGERY + np.where(injury.right_at_first < 4, injury.right_at_first - 1, 0)]
    if case.facility < 0:
        return (u < prior).astype(np.int64)
    if case.station == Station.SURGERY:
        return np.full(len(u), int(case.stage == Stage.QUEUE), dtype=np.int64)
    if case.station >= Station.INTENSIVE or (case.stage == Stage.HOLDING and not waits):
        return np.zeros(len(u), dtype=np.int64)
    if case.stage == Stage.HOLDING:  # he waits because he needs it, or because he would stay too long
        mean_s = rules[MedicalRuleR.DUTY_S + bands(injury.niss)]
        holding_s = medical.facilities.real[FacilitySpecR.HOLDING_S, case.facility]
        stays_long = np.exp(-holding_s / np.maximum(mean_s, 1e-9))
        chance = prior / np.maximum(prior + (1.0 - prior) * stays_long, 1e-12)
        return (u < chance).astype(np.int64)
    return (u < prior).astype(np.int64)


def is_stable_now(medical: MedicalSpec, case: Case, needs: I64) -> I64:
    """Return 1 once care has stopped both clocks: at the begin of surgery, or after a treatment if he needs none."""
    if case.facility < 0:
        return np.zeros(len(needs), dtype=np.int64)
    is_treated = case.stage == Stage.HOLDING or case.station > Station.RESUSCITATION
    has_bay = medical.stations.whole[StationSpecW.PLACES, _N * case.facility + Station.RESUSCITATION] > 0
    if not is_treated or (case.stage == Stage.QUEUE and not has_bay):
        return np.zeros(len(needs), dtype=np.int64)
    return 1 - needs


def wounds(rules: F64, injury: Injury, is_stable: I64, case: Case, care_s: float, u: F64, v: F64) -> tuple[I64, F64]:
    """Return whether prompt care saves him, and the time of his death of wounds after his care [s]; inf: none.

    Who has lived for some time after his care is the more likely to be saved.
    """
    p = rules[MedicalRuleR.P_WOUNDS + bands(injury.niss)]
    mean_s = float(rules[MedicalRuleR.WOUNDS_DEATH_S])
    lived_s = max(case.reported_s - care_s, 0.0) if care_s >= 0.0 else 0.0
    lived = np.exp(-lived_s / mean_s) if mean_s > 0.0 else 0.0
    p = np.where(is_stable == 1, p * lived / np.maximum(1.0 - p + p * lived, 1e-12), p)
    survives = u >= p
    death_s = case.reported_s - mean_s * np.log(v)
    return survives.astype(np.int64), np.where(survives | (is_stable == 0), np.inf, death_s)


def rates(
    rules: F64, case: Case, is_attended: bool, is_aided: bool, has_medic: bool, injury: Injury
) -> tuple[F64, F64]:
    """Return the speed of the clock of the injury and the factor on the bleeding under his present care (n,)."""
    slow = flow = 1.0
    if is_aided:
        slow = float(rules[MedicalRuleR.MEDIC_TRAUMA if has_medic else MedicalRuleR.AID_TRAUMA])
        flow = float(rules[MedicalRuleR.MEDIC_BLEED if has_medic else MedicalRuleR.AID_BLEED])
    trauma = np.full(len(injury.niss), slow)
    bleed = np.where(injury.tourniquet == 1, 1.0, flow)
    if case.stage == Stage.ABOARD and not is_attended:
        return trauma * rules[MedicalRuleR.LONE_TRAUMA], bleed * rules[MedicalRuleR.LONE_BLEED]
    if case.stage >= Stage.ABOARD:
        trauma = np.minimum(trauma, rules[MedicalRuleR.RIDE_TRAUMA])
        bleed = np.minimum(bleed, rules[MedicalRuleR.RIDE_BLEED])
    if case.facility >= 0 and (case.stage != Stage.QUEUE or case.station > Station.RESUSCITATION):
        trauma = np.minimum(trauma, rules[MedicalRuleR.RESUSCITATION_TRAUMA])
        bleed = np.minimum(bleed, rules[MedicalRuleR.RESUSCITATION_BLEED])
    return trauma, bleed


def due_s(staff: StaffScenario, injury: Injury, case: Case, waits: bool, since_s: float, u: F64) -> F64:
    """Return the end of his treatment, or of his stay until he is fit (n,) [s]; inf: none is under way."""
    medical = staff.params.medical
    mean_s = medical.rules_real[MedicalRuleR.DUTY_S + bands(injury.niss)]
    if case.stage == Stage.HOLDING and not waits:
        return case.now_s - mean_s * np.log(u)
    if case.stage != Stage.STATION:
        return np.full(len(u), np.inf)
    c = _N * case.facility + case.station
    real, law = medical.stations.real[:, c], int(medical.stations.whole[StationSpecW.LAW, c])
    spent_s = max(case.now_s - max(since_s, 0.0), 0.0)
    if case.station == Station.WARD:
        return case.now_s - mean_s * np.log(u)
    if law == TreatmentLaw.TRIANGULAR:
        ends = real[StationSpecR.LOW_S], real[StationSpecR.MEAN_S], real[StationSpecR.HIGH_S]
        return case.now_s + triangular_left_s(u, *ends, spent_s)
    return case.now_s + left_s(u, law, float(real[StationSpecR.MEAN_S]), float(real[StationSpecR.CV]), spent_s)


def treatments_had(case: Case) -> int:
    """Return the treatments that he has had at his facility, as bits: those before his station."""
    if case.facility < 0:
        return 0
    return _ALL_DONE if case.stage == Stage.HOLDING else (1 << max(case.station, 0)) - 1


def bands(niss: F64) -> I64:
    """Return the bands of severities."""
    return np.asarray(np.searchsorted(np.array(BAND_EDGES[1:-1]), niss, side="right"), dtype=np.int64)
