"""Designs: balanced levels, columns that hardly correlate, resolutions that keep effects apart."""

from itertools import combinations

import numpy as np
import pytest

from scenarios.experiments.designs import (
    SIZES,
    fractional_factorial,
    full_factorial,
    largest_correlation,
    latin_hypercube,
    nearly_orthogonal,
    sobol,
)
from simcore.errors import InputError


def test_a_full_factorial_has_every_combination_once() -> None:
    points = full_factorial([2, 3, 4])
    cells = {(int(a * 2), int(b * 3), int(c * 4)) for a, b, c in points.tolist()}
    assert len(points) == len(cells) == 24


@pytest.mark.parametrize(("n_factors", "n_points"), [(k, n) for k, n in SIZES.items() if k < 29])
def test_a_nearly_orthogonal_hypercube_has_columns_that_hardly_correlate(n_factors: int, n_points: int) -> None:
    points = nearly_orthogonal(n_factors)
    assert points.shape == (n_points, n_factors)
    assert largest_correlation(points) <= 0.05
    strata = np.floor(points * n_points).astype(int)
    assert all(sorted(column) == list(range(n_points)) for column in strata.T.tolist())


@pytest.mark.parametrize("levels", [2, 3, 11])
def test_levels_share_a_hypercube_equally(levels: int) -> None:
    column = np.floor(latin_hypercube(33, 3)[:, 1] * levels).astype(int)
    counts = np.bincount(column, minlength=levels)
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize(
    ("n_factors", "resolution", "n_points"), [(7, 3, 8), (15, 3, 16), (4, 4, 8), (8, 4, 16), (5, 5, 16), (8, 5, 64)]
)
def test_a_fractional_factorial_has_the_textbook_size_and_its_resolution(
    n_factors: int, resolution: int, n_points: int
) -> None:
    points = 4.0 * fractional_factorial(n_factors, resolution) - 2.0  # -1 and 1
    assert points.shape == (n_points, n_factors)
    columns = {(k,): points[:, k] for k in range(n_factors)}
    pairs = {pair: points[:, pair[0]] * points[:, pair[1]] for pair in combinations(range(n_factors), 2)}
    apart = [(a, b) for a, b in combinations(columns, 2)]
    every = {**columns, **pairs}
    if resolution >= 4:
        apart += [(a, b) for a in columns for b in pairs if a[0] not in b]
    if resolution >= 5:
        apart += list(combinations(pairs, 2))
    assert all(float(every[a] @ every[b]) == 0.0 for a, b in apart)
    assert all(float(column.sum()) == 0.0 for column in columns.values())


def test_a_sobol_sequence_needs_a_power_of_two() -> None:
    points = sobol(64, 3)
    assert all(np.bincount((column * 8).astype(int)).tolist() == [8] * 8 for column in points.T)
    with pytest.raises(InputError, match="48 points; a Sobol' sequence has a power of 2: give 32 or 64"):
        sobol(48, 3)


def test_too_many_points_or_factors_are_refused() -> None:
    with pytest.raises(InputError, match="has 1,048,576 points; choose fewer levels"):
        full_factorial([2] * 20)
    with pytest.raises(InputError, match="30 factors are more than 29; give the number of points"):
        nearly_orthogonal(30)
    with pytest.raises(InputError, match="5 points are too few for 4 factors"):
        nearly_orthogonal(4, 5)
