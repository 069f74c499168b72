"""A small text map of a scenario."""

import math

import numpy as np

from scenarios.compiler.compiled import Compiled
from scenarios.terrain.rasters import Ground
from simcore.params import UnitSpecR, UnitSpecW
from simcore.recording.map_document import rings_of
from simcore.types import F64, N_BELLIGERENTS, U8, Domain, Status, Surface, ZoneKind

GROUND = {
    Surface.WATER: "~",
    Surface.OPEN: ".",
    Surface.ROUGH: ",",
    Surface.FOREST: '"',
    Surface.URBAN: "#",
    Surface.MARSH: ";",
    Surface.ROAD: "=",
}
MARKS = {Domain.LAND: "l", Domain.SURFACE: "s", Domain.SUBSURFACE: "u", Domain.AIR: "a"}
TIE = "\N{NO-BREAK SPACE}"
"""Keeps a symbol and its meaning on one line; shown as a blank."""

_LEAST_SHARE = 0.05
"""Least share of a map cell for a river or an islet in it to be drawn."""

_ANSI_SIDES = ("\x1b[1;94m", "\x1b[1;91m", "\x1b[1;92m")
_ANSI_WATER, _ANSI_LAND, _ANSI_ZONE, _ANSI_END = "\x1b[36m", "\x1b[32m", "\x1b[1;93m", "\x1b[0m"


def draw_map(compiled: Compiled, columns: int, rows: int, *, is_coloured: bool) -> list[str]:
    """Return ``rows`` lines of ``columns`` characters, north at the top.

    A letter marks the domain of the units in a cell: small for the first side, capital for the second, ``*`` for
    a command post, ``+`` for several sides; ``n`` is a neutral. ``o`` is the edge of a zone, ``x`` of a no-fire zone,
    ``m`` of a minefield; the number of a zone (``map_key``) stands on its northern edge.
    """
    west, east, south, north = compiled.roster.bounds_m
    surface = surfaces(compiled.ground, compiled.roster.bounds_m, columns, rows)
    text = [[GROUND[Surface(int(code))] for code in line] for line in surface]
    style = [[_ANSI_WATER if code == int(Surface.WATER) else _ANSI_LAND for code in line] for line in surface]

    def cell(x_m: float, y_m: float) -> tuple[int, int]:
        column = int((x_m - west) / (east - west) * columns)
        row = int((north - y_m) / (north - south) * rows)
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    kinds = compiled.roster.zone_kind
    rims = ["x" if kind == int(ZoneKind.NO_FIRE) else "o" for kind in kinds] + ["m"] * len(compiled.roster.minefields)
    outlines = (*compiled.roster.zone_polygon_m, *compiled.roster.minefield_polygon_m)
    for rim, polygon in (
        (rim, ring) for rim, outline in zip(rims, outlines, strict=True) for ring in rings_of(outline)
    ):
        for k in range(polygon.shape[1]):
            start, end = polygon[:, k], polygon[:, (k + 1) % polygon.shape[1]]
            for share in np.linspace(0.0, 1.0, 2 * columns):
                row, column = cell(*(start + (end - start) * share))
                text[row][column], style[row][column] = rim, _ANSI_ZONE
    whole, real = compiled.params.units.whole, compiled.params.units.real
    seen: dict[tuple[int, int], set[int]] = {}
    order = np.argsort(whole[UnitSpecW.IS_COMMAND_POST], kind="stable")
    for unit in order[whole[UnitSpecW.STATUS0, order] != int(Status.ABOARD)]:
        place, side = (
            cell(float(real[UnitSpecR.X0, unit]), float(real[UnitSpecR.Y0, unit])),
            int(whole[UnitSpecW.SIDE, unit]),
        )
        sides = seen.setdefault(place, set())
        sides.add(side)
        mark = "*" if whole[UnitSpecW.IS_COMMAND_POST, unit] else MARKS[Domain(int(whole[UnitSpecW.DOMAIN, unit]))]
        mark = "n" if side >= N_BELLIGERENTS else mark if side == 0 else mark.upper()
        paint = _ANSI_SIDES[min(side, N_BELLIGERENTS)]
        text[place[0]][place[1]], style[place[0]][place[1]] = "+" if len(sides) > 1 else mark, paint
    for zone, polygon in enumerate(compiled.roster.zone_polygon_m):
        row, column = cell(float(polygon[0].min() + polygon[0].max()) / 2.0, float(polygon[1].max()))
        for k, digit in enumerate(str(zone + 1)):
            place = min(column + k, columns - 1)
            text[row][place], style[row][place] = digit, _ANSI_ZONE
    if not is_coloured:
        return ["".join(line) for line in text]
    return [
        "".join(f"{paint}{mark}" for mark, paint in zip(line, paints, strict=True)) + _ANSI_END
        for line, paints in zip(text, style, strict=True)
    ]


def surfaces(ground: Ground, bounds_m: tuple[float, float, float, float], columns: int, rows: int) -> U8:
    """Return the surface (rows, columns) to draw for each cell of a text map, north at the top.

    Roads are always drawn, as are rivers and islands narrower than a cell. Otherwise the most common surface is drawn,
    after water is compared with all land together.
    """
    share = _shares(ground, bounds_m, columns, rows)
    water = share[int(Surface.WATER)]
    around = np.pad(water, 1, mode="edge")
    windows = np.stack([around[i : i + rows, j : j + columns] for i in range(3) for j in range(3)])
    is_line = (water >= _LEAST_SHARE) & (windows.max(axis=0) < 1.0 - _LEAST_SHARE)
    is_islet = (water <= 1.0 - _LEAST_SHARE) & (windows.min(axis=0) > _LEAST_SHARE)
    is_water = ((water > 0.5) | is_line) & ~is_islet
    land = share.copy()
    land[int(Surface.WATER)] = -1.0
    drawn = np.where(is_water, int(Surface.WATER), land.argmax(axis=0))
    return np.where(share[int(Surface.ROAD)] > 0.0, int(Surface.ROAD), drawn).astype(np.uint8)


def _shares(ground: Ground, bounds_m: tuple[float, float, float, float], columns: int, rows: int) -> F64:
    """Return the share of each surface (surfaces, rows, columns) in the cells of a text map."""
    west, east, south, north = bounds_m
    width, height = (east - west) / columns, (north - south) / rows
    per_column, per_row = (max(1, math.ceil(2.0 * length / ground.cell_m)) for length in (width, height))
    x = west + (np.arange(columns * per_column) + 0.5) * width / per_column
    y = north - (np.arange(rows * per_row) + 0.5) * height / per_row
    codes = ground.surface_at(np.tile(x, len(y)), np.repeat(y, len(x))).reshape(rows, per_row, columns, per_column)
    return np.stack([(codes == int(surface)).mean(axis=(1, 3)) for surface in Surface])


def map_key(compiled: Compiled) -> str:
    """Return the key to the symbols on the map, limited to the ground and domains of the scenario."""
    roster, whole = compiled.roster, compiled.params.units.whole
    domains = sorted({int(domain) for domain in whole[UnitSpecW.DOMAIN, whole[UnitSpecW.SIDE] < N_BELLIGERENTS]})
    parts = [f"{MARKS[Domain(domain)]}{TIE}{Domain(domain).name.lower()}" for domain in domains]
    if whole[UnitSpecW.IS_COMMAND_POST].any():
        parts.append(f"*{TIE}command{TIE}post")
    if len(roster.sides) > N_BELLIGERENTS:
        parts.append(f"n{TIE}neutral")
    present = {int(code) for code in np.unique(compiled.ground.terrain.surface)}
    parts += [f"{GROUND[surface]}{TIE}{surface.name.lower()}" for surface in Surface if int(surface) in present]
    sides = f"{roster.sides[0]} small letters, {roster.sides[1]} CAPITALS"
    text = f"North up; {sides}: {', '.join(parts)}"
    if roster.zones:
        kinds = ["" if kind != int(ZoneKind.NO_FIRE) else " (no fire, rim x)" for kind in roster.zone_kind]
        named = [
            f"{k}{TIE}{name}{kind}" for k, (name, kind) in enumerate(zip(roster.zones, kinds, strict=True), start=1)
        ]
        text += f"; zones (rim o): {', '.join(named)}"
    if roster.minefields:
        text += f"; minefields (rim m): {', '.join(name.replace(' ', TIE) for name in roster.minefields)}"
    return text
