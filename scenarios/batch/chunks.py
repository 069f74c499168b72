"""Division of a batch into chunks of some seconds, so that a kill loses little and all threads stay busy."""

import threading
from collections.abc import Sequence

_TARGET_S = 10.0
_FIRST = 16
_SMALLEST = 8  # a policy decides for a whole chunk at once: smaller chunks cost more decisions
_LARGEST = 256


class ChunkPlanner:
    """Hands out replications in order, in chunks of about ten seconds at the speed measured so far."""

    def __init__(self, replications: Sequence[int], threads: int, largest: int = _LARGEST) -> None:
        self._left = list(replications)
        self._next = 0
        self._threads = threads
        self._largest = largest
        self._size = min(_FIRST, largest)
        self._lock = threading.Lock()

    def take(self) -> list[int]:
        """Return the next chunk; empty if all are taken."""
        with self._lock:
            left = len(self._left) - self._next
            share = -(-left // self._threads)  # small last chunks: no thread waits for another
            size = max(1, min(self._size, share))
            chunk = self._left[self._next : self._next + size]
            self._next += len(chunk)
            return chunk

    def report(self, n: int, seconds: float) -> None:
        """Adapt the size of the next chunks to the speed of a finished chunk."""
        with self._lock:
            by_speed = int(_TARGET_S * n / max(seconds, 1e-6))
            self._size = max(min(_SMALLEST, self._largest), min(by_speed, 2 * max(n, self._size), self._largest))
