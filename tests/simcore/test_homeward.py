"""Turning home: what is left of the fuel must do for the way there, over the ground and sea that lie on it."""

import math
from typing import Any

import numpy as np
import pytest

from scenarios.loader import compile_document
from scenarios.verification.document import document, group, platform
from simcore.kernels.orders.homeward import DETOUR, mean_slowness
from simcore.params import RuleR, UnitSpecR
from simcore.simulation import Simulation
from simcore.state import UnitR, UnitW
from simcore.types import F64, Returning

WHEELS = {
    "mobility": "wheeled", "speed_max_mps": 20, "speed_cruise_mps": 10, "endurance_h": 2, "idle_burn": 0.2,
    "reserve_share": 0.15,
}  # fmt: skip
BOAT = {**WHEELS, "mobility": "water", "seakeeping": {"full_speed_sea_state": 2, "stop_sea_state": 6}}
DT_S = 10.0


def world(card: dict[str, Any], domain: str, terrain: dict[str, Any], n_ticks: int, **keys: Any) -> Simulation:
    """Return a simulation of a unit, number 0, that is sent 90 km to the east."""
    content = document(
        "homeward",
        dt_s=DT_S,
        n_ticks=n_ticks,
        half_width_km=100.0,
        groups=[
            group("a", "blue", "mover", (0, 0), task={"verb": "move", "at_km": [90, 0], "route": "straight"}),
            group("z", "red", "post", (99, 99)),
        ],
        platforms={"mover": platform(domain, **card), "post": platform("air")},
        terrain=terrain,
        cell_m=1000.0,
        time_keys={"plan_interval_s": DT_S},
    )
    return Simulation(compile_document({**content, **keys}).params)


def turn(simulation: Simulation, n_ticks: int) -> tuple[float, float]:
    """Play until the unit turns home; return when [s] and how far from home [m] that was."""
    for _ in range(n_ticks):
        simulation.advance(1)
        if simulation.state.units.whole[0, UnitW.RETURNING, 0] == Returning.ENDURANCE:
            return simulation.time_s - DT_S, float(np.hypot(*simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0]))
    raise AssertionError("it never turned home")


def least_endurance(simulation: Simulation, n_ticks: int) -> float:
    """Play until the unit is served at home; return the least endurance [s] that it had on the way there."""
    least = math.inf
    for _ in range(n_ticks):
        left = float(simulation.state.units.real[0, UnitR.ENDURANCE_S, 0])
        simulation.advance(1)
        if simulation.state.units.real[0, UnitR.ENDURANCE_S, 0] > left + 1.0:
            return min(least, left)
        least = min(least, left)
    raise AssertionError(f"it did not come home; {least} s left")


def time_to_turn_s(slowness: float) -> float:
    """Return when a unit must turn home that burns and needs as much on the way out as on the way back.

    It leaves with E and turns back at t: E - b t = R + b t, b the burn a second.
    """
    burn = 0.2 + 0.8 / slowness
    return (7200.0 - 0.15 * 7200.0) / (2.0 * burn)


@pytest.mark.parametrize(("surface", "slowness"), [("open", 1.0), ("marsh", 1.0 / 0.15), ("forest", 1.0 / 0.3)])
def test_a_vehicle_comes_home_with_its_reserve_over_any_ground(surface: str, slowness: float) -> None:
    simulation = world(WHEELS, "land", {"kind": "flat", "surface": surface}, 5000)
    at_s, _ = turn(simulation, 2000)
    assert at_s == pytest.approx(time_to_turn_s(slowness), abs=2.0 * DT_S)
    reserve_s = 0.15 * 7200.0
    assert least_endurance(simulation, 3000) >= reserve_s - 3.0 * DT_S


@pytest.mark.parametrize("sea_state", [0, 4, 5])
def test_a_boat_reckons_with_the_sea(sea_state: int) -> None:
    slowness = 1.0 / (1.0 - max(0, sea_state - 2) / 4.0)
    environment = {"sea_state": sea_state}
    simulation = world(BOAT, "surface", {"kind": "flat", "surface": "water"}, 5000, environment=environment)
    at_s, _ = turn(simulation, 2000)
    assert at_s == pytest.approx(time_to_turn_s(slowness), abs=2.0 * DT_S)
    assert least_endurance(simulation, 3000) >= 0.15 * 7200.0 - 3.0 * DT_S


def test_a_boat_that_the_sea_stops_waits_and_does_not_turn_home() -> None:
    environment = {"sea_state": 6}
    simulation = world(BOAT, "surface", {"kind": "flat", "surface": "water"}, 100, environment=environment)
    simulation.advance(100)
    assert simulation.state.units.whole[0, UnitW.RETURNING, 0] == Returning.NO


def test_the_ground_that_counts_is_that_on_the_way_and_not_that_underfoot() -> None:
    marsh = {"kind": "marsh", "polygon_km": [[2, -50], [12, -50], [12, 50], [2, 50]]}
    simulation = world(WHEELS, "land", {"kind": "flat", "features": [marsh]}, 5000)
    turn(simulation, 3000)
    assert least_endurance(simulation, 3000) >= 0.15 * 7200.0 - 3.0 * DT_S


def test_an_aircraft_over_marsh_reckons_with_its_speed_alone() -> None:
    card = {**WHEELS, "height_m": 100, "mobility": "air"}
    assert turn(world(card, "air", {"kind": "flat", "surface": "marsh"}, 5000), 2000)[0] == pytest.approx(
        time_to_turn_s(1.0), abs=2.0 * DT_S
    )


def test_a_way_home_that_is_cut_costs_a_detour() -> None:
    lake = {"kind": "lake", "polygon_km": [[5, -2], [15, -2], [15, 2], [5, 2]]}
    simulation = world(WHEELS, "land", {"kind": "flat", "features": [lake]}, 10)
    assert simulation.params.units.real[UnitSpecR.HOME_RATE, 0] == pytest.approx((0.8 + 0.2 * DETOUR) / 10.0)


@pytest.mark.small
@pytest.mark.parametrize("seed", range(20))
def test_the_mean_slowness_of_a_line_is_that_of_dense_samples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 12, size=2)
    ground = rng.choice([0.15, 0.4, 1.0, 0.0], size=(rows, columns), p=[0.3, 0.3, 0.3, 0.1]).astype(np.float32)
    rules: F64 = np.zeros(len(RuleR))
    rules[[RuleR.RASTER_WEST, RuleR.RASTER_SOUTH, RuleR.RASTER_CELL_M]] = -300.0, 200.0, 100.0
    start, end = rng.uniform((-300, 200), (-300 + 100 * columns, 200 + 100 * rows), size=(2, 2))
    if seed % 4 == 0:
        end[seed // 4 % 2] = start[seed // 4 % 2]  # along an axis
    share = (np.arange(200_000) + 0.5) / 200_000
    points = start[:, None] + (end - start)[:, None] * share
    column = np.floor((points[0] + 300.0) / 100.0).astype(int)
    row = np.floor((points[1] - 200.0) / 100.0).astype(int)
    slow, samples = 1.0, []
    for factor in ground[row, column].astype(float).tolist():
        slow = 1.0 / factor if factor > 0.0 else slow
        samples.append(slow if factor > 0.0 else DETOUR * slow)
    assert mean_slowness(ground, rules, *start, *end) == pytest.approx(np.mean(samples), rel=2e-4)
    assert mean_slowness(ground, rules, *start, *start) == pytest.approx(samples[0])
