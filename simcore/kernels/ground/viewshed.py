"""Heights and views over the ground for tools beside the engine, by the engine's own rule of the line of sight."""

import math
from enum import IntEnum

import numpy as np

from simcore.compiling.jit import driver
from simcore.kernels.ground.terrain import ground_m, is_visible
from simcore.kinds import Ground, Rules
from simcore.types import F32, F64, U8


class EyeR(IntEnum):
    """An eye: a sensor or the muzzle of a weapon at a place, with the sector that it covers."""

    X = 0  # [m]
    Y = 1
    Z = 2  # above the sea [m]
    RANGE_MIN_M = 3
    RANGE_MAX_M = 4
    HX = 5  # unit vector of the middle of the sector
    HY = 6
    FOV_COS = 7  # cosine of half the sector; -1 or less: all round
    NEEDS_SIGHT = 8  # 1 when blocked by terrain and horizon


@driver
def heights_m(relief: F32, rules: F64, x: F64, y: F64) -> F64:
    """Return the height of the ground or water [m] at places (n,)."""
    height = np.empty(x.shape[0])
    for k in range(x.shape[0]):
        height[k] = ground_m(relief, rules, x[k], y[k])
    return height


@driver
def count_eyes(ground: Ground, rules: Rules, eyes: F64, x: F64, y: F64, z: F64, most: int) -> U8:
    """Return how many of the eyes (len(EyeR), eyes) cover each place (n,), at most ``most``.

    ``z`` are the heights of the places above the sea [m]. Ranges are horizontal, as in the engine.
    """
    count = np.zeros(x.shape[0], dtype=np.uint8)
    for k in range(x.shape[0]):
        for e in range(eyes.shape[1]):
            if count[k] >= most:
                break
            dx = x[k] - eyes[EyeR.X, e]
            dy = y[k] - eyes[EyeR.Y, e]
            away_sq = dx * dx + dy * dy
            nearest = eyes[EyeR.RANGE_MIN_M, e]
            farthest = eyes[EyeR.RANGE_MAX_M, e]
            if away_sq > farthest * farthest or away_sq < nearest * nearest:
                continue
            fov_cos = eyes[EyeR.FOV_COS, e]
            if fov_cos > -1.0 and dx * eyes[EyeR.HX, e] + dy * eyes[EyeR.HY, e] < fov_cos * math.sqrt(away_sq):
                continue
            if eyes[EyeR.NEEDS_SIGHT, e] > 0.0 and not is_visible(
                ground, rules, eyes[EyeR.X, e], eyes[EyeR.Y, e], eyes[EyeR.Z, e], x[k], y[k], z[k]
            ):
                continue
            count[k] += 1
    return count
