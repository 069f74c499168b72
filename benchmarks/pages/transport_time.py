"""Compare the model with a published cohort: shorter transport and blood forward, and write the page.

``python -m benchmarks.pages.transport_time`` plays camps at five distances from a hospital for each transport time
(twenty minutes) and writes docs/reference/transport-time.md. ``-n`` and ``--seed`` are for trials: with either of them
the page is written only if ``--out`` names a file.
"""

import argparse
import math
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.pages.kept_plays import kept
from benchmarks.pages.transport_camps import Played, document, from_arrays, play, to_arrays
from benchmarks.pages.transport_cohorts import AFTER, BEFORE, cell, cohort_lines
from benchmarks.pages.transport_structure import WITHOUT, structure_lines
from logistics.medical.statistics import CasualtyCounts, Rate
from logistics.reliability.intervals import Z_95
from scenarios.format.schema.injuries import Injuries
from scenarios.format.schema.medical import Medical
from scenarios.measures.paired_intervals import paired_ratio_change
from scenarios.run.provenance import versions

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "transport-time.md"
REPLICATIONS, VARIANT_REPLICATIONS = 24, 8
SEED = 20_261_130
TIMES_MIN = (30.0, 43.0, 60.0, 90.0, 120.0)
RATES = ("kia", "dow", "cfr", "killed", "back")
WORDS = {"kia": "%KIA", "dow": "%DOW", "cfr": "CFR", "killed": "killed of all", "back": "back in 72 h of all"}
_P_WOUNDS = Medical().care.p_died_of_wounds
VARIANTS: dict[str, dict[str, Any]] = {
    "as above": {},
    "injuries kill from NISS 9, not 16": {"deterioration": {"least_niss": 9}},
    "0.7 of the injuries fatal, not all": {"deterioration": {"p_fatal": 0.7}},
    "no injury kills by bleeding but the arterial": {"deterioration": {"bleeds_out": []}},
    "times to death with a spread of 0.7, not 0": {"deterioration": {"cv": 0.7}},
    "dangerous bleeding 0.3, not 0.45": {"injuries": {"fragment": {"p_bleeding": 0.3}}},
    "junctions bleed as the torso, not as limbs": {
        "deterioration": {"bleeding": {"junctional": {"from_per_h": 0.5, "to_per_h": 2.0}}}
    },
    "tourniquets hold with 0.7 and 0.8, not 0.78 and 0.95": {
        "first_aid": {"p_tourniquet": 0.7, "p_tourniquet_medic": 0.8}
    },
    "a medic slows no clock": {"first_aid": {"trauma_rate_medic": 1.0, "bleeding_rate_medic": 1.0}},
    "first aid from 7 min, not 2": {"first_aid": {"reaction_min": 7.0}},
    "an attendant slows both clocks to 0.6, not 0.34": {"evacuation": {"trauma_rate": 0.6, "bleeding_rate": 0.6}},
    "resuscitation slows both clocks to 0.4, not 0.2": {"care": {"trauma_rate": 0.4, "bleeding_rate": 0.4}},
    "twice the deaths of wounds whatever the care": {"care": {"p_died_of_wounds": [2.0 * p for p in _P_WOUNDS]}},
    **{
        f"{cause}s": {"injuries": {"fragment": getattr(Injuries(), cause).model_dump()}}
        for cause in ("bullet", "mine", "burn")
    },
    "crashes": {"injuries": {"fragment": Injuries().crash.model_dump()}},
}
"""What is laid over the section ``medical``, by the name of the variant."""

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

**What agrees.** The fall of %KIA: its estimate lies just outside the weaker end of the cohort's interval, and half of
its own interval within. %DOW is flat: its change lies within the cohort's interval, as most of those whom shorter
transport saves live. Of cohorts that nothing was taken from: the CFR of 2001 to 2005 and, late in Afghanistan, with
transport and blood as there; the mortality of the severely hurt aboard helicopters, with a medic and with a physician
and blood (Morrison 2013); the risk of death with blood on the way against none (Shackelford 2017), and that early
blood is worth more than late; who of the killed are dead within one and two hours; the share that bleeds to death from
a limb; survival with a tourniquet; deaths by crashes, burns and mines.

**What does not.** The fall of the CFR is a third of the cohort's. The model changes transport and blood only, where
the cohort also saw more tourniquets, better first aid, more surgeons forward, other wounds and many more light
casualties: Howard et al. (2019) attribute 7.5 % of the fall of the CFR of those years to transport, 23.8 % to blood
and 12.9 % to tourniquets, and leave 56 % to other causes. The levels of %KIA are above most published ones, those of
%DOW below: of those who reach a facility nobody bleeds to death here, where four in five of the dead who could have
been saved did, and few die within the first hour. Of those dead before a facility who could have been saved too few
bled to death, as an injury of the head can be survived as often as another here, where most of them could not.
Tourniquets are too frequent, and save more than five times as many as by Howard. Hardly anybody dies later than at
once within ten minutes (the law of SIMEDIS has no spread; the table of assumptions shows one of 0.7). Of the dead
before a facility more could have been saved than an expert panel found: it judged by the wounds alone, and the model
by whether prompt care saves. Blood goes to half as many patients as it did. At sea more die: nobody drowns here or is
caught by smoke. Reports from Ukraine (evacuation in 6 to 24 hours and more) give no counts to compare with.

**What was changed after this comparison.** Before, an injury that kills in time had a clock of its own in all regions,
which blood and tourniquets did not touch: three in ten of those who could have been saved bled to death. Now it kills
by bleeding outside the head, at the same time ([why](../explanation/casualties.md#two-clocks)). No number was chosen
for an outcome. Placeholders of first aid gave way to published values.

An alternative was tried and left: a risk of death after care that grows with the depth of shock, as in civilian
registries. With it a third of the critical died after they had reached a facility, twice the published share.

Kotwal's rates have their 95 % intervals by Wilson, the model's by replications.
"""


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
    paired = paired_ratio_change(second.shares[rate], first.shares[rate], is_share=True)
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


def timed(
    name: str,
    median: float,
    n: int,
    seed: int,
    has_blood: bool,
    medical: Mapping[str, Any] | None = None,
    cache: Path | None = None,
) -> Played:
    """Play a variant, or read it from the cache, and print how long it took."""
    began = time.perf_counter()
    what = {"document": document(median, has_blood=has_blood, medical=medical), "n": n, "seed": seed}
    arrays = kept(cache, what, lambda: to_arrays(play(name, median, n, seed, has_blood=has_blood, medical=medical)))
    played = from_arrays(name, arrays)
    print(f"transport time: {name}, {median:g} min, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return played


def lines(n: int, n_variants: int, seed: int, cache: Path | None) -> list[str]:
    """Return the tables of the page."""
    found: dict[tuple[float, bool], Played] = {}
    for median in TIMES_MIN:
        for has_blood in (False, True):
            name = f"model, {median:g} min{', blood forward' if has_blood else ''}"
            found[median, has_blood] = timed(name, median, n, seed, has_blood, None, cache)
    without = {
        name: found[90.0, True] if medical is None else timed(f"without {name}", 43.0, n, seed, True, medical, cache)
        for name, (_, medical) in WITHOUT.items()
    }
    variants = {
        name: (
            timed(name, 90.0, n_variants, seed, False, medical, cache),
            timed(name, 43.0, n_variants, seed, True, medical, cache),
        )
        for name, medical in VARIANTS.items()
    }
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
        "", READING, *cohort_lines(found), "", *structure_lines(found, without, variants),
        *variant_lines(variants, n_variants), "", "## By transport time", "", *head,
        *(cells(found[median, blood]) for blood in (False, True) for median in TIMES_MIN), "",
        f"{after.n_wounded:,} wounded in the last row of the first table, of whom {after.n_followed:,} were followed "
        f"one by one. {n} replications, seed {seed}; Python "
        f"{versions()['python']}, NumPy {versions()['numpy']}.",
    ]  # fmt: skip


def variant_lines(variants: Mapping[str, tuple[Played, Played]], n: int) -> list[str]:
    """Return the table of the assumptions, each changed by itself: before and after."""
    rates = ("kia", "dow", "cfr")
    rows: list[str] = []
    for name, (first, second) in variants.items():
        levels = " | ".join(f"{100 * first.value(r):.1f} to {100 * second.value(r):.1f}" for r in rates)
        changes = " | ".join(change(first, second, r) for r in rates[:2])
        rows.append(f"| {name} | {levels} | {changes} |")
    return [
        "## What the assumptions matter", "",
        "From 90 minutes to 43 and blood forward, with one assumption changed at a time; causes of injury instead of "
        "fragments.",
        f"{n} replications each.", "",
        "| | %KIA [%] | %DOW [%] | CFR [%] | change of %KIA [points] | change of %DOW [points] |",
        "| --- | ---: | ---: | ---: | ---: | ---: |", *rows,
    ]  # fmt: skip


def main() -> None:
    """Play the variants and write the page."""
    parser = argparse.ArgumentParser(description="Compare the model with a published cohort.")
    parser.add_argument("-n", type=int, help=f"replications (default {REPLICATIONS})")
    parser.add_argument("--seed", type=int, help=f"seed (default {SEED})")
    parser.add_argument("--out", type=Path, help="file of the page")
    parser.add_argument("--cache", type=Path, help="folder of plays that are kept, to go on after a break")
    options = parser.parse_args()
    n, n_variants = options.n or REPLICATIONS, options.n or VARIANT_REPLICATIONS
    text = "\n".join([HEAD, *lines(n, n_variants, options.seed or SEED, options.cache)]) + "\n"
    is_trial = options.n is not None or options.seed is not None
    target = options.out or (None if is_trial else PAGE)
    if target is not None:
        target.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
