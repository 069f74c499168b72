"""A session plays the points of an experiment, in a folder that survives a kill or in memory.

Points may have different numbers of replications, and more can be asked for at any time. The rows of a point are
always those of its replications 0 to n - 1, so points share the draws of the replications they have in common.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.batch import BatchInterruptedError
from scenarios.batch.conditions_table import CONDITIONS, Descriptions, describe
from scenarios.batch.engine import Condition, Engine, LocalEngine, Share
from scenarios.batch.folder import BatchFolder, version_differences
from scenarios.batch.playing import OUTCOME_COLUMNS
from scenarios.experiments.conditions import Conditions
from scenarios.experiments.points import factor_columns
from scenarios.run.identity import forces, identity
from scenarios.run.play import RESOLVED, check_seed
from simcore.errors import InputError
from simcore.recording.files import write_bytes
from simcore.recording.tables import Column
from simcore.types import F64

KEYS = ("point", "replication")
Rows = dict[str, np.ndarray]


class Session:
    """An experiment in progress. Use as a context manager: it locks its folder.

    ``kind`` is the command. ``on_progress`` is called with the numbers of finished and wanted replications.
    """

    def __init__(
        self,
        conditions: Conditions,
        *,
        kind: str = "compare",
        folder: Path | None = None,
        force: bool = False,
        engine: Engine | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        check_seed(conditions.seed, 0)
        self.conditions, self._engine, self._on_progress = conditions, engine or LocalEngine(), on_progress
        self.columns = self._columns()
        self.n_computed = 0
        self._parts: list[list[Rows]] = [[] for _ in conditions.points]
        self._joined: dict[int, Rows] = {}
        self._lock = threading.Lock()
        self._target: BatchFolder | None = None
        self._described = Descriptions()
        if folder is not None:
            self._open(folder, kind, force)

    def _open(self, folder: Path, kind: str, force: bool) -> None:
        compiled, choices = self.conditions.baseline.compiled, self.conditions.baseline.choices
        about = identity(compiled, choices, self.conditions.seed, points=self.conditions.describe())
        self._target = BatchFolder(
            folder, about, self.columns, force=force, kind=kind, keys=KEYS, differences=_differences
        )
        write_bytes(folder / RESOLVED, compiled.scenario.dump_yaml().encode())
        self._described.add_written(folder)
        rows = self._target.rows()
        for point in range(len(self.conditions.points)):
            mine = rows["point"] == point
            if mine.any():
                self._parts[point].append({name: column[mine] for name, column in rows.items()})

    def _columns(self) -> tuple[Column, ...]:
        taken = [c.name for c in OUTCOME_COLUMNS] + list(self.conditions.measures) + ["point", "variant", "noise"]
        decided = factor_columns(self.conditions.points)
        noise = factor_columns_of_noise(self.conditions)
        for column in (*decided, *noise):
            if column.name in taken:
                raise InputError(f"factor {column.name}: the name is that of a column of results; choose another name")
        return (
            Column("point", "i64", "1", "number of the point or variant; 0 is the baseline of a comparison"),
            Column("variant", "string", "", "name of the point or variant"),
            *decided,
            Column("noise", "i64", "1", "number of the state of the noise factors"),
            *noise,
            *OUTCOME_COLUMNS,
            *(Column(m.name, "f64", m.unit, m.description, True) for m in self.conditions.measures.values()),
        )

    @property
    def folder(self) -> Path | None:
        """The folder of the results."""
        return self._target.path if self._target is not None else None

    def count(self, point: int) -> int:
        """Return the number of replications of a point, from 0 without gaps."""
        numbers = self._rows(point)["replication"]
        gaps = np.flatnonzero(numbers != np.arange(numbers.size))
        return int(gaps[0]) if gaps.size else int(numbers.size)

    def play(self, wanted: Sequence[int]) -> None:
        """Play replications 0 to ``wanted[point]`` - 1 of every point, without those already finished.

        Raises ``BatchInterruptedError`` on Ctrl-C.
        """
        states = len(self.conditions.noise)
        shares: list[Share] = []
        for point, n in enumerate(wanted):
            done = set(self._rows(point)["replication"].tolist())
            for state, condition in enumerate(self.conditions.numbers(point)):
                missing = [k for k in range(state, n, states) if k not in done]
                shares.append(Share(condition, missing))
        n_left = sum(len(share.replications) for share in shares)
        total = sum(wanted)

        def report(done: int) -> None:
            if self._on_progress is not None:
                self._on_progress(total - n_left + done, total)

        before = self.n_computed
        try:
            self._engine.play(shares, self._condition, self.conditions.seed, self._save, report)
        except KeyboardInterrupt:
            kept = f"{self.folder}: " if self.folder else ""
            again = "finished and kept; run the same command again to resume" if self.folder else "finished"
            done = total - n_left + self.n_computed - before
            raise BatchInterruptedError(f"{kept}interrupted with {done} of {total} replications {again}") from None

    def _condition(self, number: int) -> Condition:
        """Return a condition, and keep its text for the folder."""
        condition, key = self.conditions.condition(number), divmod(number, len(self.conditions.noise))
        if self._target is not None and key not in self._described:
            self._described.add(key, describe(condition))
        return condition

    def _save(self, number: int, values: Mapping[str, np.ndarray]) -> None:
        point, state = divmod(number, len(self.conditions.noise))
        n = values["replication"].shape[0]
        factors = {**self.conditions.points[point].factors, **self.conditions.noise[state].factors}
        known: dict[str, Any] = {
            "point": point,
            "noise": state,
            "variant": self.conditions.points[point].name,
            **factors,
        }
        rows: Rows = {}
        for column in self.columns:
            if column.name in values:
                rows[column.name] = values[column.name]
            else:  # a measure that exists for other points alone is undefined here
                rows[column.name] = np.full(n, known.get(column.name, np.nan), dtype=column.dtype)
        if self._target is not None:
            self._target.write_part(rows)
        with self._lock:
            self._parts[point].append(rows)
            self._joined.pop(point, None)
            self.n_computed += n

    def _rows(self, point: int) -> Rows:
        """Return the rows of a point in the order of the replications; none before the first."""
        if not self._parts[point]:
            return {c.name: np.zeros(0, dtype=c.dtype) for c in self.columns}
        if point not in self._joined:
            parts = self._parts[point]
            joined = {c.name: np.concatenate([part[c.name] for part in parts]) for c in self.columns}
            order = np.argsort(joined["replication"], kind="stable")
            self._joined[point] = {name: column[order] for name, column in joined.items()}
            self._parts[point] = [self._joined[point]]
        return self._joined[point]

    def values(self, point: int, measure: str, n: int | None = None) -> F64:
        """Return a measure of a point by replication, (count,); nan where undefined. ``n`` takes the first n alone."""
        return np.asarray(self._rows(point)[measure][: self.count(point) if n is None else n], dtype=np.float64)

    def noise_of(self, n: int) -> np.ndarray:
        """Return the state of the noise by replication, (n,)."""
        return np.arange(n) % len(self.conditions.noise)

    def frame(self) -> Rows:
        """Return the columns of all rows, by point and replication."""
        rows = [self._rows(point) for point in range(len(self.conditions.points))]
        return {c.name: np.concatenate([part[c.name] for part in rows]) for c in self.columns}

    def complete(self, report: Mapping[str, Any]) -> None:
        """Merge the parts into ``replications.parquet`` and write the manifest, with ``report`` in it."""
        if self._target is None:
            return
        for number in range(len(self.conditions)):
            if divmod(number, len(self.conditions.noise)) not in self._described:
                self._condition(number)  # finished before an interruption
        self._described.write(self._target.path)
        rows = self._target.merge()
        n = int(rows["replication"].shape[0])
        self._target.complete(
            {
                "n_replications": n,
                "files": {"replications.parquet": n},
                **forces(self.conditions.baseline.compiled),
                "threads": self._engine.threads,
                **report,
            },
            [CONDITIONS],
        )

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._described.close()
        if self._target is not None:
            self._target.close()


def factor_columns_of_noise(conditions: Conditions) -> tuple[Column, ...]:
    """Return the columns of the noise factors."""
    return factor_columns(conditions.noise, "noise factor")


def _differences(manifest: Mapping[str, Any], identity: Mapping[str, Any]) -> list[str]:
    """Return the differences of an earlier experiment from this one."""
    problems: list[str] = []
    if manifest.get("seed") != identity["seed"]:
        problems.append(f"seed {manifest.get('seed')}, now {identity['seed']}")
    old: list[Any] = list(manifest.get("points") or [])
    new: list[Any] = identity["points"]
    if len(old) != len(new):
        problems.append(f"{len(old)} points, now {len(new)}")
    elif old != new:
        changed = [b.get("name") for a, b in zip(old, new, strict=True) if a != b]
        problems.append(f"another {changed[0]}" + (f" and {len(changed) - 1} more points" if len(changed) > 1 else ""))
    return problems + version_differences(manifest, identity)
