"""Standings of made-up games whose payoffs are known."""

import numpy as np
import pytest

from scenarios.measures.statistics import Estimate
from simcore.errors import InputError
from staff_ai.league.matrix import Matrix
from staff_ai.league.report import WIDTH, league_lines
from staff_ai.league.standings import SEARCHED, Response, exploit, rank_league
from tests.staff_ai.league.test_solutions import ROCK_PAPER_SCISSORS, with_dominated

NAMES = ("rock", "paper", "scissors")


def matrix(means: np.ndarray, names: tuple[str, ...], n: int = 40, spread: float = 0.0, seed: int = 1) -> Matrix:
    """Return games with the mean payoffs given and noise common to no pair; all are won or lost or drawn by chance."""
    rng = np.random.default_rng(seed)
    cells = {}
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            payoff = np.clip(means[i, j] + spread * rng.normal(size=n), -1.0, 1.0)
            cells[a, b] = payoff, payoff
    return Matrix("made-up", "Made up", ("blue", "red"), seed, cells)


def test_rock_paper_scissors_stands_even() -> None:
    league = rank_league([matrix(0.8 * ROCK_PAPER_SCISSORS, NAMES)], NAMES)
    for row in league.standings:
        assert row.nash[0] == pytest.approx(1 / 3, abs=1e-6)
        assert row.alpha[0] == pytest.approx(1 / 3, abs=1e-6)
        assert row.elo[0] == pytest.approx(1500.0, abs=1e-6)
        assert row.payoff == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
        assert row.exploited[0] == pytest.approx(0.8)  # its answer wins in both chairs
    assert league.cyclic == pytest.approx(1.0)
    assert league.solved[0].value[0] == pytest.approx(0.0, abs=1e-9)


def test_a_dominated_policy_stands_last_without_a_share_and_is_exploited() -> None:
    names = (*NAMES, "stone")
    league = rank_league([matrix(0.8 * with_dominated(), names)], names)
    last = league.standings[-1]
    assert last.policy == "stone"
    assert last.nash[0] == last.alpha[0] == 0.0
    assert last.exploited[0] == pytest.approx(0.4)
    assert last.by_scenario[0].answers[0] in NAMES


def test_an_advantage_of_a_chair_is_no_strength_of_a_policy() -> None:
    league = rank_league([matrix(np.full((2, 2), 0.6), ("a", "b"))], ("a", "b"))
    assert [row.payoff[0] for row in league.standings] == [0.0, 0.0]
    assert [row.nash[0] for row in league.standings] == pytest.approx([0.5, 0.5])
    assert [row.exploited[0] for row in league.standings] == pytest.approx([0.0, 0.0])
    assert league.solved[0].value[0] == pytest.approx(0.6)  # for the first side


def test_the_standing_is_the_mean_over_scenarios() -> None:
    ahead = matrix(np.array([[0.0, 0.4], [-0.4, 0.0]]), ("a", "b"))
    level = matrix(np.zeros((2, 2)), ("a", "b"))
    found = rank_league([ahead, level], ("a", "b")).standings
    assert [row.policy for row in found] == ["a", "b"]
    assert found[0].payoff[0] == pytest.approx(0.5 * 0.4 / 2)  # half of the scenarios; half against itself


def test_intervals_cover_the_true_payoff_as_often_as_they_say() -> None:
    truth = np.array([[0.0, 0.1], [-0.1, 0.0]])
    covered = 0
    n_leagues = 60
    for seed in range(n_leagues):
        found = rank_league([matrix(truth, ("a", "b"), 40, 0.3, seed)], ("a", "b"), resamples=60).standings
        row = next(row for row in found if row.policy == "a")
        covered += row.payoff[1] <= 0.05 <= row.payoff[2]
    # 95 %, less 4 standard errors
    assert covered / n_leagues >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / n_leagues)


def test_the_luckiest_of_equal_answers_exploits_nothing() -> None:
    names = tuple("abcdef")
    bounds: list[Estimate] = []
    for seed in range(40):
        games = matrix(np.zeros((6, 6)), names, 20, 0.5, seed)
        bounds.append(exploit(games, games.payoffs(names), names, 0, None).bound)
    mean = float(np.mean([one.value for one in bounds]))
    error = float(np.std([one.value for one in bounds])) / np.sqrt(len(bounds))
    assert abs(mean) < 4 * error  # the greatest mean of six would be 1.27 of its standard errors


def test_a_searched_answer_counts_if_it_wins_more_than_the_pool() -> None:
    games = matrix(np.zeros((2, 2)), ("a", "b"))
    searched = Response(np.full(40, 0.5), np.full(40, 0.3), 600)
    found = exploit(games, games.payoffs(("a", "b")), ("a", "b"), 0, searched)
    assert found.bound.value == pytest.approx(0.4)
    assert found.answers == (SEARCHED, SEARCHED)
    assert found.games == 600


def test_an_unplayed_pair_and_an_unknown_payoff_are_named() -> None:
    games = matrix(np.zeros((2, 2)), ("a", "b"))
    with pytest.raises(InputError, match="a against c was not played"):
        games.payoffs(("a", "b", "c"))
    with pytest.raises(InputError, match="give one of mission, lead, win"):
        games.payoffs(("a", "b"), "kills")


def test_the_text_fits_a_terminal_of_80_columns_with_any_number_of_policies() -> None:
    names = (*(f"policy-number-{k}-with-a-very-long-name" for k in range(8)), "a/long/path/to/my_policies.py:Mine")
    games = matrix(np.zeros((9, 9)), names, 10, 0.5)
    lines = "\n".join(league_lines(rank_league([games, games], names, resamples=20), [games, games])).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert any("it hides cycles" in line for line in lines)
    assert any("my_policies.py:Mine" in line for line in lines)  # the end of a path tells it apart
    assert any("lower bound" in line for line in lines)
