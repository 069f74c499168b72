"""How the engine's functions are compiled.

- ``driver``: Python calls it, it may make arrays, it calls kernels.
- ``kernel``: only compiled code calls it.
- ``formula``: a kernel that Python may call as well, for tests and for looking at it; the first call compiles an
  entrance.
- ``shared``: a kernel that Python calls in the daily business; its entrance is compiled and cached with it.

All but drivers work on arrays that they are given and make none: they leave out Numba's reference counts, which are
atomic operations, several for each array at each call, and cost the whole engine half of its speed. What calls from
outside holds the arrays, so none can vanish meanwhile. One that tries to allocate does not compile.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numba
from numba.core.dispatcher import Dispatcher

from simcore.compiling.lean_compiler import InnerCompiler, OuterCompiler, ReadyCache

njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "no_cfunc_wrapper": True}
_UNCOUNTED = _OPTIONS | {"_nrt": False}


class _InnerDispatcher(Dispatcher):
    """A compiled function without an entrance for Python, where a call would run into nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise TypeError(
            f"{self.py_func.__name__} is a kernel, which compiled code alone can call: decorate it with "
            "simcore.compiling.jit.formula instead, or call simcore.compiling.jit.entrance of it"
        )


class _FormulaDispatcher(_InnerDispatcher):
    """A compiled function that gets an entrance when Python calls it for the first time."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        if self not in _entrances:
            _entrances[self] = entrance(self)
        return _entrances[self](*args, **kwargs)


_entrances: dict[_InnerDispatcher, Any] = {}


def _decorate(
    function: Callable[..., Any],
    options: dict[str, Any],
    dispatcher: type[Dispatcher] | None = None,
    signature: Any = None,
) -> Any:
    compiled: Any = njit(**options)(function)
    if hasattr(compiled, "py_func"):  # not with the JIT switched off
        compiled._cache.__class__ = ReadyCache
        if dispatcher is not None:
            compiled.__class__ = dispatcher
        if signature is not None:
            compiled.compile(signature)
            compiled.disable_compile()
    return compiled


driver: Any = partial(_decorate, options=_OPTIONS | {"nogil": True, "pipeline_class": OuterCompiler})
"""A function that Python calls and that may make arrays; it holds no lock of Python's while it runs."""

shared: Any = partial(_decorate, options=_UNCOUNTED | {"pipeline_class": OuterCompiler})
"""A kernel that Python calls too: Numba adds the code that unpacks Python's arguments."""


def kernel(
    function: Callable[..., Any],
    *,
    signature: Any = None,
    is_inlined: bool = False,
    dispatcher: type[_InnerDispatcher] = _InnerDispatcher,
) -> Any:
    """Compile a function that only compiled code calls.

    The entrance for Python is left out: for the many arrays that kernels take it is as long as their own code.
    With a ``signature`` there is one compiled version for all callers, whose arguments are converted to it.
    """
    options = _UNCOUNTED | {"no_cpython_wrapper": True, "forceinline": is_inlined, "pipeline_class": InnerCompiler}
    return _decorate(function, options, dispatcher, signature)


formula: Any = partial(kernel, dispatcher=_FormulaDispatcher)
"""A kernel that Python may call as well; the first call compiles the code that unpacks Python's arguments."""

inlined: Any = partial(kernel, is_inlined=True)
"""A kernel of many arguments, called in one place: to hand them over would cost more than its work."""


def kernel_of(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return the decorator of a kernel with one compiled version for all callers."""
    return partial(kernel, signature=signature)


def entrance(compiled: Any) -> Any:
    """Return a function, compiled anew, through which Python calls a kernel: for measurements and tests."""
    if not isinstance(compiled, _InnerDispatcher):
        return compiled

    @njit(error_model="numpy")
    def call(*arguments: Any) -> Any:
        return compiled(*arguments)

    return call
