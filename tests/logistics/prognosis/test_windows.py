"""Causal statistics of histories, against a slow twin, and operating regimes."""

import numpy as np
import pytest

from logistics.prognosis.regimes import find_regimes
from logistics.prognosis.windows import Windows
from tests.logistics.prognosis.engines import REGIMES

LIFE = np.repeat([0, 1, 2], [40, 1, 25])
TIME = np.concatenate([np.arange(40) * 1.0, [5.0], 100.0 + np.cumsum(np.arange(1, 26) % 3 + 0.5)])
X = np.random.default_rng(1).normal(3.0, 1.0, (66, 2))


def test_means_and_slopes_of_windows_agree_with_a_slow_twin() -> None:
    windows = Windows(LIFE, TIME)
    mean, start, slope, smooth = (
        windows.mean(X, 7),
        windows.start_mean(X, 5),
        windows.slope(X, 9),
        windows.smooth(X, 9.0),
    )
    for row in range(66):
        own = np.flatnonzero(LIFE[row] == LIFE)
        seen = own[own <= row]
        assert mean[row] == pytest.approx(X[seen[-7:]].mean(axis=0), rel=1e-12)
        assert start[row] == pytest.approx(X[seen[:5]].mean(axis=0), rel=1e-12)
        last = seen[-9:]
        expected = np.polyfit(TIME[last] - TIME[last[0]], X[last], 1)[0] if len(last) > 2 else [0.0, 0.0]
        assert slope[row] == pytest.approx(expected, rel=1e-8, abs=1e-11)
        weights = 0.8 ** np.arange(len(seen))[::-1]
        assert smooth[row] == pytest.approx(weights @ X[seen] / weights.sum(), rel=1e-12)


def test_statistics_of_a_row_depend_on_no_later_row_and_on_no_other_life() -> None:
    whole = Windows(LIFE, TIME)
    part = Windows(LIFE[41:53], TIME[41:53])  # the third life, cut short
    for name, size in (("mean", 7), ("start_mean", 5), ("slope", 9), ("smooth", 9.0)):
        assert np.array_equal(getattr(whole, name)(X, size)[41:53], getattr(part, name)(X[41:53], size))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_regimes_are_found_where_settings_fall_into_clusters(n: int) -> None:
    generator = np.random.default_rng(2)
    regime = generator.integers(n, size=3000)
    settings = REGIMES[regime] + generator.normal(0.0, 0.002, (3000, 3)) * np.array([1.0, 0.1, 0.0])
    regimes, _ = find_regimes(generator.normal(0.0, 1.0, (3000, 2)), settings, seed=1)
    assert regimes.n_regimes == n
    found, _ = regimes.of_rows(settings)
    assert all(len(set(found[regime == k])) == 1 for k in range(n))


def test_signals_are_standardised_within_regimes_and_constant_ones_dropped() -> None:
    generator = np.random.default_rng(3)
    regime = generator.integers(3, size=5000)
    settings = REGIMES[regime] + 0.0
    constant_in_each = 10.0 * regime  # differs between regimes only: no sign of wear
    live = 100.0 * regime + (1.0 + regime) * generator.normal(0.0, 1.0, 5000)
    signals = np.column_stack([constant_in_each, live, np.full(5000, 4.0)])
    regimes, kept = find_regimes(signals, settings, seed=1)
    assert kept.tolist() == [False, True, False]
    z = regimes.standardised(signals[:, kept], settings)[:, 0]
    for k in range(3):
        assert z[regime == k].mean() == pytest.approx(0.0, abs=1e-9)
        assert z[regime == k].std() == pytest.approx(1.0, rel=1e-9)


def test_settings_outside_all_regimes_are_counted() -> None:
    generator = np.random.default_rng(4)
    settings = REGIMES[generator.integers(2, size=500)] + generator.normal(0.0, 0.002, (500, 3))
    regimes, _ = find_regimes(generator.normal(0.0, 1.0, (500, 1)), settings, seed=1)
    assert regimes.n_beyond(settings) == 0
    assert regimes.n_beyond(np.vstack([settings, REGIMES[2:]])) == 1
