"""Advice of a staff: the same bits whoever is beside it, predictions from fresh samples, honest abstentions."""

from typing import Any

import numpy as np
import pytest

from simcore.intelligence import NOTHING_KNOWN
from simcore.params import RuleW
from simcore.picture import OwnW, Picture, SeenR, SeenW
from simcore.simulation import Simulation
from simcore.types import Status
from staff_ai.advice.advice import ABSTAINED, Advice, weighted_quantiles, win_probability
from staff_ai.advice.staff import Habits, Staff
from staff_ai.courses.course import CONTINUE
from staff_ai.wargame.game import Budget
from staff_ai.wargame.samples import win_share
from tests.staff_ai.courses.crossing import GO, crossing

FEW = Habits(n_worlds=8, doctrines=(), edits=False)
SMALL = Budget(rollouts=40)


def pictures(replications: list[int], ticks: int = 20, **keys: Any) -> tuple[Staff, Picture]:
    """Return blue's staff in the crossing, and its pictures after some ticks."""
    compiled = crossing(**keys)
    simulation = Simulation(compiled.params, seed=3, replications=replications)
    simulation.advance(ticks)
    return Staff(compiled.briefings[0], habits=FEW), simulation.picture(0)


def altered(picture: Picture, **arrays: np.ndarray) -> Picture:
    """Return a picture with other arrays."""
    return picture._replace(**arrays)


def advise(staff: Staff, picture: Picture, row: int = 0, **keys: Any) -> Advice:
    """Return small advice on a picture."""
    return staff.advise(picture, row, seed=5, **{"budget": SMALL, "own": [GO], **keys})


def test_advice_is_the_same_alone_in_a_batch_and_with_two_threads() -> None:
    staff, alone = pictures([7])
    first = advise(staff, alone)
    assert first.recommended == GO
    _, batch = pictures([6, 7])
    other = Staff(staff.briefing, habits=FEW, threads=2)
    other.observe(batch)
    advise(other, batch, 0)
    again = advise(other, batch, 1)
    assert again.digest == first.digest
    assert again.elapsed_s != first.elapsed_s  # the time taken is no part of it
    assert advise(other, batch, 1, number=1).digest != first.digest
    assert advise(other, batch, 0).digest != first.digest


def test_enemy_units_that_nobody_has_seen_change_no_bit_of_the_advice() -> None:
    staff, picture = pictures([0])
    compiled = crossing()
    more = crossing(extra=[{"name": "red-more", "side": "red", "units": [{"platform": "robot", "count": 3}],
                            "at_km": [10, 8]}])  # fmt: skip
    assert more.params.units.whole.shape[1] == compiled.params.units.whole.shape[1] + 3
    simulation = Simulation(more.params, seed=3, replications=[0])
    simulation.advance(20)
    with_more = Staff(more.briefings[0], habits=FEW)
    assert advise(with_more, simulation.picture(0)).digest == advise(staff, picture).digest


def test_the_numbers_of_the_recommendation_are_from_fresh_rollouts() -> None:
    staff, picture = pictures([0])
    advice = advise(staff, picture, budget=Budget(rollouts=250))
    prediction = advice.prediction
    assert prediction is not None
    assert prediction.is_fresh
    assert prediction.score.low <= prediction.score.value <= prediction.score.high
    assert 0.0 <= prediction.win.low <= prediction.win.value <= prediction.win.high <= 1.0
    assert advice.basis is not None
    assert advice.standing is not None
    place = [course.digest for course in advice.courses].index(GO.digest)
    draws = advice.standing.fresh.draws
    replayed = advice.basis.table.play([GO], draws)  # any rollout can be repeated
    assert replayed is not None
    assert (replayed[0] == advice.standing.fresh.outcomes[place]).all()


def test_the_interval_holds_the_next_of_equally_likely_outcomes_as_often_as_it_says() -> None:
    values = np.arange(1.0, 10.0)  # with 9 values the i-th is the quantile i / 10
    found = weighted_quantiles(values, np.full(9, 0.3), (0.1, 0.5, 0.9), (-99.0, 99.0))
    assert found == pytest.approx((1.0, 5.0, 9.0))
    one = weighted_quantiles(np.array([0.0]), np.array([3.0]), (0.1, 0.5, 0.9), (-1.0, 1.0))
    assert one == pytest.approx((-0.8, 0.0, 0.8))  # a single value bounds no tenth: nearly all of the range
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(4000):  # the next of uniform outcomes, after five
        sample, following = rng.uniform(-1.0, 1.0, 5), rng.uniform(-1.0, 1.0)
        low, high = weighted_quantiles(sample, np.ones(5), (0.1, 0.9), (-1.0, 1.0))
        held += low <= following <= high
    assert held / 4000 == pytest.approx(0.8, abs=4.0 * np.sqrt(0.8 * 0.2 / 4000))


def test_few_rollouts_make_no_win_certain() -> None:
    enemy, weights = np.zeros(5, dtype=np.int64), np.ones(1)
    found = win_probability(np.ones(5), enemy, weights)
    assert found.value == pytest.approx(6.0 / 7.0)  # Laplace (1812): after five wins in five
    assert (found.low, found.high) == win_share(np.ones(5), enemy, weights)[1:]
    assert win_probability(-np.ones(5), enemy, weights).value == pytest.approx(1.0 / 7.0)


def test_at_the_last_tick_the_staff_abstains() -> None:
    compiled = crossing()
    staff, picture = pictures([0])
    last = int(compiled.params.rules_whole[RuleW.N_TICKS])
    advice = advise(staff, altered(picture, ticks=np.array([last])))
    assert (advice.verdict, advice.recommended, advice.abstention) == (ABSTAINED, None, "the fight is over")


def test_without_a_unit_left_the_staff_abstains() -> None:
    staff, picture = pictures([0])
    own = picture.own_whole.copy()
    own[:, OwnW.STATUS] = Status.LOST
    assert advise(staff, altered(picture, own_whole=own)).abstention == "no unit of the own side is left"


def test_a_side_without_intelligence_gets_an_abstention() -> None:
    from dataclasses import replace

    staff, picture = pictures([0])
    advice = advise(Staff(replace(staff.briefing, intelligence=NOTHING_KNOWN), habits=FEW), picture)
    assert advice.recommended is None
    assert advice.abstention == "the side has no intelligence on an enemy"


@pytest.mark.parametrize("trouble", ["empty", "saturated", "no links"])
def test_a_strange_picture_gives_advice_or_an_abstention(trouble: str) -> None:
    staff, picture = pictures([0])
    n = picture.contact_real.shape[2]
    real, whole = np.zeros_like(picture.contact_real), np.zeros_like(picture.contact_whole)
    count, own = np.zeros_like(picture.n_contacts), picture.own_whole.copy()
    whole[:, SeenW.TARGET_CLASS] = -1
    if trouble == "saturated":
        count[:] = n
        real[:, SeenR.X], real[:, SeenR.Y] = np.linspace(-9e3, 9e3, n), 2e3
        real[:, SeenR.ERROR_M] = 500.0
        whole[:, SeenW.SERIAL], whole[:, SeenW.LEVEL] = np.arange(1, n + 1), 1
    if trouble == "no links":
        own[:, OwnW.LINKED] = 0
    advice = advise(staff, altered(picture, contact_real=real, contact_whole=whole, n_contacts=count, own_whole=own))
    assert (advice.recommended is not None) or advice.abstention


def test_stopped_before_the_first_round_the_staff_abstains() -> None:
    staff, picture = pictures([0])
    advice = advise(staff, picture, should_stop=lambda: True)
    assert advice.recommended is None
    assert advice.abstention == "the wargame was stopped before its first round was complete"


def test_advice_so_far_is_passed_on_after_each_round() -> None:
    staff, picture = pictures([0])
    heard: list[Advice] = []
    last = advise(staff, picture, on_advice=heard.append)
    assert len(heard) >= 2
    assert heard[-1].digest == last.digest
    assert last.incumbent == CONTINUE
