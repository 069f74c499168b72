"""Own units that have not reported for long: they may be lost, and may have fired.

Their fates are those in games of the staff's own scenario, which are fought with the plan of the file against the
enemy's doctrines. The side itself goes on to see them as last reported.
"""

import numpy as np

from simcore.params import MountSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.situation_tables import UnitTable
from simcore.types import I32, I64, NONE, Status
from staff_ai.belief.assignment import Uniform
from staff_ai.belief.prior_games import own_games
from staff_ai.belief.staff_scenario import StaffScenario

SILENT_S = 900.0
"""Age of a report from which it tells little."""


def settle_silent(
    staff: StaffScenario, picture: Picture, row: int, doctrine: I64, draws: Uniform, table: UnitTable, ammo: I32
) -> None:
    """Draw the losses of silent own units in ``table``, and the rounds that they have fired in ``ammo``."""
    age_s = picture.own_real[row, OwnR.AGE_S]
    silent = np.flatnonzero((picture.own_whole[row, OwnW.STATUS] == Status.ACTIVE) & (age_s > SILENT_S))
    if len(silent) == 0:
        return
    games = own_games(staff)
    tick = int(picture.ticks[row])
    now = games.at(tick)
    game = doctrine * games.n_games + np.floor(draws.uniform(16, 1)[:, 0] * games.n_games).astype(np.int64)
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
        rows = np.flatnonzero(is_there & ~is_gone)
        for q in np.flatnonzero(unit_of == unit):
            left = now.ammo[game[rows], q] / np.maximum(then.ammo[game[rows], q], 1)
            mount = games.mounts[q]
            ammo[rows, mount] = np.rint(ammo[rows, mount] * np.minimum(left, 1.0)).astype(np.int32)
