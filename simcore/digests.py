"""Digests of arrays: equal digests mean equal bits."""

import hashlib
from typing import Any, cast

import numpy as np

from simcore.params import Params


def bytes_of(array: np.ndarray) -> bytes:
    """Return the bytes of an array in C order."""
    return np.ascontiguousarray(array).tobytes()


def _shape_and_type(array: np.ndarray) -> bytes:
    return f"{array.shape} {array.dtype.str}".encode()


def params_digest(params: Params) -> str:
    """Return a digest of all parameters fixed by a scenario."""
    digest = hashlib.blake2b(digest_size=16)

    def add(part: Any) -> None:
        if isinstance(part, np.ndarray):
            array = cast("np.ndarray[Any, np.dtype[Any]]", part)
            digest.update(_shape_and_type(array))
            digest.update(bytes_of(array))
        else:
            for inner in part:
                add(inner)

    add(params)
    return digest.hexdigest()
