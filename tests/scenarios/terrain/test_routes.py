"""Ways over a raster: against a slow search of one's own, round walls, through gaps; roads; what the compiler makes."""

import heapq
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import parse_document
from scenarios.format.resolve import resolve
from scenarios.format.schema.map import Map, Road
from scenarios.format.yaml_text import write_yaml
from scenarios.run.play import start_simulation
from scenarios.terrain.ground import build_ground
from scenarios.terrain.paths import Field, costs_to, find_route, follow, pull_tight
from scenarios.terrain.roads import road_graph
from simcore.errors import ScenarioError
from simcore.params import UnitSpecW
from simcore.state import UnitR
from simcore.types import Mobility, Surface

SPEEDS = arrays(
    np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])
)


def field(speed: Any, cell_m: float = 100.0) -> Field:
    return Field(np.asarray(speed, dtype=np.float32), 0.0, 0.0, cell_m)


def drawn(picture: str) -> Field:
    """Return a field from lines, north at the top: ``#`` impassable, ``.`` open, ``-`` half speed."""
    lines = picture.split()
    return field([[{"#": 0.0, ".": 1.0, "-": 0.5}[mark] for mark in line] for line in reversed(lines)])


def brute_force(ground: Field, goal: tuple[int, int]) -> dict[tuple[int, int], float]:
    """Dijkstra's algorithm as in the books, cell by cell."""
    speed, (rows, columns) = ground.speed.astype(float), ground.speed.shape
    best: dict[tuple[int, int], float] = {}
    queue = [(0.0, goal)]
    while queue:
        cost, (row, column) = heapq.heappop(queue)
        if (row, column) in best:
            continue
        best[row, column] = cost
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                r, c = row + dr, column + dc
                if (dr, dc) == (0, 0) or not (0 <= r < rows and 0 <= c < columns) or speed[r, c] == 0.0:
                    continue
                if speed[row, column] == 0.0 or (dr and dc and (speed[r, column] == 0.0 or speed[row, c] == 0.0)):
                    continue
                length = ground.cell_m * math.hypot(dr, dc)
                heapq.heappush(queue, (cost + 0.5 * length * (1.0 / speed[row, column] + 1.0 / speed[r, c]), (r, c)))
    return best


@given(SPEEDS, st.data())
def test_costs_are_those_of_a_plain_search(speed: np.ndarray, data: st.DataObject) -> None:
    ground = field(speed)
    goal = (data.draw(st.integers(0, speed.shape[0] - 1)), data.draw(st.integers(0, speed.shape[1] - 1)))
    expected = np.full(speed.shape, np.inf)
    for cell, cost in brute_force(ground, goal).items():
        expected[cell] = cost
    costs = [[costs_to(ground, goal, (r, c))[r, c] for c in range(speed.shape[1])] for r in range(speed.shape[0])]
    np.testing.assert_allclose(costs, expected, rtol=1e-12)


@given(SPEEDS, st.data())
def test_a_route_is_passable_and_no_slower_than_the_best_path(speed: np.ndarray, data: st.DataObject) -> None:
    ground = field(speed)
    rows, columns = speed.shape
    cells = [(data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))) for _ in range(2)]
    start, goal = cells
    assume(speed[start] > 0.0)
    assume(speed[goal] > 0.0)
    costs = costs_to(ground, goal, start)
    points = find_route(ground, ground.centre(*start), ground.centre(*goal))
    assert (points is None) == np.isinf(costs[start])
    if points is None:
        return
    path = follow(ground, costs, start, goal)
    steps = [ground.leg_cost(ground.centre(*a), ground.centre(*b)) for a, b in itertools.pairwise(path)]
    assert sum(steps) == pytest.approx(costs[start], rel=1e-9)
    legs = [ground.centre(*start), *points]
    cost = sum(ground.leg_cost(a, b) for a, b in itertools.pairwise(legs))
    assert cost <= costs[start] * (1.0 + 1e-6)
    assert points[-1] == ground.centre(*goal)
    for a, b in itertools.pairwise(legs):  # sampled, by the rule of the engine
        for share in np.linspace(0.0, 1.0, 200):
            row, column = ground.cell(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            assert ground.speed[row, column] > 0.0


def test_the_cost_of_a_leg_is_the_time_in_each_cell() -> None:
    ground = drawn("..--")
    assert ground.leg_cost((50.0, 50.0), (350.0, 50.0)) == pytest.approx(150.0 + 150.0 / 0.5)
    assert ground.leg_cost((120.0, 20.0), (120.0, 20.0)) == 0.0
    assert drawn(".#").leg_cost((50.0, 50.0), (150.0, 50.0)) == math.inf


def test_a_leg_that_touches_a_blocked_corner_is_barred() -> None:
    ground = drawn("#. .. .#")
    assert ground.leg_cost((50.0, 150.0), (150.0, 250.0)) == math.inf
    assert math.isfinite(drawn(".. ..").leg_cost((50.0, 50.0), (150.0, 150.0)))


def test_the_way_leads_through_the_gap_of_a_wall() -> None:
    ground = drawn(
        """
        .....#.....
        .....#.....
        .....#.....
        .....#.....
        .....#.....
        ...........
        .....#.....
        """
    )
    points = find_route(ground, (50.0, 650.0), (1050.0, 650.0))
    assert points is not None
    legs = [(50.0, 650.0), *points]
    crossing = [
        a[1] + (550.0 - a[0]) / (b[0] - a[0]) * (b[1] - a[1])
        for a, b in itertools.pairwise(legs)
        if a[0] <= 550.0 <= b[0] and a[0] != b[0]
    ]
    assert crossing
    assert all(100.0 <= y <= 200.0 for y in crossing)
    assert len(points) <= 4


def test_a_slow_straight_line_gives_way_to_a_quick_detour() -> None:
    ground = drawn(
        """
        .......
        .-----.
        .-----.
        .-----.
        """
    )
    straight, quick = (50.0, 250.0), (650.0, 250.0)
    points = find_route(ground, straight, quick)
    assert points is not None
    assert max(y for _, y in points) > 300.0
    assert find_route(drawn("......."), (50.0, 50.0), (650.0, 50.0)) == [(650.0, 50.0)]


def test_a_formation_keeps_its_distance_where_there_is_room() -> None:
    picture = """
        ...............
        ...............
        ...............
        ...............
        ......###......
        ......###......
        ......###......
        ......###......
        """
    ground, start, goal = drawn(picture), (150.0, 150.0), (1350.0, 150.0)
    close, wide = find_route(ground, start, goal), find_route(ground, start, goal, clearance_m=150.0)
    assert close is not None
    assert wide is not None
    assert max(y for _, y in close) == pytest.approx(450.0)
    assert max(y for _, y in wide) >= 400.0 + 150.0
    assert find_route(drawn("### ... ###"), (50.0, 150.0), (250.0, 150.0), clearance_m=500.0) == [(250.0, 150.0)]


def test_pulling_tight_leaves_out_corners_on_open_ground() -> None:
    ground = field(np.ones((5, 5)))
    assert pull_tight(ground, [(50.0, 50.0), (150.0, 50.0), (250.0, 150.0), (350.0, 350.0)]) == [
        (50.0, 50.0),
        (350.0, 350.0),
    ]


def island_map(**more: Any) -> dict[str, Any]:
    """Return a map of water with a wall of land from the south edge, and a gap in the north."""
    features = [{"kind": "open", "polygon_km": [[-1, -10], [1, -10], [1, 6], [-1, 6]]}]
    terrain = {"kind": "flat", "surface": "water", "features": features}
    box = {"west_km": -10, "east_km": 10, "south_km": -10, "north_km": 10, "cell_m": 200, "terrain": terrain}
    return {"origin": {"longitude_deg": 0.0, "latitude_deg": 0.0}, **box, **more}


def compiled(task: dict[str, Any], **group: Any) -> Compiled:
    place = {} if group.get("aboard") else {"at_km": [-6, -6]}
    document = {
        "schema_version": 1,
        "name": "routes",
        "time": {"dt_s": 5, "duration_h": 2, "decision_interval_s": 60},
        "map": island_map(),
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": "boats", "side": "blue", "units": [{"platform": "usv-patrol", "count": 2}], "heading_deg": 0.0}
            | place
            | {"formation": {"shape": "line", "spacing_m": 300}, "task": task}
            | group,
            {"name": "ship", "side": "blue", "at_km": [-8, -8], "units": [{"platform": "mothership"}]},
            {"name": "post", "side": "red", "at_km": [0, 0], "units": [{"platform": "command-post"}]},
        ],
    }
    return compile_scenario(resolve(parse_document(write_yaml(document))))


def points_of(scenario: Compiled, group: str = "boats") -> list[tuple[float, float]]:
    names, params = scenario.roster.groups, scenario.params
    unit = int(np.flatnonzero(params.units.whole[UnitSpecW.GROUP] == names.index(group))[0])
    first, count = params.units.whole[UnitSpecW.ROUTE_FIRST, unit], params.units.whole[UnitSpecW.ROUTE_COUNT, unit]
    return [(float(x), float(y)) for x, y in params.route[:, first : first + count].T]


@pytest.mark.parametrize("route", [{}, {"route": "auto"}])
def test_a_boat_goes_round_and_arrives(route: dict[str, str]) -> None:
    scenario = compiled({"verb": "move", "at_km": [6, -6], **route})
    points = points_of(scenario)
    assert points[-1] == (6_000.0, -6_000.0)
    assert 2 <= len(points) <= 6
    assert max(y for _, y in points) > 6_000.0
    boats = [k for k, name in enumerate(scenario.roster.units) if name.startswith("boats")]
    simulation = start_simulation(scenario, 1, [0])
    simulation.advance(1_440)
    x, y = simulation.state.units.real[0][[UnitR.X, UnitR.Y]][:, boats]
    assert np.hypot(x - 6_000.0, y + 6_000.0).max() < 400.0


def test_a_straight_route_stays_stuck_at_the_shore() -> None:
    scenario = compiled({"verb": "move", "at_km": [6, -6], "route": "straight"})
    assert points_of(scenario) == []
    boats = [k for k, name in enumerate(scenario.roster.units) if name.startswith("boats")]
    simulation = start_simulation(scenario, 1, [0])
    simulation.advance(1_440)
    assert simulation.state.units.real[0, UnitR.X, boats].max() < -900.0


def test_an_open_line_and_given_points_stay_as_they_are() -> None:
    assert points_of(compiled({"verb": "move", "at_km": [-6, 6]})) == []
    given_points = [[-6, 8], [6, -6]]
    assert points_of(compiled({"verb": "move", "route_km": given_points})) == [(-6e3, 8e3), (6e3, -6e3)]
    through = points_of(compiled({"verb": "move", "route_km": given_points, "route": "auto"}))
    assert (-6e3, 8e3) in through
    assert through[-1] == (6e3, -6e3)
    assert len(through) > 2


def test_a_goal_ashore_is_left_alone_unless_a_way_is_asked_for() -> None:
    assert points_of(compiled({"verb": "move", "at_km": [0, -6]})) == []
    with pytest.raises(ScenarioError, match=r"boats.task.route: no route from .* to \[0.000, -6.000\]: the goal"):
        compiled({"verb": "move", "at_km": [0, -6], "route": "auto"})


def arrival(scenario: Compiled, ticks: int = 1_440) -> float:
    """Return how far the boats are from (6, -6) km after some ticks."""
    boats = [k for k, name in enumerate(scenario.roster.units) if name.startswith("boats")]
    simulation = start_simulation(scenario, 1, [0])
    simulation.advance(ticks)
    x, y = simulation.state.units.real[0][[UnitR.X, UnitR.Y]][:, boats]
    return float(np.hypot(x - 6_000.0, y + 6_000.0).max())


@pytest.mark.parametrize("verb", ["attack", "strike", "intercept", "search", "screen", "relay", "withdraw"])
def test_every_task_that_goes_to_a_place_has_an_approach(verb: str) -> None:
    task = {"verb": verb, "at_km": [6, -6], "radius_km": 2}
    scenario = compiled(task)
    assert points_of(scenario) == points_of(compiled({"verb": "move", "at_km": [6, -6]}))
    assert arrival(scenario) < 2_500.0
    straight = compiled({**task, "route": "straight"})
    assert points_of(straight) == []
    assert arrival(straight) > 6_000.0


def test_who_holds_goes_somewhere_only_when_a_way_is_asked_for() -> None:
    task = {"verb": "hold", "at_km": [6, -6]}
    assert points_of(compiled(task)) == []
    assert arrival(compiled(task)) > 11_000.0
    assert arrival(compiled({**task, "route": "auto"})) < 400.0
    assert arrival(compiled({"verb": "hold", "route_km": [[-6, 8], [6, 8], [6, -6]]})) < 400.0


def test_an_escort_goes_round_to_where_the_escorted_group_starts() -> None:
    scenario = compiled({"verb": "escort", "escort": "ship"}, at_km=[6, -6])
    points = points_of(scenario)
    assert points[-1] == (-8e3, -8e3)
    assert max(y for _, y in points) > 6_000.0


def test_points_on_the_way_lead_to_the_task() -> None:
    scenario = compiled({"verb": "search", "at_km": [6, -6], "radius_km": 2, "route_km": [[-6, 8], [6, 8]]})
    assert points_of(scenario) == [(-6e3, 8e3), (6e3, 8e3), (6e3, -6e3)]
    assert arrival(scenario) < 2_500.0


def test_routes_do_not_depend_on_what_the_enemy_does() -> None:
    task = {"verb": "move", "at_km": [6, -6]}
    assert points_of(compiled(task)) == points_of(compiled(task, roe="hold"))


def test_roads_are_joined_cells_with_their_factor() -> None:
    terrain = {"kind": "flat", "surface": "forest"}
    roads = [{"line_km": [[-9, -9], [3, 5], [9, 5]]}, {"line_km": [[-5, 8], [-5, -8]], "speed_factor": 0.5}]
    ground = build_ground(Map.model_validate({**island_map(), "terrain": terrain, "roads": roads}))
    paved = ground.terrain.surface == int(Surface.ROAD)
    wheeled = ground.terrain.speed[int(Mobility.WHEELED)]
    assert set(np.unique(wheeled[paved]).tolist()) == {0.5, 1.0}
    assert set(np.unique(wheeled[~paved]).tolist()) == {np.float32(0.3)}
    from scipy.ndimage import label

    labels: Any = label(paved)
    assert labels[1] == 1  # side by side, not corner to corner


def test_bridges_carry_roads_and_let_boats_pass() -> None:
    for bridges in (False, True):
        roads = [{"line_km": [[-9, 0], [9, 0]], "bridges": bridges}]
        ground = build_ground(Map.model_validate(island_map(roads=roads)))
        at_sea = ground.surface_at(np.array([-5e3]), np.array([10.0]))[0] == int(Surface.ROAD)
        assert at_sea == bridges
        row, column = 50, 25
        assert ground.terrain.speed[int(Mobility.WATER), row, column] == 1.0
        assert ground.terrain.speed[int(Mobility.WHEELED), row, column] == float(bridges)


def test_the_road_graph_has_a_junction_where_roads_cross() -> None:
    roads = [Road(line_km=((-4.0, 0.0), (4.0, 0.0))), Road(line_km=((0.0, -3.0), (0.0, 3.0)), speed_factor=0.5)]
    graph = road_graph(roads)
    assert set(graph.nodes) == {(0.0, 0.0), (-4e3, 0.0), (4e3, 0.0), (0.0, -3e3), (0.0, 3e3)}
    assert graph.degree[(0.0, 0.0)] == 4
    assert graph.edges[(0.0, 0.0), (4e3, 0.0)]["time_m"] == pytest.approx(4_000.0)
    assert graph.edges[(0.0, 0.0), (0.0, 3e3)]["time_m"] == pytest.approx(6_000.0)
    assert len(road_graph([])) == 0


def test_a_route_takes_the_road(tmp_path: Path) -> None:
    speed = np.full((20, 20), 0.3, dtype=np.float32)
    speed[15, :] = 1.0
    points = find_route(field(speed), (50.0, 1_250.0), (1_950.0, 1_250.0))
    assert points is not None
    assert sum(1 for _, y in points if 1_500.0 <= y <= 1_600.0) >= 2
