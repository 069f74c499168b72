"""Checks of places off the map and of areas without extent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from scenarios.format.checks.context import Context, reference
from scenarios.format.plane import Plane
from scenarios.format.problems import Problem
from scenarios.format.schema.map import Feature
from scenarios.format.schema.mines import Minefield
from scenarios.format.schema.scenario import Group, ScenarioFile
from scenarios.format.schema.types import Circle, GeoPoint, PointKm, Ring
from scenarios.format.schema.zones import Shape
from scenarios.format.yaml_text import Path
from scenarios.format.zone_shapes import rings_of_one, twice_area
from simcore.types import F64

MAX_MINES = 100_000
MAX_CORNERS = 100_000
LEAST_AREA_M2 = 1.0
LEAST_FILLING = 0.02
"""Least share of its bounding box filled by a minefield: positions of mines are drawn in the box until inside."""


@dataclass(frozen=True)
class Places:
    """The map of a scenario file, with checks for places off the map."""

    content: ScenarioFile

    @cached_property
    def plane(self) -> Plane:
        """The plane of the map."""
        return Plane(self.content.map.origin)

    def is_on_map(self, x_km: float, y_km: float) -> bool:
        """Return whether a point lies on the map, including its edge."""
        extent = self.content.map
        return extent.west_km <= x_km <= extent.east_km and extent.south_km <= y_km <= extent.north_km

    def km(self, path: Path, point: PointKm | None, noun: str) -> list[Problem]:
        """Return a problem if a point of the plane is off the map."""
        if point is None or self.is_on_map(*point):
            return []
        swapped = " (did you swap east and north?)" if self.is_on_map(point[1], point[0]) else ""
        shown = f"[{point[0]:g}, {point[1]:g}]"
        return [Problem(path, f"{noun} {shown} is off the map; give km within {self._box}{swapped}")]

    def globe(self, path: Path, place: GeoPoint | None, noun: str) -> list[Problem]:
        """Return a problem if a position on the globe is off the map."""
        if place is None:
            return []
        east, north = self._projected(place.longitude_deg, place.latitude_deg)
        if self.is_on_map(east, north):
            return []
        lon, lat = place.longitude_deg, place.latitude_deg
        is_swapped = abs(lon) <= 90.0 and self.is_on_map(*self._projected(lat, lon))
        swapped = " (did you swap longitude and latitude?)" if is_swapped else ""
        where = f"lies at [{east:.3f}, {north:.3f}] km" if math.isfinite(east) else "lies beyond the plane"
        text = f"{noun} {lon:g} east, {lat:g} north {where}, off the map; give a place within {self._box} km"
        return [Problem(path, text + swapped)]

    @property
    def _box(self) -> str:
        extent = self.content.map
        return f"{extent.west_km:g}..{extent.east_km:g} east, {extent.south_km:g}..{extent.north_km:g} north"

    def _projected(self, longitude_deg: float, latitude_deg: float) -> tuple[float, float]:
        place = GeoPoint(longitude_deg=longitude_deg, latitude_deg=latitude_deg)
        east, north = self.plane.project([place])[0] / 1e3
        return float(east), float(north)


def check_places(content: ScenarioFile, context: Context) -> list[Problem]:
    """Return the problems of the places and areas of a file."""
    places = Places(content)
    problems: list[Problem] = []
    for i, road in enumerate(content.map.roads):
        for k, point in enumerate(road.line_km):
            problems += places.km(("map", "roads", i, "line_km", k), point, "the road's point")
    for i, feature in enumerate(content.map.terrain.features):
        problems += _check_feature(feature, ("map", "terrain", "features", i), places)
    sides = [side.name for side in content.sides]
    corners = sum(_n_corners(shape) for zone in content.zones for shape in (zone, *(zone.union or ())))
    if corners > MAX_CORNERS:
        return [Problem(("zones",), f"{corners} corners; at most {MAX_CORNERS} are possible: draw them more coarsely")]
    for i, zone in enumerate(content.zones):
        path = ("zones", context.place("zones", i))
        if zone.side is not None:
            problems += reference((*path, "side"), "side", zone.side, sides, context, "sides")
        if zone.union is None:
            problems += check_shape(zone, path, places)
        for k, part in enumerate(zone.union or ()):
            problems += check_shape(part, (*path, "union", k), places)
    for i, entry in enumerate(content.minefields):
        path = ("minefields", context.place("minefields", i))
        if entry.side is not None:
            problems += reference((*path, "side"), "side", entry.side, sides, context, "sides")
        of_shape = check_shape(entry, path, places)
        problems += of_shape or _check_mines(entry, path, places)
    for i, group in enumerate(content.groups):
        problems += _check_group(group, ("groups", context.place("groups", i)), places)
    return problems


def _n_corners(shape: Shape) -> int:
    return sum(len(line or ()) for line in (shape.polygon_km, shape.polygon, shape.line_km))


def _check_group(group: Group, path: Path, places: Places) -> list[Problem]:
    problems = places.km((*path, "at_km"), group.at_km, "the place")
    problems += places.globe((*path, "at"), group.at, "the place")
    problems += places.km((*path, "home_km"), group.home_km, "the home")
    task = group.task
    problems += places.km((*path, "task", "at_km"), task.at_km, "the point")
    problems += places.globe((*path, "task", "at"), task.at, "the point")
    for k, point in enumerate(task.route_km):
        problems += places.km((*path, "task", "route_km", k), point, "the route point")
    return problems


def check_shape(shape: Shape | Minefield, path: Path, places: Places) -> list[Problem]:
    """Return the problems of a shape: centres or corners off the map, no area."""
    discs: dict[str, Circle | Ring | None] = {"circle": shape.circle}
    lines: dict[str, Sequence[PointKm] | None] = {"polygon_km": shape.polygon_km}
    if isinstance(shape, Shape):
        discs["ring"] = shape.ring
        lines["line_km"] = shape.line_km
    problems: list[Problem] = []
    for key, disc in discs.items():
        if disc is not None:
            problems += places.km((*path, key, "centre_km"), disc.centre_km, "the centre")
            problems += places.globe((*path, key, "centre"), disc.centre, "the centre")
    for key, line in lines.items():
        for k, corner in enumerate(line or ()):
            problems += places.km((*path, key, k), corner, "the corner")
    for k, place in enumerate(shape.polygon or ()):
        problems += places.globe((*path, "polygon", k), place, "the corner")
    box = shape.rectangle
    if box is not None:
        if box.west_km >= box.east_km or box.south_km >= box.north_km:
            text = "has no area; west_km must be below east_km and south_km below north_km"
            return [Problem((*path, "rectangle"), text)]
        for corner in ((box.west_km, box.south_km), (box.east_km, box.north_km)):
            problems += places.km((*path, "rectangle"), corner, "the corner")
    if problems:
        return problems
    key = next(key for key in (*discs, *lines, "polygon", "rectangle") if getattr(shape, key) is not None)
    if key != "line_km" and _area_m2(shape, places) < LEAST_AREA_M2:
        return [Problem((*path, key), "has no area; move its corners apart to cover at least a square metre")]
    return []


def _area_m2(shape: Shape | Minefield, places: Places) -> float:
    """Return the area of a shape other than a corridor."""
    rings = rings_of_one(shape, places.plane)
    area = abs(sum(twice_area(ring) for ring in rings)) / 2.0
    return area if area >= LEAST_AREA_M2 else _covered_m2(rings[0])


def _covered_m2(corners: F64) -> float:
    """Return the area covered by a possibly self-crossing line, whose loops may cancel in the signed area."""
    from shapely import Polygon, make_valid

    outline: Any = Polygon(corners.T)
    parts = cast(Any, make_valid)(outline)
    return float(parts.area)


def _check_mines(entry: Minefield, path: Path, places: Places) -> list[Problem]:
    """Return a problem if a field has too many mines or is too thin for laying them."""
    (corners,) = rings_of_one(entry, places.plane)
    area = abs(twice_area(corners)) / 2.0
    width, height = (corners.max(axis=1) - corners.min(axis=1)).tolist()
    box = width * height
    if area < LEAST_FILLING * box:
        key = "polygon" if entry.polygon is not None else "polygon_km"
        text = f"fills {area / box:.2%} of its bounding box, too little to lay mines in; split it into several fields"
        if _covered_m2(corners) > 2.0 * area:
            text = "the outline crosses itself; give its corners in order around it"
        return [Problem((*path, key), text)]
    if entry.density_per_km2 is not None and entry.density_per_km2 * area / 1e6 > MAX_MINES:
        many = f"{entry.density_per_km2:g} per km2 on {area / 1e6:g} km2 are {entry.density_per_km2 * area / 1e6:.0f}"
        text = f"{many} mines; at most {MAX_MINES} are possible: give a lower density or a smaller area"
        return [Problem((*path, "density_per_km2"), text)]
    return []


def _check_feature(feature: Feature, path: Path, places: Places) -> list[Problem]:
    """Return a problem if a terrain feature has no effect on the map."""
    extent = places.content.map
    if feature.circle is not None and feature.circle.centre_km is not None:
        key, points, margin = "circle", (feature.circle.centre_km,), feature.circle.radius_km
    elif feature.line_km is not None:
        key, points, margin = "line_km", feature.line_km, (feature.width_km or 0.0) / 2.0
    else:
        key, points, margin = "polygon_km", feature.polygon_km or (), 0.0
    corners: F64 = np.array(points, dtype=np.float64).T
    west, south = corners.min(axis=1) - margin
    east, north = corners.max(axis=1) + margin
    if east < extent.west_km or west > extent.east_km or north < extent.south_km or south > extent.north_km:
        where = f"from [{west:g}, {south:g}] to [{east:g}, {north:g}]"
        text = f"the {feature.kind} lies off the map, {where}; move it onto the map or remove it"
        return [Problem((*path, key), text)]
    if key == "polygon_km" and abs(twice_area(corners)) * 1e6 < LEAST_AREA_M2 and _covered_m2(corners) < 1e-6:
        return [Problem((*path, key), f"the {feature.kind} has no area; draw its corners apart")]
    return []
