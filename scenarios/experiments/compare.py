"""Comparison of variants: paired differences, verdicts over all of them, and the answer in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenarios.experiments.conditions import Conditions
from scenarios.experiments.session import Session
from scenarios.format.names import advice
from scenarios.measures.case import Measure
from scenarios.measures.estimates import MeasureEstimate, estimate_measures
from scenarios.measures.paired_intervals import Difference, holm, paired_change, paired_ratio_change
from scenarios.measures.preferences import Better, better
from simcore.errors import InputError

Verdict = Literal["better", "worse", "more", "less", "equivalent", "open", "undefined"]
LEVEL = 0.05
LEAST_N = 20
"""Replications of a variant before a sequential comparison may stop."""
ALSO = ("win", "score", "losses", "cost_lost", "enemy_cost_lost")
"""Measures shown beside the measure in question, by key."""


@dataclass(frozen=True)
class Question:
    """The question of a comparison: a measure, the better direction, and the difference that does not matter."""

    measure: Measure
    better: Better | None
    margin: float | None = None


@dataclass(frozen=True)
class Row:
    """A measure of a variant less that of another; p-values are adjusted for all comparisons of the measure.

    ``difference`` is None if fewer than 2 pairs have values of both.
    """

    first: int
    second: int
    measure: Measure
    difference: Difference | None
    n_pairs: int
    p_adjusted: float
    p_outside_adjusted: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """The answer to a question, with the same comparisons of other measures."""

    question: Question
    names: tuple[str, ...]
    counts: tuple[int, ...]  # replications by variant
    levels: tuple[MeasureEstimate, ...]  # of the measure in question by variant
    rows: tuple[Row, ...]  # of the measure in question
    others: tuple[tuple[Row, ...], ...]  # of other measures

    @property
    def half_width(self) -> float:
        """Half of the widest interval of a difference; infinite if a variant cannot be compared yet."""
        return max((row.difference.half_width if row.difference else np.inf for row in self.rows), default=np.inf)


def default_measure(conditions: Conditions) -> str:
    """Return the measure of a comparison unless another is asked for: wins of the first side."""
    return f"{conditions.sides[0]}_win"


def find_measure(conditions: Conditions, name: str, *others: str) -> Measure:
    """Return a measure by name. Raises ``InputError`` for an unknown name, with the nearest of these and ``others``."""
    found = conditions.measures.get(name)
    if found is None:
        raise InputError(f"measure {name}: no such measure; {advice(name, [*others, *conditions.measures])}")
    return found


def ask(
    conditions: Conditions, measure: str | None, direction: Better | None = None, margin: float | None = None
) -> Question:
    """Return a question about a measure, by default the wins of the first side.

    The better direction is that of the measure for its side: losses of blue are better if fewer.
    """
    found = find_measure(conditions, measure or default_measure(conditions))
    check_margin(margin)
    return Question(found, direction or better(found), margin)


def check_margin(margin: float | None) -> None:
    """Raise ``InputError`` for a margin that is no positive number."""
    if margin is not None and not 0.0 < margin < np.inf:
        raise InputError(f"margin {margin:g}: not above 0; give the largest difference that does not matter")


def check_half_width(half_width: float) -> None:
    """Raise ``InputError`` for a half-width that is no positive number."""
    if not 0.0 < half_width < np.inf:
        raise InputError(f"half-width {half_width:g}: not above 0; give half of the width of the interval wanted")


def compare(session: Session, question: Question, also: Sequence[str] = (), *, all_pairs: bool = False) -> Comparison:
    """Return the comparison of all variants with the first, or of all pairs, from the replications played."""
    n_points = len(session.conditions.points)
    pairs = (
        [(i, j) for j in range(n_points) for i in range(j + 1, n_points)]
        if all_pairs
        else [(i, 0) for i in range(1, n_points)]
    )
    others = [find_measure(session.conditions, name) for name in also if name != question.measure.name]
    return Comparison(
        question,
        tuple(point.name for point in session.conditions.points),
        tuple(session.count(i) for i in range(n_points)),
        tuple(level(session, i, question.measure) for i in range(n_points)),
        compare_pairs(session, pairs, question),
        tuple(compare_pairs(session, pairs, Question(m, better(m))) for m in others),
    )


def other_measures(conditions: Conditions, question: Question) -> list[str]:
    """Return the names of the measures to show beside the measure in question: of its side, if they exist."""
    side = question.measure.side or conditions.sides[0]
    listed = [m.name for m in conditions.measures.values() if m.side == side and m.key in ALSO]
    return [name for name in listed if name != question.measure.name]


def level(session: Session, point: int, measure: Measure) -> MeasureEstimate:
    """Return a measure of a variant with its interval."""
    names = [measure.name] if measure.kind != "ratio" else [measure.numerator, measure.denominator]
    every = session.conditions.measures
    listed = [*(every[name] for name in names), measure]
    return estimate_measures(listed, {m.name: session.values(point, m.name) for m in listed})[-1]


def compare_pairs(session: Session, pairs: Sequence[tuple[int, int]], question: Question) -> tuple[Row, ...]:
    """Return the differences of pairs of variants, with verdicts at the level of all of them together."""
    found = [_difference(session, first, second, question) for first, second in pairs]
    known = [d for d, _ in found if d is not None]
    adjusted = iter(holm([d.p_value for d in known]).tolist() if known else [])
    outside = [d.p_outside for d in known if d.p_outside is not None]
    adjusted_outside = iter(holm(outside).tolist() if outside else [])
    rows: list[Row] = []
    for (first, second), (d, n) in zip(pairs, found, strict=True):
        p = next(adjusted) if d is not None else 1.0
        p_outside = next(adjusted_outside) if d is not None and d.p_outside is not None else None
        rows.append(Row(first, second, question.measure, d, n, p, p_outside, _verdict(question, d, p, p_outside)))
    return tuple(rows)


def _difference(session: Session, first: int, second: int, question: Question) -> tuple[Difference | None, int]:
    m = question.measure
    n = min(session.count(first), session.count(second))
    if m.kind == "ratio":
        if n < 2:
            return None, n
        sides = [(session.values(i, m.numerator, n), session.values(i, m.denominator, n)) for i in (first, second)]
        if not all(np.isfinite(part).all() for side in sides for part in side):
            return None, 0
        return paired_ratio_change(*sides, is_share=m.is_share, margin=question.margin), n
    a, b = session.values(first, m.name, n), session.values(second, m.name, n)
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 2:
        return None, int(known.sum())
    found = paired_change(
        a[known],
        b[known],
        is_proportion=m.kind == "proportion",
        is_share=m.is_share,
        is_count=m.is_count,
        margin=question.margin,
    )
    return found, int(known.sum())


def _verdict(question: Question, d: Difference | None, p: float, p_outside: float | None) -> Verdict:
    if d is None:
        return "undefined"
    is_equivalent = p_outside is not None and p_outside < LEVEL
    if is_equivalent:
        return "equivalent"
    if p >= LEVEL:
        return "open"
    is_more = d.estimate.value > 0.0
    if question.better is None:
        return "more" if is_more else "less"
    return "better" if is_more == (question.better == "more") else "worse"


def play_until(
    session: Session, question: Question, n: int, half_width: float | None, *, all_pairs: bool = False
) -> None:
    """Play every variant ``n`` times, or fewer if all intervals are narrow enough before.

    The intervals are looked at after 50 replications and then where they are expected to be narrow enough.
    """
    n_points = len(session.conditions.points)
    if half_width is None:
        session.play([n] * n_points)
        return
    check_half_width(half_width)
    states = len(session.conditions.noise)
    now = min(n, 50 * states if states > 1 else 50)
    while True:
        session.play([now] * n_points)
        width = compare(session, question, all_pairs=all_pairs).half_width
        if width <= half_width or now >= n:
            return
        wanted = max(now + 10, replications_needed(now, width, half_width))
        now = min(n, -(-wanted // states) * states)  # every state of the noise equally often


def replications_needed(n: int, half_width: float, wanted: float, *, most: int | None = 4) -> int:
    """Return the expected number of replications for a half-width, from the half-width with ``n``.

    At most ``most`` times ``n``: a prediction from few replications is uncertain.
    """
    limit = 10**9 if most is None else most * n
    expected = 1.02 * n * (half_width / wanted) * (half_width / wanted)
    return int(np.ceil(expected)) if expected < limit else limit
