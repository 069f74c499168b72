"""Causal statistics over the rows of each life: the value at a row depends on that row and the rows before it alone."""

import numpy as np

from simcore.types import F64, I64


class Windows:
    """Running statistics of the rows of several lives, laid end to end. Windows are numbers of rows.

    Parameters
    ----------
    life
        Number of the life of each row, ascending. Shape (rows,).
    time
        Age at each row, ascending within a life. Shape (rows,).
    """

    def __init__(self, life: I64, time: F64) -> None:
        self._first = np.flatnonzero(np.diff(life, prepend=-1))
        length = np.diff(np.append(self._first, len(life)))
        self._index = np.arange(len(life))
        self.place = self._index - np.repeat(self._first, length)
        self._time = (time - np.repeat(time[self._first], length))[:, None]

    def mean(self, x: F64, n: int) -> F64:
        """Return the mean of the last ``n`` rows, fewer at the start of a life. Shape of ``x``: (rows, signals)."""
        low = self._index - np.minimum(self.place, n - 1)
        return self._between(x, low, self._index + 1)

    def start_mean(self, x: F64, n: int) -> F64:
        """Return the mean of the first ``n`` rows of the life, as far as they have been seen."""
        begin = self._index - self.place
        return self._between(x, begin, begin + np.minimum(self.place, n - 1) + 1)

    def slope(self, x: F64, n: int) -> F64:
        """Return the least-squares slope of ``x`` by time over the last ``n`` rows; 0 with fewer than 3 rows."""
        t_mean, x_mean = self.mean(self._time, n), self.mean(x, n)
        covariance = self.mean(self._time * x, n) - t_mean * x_mean
        variance = self.mean(self._time**2, n) - t_mean**2
        is_enough = (self.place >= 2)[:, None] & (variance > 0.0)
        return np.where(is_enough, covariance / np.where(is_enough, variance, 1.0), 0.0)

    def smooth(self, x: F64, span: float) -> F64:
        """Return the exponentially weighted mean with weight 2 / (span + 1) of the latest row."""
        keep = 1.0 - 2.0 / (span + 1.0)
        smoothed = np.empty_like(x)
        ends = np.append(self._first[1:], len(x))
        for begin, end in zip(self._first, ends, strict=True):
            total, weight = np.zeros(x.shape[1]), 0.0
            for k in range(begin, end):
                total = keep * total + x[k]
                weight = keep * weight + 1.0
                smoothed[k] = total / weight
        return smoothed

    def _between(self, x: F64, low: I64, high: I64) -> F64:
        """Return the mean of the rows from ``low`` to before ``high``, all of them in the life of the row itself."""
        # The sums begin anew in each life, after a row of zeros: their rounding, too, depends on no other life.
        n_lives = len(self._first)
        total = np.zeros((len(x) + n_lives, x.shape[1]))
        ends = np.append(self._first[1:], len(x))
        for k, (begin, end) in enumerate(zip(self._first, ends, strict=True)):
            np.cumsum(x[begin:end], axis=0, out=total[begin + k + 1 : end + k + 1])
        shift = np.repeat(np.arange(n_lives), ends - self._first)
        return (total[high + shift] - total[low + shift]) / (high - low)[:, None]
