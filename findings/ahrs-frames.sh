#!/usr/bin/env bash
# ahrs 0.4.0: the rotation of the Earth multiplies positions by the time; local axes exchange latitude and longitude.
#
# Behaviour: eci2ecef(w, t) has cos(w) t and sin(w) t for cos(w t) and sin(w t). At its default, t = 0, it takes every
# position to the axis of the Earth. ecef2llf(lat, lon) and llf2ecef(lat, lon) use lat as the longitude and lon as the
# latitude. ecef2enuv, ecef2enu and geodetic2enu of the same module are right.
# Expected: the identity for t = 0, and a rotation at all times; rows that point east, north and up at the place.
# Why it matters: satellites and ballistic missiles are computed in inertial axes, sensors report in local ones. The
# matrices of the second kind are orthogonal, so a direction that is 21 degrees off still looks like one.
#
# Seen: satellite at 42164 km, over 0 E at first; target at 1000 m east, 2000 m north, 500 m up of 52 N 13 E
#   after 0 h: 0 km from the axis, at 0.0 E; expected 42164 km at 0.0 E
#   after 1 h: 151790400 km from the axis, at 0.0 E; expected 42164 km at -15.0 E
#   after 6 h: 910742400 km from the axis, at 0.0 E; expected 42164 km at -90.2 E
#   ecef2llf(lat, lon): 1575, 1664, 19 (21 degrees off)
#   ecef2llf(lon, lat): 1000, 2000, 500 (0 degrees off)
#   ecef2enuv:          1000, 2000, 500 (0 degrees off)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ahrs==0.4.0 numpy==2.4.6 pymap3d==3.2.0
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
import pymap3d
from ahrs.common.frames import ecef2enuv, ecef2llf, eci2ecef, geodetic2ecef, llf2ecef

EARTH_RATE = 7.292115e-5  # rad/s
RADIUS = 42164.0  # km
PLACE = (52.0, 13.0, 0.0)
TARGET = np.array([1000.0, 2000.0, 500.0])  # m east, north and up


def degrees_off(direction):
    cosine = direction @ TARGET / np.linalg.norm(direction) / np.linalg.norm(TARGET)
    return np.degrees(np.arccos(min(1.0, cosine)))


is_seen = True
for hours in (0, 1, 6):
    x, y, _ = eci2ecef(EARTH_RATE, 3600.0 * hours) @ np.array([RADIUS, 0.0, 0.0])
    longitude = np.degrees(np.arctan2(y, x))
    turned = np.degrees(EARTH_RATE * 3600.0 * hours)
    print(
        f"  after {hours} h: {np.hypot(x, y):.0f} km from the axis, at {abs(longitude):.1f} E; "
        f"expected {RADIUS:.0f} km at {0.0 - turned:.1f} E"
    )
    is_seen = is_seen and abs(np.hypot(x, y) - RADIUS * 3600 * hours) < 1 and abs(longitude) < 0.01

lat, lon = np.radians(PLACE[:2])
origin, offset = geodetic2ecef(*PLACE), np.array(pymap3d.enu2uvw(*TARGET, *PLACE[:2]))
told = {
    "ecef2llf(lat, lon):": ecef2llf(lat, lon) @ offset,
    "ecef2llf(lon, lat):": ecef2llf(lon, lat) @ offset,
    "ecef2enuv:": ecef2enuv(*(origin + offset), *origin, *PLACE[:2]),
}
for name, (east, north, up) in told.items():
    off = degrees_off(np.array([east, north, up]))
    print(f"  {name:19} {east:.0f}, {north:.0f}, {up:.0f} ({off:.0f} degrees off)")
wrong, *right = told.values()
is_right = all(np.allclose(vector, TARGET, atol=0.01) for vector in right)
is_seen = is_seen and degrees_off(wrong) > 15 and np.allclose(llf2ecef(lat, lon), ecef2llf(lat, lon).T)
if not (is_right and is_seen):
    sys.exit("the behaviour has changed")
PY
