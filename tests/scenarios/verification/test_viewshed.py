"""Lines of sight against the viewshed of xarray-spatial, an independent implementation.

It sweeps a ray round the observer and interpolates the gradients of cells, where the engine walks each line over a
bilinear surface. Where features are much larger than a cell the two surfaces are the same, and all cells are compared.
On the made relief of scenarios, which has detail down to the cell, close calls are set apart: cells where a metre more
or less of target changes either answer.
"""

import importlib
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from scenarios.format.schema.map import Map
from scenarios.terrain.ground import block_peaks, build_ground, near_peaks
from simcore.kernels.ground.terrain import is_visible
from simcore.kinds import Ground, Rules
from simcore.params import RuleR, RuleW
from simcore.surroundings import TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F32, F64
from tests.simcore.made_kinds import made

pytestmark = [pytest.mark.slow, pytest.mark.verification]  # the other implementation takes half a minute to compile

AGREEMENT = 0.999
CELL_M = 250.0
CELLS = 100
EARTH_M = [np.inf, 4 / 3 * 6_371_000.0]
CLOSE_CALL_M = 1.0
Mask = NDArray[np.bool_]


def smooth_hills(seed: int) -> F32:
    """Return hills with a correlation length of 12 cells."""
    noise = gaussian_filter(np.random.default_rng(seed).normal(size=(CELLS, CELLS)), 12, mode="wrap")
    return ((noise - noise.min()) / np.ptp(noise) * 400.0).astype(np.float32)


def made_relief(seed: int) -> F32:
    """Return the ground of a scenario that says no more than ``kind: procedural``."""
    half_km = CELLS * CELL_M / 2e3
    edges = {"west_km": -half_km, "east_km": half_km, "south_km": -half_km, "north_km": half_km}
    terrain = {"kind": "procedural", "seed": seed}
    origin = {"longitude_deg": 129.0, "latitude_deg": 35.0}
    field = Map.model_validate({"origin": origin, **edges, "cell_m": CELL_M, "terrain": terrain})
    return build_ground(field).terrain.elevation_m


def engine_viewshed(ground: F32, row: int, column: int, observer_m: float, target_m: float, earth_m: float) -> Mask:
    """Return which cell centres the engine sees from one of them."""
    rules: F64 = np.zeros(len(RuleR))
    limits = np.zeros(len(RuleW), dtype=np.int32)
    rules[[RuleR.RASTER_CELL_M, RuleR.EARTH_M]] = CELL_M, earth_m
    rules[[RuleR.PEAK_M, RuleR.FLOOR_M]] = ground.max(), ground.min()
    tables = made(
        Ground,
        relief=np.stack([ground, np.full_like(ground, np.inf)]),
        block_peak=block_peaks(ground, TERRAIN_BLOCK),
        wide_peak=block_peaks(ground, WIDE_BLOCK),
        near_peak=near_peaks(ground),
    )
    centre = (np.arange(CELLS) + 0.5) * CELL_M
    start = centre[column], centre[row], float(ground[row, column]) + observer_m
    seen = np.zeros(ground.shape, dtype=bool)
    for r in range(CELLS):
        for c in range(CELLS):
            end = centre[c], centre[r], float(ground[r, c]) + target_m
            seen[r, c] = is_visible(tables, Rules(rules, limits), *start, *end)
    return seen


def other_viewshed(ground: F32, row: int, column: int, observer_m: float, target_m: float, earth_m: float) -> Mask:
    """Return the same by xarray-spatial; the earth falls away from the observer by d^2 / (2 R)."""
    data_array, viewshed = importlib.import_module("xarray").DataArray, importlib.import_module("xrspatial").viewshed
    centre = (np.arange(CELLS) + 0.5) * CELL_M
    away_sq = (centre[:, None] - centre[row]) ** 2 + (centre[None, :] - centre[column]) ** 2
    lowered = ground.astype(np.float64) - away_sq / (2.0 * earth_m)
    raster = data_array(lowered, dims=["y", "x"], coords={"y": centre, "x": centre})
    angles = viewshed(raster, x=centre[column], y=centre[row], observer_elev=observer_m, target_elev=target_m)
    return np.asarray(angles.values >= 0.0)


def places(seed: int) -> tuple[int, int, float, float]:
    """Return a random observer: row, column, height, and the height of the targets [m]."""
    rng = np.random.default_rng(seed)
    row, column = (int(value) for value in rng.integers(10, CELLS - 10, 2))
    return row, column, float(rng.choice([2.0, 10.0, 50.0])), float(rng.choice([2.0, 5.0]))


@pytest.mark.parametrize("earth_m", EARTH_M, ids=["flat", "round"])
def test_all_cells_agree_where_hills_are_larger_than_cells(earth_m: float) -> None:
    shares: list[float] = []
    for seed in range(10):
        ground, (row, column, observer_m, target_m) = smooth_hills(seed), places(seed)
        ours = engine_viewshed(ground, row, column, observer_m, target_m, earth_m)
        shares.append(float(np.mean(ours == other_viewshed(ground, row, column, observer_m, target_m, earth_m))))
    assert np.mean(shares) >= AGREEMENT, shares


@pytest.mark.parametrize("earth_m", EARTH_M, ids=["flat", "round"])
def test_cells_agree_on_made_relief_but_for_close_calls(earth_m: float) -> None:
    n_clear = n_agreed = n_seen = 0
    for seed in range(10):
        ground, (row, column, observer_m, target_m) = made_relief(seed), places(100 + seed)

        def answers(
            viewshed: Callable[..., Mask],
            ground: F32 = ground,
            place: tuple[int, int, float] = (row, column, observer_m),
            target_m: float = target_m,
        ) -> tuple[Mask, Mask, Mask]:
            low, high = target_m - CLOSE_CALL_M, target_m + CLOSE_CALL_M
            return (
                viewshed(ground, *place, target_m, earth_m),
                viewshed(ground, *place, low, earth_m),
                viewshed(ground, *place, high, earth_m),
            )

        ours, theirs = answers(engine_viewshed), answers(other_viewshed)
        clear = (ours[1] == ours[2]) & (theirs[1] == theirs[2])
        n_clear += int(clear.sum())
        n_agreed += int((ours[0] == theirs[0])[clear].sum())
        n_seen += int(ours[0][clear].sum())
    assert n_agreed >= AGREEMENT * n_clear
    assert n_clear > 0.85 * 10 * CELLS**2  # close calls are the exception
    assert 0.2 < n_seen / n_clear < 0.9  # and there is something to get wrong


def test_a_line_of_sight_over_another_earth_would_not_pass() -> None:
    ground, (row, column, observer_m, target_m) = smooth_hills(0) * np.float32(0.02), places(0)
    ours = engine_viewshed(ground, row, column, observer_m, target_m, np.inf)
    theirs = other_viewshed(ground, row, column, observer_m, target_m, 3e6)
    assert np.mean(ours == theirs) < AGREEMENT
