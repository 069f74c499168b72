"""Prefetching of data that is read soon. It changes the run time and no result."""

# Numba's interface to LLVM has no type annotations
# pyright: basic
from typing import Any

from numba import types
from numba.core import cgutils, config
from numba.core.cgutils import ir  # pyright: ignore[reportPrivateImportUsage]
from numba.extending import intrinsic

_FOR_READING, _KEEP_CLOSE, _DATA = 0, 3, 1  # arguments of llvm.prefetch


@intrinsic
def _prefetch(_context: Any, block: Any, row: Any, column: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        width = cgutils.unpack_tuple(builder, array.shape)[-1]
        place = builder.gep(array.data, [builder.add(builder.mul(arguments[1], width), arguments[2])])
        address, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [address, number, number, number]), "llvm.prefetch.p0"
        )
        options = [number(_FOR_READING), number(_KEEP_CLOSE), number(_DATA)]
        builder.call(function, [builder.bitcast(place, address), *options])
        return context.get_dummy_value()

    return types.void(block, types.intp, types.intp), generate


def _nothing(block: Any, row: int, column: int) -> None:
    """Replace ``prefetch`` when the JIT is switched off."""


prefetch: Any = _nothing if config.DISABLE_JIT else _prefetch  # pyright: ignore[reportAttributeAccessIssue]
"""Inside compiled code: fetch element [row, column] of a C-contiguous block, or [column] of a row if ``row`` is 0.

Bounds are not checked: a place outside the block is no error and fetches nothing useful.
"""
