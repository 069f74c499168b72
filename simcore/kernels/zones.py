"""Zones: who is inside, and where fire is forbidden."""

from simcore.jit import kernel
from simcore.kernels.geometry import is_inside
from simcore.params import ZP, ZW
from simcore.types import F64, I32, ZoneKind


@kernel
def is_in_zone(zone_real: F64, zone_whole: I32, vertices: F64, z: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in zone ``z``."""
    if x < zone_real[ZP.WEST, z] or x > zone_real[ZP.EAST, z]:
        return False
    if y < zone_real[ZP.SOUTH, z] or y > zone_real[ZP.NORTH, z]:
        return False
    return is_inside(vertices, zone_whole[ZW.FIRST, z], zone_whole[ZW.COUNT, z], x, y)


@kernel
def is_no_fire(zone_real: F64, zone_whole: I32, vertices: F64, side: int, x: float, y: float) -> bool:
    """Return whether (x, y) lies in a no-fire zone that binds ``side``."""
    for z in range(zone_whole.shape[1]):
        if zone_whole[ZW.KIND, z] != ZoneKind.NO_FIRE:
            continue
        if zone_whole[ZW.SIDE, z] >= 0 and zone_whole[ZW.SIDE, z] != side:
            continue
        if is_in_zone(zone_real, zone_whole, vertices, z, x, y):
            return True
    return False
