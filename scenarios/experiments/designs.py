"""Designs: points of the unit cube, a row per point and a column per factor, each between 0 and 1.

Factors turn a coordinate into a value (``scenarios.experiments.factors``): a range is stretched over it, and levels
share it equally, so that a balanced column gives balanced levels.

Sources: Box and Hunter (1961) for fractional factorial designs; Iman and Conover (1982) and Owen (1994) for Latin
hypercubes with hardly correlated columns; Cioppa and Lucas (2007) for their sizes; Sobol' (1967).
"""

from importlib import import_module
from itertools import combinations, product
from typing import Any

import numpy as np

from simcore.errors import InputError
from simcore.types import F64

SIZES = {7: 17, 11: 33, 16: 65, 22: 129, 29: 257}
"""Points of a nearly orthogonal design by the largest number of factors."""
_MOST_POINTS = 100_000
_STARTS = 40
_SWEEPS = 12
_ENOUGH = 0.02
_ORDERS = 60


def full_factorial(levels: list[int]) -> F64:
    """Return all combinations of levels, the last factor changing fastest."""
    n = int(np.prod([float(k) for k in levels]))
    if n > _MOST_POINTS:
        raise InputError(
            f"design: a full factorial of {len(levels)} factors has {n:,} points; choose fewer levels, or the design "
            "nearly_orthogonal"
        )
    rows = np.array(list(product(*map(range, levels))), dtype=np.float64)
    return (rows + 0.5) / np.array(levels, dtype=np.float64)


def fractional_factorial(n_factors: int, resolution: int = 4) -> F64:
    """Return a two-level design with as few points as a greedy search finds.

    Resolution 3 keeps main effects apart from each other, 4 also from interactions of two factors, 5 also those
    interactions from each other.
    """
    for n_basic in range(1, 17):
        words = _words(n_basic, n_factors, resolution)
        if words is not None:
            bits = [[(run & word).bit_count() % 2 for word in words] for run in range(2**n_basic)]
            return 0.25 + 0.5 * np.array(bits, dtype=np.float64)
    raise InputError(f"design: no fractional factorial for {n_factors} factors; choose nearly_orthogonal")


def _words(n_basic: int, n_factors: int, resolution: int) -> list[int] | None:
    """Return the basic factors that each factor is the product of, as bits; None if no room is found."""
    basic = [1 << k for k in range(min(n_basic, n_factors))]
    candidates = [word for word in range(1, 2**n_basic) if word not in basic]
    if resolution == 4:
        candidates = [word for word in candidates if word.bit_count() % 2 == 1]  # odd lengths: no product of two
    if resolution < 5:
        chosen = [*basic, *sorted(candidates, key=lambda word: (-word.bit_count(), word))]
        return chosen[:n_factors] if len(chosen) >= n_factors else None
    if n_factors * (n_factors - 1) // 2 >= 2**n_basic:  # every interaction needs a column of its own
        return None
    generator = np.random.default_rng(n_factors)
    for _ in range(_ORDERS):
        words = list(basic)
        for word in generator.permutation(candidates).tolist():
            if len(words) < n_factors and _is_apart(words, word):
                words.append(word)
        if len(words) >= n_factors:
            return words[:n_factors]
    return None


def _is_apart(words: list[int], word: int) -> bool:
    """Return whether no product of up to three words equals the new word: a design of resolution 5 stays so."""
    pairs = {a ^ b for a, b in combinations(words, 2)}
    triples = {a ^ b for a in words for b in pairs}
    return word not in pairs and word not in triples


def latin_hypercube(n_points: int, n_factors: int, seed: int = 1) -> F64:
    """Return a Latin hypercube with low discrepancy: each column has every point's stratum once."""
    qmc: Any = import_module("scipy.stats.qmc")  # without type information
    sampler = qmc.LatinHypercube(n_factors, scramble=False, rng=np.random.default_rng(seed), optimization="random-cd")
    return np.asarray(sampler.random(n_points), dtype=np.float64)


def nearly_orthogonal(n_factors: int, n_points: int | None = None, seed: int = 1) -> F64:
    """Return a Latin hypercube with hardly correlated columns; 17 to 257 points, by the number of factors.

    Owen's sweeps replace each column by the ranks of its residuals on the others, from several starts; the start with
    the smallest largest correlation is returned.
    """
    n = n_points or next((size for most, size in SIZES.items() if n_factors <= most), None)
    if n is None:
        raise InputError(f"design: {n_factors} factors are more than {max(SIZES)}; give the number of points")
    if n <= n_factors + 1:
        raise InputError(f"design: {n} points are too few for {n_factors} factors; give more than {n_factors + 1}")
    generator = np.random.default_rng(seed)
    best, least = np.zeros((n, n_factors)), np.inf
    for _ in range(_STARTS):
        if least <= _ENOUGH:
            break
        ranks = np.stack([generator.permutation(n) for _ in range(n_factors)], axis=1).astype(np.float64)
        for _ in range(_SWEEPS):
            ranks = _swept(_swept(ranks, forward=True), forward=False)
            largest = largest_correlation(ranks)
            if largest < least:
                best, least = ranks, largest
    return (best + 0.5) / n


def _swept(ranks: F64, *, forward: bool) -> F64:
    n, k = ranks.shape
    result = ranks - 0.5 * (n - 1.0)
    for j in range(k) if forward else reversed(range(k)):
        others = result[:, :j] if forward else result[:, j + 1 :]
        if others.shape[1]:
            column = result[:, j]
            coefficients: F64 = np.asarray(np.linalg.lstsq(others, column, rcond=None)[0], dtype=np.float64)
            residual: F64 = column - others @ coefficients
            result[:, j] = np.argsort(np.argsort(residual, kind="stable"), kind="stable") - 0.5 * (n - 1.0)
    return result + 0.5 * (n - 1.0)


def largest_correlation(points: F64) -> float:
    """Return the largest correlation between two columns, without its sign."""
    if points.shape[1] < 2:
        return 0.0
    correlations = np.asarray(np.corrcoef(points, rowvar=False))
    return float(np.abs(correlations - np.eye(points.shape[1])).max())


def sobol(n_points: int, n_factors: int, seed: int = 1) -> F64:
    """Return a scrambled Sobol' sequence; the number of points is a power of 2."""
    qmc: Any = import_module("scipy.stats.qmc")
    if n_points < 2 or n_points & (n_points - 1):
        lower = 2 ** max(1, n_points.bit_length() - 1)
        raise InputError(f"design: {n_points} points; a Sobol' sequence has a power of 2: give {lower} or {2 * lower}")
    return np.asarray(qmc.Sobol(n_factors, rng=np.random.default_rng(seed)).random(n_points), dtype=np.float64)
