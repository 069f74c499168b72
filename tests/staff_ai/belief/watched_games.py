"""Recorded pictures of short games on the smallest library scenarios."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import StaffScenario, staff_scenario
from staff_ai.belief.tracker import BeliefTracker

SIDE = 0


class Watched(NamedTuple):
    """The pictures and orders of a side in a game."""

    compiled: Compiled
    pictures: tuple[Picture, ...]
    orders: tuple[Orders, ...]


def copied(picture: Picture) -> Picture:
    """Return a copy of a picture whose arrays may be changed."""
    return picture._replace(
        **{name: value.copy() for name, value in picture._asdict().items() if isinstance(value, np.ndarray)}
    )


class _Recorder:
    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.pictures: list[Picture] = []
        self.orders: list[Orders] = []

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        self._inner.reset(briefing, seed, replication)

    def decide(self, picture: Picture, orders: Orders) -> None:
        self.pictures.append(copied(picture))
        self._inner.decide(picture, orders)
        self.orders.append(Orders(orders.real.copy(), orders.whole.copy()))


@cache
def watched(name: str = "night-strait", minutes: int = 40) -> Watched:
    """Return the pictures of the first side in two games, attacked by a doctrine."""
    compiled = load(name)
    choices = choose_policies(compiled.roster, by_side={"blue": "defend", "red": "assault"})
    policies = build_policies(choices, compiled.briefings, 1, [0, 1])
    recorder = _Recorder(policies[SIDE])
    run_decisions(
        start_simulation(compiled, 1, [0, 1]),
        [recorder, *policies[1:]],
        group_names=compiled.roster.groups,
        decision_ticks=compiled.roster.decision_ticks,
        n_ticks=round(minutes * 60 / compiled.roster.dt_s) + 1,
    )
    return Watched(compiled, tuple(recorder.pictures), tuple(recorder.orders))


@cache
def staff_of(name: str = "night-strait") -> StaffScenario:
    """Return the staff's scenario of the first side."""
    compiled = load(name)
    return staff_scenario(compiled.briefings[SIDE], compiled.ground)


@cache
def games_of(name: str = "night-strait") -> PriorGames:
    """Return the prior games of the first side."""
    return PriorGames(staff_of(name))


def tracker_after(game: Watched, name: str = "night-strait") -> BeliefTracker:
    """Return a tracker that has followed a game."""
    tracker = BeliefTracker(staff_of(name), games_of(name))
    for picture, orders in zip(game.pictures, game.orders, strict=True):
        tracker.observe(picture)
        tracker.record_orders(picture.replication, orders)
    return tracker


def same(a: Any, b: Any) -> bool:
    """Return whether two descriptions are equal bit by bit."""
    if isinstance(a, tuple):
        return type(a) is type(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    return a == b
