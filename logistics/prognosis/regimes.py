"""Operating regimes: clusters of the settings, and the signals standardised within each of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcore.types import F64, I64

_MOST_REGIMES = 10
_LEAST_SEPARATION = 0.9
_MOST_SAMPLES = 2000


@dataclass(frozen=True)
class Regimes:
    """Centres of the regimes, and mean and deviation of each kept signal in each regime."""

    setting_mean: F64  # (settings,), of the scaling
    setting_scale: F64  # (settings,)
    centres: F64  # (regimes, settings), scaled
    reach: float  # the farthest row of the training log from its centre, scaled
    mean: F64  # (regimes, signals)
    scale: F64  # (regimes, signals)

    @property
    def n_regimes(self) -> int:
        """Number of regimes; 1 without settings."""
        return len(self.centres)

    def of_rows(self, settings: F64) -> tuple[I64, F64]:
        """Return the regime of each row, the nearest, and the distance from its centre."""
        if settings.shape[1] == 0:
            return np.zeros(len(settings), np.int64), np.zeros(len(settings))
        scaled = (settings - self.setting_mean) / self.setting_scale
        return _nearest(scaled, self.centres)

    def standardised(self, signals: F64, settings: F64) -> F64:
        """Return the kept signals less their mean in the row's regime, in deviations. Shape (rows, signals)."""
        regime, _ = self.of_rows(settings)
        return (signals - self.mean[regime]) / self.scale[regime]

    def n_beyond(self, settings: F64) -> int:
        """Return the number of rows whose settings lie three times farther off than any row of the training log."""
        _, distance = self.of_rows(settings)
        return int(np.count_nonzero(distance > 3.0 * self.reach + 1e-9))


def find_regimes(signals: F64, settings: F64, seed: int) -> tuple[Regimes, NDArray[np.bool_]]:
    """Return the regimes of a training log, and the signals kept: those with more than two values in some regime.

    Settings fall into k > 1 regimes when k-means finds clusters far smaller than their distances: a mean
    simplified silhouette of 0.9. Settings that merely vary form a single regime.
    """
    setting_mean = settings.mean(axis=0)
    deviation = settings.std(axis=0)
    setting_scale = np.where(deviation > 1e-9 * (1.0 + np.abs(setting_mean)), deviation, 1.0)
    scaled = (settings - setting_mean) / setting_scale
    centres = _centres(scaled, seed)
    regime, distance = _nearest(scaled, centres)
    n_regimes, n_signals = len(centres), signals.shape[1]
    mean, scale = np.zeros((n_regimes, n_signals)), np.ones((n_regimes, n_signals))
    kept = np.zeros(n_signals, np.bool_)
    for k in range(n_regimes):
        rows = signals[regime == k]
        mean[k] = rows.mean(axis=0)
        varies = np.array([len(np.unique(column)) > 2 for column in rows.T], np.bool_)
        scale[k] = np.where(varies, rows.std(axis=0), 1.0)
        kept |= varies
    regimes = Regimes(setting_mean, setting_scale, centres, float(distance.max()), mean[:, kept], scale[:, kept])
    return regimes, kept


def _centres(scaled: F64, seed: int) -> F64:
    single = np.zeros((1, scaled.shape[1]))
    generator = np.random.default_rng(seed)
    sample = scaled[generator.permutation(len(scaled))[:_MOST_SAMPLES]]
    n_distinct = len(np.unique(sample, axis=0)) if scaled.shape[1] else 1
    best, chosen = _LEAST_SEPARATION, single
    for k in range(2, min(_MOST_REGIMES, n_distinct) + 1):
        centres = _k_means(sample, k, generator)
        separation = _separation(sample, centres)
        if separation > best + 1e-3:  # a split of a regime gains nothing
            best, chosen = separation, centres
    return chosen


def _k_means(x: F64, k: int, generator: np.random.Generator, n_steps: int = 50) -> F64:
    """Return k centres by Lloyd's algorithm, from the farthest point of those chosen so far (noise is small here)."""
    centres = x[generator.integers(len(x), size=1)]
    while len(centres) < k:
        centres = np.vstack([centres, x[np.argmax(_nearest(x, centres)[1])]])
    for _ in range(n_steps):
        near, _ = _nearest(x, centres)
        moved = np.array([x[near == j].mean(axis=0) if (near == j).any() else centres[j] for j in range(k)], np.float64)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _nearest(x: F64, centres: F64) -> tuple[I64, F64]:
    distance = np.sqrt(((x[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))
    near = np.argmin(distance, axis=1).astype(np.int64)
    return near, distance[np.arange(len(x)), near]


def _separation(x: F64, centres: F64) -> float:
    """Return the mean of 1 - (distance from the own centre) / (distance from the next)."""
    distance = np.sort(np.sqrt(((x[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)), axis=1)
    return float(np.mean(1.0 - distance[:, 0] / np.maximum(distance[:, 1], 1e-300)))
