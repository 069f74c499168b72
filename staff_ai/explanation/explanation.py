"""Explanation of an advice: comparisons, parting, switch rules, reconnaissance requests, matrix and decision points.

Everything is computed from the samples of the wargame and from some more paired rollouts, in fresh worlds, whose events
are recorded. The same advice has the same explanation, to the last bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scenarios.run.policies import read_policy_text
from simcore.policy import Briefing
from simcore.policy_registry import outside_note
from simcore.types import F64, I64
from staff_ai.advice.advice import Advice
from staff_ai.advice.staff import Basis
from staff_ai.courses.course import BaseKind, Course, EditVerb
from staff_ai.explanation.comparison import Comparison, compare
from staff_ai.explanation.information import Value, values_of_information
from staff_ai.explanation.matrix import Matrix, synchronisation_matrix
from staff_ai.explanation.parting import Parting, find_parting
from staff_ai.explanation.recorded import record_rollouts
from staff_ai.explanation.switch_rules import Compared, SwitchRule, find_rule
from staff_ai.explanation.world_variables import unseen_units, world_variables
from staff_ai.wargame.rollouts import Draws, Outcome
from staff_ai.wargame.samples import Samples
from staff_ai.wargame.standing import Standing
from staff_ai.wargame.worlds import FIRST_REPLICATION, FRESH, DescribedWorlds

N_RECORDED = 40
"""Draws of the recorded rollouts."""
FURTHER = 2
"""Further draws for each recorded one, without events: rules and values need many."""
_FIRST_DICE = 500_000  # the dice of recorded rollouts, beyond those of the wargame
_MOST_RECORDED = 3  # courses, and a rival
_MOST_REQUESTS = 3
_NEAR_ZONE_M = 5_000.0


@dataclass(frozen=True)
class Request:
    """A request for reconnaissance: a variable that is worth knowing, and the place to look."""

    value: Value
    x_m: float  # where most of the unseen units in question are expected; nan for a doctrine
    y_m: float
    zone: str  # nearest zone, if any is near


@dataclass(frozen=True)
class DecisionPoint:
    """A time at which something has to be decided, or is given up. ``kind`` is ``parting``, ``edit_end`` or ``end``."""

    time_s: float
    kind: str
    groups: tuple[str, ...] = ()
    verb: EditVerb | None = None


@dataclass(frozen=True)
class Explanation:
    """The explanation of an advice with a recommendation."""

    comparisons: tuple[Comparison, ...]  # with the runner-up first, then incumbent and own plans
    parting: Parting | None  # from the runner-up; None without recorded rollouts
    parting_from: Course | None
    rules: tuple[SwitchRule, ...]
    n_rules_tried: int
    requests: tuple[Request, ...]
    values: tuple[Value, ...]  # of all variables, the largest first
    n_draws: int  # behind the values of information
    matrix: Matrix | None
    decision_points: tuple[DecisionPoint, ...]
    outside: tuple[str, ...]  # notes on trained policies outside of their training
    n_recorded: int

    def comparison(self, role: str) -> Comparison | None:
        """Return the comparison with the course of a role."""
        return next((one for one in self.comparisons if one.role == role), None)


class _Pooled(NamedTuple):
    """Common draws of a few courses with the worlds that they were played in."""

    score: F64  # (courses, n)
    enemy: I64  # (n,)
    world: I64  # (n,) place among the worlds of both pools


def explain(
    advice: Advice,
    briefing: Briefing,
    *,
    n_recorded: int = N_RECORDED,
    should_stop: Callable[[], bool] | None = None,
) -> Explanation | None:
    """Return the explanation of an advice; None for an abstention.

    ``n_recorded`` is the number of draws of the recorded rollouts: with 0 there are none, and no parting or matrix.
    """
    standing, basis, best = advice.standing, advice.basis, advice.recommended
    if standing is None or basis is None or best is None or not standing.rows:
        return None
    place = {course.digest: k for k, course in enumerate(standing.courses)}
    roles = _roles(advice, standing)
    chosen = [best, *(course for course, _ in roles)][:_MOST_RECORDED]
    rival = _rival(standing, best, chosen)
    if rival is not None:
        chosen.append(rival)
    samples = standing.ranking.join(standing.fresh)
    places = [place[course.digest] for course in chosen]
    # of a rival chosen by the outcomes of the ranking, these say too much
    pools = [samples if rival is None else standing.fresh]
    recorded = None
    if n_recorded > 0:
        draws = _new_draws(standing, n_recorded)
        recorded = record_rollouts(basis.table, chosen, draws, should_stop)
        if recorded is not None:
            pools.append(_as_samples(recorded.outcomes, draws, places, samples))
            samples = samples.join(pools[-1])
            draws = _new_draws(standing, FURTHER * n_recorded, [draws])
            further = basis.table.play(chosen, draws, should_stop)
            if further is not None:
                pools.append(_as_samples(further, draws, places, samples))
    comparisons = tuple(compare(samples, place[best.digest], place[c.digest], c, role) for c, role in roles)
    weights = np.array(standing.weights)
    roster = basis.staff.compiled.roster
    parting = matrix = None
    if recorded is not None:
        if len(chosen) > 1:
            parting = find_parting(recorded, weights, roster, basis.staff.side)
        matrix = synchronisation_matrix(recorded, roster, briefing, basis.moment, basis.staff.side)
    worlds = [(one.situation, one.doctrine) for one in (basis.ranking, basis.fresh)]
    variables = world_variables(basis.staff.compiled, basis.staff.side, worlds, standing.enemies)
    rules: list[SwitchRule] = []
    for other, at in zip(chosen[1:], places[1:], strict=True):
        of_pair = pools if other is rival else [standing.ranking, standing.fresh, *pools[1:]]
        pair = _pool(basis, of_pair, [places[0], at])
        compared = Compared(variables.of(pair.world), pair.score[1] - pair.score[0], pair.enemy, pair.world)
        rule = find_rule(other, variables.names, compared, weights, standing.enemies)
        if rule is not None:
            rules.append(rule)
    rules.sort(key=lambda rule: -rule.gain.value * rule.coverage)
    pooled = _pool(basis, pools, places)
    values = values_of_information(
        variables.names, variables.of(pooled.world), pooled.score, pooled.enemy, pooled.world, weights
    )
    return Explanation(
        comparisons=comparisons,
        parting=parting,
        parting_from=chosen[1] if len(chosen) > 1 else None,
        rules=tuple(rules),
        n_rules_tried=len(chosen) - 1,
        requests=_requests(values, basis, briefing),
        values=tuple(values),
        n_draws=pooled.score.shape[1],
        matrix=matrix,
        decision_points=_decision_points(best, parting, basis, briefing),
        outside=notes_outside(chosen, roster.scenario, briefing.side_name),
        n_recorded=0 if recorded is None else recorded.outcomes.shape[0] * recorded.outcomes.shape[1],
    )


def _roles(advice: Advice, standing: Standing) -> list[tuple[Course, str]]:
    """Return the courses that the recommended course is compared with, each once."""
    best = advice.recommended
    assert best is not None
    found: list[tuple[Course, str]] = []
    wanted = [(advice.runner_up, "runner_up"), *((own, "own") for own in advice.own), (advice.incumbent, "incumbent")]
    for course, role in wanted:
        is_known = course is not None and standing.row(course) is not None and course.digest != best.digest
        if is_known and course is not None and all(course.digest != other.digest for other, _ in found):
            found.append((course, role))
    return found


def _rival(standing: Standing, best: Course, chosen: list[Course]) -> Course | None:
    """Return the course that gains most where it is better, by the ranking, beside those that are compared anyway.

    Its gain is that against each policy of the enemy, as far as it exceeds a standard error, by their weights. If no
    course has any, it is the best one with another base: edits of a base hardly differ.
    """
    place = {course.digest: k for k, course in enumerate(standing.courses)}
    known = {course.digest for course in chosen}
    best_rival, most = None, 0.0
    for row in standing.rows:
        if row.course.digest in known:
            continue
        gap, enemy = standing.ranking.difference(place[row.course.digest], place[best.digest])
        gain = 0.0
        for k, weight in enumerate(standing.weights):
            one = gap[enemy == k]
            if len(one) > 1:
                gain += weight * max(float(one.mean() - one.std(ddof=1) / np.sqrt(len(one))), 0.0)
        if gain > most:
            best_rival, most = row.course, gain
    others = (row.course for row in standing.rows if row.course.base != best.base and row.course.digest not in known)
    return best_rival or next(others, None)


def _new_draws(standing: Standing, n: int, before: Sequence[Draws] = ()) -> Draws:
    """Return n draws or more in fresh worlds, each enemy at least once, then by weight; none of them ``before``."""
    n_enemies = len(standing.enemies)
    weights = np.array(standing.weights)
    count = np.zeros(n_enemies)
    enemy: list[int] = []
    for k in range(max(n, n_enemies)):
        e = k if k < n_enemies else int(np.argmax(weights * (count.sum() + 1.0) - count))
        count[e] += 1.0
        enemy.append(e)
    chosen = np.array(sorted(enemy), dtype=np.int64)
    # worlds go on after those of the fresh draws
    earlier = np.concatenate([one.enemy for one in (standing.fresh.draws, *before)])
    used = np.bincount(earlier, minlength=n_enemies)
    world = np.concatenate([used[e] + np.arange(int(count[e])) for e in range(n_enemies)]).astype(np.int64)
    first = FRESH + _FIRST_DICE + sum(len(one.number) for one in before)
    return Draws(first + np.arange(len(chosen), dtype=np.int64), chosen, world + FRESH)


def _as_samples(outcomes: F64, draws: Draws, places: list[int], like: Samples) -> Samples:
    """Return outcomes (courses, n, len(Outcome)) as samples of the courses of ``like``."""
    found = Samples(len(like.outcomes), like.weights)
    where = found.add_draws(draws)
    for c, place in enumerate(places):
        found.outcomes[place, where] = outcomes[c]
    return found


def _pool(basis: Basis, pools: list[Samples], places: list[int]) -> _Pooled:
    """Return the draws of samples that all courses (places) have played, with the worlds."""
    source = basis.table.source
    assert isinstance(source, DescribedWorlds)
    score: list[F64] = []
    enemy: list[I64] = []
    world: list[I64] = []
    for samples in pools:
        common = np.logical_and.reduce([samples.played(k) for k in places])
        draws = samples.draws.take(common)
        is_fresh, found = source.places(draws.world, draws.enemy, draws.number + FIRST_REPLICATION)
        score.append(samples.outcomes[places][:, common, Outcome.SCORE])
        enemy.append(draws.enemy)
        world.append(found + (basis.ranking.situation.n_worlds if is_fresh else 0))
    return _Pooled(np.concatenate(score, axis=1), np.concatenate(enemy), np.concatenate(world))


def _requests(values: list[Value], basis: Basis, briefing: Briefing) -> tuple[Request, ...]:
    found: list[Request] = []
    subjects: set[tuple[str, str]] = set()
    for value in values:
        variable = value.variable
        if not value.is_told or (variable.kind, variable.subject) in subjects or len(found) == _MOST_REQUESTS:
            continue
        subjects.add((variable.kind, variable.subject))
        x = y = float("nan")
        zone = ""
        if variable.is_number:
            unseen = unseen_units(basis.staff.compiled, basis.staff.side, basis.ranking.situation, variable.subject)
            if unseen.number.max(initial=0.0) > 0.0:
                row, column = np.unravel_index(int(unseen.number.argmax()), unseen.number.shape)
                west, _, south, _ = basis.staff.compiled.roster.bounds_m
                x = west + (float(column) + 0.5) * unseen.cell_m[0]
                y = south + (float(row) + 0.5) * unseen.cell_m[1]
                zone = _near_zone(briefing, x, y)
        found.append(Request(value, x, y, zone))
    return tuple(found)


def _near_zone(briefing: Briefing, x: float, y: float) -> str:
    if len(briefing.zone_names) == 0:
        return ""
    away = np.hypot(briefing.zone_centre_m[0] - x, briefing.zone_centre_m[1] - y) - briefing.zone_radius_m
    nearest = int(np.argmin(away))
    return briefing.zone_names[nearest] if away[nearest] <= _NEAR_ZONE_M else ""


def _decision_points(
    best: Course, parting: Parting | None, basis: Basis, briefing: Briefing
) -> tuple[DecisionPoint, ...]:
    now = basis.moment.time_s
    found: list[DecisionPoint] = []
    if parting is not None and np.isfinite(parting.clear_s) and parting.clear_s > now:
        found.append(DecisionPoint(parting.clear_s, "parting"))
    found += [
        DecisionPoint(edit.until_s, "edit_end", edit.groups, edit.verb)
        for edit in best.edits
        if now < edit.until_s < briefing.duration_s
    ]
    found.append(DecisionPoint(briefing.duration_s, "end"))
    return tuple(sorted(found, key=lambda point: point.time_s))


def notes_outside(courses: list[Course], scenario: str, side: str) -> tuple[str, ...]:
    """Return the notes of trained policies that were made for other scenarios or sides."""
    notes: list[str] = []
    for course in courses:
        if course.base.kind == BaseKind.POLICY:
            name, parameters = read_policy_text(course.base.policy, "course")
            note = outside_note(name, parameters, scenario, side)
            if note:
                notes.append(f"{name}: {note}")
    return tuple(dict.fromkeys(notes))
