#!/usr/bin/env bash
# kalbee 1.0.0: gated_update judges a measurement by the innovation of the measurement before it.
#
# Behaviour: gated_update takes the innovation that the filter kept from its last update, and computes one of its own
# only if there is none, that is, for the first measurement. A false plot is therefore accepted after a good one. From
# then on its large innovation is the one that is kept, so every later measurement is refused.
# Expected: the gate of Bar-Shalom: accept z if (z - Hx)' S^-1 (z - Hx), after the prediction, is below the quantile.
# Why it matters: the gate is there for clutter and decoys; here one false plot ends the track for good, while its
# covariance looks like that of a track that coasts.
#
# Seen: target at 10 m/s, 5 m noise, gate 99.7 %, one false plot at 5000 m in scan 20
#   scan 19: measured 186 m, accepted True, track at 188 m
#   scan 20: measured 5000 m, accepted True, track at 1180 m
#   scan 21: measured 210 m, accepted False, track at 1288 m
#   scan 60: measured 598 m, accepted False, track at 5494 m
#   with the innovation of the measurement itself: refused [20], track at 599 m in scan 60
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet kalbee==1.0.0 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from kalbee import KalmanFilter
from kalbee.models.measurement import position_measurement_model
from kalbee.models.motion import constant_velocity
from kalbee.modules.utils.gating import chi2_gate, gated_update

GATE = 0.997
F, Q = constant_velocity(dt=1.0, process_var=0.01)
H, R = position_measurement_model(measurement_var=25.0)
FALSE_PLOT = 20


def follow(update):
    """Scans as (measured, accepted, position of the track) of a target at 10 m/s."""
    rng = np.random.default_rng(1)
    track = KalmanFilter(np.zeros((2, 1)), np.diag([100.0, 10.0]), F, Q, H, R)
    scans = {}
    for scan in range(1, 61):
        measured = 10.0 * scan + rng.normal(0.0, 5.0)
        if scan == FALSE_PLOT:
            measured = 5000.0
        track.predict()
        accepted = update(track, np.array([[measured]]))
        scans[scan] = measured, accepted, float(track.state[0, 0])
    return scans


def own_gate(track, z):
    accepted = chi2_gate(z - H @ track.state, H @ track.covariance @ H.T + R, GATE)[0]
    if accepted:
        track.update(z)
    return accepted


seen = follow(lambda track, z: gated_update(track, z, confidence=GATE)[0])
for scan in (19, 20, 21, 60):
    measured, accepted, position = seen[scan]
    print(f"  scan {scan}: measured {measured:.0f} m, accepted {accepted}, track at {position:.0f} m")
right = follow(own_gate)
refused = [scan for scan, (_, accepted, _) in right.items() if not accepted]
print(f"  with the innovation of the measurement itself: refused {refused}, track at {right[60][2]:.0f} m in scan 60")
is_seen = seen[FALSE_PLOT][1] and not any(seen[scan][1] for scan in range(21, 61)) and seen[60][2] > 5000
if not (is_seen and FALSE_PLOT in refused and abs(right[60][2] - 600.0) < 15):
    sys.exit("the behaviour has changed")
PY
