"""Casualties of neutral sides: a side whose doctrine it is cares for those it finds, by need and not by side."""

from typing import Any

import numpy as np
import pytest

from simcore.care import FacilityW, TransportW
from simcore.errors import ScenarioError
from simcore.medical import Health, MedicalSideW, PersonR, PersonW, Stage
from simcore.medical_policy import NearestFirst
from simcore.medical_view import CasualtyR, CasualtyW
from simcore.state import UnitW
from tests.simcore.care_worlds import Document, ambulances, group, hurt, people_of, stage_of, unit, world
from tests.simcore.small_worlds import compile_world, start
from tests.simcore.test_medical_policies import chair_of


def village(x_km: float = 4.0, cared_by: tuple[str, ...] = ("blue",), reach_km: float = 6.0, **keys: Any) -> Document:
    """Return a village of neutrals, a squad in reach of it, and an ambulance and an aid post of blue."""
    medical = {"civilians": {"cared_by": list(cared_by), "reach_km": reach_km}, **keys.pop("medical", {})}
    content = world(
        [
            group("squad", "squad", 6),
            {**group("village", "houses", x_km), "side": "green"},
            ambulances("ambulance", 0),
            group("aid", "aid-post", 0, 0.5),
        ],
        medical=medical,
        platforms={"houses": _HOUSES},
        **keys,
    )
    content["sides"] = [{"name": "blue"}, {"name": "red"}, {"name": "green", "stance": "neutral"}]
    return content


_HOUSES: Document = {
    "domain": "land", "target_class": "structure", "speed_max_mps": 0, "people": {"crew": 0, "civilians": 20},
}  # fmt: skip


def reached(content: Document, name: str, n_hurt: int = 1, ticks: int = 300) -> np.ndarray:
    """Return which of the people hurt in a unit reach a facility."""
    simulation = start(content)
    people = people_of(content, name)[:n_hurt]
    hurt(simulation, people)
    simulation.advance(ticks)
    return simulation.state.people.real[0, PersonR.ROLE1_S, people] >= 0.0


def test_neutrals_are_fetched_and_treated_by_a_side_that_cares_for_them_and_by_nobody_otherwise() -> None:
    assert reached(village(), "village").all()
    assert not reached(village(cared_by=()), "village").any()
    assert not reached(village(cared_by=("red",)), "village").any()  # red has neither transport nor facility


def test_a_side_finds_those_whom_its_units_are_near() -> None:
    # the village is 2 km from the squad and 4 km from the aid post
    assert reached(village(reach_km=2.5), "village").all()
    assert not reached(village(reach_km=1.5), "village").any()


def test_a_side_that_cares_for_neutrals_counts_those_admitted() -> None:
    content = village()
    simulation = start(content)
    hurt(simulation, people_of(content, "village")[:3])
    hurt(simulation, people_of(content, "squad")[:2])
    simulation.advance(600)
    side = simulation.state.medical_sides.whole[0]
    assert side[MedicalSideW.CIVILIANS].tolist() == [3, 0, 0]
    assert simulation.state.facilities.whole[0, FacilityW.ARRIVED, 0] == 5
    assert simulation.state.transports.whole[0, TransportW.CARRIED].sum() == 5


@pytest.mark.parametrize(("worst", "other"), [("village", "squad"), ("squad", "village")])
def test_a_transport_takes_the_worst_first_whatever_his_side(worst: str, other: str) -> None:
    content = village()
    for one in content["groups"]:
        if one["name"] in (worst, other):
            one["at_km"] = [4, 0]
        if one["name"] == "ambulance":
            one["units"] = [{"platform": "robot"}]  # a single litter
    simulation = start(content)
    urgent, light = people_of(content, worst)[0], people_of(content, other)[0]
    hurt(simulation, light, triage=3)
    hurt(simulation, urgent, triage=1)
    simulation.advance(600)
    picked = simulation.state.people.real[0, PersonR.PICKED_S]
    assert 0.0 < picked[urgent] < picked[light]


def test_at_a_station_need_counts_and_not_the_side() -> None:
    content = village()
    content["catalogue"]["platforms"]["aid-post"]["facility"]["bays"] = 1
    for one in content["groups"]:
        if one["name"] in ("village", "squad"):
            one["at_km"] = [0.0, 0.45]  # they walk in
    simulation = start(content)
    soldiers, villager = people_of(content, "squad")[:3], people_of(content, "village")[0]
    hurt(simulation, soldiers, triage=3)
    hurt(simulation, villager, triage=1)
    simulation.advance(6)
    stage = simulation.state.people.whole[0, PersonW.STAGE]
    assert stage[villager] == Stage.STATION
    assert (stage[soldiers] == Stage.QUEUE).all()


def test_the_picture_shows_the_neutrals_in_charge_at_the_place_where_they_were_found_and_no_others() -> None:
    content = village(reach_km=2.5)
    simulation = start(content)
    people = people_of(content, "village")
    chair = chair_of(content, NearestFirst())
    hurt(simulation, people[0])
    shown = chair.picture(simulation)
    k = chair._own.people.tolist().index(people[0])
    assert np.isinf(shown.casualty_real[0, CasualtyR.AGE_S, k])
    assert np.isnan(shown.casualty_real[0, [CasualtyR.X, CasualtyR.Y], k]).all()
    simulation.advance(4)
    shown = chair.picture(simulation)
    assert shown.casualty_whole[0, CasualtyW.WAITS, k] == 1
    assert shown.casualty_whole[0, CasualtyW.UNIT, k] == -1
    assert shown.casualty_real[0, [CasualtyR.X, CasualtyR.Y], k].tolist() == [4000.0, 0.0]
    other = chair._own.people.tolist().index(people[1])
    simulation.state.people.whole[0, PersonW.REPORTED_STAGE, people[1]] = Stage.SCENE
    simulation.state.people.whole[0, PersonW.REPORTED_TICK, people[1]] = 1
    assert chair.picture(simulation).casualty_whole[0, CasualtyW.STAGE, other] == 0


def test_a_side_without_the_doctrine_sees_no_neutrals() -> None:
    content = village(cared_by=())
    chair = chair_of(content, NearestFirst())
    assert not np.isin(people_of(content, "village"), chair._own.people).any()


def test_units_without_a_link_find_nobody() -> None:
    content = village(reach_km=2.5)
    content["injects"] = [{"at_s": 0, "kind": "link_outage", "who": ["squad"]}]
    simulation = start(content)
    (p, *_) = people_of(content, "village")
    simulation.advance(6)
    hurt(simulation, p)
    simulation.advance(60)
    assert simulation.state.units.whole[0, UnitW.LINKED, unit(content, "squad")] == 0
    assert stage_of(simulation, p) == Stage.SCENE
    assert simulation.state.people.whole[0, PersonW.HEALTH, p] == Health.HURT


def test_the_nearer_of_two_sides_that_care_takes_charge() -> None:
    content = village(cared_by=("blue", "red"), reach_km=50.0)
    simulation = start(content)
    (p, *_) = people_of(content, "village")
    hurt(simulation, p)
    simulation.advance(3)
    assert simulation.state.people.whole[0, PersonW.CARER, p] == 0  # red's post is at the other end of the map


@pytest.mark.parametrize(
    ("cared_by", "words"),
    [(["green"], "is neutral itself"), (["blue", "blue"], "is named twice"), (["violet"], "no side 'violet'")],
)
def test_a_wrong_side_is_refused_with_its_place(cared_by: list[str], words: str) -> None:
    content = village()
    content["medical"]["civilians"]["cared_by"] = cared_by
    with pytest.raises(ScenarioError, match=r"civilians\.cared_by") as caught:
        compile_world(content)
    assert words in str(caught.value)


def test_measures_of_civilians_exist_for_a_side_that_cares_for_them_and_count_them() -> None:
    content = village()
    scenario = compile_world(content)
    simulation = start(content)
    people = people_of(content, "village")
    hurt(simulation, people[:3])
    simulation.state.people.whole[0, PersonW.HEALTH, people[2]] = Health.DEAD
    simulation.advance(600)
    found = scenario.measures.values(simulation.state)
    values = {name: float(found[name][0]) for name in found if "civilians" in name}
    assert values == {"blue_civilians_admitted": 2.0, "blue_civilians_hurt": 3.0, "blue_civilians_dead": 1.0}
    other = compile_world(village(cared_by=()))
    assert not any("civilians" in name for name in other.measures.values(start(village(cared_by=())).state))
