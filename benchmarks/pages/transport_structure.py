"""The parts of the model beside published effects: blood and its delay, tourniquets, severity, causes of injury."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.pages.transport_camps import Played
from benchmarks.pages.transport_cohorts import Variant, cell, published_cell
from logistics.medical.statistics import Rate
from logistics.reliability.intervals import Z_95
from scenarios.measures.paired_intervals import paired_ratio_change
from scenarios.measures.range_intervals import ratio_interval
from scenarios.measures.statistics import student_quantile

NO_TOURNIQUET: dict[str, Any] = {"first_aid": {"p_tourniquet": 0.0, "p_tourniquet_medic": 0.0}}
NO_BLOOD: dict[str, Any] = {"care": {"blood_up_to": 0.01}}
WITHOUT: dict[str, tuple[tuple[int, int, int], dict[str, Any] | None]] = {
    "tourniquets": ((474, 439, 510), NO_TOURNIQUET),
    "blood": ((873, 840, 910), NO_BLOOD),
    "transport within the hour": ((275, 259, 292), None),
}
"""Deaths without each, with their interval, by Howard et al. (2019); and the section without it (None: 90 minutes)."""
CASUALTIES = 56_763
CAUSES: tuple[tuple[str, str, Rate | float, str], ...] = (
    ("fragments", "explosions, United States 2001 to 2009 *", 0.097, "as above"),
    ("fragments", "shells, a brigade in attack, Croatia (Soldo 1998)", Rate(11, 44), "as above"),
    ("bullets", "United States 2001 to 2009 *", 0.203, "bullets"),
    ("mines", "antipersonnel mines, Croatia 1991 to 1995 (Mil. Med. 2004) *", Rate(39, 422), "mines"),
    ("mines", "antipersonnel mines, a brigade in attack, Croatia (Soldo 1998)", Rate(4, 14), "mines"),
    ("burns", "103 fires aboard ships, United States 1970 to 2020 *", 0.13, "burns"),
    ("burns", "27 fires aboard aircraft carriers, 1950 to 2020 (Wickard 2024)", 0.23, "burns"),
    ("blast aboard a ship", "USS Cole 2000 (J. Trauma 2003)", Rate(17, 52), "as above"),
    ("blast and burns aboard a ship", "USS Franklin 1945, USS Stark 1987 (Pinkstaff 1989): more than", 0.75, "burns"),
    ("crashes", "helicopters, United States Army 1979 to 1985 (Shanahan 1989) *", Rate(136, 611), "crashes"),
    ("crashes", "helicopters, United States Army 1980 to 1994 (Shannon 1998)", 0.333, "crashes"),
)
"""Cause, cohort, its share of the dead among those hurt, and the variant of the model."""
BLOOD_HAZARD, EARLY_HAZARD = (0.26, 0.08, 0.84), (0.17, 0.04, 0.73)
"""Shackelford et al. (2017): hazard of death in 24 hours with blood before the hospital, and with it within 15 min."""
HALF_LETHAL = {"2003": 32, "2012": 60}
"""Penn-Barwell et al. (2015): NISS at which half of the casualties of the United Kingdom died."""


def structure_lines(
    found: Mapping[Variant, Played], without: Mapping[str, Played], causes: Mapping[str, tuple[Played, Played]]
) -> list[str]:
    """Return the tables: ``without`` by the keys of WITHOUT, ``causes`` the variants before and after."""
    return [
        "## Blood, tourniquets and severity", "", *_blood(found), "", *_interventions(found[43.0, True], without), "",
        *_severity(found), "", "## Causes of injury", "",
        "Dead of all who were hurt. With a star: the default of `p_at_once` comes from it.", "",
        "| cause | cohort | published [%] | model, 90 min [%] | model, 43 min and blood [%] |",
        "| --- | --- | ---: | ---: | ---: |", *(_cause(row, causes) for row in CAUSES), "",
    ]  # fmt: skip


def _blood(found: Mapping[Variant, Played]) -> list[str]:
    none, blood = found[43.0, False], found[43.0, True]
    rows = [
        (
            "blood on the way, against none",
            BLOOD_HAZARD,
            _ratio(blood.shares["lacked_died"], none.shares["lacked_died"]),
        ),
        (
            "first blood within about 15 min of the rescue, against later",
            EARLY_HAZARD,
            _ratio(none.shares["lacked_died_near"], none.shares["lacked_died_far"]),
        ),
    ]
    return [
        "Risk of death in 24 hours of those who lacked blood when they were fetched: Shackelford et al. (2017), hazard "
        "ratios;",
        "model, ratio of the shares of the dead with a median of 43 minutes.", "",
        "| | published | model |", "| --- | ---: | ---: |",
        *(f"| {name} | {_plain(*published)} | {_plain(*model)} |" for name, published, model in rows),
    ]  # fmt: skip


def _plain(value: float, low: float, high: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"


def _ratio(above: tuple[np.ndarray, np.ndarray], below: tuple[np.ndarray, np.ndarray]) -> tuple[float, float, float]:
    """Return the ratio of two shares (numerators and denominators by replication) and its interval, by jackknife."""

    def log_ratio(rows: slice | np.ndarray) -> float:
        shares = [of[rows].sum() / among[rows].sum() for of, among in (above, below)]
        return math.log(shares[0] / shares[1]) if min(shares) > 0.0 else math.nan

    n = len(above[0])
    value = log_ratio(slice(None))
    left = np.array([log_ratio(np.arange(n) != k) for k in range(n)])
    half = student_quantile(0.975, n - 1) * _jackknife_error(left)
    return math.exp(value), math.exp(value - half), math.exp(value + half)


def _jackknife_error(left: np.ndarray) -> float:
    """Return the standard error of a number from its values with each replication left out."""
    return math.sqrt((len(left) - 1) / len(left) * float(((left - left.mean()) ** 2).sum()))


def _interventions(full: Played, without: Mapping[str, Played]) -> list[str]:
    rows: list[str] = []
    for name, ((deaths, low, high), _) in WITHOUT.items():
        paired = paired_ratio_change(without[name].shares["cfr"], full.shares["cfr"], is_share=True)
        model = "-"
        if paired is not None:
            model = cell(paired.estimate.value, paired.estimate.low, paired.estimate.high, "+")
        published = cell(deaths / CASUALTIES, low / CASUALTIES, high / CASUALTIES, "+")
        rows.append(f"| {name} | {published} | {model} |")
    return [
        "How much higher the CFR is without each: Howard et al. (2019), deaths of 56,763 casualties by an adjusted "
        "model; here,",
        "from 43 minutes and blood forward.", "",
        "| without | published [points] | model [points] |", "| --- | ---: | ---: |", *rows,
    ]  # fmt: skip


def _severity(found: Mapping[Variant, Played]) -> list[str]:
    cells: list[str] = []
    for variant in ((90.0, False), (43.0, True)):
        left = found[variant].half_lethal_niss
        half = Z_95 * _jackknife_error(left)
        cells.append(f"{left.mean():.0f} ({left.mean() - half:.0f} to {left.mean() + half:.0f})")
    return [
        "Severity (NISS) at which half die, by a logistic law; in the model those killed at once count with 75, their "
        "median.", "",
        "| | 2003, or 90 min | 2012, or 43 min and blood |", "| --- | ---: | ---: |",
        f"| United Kingdom (Penn-Barwell 2015) | {HALF_LETHAL['2003']} | {HALF_LETHAL['2012']} |",
        f"| model | {' | '.join(cells)} |",
    ]  # fmt: skip


def _cause(row: tuple[str, str, Rate | float, str], causes: Mapping[str, tuple[Played, Played]]) -> str:
    cause, cohort, share, variant = row
    cells: list[str] = []
    for played in causes[variant]:
        found = ratio_interval(*played.shares["cfr"], is_share=True)
        cells.append(cell(played.value("cfr"), found.low, found.high))
    return f"| {cause} | {cohort} | {published_cell(share)} | {' | '.join(cells)} |"
