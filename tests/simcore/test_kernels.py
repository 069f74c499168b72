"""Kernels against twins that are written from the definitions, and against NumPy, SciPy and Shapely."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simcore.compiling.jit import python_wrapper
from simcore.kernels.fighting.flight import hit_probability
from simcore.kernels.mathematics.approximations import exponential, logarithm, normal_quantile, sine_cosine
from simcore.kernels.mathematics.geometry import closest_approach_sq, intercept_time, is_inside, turn_towards
from simcore.kernels.mathematics.neighbours import fill_cells, find_cells, gather_in_range, gather_in_view
from simcore.kernels.sensing.detection_laws import inverse_cube_exposure, radar_p
from simcore.kernels.world.movement import burn_share
from simcore.kinds import Rules
from simcore.params import RuleR, RuleW
from simcore.rng import draw, stream_key
from simcore.types import F64
from tests.reference.formulas import exposure, nearest_distance, swerling_1_p, turned
from tests.reference.networks import in_range

_find = python_wrapper(find_cells)
_fill = python_wrapper(fill_cells)
_gather = python_wrapper(gather_in_range)
_view = python_wrapper(gather_in_view)

pytestmark = pytest.mark.small

SEED = st.integers(0, 2**32 - 1)
LENGTH = st.floats(-2e4, 2e4).map(lambda value: round(value, 3))
SPEED = st.floats(-300, 300).map(lambda value: round(value, 3))


# approximations


def test_exponential() -> None:
    x = np.random.default_rng(1).uniform(-700.0, 700.0, 3000)
    np.testing.assert_allclose([exponential(v) for v in x], np.exp(x), rtol=1e-12)
    small = np.geomspace(1e-12, 1.0, 100)
    np.testing.assert_allclose([exponential(v) for v in small], np.exp(small), rtol=1e-12)
    assert exponential(0.0) == 1.0
    assert exponential(-1000.0) == 0.0
    assert exponential(1000.0) == np.inf


def test_logarithm() -> None:
    x = np.concatenate(
        (np.geomspace(1e-300, 1e300, 2000), 1.0 + np.geomspace(1e-12, 0.5, 200), [0.7, 0.71, 1.41, 1.42])
    )
    np.testing.assert_allclose([logarithm(v) for v in x], np.log(x), rtol=1e-12)
    assert logarithm(1.0) == 0.0
    assert logarithm(0.0) == -np.inf


def test_sine_and_cosine() -> None:
    x = np.concatenate((np.random.default_rng(2).uniform(-1e5, 1e5, 2000), np.arange(-16, 17) * np.pi / 4))
    pairs = np.array([sine_cosine(v) for v in x])
    np.testing.assert_allclose(pairs[:, 0], np.sin(x), rtol=0, atol=1e-12)
    np.testing.assert_allclose(pairs[:, 1], np.cos(x), rtol=0, atol=1e-12)


def test_normal_quantile() -> None:
    half = np.geomspace(1e-15, 0.49, 500)
    p = np.concatenate((np.geomspace(1e-300, 1e-15, 100), half, 1.0 - half))
    np.testing.assert_allclose([normal_quantile(v) for v in p], special.ndtri(p), rtol=1e-12)
    assert normal_quantile(0.5) == 0.0


# geometry


@pytest.mark.parametrize(
    ("px", "py", "vx", "vy", "speed", "expected"),
    [
        (1e4, 0.0, 0.0, 200.0, 300.0, 44.7214),
        (1e4, 1e4, -300.0, 0.0, 250.0, 41.0608),
        (0.0, 0.0, 5.0, 5.0, 1.0, 0.0),
        (1e3, 0.0, 0.0, 0.0, 100.0, 10.0),
        (1e3, 0.0, -100.0, 0.0, 100.0, 5.0),
        (1e3, 0.0, 100.0, 0.0, 100.0, np.inf),
        (1e3, 0.0, 200.0, 0.0, 100.0, np.inf),
    ],
)
def test_known_intercepts(px: float, py: float, vx: float, vy: float, speed: float, expected: float) -> None:
    assert intercept_time(px, py, vx, vy, speed) == pytest.approx(expected, abs=5e-5)


@settings(max_examples=60)
@given(LENGTH, LENGTH, SPEED, SPEED, st.floats(1, 400))
def test_an_intercept_is_the_first_time_the_pursuer_can_be_there(
    px: float, py: float, vx: float, vy: float, speed: float
) -> None:
    time = intercept_time(px, py, vx, vy, speed)
    horizon = time if math.isfinite(time) else 1e4
    before = np.linspace(0.0, horizon, 500)
    lead = np.hypot(px + vx * before, py + vy * before) - speed * before
    slack = 1e-6 * (1.0 + math.hypot(px, py) + speed * horizon)
    assert lead.min() > -slack
    if math.isfinite(time):
        assert abs(lead[-1]) < slack


@settings(max_examples=60)
@given(LENGTH, LENGTH, SPEED, SPEED, st.floats(0, 100))
def test_closest_approach(dx: float, dy: float, ux: float, uy: float, span_s: float) -> None:
    nearest = math.sqrt(closest_approach_sq(dx, dy, ux, uy, span_s))
    sampled = nearest_distance(dx, dy, ux, uy, span_s, 2001)
    assert nearest <= sampled + 1e-6
    assert sampled - nearest <= math.hypot(ux, uy) * span_s / 4000 + 1e-6


@settings(max_examples=80)
@given(st.floats(-3, 3), st.floats(0.01, 3.1), st.sampled_from([-1, 1]), st.floats(0, 3.1))
def test_a_turn_stops_at_its_limit_or_at_its_goal(heading: float, angle: float, sign: int, most: float) -> None:
    goal = heading + sign * angle
    ends = math.cos(heading), math.sin(heading), math.cos(goal), math.sin(goal)
    x, y = turn_towards(*ends, math.cos(most), math.sin(most))
    expected = turned(heading, goal, most)
    assert (x, y) == pytest.approx((math.cos(expected), math.sin(expected)), abs=1e-7)
    assert math.hypot(x, y) == pytest.approx(1.0, abs=1e-12)


def test_a_turn_dead_astern_is_to_the_left() -> None:
    assert turn_towards(1.0, 0.0, -1.0, 0.0, 0.0, 1.0) == pytest.approx((0.0, 1.0))


@settings(max_examples=40)
@given(SEED)
def test_is_inside_agrees_with_shapely(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 15))
    angle = np.sort(rng.uniform(0.0, 2.0 * np.pi, count))
    radius = rng.uniform(100.0, 1000.0, count)
    corners = np.array([radius * np.cos(angle), radius * np.sin(angle)]).round(rng.choice([-2, 3]))
    polygon = shapely.Polygon(corners.T)
    if not polygon.is_valid:  # rounding may fold it up
        return
    vertices: F64 = np.ascontiguousarray(np.hstack((np.full((2, 4), 7.0), corners, np.full((2, 2), -7.0))))
    for x, y in rng.uniform(-1100.0, 1100.0, (25, 2)):
        point = shapely.Point(x, y)
        if polygon.exterior.distance(point) > 1e-6:
            assert is_inside(vertices, 4, count, x, y) == polygon.contains(point)


# neighbours


@settings(max_examples=60)
@given(SEED, st.booleans())
def test_neighbours_in_cells_equal_every_pair(seed: int, on_edges: bool) -> None:
    rng = np.random.default_rng(seed)
    n, n_bands = int(rng.integers(1, 60)), int(rng.integers(1, 4))
    cell = float(rng.choice([300.0, 1000.0, 1000.0 / 3.0]))
    limits = np.zeros(len(RuleW), dtype=np.int32)
    nx, ny = rng.integers(1, 8, size=2)
    limits[[RuleW.NX, RuleW.NY]] = nx, ny
    rules = np.zeros(len(RuleR))
    west, south = -1234.5, 77.7
    rules[[RuleR.WEST, RuleR.SOUTH, RuleR.CELL_M]] = west, south, cell
    # some points lie outside the field
    x, y = (
        np.asarray(edge + rng.uniform(-1.5, k + 1.5, n) * cell, dtype=np.float64)
        for edge, k in ((west, nx), (south, ny))
    )
    radius = float(rng.uniform(0.0, 3.0) * cell)
    if on_edges:
        x, y = (
            np.asarray(edge + rng.integers(-1, k + 2, n) * cell, dtype=np.float64)
            for edge, k in ((west, nx), (south, ny))
        )
        radius = float(rng.integers(0, 4)) * cell
    band = rng.integers(-1, n_bands, n).astype(np.int32)
    bucket, order = np.zeros(n, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    start = np.zeros(n_bands * nx * ny + 1, dtype=np.int32)
    sorted_x, sorted_y = np.zeros(n), np.zeros(n)
    items = np.flatnonzero(band >= 0).astype(np.int32)
    count = len(items)
    _find(x, y, band, west, south, cell, nx, ny, bucket)
    _fill(x, y, items, count, n_bands * nx * ny, bucket, start, order, sorted_x, sorted_y)
    assert sorted(order[:count].tolist()) == np.flatnonzero(band >= 0).tolist()
    assert np.array_equal(sorted_x[:count], x[order[:count]])
    assert np.array_equal(sorted_y[:count], y[order[:count]])
    found = np.zeros(n + 1, dtype=np.int32)
    bit, horizon = (1 << rng.integers(0, 4, n)).astype(np.int32), rng.uniform(0.0, 3.0, n) * cell
    for b in range(n_bands):
        for i in range(0, n, 5):
            used = _gather(start, sorted_x, sorted_y, b, Rules(rules, limits), x[i], y[i], radius, found, 0)
            near = order[found[:used]].tolist()
            assert len(near) == len(set(near))
            assert set(near) == in_range(x, y, band == b, x[i], y[i], radius)
            own = float(rng.uniform(0.0, 2.0) * cell)
            used = _view(
                start, sorted_x, sorted_y, bit[order], horizon[order], b, Rules(rules, limits), x[i], y[i], radius, 6,
                own, found, 0,
            )  # fmt: skip
            wanted = (band == b) & ((bit & 6) != 0) & (np.hypot(x - x[i], y - y[i]) <= own + horizon)
            assert set(order[found[:used]].tolist()) == in_range(x, y, wanted, x[i], y[i], radius)


def test_gathering_appends() -> None:
    limits, rules = np.ones(len(RuleW), dtype=np.int32), np.zeros(len(RuleR))
    rules[RuleR.CELL_M] = 100.0
    x, found = np.array([1.0, 2.0]), np.full(5, -9, dtype=np.int32)
    start = np.array([0, 2], dtype=np.int32)
    assert _gather(start, x, x, 0, Rules(rules, limits), 1.0, 1.0, 50.0, found, 2) == 4
    assert found[:4].tolist() == [-9, -9, 0, 1]


# sensing


@settings(max_examples=40)
@given(st.floats(0.01, 100), st.floats(500, 30_000), st.sampled_from([1e-4, 1e-6, 1e-8]))
def test_radar_is_swerling_1(rcs: float, range_m: float, pfa: float) -> None:
    law = 10.0 * 1e4**4
    p = radar_p(law, rcs, range_m * range_m, math.log(pfa))
    assert p == pytest.approx(swerling_1_p(law * rcs / range_m**4, pfa), rel=1e-8)


def test_radar_falls_from_certainty_to_false_alarms() -> None:
    p = [radar_p(1e16, 1.0, r * r, math.log(1e-6)) for r in np.geomspace(10.0, 1e7, 50)]
    assert p == sorted(p, reverse=True)
    assert p[0] == pytest.approx(1.0, abs=1e-6)
    assert p[-1] == pytest.approx(1e-6, rel=1e-6)


@settings(max_examples=60)
@given(
    st.floats(0, 2 * math.pi),
    st.floats(100, 8000),
    st.one_of(st.just(0.0), st.floats(1, 200)),
    st.floats(0.05, math.pi - 0.05),
    st.sampled_from([-1, 1]),
    st.floats(1, 120),
)
def test_inverse_cube_exposure_is_the_integral(
    bearing: float, distance: float, speed: float, off: float, side: int, span_s: float
) -> None:
    # ``off`` is the angle between the line to the target and the motion, so that they do not meet
    course = bearing + side * off
    d = distance * math.cos(bearing), distance * math.sin(bearing)
    u = speed * math.cos(course), speed * math.sin(course)
    expected = exposure(1e9, *d, *u, span_s)
    assert inverse_cube_exposure(1e9, *d, *u, span_s, math.inf) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_inverse_cube_exposure_straight_towards_and_away(sign: float) -> None:
    value = inverse_cube_exposure(1e9, 1000.0, 0.0, sign * 10.0, 0.0, 20.0, math.inf)
    assert value == pytest.approx(exposure(1e9, 1000.0, 0.0, sign * 10.0, 0.0, 20.0), rel=1e-9)


def test_inverse_cube_exposure_is_certain_on_contact() -> None:
    assert inverse_cube_exposure(1e9, 100.0, 0.0, 10.0, 0.0, 20.0, math.inf) == np.inf
    assert inverse_cube_exposure(1e9, 0.0, 0.0, 0.0, 0.0, 20.0, math.inf) == np.inf


# fires and movement


@pytest.mark.parametrize(
    ("distance", "range_m", "expected"),
    [(0.0, 1000.0, 0.8), (500.0, 1000.0, 0.5), (1000.0, 1000.0, 0.2), (2000.0, 1000.0, 0.2), (10.0, 0.0, 0.8)],
)
def test_hit_probability_is_linear_in_distance(distance: float, range_m: float, expected: float) -> None:
    assert hit_probability(0.8, 0.25, distance, range_m) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("speed", "cruise", "expected"), [(0.0, 20.0, 0.3), (20.0, 20.0, 1.0), (40.0, 20.0, 1.7), (5.0, 0.0, 0.3)]
)
def test_burn_is_linear_in_speed(speed: float, cruise: float, expected: float) -> None:
    assert burn_share(speed, cruise, 0.3) == pytest.approx(expected)


# random numbers


def _draws(tick: int) -> F64:
    with np.errstate(over="ignore"):
        key = np.uint64(stream_key(np.uint64(11), np.uint64(3), tick, 4))  # compiled, it comes back as an int
        units = range(100)
        return np.array([draw(key, np.uint64(i), np.uint64(j)) for i in units for j in units])


def test_draws_are_uniform_and_independent_from_tick_to_tick() -> None:
    first, second = _draws(5), _draws(6)
    for values in (first, second, (first + second) % 1.0):
        counts, _ = np.histogram(values, bins=100, range=(0.0, 1.0))
        assert 1e-3 < stats.chisquare(counts).pvalue < 0.999
    pairs, _, _ = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])
    assert 1e-3 < stats.chisquare(pairs.ravel()).pvalue < 0.999
    neighbours = first.reshape(100, 100)
    assert abs(np.corrcoef(neighbours[:, :-1].ravel(), neighbours[:, 1:].ravel())[0, 1]) < 0.04
