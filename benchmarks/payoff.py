"""Which doctrine beats which: plays all pairs of policies on two-sided scenarios and writes the payoff matrices.

    python -m benchmarks.payoff                                  # the doctrines on joint-littoral-defence
    python -m benchmarks.payoff two-patrols my.yaml -n 32 --policies hold,cautious,aggressive
    python -m benchmarks.payoff --quick                          # 4 replications a pair: does it run?

Every pair plays the same replications of the same seed, so all cells of a scenario share their random numbers, and
differences within a row or a column are paired. A pair is a batch folder below ``--cache``, named by a digest of the
code of the doctrines: an interrupted command goes on where it stopped, and a doctrine that changed is played again.
"""

import argparse
import ast
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import agents.doctrine
from scenarios.batch import default_threads, run_batch
from scenarios.compiler import Compiled
from scenarios.loader import load
from scenarios.policy_options import choose_policies
from scenarios.statistics import Estimate, mean_interval, paired_difference, wilson_interval
from simcore.types import N_BELLIGERENTS

DOCTRINES = ("cautious", "aggressive", "screen-and-strike", "economy-of-force")
BASELINES = ("hold", "random")
QUICK = 4

Cells = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]
"""For (policy of the first side, of the second): leads (its score less the other's) and wins (-1, 0, 1)."""


@dataclass(frozen=True)
class Matrix:
    """The results of all pairs on one scenario."""

    scenario: str
    title: str
    sides: tuple[str, str]
    seed: int
    n: int
    cells: Cells


def code_digest() -> str:
    """Return a digest of the sources of the doctrines, without comments and descriptions."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(Path(agents.doctrine.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()


def wanted_pairs(doctrines: list[str], baselines: list[str]) -> list[tuple[str, str]]:
    """Return all pairs but those of two baselines."""
    everybody = [*doctrines, *baselines]
    return [(a, b) for a in everybody for b in everybody if a in doctrines or b in doctrines]


def play(
    compiled: Compiled, pair: tuple[str, str], n: int, seed: int, threads: int, cache: Path
) -> tuple[np.ndarray, np.ndarray]:
    """Play a pair, or take it from its folder, and return leads and wins."""
    first, second = compiled.roster.sides[:N_BELLIGERENTS]
    choices = choose_policies(compiled.roster, (), {first: pair[0], second: pair[1]})
    folder = cache / f"{compiled.roster.scenario}-{compiled.scenario.hash[:8]}-seed{seed}-{pair[0]}-{pair[1]}"
    rows = run_batch(compiled, choices, n=n, folder=folder, seed=seed, threads=threads).replications
    lead = rows[f"{first}_score"][:n] - rows[f"{second}_score"][:n]
    return lead, rows[f"{first}_win"][:n] - rows[f"{second}_win"][:n]


def measure(
    scenario: str, doctrines: list[str], baselines: list[str], n: int, seed: int, threads: int, cache: Path
) -> Matrix:
    """Play all pairs on a scenario."""
    compiled = load(scenario)
    sides = compiled.roster.sides[:N_BELLIGERENTS]
    cells: Cells = {}
    pairs = wanted_pairs(doctrines, baselines)
    for k, pair in enumerate(pairs):
        cells[pair] = play(compiled, pair, n, seed, threads, cache)
        print(
            f"{compiled.roster.scenario} {k + 1}/{len(pairs)}: {sides[0]}={pair[0]} {sides[1]}={pair[1]}: "
            f"lead {cells[pair][0].mean():+.3f}, {sides[0]} wins {np.mean(cells[pair][1] > 0):.2f}",
            file=sys.stderr,
            flush=True,
        )
    return Matrix(compiled.roster.scenario, compiled.roster.title, (sides[0], sides[1]), seed, n, cells)


def span(estimate: Estimate, form: str = "+.2f") -> str:
    return f"{estimate.value:{form}} ({estimate.low:{form}}, {estimate.high:{form}})"


def share(wins: np.ndarray) -> str:
    return span(wilson_interval(int(wins.sum()), len(wins)), ".2f")


def payoff_table(matrix: Matrix) -> list[str]:
    """Return the matrix: rows are the first side's policies, columns the second's."""
    first, second = matrix.sides
    rows = list(dict.fromkeys(a for a, _ in matrix.cells))
    lines = [
        f"| {first} plays \\ {second} plays | " + " | ".join(f"`{b}`" for b in rows) + " |",
        "| --- " * (len(rows) + 1) + "|",
    ]
    for a in rows:
        entries = []
        for b in rows:
            if (a, b) not in matrix.cells:
                entries.append("-")
                continue
            lead, win = matrix.cells[a, b]
            entries.append(f"{span(mean_interval(lead))}<br>{share(win > 0)}")
        lines.append(f"| `{a}` | " + " | ".join(entries) + " |")
    return lines


def baseline_table(matrix: Matrix, doctrines: list[str], baselines: list[str]) -> list[str]:
    """Return, for each chair, how each doctrine does against each baseline, and what it adds over playing it."""
    lines = [
        "| doctrine | chair | against | lead | wins | loses | lead added over `hold` in that chair |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for chair, side in enumerate(matrix.sides):
        sign = 1.0 - 2.0 * chair
        for policy in doctrines:
            for other in baselines:
                lead, win = matrix.cells[(policy, other) if chair == 0 else (other, policy)]
                added = gain(matrix, policy, chair, doctrines)
                lines.append(
                    f"| `{policy}` | {side} | `{other}` | {span(mean_interval(sign * lead))} | {share(sign * win > 0)} "
                    f"| {share(sign * win < 0)} | {span(added) if added else '-'} |"
                )
    return lines


def gain(matrix: Matrix, policy: str, chair: int, doctrines: list[str]) -> Estimate | None:
    """Return the paired gain of a policy over ``hold`` in a chair, mean over the opponents among the doctrines."""

    def mean_lead(name: str) -> np.ndarray | None:
        found = [matrix.cells.get((name, b) if chair == 0 else (b, name)) for b in doctrines]
        if any(cell is None for cell in found):
            return None
        return (1.0 - 2.0 * chair) * np.mean([cell[0] for cell in found if cell is not None], axis=0)

    mine, base = mean_lead(policy), mean_lead("hold")
    return None if mine is None or base is None else paired_difference(mine, base)


def champions(matrices: list[Matrix], doctrines: list[str]) -> list[str]:
    """Return sentences: in each chair of each scenario, who is best against each opponent; does one beat all others?"""
    lines = []
    best_everywhere = set(doctrines)
    for matrix in matrices:
        for chair, side in enumerate(matrix.sides):
            sign = 1.0 - 2.0 * chair
            best = []
            for other in doctrines:
                leads = {p: sign * matrix.cells[(p, other) if chair == 0 else (other, p)][0] for p in doctrines}
                top = max(leads, key=lambda p: leads[p].mean())
                rest = [p for p in doctrines if p != top]
                runner = max(rest, key=lambda p: leads[p].mean())
                best.append(f"against `{other}` `{top}` (by {span(paired_difference(leads[top], leads[runner]))})")
                best_everywhere &= {top}
            lines.append(f"- {matrix.scenario}, {side}: best {'; '.join(best)}.")
    verdict = f"`{best_everywhere.pop()}`" if best_everywhere else "None of them"
    return [f"{verdict} is the best answer to every opponent in every chair of every scenario measured.", "", *lines]


def write_page(matrices: list[Matrix], doctrines: list[str], baselines: list[str], command: str) -> str:
    """Return the page."""
    lines = [
        "# Doctrines: who beats whom",
        "",
        f"Written by `{command}`; do not edit.",
        "How each doctrine fights is at the head of its file in `agents/doctrine/`; its parameters are in",
        "[how to write a policy](../how-to/write-a-policy.md).",
        "",
        "A lead is the score of the one side less that of the other at the end (mean, 95 % interval by Student); below",
        "it the share of replications that the first side wins (Wilson). All pairs of a scenario play the same random",
        "numbers; differences between policies are paired. The doctrines are plausible commanders with default",
        "parameters, not validated models of anybody's doctrine, and the result is that of these scenarios.",
        "",
        "## No doctrine for all cases",
        "",
        *champions(matrices, doctrines),
    ]
    for matrix in matrices:
        lines += [
            "",
            f"## {matrix.title} (`{matrix.scenario}`)",
            "",
            f"{matrix.n} replications a pair, seed {matrix.seed}. Cells: lead of {matrix.sides[0]}, then its wins.",
            "",
            *payoff_table(matrix),
        ]
        if baselines:
            lines += ["", "Against the baselines, from the doctrine's point of view:", ""]
            lines += baseline_table(matrix, doctrines, baselines)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=["joint-littoral-defence"], help="scenario files or names")
    parser.add_argument("--policies", default=",".join(DOCTRINES), help="policies, separated by commas")
    parser.add_argument("--baselines", default=",".join(BASELINES), help="policies that all should beat; may be empty")
    parser.add_argument("-n", type=int, default=64, help="replications a pair (default 64)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} replications a pair, printed and not written")
    parser.add_argument("--cache", type=Path, default=Path("runs/payoff"), help="folder of the batches")
    parser.add_argument("--out", type=Path, default=Path("docs/reference/doctrines.md"))
    options = parser.parse_args()
    doctrines = [name for name in options.policies.split(",") if name]
    baselines = [name for name in options.baselines.split(",") if name and name not in doctrines]
    n = QUICK if options.quick else options.n
    cache = options.cache / code_digest()
    matrices = [
        measure(name, doctrines, baselines, n, options.seed, options.threads, cache) for name in options.scenarios
    ]
    named = " ".join(matrix.scenario for matrix in matrices)
    command = f"python -m benchmarks.payoff {named} -n {n} --seed {options.seed}"
    page = write_page(matrices, doctrines, baselines, command)
    if options.quick:
        print(page)
    else:
        options.out.write_text(page, encoding="utf-8")
        print(options.out)


if __name__ == "__main__":
    main()
