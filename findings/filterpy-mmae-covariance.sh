#!/usr/bin/env bash
# filterpy 2.0.0: the covariance of MMAEFilterBank grows with the distance of the track from the origin of the map.
#
# Behaviour: update() pairs the filters of the bank with the components of the mixed state, the first with the position,
# the second with the velocity, and takes the spread of each filter about that single number. A third filter of a state
# of two components is left out altogether. The mixed state and the probabilities of the filters are right.
# Expected: the covariance of the mixture, the sum of p (P + (x_i - x)(x_i - x)'), as IMMEstimator of the same package
# has it. It does not depend on the origin of the map.
# Why it matters: in UTM coordinates (500 km) a track that is known to a metre claims 151 km. Its gate takes in every
# plot, and a fusion with another sensor gives it no weight.
#
# Seen: three hypotheses (goes on, turns back, stops) after one plot of 1 m noise; sigma of the position
#   origin at the vehicle: filterpy 0.6 m, mixture 1.0 m
#   origin 1 km away: filterpy 301.2 m, mixture 1.0 m
#   origin 500 km away: filterpy 150696.1 m, mixture 1.0 m
#   the same with IMMEstimator and equal chances of each change: 1.0 m at 500 km
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet filterpy==2.0.0 numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from filterpy.kalman import IMMEstimator, KalmanFilter, MMAEFilterBank


def hypotheses(origin):
    """Filters of (position, velocity) for a vehicle that goes on, turns back or stops."""
    filters = []
    for speed in (5.0, -5.0, 0.0):
        kf = KalmanFilter(dim_x=2, dim_z=1)
        kf.x = np.array([[origin], [speed]])
        kf.F = np.array([[1.0, 1.0], [0.0, 1.0]])
        kf.H = np.array([[1.0, 0.0]])
        kf.P = np.eye(2) * 4.0
        kf.Q = np.eye(2) * 0.01
        kf.R = np.eye(1)
        filters.append(kf)
    return filters


def sigmas(origin):
    """Sigma of the position in metres: of the bank, and of the mixture of its filters."""
    bank = MMAEFilterBank(hypotheses(origin), [1 / 3] * 3, dim_x=2)
    bank.predict()
    bank.update(np.array([[origin + 1.0]]))
    mean = sum(p * f.x for p, f in zip(bank.p, bank.filters))
    mixture = sum(p * (f.P + (f.x - mean) @ (f.x - mean).T) for p, f in zip(bank.p, bank.filters))
    assert np.allclose(bank.x, mean)
    return bank.P[0, 0] ** 0.5, mixture[0, 0] ** 0.5


seen = {}
for name, origin in (("at the vehicle", 0.0), ("1 km away", 1e3), ("500 km away", 5e5)):
    seen[name] = sigmas(origin)
    print(f"  origin {name}: filterpy {seen[name][0]:.1f} m, mixture {seen[name][1]:.1f} m")
imm = IMMEstimator(hypotheses(5e5), [1 / 3] * 3, np.full((3, 3), 1 / 3))
for kf in imm.filters:
    kf.predict()
imm.update(np.array([[5e5 + 1.0]]))
imm_sigma = imm.P[0, 0] ** 0.5
print(f"  the same with IMMEstimator and equal chances of each change: {imm_sigma:.1f} m at 500 km")
mixtures = [mixture for _, mixture in seen.values()]
is_right = max(mixtures) - min(mixtures) < 1e-3 and abs(imm_sigma - mixtures[0]) < 1e-3
if not (is_right and seen["1 km away"][0] > 100 and seen["500 km away"][0] > 100e3):
    sys.exit("the behaviour has changed")
PY
