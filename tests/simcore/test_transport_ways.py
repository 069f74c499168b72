"""Transports of casualties go round impassable ground, as groups do, and do not go where no ground leads."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from simcore.care import FacilityW, TransportSpecW, TransportStage, TransportW
from simcore.medical import PersonR, Stage
from simcore.simulation import Simulation
from simcore.state import UnitR
from tests.simcore.care_worlds import Document, ambulances, group, hurt, people_of, stage_of, unit, world
from tests.simcore.small_worlds import compile_world, same_state, start

LAKE = [[2, -30], [4, -30], [4, 4], [2, 4]]
"""A lake from the southern edge of the map between a scene in the east and an aid post in the west."""


def lakeside(*more: Document, water: Any = (LAKE,), **keys: Any) -> Document:
    """Return a squad east of a lake; an ambulance and an aid post are west of it."""
    content = world(
        [
            group("squad", "squad", 6),
            ambulances("ambulance", 0, **keys.pop("task", {})),
            group("aid", "aid-post", 0, -0.5),
            *more,
        ],
        **keys,
    )
    content["map"]["cell_m"] = 500
    features = [{"kind": "lake", "polygon_km": outline} for outline in water]
    content["map"]["terrain"] = {"kind": "flat", "features": features}
    return content


def played(content: Document, ticks: int, n_hurt: int = 1, **keys: Any) -> Simulation:
    """Return the simulation after one of the squad, or more, is hurt."""
    simulation = start(content, **keys)
    hurt(simulation, people_of(content, "squad")[:n_hurt])
    simulation.advance(ticks)
    return simulation


def test_an_ambulance_goes_round_a_lake_and_back_with_its_casualty() -> None:
    content = lakeside()
    simulation = played(content, 1)
    (p,) = people_of(content, "squad")[:1]
    x, y = simulation.state.units.real[0, UnitR.X], simulation.state.units.real[0, UnitR.Y]
    i = unit(content, "ambulance")
    northernmost = 0.0
    for _ in range(800):
        simulation.advance(1)
        northernmost = max(northernmost, float(y[i]))
        assert not (2_000.0 < x[i] < 4_000.0 and y[i] < 4_000.0)
    assert northernmost > 4_000.0
    real = simulation.state.people.real[0]
    assert real[PersonR.ROLE1_S, p] > 0.0
    # twice the way round the north end, past the corners of the lake, and 2 minutes to load and 1 to unload
    corners = [(0.0, 0.0), (1_750.0, 4_250.0), (4_250.0, 4_250.0), (6_000.0, 0.0)]
    one_way_m = sum(math.dist(a, b) for a, b in itertools.pairwise(corners))
    least_s = (2 * one_way_m - 1_500.0) / 10.0 + 180.0
    assert least_s < real[PersonR.ROLE1_S, p] < 1.15 * least_s + 120.0


def test_with_its_task_straight_it_stands_at_the_shore_as_groups_do() -> None:
    content = lakeside(task={"route": "straight"})
    simulation = played(content, 400)
    x = simulation.state.units.real[0, UnitR.X, unit(content, "ambulance")]
    assert x < 2_000.0
    assert stage_of(simulation, people_of(content, "squad")[0]) == Stage.SCENE
    assert (compile_world(content).params.medical.transports.whole[TransportSpecW.IS_ROUTED] == 0).all()


def test_nobody_goes_for_a_casualty_on_an_island() -> None:
    ring = [[[4, -3], [8, -3], [8, -2], [4, -2]], [[4, 2], [8, 2], [8, 3], [4, 3]], [[3, -3], [4, -3], [4, 3], [3, 3]]]
    ring.append([[8, -3], [9, -3], [9, 3], [8, 3]])
    content = lakeside(water=ring)
    simulation = played(content, 300)
    i = unit(content, "ambulance")
    assert abs(simulation.state.units.real[0, UnitR.X, i]) < 10.0  # where it began
    assert simulation.state.transports.whole[0, TransportW.TRIPS, 0] == 0


def test_a_facility_across_the_water_is_passed_over_for_one_that_can_be_reached() -> None:
    content = lakeside(group("near", "aid-post", 1.5, -2.0), group("far", "aid-post", 14.0))
    content["map"]["terrain"]["features"][0]["polygon_km"] = [[2, -30], [4, -30], [4, 30], [2, 30]]
    content["groups"][2] = ambulances("ambulance", 8)
    simulation = played(content, 600)
    arrived = simulation.state.facilities.whole[0, FacilityW.ARRIVED]
    units = [compile_world(content).roster.units[k] for k in compile_world(content).params.medical.facilities.whole[0]]
    assert dict(zip(units, arrived.tolist(), strict=True)) == {"aid": 0, "far": 1, "near": 0}


def test_an_order_to_go_where_no_ground_leads_is_not_carried_out() -> None:
    content = lakeside(
        group("near", "aid-post", 1.5, -2.0), group("far", "aid-post", 14.0), group("west", "squad", 0, 6)
    )
    content["map"]["terrain"]["features"][0]["polygon_km"] = [[2, -30], [4, -30], [4, 30], [2, 30]]
    content["groups"][2] = ambulances("ambulance", 8)
    names = [compile_world(content).roster.units[k] for k in compile_world(content).params.medical.facilities.whole[0]]
    simulation = start(content)
    (east, *_), (west, *_) = people_of(content, "squad"), people_of(content, "west")
    hurt(simulation, [east, west])
    whole = simulation.state.transports.whole[0]
    whole[TransportW.IS_ORDERED, 0], whole[TransportW.ORDER_FACILITY, 0] = 1, names.index("near")
    whole[TransportW.ORDER_PERSON, 0] = west
    simulation.advance(30)
    assert whole[TransportW.STAGE, 0] == TransportStage.IDLE
    whole[TransportW.ORDER_PERSON, 0] = east
    simulation.advance(570)
    assert simulation.state.facilities.whole[0, FacilityW.ARRIVED, names.index("far")] == 1


def test_validation_warns_of_a_facility_that_no_transport_can_reach() -> None:
    content = lakeside()
    content["map"]["terrain"]["features"][0]["polygon_km"] = [[2, -30], [4, -30], [4, 30], [2, 30]]
    assert not [text for text in compile_world(content).warnings if "can reach" in text]
    content["groups"][2] = ambulances("ambulance", 8)
    (warning,) = [text for text in compile_world(content).warnings if "can reach" in text]
    assert "groups.aid.at_km: no transport of its side can reach 'aid'" in warning
    content["groups"].append({**ambulances("dustoff", 8, "helicopter")})
    content["catalogue"]["platforms"]["helicopter"] = {
        "domain": "air", "target_class": "aircraft", "speed_max_mps": 60, "height_m": 100, "endurance_h": 3,
        "people": {"crew": 2}, "evacuation": {"litters": 1},
    }  # fmt: skip
    assert not [text for text in compile_world(content).warnings if "can reach" in text]


@pytest.mark.parametrize("threads", [1, 2])
def test_ways_have_the_same_bits_in_any_chunks_and_threads(threads: int) -> None:
    content = lakeside()
    whole = played(content, 700, n_hurt=5, replications=range(3))
    parts = played(content, 9, n_hurt=5, replications=range(3), threads=threads)
    for ticks in (50, 300, 341):
        parts.advance(ticks)
    assert same_state(whole, parts)
    assert np.ptp(whole.state.people.real[:, PersonR.ROLE1_S]) > 0.0
