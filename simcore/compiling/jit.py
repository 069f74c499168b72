"""Decorators of the engine's compiled functions.

- ``driver``: called from Python; may allocate arrays; calls kernels.
- ``kernel``: called from compiled code only.
- ``formula``: a kernel that may also be called from Python, for tests and exploration; the first call compiles its
  Python wrapper.
- ``over_rows``: a kernel that loops over rows which do not overlap; such loops are vectorized.
- ``shared``: a kernel that is routinely called from Python; its Python wrapper is compiled and cached with it.

All except drivers work on the arrays passed to them and allocate none, so they are compiled without Numba's reference
counts: several atomic operations per array and call, which would halve the speed of the engine. The outermost caller
keeps the arrays alive. A kernel that allocates does not compile.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numba
from numba._dispatcher import compute_fingerprint
from numba.core.dispatcher import Dispatcher

from simcore.compiling.code_on_disk import ReadyCache
from simcore.compiling.lean_compiler import ApartCompiler, InnerCompiler, OuterCompiler, RowsCompiler

njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True}
_UNCOUNTED = _OPTIONS | {"_nrt": False}


class _InnerDispatcher(Dispatcher):
    """A compiled function without a Python wrapper, so that it cannot be called from Python."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise TypeError(
            f"{self.py_func.__name__} is a kernel and cannot be called from Python: decorate it with "
            "simcore.compiling.jit.formula instead, or wrap it with simcore.compiling.jit.python_wrapper"
        )


class _FormulaDispatcher(_InnerDispatcher):
    """A compiled function whose Python wrapper is compiled at the first call from Python."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        if self not in _python_wrappers:
            _python_wrappers[self] = python_wrapper(self)
        return _python_wrappers[self](*args, **kwargs)


_python_wrappers: dict[_InnerDispatcher, Any] = {}


def _decorate(
    function: Callable[..., Any],
    options: dict[str, Any],
    dispatcher: type[Dispatcher] | None = None,
    signature: Any = None,
) -> Any:
    compiled: Any = njit(**options)(function)
    if hasattr(compiled, "py_func"):  # not with the JIT switched off
        compiled._cache = ReadyCache(function)
        if dispatcher is not None:
            compiled.__class__ = dispatcher
        if signature is not None:
            compiled.compile(signature)
            compiled.disable_compile()
    return compiled


driver: Any = partial(_decorate, options=_OPTIONS | {"nogil": True, "pipeline_class": OuterCompiler})
"""A function called from Python that may allocate arrays; it releases Python's global lock while it runs."""

shared: Any = partial(_decorate, options=_UNCOUNTED | {"pipeline_class": OuterCompiler})
"""A kernel that is also called from Python: Numba adds the wrapper that unpacks Python's arguments."""


def kernel(
    function: Callable[..., Any],
    *,
    signature: Any = None,
    is_inlined: bool = False,
    compiler: type[InnerCompiler] = InnerCompiler,
    dispatcher: type[_InnerDispatcher] = _InnerDispatcher,
) -> Any:
    """Compile a function that is called from compiled code only.

    The Python wrapper is omitted: for the many arrays that kernels take it is as long as the kernel itself.
    With a ``signature`` a single compiled version serves all callers, whose arguments are converted to it.
    """
    options = _UNCOUNTED | {"no_cpython_wrapper": True, "forceinline": is_inlined, "pipeline_class": compiler}
    return _decorate(function, options, dispatcher, signature)


formula: Any = partial(kernel, dispatcher=_FormulaDispatcher)
"""A kernel that may also be called from Python; the first call compiles its Python wrapper."""

inlined: Any = partial(kernel, is_inlined=True)
"""A kernel of many arguments with a single call site: passing them would cost more than its work."""


apart: Any = partial(kernel, compiler=ApartCompiler)
"""A kernel off the usual path of its caller. Inlined into a loop, it would have the addresses of its arrays prepared
before the loop in every tick, whether it runs or not."""


over_rows: Any = partial(kernel, compiler=RowsCompiler)
"""A kernel that loops over the rows passed to it, none of which overlaps another. LLVM vectorizes such a loop however
many rows it has; otherwise it gives up beyond a few, because it would have to compare the addresses of all pairs."""


def kernel_of(signature: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for kernels with one compiled version for all callers."""
    return partial(kernel, signature=signature)


_versions: dict[tuple[Any, bytes], Any] = {}


def version_for(compiled: Any, *arguments: Any) -> Any:
    """Return the version of a driver for arguments of these types; it does not look at the types of its arguments.

    The types of a hundred arrays take five times as long to look up as the call itself takes. All later arguments must
    have the types, dimensions and memory layouts of ``arguments``; nothing checks that.
    """
    if not isinstance(compiled, Dispatcher):  # with the JIT switched off
        return compiled
    place: Any = compiled, compute_fingerprint(arguments)
    if place not in _versions:
        _versions[place] = compiled.compile(tuple(compiled.typeof_pyval(each) for each in arguments))
    return _versions[place]


def python_wrapper(compiled: Any) -> Any:
    """Return a newly compiled function through which Python can call a kernel: for measurements and tests."""
    if not isinstance(compiled, _InnerDispatcher):
        return compiled

    @njit(error_model="numpy")
    def call(*arguments: Any) -> Any:
        return compiled(*arguments)

    return call
