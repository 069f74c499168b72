"""Images of the ground: surface classes with hill shading, encoded as PNG without an imaging library."""

from __future__ import annotations

import struct
import zlib

import numpy as np

PALETTES = {  # water, open, rough, forest, urban, marsh, road (the order of simcore.types.Surface)
    "light": [
        (200, 220, 235), (236, 234, 218), (224, 214, 190), (205, 221, 189), (214, 205, 205), (211, 224, 209),
        (247, 240, 214),
    ],
    "dark": [(22, 34, 48), (52, 56, 54), (62, 58, 50), (42, 58, 46), (66, 60, 64), (46, 58, 56), (84, 78, 62)],
}  # fmt: skip


def shade(elevation_m: np.ndarray, surface: np.ndarray, cell_m: float, theme: str) -> np.ndarray:
    """Return the RGB image (rows from north, columns, 3) of rasters with the southern row first."""
    palette = np.array(PALETTES[theme], np.float32)
    colour = palette[np.minimum(surface, len(palette) - 1)]
    if min(elevation_m.shape) > 1:
        north, east = np.gradient(elevation_m, cell_m)
        exaggeration = 4.0
        light = (1.0 + exaggeration * (east - north) * 0.7) / np.sqrt(1.0 + (exaggeration**2) * (east**2 + north**2))
        depth = 0.35 if theme == "light" else 0.5
        relief = np.clip(1.0 + depth * (light - 1.0), 0.6, 1.25)
        colour = np.where((surface > 0)[..., None], colour * relief[..., None], colour)
    water = surface == 0
    shore = np.zeros_like(water)
    shore[:, 1:] |= water[:, 1:] != water[:, :-1]
    shore[1:, :] |= water[1:, :] != water[:-1, :]
    colour = np.where(shore[..., None], colour * 0.72 if theme == "light" else colour * 0.4 + 70, colour)
    return np.clip(colour, 0, 255).astype(np.uint8)[::-1]


def encode_png(rgb: np.ndarray) -> bytes:
    """Return a PNG of an RGB image (rows, columns, 3) uint8."""

    def block(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows, columns, _ = rgb.shape
    raw = np.concatenate([np.zeros((rows, 1), np.uint8), rgb.reshape(rows, columns * 3)], axis=1).tobytes()
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", zlib.compress(raw, 6)) + block(b"IEND", b"")
