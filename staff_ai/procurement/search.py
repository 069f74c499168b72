"""The search for mixes: effect against cost, each mix with the conduct that suits it best.

All alternatives are tried on the surrogate if they are few; of many, a genetic search with sorting by dominance finds
the front (NSGA-II; Deb, Pratap, Agarwal and Meyarivan 2002).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from scenarios.experiments.pareto import on_front
from simcore.types import F64, I64
from staff_ai.procurement.models import Model, lever_coordinates
from staff_ai.procurement.question import Choice, Question

MOST_TRIED = 40_000
"""Alternatives that are tried in turn."""
MOST_CONDUCTS = 1_000
_POPULATION = 120
_GENERATIONS = 120
_CHUNK = 4_000

Predict = Callable[[I64], dict[str, F64]]
"""From alternatives, (n, levers), to the expected value of each goal over the futures, (n,) each."""


@dataclass(frozen=True)
class Found:
    """Affordable mixes with their best conduct, by expected effect; ``is_front`` marks those not dominated."""

    choices: I64  # (n, levers)
    costs: F64  # likely, (n,)
    values: dict[str, F64]  # by goal, (n,)
    is_allowed: np.ndarray  # whether the required goals are met, (n,) bool
    is_front: np.ndarray  # (n,) bool
    n_mixes: int
    is_complete: bool  # whether every mix was tried


def predictor(question: Question, models: dict[str, Model], fallback: dict[str, float]) -> Predict:
    """Return the prediction of all goals; ``fallback`` are the values of goals without a model."""

    def predict(choices: I64) -> dict[str, F64]:
        coordinates = lever_coordinates(question, choices)
        values: dict[str, F64] = {}
        for goal in question.goals:
            if goal.name in models:
                parts = np.array_split(coordinates, max(1, math.ceil(len(coordinates) / _CHUNK)))
                values[goal.name] = np.concatenate([models[goal.name].over_futures.predict(p) for p in parts])
            else:
                values[goal.name] = np.full(len(coordinates), fallback[goal.name])
        return values

    return predict


def search(question: Question, predict: Predict) -> Found:
    """Return the affordable mixes, each with its best conduct, and the front of effect against cost."""
    bought = [j for j, lever in enumerate(question.levers) if not lever.is_conduct]
    sizes = [len(question.levers[j].levels) for j in bought]
    n_mixes = math.prod(sizes)
    conducts = conducts_of(question)
    if n_mixes * len(conducts) <= MOST_TRIED:
        mixes = np.array(list(product(*map(range, sizes))), dtype=np.int64).reshape(-1, len(bought))
        return _best_conducts(question, predict, bought, mixes, conducts, is_complete=True)
    mixes = _evolved(question, predict, bought, sizes, conducts)
    return _best_conducts(question, predict, bought, mixes, conducts, is_complete=False)


def conducts_of(question: Question) -> list[dict[int, int]]:
    """Return every combination of the levers of conduct: level by number of the lever."""
    free = [j for j, lever in enumerate(question.levers) if lever.is_conduct]
    levels = product(*(range(len(question.levers[j].levels)) for j in free))
    return [dict(zip(free, combination, strict=True)) for combination in levels]


def n_conducts(question: Question) -> int:
    """Return the number of combinations of the levers of conduct."""
    return math.prod(len(lever.levels) for lever in question.levers if lever.is_conduct)


def allowed(question: Question, values: dict[str, F64]) -> np.ndarray:
    """Return which alternatives meet the thresholds of all goals but the first, (n,) bool."""
    ok = np.ones(len(values[question.effect.name]), dtype=bool)
    for goal in question.goals[1:]:
        ok &= goal.suffices(values[goal.name])
    return ok


def counting(ok: np.ndarray) -> np.ndarray:
    """Return which alternatives count, (n,) bool: those that meet the required goals, or all if none does."""
    return ok if ok.any() else np.ones(len(ok), dtype=bool)


def front_of(question: Question, effects: F64, costs: F64, ok: np.ndarray) -> np.ndarray:
    """Return which alternatives are on the front of effect against cost, (n,) bool; see ``counting``."""
    counts = counting(ok)
    is_front = np.zeros(len(ok), dtype=bool)
    is_front[counts] = on_front(effects[counts], costs[counts], question.effect.better)
    return is_front


def hypervolume(effects: F64, costs: F64, budget: float, least: float) -> float:
    """Return the area dominated by (effect, cost) up to a budget and above a least effect; more effect is better."""
    order = np.argsort(costs, kind="stable")
    area, best = 0.0, least
    edges = [*costs[order].tolist(), budget]
    for k, i in enumerate(order.tolist()):
        if costs[i] > budget:
            break
        best = max(best, float(effects[i]))
        area += (best - least) * max(0.0, min(edges[k + 1], budget) - edges[k])
    return area


def most_different(effects: F64, costs: F64, budget: float, n: int, always: Sequence[int] = ()) -> list[int]:
    """Return up to ``n`` alternatives that together dominate most, in turn; more effect is better."""
    chosen = list(always)
    least = float(effects.min()) - 1e-9
    while len(chosen) < min(n, len(effects)):
        areas = [
            -math.inf if k in chosen else hypervolume(effects[[*chosen, k]], costs[[*chosen, k]], 1.02 * budget, least)
            for k in range(len(effects))
        ]
        chosen.append(int(np.argmax(areas)))
    return chosen


def _best_conducts(
    question: Question, predict: Predict, bought: list[int], mixes: I64, conducts: list[dict[int, int]], *,
    is_complete: bool,
) -> Found:  # fmt: skip
    """Return affordable mixes, each with the conduct of the best expected effect among those that are allowed."""
    sign, name = question.effect.sign, question.effect.name
    alternatives = _alternatives(question, bought, mixes, {})
    costs = question.costs(alternatives)[:, 1]
    able = question.is_affordable(alternatives)
    mixes, costs = mixes[able], costs[able]
    best: I64 | None = None
    values: dict[str, F64] = {}
    rank = np.zeros(0)
    ok = np.zeros(0, dtype=bool)
    for conduct in conducts:
        choices = _alternatives(question, bought, mixes, conduct)
        found = predict(choices)
        is_ok = allowed(question, found)
        new_rank = sign * found[name] + np.where(is_ok, 0.0, -1e12)
        if best is None:
            best, values, rank, ok = choices, found, new_rank, is_ok
            continue
        wins = new_rank > rank
        best = np.where(wins[:, None], choices, best)
        values = {key: np.where(wins, found[key], old) for key, old in values.items()}
        rank, ok = np.where(wins, new_rank, rank), np.where(wins, is_ok, ok)
    assert best is not None
    return Found(best, costs, values, ok, front_of(question, values[name], costs, ok), len(mixes), is_complete)


def _alternatives(question: Question, bought: list[int], mixes: I64, conduct: dict[int, int]) -> I64:
    choices = np.tile(np.array(question.status_quo, dtype=np.int64), (len(mixes), 1))
    choices[:, bought] = mixes
    for j, level in conduct.items():
        choices[:, j] = level
    return choices


def _evolved(
    question: Question, predict: Predict, bought: list[int], sizes: list[int], conducts: list[dict[int, int]]
) -> I64:
    """Return the mixes met by a genetic search for the front."""
    generator = np.random.default_rng([question.seed, 11])
    limits = np.array(sizes)
    now = np.array([question.levers[j].now for j in bought])
    mixes = np.unique(np.vstack([now, generator.integers(0, limits, (_POPULATION, len(sizes)))]), axis=0)
    seen: dict[bytes, None] = {row.tobytes(): None for row in mixes}
    for _ in range(_GENERATIONS):
        found = _best_conducts(question, predict, bought, mixes, conducts, is_complete=False)
        kept = found.choices[:, bought]
        order = _by_rank(question.effect.sign * found.values[question.effect.name], found.costs, found.is_allowed)
        parents = kept[order[: _POPULATION // 2]]
        if not len(parents):
            parents = now[None, :]
        pairs = generator.integers(0, len(parents), (_POPULATION, 2))
        is_first = generator.random((_POPULATION, len(sizes))) < 0.5
        children = np.where(is_first, parents[pairs[:, 0]], parents[pairs[:, 1]])
        is_changed = generator.random(children.shape) < 1.0 / len(sizes)
        step = np.where(generator.random(children.shape) < 0.5, 1, -1)
        near = np.clip(children + step, 0, limits - 1)
        anywhere = generator.integers(0, limits, children.shape)
        changed = np.where(generator.random(children.shape) < 0.7, near, anywhere)
        children = np.where(is_changed, changed, children)
        seen |= {row.tobytes(): None for row in children}
        mixes = np.unique(np.vstack([parents, children]), axis=0)
    return np.array([np.frombuffer(row, dtype=np.int64) for row in seen])


def _by_rank(effects: F64, costs: F64, ok: np.ndarray) -> I64:
    """Return alternatives front by front, within a front those in sparse places first."""
    left = np.flatnonzero(counting(ok))
    order: list[int] = []
    while left.size:
        is_front = on_front(effects[left], costs[left], "more")
        front = left[is_front]
        by_cost = front[np.argsort(costs[front], kind="stable")]
        gaps = np.full(len(by_cost), np.inf)
        if len(by_cost) > 2:
            gaps[1:-1] = np.abs(costs[by_cost[2:]] - costs[by_cost[:-2]]) + np.abs(
                effects[by_cost[2:]] - effects[by_cost[:-2]]
            )
        order += by_cost[np.argsort(-gaps, kind="stable")].tolist()
        left = left[~is_front]
    return np.array(order, dtype=np.int64)


def as_choices(rows: I64) -> list[Choice]:
    """Return alternatives as tuples."""
    return [tuple(int(v) for v in row) for row in rows]
