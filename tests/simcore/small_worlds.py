"""Small scenarios that the tests of the engine share, as documents that a user could have written."""

import copy
import functools
from typing import Any

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.format.yaml_text import write_yaml
from scenarios.loader import compile_document
from simcore.simulation import Simulation

Document = dict[str, Any]

CATALOGUE: Document = {
    "sensors": {
        "eye": {"model": "cookie_cutter", "range_km": 5, "p_detect": 0.4, "interval_s": 10, "error_m": 20},
        "sweeper": {"model": "inverse_cube", "range_km": 6, "sweep_width_km": 3, "reference_speed_mps": 20},
        "radar": {
            "model": "radar",
            "range_km": 15,
            "interval_s": 5,
            "domains": ["surface", "air"],
            "error_m": 40,
            "reference": {"range_km": 10, "p_detect": 0.8},
        },
    },
    "weapons": {
        "cannon": {
            "domains": ["land", "surface"],
            "range_max_km": 2.5,
            "round_speed_mps": 900,
            "reload_s": 10,
            "p_hit": 0.3,
            "range_falloff": 0.4,
            "p_kill": 0.2,
            "p_component": 0.4,
            "damage": 0.3,
        },
        "missile": {
            "domains": ["surface", "land"],
            "range_max_km": 12,
            "round_speed_mps": 200,
            "rounds_per_shot": 2,
            "reload_s": 30,
            "p_hit": 0.7,
            "damage": 0.4,
            "seeker_basket_m": 800,
            "stoppable": True,
            "commit_cap": 4,
            "needs_sight": False,
        },
        "bomb": {"domains": ["land", "surface"], "range_max_km": 0.5, "p_hit": 0.6, "damage": 0.5},
        "decoy": {"reload_s": 20, "soft_kill": {"p_guided": 0.4, "range_km": 1, "lasts_s": 10}},
        "guard": {"reload_s": 10, "interceptor": {"p_intercept": 0.5, "range_km": 3, "channels": 2}},
    },
    "platforms": {
        "post": {
            "domain": "land",
            "target_class": "structure",
            "speed_max_mps": 0,
            "command_post": True,
            "height_m": 20,
            "radio": {"range_km": 14},
            "cost_musd": 5,
            "toughness": 3,
            "sensors": ["eye"],
        },
        "robot": {
            "domain": "land",
            "target_class": "light_vehicle",
            "speed_max_mps": 12,
            "endurance_h": 0.6,
            "radio": {"range_km": 9},
            "cost_musd": 2,
            "sensors": ["eye"],
            "weapons": [{"weapon": "cannon", "rounds": 30}],
        },
        "ship": {
            "domain": "surface",
            "target_class": "ship",
            "speed_max_mps": 15,
            "turn_radius_m": 150,
            "height_m": 12,
            "radio": {"range_km": 20},
            "cost_musd": 20,
            "rcs_m2": 50,
            "toughness": 3,
            "host": {"carries": 4},
            "sensors": ["radar", "sweeper"],
            "weapons": [
                {"weapon": "missile", "rounds": 8},
                {"weapon": "guard", "rounds": 20},
                {"weapon": "decoy", "rounds": 4},
            ],
        },
        "drone": {
            "domain": "air",
            "target_class": "small_air",
            "speed_max_mps": 40,
            "speed_cruise_mps": 30,
            "turn_radius_m": 150,
            "hovers": False,
            "endurance_h": 0.2,
            "height_m": 500,
            "radio": {"range_km": 15},
            "cost_musd": 0.5,
            "rcs_m2": 0.05,
            "lost_link": "return",
            "turnaround_min": 2,
            "sensors": ["eye"],
            "weapons": [{"weapon": "bomb", "rounds": 1}],
        },
        "munition": {
            "domain": "air",
            "target_class": "small_air",
            "speed_max_mps": 60,
            "height_m": 200,
            "one_way": True,
            "endurance_h": 0.25,
            "cost_musd": 0.1,
            "sensors": ["eye"],
            "weapons": [{"weapon": "bomb", "rounds": 1}],
        },
    },
}


def document(groups: list[Document], **keys: Any) -> Document:
    """Return a scenario on a field of 24 by 24 km, land in the north and water in the south."""
    content = {
        "schema_version": 1,
        "name": "small-world",
        "time": {"dt_s": 5, "duration_s": 1500, "decision_interval_s": 50, "record_interval_s": 50},
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -12,
            "east_km": 12,
            "south_km": -12,
            "north_km": 12,
            "cell_m": 500,
            "terrain": {
                "kind": "flat",
                "features": [
                    {"kind": "lake", "polygon_km": [[-12, -12], [12, -12], [12, -2], [-12, -2]]},
                    {"kind": "ridge", "line_km": [[-1, 5], [1, 11]], "width_km": 1.5, "height_m": 60},
                    {"kind": "forest", "circle": {"centre_km": [2, 3], "radius_km": 1.5}},
                ],
            },
        },
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": groups,
        "catalogue": CATALOGUE,
    }
    return copy.deepcopy({**content, **keys})


def forces(side: str, west: float) -> list[Document]:
    """Return the groups of one side; ``west`` is +1 for the western half and -1 for the eastern."""
    heading = {"heading_deg": 90.0 * west, "roe": "free", "side": side}

    def group(name: str, platform: str, count: int, task: Document | None = None, **keys: Any) -> Document:
        task_keys = {"task": task} if task else {}
        units = [{"platform": platform, "count": count}]
        return {"name": f"{side}-{name}", "units": units, **heading, **task_keys, **keys}

    strike = {"verb": "strike", "radius_km": 8}
    return [
        group("post", "post", 1, at_km=[-9 * west, 4]),
        group("robots", "robot", 3, {"verb": "attack", "at_km": [0, 4], "radius_km": 4}, at_km=[-5 * west, 4]),
        group("ship", "ship", 1, {"verb": "attack", "at_km": [0, -6], "radius_km": 9}, at_km=[-7 * west, -6]),
        group("drones", "drone", 2, {"verb": "search", "radius_km": 6}, host=f"{side}-ship", aboard=True),
        group("munitions", "munition", 2, strike, at_km=[-8 * west, 2], scatter_km=[0.5, 1]),
    ]


def skirmish(**keys: Any) -> Document:
    """Return a fight in which most of the engine takes part."""
    more: Document = {
        "zones": [{"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}}],
        "objectives": [
            {"name": f"goal-{kind}-{side}", "side": side, "kind": kind, **({"zone": "crossing"} if zone else {})}
            for side in ("blue", "red")
            for kind, zone in (("destroy", False), ("hold", True), ("protect", False))
        ],
        "rules": {"contact_hold_s": 200},
    }
    return document(forces("blue", 1.0) + forces("red", -1.0), **{**more, **keys})


def compile_world(content: Document) -> Compiled:
    """Return the compiled document; equal documents are compiled once."""
    return _compiled(write_yaml(content), content["name"])


@functools.lru_cache(maxsize=16)
def _compiled(text: str, name: str) -> Compiled:
    import yaml

    return compile_document(yaml.safe_load(text))


def start(content: Document, **keys: Any) -> Simulation:
    """Return a simulation of the document."""
    return Simulation(compile_world(content).params, **keys)


def same_state(a: Simulation, b: Simulation) -> bool:
    """Return whether two simulations hold the same bits, world by world."""
    return a.hash() == b.hash()


def names(content: Document) -> tuple[str, ...]:
    """Return the unit names in the order of the engine."""
    return compile_world(content).roster.units


def bits(array: np.ndarray) -> bytes:
    """Return the bytes of an array, so that -0.0 and 0.0 differ and NaN equals itself."""
    return np.ascontiguousarray(array).tobytes()
