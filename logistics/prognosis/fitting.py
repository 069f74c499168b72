"""Fitting a learned model: gradient boosting over the features, intervals by conformalised quantile regression.

The intervals are calibrated on lives that the quantile models have not seen: every life is held out once (K folds of
whole lives). The widening is found separately by the size of the estimate, so coverage holds for young and for worn
units, whatever their mix.

Sources: J. H. Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001)
1189-1232; Y. Romano, E. Patterson, E. J. Candes, Conformalized quantile regression, NeurIPS 2019; R. F. Barber,
E. J. Candes, A. Ramdas, R. J. Tibshirani, Predictive inference with the jackknife+, Annals of Statistics 49 (2021)
486-507 (folds).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from logistics.logs.log import LogEvent, MaintenanceLog
from logistics.prognosis.features import Preparation, prepare
from logistics.prognosis.model import LearnedModel, bin_of
from logistics.prognosis.trees import Trees, average
from simcore.errors import InputError, RunError
from simcore.types import F64, I64

CMAPSS_CAP = 125.0
"""Cap that is usual for C-MAPSS, in cycles."""

_FEWEST_LIVES = 10
_N_FOLDS = 5
_N_MEMBERS = 3
_ROWS_OF_A_THREAD = 20_000
"""Rows below which one thread fits: more would mostly wait for each other, minutes on a busy machine."""
_N_BINS = 5
_FEWEST_LIVES_IN_A_BIN = 10
_ENOUGH_ROWS = 6000
_MOST_STEP = 3


@dataclass(frozen=True)
class Training:
    """The labelled rows of a log: those whose (capped) remaining life is known."""

    log: MaintenanceLog
    remaining: F64  # (rows,), capped
    is_known: NDArray[np.bool_]  # (rows,)
    n_unlabelled: int  # rows of censored lives nearer to their end than the cap


def label(log: MaintenanceLog, cap: float | None) -> tuple[Training, float]:
    """Return the labels of a log's rows and the cap: 125 for C-MAPSS, else 0.6 times the median life, rounded.

    A row of a censored life has a known capped remaining life if the life went on for at least the cap.

    Raises
    ------
    InputError
        When the log has no signals or too few failures, or the cap is no positive number.
    """
    failed = log.ending == LogEvent.FAILURE
    n_failures = int(np.count_nonzero(failed))
    if len(log.signal_names) == len(log.settings):
        raise InputError(f"{log.file}: no condition signal; a learned model needs columns of numbers beside the time")
    if len(log.components()) > 1:
        listed = ", ".join(log.components())
        raise InputError(
            f"{log.file}: components {listed}; a learned model is of a single kind: divide the log by kind"
        )
    if n_failures < _FEWEST_LIVES:
        raise InputError(
            f"{log.file}: {n_failures} lives that end with a failure; a learned model with intervals needs "
            f"{_FEWEST_LIVES} or more: fit a law of lifetimes or a gamma process to so few"
        )
    if cap is None:
        cap = CMAPSS_CAP if log.is_cmapss else float(f"{0.6 * float(np.median(log.duration[failed])):.2g}")
    if not 0.0 < cap < 1e12:
        raise InputError(f"--cap {cap:g}: not a time; give more than 0 {log.time_unit}")
    left = log.duration[log.life] - log.time
    is_known = failed[log.life] | (left >= cap)
    return Training(log, np.minimum(left, cap), is_known, int(np.count_nonzero(~is_known))), cap


def fit_learned(
    training: Training, cap: float, *, level: float = 0.9, seed: int = 1, n_trees: int = 250,
    on_progress: Callable[[int, int], None] | None = None,
) -> LearnedModel:  # fmt: skip
    """Return the model of a training log. The same log, level and seed give the same model.

    Parameters
    ----------
    training
        The labelled rows.
    cap
        Remaining lives above it count as the cap.
    level
        Nominal coverage of the intervals.
    seed
        Seed of the folds and of the choice of features at each split.
    n_trees
        Trees of each sum.
    on_progress
        Called with the number of finished ensembles and their total.
    """
    log = training.log
    step = int(np.clip(len(log.life) // _ENOUGH_ROWS, 1, _MOST_STEP))  # neighbouring rows hold nearly the same
    used = training.is_known & ((log.last[log.life] - np.arange(len(log.life))) % step == 0)
    fold = np.random.default_rng(seed).permutation(log.n_lives) % _N_FOLDS
    quantiles = (0.5 - 0.5 * level, 0.5 + 0.5 * level)
    total, done = _N_FOLDS * 3 + _N_MEMBERS + 2, 0

    def finished() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, total)

    def fitted(features: F64, rows: NDArray[np.bool_], quantile: float | None, member: int = 0) -> Trees:
        trees = _boost(features[rows], training.remaining[rows], quantile, 1000 * seed + member, n_trees)
        finished()
        return trees

    held_out = np.full((3, len(log.life)), np.nan)
    for k in range(_N_FOLDS):
        outside = used & (fold != k)[log.life]
        inside = used & (fold == k)[log.life]
        _, features = _prepared(training, (fold != k)[log.life], seed)
        for j, quantile in enumerate((None, *quantiles)):
            held_out[j, inside] = fitted(features, outside, quantile).predict(features[inside])
    preparation, features = _prepared(training, np.ones(len(log.life), np.bool_), seed)
    members = [fitted(features, used, None, member) for member in range(_N_MEMBERS)]
    return LearnedModel(
        time_unit=log.time_unit,
        cap=cap,
        level=level,
        seed=seed,
        n_lives=log.n_lives,
        held_out_rmse=_held_out_rmse(held_out[0, used], training.remaining[used], log.life[used], cap),
        preparation=preparation,
        estimate=average(members),
        low=fitted(features, used, quantiles[0]),
        high=fitted(features, used, quantiles[1]),
        widening=_widening(held_out[:, used], training.remaining[used], log.life[used], cap, level),
    )


def _prepared(training: Training, learned: NDArray[np.bool_], seed: int) -> tuple[Preparation, F64]:
    """Return the preparation learned from the labelled rows of some lives, and the features of all rows."""
    log = training.log
    chosen = np.flatnonzero(learned & training.is_known)
    part = replace(
        log, unit=(), component=(), time=log.time[chosen], event=log.event[chosen], signals=log.signals[chosen],
        row=log.row[chosen], life=log.life[chosen],
    )  # fmt: skip
    preparation = prepare(part, training.remaining[chosen], seed)
    return preparation, preparation.features(log)


def _held_out_rmse(estimate: F64, remaining: F64, life: I64, cap: float) -> float:
    """Return the root mean square error over held-out rows, each life counting the same."""
    weight = 1.0 / np.bincount(life)[life]
    error = np.clip(estimate, 0.0, cap) - remaining
    return float(np.sqrt((weight * error**2).sum() / weight.sum()))


def _widening(held_out: F64, remaining: F64, life: I64, cap: float, level: float) -> F64:
    """Return the conformal widening of each bin of estimates. Every life counts the same within a bin."""
    estimate, low, high = held_out
    excess = np.maximum(np.clip(low, 0.0, cap) - remaining, remaining - np.clip(high, 0.0, cap))
    place = bin_of(np.clip(estimate, 0.0, cap), cap, _N_BINS)
    pooled = _quantile_of_lives(excess, life, level)
    return np.array(
        [
            _quantile_of_lives(excess[place == k], life[place == k], level)
            if len(np.unique(life[place == k])) >= _FEWEST_LIVES_IN_A_BIN
            else pooled
            for k in range(_N_BINS)
        ],
        np.float64,
    )


def _quantile_of_lives(excess: F64, life: I64, level: float) -> float:
    """Return the conformal quantile of the excess, at the level (1 + 1 / lives) times the nominal coverage."""
    _, number, count = np.unique(life, return_inverse=True, return_counts=True)
    weight = 1.0 / count[number]
    order = np.argsort(excess, kind="stable")
    share = np.cumsum(weight[order]) / len(count)
    wanted = min(level * (1.0 + 1.0 / len(count)), 1.0)
    return float(excess[order][min(int(np.searchsorted(share, wanted - 1e-12)), len(order) - 1)])


def _boost(features: F64, remaining: F64, quantile: float | None, seed: int, n_trees: int) -> Trees:
    """Return boosted trees for the mean, or for a quantile, of the remaining life."""
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor  # pyright: ignore
        from threadpoolctl import threadpool_limits  # pyright: ignore
    except ImportError:
        raise RunError(
            "a learned model is fitted with scikit-learn, which is not installed: pip install 'chammo[prognosis]' "
            "(predictions of a saved model do without)"
        ) from None
    settings: dict[str, Any] = {} if quantile is None else {"loss": "quantile", "quantile": quantile}
    regressor = cast("Any", HistGradientBoostingRegressor)(
        max_iter=n_trees,
        learning_rate=0.05,
        max_leaf_nodes=15,
        min_samples_leaf=max(5, min(40, len(features) // 50)),
        l2_regularization=1.0,
        max_features=0.3,
        early_stopping=False,
        random_state=seed,
        **settings,
    )
    threads = 1 if len(features) < _ROWS_OF_A_THREAD else None
    with cast("Any", threadpool_limits)(threads, "openmp"):
        regressor.fit(features, remaining)
        sample = features[:: max(1, len(features) // 200)]
        expected = regressor.predict(sample)
    trees = _as_trees(regressor)
    if not np.allclose(trees.predict(sample), expected, rtol=1e-9, atol=1e-9):
        raise RunError(
            "this release of scikit-learn stores its trees in another way; install the one in constraints.txt"
        )
    return trees


def _as_trees(regressor: Any) -> Trees:
    """Return the trees of a fitted regressor as arrays. scikit-learn offers no public access; the caller compares."""
    parts: list[dict[str, NDArray[Any]]] = []
    roots: list[int] = []
    n = 0
    for (predictor,) in regressor._predictors:
        nodes = predictor.nodes
        is_leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes))
        parts.append(
            {
                "feature": np.where(is_leaf, 0, nodes["feature_idx"]),
                "threshold": np.where(is_leaf, 0.0, nodes["num_threshold"]),
                "left": np.where(is_leaf, own, nodes["left"]) + n,
                "right": np.where(is_leaf, own, nodes["right"]) + n,
                "value": np.where(is_leaf, nodes["value"], 0.0),
            }
        )
        roots.append(n)
        n += len(nodes)

    def joined(name: str, kind: type) -> NDArray[Any]:
        return cast("NDArray[Any]", np.concatenate([part[name] for part in parts]).astype(kind))

    return Trees(
        start=float(np.ravel(regressor._baseline_prediction)[0]),
        roots=np.asarray(roots, np.int64),
        feature=joined("feature", np.int64),
        threshold=joined("threshold", np.float64),
        left=joined("left", np.int64),
        right=joined("right", np.int64),
        value=joined("value", np.float64),
    )
