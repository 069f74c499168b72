"""Replications shared out among threads, in small shares: some fights take longer than others."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np

_SHARES = 16
"""Shares for each thread, at most. The last share is played while the other threads wait for it."""


@cache
def _threads(count: int) -> ThreadPoolExecutor:
    """Return ``count`` threads, kept for later calls: to start them takes as long as some hundred ticks of a fight."""
    return ThreadPoolExecutor(count, thread_name_prefix="chammo-engine")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # a child process has none of its parent's threads


def share_out(play: Callable[[int, int, int], object], count: int, threads: int) -> None:
    """Call ``play(first, last, thread)`` for ranges that cover ``count`` replications, on ``threads`` threads.

    The calling thread is number 0 of them. Returns when all ranges are played; the first error is raised then.
    """
    threads = min(threads, count)
    edges = np.linspace(0, count, min(_SHARES * threads, count) + 1).astype(int).tolist()
    left = deque(pairwise(edges))

    def work(thread: int) -> None:
        while left:
            try:
                first, last = left.popleft()
            except IndexError:  # another thread was faster
                return
            play(first, last, thread)

    others: list[Future[None]] = [_threads(threads - 1).submit(work, thread) for thread in range(1, threads)]
    try:
        work(0)
    finally:
        left.clear()  # after an error
        begun = [other for other in others if not other.cancel()]
        for other in begun:
            other.exception()  # waits for its end
    for other in begun:
        other.result()
