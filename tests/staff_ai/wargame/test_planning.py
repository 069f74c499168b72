"""Deliberate planning with known outcomes: the best pair of edits is found; a prepared course is left for a reason."""

from collections.abc import Sequence

import numpy as np
import pytest

from staff_ai.courses.course import Course, Edit, EditVerb
from staff_ai.wargame.planning import LEAST_PLANNED_GAIN, pairs, planning_rounds
from staff_ai.wargame.player import Reply
from staff_ai.wargame.standing import LEAST_LEAVING_GAIN, Standing
from staff_ai.wargame.wargame import Budget, Rounds, rounds_of
from staff_ai.wargame.worlds import FRESH
from tests.staff_ai.wargame.bandit import Bandit, arms

EVEN = [0.5, 0.5]


def edited(base: Course, group: str, verb: EditVerb = EditVerb.STAY) -> Course:
    """Return a course with a task for a group."""
    return Course(f"{base.name}, {group} {verb.value}", base.base, (Edit((group,), verb, 0.0, 600.0),))


def play(player: Bandit, rounds: Rounds) -> Standing:
    """Return the standing after all rounds."""
    reply: Reply = None
    try:
        request = next(rounds)
        while True:
            found = [player.play(courses, draws) for courses, draws in request.parts]
            reply = [one for one in found if one is not None]
            request = rounds.send(reply)
    except StopIteration as end:
        return end.value


def plan(
    gain: float, rollouts: int = 1_200, seed: int = 1, good_ones: slice = slice(1, 3)
) -> tuple[Bandit, Standing, Course, list[Course]]:
    """Plan among four whole courses, the third being the best, and eight edits of each; two of its edits are good.

    Their gains add up. Returned are the player, the standing, the best whole course and its two good edits.
    """
    whole = arms(4)
    edits = [edited(base, f"group {k}") for k in range(8) for base in whole]
    good = [edit for edit in edits if edit.base == whole[2].base][good_ones]
    both = [*pairs(good), *pairs(good[::-1])]
    every = [*whole, *edits, *pairs(edits), *pairs(edits[::-1])]
    better = {course.digest: gain for course in good} | {course.digest: 2.0 * gain for course in both}
    means = np.array([(0.2 if course.base == whole[2].base else 0.0) + _gain(course, better) for course in every])
    player = Bandit(every, means, common=0.3, private=0.1, seed=seed)

    def edits_of(leaders: Sequence[Course], most: int) -> list[Course]:
        return [edit for edit in edits if any(edit.base == leader.base for leader in leaders)][:most]

    rounds = planning_rounds(player, whole, EVEN, rollouts, edits_of=edits_of, incumbent=whole[0])
    return player, play(player, rounds), whole[2], [*good, *both]


def _gain(course: Course, better: dict[str, float]) -> float:
    return better.get(course.digest, -0.3 if course.edits else 0.0)


def test_the_best_pair_of_edits_of_the_best_whole_course_is_found_within_the_budget() -> None:
    player, standing, _, good = plan(0.2)
    assert standing.recommended in good[-2:]
    assert standing.verdict == "clear"
    assert standing.n_rollouts == sum(n * len(draws.number) for n, draws in player.calls) <= 1_200
    incumbent = standing.row(arms(4)[0])
    assert incumbent is not None
    assert incumbent.is_fresh  # the course in force is compared on the same fresh draws
    assert incumbent.to_best.high < 0.0


def test_races_have_draws_of_their_own_and_the_numbers_shown_are_from_fresh_ones() -> None:
    player, standing, _, _ = plan(0.2)
    numbers = [draws.number for _, draws in player.calls]
    every = np.concatenate(numbers)
    assert len(np.unique(every)) == len(every)
    assert (numbers[-1] >= FRESH).all()
    assert (np.concatenate(numbers[:-1]) < FRESH).all()
    assert all(row.is_fresh for row in standing.rows)


def test_a_base_that_fell_behind_its_edits_is_played_with_them_so_that_they_can_lead() -> None:
    _, standing, base, good = plan(0.2, good_ones=slice(8))
    assert standing.recommended in good
    assert len(standing.recommended.edits) == 2
    plain = standing.row(base)
    assert plain is not None
    assert plain.is_fresh


@pytest.mark.parametrize("seed", range(3))
def test_edits_that_gain_too_little_do_not_lead(seed: int) -> None:
    _, standing, best, _ = plan(-0.5 * LEAST_PLANNED_GAIN, seed=seed)
    assert standing.recommended == best


@pytest.mark.parametrize("rollouts", [1, 20, 90])
def test_a_small_budget_plays_fewer_courses(rollouts: int) -> None:
    player, standing, _, _ = plan(0.2, rollouts=rollouts)
    assert standing.recommended is not None
    least = len(EVEN) * 2
    assert standing.n_rollouts <= max(rollouts, least)
    assert standing.n_rollouts == sum(n * len(draws.number) for n, draws in player.calls)


def test_pairs_give_no_group_two_tasks_at_a_time() -> None:
    base, other = arms(2)
    stay, back = edited(base, "boats"), edited(base, "boats", EditVerb.BACK)
    ship, silent = edited(base, "ship"), edited(base, "boats", EditVerb.EMCON)
    later = Course("later", base.base, (Edit(("boats",), EditVerb.BACK, 600.0, 900.0),))
    found = pairs([stay, back, ship, silent, later, edited(other, "ship", EditVerb.MOVE)])
    combined = [{(edit.groups[0], edit.verb, edit.from_s) for edit in course.edits} for course in found]
    assert {("boats", EditVerb.STAY, 0.0), ("boats", EditVerb.BACK, 0.0)} not in combined
    assert {("boats", EditVerb.STAY, 0.0), ("boats", EditVerb.BACK, 600.0)} in combined
    assert {("boats", EditVerb.STAY, 0.0), ("boats", EditVerb.EMCON, 0.0)} in combined
    assert {("boats", EditVerb.STAY, 0.0), ("ship", EditVerb.STAY, 0.0)} in combined
    assert all(course.base == base.base for course in found)
    assert pairs([stay, ship])[0].name == "arm 0, boats stay, ship stay"


def test_a_prepared_course_in_force_is_left_only_for_a_clear_gain() -> None:
    courses = arms(3)
    for gain, is_left in ((0.5 * LEAST_LEAVING_GAIN, False), (2.0 * LEAST_LEAVING_GAIN, True)):
        player = Bandit(courses, np.array([0.0, gain, -0.5]), private=0.05)

        def advise(prepared: Sequence[Course], player: Bandit = player) -> Standing:
            rounds = rounds_of(
                player, courses, EVEN, Budget(rollouts=120), incumbent=courses[0], least_gain=0.05, prepared=prepared
            )
            return play(player, rounds)

        assert (advise(courses[:1]).recommended == courses[1]) == is_left
        assert advise(()).recommended == courses[1]  # another course in force is left earlier


def test_a_prepared_edit_needs_no_proof_in_later_advice() -> None:
    base, other = arms(2)
    edit = edited(base, "boats")
    courses = [other, base, edit]
    player = Bandit(courses, np.array([-0.3, 0.0, 0.1]), private=0.01)
    for prepared, leader in (((edit,), edit), ((), base)):
        rounds = rounds_of(player, courses, EVEN, Budget(rollouts=90), incumbent=other, prepared=prepared)
        assert play(player, rounds).recommended == leader
