"""The default severities of injuries follow from the published counts that the page of casualties names."""

import math

import numpy as np
import pytest

from scenarios.format.schema.medical import Injuries, Medical
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


def test_as_many_die_of_wounds_as_published() -> None:
    shares = np.array(Injuries().fragment.severity.shares)
    alive = 1.0 - per_hit(DEAD) * BEFORE_FACILITY * AT_ONCE
    reached = alive * shares - later_killed()
    died = float(reached @ np.array(Medical().care.p_died_of_wounds))
    assert died == pytest.approx(per_hit(DEAD) * (1.0 - BEFORE_FACILITY), abs=0.002)
