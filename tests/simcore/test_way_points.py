"""A way over points takes as long as its length says, at any step; nothing is jumped over and no goal is passed."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from scenarios.loader import compile_document
from scenarios.verification.document import document, group, platform
from simcore.params import UnitSpecR
from simcore.simulation import Simulation
from simcore.state import SideR, UnitR, UnitW
from simcore.types import F64

Document = dict[str, Any]
SPEED = 15.0


def march(points_km: list[tuple[float, float]], dt_s: float, seconds: float) -> F64:
    """Return the places (steps + 1, 2) [m] of a unit that starts in the middle and is sent over the points."""
    mover = platform("land", speed_max_mps=SPEED, speed_cruise_mps=SPEED)
    order = {"verb": "move", "at_km": list(points_km[-1]), "route_km": [list(p) for p in points_km[:-1]]}
    return _track(mover, dt_s, seconds, order)


def _track(mover: Document, dt_s: float, seconds: float, order: Document, **keys: Any) -> F64:
    n_ticks = math.ceil(seconds / dt_s)
    simulation = _start(mover, dt_s, n_ticks, order, **keys)
    places = [simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0].copy()]
    for _ in range(n_ticks):
        simulation.advance(1)
        places.append(simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0].copy())
    return np.array(places)


def _start(mover: Document, dt_s: float, n_ticks: int, order: Document, **keys: Any) -> Simulation:
    """Return a simulation of one mover, unit 0, that decides at every step."""
    content = document(
        "way-points",
        dt_s=dt_s,
        n_ticks=n_ticks,
        half_width_km=20.0,
        groups=[
            group("a-mover", "blue", "mover", (0.0, 0.0), task=order),
            group("z-bystander", "red", "bystander", (-19.0, -19.0)),
        ],
        platforms={"mover": mover, "bystander": platform("air")},
        time_keys={"plan_interval_s": dt_s},
        **keys,
    )
    content["groups"][0]["heading_deg"] = 90
    return Simulation(compile_document(content).params)


def length_km(points_km: list[tuple[float, float]]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise([(0.0, 0.0), *points_km]))


STRAIGHT = [(0.1 * k, 0.0) for k in range(1, 31)]
ZIGZAG = [(0.13 * k, 0.2 * (k % 2)) for k in range(1, 16)]
SQUARE = [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (0.0, 0.0), (2.0, 0.0)]


@pytest.mark.parametrize("points_km", [STRAIGHT, ZIGZAG, SQUARE], ids=["straight", "zigzag", "square"])
@pytest.mark.parametrize("dt_s", [1.0, 5.0, 7.0, 40.0])
def test_a_way_takes_its_length_over_its_speed(points_km: list[tuple[float, float]], dt_s: float) -> None:
    exact_s = length_km(points_km) * 1e3 / SPEED
    path = march(points_km, dt_s, exact_s + 3.0 * dt_s)
    last = np.array(points_km[-1]) * 1e3
    there = np.flatnonzero((np.hypot(*(path - last).T) < 1e-6) & (np.arange(len(path)) * dt_s > 0.5 * exact_s))
    assert there.size
    assert exact_s <= there[0] * dt_s + 1e-6 < exact_s + dt_s + 1e-6
    assert np.allclose(path[there[0] :], last), "it stays at its last point"


def test_every_point_is_passed_and_the_pace_is_kept() -> None:
    dt_s = 5.0
    path = march(ZIGZAG, dt_s, 150.0)
    line = np.array([(0.0, 0.0), *ZIGZAG]) * 1e3
    marks = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    along = np.arange(len(path)) * dt_s * SPEED
    expected = np.column_stack([np.interp(along, marks, line[:, axis]) for axis in (0, 1)])
    assert np.allclose(path, expected, atol=1e-6)


def test_the_distance_driven_is_that_of_the_way_and_not_of_its_chords() -> None:
    order = {"verb": "move", "at_km": list(ZIGZAG[-1]), "route_km": [list(p) for p in ZIGZAG[:-1]]}
    simulation = _start(platform("land", speed_max_mps=SPEED, speed_cruise_mps=SPEED), 20.0, 6, order)
    simulation.advance(6)
    assert simulation.state.sides.real[0, SideR.DISTANCE_M, 0] == pytest.approx(6 * 20.0 * SPEED)


@pytest.mark.parametrize("dt_s", [2.0, 30.0])
def test_a_search_by_lanes_stands_at_no_end_of_a_lane(dt_s: float) -> None:
    task = {"verb": "search", "at_km": [0, 0], "radius_km": 0.6, "spacing_m": 300}
    simulation = _start(platform("land", speed_max_mps=SPEED, speed_cruise_mps=SPEED), dt_s, 40, task)
    simulation.advance(40)
    assert simulation.state.sides.real[0, SideR.DISTANCE_M, 0] == pytest.approx(40 * dt_s * SPEED)
    assert np.abs(simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0]).max() <= 600.0 + 1e-6


@pytest.mark.parametrize("dt_s", [5.0, 60.0])
def test_a_random_search_stands_at_no_end_of_a_leg(dt_s: float) -> None:
    task = {"verb": "search", "at_km": [0, 0], "radius_km": 0.5}
    simulation = _start(platform("land", speed_max_mps=SPEED, speed_cruise_mps=SPEED), dt_s, 40, task)
    simulation.advance(40)
    assert simulation.state.sides.real[0, SideR.DISTANCE_M, 0] == pytest.approx(40 * dt_s * SPEED)
    assert np.hypot(*simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0]) <= 500.0 + 1e-6
    assert simulation.state.units.whole[0, UnitW.LEG, 0] > 40 * dt_s * SPEED / 1000.0


def test_a_ship_turns_no_faster_at_a_point_than_elsewhere() -> None:
    dt_s, radius_m = 5.0, 400.0
    card = {"domain": "surface", "target_class": "ship", "turn_radius_m": radius_m}
    order = {"verb": "move", "at_km": [3.0, 2.0], "route_km": [[1.0, 0.0], [1.0, 2.0]]}
    ship = {**card, "speed_max_mps": SPEED, "speed_cruise_mps": SPEED}
    simulation = _start(ship, dt_s, 120, order, terrain={"kind": "flat", "surface": "water"})
    most = float(simulation.params.units.real[UnitSpecR.TURN_COS, 0])
    before = simulation.state.units.real[0, [UnitR.HX, UnitR.HY], 0].copy()
    for _ in range(120):
        simulation.advance(1)
        after = simulation.state.units.real[0, [UnitR.HX, UnitR.HY], 0].copy()
        assert before @ after >= most - 1e-9
        before = after
    assert np.allclose(simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0], (3000.0, 2000.0))


@pytest.mark.parametrize("dt_s", [2.0, 20.0])
def test_a_fixed_wing_does_not_turn_back_for_points_that_it_has_flown_over(dt_s: float) -> None:
    mover = platform("air", speed_max_mps=50.0, speed_cruise_mps=50.0, hovers=False, turn_radius_m=100.0)
    points = [[0.1 * k, 0.0] for k in range(1, 80)]
    path = _track(mover, dt_s, 160.0, {"verb": "move", "at_km": [15.0, 0.0], "route_km": points})
    steps = np.arange(len(path)) * dt_s * 50.0
    assert np.allclose(path, np.column_stack([steps, np.zeros(len(path))]), atol=1e-6)


def test_a_long_step_jumps_over_no_thin_water() -> None:
    river = {"kind": "lake", "line_km": [[2.0, -20.0], [2.0, 20.0]], "width_km": 0.1}
    order = {"verb": "move", "at_km": [10.0, 0.0], "route": "straight"}
    mover = platform("land", speed_max_mps=SPEED, speed_cruise_mps=SPEED)
    path = _track(mover, 60.0, 900.0, order, terrain={"kind": "flat", "features": [river]}, cell_m=100.0)
    assert path[:, 0].max() < 2050.0
    assert path[:, 0].max() >= 1800.0


@pytest.mark.parametrize("dt_s", [1.0, 60.0])
def test_the_ground_slows_from_cell_to_cell_also_within_a_step(dt_s: float) -> None:
    marsh = {"kind": "marsh", "polygon_km": [[1.0, -5.0], [2.0, -5.0], [2.0, 5.0], [1.0, 5.0]]}
    order = {"verb": "move", "at_km": [3.0, 0.0], "route": "straight"}
    mover = platform("land", mobility="foot", speed_max_mps=SPEED, speed_cruise_mps=SPEED)
    path = _track(mover, dt_s, 600.0, order, terrain={"kind": "flat", "features": [marsh]}, cell_m=50.0)
    exact_s = 1000.0 / SPEED + 1000.0 / (0.4 * SPEED) + 1000.0 / SPEED
    there = np.flatnonzero(path[:, 0] >= 3000.0 - 1e-6)[0] * dt_s
    slack_s = 2.0 * 50.0 / (0.4 * SPEED)  # a stride may begin in one cell and end in the next
    assert exact_s - slack_s <= there <= exact_s + slack_s + dt_s
