"""A small map of a scenario in characters."""

import numpy as np

from scenarios.compiler import Compiled
from simcore.map_document import rings_of
from simcore.params import UP, UW
from simcore.types import N_BELLIGERENTS, Domain, Status, Surface, ZoneKind

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
"""Keeps a sign and what it means on one line; shown as a blank."""

_ANSI_SIDES = ("\x1b[1;94m", "\x1b[1;91m", "\x1b[1;92m")
_ANSI_WATER, _ANSI_LAND, _ANSI_ZONE, _ANSI_END = "\x1b[36m", "\x1b[32m", "\x1b[1;93m", "\x1b[0m"


def draw_map(compiled: Compiled, columns: int, rows: int, *, is_coloured: bool) -> list[str]:
    """Return ``rows`` lines of ``columns`` characters, north at the top.

    A letter marks the domain of the units in a cell: small for the first side, capital for the second, ``*`` for
    a command post, ``+`` for several sides; ``n`` is a neutral. ``o`` is the rim of a zone, ``x`` of a no-fire zone,
    ``m`` of a minefield; the number of a zone (``map_key``) stands on its northern rim.
    """
    west, east, south, north = compiled.roster.bounds_m
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    surface = compiled.ground.surface_at(np.tile(x, rows), np.repeat(y, columns)).reshape(rows, columns)
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
    order = np.argsort(whole[UW.IS_COMMAND_POST], kind="stable")
    for unit in order[whole[UW.STATUS0, order] != int(Status.ABOARD)]:
        place, side = cell(float(real[UP.X0, unit]), float(real[UP.Y0, unit])), int(whole[UW.SIDE, unit])
        sides = seen.setdefault(place, set())
        sides.add(side)
        mark = "*" if whole[UW.IS_COMMAND_POST, unit] else MARKS[Domain(int(whole[UW.DOMAIN, unit]))]
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


def map_key(compiled: Compiled) -> str:
    """Return what the signs on the map mean: only those of ground and domains that the scenario has."""
    roster, whole = compiled.roster, compiled.params.units.whole
    domains = sorted({int(domain) for domain in whole[UW.DOMAIN, whole[UW.SIDE] < N_BELLIGERENTS]})
    parts = [f"{MARKS[Domain(domain)]}{TIE}{Domain(domain).name.lower()}" for domain in domains]
    if whole[UW.IS_COMMAND_POST].any():
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
