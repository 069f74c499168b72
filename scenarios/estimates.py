"""Estimates of measures from the replications of a batch, each with its 95 % interval."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from scenarios.measure_cases import Measure
from scenarios.statistics import mean_interval, wilson_interval
from simcore.types import F64


@dataclass(frozen=True)
class MeasureEstimate:
    """A measure over a batch. ``value`` is None when it is defined in no replication, the interval when n < 2."""

    name: str
    unit: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    n: int  # replications in which the measure is defined
    description: str

    def as_json(self) -> dict[str, object]:
        """Return the estimate as plain values."""
        return asdict(self)


def estimate_measures(measures: Sequence[Measure], values: Mapping[str, F64]) -> list[MeasureEstimate]:
    """Return an estimate per measure from its values by replication, (n,) each."""
    return [_estimate(measure, values) for measure in measures]


def _estimate(measure: Measure, values: Mapping[str, F64]) -> MeasureEstimate:
    if measure.kind == "ratio":
        value, low, high, n = _ratio(values[measure.numerator], values[measure.denominator])
    else:
        defined = values[measure.name][np.isfinite(values[measure.name])]
        n = int(defined.shape[0])
        value, low, high = _proportion(defined) if measure.kind == "proportion" else _mean(defined)
    return MeasureEstimate(measure.name, measure.unit, measure.kind, value, low, high, n, measure.description)


def _proportion(values: F64) -> tuple[float | None, float | None, float | None]:
    if not values.shape[0]:
        return None, None, None
    estimate = wilson_interval(int(np.count_nonzero(values)), int(values.shape[0]))
    return estimate.value, estimate.low, estimate.high


def _mean(values: F64) -> tuple[float | None, float | None, float | None]:
    if values.shape[0] < 2:
        return (float(values[0]) if values.shape[0] else None), None, None
    estimate = mean_interval(values)
    return estimate.value, estimate.low, estimate.high


def _ratio(above: F64, below: F64) -> tuple[float | None, float | None, float | None, int]:
    """Return the ratio of means with its interval by linearisation. Source: Cochran 1977, Sampling Techniques, 6.4."""
    n = int(below.shape[0])
    mean_below = float(below.mean()) if n else 0.0
    if mean_below == 0.0:
        return None, None, None, int(np.count_nonzero(below))
    ratio = float(above.mean()) / mean_below
    if n < 2:
        return ratio, None, None, n
    residual = mean_interval((above - ratio * below) / mean_below)
    half = (residual.high - residual.low) / 2.0
    return ratio, ratio - half, ratio + half, n


def estimate_lines(estimates: Sequence[MeasureEstimate], sides: Sequence[str]) -> list[str]:
    """Return the estimates as text: who wins, then a table with the measures of the sides next to each other."""
    general: list[tuple[str, MeasureEstimate]] = []
    by_side: dict[str, dict[str, MeasureEstimate]] = {}
    for estimate in estimates:
        side = next((s for s in sides if estimate.name.startswith(s + "_")), None)
        if side is None:
            general.append((estimate.name, estimate))
        else:
            by_side.setdefault(estimate.name.removeprefix(side + "_"), {})[side] = estimate
    labels = [_label(name, e) for name, e in general] + [n + " [MUSD]" for n in by_side]
    width = max([len(label) for label in labels], default=20)
    wins = by_side.get("win", {})
    lines = [f"{side} wins {_cell(wins[side])}" for side in sides if side in wins]
    lines += ["", *(f"{_label(name, e):<{width}}  {_cell(e)}" for name, e in general)]
    progress = [(name.removesuffix("_progress"), e) for name, e in general if name.endswith("_progress")]
    lines += [f"  {name} = {e.description.partition(': ')[2]}" for name, e in progress]
    lines += ["", f"{'':<{width}}  " + "  ".join(f"{side:<30}" for side in sides).rstrip()]
    silent = {name for name, cells in by_side.items() if all(_is_nothing(cell) for cell in cells.values())}
    for name, cells in by_side.items():
        if name in silent:
            continue
        label = _label(name, next(iter(cells.values())))
        row = "  ".join(f"{_cell(cells[side]) if side in cells else '':<30}" for side in sides)
        lines.append(f"{label:<{width}}  {row}".rstrip())
    if silent:
        lines += ["", f"{len(silent)} more measures are 0 or undefined for every side in every replication"]
    return lines


def _label(name: str, estimate: MeasureEstimate) -> str:
    return f"{name} [MUSD]" if estimate.unit == "MUSD" else name  # other units are in the name or are counts


def _is_nothing(estimate: MeasureEstimate) -> bool:
    return estimate.value is None or estimate.value == estimate.low == estimate.high == 0.0


def _cell(estimate: MeasureEstimate) -> str:
    if estimate.value is None:
        return "-"
    number = _number(estimate.value)
    if estimate.low is None or estimate.high is None:
        return number
    return f"{number} ({_number(estimate.low)}, {_number(estimate.high)})"


def _number(value: float) -> str:
    if value == 0.0:
        return "0"
    if abs(value) >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100.0 else f"{value:.1f}"
