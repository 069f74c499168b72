"""The folder of a batch or an experiment: results are safe as soon as their part file has its final name.

During the work, finished chunks lie in ``parts/``, each written to a temporary file and renamed. Once complete, they
are merged into ``replications.parquet``, sorted by their keys, and the parts are removed. Reopening the folder finds
every finished replication.
"""

import os
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.batch.replications import REPLICATIONS, read_replications
from simcore.errors import InputError
from simcore.recording.files import check_new_folder, digest, read_json, sync_file, sync_folder, write_error
from simcore.recording.folder_lock import FolderLock
from simcore.recording.manifest import (
    MANIFEST,
    MISSING,
    find_changes,
    is_as_written,
    read_begun_manifest,
    write_manifest,
)
from simcore.recording.run_schema import SCHEMA_VERSION
from simcore.recording.tables import Column, TableWriter

PARTS = "parts"
_REPLACED = ".replaced"
_KEPT = "finished replications are safe; run the same command again to resume"


@contextmanager
def replacing_table(path: Path, columns: Sequence[Column], kept: str = "") -> Generator[TableWriter]:
    """Open a table that replaces another atomically, once it is whole and on disk. ``kept``: as of ``write_error``."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with TableWriter(temporary, columns) as writer:
            yield writer
        sync_file(temporary)
        os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise write_error(path, error, kept) from None


def replace_table(path: Path, columns: Sequence[Column], values: Mapping[str, np.ndarray], kept: str = "") -> None:
    """Replace a table by a single row group; see ``replacing_table``."""
    with replacing_table(path, columns, kept) as table:
        table.write(values)


class BatchFolder:
    """A batch folder open for writing. ``identity`` must be the same for all replications of a folder.

    ``kind`` is the command that writes the folder, and the columns ``keys`` identify a row. ``differences`` returns the
    differences of an earlier manifest from ``identity``, in words. ``done`` holds the keys of the finished rows.
    """

    def __init__(
        self,
        folder: Path,
        identity: Mapping[str, Any],
        columns: Sequence[Column],
        *,
        force: bool = False,
        kind: str = "batch",
        keys: Sequence[str] = ("replication",),
        differences: "Differences | None" = None,
    ) -> None:
        check_new_folder(folder)
        self.path = folder
        self._columns, self._kind, self._keys = tuple(columns), kind, tuple(keys)
        self._replaced = folder.with_name(folder.name + _REPLACED)
        _check(folder, identity, kind, differences or batch_differences, force=force)
        try:
            if force and (folder / MANIFEST).is_file():
                if self._replaced.exists():
                    shutil.rmtree(self._replaced)
                with FolderLock(folder):
                    pass
                os.rename(folder, self._replaced)
            (folder / PARTS).mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(folder)
        except OSError as error:
            raise write_error(folder, error) from None
        try:
            before = read_begun_manifest(folder, kind) if (folder / MANIFEST).is_file() else {}
            self._check_unchanged(before)
            kept = {key: value for key, value in before.items() if key not in ("digests", "files")}
            self.manifest: dict[str, Any] = {
                **identity,
                **kept,
                "schema_version": SCHEMA_VERSION,
                "kind": kind,
                "status": "running",
            }
            write_manifest(folder, self.manifest)
            for stale in (folder / PARTS).glob("*.tmp"):
                stale.unlink()
            self.done = self._find_done()
        except OSError as error:
            self._lock.release()
            raise write_error(folder, error) from None
        except BaseException:
            self._lock.release()
            raise

    def _find_done(self) -> set[tuple[int, ...]]:
        done: set[tuple[int, ...]] = set()
        for path in self._tables():
            values = self._read(path)
            done.update(zip(*(values[key].tolist() for key in self._keys), strict=True))
        return done

    def _check_unchanged(self, manifest: Mapping[str, Any]) -> None:
        """Raise ``InputError`` if a complete folder has been changed."""
        if not is_as_written(manifest):
            raise InputError(
                f"{self.path / MANIFEST}: was changed after the {self._kind} (its digest differs); "
                "restore it from a copy, or give --force to start over"
            )
        changes = [str(change) for change in find_changes(self.path, manifest) if change.problem != MISSING]
        if changes:
            raise InputError(
                f"{'; '.join(changes)}; delete this file and run the same command again: only its replications are "
                "lost, and they will be computed again with the same result"
            )

    def _tables(self) -> list[Path]:
        whole = self.path / REPLICATIONS
        return ([whole] if whole.exists() else []) + sorted((self.path / PARTS).glob("*.parquet"))

    def _read(self, path: Path) -> dict[str, np.ndarray]:
        try:
            return read_replications(path, self._columns, self._keys)
        except InputError as error:
            fault = str(error).partition(": ")[2].partition(";")[0]
            raise InputError(
                f"{path}: {fault}; delete this file and run the same command again: only its replications are lost, "
                "and they will be computed again with the same result"
            ) from None

    def write_part(self, values: Mapping[str, np.ndarray]) -> None:
        """Save finished replications. Thread-safe."""
        ends = (f"{int(values[key].min()):010d}-{int(values[key].max()):010d}" for key in self._keys)
        replace_table(self.path / PARTS / f"{'_'.join(ends)}.parquet", self._columns, values, _KEPT)

    def rows(self) -> dict[str, np.ndarray]:
        """Return all finished rows, sorted by their keys and unique."""
        return self._rows(self._tables())[0]

    def _rows(self, tables: Sequence[Path]) -> tuple[dict[str, np.ndarray], bool]:
        """Return the rows of tables, sorted by their keys and unique, and whether they lay so in the tables."""
        pieces = [self._read(path) for path in tables]
        if not pieces:
            return {c.name: np.zeros(0, dtype=c.dtype) for c in self._columns}, True
        keys = np.stack([np.concatenate([piece[key] for piece in pieces]) for key in self._keys])
        first = np.asarray(np.unique(keys, axis=1, return_index=True)[1], dtype=np.int64)
        # column by column, so that memory holds one copy
        rows = {c.name: np.concatenate([piece.pop(c.name) for piece in pieces])[first] for c in self._columns}
        return rows, first.tolist() == list(range(len(keys[0])))

    def merge(self) -> dict[str, np.ndarray]:
        """Return all finished rows, sorted and unique, and write them to ``replications.parquet``."""
        tables, whole = self._tables(), self.path / REPLICATIONS
        values, is_sorted = self._rows(tables)
        if len(tables) == 1 and is_sorted and tables[0] != whole:
            try:
                os.replace(tables[0], whole)  # the only part is the whole
                sync_folder(self.path)
            except OSError as error:
                raise write_error(whole, error, _KEPT) from None
        elif len(tables) > 1 or (tables and tables[0] != whole):
            replace_table(whole, self._columns, values, _KEPT)
        return values

    def complete(self, manifest: Mapping[str, Any], files: Sequence[str] = ()) -> None:
        """Write the manifest of a complete batch and remove the parts, superfluous after ``merge``.

        ``files`` are further files, whose digests it holds.
        """
        try:
            self.manifest.update(manifest)
            digests = {name: digest(self.path / name) for name in (REPLICATIONS, *files)}
            self.manifest.update(status="complete", digests=digests)
            write_manifest(self.path, self.manifest)
            shutil.rmtree(self.path / PARTS)
            if self._replaced.exists():
                shutil.rmtree(self._replaced)
        except OSError as error:
            raise write_error(self.path, error, _KEPT) from None

    def close(self) -> None:
        """Release the lock on the folder."""
        self._lock.release()


Differences = Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]


def _check(folder: Path, identity: Mapping[str, Any], kind: str, differences: Differences, *, force: bool) -> None:
    """Raise ``InputError`` if ``folder`` contains anything but an earlier part of the same work."""
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
    except OSError as error:
        raise write_error(folder, error) from None
    if not (folder / MANIFEST).is_file():
        raise InputError(f"{folder}: exists and is not a {kind} folder; choose another --out")
    found = read_json(folder / MANIFEST).get("kind")
    if found != kind:
        raise InputError(f"{folder}: contains a {found!s:.100}, not a {kind}; choose another --out")
    if force:
        return
    problems = differences(read_begun_manifest(folder, kind), identity)
    if problems:
        raise InputError(
            f"{folder}: contains another {kind} ({'; '.join(problems)}), which must not be mixed with this {kind}; "
            "choose another --out, or give --force to start over and discard it"
        )


def batch_differences(manifest: Mapping[str, Any], identity: Mapping[str, Any]) -> list[str]:
    """Return the differences of an earlier batch from this one: scenario, seed, policies, versions."""
    old_scenario, scenario = manifest.get("scenario", {}), identity["scenario"]
    problems: list[str] = []
    if old_scenario.get("hash") != scenario["hash"]:
        problems.append(f"scenario {old_scenario.get('name')} {old_scenario.get('hash')}, now {scenario['hash']}")
    if manifest.get("seed") != identity["seed"]:
        problems.append(f"seed {manifest.get('seed')}, now {identity['seed']}")
    if manifest.get("policies") != identity["policies"]:
        problems.append(f"policies {_policies(manifest.get('policies', []))}, now {_policies(identity['policies'])}")
    return problems + version_differences(manifest, identity)


def version_differences(manifest: Mapping[str, Any], identity: Mapping[str, Any]) -> list[str]:
    """Return the differences of the versions that affect results."""
    old: Mapping[str, Any] = manifest.get("versions") or {}
    new: Mapping[str, Any] = identity["versions"]
    changed = [name for name in ("chammo", "engine") if old.get(name) != new[name]]
    return [f"{name} version {old.get(name)}, now {new[name]}" for name in changed]


def _policies(policies: Sequence[Mapping[str, Any]]) -> str:
    texts: list[str] = []
    for policy in policies:
        parameters = ",".join(f"{k}={v}" for k, v in policy["parameters"].items())
        texts.append(f"{policy['side']}={policy['name']}" + (f":{parameters}" if parameters else ""))
    return " ".join(texts)
