"""Looks at the results: their numbers and errors, the coverage of all of them together, and games played once."""

import numpy as np
import pytest

from staff_ai.assess.items import Gate, Number, Status, gap_number, gate
from staff_ai.assess.looks import ERROR, Look, Series, looks_of, settle
from staff_ai.assess.performance import performance
from staff_ai.assess.robustness import faked_tracks
from staff_ai.assess.rules import rules
from tests.staff_ai.assess.contexts import context, with_rules


def test_looks_double_up_to_the_greatest_number_and_share_the_error() -> None:
    assert looks_of(20, 20) == (Look(20, 0.95),)
    found = looks_of(16, 100)
    assert [look.n for look in found] == [16, 32, 64, 100]
    errors = [1.0 - look.confidence for look in found]
    assert sum(errors) == pytest.approx(ERROR)
    assert errors == pytest.approx([ERROR * k / 100 for k in (16, 16, 32, 36)])


@pytest.mark.parametrize("shape", ["won or lost", "uniform"])
def test_all_intervals_of_a_number_hold_together_however_often_it_is_looked_at(shape: str) -> None:
    rng = np.random.default_rng(4)
    looks, missed, missed_at_95 = looks_of(16, 256), 0, 0
    for _ in range(400):
        values = rng.uniform(-1.0, 1.0, 256) if shape == "uniform" else rng.choice([-1.0, 1.0], 256)
        for spent in (True, False):
            numbers = [gap_number("x", values[: one.n], one.confidence if spent else 0.95) for one in looks]
            is_missed = any(not one.low <= 0.0 <= one.high for one in numbers)
            missed += is_missed and spent
            missed_at_95 += is_missed and not spent
    error = np.sqrt(ERROR * (1.0 - ERROR) / 400)
    assert missed / 400 < ERROR + 4.0 * error
    assert missed_at_95 / 400 > ERROR + 4.0 * error  # five looks at 95 % each would not do


def test_games_are_added_until_the_gate_is_decided_and_no_more() -> None:
    played: list[tuple[int, int]] = []

    def play(first: int, n: int) -> np.ndarray:
        played.append((first, n))
        return np.where(np.arange(first, first + n) % 2, 0.6, -0.2)

    def judged(bound: float) -> tuple[Number, list[Gate]]:
        series = Series(play)
        return settle(
            looks_of(8, 64),
            lambda look: gap_number("gain", series.upto(look.n), look.confidence),
            lambda found: gate("least", found, bound, is_least=True),
        )

    found, gates = judged(0.0)
    assert (found.n, gates[0].status) == (32, Status.PASS)
    assert played == [(0, 8), (8, 8), (16, 16)]
    found, gates = judged(0.2)  # the true mean: nothing decides
    assert (found.n, gates[0].status) == (64, Status.OPEN)


def test_games_added_later_are_those_of_a_greater_number_at_once() -> None:
    first, second = (context("aggressive", n=3, against=("hold", "cautious")) for _ in range(2))
    first.usual(n=3)
    first.usual(("cautious",), n=5)
    assert first.usual(n=4).mission.shape == (1, 2, 4)  # one opponent has been taken further
    np.testing.assert_array_equal(first.usual(n=6).hashes, second.usual(n=6).hashes)


def test_an_item_goes_on_while_its_gate_is_open_and_says_with_how_many_games() -> None:
    few, more = (faked_tracks(context("FearsGhosts", n=2, most=most)) for most in (2, 32))
    assert {one.n for one in few.numbers} == {2}
    judged = [one for one in more.gates if one.key == "most_regret"]
    n = next(one.n for one in more.numbers if one.name == judged[0].number)
    assert n > 2
    assert judged[0].status != Status.OPEN or n == 32


def test_a_rule_is_watched_until_there_are_enough_decisions() -> None:
    item = rules(context("aggressive", settings=with_rules(), n=16, most=512))
    assert item.status == Status.PASS
    assert 3000 <= item.numbers[0].n < 2 * 3000 + 1000


def test_no_worse_than_the_best_script_by_more_than_the_margin_passes() -> None:
    known = context("idle", n=16, most=256)
    assert performance(known).status == Status.FAIL  # it does nothing, and loses most of its games
