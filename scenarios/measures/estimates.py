"""Estimates of measures from the replications of a batch, each with its 95 % interval.

Proportions have Wilson's interval; means and ratios have intervals within the range of their measure
(``range_intervals``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from logistics.tables.aligned import clock
from scenarios.measures.case import Measure
from scenarios.measures.range_intervals import amount_interval, ratio_interval, share_interval
from scenarios.measures.statistics import Estimate, wilson_interval
from simcore.types import F64

_CLOCK_FROM_S = 60.0
"""Times from here on are shown as h:mm:ss, shorter ones in seconds."""


@dataclass(frozen=True)
class MeasureEstimate:
    """A measure over a batch. ``value`` is None if undefined in all replications, the interval is None if n < 2.

    ``side`` is its side, empty for none; ``measure`` is its name without the side. ``key``, ``platform``,
    ``objective`` and ``about`` are as in ``Measure``; they cannot be recovered from the joined ``name``.
    """

    name: str
    unit: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    n: int  # replications with defined values
    description: str
    side: str = ""
    measure: str = ""
    key: str = ""
    platform: str = ""
    objective: int = 0
    about: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the estimate as plain values."""
        return dict(vars(self))  # `asdict` copies every value


def estimate_measures(measures: Sequence[Measure], values: Mapping[str, F64]) -> list[MeasureEstimate]:
    """Return an estimate per measure from its values by replication, (n,) each; nan where undefined."""
    counts = {measure.name for measure in measures if measure.is_count}
    return [_estimate(measure, values, counts) for measure in measures]


def _estimate(measure: Measure, values: Mapping[str, F64], counts: set[str]) -> MeasureEstimate:
    value: float | None
    if measure.kind == "ratio":
        above, below = values[measure.numerator], values[measure.denominator]
        n = int(below.shape[0]) if below.any() else 0
        value = float(above.mean()) / float(below.mean()) if n else None
        is_count = measure.numerator in counts
        whole = ratio_interval(above, below, is_share=measure.is_share, is_count=is_count) if n > 1 else None
    else:
        defined = values[measure.name][np.isfinite(values[measure.name])]
        n = int(defined.shape[0])
        value = float(defined.mean()) if n else None
        whole = estimate_one(measure, defined) if n > 1 or (n and measure.kind == "proportion") else None
    value, low, high = (value, None, None) if whole is None else (whole.value, whole.low, whole.high)
    return MeasureEstimate(
        measure.name,
        measure.unit,
        measure.kind,
        value,
        low,
        high,
        n,
        measure.description,
        measure.side,
        measure.short_name or measure.name,
        measure.key or measure.name,
        measure.platform,
        measure.objective,
        measure.about,
    )


def estimate_one(measure: Measure, values: F64) -> Estimate:
    """Return the mean of finite values of a measure by replication, (n,), with an interval within its range."""
    if measure.kind == "proportion":
        return wilson_interval(int(np.count_nonzero(values)), int(values.shape[0]))
    return share_interval(values) if measure.is_share else amount_interval(values, is_count=measure.is_count)


def estimate_lines(estimates: Sequence[MeasureEstimate], sides: Sequence[str], screen: int = 110) -> list[str]:
    """Return the estimates as text: winning probabilities, then a table with the measures side by side.

    Where ``screen`` characters are too few for that, the sides stand below each other.
    """
    general = [(estimate.name, estimate) for estimate in estimates if not estimate.side]
    by_side: dict[str, dict[str, MeasureEstimate]] = {}
    for estimate in estimates:
        if estimate.side:
            by_side.setdefault(estimate.measure, {})[estimate.side] = estimate
    labels = [estimate_label(name, e) for name, e in general] + [n + " [MUSD]" for n in by_side]
    width = max([len(label) for label in labels], default=20)
    wins = by_side.get("win", {})
    lines = [f"{side} wins {estimate_cell(wins[side])}" for side in sides if side in wins]
    lines += ["", *(_row(estimate_label(name, e), width, [estimate_cell(e)], e.about) for name, e in general)]
    silent = {name for name, cells in by_side.items() if all(_is_nothing(cell) for cell in cells.values())}
    told = {name: cells for name, cells in by_side.items() if name not in silent}
    per_table = max(1, min(len(sides), (screen - width) // 32))
    for first in range(0, len(sides), per_table):
        shown = sides[first : first + per_table]
        lines += ["", _row("", width, shown)]
        for name, cells in told.items():
            if any(side in cells for side in shown):
                label = estimate_label(name, next(iter(cells.values())))
                lines.append(_row(label, width, [estimate_cell(cells[s]) if s in cells else "" for s in shown]))
    if silent:
        lines += ["", f"{len(silent)} more measures are 0 or undefined for every side in every replication"]
    return lines


def _row(label: str, width: int, cells: Sequence[str], note: str = "") -> str:
    row = f"{label:<{width}}  " + "  ".join(f"{cell:<30}" for cell in [*cells, *([note] if note else [])])
    return row.rstrip()


def estimate_label(name: str, estimate: MeasureEstimate) -> str:
    """Return the name of a measure for a table, with its unit where the name lacks it."""
    return f"{name} [MUSD]" if estimate.unit == "MUSD" else name  # other units are in the name, or it is a count


def _is_nothing(estimate: MeasureEstimate) -> bool:
    return estimate.value is None or (estimate.value == 0.0 and estimate.kind != "proportion")


def estimate_cell(estimate: MeasureEstimate) -> str:
    """Return the value of an estimate with its interval, or a dash if it is undefined."""
    if estimate.value is None:
        return "-"
    is_long = estimate.unit == "s" and abs(estimate.value) >= _CLOCK_FROM_S
    number = clock if is_long else estimate_number
    if estimate.low is None or estimate.high is None:
        return number(estimate.value)
    return f"{number(estimate.value)} ({number(estimate.low)}, {number(estimate.high)})"


def estimate_number(value: float) -> str:
    """Return a number with three significant digits, and without decimals from 1000 on."""
    if value == 0.0:
        return "0"
    if abs(value) >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100.0 else f"{value:.1f}"
