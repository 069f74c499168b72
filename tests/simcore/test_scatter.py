"""What is scattered starts where it can be: boats on water, vehicles on land, mines where they meet somebody."""

from typing import Any

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document
from scenarios.verification.document import document, group, platform
from simcore.errors import ScenarioError
from simcore.params import UnitSpecR, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import MineR, UnitR
from simcore.types import F64, Status

HALF_SEA = {"kind": "flat", "features": [{"kind": "lake", "polygon_km": [[-40, -40], [0, -40], [0, 40], [-40, 40]]}]}
PLATFORMS = {
    "boat": platform("surface", speed_max_mps=10),
    "truck": platform("land", speed_max_mps=10),
    "post": platform("land"),
    "drone": platform("air", speed_max_mps=10),
    "ferry": platform("surface", speed_max_mps=10, host={"carries": 60}),
}


def world(groups: list[dict[str, Any]], terrain: dict[str, Any] = HALF_SEA, **keys: Any) -> Compiled:
    """Return a compiled scenario with the sea west of the middle; cells of 250 m."""
    content = document(
        "scatter",
        dt_s=5.0,
        n_ticks=10,
        half_width_km=40.0,
        groups=[*groups, group("far", "red", "drone", (39, 39))],
        platforms=PLATFORMS,
        terrain=terrain,
        cell_m=250.0,
    )
    return compile_document({**content, **keys})


def places(compiled: Compiled, n: int = 20, **keys: Any) -> tuple[F64, F64]:
    """Return east and north [m] of all units of blue (n, units)."""
    simulation = Simulation(compiled.params, replications=range(n), **keys)
    blue = compiled.params.units.whole[UnitSpecW.SIDE] == 0
    return simulation.state.units.real[:, UnitR.X][:, blue], simulation.state.units.real[:, UnitR.Y][:, blue]


@pytest.mark.parametrize("area", [{"scatter_km": [5, 5]}, {"scatter_radius_km": 5}])
@pytest.mark.parametrize(("card", "east_km", "sign"), [("boat", -1, -1.0), ("truck", 1, 1.0), ("post", 1, 1.0)])
@pytest.mark.parametrize("reserve", [False, True])
def test_units_start_where_they_can_be(
    area: dict[str, Any], card: str, east_km: float, sign: float, *, reserve: bool
) -> None:
    compiled = world([group("u", "blue", card, (east_km, 0), 40, reserve=reserve, **area)])
    x, y = places(compiled)
    assert (x * sign > 0.0).all()
    assert (compiled.params.units.whole[UnitSpecW.STATUS0] == Status.RESERVE).any() == reserve
    if "scatter_km" in area:
        inland_m = np.abs(x)
        # evenly over a strip of 6 km by 10 km: means at 3 km and 0
        assert inland_m.max() <= 6000.0
        for values, mean, width in ((inland_m, 3000.0, 6000.0), (y, 0.0, 10_000.0)):
            assert values.mean() == pytest.approx(mean, abs=4.0 * width / np.sqrt(12.0 * values.size))
    else:
        assert np.hypot(x - 1e3 * east_km, y).max() <= 5000.0


def test_a_point_ashore_will_do_when_there_is_water_in_the_area() -> None:
    compiled = world([group("u", "blue", "boat", (1, 0), 20, scatter_radius_km=2)])
    x, y = places(compiled)
    assert (x < 0.0).all()
    assert np.hypot(x - 1000.0, y).max() <= 2000.0
    home = compiled.params.units.real[UnitSpecR.HOME_X][compiled.params.units.whole[UnitSpecW.SIDE] == 0]
    assert (home == -125.0).all(), "the nearest cell of water to the point of the group"


def test_a_sliver_of_water_is_found_however_small_it_is() -> None:
    pond = {"kind": "flat", "features": [{"kind": "lake", "circle": {"centre_km": [3.1, 3.1], "radius_km": 0.13}}]}
    compiled = world([group("u", "blue", "boat", (0, 0), 3, scatter_km=[30, 30])], pond)
    x, y = places(compiled, 50)
    assert compiled.ground.surface_at(x.ravel(), y.ravel()).max() == 0


def test_aircraft_may_start_anywhere() -> None:
    x, _ = places(world([group("u", "blue", "drone", (0, 0), 40, scatter_km=[5, 5])]))
    assert (x < 0.0).mean() == pytest.approx(0.5, abs=4.0 * np.sqrt(0.25 / x.size))


def test_what_is_scattered_over_the_edge_is_drawn_from_the_map_and_does_not_gather_at_the_edge() -> None:
    x, _ = places(world([group("u", "blue", "truck", (39, 0), 40, scatter_km=[5, 5])]))
    assert x.max() < 40_000.0
    assert x.mean() == pytest.approx(37_000.0, abs=4.0 * 6000.0 / np.sqrt(12.0 * x.size))


@pytest.mark.parametrize(
    ("card", "at_km", "area", "words"),
    [
        ("boat", (20, 0), {"scatter_km": [5, 5]}, "where all is land; the nearest water is [-0.125"),
        ("truck", (-20, 0), {"scatter_radius_km": 5}, "where all is water; the nearest land is [0.125"),
        ("truck", (-20, 0), {}, "stands on water; the nearest land is [0.125"),
        ("boat", (1, 0), {"scatter_radius_km": 0.5}, "where all is land; the nearest water is"),
    ],
)
def test_an_area_without_a_place_is_an_error(
    card: str, at_km: tuple[float, float], area: dict[str, Any], words: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        world([group("u", "blue", card, at_km, 3, **area)])
    assert "groups.u.at_km: " in str(error.value)
    assert words in str(error.value)


def test_cargo_starts_with_its_host_also_when_that_is_scattered() -> None:
    cargo = group("c", "blue", "truck", (0, 0), 2, host="h", aboard=True)
    del cargo["at_km"]
    x, y = places(world([group("h", "blue", "ferry", (-1, 0), 1, scatter_km=[5, 5]), cargo]))
    assert (x == x[:, :1]).all()
    assert (y == y[:, :1]).all()
    assert (x < 0.0).all()


def test_a_start_depends_on_seed_replication_and_unit_alone() -> None:
    groups = [group("u", "blue", "boat", (-1, 0), 5, scatter_km=[5, 5])]
    alone = Simulation(world(groups).params, seed=3, replications=[7])
    more = [group("a", "blue", "boat", (-1, 0), 5, scatter_km=[5, 5]), *groups]
    among = Simulation(world(more).params, seed=3, replications=[2, 7])
    mine, theirs, others = (
        {*map(tuple, simulation.state.units.real[row, [UnitR.X, UnitR.Y]].T.tolist())}
        for simulation, row in ((alone, 0), (among, 1), (among, 0))
    )
    assert mine <= theirs
    assert len(mine & others) == 1, "the bystander alone, who is not scattered"


@pytest.mark.parametrize(("domains", "sign"), [(["surface", "subsurface"], -1.0), (["land"], 1.0)])
def test_mines_lie_where_they_meet_somebody(domains: list[str], sign: float) -> None:
    belt = {
        "name": "belt",
        "rectangle": {"west_km": -3, "east_km": 3, "south_km": -3, "north_km": 3},
        "count": 200,
        "domains": domains,
        "actuation_m": 20,
    }
    compiled = world([group("u", "blue", "drone", (0, 0))], minefields=[belt])
    x = Simulation(compiled.params, replications=range(20)).state.mines.real[:, MineR.X]
    assert (x * sign > 0.0).all()
    assert np.abs(x).mean() == pytest.approx(1500.0, abs=4.0 * 3000.0 / np.sqrt(12.0 * x.size))


def test_a_minefield_is_judged_by_its_shape_and_not_by_its_box() -> None:
    wedge = {"name": "wedge", "polygon_km": [[1, 9], [9, -9], [9, 9]], "count": 5, "domains": ["surface"]}
    pond = {"kind": "lake", "circle": {"centre_km": [2, -8], "radius_km": 1}}
    with pytest.raises(ScenarioError, match=r"minefields\.wedge: .* no water to lie in; the nearest water is \["):
        world(
            [group("u", "blue", "drone", (0, 0))],
            {"kind": "flat", "features": [pond]},
            minefields=[{**wedge, "actuation_m": 20}],
        )


def test_a_minefield_without_a_place_for_its_mines_is_an_error() -> None:
    belt = {
        "name": "belt",
        "rectangle": {"west_km": 10, "east_km": 13, "south_km": -3, "north_km": 3},
        "count": 20,
        "domains": ["surface"],
        "actuation_m": 20,
    }
    with pytest.raises(ScenarioError, match=r"minefields\.belt: .* no water to lie in; the nearest water is \[-0\.125"):
        world([group("u", "blue", "drone", (0, 0))], minefields=[belt])
