"""The Weibull law: against lifelines, against formulas, and its honesty where the hazard is constant."""

import math

import numpy as np
import pytest

from logistics.reliability.goodness import distance, kaplan_meier, p_value
from logistics.reliability.predictive import predictive
from logistics.reliability.weibull import (
    failure_within,
    fit_exponential,
    fit_weibull,
    mean_remaining_life,
    remaining_life,
)
from simcore.errors import InputError

# Lives, failures (1) and the results of lifelines 0.30.3:
#   fitter = WeibullFitter(); fitter._scipy_fit_method = "L-BFGS-B"
#   fitter.fit(T, E, fit_options={"ftol": 1e-15, "gtol": 1e-10}); fitter.summary; fitter.log_likelihood_
# (its default tolerance stops at about 6 digits). Rows: eta and beta with standard error and 95 % interval.
LIFELINES = {
    "ten": (
        [3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0],
        [1, 1, 1, 0, 1, 1, 0, 1, 1, 0],
        (21.769408486400, 5.659648706956, 10.676700855617, 32.862116117182),
        (1.454661452555, 0.460421974031, 0.552250965763, 2.357071939347),
        (-28.217357105429734, -28.816794187813564),
    ),
    "wear": (
        [120, 340, 560, 780, 1010, 150, 410, 690, 930, 1200, 1500, 1500, 1500, 275, 510, 820],
        [1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1],
        (1079.185842388566, 245.875480079465, 597.278756751318, 1561.092928025814),
        (1.327090939536, 0.338023695002, 0.664576671411, 1.989605207662),
        (-87.66239720971247, -88.20957950037115),
    ),
    "infant": (
        [1.2, 0.3, 14.0, 0.05, 3.1, 22.0, 7.7, 0.9, 40.0, 2.2],
        [1, 1, 1, 1, 1, 0, 1, 1, 0, 1],
        (8.677941754335, 6.223248869331, -3.519401896382, 20.875285405053),
        (0.494223239218, 0.144150774276, 0.211692913293, 0.776753565142),
        (-23.43443038143569, -27.490806665256315),
    ),
}


@pytest.mark.parametrize("case", LIFELINES)
def test_censored_fits_agree_with_lifelines_to_six_digits(case: str) -> None:
    lives, failures, eta, beta, (log_likelihood, exponential) = LIFELINES[case]
    fit = fit_weibull(np.array(lives, np.float64), np.array(failures) == 1)
    ours = [fit.eta, fit.eta_se, *fit.eta_95, fit.beta, fit.beta_se, *fit.beta_95]
    assert ours == pytest.approx([*eta, *beta], rel=1e-6)
    assert fit.log_likelihood == pytest.approx(log_likelihood, rel=1e-9)
    assert fit.exponential_rate == pytest.approx(sum(failures) / sum(lives), rel=1e-12)
    assert fit.exponential_log_likelihood == pytest.approx(exponential, rel=1e-9)


def test_an_estimate_scales_with_the_unit_of_time() -> None:
    lives, failed = np.array([3.0, 5.0, 7.0, 11.0]), np.array([True, True, False, True])
    hours, seconds = fit_weibull(lives, failed), fit_weibull(lives * 3600.0, failed)
    assert seconds.beta == pytest.approx(hours.beta, rel=1e-12)
    assert seconds.eta == pytest.approx(3600.0 * hours.eta, rel=1e-12)


def test_the_test_of_a_constant_hazard_rejects_five_per_cent_of_exponential_samples() -> None:
    generator = np.random.default_rng(3)
    n, rejected = 1500, 0
    for _ in range(n):
        lives = generator.exponential(10.0, 60)
        rejected += fit_weibull(np.minimum(lives, 20.0), lives <= 20.0).p_constant_hazard < 0.05
    assert rejected / n == pytest.approx(0.05, abs=4.0 * math.sqrt(0.05 * 0.95 / n))


def test_lives_without_two_different_failures_have_no_weibull_law() -> None:
    with pytest.raises(InputError, match="no failure among 2 lives"):
        fit_weibull(np.array([1.0, 2.0]), np.array([False, False]))
    with pytest.raises(InputError, match="beta has no estimate"):
        fit_weibull(np.array([2.0, 2.0, 1.0]), np.array([True, True, False]))


def test_a_single_age_at_failure_below_a_censored_life_has_an_estimate() -> None:
    fit = fit_weibull(np.array([1.0, 1.0, 3.0]), np.array([True, True, False]))
    # the likelihood equation: (3^b ln 3) / (2 + 3^b) = 1 / b
    power = 3.0**fit.beta
    assert power * math.log(3.0) / (2.0 + power) == pytest.approx(1.0 / fit.beta, rel=1e-9)


def test_the_bound_on_a_rate_without_failures_is_that_of_a_poisson_count_of_zero() -> None:
    fit = fit_exponential(np.array([40.0, 60.0]), np.array([False, False]))
    assert fit.rate == 0.0
    assert fit.high == pytest.approx(-math.log(0.025) / 100.0, rel=1e-9)


def test_a_constant_hazard_has_no_memory() -> None:
    ages = np.array([0.0, 3.0, 500.0])
    assert failure_within(ages, 4.0, 1.0, 10.0) == pytest.approx([1.0 - math.exp(-0.4)] * 3, rel=1e-9)
    assert mean_remaining_life(ages, 1.0, 10.0) == pytest.approx([10.0] * 3, rel=1e-9)
    assert remaining_life(0.5, ages, 1.0, 10.0) == pytest.approx([10.0 * math.log(2.0)] * 3, rel=1e-9)


def test_a_new_component_lives_for_eta_gamma_of_1_plus_1_over_beta_on_average() -> None:
    betas = np.array([0.7, 1.0, 2.0, 2.5])
    expected = [1000.0 * math.gamma(1.0 + 1.0 / beta) for beta in betas]
    assert mean_remaining_life(0.0, betas, 1000.0) == pytest.approx(expected, rel=1e-12)


def test_mean_remaining_life_is_the_integral_of_conditional_survival_at_any_age() -> None:
    for beta, eta, age in ((2.5, 1000.0, 500.0), (0.6, 10.0, 50.0), (3.0, 1.0, 7.5), (3.0, 1.0, 8.5)):
        span = float(remaining_life(1.0 - 1e-12, age, beta, eta))
        t = np.linspace(0.0, span, 400_001)
        survival = 1.0 - failure_within(age, t, beta, eta)
        tolerance = 1e-5 if (age / eta) ** beta <= 500.0 else 2e-3  # the leading term of the series
        assert float(mean_remaining_life(age, beta, eta)) == pytest.approx(np.trapezoid(survival, t), rel=tolerance)


def test_quantiles_of_remaining_life_invert_the_probability_of_failure() -> None:
    ages, p = np.array([0.0, 100.0, 2000.0]), np.array([0.05, 0.5, 0.95])
    assert failure_within(ages, remaining_life(p, ages, 2.5, 1000.0), 2.5, 1000.0) == pytest.approx(p, rel=1e-9)


def test_kaplan_meier_steps_by_the_share_at_risk() -> None:
    ages, after = kaplan_meier(np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([True, True, False, False, True]))
    assert ages.tolist() == [1.0, 2.0, 4.0]
    assert after == pytest.approx([0.8, 0.8 * 0.75, 0.0])


def test_goodness_of_fit_accepts_the_law_and_refutes_two_separate_populations() -> None:
    generator = np.random.default_rng(5)
    lives = 100.0 * generator.weibull(2.0, 80)
    end = generator.uniform(50.0, 200.0, 80)
    duration, failed = np.minimum(lives, end), lives <= end
    assert p_value(fit_weibull(duration, failed), duration, failed) > 0.05
    early, late = generator.normal(10.0, 1.0, 40), generator.normal(200.0, 5.0, 40)
    duration, failed = np.append(early, late), np.ones(80, np.bool_)
    fit = fit_weibull(duration, failed)
    assert p_value(fit, duration, failed) == 0.005  # no sample of 199 lies as far off
    assert distance(fit, duration, failed) > 0.2


def test_intervals_hold_the_uncertainty_of_a_fit_from_few_failures() -> None:
    """From 12 failures, plug-in 90 % intervals of the next life cover less; averaged over the fit they cover 90 %."""
    generator = np.random.default_rng(8)
    beta, eta, n = 2.0, 100.0, 400
    failed = np.ones(12, np.bool_)
    averaged = np.zeros(n)
    plug_in = 0.0
    for k in range(n):
        lives = eta * generator.weibull(beta, 12)
        fit = fit_weibull(lives, failed)
        low, high = predictive(fit, lives, failed).remaining_life([0.05, 0.95], 0.0)
        averaged[k] = float(failure_within(0.0, high, beta, eta) - failure_within(0.0, low, beta, eta))
        low, high = remaining_life([0.05, 0.95], 0.0, fit.beta, fit.eta)
        plug_in += float(failure_within(0.0, high, beta, eta) - failure_within(0.0, low, beta, eta))
    assert plug_in / n < 0.86
    assert averaged.mean() == pytest.approx(0.9, abs=4.0 * averaged.std() / math.sqrt(n))


def test_with_a_certain_fit_the_average_is_the_law_itself() -> None:
    lives = 100.0 * np.random.default_rng(2).weibull(2.0, 50_000)
    failed = np.ones(len(lives), np.bool_)
    fit = fit_weibull(lives, failed)
    ages = np.array([0.0, 50.0, 150.0])
    expected = remaining_life(0.3, ages, fit.beta, fit.eta)
    assert predictive(fit, lives, failed).remaining_life(0.3, ages) == pytest.approx(expected, rel=1e-3)
