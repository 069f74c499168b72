"""Claims on commanders from planted games: only a commander ahead of every schedule reacts."""

import numpy as np
import pytest

from staff_ai.games.chairs import (
    BLIND,
    CONSTANT,
    FIXED,
    HOLD,
    LEARNED,
    OWN,
    OWN_FIXED,
    TIMED,
    Chair,
    Row,
    claim,
    mean_over_chairs,
    pack,
    unpack,
)
from staff_ai.games.statistics import Interval

AHEAD, UNSURE, BEHIND = Interval(0.2, 0.1, 0.3), Interval(0.1, -0.1, 0.3), Interval(-0.2, -0.3, -0.1)
SHAPE = (3, 2, 20)


def planted(gains: dict[str, float], seed: int = 0, side: str = "blue") -> Chair:
    """Return a chair in which each commander scores the noise of the games plus its own gain."""
    noise = np.random.default_rng(seed).normal(size=(1, *SHAPE[1:]))
    rows = [Row(name, *([np.repeat(noise, 3 if name == LEARNED else 1, axis=0) + g] * 3)) for name, g in gains.items()]
    return Chair("somewhere", side, ("hold", "screen-and-strike"), SHAPE[2], rows)


GAINS = {LEARNED: 0.5, "cautious": 0.3, HOLD: 0.1, CONSTANT: 0.2, TIMED: 0.4, OWN: 0.35}


def test_a_commander_ahead_of_every_blind_commander_reacts() -> None:
    assert claim(dict.fromkeys(BLIND, AHEAD))[0]


def test_schedules_searched_in_fewer_games_than_the_training_forbid_the_claim() -> None:
    reacts, sentence = claim(dict.fromkeys(BLIND, AHEAD), at_equal_cost=False)
    assert not reacts
    assert "fewer games than the training" in sentence


@pytest.mark.parametrize("gap", [UNSURE, BEHIND])
@pytest.mark.parametrize("name", BLIND)
def test_one_schedule_that_it_does_not_clearly_beat_forbids_the_claim(name: str, gap: Interval) -> None:
    reacts, sentence = claim({**dict.fromkeys(BLIND, AHEAD), name: gap})
    assert not reacts
    assert sentence == f"a reaction is not shown: not better than {name}"


@pytest.mark.parametrize("name", BLIND)
def test_a_missing_schedule_forbids_the_claim(name: str) -> None:
    reacts, sentence = claim({other: AHEAD for other in BLIND if other != name})
    assert not reacts
    assert f"without games of {name}" in sentence


def test_doctrines_that_react_are_no_reaction_of_the_network() -> None:
    gaps = {**dict.fromkeys(BLIND, AHEAD), FIXED: UNSURE, OWN_FIXED: AHEAD}
    reacts, sentence = claim(gaps, has_doctrines=True)
    assert not reacts
    assert sentence == (
        f"the doctrines that it chooses react; a reaction of its own is not shown: not better than {FIXED}"
    )
    assert claim({**gaps, FIXED: AHEAD}, has_doctrines=True)[0]


def test_the_best_doctrine_is_no_schedule_and_not_the_plan() -> None:
    assert planted({**GAINS, HOLD: 9.0, TIMED: 9.0, "aggressive": 0.2}).best_doctrine.name == "cautious"


def test_the_mean_over_chairs_weighs_chairs_equally_and_pairs_their_games() -> None:
    chairs = [planted(GAINS, 1), planted({**GAINS, LEARNED: 0.9}, 2, "red")]
    found = mean_over_chairs(chairs)
    assert found["best doctrine"].value == pytest.approx(0.4)
    assert found[HOLD] == pytest.approx((0.6, 0.6, 0.6))
    assert FIXED not in found


def test_the_interval_of_a_mean_over_chairs_keeps_the_noise_of_training_seeds() -> None:
    """Seeds that are better in one chair are better in all: more chairs do not average that away."""
    shift = np.array([-0.3, 0.0, 0.3])[:, None, None]
    chairs = [planted(GAINS, k) for k in range(4)]
    for chair in chairs:
        chair.rows[0] = Row(LEARNED, *([chair.rows[0].mission + shift] * 3))
    one, four = mean_over_chairs(chairs[:1])[HOLD], mean_over_chairs(chairs)[HOLD]
    assert four.high - four.low == pytest.approx(one.high - one.low)


def test_stored_games_give_the_same_chair() -> None:
    chair = planted(GAINS)
    again = Chair(chair.scenario, chair.side, chair.opponents, chair.n, unpack(pack(chair)))
    assert again.as_json() == chair.as_json()
