"""The standing of courses in a wargame: the numbers shown, and whether they support a preference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simcore.types import F64
from staff_ai.courses.course import Course
from staff_ai.courses.gate import Refusal
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.samples import (
    NOTHING,
    Estimate,
    Samples,
    draw_weights,
    estimate,
    leader_of,
    mean_and_error,
    probabilities_best,
    tail_mean,
    win_share,
    within,
)

LEAST_GAIN = 0.01
"""Differences in score below this count as none: a hundredth of the way from a draw to a complete win."""

LEAST_SWITCH_GAIN = 0.1
"""Gain in score from which a course replaces another in the middle of a fight.

The belief has errors too: of rules tried in 42 games of three chairs this one gained most in the true state.
"""

LEAST_LEAVING_GAIN = 0.2
"""Gain in score from which a course replaces one that was prepared, if its interval lies above 0 as well.

The preparation compared them with many more rollouts.
"""

LEAST_EDIT_GAIN = 0.2
"""Gain in score over its own base from which an edit may lead: edits are many, and exploit errors of the belief.

Of 156 edits in five chairs the belief overrated the gain by .14 in the mean, with a standard deviation of .13. From a
gain of .2 in the belief on, one above zero is to be expected in the true scenario.
"""

VERDICTS = (
    "clear",
    "tie",  # the incumbent stays
    "no clear preference",
    "no difference",
    "only course",
    "nothing played",  # stopped before the first round was complete
    "no valid course",
)


@dataclass(frozen=True)
class CourseStanding:
    """A course in the wargame. Scores are -1..1, see ``Outcome.SCORE``.

    The numbers are from fresh draws, unused in the ranking, where ``is_fresh``. P(best) and the differences are from
    all common draws.
    """

    course: Course
    n: int  # draws behind the numbers
    n_ranking: int  # draws in the ranking
    is_fresh: bool
    mean: Estimate
    win: Estimate  # share of wins, Wilson
    tail: float  # mean of the worst tenth
    by_enemy: tuple[float, ...]  # mean against each enemy; nan where he was not met
    worst: float  # the lowest of these
    worst_enemy: str
    p_best: float
    terms: dict[str, float]  # mean of each outcome, by name: lead, own_loss, enemy_loss, rules, neutrals
    to_best: Estimate  # its score less that of the leader, paired
    to_incumbent: Estimate  # its score less that of the incumbent, paired


@dataclass(frozen=True)
class Round:
    """A round of the wargame."""

    n_courses: int
    n_draws: int  # of each course, in this round
    is_fresh: bool = False


@dataclass(frozen=True)
class Standing:
    """The standing of all courses, the best first, and the recommendation."""

    rows: tuple[CourseStanding, ...]
    recommended: Course | None
    incumbent: Course | None
    is_clear: bool
    verdict: str  # one of VERDICTS
    refused: tuple[Refusal, ...]
    enemies: tuple[str, ...]
    weights: tuple[float, ...]
    rounds: tuple[Round, ...]
    n_rollouts: int
    seconds: float
    is_final: bool
    ranking: Samples = field(repr=False, compare=False)
    fresh: Samples = field(repr=False, compare=False)
    courses: tuple[Course, ...] = field(repr=False, default=())  # the axis of the samples
    is_near: bool = False  # a first look: the outcomes are leads a little ahead, not those of the fight

    def row(self, course: Course) -> CourseStanding | None:
        """Return the standing of a course."""
        return next((row for row in self.rows if row.course.digest == course.digest), None)

    def difference(self, first: Course, second: Course) -> Estimate | None:
        """Return the paired difference in score of two courses on their common draws; None without any."""
        place = {course.digest: k for k, course in enumerate(self.courses)}
        if first.digest not in place or second.digest not in place:
            return None
        gap, enemy = self.ranking.join(self.fresh).difference(place[first.digest], place[second.digest])
        return within(estimate(gap, enemy, self.ranking.weights), 2.0) if len(gap) else None


@dataclass(frozen=True)
class Verdict:
    """The choice among courses. ``leader`` and ``recommended`` are positions in the samples."""

    leader: int
    recommended: int
    text: str


def judge(
    samples: Samples,
    order: Sequence[int],
    p_best: F64,
    incumbent: int | None,
    least_p: float,
    least_gain: float = LEAST_GAIN,
    *,
    is_prepared: bool = False,
) -> Verdict:
    """Return the choice among the courses ``order``, the best first, with their probabilities to be best.

    The incumbent stays unless the leader is better by more than a standard error of the paired difference, and by
    ``least_gain`` or more; if it was prepared, by LEAST_LEAVING_GAIN or more, with an interval above 0. The preference
    is clear when the leader's probability is ``least_p`` or more and its paired difference to the runner-up excludes
    zero and is LEAST_GAIN or more.
    """
    leader = order[0]
    recommended, text = leader, "clear"
    if len(order) == 1:
        return Verdict(leader, leader, "only course")
    gaps = [samples.difference(leader, other) for other in order[1:]]
    if all(len(gap) > 0 and not gap.any() for gap, _ in gaps):
        return Verdict(leader, leader if incumbent is None else incumbent, "no difference")
    if incumbent is not None and incumbent != leader:
        mean, error, _ = mean_and_error(*samples.difference(leader, incumbent), samples.weights)
        is_kept = mean <= error or mean < least_gain
        if is_prepared:
            is_kept = mean < LEAST_LEAVING_GAIN or _gain(samples, leader, incumbent).low <= 0.0
        if is_kept:
            return Verdict(leader, incumbent, "tie")
    rival = estimate(*samples.difference(leader, order[1]), samples.weights)
    if p_best[0] < least_p or rival.includes_zero or rival.value < LEAST_GAIN:
        text = "no clear preference"
    return Verdict(leader, recommended, text)


def order_of(samples: Samples, courses: Sequence[int]) -> list[int]:
    """Return courses by standing: the most played first, then by mean; equals keep their order."""
    n = {course: int(samples.played(course).sum()) for course in courses}
    mean = {course: mean_and_error(*samples.of(course), samples.weights)[0] for course in courses}
    return sorted(courses, key=lambda course: (-n[course], -mean[course]))


def unproven_edits(
    samples: Samples,
    order: Sequence[int],
    courses: Sequence[Course],
    incumbent: int | None,
    prepared: Sequence[Course] = (),
    least_gain: float = LEAST_EDIT_GAIN,
) -> dict[int, int | None]:
    """Return the edits among ``order`` that are not proven, each with the place of its base, if that is among them.

    An edit is proven when its paired difference to its own base is ``least_gain`` or more, with an interval above 0,
    when it is no worse in lead, and when against no policy of the enemy it is worse by more than a standard error. Its
    difference to the best whole course must have an interval above 0 too. An edit in force is exempt, and so are those
    that were ``prepared`` before the fight, and whole courses with another emission control: they are few, and the
    belief does not overrate them.
    """
    found: dict[int, int | None] = {}
    exempt = {course.digest for course in prepared}
    whole = next((course for course in order if courses[course].is_whole), None)
    for course in order:
        if courses[course].is_whole or course == incumbent or courses[course].digest in exempt:
            continue
        base = base_of(courses, course, order)
        if base is not None:
            gap, enemy = samples.difference(course, base)
            gain = estimate(gap, enemy, samples.weights)
            is_shown = len(gap) > 1 and gain.value >= least_gain and gain.low > 0.0
            if is_shown and not any(_is_worse(gap[enemy == one]) for one in np.unique(enemy)):
                lead, _, _ = mean_and_error(*samples.difference(course, base, Outcome.LEAD), samples.weights)
                if lead >= 0.0 and (whole in (None, base) or _gain(samples, course, whole).low > 0.0):
                    continue
        found[course] = base
    return found


def _gain(samples: Samples, first: int, second: int) -> Estimate:
    """Return the paired difference in score of two courses."""
    return estimate(*samples.difference(first, second), samples.weights)


def _is_worse(gap: F64) -> bool:
    """Return whether differences against a policy of the enemy lie below 0 by more than a standard error."""
    return bool(gap.mean() < -gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else bool(gap.min() < 0.0)


def proven_first(order: Sequence[int], unproven: Mapping[int, int | None]) -> list[int]:
    """Return ``order`` with the first course in front that is no unproven edit."""
    first = next((course for course in order if course not in unproven), order[0])
    return [first, *(course for course in order if course != first)]


def base_of(courses: Sequence[Course], course: int, among: Sequence[int]) -> int | None:
    """Return the place of the course with the base of an edit and no edits; None if it is not ``among`` the courses."""
    base = courses[course].base
    return next((k for k in among if not courses[k].edits and courses[k].base == base), None)


def stand(
    samples: Samples,
    fresh: Samples,
    courses: Sequence[Course],
    alive: Sequence[int],
    *,
    enemies: tuple[str, ...],
    incumbent: int | None,
    refused: Sequence[Refusal],
    rounds: Sequence[Round],
    seconds: float,
    n_rollouts: int,
    is_final: bool,
    least_p: float,
    seed: int,
    least_gain: float = LEAST_GAIN,
    is_near: bool = False,
    prepared: Sequence[Course] = (),
    least_edit_gain: float = LEAST_EDIT_GAIN,
    keeps_incumbent: bool = True,
) -> Standing:
    """Return the standing of the courses ``alive`` (positions), from the samples of ranking and fresh draws."""
    every = samples.join(fresh)
    weights = samples.weights
    common = {
        "incumbent": None if incumbent is None else courses[incumbent],
        "refused": tuple(refused),
        "enemies": enemies,
        "weights": tuple(map(float, weights)),
        "rounds": tuple(rounds),
        "n_rollouts": n_rollouts,
        "seconds": seconds,
        "is_final": is_final,
        "ranking": samples,
        "fresh": fresh,
        "courses": tuple(courses),
        "is_near": is_near,
    }
    if not alive:
        empty = "nothing played" if courses and n_rollouts == 0 else "no valid course"
        return Standing(rows=(), recommended=None, is_clear=False, verdict=empty, **common)  # type: ignore[arg-type]
    by_mean = order_of(every, alive)
    unproven = unproven_edits(every, by_mean, courses, incumbent, prepared, least_edit_gain)
    order = proven_first(by_mean, unproven)
    p_best = _with_bases(probabilities_best(every, order, seed), order, unproven)
    is_prepared = incumbent is not None and courses[incumbent].digest in {course.digest for course in prepared}
    verdict = judge(
        every,
        order,
        p_best,
        incumbent if incumbent in alive and keeps_incumbent else None,
        least_p,
        least_gain,
        is_prepared=is_prepared,
    )
    has_twins = any(refusal.criterion == "distinguishable" for refusal in refused)
    text = "no difference" if verdict.text == "only course" and has_twins else verdict.text
    rows = tuple(
        _row(every, fresh, courses, course, float(p), order[0], incumbent, enemies, int(samples.played(course).sum()))
        for course, p in zip(order, p_best, strict=True)
    )
    # after the leader and the runner-up of the last rounds, courses are listed by their paired difference to the leader
    rows = (*rows[:2], *sorted(rows[2:], key=lambda row: -row.to_best.value))
    return Standing(
        rows=rows,
        recommended=courses[verdict.recommended],
        is_clear=text == "clear",
        verdict=text,
        **common,  # type: ignore[arg-type]
    )


def _with_bases(p_best: F64, order: Sequence[int], unproven: Mapping[int, int | None]) -> F64:
    """Return probabilities to be best in which unproven edits, which cannot lead, count for their bases."""
    found = p_best.copy()
    for place, course in enumerate(order):
        base = unproven.get(course)
        if base is not None:
            found[order.index(base)] += p_best[place]
            found[place] = 0.0
    return found


def _row(
    every: Samples,
    fresh: Samples,
    courses: Sequence[Course],
    course: int,
    p_best: float,
    leader: int,
    incumbent: int | None,
    enemies: tuple[str, ...],
    n_ranking: int,
) -> CourseStanding:
    is_fresh = bool(fresh.played(course).any())
    shown = fresh if is_fresh else every
    weights = shown.weights
    score, enemy = shown.of(course)
    w = draw_weights(enemy, weights)
    by_enemy = tuple(
        float(score[enemy == one].mean()) if (enemy == one).any() else float("nan") for one in range(len(enemies))
    )
    worst = int(np.nanargmin(by_enemy)) if len(score) else 0
    terms = {
        column.name.lower(): float((w * shown.of(course, column)[0]).sum())
        for column in Outcome
        if column not in (Outcome.SCORE, Outcome.WIN)
    }

    def gap(other: int | None) -> Estimate:
        if other in (None, course):
            return NOTHING
        return within(estimate(*every.difference(course, other), weights), 2.0)

    return CourseStanding(
        courses[course],
        len(score),
        n_ranking,
        is_fresh,
        within(estimate(score, enemy, weights), 1.0),
        win_share(shown.of(course, Outcome.WIN)[0], enemy, weights),
        tail_mean(score, enemy, weights),
        by_enemy,
        by_enemy[worst],
        enemies[worst],
        p_best,
        terms,
        gap(leader),
        gap(incumbent),
    )


__all__ = [
    "CourseStanding", "Round", "Standing", "Verdict", "base_of", "judge", "leader_of", "order_of", "proven_first",
    "stand", "unproven_edits",
]  # fmt: skip
