"""Own units that have not reported for long: they may be lost, and may have fired, and have carried out their plan.

Their fates are those in games of the staff's own scenario, which are fought with the plan of the file against the
enemy's doctrines. Units on that plan have gone as far since their report as they did in the game; those with other
orders are where dead reckoning puts them. The side itself goes on to see them as last reported.
"""

import numpy as np

from simcore.orders import OrderW
from simcore.params import MountSpecW, UnitSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.situation_tables import UnitTable
from simcore.types import F64, I32, I64, NONE, Status
from staff_ai.belief.assignment import Uniform
from staff_ai.belief.prior_games import Moment, own_games
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracker import Row

SILENT_S = 900.0
"""Age of a report from which it tells little."""


def settle_silent(
    staff: StaffScenario,
    belief: Row,
    picture: Picture,
    row: int,
    doctrine: I64,
    draws: Uniform,
    table: UnitTable,
    ammo: I32,
) -> None:
    """Draw losses and places of silent own units in ``table``, and the rounds that they have fired in ``ammo``."""
    age_s = picture.own_real[row, OwnR.AGE_S]
    silent = np.flatnonzero((picture.own_whole[row, OwnW.STATUS] == Status.ACTIVE) & (age_s > SILENT_S))
    if len(silent) == 0:
        return
    games = own_games(staff)
    tick = int(picture.ticks[row])
    now = games.at(tick)
    game = doctrine * games.n_games + np.floor(draws.uniform(16, 1)[:, 0] * games.n_games).astype(np.int64)
    ordered = staff.own_groups[belief.orders_whole[OrderW.ISSUED] > 0]
    has_orders = np.isin(staff.params.units.whole[UnitSpecW.GROUP, staff.own_units], ordered)
    unit_of = staff.params.mounts.whole[MountSpecW.UNIT, games.mounts]
    for k in silent:
        unit = staff.own_units[k]
        then = games.at(max(tick - round(age_s[k] / staff.compiled.roster.dt_s), 0))
        is_there = then.status[game, k] == Status.ACTIVE
        is_gone = is_there & np.isin(now.status[game, k], (Status.LOST, Status.EXPENDED))
        rows = np.flatnonzero(is_gone)
        table.status[rows, unit] = now.status[game[rows], k]
        table.strength[rows, unit] = table.vx[rows, unit] = table.vy[rows, unit] = 0.0
        table.host[rows, unit] = NONE
        if not has_orders[k]:
            _carry_on(staff, table, int(unit), picture.own_real[row, :, k], then, now, int(k), game)
        rows = np.flatnonzero(is_there & ~is_gone)
        for q in np.flatnonzero(unit_of == unit):
            left = now.ammo[game[rows], q] / np.maximum(then.ammo[game[rows], q], 1)
            mount = games.mounts[q]
            ammo[rows, mount] = np.rint(ammo[rows, mount] * np.minimum(left, 1.0)).astype(np.int32)


def _carry_on(
    staff: StaffScenario,
    table: UnitTable,
    unit: int,
    report: F64,
    then: Moment,
    now: Moment,
    k: int,
    game: I64,
) -> None:
    """Move a unit that is left in the worlds on from its report as in the games (n,), or as in the mean of them."""
    is_left = (then.status[:, k] == Status.ACTIVE) & (now.status[:, k] == Status.ACTIVE)
    if not is_left.any():
        return
    mine = is_left[game]
    rows = np.flatnonzero(table.status[:, unit] == Status.ACTIVE)
    west, east, south, north = staff.compiled.roster.bounds_m
    for axis, low, high, at in (("x", west, east, OwnR.X), ("y", south, north, OwnR.Y)):
        way = getattr(now, axis)[:, k].astype(np.float64) - getattr(then, axis)[:, k]
        made = np.where(mine, way[game], way[is_left].mean())
        getattr(table, axis)[rows, unit] = (report[at] + made[rows]).clip(low, high)
        speed = getattr(now, f"v{axis}")[:, k].astype(np.float64)
        getattr(table, f"v{axis}")[rows, unit] = np.where(mine, speed[game], 0.0)[rows]
