"""The place of a medical policy in the decision loop: its picture and the effect of its orders, also recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcore.care import FacilitySpecW, FacilityW, TransportSpecW, TransportW
from simcore.errors import RunError
from simcore.medical import PersonSpecW, PersonW
from simcore.medical_picture import OwnCare, position
from simcore.medical_policy import (
    KEEP,
    KIND,
    Go,
    MedicalBriefing,
    MedicalOrders,
    MedicalPicture,
    MedicalPolicy,
    NearestFirst,
    TransportOrder,
    empty_medical_orders,
)
from simcore.medical_view import OwnMedical, own_medical
from simcore.orders import OrderW
from simcore.params import Params, UnitSpecW
from simcore.plugins import policy_failures
from simcore.state import State, UnitW
from simcore.types import I32, N_BELLIGERENTS, NONE, Emcon, read_only

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
        self._care = OwnCare(params, self.side)
        self._own = self._care.own

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
        tables = self._care.build(simulation.state, simulation.ticks)
        return MedicalPicture(
            read_only(tables.casualty_real),
            read_only(tables.casualty_whole),
            read_only(tables.facility_real),
            read_only(tables.facility_whole),
            read_only(tables.transport_real),
            read_only(tables.transport_whole),
            simulation.picture(self.side),
        )

    def _drop_repeated(self, orders: MedicalOrders, state: State) -> None:
        """Remove the orders that are in force already."""
        own = self._own
        transports = state.transports.whole[:, :, own.transports]
        is_free = transports[:, TransportW.IS_ORDERED] == 0
        person, facility = orders.transports[:, TransportOrder.PERSON], orders.transports[:, TransportOrder.FACILITY]
        in_force = np.where(is_free, Go.FREE, position(transports[:, TransportW.ORDER_PERSON], own.people))
        person[person == in_force] = Go.KEEP
        facility[facility == position(transports[:, TransportW.ORDER_FACILITY], own.facilities)] = Go.KEEP
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
    home = params.medical.people[PersonSpecW.UNIT, own.people]
    place = np.where(place < 0, home, place)
    is_heard = np.take_along_axis(linked, place, axis=1) != 0
    is_neutral = params.units.whole[UnitSpecW.SIDE, home] >= N_BELLIGERENTS
    if is_neutral.any():  # of these, those in charge of the side alone
        side = params.units.whole[UnitSpecW.SIDE, own.units[:1]]
        is_heard &= ~is_neutral | (state.people.whole[:, PersonW.CARER, own.people] == side)
    r, k = np.nonzero((orders.priorities != KEEP) & is_heard)
    state.people.whole[r, PersonW.PRIORITY, own.people[k]] = orders.priorities[r, k]
