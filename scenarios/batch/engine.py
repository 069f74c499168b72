"""Engines: who plays the replications of a batch or an experiment.

An engine takes conditions (a scenario with its policies) and the replications wanted of each, and hands back the
columns of their rows in any order. Replication k is the same bits from every engine. ``LocalEngine`` uses the threads
of this machine; another engine needs ``play`` alone.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scenarios.batch.chunks import ChunkPlanner, first_size
from scenarios.batch.playing import expected_s, largest_chunk, play_replications
from scenarios.compiler.compiled import Compiled
from scenarios.run.policies import PolicyChoice
from simcore.decision_loop import StoppedError

_PATIENCE_S = 10.0
"""Time an interrupted engine waits for its policies to decide [s]."""


@dataclass(frozen=True)
class Condition:
    """A scenario with its policies, ready to play."""

    compiled: Compiled
    choices: Sequence[PolicyChoice]


@dataclass(frozen=True)
class Share:
    """The replications wanted of a condition, given by its number."""

    condition: int
    replications: Sequence[int]


Save = Callable[[int, Mapping[str, np.ndarray]], None]
"""Takes the number of a condition and the columns of some of its replications; called from any thread."""


class Engine(Protocol):
    """Plays replications."""

    @property
    def threads(self) -> int:
        """Number of replications played at the same time."""
        ...

    def play(
        self,
        shares: Sequence[Share],
        condition: Callable[[int], Condition],
        seed: int,
        save: Save,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Play all shares and save each finished chunk.

        ``condition`` makes a condition on demand, so that few are in memory at a time. ``on_progress`` is called from
        the calling thread with the number of finished replications. On Ctrl-C the engine stops at the next decisions
        and raises ``KeyboardInterrupt``: saved chunks are safe.
        """
        ...


def default_threads() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LocalEngine:
    """Threads of this process: the compiled engine runs without the interpreter lock."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or default_threads()

    def play(
        self,
        shares: Sequence[Share],
        condition: Callable[[int], Condition],
        seed: int,
        save: Save,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Play all shares; see ``Engine.play``."""
        chunks = Chunks(shares, condition, self.threads)
        work = _Work(chunks, seed, save)
        with ThreadPoolExecutor(self.threads, thread_name_prefix="batch") as pool:
            pending: set[Future[None]] = {pool.submit(work.play) for _ in range(self.threads)}
            try:
                while pending:
                    if on_progress is not None:
                        on_progress(work.finished)
                    done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
            except KeyboardInterrupt:
                work.stop.set()
                _wait_or_leave(pending, chunks.policies)
                raise
            except BaseException:
                work.stop.set()
                raise
        if on_progress is not None:
            on_progress(work.finished)


@dataclass(frozen=True)
class Chunk:
    """Replications of a condition, played as a single simulation."""

    number: int  # of the condition
    condition: Condition
    replications: list[int]
    planner: ChunkPlanner  # takes the time that the chunk needed


class Chunks:
    """Hands out shares of work chunk by chunk, to any thread. A condition is made when its first chunk is taken.

    The chunks of a condition begin with the size that those of the condition before it had reached.

    ``memory`` is the part of the usual limit (``largest_chunk``) that a chunk may take.
    """

    def __init__(
        self, shares: Sequence[Share], condition: Callable[[int], Condition], threads: int, memory: float = 1.0
    ) -> None:
        self.policies = ""  # of the condition in play, for messages
        self._shares = [share for share in reversed(shares) if len(share.replications)]
        self._condition, self._threads, self._memory = condition, threads, memory
        self._lock = threading.Lock()
        self._open: tuple[int, Condition, ChunkPlanner] | None = None

    def take(self) -> Chunk | None:
        """Return the next chunk; None if all are taken."""
        with self._lock:
            while True:
                if self._open is not None:
                    number, condition, planner = self._open
                    replications = planner.take()
                    if replications:
                        return Chunk(number, condition, replications, planner)
                if not self._shares:
                    return None
                share = self._shares.pop()
                condition = self._condition(share.condition)
                self.policies = ", ".join(f"{choice.name} ({choice.side})" for choice in condition.choices)
                params = condition.compiled.params
                largest = max(1, int(self._memory * largest_chunk(params)))
                first = self._open[2].size if self._open is not None else first_size(expected_s(params))
                planner = ChunkPlanner(share.replications, self._threads, largest, first)
                self._open = share.condition, condition, planner


class _Work:
    """The work of the threads of a local engine."""

    def __init__(self, chunks: Chunks, seed: int, save: Save) -> None:
        self.stop = threading.Event()
        self.finished = 0
        self._chunks, self._seed, self._save = chunks, seed, save
        self._lock = threading.Lock()

    def play(self) -> None:
        """Play chunks until none is left; the work of a thread."""
        while not self.stop.is_set():
            chunk = self._chunks.take()
            if chunk is None:
                return
            one, replications = chunk.condition, chunk.replications
            began = time.thread_time()  # the work lost by a kill, however busy the machine is
            try:
                values = play_replications(one.compiled, one.choices, self._seed, replications, self.stop.is_set)
            except StoppedError:
                return
            self._save(chunk.number, values)
            chunk.planner.report(len(replications), time.thread_time() - began)
            with self._lock:
                self.finished += len(replications)


def _wait_or_leave(pending: set[Future[None]], policies: str) -> None:
    """Wait for the threads to reach their next decision; exit if they do not. Finished replications are safe."""
    try:
        if not wait(pending, timeout=_PATIENCE_S / 5.0).not_done:
            return
        sys.stderr.write(
            f"\nchammo: stopping at the next decision of {policies}, in {_PATIENCE_S:g} s at the latest; "
            "Ctrl-C again exits at once\n"
        )
        if not wait(pending, timeout=_PATIENCE_S).not_done:
            return
        sys.stderr.write(
            f"chammo: {policies}: no decision within {_PATIENCE_S:g} s; exiting. Finished replications are kept\n"
        )
    except KeyboardInterrupt:
        pass
    sys.stderr.flush()
    os._exit(130)
