"""Compare the model with a published cohort: shorter transport and blood forward, and write the page.

``python -m benchmarks.pages.transport_time`` plays camps at five distances from a hospital for each transport time (ten
minutes) and writes docs/reference/transport-time.md. ``-n`` and ``--seed`` are for trials: with either of them
the page is written only if ``--out`` names a file.
"""

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from logistics.medical.accounting import Casualties
from logistics.medical.statistics import CasualtyCounts, Rate
from logistics.reliability.intervals import Z_95
from scenarios.measures.paired_intervals import paired_ratio_change
from scenarios.measures.range_intervals import ratio_interval
from scenarios.measures.statistics import normal_quantile
from scenarios.run.provenance import versions
from scenarios.verification.document import document as plain_document
from scenarios.verification.document import group, platform
from scenarios.verification.runner import Run, sample_at
from simcore.medical import Death, Health, MedicalSideW, PersonR, PersonSpecW, PersonW
from simcore.params import UnitSpecW

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled
    from simcore.simulation import Simulation

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "transport-time.md"
REPLICATIONS = 24
SEED = 20_261_130
DT_S = 60.0
START_DAY, END_DAY = 4, 14
"""The numbers of the days between the two are counted: the first days fill the chain of care."""
PEOPLE, PER_DAY = 200, 0.04
"""People of each camp, and injuries per person and day: so few that no transport and no bed is ever lacking."""
SPREAD = 0.5
"""Standard deviation of the logarithm of the transport time between the camps (an assumption)."""
SPEED_MPS, LOAD_MIN, TRANSPORTS = 30.0, 3.0, 40
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
TIMES_MIN = (30.0, 43.0, 60.0, 90.0, 120.0)
BEFORE = CasualtyCounts(386, 3043, 83, 1018)
AFTER = CasualtyCounts(964, 16_696, 380, 7905)
"""Kotwal et al. (2016): the killed, the seriously hurt, all deaths and all casualties are published."""
RATES = ("kia", "dow", "cfr", "killed", "back")
WORDS = {"kia": "%KIA", "dow": "%DOW", "cfr": "CFR", "killed": "killed of all", "back": "back in 72 h of all"}
CRITICAL_NISS = 25.0
CRITICAL = {"Afghanistan": (2.2, 39.9), "Iraq": (8.9, 32.9)}
"""Howard et al. (2019): survival of the critical (ISS 25 to 75), those killed at once included, early and late [%]."""
DEAD_BY_MIN = (0.0, 10.0, 60.0, 120.0)
DEAD_BY = (57.1, 67.7, 91.4, 99.0)
"""Webster et al. (2021): share of the killed in action dead by the times above [%]."""

HEAD = """<!-- Made by benchmarks/pages/transport_time.py; do not edit by hand. -->
# Does shorter transport save the wounded?

In 2009 the United States ordered that the wounded in Afghanistan reach a hospital within an hour. Kotwal et al. (JAMA
Surgery 2016) compared the years before and after: the median transport time fell from 90 to 43 minutes, blood came
forward with the helicopters, the share killed in action (%KIA) fell, and the share of those who died of wounds (%DOW)
stayed. Here the model is set to both transport times and to nothing else: **no number was fitted to the cohort**. All
rates of injuries, bleeding, first aid and care are the defaults of the format; those of injuries come from Iraq, from
trauma registries and from the United Kingdom ([where they come from](../explanation/casualties.md)).

Five camps of 200 people lie at distances from a hospital that give the transport times, from the request to the
arrival, the wanted median (lognormal between the camps, spread 0.5, an assumption). People are wounded one by one, by
fragments, so that no transport and no bed is lacking; every transport has an attendant. `make pages
NAME=transport_time` makes this page.
"""
READING = """## How to read it

**Who is counted.** The cohort is all 21,089 casualties of the theatre, the killed at once and the lightly hurt
included, so the model counts all its wounded too; only the transport times of the cohort come from the 4,542 with
detailed records, of whom those with minor wounds were left out. The rates have different denominators (Holcomb 2006),
and no sum of them means anything: %KIA is of the killed and of the wounded who were not back within 72 hours, %DOW of
the latter alone. So both depend on how many are back soon: 30 % of all casualties before and 45 % after in the cohort,
half in the model, whose time to duty follows Iraq, where 56 % of the wounded were back. The shares of *all* casualties
do not depend on that: compare the killed of all, and the case fatality rate (CFR).

**What agrees.** The fall of %KIA lies within the interval of the cohort's. %DOW rises a little, as more of the gravely
hurt reach a facility alive; the intervals of the two changes overlap. Before the change the CFR is one point, and the
killed of all two points, above the cohort.

**What does not.** After it the model has too many killed: the fall of the CFR is half of the cohort's. It changes
transport and blood only, where the cohort also saw more tourniquets, better first aid, more surgeons forward, other
wounds and many more light casualties: Howard et al. (2019) attribute 7.5 % of the fall of the CFR of those years to
transport, 23.8 % to blood and 12.9 % to tourniquets, and leave 56 % to other causes. Blood does less here than there,
because the clock of the injury, which kills most, does not stop for blood. And without care every casualty of NISS 25
or more dies within 82 minutes, and hardly anybody later than at once within ten (the law of SIMEDIS, which has no
spread): so few of the critical live to see a transport of 90 minutes, and too few die early.

Kotwal's rates have their 95 % intervals by Wilson, the model's by replications.
"""


def document(median_min: float, *, has_blood: bool) -> dict[str, Any]:
    """Return the camps and the hospital for a median transport time."""
    times = [median_min * math.exp(SPREAD * normal_quantile(q)) for q in QUANTILES]
    far_km = [max(0.5, 0.5 * (t - 2.0 * LOAD_MIN) * 60.0 * SPEED_MPS / 1000.0) for t in times]
    camps = [
        group(f"camp-{k}", "blue", "camp", (d * math.cos(1.2 * k), d * math.sin(1.2 * k))) for k, d in enumerate(far_km)
    ]
    width = max(far_km) + 10.0
    scenario = plain_document(
        "transport-time", dt_s=DT_S, n_ticks=round(END_DAY * 86_400.0 / DT_S), half_width_km=width,
        groups=[
            *camps,
            group("hospital", "blue", "hospital", (0.0, 0.0)),
            group("transports", "blue", "transport", (0.0, 0.0), TRANSPORTS, task={"verb": "evacuate"}),
            group("other", "red", "post", (width - 1.0, width - 1.0)),
        ],
        platforms={
            "camp": platform(people={"crew": PEOPLE, "medics": PEOPLE // 10}),
            "hospital": platform(people=0, facility={
                "role": 3, "bays": 100, "theatres": 100, "intensive": 200, "ward": 1000, "reach_m": 300,
            }),
            "transport": platform(
                speed_max_mps=SPEED_MPS, speed_cruise_mps=SPEED_MPS, people=0,
                evacuation={"litters": 4, "attendant": True, "blood": 4, "load_min": LOAD_MIN, "unload_min": LOAD_MIN},
            ),
            "post": platform(people=0),
        },
    )  # fmt: skip
    return scenario | {
        "medical": {
            "interval_s": DT_S,
            "sickness": {"wounded_per_1000_per_day": 1000.0 * PER_DAY},
            "evacuation": {"blood_forward": has_blood},
        }
    }


def measure(simulation: "Simulation", compiled: "Compiled") -> dict[str, np.ndarray]:
    """Return the tallies of blue so far, (R,) each, and what happened to the last case of each person.

    These are the transport times (R, people), the critical and those of them alive (R,), and the killed by the time
    to their death (times, R), all of cases since the first day that counts.
    """
    params = compiled.params
    blue = Casualties(params, simulation.state, 0)
    own = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == 0
    real = simulation.state.people.real[:, :, own]
    minutes = (real[:, PersonR.ROLE1_S] - real[:, PersonR.REQUEST_S]) / 60.0
    arrived = (real[:, PersonR.ROLE1_S] >= 0.0) & (real[:, PersonR.REQUEST_S] >= 0.0)
    whole = simulation.state.people.whole[:, :, own]
    is_case = (real[:, PersonR.HURT_S] >= START_DAY * 86_400.0) & (whole[:, PersonW.IS_WOUNDED] == 1)
    dead = is_case & (whole[:, PersonW.HEALTH] == Health.DEAD)
    at_once = dead & (whole[:, PersonW.DEATH] == Death.AT_ONCE)
    critical = is_case & ((real[:, PersonR.SEVERITY] >= CRITICAL_NISS) | at_once)
    lived_min = (real[:, PersonR.END_S] - real[:, PersonR.HURT_S]) / 60.0
    killed = dead & (whole[:, PersonW.DEATH] != Death.IN_CARE)
    by_time = [(killed & (lived_min <= limit)).sum(axis=1) for limit in DEAD_BY_MIN]
    return {
        "wounded": blue.tally(MedicalSideW.WOUNDED),
        "killed": blue.killed(),
        "died": blue.tally(MedicalSideW.DIED_OF_WOUNDS),
        "returned": blue.returned(),
        "minutes": np.where(arrived, minutes, np.nan),
        "critical": critical.sum(axis=1),
        "critical_alive": (critical & ~dead).sum(axis=1),
        "dead_by": np.stack(by_time),
        "dead_of_all": killed.sum(axis=1),
    }


@dataclass(frozen=True)
class Played:
    """A variant: numerators and denominators of the rates by replication, and its median transport time [min]."""

    name: str
    median_min: float
    parts: dict[str, tuple[np.ndarray, np.ndarray]]
    n_wounded: int
    alive: tuple[np.ndarray, np.ndarray]
    dead_by: tuple[tuple[np.ndarray, np.ndarray], ...]

    def value(self, rate: str) -> float:
        """Return a rate over all replications."""
        above, below = self.parts[rate]
        return float(above.sum() / below.sum())

    def interval(self, rate: str) -> tuple[float, float]:
        """Return the 95 % interval of a rate."""
        found = ratio_interval(*self.parts[rate], is_share=True)
        return found.low, found.high


def play(name: str, median_min: float, n: int, seed: int, *, has_blood: bool) -> Played:
    """Play a variant."""
    stops = [round(day * 86_400.0 / DT_S) for day in (START_DAY, END_DAY)]
    first, last = sample_at(document(median_min, has_blood=has_blood), Run(n, seed, 1), stops, measure, n)
    wounded, killed, died, returned = (last[k] - first[k] for k in ("wounded", "killed", "died", "returned"))
    serious = wounded - killed - returned
    parts = {
        "kia": (killed, killed + serious),
        "dow": (died, serious),
        "cfr": (killed + died, wounded),
        "killed": (killed, wounded),
        "back": (returned, wounded),
    }
    dead_by = tuple((by.astype(np.float64), last["dead_of_all"].astype(np.float64)) for by in last["dead_by"])
    alive = (last["critical_alive"].astype(np.float64), last["critical"].astype(np.float64))
    return Played(name, float(np.nanmedian(last["minutes"])), parts, int(wounded.sum()), alive, dead_by)


def cell(value: float, low: float, high: float, sign: str = "") -> str:
    """Return a share and its interval in per cent, with ``sign`` "+" as a change."""
    return f"{100 * value:{sign}.1f} ({100 * low:{sign}.1f} to {100 * high:{sign}.1f})"


def cells(played: Played) -> str:
    """Return the cells of a variant in the table."""
    rates = " | ".join(cell(played.value(r), *played.interval(r)) for r in RATES)
    return f"| {played.name} | {played.median_min:.0f} | {rates} |"


def published(name: str, median: float, counts: CasualtyCounts) -> str:
    """Return the cells of the cohort in the table."""
    rates = " | ".join(cell(rate.value, *rate.interval()) for rate in cohort_rates(counts).values())
    return f"| {name} | {median:.0f} | {rates} |"


def cohort_rates(counts: CasualtyCounts) -> dict[str, Rate]:
    """Return the rates of a cohort by their names."""
    n = counts.killed + counts.wounded
    return {
        "kia": counts.killed_share,
        "dow": counts.died_of_wounds_share,
        "cfr": counts.case_fatality,
        "killed": Rate(counts.killed, n),
        "back": Rate(counts.returned, n),
    }


def change(first: Played, second: Played, rate: str) -> str:
    """Return the paired change of a rate from the first to the second variant."""
    paired = paired_ratio_change(second.parts[rate], first.parts[rate], is_share=True)
    if paired is None:
        return "-"
    found = paired.estimate
    return cell(found.value, found.low, found.high, "+")


def cohort_change(rate: str) -> str:
    """Return the change of a rate of the cohort, with its normal interval."""
    before, after = cohort_rates(BEFORE)[rate], cohort_rates(AFTER)[rate]
    gap = after.value - before.value
    error = Z_95 * math.sqrt(sum(r.value * (1.0 - r.value) / r.among for r in (before, after)))
    return cell(gap, gap - error, gap + error, "+")


def lines(n: int, seed: int) -> list[str]:
    """Return the tables of the page."""
    found: dict[tuple[float, bool], Played] = {}
    for median in TIMES_MIN:
        for has_blood in (False, True):
            began = time.perf_counter()
            name = f"model, {median:g} min{', blood forward' if has_blood else ''}"
            found[median, has_blood] = play(name, median, n, seed, has_blood=has_blood)
            print(f"transport time: {name}, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    before, short, after = found[90.0, False], found[43.0, False], found[43.0, True]
    head = [
        "| | median transport [min] | " + " | ".join(f"{WORDS[r]} [%]" for r in RATES) + " |",
        "| --- |" + " ---: |" * (1 + len(RATES)),
    ]
    changes = [
        "| change | " + " | ".join(f"{WORDS[r]} [points]" for r in RATES) + " |",
        "| --- |" + " ---: |" * len(RATES),
    ]
    return [
        "## Before and after", "", *head, published("cohort, before", 90.0, BEFORE), cells(before),
        published("cohort, after", 43.0, AFTER), cells(after), "", *changes,
        "| cohort, before to after | " + " | ".join(cohort_change(r) for r in RATES) + " |",
        "| model, transport and blood | " + " | ".join(change(before, after, r) for r in RATES) + " |",
        "| model, transport alone | " + " | ".join(change(before, short, r) for r in RATES) + " |",
        "| model, blood alone | " + " | ".join(change(before, found[90.0, True], r) for r in RATES) + " |",
        "", READING, *other_cohorts(before, after), "", "## By transport time", "", *head,
        *(cells(found[median, blood]) for blood in (False, True) for median in TIMES_MIN), "",
        f"{after.n_wounded:,} wounded in the last row of the first table. {n} replications, seed {seed}; Python "
        f"{versions()['python']}, NumPy {versions()['numpy']}.",
    ]  # fmt: skip


def other_cohorts(before: Played, after: Played) -> list[str]:
    """Return the tables of the critical and of the times to death."""

    def cells_of(*parts: tuple[np.ndarray, np.ndarray]) -> str:
        found = [ratio_interval(*part, is_share=True) for part in parts]
        return " | ".join(
            cell(float(above.sum() / below.sum()), interval.low, interval.high)
            for (above, below), interval in zip(parts, found, strict=True)
        )

    times = ("at once", *(f"by {limit:g} min" for limit in DEAD_BY_MIN[1:]))
    return [
        "## Other cohorts", "",
        "Survival of the critical (severity 25 to 75, the killed at once among them). Howard et al. (2019), all "
        "casualties of",
        "the United States; their severity is the ISS, which is never above the NISS.", "",
        "| | early, or 90 min [%] | late, or 43 min and blood [%] |", "| --- | ---: | ---: |",
        *(f"| {name} | {early:g} | {late:g} |" for name, (early, late) in CRITICAL.items()),
        f"| model | {cells_of(before.alive, after.alive)} |", "",
        "Times to death of the killed in action. Webster et al. (2021), 303 of the United Kingdom in Afghanistan; the "
        "default",
        "share at once comes from the first column, the others are a check.", "",
        f"| | {' | '.join(times)} |", "| --- |" + " ---: |" * len(times),
        f"| cohort | {' | '.join(f'{share:g}' for share in DEAD_BY)} |",
        f"| model, 90 min | {cells_of(*before.dead_by)} |",
        f"| model, 43 min, blood forward | {cells_of(*after.dead_by)} |",
    ]  # fmt: skip


def main() -> None:
    """Play the variants and write the page."""
    parser = argparse.ArgumentParser(description="Compare the model with a published cohort.")
    parser.add_argument("-n", type=int, help=f"replications (default {REPLICATIONS})")
    parser.add_argument("--seed", type=int, help=f"seed (default {SEED})")
    parser.add_argument("--out", type=Path, help="file of the page")
    options = parser.parse_args()
    text = "\n".join([HEAD, *lines(options.n or REPLICATIONS, options.seed or SEED)]) + "\n"
    is_trial = options.n is not None or options.seed is not None
    target = options.out or (None if is_trial else PAGE)
    if target is not None:
        target.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
