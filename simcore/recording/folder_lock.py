"""A lock on a folder, released by the operating system when the process dies for any reason."""

import os
import sys
from pathlib import Path
from types import TracebackType

from simcore.errors import RunError


class FolderLock:
    """Holds ``<folder>/.lock`` while open. Raises ``RunError`` when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        while True:
            self._file = open(self._path, "a+b")  # noqa: SIM115 - open as long as the lock is held
            try:
                _lock(self._file.fileno())
            except OSError:
                self._file.close()
                raise RunError(
                    f"{folder}: another process is writing here; wait for it to end, stop it, or choose another --out"
                ) from None
            if self._is_current():
                return
            self._file.close()  # the previous holder removed this file between opening and locking

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), os.stat(self._path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Release the lock and remove its file."""
        if self._file.closed:
            return
        if sys.platform == "win32":  # an open file cannot be removed there
            self._file.close()
            self._path.unlink(missing_ok=True)
        else:
            self._path.unlink(missing_ok=True)
            self._file.close()

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(folder: Path) -> bool:
    """Whether a process holds the lock of a folder. Creates and removes nothing."""
    try:
        with open(folder / ".lock", "r+b") as file:
            try:
                _lock(file.fileno())
            except OSError:
                return True
            return False  # closing the file releases the lock
    except FileNotFoundError:
        return False
