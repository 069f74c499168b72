"""Medical policies: their briefing, picture and orders, and the protocol.

A medical policy sends the transports of its own side for casualties and to facilities, in all replications at once. It
is found by name through the entry-point group ``chammo.medical_policies``: a callable that takes the parameters as
keyword arguments and returns an object with ``reset`` and ``decide``. It sees casualties as judged and reported: never
their true severity, nor those that nobody has reported. Replications may join and leave a running simulation, so a
policy keeps nothing by replication between two decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np

from simcore.care import FacilitySpecW, Station, StationSpecR, StationSpecW, TransportSpecW, TreatmentLaw
from simcore.medical import MedicalRuleR, MedicalRuleW, MedicalUnitSpecW, PersonSpecW, TraumaLaw, Triage
from simcore.medical_view import OwnMedical, own_medical
from simcore.params import Params, RuleR, UnitSpecR, UnitSpecW
from simcore.types import F64, I32, NONE, Mobility, SharedRecord

if TYPE_CHECKING:  # these compile code; a command that only shows a scenario need not wait for it
    from simcore.picture import Picture
    from simcore.policy import Briefing

KIND = "medical"


class MedicalPicture(NamedTuple):
    """The picture of the casualties and the care of a side in R replications at a decision."""

    casualty_real: F64  # (R, len(CasualtyR), own people)
    casualty_whole: I32  # (R, len(CasualtyW), own people)
    facility_real: F64  # (R, 2, own facilities): place as last reported [m]
    facility_whole: I32  # (R, len(FacilityView), own facilities)
    transport_real: F64  # (R, 2, own transports): place as last reported [m]
    transport_whole: I32  # (R, len(TransportView), own transports)
    picture: Picture  # of the side: its units as last reported, its contacts, the weather, the time


KEEP = -1
"""Value of an order that changes nothing, except for the casualty and the facility of a transport."""


class Go(IntEnum):
    """Values of the casualty and of the facility ordered to a transport, beside their numbers."""

    NOBODY = -1  # waits; of a facility: the nearest
    KEEP = -2
    FREE = -3  # the transport goes for the nearest casualty by itself


class TransportOrder(IntEnum):
    """Orders to a transport."""

    PERSON = 0  # own casualty for whom it goes once it is idle, or Go; those at the same place are taken along
    FACILITY = 1  # own facility to which it brings casualties, or Go
    TAKES = 2  # casualties that it may take, as bits 1 << Triage; 0: all; KEEP
    BLOOD = 3  # 1 gives the blood that it carries, 2 does not, 0: by the rules of the scenario; KEEP


class MedicalOrders(NamedTuple):
    """Orders for the transports, facilities and people of a side.

    ``transports`` (R, len(TransportOrder), own transports); ``modes`` (R, own facilities): FacilityMode bits or KEEP;
    ``priorities`` (R, own people): rank for treatment and transport, from 1, 0 for that of the triage, or KEEP. An
    order reaches a unit over its link alone; it stays in force until the next.
    """

    transports: I32
    modes: I32
    priorities: I32

    def clear(self) -> None:
        """Remove all orders."""
        self.transports[:, TransportOrder.PERSON] = Go.KEEP
        self.transports[:, TransportOrder.FACILITY] = Go.KEEP
        self.transports[:, TransportOrder.TAKES] = KEEP
        self.transports[:, TransportOrder.BLOOD] = KEEP
        self.modes[...] = KEEP
        self.priorities[...] = KEEP

    def send(self, row: int, transport: int, person: int, facility: int = Go.NOBODY) -> None:
        """Send a transport of a replication for a casualty, then to a facility."""
        self.transports[row, TransportOrder.PERSON, transport] = person
        self.transports[row, TransportOrder.FACILITY, transport] = facility


@dataclass(frozen=True)
class MedicalBriefing(SharedRecord):
    """A side's people, facilities and transports. Units are those of ``briefing``; the arrays are read-only."""

    briefing: Briefing
    person_unit: I32  # (people,) own unit, or -1: of a neutral side
    facility_unit: I32  # (facilities,) own unit
    facility_role: I32  # (facilities,)
    facility_places: I32  # (facilities, len(Station))
    facility_mean_s: F64  # (facilities, len(Station)) mean time of a treatment
    transport_unit: I32  # (transports,) own unit
    litters: I32  # (transports,)
    seats: I32  # (transports,)
    has_attendant: I32  # (transports,)
    is_unmanned: I32  # (transports,)
    crew: I32  # (transports,) people that serve it
    flies: I32  # (transports,) 1 when it goes straight over any ground
    speed_mps: F64  # (transports,) at cruise
    stop_s: F64  # (transports,) time to load and to unload
    life_s: F64  # (len(Triage),) usual time to death without care by triage, from published curves; inf: none
    fatal_share: float  # probability that an injury with such a time kills without care at all
    ride_rate: F64  # (transports,) speed of the clock of an injury on the way
    groups: I32  # groups of which every unit is a transport: the commander does not order them


class MedicalPolicy(Protocol):
    """A batched medical policy."""

    def reset(self, briefing: MedicalBriefing, seed: int, replication: np.ndarray) -> None:
        """Begin fresh runs."""
        ...

    def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
        """Write orders for the side in all replications, at every decision."""
        ...


Riders = Literal["none", "light", "all"]
"""Casualties for whom unmanned transports are used."""


class NearestFirst:
    """The policy ``nearest-first``: an idle transport goes for the nearest casualty, then to the nearest facility.

    The engine itself does so: no decision is needed.

    Parameters
    ----------
    unmanned : casualties for whom unmanned transports are used: none, light (T3) or all; None: by the scenario.
    blood_forward : whether transports with an attendant give the blood that they carry; None: by the scenario.
    """

    def __init__(self, unmanned: Riders | None = None, blood_forward: bool | None = None) -> None:
        if unmanned not in (None, "none", "light", "all"):
            raise ValueError(f"unmanned {unmanned!r} is not known; give none, light or all")
        if blood_forward not in (None, True, False):
            raise ValueError(f"blood_forward {blood_forward!r} is not known; give true or false")
        self.unmanned, self.blood_forward = unmanned, blood_forward

    def reset(self, briefing: MedicalBriefing, seed: int, replication: np.ndarray) -> None:
        """Keep the briefing."""
        self.briefing = briefing

    def decide(self, picture: MedicalPicture, orders: MedicalOrders) -> None:
        """Let the transports choose by themselves, within the limits of the policy."""
        orders.transports[:, TransportOrder.PERSON] = Go.FREE
        self.limit(orders)

    def limit(self, orders: MedicalOrders) -> None:
        """Order the limits on unmanned transports, and the use of blood."""
        if self.unmanned is not None:
            takes = {"none": 1 << Triage.NONE, "light": 1 << Triage.T3, "all": 0}[self.unmanned]
            orders.transports[:, TransportOrder.TAKES, self.briefing.is_unmanned == 1] = takes
        if self.blood_forward is not None:
            orders.transports[:, TransportOrder.BLOOD] = 1 if self.blood_forward else 2


def brief_medical(params: Params, briefing: Briefing) -> MedicalBriefing:
    """Return the medical support of a side. ``briefing`` is that of its commander."""
    own = own_medical(params, briefing.side)
    medical, dt_s = params.medical, float(params.rules_real[RuleR.DT_S])
    facilities, transports = medical.facilities.whole[:, own.facilities], medical.transports.whole[:, own.transports]
    stations = len(Station) * own.facilities[:, None] + np.arange(len(Station))
    unit = transports[TransportSpecW.UNIT]
    is_transport = np.isin(own.units, unit)
    commanded = [g for g in briefing.groups if is_transport[briefing.group_of_unit == g].all()]
    has_attendant = transports[TransportSpecW.HAS_ATTENDANT]
    ride = medical.rules_real[[MedicalRuleR.LONE_TRAUMA, MedicalRuleR.RIDE_TRAUMA]]
    return MedicalBriefing(
        briefing=briefing,
        person_unit=_home(params, own, briefing.side),
        facility_unit=_place(own.units, facilities[FacilitySpecW.UNIT]),
        facility_role=facilities[FacilitySpecW.ROLE].copy(),
        facility_places=medical.stations.whole[StationSpecW.PLACES][stations],
        facility_mean_s=_mean_s(params, stations),
        transport_unit=_place(own.units, unit),
        litters=transports[TransportSpecW.LITTERS].copy(),
        seats=transports[TransportSpecW.SEATS].copy(),
        has_attendant=has_attendant.copy(),
        is_unmanned=transports[TransportSpecW.IS_UNMANNED].copy(),
        crew=medical.units.whole[MedicalUnitSpecW.CREW, unit],
        flies=(params.units.whole[UnitSpecW.MOBILITY, unit] == Mobility.AIR).astype(np.int32),
        speed_mps=params.units.real[UnitSpecR.SPEED_CRUISE, unit],
        stop_s=transports[[TransportSpecW.LOAD_TICKS, TransportSpecW.UNLOAD_TICKS]].sum(axis=0) * dt_s,
        life_s=_lives_s(params),
        fatal_share=float(params.medical.rules_real[MedicalRuleR.P_FATAL]),
        ride_rate=ride[has_attendant],
        groups=np.array(commanded, dtype=np.int32),
    )


def _home(params: Params, own: OwnMedical, side: int) -> I32:
    """Return the positions of the units of people among the own units; -1 for people of neutral sides."""
    unit = params.medical.people[PersonSpecW.UNIT, own.people]
    is_own = params.units.whole[UnitSpecW.SIDE, unit] == side
    return np.where(is_own, _place(own.units, unit), NONE).astype(np.int32)


def _place(own: I32, units: I32) -> I32:
    """Return the positions of units among the own units."""
    return np.array(np.searchsorted(own, units), dtype=np.int32)


def _mean_s(params: Params, stations: np.ndarray) -> F64:
    """Return the mean times of treatment at stations [s]."""
    real, law = params.medical.stations.real, params.medical.stations.whole[StationSpecW.LAW]
    mean: F64 = real[StationSpecR.MEAN_S].copy()
    is_three = law == TreatmentLaw.TRIANGULAR
    mean[is_three] = (mean + real[StationSpecR.LOW_S] + real[StationSpecR.HIGH_S])[is_three] / 3.0
    return mean[stations]


def _lives_s(params: Params) -> F64:
    """Return the usual time to death without care by Triage [s], by the law of the scenario, which is published."""
    rules = params.medical.rules_real
    t1, t2, t4 = rules[MedicalRuleR.T1_NISS], rules[MedicalRuleR.T2_NISS], rules[MedicalRuleR.T4_NISS]
    niss = np.array([0.0, 0.5 * (t1 + min(t4, 75.0)), 0.5 * (t1 + t2), 0.5 * t2, 75.0])
    law = params.medical.rules_whole[MedicalRuleW.TRAUMA_LAW]
    lives = np.full(len(Triage), np.inf)
    kills = niss >= max(float(rules[MedicalRuleR.TRAUMA_NISS]), 1.0)
    if law == TraumaLaw.POWER:
        lives[kills] = rules[MedicalRuleR.TRAUMA_SCALE_S] * niss[kills] ** -rules[MedicalRuleR.TRAUMA_POWER]
    elif law == TraumaLaw.EXPONENTIAL:
        lives[kills] = rules[MedicalRuleR.TRAUMA_MEAN_S]
    return lives


def empty_medical_orders(n_replications: int, own: OwnMedical) -> MedicalOrders:
    """Return orders that change nothing."""
    orders = MedicalOrders(
        np.empty((n_replications, len(TransportOrder), len(own.transports)), dtype=np.int32),
        np.empty((n_replications, len(own.facilities)), dtype=np.int32),
        np.empty((n_replications, len(own.people)), dtype=np.int32),
    )
    orders.clear()
    return orders
