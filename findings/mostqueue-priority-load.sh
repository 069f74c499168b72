#!/usr/bin/env bash
# most-queue 2.9: the utilization of a queue with priorities takes the plain mean of the service times of its classes.
#
# Behaviour: MG1NonPreemptiveCalc and MG1PreemptiveCalc multiply the rate of all arrivals by the mean of the mean
# services, each class with the same weight. The rarer the long services are, the more the result is above the truth.
# The mean waits of get_w1() are right.
# Expected: the sum over the classes of arrival rate times mean service, the share of time in which the server is busy.
# Why it matters: short frequent requests and rare long ones are the reason to have priorities. A load of 460 % makes a
# planner buy servers for a battery that is idle four fifths of the day; the other way about, an overload looks light.
#
# Seen: urgent class, other class; arrivals an hour and hours each; simulated over 400,000 requests
#   0.90 of 0.1 h and 0.01 of 10.0 h: utilization 4.60 and 4.60; sum of the loads 0.19, busy 0.19
#   0.05 of 0.5 h and 0.45 of 2.0 h: utilization 0.62 and 0.62; sum of the loads 0.93, busy 0.92
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet most-queue==2.9 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2 \
    networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import random
import sys

from most_queue.theory.priority.non_preemptive.mg1 import MG1NonPreemptiveCalc
from most_queue.theory.priority.preemptive.mg1 import MG1PreemptiveCalc


def exponential(mean):
    """First four raw moments."""
    return [mean, 2 * mean**2, 6 * mean**3, 24 * mean**4]


def busy(rates, means, n=400_000):
    """Share of time in which the server works on n requests; the order of service does not change it."""
    draw, now, free, worked = random.Random(1), 0.0, 0.0, 0.0
    for _ in range(n):
        now += draw.expovariate(sum(rates))
        mean = draw.choices(means, rates)[0]
        service = draw.expovariate(1 / mean)
        free = max(free, now) + service
        worked += service
    return worked / max(free, now)


is_seen = True
for rates, means, ratio in (((0.9, 0.01), (0.1, 10.0), 24.0), ((0.05, 0.45), (0.5, 2.0), 0.67)):
    told = []
    for model in (MG1NonPreemptiveCalc(), MG1PreemptiveCalc()):
        model.set_sources(list(rates))
        model.set_servers([exponential(mean) for mean in means])
        told.append(model.run().utilization)
    load, simulated = sum(rate * mean for rate, mean in zip(rates, means)), busy(rates, means)
    print(
        f"  {rates[0]:.2f} of {means[0]} h and {rates[1]:.2f} of {means[1]} h: "
        f"utilization {told[0]:.2f} and {told[1]:.2f}; sum of the loads {load:.2f}, busy {simulated:.2f}"
    )
    is_seen = is_seen and abs(simulated / load - 1) < 0.03 and all(abs(t / load / ratio - 1) < 0.03 for t in told)
if not is_seen:
    sys.exit("the behaviour has changed")
PY
