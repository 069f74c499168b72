"""Casualties: the course of injuries against closed forms, first aid, triage, and what they depend on."""

import math

import numpy as np
import pytest

from simcore.medical import Cause, PersonR, PersonW, Region
from tests.simcore.medical_worlds import Document, camp, column, dead, injuries, played

LIMB = {"head": 0.0, "torso": 0.0, "junctional": 0.0, "limb": 1.0}
UNAIDED_LIMB: Document = {
    "injuries": injuries(p_bleeding=1.0, regions=LIMB),
    "deterioration": {"law": "none", "bleeding": {"limb": {"from_per_h": 2, "to_per_h": 2, "growth_per_h2": 0.5}}},
}


def within(share: float, p: float, n: int) -> bool:
    """Return whether a share of ``n`` independent cases lies within 4 standard errors of its probability."""
    return abs(share - p) <= 4.0 * math.sqrt(max(p * (1.0 - p), 1e-12) / n)


def lifetimes_s(document: Document, n: int = 1) -> np.ndarray:
    """Return the times from injury to death of all who died."""
    run = played(document, n)
    return (column(run, PersonR.END_S) - column(run, PersonR.HURT_S))[dead(run)]


@pytest.mark.parametrize(("niss", "minutes"), [(21.0, 114.9), (31.0, 53.7), (44.0, 27.2)])
def test_an_injury_without_care_kills_at_the_published_time_of_its_severity(niss: float, minutes: float) -> None:
    times = lifetimes_s(camp(100, hours=4.0, injuries=injuries(severity=niss)))
    assert len(times) >= 90
    assert np.allclose(times, times[0], rtol=1e-9)
    assert abs(times[0] / 60.0 - minutes) < 0.06


def test_bleeding_without_care_kills_when_the_closed_form_falls_to_40_percent() -> None:
    times = lifetimes_s(camp(100, **UNAIDED_LIMB))
    a, k, left = 2.0, 0.5, math.log(1.0 / 0.4)
    hours = (math.sqrt(a * a + 2.0 * k * left) - a) / k
    assert len(times) >= 90
    assert np.allclose(times, hours * 3600.0, rtol=1e-9)


def test_aid_slows_the_bleeding_from_its_end_on() -> None:
    aid = {"reaction_min": 2.0, "buddy_min": 4.0, "p_tourniquet": 0.0, "bleeding_rate": 0.5}
    run = played(camp(200, **{**UNAIDED_LIMB, "first_aid": aid}))
    since_s = column(run, PersonR.AID_S) - column(run, PersonR.HURT_S)
    is_prompt = dead(run) & (np.abs(since_s - 360.0) < 1e-6)
    times = (column(run, PersonR.END_S) - column(run, PersonR.HURT_S))[is_prompt]
    a, k, t = 2.0, 0.5, 0.1
    left = (math.log(1.0 / 0.4) - (a * t + k * t * t / 2.0)) / 0.5
    b = a + k * t
    hours = t + (math.sqrt(b * b + 2.0 * k * left) - b) / k
    assert is_prompt.sum() >= 100
    assert np.allclose(times, hours * 3600.0, rtol=1e-9)


def test_the_first_clock_to_run_out_kills() -> None:
    bleeding = {"limb": {"from_per_h": 0.5, "to_per_h": 2.0}}
    both = camp(200, **{**UNAIDED_LIMB, "deterioration": {"bleeding": bleeding, "bleeds_out": []}})
    run = played(both)
    cause, times = column(run, PersonW.CAUSE), (column(run, PersonR.END_S) - column(run, PersonR.HURT_S)) / 60.0
    trauma_min = 43_500.0 * 31.0**-1.95
    by_trauma = cause == Cause.TRAUMA
    assert by_trauma.any()
    assert np.allclose(times[by_trauma], trauma_min)
    assert (times[cause == Cause.BLEEDING] < trauma_min).all()


def test_outside_the_head_an_injury_kills_by_bleeding_at_the_time_of_its_clock() -> None:
    run = played(camp(400, injuries=injuries(p_bleeding=1e-12)))
    killed, is_head = dead(run), column(run, PersonW.REGION) == Region.HEAD
    times_min = (column(run, PersonR.END_S) - column(run, PersonR.HURT_S)) / 60.0
    assert (killed & is_head).any()
    assert np.allclose(times_min[killed], 43_500.0 * 31.0**-1.95, rtol=1e-9)
    assert np.array_equal(column(run, PersonW.CAUSE)[killed] == Cause.BLEEDING, ~is_head[killed])
    dry = played(camp(400))  # a cause without bleeding
    assert (column(dry, PersonW.CAUSE)[dead(dry)] == Cause.TRAUMA).all()


def test_a_tourniquet_saves_one_whose_limb_would_have_killed_him() -> None:
    limb = {"head": 0.0, "torso": 0.0, "junctional": 0.0, "limb": 1.0}
    aid = {"reaction_min": 1.0, "buddy_min": 2.0, "p_tourniquet": 1.0}
    run = played(camp(100, injuries=injuries(p_bleeding=1e-12, regions=limb), first_aid=aid, hours=2.0))
    held = column(run, PersonW.TOURNIQUET) == 1
    assert held.sum() > 50
    assert not dead(run)[held].any()


def test_an_exponential_clock_has_its_mean() -> None:
    course = {"law": "exponential", "mean_min": 20.0}
    run = played(camp(2000, hours=1.0, per_1000_per_day=1e6, deterioration=course))
    hurt_s = column(run, PersonR.HURT_S)
    early = (hurt_s >= 0.0) & (hurt_s < 1200.0)
    share = (dead(run) & (column(run, PersonR.END_S) - hurt_s <= 1800.0))[early].mean()
    assert within(float(share), 1.0 - math.exp(-1.5), int(early.sum()))


def test_injuries_that_do_not_kill_leave_the_times_of_the_others_as_they_are() -> None:
    """Half of them are fatal: these die at the same times as if all were, the others live."""
    at_once = {"severity": {"shares": [0.0, 0.0, 0.5, 0.5, 0.0]}}
    every, half = (
        played(camp(800, hours=1.0, per_1000_per_day=1e6, injuries=injuries(**at_once), deterioration=course))
        for course in ({"cv": 0.0}, {"cv": 0.0, "p_fatal": 0.5})
    )
    hurt_s, n_hurt = column(half, PersonR.HURT_S), int((column(half, PersonR.HURT_S) >= 0.0).sum())
    assert np.array_equal(column(every, PersonR.HURT_S), hurt_s)
    runs = np.isfinite(column(half, PersonR.TRAUMA_S)) & (hurt_s >= 0.0)
    assert within(float(runs.sum() / n_hurt), 0.5, n_hurt)
    died = dead(half)
    assert died.any()
    assert np.array_equal(column(half, PersonR.END_S)[died], column(every, PersonR.END_S)[died])
    assert not (died & ~dead(every)).any()


@pytest.mark.parametrize("interval_s", [10.0, 600.0])
def test_the_interval_of_updates_changes_no_time_of_death(interval_s: float) -> None:
    times = lifetimes_s(camp(100, **{**UNAIDED_LIMB, "interval_s": interval_s}))
    hours = (math.sqrt(4.0 + math.log(1.0 / 0.4)) - 2.0) / 0.5
    assert len(times) >= 80
    assert np.allclose(times, hours * 3600.0, rtol=1e-9)
