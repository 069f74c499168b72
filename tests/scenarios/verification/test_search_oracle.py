"""Search theory against reference values and independent simulations, and how good its limits are."""

import math

import numpy as np
import pytest
from scipy import integrate

from scenarios.verification.oracles import search


@pytest.mark.parametrize(
    ("z", "random_p", "inverse_cube_p", "definite_p"),
    [(0.5, 0.393469, 0.469116, 0.5), (1.0, 0.632121, 0.789909, 1.0), (2.0, 0.864665, 0.987811, 1.0)],
)
def test_coverage_curves_have_the_reference_values(
    z: float, random_p: float, inverse_cube_p: float, definite_p: float
) -> None:
    ours = (search.random_search(z), search.parallel_sweep_inverse_cube(z), search.parallel_sweep_definite(z))
    assert ours == pytest.approx((random_p, inverse_cube_p, definite_p), abs=6e-7)


@pytest.mark.parametrize(("dt_s", "p"), [(1.0, 0.997), (2.0, 0.989), (4.0, 0.957), (8.0, 0.785), (16.0, 0.393)])
def test_sampling_leak_has_the_reference_values(dt_s: float, p: float) -> None:
    assert search.sampled_pass_probability(1000.0, 250.0, dt_s) == pytest.approx(p, abs=6e-4)


@pytest.mark.parametrize(("ratio", "factor"), [(0.0, 1.0), (0.5, 1.063544), (1.0, 1.273240), (2.0, 2.127089)])
def test_relative_speed_factor_has_the_reference_values(ratio: float, factor: float) -> None:
    assert search.relative_speed_factor(ratio) == pytest.approx(factor, abs=6e-7)


@pytest.mark.parametrize("ratio", [0.1, 0.9, 0.999999, 1.3, 10.0])
def test_relative_speed_factor_equals_quadrature(ratio: float) -> None:
    value, _ = integrate.quad(
        lambda a: math.hypot(1 - ratio * math.cos(a), ratio * math.sin(a)), 0, math.pi, epsabs=1e-12
    )
    assert search.relative_speed_factor(ratio) == pytest.approx(value / math.pi, rel=1e-9)


def test_border_factor_is_the_density_of_distances_in_a_disc() -> None:
    generator = np.random.default_rng(1)
    n, reach = 1_000_000, 0.3
    radius, angle = np.sqrt(generator.random((2, n))), 2 * np.pi * generator.random((2, n))
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    near = float(np.mean(np.hypot(x[0] - x[1], y[0] - y[1]) < reach))
    p, _ = integrate.quad(lambda s: 2 * s * search.border_factor(s), 0, reach)
    assert abs(near - p) < 4 * math.sqrt(p * (1 - p) / n)
    whole, _ = integrate.quad(lambda s: 2 * s * search.border_factor(s), 0, 2)
    assert whole == pytest.approx(1.0)


def test_inverse_cube_exposure_equals_quadrature() -> None:
    law, speed, offset, first, last, reach = 3e9, 12.0, 700.0, -4000.0, 2500.0, 3000.0

    def rate(s: float) -> float:
        range_m = math.hypot(offset, s)
        return law / range_m**3 / speed if range_m <= reach else 0.0

    edge = math.sqrt(reach**2 - offset**2)
    value, _ = integrate.quad(rate, -edge, last)
    ours = search.inverse_cube_exposure(law, speed, np.array([offset]), np.array([[first], [last]]), reach)
    assert ours[0] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("z", [0.5, 1.0, 2.0])
def test_finite_sweep_tends_to_the_endless_one(z: float) -> None:
    width, speed = 1000.0, 10.0
    law = width**2 * speed / (8 * math.pi)
    assert search.inverse_cube_sweep_width(law, speed) == pytest.approx(width)
    tracks = np.linspace(-1000, 1000, 2001) * width / z
    p = search.parallel_sweep_finite(law, speed, tracks, 1e8, math.inf, 0.5 * width / z, 2001)
    assert p == pytest.approx(search.parallel_sweep_inverse_cube(z), abs=2e-4)


def test_definite_sweep_width_is_twice_the_range() -> None:
    assert search.definite_sweep_width(700.0) == 1400.0
    assert search.definite_sweep_width(700.0, 500.0) == 1000.0


def test_glimpses_of_certainty_clear_twice_the_range() -> None:
    width = search.glimpse_sweep_width(lambda r: float(r <= 100.0), 1.0, 400, 300.0, 1000.0, 3001)
    assert width == pytest.approx(200.0, abs=0.2)


def test_glimpse_sweep_width_equals_a_simulation() -> None:
    generator = np.random.default_rng(2)
    n, step, looks, half_width = 100_000, 3.0, 12, 25.0

    def p_look(range_m: float) -> float:
        return math.exp(-range_m / 8.0)

    offset = generator.uniform(-half_width, half_width, n)
    along = step * (np.arange(looks) + 1 - looks / 2 + generator.uniform(-0.5, 0.5, (n, 1)))
    ranges = np.hypot(offset[:, None], along)
    seen = np.any((generator.random(ranges.shape) < np.exp(-ranges / 8.0)) & (ranges <= 20.0), axis=1)
    p = search.glimpse_sweep_width(p_look, step, looks, half_width, 20.0) / (2 * half_width)
    assert abs(seen.mean() - p) < 4 * math.sqrt(p * (1 - p) / n)


def lambert_search(range_ratio: float, coverages: tuple[float, ...], inner: float, n: int, seed: int) -> list[float]:
    """Return P(found) of a point in the inner part of a disc searched on straight legs, in continuous time.

    Independent of the engine: exact geometry of each leg, no time step. The disc has radius 1.
    """
    generator = np.random.default_rng(seed)

    def in_disc(radius: float) -> np.ndarray:
        angle = 2 * np.pi * generator.random(n)
        return radius * np.sqrt(generator.random(n)) * np.array([np.cos(angle), np.sin(angle)])

    target, place = in_disc(inner), in_disc(1.0)
    angle = 2 * np.pi * generator.random(n)
    course = np.array([np.cos(angle), np.sin(angle)])
    length, found = np.zeros(n), np.full(n, np.inf)
    longest = max(coverages) * np.pi / (2 * range_ratio)
    open_ = np.arange(n)
    while open_.size:
        along = np.sum(place * course, axis=0)
        leg = -along + np.sqrt(np.maximum(along**2 - np.sum(place**2, axis=0) + 1, 0))
        gap = target - place
        ahead = np.sum(gap * course, axis=0)
        miss_sq = np.sum(gap**2, axis=0) - ahead**2
        enters = ahead - np.sqrt(np.maximum(range_ratio**2 - miss_sq, 0))
        enters = np.where(np.sum(gap**2, axis=0) <= range_ratio**2, 0.0, enters)
        is_hit = (miss_sq <= range_ratio**2) & (enters >= 0) & (enters <= leg)
        found[open_[is_hit]] = (length + enters)[is_hit]
        length = length + leg
        place = place + course * leg
        sine = 2 * generator.random(open_.size) - 1
        inward = np.sqrt(1 - sine**2)
        normal = place / np.hypot(*place)
        course = np.array([-normal[0] * inward - normal[1] * sine, -normal[1] * inward + normal[0] * sine])
        keep = ~is_hit & (length < longest)
        open_, length = open_[keep], length[keep]
        place, course, target = place[:, keep], course[:, keep], target[:, keep]
    return [float(np.mean(found <= z * np.pi / (2 * range_ratio))) for z in coverages]


def test_random_search_law_is_good_to_two_thousandths_where_the_check_uses_it() -> None:
    n, coverages = 100_000, (0.5, 1.0, 2.0)
    for z, p in zip(coverages, lambert_search(0.02, coverages, 0.9, n, 3), strict=True):
        noise = 4 * math.sqrt(p * (1 - p) / n)
        assert abs(p - search.random_search(z)) < 0.002 + noise


def test_random_search_law_fails_for_a_wide_sensor() -> None:
    # the reason why the check asks for a disc at least 50 times the range
    n = 100_000
    (p,) = lambert_search(0.2, (1.0,), 0.6, n, 4)
    assert abs(p - search.random_search(1.0)) > 0.02
