"""Own people and their care in the worlds: as last reported, with what reports do not show drawn given the reports.

- The injury behind a triage category: see ``injuries``. It is that of the report, so that the clocks run on from there
  and a casualty of whom nobody has heard since may have died.
- The need of surgery, and whether he dies of his wounds after his care: given the care that he has had.
- Treatments and stays: what is left of them, given the time since they were first shown.
- Transports: those promised to casualties go for them; others with casualties aboard find their destination anew.

Casualties of neutral sides in charge of the side, and people of other sides, are as at the start of the scenario.
"""

from typing import Any

import numpy as np

from simcore.care import Station
from simcore.medical import (
    Aid,
    Cause,
    Death,
    Health,
    Mechanism,
    MedicalRuleR,
    MedicalSideW,
    MedicalUnitSpecW,
    PersonR,
    PersonSpecW,
    PersonW,
    Stage,
    Triage,
)
from simcore.medical_picture import CareTables
from simcore.medical_view import CasualtyR, CasualtyW
from simcore.params import MedicalSpec
from simcore.picture import Picture
from simcore.situation_tables import MedicalTable, UnitTable
from simcore.types import F64, NONE, Status
from staff_ai.belief.assignment import Uniform
from staff_ai.belief.care_courses import Case, due_s, is_stable_now, needs_surgery, rates, treatments_had, wounds
from staff_ai.belief.casualty_log import CasualtyLog
from staff_ai.belief.injuries import N_UNIFORMS, Course, draw_injuries, n_candidates
from staff_ai.belief.own_care import enter_facilities, enter_transports
from staff_ai.belief.staff_scenario import StaffScenario

_COURSE = 30  # purpose of the draws of the courses
_INJURY = 1000  # and of the injury of the first of the people
_SURGERY, _WOUNDS, _DEATH, _STAY = range(4)  # draws of the course of each of the people


def describe_casualties(
    staff: StaffScenario,
    log: CasualtyLog,
    picture: Picture,
    row: int,
    draws: Uniform,
    units: UnitTable,
    table: MedicalTable,
) -> None:
    """Enter the own people, facilities and transports into ``table``; ``units`` are those of the worlds."""
    assert picture.medical is not None
    known, is_own = picture.medical.of(row), picture.medical.is_own
    tick = int(picture.ticks[row])
    now_s = tick * staff.compiled.roster.dt_s
    known = known._replace(casualty_real=known.casualty_real[:, is_own], casualty_whole=known.casualty_whole[:, is_own])
    is_gone = ~np.isin(units.status[0], (Status.ACTIVE, Status.ABOARD, Status.SERVICING))
    _enter_reports(staff, known, tick, table)
    n_people, u = len(staff.own_people), None
    for k in np.flatnonzero(np.isfinite(known.casualty_real[CasualtyR.AGE_S])).tolist():
        case = _case(staff, known, k, is_gone, now_s, tick)
        health = known.casualty_whole[CasualtyW.HEALTH, k]
        if health == Health.FIT and case.stage == Stage.NONE:
            continue
        _enter_place(staff, known, k, case, units, table)
        if health == Health.DEAD:
            _enter_death(staff, log, known, k, case, table)
        elif health == Health.FIT or case.stage == Stage.LEFT:
            _enter_end(staff, log, known, k, case, draws, table)
        else:
            if u is None:
                u = draws.uniform(_COURSE, 4 * n_people).reshape(draws.n, n_people, 4)
            _enter_case(staff, log, known, k, case, draws, u[:, k], table)
    enter_facilities(staff, known, tick, units, table)
    enter_transports(staff, known, tick, table)


def _enter_reports(staff: StaffScenario, known: CareTables, tick: int, table: MedicalTable) -> None:
    """Enter what the command post has been told of each person, whatever is true."""
    columns, whole = staff.own_people, known.casualty_whole
    age_s = known.casualty_real[CasualtyR.AGE_S]
    is_told = np.isfinite(age_s)
    dt_s = staff.compiled.roster.dt_s
    told = np.where(is_told, tick - np.rint(np.where(is_told, age_s, 0.0) / dt_s), NONE)
    unit = whole[CasualtyW.UNIT]
    place = np.where(unit >= 0, staff.own_units[np.maximum(unit, 0)], NONE)
    for line, values in (
        (PersonW.REPORTED_STAGE, whole[CasualtyW.STAGE]),
        (PersonW.REPORTED_TRIAGE, whole[CasualtyW.TRIAGE]),
        (PersonW.REPORTED_PLACE, np.where(is_told, place, 0)),
        (PersonW.REPORTED_TICK, told),
        (PersonW.REPORTED_WAITS, whole[CasualtyW.WAITS]),
        (PersonW.REPORTED_ROLE, whole[CasualtyW.ROLE]),
        (PersonW.REPORTED_SITS, whole[CasualtyW.SITS]),
        (PersonW.REPORTED_HEALTH, whole[CasualtyW.HEALTH]),
        (PersonW.REPORTED_STATION, whole[CasualtyW.STATION]),
        (PersonW.REPORTED_MECHANISM, whole[CasualtyW.MECHANISM]),
        (PersonW.PRIORITY, whole[CasualtyW.PRIORITY]),
    ):
        table.people.whole[:, line, columns] = values


def _case(staff: StaffScenario, known: CareTables, k: int, is_gone: np.ndarray, now_s: float, tick: int) -> Case:
    """Return the case of own person ``k``: what the unit with which he is carried is gone, he lies where it was."""
    whole = known.casualty_whole[:, k]
    stage, place = int(whole[CasualtyW.STAGE]), int(whole[CasualtyW.UNIT])
    unit = int(staff.own_units[place]) if place >= 0 else NONE
    if unit >= 0 and is_gone[unit]:
        unit = NONE
        stage = int(Stage.SCENE) if Stage.ABOARD <= stage <= Stage.HOLDING else stage
    spec = staff.params.medical.units.whole
    is_in_care = Stage.QUEUE <= stage <= Stage.HOLDING
    facility = int(spec[MedicalUnitSpecW.FACILITY, unit]) if is_in_care and unit >= 0 else NONE
    promised = int(whole[CasualtyW.TRANSPORT])
    transport = int(staff.own_transports[promised]) if promised >= 0 else NONE
    if stage == Stage.ABOARD:
        transport = int(spec[MedicalUnitSpecW.TRANSPORT, unit])
    return Case(
        column=int(staff.own_people[k]),
        person=k,
        stage=stage,
        station=int(whole[CasualtyW.STATION]) if is_in_care else NONE,
        unit=unit,
        facility=facility,
        transport=transport,
        reported_s=now_s - float(known.casualty_real[CasualtyR.AGE_S, k]),
        now_s=now_s,
        tick=tick,
    )


def _set(table: MedicalTable, column: int, **values: Any) -> None:
    """Enter values of a person by the names of their rows: those of PersonR end in _S, or have a value per world."""
    for name, value in values.items():
        if name in PersonR.__members__:
            table.people.real[:, PersonR[name], column] = value
        else:
            table.people.whole[:, PersonW[name], column] = value


def _enter_place(
    staff: StaffScenario, known: CareTables, k: int, case: Case, units: UnitTable, table: MedicalTable
) -> None:
    reported = int(known.casualty_whole[CasualtyW.UNIT, k])
    x: F64 = np.full(len(units.x), known.casualty_real[CasualtyR.X, k])
    y: F64 = np.full(len(units.x), known.casualty_real[CasualtyR.Y, k])
    if reported >= 0:  # with a unit that is gone: where that was
        x, y = (axis[:, staff.own_units[reported]] for axis in (units.x, units.y))
    points = staff.params.medical.points
    at = np.flatnonzero((points[0] == x[0]) & (points[1] == y[0])) if case.unit < 0 and reported < 0 else []
    is_case = case.stage == Stage.SCENE and len(at) > 0
    _set(table, case.column, PLACE=case.unit, X=x, Y=y, POINT=int(at[0]) if is_case else NONE)


def _enter_death(
    staff: StaffScenario, log: CasualtyLog, known: CareTables, k: int, case: Case, table: MedicalTable
) -> None:
    """Enter a dead person: at once, if no picture has ever shown him hurt and judged."""
    role = int(known.casualty_whole[CasualtyW.ROLE, k])
    hurt_s = float(log.hurt_s[k])
    death, cause = Death.BEFORE_CARE, Cause.TRAUMA
    if role > 0:
        death, cause = Death.IN_CARE, Cause.WOUNDS
    elif hurt_s < 0.0:
        death, cause = Death.AT_ONCE, Cause.OVERWHELMING
    at_s = case.reported_s
    _set(
        table, case.column, HEALTH=Health.DEAD, STAGE=case.stage, DEATH=death, CAUSE=cause, WOUNDS=1, ROLE=role,
        FACILITY=case.facility, SEVERITY=75.0, HURT_S=at_s if hurt_s < 0.0 else hurt_s, END_S=at_s,
        UPDATED_S=at_s, **_role_times(log, k, role), **_of_report(known, k),
    )  # fmt: skip
    tally = {Death.AT_ONCE: "KILLED_AT_ONCE", Death.BEFORE_CARE: "DIED_BEFORE_CARE", Death.IN_CARE: "DIED_OF_WOUNDS"}
    is_wounded = int(known.casualty_whole[CasualtyW.MECHANISM, k]) < Mechanism.DISEASE
    _count(staff, table, tally[death] if is_wounded else "DIED_OF_ILLNESS", *(["WOUNDED"] if is_wounded else []))


def _enter_end(
    staff: StaffScenario, log: CasualtyLog, known: CareTables, k: int, case: Case, draws: Uniform, table: MedicalTable
) -> None:
    """Enter a person back on duty or out of the theatre: objectives count him by the severity of his injury."""
    is_fit = known.casualty_whole[CasualtyW.HEALTH, k] == Health.FIT
    role = int(known.casualty_whole[CasualtyW.ROLE, k])
    hurt_s, aid_s = _begin(staff, log, known, k, case)
    course = _course(staff, log, known, k, case, hurt_s, aid_s, _has_medic(staff.params.medical, case.column))
    is_light = True if is_fit and log.asked_s[k] < 0.0 and role == 0 else None
    course = course._replace(is_over=True, is_light=is_light, p_silent=1.0)
    n = 1 + N_UNIFORMS * n_candidates(staff.params.medical, course.mechanism)
    injury = draw_injuries(staff.params.medical, course, draws.uniform(_INJURY + k, n))
    _set(
        table, case.column, HEALTH=Health.FIT if is_fit else Health.HURT, STAGE=case.stage, WOUNDS=1,
        SEVERITY=injury.niss, HURT_S=hurt_s, END_S=case.reported_s, UPDATED_S=case.reported_s,
        ROLE=role, IS_STABLE=1, **_role_times(log, k, role), **_of_report(known, k),
    )  # fmt: skip
    is_wounded = int(known.casualty_whole[CasualtyW.MECHANISM, k]) < Mechanism.DISEASE
    _count(staff, table, "RETURNED" if is_fit else "LEFT", *(["WOUNDED"] if is_wounded else []))


def _role_times(log: CasualtyLog, k: int, role: int) -> dict[str, Any]:
    """Return the times of arrival at facilities up to a role: that at the first."""
    at_s = max(float(log.care_s[k]), 0.0)
    return {f"ROLE{number}_S": at_s for number in range(1, role + 1)}


def _of_report(known: CareTables, k: int) -> dict[str, Any]:
    """Return the values of a case that are true as reported."""
    whole = known.casualty_whole[:, k]
    mechanism = int(whole[CasualtyW.MECHANISM])
    return {
        "MECHANISM": mechanism,
        "IS_WOUNDED": int(mechanism < Mechanism.DISEASE),
        "TRIAGE": int(whole[CasualtyW.TRIAGE]),
        "IS_AMBULATORY": int(whole[CasualtyW.SITS]),
    }


def _count(staff: StaffScenario, table: MedicalTable, *names: str) -> None:
    for name in names:
        table.sides.whole[:, MedicalSideW[name], staff.side] += 1


def _enter_case(
    staff: StaffScenario, log: CasualtyLog, known: CareTables, k: int, case: Case, draws: Uniform, u: F64,
    table: MedicalTable,
) -> None:  # fmt: skip
    """Enter a hurt person, with an injury drawn given the reports."""
    medical, rules = staff.params.medical, staff.params.medical.rules_real
    whole = known.casualty_whole[:, k]
    hurt_s, aid_s = _begin(staff, log, known, k, case)
    has_medic = _has_medic(medical, case.column)
    course = _course(staff, log, known, k, case, hurt_s, aid_s, has_medic)
    n = 1 + N_UNIFORMS * n_candidates(medical, course.mechanism)
    injury = draw_injuries(medical, course, draws.uniform(_INJURY + k, n))
    role = int(whole[CasualtyW.ROLE])
    is_aided = np.isfinite(aid_s)
    care_s, picked_s = float(log.care_s[k]), float(log.picked_s[k])
    needs = needs_surgery(staff, injury, case, bool(whole[CasualtyW.WAITS]), u[:, _SURGERY])
    is_stable = is_stable_now(medical, case, needs)
    survives, wounds_s = wounds(rules, injury, is_stable, case, care_s, u[:, _WOUNDS], u[:, _DEATH])
    trauma_rate, bleed_rate = rates(rules, case, bool(log.attended[k]), is_aided, has_medic, injury)
    is_in_bay = case.facility >= 0 and (case.stage == Stage.HOLDING or case.station > Station.RESUSCITATION)
    is_in_bay |= case.stage == Stage.STATION
    blood = np.maximum(injury.blood, rules[MedicalRuleR.FULL_BLOOD]) if is_in_bay else injury.blood
    waits = bool(whole[CasualtyW.WAITS])
    request_s = float(log.asked_s[k])
    if waits:
        request_s = case.now_s - float(known.casualty_real[CasualtyR.ASKED_S, k])
    elif request_s < 0.0 and role > 0:
        request_s = hurt_s
    ends_s = due_s(staff, injury, case, waits, float(log.since_s[k]), u[:, _STAY])
    if case.stage == Stage.SCENE and is_aided and request_s < 0.0:
        is_light = injury.niss < rules[MedicalRuleR.SCENE_NISS]
        ends_s = np.where(is_light, np.maximum(aid_s + rules[MedicalRuleR.SCENE_DUTY_S], case.now_s), np.inf)
        request_s = np.where(is_light, -1.0, np.maximum(aid_s + rules[MedicalRuleR.REQUEST_S], case.now_s))
    _set(
        table, case.column, HEALTH=Health.HURT, STAGE=case.stage, SEVERITY=injury.niss, REGION=injury.region,
        BLOOD=blood, BLEED_PER_H=np.where(is_stable, 0.0, injury.bleed_per_h),
        BLEED_GROWTH=np.where(is_stable, 0.0, injury.bleed_growth), BLEED_RATE=bleed_rate, TRAUMA_RATE=trauma_rate,
        TRAUMA_S=np.where(is_stable, np.inf, injury.trauma_s), UPDATED_S=case.reported_s, HURT_S=hurt_s,
        AID_S=aid_s if is_aided else -1.0, REQUEST_S=request_s, PICKED_S=picked_s, READY_S=float(log.since_s[k]),
        SURGERY_S=float(log.since_s[k]) if case.station == Station.SURGERY and case.stage == Stage.STATION else -1.0,
        END_S=-1.0, DUE_S=ends_s, WOUNDS_S=wounds_s, TRUE_TRIAGE=injury.right, TOURNIQUET=injury.tourniquet,
        STATION=case.station, TRANSPORT=case.transport, FACILITY=case.facility, NEEDS_SURGERY=needs,
        IS_SURVIVABLE=survives, AID=(Aid.MEDIC if has_medic else Aid.BUDDY) if is_aided else Aid.NONE, WOUNDS=1,
        IS_STABLE=is_stable, ROLE=role, DONE=treatments_had(case), TREATMENTS=max(case.station, 0),
        **_role_times(log, k, role), **_of_report(known, k),
    )  # fmt: skip
    is_wounded = course.mechanism < Mechanism.DISEASE
    _count(staff, table, "WOUNDED" if is_wounded else "SICK", *(["AIDED"] if is_aided else []))


def _begin(staff: StaffScenario, log: CasualtyLog, known: CareTables, k: int, case: Case) -> tuple[float, float]:
    """Return the times of the injury and of the end of first aid [s]; inf: no aid so far.

    The request of a transport comes at a fixed time after the aid, and the aid after the injury, if somebody is free;
    without a request it is the time at which a picture first showed each.
    """
    rules = staff.params.medical.rules_real
    length_s = rules[MedicalRuleR.MEDIC_S if _has_medic(staff.params.medical, case.column) else MedicalRuleR.BUDDY_S]
    hurt_s = float(log.hurt_s[k]) if log.hurt_s[k] >= 0.0 else case.reported_s
    aid_s = float(log.judged_s[k]) if known.casualty_whole[CasualtyW.TRIAGE, k] > Triage.NONE else np.inf
    if log.asked_s[k] >= 0.0:
        aid_s = float(log.asked_s[k]) - rules[MedicalRuleR.REQUEST_S]
    if np.isfinite(aid_s):
        hurt_s = min(hurt_s, aid_s - length_s - rules[MedicalRuleR.REACTION_S])
    return min(max(hurt_s, 0.0), case.reported_s), max(aid_s, 0.0)


def _has_medic(medical: MedicalSpec, column: int) -> bool:
    """Return whether the unit of a person has a medic of its own."""
    unit = medical.people[PersonSpecW.UNIT, column]
    first, count = (medical.units.whole[line, unit] for line in (MedicalUnitSpecW.FIRST, MedicalUnitSpecW.COUNT))
    return bool((medical.people[PersonSpecW.IS_MEDIC, first : first + count] == 1).any())


def _p_silent(staff: StaffScenario, log: CasualtyLog, k: int) -> float:
    """Return the probability that a transport has not been asked for, for one who does not stay: judged just now."""
    request_s = float(staff.params.medical.rules_real[MedicalRuleR.REQUEST_S])
    if log.before_s < 0.0 or log.judged_s[k] <= log.before_s:
        return float(log.time_s - log.judged_s[k] < request_s)
    return min(1.0, request_s / (log.time_s - log.before_s))


def _course(
    staff: StaffScenario,
    log: CasualtyLog,
    known: CareTables,
    k: int,
    case: Case,
    hurt_s: float,
    aid_s: float,
    has_medic: bool,
) -> Course:
    whole = known.casualty_whole[:, k]
    triage, waits, role = int(whole[CasualtyW.TRIAGE]), bool(whole[CasualtyW.WAITS]), int(whole[CasualtyW.ROLE])
    is_light: bool | None = None
    p_silent = 1.0
    if case.stage == Stage.SCENE and role == 0 and triage > Triage.NONE and log.picked_s[k] < 0.0:
        is_light = False if waits else None
        p_silent = 1.0 if waits else _p_silent(staff, log, k)
    elif log.picked_s[k] >= 0.0 or role > 0:  # somebody asked for a transport
        is_light = False
    in_care = case.facility >= 0
    is_severe = in_care and case.station == Station.INTENSIVE

    def since(at_s: float) -> float:
        return at_s - hurt_s if at_s >= 0.0 and np.isfinite(at_s) else np.inf

    return Course(
        mechanism=int(whole[CasualtyW.MECHANISM]),
        triage=triage,
        sits=bool(whole[CasualtyW.SITS]),
        is_judged_in_care=role > 0,
        is_light=is_light,
        p_silent=p_silent,
        is_severe=is_severe,
        aid_s=since(aid_s),
        has_medic=has_medic,
        picked_s=since(float(log.picked_s[k])),
        has_attendant=bool(log.attended[k]),
        care_s=since(float(log.care_s[k])),
        treated_s=since(float(log.treated_s[k])),
        is_in_first=case.stage == Stage.STATION and case.station == Station.RESUSCITATION and role <= 1,
        now_s=case.reported_s - hurt_s,
    )
