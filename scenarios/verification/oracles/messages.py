"""Messages over a chain of radios, and a burst of requests for approval.

A message takes the same time over each hop, so the k-th radio receives it after k hop times, rounded to whole steps.
For the burst: n requests reach c operators at once; each service ends with a fixed probability per step (the geometric
law), or takes a fixed number of steps. Source: first-step analysis of the absorbing chain; Gross and Harris,
*Fundamentals of Queueing Theory*.
"""

import math

from scenarios.verification.oracles.queues import binomial_law


def arrival_ticks(hops: int, latency_s: float, more_s: float, dt_s: float) -> int:
    """Return the steps until a message arrives over ``hops``, with ``more_s`` for writing or reading it."""
    return math.floor((hops * round(latency_s * 1e3) + round(more_s * 1e3)) * 1e-3 / dt_s + 0.5)


def mean_answer_steps(requests: int, operators: int, p_end: float) -> float:
    """Return the mean time from the arrival of a burst to an answer [steps], services geometric.

    The total time in the system W(n) satisfies W(n) = n + sum over j of B(j; min(n, c), p) W(n - j).
    """
    total = [0.0]
    for n in range(1, requests + 1):
        law = binomial_law(min(n, operators), p_end)
        ended = sum(float(law[j]) * total[n - j] for j in range(1, law.size))
        total.append((n + ended) / (1.0 - float(law[0])))
    return total[requests] / requests


def mean_fixed_answer_steps(requests: int, operators: int, service_steps: int) -> float:
    """Return the same for services of fixed length: the operators answer in rounds."""
    return sum(math.ceil(k / operators) for k in range(1, requests + 1)) * service_steps / requests


def mean_answer_s(requests: int, operators: int, service_s: float) -> float:
    """Return the same in continuous time, services exponential: request k starts after k - c ends at the rate c / s."""
    waits = sum(max(0, k - operators) for k in range(1, requests + 1)) / operators
    return service_s * (1.0 + waits / requests)
