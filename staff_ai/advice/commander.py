"""The policy ``staff``: a commander with a staff, such as ``--policy blue=staff:rollouts=120``.

At intervals the staff gives advice on the picture; the commander decides by ``approve``; between two pieces of advice
the course in force commands. Each replication has its own belief, advice and course: with a fixed number of rollouts
the orders are the same bits alone, in a batch, and with any number of threads.
"""

import math
import threading
from collections.abc import Mapping

import numpy as np

from simcore.errors import InputError
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.recording.boards import Board, Ending
from simcore.types import F64
from staff_ai.advice.advice import Advice
from staff_ai.advice.approval import Answer, Approver, Decision, Desk, approve_all, approve_nothing
from staff_ai.advice.command_post import CommandPost, remaining
from staff_ai.advice.preparation import prepare, prepared_courses
from staff_ai.advice.record import AdviceRecord, belligerents
from staff_ai.advice.staff import N_WORLDS, Habits, Staff, promising_courses
from staff_ai.advice.terminal import Terminal
from staff_ai.courses.conduct import policy_of
from staff_ai.courses.course import CONTINUE, PLAN, Course, follow
from staff_ai.wargame.game import Budget

APPROVE = ("auto", "ask", "never")
ROLLOUTS = 120
_PIECES = 6  # of advice in a game, about


class StaffCommander:
    """A commander with a staff.

    Parameters
    ----------
    rollouts : rollouts of an advice; the same bits every time. By default 120.
    budget_s : time for an advice instead [s].
    approve : ``auto`` follows every recommendation, ``never`` none, ``ask`` asks on the terminal.
    every_s : time between two pieces of advice [s]; by default a sixth of the fight.
    first_s : time of the first [s]; by default the start.
    prepare : rollouts of deliberate planning for the first advice, a search over edited courses that is made once for
        games that begin alike; its best courses stay at hand. By default the first advice is made as the others are.
    base : course at the start: ``plan`` (of the file) or a doctrine; it stays until another is approved.
    worlds : worlds drawn from the belief.
    horizon_s : time ahead that is played [s]; by default to the end of the fight.
    edits : whether edits of the leading courses are played.
    trained : trained commanders as courses, by name, with ``+`` between several, or ``none``; by default those that
        come with Chammo and were trained for the side.
    """

    reads_clocks = True

    def __init__(
        self,
        rollouts: int | None = None,
        budget_s: float | None = None,
        approve: str = "auto",
        every_s: float | None = None,
        base: str = "plan",
        worlds: int = N_WORLDS,
        horizon_s: float | None = None,
        edits: bool = True,
        trained: str | None = None,
        first_s: float | None = None,
        prepare: int | None = None,
    ) -> None:
        if approve not in APPROVE:
            raise InputError(f"policy staff: approve is {approve!r:.40}; give {', '.join(APPROVE)}")
        if rollouts is not None and budget_s is not None:
            raise InputError("policy staff: give rollouts or budget_s, not both")
        for name, value in (("every_s", every_s), ("horizon_s", horizon_s), ("budget_s", budget_s)):
            if value is not None and (isinstance(value, bool) or not _is_above(value, 0.0)):
                raise InputError(f"policy staff: {name} is {value!r:.40}; give a time above 0 s")
        if first_s is not None and (isinstance(first_s, bool) or not _is_above(first_s, -1e-9)):
            raise InputError(f"policy staff: first_s is {first_s!r:.40}; give a time of 0 s or more")
        for name, count in (("rollouts", rollouts), ("worlds", worlds), ("prepare", prepare)):
            if count is not None and (type(count) is not int or count < 1):
                raise InputError(f"policy staff: {name} is {count!r:.40}; give a whole number above 0")
        if prepare is not None and first_s:
            raise InputError("policy staff: prepare plans before the fight; leave out first_s or prepare")
        if type(edits) is not bool:
            raise InputError(f"policy staff: edits is {edits!r:.40}; give true or false")
        self._budget = Budget(seconds=budget_s) if budget_s is not None else Budget(rollouts=rollouts or ROLLOUTS)
        self._approver: Approver = {"auto": approve_all, "never": approve_nothing}.get(approve) or Terminal()
        self._asks = approve == "ask"
        self._every_s, self._first_s = every_s, first_s or 0.0
        self._prepare = prepare
        self._base = base
        names = None if trained is None else _names(trained)
        self._habits = Habits(n_worlds=worlds, horizon_s=horizon_s, edits=edits, trained=names)

    @staticmethod
    def settle_parameters(parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters with the approval policy, so that it is recorded."""
        return {"approve": "auto", **parameters}

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        """Prepare for a side: beliefs and courses are those of the start."""
        if self._asks and (len(replication) > 1 or threading.current_thread() is not threading.main_thread()):
            raise InputError(
                "policy staff: approve=ask asks for a single run; give approve=auto or approve=never in a batch"
            )
        self._briefing, self._seed = briefing, seed
        at_start = self._at_start()
        self.staff = Staff(briefing, habits=self._habits)
        self.desk = Desk()
        self.post = CommandPost(briefing, seed, replication, self.desk, at_start)
        self.record = AdviceRecord()
        every_s = self._every_s or briefing.duration_s / _PIECES
        self._interval_s = max(math.ceil(every_s / briefing.decision_s - 1e-9), 1) * briefing.decision_s
        self._advised: dict[int, int] = {}  # pieces of advice by replication
        self._due_s: dict[int, float] = {}
        self._promising: dict[int, tuple[Course, ...]] = {}  # of the last advice
        self._prepared: dict[int, tuple[Course, ...]] = {}
        self._refused: set[int] = set()  # replications without further advice

    def _at_start(self) -> Course:
        if self._base in ("plan", "continue"):
            return PLAN if self._base == "plan" else CONTINUE
        course = follow(str(self._base))
        policy_of(course.base)  # an unknown doctrine is reported now
        return course

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Take in the pictures, advise where advice is due, and write the orders of the courses in force."""
        self.staff.observe(picture)
        times_s: F64 = np.asarray(picture.ticks * self._briefing.dt_s, dtype=np.float64)
        due = [
            row
            for row, number in enumerate(picture.replication.tolist())
            if number not in self._refused and times_s[row] >= self._due_s.get(number, self._first_s) - 1e-6
        ]
        if due:
            self._advise(picture, due, times_s)
        self.post.write(picture, orders)
        self.staff.record_orders(picture.replication, orders.of_groups(self._briefing.groups))

    def forecasts(self) -> F64:
        """Return the forecasts (m, 5): replication, time [s], probability of a win, ends of the 80 % interval."""
        names = ("time_s", "win_probability", "score_low", "score_high")
        rows = [(entry.replication, *(entry.values[name] for name in names)) for entry in self.record.entries]
        found: F64 = np.array(rows, dtype=np.float64).reshape(-1, 5)
        return found[np.isfinite(found[:, 2])]

    def boards(self, ending: Ending) -> list[Board]:
        """Return the record of a run that has ended."""
        return [self.record.board(ending, self._briefing.side_name, belligerents(ending))]

    def _advise(self, picture: Picture, rows: list[int], times_s: F64) -> None:
        replications = [int(picture.replication[row]) for row in rows]
        incumbents = [
            self.post.course(number, float(times_s[row])) for row, number in zip(rows, replications, strict=True)
        ]
        every = self._prepare_or_advise(picture, rows, replications, incumbents, times_s)
        for row, number, advice, incumbent in zip(rows, replications, every, incumbents, strict=True):
            time_s = float(times_s[row])
            self._due_s[number] = time_s + self._interval_s
            if self._prepare is not None and number not in self._advised:
                self._prepared[number] = prepared_courses(advice.standing)
            self._advised[number] = self._advised.get(number, 0) + 1
            self._promising[number] = promising_courses(advice.standing)
            decision = self._approver(advice)
            self._settle(advice, decision, picture, row, incumbent)
            now = self.post.course(number, time_s)
            self.record.add(advice, decision, now.name, now.digest)
            if decision.is_last:
                self._refused.add(number)

    def _prepare_or_advise(
        self, picture: Picture, rows: list[int], replications: list[int], incumbents: list[Course], times_s: F64
    ) -> list[Advice]:
        found: dict[int, Advice] = {}
        if self._prepare is not None:
            for row, number, incumbent in zip(rows, replications, incumbents, strict=True):
                if number not in self._advised:
                    found[row] = prepare(
                        self.staff, picture, row, seed=self._seed, rollouts=self._prepare, incumbent=incumbent
                    )
        rest = [k for k, row in enumerate(rows) if row not in found]
        numbers = [replications[k] for k in rest]
        advised = self.staff.advise_each(
            picture, [rows[k] for k in rest], seed=self._seed, budget=self._budget,
            numbers=[self._advised.get(number, 0) for number in numbers], incumbents=[incumbents[k] for k in rest],
            promising=[self._promising.get(number, ()) for number in numbers],
            prepared=[self._left(number, float(times_s[rows[k]])) for number, k in zip(numbers, rest, strict=True)],
        )  # fmt: skip
        return [found.get(row) or advised[rest.index(k)] for k, row in enumerate(rows)]

    def _left(self, number: int, time_s: float) -> tuple[Course, ...]:
        """Return the prepared courses of a replication without the edits whose period is over."""
        return tuple(remaining(course, time_s) for course in self._prepared.get(number, ()))

    def _settle(self, advice: Advice, decision: Decision, picture: Picture, row: int, incumbent: Course) -> None:
        token = self.desk.sign(advice, decision)
        if token is None:
            return
        course = advice.recommended if decision.answer == Answer.APPROVE else decision.course
        assert course is not None  # a token names a course
        moment = self.staff.moment(picture, row, incumbent.base)
        self.post.issue_orders(advice, course, token, picture, row, moment)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in str(text).split("+") if name.strip() not in ("", "none"))
    for name in names:
        policy_of(follow(name).base)  # an unknown commander is reported now
    return names


def _is_above(value: object, least: float) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and value > least
