"""Radar, links, sight and movement: oracles against reference values and independent calculations."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from scenarios.loader import compile_document
from scenarios.verification.checks.detour import Detour
from scenarios.verification.oracles import movement, sensors, sight

RADAR = sensors.Radar()


@pytest.mark.parametrize(("range_km", "snr_db"), [(20, 28.9517), (40, 16.9105), (60, 9.8668)])
def test_radar_equation_has_the_reference_values(range_km: float, snr_db: float) -> None:
    snr = sensors.signal_to_noise(RADAR, range_km * 1e3, 1.0)
    assert sensors.decibel(snr) == pytest.approx(snr_db, abs=6e-5)


@pytest.mark.parametrize(("range_km", "p_detect"), [(40, 0.758980), (60, 0.274883)])
def test_swerling1_has_the_reference_values(range_km: float, p_detect: float) -> None:
    snr = sensors.signal_to_noise(RADAR, range_km * 1e3, 1.0)
    assert sensors.swerling1_detection(snr, 1e-6) == pytest.approx(p_detect, abs=6e-7)
    assert sensors.range_for_detection(RADAR, p_detect, 1.0) == pytest.approx(range_km * 1e3, rel=1e-5)


def test_swerling1_equals_a_simulation_of_fading_echoes() -> None:
    # exponential power of echo plus noise against a threshold set by the false-alarm rate
    generator = np.random.default_rng(1)
    snr, pfa, n = 10**1.3, 1e-3, 200_000
    echo = np.sqrt(snr / 2) * generator.normal(size=(2, n))
    noise = np.sqrt(0.5) * generator.normal(size=(2, n))
    power = np.sum((echo + noise) ** 2, axis=0)
    p = sensors.swerling1_detection(snr, pfa)
    assert abs(np.mean(power > -math.log(pfa)) - p) < 4 * math.sqrt(p * (1 - p) / n)
    assert sensors.swerling1_detection(10**1.3, 1e-6) == pytest.approx(0.517178, abs=6e-7)


@pytest.mark.parametrize(("heights", "range_km"), [((10, 10), 26.069), ((30, 1000), 152.919)])
def test_horizon_has_the_reference_values(heights: tuple[float, float], range_km: float) -> None:
    assert sensors.horizon_m(*heights) / 1e3 == pytest.approx(range_km, abs=6e-4)


@pytest.mark.parametrize(
    ("radio_m", "max_hops", "hops"),
    [(25.0, 8, [0, 1, 1, 2, 2, 3]), (10.5, 3, [0, 1, 2, 3, -1, -1]), (9.0, 8, [0, -1, -1, -1, -1, -1])],
)
def test_hops_in_a_chain(radio_m: float, max_hops: int, hops: list[int]) -> None:
    assert sensors.hops_in_chain(6, 10.0, radio_m, max_hops) == hops


def test_earth_bulge_has_the_reference_clearance() -> None:
    assert sight.clearance_m(10, 50, 20_000, 15, 8000, 4 / 3) == pytest.approx(5.3494, abs=6e-5)


def test_clearance_equals_a_chord_through_a_circle() -> None:
    # exact plane geometry on a circle of the effective radius; the parabola is good to centimetres here
    radius = 4 / 3 * sensors.EARTH_M
    (d1, d), (h1, h2) = (8000.0, 20_000.0), (10.0, 50.0)

    def point(distance: float, height: float) -> tuple[float, float]:
        angle = distance / radius
        return (radius + height) * math.sin(angle), (radius + height) * math.cos(angle) - radius

    (ax, ay), (bx, by) = point(0, h1), point(d, h2)
    px, py = point(d1, 15.0)
    ray = ay + (by - ay) * (px - ax) / (bx - ax)
    assert ray - py == pytest.approx(sight.clearance_m(h1, h2, d, 15.0, d1, 4 / 3), abs=0.02)


@pytest.mark.parametrize(("observer", "target", "first_m"), [(30, 10, 1000.0), (60, 0, 750.0), (20, 10, math.inf)])
def test_wall_has_the_reference_distances(observer: float, target: float, first_m: float) -> None:
    first = sight.first_visible_m(observer, target, 20, 500)
    assert first == pytest.approx(first_m)
    if math.isfinite(first):
        assert sight.clearance_m(observer, target, first, 20, 500, math.inf) == pytest.approx(0.0, abs=1e-9)


def test_wall_below_both_ends_hides_nothing_and_above_the_observer_everything() -> None:
    assert sight.first_visible_m(30, 25, 20, 500) == 500
    assert sight.first_visible_m(10, 5, 20, 500) == math.inf


@pytest.mark.parametrize(("case", "time_s"), [((10e3, 0, 0, 200, 300), 44.7214), ((10e3, 10e3, -300, 0, 250), 41.0608)])
def test_lead_intercept_has_the_reference_values(case: tuple[float, float, float, float, float], time_s: float) -> None:
    assert movement.lead_intercept_s(*case) == pytest.approx(time_s, abs=6e-5)


@pytest.mark.parametrize(
    "case",
    [(3e3, -4e3, 50, 20, 60), (3e3, 0, -100, 0, 100), (0, 0, 5, 5, 1), (1e3, 1e3, 90, 90, 50), (1e3, 0, 80, 0, 80)],
)
def test_lead_intercept_is_the_first_meeting_on_a_fine_grid(case: tuple[float, float, float, float, float]) -> None:
    x, y, vx, vy, speed = case
    times = np.linspace(0, 2000, 2_000_001)
    gap = np.hypot(x + vx * times, y + vy * times) - speed * times
    met = np.flatnonzero(gap <= 0)
    time_s = movement.lead_intercept_s(*case)
    if met.size:
        assert time_s == pytest.approx(times[met[0]], abs=2e-3)
    else:
        assert time_s == math.inf


@pytest.mark.parametrize("goal", [(900.0, -600.0), (-2000.0, 700.0), (0.0, 5000.0), (10.0, -1500.0), (601.0, 1.0)])
def test_turn_and_straight_is_the_shortest_of_all_arcs_and_tangents(goal: tuple[float, float]) -> None:
    radius = 300.0
    turns = np.linspace(0, 2 * np.pi, 2_000_001)
    side = 1.0 if goal[0] >= 0 else -1.0
    x, y = side * radius * (1 - np.cos(turns)), radius * np.sin(turns)
    gap = np.array(goal)[:, None] - np.array([x, y])
    off = gap[0] * np.cos(turns) - side * gap[1] * np.sin(turns)  # of the goal, from the straight on which it leaves
    ahead = side * gap[0] * np.sin(turns) + gap[1] * np.cos(turns)
    fits = (np.abs(off) < 0.02) & (ahead >= 0)
    lengths = radius * turns[fits] + ahead[fits]
    assert movement.turn_and_straight_m(*goal, radius) == pytest.approx(lengths.min(), abs=0.1)


def test_a_point_inside_the_turn_has_no_such_path() -> None:
    assert math.isnan(movement.turn_and_straight_m(300.0, 100.0, 300.0))
    assert movement.turn_and_straight_m(0.0, 500.0, 300.0) == pytest.approx(500.0)


def test_reference_radar_has_its_reference_performance_and_the_fourth_power_law() -> None:
    snr = sensors.reference_signal_to_noise(40e3, 0.758980, 1e-6, 40e3)
    assert sensors.decibel(snr) == pytest.approx(16.9105, abs=1e-4)
    assert sensors.reference_signal_to_noise(40e3, 0.758980, 1e-6, 80e3) == pytest.approx(snr / 16)


def test_a_ray_caster_sees_what_plane_geometry_says() -> None:
    heights = np.zeros((3, 200))
    heights[:, 100:102] = 20.0
    ground = sight.Surface(heights, 0.0, 0.0, 10.0)  # a wall between the centres at 1005 and 1015 m
    start = np.array([[505.0, 15.0]] * 2)
    end = np.array([[505.0 + 999.0, 15.0], [505.0 + 1041.0, 15.0]])
    # the far edge of its top, 510 m away, hides a target 10 m high up to 510 * (30 - 10) / (30 - 20) = 1020 m
    assert sight.cast(ground, start, end, (30.0, 10.0), math.inf, 16).tolist() == [False, True]
    assert ground.at(np.array([1000.0]), np.array([15.0])) == pytest.approx([10.0])


def test_turn_radius_tends_to_speed_over_rate() -> None:
    assert movement.turn_radius_m(50, 0.1, 1e-4) == pytest.approx(500.0, rel=1e-9)
    assert movement.turn_radius_m(50, 0.1, 5.0) > 500.0


def test_geodesic_has_the_reference_length() -> None:
    length, _ = movement.geodesic(126.9780, 37.5665, 129.0756, 35.1796)
    assert length == pytest.approx(324_915.297, abs=1e-3)


def test_geodesic_equals_the_library() -> None:
    geod = Geod(ellps="WGS84")
    generator = np.random.default_rng(1)
    for _ in range(200):
        a, b = generator.uniform((-180, -85), (180, 85)), generator.uniform((-20, -15), (20, 15))
        to = ((a[0] + b[0] + 180) % 360 - 180, float(np.clip(a[1] + b[1], -89, 89)))
        length, azimuth = movement.geodesic(a[0], a[1], *to)
        forward, _, metres = geod.inv(a[0], a[1], *to)
        assert length == pytest.approx(metres, abs=1e-3)
        assert math.remainder(azimuth - math.radians(forward), 2 * math.pi) * metres == pytest.approx(0.0, abs=5e-3)


def test_geodesic_of_a_point_to_itself_and_of_antipodes() -> None:
    assert movement.geodesic(10, 20, 10, 20) == (0.0, 0.0)
    with pytest.raises(ArithmeticError, match="antipodal"):
        movement.geodesic(0, 0, 179.7, 0.3)


def test_the_way_round_a_wall_by_hand() -> None:
    assert Detour(6.0, 4.0, 4.0, 100.0).shortest_m == pytest.approx(2.0 * math.hypot(4e3, 4e3) + 4e3)
    assert Detour(4.5, 3.0, 1.0, 100.0).shortest_m == pytest.approx(2.0 * 5e3 + 1e3)
    assert Detour(6.0, 4.05, 1.0, 100.0).problems() == [
        "--height-km: the edge of the wall is no edge of cells; give a multiple of --cell-m"
    ]
    assert Detour(0.5, 4.0, 1.0, 100.0).problems() == [
        "--width-km: start and goal are on the wall; give a narrower wall or a greater --away-km"
    ]
    assert Detour().problems() == []


@settings(max_examples=25)
@given(st.integers(10, 40), st.integers(1, 40), st.integers(1, 8), st.sampled_from([100.0, 250.0]))
def test_boats_go_round_walls_of_any_size(away: int, height: int, width: int, cell_m: float) -> None:
    case = Detour(away * cell_m / 1e3, height * cell_m / 1e3, 2.0 * width * cell_m / 1e3, cell_m)
    route = compile_document(case.document(10)).params.route.T.tolist()
    legs = [[-1e3 * case.away_km, 0.0], *route]
    length = sum(math.dist(a, b) for a, b in pairwise(legs))
    assert case.shortest_m * (1.0 - 1e-9) <= length <= case.shortest_m + 2.0 * math.sqrt(2.0) * cell_m
