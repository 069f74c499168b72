#!/usr/bin/env bash
# most-queue 2.9: with impatience and round numbers, the probabilities of the states add up to 1.9.
#
# Behaviour: MM1Impatience stops the sum that normalises its probabilities as soon as two terms are equal. That is so
# wherever the arrival rate is the service rate plus a whole multiple of the lapse rate. All probabilities, the mean
# wait and the mean stay are then too large, by the same factor. With other numbers they are right.
# Expected: probabilities that add up to 1, and the waits of MMnImpatienceCalc for one server, in the same package.
# Why it matters: rates per hour are round numbers. Requests that lapse and targets that move on are this queue.
#
# Seen: arrivals an hour, services an hour, lapses an hour of each that waits
#   6.0, 5.0, 1.0: sum 1.865, mean wait 33.4 min; one server of MMnImpatienceCalc: sum 1.000, 17.9 min; simulated 18.0
#   5.0, 4.0, 0.5: sum 1.921, mean wait 65.2 min; one server of MMnImpatienceCalc: sum 1.000, 33.9 min; simulated 33.9
#   6.1, 5.0, 1.0: sum 1.000, mean wait 18.2 min; one server of MMnImpatienceCalc: sum 1.000, 18.2 min; simulated 18.3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet most-queue==2.9 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2 \
    networkx==3.6.1
"$folder/venv/bin/python" - <<'PY'
import random
import sys

from most_queue.theory.impatience.mm1 import MM1Impatience
from most_queue.theory.impatience.mmn import MMnImpatienceCalc


def solved(queue, arrivals, services):
    """Sum of the probabilities, and mean time in the queue in minutes."""
    queue.set_sources(arrivals)
    queue.set_servers(services)
    results = queue.run()
    return sum(results.p), 60 * results.w[0]


def simulated(arrivals, services, lapses, n=400_000):
    """Mean time in the queue in minutes of n customers, those included that give up."""
    draw, now, free, waited = random.Random(1), 0.0, 0.0, 0.0
    for _ in range(n):
        now += draw.expovariate(arrivals)
        patience = draw.expovariate(lapses)
        wait = max(0.0, free - now)
        if wait <= patience:
            free = now + wait + draw.expovariate(services)
        waited += min(wait, patience)
    return 60 * waited / n


is_seen = True
for arrivals, services, lapses in ((6.0, 5.0, 1.0), (5.0, 4.0, 0.5), (6.1, 5.0, 1.0)):
    total, wait = solved(MM1Impatience(gamma=lapses), arrivals, services)
    right_total, right_wait = solved(MMnImpatienceCalc(n=1, theta=lapses), arrivals, services)
    mean = simulated(arrivals, services, lapses)
    print(
        f"  {arrivals}, {services}, {lapses}: sum {total:.3f}, mean wait {wait:.1f} min; "
        f"one server of MMnImpatienceCalc: sum {right_total:.3f}, {right_wait:.1f} min; simulated {mean:.1f}"
    )
    wrong = abs(total - 1) > 0.5 and wait > 1.5 * right_wait
    is_right = abs(right_total - 1) < 1e-6 and abs(mean / right_wait - 1) < 0.03
    is_seen = is_seen and is_right and wrong == (arrivals != 6.1)
if not is_seen:
    sys.exit("the behaviour has changed")
PY
