"""Care: stations treat by triage and waiting time, within their places, teams, blood and stores."""

from typing import Any

import numpy as np
import pytest

from simcore.care import FacilityR, FacilityW, Station
from simcore.medical import Health, PersonR, PersonW, Stage
from simcore.state import UnitR
from simcore.stores import StoreR, StoreSpecW
from tests.simcore.care_worlds import PLATFORMS, Document, group, hurt, people_of, stage_of, unit, world
from tests.simcore.small_worlds import compile_world, start

MINUTE_S = 60.0


def facility(hours: float = 8.0, dt_s: float = 10.0, **fit: Any) -> Document:
    """Return a facility of Role 2 with 30 people of its own, and no other."""
    content = {
        "role": 2,
        "bays": 1,
        "theatres": 1,
        "times": {"resuscitation": 7, "surgery": 50, "intensive": 120, "ward": 240},
        **fit,
    }
    card = {**PLATFORMS["post"], "people": {"crew": 30}, "facility": content}
    return world([group("hospital", "clinic", 0)], hours=hours, dt_s=dt_s, platforms={"clinic": card})


def test_patients_are_treated_by_triage_then_by_waiting_time() -> None:
    content = facility()
    simulation = start(content)
    people = people_of(content, "hospital")[:5]
    hurt(simulation, people[0], triage=2)  # begins at once
    simulation.advance(12)
    hurt(simulation, people[1], triage=3)
    simulation.advance(6)
    hurt(simulation, people[2:4], triage=2)
    simulation.advance(6)
    hurt(simulation, people[4], triage=1)
    simulation.advance(600)
    order = np.argsort(simulation.state.people.real[0, PersonR.END_S, people])
    assert order[0] == 0
    assert order[1] == 4  # T1, the last to come
    assert set(order[2:4]) == {2, 3}  # T2
    assert order[4] == 1  # T3, although he came before them


def test_a_free_place_is_taken_at_the_moment_at_which_it_becomes_free() -> None:
    content = facility()
    simulation = start(content)
    people = people_of(content, "hospital")[:6]
    hurt(simulation, people, triage=2)
    simulation.advance(1000)
    ends = np.sort(simulation.state.people.real[0, PersonR.END_S, people])
    assert np.allclose(np.diff(ends), 7 * MINUTE_S, atol=1e-9)
    f = simulation.state.facilities
    assert f.real[0, FacilityR.WAITED_S, 0] == pytest.approx(7 * MINUTE_S * sum(range(6)))
    assert f.whole[0, FacilityW.BEGUN, 0] == f.whole[0, FacilityW.ENDED, 0] == 6


@pytest.mark.parametrize(("theatres", "teams"), [(3, 1), (3, 2), (2, 3)])
def test_surgery_needs_a_table_and_a_team(theatres: int, teams: int) -> None:
    content = facility(bays=6, theatres=theatres, teams=teams)
    simulation = start(content)
    people = people_of(content, "hospital")[:6]
    hurt(simulation, people, needs_surgery=True)
    simulation.advance(2400)
    begun = np.sort(simulation.state.people.real[0, PersonR.SURGERY_S, people]) / MINUTE_S
    first = begun[0]
    assert np.allclose(begun, first + 50 * (np.arange(6) // min(theatres, teams)))


def test_no_station_has_more_patients_than_places_at_any_time() -> None:
    content = facility(bays=3, theatres=2, intensive=2, ward=3)
    simulation = start(content)
    people = people_of(content, "hospital")[:20]
    hurt(simulation, people, needs_surgery=True)
    taken = np.zeros(len(Station))
    for _ in range(200):
        simulation.advance(3)
        taken = simulation.state.facilities.whole[0, FacilityW.TAKEN : FacilityW.TAKEN + len(Station), 0]
        assert (taken <= [3, 2, 2, 3]).all()
        whole = simulation.state.people.whole[0]
        at = (whole[PersonW.STAGE] == Stage.STATION) & (whole[PersonW.HEALTH] == Health.HURT)
        assert (np.bincount(whole[PersonW.STATION][at], minlength=4) <= [3, 2, 2, 3]).all()
    assert taken[Station.INTENSIVE] == 2


def stocked(item: str, start_at: float, **fit: Any) -> Document:
    """Return a facility with a store of an item."""
    content = facility(bays=4, **fit)
    content["sustainment"] = {
        "wear": False,
        "items": {item: {"kind": "general"}},
        "stores": [{"at": "hospital", "items": {item: {"capacity": 100, "start": start_at}}}],
    }
    return content


def store_of(content: Document) -> int:
    """Return the column of the only store."""
    stores = compile_world(content).params.supply.stores.whole
    return int(np.flatnonzero(stores[StoreSpecW.UNIT] == unit(content, "hospital"))[0])


def test_blood_is_given_until_the_store_is_empty_and_the_lack_is_counted() -> None:
    content = stocked("blood", 5, blood="blood")
    simulation = start(content)
    people = people_of(content, "hospital")[:4]
    hurt(simulation, people, triage=1)
    simulation.state.people.real[0, PersonR.BLOOD, people] = 0.75  # two units of 0.09 bring it over 0.9
    simulation.advance(60)
    given = simulation.state.people.whole[0, PersonW.BLOOD_GIVEN, people]
    assert sorted(given.tolist()) == [0, 1, 2, 2]
    assert simulation.state.stores.real[0, StoreR.ON_HAND, store_of(content)] == 0.0
    assert simulation.state.stores.real[0, StoreR.ISSUED, store_of(content)] == 5.0
    tallies = simulation.state.facilities.whole[0, :, 0]
    assert (tallies[FacilityW.BLOOD_USED], tallies[FacilityW.BLOOD_LACKED]) == (5, 3)


def test_treatment_waits_for_stores_that_are_used_up_and_goes_on_when_they_arrive() -> None:
    content = stocked("kits", 2, stores="kits")
    content["injects"] = [{"at_s": 3600, "kind": "supply", "who": ["hospital"]}]
    simulation = start(content)
    people = people_of(content, "hospital")[:3]
    hurt(simulation, people, triage=2)
    simulation.advance(350)
    assert sorted(stage_of(simulation, people).tolist()) == [Stage.QUEUE, Stage.RETURNED, Stage.RETURNED]
    simulation.advance(80)
    assert (stage_of(simulation, people) == Stage.RETURNED).all()
    last = simulation.state.people.real[0, PersonR.END_S, people].max()
    assert 3600.0 <= last - 7 * MINUTE_S <= 3600.0 + 60.0


def test_mass_casualty_mode_begins_with_the_queue_and_shortens_treatments() -> None:
    content = facility(mass_casualty_from=3, mass_casualty_factor=0.5)
    simulation = start(content)
    people = people_of(content, "hospital")[:6]
    hurt(simulation, people, triage=2)
    simulation.advance(1000)
    ends: np.ndarray = np.sort(simulation.state.people.real[0, PersonR.END_S, people])
    lengths = (ends[1:] - ends[:-1]) / MINUTE_S
    assert set(np.round(lengths, 6)) == {3.5, 7.0}  # the last ones, with a short queue, take the usual time
    assert lengths[0] == pytest.approx(3.5)
    assert lengths[-1] == pytest.approx(7.0)


def test_a_facility_treats_nobody_while_it_moves_and_sets_up() -> None:
    card = {
        **PLATFORMS["post"],
        "command_post": False,
        "speed_max_mps": 10,
        "speed_cruise_mps": 10,
        "people": {"crew": 4},
        "facility": {"role": 1, "bays": 2, "setup_min": 30, "times": {"resuscitation": 10}},
    }
    task = {"verb": "move", "at_km": [6, 0]}
    content = world([group("aid", "mobile", 0, task=task)], platforms={"mobile": card})
    simulation = start(content)
    simulation.advance(6)
    (p, *_) = people_of(content, "aid")
    hurt(simulation, p, triage=2)
    simulation.advance(500)
    began = simulation.state.people.real[0, PersonR.END_S, p] - 10 * MINUTE_S
    arrived = 600.0
    assert arrived + 30 * MINUTE_S <= began <= arrived + 30 * MINUTE_S + 60.0


def test_a_patient_in_a_ward_keeps_his_bed_until_he_has_recovered_and_others_wait() -> None:
    content = facility(bays=4, ward=1, hours=96.0, dt_s=60.0)
    content["medical"]["duty"] = {"mean_days": [0.2, 0.2, 1000, 1000, 1000]}
    simulation = start(content, seed=5)
    people = people_of(content, "hospital")[:3]
    hurt(simulation, people, triage=3)
    simulation.advance(96 * 60)
    ends = np.sort(simulation.state.people.real[0, PersonR.END_S, people])
    assert (stage_of(simulation, people) == Stage.RETURNED).all()
    assert len(set(ends.tolist())) == 3
    assert simulation.state.facilities.real[0, FacilityR.WAITED_S + Station.WARD, 0] > 0.0


def test_damage_leaves_a_facility_its_share_of_places() -> None:
    content = facility(bays=4)
    simulation = start(content)
    simulation.state.units.real[0, UnitR.STRENGTH, unit(content, "hospital")] = 0.5
    people = people_of(content, "hospital")[:4]
    hurt(simulation, people, triage=2)
    simulation.advance(30)
    assert (stage_of(simulation, people) == Stage.STATION).sum() == 2


def test_an_order_of_priority_comes_before_triage() -> None:
    content = facility()
    simulation = start(content)
    people = people_of(content, "hospital")[:3]
    hurt(simulation, people[0], triage=1)
    simulation.advance(6)
    hurt(simulation, people[1:], triage=2)
    simulation.state.people.whole[0, PersonW.PRIORITY, people[2]] = 1
    simulation.advance(400)
    ends = simulation.state.people.real[0, PersonR.END_S, people]
    assert ends[2] < ends[1]
