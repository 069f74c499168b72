"""The binary format played by the page: a small JSON header, then little-endian typed arrays.

Layout: ``CHM1``, header length (uint32), the header as JSON padded with spaces, the arrays, each at a multiple of
8 bytes.
The header lists every array as ``[name, type, offset, length]``, with offsets from the end of the header.
Quantities are packed: strength and endurance in 1/250, heading in 1/100 degree, speed in 1/10 m/s. Every packed column
has a value for "not known" (``NOT_KNOWN_*``).
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

MAGIC = b"CHM1"
NOT_KNOWN_U8 = 255
NOT_KNOWN_U16 = 65535
NOT_KNOWN_I16 = -32768
UNIT_COLUMNS = {
    "x": "<f4",
    "y": "<f4",
    "heading": "<u2",
    "speed": "<u2",
    "ammo": "<u2",
    "age": "<u2",
    "z": "<i2",
    "status": "u1",
    "damage": "u1",
    "strength": "u1",
    "endurance": "u1",
    "wear": "u1",
    "ready": "u1",
    "linked": "u1",
    "hops": "u1",
    "task": "u1",
    "roe": "u1",
}
CONTACT_COLUMNS = {
    "c_start": "<u4",
    "c_serial": "<i4",
    "c_x": "<f4",
    "c_y": "<f4",
    "c_vx": "<f4",
    "c_vy": "<f4",
    "c_error": "<f4",
    "c_major": "<f4",
    "c_minor": "<f4",
    "c_angle": "<f4",
    "c_age": "<f4",
    "c_unit": "<i4",
    "c_side": "i1",
    "c_level": "u1",
    "c_domain": "u1",
    "c_class": "i1",
    "c_identity": "u1",
}


def encode(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    """Return the message for a header and named arrays, with the types of the two tables above."""
    parts: list[bytes] = []
    listed, offset = [], 0
    for name, values in arrays.items():
        kind = UNIT_COLUMNS.get(name) or CONTACT_COLUMNS.get(name) or "<f8"
        raw = np.ascontiguousarray(values, dtype=kind).tobytes()
        listed.append([name, kind.strip("<"), offset, int(np.size(values))])
        pad = -len(raw) % 8
        parts += [raw, b"\0" * pad]
        offset += len(raw) + pad
    head = json.dumps({**header, "arrays": listed}, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return b"".join([MAGIC, len(head).to_bytes(4, "little"), head, *parts])


def decode(message: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return header and arrays of a message, as the page does; for tests and other readers."""
    if message[:4] != MAGIC:
        raise ValueError("not a chunk of a replay")
    start = 8 + int.from_bytes(message[4:8], "little")
    header = json.loads(message[8:start])
    arrays = {
        name: np.frombuffer(message, dtype="<" + kind, count=length, offset=start + offset)
        for name, kind, offset, length in header["arrays"]
    }
    return header, arrays


def pack_share(values: np.ndarray) -> np.ndarray:
    """Shares 0..1 to 0..250; nan to "not known"."""
    return _packed(np.asarray(values, np.float64) * 250.0, 250, NOT_KNOWN_U8)


def pack_heading(values_deg: np.ndarray) -> np.ndarray:
    """Degrees to 1/100 degree in 0..35999."""
    return _packed((values_deg % 360.0) * 100.0, 35999, NOT_KNOWN_U16)


def pack_speed(values_mps: np.ndarray) -> np.ndarray:
    """Metres per second to 1/10 m/s."""
    return _packed(values_mps * 10.0, NOT_KNOWN_U16 - 1, NOT_KNOWN_U16)


def pack_whole(values: np.ndarray, not_known: int) -> np.ndarray:
    """Whole numbers, limited to values below "not known"."""
    return _packed(values, not_known - 1, not_known)


def pack_height(values_m: np.ndarray) -> np.ndarray:
    """Metres, limited to ±32 km."""
    values = np.asarray(values_m, np.float64)
    return np.where(np.isnan(values), NOT_KNOWN_I16, np.clip(np.nan_to_num(values).round(), -32000, 32000))


def _packed(values: np.ndarray, largest: int, not_known: int) -> np.ndarray:
    values = np.asarray(values, np.float64)
    return np.where(np.isnan(values) | (values < 0), not_known, np.clip(np.nan_to_num(values).round(), 0, largest))
