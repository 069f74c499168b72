"""Doctrines against each other: plays all pairs of policies on two-sided scenarios and writes the payoff matrices.

    python -m benchmarks.pages.payoff                             # the whole library, 12 to 100 replications per pair
    python -m benchmarks.pages.payoff two-patrols:80 my.yaml -n 32 --policies cautious,aggressive
    python -m benchmarks.pages.payoff --quick                     # a trial with 4 replications per pair
    python -m benchmarks.pages.payoff --stored                    # the page from the batches played so far

Every pair of a scenario plays the same replications of the same seed, so all its cells share their random numbers, and
differences within a row or a column are paired. ``NAME:N`` plays N replications per pair: use more for a cheap
scenario. Each pair is a batch folder below ``--cache`` and a digest of the code of the doctrines: an interrupted
command resumes where it stopped, and after a change of any doctrine all pairs are played again.
"""

import argparse
import ast
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

import agents.doctrine
from agents.doctrine import BASELINES, for_either_chair
from benchmarks.pages.payoff_matrix import Matrix
from benchmarks.pages.payoff_page import DO_NOTHING, write_page
from scenarios.batch.batch import run_batch
from scenarios.batch.engine import default_threads
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.policies import choose_policies
from simcore.errors import WargameError
from simcore.types import N_BELLIGERENTS

SCENARIOS = {
    "two-patrols": 40,
    "convoy-ambush": 80,
    "harbour-swarm": 100,
    "outpost-resupply": 24,
    "night-strait": 80,
    "air-base-drone-salvo": 30,
    "undersea-search": 30,
    "strait-surveillance": 24,
    "land-delaying-action": 16,
    "island-blockade": 16,
    "fortnight-patrol": 8,
    "joint-littoral-defence": 12,
    "contested-evacuation": 12,
    "picket-ship-hit": 12,
    "mass-casualty-drill": 12,
}
"""The library, with the replications per pair: more where a replication is cheap."""

SEED = 52_604_417
"""Never used to choose a rule or a parameter of a doctrine: the results on the page are out of sample."""

QUICK = 4
DEFAULT_N = 20


def code_digest() -> str:
    """Return a digest of the sources of the doctrines, without comments and docstrings."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(Path(agents.doctrine.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()


def read_size(text: str, n: int | None) -> tuple[str, int]:
    """Return the scenario and the replications per pair in ``NAME`` or ``NAME:N``."""
    name, mark, number = text.rpartition(":")
    if mark and number.isdecimal():
        return name, int(number)
    return text, n or SCENARIOS.get(text, DEFAULT_N)


def wanted_pairs(doctrines: list[str], baselines: list[str]) -> list[tuple[str, str]]:
    """Return all pairs except those of two baselines, in order of ``rank``."""
    policies = [*doctrines, *baselines]
    pairs = [(a, b) for a in policies for b in policies if a in doctrines or b in doctrines]
    return sorted(pairs, key=rank)


def rank(pair: tuple[str, str]) -> int:
    """Return the place of a pair in the order of play: 0 with an idle or random policy, 1 two doctrines, 2 others."""
    return 0 if set(pair) & set(DO_NOTHING) else 2 if set(pair) & set(BASELINES) else 1


def play(
    compiled: Compiled, pair: tuple[str, str], n: int, seed: int, threads: int, cache: Path, *, stored: bool
) -> tuple[np.ndarray, np.ndarray] | None:
    """Play a pair, or read it from its folder, and return leads and wins; None if ``stored`` and too few are played."""
    first, second = compiled.roster.sides[:N_BELLIGERENTS]
    choices = choose_policies(compiled.roster, (), {first: pair[0], second: pair[1]})
    folder = cache / f"{compiled.roster.scenario}-{compiled.scenario.hash[:8]}-seed{seed}-{pair[0]}-{pair[1]}"
    if stored:
        manifest = folder / "manifest.json"
        content = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
        n = int(content.get("n_replications") or 0)
        if n < QUICK:
            return None
    rows = run_batch(compiled, choices, n=n, folder=folder, seed=seed, threads=threads).replications
    lead = rows[f"{first}_score"][:n] - rows[f"{second}_score"][:n]
    return lead, rows[f"{first}_win"][:n] - rows[f"{second}_win"][:n]


def empty_matrix(compiled: Compiled, seed: int) -> Matrix:
    """Return a matrix without cells."""
    sides = compiled.roster.sides
    return Matrix(compiled.roster.scenario, compiled.roster.title, (sides[0], sides[1]), seed, {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO[:N]", help="files or names (default: the library)")
    parser.add_argument("--policies", default=",".join(for_either_chair()), help="policies, separated by commas")
    parser.add_argument("--baselines", default=",".join(BASELINES), help="policies to compare with; may be empty")
    parser.add_argument("-n", type=int, help="replications per pair where SCENARIO has no N (default by scenario)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} replications per pair; print the page")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored batches")
    parser.add_argument("--cache", type=Path, default=Path("runs/payoff"), help="folder of the batches")
    parser.add_argument("--out", type=Path, default=Path("docs/reference/doctrines.md"))
    options = parser.parse_args()
    doctrines = [name for name in options.policies.split(",") if name]
    if len(set(doctrines)) < 2:
        parser.error(f"--policies: {options.policies!r} names fewer than two policies; there is nothing to compare")
    baselines = [name for name in options.baselines.split(",") if name and name not in doctrines]
    cache = options.cache / code_digest()
    sizes = dict(read_size(text, options.n) for text in options.scenarios or SCENARIOS)
    games = [load(name) for name in sizes]
    matrices = [empty_matrix(compiled, options.seed) for compiled in games]
    pairs = wanted_pairs(doctrines, baselines)
    work = [
        (pair, compiled, matrix, QUICK if options.quick else n)
        for compiled, matrix, n in zip(games, matrices, sizes.values(), strict=True)
        for pair in pairs
    ]
    for done, (pair, compiled, matrix, n) in enumerate(sorted(work, key=lambda item: rank(item[0])), 1):
        try:
            cell = play(compiled, pair, n, options.seed, options.threads, cache, stored=options.stored)
        except WargameError as error:
            sys.exit(f"{error}\n{cache}: holds batches of another engine or with other settings; give another --cache")
        if cell is None:
            continue
        matrix.cells[pair] = cell
        print(
            f"{done}/{len(work)} {matrix.scenario} {pair[0]}/{pair[1]}: lead {cell[0].mean():+.3f}, "
            f"{matrix.sides[0]} wins {np.mean(cell[1] > 0):.2f}",
            file=sys.stderr,
            flush=True,
        )
    named = " ".join(f"{name}:{n}" for name, n in sizes.items()) if sizes != SCENARIOS else ""
    command = " ".join(["python -m benchmarks.pages.payoff", *named.split(), f"--seed {options.seed}"])
    page = write_page(matrices, doctrines, baselines, command)
    if options.quick:
        print(page)
    else:
        options.out.write_text(page, encoding="utf-8")
        print(options.out)


if __name__ == "__main__":
    main()
