"""A batch: many replications of a scenario on all cores, in chunks, resumable at any moment.

Worker threads take chunks of replications, play each chunk as a single simulation (the engine runs without the
interpreter lock) and save it as a part file. Replication k is identical, bit for bit, to ``run --replication k``,
regardless of threads, chunks and interruptions.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.chunks import ChunkPlanner
from scenarios.batch.folder import BatchFolder
from scenarios.compiler.scenario import Compiled
from scenarios.measures.case import DRAW
from scenarios.measures.estimates import MeasureEstimate, estimate_measures
from scenarios.run.play import RESOLVED, check_seed, run_scenario, start_simulation
from scenarios.run.policies import PolicyChoice, build_policies, policy_entries
from scenarios.run.provenance import versions
from simcore.decision_loop import StoppedError, run_decisions
from simcore.errors import InputError, WargameError
from simcore.messages import ContactReportR, ContactReportW
from simcore.params import Params, RuleW
from simcore.recording.files import write_bytes
from simcore.recording.tables import Column
from simcore.state import WorldW
from simcore.types import N_BELLIGERENTS, EndReason

KEPT_RUNS = "runs"
"""Folder of the recorded runs of a batch."""

_CHUNK_BYTES = 256_000_000
_BYTES_PER_UNIT = 1500
_BYTES_PER_REPORT = 8 * len(ContactReportR) + 4 * len(ContactReportW)
_PATIENCE_S = 10.0
"""Time an interrupted batch waits for its policies to decide [s]."""


class BatchInterruptedError(WargameError):
    """The user stopped a batch; finished replications are kept."""

    exit_code = 130


@dataclass(frozen=True)
class BatchResult:
    """The result of a batch."""

    folder: Path
    manifest: dict[str, Any]
    replications: dict[str, np.ndarray]  # the columns of replications.parquet
    estimates: list[MeasureEstimate]
    n_computed: int  # replications computed now; the others existed already
    seconds: float
    unit_steps: int  # of the replications computed now


def batch_columns(compiled: Compiled) -> tuple[Column, ...]:
    """Return the columns of ``replications.parquet``. A measure undefined in a replication is null."""
    return (
        Column("replication", "i64", "1", "replication number"),
        Column("state_hash", "string", "", "digest of the final state"),
        Column("winner", "string", "", "winning side, or draw"),
        Column("reason", "string", "", "reason for the end of the replication (EndReason in lower case)"),
        Column("ticks", "i32", "1", "ticks simulated"),
        Column("unit_steps", "i64", "1", "unit-ticks simulated"),
        *(Column(measure.name, "f64", measure.unit, measure.description, True) for measure in compiled.measures.listed),
    )


def default_threads() -> int:
    """Return the number of cores available to this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_batch(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    *,
    n: int,
    folder: Path,
    seed: int = 1,
    first: int = 0,
    threads: int | None = None,
    force: bool = False,
    keep_runs: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> BatchResult:
    """Compute replications ``first`` to ``first + n - 1`` and merge them with those already in the folder.

    ``on_progress`` is called with (finished, wanted) from the calling thread. Raises ``BatchInterruptedError`` on
    Ctrl-C; a call with the same arguments resumes the batch.
    """
    if n < 1:
        raise InputError(f"-n {n}: below 1; give the number of replications")
    for replication in (first, first + n - 1):
        check_seed(seed, replication, "--first")
    if threads is not None and threads < 1:
        raise InputError(f"--threads {threads}: below 1; give the number of threads")
    identity = {
        "scenario": {"name": compiled.roster.scenario, "title": compiled.roster.title, "hash": compiled.scenario.hash},
        "seed": seed,
        "policies": policy_entries(choices, compiled),
        "versions": versions(),
        "started_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    build_policies(choices, compiled.briefings, seed, [first])  # report their errors before creating a folder
    target = BatchFolder(folder, identity, batch_columns(compiled), force=force)
    try:
        write_bytes(folder / RESOLVED, compiled.scenario.dump_yaml().encode())
        wanted = [k for k in range(first, first + n) if k not in target.done]
        began = time.perf_counter()
        unit_steps = _Work(compiled, choices, seed, target, n).play(wanted, threads or default_threads(), on_progress)
        seconds = time.perf_counter() - began
        _keep_runs(compiled, choices, seed, folder, range(first, first + min(keep_runs, n)))
        replications = target.merge()
        estimates = estimate_measures(compiled.measures.listed, replications)
        manifest = {
            "n_replications": int(replications["replication"].shape[0]),
            "files": {"replications.parquet": int(replications["replication"].shape[0])},
            "sides": list(compiled.roster.sides),
            "neutral_sides": list(compiled.roster.sides[N_BELLIGERENTS:]),
            "n_units": len(compiled.roster.units),
            "dt_s": compiled.roster.dt_s,
            "wall_s": round(float(target.manifest.get("wall_s", 0.0)) + seconds, 3),
            "threads": threads or default_threads(),
            "estimates": [estimate.as_json() for estimate in estimates],
        }
        target.complete(manifest)
        return BatchResult(folder, dict(target.manifest), replications, estimates, len(wanted), seconds, unit_steps)
    finally:
        target.close()


def _keep_runs(
    compiled: Compiled, choices: Sequence[PolicyChoice], seed: int, folder: Path, replications: Sequence[int]
) -> None:
    for k in replications:
        run_folder = folder / KEPT_RUNS / f"replication-{k:06d}"
        if not run_folder.exists():
            run_scenario(compiled, choices, seed=seed, replication=k, folder=run_folder)


def play_replications(
    compiled: Compiled,
    choices: Sequence[PolicyChoice],
    seed: int,
    replications: Sequence[int],
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, np.ndarray]:
    """Play replications as a single simulation on the calling thread and return the columns of their rows."""
    params, roster = compiled.params, compiled.roster
    policies = build_policies(choices, compiled.briefings, seed, replications)
    simulation = start_simulation(compiled, seed, replications)
    run_decisions(
        simulation,
        policies,
        labels=[choice.label for choice in choices],
        group_names=roster.groups,
        decision_ticks=roster.decision_ticks,
        n_ticks=int(params.rules_whole[RuleW.N_TICKS]),
        should_stop=should_stop,
    )
    state = simulation.state
    low, high = (
        state.world[:, WorldW.UNIT_TICKS_LOW].astype(np.int64),
        state.world[:, WorldW.UNIT_TICKS_HIGH].astype(np.int64),
    )
    winners: list[str] = [roster.sides[w] if w >= 0 else DRAW for w in state.world[:, WorldW.WINNER]]
    return {
        "replication": np.asarray(replications, dtype=np.int64),
        "state_hash": np.array(simulation.hash(), dtype=object),
        "winner": np.array(winners, dtype=object),
        "reason": np.array([EndReason(r).name.lower() for r in state.world[:, WorldW.REASON]], dtype=object),
        "ticks": state.world[:, WorldW.TICK].copy(),
        "unit_steps": low + (high << 30),
        **compiled.measures.values(state),
    }


def largest_chunk(params: Params) -> int:
    """Return the most replications a thread may hold at once: their states should stay below about 256 MB."""
    n_units, n_reports = params.units.whole.shape[1], int(params.rules_whole[RuleW.REPORT_ROOM])
    return max(1, min(256, _CHUNK_BYTES // (_BYTES_PER_UNIT * n_units + _BYTES_PER_REPORT * n_reports)))


class _Work:
    """The chunks of a batch, shared by its worker threads."""

    def __init__(
        self, compiled: Compiled, choices: Sequence[PolicyChoice], seed: int, target: BatchFolder, n: int
    ) -> None:
        self._compiled, self._choices, self._seed, self._target, self._n = compiled, choices, seed, target, n
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._finished = 0
        self._unit_steps = 0

    def play(self, wanted: Sequence[int], threads: int, on_progress: Callable[[int, int], None] | None) -> int:
        """Play all wanted replications and return the number of unit-steps."""
        if not wanted:
            return 0
        n_before = self._n - len(wanted)
        planner = ChunkPlanner(wanted, threads, largest_chunk(self._compiled.params))
        with ThreadPoolExecutor(threads, thread_name_prefix="batch") as pool:
            pending: set[Future[None]] = {pool.submit(self._worker, planner) for _ in range(threads)}
            try:
                while pending:
                    if on_progress is not None:
                        on_progress(n_before + self._finished, self._n)
                    done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
            except KeyboardInterrupt:
                self._stop.set()
                _wait_or_leave(pending, self._choices)
                raise BatchInterruptedError(
                    f"{self._target.path}: interrupted with {n_before + self._finished} of {self._n} replications "
                    "finished and kept; run the same command again to resume"
                ) from None
            except BaseException:
                self._stop.set()
                raise
        if on_progress is not None:
            on_progress(self._n, self._n)
        return self._unit_steps

    def _worker(self, planner: ChunkPlanner) -> None:
        while not self._stop.is_set():
            chunk = planner.take()
            if not chunk:
                return
            began = time.perf_counter()
            try:
                values = play_replications(self._compiled, self._choices, self._seed, chunk, self._stop.is_set)
            except StoppedError:
                return
            self._target.write_part(values)
            planner.report(len(chunk), time.perf_counter() - began)
            with self._lock:
                self._finished += len(chunk)
                self._unit_steps += int(values["unit_steps"].sum())


def _wait_or_leave(pending: set[Future[None]], choices: Sequence[PolicyChoice]) -> None:
    """Wait for the threads to reach their next decision; exit if they do not. Finished replications are safe."""
    try:
        if not wait(pending, timeout=_PATIENCE_S / 5.0).not_done:
            return
        names = ", ".join(f"{choice.name} ({choice.side})" for choice in choices)
        sys.stderr.write(
            f"\nchammo: stopping at the next decision of {names}, in {_PATIENCE_S:g} s at the latest; "
            "Ctrl-C again exits at once\n"
        )
        if not wait(pending, timeout=_PATIENCE_S).not_done:
            return
        sys.stderr.write(
            f"chammo: {names}: no decision within {_PATIENCE_S:g} s; exiting. Finished replications are kept\n"
        )
    except KeyboardInterrupt:
        pass
    sys.stderr.flush()
    os._exit(130)
