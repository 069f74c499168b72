"""Division of a batch into chunks of some seconds, so that a kill loses little and all threads stay busy.

Large chunks play faster: a policy decides for a whole chunk at once. In the demo the decisions of a chunk cost as much
as ten of its replications, so that chunks of 16 play at two thirds of the speed of chunks of 256.
"""

import threading
from collections.abc import Sequence

_TARGET_S = 20.0
_FIRST_S = 5.0  # expected of the first chunk, whose speed is not known yet
_GROWTH = 4
_SMALLEST = 8
LARGEST = 256


def first_size(expected_s: float) -> int:
    """Return the size of the first chunk of replications that take about ``expected_s`` each [s]."""
    return max(_SMALLEST, min(LARGEST, int(_FIRST_S / max(expected_s, 1e-6))))


class ChunkPlanner:
    """Hands out replications in order, in chunks of about twenty seconds at the speed measured so far.

    ``first`` is the size of the first chunk. No chunk is larger than ``largest``.
    """

    def __init__(
        self, replications: Sequence[int], threads: int, largest: int = LARGEST, first: int = _SMALLEST
    ) -> None:
        self._left = list(replications)
        self._next = 0
        self._threads = threads
        self._largest = largest
        self._size = min(first, largest)
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The size of the next chunks."""
        return self._size

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
            self._size = max(min(_SMALLEST, self._largest), min(by_speed, _GROWTH * max(n, self._size), self._largest))
