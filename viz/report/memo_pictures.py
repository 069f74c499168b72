"""Pictures of a procurement memo: effect against money, and the place where a finalist fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from logistics.drawing.panels import COLOURS, GREY, OTHER, OWN
from viz.paper.pictures import Plane, cut, key_row, svg

_HEIGHT = 400.0


@dataclass(frozen=True)
class Priced:
    """A finalist: its cost and effect with their ranges."""

    name: str
    cost: tuple[float, float, float]  # low, likely, high
    effect: tuple[float, float, float]  # low, value, high
    probability: float  # of the front
    is_marked: bool


@dataclass(frozen=True)
class Curve:
    """The best effect for each amount of money; steps from one cost to the next."""

    name: str
    cost: Sequence[float]
    effect: Sequence[float]


def budget_curves(
    curves: Sequence[Curve], finalists: Sequence[Priced], budget: float, labels: tuple[str, str, str], *, more: bool
) -> str:
    """Return effect against money: curves as steps, finalists as points with whiskers, the budget as a line.

    ``labels`` are those of the axes and of the budget. ``more``: whether more effect is better.
    """
    xs = [0.0, budget, *(c for one in finalists for c in one.cost)]
    ys = [e for one in finalists for e in one.effect] + [e for curve in curves for e in curve.effect]
    plane = Plane(xs, ys, labels[0], labels[1], _HEIGHT - 26.0, 74.0)
    parts = plane.frame()
    end = plane.x(budget)
    parts.append(f"<path d='M{end:.1f} 12V{_HEIGHT - 66:.1f}' stroke='{OTHER}' stroke-dasharray='5 4'/>")
    parts.append(f"<text x='{end - 5:.1f}' y='24' text-anchor='end' style='fill:{OTHER}'>{escape(labels[2])}</text>")
    looks: list[tuple[str, str]] = []
    for k, curve in enumerate(curves):
        colour = OWN if k == 0 else COLOURS[(k + 1) % len(COLOURS)]
        look = f"stroke='{colour}' stroke-opacity='{0.9 if k == 0 else 0.55}'" + (
            " stroke-dasharray='5 3'" if k else ""
        )
        looks.append((curve.name, look))
        corners: list[str] = []
        for i, (cost, effect) in enumerate(zip(curve.cost, curve.effect, strict=True)):
            if i:
                corners.append(f"{plane.x(cost):.1f},{plane.y(curve.effect[i - 1]):.1f}")
            corners.append(f"{plane.x(cost):.1f},{plane.y(effect):.1f}")
        if curve.cost:
            corners.append(f"{end:.1f},{plane.y(curve.effect[-1]):.1f}")
        width = 2.4 if k == 0 else 1.4
        parts.append(f"<polyline points='{' '.join(corners)}' fill='none' {look} stroke-width='{width}'/>")
    for one in finalists:
        x, y = plane.x(one.cost[1]), plane.y(one.effect[1])
        colour = OWN if one.is_marked else GREY
        parts.append(
            f"<path d='M{plane.x(one.cost[0]):.1f} {y:.1f}H{plane.x(one.cost[2]):.1f}M{x:.1f} "
            f"{plane.y(one.effect[0]):.1f}V{plane.y(one.effect[2]):.1f}' stroke='{colour}' stroke-width='1.4' "
            "fill='none'/>"
        )
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{6 if one.is_marked else 5}' fill='{colour}' stroke='{colour}' "
            f"fill-opacity='{0.15 + 0.85 * one.probability:.2f}'><title>{escape(one.name)}</title></circle>"
        )
    parts += _names(plane, finalists, more=more)
    parts += key_row(looks, _HEIGHT - 8.0, 2.2)
    return svg(parts, _HEIGHT, labels[1])


def _names(plane: Plane, finalists: Sequence[Priced], *, more: bool) -> list[str]:
    """Return the names of the finalists beside their points, moved apart where they would cover each other."""
    taken: list[tuple[float, float]] = []
    parts: list[str] = []
    for one in sorted(finalists, key=lambda one: not one.is_marked):
        x, y = plane.x(one.cost[1]), plane.y(one.effect[1]) + (16.0 if more else -9.0)
        while any(abs(y - other[1]) < 13.0 and abs(x - other[0]) < 90.0 for other in taken):
            y += 14.0 if more else -14.0
        taken.append((x, y))
        shift, anchor = (-9.0, "end") if x > 600.0 else (9.0, "start")
        weight = " font-weight='bold'" if one.is_marked else ""
        parts.append(
            f"<text x='{x + shift:.1f}' y='{y:.1f}' text-anchor='{anchor}'{weight} stroke='#fff' stroke-width='3' "
            f"paint-order='stroke'>{escape(cut(one.name, 22))}</text>"
        )
    return parts
