"""The place of a medical policy in the decision loop: its picture and the effect of its orders, also recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.care import FacilitySpecW, FacilityW, TransportSpecW, TransportW
from simcore.errors import RunError
from simcore.medical import PersonR, PersonSpecW, PersonW
from simcore.medical_policy import (
    KEEP,
    KIND,
    CasualtyR,
    CasualtyW,
    FacilityView,
    Go,
    MedicalBriefing,
    MedicalOrders,
    MedicalPicture,
    MedicalPolicy,
    NearestFirst,
    OwnMedical,
    TransportOrder,
    TransportView,
    empty_medical_orders,
    own_medical,
)
from simcore.orders import OrderW
from simcore.params import Params, RuleR
from simcore.plugins import policy_failures
from simcore.state import State, UnitR, UnitW
from simcore.types import F64, I32, I64, NONE, Emcon, read_only

if TYPE_CHECKING:
    from simcore.decision_loop import ChairOrder
    from simcore.simulation import Simulation

_MOST_RANK = 1000
_TAKES = 1 << 5  # Triage bits


class MedicalChair:
    """A medical policy in its place: it is shown its picture at each decision, and its orders are carried out."""

    kind = KIND

    def __init__(self, policy: MedicalPolicy, params: Params, briefing: MedicalBriefing, label: str) -> None:
        self.side = briefing.briefing.side
        self.label = label
        self._policy = policy
        self._briefing = briefing
        self._params = params
        self._own = own_medical(params, self.side)

    def decide(self, simulation: Simulation) -> list[ChairOrder]:
        """Let the policy decide, and carry out its orders. Returns those given in the first replication.

        An order is (kind, column of the transport, facility or person, unit or -1, value).
        """
        orders = empty_medical_orders(simulation.n_replications, self._own)
        with policy_failures(self.label, f"at {simulation.time_s:g} s"):
            self._policy.decide(self._shown(simulation), orders)
        self._check(orders, simulation)
        self._drop_repeated(orders, simulation.state)
        given = listed_orders(orders, self._params, self._own)
        carry_out(simulation.state, self._params, orders, self._own)
        self._keep_groups(simulation)
        return given

    def _shown(self, simulation: Simulation) -> MedicalPicture:
        """Return the current picture, or one without tables for the built-in policy, which does not read them."""
        if type(self._policy) is not NearestFirst:
            return self.picture(simulation)
        real, whole = np.zeros((0, 0, 0)), np.zeros((0, 0, 0), dtype=np.int32)
        nobody = simulation.picture(self.side, np.zeros(0, dtype=np.int64))
        return MedicalPicture(real, whole, real, whole, real, whole, nobody)

    def _keep_groups(self, simulation: Simulation) -> None:
        """Drop the orders of the commander to groups of transports: they keep their task."""
        groups = simulation.groups_of(self.side)[self._briefing.groups]
        whole: I32 = simulation.orders.whole
        whole[:, OrderW.ISSUED, groups] = 0
        whole[:, OrderW.EMCON, groups] = Emcon.NO_CHANGE

    def picture(self, simulation: Simulation) -> MedicalPicture:
        """Return the current picture."""
        state, ticks = simulation.state, simulation.ticks
        dt_s = float(self._params.rules_real[RuleR.DT_S])
        people = self._casualties(state, ticks, dt_s)
        facilities, transports = self._facilities(state), self._transports(state)
        return MedicalPicture(
            read_only(people[0]),
            read_only(people[1]),
            read_only(facilities[0]),
            read_only(facilities[1]),
            read_only(transports[0]),
            read_only(transports[1]),
            simulation.picture(self.side),
        )

    def _casualties(self, state: State, ticks: I64, dt_s: float) -> tuple[F64, I32]:
        own = self._own
        real, whole, people = state.people.real, state.people.whole, own.people
        shown = np.empty((len(ticks), len(CasualtyR), len(people)))
        view = _wholes(len(ticks), CasualtyW, people)
        place = whole[:, PersonW.REPORTED_PLACE, people]
        told_tick = whole[:, PersonW.REPORTED_TICK, people]
        is_told = told_tick >= 0
        waits = whole[:, PersonW.REPORTED_WAITS, people] == 1
        on_ground = place < 0
        units = state.units.real
        r = np.arange(len(ticks))[:, None]
        for row, of_person, of_unit in (
            (CasualtyR.X, PersonR.X, UnitR.REPORT_X),
            (CasualtyR.Y, PersonR.Y, UnitR.REPORT_Y),
        ):
            shown[:, row] = np.where(
                on_ground & is_told, real[:, of_person, people], units[:, of_unit][r, np.maximum(place, 0)]
            )
        asked_s = ticks[:, None] * dt_s - real[:, PersonR.REQUEST_S, people]
        shown[:, CasualtyR.ASKED_S] = np.where(waits, np.maximum(asked_s, 0.0), np.nan)
        age_s = (ticks[:, None] - told_tick) * dt_s
        shown[:, CasualtyR.AGE_S] = np.where(is_told, age_s, np.inf)
        view[:, CasualtyW.WAITS] = waits
        view[:, CasualtyW.STAGE] = whole[:, PersonW.REPORTED_STAGE, people]
        view[:, CasualtyW.TRIAGE] = whole[:, PersonW.REPORTED_TRIAGE, people]
        view[:, CasualtyW.SITS] = whole[:, PersonW.REPORTED_SITS, people]
        home = self._params.medical.people[PersonSpecW.UNIT, people]
        unit = np.where(is_told, place, home[None, :])
        view[:, CasualtyW.UNIT] = np.where(unit < 0, NONE, np.searchsorted(own.units, unit))
        transport = whole[:, PersonW.TRANSPORT, people]  # known of those who wait alone
        view[:, CasualtyW.TRANSPORT] = np.where(waits, _position(transport, own.transports), NONE)
        view[:, CasualtyW.ROLE] = whole[:, PersonW.REPORTED_ROLE, people]
        view[:, CasualtyW.PRIORITY] = whole[:, PersonW.PRIORITY, people]
        return shown, view

    def _facilities(self, state: State) -> tuple[F64, I32]:
        own = self._own
        unit = self._params.medical.facilities.whole[FacilitySpecW.UNIT, own.facilities]
        whole = state.facilities.whole[:, :, own.facilities]
        view = _wholes(len(whole), FacilityView, own.facilities)
        view[:, FacilityView.STATUS] = state.units.whole[:, UnitW.REPORT_STATUS, unit]
        view[:, FacilityView.QUEUE] = whole[:, FacilityW.REPORTED_QUEUE]
        view[:, FacilityView.PRESENT] = whole[:, FacilityW.REPORTED_PRESENT]
        view[:, FacilityView.IS_FULL] = whole[:, FacilityW.REPORTED_FULL]
        view[:, FacilityView.MODE] = whole[:, FacilityW.MODE]
        return state.units.real[:, UnitR.REPORT_X : UnitR.REPORT_Y + 1, unit], view

    def _transports(self, state: State) -> tuple[F64, I32]:
        own = self._own
        spec = self._params.medical.transports.whole[:, own.transports]
        unit = spec[TransportSpecW.UNIT]
        whole = state.transports.whole[:, :, own.transports]
        view = _wholes(len(whole), TransportView, own.transports)
        view[:, TransportView.STATUS] = state.units.whole[:, UnitW.REPORT_STATUS, unit]
        view[:, TransportView.LINKED] = state.units.whole[:, UnitW.REPORT_LINKED, unit]
        view[:, TransportView.STAGE] = whole[:, TransportW.REPORTED_STAGE]
        view[:, TransportView.LITTERS] = spec[TransportSpecW.LITTERS] - whole[:, TransportW.REPORTED_LITTERS]
        view[:, TransportView.SEATS] = spec[TransportSpecW.SEATS] - whole[:, TransportW.REPORTED_SEATS]
        view[:, TransportView.SERVES] = whole[:, TransportW.REPORTED_SERVES]
        person = whole[:, TransportW.ORDER_PERSON]
        view[:, TransportView.PERSON] = np.where(person < 0, NONE, np.searchsorted(own.people, person))
        return state.units.real[:, UnitR.REPORT_X : UnitR.REPORT_Y + 1, unit], view

    def _drop_repeated(self, orders: MedicalOrders, state: State) -> None:
        """Remove the orders that are in force already."""
        own = self._own
        transports = state.transports.whole[:, :, own.transports]
        is_free = transports[:, TransportW.IS_ORDERED] == 0
        person, facility = orders.transports[:, TransportOrder.PERSON], orders.transports[:, TransportOrder.FACILITY]
        in_force = np.where(is_free, Go.FREE, _position(transports[:, TransportW.ORDER_PERSON], own.people))
        person[person == in_force] = Go.KEEP
        facility[facility == _position(transports[:, TransportW.ORDER_FACILITY], own.facilities)] = Go.KEEP
        for column, row in ((TransportOrder.TAKES, TransportW.TAKES), (TransportOrder.BLOOD, TransportW.GIVES_BLOOD)):
            given = orders.transports[:, column]
            given[given == transports[:, row]] = KEEP
        orders.modes[orders.modes == state.facilities.whole[:, FacilityW.MODE, own.facilities]] = KEEP
        orders.priorities[orders.priorities == state.people.whole[:, PersonW.PRIORITY, own.people]] = KEEP

    def _check(self, orders: MedicalOrders, simulation: Simulation) -> None:
        """Raise ``RunError`` for orders that mean nothing."""
        own, count = self._own, simulation.n_replications
        n_people, n_facilities, n_transports = len(own.people), len(own.facilities), len(own.transports)
        shapes = ((count, len(TransportOrder), n_transports), (count, n_facilities), (count, n_people))
        for name, array, shape in zip(MedicalOrders._fields, orders, shapes, strict=True):
            if array.shape != shape:
                raise RunError(
                    f"policy {self.label}: its orders `{name}` at {simulation.time_s:g} s are {array.shape}, not "
                    f"{shape}; write into the arrays passed to it"
                )
        person, facility, takes, blood = (orders.transports[:, row] for row in TransportOrder)
        problems = (
            (
                (person < Go.FREE) | (person >= n_people),
                f"a transport goes for no own person; give 0 to {n_people - 1}",
            ),
            (
                (facility < Go.KEEP) | (facility >= n_facilities),
                f"a transport goes to no own facility; give 0 to {n_facilities - 1}",
            ),
            ((takes < KEEP) | (takes >= _TAKES), "the casualties of a transport are no bits of Triage"),
            ((blood < KEEP) | (blood > 2), "the use of blood is none of 0, 1, 2"),
            ((orders.modes < KEEP) | (orders.modes > 7), "a mode of a facility is no bits of FacilityMode"),
            (
                (orders.priorities < KEEP) | (orders.priorities > _MOST_RANK),
                f"a priority is none of 0 to {_MOST_RANK}",
            ),
        )
        for is_wrong, text in problems:
            if is_wrong.any():
                raise RunError(f"policy {self.label}: at {simulation.time_s:g} s {text}")


class RecordedMedical:
    """The recorded orders of a medical policy of a single replication, given again at their ticks."""

    kind = KIND

    def __init__(self, params: Params, side: int, orders: Mapping[int, Sequence[ChairOrder]]) -> None:
        self.side = side
        self._params = params
        self._own = own_medical(params, side)
        self._orders = orders

    def decide(self, simulation: Simulation) -> list[ChairOrder]:
        """Give the orders recorded at the current tick."""
        given = list(self._orders.get(simulation.tick, ()))
        own = self._own
        orders = empty_medical_orders(simulation.n_replications, own)
        for name, column, _, value in given:
            number = int(value)
            match name:
                case "facility_mode":
                    orders.modes[:, np.searchsorted(own.facilities, column)] = number
                case "priority":
                    orders.priorities[:, np.searchsorted(own.people, column)] = number
                case _:
                    row = _ROWS[name]
                    columns = {TransportOrder.PERSON: own.people, TransportOrder.FACILITY: own.facilities}.get(row)
                    if columns is not None and number >= 0:
                        number = int(np.searchsorted(columns, number))
                    orders.transports[:, row, np.searchsorted(own.transports, column)] = number
        carry_out(simulation.state, self._params, orders, own)
        return given


_ROWS = {f"transport_{row.name.lower()}": row for row in TransportOrder}


def _wholes(count: int, rows: type[CasualtyW] | type[FacilityView] | type[TransportView], columns: I32) -> I32:
    return np.zeros((count, len(rows), len(columns)), dtype=np.int32)


def _position(columns: np.ndarray, own: I32) -> I32:
    """Return the positions of columns among a side's own; -1 stays."""
    return np.where(columns < 0, columns, np.searchsorted(own, columns)).astype(np.int32)


def _column(positions: np.ndarray, own: I32) -> I32:
    """Return the columns of positions among a side's own; negative values stay."""
    if not len(own):
        return positions.astype(np.int32)
    return np.where(positions < 0, positions, own[np.maximum(positions, 0)]).astype(np.int32)


def listed_orders(orders: MedicalOrders, params: Params, own: OwnMedical, row: int = 0) -> list[ChairOrder]:
    """Return the orders of a replication as (kind, column, unit or -1, value)."""
    found: list[ChairOrder] = []
    unit = params.medical.transports.whole[TransportSpecW.UNIT, own.transports]
    for name, kind in _ROWS.items():
        values = orders.transports[row, kind]
        columns = {TransportOrder.PERSON: own.people, TransportOrder.FACILITY: own.facilities}.get(kind)
        numbers = values if columns is None else _column(values, columns)
        keep = KEEP if columns is None else Go.KEEP
        found += [
            (name, int(own.transports[k]), int(unit[k]), float(numbers[k])) for k in np.flatnonzero(values != keep)
        ]
    base = params.medical.facilities.whole[FacilitySpecW.UNIT, own.facilities]
    chosen = np.flatnonzero(orders.modes[row] != KEEP)
    found += [("facility_mode", int(own.facilities[k]), int(base[k]), float(orders.modes[row, k])) for k in chosen]
    chosen = np.flatnonzero(orders.priorities[row] != KEEP)
    home = params.medical.people[PersonSpecW.UNIT, own.people]
    found += [("priority", int(own.people[k]), int(home[k]), float(orders.priorities[row, k])) for k in chosen]
    return found


def carry_out(state: State, params: Params, orders: MedicalOrders, own: OwnMedical) -> None:
    """Enter the orders over the links of the units that they concern; others are lost. Mutates ``state``."""
    linked = state.units.whole[:, UnitW.LINKED]
    whole, n = state.transports.whole, own.transports
    is_heard = linked[:, params.medical.transports.whole[TransportSpecW.UNIT, n]] != 0
    person = orders.transports[:, TransportOrder.PERSON]
    r, k = np.nonzero((person != Go.KEEP) & is_heard)
    whole[r, TransportW.IS_ORDERED, n[k]] = person[r, k] != Go.FREE
    whole[r, TransportW.ORDER_PERSON, n[k]] = np.maximum(_column(person, own.people)[r, k], NONE)
    facility = orders.transports[:, TransportOrder.FACILITY]
    r, k = np.nonzero((facility != Go.KEEP) & is_heard)
    whole[r, TransportW.ORDER_FACILITY, n[k]] = _column(facility, own.facilities)[r, k]
    for column, row in ((TransportOrder.TAKES, TransportW.TAKES), (TransportOrder.BLOOD, TransportW.GIVES_BLOOD)):
        given = orders.transports[:, column]
        r, k = np.nonzero((given != KEEP) & is_heard)
        whole[r, row, n[k]] = given[r, k]
    unit = params.medical.facilities.whole[FacilitySpecW.UNIT, own.facilities]
    r, k = np.nonzero((orders.modes != KEEP) & (linked[:, unit] != 0))
    state.facilities.whole[r, FacilityW.MODE, own.facilities[k]] = orders.modes[r, k]
    place = state.people.whole[:, PersonW.PLACE, own.people]
    place = np.where(place < 0, params.medical.people[PersonSpecW.UNIT, own.people], place)
    is_heard = np.take_along_axis(linked, place, axis=1) != 0
    r, k = np.nonzero((orders.priorities != KEEP) & is_heard)
    state.people.whole[r, PersonW.PRIORITY, own.people[k]] = orders.priorities[r, k]
