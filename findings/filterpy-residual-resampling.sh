#!/usr/bin/env bash
# filterpy 2.0.0: residual resampling gives the rest to the particles that have their share already.
#
# Behaviour: residual_resample takes the whole copies of each particle off its weight, not off n times its weight. The
# rest is negative; divided by its negative sum it becomes a distribution that favours those with most copies, and in
# which particles without a whole copy have next to nothing. (A report of August 2023 names the formula.)
# Expected: n w copies of each particle on average, as for the three other resamplings of the package; that is the
# condition for an unbiased particle filter (Liu and Chen 1998).
# Why it matters: one particle a little heavier than the others takes the whole cloud. A track with two hypotheses drops
# the weaker one in one scan, at a likelihood of two to one.
#
# Seen: mean copies in 2000 draws of ten particles, and in 50 draws of a thousand
#   weights 0.19 and nine times 0.09: expected 1.90 and 0.90; residual 10.00 and 0.00; systematic 1.90 and 0.90
#   two clouds, weights 2/3 and 1/3: expected 666.7 and 333.3; residual 1000.0 and 0.0; systematic 666.7 and 333.3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet filterpy==2.0.0 numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from filterpy.monte_carlo import residual_resample, systematic_resample

np.random.seed(1)


def mean_copies(resample, weights, draws):
    copies = sum(np.bincount(resample(weights), minlength=len(weights)) for _ in range(draws))
    return copies / draws


heavy = np.array([0.19] + [0.09] * 9)
residual, systematic = (mean_copies(resample, heavy, 2000) for resample in (residual_resample, systematic_resample))
print(
    f"  weights 0.19 and nine times 0.09: expected 1.90 and 0.90; "
    f"residual {residual[0]:.2f} and {residual[1:].mean():.2f}; "
    f"systematic {systematic[0]:.2f} and {systematic[1:].mean():.2f}"
)
is_seen = residual[0] == 10 and abs(systematic[0] - 1.9) < 0.05

clouds = np.repeat([2.0, 1.0], 500)
clouds /= clouds.sum()
residual, systematic = (
    mean_copies(resample, clouds, 50).reshape(2, 500).sum(axis=1)
    for resample in (residual_resample, systematic_resample)
)
print(
    f"  two clouds, weights 2/3 and 1/3: expected 666.7 and 333.3; "
    f"residual {residual[0]:.1f} and {residual[1]:.1f}; systematic {systematic[0]:.1f} and {systematic[1]:.1f}"
)
if not (is_seen and residual[1] < 1 and abs(systematic[1] - 1000 / 3) < 1):
    sys.exit("the behaviour has changed")
PY
