"""A short run over hills and water: posts of two sides that look at each other across the ground."""

import copy

from tests.viz.skirmish import DOCUMENT as SKIRMISH

DOCUMENT = copy.deepcopy(SKIRMISH)
DOCUMENT["name"] = "hills"
DOCUMENT["title"] = "Cars in the hills"
DOCUMENT["time"] = {"dt_s": 2, "duration_s": 300, "decision_interval_s": 30, "record_interval_s": 10}
DOCUMENT["map"] |= {"cell_m": 100, "terrain": {"kind": "procedural", "seed": 5}}
DOCUMENT["groups"] = [
    {**group, "scatter_radius_km": 2.0} if group["units"][0]["count"] > 1 else group for group in DOCUMENT["groups"]
]
