"""Outlines of zones: the engine's test of a point agrees with shapely on every shape."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box, union_all

from scenarios.compiler.tasks import compile_areas
from scenarios.format.plane import Plane
from scenarios.format.schema.types import GeoPoint
from scenarios.format.schema.zones import Zone
from scenarios.format.zone_shapes import CIRCLE_CORNERS, zone_outline
from scenarios.loader import compile_document
from simcore.kernels.mathematics.geometry import is_inside
from simcore.types import F64
from tests.scenarios.format.case_files import right_documents

PLANE = Plane(GeoPoint(longitude_deg=126.0, latitude_deg=37.0))
KM = st.floats(-20, 20).map(lambda value: round(value, 2))
SIZE = st.floats(0.2, 8).map(lambda value: round(value, 2))
POINT = st.tuples(KM, KM)
SHAPE = st.one_of(
    st.fixed_dictionaries({"circle": st.fixed_dictionaries({"centre_km": POINT, "radius_km": SIZE})}),
    st.tuples(POINT, SIZE, SIZE).map(
        lambda t: {"ring": {"centre_km": t[0], "inner_km": t[1], "radius_km": round(t[1] + t[2], 2)}}
    ),
    st.tuples(POINT, SIZE, SIZE).map(
        lambda t: {
            "rectangle": {
                "west_km": t[0][0],
                "east_km": t[0][0] + t[1],
                "south_km": t[0][1],
                "north_km": t[0][1] + t[2],
            }
        }
    ),
    st.tuples(st.lists(POINT, min_size=2, max_size=4, unique=True), SIZE).map(
        lambda t: {"line_km": t[0], "width_km": t[1]}
    ),
)


def zone(**shape: Any) -> Zone:
    return Zone.model_validate({"name": "z", **shape})


def disc(centre: Any, radius_km: float) -> Polygon:
    angle = np.arange(CIRCLE_CORNERS) * 2.0 * np.pi / CIRCLE_CORNERS
    return Polygon(np.column_stack([centre[0] + radius_km * np.cos(angle), centre[1] + radius_km * np.sin(angle)]))


def area_of(shape: dict[str, Any]) -> Any:
    """Return a shape as shapely has it [km]."""
    if "circle" in shape:
        return disc(shape["circle"]["centre_km"], shape["circle"]["radius_km"])
    if "ring" in shape:
        ring = shape["ring"]
        return disc(ring["centre_km"], ring["radius_km"]) - disc(ring["centre_km"], ring["inner_km"])
    if "rectangle" in shape:
        r = shape["rectangle"]
        return box(r["west_km"], r["south_km"], r["east_km"], r["north_km"])
    return LineString(shape["line_km"]).buffer(shape["width_km"] / 2.0, quad_segs=8)


def contains(outline: F64, x_km: float, y_km: float) -> bool:
    return is_inside(outline, 0, outline.shape[1], x_km * 1e3, y_km * 1e3)


@given(st.lists(SHAPE, min_size=1, max_size=4), st.lists(POINT, min_size=1, max_size=20))
def test_the_engine_sees_what_shapely_sees(shapes: list[dict[str, Any]], points: list[tuple[float, float]]) -> None:
    expected = union_all([area_of(shape) for shape in shapes])
    outline = zone_outline(zone(union=shapes), PLANE)
    alone = zone_outline(zone(**shapes[0]), PLANE)
    x, y = outline / 1e3
    twice = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    assert twice / 2.0 == pytest.approx(expected.area, rel=1e-3, abs=1e-3)
    for point in points:
        if expected.boundary.distance(Point(point)) > 1e-4:
            assert contains(outline, *point) == expected.contains(Point(point))
        if area_of(shapes[0]).boundary.distance(Point(point)) > 1e-4:
            assert contains(alone, *point) == area_of(shapes[0]).contains(Point(point))


def test_the_hole_of_a_ring_and_the_ends_of_a_corridor() -> None:
    ring = zone_outline(zone(ring={"centre_km": [0, 0], "radius_km": 4, "inner_km": 2}), PLANE)
    assert [contains(ring, x, 0.0) for x in (0.0, 1.9, 2.1, 3.9, 4.1)] == [False, False, True, True, False]
    corridor = zone_outline(zone(line_km=[[0, 0], [10, 0]], width_km=2), PLANE)
    assert [contains(corridor, x, 0.1) for x in (-1.1, -0.9, 5.0, 10.9, 11.1)] == [False, True, True, True, False]
    assert [contains(corridor, 5.0, y) for y in (-1.1, -0.9, 0.9, 1.1)] == [False, True, True, False]


def test_parts_that_do_not_touch_are_one_zone() -> None:
    parts = [{"circle": {"centre_km": [x, 0], "radius_km": 1}} for x in (-5, 0, 5)]
    outline = zone_outline(zone(union=parts), PLANE)
    assert [contains(outline, x, 0.01) for x in (-5.0, -2.5, 0.0, 2.5, 5.0)] == [True, False, True, False, True]


def test_centre_and_area_of_a_ring_leave_out_the_hole() -> None:
    compiled = compile_document(right_documents()["zones-of-all-shapes"])
    content = compiled.scenario.content
    names = [zone.name for zone in content.zones]
    centre, radius = compile_areas(content, PLANE).centre_and_radius()
    k = names.index("approach")
    assert centre[:, k] == pytest.approx([0.0, 5_000.0], abs=1.0)
    assert radius[k] == pytest.approx(np.sqrt(4_000.0**2 - 3_000.0**2), rel=0.01)
