"""The surroundings of the units of a run: the files ``map.json``, ``reach.parquet`` and ``mounts.parquet``.

Reads the parameters without changing them. Readers of the files decide which parts a side may know.
"""

import math

import numpy as np

from simcore.crews import CrewSpecW
from simcore.params import (
    ALWAYS,
    NEVER,
    GroupSpecR,
    GroupSpecW,
    JammerSpecR,
    JammerSpecW,
    MountSpecR,
    MountSpecW,
    Params,
    SensorSpecR,
    SensorSpecW,
    UnitSpecR,
    UnitSpecW,
    ZoneSpecW,
)
from simcore.recording.run_schema import REACH
from simcore.roster import Roster
from simcore.surroundings import MinefieldSpecW, WeatherR
from simcore.types import F64, NONE, SensorModel, Task, ZoneKind

LN_CONTRAST = -math.log(0.02)
"""Extinction times visibility (Koschmieder 1924)."""


def rings_of(outline: F64) -> list[F64]:
    """Return the rings (2, n) of a closed line (2, n) that joins its holes and further parts by seams.

    A seam runs from the first corner to a ring and back; each ring ends at its starting point.
    """
    corners = [(float(x), float(y)) for x, y in outline.T]
    rings: list[list[tuple[float, float]]] = []
    at = 0
    while at < len(corners):
        end = at + 1
        while end < len(corners) and corners[end] != corners[at]:
            end += 1
        rings.append(corners[at:end])
        at = end + 1
        if len(rings) > 1 and at < len(corners) and corners[at] == corners[0]:
            at += 1  # back along the seam
    return [np.array(ring).T for ring in rings]


def map_document(params: Params, roster: Roster) -> dict[str, object]:
    """Return the content of ``map.json``."""
    longitude_deg, latitude_deg = roster.origin_lonlat_deg
    return {
        "origin": {"longitude_deg": longitude_deg, "latitude_deg": latitude_deg},
        "bounds_m": list(roster.bounds_m),
        "zones": _zones(params, roster),
        "minefields": _minefields(params, roster),
        "roads": [
            {"line_m": line_m.T.tolist(), "bridges": has_bridges}
            for line_m, has_bridges in zip(roster.road_line_m, roster.road_has_bridges, strict=True)
        ],
        "tasks": _first_tasks(params, roster),
        "weather": _weather(params, roster.dt_s),
        "operators": [None if count < 0 else int(count) for count in params.operators.whole[CrewSpecW.COUNT]],
    }


def _zones(params: Params, roster: Roster) -> list[dict[str, object]]:
    columns = params.zones.whole
    return [
        {
            "name": name,
            "kind": ZoneKind(kind).name.lower(),
            "side": _side_name(roster, side),
            "polygon_m": polygon_m.T.tolist(),
            "rings_m": [ring.T.tolist() for ring in rings_of(polygon_m)],
            "from_s": float(columns[ZoneSpecW.FROM_TICK, z]) * roster.dt_s,
            "until_s": None
            if columns[ZoneSpecW.UNTIL_TICK, z] >= ALWAYS
            else float(columns[ZoneSpecW.UNTIL_TICK, z]) * roster.dt_s,
        }
        for z, (name, kind, side, polygon_m) in enumerate(
            zip(roster.zones, roster.zone_kind, roster.zone_side, roster.zone_polygon_m, strict=True)
        )
    ]


def _minefields(params: Params, roster: Roster) -> list[dict[str, object]]:
    """Return the minefields: known to the side that laid them and, where ``suspected``, to all sides as an area."""
    columns = params.minefields.whole
    return [
        {
            "name": name,
            "side": _side_name(roster, int(columns[MinefieldSpecW.SIDE, f])),
            "suspected": is_suspected,
            "count": int(columns[MinefieldSpecW.COUNT, f]),
            "rings_m": [ring.T.tolist() for ring in rings_of(polygon_m)],
        }
        for f, (name, is_suspected, polygon_m) in enumerate(
            zip(roster.minefields, roster.minefield_suspected, roster.minefield_polygon_m, strict=True)
        )
    ]


def _first_tasks(params: Params, roster: Roster) -> list[dict[str, object]]:
    """Return the initial tasks of the groups with their routes: known to their own side."""
    real, whole, units = params.groups.real, params.groups.whole, params.units.whole
    tasks: list[dict[str, object]] = []
    for g, name in enumerate(roster.groups):
        members = np.flatnonzero(units[UnitSpecW.GROUP] == g)
        first = int(members[0]) if len(members) else NONE
        start, count = (
            (int(units[UnitSpecW.ROUTE_FIRST, first]), int(units[UnitSpecW.ROUTE_COUNT, first]))
            if first >= 0
            else (0, 0)
        )
        target = int(whole[GroupSpecW.TARGET, g])
        tasks.append(
            {
                "side": roster.sides[int(roster.group_side[g])],
                "group": name,
                "task": Task(int(whole[GroupSpecW.TASK, g])).name.lower(),
                "x_m": _finite(float(real[GroupSpecR.X, g])),
                "y_m": _finite(float(real[GroupSpecR.Y, g])),
                "radius_m": _finite(float(real[GroupSpecR.RADIUS, g])),
                "target_group": roster.groups[target] if target >= 0 else None,
                "route_m": params.route[:, start : start + count].T.tolist(),
            }
        )
    return tasks


def _weather(params: Params, dt_s: float) -> list[dict[str, object]]:
    """Return the weather by stretches of time; empty for a clear, calm day throughout."""
    level = params.weather.level
    if bool(np.all(level[:, WeatherR.LIGHT] == 1.0)) and not np.any(
        level[:, [WeatherR.HAZE, WeatherR.RAIN, WeatherR.SEA_STATE, WeatherR.WIND_MPS]]
    ):
        return []
    return [
        {
            "time_s": float(tick) * dt_s,
            "light": float(row[WeatherR.LIGHT]),
            "visibility_m": float(LN_CONTRAST / (row[WeatherR.HAZE] + row[WeatherR.RAIN]))
            if row[WeatherR.HAZE] + row[WeatherR.RAIN]
            else None,
            "rain": bool(row[WeatherR.RAIN] > 0.0),
            "sea_state": int(row[WeatherR.SEA_STATE]),
            "wind_mps": float(row[WeatherR.WIND_MPS]),
        }
        for tick, row in zip(params.weather.tick, level, strict=True)
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _side_name(roster: Roster, side: int) -> str | None:
    return roster.sides[side] if side >= 0 else None


def mount_table(params: Params, roster: Roster) -> dict[str, list[object]]:
    """Return the columns of ``mounts.parquet``: the weapon of each mount."""
    whole = params.mounts.whole
    weapon = [int(w) for w in whole[MountSpecW.WEAPON]]
    return {
        "mount": list(range(whole.shape[1])),
        "unit": whole[MountSpecW.UNIT].tolist(),
        "weapon": [roster.weapons[w] for w in weapon],
        "title": [_title(roster.weapon_titles, w, roster.weapons[w]) for w in weapon],
    }


def _title(titles: tuple[str, ...], at: int, otherwise: str) -> str:
    return titles[at] if at < len(titles) else otherwise


def reach_table(params: Params, roster: Roster) -> dict[str, list[object]]:
    """Return the columns of ``reach.parquet``: the ranges of the units' sensors, weapons and jammers."""
    rows: list[tuple[object, ...]] = []
    sensors, mounts, jammers, units = params.sensors, params.mounts, params.jammers, params.units
    for q in range(sensors.whole.shape[1]):
        cosine = float(sensors.real[SensorSpecR.FOV_COS, q])
        angle = 360.0 if cosine <= -1.0 else 2.0 * math.degrees(math.acos(cosine))
        model = SensorModel(int(sensors.whole[SensorSpecW.MODEL, q])).name.lower()
        is_off = int(sensors.whole[SensorSpecW.PHASE, q]) == NEVER
        domains = int(sensors.whole[SensorSpecW.DOMAINS, q])
        unit = int(sensors.whole[SensorSpecW.UNIT, q])
        above_m = float(sensors.real[SensorSpecR.HEIGHT_M, q] - units.real[UnitSpecR.HEIGHT_M, unit])
        rows.append(
            (
                unit,
                "sensor",
                model,
                sensors.real[SensorSpecR.RANGE_M, q],
                angle,
                domains,
                not is_off,
                _title(roster.sensor_titles, q, ""),
                0.0,
                above_m,
                sensors.whole[SensorSpecW.NEEDS_SIGHT, q] == 1,
            )
        )
    for m in range(mounts.whole.shape[1]):
        weapon = int(mounts.whole[MountSpecW.WEAPON, m])
        unit, name = int(mounts.whole[MountSpecW.UNIT, m]), roster.weapons[weapon]
        title = _title(roster.weapon_titles, weapon, name)
        domains = int(mounts.whole[MountSpecW.DOMAINS, m])
        needs_sight = bool(mounts.whole[MountSpecW.NEEDS_SIGHT, m] == 1)
        if domains:
            range_m, least_m = mounts.real[MountSpecR.RANGE_MAX_M, m], mounts.real[MountSpecR.RANGE_MIN_M, m]
            rows.append((unit, "weapon", name, range_m, 360.0, domains, True, title, least_m, 0.0, needs_sight))
        if mounts.whole[MountSpecW.CHANNELS, m] > 0 or mounts.real[MountSpecR.INTERCEPT_RANGE_M, m] > 0.0:
            range_m, least_m = mounts.real[MountSpecR.INTERCEPT_RANGE_M, m], mounts.real[MountSpecR.INTERCEPT_MIN_M, m]
            rows.append((unit, "interceptor", name, range_m, 360.0, 0, True, title, least_m, 0.0, False))
    for k in range(jammers.whole.shape[1]):
        by_order = bool(jammers.whole[JammerSpecW.ON_ORDER, k])
        rows.append(
            (
                int(jammers.whole[JammerSpecW.UNIT, k]),
                "jammer",
                "",
                jammers.real[JammerSpecR.RANGE_M, k],
                360.0,
                0,
                not by_order,
                "",
                0.0,
                0.0,
                True,
            )
        )
    names = [column.name for column in REACH]
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}
