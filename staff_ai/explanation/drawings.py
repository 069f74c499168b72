"""Drawings of a brief as SVG: the situation map, and interval bars of the courses. No scripts, nothing from outside."""

import base64
import math
from html import escape

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.terrain.image import encode_png, shade
from simcore.picture import OwnR, OwnW, Picture, SeenR, SeenW
from simcore.types import Domain, Identity, Status, ZoneKind
from staff_ai.explanation.wording import Wording, number
from staff_ai.explanation.world_variables import Unseen
from staff_ai.wargame.samples import Estimate

WIDTH = 640.0
_MOST_HEIGHT = 470.0
_MAX_PIXELS = 640
_COLOURS = {Identity.UNKNOWN: "#b58900", Identity.HOSTILE: "#b3261e", Identity.NEUTRAL: "#2e7d32"}
_OWN = "#1f5fa8"
_HEAT = "#7b1fa2"
_EDGE = "stroke='#fff' stroke-width='.8'"
_SHAPES = {
    Domain.LAND: "<rect x='-5' y='-3.6' width='10' height='7.2'/>",
    Domain.SURFACE: "<path d='M-6 -3H6L3.5 4H-3.5Z'/>",
    Domain.SUBSURFACE: "<ellipse rx='6' ry='3.2'/>",
    Domain.AIR: "<path d='M0 -6L5.5 4.5L0 2L-5.5 4.5Z'/>",
}
_LEFT = (Status.ACTIVE, Status.SERVICING)
_Box = tuple[float, float, float, float]  # left, top, right, bottom


def situation_map(
    compiled: Compiled, side: int, picture: Picture, unseen: Unseen | None, words: Wording, row: int = 0
) -> str:
    """Return the map of a side's picture: own units as reported, contacts, and where unseen enemies are expected."""
    west, east, south, north = compiled.roster.bounds_m
    scale = min(WIDTH / (east - west), _MOST_HEIGHT / (north - south))
    width, height = (east - west) * scale, (north - south) * scale
    left = (WIDTH - width) / 2.0
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:g} {height + 22:.1f}' role='img' class='map'>",
        f"<title>{escape(words.text('head.situation'))}</title>",
        f"<defs><clipPath id='sheet'><rect width='{width:.1f}' height='{height:.1f}'/></clipPath></defs>",
        f"<g transform='translate({left:.1f} 0)'><g clip-path='url(#sheet)'>",
        _ground(compiled, scale),
    ]
    parts += _grid(west, east, south, north, scale, height)
    zones, names = _zones(compiled, side, scale, words)
    parts += zones
    if unseen is not None:
        parts += _heat(unseen, scale, height)
    parts += _contacts(picture, row, west, north, scale)
    parts += _own_units(compiled, side, picture, row, scale, names, words)
    parts.append(f"</g><rect width='{width:.1f}' height='{height:.1f}' fill='none' stroke='#555'/></g>")
    parts += _grid_labels(west, east, scale, height, left)
    parts.append("</svg>")
    return "".join(parts)


def legend(unseen: Unseen | None, words: Wording) -> str:
    """Return the legend of the map as HTML."""

    def mark(shape: str, colour: str) -> str:
        return f"<svg viewBox='-8 -8 16 16' class='mark'><g fill='{colour}' {_EDGE}>{shape}</g></svg>"

    surface = _SHAPES[Domain.SURFACE]
    items = [mark(surface, _OWN) + escape(words.text("map.own"))]
    items += [
        mark(surface, _COLOURS[identity]) + escape(words.text(f"map.identity.{identity.name.lower()}"))
        for identity in (Identity.HOSTILE, Identity.UNKNOWN, Identity.NEUTRAL)
    ]
    ring = "<circle r='6' fill='none' stroke='#b3261e' stroke-width='1.2' stroke-dasharray='3 2'/>"
    items.append(f"<svg viewBox='-8 -8 16 16' class='mark'>{ring}</svg>" + escape(words.text("map.contact")))
    if unseen is not None:
        box = f"<rect x='-6' y='-6' width='12' height='12' fill='{_HEAT}' fill-opacity='.45'/>"
        text = words.text("map.unseen", n=number(unseen.n_units, 1))
        items.append(f"<svg viewBox='-8 -8 16 16' class='mark'>{box}</svg>" + escape(text))
    items.append(escape(words.text("map.axes")))
    return "<p class='legend'>" + "".join(f"<span>{item}</span>" for item in items) + "</p>"


def _ground(compiled: Compiled, scale: float) -> str:
    place = compiled.ground
    west, _, _, north = compiled.roster.bounds_m
    step = -(-max(place.terrain.surface.shape) // _MAX_PIXELS)
    surface, elevation = place.terrain.surface[::step, ::step], place.terrain.elevation_m[::step, ::step]
    cell_m = place.cell_m * step
    data = base64.b64encode(encode_png(shade(elevation, surface, cell_m, "light"))).decode()
    rows, columns = surface.shape
    x, y = (place.west_m - west) * scale, (north - place.south_m - rows * cell_m) * scale
    return (
        f"<image x='{x:.1f}' y='{y:.1f}' width='{columns * cell_m * scale:.1f}' height='{rows * cell_m * scale:.1f}' "
        f"preserveAspectRatio='none' href='data:image/png;base64,{data}'/>"
    )


def _spacing_m(span_m: float) -> float:
    wanted = span_m / 6.0
    unit = 10.0 ** math.floor(math.log10(wanted))
    return max(k * unit for k in (1.0, 2.0, 5.0) if k * unit <= wanted)


def _grid(west: float, east: float, south: float, north: float, scale: float, height: float) -> list[str]:
    gap = _spacing_m(east - west)
    parts: list[str] = []
    for k in range(math.ceil(west / gap), math.floor(east / gap) + 1):
        x = (k * gap - west) * scale
        parts.append(f"<path d='M{x:.1f} 0V{height:.1f}' stroke='#000' stroke-opacity='.13' fill='none'/>")
    for k in range(math.ceil(south / gap), math.floor(north / gap) + 1):
        y = (north - k * gap) * scale
        parts.append(f"<path d='M0 {y:.1f}H{(east - west) * scale:.1f}' stroke='#000' stroke-opacity='.13'/>")
        parts.append(f"<text x='3' y='{y - 2:.1f}' class='axis'>{k * gap / 1e3:g}</text>")
    return parts


def _grid_labels(west: float, east: float, scale: float, height: float, left: float) -> list[str]:
    gap = _spacing_m(east - west)
    return [
        f"<text x='{left + (k * gap - west) * scale:.1f}' y='{height + 14:.1f}' class='axis' text-anchor='middle'>"
        f"{k * gap / 1e3:g}</text>"
        for k in range(math.ceil(west / gap + 0.2), math.floor(east / gap - 0.2) + 1)
    ]


def _zones(compiled: Compiled, side: int, scale: float, words: Wording) -> tuple[list[str], list[_Box]]:
    """Return the zones that the side knows, and the places of their names."""
    roster, known = compiled.roster, compiled.briefings[side].zone_names
    west, _, _, north = roster.bounds_m
    parts: list[str] = []
    names: list[_Box] = []
    for name, kind, polygon in zip(roster.zones, roster.zone_kind, roster.zone_polygon_m, strict=True):
        if name not in known:
            continue
        told = words.named("places", name)
        x, y = (polygon[0] - west) * scale, (north - polygon[1]) * scale
        colour = "#b3261e" if kind == int(ZoneKind.NO_FIRE) else "#8a5f00"
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        half, base = 0.5 * _width(told), float(y.max()) - 4.0
        names.append((float(x.mean()) - half, base - 8.5, float(x.mean()) + half, base + 1.5))
        parts.append(
            f"<polygon points='{points}' fill='{colour}' fill-opacity='.08' stroke='{colour}' stroke-dasharray='5 3'/>"
            f"<text x='{x.mean():.1f}' y='{base:.1f}' class='name' fill='{colour}' text-anchor='middle'>"
            f"{escape(told)}</text>"
        )
    return parts, names


def _width(text: str) -> float:
    """Return the width of a name on the map; a syllable of Hangul is as wide as two letters."""
    return sum(10.0 if ord(letter) > 0x1100 else 6.3 for letter in text)


def _heat(unseen: Unseen, scale: float, height: float) -> list[str]:
    most = float(unseen.number.max(initial=0.0))
    if most <= 0.0:
        return []
    wide, high = unseen.cell_m[0] * scale, unseen.cell_m[1] * scale
    parts: list[str] = []
    for row, column in zip(*np.nonzero(unseen.number > 0.02 * most), strict=True):
        share = float(unseen.number[row, column]) / most
        parts.append(
            f"<rect x='{column * wide:.1f}' y='{height - (row + 1) * high:.1f}' width='{wide:.1f}' height='{high:.1f}' "
            f"fill='{_HEAT}' fill-opacity='{0.08 + 0.5 * share:.2f}'/>"
        )
    return parts


def _contacts(picture: Picture, row: int, west: float, north: float, scale: float) -> list[str]:
    parts: list[str] = []
    n = int(picture.n_contacts[row])
    real, whole = picture.contact_real[row], picture.contact_whole[row]
    for k in range(n):
        identity = Identity(int(whole[SeenW.IDENTITY, k]))
        colour = _COLOURS.get(identity, "#555")
        x, y = (float(real[SeenR.X, k]) - west) * scale, (north - float(real[SeenR.Y, k])) * scale
        radius = max(2.0 * float(real[SeenR.ERROR_M, k]) * scale, 7.0)
        shape = _SHAPES[Domain(int(whole[SeenW.DOMAIN, k]))]
        parts.append(
            f"<g transform='translate({x:.1f} {y:.1f})'><circle r='{radius:.1f}' fill='{colour}' fill-opacity='.07' "
            f"stroke='{colour}' stroke-dasharray='3 2'/><g fill='{colour}' {_EDGE}>{shape}</g></g>"
        )
    return parts


def _own_units(
    compiled: Compiled, side: int, picture: Picture, row: int, scale: float, taken: list[_Box], words: Wording
) -> list[str]:
    """Return own units and the names of their groups; ``taken`` are the places of other names."""
    briefing = compiled.briefings[side]
    west, east, south, north = compiled.roster.bounds_m
    real, status = picture.own_real[row], picture.own_whole[row, OwnW.STATUS]
    parts: list[str] = []
    places: dict[int, list[tuple[float, float]]] = {}
    for k in np.flatnonzero(np.isin(status, _LEFT)):
        x, y = (float(real[OwnR.X, k]) - west) * scale, (north - float(real[OwnR.Y, k])) * scale
        places.setdefault(int(briefing.group_of_unit[k]), []).append((x, y))
        shape = _SHAPES[Domain(int(briefing.domain[k]))]
        parts.append(f"<g transform='translate({x:.1f} {y:.1f}) scale(.9)' fill='{_OWN}' {_EDGE}>{shape}</g>")
    boxes: list[_Box] = list(taken)
    for group, found in sorted(places.items()):
        name = words.named("groups", briefing.group_names[group])
        x, y, box = _free_place(found, _width(name), boxes, (east - west) * scale, (north - south) * scale)
        boxes.append(box)
        parts.append(
            f"<text x='{x:.1f}' y='{y:.1f}' class='name' fill='#12406f' text-anchor='middle'>{escape(name)}</text>"
        )
    return parts


def _free_place(
    points: list[tuple[float, float]], width: float, taken: list[_Box], most_x: float, most_y: float
) -> tuple[float, float, _Box]:
    """Return the place of a name near some points that covers no other: below, above, beside them, then farther off."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x, top, bottom = sum(xs) / len(xs), min(ys), max(ys)
    beside = 0.5 * width + 9.0
    near = [(x, bottom + 14.0), (x, top - 8.0), (max(xs) + beside, 0.5 * (top + bottom)), (min(xs) - beside, ys[0])]
    far = [(x, bottom + 14.0 + 11.0 * k) for k in range(1, 6)] + [(x, top - 8.0 - 11.0 * k) for k in range(1, 6)]
    first: tuple[float, float, _Box] | None = None
    for a, b in near + far:
        a, b = min(max(a, 0.5 * width + 2.0), most_x - 0.5 * width - 2.0), min(max(b, 11.0), most_y - 4.0)
        box = (a - 0.5 * width, b - 8.5, a + 0.5 * width, b + 1.5)
        first = first or (a, b, box)
        if all(box[0] > o[2] or box[2] < o[0] or box[1] > o[3] or box[3] < o[1] for o in taken):
            return a, b, box
    assert first is not None
    return first


def interval_bar(mean: Estimate, low: float, high: float, *, is_marked: bool) -> str:
    """Return a bar of an interval on the common axis ``low`` to ``high``."""

    def at(value: float) -> float:
        return 4.0 + 112.0 * (min(max(value, low), high) - low) / max(high - low, 1e-9)

    colour = _OWN if is_marked else "#777"
    zero = f"<path d='M{at(0.0):.1f} 1V15' stroke='#bbb' stroke-dasharray='2 2'/>" if low < 0.0 < high else ""
    a, b = (at(one) if np.isfinite(one) else at(low if one < 0.0 else high) for one in (mean.low, mean.high))
    return (
        "<svg viewBox='0 0 120 16' class='bar'>"
        f"{zero}<path d='M{a:.1f} 8H{b:.1f}M{a:.1f} 4V12M{b:.1f} 4V12' fill='none' stroke='{colour}' "
        "stroke-width='1.6'/>"
        f"<circle cx='{at(mean.value):.1f}' cy='8' r='3.2' fill='{colour}'/></svg>"
    )
