"""The commanders' estimates against slow, readable twins."""

import numpy as np
import pytest

from simcore.picture import OwnR, OwnW
from simcore.policy_loops import average_groups, find_densest_square, find_middle, find_nearest_contact, sum_groups
from simcore.types import Status
from tests.reference import estimates as twin

CELL_M = 6_000.0


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_contact_is_that_of_the_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.rint(rng.uniform(-9e3, 9e3, (2, 5, 7)))
    chosen = rng.random((5, 7)) < 0.4
    chosen[0] = False
    value = rng.permutation(35).reshape(5, 7).astype(np.float64)
    found = np.empty((6, 5))
    found[:2] = rng.uniform(-9e3, 9e3, (2, 5))
    find_nearest_contact(x, y, value, chosen, found)
    for r in range(5):
        points = [(x[r, j], y[r, j]) if chosen[r, j] else None for j in range(7)]
        index, away = twin.nearest(points, *found[:2, r])
        expected = (x[r, index], y[r, index], value[r, index]) if index >= 0 else (0.0, 0.0, 0.0)
        assert found[2:5, r].tolist() == list(expected)
        assert found[5, r] == pytest.approx(away, rel=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_the_densest_square_is_that_of_the_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.rint(rng.uniform(-25e3, 25e3, (2, 6, 9)))  # some beyond the edge of the map
    value = rng.integers(1, 4, (6, 9)).astype(np.float64)  # small numbers, so that squares tie
    chosen = rng.random((6, 9)) < 0.6
    chosen[0] = False
    grid, spot = np.zeros((8, 8)), np.empty((3, 6))
    find_densest_square(x, y, value, chosen, -20e3, -20e3, 1.0 / CELL_M, grid, spot)
    assert not grid.any()
    for r in range(6):
        contacts = [(x[r, j], y[r, j], value[r, j]) for j in range(9) if chosen[r, j]]
        assert spot[:, r].tolist() == list(twin.densest_square(contacts, -20e3, -20e3, CELL_M, 8, 8))


def test_units_that_are_lost_do_not_count() -> None:
    real, whole = np.zeros((1, len(OwnR), 3)), np.zeros((1, len(OwnW), 3), dtype=np.int32)
    real[0, OwnR.X], real[0, OwnR.STRENGTH] = [10.4, 20.6, 99.0], [1.0, 0.5, 1.0]
    whole[0, OwnW.STATUS] = [Status.ACTIVE, Status.ABOARD, Status.LOST]
    total = np.empty((4, 1, 2))
    sum_groups(real, whole, np.array([1, 1, 0], dtype=np.int32), total)
    assert total[:, 0, 1].tolist() == [2.0, 31.0, 0.0, 1.5]
    assert not total[:, 0, 0].any()
    average_groups(np.array([[5.0, 7.0], [6.0, 8.0]]), np.array([1.0, 3.0]), total)
    assert total[:, 0, 1].tolist() == [2.0, np.rint(15.5), 0.0, 0.5]
    assert total[:, 0, 0].tolist() == [0.0, 5.0, 6.0, 0.0]  # the start, where nothing is left


def test_the_middle_of_groups_is_the_mean_of_their_units() -> None:
    n_left, x, y = np.array([[2.0, 0.0, 1.0]]), np.array([[10.0, 99.0, 40.0]]), np.array([[0.0, 99.0, 3.0]])
    middle = np.empty((3, 1))
    find_middle(n_left, x, y, np.array([0, 1, 2]), middle)
    assert middle[:, 0].tolist() == [20.0, 1.0, 3.0]
    find_middle(n_left, x, y, np.array([1]), middle)
    assert middle[:, 0].tolist() == [0.0, 0.0, 0.0]
