"""The tables of casualties of a run folder: their changes of stage, and the people as they are at the end."""

from enum import IntEnum

import numpy as np

from simcore.care import FacilitySpecW, Station, StationSpecW, TransportSpecW
from simcore.event_kinds import EVENT_KINDS, Per
from simcore.medical import (
    Aid,
    Cause,
    Death,
    Health,
    Mechanism,
    MedicalUnitSpecW,
    PersonKind,
    PersonR,
    PersonSpecW,
    PersonW,
    Region,
    Stage,
)
from simcore.params import Params
from simcore.state import State
from simcore.types import EventKind

PERSON_EVENTS = tuple(kind for kind, spec in EVENT_KINDS.items() if spec.per in (Per.PERSON, Per.TREATMENT))
"""Kinds of events of which the detail a is a person."""
_BY_HOLDERS = (
    EventKind.PICKED_UP,
    EventKind.HANDED_OVER,
    EventKind.ADMITTED,
    EventKind.TREATMENT_BEGUN,
    EventKind.TREATMENT_ENDED,
)
"""Of these, those whose unit is the transport or facility; of all others it is the unit of the person."""
_NAMES = {int(kind): kind.name.lower() for kind in PERSON_EVENTS}
_NEVER = 2**30  # patients that never come
_TIMES = ("HURT", "AID", "REQUEST", "PICKED", "ROLE1", "ROLE2", "ROLE3", "SURGERY", "END")


def casualty_rows(params: Params, events: np.ndarray, dt_s: float) -> dict[str, np.ndarray]:
    """Return the columns of ``casualties.parquet`` for drained events: a row for each change of stage of a casualty."""
    rows = events[np.isin(events["kind"], PERSON_EVENTS)]
    is_by_holder = np.isin(rows["kind"], _BY_HOLDERS)
    return {
        "tick": rows["tick"].copy(),
        "time_s": rows["tick"] * dt_s,
        "person": rows["a"].copy(),
        "unit": params.medical.people[PersonSpecW.UNIT][rows["a"]],
        "change": np.array([_NAMES[kind] for kind in rows["kind"].tolist()], dtype=object),
        "place": np.where(is_by_holder, rows["unit"], rows["other"]),
        "detail": rows["b"].copy(),
    }


def care_table(params: Params) -> dict[str, np.ndarray]:
    """Return the columns of ``care.parquet``: the capacities of the facilities and the transports."""
    medical = params.medical
    spec, places = medical.units.whole, medical.stations.whole[StationSpecW.PLACES].reshape(-1, len(Station))
    facility, transport = spec[MedicalUnitSpecW.FACILITY], spec[MedicalUnitSpecW.TRANSPORT]
    unit = np.flatnonzero((facility >= 0) | (transport >= 0))
    f, t = facility[unit], transport[unit]

    def at(values: np.ndarray, column: np.ndarray) -> np.ndarray:
        return np.where(column >= 0, np.append(values, 0)[column], 0)

    whole = medical.facilities.whole
    surgery = np.minimum(places[:, Station.SURGERY], whole[FacilitySpecW.TEAMS])
    limits = [at(whole[row], f) for row in (FacilitySpecW.MASS_CASUALTY, FacilitySpecW.DIVERT_AT)]
    mass, divert = (np.where((f >= 0) & (limit < _NEVER), limit, -1) for limit in limits)
    return {
        "unit": unit,
        "facility": f,
        "transport": t,
        "role": at(whole[FacilitySpecW.ROLE], f),
        "resuscitation": at(places[:, Station.RESUSCITATION], f),
        "surgery": at(surgery, f),
        "intensive": at(places[:, Station.INTENSIVE], f),
        "ward": at(places[:, Station.WARD], f),
        "mass_casualty_from": mass,
        "divert_from": divert,
        "litters": at(medical.transports.whole[TransportSpecW.LITTERS], t),
        "seats": at(medical.transports.whole[TransportSpecW.SEATS], t),
    }


def people_table(params: Params, state: State, row: int) -> dict[str, np.ndarray]:
    """Return the columns of ``people.parquet``: all who were hurt or ill, in a replication at its end."""
    real, whole = state.people.real[row], state.people.whole[row]
    hit = np.flatnonzero(whole[PersonW.WOUNDS] > 0)
    spec, real, whole = params.medical.people[:, hit], real[:, hit], whole[:, hit]
    death = whole[PersonW.DEATH]
    is_late = (death == Death.BEFORE_CARE) | (death == Death.IN_CARE)
    times = {name: real[PersonR[f"{name}_S"]] for name in _TIMES}
    return {
        "person": hit,
        "unit": spec[PersonSpecW.UNIT],
        "kind": _named(PersonKind, spec[PersonSpecW.KIND]),
        "injuries": whole[PersonW.WOUNDS],
        "health": _named(Health, whole[PersonW.HEALTH]),
        "stage": _named(Stage, whole[PersonW.STAGE]),
        "mechanism": _named(Mechanism, whole[PersonW.MECHANISM]),
        "region": _named(Region, whole[PersonW.REGION]),
        "niss": real[PersonR.SEVERITY],
        "blood": real[PersonR.BLOOD],
        "triage": whole[PersonW.TRIAGE],
        "true_triage": whole[PersonW.TRUE_TRIAGE],
        "aid": _named(Aid, whole[PersonW.AID]),
        "has_tourniquet": whole[PersonW.TOURNIQUET],
        "blood_given": whole[PersonW.BLOOD_GIVEN],
        "death": _named(Death, death),
        "cause": _named(Cause, whole[PersonW.CAUSE]),
        "is_preventable": is_late & (whole[PersonW.IS_SURVIVABLE] == 1),
        **{f"{name.lower()}_s": np.where(time < 0.0, np.nan, time) for name, time in times.items()},
    }


def _named(codes: type[IntEnum], values: np.ndarray) -> np.ndarray:
    return np.array([codes(value).name.lower() for value in values.tolist()], dtype=object)
