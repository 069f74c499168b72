"""Medical support as blocks of columns: people, injuries, facilities, stations and transports."""

import math
from collections.abc import Sequence

import numpy as np

from scenarios.compiler.care_ways import assign_ways
from scenarios.compiler.columns import blank, blank_reals, blank_wholes
from scenarios.compiler.supply import item_index
from scenarios.compiler.ticks import ticks, ticks_or_none
from scenarios.compiler.units import Forces
from scenarios.format.content_key import content_key
from scenarios.format.defaults import settled
from scenarios.format.schema.injuries import Injury
from scenarios.format.schema.medical import Medical
from scenarios.format.schema.medical_cards import FacilityFit, PeopleFit, TreatmentTime
from scenarios.format.schema.scenario import ScenarioFile, unit_names
from scenarios.terrain.rasters import Ground
from simcore.care import (
    FacilitySpecR,
    FacilitySpecW,
    Station,
    StationSpecR,
    StationSpecW,
    TransportSpecR,
    TransportSpecW,
    TreatmentLaw,
)
from simcore.medical import (
    N_BANDS,
    N_INJURY_ROWS,
    N_RULE_REALS,
    BleedingR,
    InjuryR,
    Mechanism,
    MedicalRuleR,
    MedicalRuleW,
    MedicalUnitSpecR,
    MedicalUnitSpecW,
    PersonKind,
    PersonSpecW,
    Region,
    TraumaLaw,
    Unmanned,
)
from simcore.params import Block, MedicalSpec, MountSpecW, UnitSpecW
from simcore.types import F64, I32, NONE

_DAY_S = 86_400.0
_HOUR_S = 3600.0
_NEVER = 2**30


def empty_medical() -> MedicalSpec:
    """Return the parameters of a scenario without medical support."""
    return MedicalSpec(
        people=blank_wholes(PersonSpecW, 0),
        mount_injury=np.zeros(0, dtype=np.int32),
        units=blank(MedicalUnitSpecR, MedicalUnitSpecW, 0),
        injuries=np.zeros((N_INJURY_ROWS, 0)),
        bleeding=blank_reals(BleedingR, 0),
        facilities=blank(FacilitySpecR, FacilitySpecW, 0),
        stations=blank(StationSpecR, StationSpecW, 0),
        transports=blank(TransportSpecR, TransportSpecW, 0),
        points=np.zeros((2, 0)),
        point_side=np.zeros(0, dtype=np.int32),
        rules_real=np.zeros(N_RULE_REALS),
        rules_whole=np.zeros(len(MedicalRuleW), dtype=np.int32),
        region=np.zeros((0, 0), dtype=np.int32),
    )


def compile_medical(content: ScenarioFile, forces: Forces, ground: Ground) -> MedicalSpec:
    """Return the parameters of medical support of a resolved scenario; empty blocks without the section."""
    section = content.medical
    if section is None:
        return empty_medical()
    aboard = _people_of_units(content, forces)
    units, people = _compile_people(aboard)
    facilities, stations = _compile_facilities(content, forces)
    transports = _compile_transports(content, forces, aboard)
    region = assign_ways(content, forces, transports, ground)
    units.whole[MedicalUnitSpecW.FACILITY] = NONE
    units.whole[MedicalUnitSpecW.FACILITY, facilities.whole[FacilitySpecW.UNIT]] = np.arange(facilities.whole.shape[1])
    units.whole[MedicalUnitSpecW.TRANSPORT] = NONE
    units.whole[MedicalUnitSpecW.TRANSPORT, transports.whole[TransportSpecW.UNIT]] = np.arange(
        transports.whole.shape[1]
    )
    sides = [side.name for side in content.sides]
    points = section.evacuation.exchange_points
    rules_real, rules_whole = _compile_rules(section, content.time.dt_s)
    rules_whole[MedicalRuleW.CARING_SIDES] = sum(1 << sides.index(side) for side in section.civilians.cared_by)
    return MedicalSpec(
        people=people,
        mount_injury=_mount_injuries(content, forces),
        units=units,
        injuries=_compile_injuries(section),
        bleeding=_compile_bleeding(section),
        facilities=facilities,
        stations=stations,
        transports=transports,
        points=np.array([point.at_km for point in points], dtype=np.float64).reshape(-1, 2).T.copy() * 1e3,
        point_side=np.array([sides.index(point.side) for point in points], dtype=np.int32),
        rules_real=rules_real,
        rules_whole=rules_whole,
        region=region,
    )


def _people_of_units(content: ScenarioFile, forces: Forces) -> list[PeopleFit]:
    """Return the people of each unit: those of its entry in the group, or of its card. Phantoms have none."""
    given = {name: group.units[entry].people for group in content.groups for name, entry in unit_names(group)}
    nobody = PeopleFit()
    aboard: list[PeopleFit] = []
    for unit, name in enumerate(forces.order.names):
        card = forces.order.cards[forces.order.platform[unit]]
        is_real = forces.units.whole[UnitSpecW.SPOOFER, unit] < 0
        aboard.append((given[name] or card.people or nobody) if is_real else nobody)
    return aboard


def _compile_people(aboard: Sequence[PeopleFit]) -> tuple[Block, I32]:
    """Return the units in medical support, and the people by unit: crew (medics first), passengers, civilians."""
    units = blank(MedicalUnitSpecR, MedicalUnitSpecW, len(aboard))
    count = np.array([fit.total for fit in aboard], dtype=np.int64)
    units.whole[MedicalUnitSpecW.COUNT] = count
    units.whole[MedicalUnitSpecW.FIRST] = np.cumsum(count) - count
    units.whole[MedicalUnitSpecW.CREW] = [fit.crew for fit in aboard]
    units.real[MedicalUnitSpecR.PROTECTION] = [fit.protection for fit in aboard]
    people = blank_wholes(PersonSpecW, int(count.sum()))
    people[PersonSpecW.UNIT] = np.repeat(np.arange(len(aboard)), count)
    people[PersonSpecW.NUMBER] = np.arange(people.shape[1]) - np.repeat(units.whole[MedicalUnitSpecW.FIRST], count)
    number = people[PersonSpecW.NUMBER]
    crew = np.repeat([fit.crew for fit in aboard], count)
    riders = np.repeat([fit.crew + fit.passengers for fit in aboard], count)
    people[PersonSpecW.IS_MEDIC] = number < np.repeat([fit.medics for fit in aboard], count)
    people[PersonSpecW.KIND] = np.where(
        number < crew,
        int(PersonKind.CREW),
        np.where(number < riders, int(PersonKind.PASSENGER), int(PersonKind.CIVILIAN)),
    )
    return units, people


def _mount_injuries(content: ScenarioFile, forces: Forces) -> I32:
    """Return the Mechanism of the injuries by the rounds of each mount."""
    causes = [settled(content.catalogue.weapons[name].injury) for name in forces.order.weapons]
    by_weapon = np.array([int(Mechanism[cause.upper()]) for cause in causes], dtype=np.int32)
    weapon = forces.mounts.whole[MountSpecW.WEAPON]
    return by_weapon[weapon] if len(by_weapon) else np.zeros(len(weapon), dtype=np.int32)


def _compile_injuries(section: Medical) -> F64:
    """Return the injuries by Mechanism (N_INJURY_ROWS, mechanisms)."""
    injuries = np.zeros((N_INJURY_ROWS, len(Mechanism)))
    for mechanism in Mechanism:
        injury: Injury = getattr(section.injuries, mechanism.name.lower())
        column = injuries[:, mechanism]
        column[InjuryR.P_AT_ONCE] = injury.p_at_once
        column[InjuryR.NISS] = math.nan if injury.severity.niss is None else injury.severity.niss
        column[InjuryR.P_BLEEDING] = injury.p_bleeding
        column[InjuryR.BAND : InjuryR.BAND + N_BANDS] = _cumulative(injury.severity.shares)
        shares = [getattr(injury.regions, region.name.lower()) for region in Region]
        column[InjuryR.REGION : InjuryR.REGION + len(Region)] = _cumulative(shares)
    return injuries


def _cumulative(shares: tuple[float, ...] | list[float]) -> F64:
    """Return the cumulative shares; the last is 1."""
    total = np.cumsum(np.array(shares, dtype=np.float64))
    return total / total[-1]


def _compile_bleeding(section: Medical) -> F64:
    """Return the bleeding by Region (len(BleedingR), regions)."""
    bleeding = np.zeros((len(BleedingR), len(Region)))
    for region in Region:
        given = getattr(section.deterioration.bleeding, region.name.lower())
        bleeding[BleedingR.FROM_PER_H, region] = given.from_per_h
        bleeding[BleedingR.TO_PER_H, region] = given.to_per_h
        bleeding[BleedingR.GROWTH_PER_H2, region] = given.growth_per_h2
        bleeding[BleedingR.KILLS, region] = region.name.lower() in section.deterioration.bleeds_out
    return bleeding


def _compile_facilities(content: ScenarioFile, forces: Forces) -> tuple[Block, Block]:
    """Return the facilities by unit, and their stations."""
    listed: list[tuple[int, FacilityFit]] = []
    for unit, platform in enumerate(forces.order.platform):
        fit = forces.order.cards[platform].facility
        if fit is not None and forces.units.whole[UnitSpecW.SPOOFER, unit] < 0:
            listed.append((unit, fit))
    items = item_index(content.sustainment)
    facilities = blank(FacilitySpecR, FacilitySpecW, len(listed))
    stations = blank(StationSpecR, StationSpecW, len(Station) * len(listed))
    ranks = {kind: rank for rank, kind in enumerate(sorted({content_key(fit) for _, fit in listed}))}
    for f, (unit, fit) in enumerate(listed):
        facilities.real[FacilitySpecR.REACH_M, f] = fit.reach_m
        facilities.real[FacilitySpecR.HOLDING_S, f] = settled(fit.holding_days) * _DAY_S
        facilities.real[FacilitySpecR.SETUP_S, f] = fit.setup_min * 60.0
        facilities.real[FacilitySpecR.MASS_FACTOR, f] = fit.mass_casualty_factor
        facilities.real[FacilitySpecR.RANK, f] = ranks[content_key(fit)]
        whole = facilities.whole[:, f]
        whole[FacilitySpecW.UNIT] = unit
        whole[FacilitySpecW.ROLE] = fit.role
        whole[FacilitySpecW.TEAMS] = settled(fit.teams)
        whole[FacilitySpecW.MASS_CASUALTY] = fit.mass_casualty_from or _NEVER
        whole[FacilitySpecW.DIVERT_AT] = fit.divert_from or _NEVER
        whole[FacilitySpecW.BLOOD_ITEM] = NONE if fit.blood is None else items[fit.blood]
        whole[FacilitySpecW.STORE_ITEM] = NONE if fit.stores is None else items[fit.stores]
        for station, places, time in (
            (Station.RESUSCITATION, fit.bays, fit.times.resuscitation),
            (Station.SURGERY, fit.theatres, fit.times.surgery),
            (Station.INTENSIVE, fit.intensive, fit.times.intensive),
            (Station.WARD, fit.ward, fit.times.ward),
        ):
            column = len(Station) * f + int(station)
            stations.whole[StationSpecW.PLACES, column] = places
            _fill_time(stations, column, settled(time))
    return facilities, stations


def _fill_time(stations: Block, column: int, time: TreatmentTime) -> None:
    """Write the time of a treatment. Mutates ``stations``."""
    stations.whole[StationSpecW.LAW, column] = int(TreatmentLaw[time.law.upper()])
    middle = time.mode_min if time.law == "triangular" else time.mean_min
    stations.real[StationSpecR.MEAN_S, column] = settled(middle) * 60.0
    stations.real[StationSpecR.CV, column] = time.cv
    stations.real[StationSpecR.LOW_S, column] = (time.low_min or 0.0) * 60.0
    stations.real[StationSpecR.HIGH_S, column] = (time.high_min or 0.0) * 60.0


def _compile_transports(content: ScenarioFile, forces: Forces, aboard: Sequence[PeopleFit]) -> Block:
    """Return the transports by unit, with the people ``aboard``."""
    dt_s = content.time.dt_s
    cards = [forces.order.cards[platform].evacuation for platform in forces.order.platform]
    is_real = forces.units.whole[UnitSpecW.SPOOFER] < 0
    listed = [(unit, fit) for unit, fit in enumerate(cards) if fit is not None and is_real[unit]]
    transports = blank(TransportSpecR, TransportSpecW, len(listed))
    for t, (unit, fit) in enumerate(listed):
        transports.real[TransportSpecR.REACH_M, t] = fit.reach_m
        whole = transports.whole[:, t]
        whole[TransportSpecW.UNIT] = unit
        whole[TransportSpecW.LITTERS] = fit.litters
        whole[TransportSpecW.SEATS] = fit.seats
        whole[TransportSpecW.HAS_ATTENDANT] = fit.attendant
        whole[TransportSpecW.BLOOD] = fit.blood
        whole[TransportSpecW.LOAD_TICKS] = ticks_or_none(fit.load_min * 60.0, dt_s)
        whole[TransportSpecW.UNLOAD_TICKS] = ticks_or_none(fit.unload_min * 60.0, dt_s)
        whole[TransportSpecW.IS_UNMANNED] = aboard[unit].crew == 0
    return transports


def _compile_rules(section: Medical, dt_s: float) -> tuple[F64, I32]:
    """Return the rules of medical support."""
    period = ticks(section.interval_s, dt_s)
    course, aid, triage = section.deterioration, section.first_aid, section.triage
    sick, ride, care, duty = section.sickness, section.evacuation, section.care, section.duty
    mean = sick.wounded_per_1000_per_day
    per_day = {
        MedicalRuleR.DISEASE_PER_S: sick.disease_per_1000_per_day,
        MedicalRuleR.STRESS_PER_S: sick.stress_per_1000_per_day,
        MedicalRuleR.WOUNDED_PER_S: mean,
    }
    values = {
        MedicalRuleR.DT_S: period * dt_s,
        MedicalRuleR.P_HURT: -1.0 if section.injuries.p_hurt is None else section.injuries.p_hurt,
        MedicalRuleR.TRAUMA_SCALE_S: course.scale_min * 60.0,
        MedicalRuleR.TRAUMA_POWER: course.power,
        MedicalRuleR.TRAUMA_CV: course.cv,
        MedicalRuleR.TRAUMA_MEAN_S: course.mean_min * 60.0,
        MedicalRuleR.TRAUMA_NISS: course.least_niss,
        MedicalRuleR.P_FATAL: course.p_fatal,
        MedicalRuleR.BLEED_NISS: course.bleeding_niss,
        MedicalRuleR.DEAD_BLOOD: course.dead_below,
        MedicalRuleR.REACTION_S: aid.reaction_min * 60.0,
        MedicalRuleR.BUDDY_S: aid.buddy_min * 60.0,
        MedicalRuleR.MEDIC_S: aid.medic_min * 60.0,
        MedicalRuleR.AID_REACH_M: aid.medic_reach_m,
        MedicalRuleR.P_TOURNIQUET_BUDDY: aid.p_tourniquet,
        MedicalRuleR.P_TOURNIQUET_MEDIC: aid.p_tourniquet_medic,
        MedicalRuleR.TOURNIQUET_PER_H: aid.tourniquet_per_h,
        MedicalRuleR.AID_TRAUMA: aid.trauma_rate,
        MedicalRuleR.AID_BLEED: aid.bleeding_rate,
        MedicalRuleR.MEDIC_TRAUMA: aid.trauma_rate_medic,
        MedicalRuleR.MEDIC_BLEED: aid.bleeding_rate_medic,
        MedicalRuleR.REQUEST_S: aid.request_min * 60.0,
        MedicalRuleR.T1_NISS: triage.t1_niss,
        MedicalRuleR.T2_NISS: triage.t2_niss,
        MedicalRuleR.T4_NISS: triage.t4_niss,
        MedicalRuleR.T1_BLOOD: triage.t1_blood,
        MedicalRuleR.P_OVER: triage.p_over,
        MedicalRuleR.P_UNDER: triage.p_under,
        MedicalRuleR.P_OVER_FACILITY: triage.p_over_facility,
        MedicalRuleR.P_UNDER_FACILITY: triage.p_under_facility,
        MedicalRuleR.WOUNDED_CV: sick.wounded_sd / mean if mean > 0.0 else 0.0,
        MedicalRuleR.SCENE_NISS: duty.scene_niss,
        MedicalRuleR.SCENE_DUTY_S: duty.scene_h * _HOUR_S,
        MedicalRuleR.WOUNDS_DEATH_S: care.died_of_wounds_h * _HOUR_S,
        MedicalRuleR.RIDE_TRAUMA: ride.trauma_rate,
        MedicalRuleR.RIDE_BLEED: ride.bleeding_rate,
        MedicalRuleR.LONE_TRAUMA: ride.trauma_rate_alone,
        MedicalRuleR.LONE_BLEED: ride.bleeding_rate_alone,
        MedicalRuleR.RESUSCITATION_TRAUMA: care.trauma_rate,
        MedicalRuleR.RESUSCITATION_BLEED: care.bleeding_rate,
        MedicalRuleR.UNIT_BLOOD: care.unit_share,
        MedicalRuleR.FULL_BLOOD: care.blood_up_to,
        MedicalRuleR.CIVILIAN_REACH_M: section.civilians.reach_km * 1000.0,
        **{rule: rate / 1000.0 / _DAY_S for rule, rate in per_day.items()},
    }
    real = np.full(N_RULE_REALS, math.nan)
    for rule, value in values.items():
        real[rule] = value
    real[MedicalRuleR.P_SURGERY : MedicalRuleR.P_SURGERY + 3] = care.p_surgery
    real[MedicalRuleR.P_WOUNDS : MedicalRuleR.P_WOUNDS + N_BANDS] = care.p_died_of_wounds
    real[MedicalRuleR.DUTY_S : MedicalRuleR.DUTY_S + N_BANDS] = np.array(duty.mean_days) * _DAY_S
    whole = np.zeros(len(MedicalRuleW), dtype=np.int32)
    whole[MedicalRuleW.PERIOD] = period
    whole[MedicalRuleW.CREW_MATTERS] = section.crew_matters
    whole[MedicalRuleW.TRAUMA_LAW] = int(TraumaLaw[course.law.upper()])
    whole[MedicalRuleW.SELF_AID] = aid.self_aid
    whole[MedicalRuleW.MEDIC_BLOOD] = aid.medic_blood
    whole[MedicalRuleW.BLOOD_FORWARD] = ride.blood_forward
    whole[MedicalRuleW.UNMANNED] = int(Unmanned[ride.unmanned.upper()])
    whole[MedicalRuleW.ESCORT_WAIT] = ticks_or_none(ride.escort_wait_min * 60.0, dt_s)
    return real, whole
