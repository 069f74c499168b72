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
from functools import cached_property, partial, update_wrapper
from typing import Any

import numba
from numba._dispatcher import compute_fingerprint
from numba.core.dispatcher import Dispatcher

from simcore.compiling.code_on_disk import ReadyCache
from simcore.compiling.lean_compiler import ApartCompiler, InnerCompiler, OuterCompiler, RowsCompiler

njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True}
_UNCOUNTED = _OPTIONS | {"_nrt": False}


def _decorate(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    compiled: Any = njit(**options)(function)
    if hasattr(compiled, "py_func"):  # not with the JIT switched off
        compiled._cache = ReadyCache(function)
    return compiled


class Kernel:
    """A function called from compiled code only, without a Python wrapper.

    Numba's object for it is made when a compilation first asks for its type. There are some five hundred kernels, and
    a start with ready machine code needs none of them.
    """

    def __init__(self, function: Callable[..., Any], options: dict[str, Any], signature: Any = None) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self._options, self._signature = options, signature

    @cached_property
    def dispatcher(self) -> Any:
        """Numba's object, which compiles and loads versions for types."""
        made = _decorate(self.py_func, self._options)
        if self._signature is not None:
            made.compile(self._signature)
            made.disable_compile()
        return made

    @property
    def _numba_type_(self) -> Any:
        return self.dispatcher._numba_type_

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raise ``TypeError``: without a guard the call would follow a null pointer."""
        raise TypeError(
            f"{self.py_func.__name__} is a kernel and cannot be called from Python: decorate it with "
            "simcore.compiling.jit.formula instead, or wrap it with simcore.compiling.jit.python_wrapper"
        )


class _Formula(Kernel):
    """A kernel whose Python wrapper is compiled at the first call from Python."""

    @cached_property
    def _in_python(self) -> Any:
        return python_wrapper(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._in_python(*args, **kwargs)


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
    kind: type[Kernel] = Kernel,
) -> Any:
    """Compile a function that is called from compiled code only.

    The Python wrapper is omitted: for the many arrays that kernels take it is as long as the kernel itself.
    With a ``signature`` a single compiled version serves all callers, whose arguments are converted to it.
    """
    options = _UNCOUNTED | {"no_cpython_wrapper": True, "forceinline": is_inlined, "pipeline_class": compiler}
    return function if numba.config.DISABLE_JIT else kind(function, options, signature)  # type: ignore[attr-defined]


formula: Any = partial(kernel, kind=_Formula)
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
    if not isinstance(compiled, Kernel):
        return compiled

    @njit(error_model="numpy")
    def call(*arguments: Any) -> Any:
        return compiled(*arguments)

    return call
