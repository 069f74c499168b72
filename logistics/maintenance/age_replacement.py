"""Age replacement: replace at failure or at an age, whichever comes first.

The cost per unit of time is C(T) = [cp R(T) + cf F(T)] / ∫0^T R. Where the failure rate h rises, the best age solves
h(T) ∫0^T R - F(T) = cp / (cf - cp), whose left side rises from 0 to h(∞) × mean - 1; where it never gets there,
replacing early is of no use, as with a failure rate that is constant or falls.

The same formula with mean times in place of costs gives downtime per unit of operating time.

Source: Barlow and Hunter, Operations Research 8(1) (1960); Barlow and Proschan (1965), section 4.2.
"""

import math
from dataclasses import dataclass

from logistics.checks import check_positive
from logistics.maintenance.lifetimes import Lifetime
from simcore.errors import InputError

NEVER = math.inf
_LAST_SURVIVAL = 1e-12  # an age that fewer reach is no policy of its own


@dataclass(frozen=True)
class AgePolicy:
    """The best age and its cost.

    ``age``: age of replacement [unit of time], inf for never; ``rate``: cost per unit of operating time there;
    ``run_to_failure``: the same with replacement at failure only; ``failures``: failures per unit of operating time;
    ``replacements``: replacements at the age per unit of operating time.
    """

    age: float
    rate: float
    run_to_failure: float
    failures: float
    replacements: float

    @property
    def saving(self) -> float:
        """Share of the cost of running to failure that the policy saves, 0 if never."""
        return 1.0 - self.rate / self.run_to_failure


def cost_rate(life: Lifetime, age: float, preventive: float, failure: float) -> float:
    """Return the cost per unit of operating time of replacing at an age.

    Parameters
    ----------
    life
        Law of the time to failure.
    age
        Age of replacement [unit of time], above 0; inf for never.
    preventive, failure
        Cost of a replacement before failure and at failure, any currency; or mean downtime [unit of time].
    """
    _check(preventive, failure)
    if not age > 0.0:
        raise InputError(f"age {age:g}: not above 0; give the age of replacement")
    if math.isinf(age):
        return failure / life.mean
    failed = life.failed(age)
    return (preventive + (failure - preventive) * failed) / life.mean_until(age)


def availability(life: Lifetime, age: float, preventive_time: float, failure_time: float) -> float:
    """Return the share of time in operation of replacing at an age, with the mean downtimes of both replacements."""
    return 1.0 / (1.0 + cost_rate(life, age, preventive_time, failure_time))


def best_age(life: Lifetime, preventive: float, failure: float) -> AgePolicy:
    """Return the age with the least cost per unit of operating time.

    Parameters
    ----------
    life
        Law of the time to failure.
    preventive, failure
        Cost of a replacement before failure and at failure; with mean downtimes instead, the age with the greatest
        availability.

    Returns
    -------
    AgePolicy
        With age inf where replacing early never pays: a failure rate that does not rise, a failure that costs no more
        than a replacement, or a best age that fewer than 1 in 10^12 reach.
    """
    _check(preventive, failure)
    return age_policy(life, _solve(life, preventive, failure), preventive, failure)


def age_policy(life: Lifetime, age: float, preventive: float, failure: float) -> AgePolicy:
    """Return the cost of any age, as ``best_age`` does of the best."""
    rate, run_to_failure = cost_rate(life, age, preventive, failure), cost_rate(life, NEVER, preventive, failure)
    cycle = life.mean if math.isinf(age) else life.mean_until(age)
    survival = 0.0 if math.isinf(age) else life.survival(age)
    return AgePolicy(age, rate, run_to_failure, (1.0 - survival) / cycle, survival / cycle)


def _solve(life: Lifetime, preventive: float, failure: float) -> float:
    if not life.is_ageing or failure <= preventive:
        return NEVER
    wanted = preventive / (failure - preventive)
    if life.last_hazard * life.mean - 1.0 <= wanted:
        return NEVER

    def excess(log_age: float) -> float:
        age = math.exp(log_age)
        return life.hazard(age) * life.mean_until(age) - life.failed(age) - wanted

    low = high = math.log(life.mean)
    while excess(low) > 0.0:
        low -= 1.0
    while excess(high) < 0.0:
        high += 1.0
        if life.survival(math.exp(high)) < _LAST_SURVIVAL and excess(high) < 0.0:
            return NEVER
    for _ in range(200):  # bisection: sure, and fast enough
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if excess(middle) < 0.0 else (low, middle)
    age = math.exp(0.5 * (low + high))
    return age if life.survival(age) >= _LAST_SURVIVAL else NEVER


def _check(preventive: float, failure: float) -> None:
    check_positive({"cost of a preventive replacement": preventive, "cost of a failure": failure})
