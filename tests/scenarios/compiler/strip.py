"""A small scenario on a strip of sea and land, with an entry of intelligence on its enemy."""

import copy
from typing import Any

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document
from simcore.intelligence import Intelligence
from tests.scenarios.compiler.known_library import BLUE

LISTED = {
    "side": "blue",
    "order_of_battle": "listed",
    "forces": [
        {"platform": "usv-strike", "least": 2, "most": 20, "known_as": ["red-boats"], "areas": [
            {"circle": {"centre_km": [12, -5], "radius_km": 4}}]},
        {"platform": "mothership", "most": 1},
        {"platform": "usv-one-way", "least": 1, "most": 5, "aboard": "mothership"},
        {"platform": "usv-patrol", "most": 3, "arrival_s": 900, "group_size": 1},
    ],
}  # fmt: skip
ENEMY = [
    {"name": "red-boats", "side": "red", "at_km": [10, -5], "units": [{"platform": "usv-strike", "count": 4}]},
    {"name": "red-guns", "side": "red", "at_km": [10, 5], "units": [{"platform": "ugv-combat", "count": 3}]},
    {"name": "red-late", "side": "red", "at_km": [15, 5], "reserve": True, "units": [{"platform": "ugv-scout"}]},
]
DOCUMENT: dict[str, Any] = {
    "schema_version": 1,
    "name": "strip",
    "time": {"dt_s": 5, "duration_h": 1},
    "map": {
        "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
        "west_km": -20, "east_km": 20, "south_km": -20, "north_km": 20, "cell_m": 500,
        "terrain": {"kind": "flat", "features": [
            {"kind": "lake", "polygon_km": [[-20, -20], [20, -20], [20, 0], [-20, 0]]}]},
    },
    "sides": [{"name": "blue"}, {"name": "red", "policy": {"name": "assault"}, "roe_limit": "tight"}],
    "zones": [
        {"name": "town", "circle": {"centre_km": [0, 5], "radius_km": 2}},
        {"name": "secret", "side": "red", "circle": {"centre_km": [5, 5], "radius_km": 1}},
    ],
    "groups": [
        {"name": "blue-ship", "side": "blue", "at_km": [-10, -5], "units": [{"platform": "patrol-ship"}]},
        {"name": "blue-drones", "side": "blue", "host": "blue-ship", "aboard": True,
         "units": [{"platform": "uav-rotary", "count": 2}]},
        {"name": "blue-guns", "side": "blue", "at_km": [-10, 5], "units": [{"platform": "ugv-combat", "count": 4}]},
        *ENEMY,
    ],
    "objectives": [
        {"name": "keep", "side": "blue", "kind": "protect", "groups": ["blue-ship"], "weight": 2},
        {"name": "sink", "side": "blue", "kind": "destroy", "groups": ["red-boats"]},
        {"name": "hold", "side": "blue", "kind": "hold", "zone": "town", "weight": 3, "goal": 0.5},
        {"name": "take", "side": "red", "kind": "hold", "zone": "secret"},
    ],
    "injects": [
        {"at_s": 60, "kind": "supply", "who": ["blue-guns", "red-guns"]},
        {"at_s": 120, "kind": "reinforce", "who": ["red-late"]},
        {"at_s": 180, "kind": "lose", "who": ["blue-guns-1"]},
        {"at_s": 240, "kind": "weather", "sea_state": 4},
        {"at_s": 300, "kind": "zone", "zone": "secret", "active": False},
    ],
}  # fmt: skip


def compiled(*entries: dict[str, Any], **changes: Any) -> Compiled:
    return compile_document({**copy.deepcopy(DOCUMENT), "intelligence": copy.deepcopy(list(entries)), **changes})


def known(*entries: dict[str, Any], **changes: Any) -> Intelligence:
    return compiled(*entries, **changes).briefings[BLUE].intelligence
