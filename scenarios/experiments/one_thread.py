"""Linear algebra on one thread: for matrices of some hundred rows more threads mostly wait for each other.

On a busy machine that takes minutes instead of seconds, and the rounding of a sum would depend on the number of cores.
"""

from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar, cast

from threadpoolctl import ThreadpoolController  # pyright: ignore[reportMissingTypeStubs]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def on_one_thread(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return a function that does its linear algebra on one thread."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with _libraries().limit(limits=1):
            return function(*args, **kwargs)

    return call


@cache
def _libraries() -> Any:
    """Return the control of the libraries of NumPy and SciPy, found once: the search takes milliseconds."""
    import_module("scipy.linalg")  # has a library of its own
    return cast("Any", ThreadpoolController)()
