"""The ground of a recorded run gives the heights and lines of sight of the engine that played it."""

from pathlib import Path

import numpy as np
import pytest

from simcore.errors import InputError
from simcore.kernels.ground.viewshed import EyeR
from simcore.types import Surface
from tests.viz import hilly
from viz.reading.ground import RunGround


def test_heights_and_lines_of_sight_are_those_of_the_engine(hills: Path) -> None:
    engine = hilly.Engine()
    ground = RunGround(hills)
    rng = np.random.default_rng(4)
    x_m, y_m = rng.uniform(-9e3, 9e3, 300), rng.uniform(-7e3, 7e3, 300)  # some beyond the map
    z_m = ground.heights_m(x_m, y_m)
    assert z_m.tolist() == [engine.height_m(x, y) for x, y in zip(x_m, y_m, strict=True)]
    n_seen = 0
    for k in range(0, 60, 2):
        eye = float(x_m[k]), float(y_m[k]), float(z_m[k]) + 15.0
        seen = ground.seen_from(eye, x_m, y_m, z_m + 2.0)
        expected = [engine.sees(eye, (x, y, z + 2.0)) for x, y, z in zip(x_m, y_m, z_m, strict=True)]
        assert seen.tolist() == expected
        n_seen += int(seen.sum())
    assert 300 < n_seen < 30 * 300 - 300  # neither all nor none


def test_classes_of_the_ground_end_at_the_rim(hills: Path) -> None:
    ground = RunGround(hills)
    west, _, south, north = ground.terrain.bounds_m
    half = ground.terrain.cell_m / 2.0
    first = Surface(int(ground.terrain.surface[0, 0])).name.lower()
    assert ground.surface(west + half, south + half) == first
    assert ground.surface(west - 1.0, south + half) is None
    assert ground.surface(west + half, north) is None


def test_eyes_are_counted_within_range_and_sector_only(hills: Path) -> None:
    """Without need of sight, what counts is range and sector alone: plain geometry."""
    rng = np.random.default_rng(2)
    eyes = np.zeros((len(EyeR), 5))
    eyes[[EyeR.X, EyeR.Y]] = rng.uniform(-5e3, 5e3, (2, 5))
    eyes[EyeR.RANGE_MIN_M], eyes[EyeR.RANGE_MAX_M] = 500.0, 4e3
    angle = rng.uniform(0.0, 2.0 * np.pi, 5)
    eyes[EyeR.HX], eyes[EyeR.HY] = np.sin(angle), np.cos(angle)
    eyes[EyeR.FOV_COS] = [-1.0, -1.0, 0.5, 0.5, 0.9]
    x_m, y_m = rng.uniform(-8e3, 8e3, (2, 400))
    dx, dy = x_m[:, None] - eyes[EyeR.X], y_m[:, None] - eyes[EyeR.Y]
    away = np.hypot(dx, dy)
    within = (away >= 500.0) & (away <= 4e3)
    turned = np.abs(np.angle(np.exp(1j * (np.arctan2(dx, dy) - angle))))
    inside = (within & (turned <= np.arccos(eyes[EyeR.FOV_COS]) + 1e-12)).sum(axis=1)
    ground = RunGround(hills)
    zero = np.zeros(400)
    assert ground.count_eyes(eyes, x_m, y_m, zero, most=9).tolist() == inside.tolist()
    assert ground.count_eyes(eyes, x_m, y_m, zero).tolist() == np.minimum(inside, 1).tolist()
    assert inside.max() > 1


def test_folders_without_the_radius_of_the_earth_give_heights_but_no_lines_of_sight(small: Path) -> None:
    ground = RunGround(small)
    assert ground.heights_m(np.zeros(1), np.zeros(1))[0] == 0.0  # the sea
    with pytest.raises(InputError, match=r"terrain\.npz: holds no earth_m.*write the run again"):
        ground.seen_from((0.0, 0.0, 5.0), np.zeros(1), np.zeros(1), np.zeros(1))
