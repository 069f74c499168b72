#!/usr/bin/env bash
# pyDOE 1.6.0: points of its Niederreiter sequence cover the cube worse than random points.
#
# Behaviour: the first coordinate of 128 points falls into four of eight equal parts, 32 times each, and never into the
# others. The discrepancy of the points is above that of pseudo-random ones, from 3 to 10 dimensions.
# Expected: a digital net of base 2, as its documentation says: each of the eight parts holds 16 points, and the
# discrepancy lies far below that of random points, as with the Sobol, Halton and Faure sequences.
# Why it matters: half of a factor's range is never tried. A study over weather or jamming misses whole bands, and its
# mean has more error than with independent draws, while the sequence was chosen for less.
#
# Seen: parts of the first coordinate in 128 points: 32 0 0 32 0 32 32 0
#   discrepancy (centred L2, squared), 64 points in 3 dimensions: Niederreiter 0.0203, random 0.0101, Sobol 0.0004
#   128 points in 6 dimensions: Niederreiter 0.0321, random 0.0171, Sobol 0.0016
#   243 points in 10 dimensions: Niederreiter 0.0588, random 0.0284, Sobol 0.0071
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pydoe==1.6.0 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import sys
import warnings

import numpy as np
import pydoe
from scipy.stats import qmc

warnings.simplefilter("ignore")  # SciPy on numbers of points that are no power of two
first = pydoe.niederreiter_sequence(128, 6)[:, 0]
parts = np.bincount((first * 8).astype(int), minlength=8)
print("  parts of the first coordinate in 128 points:", *parts)
worse = []
for points, dimensions in ((64, 3), (128, 6), (243, 10)):
    random = np.median(
        [qmc.discrepancy(np.random.default_rng(seed).random((points, dimensions))) for seed in range(101)]
    )
    net = qmc.discrepancy(pydoe.niederreiter_sequence(points, dimensions))
    sobol = qmc.discrepancy(qmc.Sobol(dimensions, rng=1).random(points))
    worse.append(net > random > sobol)
    print(
        f"  {points} points in {dimensions} dimensions: Niederreiter {net:.4f}, random {random:.4f} (median of 101), "
        f"Sobol {sobol:.4f}"
    )
if not (all(worse) and (parts == 0).sum() == 4):
    sys.exit("the behaviour has changed")
PY
