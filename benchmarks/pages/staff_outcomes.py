"""Outcomes of the games of the staff, its predictions, and a count of the orders that could not be carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scenarios.compiler.scenario import Compiled
from simcore.orders import RESUME, OrderR, Orders, OrderW
from simcore.params import UnitSpecW
from simcore.picture import OwnR, OwnW, Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import UnitW
from simcore.types import F64, Damage, Roe, Status, Task
from staff_ai.advice.advice import Advice
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import draw_weights


@dataclass
class Outcomes:
    """Outcomes of games, and the predictions on the way."""

    lead: list[float] = field(default_factory=list)
    win: list[float] = field(default_factory=list)
    enemy: list[str] = field(default_factory=list)
    predictions: list[dict[str, float]] = field(default_factory=list)
    courses: dict[str, int] = field(default_factory=dict)  # how often each was recommended
    ranked: int = 0
    ranked_invalid: int = 0
    orders: int = 0
    breaches: dict[str, int] = field(default_factory=dict)
    advice_s: float = 0.0  # CPU time
    advices: int = 0
    rollouts: int = 0


def count_breaches(
    compiled: Compiled, briefing: Briefing, simulation: Simulation, picture: Picture, own: Orders, found: Outcomes
) -> None:
    """Check the orders just given independently of the gate, and count those that could not be carried out.

    By the reports of the side: the group has living units; units that can move, if the point is beyond the radius of
    its task and its weapons; rounds, if it is to attack; the point lies on the map; rules of engagement are no looser
    than those of the plan.
    """
    west, east, south, north = briefing.bounds_m
    units = simulation.state.units.whole
    mine = np.flatnonzero(
        (compiled.params.units.whole[UnitSpecW.SIDE] == briefing.side)
        & (compiled.params.units.whole[UnitSpecW.SPOOFER] < 0)
    )
    status = picture.own_whole[:, OwnW.STATUS]
    is_left = (status == Status.ACTIVE) | (status == Status.ABOARD) | (status == Status.SERVICING)
    is_left |= status == Status.RESERVE
    fit = is_left & ((picture.own_whole[:, OwnW.DAMAGE] & (Damage.MOBILITY | Damage.CATASTROPHIC)) == 0)
    fit &= briefing.speed_max_mps[None] > 0.0
    # before its first report a unit has all its rounds
    armed = is_left & ((picture.own_whole[:, OwnW.AMMO] > 0) | (units[:, UnitW.REPORT_TICK][:, mine] <= 0))
    armed &= (briefing.weapon_range_m > 0.0)[None]
    for k in range(len(briefing.groups)):
        members = briefing.group_of_unit == k
        issued = (own.whole[:, OrderW.ISSUED, k] != 0) & ~simulation.done
        if not issued.any():
            continue
        found.orders += int(issued.sum())
        alive, can_move, can_fire = (part[:, members].any(axis=1) for part in (is_left, fit, armed))
        task = own.whole[:, OrderW.TASK, k]
        x, y = own.real[:, OrderR.X, k], own.real[:, OrderR.Y, k]
        reach = float(briefing.weapon_range_m[members].max(initial=0.0))
        is_plan = own.whole[:, OrderW.ISSUED, k] == RESUME
        to_move = (
            (task != Task.HOLD) & ~is_plan & (_away_m(picture, members, x, y) > own.real[:, OrderR.RADIUS, k] + reach)
        )
        to_fight = np.isin(task, (Task.ATTACK, Task.STRIKE)) & ~is_plan
        roe = own.whole[:, OrderW.ROE, k]
        outside = (x < west) | (x > east) | (y < south) | (y > north)
        for name, wrong in (
            ("group lost", ~alive),
            ("cannot move", alive & to_move & ~can_move),
            ("no rounds", alive & to_fight & ~can_fire),
            ("off the map", alive & ~is_plan & ~np.isin(task, (Task.HOLD,)) & outside),
            ("looser rules of engagement", alive & ~is_plan & (roe <= int(Roe.FREE)) & (roe > int(briefing.roe[k]))),
        ):
            n = int((issued & wrong).sum())
            if n:
                found.breaches[name] = found.breaches.get(name, 0) + n


def _away_m(picture: Picture, members: np.ndarray, x: F64, y: F64) -> F64:
    """Return the distance (R,) of points from the nearest of some units, as reported [m]."""
    dx = picture.own_real[:, OwnR.X][:, members] - x[:, None]
    dy = picture.own_real[:, OwnR.Y][:, members] - y[:, None]
    return np.sqrt(dx * dx + dy * dy).min(axis=1, initial=np.inf)


def values_of(advice: Advice) -> dict[str, float]:
    """Return the prediction of the recommended course."""
    seen = advice.prediction
    assert seen is not None
    score = seen.score
    return {"score": score.value, "low": score.low, "high": score.high, "win": seen.win.value, "n": float(seen.n)}


def outcomes_of(advice: Advice) -> tuple[F64, F64]:
    """Return the outcomes behind a prediction and their weights, (n,) each."""
    assert advice.standing is not None
    place = next(k for k, one in enumerate(advice.courses) if one is advice.recommended)
    is_fresh = bool(advice.standing.fresh.played(place).any())
    samples = advice.standing.fresh if is_fresh else advice.standing.ranking
    values, enemy = samples.of(place, Outcome.SCORE)
    return values, draw_weights(enemy, samples.weights)


def rank_among(values: F64, w: F64) -> Callable[[float, float], float]:
    """Return the rank of an outcome among predicted ones, 0..1; ties are broken by a uniform number."""

    def rank(outcome: float, u: float) -> float:
        tied = np.abs(values - outcome) < 1e-9
        n = 1.0 / float((w * w).sum())  # the outcome itself is one more draw
        below, same = float(w[(values < outcome) & ~tied].sum()), float(w[tied].sum())
        return (n * below + u * (n * same + 1.0)) / (n + 1.0)

    return rank
