"""The surrogate: Ishigami's indices, named levels, its error when points are left out, and noise that is no factor."""

import numpy as np
import pytest

from scenarios.experiments.designs import full_factorial, latin_hypercube, nearly_orthogonal
from scenarios.experiments.surrogate import Domain, Surrogate
from simcore.errors import InputError

RANGE = Domain()


def ishigami(points: np.ndarray) -> np.ndarray:
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_indices_of_ishigami_are_right_within_two_hundredths() -> None:
    points = nearly_orthogonal(3, 257)
    surrogate = Surrogate(points, ishigami(points), np.zeros(257), [RANGE] * 3)
    indices = surrogate.indices()
    assert indices.first == pytest.approx([0.313905, 0.442411, 0.0], abs=0.02)
    assert indices.total == pytest.approx([0.557589, 0.442411, 0.243684], abs=0.02)
    assert indices.pairs[0, 2] == pytest.approx(0.243684, abs=0.02)
    assert indices.pairs[0, 1] == pytest.approx(0.0, abs=0.02)
    assert surrogate.q2 > 0.98


@pytest.mark.parametrize("n", [65, 257])
def test_the_error_of_points_left_out_is_on_the_safe_side_of_that_of_new_points(n: int) -> None:
    """A point left out at the edge is farther from its neighbours than a new point."""
    points = latin_hypercube(n, 3)
    surrogate = Surrogate(points, ishigami(points), np.zeros(n), [RANGE] * 3)
    fresh = np.random.default_rng(1).random((4000, 3))
    error = np.sqrt(np.mean((surrogate.predict(fresh) - ishigami(fresh)) ** 2))
    assert 0.9 * error <= surrogate.error <= 2.0 * error


def test_a_main_effect_is_the_mean_over_the_other_factors() -> None:
    points = latin_hypercube(65, 2)
    surrogate = Surrogate(points, 3.0 * points[:, 0] + np.sin(6.0 * points[:, 1]), np.zeros(65), [RANGE] * 2)
    mean_of_sine = (1.0 - np.cos(6.0)) / 6.0
    assert surrogate.effect(0, np.array([0.0, 0.5, 1.0])) == pytest.approx(
        [mean_of_sine, 1.5 + mean_of_sine, 3.0 + mean_of_sine], abs=0.03
    )


def test_named_levels_and_numbers_share_the_variance_as_an_analysis_of_variance_says() -> None:
    grid = full_factorial([3, 4])
    names, numbers = np.floor(grid[:, 0] * 3), np.floor(grid[:, 1] * 4) / 3.0
    by_name = np.array([0.0, 5.0, 1.0])[names.astype(int)]
    values = by_name + 2.0 * numbers
    domains = [Domain((0.0, 1.0, 2.0), is_ordered=False), Domain((0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0))]
    indices = Surrogate(np.stack([names, numbers], axis=1), values, np.zeros(12), domains).indices()
    of_name, of_number = np.var([0.0, 5.0, 1.0]), 4.0 * np.var([0.0, 1.0, 2.0, 3.0]) / 9.0
    assert indices.first == pytest.approx(np.array([of_name, of_number]) / (of_name + of_number), abs=0.02)
    assert indices.pairs.max() <= 0.02


def test_noise_of_the_replications_is_not_put_down_to_a_factor() -> None:
    points = nearly_orthogonal(3, 65)
    noise = 0.3 * np.random.default_rng(2).normal(size=65)
    surrogate = Surrogate(points, points[:, 0] + noise, np.full(65, 0.3), [RANGE] * 3)
    indices = surrogate.indices()
    assert indices.first[0] > 0.8
    assert indices.total[1:].max() < 0.15


def test_equal_values_have_no_indices() -> None:
    points = latin_hypercube(17, 2)
    indices = Surrogate(points, np.ones(17), np.zeros(17), [RANGE] * 2).indices()
    assert indices.total.tolist() == [0.0, 0.0]


def test_a_single_undefined_value_is_refused() -> None:
    points = latin_hypercube(17, 2)
    values = points[:, 0].copy()
    values[3] = np.nan
    with pytest.raises(InputError, match="some points have no value"):
        Surrogate(points, values, np.zeros(17), [RANGE] * 2)
