"""The commanders' estimates against slow, readable twins."""

import numpy as np
import pytest

from simcore.picture import OwnR, OwnW
from simcore.policy_loops import find_densest_square, find_nearest_contact, sum_groups
from simcore.types import Status
from tests.reference import estimates as twin

CELL_M = 6_000.0


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_contact_is_that_of_the_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.rint(rng.uniform(-9e3, 9e3, (2, 5, 7)))
    chosen = rng.random((5, 7)) < 0.4
    to_x, to_y = rng.uniform(-9e3, 9e3, (2, 5))
    index, away = np.empty(5, dtype=np.int64), np.empty(5)
    find_nearest_contact(x, y, chosen, to_x, to_y, index, away)
    for r in range(5):
        points = [(x[r, j], y[r, j]) if chosen[r, j] else None for j in range(7)]
        expected = twin.nearest(points, to_x[r], to_y[r])
        assert index[r] == expected[0]
        assert away[r] == pytest.approx(expected[1], rel=1e-15)


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
