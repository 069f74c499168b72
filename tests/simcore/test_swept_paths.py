"""Swept detection follows the paths that were driven: against the exact nearest approach, look by look."""

import inspect
import math
from typing import Any

import numpy as np
import pytest

from scenarios.compiler.rules import MOST_KNOTS, path_memory
from scenarios.verification.checks.turning import nearest_m
from scenarios.verification.document import all_seeing, document, group, platform
from simcore.kernels.sensing import looks, sensing
from simcore.kernels.sensing.sweeping import Course, sweep
from simcore.params import RuleW, SensorSpecW
from simcore.simulation import Simulation
from simcore.state import ContactR, ContactW, SensorW, UnitR
from simcore.types import F64, I64, SensorModel
from tests.reference.formulas import exposure
from tests.simcore.small_worlds import Document, compile_world, names, start

TICKS = 240


def world(groups: list[Document], platforms: Document, eye: Document, **keys: Any) -> Document:
    """Return a field of 20 by 20 km on which units decide anew every second; ``eye`` is the only sensor."""
    rules = {"stagger": True, **keys.pop("rules", {})}
    time_keys = {"plan_interval_s": 1.0}
    return document(
        "swept-paths", dt_s=1.0, n_ticks=TICKS, half_width_km=10.0, groups=groups, platforms=platforms,
        sensors={"eye": eye}, rules=rules, time_keys=time_keys, **keys,
    )  # fmt: skip


def drone(**keys: Any) -> Document:
    """Return a fixed wing that turns in 150 m and carries the sensor."""
    return platform(
        "air", speed_max_mps=38.0, speed_cruise_mps=27.0, turn_radius_m=150.0, hovers=False, height_m=500.0,
        sensors=["eye"], **keys,
    )  # fmt: skip


def zigzag(east: float, north: float) -> list[list[float]]:
    """Return a route of short legs to and fro [km]."""
    return [[east + 0.35 * (k % 2), north + 0.2 * k] for k in range(1, 12)]


def turning_world(eye: Document) -> Document:
    """Return drones that orbit and zigzag over targets that stand, cross and fly in formation with one of them."""
    car = platform(speed_max_mps=22.0, speed_cruise_mps=22.0)
    wing = drone()
    del wing["sensors"]
    route: Document = {"verb": "move", "at_km": [0.0, 4.0], "speed": 1.0}
    groups = [
        group("orbiter", "blue", "drone", (0.0, 0.0), scatter_km=[0.3, 0.3]),
        group("weaver", "blue", "drone", (2.0, -1.0), task={**route, "route_km": zigzag(2.0, -1.0)}),
        group("post", "red", "car", (0.0, 0.0), 12, scatter_km=[1.2, 1.2]),
        group("flank", "red", "car", (2.2, 0.0), 8, scatter_km=[0.9, 0.9]),
        group("wing", "red", "wing", (2.6, -1.0), task={**route, "route_km": zigzag(2.6, -1.0), "at_km": [0.6, 4.0]}),
        group("crosser", "red", "car", (-0.8, 0.6), task={**route, "route_km": zigzag(-0.8, 0.6)}),
    ]
    return world(groups, {"drone": drone(), "car": car, "wing": wing}, eye)


def play(simulation: Simulation) -> tuple[F64, I64, F64]:
    """Return places (T + 1, R, n, 2); of each contact of blue tick of gain (R, n) and place (R, n, 2)."""
    n = simulation.params.units.whole.shape[1]
    state = simulation.state

    def places() -> F64:
        return np.moveaxis(state.units.real[:, [UnitR.X, UnitR.Y]], 1, -1).copy()

    path, known = [places()], np.zeros((len(state.replication), n), dtype=bool)
    gained = np.full(known.shape, -1)
    stands = np.zeros((*known.shape, 2))
    for tick in range(TICKS):
        simulation.advance(1)
        path.append(places())
        level = state.contacts.whole[:, ContactW.LEVEL, :n] > 0
        fresh = level & ~known
        gained[fresh] = tick
        stands[fresh] = np.moveaxis(state.contacts.real[:, [ContactR.X, ContactR.Y], :n], 1, -1)[fresh]
        known |= level
    return np.array(path), gained, stands


def nearest_vertex(path: F64) -> I64:
    """Return at which of the places of a polyline (ticks + 1, n, 2) the tick ends that comes nearest to the origin."""
    legs = np.stack([nearest_m(path[k : k + 2]) for k in range(len(path) - 1)])
    return np.asarray(len(legs) - np.argmin(legs[::-1], axis=0))


def first_looks_in_reach(content: Document, simulation: Simulation, path: F64, range_m: float) -> tuple[I64, Any]:
    """Return the tick at which blue must gain each contact (R, n), -1 for never, and where it may then stand.

    Looks go by the clock of each sensor. The places are listed by (replication, unit), one for each drone that sees it.
    """
    compiled = compile_world(content)
    n = len(compiled.roster.units)
    carrier, period = compiled.params.sensors.whole[SensorSpecW.UNIT], compiled.params.sensors.whole[SensorSpecW.PERIOD]
    expected = np.full((path.shape[1], n), TICKS)
    stands: dict[tuple[int, int], list[F64]] = {}
    phase = start(content, seed=simulation.seed, replications=simulation.state.replication).state.sensors.whole
    is_red = compiled.roster.unit_side == 1
    for r in range(path.shape[1]):
        for q, unit in enumerate(carrier):
            last = 0
            for tick in range(int(phase[r, SensorW.NEXT_TICK, q]), TICKS, int(period[q])):
                own = path[last : tick + 2, r] - path[last : tick + 2, r, unit][:, None]
                vertex = nearest_vertex(own)
                for j in np.flatnonzero((nearest_m(own) <= range_m) & is_red & (tick <= expected[r])).tolist():
                    if tick < expected[r, j]:
                        expected[r, j], stands[r, j] = tick, []
                    is_here = np.hypot(*own[-1, j]) <= range_m
                    seen = tick + 1 if is_here else last + int(vertex[j])
                    course = path[seen, r, j] - path[seen - 1, r, j]
                    stands[r, j].append(path[seen, r, j] + course * (tick + 1 - seen))
                last = tick + 1
    return np.where(expected == TICKS, -1, expected), stands


@pytest.mark.parametrize("interval_s", [1.0, 7.0, 20.0, 100.0])
def test_contacts_are_gained_exactly_where_the_paths_came_within_range(interval_s: float) -> None:
    content = turning_world(all_seeing(0.4, interval_s))
    simulation = start(content, seed=3, replications=range(25))
    path, gained, stands = play(simulation)
    expected, places = first_looks_in_reach(content, simulation, path, 400.0)
    assert np.array_equal(gained, expected)
    targets = expected[:, compile_world(content).roster.unit_side == 1]
    assert 0.2 < (targets >= 0).mean() < 0.9
    for (r, j), wanted in places.items():
        assert min(math.dist(stands[r, j], place) for place in wanted) < 1e-6
    is_late = [math.dist(places[r, j][0], path[gained[r, j] + 1, r, j]) > 1.0 for r, j in places]
    assert interval_s < 100.0 or any(is_late), "some have passed and turned before the look"


def test_units_in_formation_out_of_range_never_see_each_other() -> None:
    content = turning_world(all_seeing(0.5, 60.0))
    simulation = start(content, seed=1, replications=range(3))
    path, gained, *_ = play(simulation)
    weaver, wing = names(content).index("weaver"), names(content).index("wing")
    apart = np.hypot(*np.moveaxis(path[:, :, weaver] - path[:, :, wing], -1, 0))
    assert apart.min() > 500.0
    assert (gained[:, wing] == -1).all()


def random_paths(generator: np.random.Generator, ticks: int, stride: int) -> tuple[F64, F64, Any]:
    """Return relative places at each tick (ticks + 1, 2) of target and carrier, and the knots of both."""
    course = np.cumsum(generator.normal(0.0, 0.5, (ticks, 2)), axis=0)
    step = 30.0 * np.stack([np.cos(course), np.sin(course)], -1)  # (ticks, unit, 2)
    at = np.concatenate([np.zeros((1, 2, 2)), np.cumsum(step, axis=0)]) + generator.normal(0.0, 300.0, (1, 2, 2))
    if stride > 1:  # what is kept is a straight line from knot to knot, and to the end
        keep = [*range(0, ticks, stride), ticks]
        at = np.stack(
            [np.interp(np.arange(ticks + 1), keep, at[keep, unit, axis]) for unit in (0, 1) for axis in (0, 1)], -1
        ).reshape(ticks + 1, 2, 2)
    return at[:, 1] - at[:, 0], at[:, 0], at


@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("seed", range(6))
def test_a_sweep_is_the_nearest_point_and_the_integral_over_the_path(stride: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    dt, ticks, span, range_m, law = 2.0, 40, int(generator.integers(2, 30)), 350.0, 2e6
    relative, own, at = random_paths(generator, ticks, stride)
    knots = math.ceil((span - 1) / stride) + 1
    path_real = np.zeros((2 * knots + 2, 2))
    for tick in range(0, ticks, stride):
        path_real[(tick // stride) % knots] = at[tick, :, 0]
        path_real[knots + (tick // stride) % knots] = at[tick, :, 1]
    limits = np.zeros(len(RuleW), dtype=np.int32)
    limits[RuleW.PATH_KNOTS], limits[RuleW.PATH_STRIDE] = knots, stride
    ux, uy = (relative[-1] - relative[-2]) / dt
    step_m = np.hypot(*np.diff(relative, axis=0).T).max()
    course = Course(relative[-1, 0], relative[-1, 1], ux, uy, 0.0, 1.0)

    def swept(rate: float) -> tuple[float, float, float, int]:
        return sweep(0, 1, ticks - 1, span, 1, course, range_m, step_m, rate, -1.0, dt, limits, path_real)

    exposed, near_sq, back, ago = swept(law)
    bare = swept(0.0)

    window = relative[ticks - span :]
    near = float(nearest_m(window[:, None])[0])
    fine = np.linspace(0.0, span, 400 * span + 1)
    dense = np.stack([np.interp(fine, np.arange(span + 1), window[:, axis]) for axis in (0, 1)], -1)
    distance = np.hypot(*dense.T)
    assert (bare[1:], bare[0]) == ((near_sq, back, ago), 0.0)
    if near > range_m:
        assert near_sq == math.inf
        assert exposed == 0.0
        return
    assert math.sqrt(near_sq) == pytest.approx(near, abs=1e-6)
    assert distance[round((span - back) * 400)] == pytest.approx(near, abs=30.0 * 2 / 400)
    assert ago == min(int(back), span - 1)
    rate = np.where(distance <= range_m, law / distance**3, 0.0)
    integral = float(np.sum(0.5 * (rate[1:] + rate[:-1])) * dt / 400)
    assert exposed == pytest.approx(integral, rel=5e-3)
    assert own.shape == relative.shape


def test_the_exposure_to_an_inverse_cube_ends_at_the_range() -> None:
    """A target passes at 300 m; with a range of 500 m the middle 800 m of its way count."""
    limits = np.zeros(len(RuleW), dtype=np.int32)
    course = Course(300.0, 1000.0, 0.0, 20.0, 0.0, 1.0)
    value, *_ = sweep(0, 1, 99, 100, 100, course, 500.0, 20.0, 1e6, -1.0, 1.0, limits, np.zeros((2, 2)))
    assert value == pytest.approx(exposure(1e6, 300.0, 400.0, 0.0, 20.0, 40.0), rel=1e-9)


def lone_pass(eye: Document, at_km: tuple[float, float], **keys: Any) -> Document:
    """Return a drone that flies north along the axis past a target that stands; the map is flat."""
    north: Document = {"verb": "move", "at_km": [0.0, 9.0], "speed": 1.0}
    groups = [
        group("scout", "blue", "drone", (0.0, -3.0), **{"task": north, **keys.pop("scout", {})}),
        group("post", "red", "car", at_km),
    ]
    return world(groups, {"drone": drone(), "car": platform()}, eye, rules={"stagger": False}, **keys)


def test_a_field_of_view_is_swept_as_well() -> None:
    """At 38 m/s the look at 99 s has passed a target 1.5 km ahead of the first one, which lay in view before."""
    ahead = all_seeing(0.6, 99.0, field_of_view_deg=60.0)
    simulation = start(lone_pass(ahead, (0.2, -1.5)))
    simulation.advance(99)
    assert simulation.state.contacts.whole[0, ContactW.LEVEL, 0] == 0, "the second look is not due yet"
    simulation.advance(1)
    level = simulation.state.contacts.whole[0, ContactW.LEVEL]
    assert level.max() > 0


def test_a_target_beside_or_behind_the_field_of_view_is_not_seen() -> None:
    for at_km in ((0.5, -3.0), (0.0, -3.5)):
        simulation = start(lone_pass(all_seeing(0.6, 99.0, field_of_view_deg=60.0), at_km))
        simulation.advance(TICKS)
        assert not simulation.state.contacts.whole[0, ContactW.LEVEL].any()


def test_a_sensor_that_is_out_of_order_sees_nothing_of_that_time() -> None:
    """The drone passes the target between 60 and 100 s, the look is due at 150 s; the sensor works again from 120 s."""
    eye = all_seeing(0.6, 150.0)
    passed = (0.3, 0.0)
    broken = [{"at_s": 10.0, "kind": "disable", "who": ["scout"], "parts": ["sensor"], "duration_s": 110.0}]
    for injects, is_expected in (([], True), (broken, False)):
        content = {**lone_pass(eye, passed), "injects": injects}
        simulation = start(content)
        simulation.advance(TICKS)
        assert bool(simulation.state.contacts.whole[0, ContactW.LEVEL].any()) == is_expected


def test_a_unit_that_enters_has_no_path_before() -> None:
    """A reserve comes in at 100 s where the drone has passed within reach long before."""
    eye = all_seeing(0.6, 150.0)
    content = lone_pass(eye, (0.3, -2.0))
    content["groups"][1]["reserve"] = True
    content["injects"] = [{"at_s": 100.0, "kind": "reinforce", "who": ["post"]}]
    simulation = start(content)
    simulation.advance(TICKS)
    assert not simulation.state.contacts.whole[0, ContactW.LEVEL].any()


def test_what_passed_is_told_by_its_nearest_point() -> None:
    """A target passed at 100 m is identified, although it stands a kilometre away when the look is due."""
    eye = all_seeing(1.5, 99.0, identify_km=0.15, classify_km=0.5)
    simulation = start(lone_pass(eye, (0.1, -1.0)))
    simulation.advance(100)
    assert simulation.state.contacts.whole[0, ContactW.LEVEL].max() == 3


def test_memory_of_paths_is_bounded_and_covers_every_interval() -> None:
    for period in (1, 2, 3, 119, 120, 121, 600, 100_000):
        sensors = np.zeros((len(SensorSpecW), 2), dtype=np.int32)
        sensors[SensorSpecW.MODEL] = SensorModel.COOKIE_CUTTER, SensorModel.RADAR
        sensors[SensorSpecW.PERIOD] = period, 2_000_000
        knots, stride = path_memory(sensors, 10**6)
        assert knots <= MOST_KNOTS + 1
        assert (knots == 0) == (period == 1)
        if period <= MOST_KNOTS:
            assert stride == 1
        for tick in range(period, period + 2 * stride):  # the first knot needed must not be overwritten by then
            assert period == 1 or tick // stride - (tick + 1 - period) // stride < knots


def test_every_model_of_detection_has_a_law_of_its_own() -> None:
    """A model that is added is no sonar, nor anything else, because nobody thought of it."""
    source = inspect.getsource(looks) + inspect.getsource(sensing)
    assert [model.name for model in SensorModel if f"SensorModel.{model.name}" not in source] == []
    assert "model <" not in source
