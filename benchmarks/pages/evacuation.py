"""Measure evacuation in the scenarios with medical support, and write docs/reference/evacuation.md.

``python -m benchmarks.pages.evacuation`` plays every scenario of the library with medical support under the medical
policies, paired, and the trade curve of its unmanned transports (tens of minutes), and writes the page. ``-n``,
``--seed`` and ``--scenario`` are for trials: with any of them the page is written only if ``--out`` names a file.
"""

import argparse
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.pages.kept_plays import kept
from benchmarks.pages.policy_tables import difference_cell, play_measures, policy_tables
from scenarios.batch.engine import LocalEngine
from scenarios.compiler.scenario import Compiled
from scenarios.experiments.compare import ask
from scenarios.experiments.evacuation_curve import KMH, CurveRow, curve_plan, curve_rows, find_vehicles
from scenarios.experiments.evacuation_curve_text import draw_curve
from scenarios.experiments.factors import cell_text, factor_of_entry, read_factor
from scenarios.experiments.plan import plan_in_scenario
from scenarios.experiments.session import Session
from scenarios.format.texts import library_names
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from scenarios.run.provenance import versions
from simcore.errors import InputError
from simcore.types import N_BELLIGERENTS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "evacuation.md"
IMAGES = PAGE.parents[1] / "images"
REPLICATIONS, POINT_REPLICATIONS = 100, 32
SEED = 20_261_130
POLICIES = ("nearest-first", "severity-first", "look-ahead")
NUMBERS = (0, 1, 2, 4)
SPEEDS = (0.5, 1.0, 2.0)
"""Cruise speeds of the curve, in speeds of the card."""
CURVES: dict[str, tuple[str, str]] = {
    "contested-evacuation": ("evacuation-drones", "hunters:groups.road-hunters.count=1,4,8"),
    "picket-ship-hit": ("evacuation-boats", "enemy:red=hold,assault,aggressive"),
}
"""Group and exposure (``NAME:PATH=LEVELS``) of the curve by scenario; else the only group, without an exposure."""
MEASURES = {
    "deaths": ("deaths", 2, 1.0),
    "preventable_deaths": ("preventable deaths", 2, 1.0),
    "evacuated": ("delivered", 1, 1.0),
    "time_to_role2_s": ("to Role 2 [min]", 1, 1.0 / 60.0),
    "time_to_surgery_s": ("to surgery [min]", 1, 1.0 / 60.0),
}
"""Measures of a side in the tables: heading, decimals, and factor to the unit of the heading."""
HEAD = """<!-- Made by benchmarks/pages/evacuation.py; do not edit by hand. -->
# What does evacuation save?

Every scenario of the library with medical support: its casualties under the medical policies, and the trade curve of
its unmanned transports. Every policy and every point plays the same replications with the same random numbers, so that
differences are taken replication by replication; the intervals are of 95 %. A difference whose interval excludes zero
is in bold. `make pages NAME=evacuation` makes this page; `chammo medical curve` plays a curve of your own.
"""


def medical_scenarios() -> list[str]:
    """Return the scenarios of the library with medical support."""
    return [name for name in library_names() if load(name).scenario.content.medical is not None]


def evacuating_sides(compiled: Compiled) -> list[str]:
    """Return the sides with transports and people."""
    known = {measure.name for measure in compiled.measures.listed}
    sides = zip(compiled.roster.sides[:N_BELLIGERENTS], compiled.roster.evacuates, strict=False)
    return [side for side, evacuates in sides if evacuates and f"{side}_deaths" in known]


def play(
    compiled: Compiled, side: str, policy: str, n: int, seed: int, cache: Path | None = None
) -> dict[str, np.ndarray]:
    """Play ``n`` replications under a medical policy, and return the measures of the side."""
    choices = choose_policies(compiled.roster, logistics={"medical": [f"{side}={policy}"]})
    columns = {key: f"{side}_{key}" for key in MEASURES}
    what = {"scenario": compiled.scenario.hash, "side": side, "policy": policy, "n": n, "seed": seed}
    return kept(cache, what, lambda: play_measures(compiled, choices, columns, n, seed))


def policy_lines(name: str, n: int, seed: int, cache: Path | None) -> list[str]:
    """Return the tables of the policies of a scenario."""
    compiled = load(name)
    lines: list[str] = []
    for side in evacuating_sides(compiled):
        played: dict[str, dict[str, np.ndarray]] = {}
        for policy in POLICIES:
            began = time.perf_counter()
            played[policy] = play(compiled, side, policy, n, seed, cache)
            print(f"evacuation: {name}, {side}, {policy}, {time.perf_counter() - began:.0f} s", file=sys.stderr)
        lines += [*policy_tables(played, MEASURES, f"Means of {side}, {n} replications"), ""]
    return lines


def curve_lines(name: str, n: int, seed: int, images: Path | None, cache: Path | None) -> list[str]:
    """Return the table of the trade curve of a scenario, and draw it; nothing without unmanned transports."""
    plan = replace(plan_in_scenario(name), replications=n, seed=seed)
    group, exposed = CURVES.get(name, (None, ""))
    try:
        vehicles = find_vehicles(plan.base, None, group)
    except InputError as error:
        return [f"No trade curve: {error}.", ""]
    exposure = factor_of_entry(read_factor(exposed), plan.base) if exposed else None
    speeds = [float(f"{k * KMH * vehicles.cruise_mps:.3g}") for k in SPEEDS]
    plan, points = curve_plan(plan, vehicles, NUMBERS, speeds, exposure)
    began = time.perf_counter()
    folder = None if cache is None else cache / f"curve-{name}"
    conditions = plan.conditions(may_repeat=True)
    with Session(conditions, kind="curve", folder=folder, engine=LocalEngine()) as session:
        session.play([0] + [n] * len(points))
        rows = curve_rows(session, points, ask(session.conditions, f"{vehicles.side}_deaths"))
    print(f"evacuation: {name}, curve, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    called = exposure.name if exposure is not None else ""
    lines = [
        f"Trade curve of `{vehicles.group}` ({vehicles.card}), {n} replications of each point; differences from no "
        "vehicles.", "",
    ]  # fmt: skip
    if images is not None:
        file = images / f"evacuation-{name}.svg"
        file.write_text(draw_curve(rows, called, name), encoding="utf-8")
        lines += [f"![Deaths against vehicles](../images/{file.name})", ""]
    return [*lines, *_curve_table(rows, called), ""]


def _curve_table(rows: Sequence[CurveRow], exposure: str) -> list[str]:
    heads = [*([exposure] if exposure else []), "vehicles", "km/h", "deaths", "difference", "preventable", "delivered"]
    lines = [f"| {' | '.join(heads)} |", "|" + " ---: |" * len(heads)]
    for row in rows:
        e, found = row.estimate, row.difference.difference if row.difference is not None else None
        gap = difference_cell(found.estimate, 2) if found is not None else "-"
        also = {estimate.key: estimate.value for estimate in row.also}
        speed = "-" if math.isnan(row.point.speed_kmh) else f"{row.point.speed_kmh:g}"
        cells = [*([cell_text(row.point.exposure)] if exposure else []), str(row.point.number), speed]
        cells += [f"{e.value or 0.0:.2f} ({e.low or 0.0:.2f}, {e.high or 0.0:.2f})", gap]
        cells += [f"{also.get(key) or 0.0:.2f}" for key in ("preventable_deaths", "evacuated")]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Play the scenarios and write the page."""
    parser = argparse.ArgumentParser(description="Measure evacuation in the scenarios with medical support.")
    parser.add_argument("-n", type=int, help=f"replications of a policy (default {REPLICATIONS})")
    parser.add_argument("--seed", type=int, help=f"seed (default {SEED})")
    parser.add_argument("--scenario", action="append", help="a scenario; may be repeated (default: all)")
    parser.add_argument("--out", type=Path, help="file of the page; pictures beside it")
    parser.add_argument("--cache", type=Path, help="folder of plays that are kept, to go on after a break")
    options = parser.parse_args()
    is_trial = options.n is not None or options.seed is not None or options.scenario
    target = options.out or (None if is_trial else PAGE)
    images = None if target is None else IMAGES if target == PAGE else target.parent
    n, seed = options.n or REPLICATIONS, options.seed or SEED
    points = POINT_REPLICATIONS if options.n is None else options.n
    lines = [HEAD]
    for name in options.scenario or medical_scenarios():
        lines += [f"## {name}", "", *policy_lines(name, n, seed, options.cache)]
        lines += curve_lines(name, points, seed, images, options.cache)
    lines.append(f"Seed {seed}; Python {versions()['python']}, NumPy {versions()['numpy']}.")
    text = "\n".join(lines) + "\n"
    if target is not None:
        target.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
