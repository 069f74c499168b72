"""The default severities of injuries follow from the published counts that the page of casualties names."""

import math

import numpy as np
import pytest
from scipy import stats

from scenarios.format.schema.injuries import Injuries
from scenarios.format.schema.medical import Medical
from simcore.kernels.medical.injuries import drawn_niss
from simcore.medical import BAND_EDGES, N_BANDS, N_INJURY_ROWS, InjuryR, Mechanism

DEAD, WOUNDED, NOT_BACK = 3478, 31_572, 13_877
"""Iraq (Chesser 2009)."""
BEFORE_FACILITY = 0.873
"""Eastridge et al. (2012)."""
AT_ONCE, LATER_MEAN_MIN = 0.571, 36.3
"""Webster et al. (2021)."""
BACK_AMONG_ADMITTED = 0.18 / 0.69
"""Owens et al. (2008): of all 18 % back within 72 hours and 31 % not hurt in battle."""
CRITICAL_ADMITTED = (0.12 * 541 + 0.077 * 349) / (541 + 349)
"""Patel et al. (2013)."""
SEVERE_ADMITTED = 0.678 * 0.186 + 0.322 * 0.137
"""Tiruneh et al. (2024)."""
QUARTILES = (2, 5, 10)
"""Le et al. (2016)."""
NOT_SURVIVABLE = 0.486
"""Eastridge et al. (2011): of those who died of wounds."""
SHOCKED_ADMITTED, TOURNIQUETS_ADMITTED = 0.022, 0.084
"""Stannard et al. (2013), by the torso; Kragh et al. (2015)."""
TRANSPORT_MIN = 55.0
"""Urgent cases in Iraq, on the mean (United States Central Command, 2009)."""
CRASH_QUARTILES = (4, 9, 22)
"""Severities of 120 hurt in helicopters of the registry (J. Spec. Oper. Med. 2022); 98 % left the hospital alive."""
CRASH_DEAD, CRASH_DEAD_IN_CARE = 136 / 611, 0.02
"""Of those hurt in helicopters (Shanahan 1989); of those who reached a facility (J. Spec. Oper. Med. 2022)."""
MODERATE_ADMITTED = 0.16
GRAVEST_ADMITTED = 0.1
"""Shares chosen: of NISS 9 to 15, by the quartiles; of NISS 50 and more among the critical, an assumption."""


def per_hit(count: float) -> float:
    """Return a number of persons as a share of those hit."""
    return count / (DEAD + WOUNDED)


def registry() -> np.ndarray:
    """Return the shares of the bands among those in the registry."""
    severe = SEVERE_ADMITTED - CRITICAL_ADMITTED
    gravest = GRAVEST_ADMITTED * CRITICAL_ADMITTED
    upper = np.array([MODERATE_ADMITTED, severe, CRITICAL_ADMITTED - gravest, gravest])
    return np.concatenate([[1.0 - upper.sum()], upper])


def later_killed() -> np.ndarray:
    """Return those who died later than at once and before a facility, by band, as shares of those hit.

    Those of NISS 50 and more are the ones who died within the time that this severity leaves without care.
    """
    course = Medical().deterioration
    quick = 1.0 - math.exp(-course.scale_min * BAND_EDGES[4] ** -course.power / LATER_MEAN_MIN)
    return per_hit(DEAD) * BEFORE_FACILITY * (1.0 - AT_ONCE) * np.array([0.0, 0.0, 0.0, 1.0 - quick, quick])


def test_the_share_killed_at_once_is_that_of_the_published_deaths() -> None:
    share = per_hit(DEAD) * BEFORE_FACILITY * AT_ONCE
    assert Injuries().fragment.p_at_once == pytest.approx(share, abs=0.005)
    assert Injuries().blast.p_at_once == Injuries().fragment.p_at_once
    assert Injuries().bullet.p_at_once / Injuries().blast.p_at_once == pytest.approx(20.3 / 9.7, rel=0.05)


def test_the_shares_of_severity_are_those_of_the_later_deaths_and_of_the_registry() -> None:
    not_back = per_hit(NOT_BACK) + per_hit(DEAD) * (1.0 - BEFORE_FACILITY)
    admitted = not_back / (1.0 - BACK_AMONG_ADMITTED)
    counts = admitted * registry() + later_killed()
    alive = 1.0 - per_hit(DEAD) * BEFORE_FACILITY * AT_ONCE
    counts[0] = alive - counts[1:].sum()  # whom no registry has was lightly hurt
    assert Injuries().fragment.severity.shares == pytest.approx(counts / alive, abs=0.01)


def test_low_severities_are_so_frequent_within_a_band_that_the_registry_has_its_quartiles() -> None:
    injuries = np.zeros((N_INJURY_ROWS, len(Mechanism)))
    injuries[InjuryR.NISS] = np.nan
    injuries[InjuryR.BAND : InjuryR.BAND + N_BANDS] = np.cumsum(registry())[:, None]
    grid = (np.arange(200) + 0.5) / 200
    mechanism = np.int64(Mechanism.FRAGMENT)
    drawn = np.array([drawn_niss(injuries, mechanism, u, v) for u in grid for v in grid])
    assert tuple(np.quantile(drawn, (0.25, 0.5, 0.75))) == QUARTILES


def test_dangerous_bleeding_is_as_frequent_as_shock_by_the_torso_and_tourniquets_in_the_registry() -> None:
    injury, bleeding = Injuries().fragment, Medical().deterioration.bleeding
    severe = registry()[1:].sum()  # from NISS 9 on
    assert injury.p_bleeding * injury.regions.limb * severe == pytest.approx(TOURNIQUETS_ADMITTED, abs=0.015)
    total = TOURNIQUETS_ADMITTED + SHOCKED_ADMITTED
    assert injury.p_bleeding * (1.0 - injury.regions.head) * severe == pytest.approx(total, abs=0.002)
    assert injury.p_bleeding * injury.regions.torso * severe == pytest.approx(SHOCKED_ADMITTED, abs=0.01)
    assert bleeding.head.to_per_h == 0.0


def killed_by_the_clock(p_fatal: float) -> float:
    """Return the share of those of NISS 25 and more whom the clock of the injury kills before a facility.

    A medic helps them, and evacuation is asked for, at the default times; half of the transport time they wait, half of
    it they ride with an attendant. Transport times have the mean of Iraq and a lognormal spread of 0.5. Outside the
    head they bleed, and a tourniquet saves those of the limbs whom it finds alive and holds.
    """
    rules = Medical()
    course, aid, ride = rules.deterioration, rules.first_aid, rules.evacuation
    grid = (np.arange(400) + 0.5) / 400
    shares = np.array(Injuries().fragment.severity.shares[3:])
    edges = np.array(BAND_EDGES[3:])
    niss = edges[:-1, None] + np.floor(grid**2 * np.diff(edges)[:, None])
    life_min = course.scale_min * niss**-course.power
    ride_min = TRANSPORT_MIN * np.exp(0.5 * stats.norm.ppf(grid) - 0.125)
    aided_min = aid.reaction_min + aid.medic_min

    def dead_within(run_min: np.ndarray | float) -> float:
        dead = (life_min[:, :, None] < run_min).mean(axis=(1, 2))
        return float(shares @ dead / shares.sum())

    def dead_with(medic: float, attendant: float) -> float:
        return dead_within(aided_min + medic * (aid.request_min + 0.5 * ride_min) + attendant * 0.5 * ride_min)

    regions = Injuries().fragment.regions
    bled = dead_with(aid.bleeding_rate_medic, ride.bleeding_rate)
    held = aid.p_tourniquet_medic
    limb = held * dead_within(aid.reaction_min) + (1.0 - held) * bled
    dead = regions.head * dead_with(aid.trauma_rate_medic, ride.trauma_rate)
    return p_fatal * (dead + (regions.torso + regions.junctional) * bled + regions.limb * limb)


def test_all_such_injuries_are_fatal_as_more_died_before_the_facilities_of_iraq_than_even_so() -> None:
    """If every such injury kills without care, fewer die before a facility than did; arteries kill some of these."""
    died = later_killed().sum()
    not_back = per_hit(NOT_BACK) + per_hit(DEAD) * (1.0 - BEFORE_FACILITY)
    reached = not_back / (1.0 - BACK_AMONG_ADMITTED) * CRITICAL_ADMITTED
    published = died / (died + reached)
    p_fatal = Medical().deterioration.p_fatal
    assert published == pytest.approx(37 / 93, abs=0.01)
    assert killed_by_the_clock(1.0) < published
    assert p_fatal == 1.0


def test_the_severities_of_crashes_have_the_quartiles_of_the_registry_and_the_deaths_of_the_crashes() -> None:
    """Of the 611 hurt 136 died, 2 % of those who reached a facility; of the others as many at once as of the killed."""
    registry = np.array([0.4, 0.27, 0.095, 0.21, 0.025])
    injuries = np.zeros((N_INJURY_ROWS, len(Mechanism)))
    injuries[InjuryR.NISS] = np.nan
    injuries[InjuryR.BAND : InjuryR.BAND + N_BANDS] = np.cumsum(registry)[:, None]
    grid = (np.arange(200) + 0.5) / 200
    drawn = np.array([drawn_niss(injuries, np.int64(Mechanism.CRASH), u, v) for u in grid for v in grid])
    assert tuple(np.quantile(drawn, (0.25, 0.5, 0.75))) == CRASH_QUARTILES
    alive = (1.0 - CRASH_DEAD) / (1.0 - CRASH_DEAD_IN_CARE)
    before = 1.0 - alive
    course = Medical().deterioration
    quick = 1.0 - math.exp(-course.scale_min * BAND_EDGES[4] ** -course.power / LATER_MEAN_MIN)
    counts = alive * registry + before * (1.0 - AT_ONCE) * np.array([0.0, 0.0, 0.0, 1.0 - quick, quick])
    assert Injuries().crash.p_at_once == pytest.approx(before * AT_ONCE, abs=0.005)
    assert Injuries().crash.severity.shares == pytest.approx(counts / counts.sum(), abs=0.01)


def test_as_many_die_of_wounds_whatever_the_care_as_could_not_be_saved() -> None:
    shares = np.array(Injuries().fragment.severity.shares)
    alive = 1.0 - per_hit(DEAD) * BEFORE_FACILITY * AT_ONCE
    reached = alive * shares - later_killed()
    died = float(reached @ np.array(Medical().care.p_died_of_wounds))
    assert died == pytest.approx(NOT_SURVIVABLE * per_hit(DEAD) * (1.0 - BEFORE_FACILITY), abs=0.001)
