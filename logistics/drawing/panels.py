"""Charts as SVG text: a panel with axes, lines, steps and marks. No scripts, nothing from outside."""

import math
from collections.abc import Sequence
from html import escape

OWN = "#1f5fa8"
OTHER = "#b3261e"
GREY = "#777"
COLOURS = (OWN, OTHER, "#2e7d32", "#8a5f00", "#6b3fa0", "#00707a")
FONT = "font-family='DejaVu Sans, Arial, sans-serif'"
_STYLE = "text{font:11px sans-serif;fill:#222}.axis{fill:#555}.title{font-weight:bold}"
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 14.0, 24.0, 38.0
_KEYS = 20.0  # height of a row of keys below the chart


class Panel:
    """A chart of the given size in pixels; the axes run from 0, or from the given lows, to the given highs.

    With ``counts`` the horizontal axis has whole numbers only.
    """

    def __init__(
        self, title: str, x_label: str, y_label: str, x_high: float, y_high: float, width: float = 640.0,
        height: float = 260.0, x_low: float = 0.0, y_low: float = 0.0, keys_below: bool = False, counts: bool = False,
    ) -> None:  # fmt: skip
        self.width, self.height = width, height
        self._x_low, self._x_high = x_low, max(x_high, x_low + 1e-300)
        self._y_low, self._y_high = y_low, max(y_high, y_low + 1e-300)
        self._bottom = _BOTTOM + (_KEYS if keys_below else 0.0)
        self._next_key = _LEFT if keys_below else None
        self._parts: list[str] = [f"<text x='{_LEFT:g}' y='15' class='title'>{escape(title)}</text>"]
        self._n_keys = 0
        self._frame(x_label, y_label, 1.0 if counts else 0.0)

    def x(self, value: float) -> float:
        """Return the place of a value on the horizontal axis; values beyond it lie at its end."""
        share = min(max((value - self._x_low) / (self._x_high - self._x_low), 0.0), 1.0)
        return _LEFT + share * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Return the place of a value on the vertical axis; values beyond it lie at its end."""
        share = min(max((value - self._y_low) / (self._y_high - self._y_low), 0.0), 1.0)
        return self.height - self._bottom - share * (self.height - _TOP - self._bottom)

    def line(self, points: Sequence[tuple[float, float]], colour: str, *, dashes: str = "") -> None:
        """Draw a line through points."""
        path = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
        self._parts.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='1.5'{dashed}/>")

    def steps(self, points: Sequence[tuple[float, float]], colour: str, *, dashes: str = "") -> None:
        """Draw a line that keeps the height of a point up to the next point."""
        corners: list[tuple[float, float]] = []
        for k, (a, b) in enumerate(points):
            if k:
                corners.append((a, points[k - 1][1]))
            corners.append((a, b))
        self.line(corners, colour, dashes=dashes)

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

    def mark(self, at: float, value: float, words: str) -> None:
        """Draw a mark with a text beside it, towards the middle."""
        x, y = self.x(at), self.y(value)
        is_right = x > 0.7 * self.width
        self._parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4.5' fill='#222'/>")
        self._parts.append(
            label(x + (-9.0 if is_right else 9.0), y - 8.0, words, anchor="end" if is_right else "start")
        )

    def key(self, text: str, colour: str, *, dashes: str = "") -> None:
        """Add a line of the key: at the top right, one below the other, or below the chart, side by side."""
        dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
        if self._next_key is not None:
            x, y = self._next_key, self.height - 10.0
            stroke = f"stroke='{colour}' stroke-width='2'{dashed}"
            self._parts.append(f"<path d='M{x:.1f} {y - 4.0:.1f}h24' fill='none' {stroke}/>")
            self._parts.append(f"<text x='{x + 30.0:.1f}' y='{y:.1f}'>{escape(text)}</text>")
            self._next_key += 52.0 + 6.5 * len(text)
            return
        self._n_keys += 1
        y = _TOP + 14.0 * self._n_keys - 6.0
        right = self.width - _RIGHT
        self._parts.append(
            f"<path d='M{right - 14.0:.1f} {y - 4.0:.1f}h12' stroke='{colour}' stroke-width='2'{dashed}/>"
        )
        self._parts.append(f"<text x='{right - 18.0:.1f}' y='{y:.1f}' text-anchor='end'>{escape(text)}</text>")

    def _frame(self, x_label: str, y_label: str, least_gap: float) -> None:
        bottom, right = self.height - self._bottom, self.width - _RIGHT
        self._parts.append(f"<path d='M{_LEFT:g} {_TOP:g}V{bottom:g}H{right:g}' fill='none' stroke='#555'/>")
        for value in ticks(self._x_low, self._x_high, least_gap):
            place = f"x='{self.x(value):.1f}' y='{bottom + 14.0:g}'"
            self._parts.append(f"<text {place} class='axis' text-anchor='middle'>{value:g}</text>")
        for value in ticks(self._y_low, self._y_high):
            y = self.y(value)
            self._parts.append(f"<path d='M{_LEFT:g} {y:.1f}H{right:g}' stroke='#000' stroke-opacity='.1'/>")
            self._parts.append(
                f"<text x='{_LEFT - 5.0:g}' y='{y + 4.0:.1f}' class='axis' text-anchor='end'>{value:g}</text>"
            )
        middle = 0.5 * (_LEFT + right)
        self._parts.append(
            f"<text x='{middle:.1f}' y='{bottom + 32.0:g}' text-anchor='middle'>{escape(x_label)}</text>"
        )
        self._parts.append(
            f"<text transform='translate(13 {0.5 * (_TOP + bottom):.1f}) rotate(-90)' text-anchor='middle'>"
            f"{escape(y_label)}</text>"
        )

    def content(self) -> str:
        """Return the parts of the chart, without the enclosing element."""
        return "".join(self._parts)


def ticks(low: float, high: float, least_gap: float = 0.0) -> list[float]:
    """Return round numbers from ``low`` to ``high``, about five of them, ``least_gap`` apart at least."""
    span = high - low
    unit = 10.0 ** math.floor(math.log10(span / 5.0))
    gap = next(k * unit for k in (1.0, 2.0, 5.0, 10.0) if span / (k * unit) <= 6.0)
    gap = max(gap, least_gap)
    return [k * gap for k in range(math.ceil(low / gap - 1e-9), math.floor(high / gap + 1e-9) + 1)]


def label(x: float, y: float, words: str, size: int = 12, anchor: str = "middle", colour: str = "#222") -> str:
    """Return a line of text with a light outline."""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' text-anchor='{anchor}' fill='{colour}' "
        f"stroke='#fff' stroke-width='3' stroke-linejoin='round' paint-order='stroke'>{escape(words)}</text>"
    )


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
