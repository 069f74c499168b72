"""Accounts of the casualties and of the care of a side in R replications, up to now.

Casualties of the enemy are those by fire, mines and crashes. Killed in action (KIA) died at once or before they reached
a facility; the others are wounded (WIA), and of these some died of wounds (DOW). All count cases: the times of the case
of a person now stand with him, those of his earlier ones, which have ended, in the tallies of his side.
"""

from dataclasses import dataclass

import numpy as np

from simcore.care import FacilitySpecW
from simcore.medical import TIME_LINES_S, Cause, Death, Health, MedicalSideW, PersonR, PersonSpecW, PersonW, Triage
from simcore.params import Params, RuleR, UnitSpecW
from simcore.state import State, WorldW
from simcore.types import F64, N_BELLIGERENTS

AID_S, FIELD_CARE_S, SURGERY_S = TIME_LINES_S
_FILED = {
    PersonR.AID_S: MedicalSideW.AID_CASES,
    PersonR.ROLE2_S: MedicalSideW.ROLE2_CASES,
    PersonR.SURGERY_S: MedicalSideW.SURGERY_CASES,
}
"""Tally of the earlier cases with an event; the next one has their total time."""
_FILED_DUE = {
    PersonR.AID_S: MedicalSideW.AID_DUE,
    PersonR.ROLE1_S: MedicalSideW.FIELD_CARE_DUE,
    PersonR.SURGERY_S: MedicalSideW.SURGERY_DUE,
}
"""Tally of the earlier cases to which an event was due within the time line; the next one has those in time."""


def has_people(params: Params, side: int) -> bool:
    """Return whether a side has people who can be hurt."""
    return bool(_of_side(params, side).any())


def has_facilities(params: Params, side: int) -> bool:
    """Return whether a side has a medical facility."""
    return bool(facility_units(params, side).any())


def civilians(params: Params, state: State, *, dead: bool) -> F64:
    """Return the people of neutral sides who were hurt or ill, or of these the dead, (R,)."""
    is_neutral = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] >= N_BELLIGERENTS
    whole = state.people.whole[:, :, is_neutral]
    found = whole[:, PersonW.HEALTH] == Health.DEAD if dead else whole[:, PersonW.WOUNDS] > 0
    return found.sum(axis=1).astype(np.float64)


def _of_side(params: Params, side: int) -> np.ndarray:
    return params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == side


def _after(tally: MedicalSideW) -> MedicalSideW:
    """Return the tally after another."""
    return MedicalSideW(tally + 1)


@dataclass(frozen=True)
class Casualties:
    """The casualties of a side. All results are (R,)."""

    params: Params
    state: State
    side: int

    def tally(self, *rows: MedicalSideW) -> F64:
        """Return the sum of tallies."""
        return self.state.medical_sides.whole[:, list(rows), self.side].sum(axis=1).astype(np.float64)

    def killed(self) -> F64:
        """Return the killed in action."""
        return self.tally(MedicalSideW.KILLED_AT_ONCE, MedicalSideW.DIED_BEFORE_CARE)

    def returned(self) -> F64:
        """Return the wounded who are back on duty within 72 hours."""
        return self.tally(MedicalSideW.RETURNED_SOON)

    def deaths(self, *causes: Cause, preventable: bool = False) -> F64:
        """Return the dead by any of the causes, with ``preventable`` those whom prompt care would have saved."""
        dead = (self._whole(PersonW.HEALTH) == Health.DEAD) & np.isin(self._whole(PersonW.CAUSE), causes)
        if preventable:
            dead &= (self._whole(PersonW.IS_SURVIVABLE) == 1) & (self._whole(PersonW.DEATH) != Death.AT_ONCE)
        return dead.sum(axis=1).astype(np.float64)

    def wait_s(self, row: PersonR) -> F64:
        """Return the total time of those hurt by the enemy from the injury to an event [s]."""
        now = np.where(self._reached(row), self._real(row) - self._real(PersonR.HURT_S), 0.0).sum(axis=1)
        return now + self.tally(_after(_FILED[row]))

    def reached(self, row: PersonR) -> F64:
        """Return the number of those hurt by the enemy who had an event of care."""
        return self._reached(row).sum(axis=1) + self.tally(_FILED[row])

    def in_time(self, row: PersonR, limit_s: float, *triage: Triage) -> F64:
        """Return the number of those due who had an event of care within the time of its line."""
        since = self._real(row) - self._real(PersonR.HURT_S)
        now = self._due(row, limit_s, triage) & self._reached(row) & (since <= limit_s)
        return now.sum(axis=1) + self.tally(_after(_FILED_DUE[row]))

    def due(self, row: PersonR, limit_s: float, *triage: Triage) -> F64:
        """Return the number of those to whom an event of care was due within the time of its line.

        They were hurt by the enemy, by true triage in a category of ``triage`` (all without any), not killed at once,
        and so early that the time has run out. Those who died before count as due.
        """
        return self._due(row, limit_s, triage).sum(axis=1) + self.tally(_FILED_DUE[row])

    def _due(self, row: PersonR, limit_s: float, triage: tuple[Triage, ...]) -> np.ndarray:
        due = self._by_enemy() & (self._whole(PersonW.DEATH) != Death.AT_ONCE)
        due &= self._real(PersonR.HURT_S) + limit_s <= self._now_s()[:, None]
        if triage:
            due &= np.isin(self._whole(PersonW.TRUE_TRIAGE), triage)
        if row == PersonR.SURGERY_S:
            due &= (self._whole(PersonW.NEEDS_SURGERY) == 1) | self._reached(row)
        return due

    def _by_enemy(self) -> np.ndarray:
        return (self._real(PersonR.HURT_S) >= 0.0) & (self._whole(PersonW.IS_WOUNDED) == 1)

    def _reached(self, row: PersonR) -> np.ndarray:
        return self._by_enemy() & (self._real(row) >= self._real(PersonR.HURT_S))

    def _now_s(self) -> F64:
        return self.state.world[:, WorldW.TICK].astype(np.float64) * self.params.rules_real[RuleR.DT_S]

    def _real(self, row: PersonR) -> np.ndarray:
        return self.state.people.real[:, row][:, _of_side(self.params, self.side)]

    def _whole(self, row: PersonW) -> np.ndarray:
        return self.state.people.whole[:, row][:, _of_side(self.params, self.side)]


def facility_units(params: Params, side: int) -> np.ndarray:
    """Return the mask of the units of a side with a facility, (n,)."""
    found = np.zeros(params.units.whole.shape[1], dtype=np.bool_)
    found[params.medical.facilities.whole[FacilitySpecW.UNIT]] = True
    return found & (params.units.whole[UnitSpecW.SIDE] == side)


@dataclass(frozen=True)
class CareAccount:
    """The facilities of chosen units together, ``units`` a mask (n,). All results are (R,)."""

    params: Params
    state: State
    units: np.ndarray

    def count(self, *rows: int) -> F64:
        """Return the sum of tallies (FacilityW) of the facilities."""
        return self.state.facilities.whole[:, list(rows)][:, :, self._chosen()].sum(axis=(1, 2)).astype(np.float64)

    def seconds(self, *rows: int) -> F64:
        """Return the sum of tallies of time (FacilityR) of the facilities [s]."""
        return self.state.facilities.real[:, list(rows)][:, :, self._chosen()].sum(axis=(1, 2))

    def _chosen(self) -> np.ndarray:
        return self.units[self.params.medical.facilities.whole[FacilitySpecW.UNIT]]
