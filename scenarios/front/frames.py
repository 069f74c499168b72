"""Columns as a data frame of the user's library: pandas or polars, whichever is there."""

# pandas and polars are optional, and are used by name only.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportMissingModuleSource=false

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from simcore.errors import InputError

LIBRARIES = ("pandas", "polars", "pyarrow")


def to_frame(columns: Mapping[str, np.ndarray], library: str | None = None) -> Any:
    """Return columns of equal length as a data frame.

    ``library`` is ``pandas``, ``polars`` or ``pyarrow`` (a table). By default it is the library that the program has
    imported, else the first of pandas and polars that is installed. Raises ``InputError`` if there is none.
    """
    chosen = library or _library()
    if chosen not in LIBRARIES:
        raise InputError(f"library {chosen!r}: no such library; give one of {', '.join(LIBRARIES)}")
    if find_spec(chosen) is None:
        raise InputError(f"library {chosen!r}: not installed; pip install {chosen}")
    plain = {name: column.tolist() if column.dtype.kind == "O" else column for name, column in columns.items()}
    module: Any = import_module(chosen)
    return module.table(plain) if chosen == "pyarrow" else module.DataFrame(plain)


def _library() -> str:
    both = [name for name in ("pandas", "polars") if find_spec(name) is not None]
    if not both:
        raise InputError("no library for data frames: pip install pandas (or polars), or give library='pyarrow'")
    used = [name for name in both if name in sys.modules]
    return used[0] if len(used) == 1 else both[0]
