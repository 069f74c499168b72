#!/usr/bin/env bash
# pyproj 3.7.2 (PROJ 9.5.1): only_best=True does not stop a height from passing through unchanged.
#
# Behaviour: without the grid of the geoid, which the wheel does not contain, the transformation from heights above
# the ellipsoid to heights above sea level returns the input height: no error, no infinity, no warning, also with
# only_best=True and errcheck=True. allow_ballpark=False is the argument that raises.
# Expected: only_best is described as the switch that makes PROJ fail when the best operation cannot be used, and
# for horizontal datums it does so: the same call from NAD27 to NAD83 gives infinity, or an error with errcheck.
# Why it matters: Cursor on Target, GPS and CZML count heights from the ellipsoid; DTED, SRTM and contour lines count
# them from the geoid. The two differ by tens of metres, so a unit stands in the air or below the ground.
#
# Seen: EPSG:4979 -> EPSG:4326+5773 (EGM96), height 100.0 -> 100.0, with only_best as well
#       EPSG:4267 -> EPSG:4269 with only_best: inf, inf
#       EPSG:4979 -> EPSG:4326+5773 with allow_ballpark=False: ProjError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyproj==3.7.2
# No grids from elsewhere: neither the network nor folders of this user.
unset PROJ_DATA PROJ_LIB PROJ_ONLY_BEST_DEFAULT
PROJ_NETWORK=OFF PROJ_USER_WRITABLE_DIRECTORY=$folder "$folder/venv/bin/python" -W error - <<'PY'
import math
import sys

from pyproj import Transformer
from pyproj.exceptions import ProjError

ELLIPSOID, SEA_LEVEL = "EPSG:4979", "EPSG:4326+5773"
plain = Transformer.from_crs(ELLIPSOID, SEA_LEVEL)
best = Transformer.from_crs(ELLIPSOID, SEA_LEVEL, only_best=True)
heights = [
    plain.transform(37.5, 127.0, 100.0, errcheck=True)[2],
    best.transform(37.5, 127.0, 100.0, errcheck=True)[2],
]
print("height above sea level of 100 m above the ellipsoid:", heights, "-", best.description)

horizontal = Transformer.from_crs("EPSG:4267", "EPSG:4269", only_best=True).transform(40.0, -100.0)
print("NAD27 to NAD83 with only_best:", horizontal)

try:
    Transformer.from_crs(ELLIPSOID, SEA_LEVEL, allow_ballpark=False)
    refused = False
except ProjError as error:
    refused = True
    print("allow_ballpark=False:", error)
if not (heights == [100.0, 100.0] and all(map(math.isinf, horizontal)) and refused):
    sys.exit("the behaviour has changed")
PY
