"""Contacts in the worlds: those of the own picture, and those that the enemy could hold now."""

import numpy as np

from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.situation_tables import ContactTable, OrderTable, UnitTable
from simcore.types import F64, Emcon, Identity, Level, Status
from staff_ai.belief.assignment import Assignment, Uniform
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.tracks import Fate, TrackR, Tracks, TrackW

ENEMY_ERROR_M = 100.0
_P_HELD = 0.8


def own_contacts(
    staff: StaffScenario, tracks: Tracks, assigned: Assignment, contacts: ContactTable, table: UnitTable, time_s: float
) -> None:
    """Enter the held tracks as the side's contacts on the units that they stand for."""
    dt_s = staff.compiled.roster.dt_s
    growth = float(staff.params.rules_real[RuleR.CONTACT_GROWTH_MPS])
    real, whole = tracks.real[:, assigned.track], tracks.whole[:, assigned.track]
    last = round(time_s / dt_s)
    for q in np.flatnonzero(whole[TrackW.FATE] == Fate.HELD):
        rows = np.flatnonzero(assigned.unit[:, q] >= 0)
        unit = assigned.unit[rows, q]
        is_in = table.status[rows, unit] != Status.ABSENT
        rows, unit = rows[is_in], unit[is_in]
        age_s = max(time_s - real[TrackR.TIME_S, q], 0.0)
        tick = min(max(round(real[TrackR.TIME_S, q] / dt_s), 0), last)
        first = min(max(round(real[TrackR.FIRST_S, q] / dt_s), 0), tick)
        vx, vy = real[TrackR.VX, q], real[TrackR.VY, q]
        for name, value in (
            ("level", whole[TrackW.LEVEL, q]),
            ("identity", whole[TrackW.IDENTITY, q]),
            ("x", real[TrackR.X, q] - vx * age_s),
            ("y", real[TrackR.Y, q] - vy * age_s),
            ("vx", vx),
            ("vy", vy),
            ("error_m", max(real[TrackR.ERROR_M, q] - growth * age_s, 0.0)),
            ("tick", tick),
            ("first_tick", first),
            ("entered_tick", tick),
            ("serial", whole[TrackW.SERIAL, q]),
            ("tracks", 1),
        ):
            getattr(contacts, name)[rows, staff.side, unit] = value


def enemy_emissions(staff: StaffScenario, draws: Uniform, orders: OrderTable) -> None:
    """Draw the emission control of the enemy's armed mobile groups, a force in common, by the intelligence.

    Fixed and unarmed radars are there to radiate. A doctrine that controls its emissions gives its own orders.
    """
    spec, foreign = staff.params.units, staff.foreign
    real, whole = spec.real, spec.whole
    group = whole[UnitSpecW.GROUP]
    is_enemy = whole[UnitSpecW.SIDE, foreign] == staff.enemy
    fights = is_enemy & (real[UnitSpecR.SPEED_MAX, foreign] > 0.0) & (whole[UnitSpecW.MOUNT_COUNT, foreign] > 0)
    silent = draws.uniform(15, len(staff.forces)) < np.array([force.silent for force in staff.forces])
    for g in np.unique(group[foreign[fights]]):
        force = int(staff.force_of_unit[np.flatnonzero(group == g)[0]])
        orders.emcon[silent[:, force], g] = Emcon.SILENT


def enemy_contacts(
    tracker: BeliefTracker, weather: F64, draws: Uniform, table: UnitTable, contacts: ContactTable, tick: int
) -> None:
    """Enter contacts of the enemy on own units: on most of those that his placed units could detect now.

    At the start nobody has looked yet.
    """
    staff = tracker.staff
    if tick == 0:
        return
    own, spec = staff.own_units, staff.params.units.whole
    enemies = staff.foreign[spec[UnitSpecW.SIDE, staff.foreign] == staff.enemy]
    reach = tracker.enemy_ranges(weather)  # (enemies, own)
    looks = np.flatnonzero(reach.max(axis=1, initial=0.0) > 0.0)
    if len(looks) == 0 or len(own) == 0:
        return
    reach_sq = (reach[looks] ** 2).astype(np.float32)
    eyes = enemies[looks]
    is_out = table.status[:, eyes] == Status.ACTIVE
    # an observer that is not out sees nothing: it is moved beyond all ranges
    ex = np.where(is_out, table.x[:, eyes], 1e9).astype(np.float32)
    ey = table.y[:, eyes].astype(np.float32)
    ox, oy = table.x[:, own].astype(np.float32), table.y[:, own].astype(np.float32)
    seen = np.zeros((draws.n, len(own)), dtype=bool)
    for k in range(len(eyes)):
        dx, dy = ox - ex[:, [k]], oy - ey[:, [k]]
        seen |= dx * dx + dy * dy <= reach_sq[k]
    u = draws.uniform(11, 2 * len(own))
    seen &= (table.status[:, own] == Status.ACTIVE) & (u[:, : len(own)] < _P_HELD)
    identified = u[:, len(own) :] < 0.5
    noise = draws.normal(12, 2 * len(own))
    minute = round(60.0 / staff.compiled.roster.dt_s)
    for name, values in (
        ("level", np.where(seen, np.where(identified, Level.IDENTIFIED, Level.CLASSIFIED), Level.NONE)),
        ("identity", np.where(identified, Identity.HOSTILE, Identity.UNKNOWN)),
        ("x", table.x[:, own] + ENEMY_ERROR_M * noise[:, : len(own)]),
        ("y", table.y[:, own] + ENEMY_ERROR_M * noise[:, len(own) :]),
        ("vx", table.vx[:, own]),
        ("vy", table.vy[:, own]),
        ("error_m", np.full(seen.shape, ENEMY_ERROR_M)),
        ("tick", np.full(seen.shape, tick)),
        ("first_tick", np.full(seen.shape, max(tick - minute, 0))),
        ("entered_tick", np.full(seen.shape, tick)),
        ("serial", np.zeros(seen.shape)),
        ("tracks", seen),
    ):
        getattr(contacts, name)[:, staff.enemy, own] = np.where(seen, values, 0)
