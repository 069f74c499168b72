"""Worlds of identical machines that wear out beside a workshop, for the tests of wear and repair."""

from typing import Any

from tests.simcore.small_worlds import Document

STEP_S = 360.0


def machines(
    component: Document,
    *,
    n: int = 10,
    crews: Any = 1,
    hours: float = 1000.0,
    dt_s: float = STEP_S,
    platform: Document | None = None,
    workshop: Document | None = None,
    **sustainment: Any,
) -> Document:
    """Return ``n`` machines with one component beside a workshop with ``crews``; nothing else happens.

    ``component`` is that component, called power; ``workshop`` replaces keys of the workshop; without crews (0) there
    is no workshop.
    """
    shop = {"name": "works", "at": "hall", "crews": crews, "radius_m": 5000, **(workshop or {})}
    machine = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "wear": {"power": component}}
    hall = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "wear": {}}
    long_s = 100.0 * dt_s
    return {
        "schema_version": 1,
        "name": "machines",
        "time": {
            "dt_s": dt_s,
            "duration_h": hours,
            "decision_interval_s": long_s,
            "record_interval_s": long_s,
            "comms_interval_s": long_s,
            "plan_interval_s": long_s,
            "score_interval_s": long_s,
        },
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -5,
            "east_km": 5,
            "south_km": -5,
            "north_km": 5,
            "cell_m": 1000,
        },
        "rules": {"stop_on_annihilation": False},
        "sides": [{"name": "blue"}, {"name": "red"}],
        "catalogue": {"platforms": {"machine": {**machine, **(platform or {})}, "hall": hall}},
        "groups": [
            {
                "name": "machine",
                "side": "blue",
                "units": [{"platform": "machine", "count": n}],
                "at_km": [0, 0],
                "formation": {"spacing_m": 1},
            },
            {"name": "hall", "side": "blue", "units": [{"platform": "hall"}], "at_km": [0, 1]},
            {"name": "other", "side": "red", "units": [{"platform": "hall"}], "at_km": [4, 4]},
        ],
        "sustainment": {"workshops": [shop] if crews != 0 else [], "wear_interval_s": dt_s, **sustainment},
    }
