"""Names for the indices of units, groups and sides, with which a recorder writes readable tables."""

from dataclasses import dataclass, field

import numpy as np

from simcore.types import F64, I32


@dataclass(frozen=True)
class Roster:
    """Names and constants of a compiled scenario, in the engine's order."""

    scenario: str
    title: str
    sides: tuple[str, ...]
    units: tuple[str, ...]
    unit_side: I32  # (n,)
    unit_group: I32
    unit_platform: tuple[str, ...]  # (n,) platform card of each unit
    unit_title: tuple[str, ...]  # (n,) display name of the platform
    unit_sidc: tuple[str, ...]  # (n,) 20-digit symbol code, "" when none is known
    unit_domain: I32
    unit_cost: F64
    speed_max_mps: F64
    sensor_range_m: F64
    weapon_range_m: F64
    radio_range_m: F64
    endurance_s: F64  # inf when unlimited
    groups: tuple[str, ...]
    group_side: I32
    weapons: tuple[str, ...]  # weapon cards; MountSpecW.WEAPON of ``Params.mounts`` is the index
    zones: tuple[str, ...]
    zone_kind: I32
    zone_side: I32
    zone_polygon_m: tuple[F64, ...]  # (2, corners) each
    objectives: tuple[str, ...]  # a sentence each
    objective_side: I32
    origin_lonlat_deg: tuple[float, float]
    bounds_m: tuple[float, float, float, float]  # west, east, south, north
    dt_s: float
    decision_ticks: int
    record_ticks: int
    picture_contacts: int
    policies: tuple[tuple[str, dict[str, object]], ...]  # per side: entry-point name and its parameters
    weapon_titles: tuple[str, ...] = ()  # display name of each weapon card
    sensor_titles: tuple[str, ...] = ()  # display name of the card of each sensor of ``Params.sensors``
    minefields: tuple[str, ...] = ()
    minefield_suspected: tuple[bool, ...] = ()  # whether the briefings of the other sides name the area
    minefield_polygon_m: tuple[F64, ...] = ()  # (2, corners) each
    road_line_m: tuple[F64, ...] = ()  # (2, points) each
    road_has_bridges: tuple[bool, ...] = ()
    components: tuple[str, ...] = ()  # name of each component of a unit that wears out
    component_unit: I32 = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    component_cost: F64 = field(default_factory=lambda: np.zeros(0))  # of the part of a repair or service
    crew_hour_cost: float = 0.0
    workshops: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # of the stores; StoreSpecW.ITEM of ``Params.supply`` is the index
    evacuates: tuple[bool, ...] = ()  # per side: whether it has people and transports for its casualties
    logistics: tuple[dict[str, tuple[str, dict[str, object]]], ...] = ()  # per side: its policies of logistics by kind
