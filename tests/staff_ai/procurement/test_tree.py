"""The regression tree behind the value of information keeps edges, and is taken only where there are any."""

import numpy as np
import pytest

from scenarios.experiments.designs import sobol
from scenarios.experiments.surrogate import Domain, Surrogate
from simcore.types import F64, I64
from staff_ai.procurement.tree import Tree, best_tree

UNIT = Domain()
NAMES = Domain((0.0, 1.0, 2.0), is_ordered=False)
POINTS = sobol(128, 2, 1)
GROUPS: I64 = np.arange(128) % 5


def noise(spread: float) -> F64:
    return np.random.default_rng(1).normal(0.0, spread, (128, 1))


def test_a_box_is_found_at_its_edges() -> None:
    inside = (POINTS[:, 0] > 0.5) & (POINTS[:, 1] < 0.4)
    tree, error = best_tree(POINTS, inside[:, None] + noise(0.1), [UNIT, UNIT], GROUPS)
    at = np.array([[0.55, 0.35], [0.45, 0.35], [0.55, 0.45], [0.95, 0.05]])
    # the mean of a leaf of at least 20 points has an error of 0.1 / sqrt(20)
    assert tree.predict(at)[:, 0] == pytest.approx([1.0, 0.0, 0.0, 1.0], abs=4 * 0.1 / np.sqrt(20))
    assert error < 0.05  # points beside an edge may fall on the wrong side of it: 4 % of all, and the noise


def test_without_a_rule_the_tree_is_the_mean() -> None:
    values = noise(1.0)
    tree, _ = best_tree(POINTS, values, [UNIT, UNIT], GROUPS)
    assert tree.predict(POINTS) == pytest.approx(np.full((128, 1), values.mean()))


def test_names_are_split_by_level_and_not_by_their_number() -> None:
    points = np.tile([0.0, 1.0, 2.0], 10)[:, None]
    tree = Tree(points, (points == 1.0).astype(np.float64), [NAMES], 2)
    assert tree.predict(np.array([[0.0], [1.0], [2.0]]))[:, 0].tolist() == [0.0, 1.0, 0.0]


def test_a_small_tree_is_the_beginning_of_a_great_one() -> None:
    values = np.sin(6.0 * POINTS)
    small, great = (Tree(POINTS, values, [UNIT, UNIT], n) for n in (4, 16))
    assert great.predict(POINTS, 4).tolist() == small.predict(POINTS).tolist()


@pytest.mark.parametrize(("edge", "is_tree_better"), [(0.005, True), (0.5, False)])
def test_the_tree_predicts_a_step_better_and_a_slope_worse(edge: float, is_tree_better: bool) -> None:
    step = np.tanh((POINTS[:, 0] - 0.5) / edge) * np.tanh((POINTS[:, 1] - 0.4) / edge)
    values = step[:, None] + noise(0.05)
    surrogate = Surrogate(POINTS, values[:, 0], np.full(128, 0.05), [UNIT, UNIT])
    smooth = float((surrogate.left_out(GROUPS) ** 2).mean())
    _, stepped = best_tree(POINTS, values, [UNIT, UNIT], GROUPS)
    assert (stepped < smooth) == is_tree_better


def test_leaving_out_groups_of_one_point_is_leaving_out_each_point() -> None:
    surrogate = Surrogate(POINTS, np.sin(3.0 * POINTS[:, 0]), np.full(128, 0.05), [UNIT, UNIT])
    errors = surrogate.left_out(np.arange(128))
    assert np.sqrt((errors**2).mean()) == pytest.approx(surrogate.error)


def test_a_surrogate_is_no_better_at_a_group_left_out_than_at_single_points() -> None:
    surrogate = Surrogate(POINTS, np.sin(3.0 * POINTS[:, 0]), np.full(128, 0.05), [UNIT, UNIT])
    errors = surrogate.left_out((POINTS[:, 0] > 0.5).astype(np.int64))  # each half is told by the other
    assert np.sqrt((errors**2).mean()) > 10.0 * surrogate.error
