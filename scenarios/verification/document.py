"""Common pieces of the set-ups' scenario documents: plain dictionaries, as parsed from YAML."""

from collections.abc import Sequence
from typing import Any

from scenarios.verification.runner import Document

LOOK_TICKS = 10
"""Steps between looks in a set-up of a single look: each sensor looks once within them, at its own turn."""

LONG_S = 1.0e7
"""Hold time of contacts [s]: longer than any set-up."""


def document(
    name: str,
    *,
    dt_s: float,
    n_ticks: int,
    half_width_km: float,
    groups: Sequence[Document],
    platforms: Document,
    sensors: Document | None = None,
    weapons: Document | None = None,
    rules: Document | None = None,
    terrain: Document | None = None,
    cell_m: float | None = None,
    flat_earth: bool = True,
    time_keys: Document | None = None,
    **map_keys: Any,
) -> Document:
    """Return a scenario on a square field with two sides, blue and red, that hold their orders."""
    # These intervals have no effect here: units decide anew on arrival, sides without a command post need no network,
    # and checks of links or of reactions to contacts override them in ``time_keys``.
    rare = {f"{activity}_interval_s": dt_s * n_ticks for activity in ("comms", "plan", "score", "decision", "record")}
    return {
        "schema_version": 1,
        "name": name,
        "time": {"dt_s": dt_s, "duration_s": dt_s * n_ticks, **rare, **(time_keys or {})},
        "map": {
            "origin": {"longitude_deg": 129.0, "latitude_deg": 35.0},
            "west_km": -half_width_km,
            "east_km": half_width_km,
            "south_km": -half_width_km,
            "north_km": half_width_km,
            "cell_m": max(250.0, 2.0 * half_width_km) if cell_m is None else cell_m,
            "flat_earth": flat_earth,
            "terrain": terrain or {"kind": "flat"},
            **map_keys,
        },
        "rules": {
            "contact_hold_s": max(LONG_S, 2.0 * dt_s * n_ticks),
            "contact_growth_mps": 0.0,
            "contact_refresh_s": 0.0,
            "p_bda": 1.0,
            "stop_on_annihilation": False,
            "stagger": False,
            **(rules or {}),
        },
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": list(groups),
        "catalogue": {"platforms": platforms, "sensors": sensors or {}, "weapons": weapons or {}},
    }


def everyday(scenario: Document) -> Document:
    """Return the document with the users' defaults: looks at drawn turns, and default intervals otherwise."""
    time = {name: scenario["time"][name] for name in ("dt_s", "duration_s")}
    return {**scenario, "time": time, "rules": {**scenario["rules"], "stagger": True}}


def group(name: str, side: str, platform: str, at_km: tuple[float, float], count: int = 1, **keys: Any) -> Document:
    """Return a group of units of the same kind, all at the same place unless ``keys`` override it."""
    return {
        "name": name,
        "side": side,
        "units": [{"platform": platform, "count": count}],
        "at_km": list(at_km),
        "formation": {"spacing_m": 0.0},
        "heading_deg": 0.0,
        "roe": "free",
        **keys,
    }


def platform(domain: str = "land", **keys: Any) -> Document:
    """Return a platform card: immobile, with unlimited endurance and radio range unless ``keys`` override them."""
    target = {"land": "light_vehicle", "surface": "small_boat", "air": "small_air"}[domain]
    return {"domain": domain, "target_class": target, "speed_max_mps": 0.0, **keys}


def all_seeing(range_km: float, dt_s: float, **keys: Any) -> Document:
    """Return a sensor card that detects and identifies everything within a range at every step."""
    return {
        "model": "cookie_cutter",
        "range_km": range_km,
        "interval_s": dt_s,
        "p_detect": 1.0,
        "needs_sight": False,
        "error_m": 0.0,
        "classify_km": range_km,
        "identify_km": range_km,
        **keys,
    }


def harmless_gun(range_km: float, dt_s: float) -> Document:
    """Return a weapon card that can fire at every step at contacts within a range, and never hits."""
    return {
        "domains": ["land"],
        "range_max_km": range_km,
        "reload_s": dt_s,
        "p_hit": 0.0,
        "needs_sight": False,
        "contact_age_max_s": None,
    }
