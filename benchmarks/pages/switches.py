"""Measure what each sub-model does to an outcome, and write docs/reference/switches.md.

``python -m benchmarks.pages.switches`` plays both members of every pair of
``scenarios/experiments/switches.yaml`` (some minutes), prints the table and writes the page.
``-n``, ``--seed`` and ``--only`` are for a look of one's own: with any of them the page is written only if ``--out``
names a file. Run it after a change of the results; ``--new`` keeps the rows that the page has and measures only pairs
that it lacks.
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
N_LOOKED_AT = "about 90"  # pairs played in the search for those that stand in the file
SEED = 20_261_123
HEAD = """<!-- Made by benchmarks/pages/switches.py; do not edit by hand. -->
# Does each sub-model matter?

For each sub-model one pair: a scenario in which it is at work, and the same scenario without it. Both play the same
replications with the same random numbers under the policies that the scenario names, so their difference is taken
replication by replication; the interval is Student's, of 95 %. A sub-model whose interval excludes zero changes what
the scenario would be asked about. `python -m benchmarks.pages.switches` makes this page.

The pairs stand in `scenarios/experiments/switches.yaml`, small documents of their own included. Where a scenario of
the library does not use a sub-model, the column *with* says what was added to it. A pair shows that a
sub-model can matter and in which direction it did here, not that it does so everywhere or by how much in a real fight.
"""
CHOICE = """
## How the pairs were chosen

Scenario, change and measure were chosen by looking at {looked_at} pairs for these {n} rows, 40 to 60 replications
each, all with seed 101, and at several measures of most. That search favours what looked clear, so none of its
replications is in the table: after it the pairs were fixed, and the seed of this page, {seed}, was used for the table
alone. *Sign* says whether the difference has the sign that it had in the search. The second pair of the cookie-cutter
sensor was added after the interval of the first had turned out to include zero; the pair of active sonar and the
measure of weather that changes were replaced, by a search with seed 101 again, after theirs had.

{verdict}
"""


def number(value: float) -> str:
    """Return a number in three or more significant digits."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}" if abs(value) >= 0.1 else f"{value:.3f}"


def row(switch: Switch, found: Effect, n: int) -> str:
    """Return the row of a pair."""
    difference = found.difference
    interval = f"{difference.value:+.3g} ({difference.low:+.3g}, {difference.high:+.3g})"
    is_same = difference.value * switch.sign > 0.0
    said = "yes" if found.is_clear else "**no**"
    cells = [
        switch.sub_model,
        f"`{switch.scenario}`",
        switch.needs or "-",
        switch.without,
        f"`{switch.measure}`",
        number(found.mean_with),
        number(found.mean_without),
        interval,
        str(difference.n) if difference.n == n else f"{difference.n} of {n}",
        said,
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
        f"The intervals of {n_clear} of {len(rows)} rows exclude zero; {0.05 * len(rows):.0f} or so would if nothing "
        "mattered."
    )
    said = versions()
    how = f"Last measured with Chammo {said['chammo']}, engine `{said['engine']}`."
    choice = CHOICE.format(looked_at=N_LOOKED_AT, n=len(rows), seed=seed, verdict=verdict)
    return f"{HEAD}\n{table(rows)}\n{choice}\n{how}\n"


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="measure what each sub-model does to an outcome")
    parser.add_argument("-n", type=int, metavar="N", help="replications a pair (those of the file)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of the replications ({SEED})")
    parser.add_argument("--only", nargs="*", metavar="WORD", help="pairs with one of these words in their name")
    parser.add_argument("--new", action="store_true", help="measure only the pairs that the page lacks")
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"file of the page ({PAGE.name})")
    arguments = parser.parse_args()
    words = [word.lower() for word in arguments.only or ()]
    chosen = [s for s in switches() if not words or any(word in s.sub_model.lower() for word in words)]
    began = time.perf_counter()
    rows: list[str] = []
    there = measured(PAGE) if arguments.new else {}
    for place, switch in enumerate(chosen, 1):
        key = (switch.sub_model, f"`{switch.scenario}`", f"`{switch.measure}`")
        if key in there:
            rows.append(there[key])
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
