"""Small scenarios with stores, carriers and consumers, as documents that a user could have written."""

from typing import Any

import numpy as np

from simcore.params import Params
from simcore.state import State
from simcore.stores import StoreR, StoreSpecR, StoreSpecW
from simcore.types import F64
from tests.simcore.small_worlds import Document, compile_world

_LAND: Document = {"domain": "land", "cost_musd": 1}
PLATFORMS: dict[str, Document] = {
    "post": {**_LAND, "target_class": "structure", "speed_max_mps": 0, "command_post": True, "host": {"carries": 4}},
    "camp": {**_LAND, "target_class": "structure", "speed_max_mps": 0},
    "truck": {
        **_LAND,
        "target_class": "light_vehicle",
        "speed_max_mps": 20,
        "speed_cruise_mps": 20,
        "cargo": {"capacity_kg": 500, "load_min": 5, "unload_min": 5},
    },
    "robot": {
        **_LAND,
        "target_class": "light_vehicle",
        "speed_max_mps": 10,
        "endurance_h": 1,
        "idle_burn": 1,
        "turnaround_min": 1,
        "tank": {"fuel": "diesel", "capacity": 60},
        "weapons": [{"weapon": "gun", "rounds": 20}],
    },
    "wrecker": {
        **_LAND,
        "target_class": "light_vehicle",
        "speed_max_mps": 20,
        "towing": {"speed_mps": 5, "hook_min": 2},
    },
}
ITEMS: dict[str, Document] = {
    "diesel": {"kind": "fuel", "mass_kg": 1},
    "shells": {"kind": "rounds", "weapon": "gun", "mass_kg": 2},
    "engine": {"kind": "parts", "mass_kg": 50},
}
WEAPONS: dict[str, Document] = {"gun": {"domains": ["land"], "range_max_km": 2, "p_hit": 0.5, "damage": 0.2}}


def group(name: str, platform: str, x_km: float, y_km: float, count: int = 1, **keys: Any) -> Document:
    """Return a group of the blue side."""
    return {
        "name": name,
        "side": "blue",
        "units": [{"platform": platform, "count": count}],
        "at_km": [x_km, y_km],
        "formation": {"spacing_m": 0},
        **keys,
    }


def world(groups: list[Document], stores: list[Document], hours: float = 4.0, **keys: Any) -> Document:
    """Return a scenario of the groups on open ground, with an enemy far away."""
    sustainment = {"wear": False, "items": ITEMS, "stores": stores, **keys.pop("sustainment", {})}
    content: Document = {
        "schema_version": 1,
        "name": "supply-world",
        "time": {"dt_s": 10, "duration_h": hours, "decision_interval_s": 600, "record_interval_s": 600},
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -20,
            "east_km": 20,
            "south_km": -20,
            "north_km": 20,
            "cell_m": 1000,
            "terrain": {"kind": "flat"},
        },
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [*groups, {**group("enemy", "post", 18, 18), "side": "red"}],
        "catalogue": {"platforms": PLATFORMS, "weapons": WEAPONS},
        "sustainment": sustainment,
    }
    return {**content, **keys}


def imbalance(params: Params, state: State) -> F64:
    """Return (R, stores) the amount by which the account of each store does not balance: 0 if nothing is lost."""
    real = state.stores.real
    gained = params.supply.stores.real[StoreSpecR.START] + real[:, StoreR.RECEIVED] + real[:, StoreR.GOT]
    used = sum(real[:, row] for row in (StoreR.ISSUED, StoreR.CONSUMED, StoreR.SENT, StoreR.LOST, StoreR.ON_HAND))
    return gained - used


def column(content: Document, unit: str, item: str) -> int:
    """Return the column of the store of an item on a unit."""
    compiled = compile_world(content)
    whole = compiled.params.supply.stores.whole
    i = compiled.roster.units.index(unit)
    k = sorted(compiled.scenario.content.sustainment.items).index(item)  # type: ignore[union-attr]
    return int(np.flatnonzero((whole[StoreSpecW.UNIT] == i) & (whole[StoreSpecW.ITEM] == k))[0])
