"""Casualties of fire: who is hurt by a hit, what becomes of the unit, protected units, and independence of the rest."""

import math
from typing import Any

import numpy as np
import pytest

from scenarios.loader import compile_document
from simcore.medical import Death, Health, MedicalSideW, MedicalUnitW, PersonR, PersonSpecW, PersonW, Stage
from simcore.params import RuleW, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import ObjectiveR, ObjectiveW, UnitR, UnitW
from simcore.types import Damage, EventKind, Identity, Status
from tests.simcore.medical_worlds import CALM, Document, camp, column, injuries, played
from tests.simcore.small_worlds import skirmish

LIVELY: Document = {"law": "none"}
"""Injuries that never kill in time."""


def battle(people: Any = 20, *, protection: float = 0.0, **medical: Any) -> Document:
    """Return the small battle of the other tests with people in every unit; nobody dies at once."""
    document = skirmish()
    for group in document["groups"]:
        for entry in group["units"]:
            card = document["catalogue"]["platforms"][entry["platform"]]
            if not card.get("one_way"):
                entry["people"] = {"crew": people, "protection": protection}
    mild = {name: {"p_at_once": 0.0, "p_bleeding": 0.0} for name in ("bullet", "blast", "fragment", "crash", "mine")}
    document["medical"] = {
        "deterioration": LIVELY,
        "first_aid": CALM,
        "injuries": mild,
        "crew_matters": False,
        **medical,
    }
    return document


def end_of(document: Document, n: int = 8, threads: int = 1, steps: int = 1) -> Simulation:
    """Return the document played to its end, in equal ``steps`` of the clock."""
    case = compile_document(document)
    run = Simulation(case.params, seed=3, replications=range(n), threads=threads)
    ticks = int(case.params.rules_whole[RuleW.N_TICKS])
    for k in range(steps):
        run.advance((k + 1) * ticks // steps - k * ticks // steps)
    return run


def test_unhurt_people_follow_the_strength_of_their_unit() -> None:
    people = 40
    run = end_of(battle(people), 16)
    unit = run.params.medical.people[PersonSpecW.UNIT]
    strength = run.state.units.real[:, UnitR.STRENGTH][:, unit]
    is_fit = column(run, PersonW.HEALTH) == Health.FIT
    is_hit = strength < 1.0
    assert is_hit.sum() > 10 * people
    p = strength[is_hit]
    assert abs(is_fit[is_hit].sum() - p.sum()) <= 4.0 * math.sqrt((p * (1.0 - p)).sum())
    assert is_fit[~is_hit].all()


def test_everybody_with_a_destroyed_unit_is_hurt_without_protection_and_lies_where_it_was() -> None:
    run = end_of(battle(10))
    unit = run.params.medical.people[PersonSpecW.UNIT]
    is_lost = (run.state.units.whole[:, UnitW.STATUS] == Status.LOST)[:, unit]
    assert is_lost.any()
    assert (column(run, PersonW.HEALTH)[is_lost] == Health.HURT).all()
    assert (column(run, PersonW.PLACE)[is_lost] == -1).all()
    x = run.state.units.real[:, UnitR.X][:, unit]
    assert np.array_equal(column(run, PersonR.X)[is_lost], x[is_lost])


def test_full_protection_keeps_everybody_unhurt() -> None:
    run = end_of(battle(10, protection=1.0))
    assert (run.state.units.whole[:, UnitW.STATUS] == Status.LOST).any()
    assert (column(run, PersonW.HEALTH) == Health.FIT).all()


def test_a_fixed_probability_counts_for_every_hit() -> None:
    run = end_of(
        battle(10, injuries={"p_hurt": 1.0, **{k: {"p_at_once": 1.0} for k in ("bullet", "blast", "fragment")}})
    )
    strength = run.state.units.real[:, UnitR.STRENGTH][:, run.params.medical.people[PersonSpecW.UNIT]]
    health = column(run, PersonW.HEALTH)
    assert (health[strength < 1.0] == Health.DEAD).all()
    assert (health[(strength == 1.0)] == Health.FIT).mean() > 0.5


def test_threads_and_chunks_change_no_bit() -> None:
    document = battle(6, first_aid={}, deterioration={})
    whole = end_of(document, 6).hash()
    assert end_of(document, 6, threads=3).hash() == whole
    assert end_of(document, 6, steps=7).hash() == whole


def test_names_and_the_order_of_the_file_change_only_draws() -> None:
    def hurt(document: Document) -> np.ndarray:
        run = end_of(document, 40)
        return run.state.medical_sides.whole[:, MedicalSideW.WOUNDED, :2].mean(axis=0)

    document = battle(10)
    turned = {**document, "groups": list(reversed(document["groups"]))}
    assert np.array_equal(hurt(document), hurt(turned))


def test_without_the_section_people_change_no_bit_and_no_digest() -> None:
    bare = skirmish()
    manned = battle(10)
    del manned["medical"]
    for group in manned["groups"]:
        for entry in group["units"]:
            entry.pop("people", None)
    for card in manned["catalogue"]["platforms"].values():
        if not card.get("one_way"):
            card["people"] = 5
    cases = [compile_document(document) for document in (bare, manned)]
    assert cases[0].scenario.hash == cases[1].scenario.hash
    hashes = []
    for case in cases:
        run = Simulation(case.params, seed=3, replications=range(2))
        run.advance(200)
        hashes.append(run.hash())
    assert hashes[0] == hashes[1]


def test_a_battle_is_the_same_with_people_who_do_not_matter() -> None:
    bare, manned = (
        Simulation(compile_document(d).params, seed=3, replications=range(4)) for d in (skirmish(), battle(5))
    )
    bare.advance(400)
    manned.advance(400)
    assert np.array_equal(bare.state.units.real, manned.state.units.real)
    assert np.array_equal(bare.state.units.whole, manned.state.units.whole)


def crewed(duty_h: float) -> Document:
    """Return a camp whose two people are hurt lightly at once and are back after ``duty_h``."""
    document = camp(2, hours=3.0, per_1000_per_day=1e6, injuries=injuries(severity=1.0), first_aid={})
    document["medical"]["duty"] = {"scene_h": duty_h}
    return document


def test_a_unit_without_a_fit_crew_cannot_move_or_fire() -> None:
    run = played(crewed(1000.0))
    assert run.state.units.whole[0, UnitW.DAMAGE, 0] == Damage.MOBILITY | Damage.WEAPON
    assert run.state.medical_units.whole[0, MedicalUnitW.FIT, 0] == 0


def test_a_crew_that_is_back_serves_again() -> None:
    document = crewed(0.05)
    document["medical"]["sickness"] = {"disease_per_1000_per_day": 200.0 * 1000.0}
    run = Simulation(compile_document(document).params, seed=5, record_events=True)
    run.advance(1000)
    rows = run.events()
    changes = rows[rows["kind"] == EventKind.CREWLESS]["a"].tolist()
    assert changes[:2] == [1, 0]
    assert (run.state.units.whole[0, UnitW.DAMAGE, 0] != 0) == (changes[-1] == 1)
    duty = rows[rows["kind"] == EventKind.DUTY]
    assert len(duty) == run.state.medical_sides.whole[0, MedicalSideW.RETURNED, 0] > 0


def meeting_document(identify_km: float, is_protected: bool) -> Document:
    """Return a gun that meets a van at 1 km, and identifies within a distance."""
    document = camp(1, hours=0.2)
    document["groups"] = [
        {"name": "gun", "side": "blue", "at_km": [5, 5], "units": [{"platform": "gun"}], "roe": "free"},
        {"name": "van", "side": "red", "at_km": [6, 5], "units": [{"platform": "van"}]},
    ]
    land = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0, "toughness": 1000}
    document["catalogue"] = {
        "platforms": {
            "gun": {**land, "sensors": ["eye"], "weapons": [{"weapon": "cannon", "rounds": 50}]},
            "van": {**land, "protected": is_protected, "people": 3},
        },
        "sensors": {"eye": {"model": "cookie_cutter", "range_km": 5, "p_detect": 1.0, "identify_km": identify_km}},
        "weapons": {"cannon": {"domains": ["land"], "range_max_km": 2.5, "reload_s": 20, "p_hit": 0.5}},
    }
    return document


def meeting(identify_km: float, is_protected: bool) -> np.ndarray:
    """Return the events of the meeting."""
    run = Simulation(compile_document(meeting_document(identify_km, is_protected)).params, seed=3, record_events=True)
    run.advance(70)
    return run.events()


def count(rows: np.ndarray, kind: EventKind) -> int:
    """Return the number of events of a kind."""
    return int((rows["kind"] == kind).sum())


def test_a_protected_unit_is_not_fired_at_once_it_is_identified() -> None:
    spared = meeting(4.0, is_protected=True)
    named = spared[spared["kind"] == EventKind.IDENTIFIED]
    assert named["a"].tolist() == [Identity.PROTECTED]
    assert count(spared, EventKind.SHOT) == 0
    assert count(meeting(4.0, is_protected=False), EventKind.SHOT) > 0


def test_fire_at_a_protected_unit_is_counted_with_its_true_identity() -> None:
    rows = meeting(0.5, is_protected=True)
    false = rows[rows["kind"] == EventKind.FALSE_ENGAGEMENT]
    assert set(false["a"].tolist()) == {int(Identity.PROTECTED)}
    assert len(false) == count(rows, EventKind.SHOT) > 0
    assert count(meeting(0.5, is_protected=False), EventKind.FALSE_ENGAGEMENT) == 0


def test_every_person_is_in_one_place_and_the_tallies_agree() -> None:
    run = end_of(battle(8, deterioration={}, first_aid={}, injuries={}), 8)
    sides = run.params.units.whole[0][run.params.medical.people[PersonSpecW.UNIT]]
    health, stage, wounds = column(run, PersonW.HEALTH), column(run, PersonW.STAGE), column(run, PersonW.WOUNDS)
    tally = run.state.medical_sides.whole
    for s in (0, 1):
        own = sides == s
        deaths = tally[:, MedicalSideW.KILLED_AT_ONCE, s] + tally[:, MedicalSideW.DIED_BEFORE_CARE, s]
        deaths = deaths + tally[:, MedicalSideW.DIED_OF_WOUNDS, s]
        assert np.array_equal((health[:, own] == Health.DEAD).sum(axis=1), deaths)
        assert np.array_equal((wounds[:, own] > 0).sum(axis=1), tally[:, MedicalSideW.WOUNDED, s])
    assert ((stage == Stage.NONE) == (wounds == 0)).all()


@pytest.mark.parametrize("least", [1.0, 5.0])
def test_saved_are_those_whom_their_injury_can_kill_in_time_who_are_alive(least: float) -> None:
    mortal = {"law": "exponential", "mean_min": 20.0, "least_niss": least}
    document = battle(10, deterioration=mortal, injuries={k: {"p_at_once": 0.3} for k in ("bullet", "blast")})
    sides = [side["name"] for side in document["sides"]]
    document["objectives"] = [{"name": name, "side": name, "kind": "save"} for name in sides]
    run = end_of(document, 20)
    whole, severity = run.state.people.whole, run.state.people.real[:, PersonR.SEVERITY]
    side = run.params.units.whole[UnitSpecW.SIDE][run.params.medical.people[PersonSpecW.UNIT]]
    progress = run.state.objectives.real[:, ObjectiveR.PROGRESS]
    order = np.argsort(sides)
    for row, s in enumerate(order):
        later = (side == s) & (whole[:, PersonW.WOUNDS] > 0) & (whole[:, PersonW.DEATH] != Death.AT_ONCE)
        assert (later & (severity < 5.0)).any()
        later &= severity >= least
        is_alive = later & (whole[:, PersonW.HEALTH] != Health.DEAD)
        n = later.sum(axis=1)
        right = np.where(n > 0, is_alive.sum(axis=1) / np.maximum(n, 1), 1.0)
        assert (right[n > 0] < 1.0).any()
        assert np.array_equal(progress[:, row], right)


def test_to_save_is_not_met_before_the_end() -> None:
    document = battle(2, protection=1.0)
    document["objectives"] = [{"side": side["name"], "kind": "save"} for side in document["sides"]]
    run = end_of(document, 4)
    assert (run.state.objectives.real[:, ObjectiveR.PROGRESS] == 1.0).all()
    assert (run.state.objectives.whole[:, ObjectiveW.MET_TICK] < 0).all()
