"""Plug-ins: commands and policies of any installed package, found by entry point.

A name belongs to one package. Chammo's own names are reserved; a name claimed by two other packages is rejected.
"""

import importlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.compiling.cache import private_root
from simcore.compiling.installed import folder_times, installation_stamp
from simcore.errors import RunError, WargameError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

OWN_PACKAGE = "chammo"

_warned: set[str] = set()


class Plugin(NamedTuple):
    """An entry point, with the name and version of the distribution that provides it."""

    group: str
    name: str
    value: str  # module:attribute
    package: str  # "an unknown package" without a distribution
    version: str

    def load(self) -> Any:
        """Import the module, and return its attribute."""
        module, _, attributes = self.value.partition("[")[0].strip().partition(":")
        found: Any = importlib.import_module(module.strip())
        for attribute in filter(None, attributes.strip().split(".")):
            found = getattr(found, attribute)
        return found


def find_plugins(group: str) -> dict[str, list[Plugin]]:
    """Return the entry points of a group by name: one each, or all claimants of a name claimed by several packages.

    A claim on one of Chammo's own names is ignored, with a warning on the standard error.
    """
    return {name: list(claimants) for name, claimants in _installed(group, folder_times()).items()}


@lru_cache(maxsize=64)
def _installed(group: str, folders: tuple[tuple[str, int], ...]) -> dict[str, list[Plugin]]:
    """Return the entry points of a group, read anew whenever a folder of packages has changed."""
    found: dict[str, list[Plugin]] = {}
    for plugin in _all(folders):
        if plugin.group == group:
            claimants = found.setdefault(plugin.name, [])
            if plugin not in claimants:
                claimants.append(plugin)
    return {name: keep_own(name, claimants) for name, claimants in found.items()}


@lru_cache(maxsize=8)
def _all(_folders: tuple[tuple[str, int], ...]) -> tuple[Plugin, ...]:
    """Return all entry points of Chammo's groups, from the user's cache folder if no package has changed since.

    Python's reader of the metadata of packages takes a tenth of a second to load.
    """
    stamp, root = installation_stamp(), private_root()
    kept = None if root is None else root / "plugins"
    if kept is not None:
        with suppress(OSError, ValueError, TypeError):
            known, *lines = kept.read_text(encoding="utf-8").split("\n")
            if known == stamp:
                return tuple(Plugin(*line.split("\t")) for line in lines)
    from importlib.metadata import entry_points

    points = entry_points()
    found = tuple(
        Plugin(point.group, point.name, point.value, *_distribution(point))
        for group in sorted(points.groups)
        if group.startswith(f"{OWN_PACKAGE}.")
        for point in points.select(group=group)
    )
    if kept is not None and not any("\t" in part or "\n" in part for plugin in found for part in plugin):
        partial = kept.with_name(f"plugins.{os.getpid()}")
        with suppress(OSError):
            partial.write_text("\n".join([stamp, *("\t".join(plugin) for plugin in found)]), encoding="utf-8")
            partial.replace(kept)
    return found


def keep_own(name: str, claimants: list[Plugin]) -> list[Plugin]:
    """Return the claimants of a name, or Chammo's alone if it is among them, with a warning about the others."""
    own = [entry for entry in claimants if is_own(entry)]
    if not own:
        return claimants
    for entry in claimants:
        if entry not in own:
            warn(f"{name} of {package_of(entry)} is ignored: Chammo has its own; give it another name")
    return own[:1]


def is_own(plugin: Plugin) -> bool:
    """Return whether an entry point is of Chammo itself."""
    return plugin.package == OWN_PACKAGE


def package_of(plugin: Plugin) -> str:
    """Return the distribution that provides an entry point, with its version, such as ``chammo 0.1.0``."""
    return " ".join(part for part in (plugin.package, plugin.version) if part)


def claimants_text(claimants: list[Plugin]) -> str:
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


def _distribution(point: "EntryPoint") -> tuple[str, str]:
    return ("an unknown package", "") if point.dist is None else (point.dist.name, point.dist.version)
