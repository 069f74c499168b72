"""Edits of the leaders in a wargame: when they join, and when they lead."""

import numpy as np
import pytest

from staff_ai.courses.course import Course, Edit, EditVerb
from staff_ai.wargame.rollouts import Draws, Outcome
from staff_ai.wargame.samples import Samples
from staff_ai.wargame.standing import LEAST_EDIT_GAIN, unproven_edits
from staff_ai.wargame.wargame import Budget, wargame
from tests.staff_ai.wargame.bandit import Bandit, arms

EVEN = [0.5, 0.5]


def test_edits_of_the_leaders_join_on_the_draws_of_the_first_round() -> None:
    every = arms(10)
    player = Bandit(every, np.array([0.0, 0.2, 0.1, 0.0, 0.1, 0.2, 0.7, 0.1, 0.2, 0.1]))
    asked: list[list[str]] = []

    def expand(leaders: list[Course], most: int) -> list[Course]:
        asked.append([course.name for course in leaders])
        return every[4:]

    standing = wargame(player, every[:4], EVEN, Budget(rollouts=300), incumbent=every[0], expand=expand)
    assert len(asked) == 1
    assert sorted(asked[0]) == sorted(course.name for course in every[:4])
    assert standing.recommended == every[6]
    joined = standing.ranking.played(6)
    assert joined[: standing.rounds[0].n_draws].all()


@pytest.mark.parametrize(("gain", "noise"), [(0.3, 0.1), (0.05, 0.01), (0.15, 0.4)])
def test_an_edit_leads_only_when_it_is_clearly_better_than_its_base(gain: float, noise: float) -> None:
    base, other = arms(2)
    edit = Course("edit", base.base, (Edit(("boats",), EditVerb.STAY, 0.0, 600.0),))
    courses = [other, base, edit]
    for seed in range(5):
        player = Bandit(courses, np.array([-0.3, 0.0, gain]), private=noise, seed=seed)
        standing = wargame(player, courses, EVEN, Budget(rollouts=90))
        difference = standing.difference(edit, base)
        assert difference is not None
        is_proven = difference.value >= LEAST_EDIT_GAIN and difference.low > 0.0
        assert (standing.rows[0].course == edit) == is_proven
        if gain < LEAST_EDIT_GAIN:  # an edit in force needs no proof
            assert wargame(player, courses, EVEN, Budget(rollouts=90), incumbent=edit).recommended == edit


def test_another_emission_control_of_a_whole_course_leads_without_proof() -> None:
    """It is a posture of the whole force. With another task for a group beside it, it is an edit that needs a proof."""
    base, other = arms(2)
    silence = Edit(("boats", "ship"), EditVerb.EMCON, 0.0, 600.0, emcon="silent")
    silent = Course("silent", base.base, (silence,))
    mixed = Course("mixed", base.base, (silence, Edit(("boats",), EditVerb.STAY, 0.0, 600.0)))
    for course, leads in ((silent, True), (mixed, False)):
        courses = [other, base, course]
        player = Bandit(courses, np.array([-0.3, 0.0, 0.5 * LEAST_EDIT_GAIN]), private=0.01)
        standing = wargame(player, courses, EVEN, Budget(rollouts=90))
        assert (standing.recommended == course) == leads
        assert (standing.rows[0].course == course) == leads


def test_the_probability_of_an_unproven_edit_to_be_best_counts_for_its_base() -> None:
    base, other = arms(2)
    edits = [Course(f"edit {k}", base.base, (Edit(("boats",), EditVerb.STAY, 0.0, 600.0 + k),)) for k in range(3)]
    courses = [other, base, *edits]
    means = np.array([-0.9, 0.0, 0.03, 0.03, 0.03])  # better than the base, but not by enough to lead
    standing = wargame(Bandit(courses, means, private=0.1), courses, EVEN, Budget(rollouts=200))
    assert standing.rows[0].course == base
    assert standing.rows[0].p_best == pytest.approx(1.0)
    assert [row.p_best for row in standing.rows if row.course.edits] == [0.0] * 3
    assert sum(row.p_best for row in standing.rows) == pytest.approx(1.0)
    proven = wargame(Bandit(courses, means * 20.0, private=0.1), courses, EVEN, Budget(rollouts=200))
    assert proven.rows[0].course.edits
    assert proven.rows[0].p_best > 0.2


def test_an_edit_that_is_worse_against_one_policy_of_the_enemy_does_not_lead() -> None:
    base, other = arms(2)
    edit = Course("edit", base.base, (Edit(("boats",), EditVerb.STAY, 0.0, 600.0),))
    courses, means = [other, base, edit], np.array([-0.9, 0.0, 0.4])
    for against_second, leader in ((0.3, edit), (-0.6, base)):  # the gain of the edit is 0.4 more
        by_enemy = np.array([[0.0, 0.0], [0.0, 0.0], [0.3, against_second]])
        player = Bandit(courses, means, private=0.1, by_enemy=by_enemy)
        standing = wargame(player, courses, [0.8, 0.2], Budget(rollouts=200))
        assert standing.rows[0].course == leader
        gap = standing.difference(edit, base)
        assert gap is not None
        assert gap.low > LEAST_EDIT_GAIN


def test_edits_join_only_when_the_budget_has_ten_draws_for_each() -> None:
    every = arms(12)
    for rollouts, most in ((150, 0), (300, 4)):  # 0.4 of the 0.7 kept for the ranking: 42 and 84 rollouts, 4 courses
        asked: list[int] = []

        def expand(leaders: list[Course], n: int, asked: list[int] = asked) -> list[Course]:
            asked.append(n)
            return every[4:]

        player = Bandit(every, np.zeros(12))
        standing = wargame(player, every[:4], EVEN, Budget(rollouts=rollouts), incumbent=every[0], expand=expand)
        assert asked == ([most] if most else [])
        assert sum(bool(standing.ranking.played(k).any()) for k in range(4, len(standing.courses))) == most


@pytest.mark.parametrize(
    ("other", "lead", "is_proven"),
    [(0.0, 0.1, True), (0.0, -0.1, False), (0.38, 0.1, False)],  # the last is all but equal to a course without edits
)
def test_a_proven_edit_loses_no_lead_and_beats_every_course_without_edits(
    other: float, lead: float, is_proven: bool
) -> None:
    """An edit that gains 0.4 in score over its base, beside another course; differences to both vary by 0.2."""
    base, rival = arms(2)
    edit = Course("edit", base.base, (Edit(("boats",), EditVerb.STAY, 0.0, 600.0),))
    samples = Samples(3, np.array([0.5, 0.5]))
    n = np.arange(40, dtype=np.int64)
    samples.add_draws(Draws(n, n % 2, n // 2))
    samples.outcomes[:] = 0.0
    samples.outcomes[1, :, Outcome.SCORE] = other
    samples.outcomes[2, :, Outcome.SCORE] = 0.4 + 0.2 * np.resize([1.0, 1.0, -1.0, -1.0], 40)
    samples.outcomes[2, :, Outcome.LEAD] = lead
    order = [2, 1, 0] if other > 0.0 else [2, 0, 1]
    assert (2 not in unproven_edits(samples, order, [base, rival, edit], None)) == is_proven


def test_many_lucky_edits_do_not_take_the_draws_of_the_courses_without_edits() -> None:
    """Edits that change nothing, with noise of their own: the best course without edits is as hard to find as ever."""
    whole = arms(6)
    means = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    edits = [
        Course(f"edit {k} of {base.name}", base.base, (Edit(("boats",), EditVerb.STAY, 0.0, 600.0 + k),))
        for base in whole
        for k in range(8)
    ]
    right = 0
    for seed in range(20):
        player = Bandit([*whole, *edits], np.concatenate([means, np.repeat(means, 8)]), private=1.0, seed=seed)
        standing = wargame(
            player, whole, EVEN, Budget(rollouts=3_000), incumbent=whole[0], expand=lambda leaders, most: edits[:most]
        )
        shown = sorted((row for row in standing.rows if not row.course.edits), key=lambda row: -row.n_ranking)[:2]
        assert all(row.n_ranking > 100 for row in shown)
        assert standing.recommended is not None
        right += standing.recommended.base in (whole[4].base, whole[5].base)
    assert right >= 18
