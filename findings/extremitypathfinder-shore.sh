#!/usr/bin/env bash
# extremitypathfinder 2.7.2: between two points of one shore, 1 km apart, the shortest path is 9.5 km long.
#
# Behaviour: two points on one edge, of the area or of an obstacle, do not see each other. The path goes by a corner out
# in the bay, or to the end of the edge and back. The ends of an edge are seen, points a millimetre off the edge have
# the right path, and so have points on different edges.
# Expected: the straight line. verify=False is documented as the way to have points on edges accepted (they are accepted
# without it too), and edges can be followed, as all paths round an obstacle do.
# Why it matters: piers, bridgeheads and posts lie on the shore. The path is a legal one, and a detour is no surprise
# where there are obstacles.
#
# Seen: bay of 10 km by 10 km with an island of 2 km by 6 km
#   shore, 0 5 to 0 6: 9.47 km by 4 8; verified 9.47; a millimetre off 1.00; true 1.00
#   island, 4 3 to 4 7: 6.00 km by 4 8; verified 6.00; a millimetre off 4.00; true 4.00
#   200 pairs of points on the same edge: 200 paths too long
#   200 pairs of points on different edges: 0 paths too long
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet extremitypathfinder==2.7.2 numpy==1.26.4 networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import math
import random
import sys

from extremitypathfinder import PolygonEnvironment

BAY = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
ISLAND = [(4.0, 2.0), (4.0, 8.0), (6.0, 8.0), (6.0, 2.0)]  # km
MILLIMETRE = 1e-6


def off(point):
    """The point a millimetre out on the water."""
    x, y = point
    if {x, y} & {0.0, 10.0}:
        return tuple(min(max(c, MILLIMETRE), 10.0 - MILLIMETRE) for c in point)
    if x in (4.0, 6.0):
        return x + math.copysign(MILLIMETRE, x - 5.0), y
    return x, y + math.copysign(MILLIMETRE, y - 5.0)


bay = PolygonEnvironment()
bay.store(BAY, [ISLAND], validate=True)


def length(a, b, verify=False):
    return float(bay.find_shortest_path(a, b, verify=verify)[1])


for name, a, b in (("shore", (0.0, 5.0), (0.0, 6.0)), ("island", (4.0, 3.0), (4.0, 7.0))):
    path, _ = bay.find_shortest_path(a, b, verify=False)
    via = ", ".join(f"{x:g} {y:g}" for x, y in path[1:-1])
    print(
        f"  {name}, {a[0]:g} {a[1]:g} to {b[0]:g} {b[1]:g}: {length(a, b):.2f} km by {via}; "
        f"verified {length(a, b, True):.2f}; a millimetre off {length(off(a), off(b)):.2f}; true {math.dist(a, b):.2f}"
    )

draw = random.Random(1)
edges = [edge for polygon in (BAY, ISLAND) for edge in zip(polygon, polygon[1:] + polygon[:1])]


def somewhere(edge):
    (x0, y0), (x1, y1) = edge
    part = draw.uniform(0.05, 0.95)
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


wrong = {"the same edge": 0, "different edges": 0}
for kind in wrong:
    for _ in range(200):
        first, second = draw.sample(edges, 2)
        a, b = somewhere(first), somewhere(first if kind == "the same edge" else second)
        wrong[kind] += length(a, b) > length(off(a), off(b)) + 0.001
    print(f"  200 pairs of points on {kind}: {wrong[kind]} paths too long")
if wrong != {"the same edge": 200, "different edges": 0}:
    sys.exit("the behaviour has changed")
PY
