#!/usr/bin/env bash
# most-queue 2.9: mean waits of exact models depend on the unit of time: in seconds, hours become minutes.
#
# Behaviour: Engset (machines that share a repairman) and MG1NonPreemptiveCalc (priority classes) take the moments of
# the wait as numerical derivatives of a transform, with a step of 0.01 and 0.0001 in whatever unit the rates have.
# Where the wait is long in that unit, the step is far too coarse. get_w1() of both classes has a formula and is right;
# run() does not use it. The sojourn time, the wait plus the service, is wrong with it.
# Expected: 1 h is 60 min is 3600 s. The table of models of the package calls Engset exact.
# Why it matters: a rate per second is a natural choice beside a simulation. Waits of hours then come out as minutes,
# and one crew or one gun seems enough.
#
# Seen: mean wait in hours, by run() and by get_w1()
#   10 vehicles, failure after 20 h on average, one crew, 4 h a repair
#     rates per hour 16.73 and 16.75, per minute 3.17 and 16.75, per second 0.06 and 16.75
#   urgent requests 0.3 an hour, 1 h each, others 0.05 an hour, 8 h each; wait of the others
#     rates per hour 16.57 and 16.67, per minute 12.15 and 16.67, per second 0.17 and 16.67
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet most-queue==2.9 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2 \
    networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import sys

from most_queue.theory.closed.engset import Engset
from most_queue.theory.priority.non_preemptive.mg1 import MG1NonPreemptiveCalc

UNITS = {"hour": 1, "minute": 60, "second": 3600}


def exponential(mean):
    """First three raw moments."""
    return [mean, 2 * mean**2, 6 * mean**3]


def repairs(hour):
    """Mean wait in hours of 10 vehicles for one crew, by run() and by get_w1()."""
    crew = Engset()
    crew.set_sources(l=1 / (20 * hour), number_of_sources=10)
    crew.set_servers(mu=1 / (4 * hour))
    return crew.run().w[0] / hour, crew.get_w1() / hour


def requests(hour):
    """Mean wait in hours of the class without priority, by run() and by get_w1()."""
    battery = MG1NonPreemptiveCalc()
    battery.set_sources([0.3 / hour, 0.05 / hour])
    battery.set_servers([exponential(1.0 * hour), exponential(8.0 * hour)])
    return battery.run().w[1][0] / hour, battery.get_w1()[1] / hour


is_seen = True
for title, model in (
    ("10 vehicles, failure after 20 h on average, one crew, 4 h a repair", repairs),
    ("urgent requests 0.3 an hour, 1 h each, others 0.05 an hour, 8 h each; wait of the others", requests),
):
    waits = {unit: model(hour) for unit, hour in UNITS.items()}
    print(f"  {title}")
    print("    rates " + ", ".join(f"per {unit} {run:.2f} and {w1:.2f}" for unit, (run, w1) in waits.items()))
    formula = [w1 for _, w1 in waits.values()]
    is_seen = is_seen and max(formula) - min(formula) < 1e-6 * formula[0]
    is_seen = is_seen and abs(waits["hour"][0] / formula[0] - 1) < 0.01 and waits["second"][0] < 0.1 * formula[0]
if not is_seen:
    sys.exit("the behaviour has changed")
PY
