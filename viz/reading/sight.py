"""The profile of the ground under a line of sight, and which part of it is in sight: by the rule of the engine."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from viz.reading.ground import RunGround

_SAMPLES_PER_CELL = 2
_LEAST, _MOST = 64, 400


class End(NamedTuple):
    """An end of the line: its place and its height above the ground, or above the sea where ``z_m`` is given."""

    x_m: float
    y_m: float
    height_m: float
    z_m: float | None = None


def sight_profile(ground: RunGround, eye: End, target: End) -> dict[str, Any]:
    """Return the profile from an eye to a target.

    ``ground_m``, ``line_m`` and ``seen`` are lists over equal steps from the eye to the target: height of the ground,
    of the sight line over the curved earth, and whether a target at that place, as high above the ground as the given
    target, is in sight of the eye. ``is_clear`` is the same for the target itself. ``short_m`` is how much the ground
    rises above the line at its worst place, ``short_at_m`` from the eye; negative where the line is clear.

    Of a folder that does not say how round the earth of the run is, ``line_m``, ``seen`` and ``is_clear`` are None.
    """
    length_m = math.hypot(target.x_m - eye.x_m, target.y_m - eye.y_m)
    n = min(max(math.ceil(length_m / ground.terrain.cell_m * _SAMPLES_PER_CELL), _LEAST), _MOST)
    share = np.linspace(0.0, 1.0, n + 1)
    x_m = eye.x_m + (target.x_m - eye.x_m) * share
    y_m = eye.y_m + (target.y_m - eye.y_m) * share
    level_m = ground.heights_m(x_m, y_m)
    z1, z2 = (
        float(level) + end.height_m if end.z_m is None else end.z_m
        for end, level in ((eye, level_m[0]), (target, level_m[-1]))
    )
    target_height_m = z2 - float(level_m[-1])
    z_m = level_m + target_height_m
    z_m[-1] = z2
    profile = {
        "length_m": length_m,
        "ground_m": level_m.tolist(),
        "heights_m": [z1 - float(level_m[0]), target_height_m],
    }
    if ground.terrain.earth_m is None:
        return {**profile, "bulge_m": 0.0, "line_m": None, "seen": None, "is_clear": None}
    seen = ground.seen_from((eye.x_m, eye.y_m, z1), x_m, y_m, z_m)
    # the sea rises d1 d2 / (2 R) above the chord (ITU-R P.526), as in simcore.kernels.ground.terrain
    bulge_m = length_m**2 / (2.0 * ground.terrain.earth_m)
    line_m = z1 + (z2 - z1) * share - bulge_m * share * (1.0 - share)
    above_m = (level_m - line_m)[1:-1]
    worst = int(np.argmax(above_m))
    return {
        **profile,
        "bulge_m": bulge_m,
        "line_m": line_m.tolist(),
        "seen": seen.tolist(),
        "is_clear": bool(seen[-1]),
        "short_m": float(above_m[worst]),
        "short_at_m": float(share[worst + 1]) * length_m,
    }
