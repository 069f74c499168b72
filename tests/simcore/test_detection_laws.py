"""Formulas of cameras, sonars and weather against printed values, SciPy and the shapes they must have."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from scenarios.format.defaults import thorp_db_per_km
from simcore.kernels.ground.terrain import sea_speed_share
from simcore.kernels.mathematics.approximations import normal_probability
from simcore.kernels.sensing.detection_laws import (
    decibels,
    imaged_level,
    optical_range_share,
    resolved_cycles,
    signal_excess_db,
    sixth_power,
    sonar_p,
    target_transfer_p,
)
from simcore.types import Level

pytestmark = pytest.mark.small

SPREADING = 20.0 / (2.0 * math.log(10.0))


def test_normal_probability() -> None:
    x = np.concatenate((np.linspace(-8.0, 8.0, 2001), [-40.0, -7.0710678, 7.0710678, 40.0]))
    np.testing.assert_allclose([normal_probability(v) for v in x], special.ndtr(x), rtol=1e-11, atol=1e-15)
    assert normal_probability(0.0) == pytest.approx(0.5, abs=1e-15)
    assert normal_probability(-np.inf) == 0.0
    assert normal_probability(np.inf) == 1.0


@pytest.mark.parametrize(("ratio", "p"), [(0.5, 0.10773), (1.0, 0.5), (2.0, 0.94490), (0.0, 0.0), (1e9, 1.0)])
def test_target_transfer_at_printed_points(ratio: float, p: float) -> None:
    assert target_transfer_p(ratio) == pytest.approx(p, abs=5e-6)


def test_cycles_at_the_printed_point() -> None:
    assert resolved_cycles(2.3, 1.0 / (2.0 * 1e-4), 2000.0, 0.0, 0.0) == pytest.approx(5.75, rel=1e-12)


def test_nothing_is_resolved_beyond_the_visibility_and_everything_on_contact() -> None:
    extinction = -math.log(0.02) / 5000.0
    assert resolved_cycles(2.3, 5000.0, 5000.001, 0.0, extinction) == 0.0
    assert resolved_cycles(2.3, 5000.0, 4999.9, 0.0, extinction) > 0.0
    assert resolved_cycles(2.3, 5000.0, 0.0, 0.0, extinction) == math.inf
    assert resolved_cycles(2.3, 5000.0, 0.0, -math.inf, extinction) == 0.0


@settings(max_examples=80)
@given(st.floats(1.0, 30_000), st.floats(1.0, 30_000), st.floats(0.021, 1.0), st.floats(0.0, 2e-3))
def test_cycles_fall_with_range_and_haze(a: float, b: float, contrast: float, extinction: float) -> None:
    near, far = (resolved_cycles(2.3, 5000.0, r, math.log(contrast), extinction) for r in sorted((a, b)))
    assert near >= far
    assert resolved_cycles(2.3, 5000.0, a, math.log(contrast), 0.0) >= resolved_cycles(
        2.3, 5000.0, a, math.log(contrast), extinction
    )


@settings(max_examples=80)
@given(st.floats(10.0, 30_000), st.floats(0.021, 1.0), st.floats(0.0, 2e-3))
def test_a_shortened_range_resolves_as_much_as_the_full_one_in_clear_daylight(
    range_m: float, contrast: float, extinction: float
) -> None:
    share = optical_range_share(range_m, math.log(contrast), extinction)
    assert 0.0 < share <= 1.0
    there = resolved_cycles(2.3, 5000.0, share * range_m, math.log(contrast), extinction)
    assert there == pytest.approx(resolved_cycles(2.3, 5000.0, range_m, 0.0, 0.0), rel=1e-9)
    assert optical_range_share(range_m, math.log(0.019), extinction) == 0.0
    assert optical_range_share(range_m, 0.0, 0.0) == 1.0


@settings(max_examples=80)
@given(st.floats(0.0, 60.0), st.floats(0.0, 1.0), st.floats(0.0, 0.999), st.floats(0.0, 0.999))
def test_a_lower_draw_never_tells_less(cycles: float, covered: float, u: float, v: float) -> None:
    low, high = (imaged_level(cycles, covered, 1.0, 4.0, 6.4, draw) for draw in sorted((u, v)))
    assert low >= high
    assert (imaged_level(cycles, covered, 1.0, 4.0, 6.4, u) >= Level.CLASSIFIED) == (
        u < covered * target_transfer_p(cycles / 4.0)
    )


def test_signal_excess_at_the_printed_point() -> None:
    # SL 140, NL 65, DI 20, DT 5, 1 kHz: SE(10 km) = 9.3100 dB
    absorption = thorp_db_per_km(1.0) / 1e3
    assert absorption * 1e3 == pytest.approx(0.0690, abs=5e-5)
    assert signal_excess_db(140.0 + 20.0 - 5.0, 65.0, SPREADING, absorption, 1e8) == pytest.approx(9.31, abs=5e-5)


def test_silence_is_not_heard() -> None:
    excess = signal_excess_db(decibels(0.0), 65.0, SPREADING, 1e-4, 1e6)
    assert sonar_p(excess, 8.0) == 0.0


def test_speed_adds_sixty_decibels_a_decade() -> None:
    assert decibels(sixth_power(100.0)) == pytest.approx(60.0, rel=1e-12)


@pytest.mark.parametrize(
    ("state", "share"), [(0.0, 1.0), (3.0, 1.0), (4.0, 2 / 3), (5.0, 1 / 3), (6.0, 0.0), (9.0, 0.0)]
)
def test_a_craft_slows_down_between_two_sea_states(state: float, share: float) -> None:
    assert sea_speed_share(state, 3.0, 6.0) == pytest.approx(share, abs=1e-12)
    assert sea_speed_share(state, math.inf, math.inf) == 1.0
