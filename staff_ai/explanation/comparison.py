"""Comparison of two courses by measure, on the draws that both have played."""

from dataclasses import dataclass

from staff_ai.courses.course import Course
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import Estimate, Samples, estimate

MEASURES = (
    Outcome.SCORE, Outcome.LEAD, Outcome.WIN, Outcome.OWN_LOSS, Outcome.ENEMY_LOSS, Outcome.RULES, Outcome.NEUTRALS
)  # fmt: skip
LESS_IS_BETTER = (Outcome.OWN_LOSS, Outcome.RULES, Outcome.NEUTRALS)


@dataclass(frozen=True)
class MeasureGap:
    """A measure of two courses: means, and the paired difference first less second with its 95 % interval."""

    measure: Outcome
    first: float
    second: float
    difference: Estimate

    @property
    def is_settled(self) -> bool:
        """Whether the interval excludes zero."""
        return not self.difference.includes_zero

    @property
    def favours_first(self) -> bool:
        """Whether the difference speaks for the first course."""
        return (self.difference.value < 0.0) == (self.measure in LESS_IS_BETTER)


@dataclass(frozen=True)
class Comparison:
    """The recommended course beside another, on ``n`` common draws."""

    other: Course
    role: str  # runner_up, incumbent or own
    n: int
    gaps: tuple[MeasureGap, ...]

    def gap(self, measure: Outcome) -> MeasureGap:
        """Return the comparison by a measure."""
        return next(gap for gap in self.gaps if gap.measure == measure)


def compare(samples: Samples, first: int, second: int, other: Course, role: str) -> Comparison:
    """Return the comparison of two courses, given by their places in the samples."""
    common = samples.played(first) & samples.played(second)
    enemy, weights = samples.draws.enemy[common], samples.weights
    gaps: list[MeasureGap] = []
    for measure in MEASURES:
        a, b = samples.outcomes[first, common, measure], samples.outcomes[second, common, measure]
        means = [estimate(values, enemy, weights).value for values in (a, b)]
        gaps.append(MeasureGap(measure, means[0], means[1], estimate(a - b, enemy, weights)))
    return Comparison(other, role, int(common.sum()), tuple(gaps))
