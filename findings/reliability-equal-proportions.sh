#!/usr/bin/env bash
# reliability 0.9.0: two_proportion_test calls equal results significant where nobody failed, or everybody did.
#
# Behaviour: the interval of the difference is Wald's. With 10 of 10 and 10 of 10 it is (0, 0), which for the function does
# "not contain 0": significant. The same holds for 0 of 30 and 0 of 30.
# Expected: no significance between equal shares at any size; an interval as wide as the samples are small (Newcombe 1998:
# -0.28 to 0.28 for 10 of 10 twice).
# Why it matters: demonstrations of reliable equipment end without a failure as a rule; the new model is then "better".
#
# Seen:
#   10 of 10 and 10 of 10: 0 to 0, significant
#   0 of 30 and 0 of 30: 0 to 0, significant
#   9 of 10 and 9 of 10: -0.263 to 0.263, non-significant
#   Newcombe for 10 of 10 twice: -0.278 to 0.278
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet reliability==0.9.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 autograd==1.9.1 \
    statsmodels==0.15.0
MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - <<'PY'
import sys

from reliability.Reliability_testing import two_proportion_test
from statsmodels.stats.proportion import confint_proportions_2indep

verdicts = []
for trials, successes in ((10, 10), (30, 0), (10, 9)):
    low, high, verdict = two_proportion_test(
        sample_1_trials=trials, sample_1_successes=successes, sample_2_trials=trials, sample_2_successes=successes,
        print_results=False,
    )
    verdicts.append(verdict)
    print(f"  {successes} of {trials} and {successes} of {trials}: {low:.3g} to {high:.3g}, {verdict}")
low, high = confint_proportions_2indep(10, 10, 10, 10, method="newcomb")
print(f"  Newcombe for 10 of 10 twice: {low:.3f} to {high:.3f}")
sys.exit(verdicts != ["significant", "significant", "non-significant"])
PY
