"""Results kept on the disk from one process to the next, each under a key of all that it depends on.

They are pickles, which are code: like the compiled code of the engine they are kept in a folder that belongs to the
user and is writable by no other user.
"""

import os
import pickle
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from simcore.compiling.cache import private_root
from simcore.compiling.installed import installation_stamp

T = TypeVar("T")

MOST_BYTES = 32 * 2**20
"""Largest result that is kept."""
MOST_IN_ALL = 256 * 2**20
"""Most that is kept of all; the longest unused go first."""

_PACKAGES = ("simcore", "scenarios", "logistics")
_LEFT_OUT = {"__pycache__", "library", "template"}  # the text of a scenario is part of the key


def key_of(*parts: str) -> str:
    """Return a key of ``parts``, of all code and cards that make results of them, and of the libraries."""
    digest = blake2b(_code().encode(), digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def recall(key: str, name: str, make: Callable[[], T]) -> T:
    """Return the result ``name`` kept under ``key``, or that of ``make``, which is then kept."""
    found, is_found = find(key, name)
    if not is_found:
        found = make()
        keep(key, name, found)
    return found


def find(key: str, name: str) -> tuple[Any, bool]:
    """Return the result ``name`` kept under ``key``, and whether there is one. A damaged one counts as none."""
    folder = _folder()
    if folder is None:
        return None, False
    file = folder / f"{key}.{name}"
    try:
        data = file.read_bytes()
        if zlib.crc32(data[4:]).to_bytes(4, "little") != data[:4]:
            return None, False
        result = pickle.loads(memoryview(data)[4:])
        os.utime(file)
    except Exception:  # a pickle may fail in any way
        return None, False
    return result, True


def keep(key: str, name: str, result: object) -> None:
    """Keep a result, if it is not too large and there is a place for it."""
    folder = _folder()
    if folder is None:
        return
    data = pickle.dumps(result, protocol=5)
    if len(data) > MOST_BYTES:
        return
    partial = folder / f"{key}.{name}.{os.getpid()}"
    try:
        partial.write_bytes(zlib.crc32(data).to_bytes(4, "little") + data)
        partial.replace(folder / f"{key}.{name}")
        _prune(folder)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _folder() -> Path | None:
    root = private_root()
    if root is None:
        return None
    folder = root / "results"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder


def _prune(folder: Path) -> None:
    """Delete the longest unused results beyond ``MOST_IN_ALL``."""
    entries = [(entry.stat(), entry.path) for entry in os.scandir(folder)]
    total = sum(status.st_size for status, _ in entries)
    for status, path in sorted(entries, key=lambda item: item[0].st_mtime_ns):
        if total <= MOST_IN_ALL:
            break
        Path(path).unlink(missing_ok=True)
        total -= status.st_size


@cache
def _code() -> str:
    """Return a digest of places, sizes and times of the files of the packages, and of the installed libraries."""
    facts: list[object] = [installation_stamp(), sys.byteorder]
    home = Path(__file__).resolve().parents[1]
    for package in _PACKAGES:
        facts += _facts(str(home / package))
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _facts(folder: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield path, size and the times of the last changes of every file below a folder, in a fixed order."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name not in _LEFT_OUT:
                yield from _facts(entry.path)
        else:
            status = entry.stat()
            yield entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns
