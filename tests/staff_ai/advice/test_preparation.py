"""A preparation: it depends on the intelligence alone, is made once, and its courses stay at hand."""

from typing import Any

import numpy as np
import pytest

from simcore.errors import InputError
from simcore.intelligence import NOTHING_KNOWN
from simcore.picture import Picture
from simcore.simulation import Simulation
from staff_ai.advice import preparation
from staff_ai.advice.advice import Advice
from staff_ai.advice.commander import StaffCommander
from staff_ai.advice.preparation import N_PREPARED, STARTS, prepare, prepared_courses
from staff_ai.advice.staff import Habits, Staff
from staff_ai.courses.course import PLAN
from tests.staff_ai.advice.test_commander import play
from tests.staff_ai.courses.crossing import crossing

FEW = Habits(n_worlds=4, doctrines=("assault",), trained=())


def opened(replications: list[int], threads: int = 1, **keys: Any) -> tuple[Staff, Picture]:
    """Return blue's staff in the crossing and its pictures at the start."""
    compiled = crossing(**keys)
    simulation = Simulation(compiled.params, seed=3, replications=replications)
    return Staff(compiled.briefings[0], habits=FEW, threads=threads), simulation.picture(0)


def fresh(staff: Staff, picture: Picture, row: int = 0, **keys: Any) -> Advice:
    """Return a preparation that was not kept before."""
    preparation.kept.clear()
    return prepare(staff, picture, row, **{"seed": 5, "rollouts": 420, "incumbent": PLAN, **keys})


def test_a_preparation_finds_the_way_to_the_objective_and_keeps_its_best_courses() -> None:
    advice = fresh(*opened([0]))
    assert advice.recommended is not None
    assert advice.recommended.base.policy == "assault"  # the plan of the file is to stay
    assert advice.prediction is not None
    assert advice.prediction.is_fresh
    assert advice.standing is not None
    plan = advice.standing.row(PLAN)
    assert plan is not None
    assert plan.to_best.high < 0.0
    kept = prepared_courses(advice.standing)
    assert kept[0] == advice.recommended
    assert 1 <= len(kept) <= N_PREPARED
    assert len({course.digest for course in kept}) == len(kept)
    assert advice.basis is not None
    assert advice.basis.ranking.situation.n_worlds == STARTS * FEW.n_worlds


def test_a_preparation_is_the_same_with_two_threads_and_whatever_nobody_has_seen() -> None:
    first = fresh(*opened([0]))
    assert fresh(*opened([0], threads=2)).digest == first.digest
    more = [{"name": "red-more", "side": "red", "units": [{"platform": "robot", "count": 3}], "at_km": [10, 8]}]
    assert fresh(*opened([0], extra=more)).digest == first.digest
    assert fresh(*opened([0]), seed=6).digest != first.digest


def test_a_preparation_is_made_once_for_all_replications_and_bound_to_the_picture_of_each() -> None:
    staff, picture = opened([4, 5])
    first = fresh(staff, picture, 0)
    second = prepare(staff, picture, 1, seed=5, rollouts=420, incumbent=PLAN)
    assert second.standing is first.standing
    assert (first.replication, second.replication) == (4, 5)
    assert second.picture != first.picture
    other = prepare(staff, picture, 1, seed=5, rollouts=50, incumbent=PLAN)
    assert other.standing is not first.standing


def test_a_side_without_intelligence_gets_an_abstention_for_a_preparation() -> None:
    from dataclasses import replace

    staff, picture = opened([0])
    blind = Staff(replace(staff.briefing, intelligence=NOTHING_KNOWN), habits=FEW)
    assert fresh(blind, picture).abstention == "the side has no intelligence on an enemy"


def test_games_with_a_preparation_are_the_same_alone_and_in_a_batch() -> None:
    keys: dict[str, Any] = {"prepare": 80, "rollouts": 16, "trained": "none"}
    preparation.kept.clear()
    _, alone = play(crossing(), [5], **keys)
    preparation.kept.clear()
    staff, batch = play(crossing(), [4, 5], **keys)
    assert batch[1] == alone[0]
    entries = [entry.values for entry in staff.record.entries]
    assert [entry["time_s"] for entry in entries] == [0.0, 0.0, 700.0, 700.0, 1_400.0, 1_400.0]
    assert len({entry["recommendation"] for entry in entries[:2]}) == 1
    assert len({entry["picture_digest"] for entry in entries[:2]}) == 2


@pytest.mark.parametrize("value", [0, -1, 1.5, "many", True])
def test_a_budget_of_a_preparation_that_is_no_whole_number_above_0_is_an_error(value: Any) -> None:
    with pytest.raises(InputError, match=r"prepare is .*; give a whole number above 0"):
        StaffCommander(prepare=value)


def test_a_preparation_is_for_the_start_of_the_fight() -> None:
    with pytest.raises(InputError, match="prepare plans before the fight; leave out first_s"):
        StaffCommander(prepare=100, first_s=600.0)


def test_worlds_of_several_starts_are_joined_in_order() -> None:
    from staff_ai.belief.worlds import draw_worlds, join

    staff, picture = opened([4, 5])
    staff.observe(picture)
    assert staff.tracker is not None
    parts = [draw_worlds(staff.tracker, picture, row, 3, seed=1) for row in (0, 1)]
    joined = join(parts)
    assert joined.situation.n_worlds == 6
    assert (joined.doctrine == np.concatenate([part.doctrine for part in parts])).all()
    assert (joined.situation.units.x[3:] == parts[1].situation.units.x).all()
