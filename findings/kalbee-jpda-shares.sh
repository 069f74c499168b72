#!/usr/bin/env bash
# kalbee 1.0.0: in its joint probabilistic data association two tracks take the same measurement as their own.
#
# Behaviour: JPDAAssociation weighs the measurements for each track by itself. It never forms the joint events in which
# a measurement has one origin, so the shares of one measurement add up to the number of tracks near it.
# Expected: the marginal probabilities of the joint events, as name and docstring have it: over all tracks, a
# measurement is used once at most. Only a comment in the source speaks of an approximation.
# Why it matters: two vehicles that pass each other, one of them hidden for a scan. Both tracks follow the one that is
# seen, and the other is lost while its track looks as well fed as before. This is the case for which JPDA is chosen.
#
# Seen: tracks at 0 m and 20 m, one measurement at 4 m (sigma of track and sensor 5 m each)
#   kalbee: track 1 1.0000, track 2 0.9995, together 2.000
#   joint events: track 1 0.9168, track 2 0.0832, together 1.000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet kalbee==1.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import itertools
import sys

import numpy as np
from kalbee import JPDAAssociation
from scipy.stats import multivariate_normal

DETECTION, CLUTTER, GATE = 0.9, 1e-6, 9.21
SPREAD = 25.0 * np.eye(2)
tracks = [np.array([[0.0], [0.0]]), np.array([[20.0], [0.0]])]
measurements = np.array([[4.0, 0.0]])

table = JPDAAssociation(p_d=DETECTION, clutter_density=CLUTTER, gate_threshold=GATE).compute_association_probabilities(
    tracks, [SPREAD] * 2, np.eye(2), SPREAD, measurements
)
alone = table[:, 1]

density = [multivariate_normal.pdf(measurements[0], track[:, 0], 2 * SPREAD) for track in tracks]
joint, total = np.zeros(2), 0.0
for takes in itertools.product((False, True), repeat=2):
    if sum(takes) > 1:
        continue  # a measurement has one origin
    weight = np.prod([DETECTION * d / CLUTTER if take else 1 - DETECTION for take, d in zip(takes, density)])
    total += weight
    joint += weight * np.array(takes)
joint /= total

for name, shares in (("kalbee", alone), ("joint events", joint)):
    print(f"  {name}: track 1 {shares[0]:.4f}, track 2 {shares[1]:.4f}, together {shares.sum():.3f}")
if not (alone.min() > 0.99 and joint.sum() <= 1 and joint[1] < 0.2):
    sys.exit("the behaviour has changed")
PY
