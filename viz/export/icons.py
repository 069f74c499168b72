"""Small pictures that travel in a kmz: the frames of MIL-STD-2525 by identity and domain, and a dot.

They are white with a dark edge. A viewer multiplies them with the colour of a style, so a frame takes the colour of its
side. Drawn here, because nothing that draws symbols is needed otherwise.
"""

import struct
import zlib
from collections.abc import Callable

import numpy as np

_SIZE = 32  # pixels
_FINE = 4  # samples per pixel and axis
_EDGE = 0.16  # width of the edge, in half sizes of the picture

_Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Signed distance to an outline, negative inside, of points with x to the right and y upwards, -1 to 1."""


def _box(width: float, low: float, high: float) -> _Shape:
    return lambda x, y: np.maximum(np.abs(x) - width, np.maximum(low - y, y - high))


def _disc(radius: float, x0: float = 0.0, y0: float = 0.0) -> _Shape:
    return lambda x, y: np.hypot(x - x0, y - y0) - radius


def _diamond(half: float) -> _Shape:
    return lambda x, y: (np.abs(x) + np.abs(y) - half) / np.sqrt(2.0)


def _tent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum((1.2 * np.abs(x) + y - 0.8) / 1.56, np.maximum(np.abs(x) - 0.7, -0.7 - y))


def _dome(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(np.hypot(x, np.maximum(0.0, y)) - 0.8, -0.7 - y)


def _clover(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    leaves = [_disc(0.42, *at)(x, y) for at in ((0.4, 0.0), (-0.4, 0.0), (0.0, 0.4), (0.0, -0.4))]
    return np.minimum.reduce([*leaves, _box(0.4, -0.4, 0.4)(x, y)])


def _cut(shape: _Shape) -> _Shape:
    return lambda x, y: np.maximum(shape(x, y), -0.5 - y)


def _upside_down(shape: _Shape) -> _Shape:
    return lambda x, y: shape(x, -y)


_IN_AIR: dict[str, _Shape] = {"3": _dome, "6": _tent, "4": _box(0.6, -0.7, 0.8), "1": _cut(_clover)}
_FRAMES: dict[str, dict[str, _Shape]] = {
    "land": {"3": _box(0.85, -0.55, 0.55), "6": _diamond(0.95), "4": _box(0.7, -0.7, 0.7), "1": _clover},
    "surface": {"3": _disc(0.8), "6": _diamond(0.95), "4": _box(0.7, -0.7, 0.7), "1": _clover},
    "air": _IN_AIR,
    "subsurface": {identity: _upside_down(shape) for identity, shape in _IN_AIR.items()},
}
"""Frames by domain and standard identity: 3 friend, 6 hostile, 4 neutral, 1 unknown."""
IDENTITIES, DOMAINS = ("3", "6", "4", "1"), tuple(_FRAMES)
DOT = "icons/dot.png"


def frame_name(domain: str, sidc: str) -> str:
    """Return the name of the frame for a domain and a symbol code."""
    identity = sidc[3:4] if sidc[3:4] in IDENTITIES else "1"
    return f"icons/{domain if domain in _FRAMES else 'land'}-{identity}.png"


def icons() -> dict[str, bytes]:
    """Return the pictures by name, as PNG."""
    pictures = {
        f"icons/{domain}-{identity}.png": _png(shape)
        for domain, shapes in _FRAMES.items()
        for identity, shape in shapes.items()
    }
    return {**pictures, DOT: _png(_disc(0.6))}


def _png(shape: _Shape) -> bytes:
    n = _SIZE * _FINE
    at = (np.arange(n) + 0.5) / n * 2.0 - 1.0
    x, y = np.meshgrid(at, -at)
    distance = shape(x, y)
    inside = (distance <= 0.0).astype(np.float64)
    filled = (distance <= -_EDGE).astype(np.float64)
    alpha, white = (_mean(values) for values in (inside, filled))
    grey = np.round(255.0 * np.where(alpha > 0.0, white / np.maximum(alpha, 1e-9), 0.0)).astype(np.uint8)
    pixels = np.stack([grey, np.round(255.0 * alpha).astype(np.uint8)], axis=2)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 4, 0, 0, 0)  # 8 bits, grey with alpha
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _mean(values: np.ndarray) -> np.ndarray:
    return values.reshape(_SIZE, _FINE, _SIZE, _FINE).mean(axis=(1, 3))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
