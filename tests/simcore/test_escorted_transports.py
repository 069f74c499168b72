"""Escorts go with the transports that are on a trip, and transports wait for them as long as the scenario says."""

from typing import Any

import numpy as np
import pytest

from simcore.care import TransportStage, TransportW
from simcore.simulation import Simulation
from simcore.state import UnitR
from tests.simcore.care_worlds import PLATFORMS, Document, ambulances, group, hurt, people_of, unit, world
from tests.simcore.small_worlds import start

GUARD: Document = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 15, "radio": {"range_km": 500}}


def patrol(wait_min: float, guard_km: float = -6.0, n_ambulances: int = 2, **keys: Any) -> Document:
    """Return ambulances at an aid post, whose escort stands away from them."""
    return world(
        [
            group("squad", "squad", 8),
            ambulances("ambulance", 0, count=n_ambulances),
            group("aid", "aid-post", 0, 0.5),
            group("guard", "guard", guard_km, task={"verb": "escort", "escort": "ambulance"}, **keys),
        ],
        platforms={"guard": GUARD, "ambulance": PLATFORMS["ambulance"]},
        medical={"evacuation": {"escort_wait_min": wait_min}},
    )


def away_m(simulation: Simulation, content: Document, one: str, other: str) -> float:
    """Return the distance of two units [m]."""
    x, y = simulation.state.units.real[0, [UnitR.X, UnitR.Y]]
    i, j = unit(content, one), unit(content, other)
    return float(np.hypot(x[i] - x[j], y[i] - y[j]))


def test_the_escort_goes_with_the_ambulance_on_a_trip_and_not_with_the_first_of_its_group() -> None:
    content = patrol(0.0, guard_km=0.0)
    simulation = start(content)
    simulation.advance(60)
    hurt(simulation, people_of(content, "squad")[0])
    simulation.advance(60)
    stage = simulation.state.transports.whole[0, TransportW.STAGE]
    (gone,) = np.flatnonzero(stage != TransportStage.IDLE)
    assert away_m(simulation, content, f"ambulance-{gone + 1}", "guard") < 300.0
    assert away_m(simulation, content, f"ambulance-{2 - gone}", "guard") > 3_000.0


@pytest.mark.parametrize(("wait_min", "leaves_s"), [(0.0, 30.0), (5.0, 300.0)])
def test_an_ambulance_waits_for_its_escort_no_longer_than_told(wait_min: float, leaves_s: float) -> None:
    content = patrol(wait_min, guard_km=-12.0)  # more than 10 minutes away
    simulation = start(content)
    hurt(simulation, people_of(content, "squad")[0])
    x = simulation.state.units.real[0, UnitR.X]
    first = None
    for _ in range(80):
        simulation.advance(1)
        if first is None and max(x[unit(content, f"ambulance-{k}")] for k in (1, 2)) > 100.0:
            first = simulation.time_s
    assert first is not None
    assert leaves_s <= first <= leaves_s + 120.0  # reports and decisions are at intervals of half a minute


def test_an_ambulance_leaves_as_soon_as_its_escort_is_there() -> None:
    content = patrol(60.0)  # six kilometres at 15 m/s: 7 minutes until it is within a kilometre
    simulation = start(content)
    hurt(simulation, people_of(content, "squad")[0])
    simulation.advance(30)
    assert (simulation.state.transports.whole[0, TransportW.STAGE] == TransportStage.TO_SCENE).sum() == 1
    simulation.advance(60)
    gone = int(np.argmax(simulation.state.transports.whole[0, TransportW.STAGE]))
    assert simulation.state.units.real[0, UnitR.X, unit(content, f"ambulance-{gone + 1}")] > 1_000.0
    assert away_m(simulation, content, f"ambulance-{gone + 1}", "guard") < 1_100.0


def test_without_units_that_escort_it_an_ambulance_does_not_wait() -> None:
    content = patrol(60.0)
    content["groups"] = [one for one in content["groups"] if one["name"] != "guard"]
    simulation = start(content)
    hurt(simulation, people_of(content, "squad")[0])
    simulation.advance(60)
    assert simulation.state.units.real[0, UnitR.X].max() < 29_000.0
    gone = int(np.argmax(simulation.state.transports.whole[0, TransportW.STAGE]))
    assert simulation.state.units.real[0, UnitR.X, unit(content, f"ambulance-{gone + 1}")] > 3_000.0


def test_two_escorts_go_with_two_ambulances() -> None:
    content = patrol(0.0, guard_km=0.0)
    content["groups"][-1 if content["groups"][-1]["name"] == "guard" else -2]["units"][0]["count"] = 2
    content["groups"].append(group("other", "squad", -8))
    simulation = start(content)
    hurt(simulation, [people_of(content, "squad")[0], people_of(content, "other")[0]])
    simulation.advance(60)
    assert (simulation.state.transports.whole[0, TransportW.STAGE] != TransportStage.IDLE).all()
    for k in (1, 2):
        assert min(away_m(simulation, content, f"ambulance-{k}", f"guard-{e}") for e in (1, 2)) < 300.0
