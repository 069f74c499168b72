"""The folder of a question: its file, the stages, the alternatives chosen on the way, and the answer."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.folder import replace_table, version_differences
from scenarios.run.provenance import versions
from simcore.errors import InputError
from simcore.recording.files import check_new_folder, digest, read_json, write_bytes, write_error, write_json
from simcore.recording.folder_lock import FolderLock
from simcore.recording.manifest import MANIFEST, write_manifest
from simcore.recording.run_schema import SCHEMA_VERSION
from simcore.recording.tables import Column
from staff_ai.procurement.fresh import Fresh
from staff_ai.procurement.pipeline import Decision
from staff_ai.procurement.question import Choice, Question

KIND = "procure"
QUESTION = "question.yaml"
CHOSEN = "chosen.json"
ANSWER = "answer.json"
FINALISTS = "finalists.parquet"


class ProcurementFolder:
    """An answer in progress. Use as a context manager: it locks its folder. A repeated command goes on in it."""

    def __init__(self, folder: Path, question: Question, *, force: bool = False) -> None:
        check_new_folder(folder)
        self.path, self._question = folder, question
        _check(folder, question, force=force)
        try:
            if force and folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(folder)
        except OSError as error:
            raise write_error(folder, error) from None
        self._manifest: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "status": "running",
            "seed": question.seed,
            "runs": question.runs,
            "question": question.name,
            "versions": versions(),
            "started_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_manifest(folder, self._manifest)
        write_bytes(folder / QUESTION, question.file_text.encode())
        self._chosen: dict[str, list[list[int]]] = {}
        if (folder / CHOSEN).is_file():
            self._chosen = read_json(folder / CHOSEN)

    def once(self, name: str, choose: Callable[[], list[Choice]]) -> list[Choice]:
        """Return the alternatives chosen under a name; chosen the first time, and kept."""
        if name not in self._chosen:
            self._chosen[name] = [list(choice) for choice in choose()]
            write_json(self.path / CHOSEN, self._chosen)
        return [tuple(choice) for choice in self._chosen[name]]

    def complete(self, decision: Decision, answer: dict[str, Any], about: dict[str, Any]) -> None:
        """Write the answer, the table of the finalists and the manifest."""
        write_json(self.path / ANSWER, answer)
        write_finalists(self.path / FINALISTS, decision)
        files = (ANSWER, FINALISTS, QUESTION)
        self._manifest |= {
            "status": "complete",
            **about,
            "digests": {name: digest(self.path / name) for name in files},
        }
        write_manifest(self.path, self._manifest)

    def __enter__(self) -> "ProcurementFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _check(folder: Path, question: Question, *, force: bool) -> None:
    """Raise ``InputError`` if the folder contains anything but an earlier part of the same question."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MANIFEST).is_file():
        raise InputError(f"{folder}: exists and is not the folder of a question; choose another -o")
    found = read_json(folder / MANIFEST)
    if found.get("kind") != KIND:
        raise InputError(f"{folder}: contains a {found.get('kind')!s:.40}, not an answer; choose another -o")
    if force:
        return
    problems: list[str] = []
    if (folder / QUESTION).is_file() and (folder / QUESTION).read_bytes() != question.file_text.encode():
        problems.append("another question")
    now = {"seed": question.seed, "runs": question.runs}
    problems += [f"{key} {found.get(key)}, now {value}" for key, value in now.items() if found.get(key) != value]
    problems += version_differences(found, {"versions": versions()})
    if problems:
        raise InputError(
            f"{folder}: contains {'; '.join(problems)}, which must not be mixed with this; choose another -o, or give "
            "--force to start over and discard it"
        )


def write_finalists(path: Path, decision: Decision) -> None:
    """Write a row for every finalist, option of the enemy, future and goal means: the data behind the answer."""
    question, fresh = decision.question, decision.fresh
    n_finalists, n_options, n_futures = len(fresh.choices), len(fresh.options), len(fresh.futures)
    shape = (n_finalists, n_options, n_futures)
    number, option, future = (index.reshape(-1) for index in np.indices(shape))
    columns = [
        Column("finalist", "string", "", "name of the finalist"),
        Column("option", "string", "", "choice of the enemy"),
        Column("future", "i64", "1", "number of the future"),
        Column("cost", "f64", "1", f"likely cost [{question.unit}]"),
    ]
    values: dict[str, np.ndarray] = {
        "finalist": np.array([decision.names[k] for k in number], dtype=object),
        "option": np.array([fresh.options[k].name for k in option], dtype=object),
        "future": future.astype(np.int64),
        "cost": fresh.costs[number, 1],
    }
    taken = {column.name for column in columns}
    for lever in question.levers:
        cells = [question.cells(choice)[lever.name] for choice in fresh.choices]
        _add(columns, values, taken, lever.name, [cells[k] for k in number], "lever")
    for one in question.uncertainties:
        rows = [{**fresh.futures[f], **fresh.options[o].cells}[one.name] for o, f in zip(option, future, strict=True)]
        _add(columns, values, taken, one.name, rows, "uncertainty")
    for goal in question.goals:
        rows_of = fresh.by_future(goal.name).reshape(-1)
        _add(columns, values, taken, goal.name, rows_of.tolist(), "mean of the replications")
    replace_table(path, columns, values)


def _add(
    columns: list[Column], values: dict[str, np.ndarray], taken: set[str], name: str, cells: list[Any], about: str
) -> None:
    name = name if name not in taken else f"{name} ({about})"
    taken.add(name)
    is_number = all(isinstance(value, float) for value in cells)
    columns.append(
        Column(name, "f64" if is_number else "string", "1" if is_number else "", f"{about} {name}", is_number)
    )
    values[name] = np.array(cells, dtype=np.float64 if is_number else object)


def kept_rows(fresh: Fresh, finalist: int) -> list[tuple[str, int, int, float]]:
    """Return the runs of a finalist worth watching by its effect: (role, option, replication, value)."""
    sign = fresh.question.effect.sign
    values = fresh.values[fresh.question.effect.name][finalist]
    order = np.argsort(sign * values.reshape(-1), kind="stable")
    picks = (("median", order[(order.size - 1) // 2]), ("best", order[-1]), ("worst", order[0]))
    found: list[tuple[str, int, int, float]] = []
    for role, index in picks:
        option, replication = divmod(int(index), values.shape[1])
        found.append((role, option, replication, float(values[option, replication])))
    return found
