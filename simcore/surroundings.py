"""The surroundings of the fight: ground, weather, minefields and the timetable of injects."""

from enum import IntEnum
from typing import NamedTuple

from simcore.types import F32, F64, I32, U8


class WeatherR(IntEnum):
    """Weather of a stretch of time; without an environment, a single stretch of clear, calm day."""

    LIGHT = 0  # share of daylight, 0..1
    HAZE = 1  # extinction of visible light by haze [1/m]
    RAIN = 2  # extinction by rain, the same in all bands [1/m]
    SEA_STATE = 3  # 0..9 (WMO code table 3700)
    WIND_MPS = 4
    NOISE = 5  # factor of the wind on underwater noise, 1 in calm weather


class Weather(NamedTuple):
    """Timetable of the weather, constant between its entries; the first entry is at tick 0."""

    tick: I32  # (n,) first tick of each stretch, ascending
    level: F64  # (n, len(WeatherR))


class MinefieldSpecR(IntEnum):
    """Minefield parameters, real: bounding box, then the effects of its mines."""

    WEST = 0
    EAST = 1
    SOUTH = 2
    NORTH = 3
    P_ACTUATION = 4  # probability that a passage within the radius sets a mine off
    DAMAGE = 5  # strength taken by a hit (target toughness 1)
    P_KILL = 6
    P_COMPONENT = 7
    RADIUS_MAX = 8  # largest of the radii [m]
    RADIUS = 9  # first of N_TARGET_CLASSES radii [m], followed by as many hit probabilities


class MinefieldSpecW(IntEnum):
    """Minefield parameters, whole."""

    SIDE = 0  # side that laid it, or -1
    DOMAINS = 1  # mask of the domains it endangers
    FIRST = 2  # first mine
    COUNT = 3
    VERTEX_FIRST = 4
    VERTEX_COUNT = 5


class InjectW(IntEnum):
    """Rows of the timetable of injects, sorted by tick."""

    TICK = 0
    KIND = 1  # InjectKind
    FIRST = 2  # first entry of ``inject_members``
    COUNT = 3
    BITS = 4  # Damage bits concerned


class Terrain(NamedTuple):
    """Rasters, row 0 in the south. A flat sea is a raster of one cell."""

    elevation_m: F32  # (rows, columns) elevation of units: the ground, or the level of the water
    relief_m: F32  # (2, rows, columns): the elevation; the bed of the water, -inf if unknown, inf without water
    block_peak_m: F32  # highest ground of each block of TERRAIN_BLOCK cells and its neighbours
    wide_peak_m: F32  # the same for blocks of WIDE_BLOCK cells
    near_peak: U8  # (rows, columns) highest of the cells from one before to two after each cell, either way, in steps
    surface: U8  # (rows, columns) Surface
    speed: F32  # (mobilities, rows, columns) factor on the speed; 0 is impassable
    concealment: F32  # (rows, columns) factor on the range of line-of-sight sensors, against land units


TERRAIN_BLOCK = 4  # cells along the side of a block of ``block_peak_m``
WIDE_BLOCK = 16  # cells along the side of a block of ``wide_peak_m``
PEAK_STEPS = 255
"""``near_peak`` counts the steps from the lowest to the highest ground, rounded up: a byte for a cell, since lines of
sight read it more than anything else. The height is FLOOR_M + steps (PEAK_M - FLOOR_M) / 255."""
