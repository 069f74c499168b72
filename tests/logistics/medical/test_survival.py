"""Deterioration in closed form: published times, and the equations of bleeding integrated step by step."""

import math

import numpy as np
import pytest

from logistics.medical.survival import (
    Bleeding,
    DeathsBeforeCare,
    bleeding_time_h,
    blood_volume,
    trauma_time_min,
)
from simcore.errors import InputError


@pytest.mark.parametrize(("severity", "minutes"), [(21, 114.9), (31, 53.7), (44, 27.2)])
def test_published_times_to_death_of_trauma(severity: float, minutes: float) -> None:
    assert trauma_time_min(severity) == pytest.approx(minutes, abs=0.06)


def _stepped(phases: list[Bleeding], end_h: float, step_h: float) -> np.ndarray:
    """Return the volume by Euler steps of dV/dt = -(a + k t) V, with t from the begin of each phase."""
    volume, found = 1.0, [1.0]
    for k in range(round(end_h / step_h)):
        t = (k + 0.5) * step_h
        phase = next(phase for phase in reversed(phases) if phase.start_h <= t)
        volume *= 1.0 - (phase.rate_per_h + phase.growth_per_h2 * (t - phase.start_h)) * step_h
        found.append(volume)
    return np.array(found)


@pytest.mark.parametrize(
    "phases",
    [
        [Bleeding(0.0, 1.0)],
        [Bleeding(0.0, 0.5, 0.8)],
        [Bleeding(0.0, 3.0, 0.5), Bleeding(0.1, 0.01), Bleeding(0.8, 2.0)],
        [Bleeding(0.0, 2.0, -1.5), Bleeding(1.0, 0.4)],
    ],
)
def test_bleeding_solves_its_equation(phases: list[Bleeding]) -> None:
    step = 1e-4
    volume = _stepped(phases, 3.0, step)
    times = step * np.arange(len(volume))
    assert blood_volume(phases, times) == pytest.approx(volume, rel=2e-3)
    dead = np.flatnonzero(volume < 0.4)
    found = bleeding_time_h(phases)
    assert found == pytest.approx(times[dead[0]], abs=5e-3) if dead.size else found > 3.0


def test_constant_bleeding_kills_after_the_logarithm_of_the_lethal_share() -> None:
    assert bleeding_time_h([Bleeding(0.0, 2.0)]) == pytest.approx(-math.log(0.4) / 2.0, rel=1e-12)


def test_a_tourniquet_in_time_puts_death_off_and_closed_bleeding_never_kills() -> None:
    artery = Bleeding(0.0, 3.0)
    late = bleeding_time_h([artery, Bleeding(0.4, 0.01)])
    assert bleeding_time_h([artery, Bleeding(0.2, 0.01)]) == pytest.approx(0.2 + (-math.log(0.4) - 0.6) / 0.01)
    assert late == bleeding_time_h([artery])  # dead before
    assert bleeding_time_h([artery, Bleeding(0.2, 0.0)]) == math.inf
    assert bleeding_time_h([Bleeding(0.0, 0.5, -1.0)]) == math.inf  # clots before the lethal volume


@pytest.mark.parametrize(("minutes", "share"), [(0.0, 0.571), (10.0, 0.677), (60.0, 0.914), (120.0, 0.990)])
def test_the_british_cohort_is_dead_by_the_published_times(minutes: float, share: float) -> None:
    assert float(DeathsBeforeCare().dead_by(minutes)) == pytest.approx(share, abs=0.007)


def test_deaths_before_care_are_the_mean_over_the_times_to_care() -> None:
    law = DeathsBeforeCare(0.3, 40.0)
    assert law.dead_before_care(43.0, 0.0) == pytest.approx(float(law.dead_by(43.0)), rel=1e-12)
    times = 43.0 * np.exp(0.5 * np.random.default_rng(1).standard_normal(400_000))
    shares = law.dead_by(times)
    error = float(shares.std()) / math.sqrt(len(times))
    assert abs(law.dead_before_care(43.0, 0.5) - float(shares.mean())) < 4.0 * error
    assert law.dead_before_care(43.0, 0.5) < law.dead_before_care(90.0, 0.5)


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="severity 0: out of range"):
        trauma_time_min(0.0)
    with pytest.raises(InputError, match="volume 1: no share"):
        bleeding_time_h([Bleeding(0.0, 1.0)], 1.0)
    with pytest.raises(InputError, match="the first from 0 h"):
        bleeding_time_h([Bleeding(0.1, 1.0)])
    with pytest.raises(InputError, match=r"killed at once 1\.2"):
        DeathsBeforeCare(at_once=1.2)
    with pytest.raises(InputError, match="median time to care 0"):
        DeathsBeforeCare().dead_before_care(0.0, 0.5)
    with pytest.raises(InputError, match="spread -1"):
        DeathsBeforeCare().dead_before_care(10.0, -1.0)
