"""Background comparison of the digests of a folder, so that a page need not wait while all its bytes are read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from simcore.recording.manifest import Change


class DigestCheck:
    """Compares the digests of a folder, starting immediately. Thread-safe."""

    def __init__(self, find: Callable[[], list[Change]]) -> None:
        self._changed: list[str] | None = None
        self._find = find
        threading.Thread(target=self._compare, name="digests", daemon=True).start()

    def _compare(self) -> None:
        self._changed = [change.path.name for change in self._find()]

    def result(self) -> dict[str, Any]:
        """Return ``checked``, whether the comparison is finished, and ``changed``, the names of the changed files."""
        changed = self._changed
        return {"checked": changed is not None, "changed": changed or []}
