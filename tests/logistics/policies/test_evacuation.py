"""The medical policies severity-first and look-ahead against situations with a known best answer."""

from typing import Any

import numpy as np
import pytest

from logistics.policies.evacuation import LookAhead, SeverityFirst
from simcore.medical import PersonR, Stage
from simcore.medical_policy import MedicalPicture, NearestFirst
from simcore.medical_view import CasualtyW
from simcore.picture import SeenR, SeenW
from tests.simcore.care_worlds import Document, ambulances, group, hurt, people_of, place_of, unit, world
from tests.simcore.small_worlds import start
from tests.simcore.test_medical_policies import chair_of, play, two_squads


@pytest.mark.parametrize(("policy", "first"), [(NearestFirst, "near"), (SeverityFirst, "far")])
def test_severity_first_fetches_the_worst_casualty_and_nearest_first_the_nearest(policy: Any, first: str) -> None:
    content = two_squads()
    simulation = start(content)
    light, grave = people_of(content, "near")[0], people_of(content, "far")[0]
    hurt(simulation, light, triage=3, walks=True)
    hurt(simulation, grave, triage=1)
    play(content, simulation, [chair_of(content, policy())], 500)
    picked = simulation.state.people.real[0, PersonR.PICKED_S]
    assert (picked[light] < picked[grave]) == (first == "near")
    assert picked[light] > 0.0


def test_severity_first_brings_t1_to_surgery_past_the_aid_post_and_others_to_the_nearest() -> None:
    content = two_squads()
    for triage, role in ((1, 2), (2, 1)):
        simulation = start(content)
        (p, *_) = people_of(content, "near")
        hurt(simulation, p, triage=triage)
        play(content, simulation, [chair_of(content, SeverityFirst())], 330)
        arrived = simulation.state.people.real[0, PersonR.ROLE1_S : PersonR.ROLE3_S + 1, p]
        assert (arrived >= 0.0).sum() == role
        assert (arrived[:role] == arrived[0]).all()  # the first facility


@pytest.mark.parametrize(("within_min", "role"), [(0.0, 1), (1e6, 2)])
def test_severity_first_stops_at_the_nearest_facility_where_surgery_is_too_far_to_be_in_time(
    within_min: float, role: int
) -> None:
    content = two_squads()
    simulation = start(content)
    (p, *_) = people_of(content, "near")
    hurt(simulation, p, triage=1)
    play(content, simulation, [chair_of(content, SeverityFirst(surgery_within_min=within_min))], 330)
    arrived = simulation.state.people.real[0, PersonR.ROLE1_S : PersonR.ROLE3_S + 1, p]
    assert (arrived >= 0.0).sum() == role


def test_a_time_to_surgery_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="surgery_within_min -1 is below 0"):
        SeverityFirst(surgery_within_min=-1.0)


class Blinded(LookAhead):
    """Look-ahead with a contact put into its picture."""

    contact_m = (0.0, 0.0)

    def decide(self, picture: MedicalPicture, orders: Any) -> None:
        seen = picture.picture
        real, whole, count = seen.contact_real.copy(), seen.contact_whole.copy(), seen.n_contacts.copy()
        real[:, SeenR.X, 0], real[:, SeenR.Y, 0] = self.contact_m
        whole[:, SeenW.IDENTITY, 0] = 1
        count[:] = 1
        shown = seen._replace(contact_real=real, contact_whole=whole, n_contacts=count)
        super().decide(picture._replace(picture=shown), orders)


def two_ways() -> Document:
    """Return a squad between a near hospital in the east and a far one in the west."""
    return world(
        [
            group("squad", "squad", 0),
            ambulances("ambulance", -0.5),
            group("near", "hospital", 8),
            group("far", "hospital", -10),
        ],
        medical={"deterioration": {"law": "power"}},
    )


@pytest.mark.parametrize(("hazard", "name"), [(0.0, "near"), (20.0, "far")])
def test_look_ahead_takes_the_longer_way_past_an_enemy_and_the_shorter_where_there_is_no_hazard(
    hazard: float, name: str
) -> None:
    content = two_ways()
    simulation = start(content)
    (p, *_) = people_of(content, "squad")
    hurt(simulation, p, triage=1, niss=18)
    policy = Blinded(hazard_per_h=hazard, reach_km=2.0)
    policy.contact_m = (5000.0, 0.0)
    play(content, simulation, [chair_of(content, policy)], 330)
    assert place_of(simulation, p) == unit(content, name)


def test_look_ahead_leaves_the_lightly_hurt_where_the_way_is_deadly_and_fetches_them_where_it_is_safe() -> None:
    content = two_ways()
    for hazard, stage in ((200.0, Stage.SCENE), (0.0, Stage.STATION)):
        simulation = start(content)
        (p, *_) = people_of(content, "squad")
        hurt(simulation, p, triage=3, walks=True)
        policy = Blinded(hazard_per_h=hazard, reach_km=40.0)
        play(content, simulation, [chair_of(content, policy)], 240)
        assert simulation.state.people.whole[0, 1, p] == stage


def test_the_exposure_of_a_way_is_its_length_within_reach() -> None:
    policy = LookAhead(reach_km=3.0)
    start_m, end_m = np.array([[-10_000.0], [0.0]]), np.array([[10_000.0], [0.0]])
    places = np.array([[0.0, 0.0, 10_000.0], [0.0, 3500.0, 0.0]])
    found = policy._exposure_m(start_m, end_m, places, np.array([1.0, 1.0, 0.5]))
    assert found == pytest.approx([6000.0 + 0.0 + 1500.0])


def test_decisions_do_not_depend_on_the_other_replications() -> None:
    content = two_squads()
    for make in (SeverityFirst, LookAhead):
        ends = []
        for n in (1, 3):
            simulation = start(content, replications=range(n))
            for r in range(n):
                people = people_of(content, "near" if r % 2 == 0 else "far")
                hurt(simulation, people[: 2 + r], triage=1 + r, rows=r)
            play(content, simulation, [chair_of(content, make())], 400)
            ends.append(simulation.hash())
        assert ends[0][0] == ends[1][0]


@pytest.mark.parametrize(
    ("make", "keys"),
    [(LookAhead, {"reach_km": 0}), (LookAhead, {"hazard_per_h": -1}), (SeverityFirst, {"unmanned": "some"})],
)
def test_parameters_without_sense_are_refused(make: Any, keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\d|not known"):
        make(**keys)


def test_the_companions_of_a_casualty_are_those_at_his_place() -> None:
    content = world([group("near", "squad", 3), group("far", "squad", 8)])
    simulation = start(content)
    hurt(simulation, people_of(content, "near")[:2])
    hurt(simulation, people_of(content, "far")[:3])
    simulation.advance(6)
    policy = SeverityFirst()
    picture = chair_of(content, policy).picture(simulation)
    trips = policy._trips(picture, 0)
    sizes = [len(policy.companions(picture, 0, trips, c)) for c in range(5)]
    assert sorted(sizes) == [2, 2, 3, 3, 3]
    assert picture.casualty_whole[0, CasualtyW.WAITS].sum() == 5
