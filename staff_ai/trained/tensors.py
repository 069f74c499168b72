"""Arrays in the safetensors format: a header of JSON with names, types, shapes and places, then the numbers.

Reading runs no code of the file, and every byte is accounted for. Only float32 is supported: networks need no more. The
format is a length and a list, so these few lines spare users of a trained commander a dependency.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from simcore.errors import InputError
from simcore.types import F32

MOST_BYTES = 2**28
_MOST_HEADER = 2**20
_MOST_TENSORS = 10_000
_KIND = "F32"
_WIDTH = 4


def tensor_bytes(tensors: Mapping[str, F32], notes: Mapping[str, str] | None = None) -> bytes:
    """Return a safetensors file with float32 arrays, in the order of their names, and text notes."""
    header: dict[str, object] = {"__metadata__": dict(notes)} if notes else {}
    place, blocks = 0, []
    for name in sorted(tensors):
        block = np.ascontiguousarray(tensors[name], dtype="<f4").tobytes()
        offsets = [place, place + len(block)]
        header[name] = {"dtype": _KIND, "shape": list(np.shape(tensors[name])), "data_offsets": offsets}
        blocks.append(block)
        place += len(block)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the format requires aligned numbers
    return struct.pack("<Q", len(text)) + text + b"".join(blocks)


def read_tensors(data: bytes, label: str) -> tuple[dict[str, F32], dict[str, str]]:
    """Return the arrays and the notes of a safetensors file.

    Raises
    ------
    InputError
        When it is not such a file, is truncated, or holds other types than float32 or numbers that are not finite.
    """
    header, numbers = _split(data, label)
    notes = header.pop("__metadata__", {})
    if not isinstance(notes, dict) or not all(isinstance(value, str) for value in notes.values()):
        raise _damaged(label, "its notes are not texts")
    if len(header) > _MOST_TENSORS:
        raise _damaged(label, f"it lists {len(header)} arrays, and {_MOST_TENSORS} at most are read")
    found: dict[str, F32] = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: _begin(item[1], label)):
        shape, first, last = _entry(entry, name, label)
        size = _WIDTH
        for length in shape:
            size *= length
        if first != end or last - first != size or last > len(numbers):
            raise _damaged(label, f"the place of {name!r} does not fit its shape, its neighbours and the file")
        values = np.frombuffer(numbers[first:last], dtype="<f4").reshape(shape).astype(np.float32)
        if not bool(np.isfinite(values).all()):
            raise InputError(f"{label}: {name} holds numbers that are not finite; train the policy again")
        found[name] = values
        end = last
    if end != len(numbers):
        raise _damaged(label, f"{len(numbers) - end} bytes belong to no array")
    return found, cast("dict[str, str]", notes)


def _split(data: bytes, label: str) -> tuple[dict[str, Any], bytes]:
    if len(data) < 8:
        raise _damaged(label, "it is shorter than a header")
    length = struct.unpack("<Q", data[:8])[0]
    if length > min(_MOST_HEADER, len(data) - 8):
        raise _damaged(label, f"its header would be {length} bytes long")
    try:
        header: object = json.loads(data[8 : 8 + length], object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _damaged(label, f"its header is no JSON ({error!s:.100})") from None
    if not isinstance(header, dict):
        raise _damaged(label, "its header is no list of arrays")
    return cast("dict[str, Any]", header), data[8 + length :]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _begin(entry: object, label: str) -> int:
    return _entry(entry, "an array", label)[1]


def _entry(entry: object, name: str, label: str) -> tuple[tuple[int, ...], int, int]:
    if not isinstance(entry, dict) or set(cast("dict[str, Any]", entry)) != {"dtype", "shape", "data_offsets"}:
        raise _damaged(label, f"{name!r} has not the entries dtype, shape and data_offsets")
    found = cast("dict[str, Any]", entry)
    if found["dtype"] != _KIND:
        raise _damaged(label, f"{name!r} is of type {found['dtype']!r:.20}, not {_KIND}")
    shape, offsets = found["shape"], found["data_offsets"]
    lists = isinstance(shape, list) and isinstance(offsets, list) and len(offsets) == 2 and len(shape) <= 4
    if not lists or not all(type(value) is int and 0 <= value <= MOST_BYTES for value in (*shape, *offsets)):
        raise _damaged(label, f"shape and place of {name!r} are not whole numbers from 0 up")
    return tuple(shape), offsets[0], offsets[1]


def _damaged(label: str, fault: str) -> InputError:
    return InputError(f"{label}: no whole safetensors file: {fault}; copy the folder again, or train the policy again")
