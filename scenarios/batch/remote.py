"""Conditions and versions on the way to another machine: what a worker is sent, and whether it plays the same game.

A condition travels as a pickle from the client to its own workers, and is never read from a file. Dask itself sends
tasks and answers in this way, so that everybody in a cluster must be trusted anyway. The text of a condition
(``conditions_table``) would not do: rasters of terrain are files of the client, and arrays that are compiled elsewhere
may differ in their last bits.
"""

import pickle
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from scenarios.batch.engine import Condition
from scenarios.run.provenance import versions

_DECISIVE = ("chammo", "engine", "numba", "numpy", "machine")
"""Versions that can change the bits of a result."""
INSTALL = "pip install 'chammo[cluster]'"
"""Command that installs Chammo for a worker."""


def pack_condition(condition: Condition) -> bytes:
    """Return a condition as bytes for a worker."""
    bare = replace(condition, compiled=replace(condition.compiled))  # without its cached measures, which are functions
    return zlib.compress(pickle.dumps(bare, protocol=5), 1)


def unpack_condition(packed: bytes) -> Condition:
    """Return a condition from its bytes; the work of a worker, once for each condition."""
    return pickle.loads(zlib.decompress(packed))


def difference(found: object, wanted: Mapping[str, str] | None = None) -> str:
    """Return the difference of a worker's versions from those here, in words; empty for none."""
    if isinstance(found, BaseException):
        return f"cannot load Chammo ({in_a_line(found)}); install this version there: {INSTALL}"
    mine = wanted or versions()
    if not isinstance(found, Mapping):
        return f"answers {found!r} in place of its versions"
    other = cast("Mapping[str, object]", found)
    changed = [f"{name} {other.get(name)}, here {mine[name]}" for name in _DECISIVE if other.get(name) != mine[name]]
    return f"another version ({'; '.join(changed)}); install the same there" if changed else ""


def named(address: str, name: str) -> str:
    """Return a worker in words."""
    return f"worker {name} at {address}" if name and name != address else f"worker at {address}"


def in_a_line(error: BaseException) -> str:
    """Return an error in a line."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]:.200}" if text else type(error).__name__
