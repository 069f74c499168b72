"""Radars on and off by order: over a live link only, beside the task, known to the own side only."""

from typing import Any

import numpy as np
import pytest

from simcore.orders import empty_orders
from simcore.picture import OwnW
from simcore.simulation import Simulation
from simcore.state import ContactR, ContactW, GroupW, UnitR, UnitW
from simcore.types import Emcon, EventKind, Level, Roe, Status, Task
from tests.simcore.small_worlds import Document, bits, compile_world, document, start

EVERYWHERE = np.ones(1, dtype=bool)
GROUPS = ("blue-guide", "blue-post", "red-ears", "red-post")


def world(**keys: Any) -> Document:
    """Return a radar ship on patrol off its command post, and a receiver that hears it."""
    content = document(
        [
            {"name": "blue-post", "side": "blue", "at_km": [-9, 4], "units": [{"platform": "post"}]},
            {
                "name": "blue-guide",
                "side": "blue",
                "at_km": [-7, -6],
                "units": [{"platform": "guide"}],
                "task": {"verb": "search", "at_km": [-6, -7], "radius_km": 3},
                **keys,
            },
            {"name": "red-post", "side": "red", "at_km": [9, 4], "units": [{"platform": "post"}]},
            {"name": "red-ears", "side": "red", "at_km": [5, -6], "units": [{"platform": "ears"}]},
        ]
    )
    sensors = content["catalogue"]["sensors"]
    sensors["ear"] = {"model": "esm", "range_km": 24, "interval_s": 5, "p_detect": 1.0, "range_factor": 1.5}
    platforms = content["catalogue"]["platforms"]
    platforms["guide"] = {**platforms["ship"], "sensors": ["radar"], "weapons": [], "radio": {"range_km": 24}}
    platforms["guide"]["height_m"] = 40
    platforms["ears"] = {**platforms["guide"], "sensors": ["ear"]}
    content["rules"] = {"contact_refresh_s": 0.0, "stop_on_annihilation": False}
    return content


def index(name: str) -> int:
    return compile_world(world()).roster.units.index(name)


def silence(simulation: Simulation, emcon: Emcon = Emcon.SILENT) -> None:
    group = compile_world(world()).roster.groups.index("blue-guide")
    simulation.orders.control_emissions(np.ones(simulation.n_replications, dtype=bool), group, emcon)


def heard_at(simulation: Simulation) -> int:
    """Return the tick at which red last heard the guide."""
    n = len(compile_world(world()).roster.units)
    return int(simulation.state.contacts.whole[0, ContactW.TICK, n + index("blue-guide")])


def test_an_order_switches_radars_off_and_on_again_and_the_task_goes_on() -> None:
    simulation = start(world(), seed=3, record_events=True)
    plain = start(world(), seed=3)
    for other in (simulation, plain):
        other.advance(20)
    assert heard_at(simulation) == 19
    silence(simulation)
    simulation.advance(20)
    plain.advance(20)
    guide = index("blue-guide")
    assert simulation.state.units.whole[0, UnitW.EMCON, guide] == Emcon.SILENT
    assert heard_at(simulation) < 30
    for block in ("real", "whole"):  # where it goes, and at which leg, is as if nothing had been said
        mine, its = getattr(simulation.state.units, block)[0], getattr(plain.state.units, block)[0]
        columns = (
            (UnitR.X, UnitR.Y, UnitR.GOAL_X, UnitR.GOAL_Y)
            if block == "real"
            else (UnitW.TASK, UnitW.LEG, UnitW.ORDER_SERIAL)
        )
        assert (mine[list(columns), guide] == its[list(columns), guide]).all()
    silence(simulation, Emcon.RADIATE)
    simulation.advance(20)
    assert heard_at(simulation) > 50
    rows = simulation.events()
    assert rows[rows["kind"] == EventKind.EMCON]["a"].tolist() == [Emcon.SILENT, Emcon.RADIATE]
    assert (rows["kind"] == EventKind.ORDER).sum() == 0


def test_an_order_does_not_reach_a_unit_that_is_cut_off() -> None:
    content = world()
    content["catalogue"]["platforms"]["guide"]["radio"] = {"range_km": 1}
    simulation = start({**content, "name": "cut-off"}, seed=3)
    simulation.advance(20)
    silence(simulation)
    simulation.advance(20)
    assert heard_at(simulation) == 39


def test_an_order_of_silence_is_the_silence_of_the_scenario_file() -> None:
    """From the time at which the order is taken up, the looks are those of a group that starts silent."""
    ordered, silent = start(world(), seed=4), start(world(emcon="silent"), seed=4)
    silence(ordered)
    for simulation in (ordered, silent):
        simulation.advance(100)
    pairs = zip(ordered.state.contacts, silent.state.contacts, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert (silent.state.contacts.whole[0, ContactW.LEVEL] == Level.NONE).all()


def test_the_picture_tells_the_own_side_what_was_last_reported() -> None:
    simulation = start(world(), seed=3)
    blue = [name for name in compile_world(world()).roster.units if name.startswith("blue")]
    silence(simulation)
    simulation.advance(30)
    shown = simulation.picture(0).own_whole[0, OwnW.EMCON]
    assert dict(zip(blue, shown, strict=True)) == {"blue-guide": Emcon.SILENT, "blue-post": Emcon.RADIATE}
    assert simulation.picture(1).own_whole[0, OwnW.EMCON].tolist() == [Emcon.RADIATE] * 2


def test_silence_that_the_enemy_cannot_hear_does_not_show() -> None:
    content = world()
    content["catalogue"]["platforms"]["ears"]["sensors"] = []
    pictures = []
    for emcon in (Emcon.NO_CHANGE, Emcon.SILENT):
        simulation = start({**content, "name": "deaf"}, seed=3)
        simulation.advance(10)
        silence(simulation, emcon)
        simulation.advance(40)
        picture = simulation.picture(1)
        pictures.append([bits(getattr(picture, name)) for name in picture._fields if name not in ("side",)])
    assert pictures[0] == pictures[1]


@pytest.mark.small
def test_orders_say_nothing_about_radars_unless_asked_to() -> None:
    orders = empty_orders(1, len(GROUPS))
    orders.issue(EVERYWHERE, 2, Task.MOVE, 0.0, 0.0, roe=Roe.HOLD)
    orders.control_emissions(EVERYWHERE, 1, Emcon.SILENT)
    assert orders.given(0).tolist() == [1, 2]
    orders.clear()
    assert orders.given(0).size == 0


@pytest.mark.small
def test_the_group_keeps_its_order_about_radars_apart_from_its_task() -> None:
    simulation = start(world(), seed=3)
    silence(simulation)
    simulation.advance(2)
    group = compile_world(world()).roster.groups.index("blue-guide")
    assert simulation.state.groups.whole[0, [GroupW.SERIAL, GroupW.EMCON], group].tolist() == [0, Emcon.SILENT]
    assert simulation.state.units.whole[0, UnitW.STATUS, index("blue-guide")] == Status.ACTIVE
    assert np.isfinite(simulation.state.contacts.real[0, ContactR.X]).all()
