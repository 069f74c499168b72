"""A single exchange of missiles: salvo equations, fire distribution and leakers.

Sources: Hughes (Naval Research Logistics 42, 1995); Armstrong (Operations Research 53:830, 2005); the occupancy
formula for uncoordinated fire is standard (for example Przemieniecki, Mathematical Methods in Defense Analyses).
"""

import numpy as np

from scenarios.verification.oracles.attrition import kill_distribution
from scenarios.verification.oracles.distribution import Distribution, binomial, counts, sum_of_trials
from simcore.types import F64


def hughes_loss(rounds: int, p_hit: float, shots: int, p_stop: float, ships: float, loss_per_hit: float) -> float:
    """Return the deterministic loss min(B, max(0, (good rounds - good shots) u)) in ships."""
    return float(np.clip((rounds * p_hit - shots * p_stop) * loss_per_hit, 0.0, ships))


def armstrong_loss(
    rounds: int, p_hit: float, shots: int, p_stop: float, ships: float, loss_per_hit: float
) -> Distribution:
    """Return the loss min(B, u max(0, X - Y)) with X ~ Bin(rounds, p_hit), Y ~ Bin(shots, p_stop), in ships."""
    return _loss(_positive_difference(binomial(rounds, p_hit), binomial(shots, p_stop)), ships, loss_per_hit)


def blind_defence_loss(
    rounds: int, p_hit: float, shots: int, p_stop: float, ships: float, loss_per_hit: float
) -> Distribution:
    """Return the loss when the defence cannot distinguish good rounds from bad, with shoot-look-shoot at any round.

    Of the rounds, min(rounds, Bin(shots, p_stop)) are stopped; each of the others hits with ``p_hit``.
    """
    all_rounds = np.zeros(rounds + 1)
    all_rounds[rounds] = 1.0
    return _loss(thinned(_positive_difference(all_rounds, binomial(shots, p_stop)), p_hit), ships, loss_per_hit)


def thinned(number: F64, p: float) -> F64:
    """Return the distribution of the survivors of a random ``number`` (n + 1,), each surviving with ``p``."""
    result = np.zeros_like(number)
    for n, weight in enumerate(number):
        result[: n + 1] += weight * binomial(n, p)
    return result


def _positive_difference(first: F64, second: F64) -> F64:
    """Return the distribution of max(0, X - Y) for independent X and Y on 0, 1, 2, ..."""
    result = np.zeros(first.size)
    for x, px in enumerate(first):
        for y, py in enumerate(second):
            result[max(0, x - y)] += px * py
    return result


def _loss(hits: F64, ships: float, loss_per_hit: float) -> Distribution:
    return Distribution(np.minimum(ships, loss_per_hit * np.arange(hits.size)), hits)


def uncoordinated_kills(shots: int, targets: int, p_kill: float) -> Distribution:
    """Return the kills when every shot picks a target at random. Mean T (1 - (1 - p/T)^N)."""
    return counts(kill_distribution(shots, targets, None, p_kill)[shots, targets])


def coordinated_kills(shots: int, targets: int, p_kill: float) -> Distribution:
    """Return the kills when the shots are spread as evenly as possible. Mean T (1 - (1 - p)^(N/T)) for a whole N/T."""
    aimed = np.full(targets, shots // targets)
    aimed[: shots % targets] += 1
    return counts(sum_of_trials(np.asarray(1.0 - (1.0 - p_kill) ** aimed, dtype=np.float64)))


def leakers(threats: int, shots_per_threat: int, p_stop: float, interceptors: int) -> Distribution:
    """Return the leakers through a defence that fires a fixed number of shots at each threat until it runs out.

    The first threats get ``shots_per_threat`` each, the next threat the remaining shots, the others none.
    ``shots_per_threat`` = 0 pools the shots instead (shoot, look, shoot): leakers = max(0, N - Bin(M, p_stop)).
    """
    if shots_per_threat == 0:
        all_threats = np.zeros(threats + 1)
        all_threats[threats] = 1.0
        return counts(_positive_difference(all_threats, binomial(interceptors, p_stop)))
    left = interceptors - shots_per_threat * np.arange(threats)
    shots = np.clip(left, 0, shots_per_threat)
    return counts(sum_of_trials(np.asarray((1.0 - p_stop) ** shots, dtype=np.float64)))
