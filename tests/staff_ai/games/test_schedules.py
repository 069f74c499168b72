"""The search for schedules: planted best tables are found, budgets hold, and schedules play as they say."""

import numpy as np
import pytest

from agents.environments.settings import settings_of
from simcore.observation_columns import Verb
from simcore.types import F64, I64
from staff_ai.games.play import play_copies, play_games
from staff_ai.games.schedule_search import Play, Space, search_table
from staff_ai.games.schedules import ScheduleCommander, search_schedule
from tests.agents.environments.games import SHORT
from tests.staff_ai.trained.folders import INTERVAL_S

SETTINGS = settings_of(SHORT, side="blue")
N_PERIODS, N_SLOTS, N_CHOICES, N_OPPONENTS = 4, 5, 6, 2
PLANTED = np.array([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 0, 4, 5], [5, 2, 0, 4, 1]])


class Scorer:
    """Scores of tables: the share of entries equal to the planted table, with noise common to all tables and own."""

    def __init__(self, own_noise: float = 0.0) -> None:
        self.played, self.numbers, self.own_noise = 0, list[int](), own_noise

    def __call__(self, tables: I64, first: int, n: int) -> F64:
        self.numbers += range(first, first + n)
        columns = n * N_OPPONENTS
        self.played += len(tables) * columns
        rng = np.random.default_rng(first)
        own = self.own_noise * rng.normal(size=(len(tables), columns))
        return (tables == PLANTED).mean(axis=(1, 2))[:, None] + rng.normal(size=columns) + own


def space() -> Space:
    starts = np.arange(N_CHOICES)[:, None, None] * np.ones((1, N_PERIODS, N_SLOTS), dtype=np.int64)
    sets = [[list(range(N_SLOTS))], [[0, 1], [2, 3, 4]], [[slot] for slot in range(N_SLOTS)]]
    return Space(starts, lambda: [range(N_CHOICES)] * N_SLOTS, sets, N_OPPONENTS)


def test_the_search_finds_a_planted_table() -> None:
    found = search_table(Scorer(), space(), 6_000)
    np.testing.assert_array_equal(found.table, PLANTED)


def test_the_search_comes_near_a_planted_table_through_noise() -> None:
    # the noise of a game is six entries of the table
    found = search_table(Scorer(own_noise=0.3), space(), 30_000)
    assert (found.table == PLANTED).mean() >= 0.8


@pytest.mark.parametrize("budget", [0, 7, 40, 100, 333, 1_000, 5_000])
def test_no_more_games_are_played_than_the_budget_allows(budget: int) -> None:
    scorer: Play = Scorer(own_noise=0.3)
    found = search_table(scorer, space(), budget)
    assert isinstance(scorer, Scorer)
    assert found.games == scorer.played <= budget
    assert budget < 333 or found.games > 0.8 * budget


def test_every_game_is_used_once_so_that_luck_does_not_carry_over() -> None:
    scorer = Scorer(own_noise=0.3)
    search_table(scorer, space(), 2_000, first=50)
    assert scorer.numbers == list(range(50, 50 + len(scorer.numbers)))


def test_the_score_of_tables_that_differ_by_luck_alone_is_not_that_of_the_luckiest() -> None:
    luck = np.random.default_rng(1)

    def play(tables: I64, first: int, n: int) -> F64:
        return luck.normal(size=(len(tables), n * N_OPPONENTS))

    scores = [search_table(play, space(), 2_000, seed=k).score for k in range(20)]
    # the larger of at most three means of 8 games against 2 opponents or more
    assert np.mean(scores) < 0.85 / np.sqrt(16) + 4 / np.sqrt(16 * 20)


def test_the_same_seed_gives_the_same_table() -> None:
    first, again = (search_table(Scorer(own_noise=0.3), space(), 3_000, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.table, again.table)
    assert (first.score, first.games) == (again.score, again.games)


def test_tables_of_one_batch_play_as_they_play_alone() -> None:
    rng = np.random.default_rng(4)
    schema = SETTINGS.schema
    tables = rng.integers(schema.action.n_choices, size=(3, 5, schema.sizes.groups))

    def leads(table: I64, copies: int) -> F64:
        commander = ScheduleCommander(schema, INTERVAL_S, table)
        return play_copies(SETTINGS, 0, lambda: commander, copies, ("aggressive", "hold"), 3, "validation", 7).lead

    together = leads(tables, 3)
    assert (together[0] != together[1]).any()
    for table, lead in zip(tables, together, strict=True):
        np.testing.assert_array_equal(leads(table, 1)[0], lead)


def test_a_schedule_is_found_within_the_budget_and_scores_as_it_plays() -> None:
    found = search_schedule(SETTINGS, INTERVAL_S, ("hold",), 300, periods=2, split="train", verbs_only=True)
    assert found.games <= 300
    assert found.table.shape == (10, found.schema.sizes.groups)
    again = search_schedule(SETTINGS, INTERVAL_S, ("hold",), 300, periods=2, split="train", verbs_only=True)
    np.testing.assert_array_equal(again.table, found.table)
    # the plan itself is a start, so in other games the schedule is hardly worse
    plan = [choice.verb for choice in found.schema.action.choices].index(Verb.PLAN)
    own, of_plan = (
        play_games(
            SETTINGS, 0, lambda t=table: ScheduleCommander(found.schema, INTERVAL_S, t), "hold", 32, "validation"
        ).mission
        for table in (found.table, np.full_like(found.table, plan))
    )
    gain = own - of_plan
    assert gain.mean() >= -4 * gain.std() / np.sqrt(32)


def test_without_games_to_search_the_schedule_is_the_plan() -> None:
    found = search_schedule(SETTINGS, INTERVAL_S, ("hold",), 9, periods=1, split="validation")
    assert found.games == 0
    assert np.isnan(found.score)
    assert {found.schema.action.choices[int(choice)].verb for choice in found.table.ravel()} == {Verb.PLAN}
