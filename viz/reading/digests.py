"""Digests of a folder compared in the background, so that a page need not wait for the reading of all its bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from simcore.recording.manifest import Change


class DigestCheck:
    """Compares the digests of one folder, beginning at once. Safe to use from many threads."""

    def __init__(self, find: Callable[[], list[Change]]) -> None:
        self._changed: list[str] | None = None
        self._find = find
        threading.Thread(target=self._compare, name="digests", daemon=True).start()

    def _compare(self) -> None:
        self._changed = [change.path.name for change in self._find()]

    def result(self) -> dict[str, Any]:
        """Return ``checked``, whether it has ended, and ``changed``, the names of the files that were changed."""
        changed = self._changed
        return {"checked": changed is not None, "changed": changed or []}
