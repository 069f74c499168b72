"""Queues in steady state: Erlang C and M/G/1.

Sources: Erlang (1917); Gross and Harris, Fundamentals of Queueing Theory (1998), sections 2.3 and 5.1.
"""

from logistics.checks import check_positive
from simcore.errors import InputError


def erlang_c(servers: int, arrival_rate: float, service_time: float) -> tuple[float, float]:
    """Return the probability that an arrival waits, and its mean wait [unit of time], in M/M/c.

    Parameters
    ----------
    servers
        Their number, at least 1: crews, teams, beds, vehicles.
    arrival_rate
        Arrivals per unit of time.
    service_time
        Mean service [unit of time].

    Raises
    ------
    InputError
        If an argument is not positive, or the queue grows without end (load >= servers).
    """
    load = _load(servers, arrival_rate, service_time)
    blocked = 1.0  # Erlang B by its recursion
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    p_wait = servers * blocked / (servers - load * (1.0 - blocked))
    return p_wait, p_wait * service_time / (servers - load)


def pollaczek_khinchine(arrival_rate: float, service_time: float, squared_variation: float) -> float:
    """Return the mean wait in M/G/1 [unit of time]; ``squared_variation`` is (sd / mean)² of the service time."""
    if not squared_variation >= 0.0:
        raise InputError(f"squared variation {squared_variation:g}: below 0; give 0 (constant) or more")
    load = _load(1, arrival_rate, service_time)
    return 0.5 * (1.0 + squared_variation) * load * service_time / (1.0 - load)


def _load(servers: int, arrival_rate: float, service_time: float) -> float:
    if servers < 1:
        raise InputError(f"{servers} servers: below 1; give 1 or more")
    check_positive({"arrival_rate": arrival_rate, "service_time": service_time})
    load = arrival_rate * service_time
    if load >= servers:
        raise InputError(f"work for {load:g} and only {servers}: the queue grows without end; give more than {load:g}")
    return load
