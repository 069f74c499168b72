"""Messages between the assessment and a commander in a process of its own: JSON and raw arrays, which run no code.

A message is the length of its JSON and of its arrays, the JSON, and the bytes of the arrays in sequence. Records are
built from a list of known types alone.
"""

import json
import socket
import struct
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from simcore.intelligence import Doctrine, ForeignForce, Intelligence
from simcore.orders import Orders
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.sustainment_picture import SustainmentPicture

_HEAD = struct.Struct("<QQ")
NUMBER = struct.Struct("<q")
"""The number of a process, as the nursery sends it."""
OPTIONAL = ("forecasts", "unusual", "explain")
"""The optional questions to a commander, see ``subject``."""
_MOST_BYTES = 2**31
RECORDS: dict[str, type[Any]] = {
    one.__name__: one for one in (Briefing, Doctrine, ForeignForce, Intelligence, Orders, Picture, SustainmentPicture)
}
_TYPES = {"bool", "int32", "int64", "uint64", "float32", "float64"}


class WireError(Exception):
    """A message that cannot be read: the other process ended, or wrote something else."""


def pack(value: Any) -> bytes:
    """Return a message with a value."""
    arrays: list[bytes] = []
    text = json.dumps(_encode(value, arrays)).encode()
    body = b"".join(arrays)
    return _HEAD.pack(len(text), len(body)) + text + body


def send(link: socket.socket, value: Any) -> None:
    """Send a value."""
    link.sendall(pack(value))


def receive(link: socket.socket) -> Any:
    """Return the next value. Raises ``WireError``; ``TimeoutError`` after the time limit of the socket."""
    n_text, n_body = _HEAD.unpack(_read(link, _HEAD.size))
    if n_text + n_body > _MOST_BYTES:
        raise WireError("a message is too large")
    text, body = _read(link, n_text), _read(link, n_body)
    try:
        return _decode(json.loads(text), memoryview(body), [0])
    except (ValueError, KeyError, TypeError) as error:
        raise WireError(f"a message cannot be read ({error})") from None


def _read(link: socket.socket, n: int) -> bytes:
    parts: list[bytes] = []
    while n > 0:
        part = link.recv(min(n, 1 << 20))
        if not part:
            raise WireError("the process ended")
        parts.append(part)
        n -= len(part)
    return b"".join(parts)


def _encode(value: Any, arrays: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value).tobytes())
        return {"array": value.dtype.name, "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return value.item()
    name = type(value).__name__
    if RECORDS.get(name) is type(value):
        names = [one.name for one in fields(value)] if is_dataclass(value) else value._fields
        return {"record": name, "values": {key: _encode(_field(value, key), arrays) for key in names}}
    if isinstance(value, dict):
        return {"map": {str(key): _encode(inner, arrays) for key, inner in value.items()}}
    if isinstance(value, (list, tuple)):
        return [_encode(inner, arrays) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{name} cannot be sent")


def _field(record: Any, key: str) -> Any:
    if isinstance(record, Intelligence) and key == "write_document":
        return record.document
    return getattr(record, key)


def _decode(value: Any, body: memoryview, place: list[int]) -> Any:
    if isinstance(value, list):
        return tuple(_decode(inner, body, place) for inner in value)
    if not isinstance(value, dict):
        return value
    if "array" in value:
        if value["array"] not in _TYPES:
            raise ValueError(f"arrays of {value['array']}")
        dtype = np.dtype(value["array"])
        n = int(np.prod([int(size) for size in value["shape"]], dtype=np.int64)) * dtype.itemsize
        part = body[place[0] : place[0] + n]
        place[0] += n
        return np.frombuffer(part, dtype=dtype).reshape(value["shape"])
    if "map" in value:
        return {key: _decode(inner, body, place) for key, inner in value["map"].items()}
    kind = RECORDS[value["record"]]
    values = {key: _decode(inner, body, place) for key, inner in value["values"].items()}
    if kind is Intelligence:
        document = values.pop("write_document")
        return Intelligence(**values, write_document=lambda: document)
    return kind(**values)
