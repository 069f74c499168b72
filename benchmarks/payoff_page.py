"""The page of the payoff matrices: tables and what follows from them."""

from dataclasses import dataclass

import numpy as np

from scenarios.statistics import Estimate, mean_interval, paired_difference, wilson_interval

DO_NOTHING = ("idle", "random")
"""The policies that any commander should beat."""

Cells = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]
"""For (policy of the first side, of the second): leads (its score less the other's), wins."""

METHOD = """A lead is the score of the one side less that of the other at the end (mean, 95 % interval by Student);
below it the share of replications that the first side wins (Wilson). All pairs of a scenario play the same random
numbers; differences between policies are paired. The doctrines are plausible commanders with default
parameters, not validated models of anybody's doctrine, and the result is that of these scenarios.

The seed of this page was never used to choose a rule or a parameter: what it reports is out of sample.

The baselines:

- `idle` does nothing: every group stays where it is from the first minute, nothing that is aboard is launched, and
  who may fire by the rules of the scenario file fires at what comes.
- `random` gives random tasks at random points.
- `hold` gives no orders, so the groups carry out the tasks that the scenario file gives them: a plan that somebody
  made for this very fight, and no easy opponent."""

VIEWS = """Two views of each doctrine in each chair:

- **Face to face**: its lead with the baseline in the other chair. A chair that is too weak to win may leave the best
  commander behind even an opponent who does nothing (munitions against air defence that fires by itself).
- **In the same chair**: what its lead is above that of the baseline when either sits in that chair against the four
  doctrines (mean over them, paired). A chair that decides little leaves nothing to add.

*Clear* names the views whose interval lies above zero."""


@dataclass(frozen=True)
class Matrix:
    """The results of all pairs on one scenario."""

    scenario: str
    title: str
    sides: tuple[str, str]
    seed: int
    cells: Cells

    def lead(self, chair: int, policy: str, other: str) -> np.ndarray | None:
        """Return the leads of a policy in a chair over another in the other chair, or None: not played."""
        cell = self.cells.get((policy, other) if chair == 0 else (other, policy))
        return None if cell is None else (1.0 - 2.0 * chair) * cell[0]


def span(estimate: Estimate | None, form: str = "+.2f") -> str:
    """Return a value and its interval."""
    return "-" if estimate is None else f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def share(wins: np.ndarray) -> str:
    """Return the share of wins with its interval."""
    return span(wilson_interval(int(wins.sum()), len(wins)), ".2f")


def difference(first: np.ndarray, second: np.ndarray) -> Estimate:
    """Return the paired difference over the replications that both have."""
    n = min(len(first), len(second))
    return paired_difference(first[:n], second[:n])


def payoff_table(matrix: Matrix) -> list[str]:
    """Return the matrix: rows are the first side's policies, columns the second's."""
    first, second = matrix.sides
    names = list(dict.fromkeys(name for pair in matrix.cells for name in pair))
    names.sort(key=lambda name: name in DO_NOTHING or name == "hold")
    lines = [
        f"| {first} plays \\ {second} plays | " + " | ".join(f"`{b}`" for b in names) + " |",
        "| --- " * (len(names) + 1) + "|",
    ]
    for a in names:
        entries = []
        for b in names:
            cell = matrix.cells.get((a, b))
            entries.append("-" if cell is None else f"{span(mean_interval(cell[0]))}<br>{share(cell[1] > 0)}")
        lines.append(f"| `{a}` | " + " | ".join(entries) + " |")
    return lines


def gain(matrix: Matrix, policy: str, base: str, chair: int, doctrines: list[str]) -> Estimate | None:
    """Return the paired gain of a policy over another in a chair, mean over the opponents among the doctrines."""
    mine = [matrix.lead(chair, policy, other) for other in doctrines]
    theirs = [matrix.lead(chair, base, other) for other in doctrines]
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    if len(pairs) < len(doctrines):
        return None
    n = min(len(leads) for pair in pairs for leads in pair)
    return difference(np.mean([a[:n] for a, _ in pairs], axis=0), np.mean([b[:n] for _, b in pairs], axis=0))


def baseline_table(matrix: Matrix, doctrines: list[str], baselines: list[str]) -> list[str]:
    """Return, for each chair, how each doctrine does against each baseline, and what it adds over playing it."""
    lines = [
        "| chair | doctrine | baseline | face to face | in the same chair | clear |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for chair, side in enumerate(matrix.sides):
        for policy in doctrines:
            for base in baselines:
                leads = matrix.lead(chair, policy, base)
                faced = None if leads is None else mean_interval(leads)
                added = gain(matrix, policy, base, chair, doctrines)
                clear = [name for name, e in (("face", faced), ("chair", added)) if e is not None and e.low > 0.0]
                if faced is None and added is None:
                    continue
                entries = [side, f"`{policy}`", f"`{base}`", span(faced), span(added), " and ".join(clear) or "no"]
                lines.append("| " + " | ".join(entries) + " |")
    return lines


def summary(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return sentences: how many comparisons with those who do nothing sensible are clear, and which are not."""
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
                    is_faced = mean_interval(leads).low > 0.0
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
    return [*lines, "", "Played and not clear:", "", *missing] if missing else lines


def champions(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return sentences: is a doctrine clearly beaten as an answer, and by which other, somewhere?"""
    lines = []
    unbeaten = []
    for policy in doctrines:
        found: list[tuple[float, str]] = []
        n_compared = 0
        for matrix in matrices:
            for chair, side in enumerate(matrix.sides):
                for other in doctrines:
                    mine = matrix.lead(chair, policy, other)
                    for rival in doctrines:
                        theirs = matrix.lead(chair, rival, other)
                        if rival == policy or mine is None or theirs is None:
                            continue
                        n_compared += 1
                        better = difference(theirs, mine)
                        if better.low > 0.0:
                            where = f"{matrix.scenario}, {side}, against `{other}`: `{rival}` by {span(better)}"
                            found.append((better.value / max(better.standard_error, 1e-9), where))
        if not n_compared:
            return ["The doctrines have not been played against each other."]
        found.sort(reverse=True)
        if not found:
            unbeaten.append(policy)
        places = "; ".join(where for _, where in found[:3]) or "nowhere"
        lines.append(
            f"- `{policy}`: another doctrine is the clearly better answer in {len(found)} of {n_compared} comparisons; "
            f"the clearest: {places}."
        )
    verdict = (
        "None of them beats all others everywhere: for each there are chairs and opponents for which another "
        "doctrine is clearly the better answer (95 % interval of the paired difference above zero; of many "
        "comparisons one in forty would be so by chance, so the clearest count)."
    )
    if unbeaten:
        verdict = f"Not shown to be beaten as an answer anywhere: {', '.join(f'`{name}`' for name in unbeaten)}."
    return [verdict, "", *lines]


def write_page(matrices: list[Matrix], doctrines: list[str], baselines: list[str], command: str) -> str:
    """Return the page."""
    everybody = [*doctrines, *baselines]
    wanted = {(a, b) for a in everybody for b in everybody if a in doctrines or b in doctrines}
    is_whole = all(wanted <= set(matrix.cells) for matrix in matrices)
    lines = [
        "# Doctrines: who beats whom",
        "",
        f"Written by `{command}`; do not edit.",
        "How each doctrine fights is at the head of its file in `agents/doctrine/`; its parameters are in",
        "[how to write a policy](../how-to/write-a-policy.md).",
        "",
        METHOD,
        "",
        *([] if is_whole else ["Not all pairs have been played yet: a dash stands for one that has not.", ""]),
        "## Better than nothing",
        "",
        VIEWS,
        "",
        *summary(matrices, doctrines),
        "",
        "## No doctrine for all cases",
        "",
        *champions(matrices, doctrines),
    ]
    for matrix in matrices:
        if not matrix.cells:
            continue
        sizes = sorted({len(cell[0]) for cell in matrix.cells.values()})
        lines += [
            "",
            f"## {matrix.title} (`{matrix.scenario}`)",
            "",
            f"{' or '.join(str(n) for n in sizes)} replications a pair, seed {matrix.seed}. "
            f"Cells: lead of {matrix.sides[0]}, then its wins.",
            "",
            *payoff_table(matrix),
        ]
        if baselines:
            lines += ["", "Against the baselines, from the doctrine's point of view:", ""]
            lines += baseline_table(matrix, doctrines, baselines)
    return "\n".join(lines) + "\n"
