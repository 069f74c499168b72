"""Evacuation: transports fetch casualties, in the order of need, and bring them to facilities past what happens."""

from typing import Any

import numpy as np
import pytest

from simcore.care import FacilityW, TransportStage, TransportW
from simcore.medical import Health, MedicalUnitSpecW, PersonR, PersonW, Stage
from simcore.simulation import Simulation
from simcore.state import UnitR, UnitW
from simcore.types import NONE, Status
from tests.simcore.care_worlds import (
    Document,
    ambulances,
    group,
    hurt,
    people_of,
    place_of,
    stage_of,
    unit,
    world,
)
from tests.simcore.small_worlds import compile_world, same_state, start

INTERVAL_S = 30.0


def arrivals(simulation: Simulation, content: Document, name: str) -> int:
    """Return the number of arrivals at the facility of a unit."""
    f = compile_world(content).params.medical.units.whole[MedicalUnitSpecW.FACILITY, unit(content, name)]
    return int(simulation.state.facilities.whole[0, FacilityW.ARRIVED, f])


def chain(**keys: Any) -> Document:
    """Return a squad 5 km from an aid post, with an ambulance there, and a hospital 20 km behind."""
    return world(
        [
            group("squad", "squad", 5),
            ambulances("ambulance", 0),
            group("aid", "aid-post", 0),
            group("hospital", "hospital", -20),
        ],
        **keys,
    )


def test_a_casualty_is_fetched_treated_and_sent_on_for_surgery() -> None:
    content = chain()
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p, needs_surgery=True)
    simulation.advance(2000)
    real, whole = simulation.state.people.real[0], simulation.state.people.whole[0]
    reach_m, speed = 50.0, 10.0
    way_s = (5000.0 - reach_m) / speed
    picked = way_s + 120.0  # loading
    assert picked <= real[PersonR.PICKED_S, p] <= picked + 5 * INTERVAL_S
    arrived = real[PersonR.PICKED_S, p] + (5000.0 - 200.0 - reach_m) / speed + 60.0  # unloading
    assert arrived - 10.0 <= real[PersonR.ROLE1_S, p] <= arrived + 4 * INTERVAL_S
    assert real[PersonR.ROLE2_S, p] > real[PersonR.ROLE1_S, p] + 20 * 60.0
    assert real[PersonR.SURGERY_S, p] == real[PersonR.ROLE2_S, p] + 30 * 60.0  # after the resuscitation there
    assert whole[PersonW.PLACE, p] == unit(content, "hospital")
    assert whole[PersonW.NEEDS_SURGERY, p] == 0


def test_a_casualty_who_recovers_within_the_stay_returns_to_duty_from_the_first_facility() -> None:
    content = chain()
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p, triage=3, walks=True)
    simulation.advance(500)
    assert stage_of(simulation, p) == Stage.RETURNED
    assert simulation.state.people.whole[0, PersonW.HEALTH, p] == Health.FIT
    assert simulation.state.people.real[0, PersonR.ROLE2_S, p] < 0.0


def test_the_worst_are_taken_first_and_litters_are_for_those_who_cannot_sit() -> None:
    content = chain()
    simulation = start(content)
    people = people_of(content, "squad")[:6]
    for p, triage, walks in zip(people, (3, 3, 3, 2, 1, 1), (True, True, True, False, False, False), strict=True):
        hurt(simulation, p, triage=triage, walks=walks)
    while (stage_of(simulation, people) == Stage.SCENE).all():
        simulation.advance(1)
    aboard = stage_of(simulation, people) == Stage.ABOARD
    assert aboard.tolist()[3:] == [False, True, True]  # two litters for T1; the T2 cannot sit
    assert aboard[:3].sum() == 2  # two seats
    transport = simulation.state.transports.whole[0, :, 0]
    assert (transport[TransportW.LITTERS], transport[TransportW.SEATS]) == (2, 2)


def test_two_transports_share_the_casualties_of_a_place() -> None:
    content = world([group("squad", "squad", 5), ambulances("ambulance", 0, count=2), group("aid", "aid-post", 0)])
    simulation = start(content)
    people = people_of(content, "squad")[:4]
    hurt(simulation, people)
    simulation.advance(80)
    assert (stage_of(simulation, people) == Stage.ABOARD).all()
    assert sorted(simulation.state.people.whole[0, PersonW.TRANSPORT, people].tolist()) == [0, 0, 1, 1]


def lost_ambulance() -> Document:
    """Return the chain with a second ambulance, in which the first is lost on its way back."""
    content = world(
        [group("squad", "squad", 5), ambulances("first", 4), ambulances("second", -5), group("aid", "aid-post", -6)]
    )
    content["injects"] = [{"at_s": 600, "kind": "lose", "who": ["first"]}]
    return content


def test_the_casualties_of_a_lost_transport_who_live_are_fetched_by_another() -> None:
    content = lost_ambulance()
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    simulation.advance(58)
    assert place_of(simulation, p) == unit(content, "first")
    simulation.advance(8)
    whole, real = simulation.state.people.whole[0], simulation.state.people.real[0]
    if whole[PersonW.HEALTH, p] == Health.DEAD:
        pytest.skip("he died with the transport")
    wreck = simulation.state.units.real[0, [UnitR.X, UnitR.Y], unit(content, "first")]
    assert stage_of(simulation, p) == Stage.SCENE
    assert place_of(simulation, p) == NONE
    assert np.array_equal(real[[PersonR.X, PersonR.Y], p], wreck)
    simulation.advance(400)
    assert arrivals(simulation, content, "aid") == 1
    assert simulation.state.transports.whole[0, TransportW.CARRIED].tolist() == [0, 1]


def test_a_transport_that_cannot_move_asks_for_another_for_its_casualties() -> None:
    content = world(
        [group("squad", "squad", 5), ambulances("first", 4), ambulances("second", -5), group("aid", "aid-post", -6)]
    )
    content["injects"] = [{"at_s": 600, "kind": "disable", "who": ["first"], "parts": ["mobility"]}]
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    simulation.advance(70)
    assert (stage_of(simulation, p), place_of(simulation, p)) == (Stage.SCENE, unit(content, "first"))
    simulation.advance(400)
    assert arrivals(simulation, content, "aid") == 1


def test_a_transport_turns_away_from_a_full_facility() -> None:
    fit = {"role": 1, "bays": 1, "divert_from": 1, "times": {"resuscitation": 600}}
    small = {**world([])["catalogue"]["platforms"]["aid-post"], "facility": fit}
    content = world(
        [
            group("squad", "squad", 5),
            ambulances("ambulance", 4),
            group("near", "small", 0),
            group("far", "aid-post", -3),
        ],
        platforms={"small": small},
    )
    simulation = start(content)
    staff = people_of(content, "near")[:2]
    hurt(simulation, staff, triage=2)  # one in treatment, one in the queue: full
    (p, *_) = people_of(content, "squad")
    simulation.advance(10)
    hurt(simulation, p)
    simulation.advance(400)
    assert arrivals(simulation, content, "far") == 1
    assert simulation.state.people.real[0, PersonR.ROLE1_S, p] > 0.0


def test_a_facility_that_fills_up_on_the_way_turns_the_transport_away_and_counts_it() -> None:
    fit = {"role": 1, "bays": 1, "divert_from": 1, "times": {"resuscitation": 600}}
    small = {**world([])["catalogue"]["platforms"]["aid-post"], "facility": fit}
    content = world(
        [
            group("squad", "squad", 5),
            ambulances("ambulance", 4),
            group("near", "small", -4),
            group("far", "aid-post", -8),
        ],
        platforms={"small": small},
    )
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    while simulation.state.transports.whole[0, TransportW.STAGE, 0] != TransportStage.TO_FACILITY:
        simulation.advance(1)
    hurt(simulation, people_of(content, "near")[:2], triage=2)
    simulation.advance(400)
    assert arrivals(simulation, content, "far") == 1
    assert sorted(simulation.state.facilities.whole[0, FacilityW.DIVERTED].tolist()) == [0, 1]


@pytest.mark.parametrize(("rule", "taken"), [("none", []), ("light", [2]), ("all", [0, 2])])
def test_unmanned_transports_take_whom_the_rule_allows(rule: str, taken: list[int]) -> None:
    content = world(
        [group("squad", "squad", 2), ambulances("robot", 1, "robot", count=2), group("aid", "aid-post", 0)],
        medical={"evacuation": {"unmanned": rule}},
    )
    simulation = start(content)
    people = people_of(content, "squad")[:3]
    hurt(simulation, people[0], triage=1)
    hurt(simulation, people[2], triage=3, walks=True)
    simulation.advance(200)
    reached = simulation.state.people.real[0, PersonR.ROLE1_S, people] >= 0.0
    assert np.flatnonzero(reached).tolist() == taken


def test_casualties_change_transports_at_an_exchange_point() -> None:
    point = {"name": "exchange", "side": "blue", "at_km": [2, 0]}
    content = world(
        [
            group("squad", "squad", 6),
            ambulances("forward", 5, "robot", at_km=[2, 0], radius_km=8),
            ambulances("rear", -2, target="aid", at_km=[-2, 0], radius_km=5),
            group("aid", "aid-post", -5),
        ],
        medical={"evacuation": {"exchange_points": [point]}},
    )
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    seen = set()
    for _ in range(400):
        simulation.advance(1)
        if stage_of(simulation, p) == Stage.ABOARD:
            seen.add(place_of(simulation, p))
    assert seen == {unit(content, "forward"), unit(content, "rear")}
    assert arrivals(simulation, content, "aid") == 1


def test_an_aircraft_waits_aboard_its_host_until_there_is_somebody_to_fetch() -> None:
    helicopter = {
        "domain": "air",
        "target_class": "aircraft",
        "speed_max_mps": 60,
        "height_m": 100,
        "endurance_h": 3,
        "turnaround_min": 5,
        "radio": {"range_km": 500},
        "people": {"crew": 3, "medics": 1},
        "evacuation": {"litters": 4, "attendant": True, "reach_m": 100},
    }
    ship = {**world([])["catalogue"]["platforms"]["hospital"], "host": {"carries": 2}}
    content = world(
        [
            group("squad", "squad", 12),
            group("ship", "base", -10),
            {
                "name": "dustoff",
                "side": "blue",
                "units": [{"platform": "helicopter"}],
                "host": "ship",
                "aboard": True,
                "task": {"verb": "evacuate", "at_km": [-10, 0]},
            },
        ],
        platforms={"helicopter": helicopter, "base": ship},
    )
    simulation = start(content)
    simulation.advance(60)
    status = simulation.state.units.whole[0, UnitW.STATUS]
    assert status[unit(content, "dustoff")] == Status.ABOARD
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    simulation.advance(300)
    assert place_of(simulation, p) == unit(content, "ship")
    simulation.advance(200)
    assert status[unit(content, "dustoff")] == Status.ABOARD  # it is home again


def test_a_transport_turns_round_when_the_casualty_is_reported_dead_and_finds_it_out_itself_without_a_report() -> None:
    for cut_off in (False, True):
        content = chain()
        if cut_off:
            content["injects"] = [{"at_s": 200, "kind": "link_outage", "who": ["squad"]}]
        simulation = start(content)
        (p, *_) = people_of(content, "squad")
        hurt(simulation, p)
        simulation.advance(28)
        simulation.state.people.whole[0, PersonW.HEALTH, p] = Health.DEAD
        simulation.state.people.real[0, PersonR.END_S, p] = simulation.time_s
        simulation.advance(10)
        transport = simulation.state.transports.whole[0, :, 0]
        assert (transport[TransportW.STAGE] == TransportStage.IDLE) == (not cut_off)
        simulation.advance(60)
        assert transport[TransportW.STAGE] == TransportStage.IDLE
        assert transport[TransportW.CARRIED] == 0


def test_a_casualty_who_dies_on_the_way_is_not_admitted_and_frees_his_place() -> None:
    content = chain()
    simulation = start(content)
    first, second = people_of(content, "squad")[:2]
    hurt(simulation, [first, second])
    while stage_of(simulation, first) != Stage.ABOARD:
        simulation.advance(1)
    simulation.state.people.whole[0, PersonW.HEALTH, first] = Health.DEAD
    simulation.state.people.real[0, PersonR.END_S, first] = simulation.time_s
    simulation.advance(150)
    assert arrivals(simulation, content, "aid") == 1
    transport = simulation.state.transports.whole[0, :, 0]
    assert transport[TransportW.CARRIED] == 1
    assert transport[TransportW.LITTERS] == 0


def test_a_transport_that_gets_no_nearer_to_its_facility_goes_to_another() -> None:
    content = world(
        [
            group("squad", "squad", 5),
            ambulances("ambulance", 4),
            group("island", "aid-post", -4),
            group("other", "hospital", 14),
        ]
    )
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p)
    while stage_of(simulation, p) != Stage.ABOARD:
        simulation.advance(1)
    blocked = np.array([1000.0, 0.0])
    for _ in range(150):  # held at a place, as by an obstacle, until it turns away
        simulation.advance(1)
        heads_west = simulation.state.units.real[0, UnitR.GOAL_X, unit(content, "ambulance")] < 0.0
        if heads_west and simulation.state.units.real[0, UnitR.X, unit(content, "ambulance")] < blocked[0]:
            simulation.state.units.real[0, [UnitR.X, UnitR.Y], unit(content, "ambulance")] = blocked
    simulation.advance(400)
    assert arrivals(simulation, content, "island") == 0
    assert arrivals(simulation, content, "other") == 1


def test_evacuation_has_the_same_bits_in_any_chunks_and_threads() -> None:
    content = chain()

    def play(chunks: list[int], threads: int) -> object:
        simulation = start(content, replications=range(4), threads=threads, seed=3)
        people = people_of(content, "squad")
        for k, p in enumerate(people[:8]):
            hurt(simulation, p, triage=1 + k % 3, walks=k % 2 == 0, needs_surgery=k % 3 == 0)
        for ticks in chunks:
            simulation.advance(ticks)
        return simulation

    whole = play([900], 1)
    assert same_state(whole, play([1, 7, 92, 300, 500], 1))  # type: ignore[arg-type]
    assert same_state(whole, play([450, 450], 2))  # type: ignore[arg-type]
