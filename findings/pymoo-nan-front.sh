#!/usr/bin/env bash
# pymoo 0.6.2: an undefined objective wins or vanishes, depending on the other objective; a win replaces all results.
#
# Behaviour: a comparison with NaN is neither better nor worse, so NSGA2 judges a solution with one undefined objective
# by its other objectives alone. If it is best in these, it dominates every real solution: the final population
# consists of undefined solutions, and the result is one row with a NaN. If it is worst in these, it vanishes.
# Expected: undefined solutions are discarded or refused, or at worst appear among the others, whichever objective
# has the gap.
# Why it matters: measures of a simulation are often undefined ("time of the first loss" without a loss). The same
# study succeeds or returns nothing, depending on which side of the trade-off has the gap.
#
# Seen: two objectives, f0 = x0 + x1 and f1 = 1 - x0 + x1, of which one is undefined where x0 > 0.9
#   f1 undefined: 40 solutions, 0 undefined
#   f0 undefined: 1 solution, 1 undefined, 40 of 40 in the final population
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pymoo==0.6.2
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import ElementwiseProblem
from pymoo.optimize import minimize


class Gap(ElementwiseProblem):
    """Two objectives, minimised. The front is x1 = 0; one objective is undefined near its end."""

    def __init__(self, undefined):
        self.undefined = undefined
        super().__init__(n_var=2, n_obj=2, xl=0.0, xu=1.0)

    def _evaluate(self, x, out, *args, **kwargs):
        values = np.array([x[0] + x[1], 1.0 - x[0] + x[1]])
        if x[0] > 0.9:
            values[self.undefined] = np.nan
        out["F"] = values


def run(undefined, seed):
    result = minimize(Gap(undefined), NSGA2(pop_size=40), ("n_gen", 40), seed=seed)
    population = int(np.isnan(result.pop.get("F")).any(axis=1).sum())
    front = int(np.isnan(result.F).any(axis=1).sum())
    print(f"f{undefined} undefined, seed {seed}: {len(result.F)} solutions, {front} undefined; population {population}")
    return len(result.F), front, population


worst = [run(undefined=1, seed=seed) for seed in (1, 2, 3)]
best = [run(undefined=0, seed=seed) for seed in (1, 2, 3)]
if not (all(w[1:] == (0, 0) for w in worst) and all(b == (1, 1, 40) for b in best)):
    sys.exit("the behaviour has changed")
PY
