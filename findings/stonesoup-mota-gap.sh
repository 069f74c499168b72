#!/usr/bin/env bash
# Stone Soup 1.9.1: a target that changes its track number after a missed scan does not lower MOTA.
#
# Behaviour: ClearMotMetrics of Stone Soup compares the pairs of each scan with those of the scan before. If the target
# is missed for one scan and comes back as a new track, that is no mismatch. Only a change without a gap is one.
# Expected: the CLEAR MOT measures compare with the last pair known of the target (Bernardin and Stiefelhagen 2008, the
# reference of the class); TrackEval does so.
# Why it matters: tracks break when a target is masked or turns, not while it is seen. A tracker that starts anew after
# each gap, so that nobody can say which vehicle is which, is scored as if it had kept the identities.
#
# Seen: one target, 12 scans
#   one track throughout: Stone Soup 1.000, TrackEval 1.000 (0 switches)
#   new number without a gap: Stone Soup 0.917, TrackEval 0.917 (1 switches)
#   same number after each of 4 gaps: Stone Soup 0.667, TrackEval 0.667 (0 switches)
#   new number after each of 4 gaps: Stone Soup 0.667, TrackEval 0.417 (3 switches)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet stonesoup==1.9.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" install --quiet --no-deps trackeval==1.3.0 # its measures need neither OpenCV nor pycocotools
MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - <<'PY'
import contextlib
import datetime
import io
import sys

import numpy as np
from stonesoup.dataassociator.clearmot import ClearMotAssociator
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.clearmotmetrics import ClearMotMetrics
from stonesoup.metricgenerator.manager import MultiManager
from stonesoup.types.groundtruth import GroundTruthPath, GroundTruthState
from stonesoup.types.state import State
from stonesoup.types.track import Track

with contextlib.redirect_stdout(io.StringIO()):
    from trackeval.metrics import CLEAR

SCANS = 12
TIMES = [datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=scan) for scan in range(SCANS)]


def stone_soup(tracks):
    target = GroundTruthPath([GroundTruthState([0.0, 0.0], timestamp=time) for time in TIMES])
    found = {Track([State([0.0, 0.0], timestamp=TIMES[scan]) for scan in scans]) for scans in tracks}
    metric = ClearMotMetrics(distance_measure=Euclidean(), tracks_key="tracks", truths_key="truths")
    manager = MultiManager([metric], ClearMotAssociator(measure=Euclidean(), association_threshold=5.0))
    manager.add_data({"truths": {target}, "tracks": found})
    return manager.generate_metrics()["clearmot_generator"]["MOTA"].value


def track_eval(tracks):
    numbers = [np.array([n for n, scans in enumerate(tracks) if scan in scans], int) for scan in range(SCANS)]
    scores = CLEAR({"PRINT_CONFIG": False}).eval_sequence(
        {
            "gt_ids": [np.array([0])] * SCANS,
            "tracker_ids": numbers,
            "similarity_scores": [np.ones((1, len(n))) for n in numbers],
            "num_gt_dets": SCANS,
            "num_tracker_dets": sum(map(len, numbers)),
            "num_gt_ids": 1,
            "num_tracker_ids": len(tracks),
            "num_timesteps": SCANS,
        }
    )
    return scores["MOTA"], scores["IDSW"]


pieces = [(0, 1), (3, 4), (6, 7), (9, 10)]
cases = {
    "one track throughout": [range(SCANS)],
    "new number without a gap": [range(6), range(6, SCANS)],
    "same number after each of 4 gaps": [sum(pieces, ())],
    "new number after each of 4 gaps": pieces,
}
seen = []
for name, tracks in cases.items():
    theirs, (ours, switches) = stone_soup(tracks), track_eval(tracks)
    seen.append((round(float(theirs), 3), round(float(ours), 3), int(switches)))
    print(f"  {name}: Stone Soup {theirs:.3f}, TrackEval {ours:.3f} ({switches} switches)")
if seen != [(1.0, 1.0, 0), (0.917, 0.917, 1), (0.667, 0.667, 0), (0.667, 0.417, 3)]:
    sys.exit("the behaviour has changed")
PY
