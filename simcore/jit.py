"""How the engine's functions are compiled.

``kernel`` is the decorator of every function that works on arrays it is given and makes none. It leaves out
Numba's reference counts: they are atomic operations, several for each array at each call, and cost the whole
engine half of its speed. What calls from outside holds the arrays, so none can vanish meanwhile. A kernel that
tries to allocate does not compile.
"""

from typing import Any

from numba import njit

OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}

kernel = njit(**OPTIONS)

inlined = njit(**OPTIONS, forceinline=True)
"""A kernel of many arguments that is called in one place: handing the arrays over would cost more than its work."""
