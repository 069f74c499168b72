"""A run that is written in a thread of the test, frame by frame as the test lets it."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from scenarios.loader import compile_document
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.errors import RunError
from simcore.recording import record
from simcore.state import State


class BrokenError(RunError):
    """A run that breaks off."""


class WrittenLive:
    """Plays a scenario into a folder; ``let(n)`` lets it write n frames more, the end of the block the rest."""

    def __init__(self, document: dict[str, Any], folder: Path) -> None:
        self.folder = folder
        self.partial = folder.with_name(folder.name + ".partial")
        self._allowed = threading.Semaphore(0)
        self._written = threading.Semaphore(0)
        self._breaks = False
        self._is_free = False
        self._compiled = compile_document(document)
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._record_frame = record.Recorder.record_frame

    def let(self, n_frames: int) -> None:
        """Let it write frames, and wait until they are handed to the recorder."""
        self._allowed.release(n_frames)
        for _ in range(n_frames):
            assert self._written.acquire(timeout=60)

    def break_off(self) -> None:
        """Let the run fail at its next frame, and wait for it."""
        self._breaks = True
        self.finish()

    def finish(self) -> None:
        """Let it write the rest and end."""
        self._is_free = True
        self._allowed.release()
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()

    def _play(self) -> None:
        choices = choose_policies(self._compiled.roster)
        with suppress(BrokenError):
            run_scenario(self._compiled, choices, seed=1, folder=self.folder, live=True)

    def __enter__(self) -> WrittenLive:
        writer, inner = self, self._record_frame

        def gated(recorder: record.Recorder, state: State, tick: int) -> dict[str, np.ndarray]:
            if not writer._is_free:
                writer._allowed.acquire()
            if writer._breaks:
                raise BrokenError("the power went off")
            series = inner(recorder, state, tick)
            writer._written.release()
            return series

        record.Recorder.record_frame = gated  # type: ignore[method-assign]
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.finish()
        record.Recorder.record_frame = self._record_frame  # type: ignore[method-assign]
