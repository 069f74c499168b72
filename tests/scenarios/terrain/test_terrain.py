"""Terrain: the same on every machine, shapes where they are put."""

import numpy as np
import pytest

from scenarios.format.schema.map import Map
from scenarios.terrain.ground import build_ground
from scenarios.terrain.noise import TERRAIN_STREAM, draw_lattice
from simcore.rng import Stream, draw, stream_key
from simcore.types import Mobility, Surface


def field(terrain: dict[str, object], **extent: float) -> Map:
    box = {"west_km": -5.0, "east_km": 5.0, "south_km": -5.0, "north_km": 5.0, "cell_m": 100.0, **extent}
    return Map.model_validate({"origin": {"longitude_deg": 0.0, "latitude_deg": 0.0}, **box, "terrain": terrain})


def test_lattice_draws_are_those_of_the_engine() -> None:
    assert int(Stream.TERRAIN) == TERRAIN_STREAM
    i, j = np.arange(4, dtype=np.uint64), np.arange(3, dtype=np.uint64)
    ours = draw_lattice(12345, 7, i[:, None], j[None, :])
    with np.errstate(over="ignore"):
        key = np.uint64(stream_key(np.uint64(12345), np.uint64(0), 7, TERRAIN_STREAM))
        theirs = [[draw(key, np.uint64(a), np.uint64(b)) for b in j] for a in i]
    assert ours.tolist() == theirs


def test_procedural_terrain_keeps_its_shares_and_its_seed() -> None:
    kind = {"kind": "procedural", "seed": 5, "water_share": 0.4, "land_towards": "east", "relief_m": 120.0}
    ground = build_ground(field(kind))
    surface = ground.terrain.surface
    assert (surface == int(Surface.WATER)).mean() == pytest.approx(0.4, abs=0.01)
    land = surface != int(Surface.WATER)
    assert (surface[land] == int(Surface.FOREST)).mean() == pytest.approx(0.2, abs=0.02)
    assert ground.terrain.elevation_m[~land].max() == 0.0
    assert 0.0 < ground.terrain.elevation_m.max() <= 120.0
    again = build_ground(field(kind))
    assert ground.terrain.elevation_m.tobytes() == again.terrain.elevation_m.tobytes()
    other = build_ground(field({**kind, "seed": 6}))
    assert (ground.terrain.surface != other.terrain.surface).any()


def test_terrain_with_a_water_share_of_one_or_none() -> None:
    for share in (0.0, 1.0):
        surface = build_ground(field({"kind": "procedural", "water_share": share})).terrain.surface
        assert (surface == int(Surface.WATER)).mean() == share


def test_flat_map_is_one_cell() -> None:
    ground = build_ground(field({"kind": "flat", "surface": "open", "elevation_m": 3.0}))
    assert ground.terrain.elevation_m.shape == (1, 1)
    assert ground.terrain.elevation_m[0, 0] == 3.0
    assert ground.terrain.speed[:, 0, 0].tolist() == [1.0, 1.0, 1.0, 0.0, 1.0, 0.0]


def test_wall_stands_where_it_is_put() -> None:
    wall = {"kind": "wall", "polygon_km": [[0.5, -5], [0.6, -5], [0.6, 5], [0.5, 5]], "height_m": 20.0}
    ground = build_ground(field({"kind": "flat", "features": [wall]}, cell_m=10.0))
    x = ground.west_m + (np.arange(1000) + 0.5) * 10.0
    raised = ground.terrain.elevation_m[500] == 20.0
    assert (x[raised].min(), x[raised].max()) == (505.0, 595.0)


def test_hill_peaks_at_its_centre_and_lake_is_flat_water() -> None:
    hill = {"kind": "hill", "circle": {"centre_km": [-2, 0], "radius_km": 2}, "height_m": 80.0}
    lake = {"kind": "lake", "circle": {"centre_km": [3, 0], "radius_km": 1}}
    terrain = build_ground(field({"kind": "flat", "elevation_m": 5.0, "features": [hill, lake]})).terrain
    row, column = np.unravel_index(np.argmax(terrain.elevation_m), terrain.elevation_m.shape)
    assert abs(int(row) - 50) <= 1
    assert abs(int(column) - 30) <= 1
    assert 75.0 < terrain.elevation_m.max() <= 80.0
    water = terrain.surface == int(Surface.WATER)
    assert water.sum() == pytest.approx(np.pi * 100.0, rel=0.03)
    assert (terrain.elevation_m[water] == 5.0).all()
    assert (terrain.speed[int(Mobility.WATER)][water] == 1.0).all()
    assert (terrain.speed[int(Mobility.TRACKED)][water] == 0.0).all()


@pytest.mark.parametrize("kind", ["ridge", "island", "road", "urban"])
def test_shapes_by_line_and_polygon_agree_on_where_they_are(kind: str) -> None:
    line = {"kind": kind, "line_km": [[-3, 0], [3, 0]], "width_km": 1.0, "height_m": 30.0}
    polygon = {"kind": kind, "polygon_km": [[-3, -0.5], [3, -0.5], [3, 0.5], [-3, 0.5]], "height_m": 30.0}
    one, other = (
        build_ground(field({"kind": "flat", "surface": "marsh", "features": [shape]})) for shape in (line, polygon)
    )
    inner = (slice(40, 60), slice(25, 75))
    assert (one.terrain.surface[inner] == other.terrain.surface[inner]).all()
