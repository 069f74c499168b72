"""Mobility out of action: what flies falls and is lost, with what it carries; what drives or swims stops."""

from typing import Any

import numpy as np
import pytest

from scenarios.loader import compile_document
from scenarios.verification.document import all_seeing, document, group, platform
from simcore.params import UnitSpecW
from simcore.simulation import Simulation
from simcore.state import SideW, UnitR, UnitW
from simcore.types import EventKind, LossCause, Status

WINGS = {"speed_max_mps": 60, "speed_cruise_mps": 40, "height_m": 500, "turn_radius_m": 200}
CARDS: dict[str, dict[str, Any]] = {
    "plane": platform("air", hovers=False, **WINGS),
    "copter": platform("air", hovers=True, **WINGS),
    "balloon": platform("air", height_m=500),
    "truck": platform("land", speed_max_mps=20),
    "boat": platform("surface", speed_max_mps=20),
    "carrier": platform("air", hovers=True, host={"carries": 4}, **WINGS),
}


def world(card: str) -> Simulation:
    """Return a simulation in which ``u``, of one kind, loses its mobility at 100 s."""
    disable = {"at_s": 100, "kind": "disable", "who": ["u"], "parts": ["mobility"]}
    content = document(
        "falling",
        dt_s=1.0,
        n_ticks=300,
        half_width_km=200.0,
        groups=[
            group("u", "blue", card, (0.0, 0.0), task={"verb": "move", "at_km": [30, 0]}),
            group("w", "red", "balloon", (-199.0, -199.0)),
            *([aboard({"verb": "hold"})] if card == "carrier" else []),
        ],
        platforms=CARDS,
        time_keys={"plan_interval_s": 1.0},
        terrain={"kind": "flat", "surface": "water" if card == "boat" else "open"},
        cell_m=1000.0,
    )
    return Simulation(compile_document({**content, "injects": [disable]}).params)


def aboard(task: dict[str, Any]) -> dict[str, Any]:
    """Return a group of one copter on the host ``u``."""
    entry = group("v", "blue", "copter", (0, 0), host="u", aboard=True, task=task)
    del entry["at_km"]
    return entry


@pytest.mark.parametrize("card", ["plane", "copter"])
def test_an_aircraft_without_drive_falls_at_once(card: str) -> None:
    simulation = world(card)
    simulation.advance(100)
    assert simulation.state.units.whole[0, UnitW.STATUS, 0] == Status.ACTIVE
    before = simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0].copy()
    simulation.advance(1)
    assert simulation.state.units.whole[0, UnitW.STATUS, 0] == Status.LOST
    assert (simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0] == before).all()
    assert simulation.state.sides.whole[0, [SideW.LOSSES, SideW.CRASHES, SideW.KILLS], 0].tolist() == [1, 1, 0]
    assert simulation.state.sides.whole[0, SideW.KILLS, 1] == 0


@pytest.mark.parametrize("card", ["truck", "boat", "balloon"])
def test_what_needs_no_drive_to_stay_where_it_is_stands(card: str) -> None:
    simulation = world(card)
    simulation.advance(101)
    before = simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0].copy()
    simulation.advance(100)
    assert simulation.state.units.whole[0, UnitW.STATUS, 0] == Status.ACTIVE
    assert (simulation.state.units.real[0, [UnitR.X, UnitR.Y], 0] == before).all()


def test_what_a_falling_host_carries_is_lost_with_it() -> None:
    simulation = world("carrier")
    simulation.advance(101)
    blue = simulation.params.units.whole[UnitSpecW.SIDE] == 0
    assert (simulation.state.units.whole[0, UnitW.STATUS, blue] == Status.LOST).all()
    assert simulation.state.sides.whole[0, [SideW.LOSSES, SideW.CRASHES], 0].tolist() == [2, 2]


def test_an_aircraft_on_its_host_stays_aboard_until_it_can_fly_again() -> None:
    outage = {"at_s": 0, "kind": "disable", "who": ["v"], "parts": ["mobility"], "duration_s": 50}
    flight = aboard({"verb": "move", "at_km": [30, 0]})
    content = document(
        "aboard",
        dt_s=1.0,
        n_ticks=300,
        half_width_km=50.0,
        groups=[group("u", "blue", "base", (0.0, 0.0)), flight, group("w", "red", "balloon", (-49.0, -49.0))],
        platforms={**CARDS, "base": platform("land", host={"carries": 4})},
        time_keys={"plan_interval_s": 1.0},
    )
    simulation = Simulation(compile_document({**content, "injects": [outage]}).params)
    simulation.advance(50)
    assert simulation.state.units.whole[0, UnitW.STATUS, 1] == Status.ABOARD
    simulation.advance(2)
    assert simulation.state.units.whole[0, UnitW.STATUS, 1] == Status.ACTIVE


def test_who_shoots_the_drive_of_an_aircraft_has_shot_it_down() -> None:
    n = 4000
    gun = {
        "domains": ["air"],
        "range_max_km": 5,
        "reload_s": 1000,
        "p_hit": 1.0,
        "p_kill": 0.0,
        "p_component": 1.0,
        "damage": 0.1,
        "needs_sight": False,
        "contact_age_max_s": None,
    }
    content = document(
        "shot-down",
        dt_s=1.0,
        n_ticks=3,
        half_width_km=10.0,
        groups=[group("u", "blue", "copter", (1.0, 0.0)), group("w", "red", "battery", (0.0, 0.0))],
        platforms={
            **CARDS,
            "battery": platform("land", sensors=["eye"], weapons=[{"weapon": "gun", "rounds": 1}]),
        },
        sensors={"eye": all_seeing(20.0, 1.0)},
        weapons={"gun": gun},
    )
    simulation = Simulation(compile_document(content).params, replications=range(n), record_events=True)
    simulation.advance(3)
    hit = simulation.state.sides.whole[:, SideW.HITS, 1] == 1
    lost = simulation.state.units.whole[:, UnitW.STATUS, 0] == Status.LOST
    assert hit.all()
    # one of four parts is hit, each equally likely
    assert lost.mean() == pytest.approx(0.25, abs=4.0 * np.sqrt(0.25 * 0.75 / n))
    assert (simulation.state.sides.whole[:, SideW.KILLS, 1] == lost).all()
    assert (simulation.state.sides.whole[:, SideW.LOSSES, 0] == lost).all()
    assert (simulation.state.sides.whole[:, SideW.CRASHES, 0] == 0).all(), "crashes are losses without enemy fire"
    assert (simulation.state.units.whole[lost, UnitW.LOSS_CAUSE, 0] == LossCause.FIRE).all(), (
        "shot down, say the measures"
    )
    rows = simulation.events()
    fallen = rows[rows["kind"] == EventKind.LOSS]
    assert len(fallen) == lost.sum()
    assert {(int(row["unit"]), int(row["other"]), int(row["a"])) for row in fallen} == {(0, 1, int(LossCause.CRASH))}
