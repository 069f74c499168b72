"""Kinds of things for kernels that a test calls by itself: the arrays that matter, and blanks for the others."""

from typing import Any, TypeVar, get_type_hints

import numpy as np

from simcore.types import F32, F64, I32, U8, U64

_TYPES: dict[Any, Any] = {F32: np.float32, F64: np.float64, I32: np.int32, U8: np.uint8, U64: np.uint64}
_AXES = {"key": 1, "members": 1, "order_due": 1, "top": 1, "commanded": 1, "cuts": 1, "relief": 3, "speed": 3}

Kind = TypeVar("Kind", bound=tuple[Any, ...])


def made(kind: type[Kind], **arrays: np.ndarray) -> Kind:
    """Return a tuple of ``kind`` with these arrays; each of the others is an array of one 0."""
    fields = get_type_hints(kind)
    blank = {name: np.zeros((1,) * _AXES.get(name, 2), dtype=_TYPES[hint]) for name, hint in fields.items()}
    return kind(**(blank | arrays))
