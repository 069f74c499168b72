#!/usr/bin/env bash
# stockpyl 1.0.2: an (s, S) policy for a demand given by its probabilities ignores the largest demand.
#
# Behaviour: s_s_discrete_exact and s_s_cost_discrete hand the probabilities of 0 to demand_hi - 1 to the cost of a
# period. What the largest demand costs, in stock and in shortages, is left out. A zero appended to the list gives the
# right answer.
# Expected: the cost over the whole list; its length must be demand_hi + 1, which is checked.
# Why it matters: spares for battle damage are asked for in ones and twos, and now and then for a whole company. That
# rare demand is the last entry of the list and most of the cost. The function is called exact, and with Poisson demand
# it is.
#
# Seen: demand 0, 1, 2, 8 with 50, 30, 10, 10 %; holding 1, shortage 9 a period, 5 an order; cost by 200,000 periods
#   as given: s = 1, S = 2 at 3.80 a period; simulated 9.19
#   with a zero appended: s = 1, S = 8 at 7.40 a period; simulated 7.38
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/pip" install --quiet --no-deps stockpyl==1.0.2 # it lists Sphinx too, unused here
MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
from stockpyl.ss import s_s_discrete_exact

HOLDING, SHORTAGE, ORDER = 1.0, 9.0, 5.0
demand = [0.5, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1]


def policy(probabilities):
    s, S, cost = s_s_discrete_exact(
        HOLDING, SHORTAGE, ORDER, use_poisson=False, demand_hi=len(probabilities) - 1, demand_pmf=probabilities
    )
    return int(s), int(S), float(cost)


def simulated(s, S, n_periods=200_000):
    """Cost of a period: order up to S at s or below, without lead time, then the demand of the period."""
    stock, cost = S, 0.0
    for wanted in np.random.default_rng(1).choice(len(demand), n_periods, p=demand).tolist():
        if stock <= s:
            stock, cost = S, cost + ORDER
        stock -= wanted
        cost += HOLDING * stock if stock > 0 else -SHORTAGE * stock
    return cost / n_periods


seen = {}
for name, probabilities in (("as given", demand), ("with a zero appended", [*demand, 0.0])):
    s, S, cost = policy(probabilities)
    there = simulated(s, S)
    seen[name] = cost, there
    print(f"  {name}: s = {s}, S = {S} at {cost:.2f} a period; simulated {there:.2f}")
(cost, there), (right_cost, right_there) = seen.values()
if not (there > 2 * cost and there > 1.15 * right_there and abs(right_cost - right_there) < 0.1):
    sys.exit("the behaviour has changed")
PY
