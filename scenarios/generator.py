"""Scenarios of any size at constant density, for scaling tests and as raw material."""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.format.schema.map import Map
from scenarios.format.yaml_text import write_yaml
from scenarios.terrain.ground import Ground, build_ground
from scenarios.terrain.noise import draw_lattice
from simcore.types import Surface

DENSITY_PER_KM2 = 0.02
DURATION_H = 1.0
DT_S = 2.0
"""Defaults of `chammo generate` and `chammo bench`."""

MOST_UNITS = 100_000

GROUP_SIZE = 10
SPACING_M = 250.0
UNITS_PER_POST = 50
MAX_CELLS_ACROSS = 1200

_LAYER = 1_000_000  # keeps the generator's draws separate from those of the terrain

_MIX = (
    # ground, platforms out of ten, task
    ("land", (("ugv-combat", 7), ("ugv-scout", 3)), "attack"),
    ("water", (("usv-patrol", 6), ("usv-strike", 4)), "attack"),
    ("any", (("uav-tactical", 10),), "search"),
    ("any", (("uav-strike", 4), ("uav-tactical", 6)), "attack"),
    ("land", (("short-range-air-defence", 4), ("ugv-scout", 6)), "screen"),
)
_PATTERN = (0, 1, 2, 0, 1, 3, 0, 1, 4, 0)  # mixes of a side's groups, repeated
_ANYWHERE = 2  # the mix used if a map has no room for another


@dataclass(frozen=True)
class _Places:
    """Cells with room for a group, by kind of ground: flat indices into the raster."""

    ground: Ground
    cells: dict[str, np.ndarray]

    def point_km(self, kind: str, share: float) -> list[float]:
        """Return the centre of the cell at a share (0..1) of the list."""
        cells = self.cells[kind]
        cell = int(cells[min(int(share * len(cells)), len(cells) - 1)])
        row, column = divmod(cell, self.ground.terrain.surface.shape[1])
        x = self.ground.west_m + (column + 0.5) * self.ground.cell_m
        y = self.ground.south_m + (row + 0.5) * self.ground.cell_m
        return [round(x / 1e3, 3), round(y / 1e3, 3)]

    def near_km(self, kind: str, start: list[float], reach_km: float, shares: list[float]) -> list[float]:
        """Return the first suitable point within reach among a few tries around ``start``, or ``start``."""
        surface = self.ground.terrain.surface
        for k in range(0, len(shares) - 1, 2):
            x = start[0] + reach_km * (2.0 * shares[k] - 1.0)
            y = start[1] + reach_km * (2.0 * shares[k + 1] - 1.0)
            column = math.floor((x * 1e3 - self.ground.west_m) / self.ground.cell_m)
            row = math.floor((y * 1e3 - self.ground.south_m) / self.ground.cell_m)
            half = -self.ground.west_m / 1e3
            if max(abs(x), abs(y)) >= half or not (0 <= row < surface.shape[0] and 0 <= column < surface.shape[1]):
                continue
            is_water = bool(surface[row, column] == int(Surface.WATER))
            if kind == "any" or is_water == (kind == "water"):
                return [round(x, 3), round(y, 3)]
        return start


def generate(n_units: int, seed: int, density_per_km2: float, duration_h: float, dt_s: float) -> str:
    """Return a scenario file of ``n_units`` units in groups of about ten, with mixed land, sea and air on both sides.

    The map grows with the number of units, so that the number of neighbours of a unit is about the same at any size. A
    side has at least a whole pattern of groups, smaller if need be, so that the mix of neighbours is the same, too. A
    side has a command post for about every fifty units, alternately on land and on a ship; blue starts with land and
    red with the ship, so that the posts of small scenarios are evenly mixed. Below 40 units there are no command posts
    and all links hold.
    """
    edge_km = max(20.0, math.ceil(math.sqrt(n_units / density_per_km2)))
    half = edge_km / 2.0
    cell_m = max(500.0, math.ceil(edge_km * 1e3 / MAX_CELLS_ACROSS / 50.0) * 50.0)
    field = {
        "origin": {"longitude_deg": 128.0, "latitude_deg": 35.0},
        "west_km": -half,
        "east_km": half,
        "south_km": -half,
        "north_km": half,
        "cell_m": cell_m,
        "terrain": {
            "kind": "procedural",
            "seed": seed,
            "water_share": 0.5,
            "land_towards": "north",
            "coast_noise": 0.3,
            "relief_m": 300.0,
            "feature_km": min(25.0, half),
            "roughness": 0.5,
        },
    }
    places = _find_places(build_ground(Map.model_validate(field)))
    groups = _groups(n_units, seed, places)
    document = {
        "schema_version": 1,
        "name": f"generated-{n_units}",
        "title": f"Generated meeting of {n_units} units",
        "question": "How does the engine scale with the number of units?",
        "description": f"Made by `chammo generate`: seed {seed}, {density_per_km2:g} units per square kilometre.",
        "time": {
            "dt_s": dt_s,
            "duration_h": duration_h,
            "comms_interval_s": max(60.0, dt_s),
            "plan_interval_s": max(20.0, dt_s),
            "fire_interval_s": max(10.0, dt_s),
        },
        "map": field,
        "rules": {"stop_on_annihilation": False, "picture_contacts": 200},
        "sides": [{"name": "blue", "colour": "#2f6db5"}, {"name": "red", "colour": "#c0392b"}],
        "zones": [{"name": "middle", "kind": "objective", "circle": {"centre_km": [0.0, 0.0], "radius_km": half / 4}}],
        "objectives": [{"side": side, "kind": kind} for side in ("blue", "red") for kind in ("destroy", "protect")],
        "groups": groups,
    }
    return write_yaml(document)


def _find_places(ground: Ground) -> _Places:
    """Return the cells with room for a whole group on a single kind of ground, away from the edge of the map."""
    is_water = ground.terrain.surface == int(Surface.WATER)
    reach = math.ceil(SPACING_M * math.sqrt(GROUP_SIZE) / ground.cell_m) + 1
    inner = np.zeros(is_water.shape, dtype=bool)
    inner[reach:-reach, reach:-reach] = True
    cells = {
        "land": np.flatnonzero(inner & ~_spread(is_water, reach)),
        "water": np.flatnonzero(inner & ~_spread(~is_water, reach)),
        "any": np.flatnonzero(inner),
    }
    return _Places(ground, cells)


def _spread(mask: np.ndarray, reach: int) -> np.ndarray:
    """Return the mask grown by ``reach`` cells in every direction."""
    rows, columns = mask.shape
    grown = mask.copy()
    for k in range(1, reach + 1):
        grown[k:] |= mask[: rows - k]
        grown[: rows - k] |= mask[k:]
    across = grown.copy()
    for k in range(1, reach + 1):
        grown[:, k:] |= across[:, : columns - k]
        grown[:, : columns - k] |= across[:, k:]
    return grown


def _groups(n_units: int, seed: int, places: _Places) -> list[dict[str, object]]:
    per_side = [(n_units + 1) // 2, n_units // 2]
    groups: list[dict[str, object]] = []
    for side, name in enumerate(("blue", "red")):
        left = per_side[side]
        n_posts = max(1, round(left / UNITS_PER_POST)) if n_units >= 40 else 0
        left -= n_posts
        group_size = min(GROUP_SIZE, max(1, round(left / len(_PATTERN))))
        n_groups = math.ceil(left / group_size)
        rows, columns = np.arange(n_posts + n_groups, dtype=np.uint64), np.arange(24, dtype=np.uint64)
        shares: list[list[float]] = draw_lattice(seed, _LAYER + side, rows[:, None], columns[None, :]).tolist()
        for k in range(n_posts):
            kind, platform = (("land", "command-post"), ("water", "command-ship"))[(k + side) % 2]
            point = places.point_km(kind, shares[k][0])
            post = f"{name}-post-{k + 1}"
            groups.append({"name": post, "side": name, "at_km": point, "units": [{"platform": platform}]})
        placed = [0] * len(_MIX)  # units of each mix so far
        for k in range(n_groups):
            size = min(group_size, left)
            left -= size
            mix = _PATTERN[k % len(_PATTERN)]
            if len(places.cells[_MIX[mix][0]]) == 0:
                mix = _ANYWHERE
            units = _platforms(mix, placed[mix], placed[mix] + size)
            placed[mix] += size
            groups.append(_group(f"{name}-{k + 1}", name, mix, units, places, shares[n_posts + k]))
    return groups


def _platforms(mix: int, before: int, after: int) -> list[dict[str, object]]:
    """Return the entries of a group that raises its side's units of ``mix`` from ``before`` to ``after``."""
    entries: list[dict[str, object]] = []
    tenths = placed = 0
    for platform, share in _MIX[mix][1]:
        tenths += share
        so_far = (after * tenths + 5) // 10 - (before * tenths + 5) // 10
        if so_far > placed:
            entries.append({"platform": platform, "count": so_far - placed})
        placed = so_far
    return entries


def _group(
    name: str, side: str, mix: int, units: list[dict[str, object]], places: _Places, shares: list[float]
) -> dict[str, object]:
    kind, _, verb = _MIX[mix]
    start = places.point_km(kind, shares[0])
    target = places.near_km(kind, start, 25.0, shares[1:21])
    task: dict[str, object] = {"verb": verb, "at_km": target, "radius_km": 10.0}
    if verb == "search":
        task["spacing_m"] = 4000.0
    return {
        "name": name,
        "side": side,
        "at_km": start,
        "formation": {"spacing_m": SPACING_M},
        "roe": "free",
        "autonomy": "autonomous",
        "units": units,
        "task": task,
    }
