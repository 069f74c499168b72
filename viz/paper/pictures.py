"""Pictures of reports as SVG: intervals, distributions, shares, curves, heat maps, effect against cost, time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from logistics.drawing.panels import COLOURS, GREY, OWN, ticks

_WIDTH = 760.0
_RIGHT = 18.0
_ROW = 24.0
_TOP = 8.0
_AXIS = 40.0
_STYLE = "font:12px 'Noto Sans KR','Noto Sans CJK KR','Malgun Gothic',sans-serif;fill:#16202a"
_LETTER = 7.0  # width of a letter
_WIDE = 12.5  # width of a Hangul syllable
_LONGEST = 34


@dataclass(frozen=True)
class Interval:
    """A value with its interval; None if undefined."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    note: str = ""
    is_strong: bool = False


def figure(picture: str, caption: str) -> str:
    """Return a picture with its caption."""
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def intervals(rows: Sequence[Interval], label: str, *, zero: bool = False, margin: float | None = None) -> str:
    """Return a row with a point and a whisker for each value. ``zero`` marks 0, ``margin`` the band around it."""
    ends = [e for row in rows for e in (row.value, row.low, row.high) if e is not None and math.isfinite(e)]
    if zero:
        ends += [0.0] if margin is None else [-margin, margin]
    axis = _Axis(ends, label, [row.name for row in rows], notes=[row.note for row in rows])
    parts = axis.frame(len(rows))
    bottom = _TOP + _ROW * len(rows)
    if margin is not None:
        left, right = axis.x(-margin), axis.x(margin)
        parts.insert(0, f"<rect x='{left:.1f}' y='{_TOP:g}' width='{right - left:.1f}' height='{bottom - _TOP:g}' "
                        "fill='#8a5f00' fill-opacity='.13'/>")  # fmt: skip
    if zero:
        parts.append(f"<path d='M{axis.x(0.0):.1f} {_TOP:g}V{bottom:g}' stroke='#16202a' stroke-dasharray='3 3'/>")
    for k, row in enumerate(rows):
        y = _TOP + _ROW * (k + 0.5)
        colour = OWN if row.is_strong or not zero else GREY
        if row.value is None:
            continue
        if row.low is not None and row.high is not None:
            a, b = axis.x(row.low), axis.x(row.high)
            parts.append(
                f"<path d='M{a:.1f} {y:g}H{b:.1f}M{a:.1f} {y - 4:g}v8M{b:.1f} {y - 4:g}v8' stroke='{colour}' "
                "stroke-width='1.6' fill='none'/>"
            )
        parts.append(f"<circle cx='{axis.x(row.value):.1f}' cy='{y:g}' r='4' fill='{colour}'/>")
    return svg(parts, bottom + _AXIS, label)


def bars(rows: Sequence[tuple[str, float, float | None]], label: str, keys: tuple[str, str] | None = None) -> str:
    """Return a bar for each (name, value, second value), with a paler bar behind for the second; all from 0."""
    ends = [0.0, *(v for _, a, b in rows for v in (a, b) if v is not None)]
    axis = _Axis(ends, label, [name for name, *_ in rows], starts_at=0.0)
    parts = axis.frame(len(rows))
    for k, (_, value, second) in enumerate(rows):
        y = _TOP + _ROW * k + 4.0
        for v, opacity in ((second, ".35"), (value, "1")):
            if v is not None:
                width = max(0.0, axis.x(v) - axis.x(0.0))
                parts.append(
                    f"<rect x='{axis.x(0.0):.1f}' y='{y:g}' width='{width:.1f}' height='{_ROW - 8:g}' fill='{OWN}' "
                    f"fill-opacity='{opacity}'/>"
                )
    bottom = _TOP + _ROW * len(rows)
    if keys:
        looks = ((keys[0], f"stroke='{OWN}'"), (keys[1], f"stroke='{OWN}' stroke-opacity='.35'"))
        parts += key_row(looks, bottom + _AXIS + 4.0, 6.0)
    return svg(parts, bottom + _AXIS + (22.0 if keys else 0.0), label)


def distributions(rows: Sequence[tuple[str, np.ndarray]], label: str, *, zero: bool = False) -> str:
    """Return a histogram for each row of finite values on a common axis, with its mean as a line."""
    finite = [(name, values[np.isfinite(values)]) for name, values in rows]
    every = np.concatenate([values for _, values in finite]) if finite else np.zeros(0)
    if not every.size:
        return ""
    edges = _edges(every)
    axis = _Axis([*edges[[0, -1]].tolist(), *([0.0] if zero else [])], label, [name for name, _ in finite])
    height = 46.0
    parts = axis.frame(len(rows), height)
    for k, (_, values) in enumerate(finite):
        counts = np.histogram(values, edges)[0] / max(1, values.size)
        base, most = _TOP + height * (k + 1) - 3.0, max(float(counts.max(initial=0.0)), 1e-9)
        for count, a, b in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if count > 0.0:
                h = (height - 10.0) * count / most
                x, width = axis.x(a), max(1.0, axis.x(b) - axis.x(a) - 0.6)
                parts.append(
                    f"<rect x='{x:.1f}' y='{base - h:.1f}' width='{width:.1f}' height='{h:.1f}' fill='{OWN}' "
                    f"fill-opacity='.6'><title>{a:.4g} - {b:.4g}: {count:.1%}</title></rect>"
                )
        if values.size:
            x = axis.x(float(values.mean()))
            parts.append(f"<path d='M{x:.1f} {base - height + 8:.1f}V{base:.1f}' stroke='#b3261e' stroke-width='2'/>")
    bottom = _TOP + height * len(rows)
    if zero:
        parts.append(f"<path d='M{axis.x(0.0):.1f} {_TOP:g}V{bottom:g}' stroke='#16202a' stroke-dasharray='3 3'/>")
    return svg(parts, bottom + _AXIS, label)


def scatter(points: Sequence[tuple[str, float, float, float]], x_label: str, y_label: str) -> str:
    """Return effect against cost: (name, x, y, probability) each; the more probable, the fuller the point."""
    height, left = 340.0, 70.0
    flat = Plane([p[1] for p in points], [p[2] for p in points], x_label, y_label, height, left)
    parts = flat.frame()
    named: list[tuple[str, float, float, float]] = []
    for point in sorted(points, key=lambda p: -p[3]):
        place = flat.x(point[1]), flat.y(point[2])
        if len(named) < 8 and all(
            abs(flat.y(other[2]) - place[1]) > 15.0 or abs(flat.x(other[1]) - place[0]) > 250.0 for other in named
        ):
            named.append(point)
    for name, x, y, probability in points:
        parts.append(
            f"<circle cx='{flat.x(x):.1f}' cy='{flat.y(y):.1f}' r='5' fill='{OWN}' "
            f"fill-opacity='{0.12 + 0.88 * probability:.2f}' stroke='{OWN}'><title>{escape(name)}: "
            f"{probability:.2f}</title></circle>"
        )
    for name, x, y, _ in named:
        is_right = flat.x(x) > 0.6 * _WIDTH
        anchor, shift = ("end", -9.0) if is_right else ("start", 9.0)
        parts.append(
            f"<text x='{flat.x(x) + shift:.1f}' y='{flat.y(y) - 7:.1f}' text-anchor='{anchor}'>"
            f"{escape(cut(name))}</text>"
        )
    return svg(parts, height, y_label)


def lines(
    rows: Sequence[tuple[str, Sequence[float], Sequence[float], str, str]],
    x_label: str,
    y_label: str,
    height: float = 300.0,
) -> str:
    """Return lines (name, x, y, colour, dashes) over a common axis; y begins at 0 where no value is below."""
    xs = [x for row in rows for x in row[1]]
    ys = [y for row in rows for y in row[2] if math.isfinite(y)]
    flat = Plane(xs, [0.0, *ys], x_label, y_label, height - 22.0, 70.0)
    parts = flat.frame()
    looks: list[tuple[str, str]] = []
    for name, x, y, colour, dashes in rows:
        look = f"stroke='{colour}'" + (f" stroke-dasharray='{dashes}'" if dashes else "")
        looks.append((name, look))
        path = " ".join(f"{flat.x(a):.1f},{flat.y(b):.1f}" for a, b in zip(x, y, strict=True) if math.isfinite(b))
        parts.append(f"<polyline points='{path}' fill='none' {look} stroke-width='1.8'/>")
    parts += key_row(looks, height - 8.0, 1.8)
    return svg(parts, height, y_label)


def effects(factors: Sequence[tuple[str, Sequence[str], Sequence[float]]], label: str) -> str:
    """Return the main effect of each factor (name, its values, the means there) side by side, on the same scale."""
    across = min(3, len(factors))
    width, height = _WIDTH / across, 190.0
    every = [mean for *_, means in factors for mean in means]
    low, high = _range(every)
    parts: list[str] = []
    for k, (name, cells, means) in enumerate(factors):
        x0, y0 = (k % across) * width, (k // across) * height
        left, right, top, bottom = x0 + 48.0, x0 + width - 22.0, y0 + 24.0, y0 + height - 34.0

        def y(value: float, top: float = top, bottom: float = bottom) -> float:
            return bottom - (value - low) / (high - low) * (bottom - top)

        parts.append(f"<text x='{left:.1f}' y='{y0 + 14:.1f}' font-weight='bold'>{escape(cut(name))}</text>")
        parts.append(f"<path d='M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}' fill='none' stroke='#777'/>")
        for value in ticks(low, high):
            parts.append(f"<path d='M{left:.1f} {y(value):.1f}H{right:.1f}' stroke='#16202a' stroke-opacity='.1'/>")
            parts.append(f"<text x='{left - 5:.1f}' y='{y(value) + 4:.1f}' text-anchor='end'>{value:g}</text>")
        n = len(cells)
        xs = [left + (right - left) * (i + 0.5) / n for i in range(n)]
        path = " ".join(f"{a:.1f},{y(b):.1f}" for a, b in zip(xs, means, strict=True))
        parts.append(f"<polyline points='{path}' fill='none' stroke='{OWN}' stroke-width='1.8'/>")
        most = max(3, int((right - left) / n / _LETTER))
        for i, (a, b, cell) in enumerate(zip(xs, means, cells, strict=True)):
            parts.append(f"<circle cx='{a:.1f}' cy='{y(b):.1f}' r='3.2' fill='{OWN}'><title>{b:.4g}</title></circle>")
            if n <= 6 or i % 2 == 0:
                parts.append(
                    f"<text x='{a:.1f}' y='{bottom + 15:.1f}' text-anchor='middle'>{escape(cut(cell, most))}</text>"
                )
    return svg(parts, height * math.ceil(len(factors) / across), label)


def heat(x: tuple[str, Sequence[str]], y: tuple[str, Sequence[str]], values: np.ndarray, label: str) -> str:
    """Return a heat map: (factor, its values) across and down, and the means, (down, across); nan is left empty."""
    columns, rows = len(x[1]), len(y[1])
    left = 20.0 + max(_width(cut(name)) for name in (*y[1], y[0]))
    cell_w, cell_h = min(110.0, (_WIDTH - left - _RIGHT) / columns), 34.0
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    parts = [f"<text x='{left:g}' y='14' font-weight='bold'>{escape(cut(x[0]))}</text>"]
    parts.append(f"<text x='{left - 8:g}' y='32' text-anchor='end' font-weight='bold'>{escape(cut(y[0]))}</text>")
    for j, name in enumerate(x[1]):
        parts.append(
            f"<text x='{left + (j + 0.5) * cell_w:.1f}' y='32' text-anchor='middle'>{escape(cut(name, 14))}</text>"
        )
    for i, name in enumerate(y[1]):
        top = 40.0 + i * cell_h
        parts.append(f"<text x='{left - 8:.1f}' y='{top + 21:.1f}' text-anchor='end'>{escape(cut(name))}</text>")
        for j in range(columns):
            value = float(values[i, j])
            if not math.isfinite(value):
                continue
            share = (value - low) / (high - low) if high > low else 0.5
            parts.append(
                f"<rect x='{left + j * cell_w:.1f}' y='{top:.1f}' width='{cell_w - 2:.1f}' height='{cell_h - 2:.1f}' "
                f"fill='{OWN}' fill-opacity='{0.08 + 0.87 * share:.2f}'/>"
            )
            ink = "#fff" if share > 0.55 else "#16202a"
            parts.append(
                f"<text x='{left + (j + 0.5) * cell_w - 1:.1f}' y='{top + 21:.1f}' text-anchor='middle' "
                f"style='fill:{ink}'>{_cell(value, high - low)}</text>"
            )
    return svg(parts, 48.0 + rows * cell_h, label)


def _cell(value: float, spread: float) -> str:
    """Return a value of a heat map: all with the decimals that tell them apart, and no minus before a zero."""
    decimals = 0 if spread >= 100.0 or abs(value) >= 1000.0 else 1 if spread >= 10.0 else 2 if spread >= 1.0 else 3
    return f"{round(value, decimals) + 0.0:.{decimals}f}" if abs(value) < 1e6 else f"{value:.3g}"


def side_colours(sides: Sequence[str]) -> dict[str, str]:
    """Return a colour for each side."""
    return {side: COLOURS[k % len(COLOURS)] for k, side in enumerate(sides)}


class _Axis:
    """A horizontal axis with a name at the left of every row, and a note at its right."""

    def __init__(
        self, ends: Sequence[float], label: str, names: Sequence[str], *, starts_at: float | None = None,
        notes: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._names = [cut(name) for name in names]
        self._notes = list(notes)
        self._left = 16.0 + max([_width(name) for name in self._names], default=0.0)
        self._right = _WIDTH - _RIGHT - max([_width(note) for note in notes], default=0.0)
        low, high = _range(ends)
        room = 0.03 * (high - low)
        self._low, self._high = (low - room if starts_at is None else starts_at), high + room
        self._label = label

    def x(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._left + min(max(share, 0.0), 1.0) * (self._right - self._left)

    def frame(self, n_rows: int, height: float = _ROW) -> list[str]:
        bottom = _TOP + height * n_rows
        parts = [f"<path d='M{self._left:.1f} {bottom:g}H{self._right:.1f}' stroke='#777'/>"]
        for value in ticks(self._low, self._high):
            x = self.x(value)
            parts.append(f"<path d='M{x:.1f} {_TOP:g}V{bottom:g}' stroke='#16202a' stroke-opacity='.1'/>")
            parts.append(f"<text x='{x:.1f}' y='{bottom + 15:g}' text-anchor='middle'>{value:g}</text>")
        middle = 0.5 * (self._left + self._right)
        parts.append(f"<text x='{middle:.1f}' y='{bottom + 33:g}' text-anchor='middle'>{escape(self._label)}</text>")
        for k, name in enumerate(self._names):
            y = _TOP + height * (k + 0.5) + 4.0
            parts.append(f"<text x='{self._left - 8:.1f}' y='{y:g}' text-anchor='end'>{escape(name)}</text>")
            if k < len(self._notes) and self._notes[k]:
                parts.append(f"<text x='{self._right + 8:.1f}' y='{y:g}'>{escape(self._notes[k])}</text>")
        return parts


class Plane:
    """Two axes."""

    def __init__(
        self, xs: Sequence[float], ys: Sequence[float], x_label: str, y_label: str, height: float, left: float
    ) -> None:
        self._x_low, self._x_high = _padded(xs)
        self._y_low, self._y_high = _padded(ys)
        self._labels, self._height, self._left = (x_label, y_label), height, left
        self._bottom, self._right = height - 40.0, _WIDTH - _RIGHT

    def x(self, value: float) -> float:
        """Return the place of a value on the horizontal axis."""
        return self._left + (value - self._x_low) / (self._x_high - self._x_low) * (self._right - self._left)

    def y(self, value: float) -> float:
        """Return the place of a value on the vertical axis."""
        return self._bottom - (value - self._y_low) / (self._y_high - self._y_low) * (self._bottom - 12.0)

    def frame(self) -> list[str]:
        """Return the axes with their labels."""
        parts = [f"<path d='M{self._left:g} 12V{self._bottom:g}H{self._right:g}' fill='none' stroke='#777'/>"]
        parts += [
            f"<text x='{self.x(value):.1f}' y='{self._bottom + 15:g}' text-anchor='middle'>{value:g}</text>"
            for value in ticks(self._x_low, self._x_high)
        ]
        for value in ticks(self._y_low, self._y_high):
            y = self.y(value)
            parts.append(f"<path d='M{self._left:g} {y:.1f}H{self._right:g}' stroke='#16202a' stroke-opacity='.1'/>")
            parts.append(f"<text x='{self._left - 6:g}' y='{y + 4:.1f}' text-anchor='end'>{value:g}</text>")
        x_label, y_label = self._labels
        middle = 0.5 * (self._left + self._right)
        parts.append(f"<text x='{middle:.1f}' y='{self._bottom + 33:g}' text-anchor='middle'>{escape(x_label)}</text>")
        parts.append(
            f"<text transform='translate(14 {0.5 * self._bottom:.1f}) rotate(-90)' text-anchor='middle'>"
            f"{escape(y_label)}</text>"
        )
        return parts


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = _range(values)
    room = 0.05 * (high - low)
    return (low - room if low < 0.0 or low > 0.0 else low), high + room


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0))


def _edges(values: np.ndarray) -> np.ndarray:
    """Return the edges of the classes: each value for few whole numbers, else up to 30."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.array([low - 0.5, low + 0.5])
    if high - low <= 40.0 and bool(np.all(values == np.round(values))):
        return np.arange(low - 0.5, high + 1.0)
    return np.linspace(low, high, min(30, 6 + int(math.sqrt(values.size))) + 1)


def key_row(entries: Sequence[tuple[str, str]], y: float, width: float) -> list[str]:
    """Return a row of keys: (name, look of its line)."""
    parts: list[str] = []
    x = 70.0
    for name, look in entries:
        parts.append(f"<path d='M{x:.1f} {y - 4:.1f}h24' {look} stroke-width='{width:g}'/>")
        parts.append(f"<text x='{x + 30:.1f}' y='{y:.1f}'>{escape(cut(name))}</text>")
        x += 48.0 + _width(cut(name))
    return parts


def svg(parts: Sequence[str], height: float, label: str) -> str:
    """Return a picture of the width of the page; ``label`` is its text for readers that cannot see it."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:g} {height:g}' role='img' "
        f"aria-label='{escape(label, quote=True)}' style=\"{_STYLE}\">{''.join(parts)}</svg>"
    )


def cut(text: str, most: int = _LONGEST) -> str:
    """Return a text, cut off with an ellipsis beyond ``most`` letters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _width(text: str) -> float:
    return sum(_WIDE if ord(letter) > 0x1100 else _LETTER for letter in text)
