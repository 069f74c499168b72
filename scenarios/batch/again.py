"""A replication of a batch or an experiment, played again and compared with its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.conditions_table import CONDITIONS, read_condition
from scenarios.batch.engine import Condition
from scenarios.batch.replications import REPLICATIONS, read_replications
from scenarios.compiler.scenario import compile_scenario
from scenarios.format.document import check_data
from scenarios.format.names import advice
from scenarios.format.resolve import resolve
from scenarios.measures.case import DRAW
from scenarios.run.play import RunResult
from scenarios.run.play_again import changed_versions, load_resolved
from scenarios.run.policies import choices_of_entries
from simcore.errors import InputError, ScenarioError
from simcore.recording.files import read_json
from simcore.recording.manifest import MANIFEST, check_files, read_manifest

KINDS = {
    "batch": "chammo batch",
    "compare": "chammo compare",
    "sweep": "chammo sweep",
    "curve": "chammo medical curve",
}
"""Kinds of folders that hold replications, and the commands that write them."""
KEPT_RUNS = "runs"
"""Folder of the recorded runs of a batch."""


@dataclass(frozen=True)
class Origin:
    """A replication in a folder: how to play it, and the row that it left."""

    folder: Path
    condition: Condition
    seed: int
    replication: int
    point: int | None  # of an experiment
    row: Mapping[str, Any]
    changed_versions: tuple[str, ...]  # since then, each as "name was -> is"

    @property
    def run_folder(self) -> Path:
        """The place of its recording beside the table."""
        return run_folder(self.folder, self.replication, self.point)

    def differences(self, result: RunResult) -> list[str]:
        """Return the differences of a run from the row, each as ``name: in the row, now``."""
        now = {
            "state_hash": result.manifest["state_hash"],
            "winner": result.outcome.winner or DRAW,
            "reason": result.manifest["reason"],
            "ticks": result.manifest["n_ticks"],
            **result.measures,
        }
        return [
            f"{name}: {self.row[name]}, now {value}"
            for name, value in now.items()
            if name in self.row and not _is_same(self.row[name], value)
        ]


def run_folder(folder: Path, replication: int, point: int | None = None) -> Path:
    """Return the place of a recorded replication in the folder of a batch or an experiment."""
    name = f"replication-{replication:06d}"
    return folder / KEPT_RUNS / (name if point is None else f"point-{point:03d}-{name}")


def find_replication(folder: Path, replication: int, point: str | None = None) -> Origin:
    """Return a replication of a folder. ``point`` is the name or number of a variant or point of an experiment.

    Raises
    ------
    InputError
        If the folder is incomplete or was changed, if it lacks the replication, and for an unknown point.
    """
    kind = experiment_kind(folder)
    manifest = read_manifest(folder, kind, ("seed", "scenario", "policies"))
    check_files(folder, manifest)
    rows = read_replications(
        folder / REPLICATIONS, keys=("replication",) if kind == "batch" else ("point", "replication")
    )
    is_row = rows["replication"] == replication
    number = None
    if kind == "batch":
        if point is not None:
            raise InputError(f"--point {point}: {folder} is a batch and has one scenario; leave it out")
    else:
        number = _find_point(folder, rows, point)
        is_row &= rows["point"] == number
    found = np.flatnonzero(is_row)
    if not found.size:
        has = rows["replication"] if number is None else rows["replication"][rows["point"] == number]
        raise InputError(f"--replication {replication}: not in {folder}; it has {int(has.min())} to {int(has.max())}")
    row = {name: column[found[0]] for name, column in rows.items()}
    condition = _of_batch(folder, manifest) if number is None else _of_point(folder, number, int(row["noise"]))
    changed = tuple(f"{name} {text}" for name, text in changed_versions(manifest).items())
    return Origin(folder, condition, int(manifest["seed"]), replication, number, row, changed)


def experiment_kind(folder: Path, kinds: Sequence[str] = tuple(KINDS)) -> str:
    """Return the kind of a folder, of ``kinds``. Raises ``InputError`` for any other folder."""
    kind = read_json(folder / MANIFEST).get("kind") if (folder / MANIFEST).is_file() else None
    if kind not in kinds:
        *others, last = (f"`{KINDS[name]}`" for name in kinds)
        holds = "holds no replications" if kind is None else f"holds a {kind!s:.100}"
        alone = "" if kind != "run" else f"; `chammo run --verify {folder}` plays a run again"
        raise InputError(f"{folder}: {holds}; give a folder written by {', '.join(others)} or {last}{alone}")
    return str(kind)


def _find_point(folder: Path, rows: Mapping[str, np.ndarray], point: str | None) -> int:
    names = {int(number): str(name) for number, name in zip(rows["point"], rows["variant"], strict=True)}
    if point is None:
        raise InputError(f"{folder}: has several points; add --point NAME: {', '.join(list(names.values())[:12])}")
    if point.isdecimal() and int(point) in names:
        return int(point)
    by_name = {name: number for number, name in names.items()}
    if point not in by_name:
        raise InputError(f"--point {point}: not in {folder}; {advice(point, set(by_name))}")
    return by_name[point]


def _of_batch(folder: Path, manifest: Mapping[str, Any]) -> Condition:
    return Condition(load_resolved(folder, manifest), choices_of_entries(manifest["policies"]))


def _of_point(folder: Path, point: int, state: int) -> Condition:
    described = read_condition(folder, (point, state))
    if described is None:
        raise InputError(
            f"{folder / CONDITIONS}: lacks point {point}; run the same command again to complete the folder"
        )
    where = f"{folder / CONDITIONS}: point {point}"
    try:
        scenario = resolve(check_data(described.document, where, lambda path: 0))
    except ScenarioError as error:
        raise InputError(f"{where}: no longer a valid scenario:\n{error}") from None
    if scenario.hash != described.hash:
        raise InputError(f"{where}: hash {scenario.hash}, recorded {described.hash}; this version of Chammo differs")
    return Condition(compile_scenario(scenario), choices_of_entries(described.entries))


def _is_same(stored: Any, now: Any) -> bool:
    if isinstance(now, float):
        return float(stored) == now or (np.isnan(float(stored)) and np.isnan(now))
    return stored == now
