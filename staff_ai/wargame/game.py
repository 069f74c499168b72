"""A wargame under way: its courses, samples, rounds and budget."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simcore.errors import InputError
from simcore.types import F64, I64
from staff_ai.courses.course import Course
from staff_ai.courses.gate import Limits, Refusal
from staff_ai.wargame.player import Played, Player, Request
from staff_ai.wargame.rollouts import Draws, Outcome
from staff_ai.wargame.samples import Samples, mean_and_error
from staff_ai.wargame.standing import LEAST_EDIT_GAIN, Round, Standing, base_of, order_of, stand
from staff_ai.wargame.worlds import FRESH

FIRST_WORLDS = 4
"""Least draws of a course in the first round."""

LAST_WORLDS = 16
"""Least draws of the last two courses."""

FRESH_SHARE = 0.3  # of the budget, for the numbers shown
_MARGIN = 0.9  # of the time left that is planned with
_UNBOUNDED = 10**9
_MOST_DRAWS = 512  # of a round, with a budget of seconds


class Batch(NamedTuple):
    """Courses (positions) to be played on draws. ``place``: of the draws in the samples, None for new ones."""

    which: Sequence[int]
    draws: Draws
    is_fresh: bool = False
    place: slice | None = None


@dataclass(frozen=True)
class Budget:
    """The budget of a wargame: ``rollouts``, the same bits every time, or ``seconds`` of time passed."""

    rollouts: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if (self.rollouts is None) == (self.seconds is None):
            raise InputError("budget: give either rollouts or seconds")
        if (self.rollouts is not None and self.rollouts < 1) or (self.seconds is not None and not self.seconds > 0.0):
            raise InputError("budget: give 1 or more rollouts, or more than 0 seconds")


class Game:
    """A wargame under way."""

    def __init__(
        self,
        player: Player,
        courses: Sequence[Course],
        weights: F64,
        budget: Budget,
        incumbent: Course | None,
        refused: Sequence[Refusal],
        limits: Limits,
        least_p: float,
        least_gain: float,
        on_standing: Callable[[Standing], None] | None,
        should_stop: Callable[[], bool] | None,
        shown: Sequence[Course] = (),
        *,
        prepared: Sequence[Course] = (),
        least_edit_gain: float = LEAST_EDIT_GAIN,
        first_draw: int = 0,
        keeps_incumbent: bool = True,
    ) -> None:
        self.player = player
        self.keeps_incumbent = keeps_incumbent
        self.prepared, self.least_edit_gain, self._first_draw = tuple(prepared), least_edit_gain, first_draw
        self.shown = {course.digest for course in shown}
        self.courses: list[Course] = []
        self.budget, self.limits, self.least_p, self.least_gain = budget, limits, least_p, least_gain
        self.on_standing, self._told_to_stop = on_standing, should_stop
        self.began = time.perf_counter()
        self.refused = list(refused)
        self.ranking, self.fresh = Samples(0, weights), Samples(0, weights)
        self.n_enemies = len(weights)
        self.rounds: list[Round] = []
        self.used = 0
        self.alive: list[int] = []
        self.dropped: set[int] = set()
        self.incumbent: int | None = None
        self.first_draws = self.least_draws
        self.add(courses)
        if incumbent is not None:
            found = [k for k, course in enumerate(self.courses) if course.digest == incumbent.digest]
            self.incumbent = found[0] if found else None

    def add(self, courses: Sequence[Course]) -> list[int]:
        """Add new courses and return their positions."""
        known = {course.digest for course in self.courses}
        new: list[Course] = []
        for course in courses:
            if course.digest not in known:
                known.add(course.digest)
                new.append(course)
        first = len(self.courses)
        self.courses += new
        self.ranking.add_courses(len(new))
        self.fresh.add_courses(len(new))
        return list(range(first, len(self.courses)))

    @property
    def seconds(self) -> float:
        """Time passed [s]."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> int:
        """Rollouts left; with a budget of seconds, an estimate from the speed so far."""
        if self.budget.rollouts is not None:
            return self.budget.rollouts - self.used
        assert self.budget.seconds is not None
        if self.used == 0:
            return _UNBOUNDED
        return int(_MARGIN * max(self.budget.seconds - self.seconds, 0.0) * self.used / max(self.seconds, 1e-6))

    def must_stop(self) -> bool:
        """Return whether the wargame was told to stop or its time is over."""
        if self._told_to_stop is not None and self._told_to_stop():
            return True
        return self.budget.seconds is not None and self.seconds >= self.budget.seconds

    def enemies_of(self, samples: Samples, n: int) -> I64:
        """Return the enemies of the next n draws: each once, then by their weights, as far behind as they are."""
        count = np.bincount(samples.draws.enemy, minlength=self.n_enemies).astype(float)
        chosen: list[int] = []
        for k in range(n):
            one = k if k < self.n_enemies else int(np.argmax(samples.weights * (count.sum() + 1.0) - count))
            count[one] += 1.0
            chosen.append(one)
        return np.array(sorted(chosen), dtype=np.int64)

    def whole(self, n: float) -> int:
        """Return the largest multiple of the number of enemies that is no more than n."""
        return int(n // self.n_enemies) * self.n_enemies

    def play(self, which: Sequence[int], n: int, *, is_fresh: bool = False) -> Played:
        """Play n new draws of some courses; False when stopped before the end: nothing is kept then."""
        return self.play_batches([self.new(which, n, is_fresh=is_fresh)])

    def new(self, which: Sequence[int], n: int, *, is_fresh: bool = False) -> Batch:
        """Return courses with n new draws."""
        if self.budget.seconds is not None:
            n = max(min(n, self.whole(_MOST_DRAWS)), self.n_enemies)
        samples = self.fresh if is_fresh else self.ranking
        before = FRESH if is_fresh else self._first_draw
        numbers = np.arange(n, dtype=np.int64) + samples.n_draws + before
        enemy = self.enemies_of(samples, n)
        world = _world_numbers(samples.draws.enemy, enemy) + before
        return Batch(which, Draws(numbers, enemy, world), is_fresh)

    def again(self, which: Sequence[int], n: int) -> Batch:
        """Return courses that joined later, with the first n draws."""
        return Batch(which, self.ranking.draws.take(np.arange(n)), place=slice(n))

    def play_batches(self, batches: Sequence[Batch]) -> Played:
        """Play courses on draws, all in one go; False when stopped before the end: nothing is kept then."""
        found = yield self._request(batches)
        if found is None:
            return False
        for batch, outcomes in zip(batches, found, strict=True):
            samples = self.fresh if batch.is_fresh else self.ranking
            place = samples.add_draws(batch.draws) if batch.place is None else batch.place
            samples.outcomes[np.asarray(batch.which), place] = outcomes
            n = len(batch.draws.number)
            self.used += len(batch.which) * n
            self.rounds.append(Round(len(batch.which), n, batch.is_fresh))
        return True

    def look(self, which: Sequence[int], n: int) -> Played:
        """Report a first standing of some courses from outcomes a little ahead. Nothing is kept; False when stopped."""
        if self.player.near is None or self.on_standing is None:
            return True
        seen = Samples(len(self.courses), self.ranking.weights)
        enemy = self.enemies_of(seen, n)
        draws = Draws(np.arange(n, dtype=np.int64), enemy, _world_numbers(seen.draws.enemy, enemy))
        found = yield self._request([Batch(which, draws)])._replace(is_near=True)
        if found is None:
            return False
        place = seen.add_draws(draws)
        seen.outcomes[np.asarray(which), place] = found[0]
        self.on_standing(
            stand(
                seen, Samples(len(self.courses), seen.weights), self.courses, which, enemies=self.player.enemies,
                incumbent=self.incumbent if self.incumbent in which else None, refused=self.refused,
                rounds=[Round(len(which), n)], seconds=self.seconds, n_rollouts=len(which) * n, is_final=False,
                least_p=self.least_p, least_gain=self.least_gain, seed=self.player.seed, is_near=True,
            )
        )  # fmt: skip
        return True

    def _request(self, batches: Sequence[Batch]) -> Request:
        return Request([([self.courses[k] for k in batch.which], batch.draws) for batch in batches], self.must_stop)

    def screen(self) -> None:
        """Drop courses that cannot be told from an earlier one, and those beyond the limit of losses."""
        for k in list(self.alive):
            if k == self.incumbent:
                continue
            twin = self._twin(k)
            if twin is not None:
                self.refuse_as_same(k, twin)
        limit = self.limits.own_loss
        if limit is None:
            return
        for k in list(self.alive):
            mean, error, _ = mean_and_error(*self.ranking.of(k, Outcome.OWN_LOSS), self.ranking.weights)
            if mean - error > limit:
                self.refuse(
                    k, "acceptable", f"it costs {mean:.0%} of the own force on average; the limit is {limit:.0%}"
                )

    def _twin(self, k: int) -> int | None:
        """Return a course that is kept and had the same outcomes as course ``k`` on all common draws."""
        others = [j for j in self.alive if j != k and (j < k or j == self.incumbent)]
        return next((j for j in others if self._is_same(j, k)), None)

    def _is_same(self, first: int, second: int) -> bool:
        common = self.ranking.played(first) & self.ranking.played(second)
        outcomes = self.ranking.outcomes
        return bool(common.sum() >= FIRST_WORLDS and (outcomes[first, common] == outcomes[second, common]).all())

    def drop_twins(self) -> None:
        """Refuse the courses that had the same outcomes as another which is in force, or was played more."""
        n = {k: int(self.ranking.played(k).sum()) for k in self.ranked()}
        kept: list[int] = []
        for k in sorted(n, key=lambda k: (k != self.incumbent, -n[k], k)):
            twin = next((j for j in kept if self._is_same(j, k)), None)
            if twin is None:
                kept.append(k)
            else:
                self.refuse_as_same(k, twin)

    def refuse_as_same(self, k: int, twin: int) -> None:
        """Take out a course that cannot be told from another."""
        n = int((self.ranking.played(k) & self.ranking.played(twin)).sum())
        text = f"the same outcome as {self.courses[twin].name!r} in each of {n} worlds"
        self.refuse(k, "distinguishable", text)

    def refuse(self, k: int, criterion: str, reason: str) -> None:
        """Take a course out, with the reason."""
        self.refused.append(Refusal(self.courses[k], criterion, reason))
        self.alive = [other for other in self.alive if other != k]
        self.dropped.add(k)

    def ranked(self) -> list[int]:
        """Return all courses that have been played and not refused."""
        played = [self.ranking.played(k).any() or self.fresh.played(k).any() for k in range(len(self.courses))]
        return [k for k, is_played in enumerate(played) if is_played and k not in self.dropped]

    def report(self) -> None:
        """Pass the standing so far on, if somebody listens."""
        if self.on_standing is not None:
            self.on_standing(self.standing(is_final=False))

    def standing(self, *, is_final: bool) -> Standing:
        """Return the standing so far."""
        return stand(
            self.ranking, self.fresh, self.courses, self.ranked(), enemies=self.player.enemies,
            incumbent=self.incumbent, refused=self.refused, rounds=self.rounds, seconds=self.seconds,
            n_rollouts=self.used, is_final=is_final, least_p=self.least_p, least_gain=self.least_gain,
            seed=self.player.seed, prepared=self.prepared, least_edit_gain=self.least_edit_gain,
            keeps_incumbent=self.keeps_incumbent,
        )  # fmt: skip

    def fit(self, which: list[int], share: float) -> list[int]:
        """Return the courses that a share of the budget can play in a first round; the others are told so."""
        n = self.least_draws
        room = max(int(share * self.left) // n, 1) if self.budget.rollouts is not None else len(which)
        for k in which[room:]:
            self.refuse(k, "budget", f"the budget allows {room} courses; this one was not played")
        return which[:room]

    @property
    def least_draws(self) -> int:
        """Least draws of a course in the first round: a multiple of the enemies that is enough."""
        return math.ceil(FIRST_WORLDS / self.n_enemies) * self.n_enemies

    def plan_first_round(self, room: float, n_courses: int) -> None:
        """Divide ``room`` rollouts among ``n_courses`` in the first round: with few draws bad luck drops good ones."""
        self.first_draws = max(self.whole(room / max(n_courses, 1)), self.least_draws)

    def finalists(self) -> list[int]:
        """Return winner, runner-up and incumbent; the base of a winner that is an edit stands for the runner-up."""
        order = order_of(self.ranking, self.ranked())
        found = order[:2]
        if order and self.courses[order[0]].edits:
            base = base_of(self.courses, order[0], order)
            if base is not None:
                found = [order[0], base]
        return self._with_shown(found)

    def _with_shown(self, found: Sequence[int]) -> list[int]:
        """Return courses, each once, with the incumbent and those whose numbers are shown in any case."""
        played = self.ranked()
        others = [k for k in (self.incumbent,) if k is not None and k in played]
        others += [k for k in played if self.courses[k].digest in self.shown]
        return list(dict.fromkeys([*found, *others]))

    def halve(self, reserve: int) -> Played:
        """Play rounds until two courses are left and keep ``reserve`` rollouts; False when stopped.

        The last round goes together with the fresh draws of all that may be wanted after it.
        """
        n_kept = len(self.alive)
        while len(self.alive) > 1:
            n_kept = _kept(n_kept)
            self.keep_best(n_kept)
            room = self.left - self.reserved(reserve)
            if n_kept <= 2:
                return (yield from self._play_last(room))
            n = max(self.share(room, n_kept), self.n_enemies)
            if n * len(self.alive) > room:
                return True
            if not (yield from self.play(self.alive, n)):
                return False
            self.screen()
            self.report()
        return True

    def _play_last(self, room: int) -> Played:
        """Play the last courses, with ``room`` rollouts for it, together with fresh draws of all that may be wanted."""
        alive = self.alive
        bases = [base_of(self.courses, k, self.ranked()) for k in alive if self.courses[k].edits]
        wanted = self._with_shown([*alive, *(k for k in bases if k is not None)])
        n = max(self.whole(room / len(alive)), 0)
        n_fresh = self.whole((self.left - len(alive) * n) / len(wanted))
        lacking = LAST_WORLDS - int(self.ranking.played(alive[0]).sum()) - n - n_fresh
        if lacking > 0:  # the comparison of the last comes before the numbers shown
            n = self.whole(min(n + lacking + self.n_enemies - 1, self.left / len(alive)))
        batches = [self.new(alive, n)] if n >= self.n_enemies else []
        used = sum(len(alive) * len(batch.draws.number) for batch in batches)
        n_fresh = self.whole((self.left - used) / len(wanted))
        if n_fresh >= self.n_enemies:
            batches.append(self.new(wanted, n_fresh, is_fresh=True))
        if not batches:
            return True
        if not (yield from self.play_batches(batches)):
            return False
        self.screen()
        self.report()
        return True

    def share(self, room: float, n_kept: int) -> int:
        """Return the draws of a round, with ``room`` rollouts for it and later ones; ``n_kept``: see ``keep_best``."""
        n_rounds = 1
        while n_kept > 2:
            n_kept = _kept(n_kept)
            n_rounds += 1
        return self.whole(room / n_rounds / len(self.alive))

    def reserved(self, reserve: int) -> int:
        """Return the rollouts kept for the end."""
        return reserve if self.budget.rollouts is not None else int(FRESH_SHARE * self.left)

    def keep_best(self, n: int) -> None:
        """Keep the n best courses of those played so far, and two without edits. Those dropped stay in the standing.

        An edit leads only if it is proven, so the choice is often one between courses without. Edits, of which there
        are many, must not take the draws of these because some of them had more luck in an early round.
        """
        order = order_of(self.ranking, self.alive)
        whole = [k for k in order if not self.courses[k].edits]
        self.alive = sorted({*order[:n], *whole[:2]})

    def spread(self, reserve: int) -> Played:
        """Play all courses on equally many draws; False when stopped."""
        n = self.whole((self.left - reserve) / max(len(self.alive), 1))
        return n < self.n_enemies or (yield from self.play(self.alive, n))


def _kept(n: int) -> int:
    """Return how many of ``n`` courses go on after a round: half of up to eight, of more four or a third."""
    return max(math.ceil(n / 3), min(math.ceil(n / 2), 4), 2)


def _world_numbers(before: I64, enemy: I64) -> I64:
    """Return the number of each draw among those against the same enemy, after the draws ``before``."""
    found: I64 = np.empty(len(enemy), dtype=np.int64)
    for one in np.unique(enemy):
        rows = enemy == one
        found[rows] = int((before == one).sum()) + np.arange(int(rows.sum()))
    return found
