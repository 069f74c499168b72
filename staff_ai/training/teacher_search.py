"""The search for the teachers of all chairs, in one process or in several at once."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import islice
from multiprocessing import get_context

from staff_ai.training.plan import Plan
from staff_ai.training.teachers import Teacher, find_teacher

MOST_WORKERS = 256


def find_teachers(plan: Plan, first: int, workers: int, is_over: Callable[[], bool]) -> Iterator[Teacher]:
    """Yield the teachers of the chairs of a plan in their order, from chair number ``first``.

    With several ``workers`` as many chairs are searched at once, each in a process; the teachers are the same. Once
    ``is_over()`` holds, the chairs not begun get the best doctrine in the fewest games.
    """
    if workers == 1:
        for chair in range(first, len(plan.settings)):
            yield _find(plan, chair, is_over=is_over())
        return
    bare = replace(plan)  # without the compiled scenarios: each process has its own
    chairs = iter(range(first, len(plan.settings)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        begun: deque[Future[Teacher]] = deque()
        try:
            while True:
                for chair in islice(chairs, 2 * workers - len(begun)):  # as many again wait, so that none is idle
                    begun.append(pool.submit(_find_apart, bare, chair, is_over=is_over()))
                if not begun:
                    return
                yield begun.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _find(plan: Plan, chair: int, *, is_over: bool) -> Teacher:
    one = plan.settings[chair]
    searched, compared = (1, 1) if is_over else (plan.search_games, plan.compare_games)
    return find_teacher(one, one.step_s, str(plan.imitate), searched, compared, plan.seed)


@cache
def _compiled(plan: Plan) -> Plan:
    """Return the first equal plan that this process was given: it holds the compiled scenarios."""
    return plan


def _find_apart(plan: Plan, chair: int, *, is_over: bool) -> Teacher:
    """Find a teacher in a process of its own, which keeps the compiled scenarios of the plan."""
    return _find(_compiled(plan), chair, is_over=is_over)
