"""Frames: the columns of the run tables at a moment, read from the state without changing it."""

import numpy as np

from simcore.params import UNLIMITED, MountSpecW, Params, RuleR, UnitSpecR, UnitSpecW
from simcore.roster import Roster
from simcore.state import ContactR, ContactW, SideR, SideW, State, UnitR, UnitW
from simcore.types import F64, I32, I64, N_BELLIGERENTS, NONE, Level, Status
from simcore.upkeep import Readiness, UseSpecW


class FrameReader:
    """Reads one replication of a state. Built once per run; a frame then only copies columns."""

    def __init__(self, params: Params, roster: Roster) -> None:
        self.n_units = len(roster.units)
        self.n_sides = len(roster.sides)
        self._params = params
        self._dt_s = roster.dt_s
        self._mount_unit = params.mounts.whole[MountSpecW.UNIT]
        self._endurance_s = params.units.real[UnitSpecR.ENDURANCE_S]
        self._cost = roster.unit_cost if float(roster.unit_cost.sum()) > 0.0 else np.ones(self.n_units)
        self._side = params.units.whole[UnitSpecW.SIDE]
        self._is_munition = params.units.whole[UnitSpecW.IS_ONE_WAY] == 1
        self._is_of_side = np.stack([self._side == s for s in range(self.n_sides)])  # (sides, n)

    def trace(self, real: F64, whole: I32, mount_ammo: I32, tick: I32) -> dict[str, np.ndarray]:
        """Return the columns of ``trace.parquet`` without frame and time, (F, n) each.

        ``real`` (fields, F, n), ``whole`` (fields, F, n) and ``mount_ammo`` (F, mounts) are the unit and mount
        states of F frames, at ``tick`` (F,).
        """
        n_frames = tick.shape[0]
        endurance = np.ones((n_frames, self.n_units))
        limited = np.isfinite(self._endurance_s) & (self._endurance_s > 0.0)
        endurance[:, limited] = np.clip(real[UnitR.ENDURANCE_S][:, limited] / self._endurance_s[limited], 0.0, 1.0)
        heading_deg = np.degrees(np.arctan2(real[UnitR.HX], real[UnitR.HY])) % 360.0
        return {
            "unit": np.broadcast_to(np.arange(self.n_units), (n_frames, self.n_units)),
            "x_m": real[UnitR.X],
            "y_m": real[UnitR.Y],
            "z_m": real[UnitR.Z],
            "heading_deg": heading_deg,
            "speed_mps": np.hypot(real[UnitR.VX], real[UnitR.VY]),
            "status": whole[UnitW.STATUS],
            "damage": whole[UnitW.DAMAGE],
            "strength": real[UnitR.STRENGTH],
            "endurance": endurance,
            "linked": whole[UnitW.LINKED],
            "hops": whole[UnitW.HOPS],
            "task": whole[UnitW.TASK],
            "roe": whole[UnitW.ROE],
            "ammo": self._ammo(mount_ammo),
            "report_x_m": real[UnitR.REPORT_X],
            "report_y_m": real[UnitR.REPORT_Y],
            "report_age_s": (tick[:, np.newaxis] - whole[UnitW.REPORT_TICK]) * self._dt_s,
            "report_status": whole[UnitW.REPORT_STATUS],
        }

    def readiness(self, whole: I32, readiness: I32) -> I32:
        """Return the column ``readiness`` of the trace (F, n) of the unit states and UseW.READINESS of F frames."""
        status = whole[UnitW.STATUS]
        has_components = self._params.uses[UseSpecW.COUNT] > 0
        known = np.where(status == Status.LOST, np.int32(Readiness.LOST), readiness)
        return np.where(has_components & ((status == Status.LOST) | (status < Status.RESERVE)), known, np.int32(NONE))

    def _ammo(self, mount_ammo: I32) -> I32:
        """Return rounds by unit (F, n) from rounds by mount (F, mounts); unlimited ammunition remains ``UNLIMITED``."""
        n_frames = mount_ammo.shape[0]
        first: I64 = np.arange(n_frames, dtype=np.int64)[:, np.newaxis] * self.n_units
        place: I64 = self._mount_unit + first
        rounds = np.bincount(place.ravel(), weights=mount_ammo.ravel(), minlength=n_frames * self.n_units)
        return np.minimum(rounds, UNLIMITED).astype(np.int32).reshape(n_frames, self.n_units)

    def ammo_at_start(self) -> I32:
        """Return rounds by unit (n,) with full magazines."""
        return self._ammo(self._params.mounts.whole[MountSpecW.AMMO0][np.newaxis])[0]

    def contacts(self, state: State, row: int, tick: int) -> dict[str, np.ndarray]:
        """Return the columns of ``contacts.parquet`` without frame and time: all contacts held by all sides."""
        real, whole = state.contacts.real[row], state.contacts.whole[row]
        held = np.flatnonzero(whole[ContactW.LEVEL] > Level.NONE)
        side, unit = np.divmod(held, self.n_units)
        order = np.lexsort((whole[ContactW.SERIAL][held], side))
        held, side, unit = held[order], side[order], unit[order]
        level = whole[ContactW.LEVEL][held]
        age_s = (tick - whole[ContactW.TICK][held]) * self._dt_s
        growth_mps = float(self._params.rules_real[RuleR.CONTACT_GROWTH_MPS])
        target_class = self._params.units.whole[UnitSpecW.SEEN_CLASS][unit]
        return {
            "side": side,
            "serial": whole[ContactW.SERIAL][held],
            "unit": unit,
            "x_m": real[ContactR.X][held] + real[ContactR.VX][held] * age_s,
            "y_m": real[ContactR.Y][held] + real[ContactR.VY][held] * age_s,
            "vx_mps": real[ContactR.VX][held],
            "vy_mps": real[ContactR.VY][held],
            "error_m": real[ContactR.ERROR_M][held] + growth_mps * age_s,
            "age_s": age_s,
            "level": level,
            "domain": self._params.units.whole[UnitSpecW.DOMAIN][unit],
            "target_class": np.where(level >= Level.CLASSIFIED, target_class, NONE),
            "identity": whole[ContactW.IDENTITY][held],
        }

    def series(self, state: State, row: int) -> dict[str, np.ndarray]:
        """Return the numbers of ``series.parquet`` by side."""
        whole = state.units.whole[row]
        status = whole[UnitW.STATUS]
        active = self._is_of_side & (status == Status.ACTIVE)
        alive = self._is_of_side & (status != Status.LOST) & (status < Status.EXPENDED)
        n_active = active.sum(axis=1)
        force = (alive * (self._cost * state.units.real[row, UnitR.STRENGTH])).sum(axis=1)
        total = (self._is_of_side * (status != Status.ABSENT) * self._cost).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            linked = np.where(n_active > 0, (active & (whole[UnitW.LINKED] > 0)).sum(axis=1) / n_active, np.nan)
            others = np.zeros(self.n_sides)
            others[:N_BELLIGERENTS] = force[:N_BELLIGERENTS][::-1]  # a neutral has no enemy
            ratio = np.where(others > 0.0, force / others, np.nan)
            strength = np.where(total > 0.0, force / total, 0.0)
        held = state.contacts.whole[row, ContactW.LEVEL].reshape(self.n_sides, self.n_units) > Level.NONE
        return {
            "active": n_active,
            "lost": (self._is_of_side & (status == Status.LOST) & ~self._is_munition).sum(axis=1),
            "strength": strength,
            "force_ratio": ratio,
            "linked_share": linked,
            "contacts": held.sum(axis=1),
            "shots": state.sides.whole[row, SideW.SHOTS],
            "score": state.sides.real[row, SideR.SCORE],
            "expended": (self._is_of_side & (status == Status.EXPENDED)).sum(axis=1),
        }
