"""Strides of many units at a time are the same bits as the movement of each unit alone.

A unit whose raster cell is not known moves alone (``movement.move_alone``). So two copies of a random state, one with
the cells and one without, must agree after a tick: the first moves many units at a time.
"""

from typing import Any

import numpy as np
import pytest

from simcore.params import RuleR, UnitSpecR, UnitSpecW
from simcore.simulation import Simulation, copy_state
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Damage, Mobility, Status
from tests.simcore.small_worlds import CATALOGUE, Document, bits, document, start

WORLDS = 48
DT_S = 5.0
MOVED_R = (UnitR.X, UnitR.Y, UnitR.HX, UnitR.HY, UnitR.VX, UnitR.VY, UnitR.ENDURANCE_S, UnitR.GROUND_FACTOR)
MOVED_W = (UnitW.STATUS, UnitW.CELL, UnitW.PLAN_TICK, UnitW.LOSS_CAUSE)


def _armada(sea_state: int | None) -> Document:
    """Return a world of 65 units that see and shoot nothing, on land and on water."""
    platforms = {
        name: {key: value for key, value in CATALOGUE["platforms"][name].items() if key not in ("sensors", "weapons")}
        for name in ("post", "robot", "ship", "drone")
    }
    platforms["robot"]["turn_radius_m"] = 40
    platforms["ship"]["seakeeping"] = {"full_speed_sea_state": 2, "stop_sea_state": 6}
    counts = {"post": 5, "robot": 24, "ship": 18, "drone": 18}
    sides = {"post": "blue", "robot": "blue", "ship": "red", "drone": "red"}
    groups = [
        {"name": f"{sides[name]}-{name}", "side": sides[name], "at_km": [0, 4 if sides[name] == "blue" else -6]}
        | {"units": [{"platform": name, "count": count}]}
        for name, count in counts.items()
    ]
    more: dict[str, Any] = {} if sea_state is None else {"environment": {"sea_state": sea_state}}
    return document(groups, catalogue={"platforms": platforms}, rules={"stop_on_annihilation": False}, **more)


def _scatter(simulation: Simulation, rng: np.random.Generator) -> None:
    """Put the units into random places and states, with goals from nowhere near to right here."""
    params, units = simulation.params, simulation.state.units
    real, whole = units.real, units.whole
    shape = real[:, 0].shape
    west, east, south, north = (params.rules_real[row] for row in (RuleR.WEST, RuleR.EAST, RuleR.SOUTH, RuleR.NORTH))
    real[:, UnitR.X], real[:, UnitR.Y] = rng.uniform(west, east, shape), rng.uniform(south, north, shape)
    angle = rng.uniform(0.0, 2.0 * np.pi, shape)
    real[:, UnitR.HX], real[:, UnitR.HY] = np.cos(angle), np.sin(angle)
    away = rng.choice([0.0, 3.0, 60.0, 400.0, 9000.0], shape) * rng.uniform(0.1, 1.0, shape)
    bearing = np.where(rng.random(shape) < 0.3, angle, rng.uniform(0.0, 2.0 * np.pi, shape))
    real[:, UnitR.GOAL_X] = real[:, UnitR.X] + away * np.cos(bearing)
    real[:, UnitR.GOAL_Y] = real[:, UnitR.Y] + away * np.sin(bearing)
    top = params.units.real[UnitSpecR.SPEED_MAX]
    real[:, UnitR.GOAL_SPEED] = top * rng.choice([0.0, 0.4, 1.0, 2.0], shape)
    real[:, UnitR.ENDURANCE_S] = rng.choice([0.0, 1.0, DT_S, 40.0, 900.0], shape, p=[0.1, 0.05, 0.05, 0.1, 0.7])
    whole[:, UnitW.STATUS] = rng.choice([Status.ACTIVE, Status.LOST, Status.RESERVE], shape, p=[0.8, 0.1, 0.1])
    whole[:, UnitW.DAMAGE] = rng.choice([0, Damage.MOBILITY, Damage.SENSOR], shape, p=[0.85, 0.1, 0.05])
    whole[:, UnitW.PLAN_TICK] = 1000
    speed = params.terrain.speed
    _, rows, columns = speed.shape
    cell_m = params.rules_real[RuleR.RASTER_CELL_M]
    column = np.floor((real[:, UnitR.X] - params.rules_real[RuleR.RASTER_WEST]) / cell_m).astype(int)
    row = np.floor((real[:, UnitR.Y] - params.rules_real[RuleR.RASTER_SOUTH]) / cell_m).astype(int)
    row, column = row.clip(0, rows - 1), column.clip(0, columns - 1)
    whole[:, UnitW.CELL] = row * columns + column
    real[:, UnitR.GROUND_FACTOR] = speed[params.units.whole[UnitSpecW.MOBILITY], row, column]


@pytest.mark.parametrize("sea_state", [None, 4])
def test_units_that_move_together_move_as_each_does_alone(sea_state: int | None) -> None:
    together = start(_armada(sea_state), seed=3, replications=range(WORLDS))
    rng = np.random.default_rng(7)
    _scatter(together, rng)
    before = together.state.units.real.copy()
    alone = Simulation(
        together.params, seed=3, replications=range(WORLDS), state=copy_state(together.state, np.arange(WORLDS))
    )
    alone.state.units.whole[:, UnitW.CELL] = NONE
    old_cell = together.state.units.whole[:, UnitW.CELL].copy()
    together.advance(1)
    alone.advance(1)
    mine, theirs = together.state.units, alone.state.units
    is_active = mine.whole[:, UnitW.STATUS] == Status.ACTIVE
    for row in MOVED_R:
        assert bits(mine.real[:, row]) == bits(theirs.real[:, row]), row.name
    was_here = is_active & (mine.whole[:, UnitW.CELL] >= 0) & (theirs.whole[:, UnitW.CELL] >= 0)
    for row in MOVED_W:
        assert (mine.whole[:, row] == theirs.whole[:, row])[was_here | (row != UnitW.CELL)].all(), row.name
    # the height changes on entering a cell; a unit that moves alone here has entered its first as well
    entered = was_here & (mine.whole[:, UnitW.CELL] != old_cell)
    assert (mine.real[:, UnitR.Z] == theirs.real[:, UnitR.Z])[entered].all()
    moved = (mine.real[:, UnitR.X] != before[:, UnitR.X]) & is_active
    there = moved & (mine.real[:, UnitR.X] == before[:, UnitR.GOAL_X])
    mobility = together.params.units.whole[UnitSpecW.MOBILITY]
    # every kind of stride occurs: usual, into another cell, to the goal, and none
    assert moved.sum() > 500
    assert entered.sum() > 20
    assert there.sum() > 20
    assert (is_active & ~moved & (mobility != Mobility.FIXED)).sum() > 100
