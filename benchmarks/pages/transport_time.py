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
from simcore.medical import MedicalSideW, PersonR, PersonSpecW
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
PEOPLE, PER_DAY = 400, 0.02
"""People of each camp, and injuries per person and day: so few that no transport and no bed is ever lacking."""
SPREAD = 0.5
"""Standard deviation of the logarithm of the transport time between the camps (an assumption)."""
SPEED_MPS, LOAD_MIN, TRANSPORTS = 30.0, 3.0, 40
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
TIMES_MIN = (30.0, 43.0, 60.0, 90.0, 120.0)
BEFORE = CasualtyCounts(386, 3037, 83, 1012)
AFTER = CasualtyCounts(964, 16_696, 378, 7905)
"""Kotwal et al. (2016): the killed and the seriously hurt as published, the others the numbers nearest to the rates."""
RATES = ("kia", "dow", "cfr")
WORDS = {"kia": "%KIA", "dow": "%DOW", "cfr": "CFR"}

HEAD = """<!-- Made by benchmarks/pages/transport_time.py; do not edit by hand. -->
# Does shorter transport save the wounded?

In 2009 the United States ordered that the wounded in Afghanistan reach a hospital within an hour. Kotwal et al. (JAMA
Surgery 2016) compared the years before and after: the median transport time fell from 90 to 43 minutes, blood came
forward with the helicopters, the share killed in action (%KIA) fell, and the share of those who died of wounds (%DOW)
stayed. Here the model is set to both transport times and to nothing else: **no number was fitted to the cohort**. All
rates of injuries, bleeding, first aid and care are the defaults of the format.

Five camps of 400 people lie at distances from a hospital that give the transport times, from the request to the
arrival, the wanted median (lognormal between the camps, spread 0.5, an assumption). People are wounded one by one, so
that no transport and no bed is lacking; every transport has an attendant. `make pages NAME=transport_time` makes this
page.

The levels depend on the defaults, most of which are placeholders: the severity of wounds, and the share that kills at
once. The changes are what the model says about transport and blood. Howard et al. (2019) attribute 7.5 % of the fall of
the case fatality rate of those years to transport, 23.8 % to blood and 12.9 % to tourniquets; here, where first aid is
the same before and after, shorter transport does most.

Kotwal's rates have their 95 % intervals by Wilson, the model's by replications; the rates have different denominators
(Holcomb 2006), and no sum of them means anything.
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
    """Return the tallies of blue so far, (R,) each, and the transport times of the last cases."""
    params = compiled.params
    blue = Casualties(params, simulation.state, 0)
    own = params.units.whole[UnitSpecW.SIDE, params.medical.people[PersonSpecW.UNIT]] == 0
    real = simulation.state.people.real[:, :, own]
    minutes = (real[:, PersonR.ROLE1_S] - real[:, PersonR.REQUEST_S]) / 60.0
    arrived = (real[:, PersonR.ROLE1_S] >= 0.0) & (real[:, PersonR.REQUEST_S] >= 0.0)
    return {
        "wounded": blue.tally(MedicalSideW.WOUNDED),
        "killed": blue.killed(),
        "died": blue.tally(MedicalSideW.DIED_OF_WOUNDS),
        "returned": blue.returned(),
        "minutes": np.where(arrived, minutes, np.nan),
    }


@dataclass(frozen=True)
class Played:
    """A variant: numerators and denominators of the rates by replication, and its median transport time [min]."""

    name: str
    median_min: float
    parts: dict[str, tuple[np.ndarray, np.ndarray]]
    n_wounded: int

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
    parts = {"kia": (killed, killed + serious), "dow": (died, serious), "cfr": (killed + died, wounded)}
    return Played(name, float(np.nanmedian(last["minutes"])), parts, int(wounded.sum()))


def cell(value: float, low: float, high: float, sign: str = "") -> str:
    """Return a share and its interval in per cent, with ``sign`` "+" as a change."""
    return f"{100 * value:{sign}.1f} ({100 * low:{sign}.1f} to {100 * high:{sign}.1f})"


def cells(played: Played) -> str:
    """Return the cells of a variant in the table."""
    rates = " | ".join(cell(played.value(r), *played.interval(r)) for r in RATES)
    return f"| {played.name} | {played.median_min:.0f} | {rates} |"


def published(name: str, median: float, counts: CasualtyCounts) -> str:
    """Return the cells of the cohort in the table."""
    listed: list[Rate] = [counts.killed_share, counts.died_of_wounds_share, counts.case_fatality]
    rates = " | ".join(cell(rate.value, *rate.interval()) for rate in listed)
    return f"| {name} | {median:.0f} | {rates} |"


def change(first: Played, second: Played, rate: str) -> str:
    """Return the paired change of a rate from the first to the second variant."""
    paired = paired_ratio_change(second.parts[rate], first.parts[rate], is_share=True)
    if paired is None:
        return "-"
    found = paired.estimate
    return cell(found.value, found.low, found.high, "+")


def cohort_change(rate: str) -> str:
    """Return the change of a rate of the cohort, with its normal interval."""
    name = {"kia": "killed_share", "dow": "died_of_wounds_share", "cfr": "case_fatality"}[rate]
    before, after = getattr(BEFORE, name), getattr(AFTER, name)
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
        "| --- |" + " ---: |" * 4,
    ]
    changes = ["| change | " + " | ".join(f"{WORDS[r]} [points]" for r in RATES) + " |", "| --- |" + " ---: |" * 3]
    return [
        "## Before and after", "", *head, published("cohort, before", 90.0, BEFORE), cells(before),
        published("cohort, after", 43.0, AFTER), cells(after), "", *changes,
        "| cohort, before to after | " + " | ".join(cohort_change(r) for r in RATES) + " |",
        "| model, transport and blood | " + " | ".join(change(before, after, r) for r in RATES) + " |",
        "| model, transport alone | " + " | ".join(change(before, short, r) for r in RATES) + " |",
        "| model, blood alone | " + " | ".join(change(before, found[90.0, True], r) for r in RATES) + " |",
        "", "## By transport time", "", *head,
        *(cells(found[median, blood]) for blood in (False, True) for median in TIMES_MIN), "",
        f"{after.n_wounded:,} wounded in the last row of the first table. {n} replications, seed {seed}; Python "
        f"{versions()['python']}, NumPy {versions()['numpy']}.",
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
