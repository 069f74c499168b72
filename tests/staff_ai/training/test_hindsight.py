"""Imitation in hindsight: timetables that win different games, and the best of them in each."""

import numpy as np
import pytest

from simcore.types import F64, I64
from staff_ai.training.hindsight import best_in_each, cover, deviations, find_portfolio, games_to_imitate


def test_a_deviation_is_one_choice_of_one_slot_for_a_while_and_never_the_choice_of_the_base() -> None:
    base = np.full((20, 3), 4, dtype=np.int64)
    choices = np.zeros((3, 6), dtype=bool)
    choices[1, [2, 4]] = True
    found = deviations(base, choices)
    assert {one.slot for one in found} == {1}
    assert {one.choice for one in found} == {2}
    assert [one.first for one in found] == [0, 1, 3, 5, 7, 9, 11, 13]
    table = found[2].of(base)
    assert (table != base).sum() == 4
    assert (table[3:7, 1] == 2).all()


def test_a_game_shorter_than_the_times_of_a_deviation_has_deviations_at_each_of_its_times() -> None:
    found = deviations(np.zeros((2, 1), dtype=np.int64), np.array([[False, True]]))
    assert [(one.first, one.last) for one in found] == [(0, 1), (1, 2)]


def test_the_timetables_kept_win_games_that_the_others_lose() -> None:
    scores = np.array(
        [[1.0, -1.0, -1.0, -1.0], [-1.0, 1.0, 1.0, -1.0], [-1.0, 0.9, 0.9, -1.0], [-1.0, -1.0, -1.0, 1.0]]
    )
    assert cover(scores, np.array([9, 1, 1, 1])) == [0, 1, 3]  # the third wins nothing that the second does not


def test_of_equal_deviations_the_latest_is_kept_unless_it_comes_too_late() -> None:
    lost, won = np.full(4, -1.0), np.array([1.0, 1.0, 1.0, -1.0])
    scores = np.stack([lost, won, won, np.array([1.0, -1.0, -1.0, -1.0])])
    assert cover(scores, np.array([10, 0, 3, 8]))[:2] == [0, 2]


def test_nearly_equal_scores_leave_the_base_and_a_game_that_nobody_wins_shows_nothing() -> None:
    scores = np.array([[0.5, -0.5, -0.9, -0.3], [0.6, 0.4, -0.8, -0.2]])
    best, is_shown = best_in_each(scores)
    assert best.tolist() == [0, 1, 0, 0]
    assert is_shown.tolist() == [True, True, False, False]


def test_where_nobody_wins_any_game_all_games_are_examples() -> None:
    _, is_shown = best_in_each(np.full((2, 5), -0.5))
    assert is_shown.all()


@pytest.mark.parametrize("seed", range(3))
def test_the_search_finds_the_two_ways_of_a_game_whose_right_way_is_drawn(seed: int) -> None:
    """Choice 1 wins the games of even number; choice 2 of slot 0, about the middle, wins those of odd number."""
    played = 0

    def play(tables: I64, first: int, n: int) -> F64:
        nonlocal played
        other = (tables[:, 4:6, 0] == 2).any(axis=1)
        is_odd = np.arange(first, first + n) % 2 == 1
        played += len(tables) * len(is_odd)
        return np.where(other[:, None] == is_odd, 1.0, -1.0)

    base = np.ones((10, 2), dtype=np.int64)
    choices = np.ones((2, 4), dtype=bool)
    tables, games = find_portfolio(play, base, choices, 600, 7, seed)
    assert games == played <= 600
    assert len(tables) == 2
    assert (tables[0] == base).all()
    assert (tables[1, 4:6, 0] == 2).any()


def test_without_a_better_deviation_the_base_alone_is_imitated() -> None:
    tables, _ = find_portfolio(
        lambda tables, first, n: np.zeros((len(tables), n)),
        np.zeros((4, 1), dtype=np.int64),
        np.ones((1, 3), bool),
        100,
        0,
        0,
    )
    assert tables.shape == (1, 4, 1)


def test_few_games_of_search_mean_few_examples() -> None:
    assert games_to_imitate(5) < games_to_imitate(1000) <= games_to_imitate(100_000)
