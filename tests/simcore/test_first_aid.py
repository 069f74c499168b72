"""First aid and triage: who helps whom and when, and the rates of tourniquets and of errors."""

import math
from typing import Any

import numpy as np
import pytest

from scenarios.loader import compile_document
from simcore.medical import Aid, Health, MedicalSideW, PersonR, PersonSpecW, PersonW, Stage, Triage
from simcore.params import RuleW
from simcore.simulation import Simulation
from simcore.types import EventKind
from tests.simcore.medical_worlds import CALM, Document, camp, column, dead, injuries, played

LIMB = {"head": 0.0, "torso": 0.0, "junctional": 0.0, "limb": 1.0}
MILD: Document = {"deterioration": {"law": "none"}}


def within(share: float, p: float, n: int) -> bool:
    """Return whether a share of ``n`` independent cases lies within 4 standard errors of its probability."""
    return abs(share - p) <= 4.0 * math.sqrt(max(p * (1.0 - p), 1e-12) / n)


def aided(people: Any, **keys: Any) -> Simulation:
    """Return a camp, in which few at a time are hurt, after an hour."""
    return played(camp(people, hours=2.0, per_1000_per_day=1000.0, **{**MILD, **keys}), 4)


def test_a_comrade_helps_after_the_reaction_and_the_length_of_his_aid() -> None:
    run = aided(200, first_aid={"reaction_min": 3.0, "buddy_min": 5.0, "request_min": 1.0})
    aid_s, hurt_s = column(run, PersonR.AID_S), column(run, PersonR.HURT_S)
    helped = aid_s >= 0.0
    assert helped.sum() > 20
    assert np.allclose((aid_s - hurt_s)[helped], 480.0)
    assert (column(run, PersonW.AID)[helped] == Aid.BUDDY).all()
    assert np.allclose((column(run, PersonR.REQUEST_S) - aid_s)[helped], 60.0)


def test_a_medic_helps_first_where_he_is_free_and_takes_his_own_time() -> None:
    run = aided({"crew": 200, "medics": 50}, first_aid={"reaction_min": 1.0, "medic_min": 9.0})
    aid_s, hurt_s = column(run, PersonR.AID_S), column(run, PersonR.HURT_S)
    helped = aid_s >= 0.0
    assert np.allclose((aid_s - hurt_s)[helped], 600.0)
    assert (column(run, PersonW.AID)[helped] == Aid.MEDIC).all()


@pytest.mark.parametrize(("is_able", "expected"), [(True, Aid.SELF), (False, Aid.NONE)])
def test_one_alone_treats_himself_if_he_can_walk(is_able: bool, expected: Aid) -> None:
    severity = 6.0 if is_able else 12.0
    run = played(camp(1, hours=3.0, injuries=injuries(severity=severity), first_aid={}, **MILD), 20)
    ended = column(run, PersonR.HURT_S) >= 0.0
    early = ended & (column(run, PersonR.HURT_S) < 7200.0)
    assert early.sum() >= 10
    assert (column(run, PersonW.AID)[early] == expected).all()


def test_evacuation_is_asked_for_him_whom_nobody_can_help() -> None:
    aid = {"reaction_min": 2.0, "buddy_min": 4.0, "request_min": 2.0}
    run = played(camp(1, hours=3.0, injuries=injuries(severity=12.0), first_aid=aid, **MILD), 20)
    asked = column(run, PersonR.REQUEST_S) >= 0.0
    assert asked.sum() >= 10
    assert np.allclose((column(run, PersonR.REQUEST_S) - column(run, PersonR.HURT_S))[asked], 480.0)
    assert (column(run, PersonW.TRIAGE)[asked] == Triage.T1).all()


def test_one_helper_cares_for_one_casualty_at_a_time_the_worst_first() -> None:
    document = camp(12, hours=1.0, per_1000_per_day=1e6, first_aid={"reaction_min": 0.0, "buddy_min": 30.0}, **MILD)
    document["medical"]["injuries"] = injuries(severity={"shares": [0.5, 0.5, 0.0, 0.0, 0.0]})
    document["medical"]["duty"] = {"scene_niss": 1.0}
    run = Simulation(compile_document(document).params, seed=1, replications=range(6))
    n_begun, n_left = 0, 0
    for _ in range(120):
        before = column(run, PersonW.AID_NOW).copy()
        run.advance(1)
        now, health, niss = column(run, PersonW.AID_NOW), column(run, PersonW.HEALTH), column(run, PersonR.SEVERITY)
        begun = (now == Aid.BUDDY) & (before == Aid.NONE)
        busy = ((now == Aid.BUDDY) & ~begun).sum(axis=1)
        assert (begun.sum(axis=1) <= np.maximum((health == Health.FIT).sum(axis=1) - busy, 0)).all()
        waits = (health == Health.HURT) & (now == Aid.NONE) & (column(run, PersonW.AID) == Aid.NONE)
        for r in np.flatnonzero(begun.any(axis=1)):
            n_begun += int(begun[r].sum())
            n_left += int(waits[r].sum())
            assert niss[r, begun[r]].min() >= niss[r, waits[r]].max(initial=0.0)
    assert n_begun > 10
    assert n_left > 0


@pytest.mark.parametrize("p", [0.0, 0.6, 1.0])
def test_tourniquets_hold_at_their_rate(p: float) -> None:
    run = aided(
        800,
        injuries=injuries(p_bleeding=1.0, regions=LIMB, severity=12.0),
        first_aid={"p_tourniquet": p, "reaction_min": 1.0, "buddy_min": 2.0},
    )
    helped = column(run, PersonR.AID_S) >= 0.0
    holds = column(run, PersonW.TOURNIQUET)[helped] == 1
    assert helped.sum() > 100
    assert within(float(holds.mean()), p, int(helped.sum()))
    bound = int((column(run, PersonW.TOURNIQUET) == 1).sum())  # those whose aid is not over among them
    assert run.state.medical_sides.whole[:, MedicalSideW.TOURNIQUETS, 0].sum() == bound >= holds.sum()
    rate = column(run, PersonR.BLEED_PER_H)[helped]
    assert np.allclose(rate[holds], 0.01)
    assert (rate[~holds] >= 2.0).all()


def test_a_tourniquet_comes_first_and_holds_while_the_aid_goes_on() -> None:
    """From the reaction on he bleeds at the rate under the tourniquet, though the aid ends ten minutes later."""
    rate = {"law": "none", "bleeding": {"limb": {"from_per_h": 3.0, "to_per_h": 3.0}}}
    run = aided(
        400,
        injuries=injuries(p_bleeding=1.0, regions=LIMB, severity=12.0),
        deterioration=rate,
        first_aid={"p_tourniquet": 1.0, "reaction_min": 2.0, "buddy_min": 10.0, "tourniquet_per_h": 0.0},
    )
    helped = column(run, PersonR.AID_S) >= 0.0
    assert helped.sum() > 50
    assert np.allclose(column(run, PersonR.BLOOD)[helped], math.exp(-3.0 * 2.0 / 60.0), rtol=1e-9)


@pytest.mark.parametrize(
    ("niss", "right", "over", "under"),
    [(30.0, Triage.T1, 0.0, 0.2), (12.0, Triage.T2, 0.3, 0.2), (5.0, Triage.T3, 0.3, 0.0), (70.0, Triage.T4, 0.0, 0.0)],
)
def test_errors_of_triage_have_their_rates(niss: float, right: Triage, over: float, under: float) -> None:
    run = aided(600, injuries=injuries(severity=niss), first_aid={}, triage={"p_over": 0.3, "p_under": 0.2})
    judged = column(run, PersonW.TRIAGE)[column(run, PersonW.TRIAGE) > 0]
    assert (column(run, PersonW.TRUE_TRIAGE)[column(run, PersonW.TRIAGE) > 0] == right).all()
    assert len(judged) > 100
    assert within(float((judged == right - 1).mean()), over, len(judged))
    assert within(float((judged == right + 1).mean()), under, len(judged))
    tally = run.state.medical_sides.whole[:, :, 0].sum(axis=0)
    assert tally[MedicalSideW.TRIAGED] == len(judged)
    assert tally[MedicalSideW.OVER_TRIAGED] == (judged < right).sum()
    assert tally[MedicalSideW.UNDER_TRIAGED] == (judged > right).sum()


def test_those_who_bleed_are_t1_whatever_the_severity() -> None:
    regions = {"head": 0.0, "torso": 0.4, "junctional": 0.2, "limb": 0.4}
    bleeds = injuries(p_bleeding=1.0, severity=10.0, regions=regions)
    run = aided(400, injuries=bleeds, first_aid={"p_tourniquet": 0.0})
    helped = column(run, PersonR.AID_S) >= 0.0
    assert (column(run, PersonW.TRUE_TRIAGE)[helped] == Triage.T1).all()


def test_severities_and_regions_have_their_shares() -> None:
    shares = (0.4, 0.3, 0.15, 0.1, 0.05)
    regions = {"head": 0.1, "torso": 0.2, "junctional": 0.3, "limb": 0.4}
    wounds = injuries(severity={"shares": list(shares)}, regions=regions)
    run = played(camp(4000, hours=1.0, per_1000_per_day=1e6, injuries=wounds, **MILD))
    hurt = column(run, PersonR.HURT_S) >= 0.0
    niss, region, n = column(run, PersonR.SEVERITY)[hurt], column(run, PersonW.REGION)[hurt], int(hurt.sum())
    assert (niss == np.round(niss)).all()
    assert niss.min() >= 1.0
    assert niss.max() <= 75.0
    for k, (low, high) in enumerate(((1, 9), (9, 16), (16, 25), (25, 50), (50, 76))):
        assert within(float(((niss >= low) & (niss < high)).mean()), shares[k], n)
    for k, share in enumerate((0.1, 0.2, 0.3, 0.4)):
        assert within(float((region == k).mean()), share, n)


def test_deaths_at_once_have_their_probability() -> None:
    run = played(camp(2000, hours=1.0, per_1000_per_day=1e6, injuries=injuries(p_at_once=0.3), **MILD))
    hurt = column(run, PersonR.HURT_S) >= 0.0
    assert within(float(dead(run)[hurt].mean()), 0.3, int(hurt.sum()))
    assert np.array_equal(column(run, PersonR.END_S)[dead(run)], column(run, PersonR.HURT_S)[dead(run)])


def sick(per_1000_per_day: float, people: int, days: float, n: int = 1, **rates: float) -> Simulation:
    """Return a camp in which people fall ill, for some days."""
    document = camp(people, hours=24.0 * days, **MILD, first_aid={})
    document["time"]["dt_s"] = 300
    document["medical"]["interval_s"] = 300
    document["medical"]["sickness"] = {"disease_per_1000_per_day": per_1000_per_day, **rates}
    document["medical"]["duty"] = {"scene_niss": 100.0, "scene_h": 1e-6}
    return played(document, n)


def test_illnesses_come_as_a_poisson_process_at_the_rate_of_those_who_are_fit() -> None:
    run = sick(100.0, 500, 2.0, stress_per_1000_per_day=50.0)
    tally = run.state.medical_sides.whole[0, :, 0]
    for row, mean in ((MedicalSideW.SICK, 100.0), (MedicalSideW.STRESSED, 50.0)):
        assert abs(tally[row] - mean) <= 4.0 * math.sqrt(mean)
    assert tally[MedicalSideW.RETURNED] > 0


def test_times_of_illness_are_exponential_whatever_the_step() -> None:
    run = sick(5000.0, 2000, 0.5)
    first = column(run, PersonR.HURT_S)[column(run, PersonW.WOUNDS) == 1]
    assert len(np.unique(first % 300.0)) > 0.9 * len(first)


def test_wounded_of_a_day_have_the_mean_and_spread_of_their_rate() -> None:
    n, people = 400, 200
    run = sick(0.0, people, 1.0, n, wounded_per_1000_per_day=50.0, wounded_sd=100.0)
    wounded = run.state.medical_sides.whole[:, MedicalSideW.WOUNDED, 0]
    mean, variance = 10.0, 10.0 + 20.0**2  # Poisson given the rate of the day
    assert abs(wounded.mean() - mean) <= 4.0 * math.sqrt(variance / n)
    cv_sq = 4.0
    excess = 6.0 * cv_sq  # of the gamma law, which governs the error of the variance
    assert abs(wounded.var() / variance - 1.0) <= 4.0 * math.sqrt((excess + 2.0) / n)


def test_the_lightly_hurt_return_to_duty_at_the_scene() -> None:
    document = camp(50, hours=4.0, injuries=injuries(severity=2.0), first_aid={"reaction_min": 1.0, "buddy_min": 4.0})
    document["medical"]["duty"] = {"scene_niss": 4.0, "scene_h": 0.5}
    run = Simulation(compile_document(document).params, seed=2, record_events=True)
    run.advance(int(run.params.rules_whole[RuleW.N_TICKS]))
    duty = run.events()["kind"] == EventKind.DUTY
    assert duty.sum() == run.state.medical_sides.whole[0, MedicalSideW.RETURNED, 0] > 0
    back = column(run, PersonW.STAGE) == Stage.RETURNED
    times = (column(run, PersonR.END_S) - column(run, PersonR.AID_S))[back]
    assert np.allclose(times, 1800.0)
    assert (column(run, PersonR.REQUEST_S)[back] == -1.0).all()
    assert (column(run, PersonW.HEALTH)[back] == Health.FIT).all()
    assert run.params.medical.people[PersonSpecW.NUMBER].max() == 49


def test_nobody_helps_where_first_aid_never_comes() -> None:
    run = played(camp(100, first_aid=CALM, **MILD))
    assert (column(run, PersonW.AID) == Aid.NONE).all()


@pytest.mark.parametrize(("scene_h", "n_soon"), [(71.0, 1), (73.0, 0)])
def test_wounded_back_on_duty_within_72_hours_are_counted_apart(scene_h: float, n_soon: int) -> None:
    document = camp(1, hours=100.0, per_1000_per_day=1e6, injuries=injuries(severity=2.0), first_aid={}, **MILD)
    document["time"]["dt_s"] = 60
    document["medical"]["duty"] = {"scene_h": scene_h}
    tally = played(document).state.medical_sides.whole[0, :, 0]
    assert tally[MedicalSideW.RETURNED] == 1
    assert tally[MedicalSideW.RETURNED_SOON] == n_soon


def test_illness_counts_neither_as_a_wound_nor_its_death_as_killed_in_action() -> None:
    document = camp(300, hours=24.0, injuries=injuries() | {"disease": {"severity": 31.0}})
    document["medical"]["sickness"] = {"disease_per_1000_per_day": 1000.0}
    run = played(document)
    tally = run.state.medical_sides.whole[0, :, 0]
    assert tally[MedicalSideW.DIED_OF_ILLNESS] == dead(run).sum() > 50
    assert tally[MedicalSideW.WOUNDED] == tally[MedicalSideW.DIED_BEFORE_CARE] == 0
