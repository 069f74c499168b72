"""A learned model of remaining life: features, three sums of trees, conformal widening, and its form in a file."""

from dataclasses import dataclass

import numpy as np

from logistics.logs.log import MaintenanceLog
from logistics.prognosis.features import Preparation
from logistics.prognosis.trees import Trees
from simcore.types import F64, I64


@dataclass(frozen=True)
class Prediction:
    """Remaining life of some rows: estimate and interval, in the unit of time of the log, at most ``cap``."""

    remaining: F64
    low: F64
    high: F64  # at the cap: the remaining life is at least ``low``, and no bound above is claimed


@dataclass(frozen=True)
class LearnedModel:
    """A fitted model. Remaining life is learned up to ``cap``: a new unit shows no signs of how long it will live."""

    time_unit: str
    cap: float
    level: float  # nominal coverage of the intervals
    seed: int
    n_lives: int  # that it was fitted to
    held_out_rmse: float  # of lives that its folds had not seen, each life counting the same
    preparation: Preparation
    estimate: Trees
    low: Trees
    high: Trees
    widening: F64  # (bins,), added on both sides of the raw interval; by the estimate, in equal parts of the cap

    def predict(self, log: MaintenanceLog) -> Prediction:
        """Return the remaining life at the last row of each life of a log. Shape (lives,)."""
        features = self.preparation.features(log)
        return self.predict_features(features[log.last])

    def predict_features(self, features: F64) -> Prediction:
        """Return the remaining life of rows of features."""
        remaining = np.clip(self.estimate.predict(features), 0.0, self.cap)
        return widened(remaining, self.low.predict(features), self.high.predict(features), self.widening, self.cap)


def bin_of(remaining: F64, cap: float, n_bins: int) -> I64:
    """Return the bin of each estimate: equal parts of the range from 0 to the cap."""
    return np.clip(remaining / cap * n_bins, 0, n_bins - 1).astype(np.int64)


def widened(remaining: F64, low: F64, high: F64, widening: F64, cap: float) -> Prediction:
    """Return the intervals widened (or narrowed) by the amount of each row's bin; they hold the estimate."""
    extra = widening[bin_of(remaining, cap, len(widening))]
    return Prediction(
        remaining=remaining,
        low=np.clip(np.minimum(low - extra, remaining), 0.0, cap),
        high=np.clip(np.maximum(high + extra, remaining), 0.0, cap),
    )
