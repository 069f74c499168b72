"""A stamp of the installed packages, without loading Python's own reader of their metadata."""

import os
import sys
from functools import lru_cache
from hashlib import blake2b


def folder_times() -> tuple[tuple[str, int], ...]:
    """Return the folders that Python searches for packages, each with the time of its last change [ns]."""
    found: list[tuple[str, int]] = []
    for folder in sys.path:
        try:
            found.append((folder, os.stat(folder or ".").st_mtime_ns))
        except OSError:
            found.append((folder, 0))
    return tuple(found)


def installation_stamp() -> str:
    """Return a digest that changes when a package is installed, removed or exchanged, or its entry points change.

    Such packages change the folder that they lie in; the files of their entry points are looked at too.
    """
    return _stamp(folder_times(), sys.implementation.cache_tag)


@lru_cache(maxsize=8)
def _stamp(folders: tuple[tuple[str, int], ...], python: str) -> str:
    """Return the digest; folders without packages, such as that of a script, do not count."""
    facts: dict[str, object] = {"python": python}
    for folder, changed_ns in folders:
        place = os.path.realpath(folder or ".")
        try:
            names = sorted(entry.name for entry in os.scandir(place) if entry.name.endswith("-info"))
        except OSError:  # no folder: a missing one, or a package in a single file
            names = [] if changed_ns == 0 else [""]
        if not names or place in facts:
            continue
        points: list[tuple[str, int, int]] = []
        for name in names:
            try:
                status = os.stat(os.path.join(place, name, "entry_points.txt"))
            except OSError:
                continue
            points.append((name, status.st_size, status.st_mtime_ns))
        facts[place] = changed_ns, points
    return blake2b(repr(facts).encode(), digest_size=12).hexdigest()
