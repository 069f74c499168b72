"""Repair crews: the machine repairman M/M/c//N.

Source: Gross and Harris, Fundamentals of Queueing Theory (1998), section 2.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from logistics.checks import check_positive
from simcore.errors import InputError
from simcore.types import F64


@dataclass(frozen=True)
class CrewResult:
    """Steady state of machines and crews.

    ``crews``: their number; ``availability``: share of machines in operation; ``queue``: mean number waiting for a
    crew; ``wait``: mean wait for a crew [unit of time]; ``busy``: share of the crews at work; ``failures``: failures
    per unit of time; ``p_down``: probability of 0 to N machines down, (N + 1,).
    """

    crews: int
    availability: float
    queue: float
    wait: float
    busy: float
    failures: float
    p_down: F64


def machine_repairman(machines: int, crews: int, mtbf: float, mttr: float) -> CrewResult:
    """Return the steady state of N machines with exponential lives that c crews repair, one crew a machine.

    A machine fails only while in operation. With c >= N no machine waits, and the result holds for any law of the
    repair time; the availability is then MTBF / (MTBF + MTTR).

    Parameters
    ----------
    machines, crews
        Their numbers, at least 1.
    mtbf
        Mean operating time between failures [unit of time].
    mttr
        Mean time of a repair once begun [unit of time].

    Raises
    ------
    InputError
        If an argument is out of range.
    """
    if machines < 1 or crews < 1:
        raise InputError(f"{machines} machines, {crews} crews: below 1; give 1 or more of each")
    check_positive({"mtbf": mtbf, "mttr": mttr})
    down = np.arange(1, machines + 1)
    ratio = (machines - down + 1) / mtbf / (np.minimum(down, crews) / mttr)
    logs = np.concatenate(([0.0], np.cumsum(np.log(ratio))))
    p = np.exp(logs - logs.max())
    p /= p.sum()
    k = np.arange(machines + 1)
    n_up, queue = float(p @ (machines - k)), float(p @ np.maximum(k - crews, 0))
    failures = n_up / mtbf
    return CrewResult(
        crews=crews,
        availability=n_up / machines,
        queue=queue,
        wait=queue / failures,
        busy=float(p @ np.minimum(k, crews)) / crews,
        failures=failures,
        p_down=p,
    )


def crew_results(machines: int, crews: Sequence[int], mtbf: float, mttr: float) -> list[CrewResult]:
    """Return the steady state for each number of crews."""
    return [machine_repairman(machines, c, mtbf, mttr) for c in crews]


def crew_costs(results: Sequence[CrewResult], machines: int, *, down_cost: float, crew_cost: float) -> list[float]:
    """Return the cost of each number of crews per unit of time; see ``best_crews``."""
    return [down_cost * machines * (1.0 - r.availability) + crew_cost * r.crews for r in results]


def best_crews(
    machines: int, crews: Sequence[int], mtbf: float, mttr: float, *, down_cost: float, crew_cost: float
) -> tuple[CrewResult, list[float]]:
    """Return the number of crews with the least cost, and the cost of each per unit of time, (crews,).

    ``down_cost`` is that of a machine down, ``crew_cost`` that of a crew, per unit of time each, in any currency.
    """
    results = crew_results(machines, crews, mtbf, mttr)
    costs = crew_costs(results, machines, down_cost=down_cost, crew_cost=crew_cost)
    return results[costs.index(min(costs))], costs
