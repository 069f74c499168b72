#!/usr/bin/env bash
# opendis 1.0: UTM coordinates south of the equator are negative; 180 E lies in a zone 61.
#
# Behaviour: GPS.lla2utm and GPS.ecef2utm count the northing from the equator in both hemispheres. 180 E, the meridian
# at which zone 1 begins, comes out as zone 61. Eastings, scale factor, bands and northings in the north are right.
# Expected: UTM adds 10,000,000 m in the south, so that a northing is never negative (Snyder 1987, the reference of the
# method); there are 60 zones.
# Why it matters: entities in Australia or the Falklands. Read as UTM elsewhere, 3753 km south of the equator is a point
# beyond the South Pole; drawn with tracks from other systems, they are 10,000 km away.
#
# Seen: by opendis, and by pyproj (EPSG:327zz and EPSG:326zz)
#   33.9 S 151.2 E: 56H 333569 -3752527; pyproj 333569 6247473
#   51.7 S 57.8 W: 21F 444714 -5727975; pyproj 444714 4272025
#   52.0 N 13.0 E: 33U 362706 5762927; pyproj 362706 5762927
#   52.0 N 180.0 E: 61U; zone 1 begins here
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet opendis==1.0 numpy==1.26.4 pyproj==3.7.2
"$folder/venv/bin/python" - <<'PY'
import sys

from opendis.RangeCoordinates import GPS
from pyproj import Transformer

is_seen = True
for name, lat, lon, epsg in (
    ("33.9 S 151.2 E", -33.9, 151.2, 32756),
    ("51.7 S 57.8 W", -51.7, -57.8, 32721),
    ("52.0 N 13.0 E", 52.0, 13.0, 32633),
):
    (east, north, _), (zone, _) = GPS().lla2utm((lat, lon, 0.0))
    right_east, right_north = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    print(f"  {name}: {zone} {east:.0f} {north:.0f}; pyproj {right_east:.0f} {right_north:.0f}")
    missing = 10_000_000 if lat < 0 else 0
    is_seen = is_seen and abs(east - right_east) < 1 and abs(north + missing - right_north) < 1
zone = GPS().lla2utm((52.0, 180.0, 0.0))[1][0]
print(f"  52.0 N 180.0 E: {zone}; zone 1 begins here")
if not (is_seen and zone == "61U"):
    sys.exit("the behaviour has changed")
PY
