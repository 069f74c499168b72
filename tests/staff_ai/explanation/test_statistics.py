"""Comparison, switch rules and the value of information on samples with known answers."""

import numpy as np
import pytest

from simcore.rng import uniforms
from simcore.types import F64, I64
from staff_ai.courses.course import CONTINUE, PLAN
from staff_ai.explanation.comparison import compare
from staff_ai.explanation.information import values_of_information
from staff_ai.explanation.switch_rules import Compared, find_rule
from staff_ai.explanation.world_variables import Variable
from staff_ai.wargame.rollouts import Draws, Outcome
from staff_ai.wargame.samples import Samples

BOATS = Variable("number", "Missile boat", "south")
TANKS = Variable("number", "Tank")
WEIGHTS = np.array([0.5, 0.5])


def worlds(n: int, stream: int) -> tuple[F64, I64, F64]:
    """Return variables (n, 2) of 0 to 9 units each, enemies (n,) and noise (n,) of standard deviation 0.29."""
    u = uniforms(7, np.arange(n, dtype=np.uint64), 0, stream, 3)
    return np.floor(10.0 * u[:, :2]), np.arange(n) % 2, u[:, 2] - 0.5


def compared(n: int, stream: int, *, depends: bool) -> Compared:
    """Return draws in which the other course gains 0.6 where more than four boats are in the south, else loses 0.4."""
    values, enemy, noise = worlds(n, stream)
    gap = np.where(values[:, 0] > 4.5, 0.6, -0.4) if depends else np.full(n, -0.1)
    return Compared(values, gap + noise, enemy, np.arange(n))


def test_a_switch_rule_is_found_with_its_variable_and_threshold() -> None:
    rule = find_rule(PLAN, (BOATS, TANKS), compared(160, 9_001, depends=True), WEIGHTS)
    assert rule is not None
    assert rule.conditions == ((BOATS, True, 4.5),)
    assert rule.gain.low < 0.6 < rule.gain.high
    assert rule.coverage == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 160))
    # noise reaches 0.5, so of the losing worlds one in ten gains: (0.5 - 0.4) / 1, and all of the others
    assert rule.fidelity == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 160))


def test_policies_of_the_enemy_against_which_a_course_is_better_are_told_together() -> None:
    """Each policy has twenty draws; the course gains 0.4 against two of them, else it loses 0.4."""
    names, weights = ("aggressive", "assault", "cautious", "defend"), np.array([0.2, 0.1, 0.4, 0.3])
    values, _, noise = worlds(80, 9_501)
    enemy = np.arange(80, dtype=np.int64) % 4
    draws = Compared(values, np.where(enemy < 2, 0.4, -0.4) + noise, enemy, np.arange(80) // 4)
    rule = find_rule(PLAN, (BOATS, TANKS), draws, weights, names)
    assert rule is not None
    assert rule.conditions == ((Variable("doctrine", "aggressive|assault"), True, 0.5),)
    assert rule.n == 40
    assert rule.coverage == pytest.approx(0.3)
    assert rule.gain.low < 0.4 < rule.gain.high


def test_no_rule_is_told_where_the_difference_is_noise_alone() -> None:
    n_tried, told = 80, 0
    for k in range(n_tried):
        values, enemy, noise = worlds(120, 9_100 + k)
        told += find_rule(PLAN, (BOATS, TANKS), Compared(values, noise, enemy, np.arange(120)), WEIGHTS) is not None
    # each draw is checked by a rule that it had no part in, so a rule passes by chance with probability 0.025 at most
    assert told <= n_tried * 0.025 + 4 * np.sqrt(n_tried * 0.025 * 0.975)


def test_a_rule_for_few_worlds_is_found_among_many_variables() -> None:
    """A course that loses 0.2, but gains 0.8 against one of five policies, in 160 draws with 30 other variables."""
    found = 0
    for k in range(10):
        n = 160
        u = uniforms(11, np.arange(n, dtype=np.uint64), k, 9_700, 31)
        enemy = np.arange(n, dtype=np.int64) % 5
        values = np.column_stack([enemy == 3, np.floor(10.0 * u[:, :30])]).astype(np.float64)
        gap = np.where(enemy == 3, 0.8, -0.2) + 2.0 * (u[:, 30] - 0.5)  # a standard deviation of 0.58
        names = (Variable("doctrine", "defend"), *(Variable("number", f"Kind {j}") for j in range(30)))
        rule = find_rule(PLAN, names, Compared(values, gap, enemy, np.arange(n) // 5), np.full(5, 0.2))
        found += rule is not None and rule.conditions[0][:2] == (names[0], True)
    assert found >= 8


def test_the_value_of_information_is_the_gain_of_the_better_course_in_each_world() -> None:
    values, enemy, noise = worlds(240, 9_004)
    # the second course loses on the whole, but gains 0.6 in half of the worlds: knowing the boats is worth 0.3
    score = np.stack([np.zeros(240), np.where(values[:, 0] > 4.5, 0.6, -1.0) + noise])
    found = values_of_information((BOATS, TANKS), values, score, enemy, np.arange(240), WEIGHTS)
    assert found[0].variable == BOATS
    assert found[0].is_told
    assert found[0].value.low < 0.3 < found[0].value.high
    assert found[1].variable == TANKS
    assert not found[1].is_told


def test_the_policy_of_the_enemy_is_worth_more_than_each_single_question_about_it() -> None:
    """Three courses, each the best by 0.8 against one of three policies: the policy is worth 0.8 * 2 / 3."""
    n, weights = 180, np.full(3, 1.0 / 3.0)
    enemy = np.arange(n, dtype=np.int64) % 3
    noise = uniforms(7, np.arange(n, dtype=np.uint64), 0, 9_601, 1)[:, 0] - 0.5
    score = np.stack([np.where(enemy == k, 0.4, -0.4) for k in range(3)]) + noise
    names = (Variable("policy", ""), *(Variable("doctrine", str(k)) for k in range(3)))
    values = np.column_stack([enemy, *(enemy == k for k in range(3))]).astype(np.float64)
    found = values_of_information(names, values, score, enemy, np.arange(n) // 3, weights)
    assert found[0].variable == names[0]
    assert found[0].value.value == pytest.approx(0.8 * 2 / 3)
    assert all(one.value.value < 0.5 for one in found[1:])


def test_nothing_is_worth_knowing_where_the_best_course_is_best_everywhere() -> None:
    values, enemy, noise = worlds(240, 9_005)
    score = np.stack([np.zeros(240), -0.6 + noise])
    found = values_of_information((BOATS, TANKS), values, score, enemy, np.arange(240), WEIGHTS)
    assert [one.value.value for one in found] == [0.0, 0.0]


def test_courses_are_compared_on_common_draws_alone() -> None:
    samples = Samples(2, WEIGHTS)
    n = np.arange(4, dtype=np.int64)
    samples.add_draws(Draws(n, n % 2, n // 2))
    samples.outcomes[0] = 0.0
    samples.outcomes[0, :, Outcome.OWN_LOSS] = [0.1, 0.2, 0.3, 0.4]
    samples.outcomes[1, :3] = 0.0
    samples.outcomes[1, :3, Outcome.OWN_LOSS] = [0.2, 0.3, 0.4]
    found = compare(samples, 0, 1, CONTINUE, "incumbent")
    gap = found.gap(Outcome.OWN_LOSS)
    assert found.n == 3
    assert gap.difference.value == pytest.approx(-0.1)
    assert gap.favours_first


def test_a_value_is_told_with_some_hundred_draws_although_many_variables_are_tried() -> None:
    """The share of values told by luck alone keeps to a tenth; a true value of 0.3 is found among 30 variables."""
    n, rivals = 120, 29
    found_true, told_by_luck, told = 0, 0, 0
    for k in range(10):
        values, enemy, noise = worlds(n, 9_300 + k)
        others = np.floor(10.0 * uniforms(8, np.arange(n, dtype=np.uint64), k, 9_400, rivals))
        score = np.stack([np.zeros(n), np.where(values[:, 0] > 4.5, 0.6, -1.0) + noise])
        names = (BOATS, *(Variable("number", f"Kind {j}") for j in range(rivals)))
        every = values_of_information(
            names, np.column_stack([values[:, 0], others]), score, enemy, np.arange(n), WEIGHTS
        )
        found_true += any(one.is_told and one.variable == BOATS for one in every)
        told_by_luck += sum(one.is_told and one.variable != BOATS for one in every)
        told += sum(one.is_told for one in every)
    assert found_true == 10
    assert told_by_luck <= 0.1 * told + 4.0 * np.sqrt(0.1 * 0.9 * told)
