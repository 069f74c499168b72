"""A chart of lines that shows everything, with a key and marked points, as SVG text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.drawing.panels import COLOURS, Panel, picture

_WIDTH, _HEIGHT = 720.0, 420.0
_DASHES = "6 4"


@dataclass(frozen=True)
class Line:
    """A line: its name and its points, x and y in the units of the axes. Points that are not finite are left out."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    is_dashed: bool = False
    is_stepped: bool = False

    @property
    def points(self) -> list[tuple[float, float]]:
        """The finite points."""
        both = zip(self.x, self.y, strict=True)
        return [(float(x), float(y)) for x, y in both if math.isfinite(x) and math.isfinite(y)]


@dataclass(frozen=True)
class Mark:
    """A marked point with a text."""

    x: float
    y: float
    text: str


def line_chart(title: str, x_label: str, y_label: str, lines: Sequence[Line], marks: Sequence[Mark] = ()) -> str:
    """Return a chart as SVG text. The axes show everything; y begins at 0 where no value is below."""
    points = [point for line in lines for point in line.points] + [(mark.x, mark.y) for mark in marks]
    x_low, x_high = _range([x for x, _ in points])
    y_low, y_high = _range([y for _, y in points])
    y_low = min(0.0, y_low)
    y_high += 0.06 * (y_high - y_low)
    panel = Panel(
        title, x_label, y_label, x_high, y_high, width=_WIDTH, height=_HEIGHT, x_low=x_low, y_low=y_low,
        keys_below=True,
    )  # fmt: skip
    for k, line in enumerate(lines):
        draw = panel.steps if line.is_stepped else panel.line
        colour, dashes = COLOURS[k % len(COLOURS)], _DASHES if line.is_dashed else ""
        draw(line.points, colour, dashes=dashes)
        panel.key(line.name, colour, dashes=dashes)
    for mark in marks:
        panel.mark(mark.x, mark.y, mark.text)
    return picture([panel])


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0))
