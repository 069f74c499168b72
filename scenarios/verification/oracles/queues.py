"""Operators: the finite-source queue stepped exactly, and its limits in continuous time.

Sources: Gross and Harris, Fundamentals of Queueing Theory (M/M/c, M/G/1, finite source); Erlang 1917; Pollaczek 1930
and Khinchine 1932.
"""

import math
from dataclasses import dataclass

import numpy as np

from simcore.types import F64


@dataclass(frozen=True)
class Crew:
    """``sources`` think for ``think_s`` on average, then any of ``operators`` serves each for ``service_s``."""

    sources: int
    operators: int
    think_s: float
    service_s: float


@dataclass(frozen=True)
class Stepped:
    """The stepped process from an empty system: expected totals over all steps, and the law of the final state."""

    requests: float
    queue_steps: float  # request-steps in the queue
    busy_steps: float  # operator-steps at work
    present: F64  # (sources + 1,) law of the number of requests in the system after the last step


def binomial_law(n: int, p: float) -> F64:
    """Return the probabilities of 0..n successes."""
    law = np.zeros(n + 1)
    law[0] = 1.0
    for _ in range(n):
        law[1:] = law[1:] * (1.0 - p) + law[:-1] * p
        law[0] *= 1.0 - p
    return law


def stepped_geometric(crew: Crew, dt_s: float, n_steps: int) -> Stepped:
    """Return the process in which services end and thinking sources ask with fixed probabilities per step.

    In a step services end first; sources already thinking before it ask; free operators take up requests at once.
    """
    n, c = crew.sources, crew.operators
    p_end, p_ask = min(1.0, dt_s / crew.service_s), min(1.0, dt_s / crew.think_s)
    move = np.zeros((n + 1, n + 1))
    for k in range(n + 1):
        ends = binomial_law(min(k, c), p_end)[::-1]  # index: number of requests that stay in service
        both = np.convolve(ends, binomial_law(n - k, p_ask))
        stay = max(0, k - c)
        move[k, stay : stay + both.size] = both
    count = np.arange(n + 1)
    law = np.zeros(n + 1)
    law[0] = 1.0
    requests = queue = busy = 0.0
    for _ in range(n_steps):
        requests += float(law @ (n - count)) * p_ask
        law = law @ move
        queue += float(law @ np.maximum(count - c, 0))
        busy += float(law @ np.minimum(count, c))
    return Stepped(requests, queue, busy, law)


def stepped_fixed(crew: Crew, dt_s: float, n_steps: int) -> Stepped:
    """Return the process of a single operator whose services all take the same whole number of steps."""
    n, length = crew.sources, max(1, round(crew.service_s / dt_s))
    p_ask = min(1.0, dt_s / crew.think_s)
    join = np.zeros((n + 1, n + 1))  # requests only
    leave = np.zeros((n + 1, n + 1))  # a service ends, then requests
    for k in range(n + 1):
        asks = binomial_law(n - k, p_ask)
        join[k, k : k + asks.size] = asks
        if k > 0:
            leave[k, k - 1 : k - 1 + asks.size] = asks
    count = np.arange(n + 1)
    idle = 1.0
    law = np.zeros((length + 1, n + 1))  # [steps left, requests present]; row 0 is unused
    requests = queue = busy = 0.0
    for _ in range(n_steps):
        present = law.sum(axis=0)
        present[0] += idle
        requests += float(present @ (n - count)) * p_ask
        start = law[1] @ leave + idle * join[0]
        law[1:-1] = law[2:] @ join
        idle = float(start[0])
        start[0] = 0.0
        law[length] = start
        present = law.sum(axis=0)
        queue += float(present @ np.maximum(count - 1, 0))
        busy += float(present.sum())
    present = law.sum(axis=0)
    present[0] += idle
    return Stepped(requests, queue, busy, present)


def finite_source(crew: Crew) -> tuple[float, float]:
    """Return (sources thinking, mean wait [s]) of M/M/c//N in the steady state."""
    n, c = crew.sources, crew.operators
    weights = np.ones(n + 1)
    for k in range(1, n + 1):
        weights[k] = weights[k - 1] * (n - k + 1) * crew.service_s / (min(k, c) * crew.think_s)
    law = weights / weights.sum()
    count = np.arange(n + 1)
    thinking = n - float(law @ count)
    queue = float(law @ np.maximum(count - c, 0))
    return thinking, queue * crew.think_s / thinking


def erlang_c(operators: int, load: float) -> float:
    """Return the probability of a wait in M/M/c with an offered ``load`` < c."""
    term = total = 1.0
    for k in range(1, operators):
        term *= load / k
        total += term
    last = term * load / operators * operators / (operators - load)
    return last / (total + last)


def infinite_source_wait_s(crew: Crew, service_cv2: float) -> float:
    """Return the mean wait [s] for the same load from infinitely many sources; inf when it exceeds the capacity.

    Erlang C for exponential services; Pollaczek-Khinchine for a single operator and a squared coefficient of
    variation.
    """
    load = crew.sources * crew.service_s / crew.think_s
    if load >= crew.operators:
        return math.inf
    wait_s = erlang_c(crew.operators, load) * crew.service_s / (crew.operators - load)
    return wait_s * (1.0 + service_cv2) / 2.0
