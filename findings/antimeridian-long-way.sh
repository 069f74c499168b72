#!/usr/bin/env bash
# pymap3d 3.2.0 and MovingPandas 0.23.0: across 180 degrees, a rhumb line goes round the world and a position leaves it.
#
# Behaviour: pymap3d.lox.loxodrome_inverse takes the difference of the longitudes as it stands. Between 179 E and 179 W
# it sails west round the world; with 181 E in place of 179 W the answer is right. MovingPandas gives a track across 180
# degrees its true length and speed (both follow the great circle of each leg), but a position interpolated between two
# fixes is the mean of their coordinates: near Greenwich.
# Expected: the short way, or a refusal; and one geometry in all measures of a track.
# Why it matters: plans and replays in the Bering Sea, off Fiji or in the mid-Pacific. The lengths of MovingPandas look
# right, so a check of lengths and speeds does not find the wrong positions.
#
# Seen:
#   rhumb line from 60 N 179 E to 60 N 179 W: 9932 km, course 270; to 181 E: 112 km, course 90
#   track of 44 km at 66 km/h from 179.8 E to 179.8 W in 40 min; after 25 min at longitude 0.05
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pymap3d==3.2.0 movingpandas==0.23.0 geopandas==1.1.4 shapely==2.1.2 \
    pandas==3.1.1 numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime, timedelta

import geopandas
import movingpandas
import pandas
from pymap3d.lox import loxodrome_inverse
from shapely.geometry import Point

long_m, west = loxodrome_inverse(60.0, 179.0, 60.0, -179.0)
short_m, east = loxodrome_inverse(60.0, 179.0, 60.0, 181.0)
print(
    f"  rhumb line from 60 N 179 E to 60 N 179 W: {long_m / 1e3:.0f} km, course {west:.0f}; "
    f"to 181 E: {short_m / 1e3:.0f} km, course {east:.0f}"
)

start = datetime(2026, 1, 1)
longitudes = [179.8, 179.9, 180.0, -179.9, -179.8]
fixes = pandas.DataFrame(
    {
        "t": [start + timedelta(minutes=10 * k) for k in range(5)],
        "geometry": [Point(longitude, 10.0) for longitude in longitudes],
    }
).set_index("t")
track = movingpandas.Trajectory(geopandas.GeoDataFrame(fixes, crs=4326), 1)
track.add_speed(units=("km", "h"))
place = track.get_position_at(start + timedelta(minutes=25), method="interpolated")
print(
    f"  track of {track.get_length() / 1e3:.0f} km at {track.df.speed.max():.0f} km/h from 179.8 E to 179.8 W in 40 min; "
    f"after 25 min at longitude {place.x:.2f}"
)
still_there = long_m > 9e6 and abs(short_m - 111.6e3) < 100 and track.get_length() < 50e3 and abs(place.x) < 1
sys.exit(not still_there)
PY
