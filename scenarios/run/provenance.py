"""What produced a result: versions of the software that can matter to it."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import simcore
from simcore.compiling.cache import source_digest


@cache
def _engine_digest() -> str:
    return source_digest(Path(simcore.__file__).parent)


def versions() -> dict[str, str]:
    """Return the versions of Chammo, Python and the libraries that compute or store results.

    ``engine`` is a digest of the engine's sources and of what compiled them.
    """
    found = {
        "chammo": simcore.__version__,
        "engine": _engine_digest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    for name in ("numpy", "numba", "pyarrow"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
