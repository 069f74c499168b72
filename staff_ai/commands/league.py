"""``chammo league``: all policies against all, and the conclusions that their payoffs allow."""

import argparse
from pathlib import Path

from scenarios.command import Command

_EXAMPLES = """examples:
  chammo league cautious aggressive hold --on two-patrols -n 40
  chammo league --on night-strait --on two-patrols --out runs/league
  chammo league cautious harbour-commander --on harbour-swarm --search 600 --json

All pairs play the same replications of a seed, so their differences are paired. With --out the games are kept: the same
command goes on where it stopped, with more policies, scenarios or games too. Game k is `chammo run --replication k`.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo league``."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "policies",
        nargs="*",
        metavar="POLICY",
        help="name, name:parameter=value or FILE.py:Class (default: the doctrines for either chair and hold)",
    )
    parser.add_argument(
        "--on", action="append", metavar="SCENARIO", help="a scenario or ranges; repeatable (default two-patrols)"
    )
    parser.add_argument("-n", type=int, default=40, metavar="N", help="games of a pair (default 40)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the games (default 1)")
    parser.add_argument(
        "--payoff",
        choices=("mission", "lead", "win"),
        default="mission",
        help="mission score, lead in score, or wins less defeats (default mission)",
    )
    parser.add_argument(
        "--search",
        type=int,
        default=0,
        metavar="N",
        help="games to search an exploiter of each policy in each chair (default 0: the policies alone)",
    )
    parser.add_argument("--threads", type=int, metavar="N", help="threads (default: one per core)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the games, and write league.json")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo league``."""
    from agents.doctrine import for_either_chair
    from agents.environments.named_ranges import expand_library
    from scenarios.batch.engine import default_threads
    from scenarios.run.progress import Progress, ProgressOfRounds, prepare_engine
    from scenarios.run.provenance import versions
    from simcore.errors import InputError
    from simcore.recording.files import check_new_folder, json_text, write_json
    from staff_ai.league.exploiters import search_response
    from staff_ai.league.games import open_fight, play_league
    from staff_ai.league.report import LIMITS, league_lines
    from staff_ai.league.standings import rank_league

    policies = list(dict.fromkeys(arguments.policies or (*for_either_chair(), "hold")))
    if len(policies) < 2:
        raise InputError(f"league: {policies[0]} alone; give two policies or more")
    for option in ("search", "threads"):
        value = getattr(arguments, option)
        if value is not None and value < (0 if option == "search" else 1):
            raise InputError(f"--{option} {value}: too few; give {'0 or more games' if option == 'search' else '1'}")
    if arguments.out is not None:
        check_new_folder(arguments.out)
    quiet = arguments.quiet or arguments.json
    fights = [
        open_fight(name, policies, arguments.n, arguments.seed)
        for name in expand_library(arguments.on or ["two-patrols"])
    ]
    prepare_engine(quiet=quiet)
    pairs = [(first, second) for first in policies for second in policies]
    threads = arguments.threads or default_threads()
    matrices = [
        play_league(
            fight, pairs, folder=arguments.out, threads=threads,
            on_games=ProgressOfRounds(fight.name, of="games", quiet=quiet),
        )
        for fight in fights
    ]  # fmt: skip
    exploiters = {}
    if arguments.search:
        bar = Progress("exploiters searched", len(fights) * len(policies), quiet=quiet)
        for fight in fights:
            for policy in policies:
                exploiters[fight.name, policy] = search_response(fight, policy, arguments.search, arguments.payoff)
                bar.update(len(exploiters))
        bar.close()
    league = rank_league(matrices, policies, arguments.payoff, exploiters)
    about = {
        "seed": arguments.seed,
        "search": arguments.search,
        "versions": versions(),
        "limits": LIMITS,
        **league.as_json(),
    }
    if arguments.out is not None:
        write_json(arguments.out / "league.json", about)
    if arguments.json:
        print(json_text(about))
        return 0
    print("\n".join(league_lines(league, matrices)))
    if arguments.out is not None:
        print(f"\n{arguments.out}/league.json    everything above as numbers; games/ holds the games of each pair")
    return 0


LEAGUE = Command(
    summary="play all policies against all: payoffs, Nash mixture, alpha-rank, exploitability",
    configure=configure,
    execute=execute,
)
