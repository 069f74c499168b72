"""Invariants of upkeep: shares of readiness, Little's law, and the accounts of jobs, parts and crews."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.loader import compile_document
from scenarios.verification.checks.upkeep_world import Clock, columns, shelf, world
from scenarios.verification.options import option
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, begin
from simcore.stores import StoreR
from simcore.upkeep import (
    ComponentR,
    ComponentSpecW,
    ComponentW,
    GangR,
    Readiness,
    Step,
    UpkeepSideR,
    UpkeepSideW,
    UseR,
)

if TYPE_CHECKING:
    from simcore.state import State

_REPLICATIONS = 20
_STEPS_PER_LIFE = 200


def _waits(state: "State", own: np.ndarray, now_s: float) -> np.ndarray:
    """Return whether the job of each component waits for a crew, at hand or at a depot, (R, components)."""
    step = state.components.whole[:, ComponentW.STEP, own]
    real = state.components.real[:, :, own]
    is_there = np.isinf(real[:, ComponentR.DUE_S]) & (real[:, ComponentR.READY_S] <= now_s)
    return (step == Step.CREW) | ((step == Step.AWAY) & is_there)


@dataclass(frozen=True)
class Balance:
    """Machines that wait for parts, for crews and for a depot: what each waits for adds up, whatever the numbers."""

    machines: int = option(12, "machines", low=1, high=200)
    crews: int = option(2, "repair crews", low=1, high=200)
    shape: float = option(1.5, "Weibull shape", low=0.3, high=20.0)
    scale_h: float = option(50.0, "Weibull scale [h]", above=0.0, high=1e6)
    repair_h: float = option(8.0, "mean time of a repair [h]", low=0.0, high=1e6)
    lead_h: float = option(30.0, "lead time of a part, and of the way to the depot [h]", above=0.0, high=1e6)
    stock: int = option(2, "spare parts", low=0, high=1000)
    lives: float = option(30.0, "length of the run, in Weibull scales", low=1.0, high=100.0)

    @property
    def _clock(self) -> Clock:
        return Clock(self.scale_h / _STEPS_PER_LIFE, math.ceil(self.lives * _STEPS_PER_LIFE))

    @property
    def step_s(self) -> float:
        """Time step [s]."""
        return 3600.0 * self._clock.step_h

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        if self.lead_h > 20.0 * self.scale_h or self.lead_h < self.scale_h / _STEPS_PER_LIFE:
            return ["--lead-h: give 1/200 to 20 times --scale-h"]
        return []

    def rows(self, run: Run) -> list[Row]:
        """Play some replications with all three sorts of machines; the identities hold in each of them."""
        judge = Judge("balance", f"{self.machines} machines c {self.crews} stock {self.stock} {self.lives:g} lives")
        found = [self._identities(content, run) for content in (self._parts(), self._away())]
        seen = {name: max(one[name] for one in found) for name in found[0]}
        rounding = 1e-9
        return [
            judge.exact("shares of readiness, largest error of their sum", seen["shares"], 0.0, rounding, "rounding"),
            judge.exact("failures that are neither repaired nor jobs", seen["jobs"], 0.0, 0.0, "a count"),
            judge.exact("jobs without their wait for a part", seen["spares"], 0.0, 0.0, "a count"),
            judge.exact("parts issued that no job has", seen["issued"], 0.0, 0.0, "a count"),
            judge.exact("units of stock not accounted for", seen["stock"], 0.0, 0.0, "the account of the store"),
            judge.exact("crews at work longer than the run, h", seen["crews"], 0.0, rounding, "never"),
            judge.exact("mean queue - waits / time, steps a job", seen["little"], 0.0, 1.0, "Little: within a step"),
            judge.exact("time down - waits and work, steps a job", seen["down"], 0.0, 1.0, "Little: within a step"),
        ]

    def _identities(self, content: Document, run: Run) -> dict[str, float]:
        """Return the largest violation of each identity."""
        clock, dt_s = self._clock, self._clock.dt_s
        compiled = compile_document(content)
        own = columns(compiled)
        simulation = begin(compiled, run.seed, 0, min(run.replications, _REPLICATIONS), run.threads)
        state = simulation.state
        queue_s = np.zeros(simulation.n_replications)
        for _ in range(clock.n_ticks):
            simulation.advance(1)
            queue_s += dt_s * _waits(state, own, simulation.time_s).sum(axis=1)
        now_s = clock.n_ticks * dt_s
        real, whole = state.components.real[:, :, own], state.components.whole[:, :, own].astype(np.int64)
        step = whole[:, ComponentW.STEP]
        side_real, side = state.upkeep_sides.real[:, :, 0], state.upkeep_sides.whole[:, :, 0].astype(np.int64)
        units = np.unique(compiled.params.components.whole[ComponentSpecW.UNIT, own])
        ready = state.uses.real[:, UseR.READY_S : UseR.READY_S + len(Readiness)][:, :, units]
        is_job = step != Step.NONE
        open_jobs = is_job.sum(axis=1)
        failures = whole[:, ComponentW.FAILURES].sum(axis=1)
        counted = np.maximum(failures, 1)
        waiting_s = np.where(_waits(state, own, now_s), now_s - real[:, ComponentR.READY_S], 0.0).sum(axis=1)
        waited_s = side_real[:, UpkeepSideR.CREW_S] + waiting_s
        # the down time of finished jobs, plus that of open ones since their request
        rows = [UpkeepSideR.APART_S, UpkeepSideR.PART_S, UpkeepSideR.CREW_S, UpkeepSideR.WORK_S, UpkeepSideR.AWAY_S]
        begun = np.isfinite(real[:, ComponentR.DUE_S])
        ahead_s = np.where(is_job & begun, real[:, ComponentR.BACK_S] - now_s, 0.0).sum(axis=1)
        # a job that has not begun has its transport counted, there and back, and no wait since it was ready
        away = is_job & ~begun & (step == Step.AWAY)
        lead_s = 3600.0 * clock.hours(self.lead_h)
        ahead_s -= np.where(away, now_s - real[:, ComponentR.READY_S] - lead_s, 0.0).sum(axis=1)
        idle = is_job & ~begun & (step != Step.AWAY)
        ahead_s -= np.where(idle, now_s - real[:, ComponentR.READY_S], 0.0).sum(axis=1)
        down_s = ready[:, Readiness.NMCM : Readiness.DEPOT + 1].sum(axis=(1, 2))
        stores = state.stores.real
        held = whole[:, ComponentW.HAS_SPARE].sum(axis=1)
        has_parts = stores.shape[2] > 0
        renewed = whole[:, ComponentW.REPAIRS].sum(axis=1)
        worked_s = state.gangs.real[:, GangR.WORKED_S] - np.maximum(state.gangs.real[:, GangR.FREE_S] - now_s, 0.0)
        account = 0.0
        if has_parts:
            gained = self.stock + stores[:, StoreR.RECEIVED, 0] + stores[:, StoreR.GOT, 0]
            spent = stores[:, [StoreR.ON_HAND, StoreR.ISSUED, StoreR.CONSUMED, StoreR.SENT, StoreR.LOST], 0]
            account = float(np.abs(gained - spent.sum(axis=1)).max())
        return {
            "shares": float(np.abs(ready.sum(axis=1) / now_s - 1.0).max()),
            "jobs": float(np.abs(failures - renewed - open_jobs).max()),
            "spares": float(
                np.abs(
                    side[:, UpkeepSideW.SPARES_ASKED]
                    - side[:, UpkeepSideW.SPARES_TAKEN]
                    - (step == Step.PART).sum(axis=1)
                ).max()
            ),
            "issued": float(np.abs(stores[:, StoreR.ISSUED, 0] - renewed - held).max()) if has_parts else 0.0,
            "stock": account,
            "crews": float(np.maximum(worked_s - now_s, 0.0).max(initial=0.0)) / 3600.0,
            "little": float(np.abs((queue_s - waited_s) / dt_s / counted).max()),
            "down": float(np.abs((down_s - side_real[:, rows].sum(axis=1) + ahead_s) / dt_s / counted).max()),
        }

    def _component(self, clock: Clock, **keys: object) -> Document:
        life = {"shape": self.shape, "scale_h": clock.hours(self.scale_h)}
        return {"weibull": life, "repair": {"mean_h": clock.hours(self.repair_h), "law": "lognormal"}, **keys}

    def _parts(self) -> Document:
        """Return machines that need a part, and then a crew."""
        clock = self._clock
        on_order = self.machines * self.lead_h / self.scale_h
        place = shelf(self.stock, on_order + 10.0, clock.hours(self.lead_h), "exponential")
        return world(
            "balance-parts",
            clock,
            self.machines,
            {"power": self._component(clock, spare="engine")},
            crews=self.crews,
            items={"engine": {"kind": "parts"}},
            stores=[{"at": "hall", "items": {"engine": place}}],
            supply_interval_s=clock.dt_s,
        )

    def _away(self) -> Document:
        """Return machines that are sent to a depot with the crews."""
        clock = self._clock
        content = world(
            "balance-depot",
            clock,
            self.machines,
            {"power": self._component(clock, echelon="depot")},
            crews=self.crews,
        )
        depot = {"name": "depot", "side": "blue", "crews": self.crews, "echelon": "depot"}
        content["sustainment"]["workshops"].append({**depot, "lead_h": clock.hours(self.lead_h)})
        return content
