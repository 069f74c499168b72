"""How good predictions of remaining life are: error, the score of the PHM 2008 challenge, coverage.

Source of the score: A. Saxena, K. Goebel, D. Simon, N. Eklund, Damage propagation modeling for aircraft engine
run-to-failure simulation, PHM08, 2008. A late prediction costs more than an early one.
"""

from dataclasses import dataclass

import numpy as np

from logistics.prognosis.model import Prediction
from simcore.types import F64


@dataclass(frozen=True)
class Scores:
    """Errors against the true remaining lives, capped as the model's and as they are, and the intervals' coverage."""

    rmse: float  # true lives capped
    score: float
    rmse_uncapped: float
    score_uncapped: float
    coverage: float  # share of true lives in the intervals; an interval that ends at the cap has no bound above
    mean_width: float
    n: int


def phm_score(error: F64) -> float:
    """Return the sum of exp(-d / 13) - 1 for early predictions (d < 0) and exp(d / 10) - 1 for late ones."""
    return float(np.where(error < 0.0, np.expm1(-error / 13.0), np.expm1(error / 10.0)).sum())


def scores(prediction: Prediction, true: F64, cap: float) -> Scores:
    """Return the scores of predictions against the true remaining lives, both of shape (units,)."""
    capped = np.minimum(true, cap)
    error, uncapped = prediction.remaining - capped, prediction.remaining - true
    return Scores(
        rmse=float(np.sqrt(np.mean(error**2))),
        score=phm_score(error),
        rmse_uncapped=float(np.sqrt(np.mean(uncapped**2))),
        score_uncapped=phm_score(uncapped),
        coverage=float(np.mean((prediction.low <= capped) & (capped <= prediction.high))),
        mean_width=float(np.mean(prediction.high - prediction.low)),
        n=len(true),
    )
