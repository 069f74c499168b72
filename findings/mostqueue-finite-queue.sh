#!/usr/bin/env bash
# most-queue 2.9: where a full queue turns customers away, the mean wait counts them as served without a wait.
#
# Behaviour: MMnrCalc divides the mean queue by the rate of all arrivals, those included that find no place, and adds a
# whole service to the result as the mean stay. The probabilities of the states are right. r, by its description the
# places "including servers", is the places without them. utilization is the load offered and can exceed 1.
# Expected: by Little's law, the mean queue over the rate of those who enter. The wait of the others is nothing, and
# they have no service either.
# Why it matters: a call that finds no free vehicle and a full list goes to the neighbours. Those on the list wait up to
# two times as long as planned, and the heavier the load, the better the plan looks.
#
# Seen: vehicles and places on the list, calls an hour, 1 h a mission; mean wait and stay of those accepted, in minutes
#   3 and 3, 3.5: 24% turned away, wait 22.5, stay 82.5, utilization 1.17; simulated wait 29.9, stay 90.1, busy 0.89
#   2 and 4, 4.0: 51% turned away, wait 46.5, stay 106.5, utilization 2.00; simulated wait 94.3, stay 154.4, busy 0.99
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet most-queue==2.9 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2 \
    networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import heapq
import random
import sys

from most_queue.theory.fifo.mmnr import MMnrCalc


def simulated(vehicles, places, calls, n=400_000):
    """Mean wait and stay in hours of the calls accepted, share of the vehicles busy, share of the calls turned away."""
    draw, now, inside, free = random.Random(1), 0.0, [], [0.0] * vehicles
    waited, stayed, served, accepted = 0.0, 0.0, 0.0, 0
    for _ in range(n):
        now += draw.expovariate(calls)
        while inside and inside[0] <= now:
            heapq.heappop(inside)
        if len(inside) == vehicles + places:
            continue
        start = max(now, free[0])
        mission = draw.expovariate(1.0)
        heapq.heapreplace(free, start + mission)
        heapq.heappush(inside, start + mission)
        accepted += 1
        waited += start - now
        stayed += start - now + mission
        served += mission
    return waited / accepted, stayed / accepted, served / (vehicles * now), 1 - accepted / n


is_seen = True
for vehicles, places, calls in ((3, 3, 3.5), (2, 4, 4.0)):
    queue = MMnrCalc(n=vehicles, r=places)
    queue.set_sources(calls)
    queue.set_servers(1.0)
    results = queue.run()
    lost = results.p[-1]
    wait, stay, busy, away = simulated(vehicles, places, calls)
    print(
        f"  {vehicles} and {places}, {calls}: {lost:.0%} turned away, wait {60 * results.w[0]:.1f}, "
        f"stay {60 * results.v[0]:.1f}, utilization {results.utilization:.2f}; "
        f"simulated wait {60 * wait:.1f}, stay {60 * stay:.1f}, busy {busy:.2f}"
    )
    is_right = len(results.p) == vehicles + places + 1 and abs(lost - away) < 0.01
    is_scaled = abs(results.w[0] / (1 - lost) / wait - 1) < 0.02
    is_seen = is_seen and is_right and is_scaled and results.utilization > 1 > busy
if not is_seen:
    sys.exit("the behaviour has changed")
PY
