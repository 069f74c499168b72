"""The terrain of a run as a PNG for the map: surface classes with hill shading, for the light and the dark page."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from simcore.errors import InputError

PALETTES = {  # water, open, rough, forest, urban, marsh, road (the order of simcore.types.Surface)
    "light": [
        (200, 220, 235), (236, 234, 218), (224, 214, 190), (205, 221, 189), (214, 205, 205), (211, 224, 209),
        (247, 240, 214),
    ],
    "dark": [(22, 34, 48), (52, 56, 54), (62, 58, 50), (42, 58, 46), (66, 60, 64), (46, 58, 56), (84, 78, 62)],
}  # fmt: skip
MAX_SIDE = 2048


def terrain_png(folder: Path, theme: str) -> tuple[bytes, list[float]] | None:
    """Return the picture and its bounds [west, east, south, north] in metres; None when the run holds no terrain."""
    path = folder / "terrain.npz"
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            elevation_m = np.asarray(data["elevation_m"], np.float32)
            surface = np.asarray(data["surface"], np.uint8)
            west_m, south_m, cell_m = (float(data[key]) for key in ("west_m", "south_m", "cell_m"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path}: not readable as terrain ({error}); write the run again") from error
    if surface.ndim != 2 or elevation_m.shape != surface.shape or 0 in surface.shape:
        raise InputError(f"{path}: elevation_m and surface must be two rasters of one shape; write the run again")
    bounds = [west_m, west_m + cell_m * surface.shape[1], south_m, south_m + cell_m * surface.shape[0]]
    step = -(-max(surface.shape) // MAX_SIDE)
    return encode_png(shade(elevation_m[::step, ::step], surface[::step, ::step], cell_m * step, theme)), bounds


def shade(elevation_m: np.ndarray, surface: np.ndarray, cell_m: float, theme: str) -> np.ndarray:
    """Return the RGB picture (rows from north, columns, 3) of rasters whose first row is the southern one."""
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
    """Return a PNG of an RGB picture (rows, columns, 3) uint8."""

    def block(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows, columns, _ = rgb.shape
    raw = np.concatenate([np.zeros((rows, 1), np.uint8), rgb.reshape(rows, columns * 3)], axis=1).tobytes()
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", zlib.compress(raw, 6)) + block(b"IEND", b"")
