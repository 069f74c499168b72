"""The trade curve of unmanned evacuation as text, as plain data and as a picture."""

import math
from collections.abc import Sequence
from typing import Any

from logistics.drawing.panels import COLOURS, Panel, picture
from logistics.tables.aligned import aligned
from scenarios.experiments.compare import Row
from scenarios.experiments.compare_text import number
from scenarios.experiments.evacuation_curve import CurveRow, point_text
from scenarios.experiments.factors import cell_text
from scenarios.experiments.points import Cell
from scenarios.measures.estimates import MeasureEstimate

_WIDTH, _HEIGHT = 720.0, 320.0
_APART = 0.06
"""Distance of the intervals of neighbouring speeds, in vehicles."""


def curve_lines(rows: Sequence[CurveRow], exposure: str) -> list[str]:
    """Return the curve as a table."""
    measure = rows[0].estimate
    also = [estimate.measure for estimate in rows[0].also]
    head = (
        exposure or "point",
        "vehicles",
        "km/h",
        measure.measure,
        "95 % interval",
        "less the fewest (paired)",
        *also,
    )
    cells = [
        (
            cell_text(row.point.exposure) if exposure else "",
            str(row.point.number),
            "-" if math.isnan(row.point.speed_kmh) else f"{row.point.speed_kmh:g}",
            _value(row.estimate),
            _interval(row.estimate),
            _difference(row.difference),
            *(_value(estimate) for estimate in row.also),
        )
        for row in rows
    ]
    skip = 0 if exposure else 1
    lines = aligned(head[skip:], [cell[skip:] for cell in cells], left=1 - skip)
    if any(_is_shown(row.difference) for row in rows):
        lines.append("  * the difference is shown at 5 % over all points (Holm)")
    else:
        lines.append("  no difference is shown at 5 % over all points (Holm)")
    best = min((row for row in rows if row.estimate.value is not None), key=_key, default=None)
    if best is not None:
        lines.append(
            f"  fewest: {point_text(best.point, exposure)}, {_value(best.estimate)} {_interval(best.estimate)}"
        )
    return lines


def _key(row: CurveRow) -> float:
    return row.estimate.value if row.estimate.value is not None else math.inf


def _value(estimate: MeasureEstimate) -> str:
    return "-" if estimate.value is None else number(estimate.value)


def _interval(estimate: MeasureEstimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "-"
    return f"[{number(estimate.low)}, {number(estimate.high)}]"


def _is_shown(row: Row | None) -> bool:
    return row is not None and row.verdict in ("better", "worse", "more", "less")


def _difference(row: Row | None) -> str:
    if row is None:
        return "-"
    if row.difference is None:
        return "undefined"
    e = row.difference.estimate
    shown = f"{e.value:+.3g} [{e.low:+.3g}, {e.high:+.3g}]"
    return f"{shown} *" if _is_shown(row) else f"{shown}  "


def curve_json(rows: Sequence[CurveRow], exposure: str) -> dict[str, Any]:
    """Return the curve as plain data."""
    return {
        "exposure": exposure or None,
        "points": [
            {
                "vehicles": row.point.number,
                "speed_kmh": None if math.isnan(row.point.speed_kmh) else row.point.speed_kmh,
                "exposure": row.point.exposure if exposure else None,
                "estimate": row.estimate.as_json(),
                "difference": _plain(row.difference),
                "also": [estimate.as_json() for estimate in row.also],
            }
            for row in rows
        ],
    }


def _plain(row: Row | None) -> dict[str, Any] | None:
    if row is None or row.difference is None:
        return None
    e = row.difference.estimate
    return {"value": e.value, "low": e.low, "high": e.high, "p_adjusted": row.p_adjusted, "verdict": row.verdict}


def draw_curve(rows: Sequence[CurveRow], exposure: str, title: str) -> str:
    """Return the curve as SVG: a panel for each level of exposure, a line for each speed, with intervals."""
    levels: list[Cell] = list(dict.fromkeys(row.point.exposure for row in rows))
    speeds = sorted({row.point.speed_kmh for row in rows if not math.isnan(row.point.speed_kmh)})
    most = max(row.point.number for row in rows)
    ends = [end for row in rows for end in (row.estimate.high, row.estimate.value) if end is not None]
    highest = 1.05 * max(ends, default=1.0) or 1.0
    measure = rows[0].estimate
    panels: list[Panel] = []
    for exposed in levels:
        head = f"{title}: {exposure} {cell_text(exposed)}" if exposure else title
        panel = Panel(
            head, "unmanned vehicles", f"{measure.measure} [{measure.unit}]", most + 0.3, highest, width=_WIDTH,
            height=_HEIGHT, x_low=-0.3, keys_below=True, counts=True,
        )  # fmt: skip
        for k, speed in enumerate(speeds):
            colour = COLOURS[k % len(COLOURS)]
            own = [row for row in rows if row.point.exposure == exposed and _is_of(row, speed)]
            shift = _APART * (k - 0.5 * (len(speeds) - 1))
            at = [(row.point.number + shift * (row.point.number > 0), row.estimate) for row in own]
            panel.line([(x, e.value) for x, e in at if e.value is not None], colour)
            for x, estimate in at:
                if estimate.low is not None and estimate.high is not None:
                    panel.bar(x, estimate.low, estimate.high, colour)
                if estimate.value is not None:
                    panel.dot(x, estimate.value, colour, f"{_value(estimate)} {_interval(estimate)}")
            panel.key(f"{speed:g} km/h", colour)
        panels.append(panel)
    return picture(panels)


def _is_of(row: CurveRow, speed: float) -> bool:
    """Return whether a point lies on the line of a speed; the point without vehicles lies on all."""
    return row.point.number == 0 or row.point.speed_kmh == speed
