"""A chart of lines as SVG text: axes with round numbers, a legend, marked points."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

FONT = "font-family='DejaVu Sans, Arial, sans-serif'"
COLOURS = ("#1f5fa8", "#b3261e", "#2e7d32", "#8a5f00", "#6b3fa0", "#00707a")

_WIDTH, _HEIGHT = 720.0, 420.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 78.0, 24.0, 44.0, 84.0


@dataclass(frozen=True)
class Line:
    """A line: its name and its points, x and y in the units of the axes. Points that are not finite are left out."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    is_dashed: bool = False
    is_stepped: bool = False


@dataclass(frozen=True)
class Mark:
    """A marked point with a text."""

    x: float
    y: float
    text: str


def line_chart(title: str, x_label: str, y_label: str, lines: Sequence[Line], marks: Sequence[Mark] = ()) -> str:
    """Return a chart as SVG text. The axes show everything; y begins at 0 where no value is below."""
    points = [
        (x, y) for line in lines for x, y in zip(line.x, line.y, strict=True) if math.isfinite(x) and math.isfinite(y)
    ] + [(mark.x, mark.y) for mark in marks]
    x_low, x_high = _range([x for x, _ in points])
    y_low, y_high = _range([y for _, y in points])
    y_low = min(0.0, y_low)
    y_high += 0.06 * (y_high - y_low)

    def across(x: float) -> float:
        return _LEFT + (x - x_low) / (x_high - x_low) * (_WIDTH - _LEFT - _RIGHT)

    def down(y: float) -> float:
        return _HEIGHT - _BOTTOM - (y - y_low) / (y_high - y_low) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:g} {_HEIGHT:g}' role='img'>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{_WIDTH:g}' height='{_HEIGHT:g}' fill='#ffffff'/>",
        text(_LEFT, 24.0, title, size=15, anchor="start"),
    ]
    for value in _ticks(x_low, x_high):
        parts.append(f"<path d='M{across(value):.1f} {_TOP}V{_HEIGHT - _BOTTOM}' stroke='#e2e2e2'/>")
        parts.append(text(across(value), _HEIGHT - _BOTTOM + 17.0, f"{value:g}"))
    for value in _ticks(y_low, y_high):
        parts.append(f"<path d='M{_LEFT} {down(value):.1f}H{_WIDTH - _RIGHT}' stroke='#e2e2e2'/>")
        parts.append(text(_LEFT - 7.0, down(value) + 4.0, f"{value:g}", anchor="end"))
    for k, line in enumerate(lines):
        colour, dash = COLOURS[k % len(COLOURS)], " stroke-dasharray='6 4'" if line.is_dashed else ""
        path = _path(line, across, down)
        parts.append(f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='2'{dash}/>")
    for mark in marks:
        x, y = across(mark.x), down(mark.y)
        anchor = "end" if x > 0.7 * _WIDTH else "start"
        parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4.5' fill='#222'/>")
        parts.append(text(x + (-9.0 if anchor == "end" else 9.0), y - 8.0, mark.text, anchor=anchor))
    parts.append(f"<path d='M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}' fill='none' stroke='#333'/>")
    parts.append(text(0.5 * (_LEFT + _WIDTH - _RIGHT), _HEIGHT - _BOTTOM + 36.0, x_label, size=13))
    middle = 0.5 * (_TOP + _HEIGHT - _BOTTOM)
    parts.append(f"<g transform='translate(18 {middle:.1f}) rotate(-90)'>{text(0.0, 0.0, y_label, size=13)}</g>")
    parts += [*_legend(lines), "</svg>"]
    return "\n".join(parts) + "\n"


def text(x: float, y: float, words: str, size: int = 12, anchor: str = "middle", colour: str = "#222") -> str:
    """Return a line of text with a light outline."""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' text-anchor='{anchor}' fill='{colour}' "
        f"stroke='#fff' stroke-width='3' stroke-linejoin='round' paint-order='stroke'>{escape(words)}</text>"
    )


def _legend(lines: Sequence[Line]) -> list[str]:
    parts: list[str] = []
    x, y = _LEFT, _HEIGHT - 16.0
    for k, line in enumerate(lines):
        dash = " stroke-dasharray='6 4'" if line.is_dashed else ""
        colour = COLOURS[k % len(COLOURS)]
        parts.append(f"<path d='M{x:.1f} {y - 4.0:.1f}h24' stroke='{colour}' stroke-width='2'{dash}/>")
        parts.append(text(x + 30.0, y, line.name, anchor="start"))
        x += 52.0 + 7.0 * len(line.name)
    return parts


def _path(line: Line, across: Callable[[float], float], down: Callable[[float], float]) -> str:
    parts: list[str] = []
    for x, y in zip(line.x, line.y, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            if line.is_stepped and parts:
                parts.append(f"H{across(x):.1f}")
            parts.append(f"{'L' if parts else 'M'}{across(x):.1f} {down(y):.1f}")
    return "".join(parts)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0))


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers within the range, about six."""
    wanted = (high - low) / 6.0
    unit = 10.0 ** math.floor(math.log10(wanted))
    step = next(k * unit for k in (1.0, 2.0, 5.0, 10.0) if k * unit >= wanted * (1.0 - 1e-9))
    return [k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
