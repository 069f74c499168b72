"""Synchronisation matrix: the activities of the own side by function and period, in a typical game of a course."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from simcore.policy import Briefing
from simcore.roster import Roster
from simcore.types import EventKind, Task
from staff_ai.courses.course import Moment
from staff_ai.explanation.recorded import Recorded
from staff_ai.wargame.rollouts import Outcome

FUNCTIONS = ("manoeuvre", "fires", "reconnaissance", "air_defence", "sustainment")
PERIODS = 6

_FUNCTION_OF = {
    EventKind.ORDER: "manoeuvre",
    EventKind.SHOT: "fires",
    EventKind.CONTACT: "reconnaissance",
    EventKind.INTERCEPT: "air_defence",
    EventKind.SOFT_KILL: "air_defence",
    EventKind.RETURN: "sustainment",
    EventKind.RECOVER: "sustainment",
    EventKind.SUPPLIED: "sustainment",
    EventKind.REINFORCED: "sustainment",
    EventKind.EXHAUSTED: "sustainment",
}


class Activity(NamedTuple):
    """An activity in a cell: a group with a task, or a number of events of a kind."""

    subject: str  # group; of a contact, the kind of the enemy
    word: str  # task, or event kind, in lower case
    number: int


class Matrix(NamedTuple):
    """The matrix: cells by function and period."""

    edges_s: tuple[float, ...]  # (periods + 1,)
    cells: dict[str, tuple[tuple[Activity, ...], ...]]  # function -> (periods,) activities


def typical_draw(recorded: Recorded, course: int = 0) -> int:
    """Return the draw with the median score of a course."""
    order = np.argsort(recorded.outcomes[course, :, Outcome.SCORE], kind="stable")
    return int(order[(len(order) - 1) // 2])


def synchronisation_matrix(
    recorded: Recorded, roster: Roster, briefing: Briefing, moment: Moment, side: int, course: int = 0
) -> Matrix:
    """Return the matrix of a course from its rollout with the median score."""
    events = recorded.events_of(course, typical_draw(recorded, course))
    # up to the last activity: a decided game may go on without any
    until_s = float(events["tick"][events["kind"] != EventKind.END].max(initial=0)) * recorded.dt_s
    edges = np.linspace(moment.time_s, max(until_s, moment.time_s + PERIODS * moment.decision_s), PERIODS + 1)
    counts: dict[str, list[Counter[tuple[str, str]]]] = {
        name: [Counter() for _ in range(PERIODS)] for name in FUNCTIONS
    }
    tasks = _tasks_in_force(briefing, moment)
    for row in events:
        kind = EventKind(int(row["kind"]))
        function = _FUNCTION_OF.get(kind)
        if function is None:
            continue
        unit = int(row["unit"])
        owner = int(row["side"]) if kind == EventKind.CONTACT else int(roster.unit_side[unit]) if unit >= 0 else -1
        if owner != side:
            continue
        period = int(
            np.clip(np.searchsorted(edges, int(row["tick"]) * recorded.dt_s, side="right") - 1, 0, PERIODS - 1)
        )
        if kind == EventKind.CONTACT:
            subject = roster.unit_title[int(row["other"])] if row["other"] >= 0 else ""
        else:
            subject = roster.groups[int(roster.unit_group[unit])]
        if kind == EventKind.ORDER:
            task = Task(int(row["a"])).name.lower()
            if tasks.get(subject) == task and not counts[function][period][subject, task]:
                continue  # the same task again
            tasks[subject] = task
            counts[function][period][subject, task] = 1
        else:
            counts[function][period][subject, kind.name.lower()] += 1
    for group, task in _tasks_in_force(briefing, moment).items():
        if not any(subject == group for subject, _ in counts["manoeuvre"][0]):
            counts["manoeuvre"][0][group, task] = 1
    cells = {
        name: tuple(
            tuple(
                Activity(*key, number)
                for key, number in sorted(cell.items(), key=lambda item: (-item[1], item[0]))
            )
            for cell in of_function
        )
        for name, of_function in counts.items()
    }  # fmt: skip
    return Matrix(tuple(float(edge) for edge in edges), cells)


def _tasks_in_force(briefing: Briefing, moment: Moment) -> dict[str, str]:
    """Return the task of each group that is not the command post's."""
    tasks = {
        name: Task(int(briefing.task[k])).name.lower()
        for k, name in enumerate(briefing.group_names)
        if briefing.task[k] >= 0
    }
    tasks.update({order.group: order.task for order in moment.in_force if not order.is_plan})
    return tasks
