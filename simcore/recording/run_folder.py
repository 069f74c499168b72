"""A run folder appears whole or not at all: written as ``<name>.partial``, renamed when complete.

This module writes; the checks for readers are in ``manifest`` and ``tables``.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from simcore.errors import InputError, WargameError
from simcore.recording.files import check_new_folder, digest, read_json, sync_file, sync_folder, write_error
from simcore.recording.folder_lock import FolderLock
from simcore.recording.manifest import MANIFEST, write_manifest
from simcore.recording.run_schema import SCHEMA_VERSION

PARTIAL = ".partial"
_REPLACED = ".replaced"


class RunFolder:
    """A run folder being written. Write files below ``path``; ``commit`` publishes the folder under its name.

    Until then its manifest also has ``begun``: the entries that a reader of the unfinished folder needs.

    As a context manager, it marks the manifest as failed when the body raises and keeps the files written so far in
    ``<name>.partial`` for inspection. The next run to the same folder removes them.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Mapping[str, object],
        *,
        force: bool = False,
        begun: Mapping[str, object] | None = None,
    ) -> None:
        check_free(folder, force=force)
        self.final = folder
        self.path = folder.with_name(folder.name + PARTIAL)
        self._manifest = {"schema_version": SCHEMA_VERSION, "kind": "run", "status": "running", **manifest}
        self._begun = {**self._manifest, **(begun or {})}
        self._force = force
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(exist_ok=True)
            self._lock = FolderLock(self.path)
        except OSError as error:
            raise write_error(folder, error) from None
        try:
            _clear(self.path)
            write_manifest(self.path, self._begun)
        except OSError as error:
            self._lock.release()
            raise write_error(folder, error) from None

    def commit(self, manifest: Mapping[str, object], rows: Mapping[str, int]) -> None:
        """Write the manifest, complete with digests, and publish the folder. ``rows``: number per table file."""
        try:
            names = sorted(p.name for p in self.path.iterdir() if p.name not in (MANIFEST, ".lock"))
            for name in names:
                sync_file(self.path / name)
            digests = {name: digest(self.path / name) for name in names}
            complete = {**self._manifest, **manifest, "status": "complete", "files": dict(rows), "digests": digests}
            write_manifest(self.path, complete)
            self._lock.release()
            self._publish()
        except OSError as error:
            raise write_error(self.final, error, f"the files written so far are in {self.path}") from None

    def _publish(self) -> None:
        check_free(self.final, force=self._force)
        old = self.final.with_name(self.final.name + _REPLACED)
        if self.final.exists():
            if old.exists():
                shutil.rmtree(old)
            os.rename(self.final, old)
        os.rename(self.path, self.final)
        sync_folder(self.final.parent)
        if old.exists():
            shutil.rmtree(old)

    def fail(self, error: BaseException) -> None:
        """Write the reason of the failure into the manifest, if the disk allows it."""
        with suppress(OSError):
            write_manifest(self.path, {**self._begun, "status": "failed", "error": str(error) or type(error).__name__})
        self._lock.release()

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            self.fail(error)
        if isinstance(error, OSError) and not isinstance(error, WargameError):
            raise write_error(self.path, error, "the unfinished run is kept there") from None


def check_free(folder: Path, *, force: bool) -> None:
    """Raise ``InputError`` unless a run may be written to ``folder``; with ``force``, also over another run."""
    check_new_folder(folder)
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
    except OSError as error:
        raise write_error(folder, error) from None
    if not force:
        raise InputError(f"{folder}: exists already; choose another --out, or give --force to replace it")
    if not (folder / MANIFEST).is_file() or read_json(folder / MANIFEST).get("kind") != "run":
        raise InputError(f"{folder}: not a run folder, so --force does not replace it; choose another --out")


def _clear(folder: Path) -> None:
    """Empty an unfinished folder. This process holds its lock, so the process that wrote it has ended."""
    for path in folder.iterdir():
        if path.name == ".lock":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
