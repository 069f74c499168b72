#!/usr/bin/env bash
# pathfinding 1.0.23: smoothing sets a waypoint where the view is clear and none where it is blocked.
#
# Behaviour: smoothen_path has its condition the wrong way round. With its default line the path stays as it is but for
# one point, on open ground as well. With use_raytrace=True the corners go, and nearly every path through a maze cuts
# through obstacles. A* itself is right.
# Expected: a waypoint only where the view from the last one is blocked, as in PathFinding.js, on which the package is
# based: few points, and no leg through an obstacle.
# Why it matters: a march of few legs is the purpose. Here it leads through the lake or the minefield that the search
# went round, and nothing looks at the grid again.
#
# Seen:
#   open ground, 30 points: 29 by default; round a wall, 20 points: 10 by ray tracing, legs through the wall 1
#   200 mazes of 20 by 20, a quarter blocked: points of a path, and paths that cross an obstacle
#     found by A*: 39.2 points, 0 paths
#     smoothed, default: 38.2 points, 0 paths
#     smoothed, use_raytrace=True: 8.6 points, 198 paths
#     a waypoint where the view is blocked: 9.0 points, 0 paths
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pathfinding==1.0.23
"$folder/venv/bin/python" - <<'PY'
import random
import sys

from pathfinding.core.grid import Grid
from pathfinding.core.util import smoothen_path
from pathfinding.finder.a_star import AStarFinder

SAMPLES, INSIDE = 150, 0.45  # points a leg; cells, from the centre of an obstacle


def crosses(grid, a, b):
    """Whether the straight leg from the centre of a to that of b runs through the inside of an obstacle."""
    for i in range(SAMPLES + 1):
        x, y = (p + (q - p) * i / SAMPLES for p, q in zip(a, b))
        if not grid.walkable(round(x), round(y)) and max(abs(x - round(x)), abs(y - round(y))) < INSIDE:
            return True
    return False


def blocked_legs(grid, path):
    return sum(crosses(grid, a, b) for a, b in zip(path, path[1:]))


def expected(grid, path):
    """A waypoint where the view from the last one is blocked."""
    waypoints = [path[0]]
    for before, point in zip(path[1:], path[2:]):
        if crosses(grid, waypoints[-1], point):
            waypoints.append(before)
    return [*waypoints, path[-1]]


def found(grid, start, end):
    path, _ = AStarFinder().find_path(grid.node(*start), grid.node(*end), grid)
    return [(node.x, node.y) for node in path]


plain = Grid(matrix=[[1] * 20 for _ in range(20)])
direct = found(plain, (0, 0), (19, 10))
kept = len(smoothen_path(plain, direct))
wall = Grid(matrix=[[0 if x == 6 and y < 7 else 1 for x in range(12)] for y in range(9)])
around = found(wall, (1, 2), (10, 2))
traced = smoothen_path(wall, around, use_raytrace=True)
print(
    f"  open ground, {len(direct)} points: {kept} by default; round a wall, {len(around)} points: "
    f"{len(traced)} by ray tracing, legs through the wall {blocked_legs(wall, traced)}"
)
is_seen = kept == len(direct) - 1 and blocked_legs(wall, traced) > 0

ways = {
    "found by A*": lambda grid, path: path,
    "smoothed, default": smoothen_path,
    "smoothed, use_raytrace=True": lambda grid, path: smoothen_path(grid, path, use_raytrace=True),
    "a waypoint where the view is blocked": expected,
}
draw, mazes = random.Random(1), []
while len(mazes) < 200:
    cells = [[int(draw.random() >= 0.25) for _ in range(20)] for _ in range(20)]
    cells[0][0] = cells[19][19] = 1
    maze = Grid(matrix=cells)
    if path := found(maze, (0, 0), (19, 19)):
        mazes.append((maze, path))
print("  200 mazes of 20 by 20, a quarter blocked: points of a path, and paths that cross an obstacle")
points, crossing = {}, {}
for name, way in ways.items():
    paths = [way(maze, path) for maze, path in mazes]
    points[name] = sum(map(len, paths)) / len(paths)
    crossing[name] = sum(blocked_legs(maze, path) > 0 for (maze, _), path in zip(mazes, paths))
    print(f"    {name}: {points[name]:.1f} points, {crossing[name]} paths")
smoothed = "smoothed, use_raytrace=True"
is_right = crossing["found by A*"] == crossing["a waypoint where the view is blocked"] == 0
is_kept = points["smoothed, default"] > 0.95 * points["found by A*"]
if not (is_seen and is_right and is_kept and crossing[smoothed] > 150):
    sys.exit("the behaviour has changed")
PY
