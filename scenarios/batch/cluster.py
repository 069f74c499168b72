"""Replications on a cluster of Dask workers. No other file speaks Dask.

Every chunk of replications is a task, and its rows are saved here as soon as they arrive, so a lost worker costs only
the time of the chunks that it was playing. Few chunks are under way at a time, so memory stays bounded however many
replications are asked for. Every worker must run the same version of the engine: others are refused by name.
"""

# Dask is optional.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

import logging
import queue
import time
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from scenarios.batch import remote
from scenarios.batch.engine import Chunk, Chunks, Condition, Save, Share, default_threads
from scenarios.batch.playing import play_replications
from simcore.errors import InputError, RunError, WargameError
from simcore.plugins import warn

_CONNECT_S = 10.0
_STARTED_S = 60.0  # that workers have to come up before a batch is refused
_AHEAD = 2  # chunks under way for each thread of the cluster: one in play and one waiting
_SILENCE_S = 300.0  # a chunk is played again elsewhere after this and ten times the slowest so far
_MOST_SILENCES = 3
_ABANDONED_S = 120.0  # that a cluster may be without workers, as while jobs wait for their start
_REPLACE_S = 20.0  # after which lost workers of this machine are replaced
_LOOK_S = 5.0  # between two looks at the workers of the cluster
_CHUNK_MEMORY_BYTES = 512e6  # of a thread that plays chunks of the usual size


@contextmanager
def dask_engine(scheduler: str | None = None, workers: int | None = None) -> Generator["DaskEngine"]:
    """Open an engine on the cluster of a scheduler, or on a cluster of this machine with ``workers`` processes.

    Raises ``InputError`` without Dask, without a scheduler at the address, and if none of its workers can play.
    """
    if find_spec("distributed") is None:
        raise InputError(f"--engine dask: Dask is not installed; {remote.INSTALL}")
    import dask.config

    with dask.config.set(remote.SETTINGS), _cluster(scheduler, workers) as found, _client(found.address) as client:
        yield DaskEngine(client, found)


@dataclass(frozen=True)
class _Cluster:
    """The address of a scheduler; of a cluster of this machine, its number of workers and a function to add some."""

    address: str
    n_workers: int = 1
    add_workers: Callable[[int], None] | None = None


@contextmanager
def _cluster(scheduler: str | None, workers: int | None) -> Generator[_Cluster]:
    """Find a scheduler: the one given, or that of a new cluster on this machine."""
    if scheduler is not None:
        yield _Cluster(scheduler)
        return
    from distributed import LocalCluster

    n_workers = workers or default_threads()
    with LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        dashboard_address=None,  # pyright: ignore[reportArgumentType]
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # any free port: the usual one may be taken
        silence_logs=logging.CRITICAL,  # a lost worker is reported here, in a line
    ) as cluster:
        started = cast("Any", cluster)
        yield _Cluster(started.scheduler_address, n_workers, lambda n: started.scale(len(started.worker_spec) + n))


@contextmanager
def _client(address: str) -> Generator[Any]:
    from distributed import Client
    from distributed.comm.addressing import parse_address, parse_host_port

    try:
        if not address.startswith("inproc://"):
            parse_host_port(parse_address(address)[1])  # a client that fails at this fails again when it is collected
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
        raise InputError(
            f"--scheduler {address}: no Dask scheduler answers there ({remote.in_a_line(error)}); start one with "
            "`dask scheduler` and give its address, for example tcp://10.0.0.1:8786"
        ) from None
    try:
        yield client
    finally:
        client.close(timeout=5)


@dataclass
class _Task:
    """A chunk under way."""

    chunk: Chunk
    future: Any
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class _Played:
    """Rows of a chunk and the time they took [s]; of a worker that must not play, its address and the reason."""

    columns: Mapping[str, np.ndarray] | None
    seconds: float = 0.0
    cpu_s: float = 0.0
    worker: str = ""
    refused: str = ""


class DaskEngine:
    """Workers of a Dask cluster; see ``dask_engine``."""

    def __init__(self, client: Any, cluster: _Cluster) -> None:
        self._client, self._cluster = client, cluster
        self.is_near = cluster.add_workers is not None  # all workers are on this machine
        self._names: dict[str, str] = {}  # of the workers that may play, by address
        self._refused: dict[str, str] = {}  # reasons by address
        self.threads = 0
        self.played_s = 0.0  # CPU time of the workers in the engine
        self._memory = 1.0
        self._looked = self._alive = self._full = time.monotonic()
        self._find_workers()

    def play(
        self,
        shares: Sequence[Share],
        condition: Callable[[int], Condition],
        seed: int,
        save: Save,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Play all shares; see ``Engine.play``.

        Raises
        ------
        RunError
            If the cluster is lost, or if a replication ends every worker that plays it. Saved chunks are safe.
        """
        chunks = Chunks(shares, condition, self.threads, self._memory)
        work = _Work(self, self._client, chunks, seed, save)
        try:
            work.play(on_progress)
        finally:
            work.cancel()

    def refuse(self, address: str, reason: str) -> None:
        """Give no more work to a worker, and say so once."""
        name = self._names.pop(address, "")
        if address not in self._refused:
            self._refused[address] = reason
            warn(f"warning: {remote.named(address, name)}: refused: {reason}")

    def allowed(self) -> list[str] | None:
        """Return the addresses of the workers that may play; None for all, where none has been refused.

        Raises ``RunError`` if none is left.
        """
        if not self._refused:
            return None
        if not self._names or time.monotonic() - self._looked > _LOOK_S:
            self._find_workers()
        return list(self._names)

    def count_threads(self) -> int:
        """Return the number of threads of the cluster, which may grow and shrink during the work.

        Raises ``RunError`` if the cluster has been without workers for long.
        """
        now = time.monotonic()
        if now - self._looked > _LOOK_S:
            self._looked = now
            known = self._workers()
            if len(known) >= self._cluster.n_workers:
                self._full = now
            elif self._cluster.add_workers is not None and now - self._full > _REPLACE_S:
                self._full = now
                self._cluster.add_workers(self._cluster.n_workers - len(known))  # their nannies may fail to do so
            if known:
                self._alive = now
            elif now - self._alive > _ABANDONED_S:
                raise RunError(
                    f"no worker is left in the cluster for {_ABANDONED_S:g} s; finished replications are kept: repeat "
                    "the command to resume"
                )
            if not self._refused:
                self.threads = max(1, sum(int(worker["nthreads"]) for worker in known.values()))
        return self.threads

    def _workers(self) -> dict[str, Any]:
        return self._client.scheduler_info(n_workers=-1)["workers"]  # some versions list five without being asked

    def _find_workers(self) -> None:
        """Take up the workers of the cluster that run this version of the engine."""
        self._looked = time.monotonic()
        try:
            self._client.wait_for_workers(1, timeout=_STARTED_S)
        except (OSError, ValueError) as error:
            where = self._client.scheduler.address if self._client.scheduler is not None else "the scheduler"
            raise InputError(
                f"{where}: no worker within {_STARTED_S:g} s ({remote.in_a_line(error)}); start some with "
                f"`dask worker {where}`"
            ) from None
        known = self._workers()
        answers = self._client.run(remote.playing_versions, on_error="return")
        for address, answer in answers.items():
            self._names[address] = str(known.get(address, {}).get("name", ""))
            reason = remote.difference(answer)
            if reason:
                self.refuse(address, reason)
        self._names = {address: name for address, name in self._names.items() if address in answers}
        if not self._names:
            reasons = "\n".join(f"{address}: {reason}" for address, reason in self._refused.items())
            raise InputError(f"no worker of the cluster can play:\n{reasons}")
        mine = [worker for address, worker in known.items() if address in self._names]
        self.threads = max(1, sum(int(worker["nthreads"]) for worker in mine))
        limits = [worker["memory_limit"] / max(1, worker["nthreads"]) for worker in mine if worker["memory_limit"]]
        self._memory = min(1.0, min(limits, default=_CHUNK_MEMORY_BYTES) / _CHUNK_MEMORY_BYTES)


class _Work:
    """The work of a call to ``DaskEngine.play``."""

    def __init__(self, engine: DaskEngine, client: Any, chunks: Chunks, seed: int, save: Save) -> None:
        self._engine, self._client, self._chunks, self._seed, self._save = engine, client, chunks, seed, save
        self._under_way: dict[str, _Task] = {}  # by key
        self._finished: queue.SimpleQueue[str] = queue.SimpleQueue()  # keys
        self._killed: list[Chunk] = []  # chunks whose workers died again and again
        self._sent: tuple[int, Any] | None = None  # the condition in play: its number and future
        self._wanted: dict[str, str] = {}  # versions that a worker must have for it
        self._slowest_s, self._silences, self._done = 0.0, 0, 0

    def play(self, on_progress: Callable[[int], None] | None) -> None:
        """Play all chunks, then those whose workers died, one replication at a time."""
        self._play_all(self._chunks.take, lambda: _AHEAD * self._engine.count_threads(), on_progress)
        suspects = [
            Chunk(chunk.number, chunk.condition, [k], chunk.planner)
            for chunk in self._killed
            for k in chunk.replications
        ]
        self._killed = []
        self._play_all(lambda: suspects.pop(0) if suspects else None, lambda: 1, on_progress)
        if self._killed:
            guilty = sorted({k for chunk in self._killed for k in chunk.replications})
            raise RunError(
                f"replication {', '.join(str(k) for k in guilty[:10])}: every worker that played it died, also alone; "
                "the memory of the workers may be too small. All others are finished and kept; "
                "`chammo run --replication` plays one on this machine"
            )

    def cancel(self) -> None:
        """Take back the chunks under way."""
        futures = [task.future for task in self._under_way.values()]
        self._under_way, self._sent = {}, None
        if futures and self._client.status == "running":
            self._client.cancel(futures, force=True)

    def _play_all(
        self, take: Callable[[], Chunk | None], most: Callable[[], int], on_progress: Callable[[int], None] | None
    ) -> None:
        is_open = True
        while True:
            while is_open and len(self._under_way) < most():
                chunk = take()
                if chunk is None:
                    is_open = False
                else:
                    self._send(chunk)
            if on_progress is not None:
                on_progress(self._done)
            if not self._under_way:
                return
            try:
                key = self._finished.get(timeout=0.2)
            except queue.Empty:
                self._watch()
                continue
            task = self._under_way.pop(key, None)
            if task is not None:  # of a chunk that was sent again the first answer counts
                self._receive(task)

    def _send(self, chunk: Chunk) -> None:
        key = f"chammo-{uuid.uuid4().hex}"  # equal tasks would be played once
        future = self._client.submit(
            play_chunk,
            self._condition(chunk),
            self._seed,
            chunk.replications,
            self._wanted,
            key=key,
            pure=False,
            workers=self._engine.allowed(),
        )
        self._under_way[key] = _Task(chunk, future)
        future.add_done_callback(self._note)

    def _note(self, future: Any) -> None:
        """Put a finished chunk in the queue; called from a thread of the client."""
        self._finished.put(future.key)

    def _condition(self, chunk: Chunk) -> Any:
        """Return the condition of a chunk as a future: sent once, and made again from its text if a worker dies."""
        if self._sent is None or self._sent[0] != chunk.number:
            packed = remote.pack_condition(chunk.condition, is_near=self._engine.is_near)
            self._wanted = remote.versions_for(chunk.condition)
            workers = self._engine.allowed()
            key = f"chammo-condition-{uuid.uuid4().hex}"
            self._sent = chunk.number, self._client.submit(remote.unpack_condition, packed, key=key, workers=workers)
        return self._sent[1]

    def _receive(self, task: _Task) -> None:
        """Save the rows of a finished chunk, or send it again."""
        from distributed import KilledWorker

        chunk, future = task.chunk, task.future
        if future.status != "finished":
            if self._client.status != "running" or future.status in ("cancelled", "lost"):
                self._check_cluster()
                self._send(chunk)
                return
            error = future.exception()
            if isinstance(error, KilledWorker):
                self._sent = None  # its future may have failed with the chunk
                self._killed.append(chunk)
            elif isinstance(error, WargameError):
                raise error
            elif isinstance(error, OSError | EOFError):  # the worker died while its answer was on the way
                self._check_cluster()
                self._send(chunk)
            else:
                raise RunError(f"a worker failed: {type(error).__name__}: {error}") from error
            return
        played: _Played = future.result()
        if played.columns is None:
            self._engine.refuse(played.worker, played.refused)
            self._sent = None
            self._send(chunk)
            return
        self._save(chunk.number, played.columns)
        chunk.planner.report(len(chunk.replications), played.cpu_s)  # as on this machine, however busy a worker is
        self._engine.played_s += played.cpu_s
        self._slowest_s = max(self._slowest_s, played.seconds)
        self._done += len(chunk.replications)

    def _check_cluster(self) -> None:
        if self._client.status != "running":
            raise RunError(
                "the scheduler of the cluster is gone; finished replications are kept: repeat the command to resume, "
                "with a scheduler that runs"
            )

    def _watch(self) -> None:
        """Raise if the cluster is gone, and send chunks again that have been silent for long."""
        self._check_cluster()
        self._engine.count_threads()
        limit_s = max(_SILENCE_S, 10.0 * self._slowest_s)
        now = time.monotonic()
        silent = [key for key, task in self._under_way.items() if now - task.began > limit_s]
        if not silent or self._slowest_s == 0.0:  # first chunks may wait for the compilation of the engine
            return
        self._silences += 1
        if self._silences > _MOST_SILENCES:
            raise RunError(
                f"the cluster has been silent for {limit_s:.0f} s, {self._silences} times; resume the command"
            )
        self._sent = None
        tasks = [self._under_way.pop(key) for key in silent]
        self._client.cancel([task.future for task in tasks], force=True)
        for task in tasks:
            self._send(task.chunk)


def play_chunk(condition: Condition, seed: int, replications: Sequence[int], wanted: Mapping[str, str]) -> _Played:
    """Play replications; the work of a worker. It refuses if it runs another version than ``wanted``."""
    from distributed import get_worker

    reason = remote.difference(remote.same_versions(wanted), wanted)
    if reason:
        return _Played(None, worker=get_worker().address, refused=reason)
    began, cpu_began = time.perf_counter(), time.thread_time()
    columns = play_replications(condition.compiled, condition.choices, seed, replications)
    return _Played(columns, time.perf_counter() - began, time.thread_time() - cpu_began)
