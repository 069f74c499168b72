"""Zones and minefields on the globe, as known to an audience.

The run's map stores outlines as closed rings on its plane, including holes and further parts (even-odd). Here they are
polygons in longitude and latitude: outer rings counterclockwise, holes clockwise, cut at the antimeridian, with corners
so close together that a straight line between two of them stays within a metre of the line on the plane.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.geometry.polygon import orient

from simcore.types import MineStatus
from viz.fog.projection import LocalPlane

_STEP_M = 5_000.0
"""Longest edge of an outline [m]: its chord is off by less than a metre below 60 degrees of latitude."""
_CIRCLE_CORNERS = 64
_WORLD = box(-180.0, -90.0, 180.0, 90.0)
_MINE_STATES = {int(status): status.name.lower() for status in MineStatus}

LonLat = tuple[float, float]
Ring = list[LonLat]
"""Closed: the last corner is the first."""


class Mine(NamedTuple):
    """A mine of a minefield."""

    place: LonLat
    gone_s: float  # when it was spent or cleared; inf while it is armed
    end: str  # its state from then on


@dataclass(frozen=True)
class Area:
    """An outline on the ground. ``polygons`` are lists of rings: the outer ring, then its holes."""

    id: str  # zone-<k> or minefield-<k>, numbered among the areas shown
    name: str
    kind: str  # objective, no_fire, ...; minefield or suspected_minefield
    side: int  # the side it belongs to; -1 if it binds all sides or its side is unknown
    polygons: tuple[list[Ring], ...]
    centre: LonLat  # inside it
    from_s: float = 0.0
    until_s: float = math.inf
    mines: tuple[Mine, ...] = ()

    @property
    def is_minefield(self) -> bool:
        """Whether this is a minefield, laid or suspected."""
        return self.kind.endswith("minefield")

    @property
    def is_always(self) -> bool:
        """Whether it is in force from the start to the end."""
        return self.from_s <= 0.0 and math.isinf(self.until_s)

    def label(self, sides: tuple[str, ...]) -> str:
        """Return its name with its kind and side, as in ``harbour (objective, blue)``."""
        facts = [self.kind.replace("_", " "), *([sides[self.side]] if self.side >= 0 else [])]
        return f"{self.name} ({', '.join(facts)})"


def areas_of(seen: dict[str, Any], sides: tuple[str, ...], plane: LocalPlane) -> tuple[Area, ...]:
    """Return the areas of a map document already reduced to the audience's knowledge (``map_fog``)."""
    return (*_zones(seen["zones"], sides, plane), *_minefields(seen["minefields"], sides, plane))


def _zones(zones: list[dict[str, Any]], sides: tuple[str, ...], plane: LocalPlane) -> Iterator[Area]:
    for number, zone in enumerate(zones, start=1):
        polygons, centre = _on_globe(_even_odd(zone["rings_m"]), plane)
        until_s = zone["until_s"]
        yield Area(
            id=f"zone-{number}",
            name=zone["name"],
            kind=zone["kind"] or "zone",
            side=_side_index(zone["side"], sides),
            polygons=polygons,
            centre=centre,
            from_s=zone["from_s"],
            until_s=math.inf if until_s is None else until_s,
        )


def _minefields(fields: list[dict[str, Any]], sides: tuple[str, ...], plane: LocalPlane) -> Iterator[Area]:
    for number, field in enumerate(fields, start=1):
        circle = field.get("circle_m")
        shape = _circle(*circle) if circle else _even_odd(field["rings_m"])
        polygons, centre = _on_globe(shape, plane)
        yield Area(
            id=f"minefield-{number}",
            name=field["name"],
            kind="suspected_minefield" if circle else "minefield",
            side=_side_index(field["side"], sides),
            polygons=polygons,
            centre=centre,
            mines=tuple(_mines(field["mines"], plane)),
        )


def _mines(mines: list[list[Any]], plane: LocalPlane) -> Iterator[Mine]:
    if not mines:
        return
    x_m, y_m = np.array([mine[:2] for mine in mines], dtype=float).T
    places = zip(*_rounded(*plane.longitude_latitude(x_m, y_m)), strict=True)
    for place, (_, _, status, gone_s) in zip(places, mines, strict=True):
        yield Mine(place, math.inf if gone_s is None else gone_s, _MINE_STATES.get(status, "gone"))


def _side_index(side: str | None, sides: tuple[str, ...]) -> int:
    return sides.index(side) if side in sides else -1


def _circle(x_m: float, y_m: float, radius_m: float) -> Any:
    return shapely.Point(x_m, y_m).buffer(radius_m, quad_segs=_CIRCLE_CORNERS // 4)


def _even_odd(rings_m: list[list[list[float]]]) -> Any:
    """Return the shape bounded by rings under the even-odd rule."""
    shape: Any = Polygon()
    for ring in rings_m:
        if len(ring) >= 3:
            shape = shape.symmetric_difference(shapely.make_valid(Polygon(ring)))
    return shape


def _on_globe(shape: Any, plane: LocalPlane) -> tuple[tuple[list[Ring], ...], LonLat]:
    inside = shape.representative_point() if not shape.is_empty else shapely.Point(0.0, 0.0)
    reference, _ = plane.longitude_latitude(np.array([inside.x]), np.array([inside.y]))

    def project(corners: np.ndarray) -> np.ndarray:
        longitude, latitude = plane.longitude_latitude(corners[:, 0], corners[:, 1])
        return np.column_stack([reference + np.mod(longitude - reference + 180.0, 360.0) - 180.0, latitude])

    polygons: list[list[Ring]] = []
    for part in _polygons(shape.segmentize(_STEP_M)):
        globe = shapely.transform(part, project)
        for turn in (-360.0, 0.0, 360.0):  # parts beyond the antimeridian are wrapped to the other side
            for piece in _polygons(translate(globe, xoff=turn).intersection(_WORLD)):
                turned = orient(piece, 1.0)
                polygons.append([_ring(turned.exterior), *(_ring(hole) for hole in turned.interiors)])
    longitude, latitude = plane.longitude_latitude(np.array([inside.x]), np.array([inside.y]))
    return tuple(polygons), next(zip(*_rounded(longitude, latitude), strict=True))


def _polygons(shape: Any) -> list[Any]:
    """Return the polygons of a shape with an area above zero."""
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0.0]


def _ring(ring: Any) -> Ring:
    return list(zip(*_rounded(*np.asarray(ring.coords)[:, :2].T), strict=True))


def _rounded(longitude: np.ndarray, latitude: np.ndarray) -> tuple[list[float], list[float]]:
    return np.round(longitude, 7).tolist(), np.round(latitude, 7).tolist()
