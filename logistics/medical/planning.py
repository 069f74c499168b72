"""A medical plan: casualties, places, blood and vehicles of a force for the rates of wounded of its days.

The rate of wounded of a formation on a day is drawn from a gamma law with its mean and standard deviation, independent
of other days and formations; the numbers of wounded, killed and stress cases of the day are Poisson with that rate. The
wounded of a day come in its hours of fighting, spread evenly. Disease is Poisson with a known rate. The population
stays: losses are replaced. Nobody waits for a place: the demand for places is the number in use if there were enough,
and a plan says how many are enough on all but few of the days.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from logistics.medical.demand import Demand, Units
from logistics.medical.factors import PlanFactors
from logistics.medical.pathways import NEEDS, Load, Need, load_of, ways
from logistics.queues import erlang_c
from simcore.types import F64

_PEOPLE = 1000.0


@dataclass(frozen=True)
class Formation:
    """A formation on consecutive days: people, rates per 1000 and day, and its days, counted from 1."""

    name: str
    population: int
    wounded_mean: float
    wounded_sd: float
    disease: float
    first_day: int
    days: int

    @property
    def shape(self) -> float:
        """Shape of the gamma law of the rate of wounded, inf for a known rate."""
        return (self.wounded_mean / self.wounded_sd) ** 2 if self.wounded_sd > 0.0 else float("inf")

    @property
    def last_day(self) -> int:
        """The last of its days."""
        return self.first_day + self.days - 1


@dataclass(frozen=True)
class Casualties:
    """A kind of casualties over all days: its key, its name, and the law of its number."""

    key: str
    name: str
    demand: Demand


@dataclass(frozen=True)
class NeedEstimate:
    """A need over the days.

    ``by_day``: law of the number in use at the fullest moment of each day; ``service_h``: mean time in use;
    ``fighting_h``: hours of fighting of a day.
    """

    need: Need
    by_day: tuple[Demand, ...]
    service_h: float
    fighting_h: float

    @cached_property
    def busiest(self) -> int:
        """Index of the day with the greatest mean."""
        return int(np.argmax(np.round([demand.mean for demand in self.by_day], 9)))

    @property
    def demand(self) -> Demand:
        """The law of the number in use on the busiest day."""
        return self.by_day[self.busiest]

    def wait_h(self, number: int) -> float:
        """Return the mean wait for one of a number of places at the fullest moment of a mean day [h].

        It is that of M/M/c in steady state: inf where the queue grows without end, and nan where stays are longer than
        the fighting, so that there is no steady state.
        """
        load = self.demand.mean
        if load == 0.0 or self.service_h > self.fighting_h:
            return 0.0 if load == 0.0 else math.nan
        return math.inf if load >= number else erlang_c(number, load / self.service_h, self.service_h)[1]


@dataclass(frozen=True)
class Plan:
    """The estimates of a force over its days; ``wounded_by_day`` and ``blood_by_day``: laws of a day each."""

    formations: tuple[Formation, ...]
    factors: PlanFactors
    days: int
    casualties: tuple[Casualties, ...]
    needs: tuple[NeedEstimate, ...]
    wounded_by_day: tuple[Demand, ...]
    blood_by_day: tuple[Demand, ...]
    blood: Demand

    @property
    def people(self) -> int:
        """People of all formations on the day with the most."""
        return max(
            sum(f.population for f in self.formations if f.first_day <= day <= f.last_day)
            for day in range(1, self.days + 1)
        )

    def casualty(self, key: str) -> Demand:
        """Return the law of a kind of casualties."""
        return next(row.demand for row in self.casualties if row.key == key)


def make_plan(formations: Sequence[Formation], factors: PlanFactors) -> Plan:
    """Return the plan of formations."""
    rates = _Rates(formations)
    all_ways = ways(factors)
    units = Units(factors["transfused_share"], factors["units_per_transfused"])
    daily = tuple(rates.law(day) for day in np.eye(rates.days))
    total = rates.law(np.ones(rates.days))
    return Plan(
        formations=tuple(formations),
        factors=factors,
        days=rates.days,
        casualties=tuple(
            Casualties(key, name, rates.law(np.full(rates.days, share), np.full(rates.days, sick)))
            for key, name, share, sick in _kinds(factors)
        ),
        needs=tuple(
            _need(need, rates, load_of(need, all_ways, factors), factors["fighting_h_per_d"]) for need in NEEDS
        ),
        wounded_by_day=daily,
        blood_by_day=tuple(replace(law, units=units) for law in daily),
        blood=replace(total, units=units),
    )


def _kinds(factors: PlanFactors) -> list[tuple[str, str, float, float]]:
    """Return key, name, and number for each wounded and for each case of disease of the kinds of casualties."""
    return [
        ("wounded", "wounded (WIA)", 1.0, 0.0),
        ("t1", "  of these T1", factors["t1_share"], 0.0),
        ("t2", "  of these T2", factors["t2_share"], 0.0),
        ("returned", "  back within 72 h", factors["returned_share"], 0.0),
        ("died_of_wounds", "  died of wounds (DOW)", factors.died_per_wounded, 0.0),
        ("killed", "killed (KIA)", factors.killed_per_wounded, 0.0),
        ("stress", "stress cases", factors["stress_per_wounded"], 0.0),
        ("disease", "disease, other injuries", 0.0, 1.0),
    ]


class _Rates:
    """Wounded and cases of disease of formations by day."""

    def __init__(self, formations: Sequence[Formation]) -> None:
        self.days = max(formation.last_day for formation in formations)
        self.wounded = np.zeros((len(formations), self.days))  # mean number
        self.disease = np.zeros(self.days)
        self._shapes = np.array([formation.shape for formation in formations])
        for k, formation in enumerate(formations):
            of = slice(formation.first_day - 1, formation.last_day)
            self.wounded[k, of] = formation.population / _PEOPLE * formation.wounded_mean
            self.disease[of] += formation.population / _PEOPLE * formation.disease

    def law(self, wounded: F64, disease: F64 | None = None) -> Demand:
        """Return the law of the sum over the days with these weights, (days,) each."""
        means = self.wounded * wounded
        chosen = means > 0.0
        shapes = np.broadcast_to(self._shapes[:, None], means.shape)
        known = 0.0 if disease is None else float(self.disease @ disease)
        return Demand(np.append(means[chosen], known), np.append(shapes[chosen], np.inf))


def _need(need: Need, rates: _Rates, load: Load, fighting_h: float) -> NeedEstimate:
    def weights(by_age: F64, day: int) -> F64:
        found = np.zeros(rates.days)
        n = min(day + 1, len(by_age))
        found[day - n + 1 : day + 1] = by_age[:n][::-1]
        return found

    by_day = tuple(rates.law(weights(load.wounded, day), weights(load.disease, day)) for day in range(rates.days))
    return NeedEstimate(need, by_day, load.mean_h, fighting_h)
