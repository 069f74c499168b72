"""Switch rules: conditions on the worlds under which another course is better than the recommended.

A tree of depth two splits the paired difference of two courses by the variables of the worlds. Its leaves are
candidates, and so are the policies of the enemy, taken together, against which the other course is better. The worlds
are parted into folds: a rule found on all folds but one is checked on that one. So all draws find rules and all draws
check them, each draw by a rule that it had no part in; the rule is told only when the gain of these checks is shown.
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
FOLDS = 4
_LEAST_ALIKE = 0.5  # of the folds that find a rule on the same variables as all folds together
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
    gain: Estimate  # of the other course over the recommended course, where the conditions hold
    coverage: float  # share of the worlds in which they hold
    fidelity: float  # share of the worlds, of those with a difference, in which the rule names the better course
    n: int  # draws of the check in which they hold


class Compared(NamedTuple):
    """Draws with variables (n, v), paired differences other less recommended (n,), enemies (n,) and worlds (n,)."""

    values: F64
    gap: F64
    enemy: I64
    world: I64

    def take(self, rows: np.ndarray) -> "Compared":
        """Return some of the draws."""
        return Compared(self.values[rows], self.gap[rows], self.enemy[rows], self.world[rows])


class _Rule(NamedTuple):
    """Conditions; a variable beyond the others is whether the enemy follows one of ``policies`` (indices)."""

    conditions: tuple[Condition, ...]
    policies: tuple[int, ...]

    def holds(self, draws: Compared) -> np.ndarray:
        """Return where it holds, (n,) bool."""
        values = _with_policies(draws, self.policies)
        return np.logical_and.reduce([condition.holds(values) for condition in self.conditions])


def find_rule(
    other: Course, variables: tuple[Variable, ...], draws: Compared, weights: F64, enemies: tuple[str, ...] = ()
) -> SwitchRule | None:
    """Return the rule for a course, with the numbers of its checks; None when none is shown to hold.

    ``enemies`` are the names of the enemy's policies; without them policies are not taken together.
    """
    splits = [k for k, variable in enumerate(variables) if variable.kind != "policy"]  # its values have no order
    variables, draws = tuple(variables[k] for k in splits), draws._replace(values=draws.values[:, splits])
    rule = _find(draws, weights, len(enemies))
    if rule is None:
        return None
    fold = np.unique(draws.world, return_inverse=True)[1] % FOLDS
    inside = np.zeros(len(draws.gap), dtype=bool)
    alike = 0
    for f in range(FOLDS):
        found = _find(draws.take(fold != f), weights, len(enemies))
        if found is not None:
            inside[fold == f] = found.holds(draws.take(fold == f))
            alike += {each.variable for each in found.conditions} == {each.variable for each in rule.conditions}
    n = int(inside.sum())
    if n < LEAST_LEAF or alike < _LEAST_ALIKE * FOLDS:
        return None
    gain = estimate(draws.gap[inside], draws.enemy[inside], weights)
    if not gain.low > 0.0:
        return None
    w = draw_weights(draws.enemy, weights)
    differs = draws.gap != 0.0
    told = float(w[differs].sum())
    named = (*variables, Variable("doctrine", OR.join(enemies[k] for k in rule.policies)))
    return SwitchRule(
        other,
        tuple((named[c.variable], c.is_above, c.threshold) for c in rule.conditions),
        gain,
        float(w[inside].sum()),
        float(w[differs & ((draws.gap > 0.0) == inside)].sum()) / told if told > 0.0 else 0.0,
        n,
    )


def _find(draws: Compared, weights: F64, n_enemies: int) -> _Rule | None:
    """Return the rule that gains most on some draws, if it gains more than a standard error."""
    policies = _better_against(draws, n_enemies)
    values = _with_policies(draws, policies)
    if values.shape[1] == 0 or len(draws.gap) < 2 * LEAST_LEAF:
        return None
    w = draw_weights(draws.enemy, weights)
    leaves = list(_leaves(values, draws.gap, w, np.ones(len(draws.gap), dtype=bool), ()))
    if policies:
        together = Condition(values.shape[1] - 1, True, 0.5)
        leaves.append(((together,), together.holds(values)))
    best: tuple[Condition, ...] | None = None
    most = 0.0
    for conditions, members in leaves:
        if not conditions or members.sum() < LEAST_LEAF:
            continue
        mean, error, _ = mean_and_error(draws.gap[members], draws.enemy[members], weights)
        worth = mean * float(w[members].sum())
        if mean > error and mean > _LEAST_GAIN and worth > most:
            best, most = conditions, worth
    return None if best is None else _Rule(_plain(best), policies)


def _better_against(draws: Compared, n_enemies: int) -> tuple[int, ...]:
    """Return the policies, several but not all, against which the difference is clearly above zero."""
    chosen: list[int] = []
    for k in range(n_enemies):
        gap = draws.gap[draws.enemy == k]
        if len(gap) > 1 and gap.mean() > gap.std(ddof=1) / np.sqrt(len(gap)):
            chosen.append(k)
    return tuple(chosen) if 1 < len(chosen) < n_enemies else ()


def _with_policies(draws: Compared, policies: tuple[int, ...]) -> F64:
    """Return the variables, with a further one if there are policies: whether the enemy follows one of them."""
    if not policies:
        return draws.values
    return np.column_stack([draws.values, np.isin(draws.enemy, policies).astype(np.float64)])


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
    for condition in conditions:
        key = (condition.variable, condition.is_above)
        if key not in kept or (condition.threshold > kept[key].threshold) == condition.is_above:
            kept[key] = condition
    return tuple(kept.values())
