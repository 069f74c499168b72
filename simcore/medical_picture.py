"""The casualties and the care of a side as last reported to its command post.

Nothing here shows a true severity, nor anybody whom no unit has reported. A side that cares for casualties of neutral
sides sees those whom it has in charge beside its own people.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore.care import FacilitySpecW, FacilityW, TransportSpecW, TransportW
from simcore.medical import PersonR, PersonSpecW, PersonW
from simcore.medical_view import CasualtyR, CasualtyW, FacilityView, TransportView, own_medical
from simcore.params import Params, RuleR, UnitSpecW
from simcore.replications import OnDemand
from simcore.state import State, UnitR, UnitW, WorldW
from simcore.types import F64, I32, I64, NONE


class CareTables(NamedTuple):
    """Casualties and care of a side in R replications; people, facilities and transports are its own, ascending."""

    casualty_real: F64  # (R, len(CasualtyR), people)
    casualty_whole: I32  # (R, len(CasualtyW), people)
    facility_real: F64  # (R, 2, facilities): place as last reported [m]
    facility_whole: I32  # (R, len(FacilityView), facilities)
    transport_real: F64  # (R, 2, transports): place as last reported [m]
    transport_whole: I32  # (R, len(TransportView), transports)


class OwnCare:
    """Builds the tables of the casualties and the care of a side."""

    def __init__(self, params: Params, side: int) -> None:
        self._params, self._side = params, side
        self.own = own_medical(params, side)
        self._home: I32 = params.medical.people[PersonSpecW.UNIT, self.own.people]
        self.is_own: np.ndarray = params.units.whole[UnitSpecW.SIDE, self._home] == side

    def build(self, state: State, ticks: I64, rows: I64 | None = None) -> CareTables:
        """Return the tables at ``ticks`` (R,) of the replications ``rows``, by default of all, in new arrays."""
        chosen: I64 = np.arange(len(ticks), dtype=np.int64) if rows is None else np.asarray(rows, dtype=np.int64)
        people = self._casualties(state, ticks[chosen], chosen[:, None])
        facilities, transports = self._facilities(state, chosen), self._transports(state, chosen)
        return CareTables(*people, *facilities, *transports)

    def _casualties(self, state: State, ticks: I64, r: I64) -> tuple[F64, I32]:
        own = self.own
        whole, real, people = state.people.whole, state.people.real, own.people[None, :]
        dt_s = float(self._params.rules_real[RuleR.DT_S])
        shown = np.empty((len(ticks), len(CasualtyR), len(own.people)))
        view = _wholes(len(ticks), CasualtyW, own.people)
        place, told_tick = whole[r, PersonW.REPORTED_PLACE, people], whole[r, PersonW.REPORTED_TICK, people]
        is_mine = self.is_own[None, :]
        if not self.is_own.all():
            is_mine = is_mine | (whole[r, PersonW.CARER, people] == self._side)
        is_told = (told_tick >= 0) & is_mine
        waits = (whole[r, PersonW.REPORTED_WAITS, people] == 1) & is_mine
        # one of a neutral side is known by the place where he was found
        is_found = (place < 0) | ((place == self._home[None, :]) & ~self.is_own[None, :])
        for row, of_person, of_unit in (
            (CasualtyR.X, PersonR.X, UnitR.REPORT_X),
            (CasualtyR.Y, PersonR.Y, UnitR.REPORT_Y),
        ):
            of_place = state.units.real[r, of_unit, np.where(is_told, np.maximum(place, 0), self._home[None, :])]
            of_place = np.where(is_told | self.is_own[None, :], of_place, np.nan)
            shown[:, row] = np.where(is_found & is_told, real[r, of_person, people], of_place)
        asked_s = ticks[:, None] * dt_s - real[r, PersonR.REQUEST_S, people]
        shown[:, CasualtyR.ASKED_S] = np.where(waits, np.maximum(asked_s, 0.0), np.nan)
        shown[:, CasualtyR.AGE_S] = np.where(is_told, (ticks[:, None] - told_tick) * dt_s, np.inf)
        unit = np.where(is_told, place, self._home[None, :])
        is_with_own = (unit >= 0) & (self._params.units.whole[UnitSpecW.SIDE, np.maximum(unit, 0)] == self._side)
        view[:, CasualtyW.UNIT] = np.where(is_with_own, np.searchsorted(own.units, unit), NONE)
        transport = whole[r, PersonW.TRANSPORT, people]  # known of those who wait alone
        view[:, CasualtyW.TRANSPORT] = np.where(waits, position(transport, own.transports), NONE)
        view[:, CasualtyW.WAITS] = waits
        for row, of_person in (
            (CasualtyW.STAGE, PersonW.REPORTED_STAGE),
            (CasualtyW.TRIAGE, PersonW.REPORTED_TRIAGE),
            (CasualtyW.SITS, PersonW.REPORTED_SITS),
            (CasualtyW.ROLE, PersonW.REPORTED_ROLE),
            (CasualtyW.PRIORITY, PersonW.PRIORITY),
            (CasualtyW.HEALTH, PersonW.REPORTED_HEALTH),
            (CasualtyW.STATION, PersonW.REPORTED_STATION),
            (CasualtyW.MECHANISM, PersonW.REPORTED_MECHANISM),
        ):
            view[:, row] = np.where(is_mine, whole[r, of_person, people], 0)
        view[:, CasualtyW.STATION][np.broadcast_to(~is_mine, waits.shape)] = NONE
        return shown, view

    def _facilities(self, state: State, rows: I64) -> tuple[F64, I32]:
        own = self.own
        unit = self._params.medical.facilities.whole[FacilitySpecW.UNIT, own.facilities]
        whole = state.facilities.whole[rows][:, :, own.facilities]
        view = _wholes(len(whole), FacilityView, own.facilities)
        view[:, FacilityView.STATUS] = state.units.whole[rows, UnitW.REPORT_STATUS][:, unit]
        view[:, FacilityView.QUEUE] = whole[:, FacilityW.REPORTED_QUEUE]
        view[:, FacilityView.PRESENT] = whole[:, FacilityW.REPORTED_PRESENT]
        view[:, FacilityView.IS_FULL] = whole[:, FacilityW.REPORTED_FULL]
        view[:, FacilityView.MODE] = whole[:, FacilityW.MODE]
        return _reported_places(state, rows, unit), view

    def _transports(self, state: State, rows: I64) -> tuple[F64, I32]:
        own = self.own
        spec = self._params.medical.transports.whole[:, own.transports]
        unit = spec[TransportSpecW.UNIT]
        whole = state.transports.whole[rows][:, :, own.transports]
        view = _wholes(len(whole), TransportView, own.transports)
        view[:, TransportView.STATUS] = state.units.whole[rows, UnitW.REPORT_STATUS][:, unit]
        view[:, TransportView.LINKED] = state.units.whole[rows, UnitW.REPORT_LINKED][:, unit]
        view[:, TransportView.STAGE] = whole[:, TransportW.REPORTED_STAGE]
        view[:, TransportView.LITTERS] = spec[TransportSpecW.LITTERS] - whole[:, TransportW.REPORTED_LITTERS]
        view[:, TransportView.SEATS] = spec[TransportSpecW.SEATS] - whole[:, TransportW.REPORTED_SEATS]
        view[:, TransportView.SERVES] = whole[:, TransportW.REPORTED_SERVES]
        view[:, TransportView.PERSON] = position(whole[:, TransportW.ORDER_PERSON], own.people)
        view[:, TransportView.BLOOD] = whole[:, TransportW.REPORTED_BLOOD]
        return _reported_places(state, rows, unit), view


class CareReports(OnDemand):
    """The casualties and the care in a picture, read when they are asked for: few policies need them.

    They are those of the moment of the picture, and can be read until the simulation goes on.
    """

    def __init__(self, own: OwnCare, state: State, ticks: I64, rows: I64) -> None:
        self._own, self._state, self._ticks, self._rows = own, state, ticks, rows
        self._clock = state.world[:, WorldW.TICK].copy()

    @property
    def is_own(self) -> np.ndarray:
        """Whether each of the people (people,) is of the side itself, and not of a neutral side."""
        return self._own.is_own

    def take(self, rows: I64) -> CareReports:
        """Return the reports of some replications of the picture."""
        found = CareReports(self._own, self._state, self._ticks, self._rows[rows])
        found._clock = self._clock
        return found

    def of(self, row: int) -> CareTables:
        """Return the tables of a replication of the picture, each (rows, columns).

        Raises
        ------
        RuntimeError
            When the simulation has gone on since the picture.
        """
        if (self._state.world[:, WorldW.TICK] != self._clock).any():
            raise RuntimeError("the casualties of a picture were read after its moment; read them before going on")
        found = self._own.build(self._state, self._ticks, self._rows[[row]])
        return CareTables(*(table[0] for table in found))


def position(columns: np.ndarray, own: I32) -> I32:
    """Return the positions of columns among a side's own; negative values stay."""
    return np.where(columns < 0, columns, np.searchsorted(own, columns)).astype(np.int32)


def has_care(params: Params) -> bool:
    """Return whether a scenario has medical support."""
    return params.medical.units.whole.shape[1] > 0


def _reported_places(state: State, rows: I64, unit: I32) -> F64:
    return np.stack([state.units.real[rows, row][:, unit] for row in (UnitR.REPORT_X, UnitR.REPORT_Y)], axis=1)


def _wholes(count: int, rows: type[IntEnum], columns: I32) -> I32:
    return np.zeros((count, len(rows), len(columns)), dtype=np.int32)
