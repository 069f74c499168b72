"""Causal features of a condition history: levels and trends of each signal, and of a health index made of them all.

The health index is a ridge regression of the (capped) remaining life on the standardised signals of a row. Its trends
carry more than those of single signals, because the noise of many signals averages out.
"""

from dataclasses import dataclass

import numpy as np

from logistics.logs.log import MaintenanceLog
from logistics.prognosis.regimes import Regimes, find_regimes
from logistics.prognosis.windows import Windows
from simcore.errors import InputError
from simcore.types import F64

_RIDGE = 10.0
_WHOLE_LIFE = 10**9  # rows


@dataclass(frozen=True)
class Preparation:
    """All that turns a log into features. Learned from a training log, or from some of its lives."""

    signal_names: tuple[str, ...]  # kept
    setting_names: tuple[str, ...]
    regimes: Regimes
    index_weights: F64  # (signals,)
    index_constant: float

    def features(self, log: MaintenanceLog) -> F64:
        """Return the features of every row, shape (rows, features).

        Raises
        ------
        InputError
            When the log lacks a signal of the model.
        """
        z = self.regimes.standardised(_columns(log, self.signal_names), _columns(log, self.setting_names))
        index = (z @ self.index_weights + self.index_constant)[:, None]
        windows = Windows(log.life, log.time)
        parts = [
            windows.mean(z, 30), windows.smooth(z, 20.0), windows.slope(z, 60), windows.slope(z, _WHOLE_LIFE),
            windows.mean(index, 15), windows.mean(index, 30), windows.smooth(index, 20.0),
            windows.mean(index, 15) - windows.start_mean(index, 10),
            windows.slope(index, 30), windows.slope(index, 60), windows.slope(index, _WHOLE_LIFE),
            log.time[:, None],
        ]  # fmt: skip
        return np.hstack(parts)

    def n_beyond(self, log: MaintenanceLog) -> int:
        """Return the number of rows whose settings lie outside all regimes of the training log."""
        return self.regimes.n_beyond(_columns(log, self.setting_names))


def prepare(log: MaintenanceLog, remaining: F64, seed: int) -> Preparation:
    """Return the preparation learned from a log whose rows have the (capped) remaining lives ``remaining``."""
    candidates = tuple(name for name in log.signal_names if name not in log.settings)
    signals = _columns(log, candidates)
    settings = _columns(log, log.settings)
    regimes, kept = find_regimes(signals, settings, seed)
    if not kept.any():
        raise InputError(f"{log.file}: every signal is constant; a learned model needs signals that change with wear")
    z = regimes.standardised(signals[:, kept], settings)
    centre = z.mean(axis=0)
    x, y = z - centre, remaining - remaining.mean()
    weights = np.asarray(np.linalg.solve(x.T @ x + _RIDGE * np.eye(x.shape[1]), x.T @ y), np.float64)
    return Preparation(
        signal_names=tuple(name for name, is_kept in zip(candidates, kept, strict=True) if is_kept),
        setting_names=log.settings,
        regimes=regimes,
        index_weights=weights,
        index_constant=float(remaining.mean() - centre @ weights),
    )


def _columns(log: MaintenanceLog, names: tuple[str, ...]) -> F64:
    missing = [name for name in names if name not in log.signal_names]
    if missing:
        raise InputError(
            f"{log.file}: no column {', '.join(repr(name) for name in missing)}, which the model needs; "
            "add it, or fit a model without it"
        )
    return log.signals[:, [log.signal_names.index(name) for name in names]]
