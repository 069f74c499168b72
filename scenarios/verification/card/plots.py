"""Two plots of the verification table as inline SVG, drawn with the colours of the page."""

import math
from collections.abc import Sequence
from html import escape

from scenarios.verification.rows import Row, Verdict

_WIDTH, _HEIGHT = 560, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 12, 44


def z_histogram(rows: Sequence[Row], bin_width: float = 0.5, limit: float = 4.0) -> str:
    """Return the histogram of z of the judged statistical rows, with the expected normal law."""
    deviates = [row.z for row in rows if row.z is not None and row.verdict in (Verdict.PASS, Verdict.FAIL)]
    n_bins = round(2.0 * limit / bin_width)
    counts = [0] * n_bins
    for z in deviates:
        counts[min(max(math.floor((z + limit) / bin_width), 0), n_bins - 1)] += 1
    peak = len(deviates) * bin_width / math.sqrt(2.0 * math.pi)
    top = _nice_top(max(*counts, peak, 1.0))
    x = _scale(-limit, limit, _LEFT, _WIDTH - _RIGHT)
    y = _scale(0.0, top, _HEIGHT - _BOTTOM, _TOP)
    parts: list[str] = []
    for k, count in enumerate(counts):
        left, right = x(-limit + k * bin_width), x(-limit + (k + 1) * bin_width)
        parts.append(
            f'<rect class="bar" x="{left + 0.5:.1f}" y="{y(count):.1f}" width="{right - left - 1.0:.1f}" '
            f'height="{y(0.0) - y(count):.1f}"><title>{count} rows</title></rect>'
        )
    curve = " ".join(
        f"{x(z):.1f},{y(peak * math.exp(-0.5 * z * z)):.1f}" for z in (limit * (k / 60.0 - 1.0) for k in range(121))
    )
    parts.append(f'<polyline class="curve" points="{curve}"/>')
    ticks = [
        (x(value), f"{value:+.0f}" if value else "0") for value in (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
    ]
    levels = [(y(top * k / 4), f"{top * k / 4:g}") for k in range(5)]
    label = f"Histogram of z of {len(deviates)} rows, against the normal law"
    return _figure(label, parts, ticks, levels, "z: standard errors between estimate and oracle", "rows")


def estimate_against_oracle(rows: Sequence[Row]) -> str:
    """Return a scatter of estimate against oracle on logarithmic axes (positive values only), with the diagonal."""
    points = [
        (row.oracle, row.estimate, row)
        for row in rows
        if row.verdict in (Verdict.PASS, Verdict.FAIL) and row.oracle > 0.0 and row.estimate > 0.0
    ]
    exponents = [math.log10(value) for oracle, estimate, _ in points for value in (oracle, estimate)]
    low, high = math.floor(min(exponents, default=0.0)), math.ceil(max(exponents, default=1.0))
    x = _scale(low, max(high, low + 1), _LEFT, _WIDTH - _RIGHT)
    y = _scale(low, max(high, low + 1), _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<line class="curve" x1="{x(low):.1f}" y1="{y(low):.1f}" x2="{x(high):.1f}" y2="{y(high):.1f}"/>']
    for oracle, estimate, row in points:
        name = escape(f"{row.check}, {row.parameters}: {row.quantity}: {estimate:.6g} against {oracle:.6g}")
        mark = "point fail" if row.verdict is Verdict.FAIL else "point"
        parts.append(
            f'<circle class="{mark}" cx="{x(math.log10(oracle)):.1f}" cy="{y(math.log10(estimate)):.1f}" r="3.5">'
            f"<title>{name}</title></circle>"
        )
    step = max(1, math.ceil((high - low) / 8))
    ticks = [(x(k), _power(k)) for k in range(low, high + 1, step)]
    levels = [(y(k), _power(k)) for k in range(low, high + 1, step)]
    label = f"Estimates against oracles of {len(points)} rows with positive values"
    return _figure(label, parts, ticks, levels, "oracle (units of each row)", "estimate")


def _power(exponent: int) -> str:
    return f"1e{exponent}" if abs(exponent) > 2 else f"{10.0**exponent:g}"


class _scale:  # noqa: N801  (used like a function)
    """A linear map of [low, high] to [first, last]."""

    def __init__(self, low: float, high: float, first: float, last: float) -> None:
        self._low, self._first = low, first
        self._factor = (last - first) / (high - low)

    def __call__(self, value: float) -> float:
        return self._first + (value - self._low) * self._factor


def _nice_top(value: float) -> float:
    """Return the next number of the form 4, 8, 12, 20, 40, ... that is not below ``value``."""
    step = next(step for step in (1, 2, 3, 5, 10, 20, 25, 50, 100, 250, 1000, 10_000) if 4 * step >= value)
    return 4.0 * step


def _figure(
    label: str,
    parts: list[str],
    ticks: list[tuple[float, str]],
    levels: list[tuple[float, str]],
    x_title: str,
    y_title: str,
) -> str:
    """Return the SVG with its axes."""
    base = _HEIGHT - _BOTTOM
    grid = [f'<line class="grid" x1="{_LEFT}" y1="{v:.1f}" x2="{_WIDTH - _RIGHT}" y2="{v:.1f}"/>' for v, _ in levels]
    axis = [f'<line class="axis" x1="{_LEFT}" y1="{base}" x2="{_WIDTH - _RIGHT}" y2="{base}"/>']
    axis += [f'<text x="{v:.1f}" y="{base + 16}" text-anchor="middle">{text}</text>' for v, text in ticks]
    axis += [f'<text x="{_LEFT - 6}" y="{v + 4:.1f}" text-anchor="end">{text}</text>' for v, text in levels]
    axis.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{x_title}</text>')
    middle = (base + _TOP) / 2
    axis.append(
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{escape(y_title)}</text>'
    )
    body = "".join([*grid, *parts, *axis])
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">{body}</svg>'
