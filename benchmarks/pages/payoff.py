"""Doctrines against each other: all pairs of policies on two-sided scenarios, played by the league, as a page.

    python -m benchmarks.pages.payoff                             # the whole library, 12 to 100 games of a pair
    python -m benchmarks.pages.payoff two-patrols:80 my.yaml -n 32 --policies cautious,aggressive
    python -m benchmarks.pages.payoff --quick                     # a trial with 4 games of a pair
    python -m benchmarks.pages.payoff --stored                    # the page from the games played so far

``NAME:N`` plays N games of a pair: use more for a cheap scenario. The games are kept below ``--cache``: an interrupted
command resumes where it stopped, and after a change of any doctrine all pairs are played again (``staff_ai.league``).
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from agents.doctrine import BASELINES, for_either_chair
from benchmarks.pages.payoff_page import DO_NOTHING, write_page
from scenarios.batch.engine import default_threads
from scenarios.run.progress import prepare_engine
from simcore.errors import WargameError
from staff_ai.league.games import Fight, open_fight, play_league
from staff_ai.league.matrix import Matrix

SCENARIOS = {
    "two-patrols": 40,
    "two-channels": 80,
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
    "contested-evacuation": 24,
    "picket-ship-hit": 24,
    "mass-casualty-drill": 24,
}
"""The library, with the games of a pair: more where a game is cheap."""

SEED = 52_604_417
"""Never used to choose a rule or a parameter of a doctrine: the results on the page are out of sample."""

QUICK = 4
DEFAULT_N = 20


def read_size(text: str, n: int | None) -> tuple[str, int]:
    """Return the scenario and the games of a pair in ``NAME`` or ``NAME:N``."""
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


def play(fight: Fight, pairs: list[tuple[str, str]], cache: Path, threads: int, *, stored: bool) -> Matrix:
    """Play the pairs of a scenario, or read them if ``stored``, and return their matrix."""

    def tell(done: int, wanted: int) -> None:
        print(f"{fight.name}: {done} of {wanted} games", file=sys.stderr, flush=True)

    matrix = play_league(fight, pairs, folder=cache, threads=threads, stored=stored, on_games=tell)
    for (first, second), (lead, win) in matrix.cells.items():
        wins = f"{fight.sides[0]} wins {np.mean(win > 0):.2f}"
        print(f"{fight.name} {first}/{second}: lead {lead.mean():+.3f}, {wins}", file=sys.stderr)
    return matrix


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO[:N]", help="files or names (default: the library)")
    parser.add_argument("--policies", default=",".join(for_either_chair()), help="policies, separated by commas")
    parser.add_argument("--baselines", default=",".join(BASELINES), help="policies to compare with; may be empty")
    parser.add_argument("-n", type=int, help="games of a pair where SCENARIO has no N (default by scenario)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} games of a pair; print the page")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored games")
    parser.add_argument("--cache", type=Path, default=Path("runs/payoff"), help="folder of the games")
    parser.add_argument("--out", type=Path, default=Path("docs/reference/doctrines.md"))
    options = parser.parse_args()
    doctrines = [name for name in options.policies.split(",") if name]
    if len(set(doctrines)) < 2:
        parser.error(f"--policies: {options.policies!r} names fewer than two policies; there is nothing to compare")
    baselines = [name for name in options.baselines.split(",") if name and name not in doctrines]
    sizes = dict(read_size(text, options.n) for text in options.scenarios or SCENARIOS)
    pairs = wanted_pairs(doctrines, baselines)
    prepare_engine()
    try:
        fights = [
            open_fight(name, [*doctrines, *baselines], QUICK if options.quick else n, options.seed)
            for name, n in sizes.items()
        ]
        matrices = [play(one, pairs, options.cache, options.threads, stored=options.stored) for one in fights]
    except WargameError as error:
        sys.exit(str(error))
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
