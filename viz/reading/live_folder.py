"""A run that is still being written, mirrored as a whole run folder that grows.

A run is written as ``<name>.partial`` and gets its name when it is complete. The mirror lies in a temporary folder and
holds all frames written so far, whole in every table, with a manifest as of a complete run.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from simcore.errors import InputError, WargameError
from simcore.recording.files import read_json
from simcore.recording.folder_lock import is_locked
from simcore.recording.growing_table import GrowingTable
from simcore.recording.manifest import MANIFEST, RUN_KEYS, read_begun_manifest, write_manifest
from simcore.recording.run_folder import PARTIAL
from simcore.recording.run_schema import MEDICAL_TABLES, READINESS, SUSTAINMENT_TABLES, TABLES, TRACE
from simcore.recording.table_reader import TableReader

LEADING = "trace.parquet"
"""The table that is written last of those of a frame."""
_ALONGSIDE = ("contacts.parquet", "events.parquet", "orders.parquet", "series.parquet", "objectives.parquet")
_SOMETIMES = ("logistics.parquet", "stocks.parquet")
_AT_THE_END = ("measures.json", "mines.parquet", "components.parquet", *MEDICAL_TABLES)
"""Files of a complete run. Casualties are followed from the end only: which of them a side knows needs all of them."""
_QUIET_S = 2.0
"""Without growth for so long, the lock tells whether anyone still writes."""
_WAIT_S = 0.2


class Progress(Enum):
    """How far a run is."""

    LIVE = "live"
    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"  # the process was killed


class LiveFolder:
    """The mirror of an unfinished run. Thread-safe.

    Parameters
    ----------
    partial : Path
        The folder in which the run is written.
    """

    def __init__(self, partial: Path) -> None:
        self.partial = partial
        self.final = partial.with_name(partial.name.removesuffix(PARTIAL))
        home = Path(tempfile.mkdtemp(prefix="chammo-live-"))
        self._remove = weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)
        self.path = home / self.final.name
        self.path.mkdir()
        self.progress = Progress.LIVE
        self.error = ""
        self.n_frames = 0
        self.time_s = 0.0
        """Time of the last frame."""
        self._tables: dict[str, GrowingTable] = {}
        self._kept: dict[str, int] = {}
        self._manifest: dict[str, Any] = {}
        self._started: Any = None
        self._grown_s = time.monotonic()
        self._lock = threading.Lock()

    @staticmethod
    def find(folder: Path) -> LiveFolder | None:
        """Return the mirror for a folder named by the user; None if it is no unfinished run."""
        partial = folder if folder.name.endswith(PARTIAL) else folder.with_name(folder.name + PARTIAL)
        if (partial != folder and folder.exists()) or not (partial / MANIFEST).is_file():
            return None
        return LiveFolder(partial)

    def update(self) -> bool:
        """Take over the frames written since; return whether there are any, or the run has ended."""
        with self._lock:
            if self.progress is not Progress.LIVE:
                return False
            ended, has_grown = self._ending(), False
            if ended is not Progress.COMPLETE and not self._is_replaced():
                try:
                    has_grown = self._grow()
                except FileNotFoundError:  # the folder has just got its name
                    ended = self._ending()
            if ended is not None:
                self.progress = ended
                self._save_reviews()
            return has_grown or ended is not None

    def wait(self, tell: Callable[[str], object]) -> None:
        """Return when there is a frame, or the run has ended. ``tell`` is called with a line when it takes time."""
        is_told = False
        while self.progress is Progress.LIVE and not self.n_frames:
            self.update()
            if self.n_frames or self.progress is not Progress.LIVE:
                return
            if not is_told:
                tell(f"Waiting for the first frames of {self.partial} (stop with Ctrl+C)")
                is_told = True
            time.sleep(_WAIT_S)

    @property
    def review_folder(self) -> Path:
        """Folder of the marks: until the run has ended the mirror, since the run's own folder must not change."""
        if self.progress is Progress.LIVE:
            return self.path
        return self.final if self.progress is Progress.COMPLETE else self.partial

    def close(self) -> Path | None:
        """Remove the mirror. Return the folder to which marks on a run that goes on were saved, None without any."""
        saved = None
        if self.progress is Progress.LIVE and self._reviews():
            saved = self.final.with_name(self.final.name + ".review")
            saved.mkdir(exist_ok=True)
            self._save_reviews(saved)
        self._remove()
        return saved

    def _grow(self) -> bool:
        if not self._tables and not self._begin():
            return False
        leading = self._tables[LEADING]
        n_groups = leading.find()
        if n_groups == self._kept.get(LEADING, 0):
            return False
        n_units = self._manifest["n_units"]
        n_frames, extra = divmod(sum(leading.group_rows), n_units)
        if extra:
            raise InputError(f"{self.partial / LEADING}: holds a part of a frame; write the run again")
        self._keep(LEADING, n_groups)
        with TableReader(self.path / LEADING, TRACE, ["time_s"]) as table:
            self.time_s = float(table.read(["time_s"], n_groups - 1)["time_s"][-1])
        for name in self._tables:
            if name != LEADING:
                self._keep_until(name, self.time_s)
        self.n_frames = n_frames
        write_manifest(self.path, {**self._manifest, "n_frames": n_frames, "duration_s": self.time_s})
        self._grown_s = time.monotonic()
        return True

    def _begin(self) -> bool:
        """Copy the constant files, once the growing tables are there."""
        if not all((self.partial / name).is_file() for name in (LEADING, *_ALONGSIDE)):
            return False
        manifest = read_begun_manifest(self.partial, "run")
        missing = [key for key in RUN_KEYS if key not in manifest and key != "n_frames"]
        if missing:
            raise InputError(
                f"{self.partial}: written by a Chammo whose runs cannot be followed; open it when it has ended"
            )
        growing = [name for name in (*_ALONGSIDE, *_SOMETIMES) if (self.partial / name).is_file()]
        columns = {**TABLES, **SUSTAINMENT_TABLES}
        if manifest.get("records_readiness") is True:
            columns[LEADING] = (*TRACE, READINESS)
        for path in sorted(self.partial.iterdir()):
            is_constant = path.name not in (LEADING, *growing, *_AT_THE_END, MANIFEST)
            if is_constant and path.is_file() and not path.is_symlink() and not path.name.startswith((".", "review")):
                shutil.copyfile(path, self.path / path.name)
        self._started = manifest.get("started_utc")
        self._manifest = {key: value for key, value in manifest.items() if key not in ("error", "manifest_digest")}
        self._manifest |= {"status": "complete", "is_unfinished": True}
        self._tables = {
            name: GrowingTable(self.partial / name, self.path / name, columns[name]) for name in (LEADING, *growing)
        }
        return True

    def _keep(self, name: str, n_groups: int) -> None:
        self._tables[name].write(n_groups)
        self._kept[name] = n_groups

    def _keep_until(self, name: str, time_s: float) -> None:
        """Keep the row groups of a table up to a time: the writer may be ahead of the trace."""
        table, kept = self._tables[name], self._kept.get(name, 0)
        n_found = n_groups = table.find()
        if n_groups == kept and name in self._kept:
            return
        self._keep(name, n_found)
        with TableReader(self.path / name, None, ["time_s"]) as reader:
            while n_groups > kept:
                times = reader.read(["time_s"], n_groups - 1)["time_s"]
                if len(times) and np.max(times) <= time_s:
                    break
                n_groups -= 1
        if n_groups != n_found:
            self._keep(name, n_groups)

    def _ending(self) -> Progress | None:
        """Return how the run has ended, None while it is being written."""
        status = self._read("status")
        if status is None:
            return Progress.COMPLETE if (self.final / MANIFEST).is_file() else Progress.STOPPED
        if status == "failed":
            self.error = str(self._read("error") or "")[:500]
            return Progress.FAILED
        if status == "complete":  # it gets its name in a moment
            return None
        if self._is_replaced():
            return Progress.STOPPED
        is_quiet = time.monotonic() - self._grown_s > _QUIET_S
        return Progress.STOPPED if is_quiet and not is_locked(self.partial) else None

    def _is_replaced(self) -> bool:
        """Whether another run is being written to the same place: it has removed the files of the first."""
        return bool(self._tables) and self._read("started_utc") not in (None, self._started)

    def _read(self, key: str) -> Any:
        """Return an entry of the manifest of the run, None where there is no manifest."""
        try:
            return read_json(self.partial / MANIFEST).get(key)
        except InputError:
            return None

    def _reviews(self) -> list[Path]:
        return [path for path in self.path.iterdir() if path.name.startswith("review")]

    def _save_reviews(self, folder: Path | None = None) -> None:
        """Save the marks made on the mirror into the folder of the run."""
        to = folder or self.review_folder
        for path in self._reviews():
            if not (to / path.name).exists():
                try:
                    shutil.copyfile(path, to / path.name)
                except OSError as error:
                    raise WargameError(f"{to / path.name}: the marks cannot be saved ({error.strerror})") from error
