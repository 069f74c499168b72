#!/usr/bin/env bash
# reliability 0.9.0: with minimal repair, optimal_replacement_time has the cost of repairs and replacements interchanged.
#
# Behaviour: optimal_replacement_time(q=1) ("as good as old") minimises (cost_PM (t/a)^b + cost_CM) / t: the price of a
# planned replacement is paid at each failure, that of a repair once a cycle. The dearer repairs are, the later it replaces.
# Expected: (cost_PM + cost_CM (t/a)^b) / t, with the minimum at a (cost_PM / (cost_CM (b - 1)))^(1/b) (Barlow and
# Hunter 1960). With q=0 ("as good as new") the same function is right.
# Why it matters: the interval of preventive maintenance of a fleet. min_cost is wrong as well, so nothing looks odd.
#
# Seen: Weibull a = 1000 h, b = 2.5, replacement 1, repair at failure 5; cost by 20,000 simulated cycles
#   recommended 1618.6 h at 0.00515 per hour; simulated there: 0.01095
#   Barlow and Hunter 446.7 h at 0.00373 per hour; simulated there: 0.00370
#   repairs 10 times as dear: recommended 4065.9 h
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet reliability==0.9.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 autograd==1.9.1
MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
from reliability.Repairable_systems import optimal_replacement_time

A, B, PLANNED, REPAIR = 1000.0, 2.5, 1.0, 5.0


def recommended(repair):
    found = optimal_replacement_time(
        cost_PM=PLANNED, cost_CM=repair, weibull_alpha=A, weibull_beta=B, q=1,
        print_results=False, show_time_plot=False, show_ratio_plot=False,
    )
    return found.ORT, found.min_cost


def simulated(interval, rng):
    """Cost per hour: failures are a power-law process, repairs leave the age as it is, a replacement resets it."""
    costs = np.zeros(20_000)
    for cycle in range(costs.size):
        hazard = rng.exponential()
        while A * hazard ** (1 / B) < interval:
            costs[cycle] += REPAIR
            hazard += rng.exponential()
    return (costs.mean() + PLANNED) / interval


rng = np.random.default_rng(1)
time, cost = recommended(REPAIR)
there = simulated(time, rng)
best = A * (PLANNED / (REPAIR * (B - 1))) ** (1 / B)
best_cost = (PLANNED + REPAIR * (best / A) ** B) / best
at_best = simulated(best, rng)
dear, _ = recommended(10 * REPAIR)
print(f"  recommended {time:.1f} h at {cost:.5f} per hour; simulated there: {there:.5f}")
print(f"  Barlow and Hunter {best:.1f} h at {best_cost:.5f} per hour; simulated there: {at_best:.5f}")
print(f"  repairs 10 times as dear: recommended {dear:.1f} h")
sys.exit(not (time > 3 * best and there > 2.5 * at_best and there > 1.5 * cost and dear > time))
PY
