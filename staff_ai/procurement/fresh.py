"""The finalists on fresh seeds: their effects with intervals, and how probable it is that each is the right choice."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenarios.experiments.pareto import N_RESAMPLES, resampled_means
from scenarios.measures.statistics import Estimate, mean_interval
from simcore.types import F64
from staff_ai.procurement.futures import Future, Option
from staff_ai.procurement.prices import draw_shares
from staff_ai.procurement.question import Choice, Goal, Question
from staff_ai.procurement.search import allowed, front_of

_LEAST_BLOCKS = 8


@dataclass(frozen=True)
class Fresh:
    """Replications of finalists: ``values`` by goal, (finalists, options of the enemy, n)."""

    question: Question
    choices: tuple[Choice, ...]
    options: tuple[Option, ...]
    futures: tuple[Future, ...]
    values: dict[str, F64]

    @property
    def n(self) -> int:
        """Replications of a finalist against an option."""
        return self.values[self.question.effect.name].shape[2]

    @cached_property
    def costs(self) -> F64:
        """Low, likely and high cost, (finalists, 3)."""
        return self.question.costs(self.choices)

    @cached_property
    def p_within_budget(self) -> F64:
        """The probability that the cost stays within the budget, (finalists,)."""
        return self.question.p_within_budget(self.choices)

    @cached_property
    def is_affordable(self) -> np.ndarray:
        """Which finalists stay within the budget with the confidence asked, (finalists,) bool."""
        return self.question.is_affordable(self.choices)

    def by_future(self, goal: str) -> F64:
        """Return the mean in each future, (finalists, options, futures)."""
        rows = self.values[goal]
        n_futures = len(self.futures)
        whole = rows[:, :, : self.n - self.n % n_futures]
        return whole.reshape(*rows.shape[:2], -1, n_futures).mean(axis=2)

    def by_block(self, goal: str) -> F64:
        """Return independent means, (finalists, options, blocks): by future, or by replication of few futures."""
        return self.by_future(goal) if len(self.futures) >= _LEAST_BLOCKS else self.values[goal]

    def blocks(self, goal: str) -> F64:
        """Return independent means against the weighted options, (finalists, blocks)."""
        weights = np.array([option.weight for option in self.options])
        return np.einsum("dob,o->db", self.by_block(goal), weights)

    def estimate(self, goal: Goal, finalist: int) -> Estimate:
        """Return the expected value of a goal with its interval over futures and luck."""
        return bounded(mean_interval(self.blocks(goal.name)[finalist]), goal)

    def difference(self, goal: Goal, first: int, second: int) -> Estimate:
        """Return the difference of two finalists on the same futures and luck, with its interval."""
        rows = self.blocks(goal.name)
        return mean_interval(rows[first] - rows[second])

    def means(self, goal: str) -> F64:
        """Return the expected value of a goal, (finalists,)."""
        return self.blocks(goal).mean(axis=1)


@dataclass(frozen=True)
class Standing:
    """How the finalists stand, (finalists,) each; ``recommended`` is the choice within the budget."""

    recommended: int
    runner_up: int | None
    p_best: F64
    p_front: F64
    p_within_budget: F64
    p_suffices: F64
    is_front: np.ndarray


def standing(fresh: Fresh, n_draws: int = N_RESAMPLES) -> Standing:
    """Return how the finalists stand, by resampling futures with their luck and by drawing the prices."""
    question = fresh.question
    resampled = {goal.name: resampled_means(list(fresh.blocks(goal.name)), n_draws) for goal in question.goals}
    shares = draw_shares(len(question.levers), n_draws, question.seed)
    costs = question.drawn_costs(fresh.choices, shares)
    able = fresh.is_affordable
    means = {goal.name: fresh.means(goal.name) for goal in question.goals}
    is_best, is_front = np.zeros(costs.shape, dtype=bool), np.zeros(costs.shape, dtype=bool)
    for draw in range(n_draws):
        values = {name: rows[draw] for name, rows in resampled.items()}
        ok = allowed(question, values)
        is_best[draw, choose(question, values, costs[draw], able)] = True
        is_front[draw] = front_of(question, values[question.effect.name], costs[draw], ok)
    recommended = choose(question, means, fresh.costs[:, 1], able)
    others = [k for k in range(len(fresh.choices)) if k != recommended]
    runner_up = None
    if others:
        rest = {name: values[others] for name, values in means.items()}
        runner_up = others[choose(question, rest, fresh.costs[others, 1], able[others])]
    ok = allowed(question, means)
    return Standing(
        recommended,
        runner_up,
        is_best.mean(axis=0),
        is_front.mean(axis=0),
        fresh.p_within_budget,
        np.array([question.effect.suffices(rows).mean() for rows in resampled[question.effect.name].T]),
        front_of(question, means[question.effect.name], fresh.costs[:, 1], ok),
    )


def choose(question: Question, values: dict[str, F64], costs: F64, able: np.ndarray) -> int:
    """Return the alternative of the best expected effect within the budget that meets the required goals.

    ``able`` marks those within the budget. With a margin it is the cheapest of those within the margin of the best. If
    none meets the required goals, they are dropped; if none is within the budget, the cheapest are left.
    """
    signed = question.effect.sign * values[question.effect.name]
    if not able.any():
        able = costs == costs.min()
    suits = able & allowed(question, values)
    if suits.any():
        able = suits
    best = float(signed[able].max())
    close = np.flatnonzero(able & (signed >= best - (question.margin or 0.0)))
    return int(close[np.lexsort((-signed[close], costs[close]))[0]])


@dataclass(frozen=True)
class Answer:
    """What the enemy does about a finalist: the option that is worst for it, and the effect then."""

    option: int
    effect: float
    by_option: tuple[float, ...]


def enemy_answer(fresh: Fresh, finalist: int) -> Answer:
    """Return the answer of an enemy who knows the finalist.

    The option is chosen on one half of the blocks and the effect is taken on the other, both ways, so that the effect
    is not too low by the choice.
    """
    name, sign = fresh.question.effect.name, fresh.question.effect.sign
    rows = fresh.by_block(name)[finalist]
    means = sign * rows.mean(axis=1)
    worst = int(np.argmin(means))
    if len(fresh.options) == 1:
        return Answer(worst, float(sign * means[worst]), (float(sign * means[worst]),))
    middle = rows.shape[1] // 2  # each half of a Sobol' sequence is as even as the whole; every other point is not
    halves = rows[:, :middle], rows[:, middle:]
    found = [float(b[int(np.argmin(sign * a.mean(axis=1)))].mean()) for a, b in (halves, halves[::-1])]
    return Answer(worst, float(np.mean(found)), tuple((sign * means).tolist()))


def bounded(estimate: Estimate, goal: Goal) -> Estimate:
    """Return an estimate with the interval within the range of a share."""
    if not goal.is_share:
        return estimate
    return replace(estimate, low=max(0.0, estimate.low), high=min(1.0, estimate.high))
