"""Charts as SVG text: a panel with axes, lines, steps and marks. No scripts, nothing from outside."""

import math
from collections.abc import Sequence
from html import escape

OWN = "#1f5fa8"
OTHER = "#b3261e"
GREY = "#777"
_STYLE = "text{font:11px sans-serif;fill:#222}.axis{fill:#555}.title{font-weight:bold}"
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 14.0, 24.0, 38.0


class Panel:
    """A chart of the given size in pixels; the axes run from 0, or from the given lows, to the given highs."""

    def __init__(
        self, title: str, x_label: str, y_label: str, x_high: float, y_high: float, width: float = 640.0,
        height: float = 260.0,
    ) -> None:  # fmt: skip
        self.width, self.height = width, height
        self._x_high, self._y_high = max(x_high, 1e-300), max(y_high, 1e-300)
        self._parts: list[str] = [f"<text x='{_LEFT:g}' y='15' class='title'>{escape(title)}</text>"]
        self._n_keys = 0
        self._frame(x_label, y_label)

    def x(self, value: float) -> float:
        """Return the place of a value on the horizontal axis; values beyond it lie at its end."""
        share = min(max(value / self._x_high, 0.0), 1.0)
        return _LEFT + share * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return the place of a value on the vertical axis; values beyond it lie at its end."""
        share = min(max(value / self._y_high, 0.0), 1.0)
        return self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM)

    def line(self, points: Sequence[tuple[float, float]], colour: str, *, dashes: str = "") -> None:
        """Draw a line through points."""
        path = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
        self._parts.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='1.5'{dashed}/>")

    def steps(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Draw a line that keeps the height of a point up to the next point."""
        corners: list[tuple[float, float]] = []
        for k, (a, b) in enumerate(points):
            if k:
                corners.append((a, points[k - 1][1]))
            corners.append((a, b))
        self.line(corners, colour)

    def bar(self, at: float, low: float, high: float, colour: str) -> None:
        """Draw a vertical interval."""
        self._parts.append(
            f"<path d='M{self.x(at):.1f} {self.y(low):.1f}V{self.y(high):.1f}' stroke='{colour}' stroke-width='2' "
            "stroke-opacity='.45'/>"
        )

    def dot(self, at: float, value: float, colour: str, title: str, *, is_open: bool = False) -> None:
        """Draw a mark with a title that browsers show under the pointer."""
        fill = f"fill='none' stroke='{colour}' stroke-width='1.2'" if is_open else f"fill='{colour}'"
        self._parts.append(
            f"<circle cx='{self.x(at):.1f}' cy='{self.y(value):.1f}' r='2.6' {fill}>"
            f"<title>{escape(title)}</title></circle>"
        )

    def key(self, text: str, colour: str) -> None:
        """Add a line of the key, at the top right."""
        self._n_keys += 1
        y = _TOP + 14.0 * self._n_keys - 6.0
        right = self.width - _RIGHT
        self._parts.append(f"<path d='M{right - 14.0:.1f} {y - 4.0:.1f}h12' stroke='{colour}' stroke-width='2'/>")
        self._parts.append(f"<text x='{right - 18.0:.1f}' y='{y:.1f}' text-anchor='end'>{escape(text)}</text>")

    def _frame(self, x_label: str, y_label: str) -> None:
        bottom, right = self.height - _BOTTOM, self.width - _RIGHT
        self._parts.append(f"<path d='M{_LEFT:g} {_TOP:g}V{bottom:g}H{right:g}' fill='none' stroke='#555'/>")
        for value in ticks(self._x_high):
            place = f"x='{self.x(value):.1f}' y='{bottom + 14.0:g}'"
            self._parts.append(f"<text {place} class='axis' text-anchor='middle'>{value:g}</text>")
        for value in ticks(self._y_high):
            y = self.y(value)
            self._parts.append(f"<path d='M{_LEFT:g} {y:.1f}H{right:g}' stroke='#000' stroke-opacity='.1'/>")
            self._parts.append(
                f"<text x='{_LEFT - 5.0:g}' y='{y + 4.0:.1f}' class='axis' text-anchor='end'>{value:g}</text>"
            )
        middle = 0.5 * (_LEFT + right)
        self._parts.append(
            f"<text x='{middle:.1f}' y='{self.height - 6.0:g}' text-anchor='middle'>{escape(x_label)}</text>"
        )
        self._parts.append(
            f"<text transform='translate(13 {0.5 * (_TOP + bottom):.1f}) rotate(-90)' text-anchor='middle'>"
            f"{escape(y_label)}</text>"
        )

    def content(self) -> str:
        """Return the parts of the chart, without the enclosing element."""
        return "".join(self._parts)


def ticks(high: float) -> list[float]:
    """Return round numbers from 0 to ``high``, about five of them."""
    unit = 10.0 ** math.floor(math.log10(high / 5.0))
    gap = next(k * unit for k in (1.0, 2.0, 5.0, 10.0) if high / (k * unit) <= 6.0)
    return [k * gap for k in range(int(high / gap + 1e-9) + 1)]


def picture(panels: Sequence[Panel]) -> str:
    """Return an SVG document of panels below one another."""
    width, height = max(panel.width for panel in panels), sum(panel.height for panel in panels)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:g} {height:g}' width='{width:g}' role='img'>",
        f"<style>{_STYLE}</style><rect width='{width:g}' height='{height:g}' fill='#fff'/>",
    ]
    y = 0.0
    for panel in panels:
        parts.append(f"<g transform='translate(0 {y:g})'>{panel.content()}</g>")
        y += panel.height
    return "".join([*parts, "</svg>\n"])
