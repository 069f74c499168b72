"""The answer of a sweep as text that fits a screen, and as plain data."""

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np

from scenarios.experiments.compare import LEVEL, Row
from scenarios.experiments.compare_text import (
    WIDTH,
    cut,
    gain_line,
    interval_text,
    is_too_wide,
    level_text,
    mean_text,
    number,
    screen_width,
    signed,
)
from scenarios.experiments.compare_text import as_json as comparison_json
from scenarios.experiments.points import Cell, Point
from scenarios.experiments.sweep import FactorEffect, Sensitivity, SweepAnswer, point_text

_FACTORS = 10
_POINTS = 6
_GOOD_Q2 = 0.7
_PAIR = 0.02


def sentence(answer: SweepAnswer, points: Sequence[Point]) -> str:
    """Return the answer in a sentence."""
    measure = answer.question.measure.name
    parts: list[str] = []
    if answer.sensitivity is not None:
        moved = [e for e in answer.sensitivity.effects if e.in_all >= 0.05][:3]
        if moved:
            told = ", then ".join(f"{e.factor.name} ({e.in_all:.0%})" for e in moved)
            parts.append(f"moved most by {told} of the variance between points")
        else:
            parts.append("moved by no factor")
    best = best_points(answer)[:1]
    if best:
        k = best[0]
        probability = (
            f", with probability {answer.standing.p_best[k]:.2f}" if answer.standing.p_best is not None else ""
        )
        text = f"best of the points tried is {points[k].name}"
        cells = point_text(points[k])
        text += f" ({cells if len(cells) <= WIDTH else 'see below'}) at {level_text(answer.levels[k])}{probability}"
        parts.append(text + _against_baseline(answer, k))
    return f"{measure}: {'; '.join(parts)}." if parts else f"{measure}: too few values for an answer."


def _against_baseline(answer: SweepAnswer, k: int) -> str:
    if k == 0:
        return ""
    row = answer.comparison.rows[k - 1]
    if row.difference is None:
        return ""
    size = signed(row.difference)
    if row.verdict in ("better", "worse"):
        return f", {'' if row.verdict == 'better' else 'not '}better than the baseline by {size}"
    return f", not shown to differ from the baseline ({size})"


def best_points(answer: SweepAnswer) -> list[int]:
    """Return the points from the best to the worst; those without a value are left out."""
    sign = -1.0 if answer.question.better != "less" else 1.0
    known = [(sign * e.value, -_probability(answer, k), k) for k, e in enumerate(answer.levels) if e.value is not None]
    return [k for *_, k in sorted(known)]


def _probability(answer: SweepAnswer, k: int) -> float:
    return 0.0 if answer.standing.p_best is None else float(answer.standing.p_best[k])


def answer_lines(answer: SweepAnswer, points: Sequence[Point]) -> list[str]:
    """Return the answer, the effects of the factors, the best points, and the front of effect against cost."""
    lines = [*wrap(sentence(answer, points), screen_width()), ""]
    if answer.sensitivity is not None:
        lines += [*_effect_lines(answer.sensitivity, answer), ""]
    elif len(points) > 1:
        lines += ["no sensitivity: too few points for the factors, or points without a value", ""]
    lines += _point_lines(answer, points)
    gain = gain_line(answer.comparison)
    return [*lines, "", *wrap(gain, screen_width())] if gain else lines


def _effect_lines(sensitivity: Sensitivity, answer: SweepAnswer) -> list[str]:
    shown = sensitivity.effects[:_FACTORS]
    width = min(30, max(6, *(len(e.factor.name) for e in shown)))
    room = screen_width() - width - 17
    lines = [f"{'factor':<{width}}  {'alone':>5}  {'in all':>6}  mean of {answer.question.measure.name} at its values"]
    lines += [f"{e.factor.name[:width]:<{width}}  {e.alone:>5.0%}  {e.in_all:>6.0%}  {_curve(e, room)}" for e in shown]
    if len(sensitivity.effects) > _FACTORS:
        lines.append(f"and {len(sensitivity.effects) - _FACTORS} more; --json has all")
    pairs = [f"{a} x {b} {share:.0%}" for a, b, share in sensitivity.pairs[:3] if share >= _PAIR]
    lines.append(f"interactions: {', '.join(pairs) if pairs else f'none above {_PAIR:.0%} of the variance'}")
    quality = f"the surrogate predicts {max(0.0, sensitivity.q2):.0%} of the variance of points left out"
    quality += f" (± {number(sensitivity.error)})"
    if sensitivity.q2 < _GOOD_Q2:
        quality += ": too little to rely on the shares; more points or replications help"
    return [*lines, *wrap(quality, screen_width())]


def _curve(effect: FactorEffect, room: int) -> str:
    cells = [f"{_short(cell)}: {number(mean)}" for cell, mean in zip(effect.cells, effect.means, strict=True)]
    text = "   ".join(cells)
    return text if len(text) <= min(78, room) else f"{cells[0]}  ...  {cells[-1]}"


def _short(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:.4g}"


def _point_lines(answer: SweepAnswer, points: Sequence[Point]) -> list[str]:
    order = best_points(answer)
    chosen = order[:_POINTS] + ([0] if 0 not in order[:_POINTS] else [])
    if answer.standing.p_front is not None:
        likely = sorted(range(len(points)), key=lambda k: -_at(answer.standing.p_front, k))[:_POINTS]
        chosen += [k for k in likely if k not in chosen and _at(answer.standing.p_front, k) >= 0.05]
    names = [f"{points[k].name} {point_text(points[k])}" for k in chosen]
    width = min(38, max(len("best points tried"), *(len(name) for name in names)))
    lines = _point_table(answer, chosen, names, width, [level_text(answer.levels[k]) for k in chosen], 24)
    if is_too_wide(lines):
        means = [mean_text(answer.levels[k]) for k in chosen]
        room = max(len(line) for line in lines) - screen_width() - 15  # beyond the intervals of the means
        lines = _point_table(answer, chosen, names, max(len("best points"), width - room), means, 9)
    if len(points) > len(chosen):
        lines += wrap(
            f"{len(points)} points in all, the baseline included; * differs from it at {LEVEL:.0%} over all points",
            screen_width(),
        )
    return lines


def _point_table(
    answer: SweepAnswer, chosen: Sequence[int], names: Sequence[str], width: int, means: Sequence[str], room: int
) -> list[str]:
    """Return a line for each of the ``chosen`` points."""
    title, standing = "best points tried" if width >= 17 else "best points", answer.standing
    head = f"{title:<{width}}  {'mean':<{room}} {'less baseline (paired)':<27} {'P(best)':>7}"
    if standing.costs is not None:
        head += f"  {'cost':>8}  {'P(front)':>8}"
    lines = [head]
    for k, name, mean in zip(chosen, names, means, strict=True):
        row = answer.comparison.rows[k - 1] if k else None
        probability = f"{standing.p_best[k]:.2f}" if standing.p_best is not None else ""
        line = f"{cut(name, width)}  {mean:<{room}} {_difference(row):<27} {probability:>7}"
        if standing.costs is not None and standing.p_front is not None:
            line += f"  {number(float(standing.costs[k])):>8}  {standing.p_front[k]:>8.2f}"
        lines.append(line.rstrip())
    return lines


def _at(values: Any, k: int) -> float:
    return float(values[k])


def _difference(row: Row | None) -> str:
    if row is None or row.difference is None:
        return ""
    return interval_text(row.difference.estimate) + ("*" if row.p_adjusted < LEVEL else "")


def as_json(answer: SweepAnswer, points: Sequence[Point]) -> dict[str, Any]:
    """Return the answer as plain data."""
    found = answer.sensitivity
    rows: list[dict[str, Any]] = []
    for k, (point, e) in enumerate(zip(points, answer.levels, strict=True)):
        row: dict[str, Any] = {"name": point.name, "factors": dict(point.factors)}
        row |= {"mean": e.value, "low": e.low, "high": e.high}
        if answer.standing.p_best is not None:
            row["p_best"] = _at(answer.standing.p_best, k)
        if answer.standing.costs is not None and answer.standing.p_front is not None:
            row |= {"cost": _at(answer.standing.costs, k), "p_front": _at(answer.standing.p_front, k)}
        rows.append(row)
    sensitivity = None
    if found is not None:
        sensitivity = {
            "q2": found.q2 if math.isfinite(found.q2) else None,
            "error": found.error,
            "factors": [
                {
                    "name": e.factor.name,
                    "first_order": e.alone,
                    "total": e.in_all,
                    "at": list(e.cells),
                    "means": list(e.means),
                }
                for e in found.effects
            ],
            "interactions": [{"factors": [a, b], "share": share} for a, b, share in found.pairs],
        }
    return {
        **comparison_json(answer.comparison),
        "answer": sentence(answer, points),
        "sensitivity": sensitivity,
        "points": rows,
        "best": points[best_points(answer)[0]].name if best_points(answer) else None,
        "pairing_gain": _median_gain(answer),
        **({"cost_measure": answer.standing.cost} if answer.standing.cost is not None else {}),
    }


def _median_gain(answer: SweepAnswer) -> float | None:
    gains = [r.difference.pairing_gain for r in answer.comparison.rows if r.difference and r.difference.pairing_gain]
    return float(np.median(gains)) if gains else None
