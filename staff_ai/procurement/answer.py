"""The decision as plain values: everything that the terminal, the memo and other programs show."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenarios.experiments.factors import cell_text
from scenarios.experiments.pareto import on_front
from scenarios.measures.statistics import Estimate
from simcore.types import F64, I64
from staff_ai.procurement.boxes import Box
from staff_ai.procurement.effort import ROUNDS
from staff_ai.procurement.information import Worth
from staff_ai.procurement.pipeline import Candidate, Decision
from staff_ai.procurement.question import Choice, Goal, Lever, Question, Titles, Uncertainty
from staff_ai.procurement.robustness import with_finalist
from staff_ai.procurement.search import as_choices, conducts_of, predictor

MOST_DOMINATED = 10
_MOST_CURVES = 3
_CELLS = 6


def as_answer(decision: Decision, replays: Sequence[Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """Return the decision as plain values. ``replays`` are the runs kept of each finalist."""
    question, standing = decision.question, decision.standing
    finalists = [_finalist(decision, k, list(replays[k])) for k in range(len(decision.names))]
    model = decision.learned.models.get(question.effect.name)
    land = decision.lands.get(question.effect.name)
    runner_up = standing.runner_up
    lead = None
    if runner_up is not None:
        lead = _estimate(decision.fresh.difference(question.effect, standing.recommended, runner_up))
    return {
        "name": question.name,
        "question": question.text.or_name(""),
        "source": question.source,
        "seed": question.seed,
        "budget": {
            "amount": question.budget,
            "unit": question.unit,
            "years": question.years,
            "confidence": question.confidence,
        },
        "margin": question.margin,
        "measures": [_goal(goal) for goal in question.goals],
        "levers": [_lever(lever) for lever in question.levers],
        "uncertainties": [_uncertainty(one) for one in question.uncertainties],
        "assumptions": [{"text": text.or_name(""), "source": source} for text, source in question.assumptions],
        "recommended": decision.names[standing.recommended],
        "runner_up": None if runner_up is None else decision.names[runner_up],
        "lead": lead,
        "is_shown": is_shown(decision),
        "best_by": _best_by(decision),
        "finalists": finalists,
        "map": _map(decision),
        "curves": _curves(decision),
        "dominated": _dominated(decision),
        "sensitivity": _sensitivity(decision),
        "search": {
            "mixes": decision.learned.found.n_mixes,
            "is_complete": decision.learned.found.is_complete,
            "played": len(decision.learned.candidates),
            "q2": None if model is None else model.q2,
            "error": None if model is None else model.error,
        },
        "futures": {
            "q2": None if land is None else land.surrogate.q2,
            "simulated": len(decision.fresh.futures) * len(decision.fresh.options),
        },
        "information": [_worth(decision, one) for one in decision.information],
        "information_unit": question.unit if question.effect.worth is not None else "",
        "runs": _runs(decision),
    }


def is_shown(decision: Decision) -> bool:
    """Return whether the recommended finalist is shown to do better than the status quo, or is the status quo."""
    k, effect = decision.standing.recommended, decision.question.effect
    if k == 0:
        return True
    gain = decision.fresh.difference(effect, k, 0)
    return gain.low > 0.0 if effect.better == "more" else gain.high < 0.0


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "name": goal.name, "title": goal.title.or_name("") if goal.title != Titles() else None,
        "better": goal.better, "threshold": goal.threshold,
        "threshold_side": goal.threshold_side, "worth": goal.worth, "is_share": goal.is_share,
    }  # fmt: skip


def _lever(lever: Lever) -> dict[str, Any]:
    prices = [lever.price(k) for k in range(len(lever.levels))]
    return {
        "name": lever.name, "title": lever.title.or_name(lever.name), "kind": lever.kind,
        "is_conduct": lever.is_conduct,
        "levels": [cell_text(level.cell) for level in lever.levels], "now": cell_text(lever.levels[lever.now].cell),
        "prices": [[p.low, p.likely, p.high] for p in prices] if lever.prices else None, "source": lever.source,
    }  # fmt: skip


def _uncertainty(one: Uncertainty) -> dict[str, Any]:
    factor = one.factor
    return {
        "name": one.name, "title": one.title.or_name(one.name), "kind": one.kind, "unit": one.unit,
        "levels": [cell_text(level.cell) for level in factor.levels] or None,
        "weights": list(one.weights) or None,
        "low": factor.low if factor.has_range else None, "high": factor.high if factor.has_range else None,
        "enemy_chooses": one.enemy_chooses, "source": one.source,
        "study": None if one.study is None else {"title": one.study.title.or_name(one.name), "cost": one.study.cost},
    }  # fmt: skip


def _finalist(decision: Decision, k: int, replays: list[dict[str, Any]]) -> dict[str, Any]:
    question, fresh, standing = decision.question, decision.fresh, decision.standing
    choice, robust, answer = fresh.choices[k], decision.robustness[k], decision.answers[k]
    low, likely, high = fresh.costs[k].tolist()
    return {
        "name": decision.names[k],
        "cells": {name: cell_text(value) for name, value in question.cells(choice).items()},
        "changes": {name: list(pair) for name, pair in question.changes(choice).items()},
        "cost": {"low": low, "likely": likely, "high": high},
        "p_within_budget": float(standing.p_within_budget[k]),
        "effect": _estimate(fresh.estimate(question.effect, k)),
        "gain": _estimate(fresh.difference(question.effect, k, 0)) if k else None,
        "others": {goal.name: _estimate(fresh.estimate(goal, k)) for goal in question.goals[1:]},
        "p_best": float(standing.p_best[k]),
        "p_front": float(standing.p_front[k]),
        "is_front": bool(standing.is_front[k]),
        "p_suffices": float(standing.p_suffices[k]) if question.effect.threshold is not None else None,
        "max_regret": robust.max_regret,
        "mean_regret": robust.mean_regret,
        "tail_of_futures": robust.tail_of_futures,
        "tail_of_runs": robust.tail_of_runs,
        "satisficing": robust.satisficing,
        "failing": float(decision.failing[k]),
        "boxes": [_box(decision, k, box) for box in decision.boxes[k]],
        "enemy": {
            "option": fresh.options[answer.option].name,
            "effect": answer.effect,
            "by_option": {
                option.name: value for option, value in zip(fresh.options, answer.by_option, strict=True) if option.name
            },
        },
        "replays": replays,
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def _box(decision: Decision, finalist: int, box: Box) -> dict[str, Any]:
    """Return a box with the effect inside and outside, from the surrogate over the futures."""
    question = decision.question
    limits: list[dict[str, Any]] = []
    for limit in box.limits:
        one = question.uncertainties[limit.axis]
        entry: dict[str, Any] = {"name": one.name, "title": one.title.or_name(one.name), "unit": one.unit}
        if limit.levels is not None:
            entry["levels"] = [cell_text(one.factor.levels[int(level)].cell) for level in limit.levels]
        else:
            entry["above"] = limit.low if np.isfinite(limit.low) else None
            entry["below"] = limit.high if np.isfinite(limit.high) else None
        limits.append(entry)
    land = decision.lands.get(question.effect.name)
    inside = box.holds(decision.axes)
    effects: dict[str, float | None] = {"inside": None, "outside": None}
    if land is not None and inside.any() and not inside.all():
        values = land.values[:, finalist]
        effects = {"inside": float(values[inside].mean()), "outside": float(values[~inside].mean())}
    return {"limits": limits, "coverage": box.coverage, "density": box.density, "mass": box.mass, **effects}


def _map(decision: Decision) -> dict[str, Any] | None:
    """Return the effect of the recommended finalist over the two uncertainties that decide its failure."""
    question, land = decision.question, decision.lands.get(decision.question.effect.name)
    if land is None or len(question.uncertainties) < 2:
        return None
    finalist, n_finalists = decision.standing.recommended, len(decision.names)
    axes = [limit.axis for box in decision.boxes[finalist] for limit in box.limits]
    if decision.learned.indices is not None:
        shares = decision.learned.indices.total[len(question.levers) :]
        axes += np.argsort(-shares, kind="stable").tolist()
    axes = list(dict.fromkeys([*axes, *range(len(question.uncertainties))]))[:2]
    mean = land.averaged(axes)
    ends: list[tuple[list[str], list[float]]] = []
    for k in axes:
        factor = question.uncertainties[k].factor
        cells = [level.cell for level in factor.levels] or [factor.at((i + 0.5) / _CELLS).cell for i in range(_CELLS)]
        cells = list(dict.fromkeys(cells))
        ends.append(([cell_text(cell) for cell in cells], [factor.coordinate(cell) for cell in cells]))
    grid = np.array([(a, b) for b in ends[1][1] for a in ends[0][1]])
    grid = grid if axes[0] < axes[1] else grid[:, ::-1]
    values = mean.predict(with_finalist(finalist, grid, n_finalists)).reshape(len(ends[1][1]), len(ends[0][1]))
    values = np.clip(values, 0.0, 1.0) if question.effect.is_share else values
    titles = [question.uncertainties[k].title.or_name(question.uncertainties[k].name) for k in axes]
    units = [question.uncertainties[k].unit for k in axes]
    return {
        "x": {"title": titles[0], "unit": units[0], "values": ends[0][0]},
        "y": {"title": titles[1], "unit": units[1], "values": ends[1][0]},
        "effect": values.tolist(),
    }


def _best_by(decision: Decision) -> dict[str, str]:
    """Return which affordable finalist is the best by each criterion."""
    question, fresh = decision.question, decision.fresh
    able = np.flatnonzero(fresh.is_affordable)
    sign = question.effect.sign
    robust = decision.robustness
    scores: dict[str, F64] = {
        "expected": sign * fresh.means(question.effect.name),
        "regret": -np.array([one.max_regret for one in robust]),
        "tail": sign * np.array([one.tail_of_futures for one in robust]),
        "enemy": sign * np.array([one.effect for one in decision.answers]),
    }
    if all(one.satisficing is not None for one in robust):
        scores["satisficing"] = np.array([float(one.satisficing or 0.0) for one in robust])
    return {name: decision.names[int(able[np.argmax(values[able])])] for name, values in scores.items()}


def _curves(decision: Decision) -> list[dict[str, Any]]:
    """Return the best expected effect for each amount of money by the surrogate: over all conducts, and for each."""
    question, found = decision.question, decision.learned.found
    fallback = {goal.name: float(decision.fresh.means(goal.name).mean()) for goal in question.goals}
    predict = predictor(question, decision.learned.models, fallback)
    curves = [_curve(question, found.choices, found.costs, found.values[question.effect.name], "")]
    conducts = conducts_of(question)
    if len(conducts) > 1:
        single: list[tuple[float, dict[str, Any]]] = []
        for conduct in conducts:
            choices = found.choices.copy()
            for j, level in conduct.items():
                choices[:, j] = level
            values = predict(choices)[question.effect.name]
            name = ", ".join(cell_text(question.levers[j].levels[level].cell) for j, level in conduct.items())
            single.append((
                float((question.effect.sign * values).max()), _curve(question, choices, found.costs, values, name)
            ))  # fmt: skip
        single.sort(key=lambda pair: -pair[0])
        curves += [curve for _, curve in single[:_MOST_CURVES]]
    return curves


def _curve(question: Question, choices: I64, costs: F64, values: F64, name: str) -> dict[str, Any]:
    is_front = np.flatnonzero(on_front(values, costs, question.effect.better))
    order = is_front[np.argsort(costs[is_front], kind="stable")]
    _, first = np.unique(costs[order], return_index=True)
    order = order[first]
    return {
        "conduct": name,
        "cost": costs[order].tolist(),
        "effect": values[order].tolist(),
        "changes": [_changes_text(question, choice) for choice in as_choices(choices[order])],
    }


def _changes_text(question: Question, choice: Choice) -> str:
    return ", ".join(f"{name} {new}" for name, (_, new) in question.changes(choice).items())


def _dominated(decision: Decision) -> list[dict[str, Any]]:
    """Return the best of the alternatives that others dominate, with the one that dominates it most."""
    question, sign = decision.question, decision.question.effect.sign
    known = {choice: name for name, choice in zip(decision.names, decision.fresh.choices, strict=True)}
    fresh_means = decision.fresh.means(question.effect.name)
    every: list[Candidate] = []
    for one in decision.learned.candidates:
        if one.choice in known:
            k = decision.fresh.choices.index(one.choice)
            estimate = decision.fresh.estimate(question.effect, k)
            one = Candidate(one.choice, float(fresh_means[k]), estimate.standard_error, one.cost)
        every.append(one)
    found: list[dict[str, Any]] = []
    for one in sorted(every, key=lambda c: -sign * c.effect):
        better = [
            other for other in every
            if other.cost <= one.cost and sign * other.effect >= sign * one.effect
            and (other.cost < one.cost or sign * other.effect > sign * one.effect)
        ]  # fmt: skip
        if not better:
            continue
        other = max(better, key=lambda c: (c.choice in known, sign * c.effect, -c.cost))
        error = float(np.hypot(one.error, other.error))
        found.append({
            "name": known.get(one.choice),
            "changes": {name: list(pair) for name, pair in question.changes(one.choice).items()},
            "cost": one.cost,
            "effect": one.effect,
            "by": known.get(other.choice),
            "by_changes": {name: list(pair) for name, pair in question.changes(other.choice).items()},
            "differs": {name: list(pair) for name, pair in question.changes(one.choice, other.choice).items()},
            "costs_more": one.cost - other.cost,
            "does_less": sign * (other.effect - one.effect),
            "error": error,
        })  # fmt: skip
    return found[:MOST_DOMINATED]


def _sensitivity(decision: Decision) -> dict[str, Any] | None:
    indices = decision.learned.indices
    if indices is None:
        return None
    question = decision.question
    titles = [
        (one.name, one.title.or_name(one.name), isinstance(one, Lever))
        for one in (*question.levers, *question.uncertainties)
    ]
    rows = [
        {"name": name, "title": title, "is_lever": is_lever, "first": first, "total": total}
        for (name, title, is_lever), first, total in zip(
            titles, indices.first.tolist(), indices.total.tolist(), strict=True
        )
    ]
    return {
        "factors": sorted(rows, key=lambda row: -float(row["total"])),
        "q2": decision.learned.design_q2,
        "error": decision.learned.design_error,
    }


def _worth(decision: Decision, one: Worth) -> dict[str, Any]:
    titles = {u.name: u.title.or_name(u.name) for u in decision.question.uncertainties}
    titles |= {lever.name: lever.title.or_name(lever.name) for lever in decision.question.levers if one.kind == "price"}
    has_worth = decision.question.effect.worth is not None
    return {
        "name": one.name, "title": titles.get(one.name, one.name), "kind": one.kind, "value": one.value,
        "held_out": one.held_out,
        "study": None if one.study is None else {"title": one.study.title.or_name(one.name), "cost": one.study.cost},
        "is_worth_buying": None if one.study is None or not has_worth
        else bool(min(one.value, one.held_out) > one.study.cost),
        "is_open": None if one.study is None or not has_worth
        else bool(min(one.value, one.held_out) <= one.study.cost < max(one.value, one.held_out)),
    }  # fmt: skip


def _runs(decision: Decision) -> dict[str, int]:
    effort = decision.effort
    played = len(decision.learned.candidates)
    fresh = decision.fresh
    explore = (effort.points + 1) * effort.per_point
    searched = played * effort.search_n
    finals = len(fresh.choices) * len(fresh.options) * fresh.n
    return {
        "explore": explore,
        "points": effort.points,
        "search": searched,
        "rounds": ROUNDS,
        "finalists": finals,
        "futures": len(fresh.futures),
        "options": len(fresh.options),
        "total": explore + searched + finals,
        "asked": decision.question.runs,
    }
