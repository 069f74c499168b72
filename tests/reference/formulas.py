"""Formulas of the kernels, written from their definitions, with angles, loops and numerical integrals."""

import math
from itertools import pairwise

import numpy as np
from scipy.integrate import quad


def exposure(law: float, dx: float, dy: float, ux: float, uy: float, span_s: float) -> float:
    """Return the integral of law / r^3 over the last ``span_s`` seconds, by quadrature."""
    speed_sq = ux * ux + uy * uy
    nearest = (dx * ux + dy * uy) / speed_sq if speed_sq > 0 else 0.0
    breaks = [0.0, *([nearest] if 0 < nearest < span_s else []), span_s]
    return sum(
        quad(lambda s: law / math.hypot(dx - ux * s, dy - uy * s) ** 3, a, b, epsabs=0, epsrel=1e-11, limit=400)[0]
        for a, b in pairwise(breaks)
    )


def nearest_distance(dx: float, dy: float, ux: float, uy: float, span_s: float, samples: int) -> float:
    """Return the smallest of many sampled distances over the last ``span_s`` seconds."""
    s = np.linspace(0.0, span_s, samples)
    return float(np.hypot(dx - ux * s, dy - uy * s).min())


def turned(heading: float, goal: float, most: float) -> float:
    """Return the heading [rad] after a turn towards ``goal`` by at most ``most``; dead astern to the left."""
    left = math.remainder(goal - heading, math.tau)
    return heading + min(max(left, -most), most)


def swerling_1_p(snr: float, pfa: float) -> float:
    """Return the detection probability: a power with exponential distribution of mean 1 + snr passes -ln Pfa."""
    threshold = -math.log(pfa) / (1 + snr)  # in units of the mean power
    return quad(lambda power: math.exp(-power), threshold, math.inf, epsabs=0.0, epsrel=1e-10)[0]
