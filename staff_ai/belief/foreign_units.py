"""Foreign units in the worlds: those of the tracks, and those that nobody has seen, drawn from the prior games."""

import math

import numpy as np
from scipy.special import gammaln

from simcore.params import MountSpecW, RuleR, UnitSpecR, UnitSpecW
from simcore.situation_tables import UnitTable
from simcore.types import F64, I32, I64, NONE, Domain, Status
from staff_ai.belief.assignment import Assignment, Uniform
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracker import BeliefTracker, Row
from staff_ai.belief.tracks import Fate, TrackR, TrackW

FORGOTTEN_S = 1_800.0
"""Time after its loss from which the place of a lost track tells nothing."""
_JITTER = 0.06  # one-sigma spread of places in the prior games, as a share of the way made
_RECKONED_S = 300.0  # a lost track keeps its velocity for this time
_LOST_SPREAD = 0.3  # growth of the error of a lost track, as a share of the highest speed
_HURT = 0.3  # chance that a living unit under own fire has been hit
P_DEAD_UNDER_FIRE = 0.75
P_DEAD_ONE_WAY = 0.65
P_DEAD_LOST = 0.05
"""Chances that a unit not detected for a long time is no longer: after own fire at it, of a munition, of any other."""
P_DEAD_GONE = 0.8
P_DEAD_GONE_IN_THE_AIR = 0.4
"""The same for contacts that vanish before their time without own fire at them: an aircraft may have landed. It may
have done so as well when it was last seen under fire."""
TRUST = 4.0
"""Units that would show the share missed by the searches as well as the prior games do."""
_DEAD_AFTER_S = 180.0  # time without a detection in which the chance reaches 63 % of these
_LEAST_CHANCE = 1e-3


def place_foreign(
    tracker: BeliefTracker,
    belief: Row,
    assigned: Assignment,
    doctrine: I64,
    draws: Uniform,
    table: UnitTable,
    ammo: I32,
    tick: int,
    time_s: float,
) -> None:
    """Enter all foreign units into ``table``, and their rounds into ``ammo`` (n, mounts).

    Their magazines are as in the prior games, so units that have come into range have fired.
    """
    staff = tracker.staff
    foreign = staff.foreign
    if len(foreign) == 0:
        return
    games = tracker.games
    chance = np.exp(belief.missed.astype(np.float64))
    column = np.full(staff.params.units.whole.shape[1], -1, dtype=np.int64)
    column[foreign] = np.arange(len(foreign))
    is_used = np.zeros((draws.n, len(foreign)), dtype=bool)
    world, place = np.nonzero(assigned.unit >= 0)
    is_used[world, column[assigned.unit[world, place]]] = True
    number = _draw_numbers(staff, assigned, chance, games.doctrine, doctrine, draws)
    game = _draw_games(staff, chance, games.n_games, games.n_doctrines, doctrine, draws)
    every = np.arange(len(foreign))
    unseen = _choose_unseen(staff, number - assigned.used, chance[game, every], is_used, column, draws)
    _enter_from_games(tracker, game, is_used | unseen, draws, table, tick)
    of_mount = column[staff.params.mounts.whole[MountSpecW.UNIT, games.mounts]]
    ammo[:, games.mounts] = games.at(tick).ammo[game[:, of_mount], np.arange(len(games.mounts))]
    _enter_tracks(staff, belief, assigned, draws, table, time_s)
    _settle_hosts(staff, table)


def _draw_numbers(
    staff: StaffScenario, assigned: Assignment, chance: F64, game_doctrine: I64, doctrine: I64, draws: Uniform
) -> I64:
    """Return the drawn number of units (n, forces) of each force, those of the tracks included.

    All numbers from the least to the most are as likely before the fight. The prior games estimate the probability s
    that the searches missed a unit; the estimate counts as much as ``TRUST`` units of which the share s was missed. So
    finding k of ``number`` units has the beta-binomial likelihood C(number, k) B(a + k, b + number - k), with
    a = TRUST (1 - s) and b = TRUST s.
    """
    n, n_forces = assigned.used.shape
    result = np.zeros((n, n_forces), dtype=np.int64)
    u = draws.uniform(4, max(n_forces, 1))
    n_doctrines = int(game_doctrine[-1]) + 1
    by_doctrine = chance.reshape(n_doctrines, -1, chance.shape[1])
    force_of_column = staff.force_of_unit[staff.foreign]
    for f, force in enumerate(staff.forces):
        most = len(staff.members[f])
        if most == 0:
            continue
        missed = by_doctrine[:, :, force_of_column == f].mean(axis=(1, 2)).clip(0.02, 0.98)
        numbers = np.arange(most + 1)
        found = assigned.used[:, f]
        least = np.maximum(numbers[:, None], min(force.least, most))
        weight = np.stack(
            [_likelihood(numbers, k, TRUST * missed) for k in range(most + 1)], axis=1
        )  # doctrines, found, number
        weight = np.where((numbers >= least)[None], weight, 0.0)
        total = weight[doctrine, found].cumsum(axis=1)
        result[:, f] = (total <= (u[:, f] * total[:, -1])[:, None]).sum(axis=1).clip(max=most)
    return result


def _likelihood(numbers: I64, found: int, b: F64) -> F64:
    """Return the likelihood (doctrines, numbers) to find ``found`` of a number of units, as a share of the largest.

    ``b`` (doctrines,) is TRUST times the probability to miss one.
    """
    a, rest = TRUST - b, np.maximum(numbers - found, 0)
    logs = (
        gammaln(numbers + 1.0) - gammaln(found + 1.0) - gammaln(rest + 1.0)
        + gammaln(a + found)[:, None] + gammaln(b[:, None] + rest) - gammaln(TRUST + found + rest)
    )  # fmt: skip
    logs = np.where(numbers >= found, logs, -np.inf)
    return np.exp(logs - logs.max(axis=1, keepdims=True))


def _draw_games(
    staff: StaffScenario, chance: F64, n_games: int, n_doctrines: int, doctrine: I64, draws: Uniform
) -> I64:
    """Return the game (n, e) from which each unit's place is taken: the same for the units of a group.

    A game is the likelier, the likelier the searches so far would have missed the group in it.
    """
    group = staff.params.units.whole[UnitSpecW.GROUP, staff.foreign]
    names, place = np.unique(group, return_inverse=True)
    total = np.zeros((len(chance), len(names)))
    np.add.at(total.T, place, chance.T)
    weight = (total / np.bincount(place)).reshape(n_doctrines, n_games, len(names)) + _LEAST_CHANCE
    cumulated = weight.cumsum(axis=1)[doctrine]  # (n, games, groups)
    u = draws.uniform(5, len(names))
    which = (cumulated <= (u * cumulated[:, -1])[:, None]).sum(axis=1).clip(max=n_games - 1)
    return (doctrine[:, None] * n_games + which)[:, place]


def _choose_unseen(
    staff: StaffScenario, number: I64, chance: F64, is_used: np.ndarray, column: I64, draws: Uniform
) -> np.ndarray:
    """Return which units (n, e) make up the ``number`` (n, forces) that nobody has seen: by their chances of it."""
    race = -np.log(draws.uniform(6, chance.shape[1])) / (chance + _LEAST_CHANCE)
    race[is_used] = np.inf
    chosen = np.zeros(race.shape, dtype=bool)
    for f, members in enumerate(staff.members):
        if len(members) == 0:
            continue
        of_force = race[:, column[members]]
        rank = of_force.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        chosen[:, column[members]] = (rank < number[:, [f]]) & np.isfinite(of_force)
    return chosen


def _enter_from_games(
    tracker: BeliefTracker, game: I64, present: np.ndarray, draws: Uniform, table: UnitTable, tick: int
) -> None:
    """Enter the units of each world as they are in their games; units that are not present are ABSENT."""
    staff, games = tracker.staff, tracker.games
    foreign, spec = staff.foreign, staff.params.units
    every = np.arange(len(foreign))
    start, now = games.at(0), games.at(tick)
    x, y = now.x[game, every].astype(np.float64), now.y[game, every].astype(np.float64)
    status = now.status[game, every].astype(np.int32)
    moved = np.hypot(x - start.x[game, every], y - start.y[game, every])
    spread = np.where((status == Status.ACTIVE) & (spec.real[UnitSpecR.SPEED_MAX, foreign] > 0.0), _JITTER * moved, 0.0)
    noise = draws.normal(7, 2 * len(foreign))
    west, east, south, north = staff.compiled.roster.bounds_m
    # a unit that the prior games lost to mines or crashes is left out
    status = np.where(present & (status != Status.LOST), status, np.int32(Status.ABSENT))
    active = status == Status.ACTIVE
    full = spec.real[UnitSpecR.ENDURANCE_S, foreign]
    for name, values in (
        ("status", status),
        ("host", now.host[game, every]),
        ("x", (x + spread * noise[:, : len(foreign)]).clip(west, east)),
        ("y", (y + spread * noise[:, len(foreign) :]).clip(south, north)),
        ("vx", np.where(active, now.vx[game, every], 0.0)),
        ("vy", np.where(active, now.vy[game, every], 0.0)),
        ("hx", 0.0),
        ("hy", 0.0),
        ("goal_x", np.nan),
        ("goal_y", np.nan),
        ("strength", 1.0),
        ("endurance_s", np.minimum(now.endurance_s[game, every].astype(np.float64), full)),
        ("way", NONE),
        (
            "ready_tick",
            np.where(status == Status.SERVICING, tick + spec.whole[UnitSpecW.SERVICE_TICKS, foreign] // 2, NONE),
        ),
    ):
        getattr(table, name)[:, foreign] = values


def _enter_tracks(
    staff: StaffScenario, belief: Row, assigned: Assignment, draws: Uniform, table: UnitTable, time_s: float
) -> None:
    """Enter the units of tracks where they are believed to be; those gone are lost, or expended."""
    real, whole = belief.tracks.real[:, assigned.track], belief.tracks.whole[:, assigned.track]
    spec = staff.params.units
    n_tracks = len(assigned.track)
    if n_tracks == 0:
        return
    top = int(whole[TrackW.SERIAL].max()) + 1
    noise = draws.normal(8, 2 * top)
    toll = 0.5 + draws.uniform(14, 1)  # how deadly the fight has been, in each world
    hurt, share, dead = (draws.uniform(purpose, top) for purpose in (9, 10, 13))
    west, east, south, north = staff.compiled.roster.bounds_m
    growth = float(staff.params.rules_real[RuleR.CONTACT_GROWTH_MPS])
    worlds = np.arange(draws.n)
    for q in range(n_tracks):
        is_there = assigned.unit[:, q] >= 0
        rows, unit = worlds[is_there], assigned.unit[is_there, q]
        fate, serial = whole[TrackW.FATE, q], whole[TrackW.SERIAL, q]
        one_way = spec.whole[UnitSpecW.IS_ONE_WAY, unit] == 1
        p_dead = _p_dead(whole[:, q], time_s - real[TrackR.TIME_S, q], one_way)
        is_dead = dead[rows, serial] < np.where(p_dead < 1.0, p_dead * toll[rows, 0], 1.0)
        if is_dead.any():
            gone, which = rows[is_dead], unit[is_dead]
            table.status[gone, which] = np.where(one_way[is_dead], Status.EXPENDED, Status.LOST)
            table.strength[gone, which] = 0.0
            table.host[gone, which] = NONE
            table.vx[gone, which] = table.vy[gone, which] = 0.0
            rows, unit = rows[~is_dead], unit[~is_dead]
        if len(rows) == 0 or fate == Fate.GONE:
            continue
        gone_s = time_s - real[TrackR.SHOWN_S, q] if fate == Fate.LOST else 0.0
        if gone_s > FORGOTTEN_S:
            continue
        speed_max = spec.real[UnitSpecR.SPEED_MAX, unit]
        error = real[TrackR.ERROR_M, q] + np.maximum(growth, _LOST_SPREAD * speed_max) * gone_s * (gone_s > 0.0)
        reckoned_s = min(gone_s, _RECKONED_S)
        x = real[TrackR.X, q] + real[TrackR.VX, q] * reckoned_s + error * noise[rows, serial]
        y = real[TrackR.Y, q] + real[TrackR.VY, q] * reckoned_s + error * noise[rows, top + serial]
        table.status[rows, unit] = Status.ACTIVE
        table.x[rows, unit], table.y[rows, unit] = x.clip(west, east), y.clip(south, north)
        table.vx[rows, unit], table.vy[rows, unit] = real[TrackR.VX, q], real[TrackR.VY, q]
        table.ready_tick[rows, unit] = NONE
        if whole[TrackW.COMMITTED, q] > 0:
            is_hurt = hurt[rows, serial] < _HURT
            table.strength[rows, unit] = np.where(is_hurt, 0.2 + 0.8 * share[rows, serial], 1.0)
        full = spec.real[UnitSpecR.ENDURANCE_S, unit]
        low = np.isfinite(full) & (table.endurance_s[rows, unit] < 0.3 * full)
        with np.errstate(invalid="ignore"):
            table.endurance_s[rows, unit] = np.where(
                low, (0.3 + 0.5 * share[rows, serial]) * full, table.endurance_s[rows, unit]
            )


def _p_dead(track: I64, unseen_s: float, one_way: np.ndarray) -> F64:
    """Return the chance (m,) that the unit of a track is no longer, for units that are munitions or not."""
    if track[TrackW.FATE] == Fate.GONE:
        if track[TrackW.COMMITTED] > 0:
            return np.ones(len(one_way))
        return np.where(one_way, 1.0, P_DEAD_GONE_IN_THE_AIR if track[TrackW.DOMAIN] == Domain.AIR else P_DEAD_GONE)
    share = 1.0 - math.exp(-max(unseen_s, 0.0) / _DEAD_AFTER_S)
    under_fire = P_DEAD_GONE_IN_THE_AIR if track[TrackW.DOMAIN] == Domain.AIR else P_DEAD_UNDER_FIRE
    p = under_fire if track[TrackW.COMMITTED] > 0 else P_DEAD_LOST
    return share * np.where(one_way, max(P_DEAD_ONE_WAY, p), p)


def _settle_hosts(staff: StaffScenario, table: UnitTable) -> None:
    """Give each unit aboard a carrier of its world; without any it is not in the world."""
    spec, foreign = staff.params.units.whole, staff.foreign
    n_units = spec.shape[1]
    is_out = table.status == Status.ACTIVE
    host, status = table.host[:, foreign], table.status[:, foreign]
    is_aboard = (status == Status.ABOARD) | (status == Status.SERVICING)
    clipped = np.clip(host, 0, n_units - 1)
    is_wrong = (host >= 0) & ~np.take_along_axis(is_out, clipped.astype(np.int64), axis=1)
    is_wrong |= is_aboard & (host < 0)
    if is_wrong.any():
        by_host = np.where(host >= 0, clipped, np.maximum(spec[UnitSpecW.HOST, foreign], 0))
        force = staff.force_of_unit[by_host]
        for f in np.unique(force[is_wrong]):
            carriers = staff.members[f] if f >= 0 else np.zeros(0, dtype=np.int64)
            carriers = carriers[spec[UnitSpecW.CARRIES, carriers] > 0]
            if len(carriers) == 0:
                found = np.full(len(host), NONE)
            else:
                there = is_out[:, carriers]
                found = np.where(there.any(axis=1), carriers[there.argmax(axis=1)], NONE)
            mine = is_wrong & (force == f)
            host = np.where(mine, found[:, None], host)
    table.host[:, foreign] = host
    table.status[:, foreign] = np.where(is_aboard & (host < 0), np.int32(Status.ABSENT), status)
