"""Own casualties in the worlds of a belief: as reported, with the injury behind the triage drawn given the reports."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenarios.compiler.scenario import Compiled
from scenarios.run.play import start_simulation
from simcore.care import FacilityW, Station, TransportStage, TransportW
from simcore.errors import InputError
from simcore.medical import Health, Mechanism, MedicalRuleR, MedicalUnitW, PersonR, PersonW, Region, Stage, Triage
from simcore.medical_view import CasualtyW
from simcore.simulation import Simulation
from simcore.situation import simulation_at, situation_of
from simcore.situation_tables import medical_blocks_of
from simcore.state import UnitR, UnitW
from simcore.types import F64, Status
from staff_ai.advice.advice import Advice, picture_digest
from staff_ai.belief.durations import left_s, triangular_left_s
from staff_ai.belief.injuries import N_UNIFORMS, Course, draw_injuries, n_candidates
from staff_ai.belief.prior_games import PriorGames
from staff_ai.belief.staff_scenario import staff_scenario
from tests.simcore.care_worlds import Document, ambulances, group, unit, world
from tests.simcore.small_worlds import compile_world
from tests.staff_ai.belief.moments import Moment

SICK: Document = {"wounded_per_1000_per_day": 60_000.0}
"""Wounds outside the fight: in a unit of 12 about one in two hours."""


def chain(**medical: Any) -> Document:
    """Return squads, ambulances, an aid post and a hospital, in which people are hurt at a rate."""
    content = world(
        [
            group("near", "squad", 3),
            group("far", "squad", 8),
            ambulances("ambulance", 0, count=2),
            group("aid", "aid-post", 0, 0.5),
            group("hospital", "hospital", -10),
        ],
        hours=6.0,
        medical={
            "deterioration": {"law": "power", "scale_min": 43_500},
            "first_aid": {"reaction_min": 1, "buddy_min": 2, "medic_min": 3, "request_min": 1},
            "triage": {"p_over": 0.25, "p_under": 0.05},
            "sickness": SICK,
            "injuries": {"fragment": {"p_at_once": 0.05}},
            **medical,
        },
    )
    content["time"] |= {"decision_interval_s": 300}
    return content


@cache
def compiled() -> Compiled:
    """Return the chain of care."""
    return compile_world(chain())


@cache
def games() -> PriorGames:
    """Return the prior games of blue."""
    return PriorGames(staff_scenario(compiled().briefings[0], compiled().ground))


class Game(Moment):
    """A game of the chain of care at a moment."""

    def __init__(self, decisions: int = 24, replications: int = 1) -> None:
        super().__init__(compiled(), games(), decisions, replications)


def test_the_reported_casualties_and_their_care_are_those_of_every_world() -> None:
    stages: set[int] = set()
    for decisions in (12, 24, 36):
        game = Game(decisions)
        assert game.picture.medical is not None
        known = game.picture.medical.of(0)
        worlds = game.begun(4)
        seen = worlds.picture(game.staff.side).medical
        assert seen is not None
        for row in range(4):
            again = seen.of(row)
            assert (again.casualty_whole == known.casualty_whole).all()
            assert np.allclose(again.casualty_real, known.casualty_real, equal_nan=True)
            assert (again.facility_whole == known.facility_whole).all()
            assert (again.transport_whole == known.transport_whole).all()
        people = worlds.state.people.whole[:, :, game.staff.own_people]
        for line, of in (
            (CasualtyW.STAGE, PersonW.STAGE),
            (CasualtyW.HEALTH, PersonW.HEALTH),
            (CasualtyW.TRIAGE, PersonW.TRIAGE),
        ):
            assert (people[:, of] == known.casualty_whole[line]).all()
        stage, health = (known.casualty_whole[line] for line in (CasualtyW.STAGE, CasualtyW.HEALTH))
        in_care = (health == Health.HURT) & (stage >= Stage.QUEUE) & (stage <= Stage.HOLDING)
        assert (people[:, PersonW.STATION, in_care] == known.casualty_whole[CasualtyW.STATION, in_care]).all()
        stages |= set(known.casualty_whole[CasualtyW.STAGE].tolist())
    assert stages >= {Stage.NONE, Stage.SCENE, Stage.QUEUE} or stages >= {Stage.NONE, Stage.SCENE, Stage.STATION}
    assert len(stages) >= 5


def test_patients_fill_the_places_of_facilities_and_riders_those_of_transports() -> None:
    for decisions in (20, 40):
        game = Game(decisions)
        worlds, true = game.begun(3), game.simulation.state
        counts = [FacilityW.PRESENT, FacilityW.IN_QUEUE, *range(FacilityW.TAKEN, FacilityW.TAKEN + len(Station))]
        found = worlds.state.facilities.whole[:, counts][:, :, game.staff.own_facilities]
        assert (found == true.facilities.whole[0, counts]).all()
        stage = worlds.state.transports.whole[:, TransportW.STAGE][:, game.staff.own_transports]
        goes = np.isin(true.transports.whole[0, TransportW.STAGE], (TransportStage.TO_SCENE, TransportStage.LOADING))
        assert ((stage == TransportStage.TO_SCENE) == goes).all()


def test_no_bit_of_the_worlds_depends_on_the_injury_behind_the_reports() -> None:
    game = Game()
    before, digest = game.worlds(6), picture_digest(game.picture, 0)
    state = game.simulation.state.people
    for line in (
        PersonR.SEVERITY,
        PersonR.BLOOD,
        PersonR.BLEED_PER_H,
        PersonR.TRAUMA_S,
        PersonR.WOUNDS_S,
        PersonR.DUE_S,
    ):
        state.real[:, line] *= 0.5
    for line in (PersonW.TRUE_TRIAGE, PersonW.IS_SURVIVABLE, PersonW.NEEDS_SURGERY, PersonW.REGION, PersonW.DONE):
        state.whole[:, line] += 1
    state.whole[:, PersonW.HEALTH] = Health.DEAD  # not reported yet
    assert picture_digest(game.picture, 0) == digest
    after = game.worlds(6)
    assert before.situation.medical is not None
    assert after.situation.medical is not None
    for a, b in zip(before.situation.medical, after.situation.medical, strict=True):
        assert a.real.tobytes() == b.real.tobytes()
        assert a.whole.tobytes() == b.whole.tobytes()


def test_another_reported_triage_gives_another_digest_and_other_injuries() -> None:
    game = Game()
    before, digest = game.worlds(20), picture_digest(game.picture, 0)
    whole = game.simulation.state.people.whole
    (p, *_) = np.flatnonzero(whole[0, PersonW.REPORTED_TRIAGE] == Triage.T1)
    whole[0, PersonW.REPORTED_TRIAGE, p] = Triage.T4
    assert picture_digest(game.picture, 0) != digest
    after = game.worlds(20)
    column = game.staff.own_people[p]
    assert before.situation.medical is not None
    assert after.situation.medical is not None
    assert before.situation.medical.people.real[:, PersonR.SEVERITY, column].max() < 66.0
    assert after.situation.medical.people.real[:, PersonR.SEVERITY, column].min() >= 66.0


def test_a_picture_whose_moment_is_over_shows_no_later_casualties() -> None:
    game = Game(2)
    picture = game.picture
    game.simulation.advance(1)
    assert picture.medical is not None
    with pytest.raises(RuntimeError, match="after its moment"):
        picture.medical.of(0)


def test_runs_with_equal_pictures_get_the_same_advice() -> None:
    def advise(hidden: float) -> Advice:
        game = Game()
        game.simulation.state.people.real[:, [PersonR.SEVERITY, PersonR.TRAUMA_S]] *= hidden
        return game.advice()

    one, other = advise(1.0), advise(0.1)
    assert one.picture == other.picture
    assert one.standing is not None
    assert other.standing is not None
    assert one.standing.ranking.outcomes.tobytes() == other.standing.ranking.outcomes.tobytes()


def course(**keys: Any) -> Course:
    """Return the course of one who waits at the scene, judged 10 minutes after his injury, an hour ago."""
    plain = {
        "mechanism": int(Mechanism.FRAGMENT), "triage": int(Triage.T2), "sits": False, "is_judged_in_care": False,
        "is_light": False, "is_severe": False, "aid_s": 600.0, "has_medic": False, "picked_s": np.inf,
        "has_attendant": False, "care_s": np.inf, "treated_s": np.inf, "is_in_first": False, "now_s": 3600.0,
    }  # fmt: skip
    return Course(**{**plain, **keys})


def injuries(of: Course, n: int = 4000, **medical: Any) -> Any:
    spec = compile_world(chain(**medical)).params.medical
    u = np.random.default_rng(7).random((n, 1 + N_UNIFORMS * n_candidates(spec, of.mechanism)))
    return spec, draw_injuries(spec, of, u)


def test_severities_have_the_probability_given_the_triage_as_judged() -> None:
    fragment = {"p_bleeding": 0.0, "severity": {"shares": [0.55, 0.2, 0.1, 0.1, 0.05]}}
    quiet = {"deterioration": {"law": "none"}, "injuries": {"fragment": fragment}}
    spec, found = injuries(course(sits=False), **quiet)
    # judged T2, lying: T2 (NISS 9 to 15) as it is, or T1 (16 to 65) judged too late; shares 0.2, 0.1, 0.1 and 0.05
    p_right = 0.2 * (1.0 - 0.25 - 0.05)
    # within a band the place goes as the square of a uniform draw: 50 to 65 of 50 to 75
    p_late = (0.1 + 0.1 + 0.05 * (16.0 / 26.0) ** 0.5) * 0.05
    share = float((found.niss < 16.0).mean())
    expected = p_right / (p_right + p_late)
    assert abs(share - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / len(found.niss))
    assert found.niss.min() >= 9.0  # he lies
    assert found.niss.max() < 66.0
    assert (spec.rules_real[MedicalRuleR.P_OVER], spec.rules_real[MedicalRuleR.P_UNDER]) == (0.25, 0.05)


def test_the_clock_of_one_who_lives_is_drawn_given_that_he_lives() -> None:
    sure, dry = {"p_fatal": 1.0, "least_niss": 9.0}, {"fragment": {"p_bleeding": 0.0}}
    exponential = {"law": "exponential", "mean_min": 60, **sure}
    _, found = injuries(course(triage=int(Triage.T1)), deterioration=exponential, injuries=dry)
    assert stats.kstest(found.trauma_s, stats.expon(scale=3600.0).cdf).pvalue > 1e-4  # without memory
    # by the power law he would have died within the hour from NISS 30 on: 43 500 NISS^-1.95 is 60 minutes at 29.3
    _, found = injuries(course(triage=int(Triage.T1)), deterioration=sure, injuries=dry)
    assert found.niss.max() < 30.0
    left_s_ = 43_500.0 * 60.0 * found.niss**-1.95 - 3600.0
    assert np.allclose(found.trauma_s, left_s_, rtol=1e-9)


def test_of_those_alive_the_longer_the_more_are_not_fatally_hurt() -> None:
    p_fatal, mean_min = 0.6, 60.0
    law = {"law": "exponential", "mean_min": mean_min, "p_fatal": p_fatal, "least_niss": 1.0}
    _, found = injuries(course(), deterioration=law, injuries={"fragment": {"p_bleeding": 0.0}})  # after an hour
    alive = p_fatal * np.exp(-60.0 / mean_min)
    expected = (1.0 - p_fatal) / (1.0 - p_fatal + alive)
    share = float(np.isinf(found.trauma_s).mean())
    assert abs(share - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / len(found.niss))
    fatal = found.trauma_s[np.isfinite(found.trauma_s)]
    assert stats.kstest(fatal, stats.expon(scale=3600.0).cdf).pvalue > 1e-4


def test_one_who_bleeds_and_lives_has_the_blood_that_is_left() -> None:
    bleeding = {"from_per_h": 0.4, "to_per_h": 2.0}
    regions = {"head": 0, "torso": 1, "junctional": 0, "limb": 0}
    medical = {
        "deterioration": {"law": "none", "bleeding": {"torso": bleeding}},
        "injuries": {"fragment": {"p_bleeding": 1.0, "severity": 20, "regions": regions}},
        "first_aid": {"bleeding_rate": 1.0},
    }
    _, found = injuries(course(triage=int(Triage.T1)), **medical)
    assert np.allclose(found.blood, np.exp(-found.bleed_per_h), rtol=1e-12)
    # uniform rates, cut off where the blood falls to 40 % within the hour
    assert stats.kstest(found.bleed_per_h, stats.uniform(0.4, np.log(2.5) - 0.4).cdf).pvalue > 1e-4


def test_one_whose_injury_kills_by_bleeding_has_lost_the_blood_of_the_time_since() -> None:
    """By NISS 20 he is dead in 126 minutes, so after an hour he has 0.4 to the power of 60 / 126 of his blood."""
    regions = {"head": 0.5, "torso": 0.5, "junctional": 0, "limb": 0}
    medical = {
        "injuries": {"fragment": {"p_bleeding": 1e-12, "severity": 20, "regions": regions}},
        "first_aid": {"bleeding_rate": 1.0},
    }
    _, found = injuries(course(triage=int(Triage.T1)), **medical)
    life_h = 43_500.0 / 60.0 * 20.0**-1.95
    is_head = found.region == Region.HEAD
    assert 0.3 < is_head.mean() < 0.7
    assert np.allclose(found.blood, np.where(is_head, 1.0, 0.4 ** (1.0 / life_h)), rtol=1e-9)
    assert np.allclose(found.bleed_per_h[~is_head], np.log(2.5) / life_h, rtol=1e-9)
    assert np.array_equal(np.isfinite(found.trauma_s), is_head)


def test_reports_that_the_scenario_rules_out_still_have_an_injury() -> None:
    _, found = injuries(course(triage=int(Triage.T4), sits=True), n=50)
    assert np.isfinite(found.niss).all()


def test_what_is_left_of_treatments_is_drawn_given_the_time_so_far() -> None:
    u: F64 = (np.arange(2000, dtype=np.float64) + 0.5) / 2000.0
    assert (left_s(u, 0, 600.0, 0.0, 200.0) == 400.0).all()
    left = triangular_left_s(u, 100.0, 300.0, 900.0, 500.0)
    law = stats.triang(0.25, loc=100.0, scale=800.0)

    def given(t: np.ndarray) -> np.ndarray:
        return (law.cdf(500.0 + t) - law.cdf(500.0)) / law.sf(500.0)

    assert stats.kstest(left, given).pvalue > 1e-4
    assert triangular_left_s(u, 60.0, 60.0, 60.0, 20.0).tolist() == [40.0] * 2000


def test_the_truth_as_a_description_has_the_same_bits_and_wrong_descriptions_are_refused() -> None:
    simulation = Game().simulation
    again = simulation_at(simulation.params, situation_of(simulation), seed=1, replications=[0])
    for given, found in zip(medical_blocks_of(simulation.state), medical_blocks_of(again.state), strict=True):
        assert given.real.tobytes() == found.real.tobytes()
        assert given.whole.tobytes() == found.whole.tobytes()
    assert (again.state.units.whole[:, UnitW.DAMAGE] == simulation.state.units.whole[:, UnitW.DAMAGE]).all()
    for line, value, words in ((PersonW.STAGE, 11, "STAGE is unknown"), (PersonW.PLACE, 99, "PLACE does not exist")):
        described = situation_of(simulation)
        assert described.medical is not None
        described.medical.people.whole[:, line] = value
        with pytest.raises(InputError, match=words):
            simulation_at(simulation.params, described, seed=1, replications=[0])


def outcome(simulation: Simulation) -> np.ndarray:
    """Return the dead, those at a facility and those back on duty of each replication."""
    whole = simulation.state.people.whole
    dead = whole[:, PersonW.HEALTH] == Health.DEAD
    stage = np.where(dead, -1, whole[:, PersonW.STAGE])
    care = (stage >= Stage.QUEUE) & (stage <= Stage.HOLDING)
    return np.stack([dead.sum(axis=1), care.sum(axis=1), (stage == Stage.RETURNED).sum(axis=1)], axis=1)


def assert_alike(one: np.ndarray, other: np.ndarray) -> None:
    """Check that the means of two samples (n, k) are within 4 standard errors."""
    error = np.sqrt(one.var(axis=0) / len(one) + other.var(axis=0) / len(other))
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) <= 4.0 * np.maximum(error, 1e-9)).all()


def test_worlds_that_start_from_the_truth_have_its_futures() -> None:
    n = 200
    simulation = Game(20).simulation
    described = situation_of(simulation, np.zeros(n, dtype=np.int64))
    twice = situation_of(simulation_at(simulation.params, described, seed=11, replications=range(n)))
    futures = []
    for seed, situation in ((21, described), (22, twice)):
        worlds = simulation_at(simulation.params, situation, seed=seed, replications=range(n))
        worlds.advance(720)
        futures.append(outcome(worlds))
    assert_alike(*futures)
    assert futures[0].var(axis=0).min() > 0.0


@pytest.mark.slow
def test_the_belief_has_the_futures_of_the_games_that_it_is_about() -> None:
    n = 150
    game = Game(16, replications=n)
    simulation, futures = game.simulation, []
    drawn = []
    for row in range(n):
        worlds = simulation_at(game.staff.params, game.worlds(1, row).situation, seed=9, replications=[row])
        worlds.advance(540)
        own = outcome_of(worlds, game.staff.own_people)
        drawn.append(own)
    simulation.advance(540)
    futures = outcome_of(simulation, np.arange(len(game.staff.own_people)))
    # the same games twice: differences within the pairs
    gap = futures - np.concatenate(drawn)
    error = gap.std(axis=0) / np.sqrt(n)
    assert (np.abs(gap.mean(axis=0)) <= 4.0 * error).all()


def outcome_of(simulation: Simulation, people: np.ndarray) -> np.ndarray:
    """Return the dead and those who were at a facility (R, 2)."""
    whole, real = simulation.state.people.whole[:, :, people], simulation.state.people.real[:, :, people]
    dead = (whole[:, PersonW.HEALTH] == Health.DEAD).sum(axis=1)
    return np.stack([dead, (real[:, PersonR.ROLE1_S] >= 0.0).sum(axis=1)], axis=1)


def test_units_that_were_hit_before_hurt_nobody_again_in_the_worlds() -> None:
    scenario = compile_world(chain(sickness={}))
    simulation = start_simulation(scenario, 1, [0])
    squad, other = (scenario.roster.units.index(name) for name in ("near", "far"))
    described = situation_of(simulation)._replace(medical=None)
    described.units.strength[:, squad] = 0.5
    described.units.status[:, other] = Status.LOST
    worlds = simulation_at(scenario.params, described, seed=3, replications=[0])
    worlds.advance(30)
    assert (worlds.state.people.whole[:, PersonW.WOUNDS] == 0).all()
    assert worlds.state.medical_units.whole[0, MedicalUnitW.IS_GONE, other] == 1
    assert worlds.state.units.real[0, UnitR.STRENGTH, squad] == 0.5


def test_a_unit_whose_crew_is_all_hurt_cannot_move_in_the_worlds() -> None:
    content = chain(sickness={})
    scenario = compile_world(content)
    simulation = start_simulation(scenario, 1, [0])
    described = situation_of(simulation)
    assert described.medical is not None
    described.medical.units.real[...] = np.nan
    i = unit(content, "ambulance-1")
    crew = np.flatnonzero(scenario.params.medical.people[0] == i)
    described.medical.people.whole[:, PersonW.HEALTH, crew] = Health.HURT
    described.medical.people.whole[:, PersonW.STAGE, crew] = Stage.SCENE
    described.medical.people.whole[:, PersonW.WOUNDS, crew] = 1
    described.medical.people.real[:, PersonR.SEVERITY, crew] = 20.0
    worlds = simulation_at(scenario.params, described, seed=3, replications=[0])
    assert worlds.state.units.whole[0, UnitW.DAMAGE, i] != 0
    assert worlds.state.medical_units.whole[0, MedicalUnitW.HURT, i] == 0
