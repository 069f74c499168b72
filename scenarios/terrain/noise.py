"""Value noise identical on every machine: lattice draws and arithmetic only, no libm."""

import numpy as np

from simcore.types import F64, U64

TERRAIN_STREAM = 12
"""``simcore.rng.Stream.TERRAIN``, repeated so that checking a file does not load the engine's compiler."""

_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xBF58476D1CE4E5B9)
_C = np.uint64(0x94D049BB133111EB)
_D = np.uint64(0xD1B54A32D192ED03)


def _mix(x: U64) -> U64:
    x = (x ^ (x >> np.uint64(30))) * _B
    x = (x ^ (x >> np.uint64(27))) * _C
    return x ^ (x >> np.uint64(31))


def draw_lattice(seed: int, layer: int, i: U64, j: U64) -> F64:
    """Return uniform numbers in (0, 1) for lattice points (i, j), broadcast; the array twin of ``simcore.rng.draw``.

    The key belongs to replication 0, tick ``layer``, stream TERRAIN.
    """
    with np.errstate(over="ignore"):
        base = np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
        key = _mix(base + _A)
        key = _mix(key ^ (np.array([layer], dtype=np.uint64) * _D + np.uint64(TERRAIN_STREAM) * _A))
        bits = _mix(_mix(key ^ i) + j * _D)
    return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * (1.0 / 9007199254740992.0)


def value_noise(x: F64, y: F64, seed: int, layer: int) -> F64:
    """Return smooth noise in 0..1 on the grid y (rows,) by x (columns,), both >= 0 in wavelengths."""
    column, row = np.floor(x), np.floor(y)
    i, j = column.astype(np.int64), row.astype(np.int64)
    corners = np.arange(j.max() + 2, dtype=np.uint64)[:, None], np.arange(i.max() + 2, dtype=np.uint64)[None, :]
    lattice = draw_lattice(seed, layer, corners[1], corners[0])
    u, v = _smooth(x - column)[None, :], _smooth(y - row)[:, None]
    lines = lattice[:, i] + (lattice[:, i + 1] - lattice[:, i]) * u  # (lattice rows, columns)
    south = lines[j]
    return south + (lines[j + 1] - south) * v


def layered_noise(x_m: F64, y_m: F64, wavelength_m: float, gain: float, finest_m: float, seed: int, layer: int) -> F64:
    """Return a sum of octaves of noise, each with half the wavelength and ``gain`` times the weight, scaled to 0..1."""
    total = np.zeros((len(y_m), len(x_m)))
    weight, weights = 1.0, 0.0
    octave = 0
    while octave == 0 or (octave < 12 and wavelength_m >= finest_m and weight > 0.01):
        total += weight * value_noise(x_m / wavelength_m, y_m / wavelength_m, seed, 64 * layer + octave)
        weights += weight
        weight *= gain
        wavelength_m *= 0.5
        octave += 1
    return total / weights


def _smooth(t: F64) -> F64:
    return t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
