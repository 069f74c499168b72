#!/usr/bin/env bash
# pymap3d 3.2.0: the point a satellite of the Moon looks at is computed from an orbit of the Earth.
#
# Behaviour: lookAtSpheroid(..., ell=) intersects the line of sight with the ellipsoid given, but sets out from a place
# above that of the Earth: the ellipsoid is not passed on to the position of the observer. Straight down from 100 km the
# range to the Moon is the difference of the radii too long, and an oblique look misses. With WGS 84 it is right.
# Expected: straight down, a slant range equal to the height. The documentation has ell as the "reference ellipsoid";
# geodetic2ecef, geodetic2aer and other functions of the package use theirs throughout.
# Why it matters: the footprint of a sensor is elsewhere or gone (NaN is the documented sign of a look into space). With
# an older ellipsoid of the Earth nothing looks odd, but the range is wrong by up to 700 m here.
#
# Seen: a sensor 100 km above 45 N 10 E, looking straight down and 30 degrees to the east
#   wgs84: 100.0 km straight down, 115.8 km obliquely (with its own ellipsoid: 100.0 and 115.8 km)
#   bessel: 100.7 km straight down, 116.6 km obliquely (with its own ellipsoid: 100.0 and 115.8 km)
#   mars: 3080.9 km straight down, 4579.5 km obliquely (with its own ellipsoid: 100.0 and 116.0 km)
#   moon: 4730.5 km straight down, nan km obliquely (with its own ellipsoid: 100.0 and 116.6 km)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pymap3d==3.2.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import math
import sys

import numpy as np
from pymap3d import Ellipsoid, geodetic2ecef
from pymap3d.aer import aer2ecef
from pymap3d.los import lookAtSpheroid

LATITUDE, LONGITUDE, HEIGHT, EAST = 45.0, 10.0, 100e3, 90.0


def own_range(ell, tilt):
    """First root of |p + r d| = 1, with all axes scaled to those of the ellipsoid."""
    axes = np.array([ell.semimajor_axis, ell.semimajor_axis, ell.semiminor_axis])
    start = np.array(geodetic2ecef(LATITUDE, LONGITUDE, HEIGHT, ell=ell))
    ahead = np.array(aer2ecef(EAST, tilt - 90.0, 1000.0, LATITUDE, LONGITUDE, HEIGHT, ell=ell))
    p, d = start / axes, (ahead - start) / 1000.0 / axes
    return (-p @ d - math.sqrt((p @ d) ** 2 - (d @ d) * (p @ p - 1.0))) / (d @ d)


seen = {}
for name in ("wgs84", "bessel", "mars", "moon"):
    ell = Ellipsoid.from_name(name)
    down, oblique = (
        float(lookAtSpheroid(LATITUDE, LONGITUDE, HEIGHT, EAST, tilt, ell=ell)[2]) / 1000 for tilt in (0.0, 30.0)
    )
    own = [own_range(ell, tilt) / 1000 for tilt in (0.0, 30.0)]
    print(
        f"  {name}: {down:.1f} km straight down, {oblique:.1f} km obliquely "
        f"(with its own ellipsoid: {own[0]:.1f} and {own[1]:.1f} km)"
    )
    seen[name] = down, oblique, own
is_right = all(abs(own[0] - 100.0) < 0.01 for _, _, own in seen.values())
is_earth_right = abs(seen["wgs84"][0] - 100.0) < 0.01 and abs(seen["wgs84"][1] - seen["wgs84"][2][1]) < 0.01
is_seen = seen["moon"][0] > 4000.0 and math.isnan(seen["moon"][1]) and seen["bessel"][0] > 100.5
if not (is_right and is_earth_right and is_seen):
    sys.exit("the behaviour has changed")
PY
