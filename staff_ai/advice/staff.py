"""The staff of a side: it follows the pictures, and wargames courses of action when it is asked for advice.

It sees the briefing of its side, the pictures and its own orders, nothing else.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scenarios.terrain.ground import Ground
from simcore.errors import InputError
from simcore.orders import OrderR, Orders, OrderW
from simcore.params import RuleW
from simcore.picture import OwnW, Picture
from simcore.policy import Briefing
from simcore.routing import Router
from simcore.types import U64, Status
from staff_ai.advice.advice import ABSTAINED, Advice, picture_digest
from staff_ai.advice.consultation import Consultation, at_table, play_alone, play_side_by_side
from staff_ai.belief.staff_scenario import StaffScenario, staff_scenario
from staff_ai.belief.tracker import BeliefTracker
from staff_ai.belief.worlds import Worlds, draw_worlds
from staff_ai.courses.course import CONTINUE, Base, Course, GroupOrder, Moment
from staff_ai.courses.gate import NO_LIMITS, Gate, Limits, Refusal
from staff_ai.courses.generate import MOST_COURSES, edit_leaders, generate_courses
from staff_ai.courses.in_force import order_in_words
from staff_ai.trained.shipped import shipped_for
from staff_ai.wargame.game import Budget
from staff_ai.wargame.rollouts import Table, enemy_text
from staff_ai.wargame.standing import LEAST_GAIN, LEAST_SWITCH_GAIN, Standing
from staff_ai.wargame.wargame import rounds_of
from staff_ai.wargame.worlds import ROOM, DescribedWorlds

N_WORLDS = 64


@dataclass(frozen=True, eq=False)
class Basis:
    """The material of an advice: its worlds, and the table on which its courses were played.

    ``table.play(courses, draws)`` and ``table.start`` repeat any rollout of the advice to the last bit; the draws are
    in ``standing.ranking.draws`` and ``standing.fresh.draws``.
    """

    staff: StaffScenario
    table: Table
    moment: Moment
    ranking: Worlds
    fresh: Worlds


@dataclass(frozen=True)
class Habits:
    """The way of working of a staff."""

    n_worlds: int = N_WORLDS
    most_courses: int = MOST_COURSES
    doctrines: tuple[str, ...] | None = None  # courses of whole doctrines; None: those that suit the side
    trained: tuple[str, ...] | None = None  # trained policies as courses; None: those shipped that suit the side
    parameters: tuple[str, ...] = ()  # doctrines with parameters as courses
    edits: bool = True  # whether edits of the leaders join after the first round
    allocation: str = "halving"
    horizon_s: float | None = None  # None: rollouts go to the end of the fight
    limits: Limits = NO_LIMITS


USUAL = Habits()


class Staff:
    """The staff of a side, for any number of replications.

    Parameters
    ----------
    briefing : the side's own, of the scenario that is being fought.
    scenario : hash of the scenario file, for the record.
    ground : ground of the scenario, if at hand; the advice does not depend on it.

    A side without intelligence, such as a neutral one, gets an abstention, never an error.
    """

    def __init__(
        self,
        briefing: Briefing,
        *,
        scenario: str = "",
        habits: Habits = USUAL,
        threads: int = 1,
        ground: Ground | None = None,
    ) -> None:
        self.briefing, self.habits, self.threads = briefing, habits, threads
        self._scenario = scenario
        self._why_not = ""
        self.tracker: BeliefTracker | None = None
        if not briefing.intelligence.document:
            self._why_not = "the side has no intelligence on an enemy"
        else:
            try:
                self.tracker = BeliefTracker(staff_scenario(briefing, ground))
            except InputError as error:
                self._why_not = f"no belief can be formed: {str(error).splitlines()[0]}"
        self._router = None if self.tracker is None else Router(self.tracker.staff.params)

    def observe(self, picture: Picture) -> None:
        """Take in the pictures of all replications shown."""
        if self.tracker is not None:
            self.tracker.observe(picture)

    def record_orders(self, replication: U64, orders: Orders) -> None:
        """Take in the orders just given to own groups."""
        if self.tracker is not None:
            self.tracker.record_orders(replication, orders)

    def moment(self, picture: Picture, row: int, base: Base | None = None) -> Moment:
        """Return the moment of a picture; ``base`` is that of the course in force."""
        time_s = int(picture.ticks[row]) * self.briefing.dt_s
        return Moment(time_s, self.briefing.decision_s, self._orders_in_force(int(picture.replication[row])), base)

    def advise(
        self,
        picture: Picture,
        row: int = 0,
        *,
        seed: int,
        number: int = 0,
        budget: Budget,
        incumbent: Course = CONTINUE,
        own: Sequence[Course] = (),
        promising: Sequence[Course] = (),
        prepared: Sequence[Course] = (),
        on_advice: Callable[[Advice], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Advice:
        """Return advice on the picture of replication ``row``, or an abstention with its reason.

        Parameters
        ----------
        seed, number : name of the advice: the same picture, orders, seed and number with a budget of rollouts give the
            same bits, alone or in a batch, with any number of threads.
        incumbent : course in force; it wins ties.
        own : the commander's own plans; their numbers come from fresh draws too.
        promising : courses that stood well in earlier advice: they are played before others, if the budget is small.
        prepared : courses of a preparation (``staff_ai.advice.preparation``), likewise; edits among them need no
            further proof to lead.
        on_advice : called with the advice so far after each round.
        should_stop : asked at each decision of the rollouts; once true, the advice so far is returned.
        """
        return play_alone(
            self._consult(
                picture, row, seed, number, budget, incumbent, own, promising, on_advice, should_stop, prepared
            )
        )

    def advise_each(
        self,
        picture: Picture,
        rows: Sequence[int],
        *,
        seed: int,
        numbers: Sequence[int],
        budget: Budget,
        incumbents: Sequence[Course],
        promising: Sequence[Sequence[Course]],
        prepared: Sequence[Sequence[Course]] | None = None,
    ) -> list[Advice]:
        """Return advice on several replications of a picture: that of ``advise``, but rollouts are played together.

        This is some times faster than row by row, since the policies decide in the worlds of all rows at once. With a
        budget of seconds each row has its own, one after the other.
        """
        asked = zip(rows, numbers, incumbents, promising, prepared or [()] * len(rows), strict=True)
        if budget.rollouts is None:
            return [
                self.advise(
                    picture, row, seed=seed, number=number, budget=budget, incumbent=incumbent, promising=some,
                    prepared=ready,
                )
                for row, number, incumbent, some, ready in asked
            ]  # fmt: skip
        all_steps = [
            self._consult(picture, row, seed, number, budget, incumbent, (), some, prepared=ready)
            for row, number, incumbent, some, ready in asked
        ]
        return play_side_by_side(all_steps)

    def _consult(
        self,
        picture: Picture,
        row: int,
        seed: int,
        number: int,
        budget: Budget,
        incumbent: Course,
        own: Sequence[Course] = (),
        promising: Sequence[Course] = (),
        on_advice: Callable[[Advice], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        prepared: Sequence[Course] = (),
    ) -> Consultation:
        blank = self.blank(picture, row, seed, number, budget, incumbent, own)
        return _Consultation(self, picture, row, blank, promising, on_advice, should_stop, prepared).steps()

    def blank(
        self,
        picture: Picture,
        row: int,
        seed: int,
        number: int,
        budget: Budget,
        incumbent: Course,
        own: Sequence[Course] = (),
    ) -> Advice:
        """Return an advice on a picture without content."""
        tick = int(picture.ticks[row])
        return Advice(
            side=self.briefing.side,
            side_name=self.briefing.side_name,
            scenario=self._scenario,
            intelligence=self.briefing.intelligence.digest if self.tracker is not None else "",
            replication=int(picture.replication[row]),
            time_s=tick * self.briefing.dt_s,
            tick=tick,
            picture=picture_digest(picture, row),
            standing=None,
            courses=(),
            refused=(),
            recommended=None,
            verdict=ABSTAINED,
            incumbent=incumbent,
            own=tuple(own),
            predictions={},
            doctrines={},
            seed=seed,
            number=number,
            budget=budget,
        )

    def cannot(self, picture: Picture, row: int) -> str:
        """Return the reason for which no advice is possible on a picture, or an empty text."""
        if self.tracker is None:
            return self._why_not
        params = self.tracker.staff.params
        if int(picture.ticks[row]) >= int(params.rules_whole[RuleW.N_TICKS]):
            return "the fight is over"
        status = picture.own_whole[row, OwnW.STATUS]
        if not np.isin(status, _LEFT).any():
            return "no unit of the own side is left"
        return ""

    def basis(self, ranking: Worlds, fresh: Worlds, moment: Moment, seed: int, first: int) -> Basis:
        """Return the material of an advice: ``seed`` is that of its dice, ``first`` names them."""
        assert self.tracker is not None
        staff = self.tracker.staff
        source = DescribedWorlds(
            staff.compiled, ranking.situation, ranking.doctrine,
            fresh=(fresh.situation, fresh.doctrine), router=self.router,
        )  # fmt: skip
        names = [enemy_text(doctrine) for doctrine in staff.intelligence.doctrines]
        table = Table(
            source, staff.side, names, moment, seed=seed, first_replication=first // ROOM * ROOM,
            threads=self.threads, horizon_s=self.habits.horizon_s,
        )  # fmt: skip
        return Basis(staff, table, moment, ranking, fresh)

    @property
    def router(self) -> Router:
        """Router of the staff's scenario, shared by all advice."""
        assert self._router is not None
        return self._router

    @cached_property
    def trained(self) -> tuple[str, ...]:
        """Trained commanders among the courses."""
        if self.habits.trained is not None or self.tracker is None:
            return self.habits.trained or ()
        return shipped_for(self.tracker.staff.compiled.roster.scenario, self.briefing.side_name)

    def _orders_in_force(self, replication: int) -> tuple[GroupOrder, ...]:
        """Return the own orders in force as recorded; groups on their plan are left out."""
        if self.tracker is None:
            return ()
        row, names = self.tracker.row(replication), self.briefing.group_names
        place = [OrderR.X, OrderR.Y, OrderR.RADIUS, OrderR.SPEED, OrderR.SPACING]
        orders = (
            order_in_words(
                name, bool(whole[OrderW.ISSUED] != 0), real[place].tolist(), int(whole[OrderW.TASK]),
                int(whole[OrderW.ROE]), names, int(whole[OrderW.TARGET]), int(whole[OrderW.EMCON]),
            )
            for name, whole, real in zip(names, row.orders_whole.T, row.orders_real.T, strict=True)
        )  # fmt: skip
        return tuple(order for order in orders if order is not None)


_LEFT = (Status.ACTIVE, Status.ABOARD, Status.SERVICING, Status.RESERVE)


class _Consultation:
    """The way from a picture to advice."""

    def __init__(
        self,
        staff: Staff,
        picture: Picture,
        row: int,
        blank: Advice,
        promising: Sequence[Course],
        on_advice: Callable[[Advice], None] | None,
        should_stop: Callable[[], bool] | None,
        prepared: Sequence[Course],
    ) -> None:
        self._staff, self._picture, self._row = staff, picture, row
        self._moment = staff.moment(picture, row, blank.incumbent.base)
        self._promising, self._prepared = promising, prepared
        self._blank, self._on_advice, self._should_stop = blank, on_advice, should_stop

    def steps(self) -> Consultation:
        """Ask for rollouts, and return the advice."""
        reason = self._staff.cannot(self._picture, self._row)
        if reason:
            return self._abstain(reason)
        tracker = self._staff.tracker
        assert tracker is not None
        tracker.catch_up(self._picture, self._row)
        self._blank = replace(self._blank, incumbent=self._gate.feasible_part(self._blank.incumbent))
        self._prepared = [self._gate.feasible_part(course) for course in self._prepared]
        courses, refused = self._courses(tracker.staff)
        if not courses:
            first = f": {refused[0].course.name}: {refused[0].reason}" if refused else ""
            return self._abstain(f"no course is valid{first}", refused)
        doctrines = tracker.staff.intelligence.doctrines
        if not doctrines:
            return self._abstain("the intelligence names no policy that the enemy may follow", refused)
        weights = [float(w) for w in tracker.doctrine_weights(self._blank.replication)]
        seed = advice_seed(self._blank.seed, self._blank.replication, self._blank.number)
        habits = self._staff.habits
        ranking, fresh = (
            draw_worlds(tracker, self._picture, self._row, habits.n_worlds, seed=seed, number=pool) for pool in (0, 1)
        )
        basis = self._staff.basis(ranking, fresh, self._moment, advice_seed(self._blank.seed), seed)
        table = basis.table

        def listen(standing: Standing) -> None:
            assert self._on_advice is not None
            self._on_advice(self._blank.with_standing(standing, weights, basis))

        rounds = rounds_of(
            table, courses, weights, self._blank.budget,
            incumbent=self._blank.incumbent, shown=self._blank.own,
            expand=self._edits if habits.edits else None, refused=refused, limits=habits.limits,
            allocation=habits.allocation, least_gain=LEAST_SWITCH_GAIN if self._blank.tick > 0 else LEAST_GAIN,
            on_standing=listen if self._on_advice is not None else None,
            should_stop=self._should_stop, prepared=self._prepared,
        )  # fmt: skip
        standing = yield from at_table(table, rounds)
        return self._blank.with_standing(standing, weights, basis)

    def _courses(self, staff: StaffScenario) -> tuple[list[Course], list[Refusal]]:
        habits = self._staff.habits
        return generate_courses(
            staff.compiled, staff.side, self._picture, self._moment, row=self._row,
            incumbent=self._blank.incumbent, own=self._blank.own, promising=(*self._prepared, *self._promising),
            doctrines=habits.doctrines,
            trained=self._staff.trained, parameters=habits.parameters, most=habits.most_courses,
        )  # fmt: skip

    @cached_property
    def _gate(self) -> Gate:
        assert self._staff.tracker is not None
        staff = self._staff.tracker.staff
        return Gate(staff.compiled, staff.side, self._picture, self._moment, self._row)

    def _edits(self, leaders: list[Course], most: int) -> list[Course]:
        """Return at most ``most`` valid edits of the leaders, by turns."""
        assert self._staff.tracker is not None
        staff = self._staff.tracker.staff
        return edit_leaders(self._gate, staff.compiled.briefings[staff.side], leaders, self._moment, most)

    def _abstain(self, reason: str, refused: Sequence[Refusal] = ()) -> Advice:
        return replace(self._blank, abstention=reason, refused=tuple(refused))


def promising_courses(standing: Standing | None) -> tuple[Course, ...]:
    """Return the whole courses of a standing, the best first, for the next advice; edits belong to their moment."""
    return () if standing is None else tuple(row.course for row in standing.rows if not row.course.edits)


def advice_seed(seed: int, *names: int) -> int:
    """Return a seed, 0 to 2^63 - 1, of the advice in games of a seed; with replication and number, that of an advice.

    No two pieces of advice share worlds or dice.
    """
    digest = hashlib.blake2b(" ".join(map(str, ("advice", seed, *names))).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1
