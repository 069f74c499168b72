"""Provenance of results: versions of the software that can affect them."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import simcore
from simcore.compiling.cache import kept_digest, source_digest


@cache
def _engine_digest() -> str:
    return kept_digest(Path(simcore.__file__).parent, source_digest)


def versions() -> dict[str, str]:
    """Return the versions of Chammo, Python and the libraries that compute or store results.

    ``engine`` is a digest of the engine's sources and its compiler.
    """
    by_name = {
        "chammo": simcore.__version__,
        "engine": _engine_digest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    return by_name | {name: installed_version(name) for name in ("numpy", "numba", "pyarrow")}


def installed_version(distribution: str) -> str:
    """Return the version of an installed distribution, or ``not installed``."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
