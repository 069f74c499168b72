"""The command post: the course in force of each replication, and its orders at each decision.

A course comes into force in three ways only: as the course at the start, named by whoever started the game; by
``issue_orders``, out of an advice with a valid token; by ``override``, as the commander's own order. ``stop`` ends the
orders of any course.
"""

from dataclasses import dataclass

import numpy as np

from agents.environments.some_rows import decide_for, take
from scenarios.run.policies import reset_policy
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing, Policy
from simcore.types import I64, U64
from staff_ai.advice.advice import Advice
from staff_ai.advice.approval import ApprovalError, ApprovalToken, Desk
from staff_ai.courses.conduct import Conductor, policy_of
from staff_ai.courses.course import CONTINUE, Base, BaseKind, Course, Moment

_SLACK_S = 1e-6


@dataclass(frozen=True, eq=False)
class InForce:
    """A course in force since a moment."""

    course: Course
    moment: Moment
    policy: Policy  # of its base, shared by the replications in which it came into force at the same time
    conductor: Conductor


class CommandPost:
    """Carries out the courses in force of a side, in all replications of a game."""

    def __init__(self, briefing: Briefing, seed: int, replications: U64, desk: Desk, at_start: Course) -> None:
        self._briefing, self._seed, self._replications, self._desk = briefing, seed, replications, desk
        self._policies: dict[tuple[Base, float], Policy] = {}
        self._in_force: dict[int, InForce] = {}
        start = Moment(0.0, briefing.decision_s, (), at_start.base)
        for number in replications:
            self._put(int(number), at_start, start)

    def course(self, replication: int, time_s: float) -> Course:
        """Return the course in force, without the edits whose period is over."""
        return remaining(self._in_force[replication].course, time_s)

    def issue_orders(
        self, advice: Advice, course: Course, token: ApprovalToken | None, picture: Picture, row: int, moment: Moment
    ) -> None:
        """Put an approved course of an advice into force, from the next orders on.

        Raises
        ------
        ApprovalError
            Without a token, or with one of another desk, advice, course or picture. The course in force stays.
        """
        self._desk.check(advice, course, token, picture, row)
        replication = int(picture.replication[row])
        if advice.replication != replication or advice.side != self._briefing.side:
            raise ApprovalError("no order without approval: the advice is for another side or replication")
        self._put(replication, course, moment)

    def override(self, replication: int, course: Course, moment: Moment) -> None:
        """Put the commander's own course into force. No advice is needed, and none can prevent it."""
        self._put(replication, course, moment)

    def stop(self, replication: int, moment: Moment) -> None:
        """End the orders of the course in force: groups go on with their last order."""
        self._put(replication, CONTINUE, moment)

    def write(self, picture: Picture, orders: Orders) -> None:
        """Write the orders of the courses in force."""
        states = [self._in_force[int(number)] for number in picture.replication]
        by_policy: dict[int, list[int]] = {}
        for row, state in enumerate(states):
            by_policy.setdefault(id(state.policy), []).append(row)
        for rows in by_policy.values():
            self._decide(states[rows[0]], picture, np.array(rows, dtype=np.int64), orders)
        if not states:
            return
        own = orders.of_groups(self._briefing.groups)
        any_conductor = states[0].conductor
        # the limit binds policies alone: edits come after it, so that those of the commander hold
        any_conductor.keep_rules(own, np.array([state.course.base.kind == BaseKind.POLICY for state in states]))
        for row, state in enumerate(states):
            if self._needs_completion(state, int(picture.ticks[row])):
                part = Orders(own.real[[row]], own.whole[[row]])
                seen = take(picture, np.array([row], dtype=np.int64), self._briefing.dt_s)
                state.conductor.edit(state.course, seen, part, np.ones(1, dtype=bool))
                own.real[[row]], own.whole[[row]] = part.real, part.whole
        any_conductor.drop_impossible(picture, own)
        orders.enter(own, self._briefing.groups)

    def _decide(self, state: InForce, picture: Picture, rows: I64, orders: Orders) -> None:
        """Let the base of a course decide in some rows."""
        kind, dt_s = state.course.base.kind, self._briefing.dt_s
        label = state.course.base.label
        if kind == BaseKind.POLICY:
            decide_for(state.policy, label, picture, rows, orders, dt_s)
        elif kind != BaseKind.CONTINUE:  # plans number the groups of the side
            own = orders.of_groups(self._briefing.groups)
            decide_for(state.policy, label, picture, rows, own, dt_s)
            orders.enter(own, self._briefing.groups)

    def _needs_completion(self, state: InForce, tick: int) -> bool:
        """Return whether a course has edits, or begins at this decision."""
        since_s = tick * self._briefing.dt_s - state.moment.time_s
        return bool(state.course.edits) or since_s < self._briefing.decision_s

    def _put(self, replication: int, course: Course, moment: Moment) -> None:
        known = self._in_force.get(replication)
        if known is not None and remaining(known.course, moment.time_s).digest == course.digest:
            return  # it goes on
        key = (course.base, moment.time_s)
        if key not in self._policies:
            policy = policy_of(course.base)
            label = course.base.label
            reset_policy(policy, label, self._briefing, self._seed, self._replications)
            self._policies[key] = policy
        self._in_force[replication] = InForce(course, moment, self._policies[key], Conductor(self._briefing, moment))
        used = {id(state.policy) for state in self._in_force.values()}
        self._policies = {
            key: policy for key, policy in self._policies.items() if id(policy) in used or key[1] == moment.time_s
        }


def remaining(course: Course, time_s: float) -> Course:
    """Return a course without the edits whose period is over.

    An edit that ends at this moment is left: the next orders give its groups back to the base.
    """
    edits = tuple(edit for edit in course.edits if edit.until_s > time_s - _SLACK_S)
    if len(edits) == len(course.edits):
        return course
    name = course.name if edits else course.base.label
    return Course(name, course.base, edits)
