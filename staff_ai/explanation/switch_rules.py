"""Switch rules: conditions on the worlds under which another course is better than the recommended one.

A tree of depth two splits the paired difference of two courses by the variables of the worlds. Its leaves are
candidates, and so are the policies of the enemy, taken together, against which the other course is better. The best
candidate is told only when it holds in worlds that were not used to find it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simcore.types import F64, I64
from staff_ai.courses.course import Course
from staff_ai.explanation.world_variables import OR, Variable
from staff_ai.wargame.samples import Estimate, draw_weights, estimate, mean_and_error

LEAST_LEAF = 5
"""Least draws in a leaf, and in the check of a rule."""
DEPTH = 2
_MOST_THRESHOLDS = 8
_LEAST_GAIN = 0.01


class Condition(NamedTuple):
    """A variable above (or not above) a threshold."""

    variable: int
    is_above: bool
    threshold: float

    def holds(self, values: F64) -> np.ndarray:
        """Return where it holds, (n,) bool; ``values`` (n, v)."""
        above = values[:, self.variable] > self.threshold
        return above if self.is_above else ~above


@dataclass(frozen=True)
class SwitchRule:
    """The other course is better by ``gain`` where all conditions hold. All numbers are from the check."""

    other: Course
    conditions: tuple[tuple[Variable, bool, float], ...]  # variable, above or not, threshold
    gain: Estimate  # of the other course over the recommended one, where the conditions hold
    coverage: float  # share of the worlds in which they hold
    fidelity: float  # share of the worlds, of those with a difference, in which the rule names the better course
    n: int  # draws of the check in which they hold


class Checked(NamedTuple):
    """Draws with variables (n, v), paired differences other less recommended (n,), and enemies (n,)."""

    values: F64
    gap: F64
    enemy: I64

    def of(self, columns: list[int]) -> "Checked":
        """Return the draws with some of the variables."""
        return self._replace(values=self.values[:, columns])

    def with_policies(self, chosen: list[int]) -> "Checked":
        """Return the draws with a further variable: whether they are against one of some policies."""
        column = np.isin(self.enemy, chosen).astype(np.float64)
        return self._replace(values=np.column_stack([self.values, column]))


def find_rule(
    other: Course,
    variables: tuple[Variable, ...],
    found: Checked,
    check: Checked,
    weights: F64,
    enemies: tuple[str, ...] = (),
) -> SwitchRule | None:
    """Return the rule found in ``found`` if it holds in ``check``, else None.

    ``enemies`` are the names of the enemy's policies; without them policies are not taken together.
    """
    splits = [k for k, variable in enumerate(variables) if variable.kind != "policy"]  # its values have no order
    variables, found, check = tuple(variables[k] for k in splits), found.of(splits), check.of(splits)
    variables, found, check = _with_policies(variables, found, check, enemies)
    if len(variables) == 0 or len(found.gap) < 2 * LEAST_LEAF or len(check.gap) < LEAST_LEAF:
        return None
    w = draw_weights(found.enemy, weights)
    leaves = list(_leaves(found.values, found.gap, w, np.ones(len(found.gap), dtype=bool), ()))
    if OR in variables[-1].subject:
        together = Condition(len(variables) - 1, True, 0.5)
        leaves.append(((together,), together.holds(found.values)))
    best: tuple[Condition, ...] | None = None
    most = 0.0
    for conditions, members in leaves:
        if not conditions or members.sum() < LEAST_LEAF:
            continue
        mean, error, _ = mean_and_error(found.gap[members], found.enemy[members], weights)
        worth = mean * float(w[members].sum())
        if mean > error and mean > _LEAST_GAIN and worth > most:
            best, most = conditions, worth
    if best is None:
        return None
    best = _plain(best)
    inside = np.logical_and.reduce([condition.holds(check.values) for condition in best])
    n = int(inside.sum())
    if n < LEAST_LEAF:
        return None
    gain = estimate(check.gap[inside], check.enemy[inside], weights)
    if not gain.low > 0.0:
        return None
    w = draw_weights(check.enemy, weights)
    differs = check.gap != 0.0
    right = (check.gap > 0.0) == inside
    told = float(w[differs].sum())
    return SwitchRule(
        other,
        tuple((variables[c.variable], c.is_above, c.threshold) for c in best),
        gain,
        float(w[inside].sum()),
        float(w[differs & right].sum()) / told if told > 0.0 else 0.0,
        n,
    )


def _with_policies(
    variables: tuple[Variable, ...], found: Checked, check: Checked, enemies: tuple[str, ...]
) -> tuple[tuple[Variable, ...], Checked, Checked]:
    """Append a variable: whether the enemy follows one of those policies against which the gap is clearly positive."""
    chosen: list[int] = []
    for k in range(len(enemies)):
        gap = found.gap[found.enemy == k]
        if len(gap) > 1 and gap.mean() > gap.std(ddof=1) / np.sqrt(len(gap)):
            chosen.append(k)
    if not 1 < len(chosen) < len(enemies):
        return variables, found, check
    name = Variable("doctrine", OR.join(enemies[k] for k in chosen))
    return (*variables, name), found.with_policies(chosen), check.with_policies(chosen)


def _leaves(values: F64, gap: F64, w: F64, members: np.ndarray, above: tuple[Condition, ...]):
    """Yield the leaves of the tree: conditions and members. Inner nodes are leaves of a shallower tree."""
    yield above, members
    if len(above) == DEPTH:
        return
    split = _best_split(values, gap, w, members)
    if split is None:
        return
    variable, threshold = split
    for is_above in (True, False):
        condition = Condition(variable, is_above, threshold)
        yield from _leaves(values, gap, w, members & condition.holds(values), (*above, condition))


def _best_split(values: F64, gap: F64, w: F64, members: np.ndarray) -> tuple[int, float] | None:
    """Return the split with the largest drop in the weighted sum of squares, or None."""
    x, d, share = values[members], gap[members], w[members]
    if len(d) < 2 * LEAST_LEAF or share.sum() <= 0.0:
        return None
    total, mean = share.sum(), (share * d).sum() / share.sum()
    best, most = None, 1e-12
    for v in range(x.shape[1]):
        distinct = np.unique(x[:, v])
        if len(distinct) < 2:
            continue
        cuts = 0.5 * (distinct[1:] + distinct[:-1])
        if len(cuts) > _MOST_THRESHOLDS:
            cuts = cuts[np.linspace(0, len(cuts) - 1, _MOST_THRESHOLDS).round().astype(int)]
        for cut in cuts:
            right = x[:, v] > cut
            if right.sum() < LEAST_LEAF or (~right).sum() < LEAST_LEAF:
                continue
            part = share[right].sum()
            if not 0.0 < part < total:
                continue
            inner = (share[right] * d[right]).sum() / part
            drop = part * (inner - mean) ** 2 * total / (total - part)
            if drop > most:
                best, most = (v, float(cut)), float(drop)
    return best


def _plain(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return conditions without those implied by another on the same variable."""
    kept: dict[tuple[int, bool], Condition] = {}
    for one in conditions:
        key = (one.variable, one.is_above)
        if key not in kept or (one.threshold > kept[key].threshold) == one.is_above:
            kept[key] = one
    return tuple(kept.values())
