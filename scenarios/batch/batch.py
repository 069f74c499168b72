"""A batch: many replications of a scenario on all cores, in chunks, resumable at any moment.

An engine plays chunks of replications, each as a single simulation, and every chunk is saved as a part file.
Replication k is identical, bit for bit, to ``run --replication k``, regardless of engine, threads, chunks and
interruptions.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.again import run_folder
from scenarios.batch.engine import Condition, Engine, LocalEngine, Share
from scenarios.batch.folder import BatchFolder
from scenarios.batch.kept import choose_kept, keeping_measure
from scenarios.batch.playing import OUTCOME_COLUMNS
from scenarios.compiler.compiled import Compiled
from scenarios.measures.estimates import MeasureEstimate, estimate_measures
from scenarios.run.identity import forces, identity, try_policies
from scenarios.run.play import RESOLVED, check_seed, run_scenario
from scenarios.run.policies import PolicyChoice
from simcore.errors import InputError, WargameError
from simcore.recording.files import write_bytes
from simcore.recording.tables import Column


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
        *OUTCOME_COLUMNS,
        *(Column(measure.name, "f64", measure.unit, measure.description, True) for measure in compiled.measures.listed),
    )


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
    keep: Sequence[str] = (),
    keep_by: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    engine: Engine | None = None,
) -> BatchResult:
    """Compute replications ``first`` to ``first + n - 1`` and merge them with those already in the folder.

    The first ``keep_runs`` replications are recorded as run folders in the batch, and so are those of ``keep``, the
    ``median``, ``best`` or ``worst`` by the measure ``keep_by`` (default: the score of the first side).

    ``on_progress`` is called with (finished, wanted) from the calling thread. Without ``engine``, the batch runs on
    ``threads`` threads of this process (default: one per core). Raises ``BatchInterruptedError`` on
    Ctrl-C; a call with the same arguments resumes the batch.
    """
    if n < 1:
        raise InputError(f"-n {n}: below 1; give the number of replications")
    for replication in (first, first + n - 1):
        check_seed(seed, replication, "--first")
    if threads is not None and threads < 1:
        raise InputError(f"--threads {threads}: below 1; give the number of threads")
    measure = keeping_measure(compiled.measures.listed, compiled.roster.sides[0], keep_by) if keep else None
    about = identity(compiled, choices, seed)
    try_policies(choices, compiled, seed, first)
    target = BatchFolder(folder, about, batch_columns(compiled), force=force)
    try:
        write_bytes(folder / RESOLVED, compiled.scenario.dump_yaml().encode())
        wanted = [k for k in range(first, first + n) if (k,) not in target.done]
        engine = engine or LocalEngine(threads)
        began = time.perf_counter()
        unit_steps = _play(engine, Condition(compiled, choices), seed, target, wanted, n, on_progress)
        seconds = time.perf_counter() - began
        replications = target.merge()
        kept = choose_kept(replications, measure, keep) if measure is not None else []
        wanted_runs = [*range(first, first + min(keep_runs, n)), *(one.replication for one in kept)]
        _keep_runs(compiled, choices, seed, folder, wanted_runs)
        estimates = estimate_measures(compiled.measures.listed, replications)
        manifest = {
            "n_replications": int(replications["replication"].shape[0]),
            "files": {"replications.parquet": int(replications["replication"].shape[0])},
            **forces(compiled),
            "wall_s": round(float(target.manifest.get("wall_s", 0.0)) + seconds, 3),
            "threads": engine.threads,
            "estimates": [estimate.as_json() for estimate in estimates],
            "kept": [
                {**asdict(one), "folder": run_folder(folder, one.replication).relative_to(folder).as_posix()}
                for one in kept
            ],
        }
        target.complete(manifest)
        return BatchResult(folder, dict(target.manifest), replications, estimates, len(wanted), seconds, unit_steps)
    finally:
        target.close()


def _keep_runs(
    compiled: Compiled, choices: Sequence[PolicyChoice], seed: int, folder: Path, replications: Sequence[int]
) -> None:
    for k in replications:
        place = run_folder(folder, k)
        if not place.exists():
            run_scenario(compiled, choices, seed=seed, replication=k, folder=place)


def _play(
    engine: Engine,
    condition: Condition,
    seed: int,
    target: BatchFolder,
    wanted: Sequence[int],
    n: int,
    on_progress: Callable[[int, int], None] | None,
) -> int:
    """Play the wanted replications of a batch of ``n`` and return the number of unit-steps."""
    n_before, finished, unit_steps = n - len(wanted), 0, 0
    lock = threading.Lock()

    def save(_: int, values: Mapping[str, np.ndarray]) -> None:
        nonlocal finished, unit_steps
        target.write_part(values)
        with lock:
            finished += values["replication"].shape[0]
            unit_steps += int(values["unit_steps"].sum())

    def report(done: int) -> None:
        if on_progress is not None:
            on_progress(n_before + done, n)

    try:
        engine.play([Share(0, wanted)], lambda _: condition, seed, save, report)
    except KeyboardInterrupt:
        raise BatchInterruptedError(
            f"{target.path}: interrupted with {n_before + finished} of {n} replications "
            "finished and kept; run the same command again to resume"
        ) from None
    return unit_steps
