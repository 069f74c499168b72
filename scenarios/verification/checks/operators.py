"""Operators: units that request approval, queue for a crew, are refused and ask again."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenarios.verification.document import LONG_S, all_seeing, document, group, harmless_gun, platform
from scenarios.verification.options import Topic, option
from scenarios.verification.oracles import queues
from scenarios.verification.rows import Judge, Row
from scenarios.verification.runner import Document, Run, Sample, sample
from simcore.state import MountW, SideW
from simcore.types import Approval

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

_UNIT_STEPS = 3.0e7
"""Largest number of unit-steps simulated by a check."""
_REACH_KM = 0.1
_STEPS_LIMIT = 200_000


def measure_crew(simulation: "Simulation", compiled: "Compiled") -> Sample:
    """Return the tallies of blue's crew, and the number of requests in the system at the end (R,)."""
    side = simulation.state.sides.whole[:, :, 0].astype(np.float64)
    approval = simulation.state.mounts.whole[:, MountW.APPROVAL]
    present = (approval == Approval.WAITING) | (approval == Approval.SERVED)
    return {
        "asked": side[:, SideW.APPROVALS_ASKED],
        "denied": side[:, SideW.APPROVALS_DENIED],
        "queue": side[:, SideW.APPROVAL_WAIT_TICKS],
        "busy": side[:, SideW.OPERATOR_BUSY_TICKS],
        "present": present.sum(axis=1).astype(np.float64),
    }


@dataclass(frozen=True)
class Queue:
    """A finite-source queue, judged against the exact stepped process; the continuous limits are for information."""

    units: int = option(5, "requesting units", low=1, high=400)
    operators: int = option(1, "operators", low=1, high=400)
    think_s: float = option(60.0, "mean time from a refusal to the next request [s]", above=0.0)
    service_s: float = option(15.0, "mean time of a decision [s]", above=0.0)
    law: str = option("exponential", "law of the service times", choices=("exponential", "fixed"))
    dt: float = option(1.0, "time step [s]", above=0.0)
    duration_s: float = option(3600.0, "length of each replication [s]", above=0.0)

    def problems(self) -> list[str]:
        """Return the problems of the combination."""
        problems: list[str] = []
        if self.law == "fixed" and self.operators > 1:
            problems.append("--law fixed: the exact process is known only for a single operator; give --operators 1")
        if self.dt > min(self.think_s, self.service_s):
            problems.append("--dt: longer than --think-s or --service-s; give a shorter step")
        elif not 2 <= self.duration_s / self.dt <= _STEPS_LIMIT:
            problems.append(f"--duration-s: give 2 to {_STEPS_LIMIT} steps of --dt")
        elif self.law == "fixed" and self.service_s / self.dt > 1000:
            problems.append("--dt: more than 1000 steps per service; give a longer step")
        return problems

    @property
    def crew(self) -> queues.Crew:
        """The oracle's parameters."""
        return queues.Crew(self.units, self.operators, self.think_s, self.service_s)

    def rows(self, run: Run) -> list[Row]:
        """Compare totals and the final state with the stepped process."""
        n_ticks = max(2, round(self.duration_s / self.dt))
        exact = queues.stepped_fixed if self.law == "fixed" else queues.stepped_geometric
        oracle = exact(self.crew, self.dt, n_ticks - 1)  # the first tick has only looks
        most = max(200, math.ceil(_UNIT_STEPS / (2.0 * self.units * n_ticks)))
        result = sample(self.document(n_ticks), run, n_ticks, measure_crew, replications=min(run.replications, most))
        n = result["asked"].size
        note = run.fewer(n)
        shape = (
            f"{self.units} units c {self.operators} think {self.think_s:g} s service {self.service_s:g} s {self.law}"
        )
        judge = Judge("operators", f"{shape} dt {self.dt:g}")
        count = np.arange(self.units + 1)
        thinking = self.units - float(oracle.present @ count)
        spread = math.sqrt(max(0.0, float(oracle.present @ count**2) - float(oracle.present @ count) ** 2))
        wait_s = oracle.queue_steps / oracle.requests * self.dt
        # linear in the observations, so that its mean is exactly the ratio of the expectations
        waits_s = wait_s + (result["queue"] * self.dt - wait_s * result["asked"]) / oracle.requests
        steps = (n_ticks - 1) * self.operators
        busy = int(np.sum(result["present"] >= self.operators))
        p_busy = float(oracle.present[self.operators :].sum())
        limit_thinking, limit_wait_s = queues.finite_source(self.crew)
        cv2 = 0.0 if self.law == "fixed" else 1.0
        rows = [
            judge.mean("requests", result["asked"], oracle.requests, note=note),
            judge.mean("wait per request, s", waits_s, wait_s, note=note),
            judge.mean("operator utilisation", result["busy"] / steps, oracle.busy_steps / steps, note=note),
            judge.mean(
                "units not waiting at the end", self.units - result["present"], thinking, oracle_sd=spread, note=note
            ),
            judge.proportion("P(all operators busy) at the end", busy, n, p_busy, note),
            judge.exact(
                "requests not accounted for",
                float(np.sum(result["asked"] - result["denied"] - result["present"])),
                0.0,
                0.0,
                "a count",
            ),
        ]
        estimate_s = float(result["queue"].mean() / result["asked"].mean()) * self.dt
        if self.law == "exponential":
            limit = "limit of short steps, steady state"
            active = float((self.units - result["present"]).mean())
            rows.append(judge.information("units not waiting, M/M/c//N", active, limit_thinking, limit))
            rows.append(judge.information("wait, M/M/c//N, s", estimate_s, limit_wait_s, limit))
        open_s = queues.infinite_source_wait_s(self.crew, cv2)
        if self.units >= 20 and math.isfinite(open_s):
            name = "M/G/1 (Pollaczek-Khinchine)" if self.law == "fixed" else "M/M/c (Erlang C)"
            rows.append(judge.information(f"wait, {name}, s", estimate_s, open_s, "limit of many units, short steps"))
        return rows

    def document(self, n_ticks: int) -> Document:
        """Return the scenario: pairs of a unit and a target, far from other pairs, and a crew that refuses.

        A unit detects its target, and so asks for the first time, with the same probability per step as it asks again.
        """
        columns = math.ceil(math.sqrt(self.units))
        groups: list[Document] = []
        for k in range(self.units):
            place = (float(k % columns), float(k // columns))
            groups.append(group(f"asker-{k:03d}", "blue", "asker", place))
            groups.append(group(f"target-{k:03d}", "red", "target", (place[0] + 0.01, place[1])))
        eye = all_seeing(_REACH_KM, self.dt, p_detect=min(1.0, self.dt / self.think_s))
        scenario = document(
            "operators",
            dt_s=self.dt,
            n_ticks=n_ticks,
            half_width_km=columns + 1.0,
            groups=groups,
            platforms={
                "asker": platform(sensors=["eye"], weapons=[{"weapon": "gun", "rounds": None}], autonomy="approve"),
                "target": platform(),
            },
            sensors={"eye": eye},
            weapons={"gun": harmless_gun(_REACH_KM, self.dt)},
            rules={"contact_refresh_s": LONG_S},
        )
        scenario["sides"][0]["operators"] = {
            "count": self.operators,
            "service_s": self.service_s,
            "service_law": self.law,
            "p_grant": 0.0,
            "approval_timeout_s": max(LONG_S, 2.0 * self.duration_s),
            "ask_again_s": self.think_s,
            "ask_again_law": "exponential",
        }
        return scenario


TOPIC = Topic(
    "operators",
    "requests for approval as a finite-source queue: M/M/c//N, Erlang C, M/D/1",
    {"queue": Queue},
    (
        Queue(),
        Queue(10, 3, 50.0, 10.0),
        Queue(60, 2, 3600.0, 60.0, dt=5.0, duration_s=10_800.0),
        Queue(60, 1, 7200.0, 60.0, "fixed", dt=5.0, duration_s=10_800.0),
    ),
)
