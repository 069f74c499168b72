"""Routes of later orders: passable, no slower than the grid allows, the same alone and in a batch, and no leak."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.terrain.paths import Field
from simcore import routing
from simcore.kernels.ground.routes import label_regions, line_cost, nearest_in_region
from simcore.orders import OrderR, OrderW
from simcore.params import GroupSpecW, UnitSpecW
from simcore.routing import Costs, Pace, Router
from simcore.simulation import Simulation
from simcore.state import WAY_POINTS, RouteW, UnitR, UnitW
from simcore.types import F64, NONE, Task
from tests.scenarios.terrain.test_routes import SPEEDS, brute_force, compiled, field

VERY_SLOW = arrays(
    np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([0.0, 1e-5, 0.3, 1.0])
)
FRAME = np.array([0.0, 0.0, 100.0])
GOAL = (6_000.0, -6_000.0)
SEED = 3


@given(SPEEDS | VERY_SLOW, st.data())
def test_ways_are_passable_and_as_quick_as_a_plain_search_finds(speed: np.ndarray, data: st.DataObject) -> None:
    ground = field(speed)
    columns = speed.shape[1]
    goal = data.draw(st.integers(0, speed.size - 1))
    if speed.ravel()[goal] == 0.0:
        return
    best = brute_force(ground, divmod(goal, columns))
    label = label_regions(speed)
    is_open = (speed > 0.0).reshape(-1).astype(np.uint8)
    pace = Pace(speed, 100.0)
    costs = Costs(pace, is_open, goal)
    for start in data.draw(st.permutations(range(speed.size))):
        place = divmod(start, columns)
        assert (label[start] != 0 and label[start] == label[goal]) == (place in best)
        points = costs.way(FRAME, start, 24)
        assert (points is not None) == (place in best)
        if points is None:
            continue
        fresh = Costs(pace, is_open, goal).way(FRAME, start, 24)
        assert fresh is not None
        assert fresh.tobytes() == points.tobytes()  # where earlier searches stopped does not matter
        legs = along(ground, place, points, divmod(goal, columns))
        cost = sum(ground.leg_cost(a, b) for a, b in itertools.pairwise(legs))
        assert costs.cost[start] == pytest.approx(best[place], rel=1e-12)
        assert cost <= best[place] * (1.0 + 1e-6) + 1e-9
        mine = sum(line_cost(speed, is_open, FRAME, *a, *b) for a, b in itertools.pairwise(legs))
        assert mine == pytest.approx(cost, rel=1e-4)


def along(ground: Field, start: tuple[int, int], points: F64, goal: tuple[int, int]) -> list[tuple[float, float]]:
    middle = [(float(x), float(y)) for x, y in points.T]
    return [ground.centre(*start), *middle, ground.centre(*goal)]


def simulate(replications: list[int], **group: Any) -> Simulation:
    """Return boats that lie behind a wall from their later goal."""
    scenario = compiled({"verb": "hold", **group})
    return Simulation(scenario.params, seed=SEED, replications=replications)


def send(simulation: Simulation, task: Task = Task.MOVE, where: Any = None, **keys: Any) -> None:
    everywhere = np.ones(simulation.n_replications, dtype=bool)
    simulation.orders.issue(everywhere if where is None else where, 0, task, *GOAL, **keys)


def boats(simulation: Simulation) -> np.ndarray:
    return np.flatnonzero(simulation.params.units.whole[UnitSpecW.GROUP] == 0)


def away_m(simulation: Simulation) -> np.ndarray:
    """Return how far the boats are from the goal, the farthest of each replication [m]."""
    x, y = (
        simulation.state.units.real[:, UnitR.X][:, boats(simulation)],
        simulation.state.units.real[:, UnitR.Y][:, boats(simulation)],
    )
    return np.hypot(x - GOAL[0], y - GOAL[1]).max(axis=1)


@pytest.mark.parametrize("task", [Task.MOVE, Task.ATTACK, Task.STRIKE, Task.SEARCH, Task.SCREEN, Task.WITHDRAW])
def test_a_later_order_leads_round_the_wall(task: Task) -> None:
    simulation, straight = simulate([0]), simulate([0], route="straight")
    for one in (simulation, straight):
        one.advance(10)
        send(one, task, radius_m=2_000.0)
        one.advance(1_440)
    assert away_m(simulation)[0] < 2_500.0
    assert away_m(straight)[0] > 6_000.0
    assert (straight.params.groups.whole[GroupSpecW.WAY_SLOT] == NONE)[0]


def test_a_new_order_forgets_the_old_way() -> None:
    simulation = simulate([0])
    send(simulation)
    simulation.advance(200)
    slot = int(simulation.params.groups.whole[GroupSpecW.WAY_SLOT, 0])
    assert simulation.state.ways.whole[0, RouteW.COUNT, slot] > 0
    everywhere = np.ones(1, dtype=bool)
    x, y = simulation.state.units.real[0, [UnitR.X, UnitR.Y], boats(simulation)[0]]
    simulation.orders.issue(everywhere, 0, Task.MOVE, x, y + 500.0)
    simulation.advance(50)
    assert simulation.state.ways.whole[0, RouteW.COUNT, slot] == 0
    assert (simulation.state.units.whole[0, UnitW.ORDER_SERIAL, boats(simulation)] == 2).all()
    assert abs(simulation.state.units.real[0, UnitR.Y, boats(simulation)[0]] - y - 500.0) < 600.0


def test_a_repeated_order_goes_on_along_the_way() -> None:
    once, often = simulate([0]), simulate([0])
    send(once)
    once.advance(400)
    for _ in range(20):
        send(often)
        often.advance(20)
    assert once.hash() == often.hash()
    assert often.router.n_searched == 1


def test_a_goal_ashore_leads_to_the_nearest_water() -> None:
    simulation = simulate([0])
    everywhere = np.ones(1, dtype=bool)
    simulation.orders.issue(everywhere, 0, Task.MOVE, 900.0, -6_000.0)  # in the wall, at its far side
    simulation.advance(1_440)
    x, y = simulation.state.units.real[0][[UnitR.X, UnitR.Y]][:, boats(simulation)]
    assert (x > 900.0).all()
    assert np.abs(y + 6_000.0).max() < 1_000.0


def test_routes_are_the_same_alone_in_a_batch_and_with_threads() -> None:
    batch = simulate([0, 1, 2, 3])
    batch.threads = 2
    alone = simulate([2])
    for one in (batch, alone):
        send(one)
        one.advance(300)
        send(one, Task.ATTACK, radius_m=1_000.0)
        one.advance(300)
    assert batch.hash()[2] == alone.hash()[0]
    assert batch.router.n_searched <= 2  # every replication asks for the same ways


def test_a_fan_and_a_saved_state_go_on_along_the_way(tmp_path: Path) -> None:
    simulation = simulate([0])
    send(simulation)
    simulation.advance(200)
    fan = simulation.fan_out([0, 5])
    simulation.save(tmp_path / "state.npz")
    restored = Simulation.restore(tmp_path / "state.npz", simulation.params)
    assert restored.hash() == simulation.hash()
    assert fan.router is simulation.router
    for one in (simulation, fan, restored):
        one.advance(400)
    assert simulation.hash()[0] == fan.hash()[0] == restored.hash()[0]


def test_the_way_depends_on_what_was_reported_and_not_on_where_the_group_is() -> None:
    ways = []
    for shift_m in (0.0, -2_500.0):
        simulation = simulate([0])
        simulation.advance(10)
        simulation.state.units.real[:, UnitR.X] += shift_m
        simulation.state.units.whole[:, UnitW.LINKED] = 0
        send(simulation)
        simulation.router.plan(simulation.state, simulation.orders)
        ways.append(simulation.state.ways.real.tobytes())
    assert ways[0] == ways[1]


@given(
    arrays(np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 2)).filter(
        lambda label: bool((label == 1).any())
    ),
    st.data(),
)
def test_the_nearest_cell_of_a_region_is_the_first_of_the_nearest(label: np.ndarray, data: st.DataObject) -> None:
    columns = label.shape[1]
    goal = data.draw(st.integers(0, label.size - 1))
    cells = np.flatnonzero(label.reshape(-1) == 1)
    away_sq = (cells // columns - goal // columns) ** 2 + (cells % columns - goal % columns) ** 2
    assert nearest_in_region(label.reshape(-1), columns, 1, goal) == cells[away_sq.argmin()]


@settings(max_examples=15)
@given(st.floats(-9_000.0, 9_000.0), st.floats(-9_000.0, 9_000.0))
def test_no_leg_of_a_way_crosses_the_wall(x_m: float, y_m: float) -> None:
    simulation = simulate([0])
    simulation.orders.issue(np.ones(1, dtype=bool), 0, Task.MOVE, x_m, y_m)
    simulation.router.plan(simulation.state, simulation.orders)
    params = simulation.params
    slot = int(params.groups.whole[GroupSpecW.WAY_SLOT, 0])
    count = int(simulation.state.ways.whole[0, RouteW.COUNT, slot])
    real = simulation.state.ways.real[0, :, slot]
    points = list(zip(real[:count].tolist(), real[WAY_POINTS : WAY_POINTS + count].tolist(), strict=True))
    start = simulation.state.units.real[0, [UnitR.REPORT_X, UnitR.REPORT_Y], boats(simulation)[0]]
    speed = params.terrain.speed[3]
    ground = Field(speed, -10_000.0, -10_000.0, 200.0)
    row, column = ground.cell(*start)
    for a, b in itertools.pairwise([ground.centre(row, column), *points]):
        assert np.isfinite(ground.leg_cost(a, b))
    if speed[ground.cell(x_m, y_m)] > 0.0 and count:
        row, column = ground.cell(x_m, y_m)
        assert np.isfinite(ground.leg_cost(points[-1], ground.centre(row, column)))


@pytest.mark.small
def test_a_short_queue_grows_and_leads_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    speed = np.asarray(rng.choice([0.0, 0.2, 0.5, 1.0], (40, 50), p=[0.2, 0.2, 0.2, 0.4]), dtype=np.float32)
    is_open = (speed > 0.0).reshape(-1).astype(np.uint8)
    pace = Pace(speed, 100.0)
    goal, *starts = (int(cell) for cell in rng.choice(np.flatnonzero(is_open), 12, replace=False))
    long = [Costs(pace, is_open, goal).way(FRAME, start, 24) for start in starts]
    monkeypatch.setattr(routing, "_QUEUED", speed.size)
    monkeypatch.setattr(routing, "_LEAST_ROOM", 10)
    costs = Costs(pace, is_open, goal)
    for start, way in zip(starts, long, strict=True):
        found = costs.way(FRAME, start, 24)
        assert (found is None) == (way is None)
        assert found is None or way is None or found.tobytes() == way.tobytes()
    assert len(costs.cells) > 11


def test_a_router_with_nothing_to_do_is_idle() -> None:
    simulation = simulate([0], route="straight")
    straight = Router(simulation.params)
    assert straight.is_needed  # the ship may still need one
    send(simulation)
    before = simulation.state.ways.real.copy()
    straight.plan(simulation.state, simulation.orders)
    assert straight.n_searched == 0
    assert simulation.orders.whole[0, OrderW.ISSUED, 0] == 1
    assert simulation.orders.real[0, OrderR.X, 0] == GOAL[0]
    assert np.array_equal(simulation.state.ways.real, before)
