"""The start of a scenario as an SVG file: ground, zones, both sides. Needs no imaging library."""

import base64
import math
from html import escape
from pathlib import Path

import numpy as np

from logistics.drawing.panels import label
from scenarios.compiler.compiled import Compiled
from scenarios.terrain.image import encode_png, shade
from simcore.params import UnitSpecR, UnitSpecW
from simcore.recording.files import write_text
from simcore.recording.map_document import rings_of
from simcore.types import F64, Domain, Status, ZoneKind

WIDTH = 960.0
FOOT = 64.0
COLOURS = ("#1f5fa8", "#b3261e", "#2e7d32")
SHAPES = {
    Domain.LAND: "<rect x='-5' y='-3.6' width='10' height='7.2'/>",
    Domain.SURFACE: "<path d='M-6 -3 H6 L3.5 4 H-3.5 Z'/>",
    Domain.SUBSURFACE: "<ellipse rx='6' ry='3.2'/>",
    Domain.AIR: "<path d='M0 -6 L5.5 4.5 L0 2 L-5.5 4.5 Z'/>",
}
POST = "<path d='M0 -8 L2.2 -2.6 L8 -2.4 L3.5 1.3 L5 7 L0 3.7 L-5 7 L-3.5 1.3 L-8 -2.4 L-2.2 -2.6 Z'/>"
_MAX_SIDE = 1024


def write_picture(compiled: Compiled, path: Path) -> None:
    """Write the picture. Raises ``WargameError`` if the file cannot be written."""
    write_text(path, draw(compiled))


def draw(compiled: Compiled) -> str:
    """Return the picture as SVG text."""
    west, east, south, north = compiled.roster.bounds_m
    scale = WIDTH / (east - west)
    height = (north - south) * scale
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:g} {height + FOOT:g}' role='img'>",
        f"<title>{escape(compiled.roster.title or compiled.roster.scenario)}: both sides at the start</title>",
        f"<rect width='{WIDTH:g}' height='{height + FOOT:g}' fill='#ffffff'/>",
        _ground(compiled, scale, north),
    ]
    roster = compiled.roster
    for line_m in roster.road_line_m:
        points = " ".join(f"{(a - west) * scale:.1f},{(north - b) * scale:.1f}" for a, b in line_m.T)
        parts.append(f"<polyline points='{points}' fill='none' stroke='#5a4a3a' stroke-width='1.6'/>")
    for name, kind, polygon in zip(roster.zones, roster.zone_kind, roster.zone_polygon_m, strict=True):
        x, y = (polygon[0] - west) * scale, (north - polygon[1]) * scale
        fill, line, text = ("#b3261e", "#b3261e", "#7a1710") if kind == int(ZoneKind.NO_FIRE) else \
            ("#c98a00", "#8a5f00", "#6b4a00")  # fmt: skip
        parts.append(
            f"<path d='{_outline(polygon, west, north, scale)}' fill='{fill}' fill-opacity='.10' fill-rule='evenodd' "
            f"stroke='{line}' stroke-width='1.4' stroke-dasharray='5 3'/>"
        )
        parts.append(label(float(x.mean()), float(y.max()) + 13.0, name, size=12, colour=text))
    for name, polygon in zip(roster.minefields, roster.minefield_polygon_m, strict=True):
        outline = _outline(polygon, west, north, scale)
        parts.append(f"<path d='{outline}' fill='#6b3fa0' fill-opacity='.14' stroke='#6b3fa0' stroke-width='1.4'/>")
        x, y = (polygon[0] - west) * scale, (north - polygon[1]) * scale
        parts.append(label(float(x.mean()), float(y.max()) + 13.0, f"{name} (mines)", size=12, colour="#4c2a78"))
    parts += [*_units(compiled, scale), _scale_bar(scale, height), _legend(compiled, height), "</svg>"]
    return "\n".join(parts) + "\n"


def _outline(polygon: F64, west: float, north: float, scale: float) -> str:
    """Return the path of an area: its outline, holes and further parts without the seams between them."""
    rings = [
        " ".join(f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.T) for ring in rings_of(polygon)
    ]
    return "".join(f"M{ring}Z" for ring in rings)


def _colours(compiled: Compiled) -> list[str]:
    sides = compiled.scenario.content.sides
    return [side.colour or COLOURS[min(i, len(COLOURS) - 1)] for i, side in enumerate(sides)]


def _units(compiled: Compiled, scale: float) -> list[str]:
    west, _, _, north = compiled.roster.bounds_m
    whole, real, colours = compiled.params.units.whole, compiled.params.units.real, _colours(compiled)
    marks: list[str] = []
    for unit in np.argsort(whole[UnitSpecW.IS_COMMAND_POST], kind="stable"):
        if whole[UnitSpecW.STATUS0, unit] == int(Status.ABOARD):
            continue
        x, y = (real[UnitSpecR.X0, unit] - west) * scale, (north - real[UnitSpecR.Y0, unit]) * scale
        shape = POST if whole[UnitSpecW.IS_COMMAND_POST, unit] else SHAPES[Domain(int(whole[UnitSpecW.DOMAIN, unit]))]
        colour, place = colours[int(whole[UnitSpecW.SIDE, unit])], f"translate({x:.1f} {y:.1f})"
        marks.append(f"<g transform='{place}' fill='{colour}' stroke='#fff' stroke-width='.9'>{shape}</g>")
    return marks


def _ground(compiled: Compiled, scale: float, north: float) -> str:
    """Return the terrain as an embedded image."""
    place = compiled.ground
    step = -(-max(place.terrain.surface.shape) // _MAX_SIDE)
    surface, elevation = place.terrain.surface[::step, ::step], place.terrain.elevation_m[::step, ::step]
    cell_m = place.cell_m * step
    png = encode_png(shade(elevation, surface, cell_m, "light"))
    rows, columns = surface.shape
    left = (place.west_m - compiled.roster.bounds_m[0]) * scale
    top = (north - place.south_m - rows * cell_m) * scale
    size = f"width='{columns * cell_m * scale:.1f}' height='{rows * cell_m * scale:.1f}'"
    data = base64.b64encode(png).decode()
    return (
        f"<image x='{left:.1f}' y='{top:.1f}' {size} preserveAspectRatio='none' href='data:image/png;base64,{data}'/>"
    )


def _scale_bar(scale: float, height: float) -> str:
    """Return a scale bar of round length, about a sixth of the width, in the lower right corner of the map."""
    wanted = WIDTH / scale / 6.0
    unit = 10.0 ** math.floor(math.log10(wanted))
    length_m = max(k * unit for k in (1.0, 2.0, 5.0) if k * unit <= wanted)
    length = length_m * scale
    x, y = WIDTH - 24.0 - length, height - 18.0
    bar = f"<path d='M{x:.1f} {y - 5:.1f} v5 h{length:.1f} v-5' fill='none' stroke='#222' stroke-width='1.6'/>"
    text = f"{length_m / 1e3:g} km" if length_m >= 1e3 else f"{length_m:g} m"
    return bar + label(x + length / 2.0, y - 4.0, text, size=12, colour="#222")


def _legend(compiled: Compiled, height: float) -> str:
    """Return the legend below the map."""
    parts: list[str] = []
    x, y = 24.0, height + 24.0
    for colour, side in zip(_colours(compiled), compiled.scenario.content.sides, strict=True):
        name = side.name.capitalize() + (f", {side.title.lower()}" if side.title and side.title != side.name else "")
        name = name if len(name) <= 30 else f"{name[:29]}…"
        parts.append(f"<rect x='{x:g}' y='{y - 9:g}' width='14' height='10' fill='{colour}'/>")
        parts.append(label(x + 20.0, y, name, size=13, anchor="start", colour="#222"))
        x += max(150.0, 40.0 + 8.0 * len(name))
    if (compiled.params.units.whole[UnitSpecW.STATUS0] == int(Status.ABOARD)).any():
        text = "units aboard a host are not drawn"
        parts.append(label(x, y, text, size=12, anchor="start", colour="#555"))
    x = 32.0
    for shape, name in [(POST, "command post")] + [(SHAPES[domain], domain.name.lower()) for domain in Domain]:
        parts.append(f"<g transform='translate({x:g} {height + 46:g})' fill='#444'>{shape}</g>")
        parts.append(label(x + 13.0, height + 50.0, name, size=13, anchor="start", colour="#222"))
        x += 150.0
    return "".join(parts)
