"""Solutions of matrices whose answer is known by hand."""

import numpy as np
import pytest

from staff_ai.league.solutions import alpha_rank, cyclic_share, elo_ratings, nash_mixture, solve_game

ROCK_PAPER_SCISSORS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
SHARES = 0.5 + 0.5 * ROCK_PAPER_SCISSORS
NOISE = np.random.default_rng(3).normal(scale=0.2, size=(6, 6))
ANY = NOISE - NOISE.T


def with_dominated(n: int = 1) -> np.ndarray:
    """Return rock, paper, scissors with ``n`` more policies that lose against each of them."""
    game = np.zeros((3 + n, 3 + n))
    game[:3, :3] = ROCK_PAPER_SCISSORS
    game[:3, 3:], game[3:, :3] = 0.5, -0.5
    return game


def test_rock_paper_scissors_is_played_evenly_and_no_rating_tells_the_three_apart() -> None:
    third = np.full(3, 1.0 / 3.0)
    np.testing.assert_allclose(nash_mixture(ROCK_PAPER_SCISSORS), third, atol=1e-6)
    np.testing.assert_allclose(alpha_rank(ROCK_PAPER_SCISSORS), third, atol=1e-9)
    np.testing.assert_allclose(elo_ratings(SHARES, 100), 1500.0, atol=1e-6)
    assert cyclic_share(ROCK_PAPER_SCISSORS) == pytest.approx(1.0)


def test_a_dominated_policy_gets_no_share() -> None:
    game = with_dominated(2)
    third = np.array([1.0, 1.0, 1.0, 0.0, 0.0]) / 3.0
    np.testing.assert_allclose(nash_mixture(game), third, atol=1e-6)
    np.testing.assert_allclose(alpha_rank(game), third, atol=1e-9)
    ratings = elo_ratings(0.5 + 0.5 * game, 100)
    assert ratings[:3].min() > ratings[3:].max()


def test_a_ranking_without_cycles_has_no_cyclic_part() -> None:
    strength = np.array([0.3, 0.1, -0.2])
    assert cyclic_share(strength[:, None] - strength[None, :]) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("payoff", "value", "rows", "columns"),
    [
        # a 2 x 2 game without a saddle: (ad - bc) / (a + d - b - c)
        ([[3.0, -1.0], [-2.0, 1.0]], 1.0 / 7.0, [3.0 / 7.0, 4.0 / 7.0], [2.0 / 7.0, 5.0 / 7.0]),
        # a saddle point: the first row and the second column
        ([[2.0, 1.0], [0.0, -1.0]], 1.0, [1.0, 0.0], [0.0, 1.0]),
        # matching pennies
        ([[1.0, -1.0], [-1.0, 1.0]], 0.0, [0.5, 0.5], [0.5, 0.5]),
    ],
)
def test_a_game_has_the_value_and_mixtures_of_the_formula(
    payoff: list[list[float]], value: float, rows: list[float], columns: list[float]
) -> None:
    game = solve_game(np.array(payoff))
    assert game.value == pytest.approx(value, abs=1e-9)
    np.testing.assert_allclose(game.rows, rows, atol=1e-5)
    np.testing.assert_allclose(game.columns, columns, atol=1e-5)


def test_a_copy_of_a_policy_shares_its_part_of_the_nash_mixture() -> None:
    twice = [0, 1, 2, 2]
    mixture = nash_mixture(ROCK_PAPER_SCISSORS[np.ix_(twice, twice)])
    np.testing.assert_allclose(mixture, [1 / 3, 1 / 3, 1 / 6, 1 / 6], atol=1e-5)


def test_no_solution_depends_on_the_sequence_of_the_policies() -> None:
    order = [4, 2, 0, 5, 1, 3]
    mixed = ANY[np.ix_(order, order)]
    np.testing.assert_allclose(nash_mixture(mixed), nash_mixture(ANY)[order], atol=1e-4)
    np.testing.assert_allclose(alpha_rank(mixed), alpha_rank(ANY)[order], atol=1e-6)
    shares = np.clip(0.5 + 0.5 * ANY, 0.0, 1.0)
    ratings = elo_ratings(shares, 50)
    np.testing.assert_allclose(elo_ratings(shares[np.ix_(order, order)], 50), ratings[order], atol=1e-6)


def test_no_policy_beats_the_nash_mixture() -> None:
    assert float((nash_mixture(ANY) @ ANY).min()) > -1e-5


def test_alpha_rank_is_the_stationary_distribution_of_takeovers() -> None:
    # two policies with a small gain g of the first: the ratio of the probabilities of fixation is exp((m - 1) a g)
    gain, intensity, population = 0.001, 100.0, 50
    shares = alpha_rank(np.array([[0.0, gain], [-gain, 0.0]]), intensity, population)
    assert shares[0] / shares[1] == pytest.approx(np.exp(population * intensity * gain), rel=1e-6)


def test_two_elo_ratings_differ_by_the_logarithm_of_their_odds() -> None:
    ratings = elo_ratings(np.array([[0.5, 0.75], [0.25, 0.5]]), 1e9)
    assert ratings[0] - ratings[1] == pytest.approx(400.0 * np.log10(3.0), rel=1e-6)
    assert ratings.mean() == pytest.approx(1500.0)
