"""How the engine's functions are compiled.

Two decorators: ``kernel`` for what only compiled code calls, ``formula`` for the few that Python calls too.
Both are for functions that work on arrays they are given and make none: they leave out Numba's reference
counts, which are atomic operations, several for each array at each call, and cost the whole engine half of its
speed. What calls from outside holds the arrays, so none can vanish meanwhile. One that tries to allocate does
not compile.
"""

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.dispatcher import Dispatcher

OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}

formula = njit(**OPTIONS)
"""A function that Python may call as well: Numba adds the code that unpacks Python's arguments."""


class _InnerDispatcher(Dispatcher):
    """A compiled function without an entrance for Python, where a call would run into nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise TypeError(
            f"{self.py_func.__name__} is a kernel, which compiled code alone can call: decorate it with "
            "simcore.jit.formula instead, or call simcore.jit.entrance of it"
        )


def kernel(function: Callable[..., Any], is_inlined: bool = False) -> Any:
    """Compile a function that only compiled code calls.

    The entrance for Python is left out: for the many arrays that kernels take it is as long as their own code,
    and took a fifth of the time in which the engine compiles.
    """
    options: dict[str, Any] = OPTIONS | {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "forceinline": is_inlined,
    }
    compiled: Any = njit(**options)(function)
    if hasattr(compiled, "py_func"):  # not with the JIT switched off
        compiled.__class__ = _InnerDispatcher
    return compiled


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a kernel of many arguments, called in one place: to hand them over would cost more than its work."""
    return kernel(function, is_inlined=True)


def entrance(compiled: Any) -> Any:
    """Return a function, compiled anew, through which Python calls a kernel: for measurements and tests."""
    if not isinstance(compiled, _InnerDispatcher):
        return compiled

    @njit(error_model="numpy")
    def call(*arguments: Any) -> Any:
        return compiled(*arguments)

    return call
