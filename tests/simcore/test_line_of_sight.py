"""Line of sight against dense sampling, and the network that is built on it against every pair."""

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.terrain.ground import block_peaks, near_peaks
from simcore.compiling.jit import python_wrapper
from simcore.kernels.ground.terrain import HORIZON_SLACK_M, ground_m, has_sight, horizon_m, is_visible
from simcore.kinds import Ground, Rules
from simcore.params import RuleR, RuleW, UnitSpecR, UnitSpecW
from simcore.state import UnitR, UnitW
from simcore.surroundings import TERRAIN_BLOCK, WIDE_BLOCK
from simcore.types import F32, F64
from tests.reference.line_of_sight import clearances
from tests.reference.line_of_sight import ground_m as reference_ground_m
from tests.reference.networks import hops
from tests.simcore.made_kinds import made
from tests.simcore.small_worlds import CATALOGUE, document, start

_has_sight = python_wrapper(has_sight)

WEST, SOUTH, CELL = -700.0, 300.0, 100.0
Point = tuple[float, float, float]
SEED = st.integers(0, 2**32 - 1)


class Hills:
    """A random raster with the arrays that the kernel takes."""

    def __init__(self, rng: np.random.Generator) -> None:
        rows, columns = rng.integers(1, 45, size=2)
        relief = rng.choice([2.0, 30.0, 300.0])
        self.elevation: F32 = (rng.random((rows, columns)) ** 4 * relief).astype(np.float32)
        self.elevation[rng.random((rows, columns)) < 0.3] = 0.0
        self.water = np.zeros((rows, columns), dtype=bool)
        self.peaks = block_peaks(self.elevation, TERRAIN_BLOCK)
        self.wide = block_peaks(self.elevation, WIDE_BLOCK)
        self.rules: F64 = np.zeros(len(RuleR))
        self.rules[[RuleR.RASTER_WEST, RuleR.RASTER_SOUTH, RuleR.RASTER_CELL_M]] = WEST, SOUTH, CELL
        self.rules[RuleR.EARTH_M] = rng.choice([np.inf, 8.5e6, 2e5])
        self.rules[[RuleR.PEAK_M, RuleR.FLOOR_M]] = self.elevation.max(), self.elevation.min()

    def point(self, rng: np.random.Generator, *, beyond: float = 300.0) -> Point:
        rows, columns = self.elevation.shape
        x = rng.uniform(WEST - beyond, WEST + columns * CELL + beyond)
        y = rng.uniform(SOUTH - beyond, SOUTH + rows * CELL + beyond)
        return x, y, self.ground(x, y) + rng.choice([1.0, 10.0, 100.0]) * rng.uniform(0.5, 2.0)

    @property
    def relief(self) -> F32:
        bed = np.where(self.water, np.float32(-np.inf), np.float32(np.inf))
        return np.stack([self.elevation, bed])

    @property
    def tables(self) -> Ground:
        return made(
            Ground,
            relief=self.relief,
            block_peak=self.peaks,
            wide_peak=self.wide,
            near_peak=near_peaks(self.elevation),
        )

    def ground(self, x: float, y: float) -> float:
        return float(ground_m(self.relief, self.rules, x, y))

    def sees(self, a: Point, b: Point) -> bool:
        ends = [np.float64(value) for value in (*a, *b)]
        with np.errstate(divide="ignore"):  # a line along an axis never crosses the other one
            return bool(is_visible(self.tables, Rules(self.rules, np.zeros(len(RuleW), dtype=np.int32)), *ends))

    def lowest(self, a: Point, b: Point, fractions: F64) -> float:
        earth = float(self.rules[RuleR.EARTH_M])
        return float(clearances(self.elevation, self.water, WEST, SOUTH, CELL, earth, a, b, fractions).min())


def between(a: Point, b: Point) -> int:
    """Return the number of steps of half a cell or less between two points."""
    return math.ceil(math.hypot(b[0] - a[0], b[1] - a[1]) / CELL * 2)


@pytest.mark.small
@settings(max_examples=30)
@given(SEED)
def test_the_ground_is_bilinear_between_cell_centres(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    for _ in range(5):
        x, y, _ = hills.point(rng)
        expected = reference_ground_m(hills.elevation, WEST, SOUTH, CELL, np.array([x]), np.array([y]))
        assert hills.ground(x, y) == pytest.approx(expected[0], rel=1e-6, abs=1e-6)


@pytest.mark.small
@settings(max_examples=40)
@given(SEED)
def test_sight_equals_every_half_cell_sample_without_blocks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    hills.water = rng.random(hills.water.shape) < rng.choice([0.0, 0.4])
    for _ in range(8):
        a, b = hills.point(rng), hills.point(rng)
        n = between(a, b)
        if n < 2:
            assert hills.sees(a, b)
            continue
        lowest = hills.lowest(a, b, np.arange(1, n) / n)
        # the line may dip below the lowest ground between two samples, where the kernel stops at once
        dip = (n * CELL / 2) ** 2 / (2 * hills.rules[RuleR.EARTH_M]) / (4 * n * n)
        if abs(lowest) > 1e-3 + dip:  # relief of 300 m in single precision
            assert hills.sees(a, b) == (lowest > 0)


@pytest.mark.small
@settings(max_examples=40)
@given(SEED)
def test_sight_agrees_with_dense_sampling_unless_it_is_a_close_call(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    heights = hills.elevation.astype(np.float64)
    steepest = sum(float(np.abs(np.diff(heights, axis=axis)).max(initial=0.0)) for axis in (0, 1))
    for _ in range(8):
        a, b = hills.point(rng), hills.point(rng)
        n = between(a, b)
        if n < 2:
            continue
        lowest = hills.lowest(a, b, np.linspace(1 / n, 1 - 1 / n, 40 * n))
        # a sample is never more than a quarter of a cell away
        slope = abs(b[2] - a[2]) / n + n * CELL * CELL / (4 * hills.rules[RuleR.EARTH_M])
        if lowest > 0.1:
            assert hills.sees(a, b)
        elif lowest < -(steepest / 4 + slope + 0.1):
            assert not hills.sees(a, b)


@pytest.mark.small
@settings(max_examples=40)
@given(SEED)
def test_sight_is_reciprocal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    hills.water = rng.random(hills.water.shape) < 0.3
    for _ in range(10):
        a, b = hills.point(rng), hills.point(rng)
        level = (*b[:2], a[2])
        assert hills.sees(a, b) == hills.sees(b, a)
        assert hills.sees(a, level) == hills.sees(level, a)


@pytest.mark.small
@settings(max_examples=30)
@given(SEED)
def test_who_climbs_sees_no_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    for _ in range(5):
        a, b = hills.point(rng), hills.point(rng)
        views = [hills.sees((a[0], a[1], a[2] + climb), b) for climb in (0.0, 5.0, 50.0, 500.0)]
        assert views == sorted(views)


@pytest.mark.small
@pytest.mark.parametrize("along_x", [True, False])
def test_a_wall_cuts_a_line_along_an_axis_below_its_top(along_x: bool) -> None:
    hills = Hills(np.random.default_rng(0))
    elevation = np.zeros((20, 20), dtype=np.float32)
    elevation[:, 10] = 50.0
    hills.elevation = elevation if along_x else np.ascontiguousarray(elevation.T)
    hills.water = np.zeros(elevation.shape, dtype=bool)
    hills.peaks, hills.wide = block_peaks(hills.elevation, TERRAIN_BLOCK), block_peaks(hills.elevation, WIDE_BLOCK)
    hills.rules[[RuleR.EARTH_M, RuleR.PEAK_M, RuleR.FLOOR_M]] = np.inf, 50.0, 0.0
    near, far, middle = 250.0, 1850.0, 1050.0

    def place(along: float, z: float) -> Point:
        return (WEST + along, SOUTH + middle, z) if along_x else (WEST + middle, SOUTH + along, z)

    assert not hills.sees(place(near, 49.0), place(far, 49.0))
    assert hills.sees(place(near, 51.0), place(far, 51.0))
    assert hills.sees(place(near, 5.0), place(near + 500.0, 5.0))


@pytest.mark.small
@settings(max_examples=30)
@given(SEED)
def test_remembered_cuts_change_no_line_of_sight(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    hills.water = rng.random(hills.water.shape) < rng.choice([0.0, 0.3])
    rules = Rules(hills.rules, np.zeros(len(RuleW), dtype=np.int32))
    cuts = rng.integers(0, 256, 2).astype(np.uint8)  # so few places that all pairs share them, with a wrong start
    a, b = hills.point(rng), hills.point(rng)
    for k in range(12):
        a, b = ((x + rng.normal(0.0, 40.0), y + rng.normal(0.0, 40.0), z) for x, y, z in (a, b))
        ends = [np.float64(value) for value in (*a, *b)]
        with np.errstate(divide="ignore"):
            found = _has_sight(k % 3, k % 2, *ends, hills.tables, rules, cuts)
        assert bool(found) == hills.sees(a, b)


@pytest.mark.small
@settings(max_examples=40)
@given(SEED)
def test_two_points_beyond_both_horizons_do_not_see_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hills = Hills(rng)
    rules = Rules(hills.rules, np.zeros(len(RuleW), dtype=np.int32))
    for _ in range(8):
        a, b = hills.point(rng, beyond=2e4), hills.point(rng, beyond=2e4)
        away = math.hypot(b[0] - a[0], b[1] - a[1])
        if away > horizon_m(a[2], rules) + horizon_m(b[2], rules) + HORIZON_SLACK_M:
            assert not hills.sees(a, b)


def test_the_horizon_is_where_the_line_touches_the_lowest_ground() -> None:
    hills = Hills(np.random.default_rng(0))
    rules = Rules(hills.rules, np.zeros(len(RuleW), dtype=np.int32))
    hills.rules[[RuleR.EARTH_M, RuleR.FLOOR_M]] = 8.5e6, 20.0
    assert horizon_m(120.0, rules) == pytest.approx(math.sqrt(2.0 * 8.5e6 * 100.0))
    assert horizon_m(20.0, rules) == horizon_m(-30.0, rules) == 0.0
    hills.rules[RuleR.EARTH_M] = np.inf
    assert horizon_m(20.0, rules) == np.inf


@pytest.mark.parametrize("seed", range(8))
def test_links_of_one_tick_equal_a_search_over_every_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world = start(_scattered(rng), seed=seed)
    world.advance(1)
    units, params = world.params.units, world.params
    real, whole = world.state.units.real[0], world.state.units.whole[0]
    x, y, z = real[UnitR.X], real[UnitR.Y], real[UnitR.Z]
    reach = units.real[UnitSpecR.RADIO_RANGE_M]
    ground = params.terrain
    tables = made(
        Ground,
        relief=ground.relief_m,
        block_peak=ground.block_peak_m,
        wide_peak=ground.wide_peak_m,
        near_peak=ground.near_peak,
    )
    rules = Rules(params.rules_real, params.rules_whole)

    def hears(a: int, b: int) -> bool:
        near = (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2 <= min(reach[a], reach[b]) ** 2
        if not near or units.whole[UnitSpecW.OVER_HORIZON][[a, b]].all():
            return bool(near)
        ends = (x[a], y[a], z[a], x[b], y[b], z[b])
        return is_visible(tables, rules, *ends)

    members = np.flatnonzero(units.whole[UnitSpecW.SIDE] == 0)
    posts = [int(i) for i in members if units.whole[UnitSpecW.IS_COMMAND_POST, i]]
    assert posts
    found = hops(map(int, members), posts, hears, int(params.rules_whole[RuleW.MAX_HOPS]))
    assert set(np.flatnonzero(whole[UnitW.LINKED][members])) == {int(np.flatnonzero(members == i)[0]) for i in found}
    assert {i: int(whole[UnitW.HOPS, i]) for i in found} == found
    others = np.flatnonzero(units.whole[UnitSpecW.SIDE] == 1)
    assert whole[UnitW.LINKED, others].all()  # a side without a command post needs no network


def test_the_networks_of_that_test_have_relays_and_lost_units() -> None:
    counts = []
    for seed in range(8):
        world = start(_scattered(np.random.default_rng(seed)), seed=seed)
        world.advance(1)
        whole = world.state.units.whole[0]
        counts.append((int(whole[UnitW.HOPS].max()), int((whole[UnitW.LINKED] == 0).sum())))
    assert max(hop for hop, _ in counts) >= 2
    assert max(lost for _, lost in counts) >= 1


def _scattered(rng: np.random.Generator) -> dict:
    groups = [
        {
            "name": f"group-{k}",
            "side": "blue",
            "roe": "hold",
            "at_km": [round(float(value), 2) for value in (rng.uniform(-11, 11), rng.uniform(0, 11))],
            "units": [{"platform": platform, "count": 1}],
        }
        for k, platform in enumerate(["post"] + ["robot"] * 12 + ["drone"] * 2)
    ]
    red = {"name": "red", "side": "red", "roe": "hold", "at_km": [0, 11], "units": [{"platform": "robot", "count": 2}]}
    catalogue = copy.deepcopy(CATALOGUE)
    catalogue["platforms"]["robot"]["radio"]["range_km"] = 4
    return document([*groups, red], catalogue=catalogue)
