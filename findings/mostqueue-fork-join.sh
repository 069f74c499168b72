#!/usr/bin/env bash
# most-queue 2.9: a job of 60 parallel parts is done sooner than one of 5, and one of 70 after 2000 times as long.
#
# Behaviour: the default approximation of ForkJoinMarkovianCalc ("varma") is an alternating sum of binomial coefficients
# in floating-point numbers. From about 50 parts on the terms cancel to noise. There is no warning. The same sum in
# fractions, the "nelson" approximation of the package and a simulation agree within 6 %.
# Expected: a time that grows with the number of parts, as the sum does (Varma and Makowski 1994).
# Why it matters: a report is complete when the last of 60 units has answered. Up to 40 the numbers are right, so a
# check with a few units finds nothing.
#
# Seen: load 0.7, mean service 1; mean time until the last part is done
#   5 parts: varma 6.62, nelson 6.54; in fractions 6.62, simulated 6.60
#   30 parts: varma 10.23, nelson 10.55; in fractions 10.23, simulated 10.79
#   60 parts: varma 4.18, nelson 12.15; in fractions 11.53, simulated 12.12
#   70 parts: varma 24903.74, nelson 12.51; in fractions 11.82, simulated 12.42
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet most-queue==2.9 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2 \
    networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import sys
from fractions import Fraction
from math import comb, factorial

import numpy as np
from most_queue.theory.fork_join.m_m_n import ForkJoinMarkovianCalc

LOAD = 0.7


def told(parts, method):
    queue = ForkJoinMarkovianCalc(parts)
    queue.set_sources(LOAD)
    queue.set_servers(1.0)
    return queue.run() if method == "varma" else queue.run(approx=method)


def in_fractions(parts):
    """Varma and Makowski's interpolation between light and heavy traffic."""
    light = sum(Fraction(1, r) for r in range(1, parts + 1))
    heavy = Fraction(0)
    for r in range(1, parts + 1):
        inner = sum(Fraction(comb(r, m) * factorial(m - 1), r ** (m + 1)) for m in range(1, r + 1))
        heavy += comb(parts, r) * (-1) ** (r - 1) * inner
    return float(light + (heavy - light) * Fraction(7, 10)) / (1.0 - LOAD)


def simulated(parts, jobs=100_000):
    """Mean time until the last part of a job is done, one queue a part."""
    rng = np.random.default_rng(1)
    waits, total = np.zeros(parts), 0.0
    for _ in range(jobs):
        times = waits + rng.exponential(1.0, parts)
        total += times.max()
        waits = np.maximum(0.0, times - rng.exponential(1.0 / LOAD))
    return total / jobs


is_seen, varma = True, {}
for parts in (5, 30, 60, 70):
    varma[parts], nelson = told(parts, "varma").v[0], told(parts, "nelson").v[0]
    exact, mean = in_fractions(parts), simulated(parts)
    print(
        f"  {parts} parts: varma {varma[parts]:.2f}, nelson {nelson:.2f}; "
        f"in fractions {exact:.2f}, simulated {mean:.2f}"
    )
    is_seen = is_seen and abs(exact / mean - 1) < 0.1 and abs(nelson / mean - 1) < 0.1
    is_seen = is_seen and (abs(varma[parts] / exact - 1) < 1e-6) == (parts <= 30)
if not (is_seen and varma[60] < varma[5] and varma[70] > 1000):
    sys.exit("the behaviour has changed")
PY
