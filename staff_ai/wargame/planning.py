"""Deliberate planning: a search for the best courses before the fight, with far more rollouts than an advice has.

It goes from coarse to fine. Whole courses, and each of them with all radars silent, race first; then edits of the best
whole courses; then pairs of the best edits. In a race all courses meet the same draws, and the better part goes on
after each round. Each race has draws of its own, so that no course profits twice from the same luck, and the last few
play fresh worlds beside the course in force.
"""

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import combinations

from simcore.types import F64
from staff_ai.courses.course import Course, EditVerb
from staff_ai.courses.gate import NO_LIMITS, Limits, Refusal
from staff_ai.wargame.game import Budget, Game
from staff_ai.wargame.player import Played, Player, Reply, Request
from staff_ai.wargame.samples import Samples
from staff_ai.wargame.standing import order_of
from staff_ai.wargame.wargame import LEAST_DRAWS, Rounds, weights_of

LEAST_PLANNED_GAIN = 0.05
"""Gain in score over its own base from which an edit may lead after deliberate planning."""

_SHARES = (0.25, 0.6, 0.7)  # of the rollouts, until the end of each race; the rest is for fresh draws
_LEADERS = 3  # whole courses with edits
_FINALISTS = 6
_PAIRED = 5  # edits whose pairs are tried
_KEPT_SHARE = 0.4  # of the courses in a race, after each round
_EDIT_ROUNDS = 3  # of the race of edits, about

_Raced = Generator[Request, Reply, list[Course]]

EditsOf = Callable[[Sequence[Course], int], Sequence[Course]]
"""Returns valid edits of some courses, at most the given number."""


def planning_rounds(
    player: Player,
    whole: Sequence[Course],
    enemy_weights: Mapping[str, float] | Sequence[float],
    rollouts: int,
    *,
    edits_of: EditsOf | None,
    incumbent: Course | None = None,
    refused: Sequence[Refusal] = (),
    limits: Limits = NO_LIMITS,
    least_p: float = 0.8,
    least_gain: float = 0.01,
) -> Rounds:
    """Return the rounds of a search, as those of a wargame. The standing holds its last courses.

    Parameters
    ----------
    whole : valid courses without edits, and postures of the whole force.
    enemy_weights : probability of each enemy policy, by name or in the order of the player.
    edits_of : makes edits of the leading courses; None for none.
    incumbent : course in force; it plays the fresh draws too. Nothing speaks for it yet, so it does not win ties.
    """
    weights = weights_of(player.enemies, enemy_weights)
    search = _Search(player, weights, rollouts, incumbent, refused, limits, least_p, least_gain)

    def play() -> Rounds:
        leaders = yield from search.race(whole, 0, _LEADERS + 1)
        if edits_of is not None and leaders:
            bases = bases_of(leaders, whole)[:_LEADERS]
            known = _once([*leaders, *bases])
            room = max(int(search.room(1) / _EDIT_ROUNDS / max(LEAST_DRAWS, len(weights))) - len(known), 0)
            same = {refusal.course.digest for refusal in search.game.refused}
            edits = [edit for edit in edits_of(bases, room + len(same)) if edit.digest not in same][:room]
            leaders = yield from search.race([*known, *edits], 1, _FINALISTS)
            paired = pairs([course for course in leaders if course.edits][:_PAIRED])
            if paired:
                leaders = yield from search.race([*leaders, *bases_of(leaders, whole), *paired], 2, _FINALISTS)
        # an edit leads only when it is better than its own base
        yield from search.show([*leaders, *bases_of(leaders, whole)])
        return search.game.standing(is_final=True)

    return play()


def bases_of(courses: Sequence[Course], whole: Sequence[Course]) -> list[Course]:
    """Return the courses among ``whole`` with the bases of some courses and no edits, in the order of these."""
    plain = {course.base: course for course in whole if not course.edits}
    return _once([plain[course.base] for course in courses if course.base in plain])


def _once(courses: Sequence[Course]) -> list[Course]:
    return list({course.digest: course for course in courses}.values())


def pairs(courses: Sequence[Course]) -> list[Course]:
    """Return courses with the edits of two courses of the same base, where no group gets two tasks at a time."""
    found: list[Course] = []
    for first, second in combinations(courses, 2):
        if first.base == second.base and not _collide(first, second):
            # the name of an edited course begins with that of its base
            added = second.name.partition(", ")[2]
            found.append(Course(f"{first.name}, {added}", first.base, (*first.edits, *second.edits)))
    return found


def _collide(first: Course, second: Course) -> bool:
    return any(
        set(a.groups) & set(b.groups) and _kind(a.verb) == _kind(b.verb)
        and a.from_s < b.until_s and b.from_s < a.until_s
        for a in first.edits
        for b in second.edits
    )  # fmt: skip


def _kind(verb: EditVerb) -> str:
    return verb.value if verb in (EditVerb.ROE, EditVerb.EMCON) else "task"


def _sizes(n: int, n_kept: int) -> list[int]:
    """Return the numbers of courses before each round of a race, and after the last."""
    sizes = [n]
    while sizes[-1] > n_kept:
        sizes.append(max(math.ceil(_KEPT_SHARE * sizes[-1]), n_kept))
    return sizes


class _Search:
    """Races one after the other, each a ``Game`` of its own that counts the rollouts of all."""

    def __init__(
        self,
        player: Player,
        weights: F64,
        rollouts: int,
        incumbent: Course | None,
        refused: Sequence[Refusal],
        limits: Limits,
        least_p: float,
        least_gain: float,
    ) -> None:
        self._player, self._weights, self._rollouts = player, weights, rollouts
        self._incumbent, self._limits, self._least_p, self._least_gain = incumbent, limits, least_p, least_gain
        self._n_draws = 0
        self.game = self._new_game((), refused)

    def _new_game(self, courses: Sequence[Course], refused: Sequence[Refusal]) -> Game:
        return Game(
            self._player, courses, self._weights, Budget(self._rollouts), self._incumbent, refused, self._limits,
            self._least_p, self._least_gain, None, None, least_edit_gain=LEAST_PLANNED_GAIN, first_draw=self._n_draws,
            keeps_incumbent=False,
        )  # fmt: skip

    def room(self, stage: int) -> float:
        """Return the rollouts until the end of a race."""
        return max(_SHARES[stage] * self._rollouts - self.game.used, 0.0)

    def race(self, courses: Sequence[Course], stage: int, n_kept: int) -> _Raced:
        """Return the best ``n_kept`` courses in order."""
        before, room = self.game, self.room(stage)
        self._n_draws += before.ranking.n_draws
        self.game = game = self._new_game(courses, before.refused)
        game.used, game.rounds, game.began = before.used, before.rounds, before.began
        alive = list(range(len(game.courses)))
        n_rounds = len(_sizes(len(alive), n_kept)) - 1
        alive = game.fit(alive, room / max(n_rounds, 1) / max(game.left, 1))
        sizes = _sizes(len(alive), n_kept)
        for kept in sizes[1:] or sizes:
            n = max(game.whole(room / max(len(sizes) - 1, 1) / max(len(alive), 1)), game.n_enemies)
            game.alive = alive
            yield from game.play(alive, n)
            game.screen()
            alive = order_of(game.ranking, game.alive)[:kept]
        return [game.courses[k] for k in alive]

    def show(self, courses: Sequence[Course]) -> Played:
        """Play fresh draws of the last courses and of the course in force, with the rollouts that are left.

        They alone decide: the draws of the races are not the same for all, and chose the last courses.
        """
        game = self.game
        own = [] if self._incumbent is None else [self._incumbent]
        game.add([*courses, *own])
        place = {course.digest: k for k, course in enumerate(game.courses)}
        if self._incumbent is not None:
            game.incumbent = place[self._incumbent.digest]
        wanted = list(dict.fromkeys(place[course.digest] for course in [*courses, *own]))
        wanted = [k for k in wanted if k not in game.dropped]
        game.dropped |= set(range(len(game.courses))) - set(wanted)
        n = game.whole(game.left / max(len(wanted), 1))
        if not wanted or n < game.n_enemies or not (yield from game.play(wanted, n, is_fresh=True)):
            return False
        game.drop_twins()
        game.ranking = Samples(len(game.courses), self._weights)
        return True
