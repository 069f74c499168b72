"""The page of the payoff matrices: tables and conclusions."""

import numpy as np

from agents.doctrine import BASELINES
from benchmarks.pages.payoff_answers import behind_the_plan, best_answers, champions
from scenarios.measures.range_intervals import difference_interval
from scenarios.measures.statistics import Estimate, wilson_interval
from staff_ai.league.matrix import Matrix, difference, span
from staff_ai.league.solutions import solve_game

PLAN = "hold"
"""The policy that leaves the groups to the plan of the scenario file."""
DO_NOTHING = tuple(name for name in BASELINES if name != PLAN)
"""The policies that any commander should beat."""

METHOD = """A lead is the score of one side minus that of the other at the end (mean, 95 % interval by Student);
below it is the share of replications won by the first side (Wilson). All pairs of a scenario use the same random
numbers; differences between policies are paired. The doctrines are plausible commanders with default parameters, not
validated models of real doctrines, and the results hold for these scenarios only.

The seed of this page was never used to choose a rule or a parameter: its results are out of sample.

The baselines:

- `idle` does nothing: every group stays where it is from the first minute, no unit aboard is launched, and units fire
  at targets in reach as the rules of the scenario file allow.
- `random` gives random tasks at random points.
- `hold` gives no orders, so the groups carry out their tasks in the scenario file: a plan made for this particular
  fight, and no easy opponent."""

VIEWS = """Two views of each doctrine in each chair:

- **Face to face**: its lead with the baseline in the other chair. In a chair too weak to win, even the best commander
  may trail an opponent who does nothing (munitions against air defence that fires by itself).
- **In the same chair**: its lead minus that of the baseline in the same chair, against the four doctrines (mean over
  them, paired). In a chair with little influence there is nothing to gain.

*Clear* lists the views whose interval lies above zero."""


def share(wins: np.ndarray) -> str:
    """Return the share of wins with its interval."""
    return span(wilson_interval(int(wins.sum()), len(wins)), ".2f")


def payoff_table(matrix: Matrix) -> list[str]:
    """Return the matrix: rows are the first side's policies, columns the second's."""
    first, second = matrix.sides
    names = list(dict.fromkeys(name for pair in matrix.cells for name in pair))
    names.sort(key=lambda name: name in BASELINES)
    lines = [
        f"| {first} plays \\ {second} plays | " + " | ".join(f"`{b}`" for b in names) + " |",
        "| --- " * (len(names) + 1) + "|",
    ]
    for a in names:
        entries = []
        for b in names:
            cell = matrix.cells.get((a, b))
            entries.append("-" if cell is None else f"{span(difference_interval(cell[0]))}<br>{share(cell[1] > 0)}")
        lines.append(f"| `{a}` | " + " | ".join(entries) + " |")
    return lines


def nash_lines(matrix: Matrix, doctrines: list[str]) -> list[str]:
    """Return the Nash mixtures of the doctrines in the two chairs; nothing if a pair was not played."""
    if any((a, b) not in matrix.cells for a in doctrines for b in doctrines):
        return []
    game = solve_game(matrix.payoffs(doctrines).mean(axis=2))
    chairs: list[str] = []
    for side, shares in zip(matrix.sides, (game.rows, game.columns), strict=True):
        played = [f"{share:.0%} `{name}`" for name, share in zip(doctrines, shares, strict=True) if share >= 0.005]
        chairs.append(f"{side} {', '.join(played)}")
    return ["", f"Nash mixtures of the doctrines by mission score: {'; '.join(chairs)} (value {game.value:+.2f})."]


def gain(matrix: Matrix, policy: str, base: str, chair: int, doctrines: list[str]) -> Estimate | None:
    """Return the paired gain of a policy over another in a chair, averaged over the doctrines as opponents."""
    mine = [matrix.lead(chair, policy, other) for other in doctrines]
    theirs = [matrix.lead(chair, base, other) for other in doctrines]
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    if len(pairs) < len(doctrines):
        return None
    n = min(len(leads) for pair in pairs for leads in pair)
    return difference(np.mean([a[:n] for a, _ in pairs], axis=0), np.mean([b[:n] for _, b in pairs], axis=0))


def baseline_table(matrix: Matrix, doctrines: list[str], baselines: list[str]) -> list[str]:
    """Return the table of each doctrine against each baseline, by chair: face to face and in the same chair."""
    lines = [
        "| chair | doctrine | baseline | face to face | in the same chair | clear |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for chair, side in enumerate(matrix.sides):
        for policy in doctrines:
            for base in baselines:
                leads = matrix.lead(chair, policy, base)
                faced = None if leads is None else difference_interval(leads)
                added = gain(matrix, policy, base, chair, doctrines)
                clear = [name for name, e in (("face", faced), ("chair", added)) if e is not None and e.low > 0.0]
                if faced is None and added is None:
                    continue
                entries = [side, f"`{policy}`", f"`{base}`", span(faced), span(added), " and ".join(clear) or "no"]
                lines.append("| " + " | ".join(entries) + " |")
    return lines


def summary(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return sentences: the number of clear comparisons with idle and random policies, and the unclear cases."""
    counts = {"face": 0, "chair": 0, "either": 0}
    total = n_chair = 0
    missing: list[str] = []
    for matrix in matrices:
        for chair, side in enumerate(matrix.sides):
            for policy in doctrines:
                for base in DO_NOTHING:
                    leads = matrix.lead(chair, policy, base)
                    if leads is None:
                        continue
                    added = gain(matrix, policy, base, chair, doctrines)
                    is_faced = difference_interval(leads).low > 0.0
                    is_added = added is not None and added.low > 0.0
                    total += 1
                    n_chair += added is not None
                    counts["face"] += is_faced
                    counts["chair"] += is_added
                    counts["either"] += is_faced or is_added
                    views = [] if is_faced else ["face to face"]
                    views += [] if is_added or added is None else ["in the same chair"]
                    if views:
                        which = " and not ".join(views)
                        missing.append(f"- {matrix.scenario}, {side}, `{policy}` over `{base}`: not {which}")
    lines = [
        f"Of {total} comparisons of a doctrine with `idle` or `random` in a chair of a scenario, "
        f"{counts['face']} are clear face to face; of the {n_chair} whose matrix among the doctrines was played, "
        f"{counts['chair']} are clear in the same chair; {counts['either']} of {total} are clear in at least one view.",
    ]
    return [*lines, "", "Played but not clear:", "", *missing] if missing else lines


def write_page(matrices: list[Matrix], doctrines: list[str], baselines: list[str], command: str) -> str:
    """Return the page."""
    policies = [*doctrines, *baselines]
    wanted = {(a, b) for a in policies for b in policies if a in doctrines or b in doctrines}
    is_whole = all(wanted <= set(matrix.cells) for matrix in matrices)
    lines = [
        "# Doctrines: who beats whom",
        "",
        f"Written by `{command}`; do not edit.",
        "Each doctrine is described at the head of its file in `agents/doctrine/`; its parameters are in",
        "[how to write a policy](../how-to/write-a-policy.md).",
        "",
        METHOD,
        "",
        *([] if is_whole else ["Not all pairs have been played yet: a dash marks a missing pair.", ""]),
        "## Better than nothing",
        "",
        VIEWS,
        "",
        *summary(matrices, doctrines),
        "",
        "## The best doctrine by chair",
        "",
        *best_answers(matrices, doctrines),
        "",
        "## No doctrine for all cases",
        "",
        *champions(matrices, doctrines),
        *(["", "## The plan of the file", "", *behind_the_plan(matrices, doctrines)] if PLAN in baselines else []),
    ]
    for matrix in matrices:
        if not matrix.cells:
            continue
        sizes = sorted({len(cell[0]) for cell in matrix.cells.values()})
        lines += [
            "",
            f"## {matrix.title} (`{matrix.scenario}`)",
            "",
            f"{' or '.join(str(n) for n in sizes)} replications per pair, seed {matrix.seed}. "
            f"Cells: lead of {matrix.sides[0]}, then its wins.",
            "",
            *payoff_table(matrix),
            *nash_lines(matrix, doctrines),
        ]
        if baselines:
            lines += ["", "Against the baselines, from the doctrine's point of view:", ""]
            lines += baseline_table(matrix, doctrines, baselines)
    return "\n".join(lines) + "\n"
