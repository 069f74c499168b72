"""Draw docs/images/joint-littoral-defence.svg: the demo at its start, as the scenario file has it.

Run from the root of the checkout: ``python docs/images/make_picture.py``. Needs the package only.
"""

import base64
from html import escape
from pathlib import Path

import numpy as np

from scenarios.compiler import Compiled
from scenarios.loader import load
from simcore.params import UP, UW
from simcore.types import Domain, Status
from viz.terrain_image import encode_png, shade

SCENARIO = "joint-littoral-defence"
TARGET = Path(__file__).with_name(f"{SCENARIO}.svg")
WIDTH = 960.0
FOOT = 64.0
COLOURS = ("#1f5fa8", "#b3261e")
FONT = "font-family='DejaVu Sans, Arial, sans-serif'"
SHAPES = {
    Domain.LAND: "<rect x='-5' y='-3.6' width='10' height='7.2'/>",
    Domain.SURFACE: "<path d='M-6 -3 H6 L3.5 4 H-3.5 Z'/>",
    Domain.SUBSURFACE: "<ellipse rx='6' ry='3.2'/>",
    Domain.AIR: "<path d='M0 -6 L5.5 4.5 L0 2 L-5.5 4.5 Z'/>",
}
POST = "<path d='M0 -8 L2.2 -2.6 L8 -2.4 L3.5 1.3 L5 7 L0 3.7 L-5 7 L-3.5 1.3 L-8 -2.4 L-2.2 -2.6 Z'/>"


def draw(compiled: Compiled) -> str:
    """Return the picture as SVG text."""
    west, east, south, north = compiled.roster.bounds_m
    scale = WIDTH / (east - west)
    height = (north - south) * scale
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:g} {height + FOOT:g}' role='img'>",
        f"<title>{escape(compiled.roster.title)}: both sides at the start</title>",
        f"<rect width='{WIDTH:g}' height='{height + FOOT:g}' fill='#ffffff'/>",
        ground(compiled, scale, north),
    ]
    for name, polygon in zip(compiled.roster.zones, compiled.roster.zone_polygon_m, strict=True):
        x, y = (polygon[0] - west) * scale, (north - polygon[1]) * scale
        corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        parts.append(
            f"<polygon points='{corners}' fill='#c98a00' fill-opacity='.10' stroke='#8a5f00' "
            "stroke-width='1.4' stroke-dasharray='5 3'/>"
        )
        parts.append(label(float(x.mean()), float(y.max()) + 13.0, name, "#6b4a00", 12))
    whole, real = compiled.params.units.whole, compiled.params.units.real
    at_host = whole[UW.STATUS0] == int(Status.ABOARD)
    for unit in np.argsort(whole[UW.IS_COMMAND_POST], kind="stable"):
        if at_host[unit]:
            continue
        x, y = (real[UP.X0, unit] - west) * scale, (north - real[UP.Y0, unit]) * scale
        shape = POST if whole[UW.IS_COMMAND_POST, unit] else SHAPES[Domain(int(whole[UW.DOMAIN, unit]))]
        colour = COLOURS[int(whole[UW.SIDE, unit])]
        place = f"translate({x:.1f} {y:.1f})"
        parts.append(f"<g transform='{place}' fill='{colour}' stroke='#fff' stroke-width='.9'>{shape}</g>")
    parts += [scale_bar(scale, height), legend(height), "</svg>"]
    return "\n".join(parts) + "\n"


def ground(compiled: Compiled, scale: float, north: float) -> str:
    """Return the terrain as an embedded picture."""
    place = compiled.ground
    png = encode_png(shade(place.terrain.elevation_m, place.terrain.surface, place.cell_m, "light"))
    rows, columns = place.terrain.surface.shape
    left = (place.west_m - compiled.roster.bounds_m[0]) * scale
    top = (north - place.south_m - rows * place.cell_m) * scale
    size = f"width='{columns * place.cell_m * scale:.1f}' height='{rows * place.cell_m * scale:.1f}'"
    data = base64.b64encode(png).decode()
    return f"<image x='{left:.1f}' y='{top:.1f}' {size} href='data:image/png;base64,{data}'/>"


def label(x: float, y: float, text: str, colour: str, size: int, anchor: str = "middle") -> str:
    """Return a line of text with a light rim."""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' text-anchor='{anchor}' fill='{colour}' "
        f"stroke='#fff' stroke-width='3' stroke-linejoin='round' paint-order='stroke'>{escape(text)}</text>"
    )


def scale_bar(scale: float, height: float) -> str:
    """Return a bar of 20 km in the lower right corner of the map."""
    length = 20_000.0 * scale
    x, y = WIDTH - 24.0 - length, height - 18.0
    bar = f"<path d='M{x:.1f} {y - 5:.1f} v5 h{length:.1f} v-5' fill='none' stroke='#222' stroke-width='1.6'/>"
    return bar + label(x + length / 2.0, y - 4.0, "20 km", "#222", 12)


def legend(height: float) -> str:
    """Return the legend below the map."""
    parts: list[str] = []
    x = 24.0
    for colour, name in zip(COLOURS, ("Blue, defends", "Red, attacks"), strict=True):
        y = height + 24.0
        parts.append(f"<rect x='{x:g}' y='{y - 9:g}' width='14' height='10' fill='{colour}'/>")
        parts.append(label(x + 20.0, y, name, "#222", 13, "start"))
        x += 150.0
    parts.append(
        label(
            x, height + 24.0, "aircraft and munitions wait aboard their hosts, and are not drawn", "#555", 12, "start"
        )
    )
    x = 32.0
    marks = [(POST, "command post")] + [
        (SHAPES[domain], domain.name.lower()) for domain in Domain if domain != Domain.AIR
    ]
    for shape, name in marks:
        parts.append(f"<g transform='translate({x:g} {height + 46:g})' fill='#444'>{shape}</g>")
        parts.append(label(x + 13.0, height + 50.0, name, "#222", 13, "start"))
        x += 150.0
    return "".join(parts)


if __name__ == "__main__":
    TARGET.write_text(draw(load(SCENARIO)), encoding="utf-8")
