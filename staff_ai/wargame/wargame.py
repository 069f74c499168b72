"""The wargame: sequential halving over courses, with common worlds, enemies and dice.

Every round plays the same draws (world, enemy, dice) with all courses that are left, and then drops the worse half; all
samples are kept (Karnin, Koren, Somekh 2013). After the first round edits of the leaders may join, if the budget allows
enough draws of each: they first play the draws of that round. At the end the winner, the runner-up and the incumbent
play fresh draws, since the winner's own mean is too high by the choice of the best (Smith, Winkler 2006).
"""

from collections.abc import Callable, Generator, Mapping, Sequence

import numpy as np

from simcore.errors import InputError
from simcore.types import F64
from staff_ai.courses.course import Course
from staff_ai.courses.gate import NO_LIMITS, Limits, Refusal
from staff_ai.wargame.game import FRESH_SHARE, Budget, Game
from staff_ai.wargame.player import Played, Player, Reply, Request
from staff_ai.wargame.standing import LEAST_GAIN, Standing, order_of

_FINALISTS = 3
_FIRST_COURSES = 4  # of the first standing, with a budget of seconds
_FIRST_SHARE = 0.4  # of the rollouts without those kept for the numbers shown, for the draws of the first round
_MOST_JOINING = 48  # edits

LEAST_DRAWS = 10
"""Draws of an edit in its first round: the best of many with fewer is that with most luck."""

__all__ = ["LEAST_DRAWS", "Budget", "Player", "rounds_of", "wargame"]


Rounds = Generator[Request, Reply, Standing]
"""A wargame under way: it asks for rollouts, and returns its standing."""

Expand = Callable[[list[Course], int], Sequence[Course]]
"""Returns further courses for the leaders, such as edits of them, at most the given number."""


def wargame(
    player: Player,
    courses: Sequence[Course],
    enemy_weights: Mapping[str, float] | Sequence[float],
    budget: Budget,
    *,
    incumbent: Course | None = None,
    shown: Sequence[Course] = (),
    expand: Expand | None = None,
    refused: Sequence[Refusal] = (),
    limits: Limits = NO_LIMITS,
    allocation: str = "halving",
    least_p: float = 0.8,
    least_gain: float = LEAST_GAIN,
    on_standing: Callable[[Standing], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Standing:
    """Play courses against each other and return their standing.

    Parameters
    ----------
    player : plays the courses, ``staff_ai.wargame.rollouts.Table``; its enemies are those of the weights.
    courses : valid courses, the incumbent first; a budget of rollouts that is too small leaves out the last.
    enemy_weights : probability of each enemy policy, by name or in the order of the player. At least a draw of each
        round is against each of them.
    budget : rollouts (the same bits with any number of threads), or seconds (anytime).
    incumbent : course in force: it wins ties within a standard error, and within ``least_gain`` [score].
    shown : further courses whose numbers come from fresh draws, such as the commander's own plan.
    expand : called with the leaders after the first round; returns further courses, such as edits of the leaders.
        With a budget of rollouts that is too small for ten draws of each, none join.
    refused : courses refused before, for the standing.
    limits : limits of the commander.
    allocation : ``halving`` or ``uniform``.
    least_p : least probability of the leader to be the best for a clear preference.
    on_standing : called with the standing after each round; first with one from outcomes a little ahead, which are not
        kept.
    should_stop : asked at each decision; once true, the standing so far is returned.

    Raises
    ------
    InputError
        For weights that are negative or all zero, unknown enemies, and an unknown allocation.
    """
    rounds = rounds_of(
        player, courses, enemy_weights, budget, incumbent=incumbent, shown=shown, expand=expand, refused=refused,
        limits=limits, allocation=allocation, least_p=least_p, least_gain=least_gain, on_standing=on_standing,
        should_stop=should_stop,
    )  # fmt: skip
    try:
        request = next(rounds)
        while True:
            chosen = player if not request.is_near or player.near is None else player.near
            request = rounds.send(_play(chosen, request))
    except StopIteration as end:
        return end.value


def _play(player: Player, request: Request) -> Reply:
    """Return the outcomes of a request, its parts one after the other."""
    found: list[F64] = []
    for courses, draws in request.parts:
        outcomes = player.play(courses, draws, request.should_stop)
        if outcomes is None:
            return None
        found.append(outcomes)
    return found


def rounds_of(
    player: Player,
    courses: Sequence[Course],
    enemy_weights: Mapping[str, float] | Sequence[float],
    budget: Budget,
    *,
    incumbent: Course | None = None,
    shown: Sequence[Course] = (),
    expand: Expand | None = None,
    refused: Sequence[Refusal] = (),
    limits: Limits = NO_LIMITS,
    allocation: str = "halving",
    least_p: float = 0.8,
    least_gain: float = LEAST_GAIN,
    on_standing: Callable[[Standing], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    prepared: Sequence[Course] = (),
) -> Rounds:
    """Return the rounds of ``wargame``, for wargames that are played side by side.

    ``prepared`` courses were chosen before the fight: edits among them need no proof to lead.
    """
    if allocation not in ("halving", "uniform"):
        raise InputError(f"allocation: {allocation!r} is unknown; give halving or uniform")
    weights = weights_of(player.enemies, enemy_weights)
    game = Game(
        player, courses, weights, budget, incumbent, refused, limits, least_p, least_gain, on_standing, should_stop,
        shown, prepared=prepared,
    )  # fmt: skip
    total = game.left
    n_finalists = _FINALISTS + len(shown)
    reserve = game.whole(FRESH_SHARE * total / n_finalists) * n_finalists if budget.rollouts is not None else 0
    game.alive = game.fit(list(range(len(game.courses))), (total - reserve) / max(total, 1))
    n_joining = _MOST_JOINING if expand is not None else 0
    if budget.rollouts is not None:
        room = _FIRST_SHARE * (total - reserve)
        n_joining = max(min(n_joining, int(room) // LEAST_DRAWS - len(game.alive)), 0)
        game.plan_first_round(room, len(game.alive) + n_joining)

    def play() -> Rounds:
        go_on = yield from _begin(game)
        if go_on and expand is not None and n_joining > 0 and not game.must_stop():
            go_on = yield from _join(game, expand, n_joining, reserve)
        if go_on and not game.must_stop():
            go_on = yield from (game.halve(reserve) if allocation == "halving" else game.spread(reserve))
        if go_on and not game.must_stop():
            yield from _show(game)
        game.drop_twins()
        final = game.standing(is_final=True)
        if on_standing is not None:
            on_standing(final)
        return final

    return play()


def _begin(game: Game) -> Played:
    """Play the first round; False when stopped. With a budget of seconds, as many courses at a time as time allows."""
    waiting, n = game.alive, game.first_draws
    is_timed = game.budget.seconds is not None
    few = waiting[:_FIRST_COURSES]
    if few and not (yield from game.look(few, game.least_draws)):
        return False
    first = few if is_timed else waiting
    game.alive, waiting = first, waiting[len(first) :]
    if not first or not (yield from game.play(first, n)):
        return False
    while waiting:
        game.report()
        some = waiting[: game.left // n]
        if not some or not (yield from game.play_batches([game.again(some, n)])):
            break
        game.alive, waiting = game.alive + some, waiting[len(some) :]
    for k in waiting:
        game.refuse(k, "budget", "the wargame ended before it was played")
    game.screen()
    game.report()
    return not waiting


def _join(game: Game, expand: Expand, most: int, reserve: int) -> Played:
    """Let at most ``most`` edits of the leaders join on the draws of the first round, and go on; False when stopped."""
    order = order_of(game.ranking, game.alive)
    n = game.first_draws
    # half of the rest is for the rounds that follow
    most = min(most, max(int(0.5 * (game.left - game.reserved(reserve))) // max(n, LEAST_DRAWS), 0))
    added = game.add(expand([game.courses[k] for k in order], most)[:most])
    if not added:
        return True
    kept = order[: max(len(order) // 2, 2)]
    if game.incumbent in order and game.incumbent not in kept:
        assert game.incumbent is not None
        kept.append(game.incumbent)
    alive = sorted(kept) + added
    # the edits catch up while all go on: two rounds in one
    room = game.left - game.reserved(reserve) - len(added) * n
    further = game.whole(room / 3.0 / len(alive))
    batches = [game.again(added, n)]
    if further >= game.n_enemies:
        batches.append(game.new(alive, further))
    if not (yield from game.play_batches(batches)):
        return False
    game.alive = alive
    game.screen()
    game.report()
    return True


def _show(game: Game) -> Played:
    """Play fresh draws of the finalists, for the numbers shown, with the rollouts that are left."""
    finalists = game.finalists()
    n = game.whole(game.left / max(len(finalists), 1))
    return n < game.n_enemies or (yield from game.play(finalists, n, is_fresh=True))


def weights_of(enemies: tuple[str, ...], given: Mapping[str, float] | Sequence[float]) -> F64:
    """Return the weights of the enemies, summing to 1."""
    if isinstance(given, Mapping):
        unknown = [name for name in given if name not in enemies]
        if unknown:
            raise InputError(f"enemy_weights: {unknown[0]!r} is no enemy here; give {', '.join(enemies)}")
        values = np.array([given.get(name, 0.0) for name in enemies], dtype=np.float64)
    else:
        values = np.array(given, dtype=np.float64)
    if len(values) != len(enemies) or not np.isfinite(values).all() or (values < 0.0).any() or values.sum() <= 0.0:
        raise InputError(f"enemy_weights: give {len(enemies)} numbers of 0 or more, not all 0")
    return values / values.sum()
