"""The wargame finds the best course within its budget, on common draws, and says how sure it is."""

import threading
import time

import numpy as np
import pytest

from simcore.errors import InputError
from staff_ai.courses.gate import Limits, Refusal
from staff_ai.wargame.rollouts import Outcome
from staff_ai.wargame.standing import LEAST_SWITCH_GAIN, Standing
from staff_ai.wargame.wargame import Budget, rounds_of, wargame
from staff_ai.wargame.worlds import FRESH
from tests.staff_ai.wargame.bandit import Bandit, arms

EVEN = [0.5, 0.5]


def test_the_best_course_is_found_and_the_preference_is_clear() -> None:
    courses = arms(8)
    player = Bandit(courses, np.array([0.0, 0.1, 0.0, 0.6, 0.0, -0.2, 0.1, 0.0]))
    standing = wargame(player, courses, EVEN, Budget(rollouts=400), incumbent=courses[0])
    assert standing.recommended == courses[3]
    assert standing.verdict == "clear"
    assert standing.is_clear
    assert standing.is_final
    assert standing.rows[0].course == courses[3]
    assert standing.rows[0].p_best > 0.95
    assert standing.rows[0].mean.low < 0.6 < standing.rows[0].mean.high
    incumbent = standing.row(courses[0])
    assert incumbent is not None
    assert incumbent.is_fresh
    assert incumbent.to_best.high < 0.0


@pytest.mark.parametrize("allocation", ["halving", "uniform"])
@pytest.mark.parametrize("rollouts", [1, 7, 40, 100, 250, 1000])
def test_no_more_rollouts_are_played_than_the_budget_allows(rollouts: int, allocation: str) -> None:
    courses = arms(9)
    player = Bandit(courses, np.linspace(0.0, 0.4, 9), n_enemies=4)
    told: list[Standing] = []
    standing = wargame(
        player, courses, [1, 1, 1, 1], Budget(rollouts=rollouts), allocation=allocation, on_standing=told.append
    )
    played = sum(n * len(draws.number) for n, draws in player.calls)
    assert played == standing.n_rollouts <= max(rollouts, 4)
    assert told[-1].is_final
    if rollouts >= 250:
        assert played > 0.8 * rollouts


def test_each_round_meets_each_enemy_and_the_last_two_courses_play_sixteen_worlds() -> None:
    courses = arms(12)
    player = Bandit(courses, np.linspace(0.0, 0.5, 12), n_enemies=3)
    standing = wargame(player, courses, [0.8, 0.15, 0.05], Budget(rollouts=300))
    for one in standing.rounds:
        assert one.n_draws % 3 == 0
    assert standing.rounds[0].n_draws >= 4
    for _, draws in player.calls:
        assert set(draws.enemy.tolist()) == {0, 1, 2}
    finalists = sorted(standing.rows, key=lambda row: -row.n_ranking)[:2]
    assert all(row.n_ranking + row.n >= 16 for row in finalists)
    # beyond one draw a round, a likely enemy is met more often
    enemy = standing.ranking.draws.enemy
    assert (enemy == 0).sum() > (enemy == 1).sum() >= (enemy == 2).sum()


def test_the_numbers_of_finalists_come_from_draws_that_no_ranking_used() -> None:
    courses = arms(6)
    player = Bandit(courses, np.linspace(0.0, 0.3, 6))
    standing = wargame(player, courses, EVEN, Budget(rollouts=200), incumbent=courses[0])
    ranked = set(standing.ranking.draws.number.tolist())
    fresh = set(standing.fresh.draws.number.tolist())
    assert ranked
    assert fresh
    assert not ranked & fresh
    assert max(ranked) < FRESH <= min(fresh)
    shown = [row for row in standing.rows if row.is_fresh]
    assert len(shown) == 3
    for row in shown:
        place = standing.courses.index(row.course)
        assert row.mean.value == pytest.approx(np.nanmean(standing.fresh.outcomes[place, :, Outcome.SCORE]))


def test_the_mean_of_a_winner_by_luck_is_not_the_number_shown() -> None:
    courses = arms(16)
    too_high = []
    for seed in range(40):
        player = Bandit(courses, np.zeros(16), common=0.0, private=1.0, seed=seed)
        standing = wargame(player, courses, EVEN, Budget(rollouts=150))
        row = standing.rows[0]
        place = standing.courses.index(row.course)
        too_high.append((np.nanmean(standing.ranking.outcomes[place, :, 0]), row.mean.value))
    ranked, shown = np.array(too_high).T
    error = shown.std(ddof=1) / np.sqrt(len(shown))
    assert abs(shown.mean()) < 4 * error
    assert ranked.mean() > 4 * error


def test_equal_courses_differ_by_exactly_nothing_and_are_not_told_apart() -> None:
    courses = arms(3)
    player = Bandit(courses, np.zeros(3), private=0.0)
    standing = wargame(player, courses, EVEN, Budget(rollouts=100), incumbent=courses[1])
    assert standing.verdict == "no difference"
    assert not standing.is_clear
    assert standing.recommended == courses[1]
    assert {r.criterion for r in standing.refused} == {"distinguishable"}
    gap, _ = standing.ranking.difference(0, 1)
    assert len(gap) >= 4
    assert (gap == 0.0).all()


def test_a_tie_within_a_standard_error_goes_to_the_incumbent() -> None:
    courses = arms(2)
    stays = 0
    for seed in range(30):
        player = Bandit(courses, np.array([0.0, 0.001]), seed=seed)
        standing = wargame(player, courses, EVEN, Budget(rollouts=60), incumbent=courses[0])
        assert standing.verdict != "clear" or abs(standing.rows[1].to_best.value) > 0.05
        stays += standing.recommended == courses[0]
    assert stays > 20  # the incumbent leads in half of the games and ties in a third of the others


def test_losses_beyond_the_limit_are_refused() -> None:
    courses = arms(3)

    class Costly(Bandit):
        def play(self, courses, draws, should_stop=None):  # type: ignore[no-untyped-def]
            found = super().play(courses, draws, should_stop)
            assert found is not None
            for k, course in enumerate(courses):
                found[k, :, Outcome.OWN_LOSS] = 0.6 if course.name == "arm 2" else 0.2
            return found

    player = Costly(courses, np.array([0.0, 0.1, 0.9]))
    standing = wargame(player, courses, EVEN, Budget(rollouts=120), limits=Limits(own_loss=0.4))
    assert standing.recommended == courses[1]
    assert [(r.course.name, r.criterion) for r in standing.refused] == [("arm 2", "acceptable")]
    assert "60% of the own force" in standing.refused[0].reason
    assert standing.row(courses[2]) is None


def test_a_wargame_that_is_told_to_stop_returns_what_it_has() -> None:
    courses = arms(6)
    stop = threading.Event()
    player = Bandit(courses, np.linspace(0.0, 0.5, 6))
    standing = wargame(
        player, courses, EVEN, Budget(seconds=60.0), on_standing=lambda _: stop.set(), should_stop=stop.is_set
    )
    assert standing.is_final
    assert standing.n_rollouts == 4 * 4
    assert standing.recommended is not None
    stopped = wargame(player, courses, EVEN, Budget(rollouts=100), should_stop=lambda: True)
    assert stopped.rows == ()
    assert stopped.recommended is None
    assert stopped.verdict == "nothing played"


def test_a_first_look_comes_before_all_rounds_if_somebody_listens_and_is_not_kept() -> None:
    courses = arms(6)
    player = Bandit(courses, np.linspace(0.0, 0.5, 6))
    player.near = Bandit(courses, np.linspace(0.9, 0.0, 6), seed=9)
    told: list[Standing] = []
    standing = wargame(player, courses, EVEN, Budget(seconds=0.4), incumbent=courses[0], on_standing=told.append)
    assert [one.is_near for one in told] == [True] + [False] * (len(told) - 1)
    assert told[0].n_rollouts == 16
    assert [(n, len(draws.number)) for n, draws in player.near.calls] == [(4, 4)]
    assert standing.n_rollouts == sum(n * len(draws.number) for n, draws in player.calls)
    assert standing.recommended == courses[5]
    told.clear()
    listened = wargame(player, courses, EVEN, Budget(rollouts=60), on_standing=told.append)
    assert told[0].is_near
    player.near.calls.clear()
    alone = wargame(player, courses, EVEN, Budget(rollouts=60))
    assert player.near.calls == []
    assert (listened.n_rollouts, listened.rounds) == (alone.n_rollouts, alone.rounds)
    np.testing.assert_array_equal(listened.ranking.outcomes, alone.ranking.outcomes)


def test_the_last_two_play_their_fresh_draws_in_one_go_with_the_last_round() -> None:
    courses = arms(8)
    player = Bandit(courses, np.linspace(0.0, 0.3, 8))
    rounds = rounds_of(player, courses, EVEN, Budget(rollouts=300), incumbent=courses[0])
    asked: list[list[tuple[int, int, bool]]] = []
    request = next(rounds)
    standing: Standing | None = None
    while standing is None:
        asked.append([(len(c), len(d.number), bool((d.number >= FRESH).all())) for c, d in request.parts])
        try:
            request = rounds.send([found for c, d in request.parts if (found := player.play(c, d)) is not None])
        except StopIteration as end:
            standing = end.value
    assert standing is not None
    assert [len(parts) for parts in asked] == [1, 1, 2]
    (n_last, draws_last, is_fresh), (n_shown, draws_shown, shown_fresh) = asked[-1]
    assert (n_last, is_fresh, n_shown, shown_fresh) == (2, False, 3, True)  # the last two, and these with the incumbent
    assert 300 - 3 * len(player.enemies) < sum(n * draws for parts in asked for n, draws, _ in parts) <= 300
    assert draws_last >= 16
    assert draws_shown > 0
    assert standing.n_rollouts == sum(n * draws for parts in asked for n, draws, _ in parts)


def test_a_budget_of_seconds_is_kept() -> None:
    courses = arms(6)
    player = Bandit(courses, np.linspace(0.0, 0.5, 6))
    standing = wargame(player, courses, EVEN, Budget(seconds=0.5))
    assert standing.n_rollouts >= 24
    assert standing.rows[0].is_fresh


def test_refusals_of_the_gate_are_told_and_never_ranked() -> None:
    courses = arms(4)
    before = [Refusal(courses[3], "feasible", "group x is lost")]
    player = Bandit(courses[:3], np.zeros(3))
    standing = wargame(player, courses[:3], EVEN, Budget(rollouts=60), refused=before)
    assert standing.refused[0] == before[0]
    assert standing.row(courses[3]) is None


def test_the_worst_enemy_and_the_mean_against_each_are_told() -> None:
    courses = arms(2)
    by_enemy = np.array([[0.3, -0.3], [0.0, 0.0]])
    player = Bandit(courses, np.array([0.1, 0.0]), by_enemy=by_enemy, common=0.05, private=0.05)
    standing = wargame(player, courses, {"enemy 0": 0.9, "enemy 1": 0.1}, Budget(rollouts=200))
    row = standing.row(courses[0])
    assert row is not None
    assert row.by_enemy == pytest.approx((0.4, -0.2), abs=0.06)
    assert row.worst == row.by_enemy[1]
    assert row.worst_enemy == "enemy 1"
    assert row.mean.value == pytest.approx(0.9 * row.by_enemy[0] + 0.1 * row.by_enemy[1])


@pytest.mark.parametrize("weights", [[0.5], [0.0, 0.0], [-1.0, 2.0], {"enemy 7": 1.0}])
def test_bad_weights_are_refused(weights: object) -> None:
    courses = arms(2)
    with pytest.raises(InputError, match="enemy_weights"):
        wargame(Bandit(courses, np.zeros(2)), courses, weights, Budget(rollouts=10))  # type: ignore[arg-type]


def test_a_budget_is_rollouts_or_seconds() -> None:
    for keys in ({}, {"rollouts": 5, "seconds": 1.0}, {"rollouts": 0}, {"seconds": 0.0}):
        with pytest.raises(InputError, match="budget"):
            Budget(**keys)  # type: ignore[arg-type]


def test_probabilities_to_be_best_come_true() -> None:
    """Of the courses recommended with a mean probability p, a share p is truly the best, within the binomial error."""
    rng = np.random.default_rng(3)
    n_games, n_arms, claimed, was_best = 150, 8, [], []
    for game in range(n_games):
        means = rng.normal(0.0, 0.25, n_arms)
        courses = arms(n_arms)
        player = Bandit(courses, means, common=0.3, private=0.6, seed=game)
        standing = wargame(player, courses, EVEN, Budget(rollouts=160))
        row = standing.rows[0]
        claimed.append(row.p_best)
        was_best.append(int(np.argmax(means)) == courses.index(row.course))
    p, true = np.array(claimed), np.array(was_best)
    error = np.sqrt((p * (1 - p)).sum()) / n_games
    assert abs(p.mean() - true.mean()) < 3.0 * error
    sure = p > np.median(p)
    assert true[sure].mean() > true[~sure].mean()


def test_the_commanders_own_plan_is_shown_with_fresh_numbers_too() -> None:
    courses = arms(8)
    player = Bandit(courses, np.linspace(0.5, 0.0, 8))
    standing = wargame(player, courses, EVEN, Budget(rollouts=240), incumbent=courses[6], shown=[courses[7]])
    for course in (courses[0], courses[6], courses[7]):
        row = standing.row(course)
        assert row is not None
        assert row.is_fresh
    assert standing.n_rollouts <= 240


def test_courses_that_time_does_not_allow_are_named() -> None:
    courses = arms(8)

    class Slow(Bandit):
        def play(self, courses, draws, should_stop=None):  # type: ignore[no-untyped-def]
            time.sleep(0.05 * len(courses))
            return super().play(courses, draws, should_stop)

    player = Slow(courses, np.zeros(8))
    standing = wargame(player, courses, EVEN, Budget(seconds=0.33))
    assert 4 <= len(standing.rows) < 8
    late = [refusal for refusal in standing.refused if refusal.criterion == "budget"]
    assert len(late) == 8 - len(standing.rows)
    assert late[0].reason == "the wargame ended before it was played"


def test_without_courses_there_is_no_valid_course() -> None:
    standing = wargame(Bandit([], np.zeros(0)), [], EVEN, Budget(rollouts=50))
    assert standing.verdict == "no valid course"
    assert standing.recommended is None


def test_a_difference_that_matters_to_nobody_is_no_preference() -> None:
    courses = arms(2)
    player = Bandit(courses, np.array([0.0, 0.001]), private=0.0001)
    standing = wargame(player, courses, EVEN, Budget(rollouts=100))
    assert standing.rows[0].p_best > 0.99
    assert standing.verdict == "no clear preference"
    assert wargame(player, courses, EVEN, Budget(rollouts=100), incumbent=courses[0]).recommended == courses[0]


def test_a_large_budget_gives_the_first_round_its_share() -> None:
    courses = arms(8)
    player = Bandit(courses, np.linspace(0.0, 0.1, 8))
    standing = wargame(player, courses, EVEN, Budget(rollouts=1_000))
    assert standing.rounds[0].n_courses == 8
    # 0.4 of the rollouts that are not kept for the numbers shown
    assert 0.4 * 0.65 * 1_000 < standing.rounds[0].n_courses * standing.rounds[0].n_draws <= 0.4 * 1_000
    few = wargame(Bandit(courses, np.zeros(8)), courses, EVEN, Budget(rollouts=60))
    assert few.rounds[0].n_draws == 4


class Twins(Bandit):
    """Courses 1 and 2 have the same outcomes on all draws but the first few, in which course 2 is not played."""

    def play(self, courses, draws, should_stop=None):  # type: ignore[no-untyped-def]
        """Return the outcomes."""
        found = super().play(courses, draws, should_stop)
        names = [course.name for course in courses]
        if found is not None and {"arm 1", "arm 2"} <= set(names):
            found[names.index("arm 2")] = found[names.index("arm 1")]
        return found


def test_no_two_rows_of_a_standing_have_the_same_outcomes() -> None:
    courses = arms(4)
    standing = wargame(Twins(courses, np.array([0.0, 0.5, 0.5, 0.1])), courses, EVEN, Budget(rollouts=200))
    assert [row.course.name for row in standing.rows if row.course.name in ("arm 1", "arm 2")] == ["arm 1"]
    assert [(refusal.course.name, refusal.criterion) for refusal in standing.refused] == [("arm 2", "distinguishable")]


def test_intervals_keep_to_the_values_that_there_are() -> None:
    courses = arms(6)
    player = Bandit(courses, np.array([1.0, -1.0, 0.9, 0.0, 0.0, 0.0]), common=0.0, private=0.9)
    told: list[Standing] = []
    wargame(player, courses, EVEN, Budget(rollouts=60), incumbent=courses[1], on_standing=told.append)
    for standing in told:
        for row in standing.rows:
            assert -1.0 <= row.mean.low <= row.mean.high <= 1.0
            assert all(-2.0 <= gap.low <= gap.high <= 2.0 for gap in (row.to_best, row.to_incumbent))


def test_the_second_row_is_the_rival_of_the_last_rounds() -> None:
    courses = arms(8)
    for seed in range(6):
        player = Bandit(courses, np.linspace(0.3, 0.0, 8), common=0.0, private=0.6, seed=seed)
        standing = wargame(player, courses, EVEN, Budget(rollouts=120))
        assert standing.rows[1].n_ranking == max(row.n_ranking for row in standing.rows[1:])
        first, second = standing.rows[0], standing.rows[1]
        gap = standing.difference(second.course, first.course)
        assert gap == second.to_best


def test_the_incumbent_stays_within_the_margin_for_errors_of_the_belief() -> None:
    courses = arms(2)
    for gain, leaves in ((0.05, False), (0.15, True)):
        player = Bandit(courses, np.array([0.0, gain]), private=0.01)
        standing = wargame(
            player, courses, EVEN, Budget(rollouts=60), incumbent=courses[0], least_gain=LEAST_SWITCH_GAIN
        )
        assert (standing.recommended == courses[1]) == leaves
        usual = wargame(player, courses, EVEN, Budget(rollouts=60), incumbent=courses[0])
        assert usual.recommended == courses[1]
