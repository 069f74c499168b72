"""The gamma process: first passage and fit."""

import math
from pathlib import Path

import numpy as np
import pytest

from logistics.logs.problems import LogError
from logistics.logs.reading import read_log
from logistics.reliability.gamma_process import fit_gamma_process, passage_within, remaining_life, wear_increments
from simcore.errors import InputError


def test_first_passage_over_whole_shapes_is_a_sum_of_poisson_probabilities() -> None:
    """P(T > t) = P(Gamma(k) < x) = 1 - sum over j < k of e^-x x^j / j! for a shape a t = k."""
    for k, x in ((20, 20.0), (3, 1.5), (1, 4.0)):
        survival = 1.0 - sum(math.exp(-x) * x**j / math.factorial(j) for j in range(k))
        assert float(passage_within(k / 2.0, 1.0, 1.0 + 0.5 * x, 2.0, 0.5)) == pytest.approx(1.0 - survival, rel=1e-9)


def test_a_component_at_its_limit_has_failed_and_none_fails_in_no_time() -> None:
    assert passage_within([0.0, 5.0], 20.0, 20.0, 1.0, 1.0).tolist() == [1.0, 1.0]
    assert remaining_life(0.5, [20.0, 25.0], 20.0, 1.0, 1.0).tolist() == [0.0, 0.0]
    assert float(passage_within(0.0, 3.0, 20.0, 1.0, 1.0)) == 0.0


def test_quantiles_of_remaining_life_invert_the_first_passage() -> None:
    p = np.array([[0.001], [0.05], [0.5], [0.95], [0.9999]])
    level = np.array([0.0, 5.0, 19.0, 19.999])
    lives = remaining_life(p, level, 20.0, 0.7, 1.3)
    expected = np.broadcast_to(p, lives.shape)
    assert passage_within(lives, level, 20.0, 0.7, 1.3) == pytest.approx(expected, rel=1e-8)


def test_exponential_steps_leave_a_remaining_life_of_the_distance_on_average() -> None:
    """Steps Exp(1) in unit time: the mean number of whole steps below a distance L is L, by the renewal theorem."""
    steps = np.arange(1, 200)
    assert float((1.0 - passage_within(steps, 5.0, 20.0, 1.0, 1.0)).sum()) == pytest.approx(15.0, rel=1e-9)


def test_intervals_of_a_fit_cover_the_parameters() -> None:
    generator = np.random.default_rng(4)
    n, covered = 400, np.zeros(2)
    for _ in range(n):
        step = generator.uniform(0.5, 2.0, 100)
        fit = fit_gamma_process(generator.gamma(2.0 * step, 0.5), step, 1)
        covered += [fit.a_95[0] < 2.0 < fit.a_95[1], fit.b_95[0] < 0.5 < fit.b_95[1]]
    assert covered / n == pytest.approx(0.95, abs=4.0 * math.sqrt(0.95 * 0.05 / n))


def test_a_fit_solves_the_likelihood_equations() -> None:
    """No parameters nearby are more likely; and b = total wear / (a total time)."""
    increment, step = np.array([0.5, 2.0, 1.1, 0.2]), np.array([1.0, 2.0, 1.5, 0.5])
    fit = fit_gamma_process(increment, step, 1)
    assert fit.b == pytest.approx(3.8 / (5.0 * fit.a), rel=1e-12)

    def log_likelihood(a: float, b: float) -> float:
        terms = [
            (a * t - 1.0) * math.log(x) - math.lgamma(a * t) - a * t * math.log(b) - x / b
            for x, t in zip(increment, step, strict=True)
        ]
        return sum(terms)

    best = log_likelihood(fit.a, fit.b)
    assert fit.log_likelihood == pytest.approx(best, rel=1e-12)
    for a, b in ((1.001, 1.0), (0.999, 1.0), (1.0, 1.001), (1.0, 0.999)):
        assert log_likelihood(a * fit.a, b * fit.b) < best


def test_wear_that_falls_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("unit,time_h,wear_mm\na,1,1\na,2,3\na,3,2.5\nb,1,0.5\nb,2,0.7\n")
    log = read_log(path)
    with pytest.raises(LogError, match=r"row 4: wear_mm goes from 3 to 2.5 \(unit 'a'\)"):
        wear_increments(log, "wear_mm")
    with pytest.raises(InputError, match="no signal 'wear'; the log has wear_mm"):
        wear_increments(log, "wear")


def test_increments_stay_within_lives(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("unit,time_h,event,w\na,1,,1\na,3,failure,4\na,1,,0.5\na,2,censored,0.75\n")
    increment, step = wear_increments(read_log(path), "w")
    assert increment.tolist() == [3.0, 0.25]
    assert step.tolist() == [2.0, 1.0]
