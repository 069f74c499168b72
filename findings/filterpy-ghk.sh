#!/usr/bin/env bash
# filterpy 2.0.0: a g-h-k filter in a batch lags behind an accelerating target; its variance is negative.
#
# Behaviour: GHKFilter.batch_filter leaves out k and the acceleration, so it is the g-h filter of the same gains (its
# description speaks of g and h only). VRF(), the variance of the estimates per variance of the plots, is negative for
# the position and half the true value for the velocity; VRF_prediction() is too small. The value for the acceleration
# is right, and so are GHFilter and update().
# Expected: the batch gives the results of a series of update() calls; variances as the recursion has them (Lyapunov's
# equation, or a simulation with white noise).
# Why it matters: the third gain is chosen for missiles and aircraft that accelerate. The batch has the very lag that
# the filter was chosen to avoid, and gates and weights from VRF() belong to no filter.
#
# Seen: gains by critical_damping_parameters(0.8, 3); target with 20 m/s2, a plot without noise each second
#   after 60 s: error of update() -0.0 m and -0.0 m/s, of batch_filter() -94.8 m and -80.4 m/s
#   VRF of filterpy: position -0.6870, velocity 0.0089, acceleration 0.0001016, prediction 0.4467
#   by Lyapunov:     position 0.3822, velocity 0.0179, acceleration 0.0001016, prediction 0.5496
#   simulated:       position 0.3792, velocity 0.0177, acceleration 0.0001009, prediction 0.5453
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet filterpy==2.0.0 numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy as np
from filterpy.gh import GHKFilter, critical_damping_parameters
from scipy.linalg import solve_discrete_lyapunov

GAINS = critical_damping_parameters(0.8, 3)
ACCELERATION = 20.0  # m/s2


def ghk():
    return GHKFilter(0.0, 0.0, 0.0, 1.0, *GAINS)


def line(position, velocity, acceleration, prediction):
    return (
        f"position {position:.4f}, velocity {velocity:.4f}, acceleration {acceleration:.7f}, "
        f"prediction {prediction:.4f}"
    )


times = np.arange(1.0, 61.0)
plots = 0.5 * ACCELERATION * times**2
truth = np.array([plots[-1], ACCELERATION * times[-1]])
stepwise = ghk()
for plot in plots:
    stepwise.update(plot)
step_error = np.array([stepwise.x, stepwise.dx]) - truth
batch_error = ghk().batch_filter(plots)[-1] - truth
print(
    f"  after 60 s: error of update() {step_error[0]:.1f} m and {step_error[1]:.1f} m/s, "
    f"of batch_filter() {batch_error[0]:.1f} m and {batch_error[1]:.1f} m/s"
)

told = np.array([*ghk().VRF(), ghk().VRF_prediction()])
print(f"  VRF of filterpy: {line(*told)}")

g, h, k = GAINS
transition = np.array([[1.0, 1.0, 0.5], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
gain, sensor = np.array([[g], [h], [2.0 * k]]), np.array([[1.0, 0.0, 0.0]])
covariance = solve_discrete_lyapunov((np.eye(3) - gain @ sensor) @ transition, gain @ gain.T)
exact = np.array([*np.diag(covariance), (transition @ covariance @ transition.T)[0, 0]])
print(f"  by Lyapunov:     {line(*exact)}")

noisy, estimates = ghk(), []
for plot in np.random.default_rng(1).normal(size=200_000):
    noisy.update(plot)
    estimates.append((noisy.x, noisy.dx, noisy.ddx, noisy.x_prediction))
simulated = np.var(estimates, axis=0)
print(f"  simulated:       {line(*simulated)}")

is_right = np.allclose(simulated, exact, rtol=0.03) and np.abs(step_error).max() < 0.1
if not (is_right and batch_error[0] < -50 and told[0] < 0 and abs(told[1] / exact[1] - 0.5) < 0.01 and told[3] < 0.45):
    sys.exit("the behaviour has changed")
PY
