"""A sweep: the points of a design, what moves the measure in question, and which points are best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from scenarios.experiments.compare import Comparison, Question, compare_pairs, level
from scenarios.experiments.conditions import FAILED, Check, Conditions, NoiseState
from scenarios.experiments.designs import (
    SIZES,
    fractional_factorial,
    full_factorial,
    latin_hypercube,
    nearly_orthogonal,
    sobol,
)
from scenarios.experiments.factors import (
    Factor,
    coordinates,
    factor_of_entry,
    one_at_a_time,
    read_design_table,
    settings_at,
)
from scenarios.experiments.plan import BASELINE, Plan
from scenarios.experiments.points import Base, Cell, Point, with_columns
from scenarios.experiments.session import Session
from scenarios.experiments.standing import Standing, standing
from scenarios.experiments.surrogate import Indices, Surrogate
from scenarios.format.schema.experiment import Design, FactorEntry, Noise
from scenarios.measures.estimates import MeasureEstimate
from simcore.errors import InputError
from simcore.types import F64

_MOST_COMBINATIONS = 64
_CURVE = 5


@dataclass(frozen=True)
class FactorEffect:
    """The part of a factor in a measure: shares of the surrogate's variance, and the mean at its levels."""

    factor: Factor
    alone: float
    in_all: float
    cells: tuple[Cell, ...]
    means: tuple[float, ...]  # of the surrogate at ``cells``, over all values of the other factors


@dataclass(frozen=True)
class Sensitivity:
    """What moves a measure over the points of a design."""

    effects: tuple[FactorEffect, ...]
    pairs: tuple[tuple[str, str, float], ...]  # interactions, the greatest first
    q2: float
    error: float


@dataclass(frozen=True)
class SweepAnswer:
    """The answer of a sweep."""

    question: Question
    levels: tuple[MeasureEstimate, ...]  # by point, the baseline first
    comparison: Comparison  # of every point with the baseline
    sensitivity: Sensitivity | None
    standing: Standing


def factors_of(entries: Sequence[FactorEntry], base: Base) -> list[Factor]:
    """Return the factors of entries. Raises ``InputError`` with every problem."""
    factors: list[Factor] = []
    problems: list[str] = []
    for entry in entries:
        try:
            factors.append(factor_of_entry(entry, base))
        except InputError as error:
            problems += str(error).splitlines()
    names = [factor.name for factor in factors]
    problems += [
        f"factor {name}: given twice; keep one of them" for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if problems:
        raise InputError("\n".join(problems))
    return factors


def default_design(factors: Sequence[Factor]) -> Design:
    """Return the design of a sweep without one: all combinations of few levels, else nearly orthogonal."""
    combinations = math.prod(len(factor.levels) or 10**6 for factor in factors)
    return Design(kind="full_factorial" if combinations <= _MOST_COMBINATIONS else "nearly_orthogonal")


def design_points(
    design: Design, factors: Sequence[Factor], file: str, seed: int
) -> list[tuple[dict[str, Any], dict[str, Cell]]]:
    """Return the settings and cells of the points of a design."""
    if design.kind == "table":
        rows = read_design_table(file, factors)
    else:
        rows = [settings_at(factors, row) for row in _unit_points(design, factors, seed)]
    return rows


def _unit_points(design: Design, factors: Sequence[Factor], seed: int) -> F64:
    k = len(factors)
    if design.kind in ("full_factorial", "fractional_factorial"):
        if design.points is not None:
            raise InputError(f"design {design.kind}: its points follow from the levels; leave out the number of points")
        levels = [len(factor.levels) or 2 for factor in factors]
        if design.kind == "full_factorial":
            return _ends_for_ranges(full_factorial(levels), factors)
        wrong = [factor.name for factor, n in zip(factors, levels, strict=True) if n != 2]
        if wrong:
            raise InputError(f"design fractional_factorial: {', '.join(wrong)}: not two levels; give two, or a range")
        return _ends_for_ranges(fractional_factorial(k, design.resolution), factors)
    if design.kind == "nearly_orthogonal":
        return nearly_orthogonal(k, design.points, seed)
    if design.kind == "sobol":
        return sobol(design.points or 64, k, seed)
    return latin_hypercube(design.points or next((n for most, n in SIZES.items() if k <= most), 257), k, seed)


def _ends_for_ranges(points: F64, factors: Sequence[Factor]) -> F64:
    """Return factorial points with the ends of ranges in place of the middles of their halves."""
    is_range = np.array([factor.has_range for factor in factors])
    return np.where(is_range[None, :], np.round(points), points)


def noise_states(noise: Noise | None, base: Base, seed: int) -> tuple[NoiseState, ...]:
    """Return the states of noise factors: a Latin hypercube."""
    if noise is None:
        return (NoiseState(),)
    factors = factors_of(noise.factors, base)
    rows = (
        nearly_orthogonal(len(factors), noise.states, seed)
        if noise.states > len(factors) + 1
        else latin_hypercube(noise.states, len(factors), seed)
    )
    return tuple(NoiseState(*settings_at(factors, row)) for row in rows)


def with_design(plan: Plan, factors: Sequence[Factor], design: Design, noise: Noise | None, file: str = "") -> Plan:
    """Return a plan with the points of a design after the baseline, and the states of the noise."""
    shared = plan.points[0].settings
    found = design_points(design, factors, file, plan.seed)
    rows = list({tuple(sorted(cells.items())): (settings, cells) for settings, cells in found}.values())
    where = file or "design"
    if len(rows) < 2:
        raise InputError(f"{where}: all points are equal; give points that differ")
    notes = plan.notes
    if len(rows) < len(found):
        notes += (f"{where}: {len(found)} points, of which {len(rows)} differ: these are played",)
    width = len(str(len(rows)))
    baseline = _baseline_cells(plan.base, plan.points[0], factors)
    points = [Point(BASELINE, shared, baseline)]
    points += [Point(f"point {i:0{width}}", {**shared, **s}, cells) for i, (s, cells) in enumerate(rows, start=1)]
    return replace(plan, points=tuple(points), noise=noise_states(noise, plan.base, plan.seed), notes=notes)


def _baseline_cells(base: Base, point: Point, factors: Sequence[Factor]) -> dict[str, Cell]:
    paths = {f.name: f.path for f in factors}
    probe = Point("", {path: "" for path in paths.values() if path})
    found = with_columns(base, [point, probe])[0].factors
    numeric = {f.name for f in factors if f.is_ordered}
    cells = {name: found.get(path, "") for name, path in paths.items()}
    return {name: math.nan if name in numeric and isinstance(value, str) else value for name, value in cells.items()}


def check_factors(plan: Plan, factors: Sequence[Factor], checks: Sequence[Check] = ()) -> None:
    """Raise ``InputError`` for levels that make an invalid scenario, factors that change nothing, and ``checks``."""

    def check_changes(conditions: Conditions) -> None:
        signatures = iter(conditions.signatures[1:])
        found = [(factor, [next(signatures) for _ in factor.ends()]) for factor in factors]
        problems = [
            f"factor {factor.name}: all its levels make the same fight; vary another value"
            for factor, of_levels in found
            if len(set(of_levels)) == 1 and FAILED not in of_levels
        ]
        if problems:
            raise InputError("\n".join(problems))

    shared = plan.points[0].settings
    points = [Point(BASELINE, shared), *one_at_a_time(factors, shared)]
    Conditions(plan.base, points, seed=plan.seed, may_repeat=True, checks=(*checks, check_changes))


def answer(session: Session, question: Question, factors: Sequence[Factor], cost: str | None = None) -> SweepAnswer:
    """Return the answer of a sweep from the replications played."""
    points = session.conditions.points
    n_points = len(points)
    rows = compare_pairs(session, [(i, 0) for i in range(1, n_points)], question)
    levels = tuple(level(session, i, question.measure) for i in range(n_points))
    counts = tuple(session.count(i) for i in range(n_points))
    comparison = Comparison(question, tuple(p.name for p in points), counts, levels, rows, ())
    sensitivity = None
    if factors:
        sensitivity = find_sensitivity(factors, [dict(p.factors) for p in points[1:]], levels[1:])
    return SweepAnswer(question, levels, comparison, sensitivity, standing(session, question, cost))


def find_sensitivity(
    factors: Sequence[Factor], cells: Sequence[dict[str, Cell]], levels: Sequence[MeasureEstimate]
) -> Sensitivity | None:
    """Return what moves a measure by a surrogate of its means; None with too few points or undefined means."""
    if len(levels) < len(factors) + 3 or any(e.value is None or e.low is None for e in levels):
        return None
    values = np.array([cast(float, e.value) for e in levels])
    errors = np.array([(cast(float, e.high) - cast(float, e.low)) / 3.92 for e in levels])
    if np.ptp(values) == 0.0:
        return None
    surrogate = Surrogate(coordinates(factors, cells), values, errors, [factor.domain() for factor in factors])
    indices = surrogate.indices()
    effects = [_effect(surrogate, indices, k, factor) for k, factor in enumerate(factors)]
    names = [factor.name for factor in factors]
    pairs = [(names[i], names[j], float(indices.pairs[i, j])) for i in range(len(names)) for j in range(i)]
    return Sensitivity(
        tuple(sorted(effects, key=lambda effect: -effect.in_all)),
        tuple(sorted(pairs, key=lambda pair: -pair[2])),
        surrogate.q2,
        surrogate.error,
    )


def _effect(surrogate: Surrogate, indices: Indices, k: int, factor: Factor) -> FactorEffect:
    if factor.levels:
        cells = tuple(found.cell for found in factor.levels)
    else:
        cells = tuple(dict.fromkeys(factor.at(u).cell for u in np.linspace(0.0, 1.0, _CURVE).tolist()))
    at = np.array([factor.coordinate(c) for c in cells])
    means = tuple(surrogate.effect(k, at).tolist())
    return FactorEffect(factor, float(indices.first[k]), float(indices.total[k]), cells, means)


def point_text(point: Point) -> str:
    """Return the cells of a point in a line, without those that are empty: of values as written."""
    known = {name: v for name, v in point.factors.items() if v != "" and v == v}
    cells = {name: f"{v:.4g}" if isinstance(v, float) else v for name, v in known.items()}
    return " ".join(f"{name}={text}" for name, text in cells.items())
