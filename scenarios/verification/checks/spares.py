"""Spares: backorders and fill rates of a store, of two echelons, and of machines that wait for parts."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logistics.spares import palm, two_echelon
from logistics.spares.laws import poisson
from scenarios.verification.checks.upkeep_world import (
    Clock,
    columns,
    enough,
    near_limit,
    places,
    posts,
    ratios,
    shelf,
    world,
)
from scenarios.verification.options import option
from scenarios.verification.oracles import pipelines, repairmen
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample_at
from simcore.stores import StoreR, StoreSpecW
from simcore.types import F64
from simcore.upkeep import ComponentSpecW, Readiness, UpkeepSideW, UseR

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_WORLD_STEPS = 1.6e7
"""Replications x steps of a check at full size, with few shipments under way."""
_LEAST = 100
_MOST_STEPS = 30_000
_PIPELINE = 300.0
DEPOT = "depot"


def measure_stores(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the stores of the posts, that of the depot first (R, stores)."""
    unit: list[int] = compiled.params.supply.stores.whole[StoreSpecW.UNIT].tolist()
    order = sorted(range(len(unit)), key=lambda c: (compiled.roster.units[unit[c]] != DEPOT, unit[c]))
    real = simulation.state.stores.real[:, :, order]
    return {
        "on_hand": real[:, StoreR.ON_HAND],
        "owed": real[:, StoreR.BACKORDERS] + real[:, StoreR.OWED],
        "owed_s": real[:, StoreR.BACKORDER_S],
        "demanded": real[:, StoreR.DEMANDED],
        "served": real[:, StoreR.SERVED_AT_ONCE],
    }


def _law_size(pipeline: float) -> int:
    return 1 << math.ceil(math.log2(pipeline + 16.0 * math.sqrt(pipeline) + 64.0))


def _replications(run: Run, n_steps: int, n_shipments: int) -> int:
    """Return the replications played: fewer than asked for where steps and places for shipments are many."""
    cost = n_steps * (130.0 + n_shipments) / 170.0
    return min(run.replications, max(_LEAST, math.ceil(_WORLD_STEPS / cost)))


def _backorders(law: F64, stock: int) -> tuple[float, float, float]:
    """Return mean, standard deviation and third central moment of the backorders, for a law of the units on order."""
    units = np.maximum(np.arange(law.size) - stock, 0).astype(np.float64)
    mean = float(law @ units)
    return mean, math.sqrt(max(float(law @ (units - mean) ** 2), 0.0)), float(law @ (units - mean) ** 3)


@dataclass(frozen=True)
class Palm:
    """A store with Poisson demand and one-for-one orders: Palm's backorders and fill rate, for any lead time."""

    demand: float = option(1.0, "mean demand per day", above=0.0, high=1e4)
    lead_days: float = option(1.0, "mean lead time [days]", above=0.0, high=3000.0)
    stock: int = option(2, "spares, on the shelf or on order", low=0, high=1000)
    law: str = option("fixed", "law of the lead time", choices=("fixed", "exponential"))

    @property
    def _pipeline(self) -> float:
        return self.demand * self.lead_days

    @property
    def _lead_steps(self) -> int:
        """Steps of a lead time, so many that the fill rate is near Palm's: it differs by that of half a step."""
        at_limit = float(poisson(self._pipeline)[: self.stock][-1:].sum())  # P(stock - 1 on order)
        least = math.ceil(600.0 * self._pipeline**1.5 * at_limit)
        if self.law == "exponential":
            least = max(2 * least, math.ceil(self._pipeline / 0.01))  # a step with two demands orders them together
        return min(max(50, least), 1500)

    @property
    def _stops(self) -> tuple[int, int]:
        """Steps before the window, and at its end. The first step has no demand."""
        lead = self._lead_steps
        return (lead + 1, 3 * lead + 1) if self.law == "fixed" else (7 * lead + 1, 10 * lead + 1)

    @property
    def _clock(self) -> Clock:
        return Clock(24.0 * self.lead_days / self._lead_steps, self._stops[1])

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self._pipeline > (_PIPELINE if self.law == "fixed" else 40.0):
            return ["--demand: too many on order; give --demand x --lead-days up to 300, or 40 for exponential times"]
        if self._pipeline < 1e-3:
            return ["--demand: hardly ever on order; give --demand x --lead-days of 0.001 or more"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the end of each replication, and the tallies of a window, with the laws of the stepped process."""
        start, end = self._stops
        lead, stock = self._lead_steps, self.stock
        mean = self._pipeline / lead
        size = _law_size(self._pipeline)
        fixed = self.law == "fixed"
        shares = pipelines.fixed_shares(lead) if fixed else pipelines.exponential_shares(float(lead), end)
        laws = pipelines.on_order(mean, shares, end - 1, size)
        before = pipelines.on_order(mean, np.concatenate(([0.0], shares[1:])), end - 1, size)
        count = _replications(run, end, places(self._pipeline))
        first, last = sample_at(self.document(), run, (start, end), measure_stores, count)
        theory = palm.place_stock(self.demand, self.lead_days, stock)
        judge = Judge("palm", f"{self.demand:g} a day x {self.lead_days:g} days {self.law} stock {stock}")
        law = laws[-1]
        short, sd, third = _backorders(law, stock)
        owed = last["owed"][:, 0]
        window = slice(start - 1, end - 1)
        time_mean = float(pipelines.backorders(laws[window], stock).mean())
        length_s = (end - start) * self._clock.dt_s
        averaged = (last["owed_s"] - first["owed_s"])[:, 0] / length_s
        rises = pipelines.backorders(laws[window], stock) - pipelines.backorders(before[window], stock)
        fill = 1.0 - float(rises.mean()) / mean
        demanded = (last["demanded"] - first["demanded"])[:, 0]
        served = (last["served"] - first["served"])[:, 0]
        fills = ratios(served, demanded, fill, mean * (end - start))
        filled = int((last["on_hand"][:, 0] > 0.0).sum())
        note = run.fewer(count)
        late = count * float(law[stock + 1 :].sum())  # replications with backorders at the end
        unfilled = count * mean * (end - start) * min(fill, 1.0 - fill)
        step = f"the step, 1/{lead} of the lead time, adds"
        return [
            judge.mean("backorders at the end", owed, short, sd, third, note=note or f"Palm {theory.backorders:.6g}"),
            judge.proportion("P(stock on hand) at the end", filled, count, float(law[:stock].sum()), note),
            enough(judge.mean("backorders over time", averaged, time_mean, note=note), late),
            enough(judge.mean("fill rate", fills, fill, note=f"stepped; Palm {theory.fill_rate:.6g}"), unfilled),
            enough(near_limit(judge, "backorders, Palm", averaged, time_mean, theory.backorders, step), late),
            enough(near_limit(judge, "fill rate, Palm", fills, fill, theory.fill_rate, step), unfilled),
        ]

    def document(self) -> Document:
        """Return the scenario."""
        clock = self._clock
        place = shelf(self.stock, self._pipeline, clock.hours(24.0 * self.lead_days), self.law)
        place["demand_per_day"] = self.demand / clock.scale
        return posts("palm", clock, {"base": place})


@dataclass(frozen=True)
class TwoEchelon:
    """Bases that order from a depot: the exact law, with METRIC and VARI-METRIC beside it. Times are fixed."""

    bases: int = option(3, "bases", low=1, high=40)
    demand: float = option(1.0, "mean demand of a base per day", above=0.0, high=1e4)
    depot_days: float = option(1.0, "time of a repair at the depot [days]", above=0.0, high=3000.0)
    ship_days: float = option(0.1, "time of shipping from the depot [days]", above=0.0, high=3000.0)
    depot_stock: int = option(1, "spares of the depot", low=0, high=500)
    base_stock: int = option(1, "spares of each base", low=0, high=500)

    @property
    def _steps(self) -> tuple[int, int]:
        """Steps of the shipping and of the depot's repair: the best fit of their ratio."""
        short, long = sorted((self.ship_days, self.depot_days))
        ties = self.bases * self.demand * short / 0.03  # steps in which few bases order at once
        least = min(max(4, math.ceil(ties)), 400)
        most = max(least, min(least + 36, int(_MOST_STEPS * short / (12.0 * long)) or 1))
        choices = range(least, most + 1)
        best = min(choices, key=lambda k: abs(round(k * long / short) * short / (k * long) - 1.0))
        other = round(best * long / short)
        return (best, other) if self.ship_days <= self.depot_days else (other, best)

    @property
    def _clock(self) -> Clock:
        return Clock(24.0 * self.ship_days / self._steps[0], self._stops[1])

    @property
    def _on_order(self) -> tuple[float, float]:
        """Mean units on order of a base, at most, and of the depot."""
        own = self.demand * (self.depot_days + self.ship_days)
        return own, self.bases * self.demand * max(self.depot_days, self.ship_days)

    @property
    def _stops(self) -> tuple[int, int]:
        span = sum(self._steps)
        return span + 2, 7 * span + 2

    @property
    def _echelons(self) -> two_echelon.Echelons:
        """The parameters with the depot's time rounded to steps."""
        ship, depot = self._steps
        base = two_echelon.Base(self.demand, order_and_ship=self.ship_days)
        return two_echelon.Echelons((base,) * self.bases, self.ship_days * depot / ship)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.bases * self.demand * max(self.depot_days, self.ship_days) > _PIPELINE:
            return [f"--demand: more than {_PIPELINE:g} units on order; give less demand or shorter times"]
        if self.demand * (self.depot_days + self.ship_days) < 1e-3:
            return ["--demand: hardly ever on order; give more demand"]
        if not 1e-3 <= self.ship_days / self.depot_days <= 1e3:
            return ["--ship-days: give a thousandth to a thousand times --depot-days"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare backorders with the exact law of the depot's late orders, thinned to the bases."""
        start, end = self._stops
        echelons = self._echelons
        stocks = (self.base_stock,) * self.bases
        exact = two_echelon.evaluate(echelons, self.depot_stock, stocks)
        own, all_of_them = self._on_order
        count = _replications(run, end, places(all_of_them) + self.bases * places(own))
        first, last = sample_at(self.document(), run, (start, end), measure_stores, count)
        length_s = (end - start) * self._clock.dt_s
        averaged = (last["owed_s"] - first["owed_s"]) / length_s
        note = run.fewer(count)
        law = two_echelon.Pipelines(echelons).laws(self.depot_stock)[0]
        short, sd, third = _backorders(law, self.base_stock)
        filled = int((last["on_hand"][:, 1] > 0.0).sum())
        total = averaged[:, 1:].sum(axis=1)
        late = count * self.bases * float(law[self.base_stock + 1 :].sum())
        waiting = count * float(poisson(echelons.depot_demand * echelons.depot_repair)[self.depot_stock + 1 :].sum())
        shown = f"{self.bases} bases x {self.demand:g} a day, depot {self.depot_days:g} ship {self.ship_days:g} days"
        judge = Judge("two echelons", f"{shown} stock {self.depot_stock} + {self.base_stock}")
        rows = [
            enough(judge.mean("backorders of all bases", total, exact.total, note=note), late),
            enough(judge.mean("backorders of the depot", averaged[:, 0], exact.depot_backorders, note=note), waiting),
            judge.mean("backorders of a base at the end", last["owed"][:, 1], short, sd, third, note=note),
            judge.proportion("P(stock on hand) at a base", filled, count, float(exact.fill_rates[0]), note),
        ]
        for method in (two_echelon.Method.METRIC, two_echelon.Method.VARI_METRIC):
            says = two_echelon.evaluate(echelons, self.depot_stock, stocks, method).total
            error = f"an approximation: {100.0 * (says / exact.total - 1.0):+.2g} % of the exact" if exact.total else ""
            quantity = f"backorders, {method.value.upper()}"
            rows.append(judge.information(quantity, float(total.mean()), says, error))
        return rows

    def document(self) -> Document:
        """Return the scenario."""
        clock = self._clock
        ship, depot = self._steps
        demand = self.demand / clock.scale
        own, on_order = self._on_order
        shelves = {DEPOT: shelf(self.depot_stock, on_order, clock.hours(clock.step_h * depot))}
        for k in range(self.bases):
            base = shelf(self.base_stock, own, clock.hours(clock.step_h * ship), unit=DEPOT)
            shelves[f"base-{k:02d}"] = {**base, "demand_per_day": demand}
        return posts("two-echelons", clock, shelves)


def measure_parts(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the time without parts of all machines [s], and the jobs and those with a part at hand (R,)."""
    units = np.unique(compiled.params.components.whole[ComponentSpecW.UNIT, columns(compiled)])
    whole = simulation.state.upkeep_sides.whole[:, :, 0].astype(np.float64)
    return {
        "down": simulation.state.uses.real[:, UseR.READY_S + Readiness.NMCS][:, units].sum(axis=1),
        "asked": whole[:, UpkeepSideW.SPARES_ASKED],
        "at_once": whole[:, UpkeepSideW.SPARES_AT_ONCE],
        "waiting": simulation.state.stores.real[:, StoreR.OWED, 0],
    }


@dataclass(frozen=True)
class Parts:
    """Machines that take a part from the workshop's store at each failure: machines down for want of parts."""

    machines: int = option(20, "machines", low=1, high=400)
    mtbf_h: float = option(200.0, "mean time between failures [h in operation]", above=0.0, high=1e6)
    lead_h: float = option(24.0, "lead time of a part [h]", above=0.0, high=1e6)
    stock: int = option(2, "spare parts, on the shelf or on order", low=0, high=1000)

    @property
    def _lead_steps(self) -> int:
        return min(max(20, math.ceil(self.lead_h / self.mtbf_h * max(25.0, self.machines / 0.1))), 2000)

    @property
    def _clock(self) -> Clock:
        return Clock(self.lead_h / self._lead_steps, 30 * self._lead_steps)

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.lead_h > 20.0 * self.mtbf_h:
            return ["--lead-h: more than 20 times --mtbf-h; give a shorter lead time"]
        if self.machines * self.lead_h / self.mtbf_h > _PIPELINE:
            return [f"--machines: more than {_PIPELINE:g} parts on order; give fewer machines or a longer --mtbf-h"]
        if self.machines * self.lead_h / self.mtbf_h < 1e-3:
            return ["--mtbf-h: hardly ever a part on order; give a shorter time"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Compare the machines down, and the jobs with a part at hand, with the law of the parts on order."""
        clock, lead = self._clock, self._lead_steps
        start, end = 10 * lead, clock.n_ticks
        law = repairmen.with_spares(self.machines, self.stock, self.mtbf_h, self.lead_h)
        units = np.maximum(np.arange(law.size) - self.stock, 0)
        down = float(law @ units)
        # a failure meets the shipments of the step before: half a step later on average
        late = repairmen.with_spares(self.machines, self.stock, self.mtbf_h, self.lead_h * (1.0 + 0.5 / lead))
        births = self.machines - units
        fill = float(late[: self.stock] @ births[: self.stock] / (late @ births))
        count = _replications(run, end, 10 * self.machines)
        first, last = sample_at(self.document(), run, (start, end), measure_parts, count)
        span_s = (end - start) * clock.dt_s
        change = {name: last[name] - first[name] for name in ("down", "asked", "at_once")}
        demand = (self.machines - down) / self.mtbf_h * (end - start) * clock.step_h
        fills = ratios(change["at_once"], change["asked"], fill, demand)
        judge = Judge(
            "waiting for parts",
            f"{self.machines} machines MTBF {self.mtbf_h:g} h lead {self.lead_h:g} h stock {self.stock}",
        )
        note = run.fewer(count)
        jobs = count * demand
        meets = "a failure meets the stock of the step before"
        return [
            enough(judge.mean("machines without parts", change["down"] / span_s, down, note=note), jobs * (1.0 - fill)),
            enough(judge.mean("failures", change["asked"], demand, note=note), jobs),
            enough(judge.mean("fill rate", fills, fill, note=meets), jobs * min(fill, 1.0 - fill)),
        ]

    def document(self) -> Document:
        """Return the scenario."""
        clock = self._clock
        component = {"weibull": {"scale_h": clock.hours(self.mtbf_h)}, "repair": 0.0, "spare": "engine"}
        place = shelf(self.stock, self.machines * self.lead_h / self.mtbf_h, clock.hours(self.lead_h))
        return world(
            "parts",
            clock,
            self.machines,
            {"power": component},
            items={"engine": {"kind": "parts"}},
            stores=[{"at": "hall", "items": {"engine": place}}],
            supply_interval_s=clock.dt_s,
        )
