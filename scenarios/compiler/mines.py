"""Minefields as a block of columns."""

from dataclasses import dataclass

import numpy as np

from scenarios.compiler.columns import blank
from scenarios.compiler.quantities import domain_mask
from scenarios.compiler.tasks import Areas
from scenarios.compiler.units import name_keys
from scenarios.format.plane import Plane
from scenarios.format.schema.mines import Minefield
from scenarios.format.schema.scenario import ScenarioFile
from scenarios.format.zone_shapes import shape_outline
from simcore.params import Block
from simcore.surroundings import MinefieldSpecR, MinefieldSpecW
from simcore.types import F64, N_TARGET_CLASSES, NONE, U64, TargetClass


@dataclass(frozen=True)
class Minefields:
    """The compiled minefields and the areas they cover."""

    block: Block
    key: U64  # (n,) name keys for the draws of each field
    areas: Areas


def area_km2(corners: F64) -> float:
    """Return the area of a polygon (2, n) [m] in square kilometres."""
    x, y = corners
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2e6


def mine_count(entry: Minefield, corners: F64) -> int:
    """Return the number of mines in a field."""
    return round((entry.density_per_km2 or 0.0) * area_km2(corners)) if entry.count is None else entry.count


def compile_minefields(content: ScenarioFile, plane: Plane) -> Minefields:
    """Return the minefields of a resolved scenario."""
    sides = {side.name: i for i, side in enumerate(content.sides)}
    n = len(content.minefields)
    polygons = tuple(shape_outline(entry, plane) for entry in content.minefields)
    block = blank(MinefieldSpecR, MinefieldSpecW, n)
    real, whole = block
    mines, corner = 0, 0
    for f, (entry, corners) in enumerate(zip(content.minefields, polygons, strict=True)):
        real[MinefieldSpecR.WEST, f], real[MinefieldSpecR.EAST, f] = corners[0].min(), corners[0].max()
        real[MinefieldSpecR.SOUTH, f], real[MinefieldSpecR.NORTH, f] = corners[1].min(), corners[1].max()
        real[MinefieldSpecR.P_ACTUATION, f] = entry.p_actuation
        real[MinefieldSpecR.DAMAGE, f] = entry.damage
        real[MinefieldSpecR.P_KILL, f] = entry.p_kill
        real[MinefieldSpecR.P_COMPONENT, f] = entry.p_component
        for target in TargetClass:
            name = target.name.lower()
            radius, p_hit = dict(entry.actuation_m).get(name, 0.0), dict(entry.p_hit).get(name, 0.0)  # type: ignore[call-overload]
            real[int(MinefieldSpecR.RADIUS) + int(target), f] = radius
            real[int(MinefieldSpecR.RADIUS) + N_TARGET_CLASSES + int(target), f] = p_hit
        real[MinefieldSpecR.RADIUS_MAX, f] = real[
            int(MinefieldSpecR.RADIUS) : int(MinefieldSpecR.RADIUS) + N_TARGET_CLASSES, f
        ].max()
        whole[MinefieldSpecW.SIDE, f] = NONE if entry.side is None else sides[entry.side]
        whole[MinefieldSpecW.DOMAINS, f] = domain_mask(entry.domains)
        whole[MinefieldSpecW.FIRST, f] = mines
        whole[MinefieldSpecW.COUNT, f] = mine_count(entry, corners)
        whole[MinefieldSpecW.VERTEX_FIRST, f] = corner
        whole[MinefieldSpecW.VERTEX_COUNT, f] = corners.shape[1]
        mines += int(whole[MinefieldSpecW.COUNT, f])
        corner += corners.shape[1]
    vertices: F64 = np.ascontiguousarray(np.concatenate(polygons, axis=1) if polygons else np.zeros((2, 0)))
    return Minefields(block, name_keys([entry.name for entry in content.minefields]), Areas(block, vertices, polygons))
