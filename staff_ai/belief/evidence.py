"""Evidence on the enemy's doctrine: how well the prior games of each doctrine explain the contacts.

The likelihood of a track is a kernel estimate: the density of the places and velocities of suitable units in the
games of a doctrine. Tracks of an attack are not independent, so their logs are added and divided by the square root of
their number. The result is tempered, and the posterior never falls below a share of the prior.
"""

from functools import lru_cache

import numpy as np

from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.types import F64, I64, Identity, Status
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import StaffScenario
from staff_ai.belief.tracks import Fate, TrackR, Tracks, TrackW

TEMPER = 0.5
FLOOR = 0.35
"""Share of the prior that remains in the posterior."""
AGAIN_S = 600.0
"""Time after which a track is evidence again."""
_BANDWIDTH = 0.03  # of the density of places, as a share of the longer side of the map
_SPEED_SHARE = 0.35  # of that of velocities, as a share of the highest speed
_LEAST = 1e-3  # likelihood of a track that no game explains, as a share of the largest possible


@lru_cache(maxsize=4096)
def suitable(staff: StaffScenario, domain: int, target_class: int) -> I64:
    """Return the columns of the foreign units that a contact of a domain and class (-1: not classified) can be."""
    spec = staff.params.units.whole[:, staff.foreign]
    fits = spec[UnitSpecW.DOMAIN] == domain
    if target_class >= 0:
        classified = fits & (spec[UnitSpecW.SEEN_CLASS] == target_class)
        fits = classified if classified.any() else fits
    return np.flatnonzero(fits)


def track_evidence(
    staff: StaffScenario, games: PriorGames, tracks: Tracks, tick: int, time_s: float
) -> tuple[F64, float]:
    """Return the log likelihoods (doctrines,) of the tracks that are due as evidence, and their number."""
    total = np.zeros(games.n_doctrines)
    real, whole = tracks.real, tracks.whole
    due = (whole[TrackW.FATE] == Fate.HELD) & (whole[TrackW.IDENTITY] <= Identity.HOSTILE)
    # the second detection gives the velocity
    due &= (real[TrackR.TIME_S] > real[TrackR.FIRST_S]) & (time_s - real[TrackR.LOOKED_S] >= AGAIN_S)
    chosen = np.flatnonzero(due)
    if games.n_doctrines < 2 or len(chosen) == 0:
        return total, 0.0
    moment = games.at(tick)
    side = staff.force_side[staff.force_of_unit[staff.foreign]]
    rules = staff.params.rules_real
    width = _BANDWIDTH * max(rules[RuleR.EAST] - rules[RuleR.WEST], rules[RuleR.NORTH] - rules[RuleR.SOUTH])
    speed_max = staff.params.units.real[UnitSpecR.SPEED_MAX, staff.foreign]
    n = 0.0
    for k in chosen:
        real[TrackR.LOOKED_S, k] = time_s
        columns = suitable(staff, int(whole[TrackW.DOMAIN, k]), int(whole[TrackW.TARGET_CLASS, k]))
        columns = columns[side[columns] == staff.enemy]
        if len(columns) == 0:
            continue
        spread = np.sqrt(width * width + real[TrackR.ERROR_M, k] ** 2)
        dx, dy = moment.x[:, columns] - real[TrackR.X, k], moment.y[:, columns] - real[TrackR.Y, k]
        ux, uy = moment.vx[:, columns] - real[TrackR.VX, k], moment.vy[:, columns] - real[TrackR.VY, k]
        slow = np.maximum(_SPEED_SHARE * speed_max[columns], 0.5)
        away = (dx * dx + dy * dy) / (spread * spread) + (ux * ux + uy * uy) / (slow * slow)
        density = np.where(moment.status[:, columns] == Status.ACTIVE, np.exp(-0.5 * away), 0.0).mean(axis=1)
        of_doctrine = density.reshape(games.n_doctrines, games.n_games).mean(axis=1)
        total += np.log(of_doctrine + _LEAST)
        n += 1.0
    return total, n


PLAN = "hold"
"""The doctrine that keeps to the plan of the file, which is unknown to others."""
PLAN_IS_OTHER = 0.5
"""Chance that this plan looks like one of the other doctrines."""


def doctrine_posterior(prior: F64, evidence: F64, n: float, plan: int = -1) -> F64:
    """Return the posterior weights (doctrines,) after ``n`` tracks with a sum of log likelihoods ``evidence``.

    ``plan`` is the place of the doctrine PLAN, -1 for none.
    """
    if n <= 0.0 or len(prior) < 2:
        return prior / prior.sum()
    logs = TEMPER * evidence / np.sqrt(n)
    likelihood = np.exp(logs - logs.max())
    if plan >= 0:
        others = np.arange(len(prior)) != plan
        mean = float((prior * likelihood)[others].sum() / prior[others].sum())
        likelihood[plan] = (1.0 - PLAN_IS_OTHER) * likelihood[plan] + PLAN_IS_OTHER * mean
    weights = prior * likelihood
    return FLOOR * prior / prior.sum() + (1.0 - FLOOR) * weights / weights.sum()
