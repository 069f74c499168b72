"""The code of compiled functions on the disk: one place for each content of the sources, wherever they lie.

Numba keeps the code of a function in a folder named by the path of its source file, and discards it when the file has
another time of modification. The cache folder of the engine has a name that changes with any of its sources, so neither
is needed: all installations of the same engine, and a new checkout of it, share one compilation.
"""

# pyright: basic
# Numba's classes have no type annotations.

import hashlib
from pathlib import Path
from typing import Any, ClassVar

from numba.core import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, UserProvidedCacheLocator
from numba.core.runtime.nrt import rtsys

from simcore.compiling.cache import code_folder, is_chosen

_PACKAGE = Path(__file__).resolve().parents[1]


def _cache() -> Path | None:
    """Return the cache folder of the sources, or None where the user has chosen another."""
    given: str = config.CACHE_DIR  # pyright: ignore[reportAttributeAccessIssue]
    return Path(given) if given and is_chosen(Path(given)) else None


class _ContentLocator(UserProvidedCacheLocator):
    """The place of a function of this package below the cache folder that belongs to its sources."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        super().__init__(py_func, py_file)
        self._cache_path = str(code_folder(_cache() or Path(), Path(py_file).resolve(), _PACKAGE))

    def get_source_stamp(self) -> Any:
        return None  # the folder has the name of the sources

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        """Return a locator, or None: then Numba's locators come into question."""
        if _cache() is None or not Path(py_file).resolve().is_relative_to(_PACKAGE):
            return None
        return super().from_function(py_func, py_file)


class _ContentCache(CompileResultCacheImpl):
    _locator_classes: ClassVar[list[Any]] = [_ContentLocator, *CompileResultCacheImpl._locator_classes]


class KeyedFile(IndexDataCacheFile):
    """Index and data files of a function; the data of each list of argument types has a name of its own.

    Numba numbers them, so that two processes that compile the same function for different types at the same time may
    give both the same name, and the index of one would point to the code of the other.
    """

    def save(self, key: Any, data: Any) -> None:
        """Save the code for a key."""
        digest = hashlib.blake2b(repr(key).encode(), digest_size=8).hexdigest()
        name = f"{self._index_name.removesuffix('.nbi')}.{digest}.nbc"
        self._save_data(name, data)
        overloads = self._load_index()
        if overloads.get(key) != name:
            overloads[key] = name
            self._save_index(overloads)


class ReadyCache(FunctionCache):
    """The compiled code of a function on the disk, loaded without Numba's libraries of built-in functions."""

    _impl_class = _ContentCache

    def __init__(self, py_func: Any) -> None:
        super().__init__(py_func)
        locator = self._impl.locator
        self._cache_file = KeyedFile(self._cache_path, self._impl.filename_base, locator.get_source_stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled code for a signature, or None.

        Numba would load all its libraries first. That takes half a second, and compiled code needs only the reference
        counts of arrays (``rtsys``). A later compilation makes Numba load the rest.
        """
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)
        return None
