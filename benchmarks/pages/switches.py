"""Measure the effect of each sub-model on an outcome, and write docs/reference/switches.md.

``python -m benchmarks.pages.switches`` plays both members of every pair of
``scenarios/experiments/switches.yaml`` (a few minutes), prints the table and writes the page.
``-n``, ``--seed`` and ``--only`` are for trials: with any of them the page is written only if ``--out`` names a file.
Run it after a change of the results; ``--new`` keeps the rows on the page and measures only the missing pairs.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scenarios.experiments.switches import Effect, Switch, effect, switches
from scenarios.run.provenance import versions

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "switches.md"
N_CELLS = 11
N_TRIED = "about 90"  # pairs played in the search for the pairs of the file
SEED = 20_261_123
HEAD = """<!-- Made by benchmarks/pages/switches.py; do not edit by hand. -->
# Does each sub-model matter?

Each row is a pair: a scenario with the sub-model in use, and the same scenario without it. Both play the same
replications with the same random numbers under the policies of the scenario file, so their difference is taken
replication by replication; the interval is Student's, of 95 %. A sub-model whose interval excludes zero changes an
outcome of interest. `python -m benchmarks.pages.switches` makes this page.

The pairs are in `scenarios/experiments/switches.yaml`, which includes small documents of its own. Where a scenario of
the library does not use a sub-model, the column *with* gives the addition. A pair shows that a sub-model can matter,
and its direction here; it does not show an effect everywhere, nor its size in a real fight.
"""
CHOICE = """
## How the pairs were chosen

Scenario, change and measure of these {n} rows were chosen from {n_tried} pairs, with 40 to 60 replications each, all
with seed 101, and several measures of most. Such a search favours clear results, so none of its replications is in the
table: the pairs were fixed after it, and the seed of this page, {seed}, was used only for the table. *Sign* compares
the sign of the difference with that in the search. The second pair of the cookie-cutter sensor was added after the
interval of the first turned out to include zero; the pair of active sonar and the measure of changing weather were
replaced for the same reason, again by a search with seed 101. Those of injects and of the optics of
cookie-cutter sensors were replaced by a search with seed 3. Those of evacuation were chosen with 80 to 100 replications
and seed 1; preventable deaths replaced the deaths of the first, by 40 replications with seed 5, after their interval
had come to include zero with less deadly injuries: evacuation also brings people back to be hurt again.

{verdict}
"""


def number(value: float) -> str:
    """Return a number with three or more significant digits."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}" if abs(value) >= 0.1 else f"{value:.3f}"


def row(switch: Switch, measurement: Effect, n: int) -> str:
    """Return the row of a pair."""
    difference = measurement.difference
    interval = f"{difference.value:+.3g} ({difference.low:+.3g}, {difference.high:+.3g})"
    is_same = difference.value * switch.sign > 0.0
    clear = "yes" if measurement.is_clear else "**no**"
    cells = [
        switch.sub_model,
        f"`{switch.scenario}`",
        switch.needs or "-",
        switch.without,
        f"`{switch.measure}`",
        number(measurement.mean_with),
        number(measurement.mean_without),
        interval,
        str(difference.n) if difference.n == n else f"{difference.n} of {n}",
        clear,
        "as expected" if is_same else "**other**",
    ]
    return "| " + " | ".join(cells) + " |"


def table(rows: Sequence[str]) -> str:
    """Return the table."""
    head = ["sub-model", "scenario", "with", "without", "measure", "mean with", "mean without"]
    head += ["with - without (95 %)", "pairs", "excludes 0", "sign"]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *rows])


def measured(path: Path) -> dict[tuple[str, str, str], str]:
    """Return the rows of a page by sub-model, scenario and measure."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    return {(cells[0], cells[1], cells[4]): line for line in lines if len(cells := line[2:-2].split(" | ")) == N_CELLS}


def page(rows: Sequence[str], seed: int) -> str:
    """Return the page."""
    n_clear = sum("| yes |" in row for row in rows)
    verdict = (
        f"The intervals of {n_clear} of {len(rows)} rows exclude zero; about {0.05 * len(rows):.0f} would do so if no "
        "sub-model mattered."
    )
    version = versions()
    how = f"Last measured with Chammo {version['chammo']}, engine `{version['engine']}`."
    choice = CHOICE.format(n_tried=N_TRIED, n=len(rows), seed=seed, verdict=verdict)
    return f"{HEAD}\n{table(rows)}\n{choice}\n{how}\n"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="measure the effect of each sub-model on an outcome")
    parser.add_argument("-n", type=int, metavar="N", help="replications per pair (default: those of the file)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of the replications ({SEED})")
    parser.add_argument("--only", nargs="*", metavar="WORD", help="only pairs with any of these words in their name")
    parser.add_argument("--new", action="store_true", help="measure only the pairs missing from the page")
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"file of the page ({PAGE.name})")
    arguments = parser.parse_args()
    words = [word.lower() for word in arguments.only or ()]
    chosen = [s for s in switches() if not words or any(word in s.sub_model.lower() for word in words)]
    began = time.perf_counter()
    rows: list[str] = []
    kept = measured(PAGE) if arguments.new else {}
    for place, switch in enumerate(chosen, 1):
        key = (switch.sub_model, f"`{switch.scenario}`", f"`{switch.measure}`")
        if key in kept:
            rows.append(kept[key])
            continue
        n = arguments.n or switch.replications
        rows.append(row(switch, effect(switch, arguments.seed, range(n)), n))
        seconds = time.perf_counter() - began
        sys.stderr.write(f"switches {seconds:6.1f} s  {place}/{len(chosen)}  {switch.sub_model}\n")
    sys.stdout.write(table(rows) + "\n")
    is_whole = arguments.n is None and arguments.seed == SEED and not words
    target = arguments.out or (PAGE if is_whole else None)
    if target is not None:
        target.write_text(page(rows, arguments.seed), encoding="utf-8")
        sys.stdout.write(f"wrote {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
