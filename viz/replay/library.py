"""The folders named on the command line, the only data accessible to the server."""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.run.play import RESOLVED
from simcore.errors import InputError
from simcore.recording.manifest import folder_kind
from viz.reading.batch_folder import BatchFolder
from viz.reading.cut_run import CutRun
from viz.reading.digests import DigestCheck
from viz.reading.live_folder import LiveFolder, Progress
from viz.reading.names import LocalNames, names_of_scenario, read_names
from viz.reading.run_folder import RunFolder, banner_of
from viz.reading.terrain_image import terrain_png
from viz.replay.divergence import compare
from viz.replay.in_language import batch_in_language
from viz.replay.replay_view import TRUTH, ReplayView
from viz.replay.review import Review

if TYPE_CHECKING:
    from viz.reading.ground import RunGround


class NotServedError(InputError):
    """A run, batch or view not available on this server."""


Hold = Callable[[str], float | None]
"""Time [s] up to which a run is served, None for all of it."""
HELD = "held"
"""State of a run that is served up to a time."""
_PACE_S = 2.0
"""Least time between two stages of a run that goes on for a class [s]: each is taken over by every page."""
_MOST_COMPARISONS = 16


class Library:
    """Runs and batches by identifier.

    Parameters
    ----------
    folders : list of Path
        Run and batch folders. Each is opened and checked at once, so that faults are reported before a page opens.
    only_view : str, optional
        Serve this side's view only; the truth and the other sides are inaccessible.
    classification : str, optional
        Line above and below everything, in place of those of the scenarios.
    tell : callable, optional
        Called with a line of text while the first frames of a run are awaited.
    """

    def __init__(
        self,
        folders: list[Path],
        only_view: str | None = None,
        classification: str | None = None,
        *,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._tell = tell
        self.only_view = only_view
        self._classification = classification
        self.batches: dict[str, BatchFolder] = {}
        self._paths: dict[str, Path] = {}
        self._listed: list[str] = []
        self._opened: dict[str, RunFolder] = {}
        self._views: dict[tuple[str, str], ReplayView] = {}
        self._pictures: dict[tuple[str, str], bytes | None] = {}
        self._lock = threading.Lock()
        self._grounds: dict[str, RunGround] = {}
        self._ground_lock = threading.Lock()
        self._batch_runs: dict[str, dict[int, str]] = {}
        self._digests: dict[str, DigestCheck] = {}
        self._live: dict[str, LiveFolder] = {}
        self._live_lock = threading.Lock()
        self._comparisons: dict[tuple[ReplayView, ReplayView], dict[str, Any]] = {}
        self._names: dict[tuple[str, str], LocalNames] = {}
        self._hold: Hold | None = None
        self._cuts: dict[str, tuple[float, RunFolder]] = {}  # when made, and the run as it was made
        problems = []
        for folder in folders:
            try:
                self._add(folder)
            except InputError as error:
                problems.append(str(error))
        if problems:
            raise InputError("\n".join(problems))

    def _add(self, folder: Path) -> None:
        if folder_kind(folder) == "batch":
            batch = BatchFolder(folder)
            identifier = self._identifier(folder, self.batches)
            self.batches[identifier] = batch
            self._digests[f"batch {identifier}"] = DigestCheck(batch.changes)
            inside = {} if self.only_view else batch.run_folders()
            self._batch_runs[identifier] = {
                replication: self._register(path, f"{identifier}-{path.name}") for replication, path in inside.items()
            }
            return
        live = LiveFolder.find(folder)
        if live is not None:
            folder, live = self._begin(live)
        run = RunFolder(folder)
        if self.only_view is not None and self.only_view not in run.belligerents:
            known = ", ".join(run.belligerents)
            raise InputError(f"--view: {self.only_view!r} is not a belligerent side of {folder}; give one of {known}")
        identifier = self._register(folder, folder.resolve().name)
        self._listed.append(identifier)
        self._opened[identifier] = run
        self._digests[identifier] = DigestCheck(run.changes)
        if live is not None:
            self._live[identifier] = live

    def _begin(self, live: LiveFolder) -> tuple[Path, LiveFolder | None]:
        """Return the folder to open for an unfinished run that has frames, and its mirror unless it has just ended."""
        live.wait(self._tell)
        if live.progress is Progress.COMPLETE:
            live.close()
            return live.final, None
        if not live.n_frames:
            live.close()
            raise InputError(f"{live.partial}: the run ended before it wrote any frames; run it again")
        return live.path, live

    def _register(self, folder: Path, name: str) -> str:
        identifier = self._identifier(Path(name), self._paths)
        self._paths[identifier] = folder
        return identifier

    @staticmethod
    def _identifier(folder: Path, taken: dict[str, Any]) -> str:
        base = re.sub(r"[^A-Za-z0-9_-]+", "-", folder.name or folder.resolve().name).strip("-") or "run"
        identifier, number = base, 2
        while identifier in taken:
            identifier, number = f"{base}-{number}", number + 1
        return identifier

    def sides(self) -> list[str]:
        """Sides that fight in the runs named on the command line, each once."""
        return list(dict.fromkeys(side for name in self._listed for side in self._opened[name].belligerents))

    def seen_by(self, side: str, hold: Hold | None = None) -> Library:
        """Return this library for a side: its view of the runs in which it fights, no other view and no batch.

        Both share the opened runs. ``hold`` is a function of a run's identifier: the time [s] up to which the library
        has the run, None for all of it.
        """
        listed = [name for name in self._listed if side in self._opened[name].belligerents]
        limited = copy.copy(self)
        limited.only_view = side
        limited.batches, limited._batch_runs = {}, {}
        limited._views, limited._comparisons, limited._hold = {}, {}, hold
        limited._listed, limited._paths = listed, {name: self._paths[name] for name in listed}
        return limited

    def listing(self, lang: str = "en") -> list[dict[str, Any]]:
        """Runs named on the command line, for the page: id, folder name, title and permitted views."""
        return [self.describe(identifier, lang) for identifier in self._listed]

    def describe(self, identifier: str, lang: str = "en") -> dict[str, Any]:
        """A run for the page: id, folder name, title, views."""
        run = self.run(identifier)
        views = [TRUTH, *run.belligerents] if self.only_view is None else [self.only_view]
        return {
            "id": identifier,
            "name": run.name,
            "title": run.title_in(lang),
            "views": views,
            "duration_s": run.duration_s,
            "kept": len(self.kept_beside(identifier)),
            "live": self._state(identifier),
        }

    def live(self, identifier: str) -> dict[str, Any]:
        """Return how far a run is, after taking over the frames written since.

        ``state``: complete, live, held (for a class), failed or stopped; ``n_frames`` and ``duration_s`` so far;
        ``error`` of a failed run.
        """
        run, live, error = self.run(identifier), self._live.get(identifier), ""
        if live is not None:
            with self._live_lock:
                if live.update():
                    self._reopen(identifier, live)
            run, error = self.run(identifier), live.error if self.only_view is None else ""
        state = self._state(identifier) or Progress.COMPLETE.value
        return {"state": state, "n_frames": run.n_frames, "duration_s": run.duration_s, "error": error}

    def _reopen(self, identifier: str, live: LiveFolder) -> None:
        """Open a run that has grown anew. Views that are in use stay as they were."""
        run = RunFolder(live.final if live.progress is Progress.COMPLETE else live.path)
        with self._lock:
            self._opened[identifier] = run
            self._digests[identifier] = DigestCheck(run.changes)
            for key in [key for key in self._views if key[0] == identifier]:
                del self._views[key]
            self._comparisons.clear()

    def close(self) -> list[Path]:
        """Remove the mirrors of unfinished runs. Return the folders to which marks on runs that go on were saved."""
        return [saved for live in self._live.values() if (saved := live.close()) is not None]

    def kept_beside(self, identifier: str) -> list[str]:
        """Return the runs kept in the batch of a run, itself among them; itself alone without a batch."""
        batch = next((runs for runs in self._batch_runs.values() if identifier in runs.values()), {0: identifier})
        return list(batch.values())

    def run(self, identifier: str) -> RunFolder:
        """Return a run, opened on first access."""
        if identifier not in self._paths:
            raise NotServedError("There is no such run on this server.")
        with self._lock:
            if identifier not in self._opened:
                self._opened[identifier] = RunFolder(self._paths[identifier])
                self._digests[identifier] = DigestCheck(self._opened[identifier].changes)
            return self._held(identifier, self._opened[identifier])

    def _held(self, identifier: str, whole: RunFolder) -> RunFolder:
        """Return a run as far as it is served."""
        until_s = None if self._hold is None else self._hold(identifier)
        if until_s is None:
            return whole
        n_frames = max(1, int(np.searchsorted(whole.times_s, until_s + 1e-6, side="right")))
        made_s, cut = self._cuts.get(identifier, (-np.inf, None))
        if cut is not None and cut.path == whole.path:
            is_young = cut.n_frames < n_frames and time.monotonic() - made_s < _PACE_S
            if cut.n_frames == n_frames or is_young:
                return cut
        cut = CutRun(whole, n_frames) if n_frames < whole.n_frames else whole
        self._cuts[identifier] = time.monotonic(), cut
        return cut

    def _state(self, identifier: str) -> str | None:
        """Return the state of a run that is held or was written while it was served, None for any other."""
        if self._hold is not None and self._hold(identifier) is not None:
            return HELD
        return self._live[identifier].progress.value if identifier in self._live else None

    def view(self, identifier: str, name: str) -> ReplayView:
        """Return a view of a run: "truth" or a side's name."""
        run = self.run(identifier)
        if (name != TRUTH and name not in run.belligerents) or (self.only_view is not None and name != self.only_view):
            raise NotServedError("This view is not served.")
        with self._lock:
            view = self._views.get((identifier, name))
            if view is None or view.run is not run:
                view = self._views[identifier, name] = ReplayView(run, name)
            return view

    def compare(self, first: str, second: str, name: str) -> dict[str, Any]:
        """Return how two runs differ, as known to a view of both."""
        pair = self.view(first, name), self.view(second, name)
        if pair not in self._comparisons:
            self._comparisons[pair] = compare(pair[0].known, pair[1].known)
            while len(self._comparisons) > _MOST_COMPARISONS:
                self._comparisons.pop(next(iter(self._comparisons)))
        return self._comparisons[pair]

    def classification(self, identifier: str) -> str:
        """Return the line above and below all that is shown of a run; empty for none."""
        return self.run(identifier).classification if self._classification is None else self._classification

    def names(self, identifier: str, lang: str) -> LocalNames:
        """Return the names of a run in a language."""
        folder = self.run(identifier)
        with self._lock:
            if (identifier, lang) not in self._names:
                self._names[identifier, lang] = read_names(folder.path, lang, folder.units)
            return self._names[identifier, lang]

    def terrain(self, identifier: str, theme: str) -> bytes | None:
        """Return the terrain image of a run for a theme, None if it has no terrain."""
        key, folder = (identifier, theme), self.run(identifier).path
        if key not in self._pictures:
            made = terrain_png(folder, theme)
            self._pictures[key] = made and made[0]
        return self._pictures[key]

    def terrain_bounds(self, identifier: str) -> list[float] | None:
        """Return [west, east, south, north] of the terrain image in metres."""
        made = terrain_png(self.run(identifier).path, "light")
        if made is None:
            return None
        self._pictures[identifier, "light"] = made[0]
        return made[1]

    def ground(self, identifier: str) -> RunGround:
        """Return the ground of a run, read on first access."""
        from viz.reading.ground import RunGround  # the page opens without the compiled engine

        path = self.run(identifier).path
        with self._ground_lock:
            if identifier not in self._grounds:
                self._grounds[identifier] = RunGround(path)
            return self._grounds[identifier]

    def review(self, identifier: str) -> Review:
        """Return the review of a run."""
        live = self._live.get(identifier)
        folder = self.run(identifier).path if live is None else live.review_folder
        return Review(folder, self.only_view)

    def batch(self, identifier: str, lang: str = "en") -> dict[str, Any]:
        """Return the content of a batch for the page."""
        if identifier not in self.batches or self.only_view is not None:
            raise NotServedError("There is no such batch on this server.")
        batch = self.batches[identifier]
        line = banner_of(batch.manifest) if self._classification is None else self._classification
        payload = batch.payload(self._batch_runs[identifier])
        given = (batch.manifest.get("scenario") or {}).get(f"title_{lang}")
        title = given if isinstance(given, str) and given else payload["scenario"]["title"]
        named = batch_in_language(payload, self._batch_names(identifier, lang))
        return {**named, "scenario": {**payload["scenario"], "title": title}, "classification": line}

    def _batch_names(self, identifier: str, lang: str) -> LocalNames:
        key = (f"batch {identifier}", lang)
        if key not in self._names:
            self._names[key] = names_of_scenario(self.batches[identifier].path / RESOLVED, lang)
        return self._names[key]

    def changes(self, identifier: str) -> dict[str, Any]:
        """Return whether a run's digests have been compared, and the names of files changed since the run."""
        self.run(identifier)
        return self._digests[identifier].result()

    def batch_changes(self, identifier: str) -> dict[str, Any]:
        """Return the same for a batch."""
        if identifier not in self.batches or self.only_view is not None:
            raise NotServedError("There is no such batch on this server.")
        return self._digests[f"batch {identifier}"].result()
