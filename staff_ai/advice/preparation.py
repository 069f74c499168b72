"""Preparation before the fight: deliberate planning from intelligence alone, kept for all games of a scenario.

A staff plans deliberately before H-hour and hastily afterwards. The preparation does not see the game: it starts from
the staff's own scenario, in which own units begin at several places of their areas. So it is a function of briefing,
intelligence, habits, seed and number of rollouts, is made once for them, and serves all replications. Its best course
is recommended before the fight; the best few stay at hand in later advice.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from threading import Lock

from scenarios.run.play import start_simulation
from simcore.picture import Picture
from staff_ai.advice.advice import Advice
from staff_ai.advice.consultation import at_table, play_alone
from staff_ai.advice.staff import Staff, advice_seed
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import Worlds, draw_worlds, join
from staff_ai.courses.course import BaseKind, Course, Moment
from staff_ai.courses.gate import Gate
from staff_ai.courses.generate import generate_courses, planned_edits, postures
from staff_ai.wargame.game import Budget
from staff_ai.wargame.planning import planning_rounds
from staff_ai.wargame.standing import Standing

N_PREPARED = 3
"""Courses that stay at hand in the fight."""

STARTS = 4
"""Starts of the own force."""

_SEED = 31_170  # of the starts
_NAME = -1  # in the seed, for the replication
_MOST_WHOLE = 64
_KEPT = 8
_lock = Lock()
kept: OrderedDict[tuple[Hashable, ...], Advice] = OrderedDict()


def prepare(
    staff: Staff, picture: Picture, row: int = 0, *, seed: int, rollouts: int, incumbent: Course, number: int = 0
) -> Advice:
    """Return advice out of deliberate planning, for the start of the fight.

    Parameters
    ----------
    picture, row : the picture that the advice is given on. The planning does not see it.
    rollouts : of the search; the same bits every time, with any number of threads.
    incumbent : course in force, which is compared with the others.
    """
    blank = staff.blank(picture, row, seed, number, Budget(rollouts), incumbent)
    reason = staff.cannot(picture, row)
    if reason:
        return replace(blank, abstention=reason)
    names = (blank.intelligence, staff.briefing.side_name, staff.habits, seed, rollouts, incumbent.digest)
    with _lock:  # the threads of a batch share a preparation
        if names not in kept:
            kept[names] = _plan(staff, blank)
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        found = kept[names]
    return replace(
        found, scenario=blank.scenario, replication=blank.replication, time_s=blank.time_s, tick=blank.tick,
        picture=blank.picture, number=number,
    )  # fmt: skip


def prepared_courses(standing: Standing | None) -> tuple[Course, ...]:
    """Return the courses of a preparation to keep at hand: the recommended one, then others that may be the best."""
    if standing is None or standing.recommended is None:
        return ()
    others = [row.course for row in standing.rows if row.course.is_whole or row.p_best > 0.0]
    return tuple({course.digest: course for course in (standing.recommended, *others)}.values())[:N_PREPARED]


def _plan(staff: Staff, blank: Advice) -> Advice:
    """Search, from the start of the staff's own scenario."""
    assert staff.tracker is not None
    assert blank.budget.rollouts is not None
    own, habits = staff.tracker.staff, staff.habits
    doctrines = own.intelligence.doctrines
    if not doctrines:
        return replace(blank, abstention="the intelligence names no policy that the enemy may follow")
    briefing = own.compiled.briefings[own.side]
    picture = start_simulation(own.compiled, _SEED, range(STARTS)).picture(own.side)
    tracker = BeliefTracker(own)
    tracker.observe(picture)
    moment = Moment(0.0, briefing.decision_s, (), blank.incumbent.base)
    gate = Gate(own.compiled, own.side, picture, moment)
    courses, refused = generate_courses(
        own.compiled, own.side, picture, moment, incumbent=blank.incumbent, doctrines=habits.doctrines,
        trained=staff.trained, parameters=habits.parameters, most=_MOST_WHOLE,
    )  # fmt: skip
    courses = [course for course in courses if course.base.kind != BaseKind.CONTINUE]  # at the start it is the plan
    seed = advice_seed(blank.seed, _NAME)

    def draw(pool: int) -> Worlds:
        parts = [
            draw_worlds(tracker, picture, row, habits.n_worlds, seed=seed, number=pool * STARTS + row)
            for row in range(STARTS)
        ]
        return join(parts)

    weights = [float(w) for w in tracker.doctrine_weights(0)]
    basis = staff.basis(draw(0), draw(1), moment, advice_seed(blank.seed), seed)

    def edits_of(leaders: Sequence[Course], most: int) -> list[Course]:
        return planned_edits(gate, briefing, leaders, moment, most)

    rounds = planning_rounds(
        basis.table, [*courses, *postures(gate, briefing, courses, moment)], weights, blank.budget.rollouts,
        edits_of=edits_of if habits.edits else None, incumbent=blank.incumbent, refused=refused, limits=habits.limits,
    )  # fmt: skip
    return blank.with_standing(play_alone(at_table(basis.table, rounds)), weights, basis)
