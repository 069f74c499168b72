"""Own facilities and transports in the worlds: as last reported, with the patients and casualties of the worlds."""

import numpy as np

from simcore.care import (
    FacilityR,
    FacilitySpecR,
    FacilitySpecW,
    FacilityW,
    Station,
    TransportSpecW,
    TransportStage,
    TransportW,
)
from simcore.medical import Health, PersonW, Stage
from simcore.medical_picture import CareTables
from simcore.medical_view import FacilityView, TransportView
from simcore.situation_tables import MedicalTable, UnitTable
from simcore.types import NONE
from staff_ai.belief.staff_scenario import StaffScenario

_N = len(Station)


def enter_facilities(staff: StaffScenario, known: CareTables, tick: int, units: UnitTable, table: MedicalTable) -> None:
    """Enter the own facilities into ``table``, with the counts of their patients."""
    columns, whole, spec = staff.own_facilities, table.facilities.whole, staff.params.medical.facilities
    view, people = known.facility_whole, table.people.whole[0]
    dead, stage = people[PersonW.HEALTH] == Health.DEAD, people[PersonW.STAGE]
    for k, f in enumerate(columns.tolist()):
        here = (people[PersonW.FACILITY] == f) & (stage >= Stage.QUEUE) & (stage <= Stage.HOLDING) & ~dead
        queue = here & (stage == Stage.QUEUE)
        for line, value in (
            (FacilityW.IN_QUEUE, queue.sum()),
            (FacilityW.PRESENT, here.sum()),
            (FacilityW.ARRIVED, here.sum()),
            (FacilityW.IS_MASS, queue.sum() >= spec.whole[FacilitySpecW.MASS_CASUALTY, f]),
            (FacilityW.IS_FULL, view[FacilityView.IS_FULL, k]),
            (FacilityW.REPORTED_FULL, view[FacilityView.IS_FULL, k]),
            (FacilityW.REPORTED_QUEUE, view[FacilityView.QUEUE, k]),
            (FacilityW.REPORTED_PRESENT, view[FacilityView.PRESENT, k]),
            (FacilityW.REPORTED_TICK, tick),
            (FacilityW.MODE, view[FacilityView.MODE, k]),
            *((FacilityW.TAKEN + s, (here & ~queue & (people[PersonW.STATION] == s)).sum()) for s in range(_N)),
        ):
            whole[:, line, f] = value
        unit = spec.whole[FacilitySpecW.UNIT, f]
        moves = (units.vx[:, unit] != 0.0) | (units.vy[:, unit] != 0.0)
        if spec.real[FacilitySpecR.SETUP_S, f] > 0.0:
            table.facilities.real[:, FacilityR.SETTLED_S, f] = np.where(moves, np.inf, 0.0)


def enter_transports(staff: StaffScenario, known: CareTables, tick: int, table: MedicalTable) -> None:
    """Enter the own transports into ``table``: those promised to casualties go for them."""
    whole, spec = table.transports.whole, staff.params.medical.transports.whole
    view, people = known.transport_whole, table.people.whole[0]
    is_waiting = (people[PersonW.STAGE] == Stage.SCENE) | (people[PersonW.STAGE] == Stage.HOLDING)
    for k, q in enumerate(staff.own_transports.tolist()):
        promised = np.flatnonzero((people[PersonW.TRANSPORT] == q) & is_waiting)
        litters, seats = (view[line, k] for line in (TransportView.LITTERS, TransportView.SEATS))
        taken = spec[TransportSpecW.LITTERS, q] - litters, spec[TransportSpecW.SEATS, q] - seats
        for line, value in (
            (TransportW.STAGE, TransportStage.TO_SCENE if len(promised) else TransportStage.IDLE),
            (TransportW.PERSON, promised[0] if len(promised) else NONE),
            (TransportW.READY_TICK, tick),
            (TransportW.BLOOD, view[TransportView.BLOOD, k]),
            (TransportW.REPORTED_BLOOD, view[TransportView.BLOOD, k]),
            (TransportW.LITTERS, taken[0]),
            (TransportW.SEATS, taken[1]),
            (TransportW.REPORTED_STAGE, view[TransportView.STAGE, k]),
            (TransportW.REPORTED_LITTERS, taken[0]),
            (TransportW.REPORTED_SEATS, taken[1]),
            (TransportW.REPORTED_SERVES, view[TransportView.SERVES, k]),
            (TransportW.REPORTED_TICK, tick),
            (TransportW.WAY_COUNT, NONE),
        ):
            whole[:, line, q] = value
