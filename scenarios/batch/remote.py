"""Conditions and versions on the way to another machine: what a worker is sent, and whether it plays the same game.

A condition travels as a pickle from the client to its own workers, and is never read from a file. Dask itself sends
tasks and answers in this way, so that everybody in a cluster must be trusted anyway. The text of a condition
(``conditions_table``) would not do: rasters of terrain are files of the client, and arrays that are compiled elsewhere
may differ in their last bits.
"""

import pickle
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from scenarios.batch.engine import Condition
from scenarios.run.logistics import KINDS
from scenarios.run.provenance import versions
from simcore.compiling.cache import kept_digest, source_digest
from simcore.policy_registry import policy_module

_DECISIVE = ("chammo", "engine", "numba", "numpy", "machine")
"""Versions that can change the bits of a result."""
_PLAYING = ("scenarios", "logistics", "agents", "staff_ai")
"""Packages of Chammo whose code decides results, besides the engine."""
_SOURCES = "sources of "
SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,  # a task that waits at a worker is blamed for its death
    "distributed.scheduler.allowed-failures": 1,  # a chunk that was there twice is played again in parts
    "distributed.admin.large-graph-warning-threshold": "1GiB",
    # Dask has workers give memory back at once; the engine's work space would be fetched anew at every decision
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 28,
    # the clocks of Dask took 5 % of a core, also while a chunk is played
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "500ms",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "2s",
}
"""Settings of Dask, of its client and of workers of this machine."""
INSTALL = "pip install 'chammo[cluster]'"
"""Command that installs Chammo for a worker."""


def pack_condition(condition: Condition, *, is_near: bool = False) -> bytes:
    """Return a condition as bytes for a worker; a near one is on this machine, where compression only costs time."""
    bare = replace(condition, compiled=replace(condition.compiled))  # without its cached measures, which are functions
    return zlib.compress(pickle.dumps(bare, protocol=5), 0 if is_near else 1)


def unpack_condition(packed: bytes) -> Condition:
    """Return a condition from its bytes; the work of a worker, once for each condition."""
    return pickle.loads(zlib.decompress(packed))


def playing_versions(packages: Iterable[str] = ()) -> dict[str, str]:
    """Return everything that two machines must share for the same bits.

    These are versions, and digests of the sources of Chammo's packages and of further ``packages``.
    """
    every = versions()
    names = dict.fromkeys((*_PLAYING, *packages))
    return {name: every[name] for name in _DECISIVE} | {f"{_SOURCES}{name}": _digest(name) for name in names}


def versions_for(condition: Condition) -> dict[str, str]:
    """Return ``playing_versions`` with the packages of the policies of a condition."""
    modules = [policy_module(choice.name) for choice in condition.choices]
    modules += [policy_module(one.name, KINDS[one.kind]) for choice in condition.choices for one in choice.logistics]
    return playing_versions(sorted({module.partition(".")[0] for module in modules if module}))


def same_versions(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the versions and digests here of everything in ``wanted``, of ``playing_versions``."""
    return playing_versions(name.removeprefix(_SOURCES) for name in wanted if name.startswith(_SOURCES))


@cache
def _digest(package: str) -> str:
    """Return the digest of the sources of a package, as they were when it was first asked for."""
    found = find_spec(package)
    if found is not None and found.submodule_search_locations:
        return kept_digest(Path(next(iter(found.submodule_search_locations))), source_digest)
    source = Path((found.origin if found is not None else None) or "")
    return blake2b(source.read_bytes(), digest_size=12).hexdigest() if source.is_file() else "not installed"


def difference(found: object, wanted: Mapping[str, str] | None = None) -> str:
    """Return the difference of a worker's versions from those here, in words; empty for none."""
    if isinstance(found, BaseException):
        return f"cannot load Chammo ({in_a_line(found)}); install this version there: {INSTALL}"
    mine = wanted or playing_versions()
    if not isinstance(found, Mapping):
        return f"answers {found!r} in place of its versions"
    other = cast("Mapping[str, object]", found)
    changed = [f"{name} {other.get(name)}, here {mine[name]}" for name in mine if other.get(name) != mine[name]]
    return f"another version ({'; '.join(changed)}); install the same there" if changed else ""


def named(address: str, name: str) -> str:
    """Return a worker in words."""
    return f"worker {name} at {address}" if name and name != address else f"worker at {address}"


def in_a_line(error: BaseException) -> str:
    """Return an error in a line."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]:.200}" if text else type(error).__name__
