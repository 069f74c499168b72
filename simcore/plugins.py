"""Plug-ins: commands and policies of any installed package, found by entry point.

A name belongs to one package. Chammo's own names are reserved; a name claimed by two other packages is rejected.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points

import numpy as np

from simcore.errors import RunError, WargameError

OWN_PACKAGE = "chammo"

_warned: set[str] = set()


def find_plugins(group: str) -> dict[str, list[EntryPoint]]:
    """Return the entry points of a group by name: one each, or all claimants of a name claimed by several packages.

    A claim on one of Chammo's own names is ignored, with a warning on the standard error.
    """
    return {name: list(claimants) for name, claimants in _installed(group, _folders()).items()}


@lru_cache(maxsize=64)
def _installed(group: str, folders: tuple[tuple[str, int], ...]) -> dict[str, list[EntryPoint]]:
    """Return the entry points of a group, read anew whenever a folder of packages has changed."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=group):
        claimants = found.setdefault(entry.name, [])
        if entry not in claimants:
            claimants.append(entry)
    return {name: keep_own(name, claimants) for name, claimants in found.items()}


def _folders() -> tuple[tuple[str, int], ...]:
    """Return the folders that Python searches for packages, each with the time of its last change [ns]."""
    found: list[tuple[str, int]] = []
    for folder in sys.path:
        try:
            found.append((folder, os.stat(folder or ".").st_mtime_ns))
        except OSError:
            found.append((folder, 0))
    return tuple(found)


def keep_own(name: str, claimants: list[EntryPoint]) -> list[EntryPoint]:
    """Return the claimants of a name, or Chammo's alone if it is among them, with a warning about the others."""
    own = [entry for entry in claimants if is_own(entry)]
    if not own:
        return claimants
    for entry in claimants:
        if entry not in own:
            warn(f"{name} of {package_of(entry)} is ignored: Chammo has its own; give it another name")
    return own[:1]


def is_own(entry: EntryPoint) -> bool:
    """Return whether an entry point is of Chammo itself."""
    return _distribution(entry)[0] == OWN_PACKAGE


def package_of(entry: EntryPoint) -> str:
    """Return the distribution that provides an entry point, with its version, such as ``chammo 0.1.0``."""
    return " ".join(part for part in _distribution(entry) if part)


def claimants_text(claimants: list[EntryPoint]) -> str:
    """Return the packages that claim the same name, for a message."""
    return " and ".join(sorted(f"{package_of(entry)} ({entry.value})" for entry in claimants))


def warn(text: str) -> None:
    """Print a line on the standard error, once for each text."""
    if text in _warned:
        return
    _warned.add(text)
    sys.stderr.write(f"chammo: {printable(text)}\n")


def printable(text: str) -> str:
    """Return ``text`` with its control characters escaped, so that it cannot control a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)


@contextmanager
def policy_failures(label: str, moment: str) -> Generator[None]:
    """Report exceptions of third-party code as failures of the policy, and restore the floating-point settings after.

    ``label`` is the name of the policy, ``moment`` the time of the call: "at 30 s", "at its reset".
    """
    try:
        with np.errstate():
            yield
    except WargameError:
        raise
    except (Exception, SystemExit) as error:
        if os.environ.get("CHAMMO_DEBUG") and not isinstance(error, SystemExit):
            raise
        kind = type(error).__name__
        text = str(error).strip()
        raise RunError(
            f"policy {label}: {kind} {moment}{f': {text}' if text else ''}; this is a defect of the policy: "
            "run again with CHAMMO_DEBUG=1 for its trace, or choose another policy"
        ) from error


def _distribution(entry: EntryPoint) -> tuple[str, str]:
    return ("an unknown package", "") if entry.dist is None else _name_and_version(entry.dist)


@lru_cache(maxsize=256)
def _name_and_version(distribution: Distribution) -> tuple[str, str]:
    """Return name and version of a package, whose file of metadata is read once."""
    return distribution.name, distribution.version
