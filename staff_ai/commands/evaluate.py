"""``chammo evaluate``: comparison of commanders on games unused in training and selection."""

import argparse
import shlex
import sys
from pathlib import Path

from scenarios.command import Command

_EXAMPLES = """examples:
  chammo evaluate runs/strait-commander
  chammo evaluate runs/strait-seed0 runs/strait-seed1 runs/strait-seed2 -n 200 --table strait.md
  chammo evaluate cautious --on harbour-swarm --side red --json

Several folders are training seeds of one commander: the intervals then hold for the training method. The
baselines are the doctrines, the plan of the file (hold), the best constant verbs and the best schedule found at the
cost of the training, and the commander's own usual choices, played blind.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo evaluate``."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "policies", nargs="+", metavar="POLICY", help="folders of trained commanders, or policies by name"
    )
    parser.add_argument(
        "--on",
        action="append",
        metavar="SCENARIO",
        help="a scenario, ranges, or `library` for all ranges (default: those of the training)",
    )
    parser.add_argument("--side", help="the chair (default: those of the training, or both)")
    parser.add_argument(
        "--against", action="append", metavar="POLICY", help="an opponent (default: the doctrines, two held out)"
    )
    parser.add_argument("-n", type=int, default=64, metavar="N", help="games against each opponent (default 64)")
    parser.add_argument(
        "--search",
        type=int,
        metavar="N",
        help="games to find each best schedule; 0: no search (default: those of the training)",
    )
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the tables as a page in Markdown")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo evaluate``."""
    from agents.environments.named_ranges import expand_library
    from agents.environments.settings import settings_of
    from scenarios.run.progress import Progress, prepare_engine
    from simcore.errors import InputError
    from simcore.recording.files import json_text, write_text
    from staff_ai.games.chairs import mean_over_chairs
    from staff_ai.games.evaluate import evaluate_chair, read_subjects, sides_of, trained_scenarios
    from staff_ai.games.report import mean_lines, page_lines, text_lines

    if arguments.n < 2:
        raise InputError(f"-n {arguments.n}: below 2; give the number of games against each opponent")
    if arguments.search is not None and arguments.search < 0:
        raise InputError(f"--search {arguments.search}: below 0; give a number of games")
    policies, names = read_subjects(arguments.policies)
    scenarios = expand_library(arguments.on or trained_scenarios(policies))
    if not scenarios:
        raise InputError("evaluate: no scenario; give --on SCENARIO")
    work = [(name, side) for name in scenarios for side in sides_of(settings_of(name), policies, arguments.side)]
    prepare_engine(quiet=arguments.quiet)
    chairs = []
    for name, side in work:
        bars: list[Progress] = []

        def on_games(done: int, total: int, label: str = f"{name} {side}", bars: list[Progress] = bars) -> None:
            if not bars:
                bars.append(Progress(f"{label}: pairs", total, quiet=arguments.quiet))
            bars[0].update(done)

        chair = evaluate_chair(
            name,
            side,
            policies,
            names,
            against=arguments.against,
            n=arguments.n,
            search=arguments.search,
            on_games=on_games,
        )
        for bar in bars:
            bar.close()
        chairs.append(chair)
        if not arguments.json:
            print("\n".join(text_lines(chair)) + "\n", flush=True)
    if arguments.json:
        mean = {name: one.as_json() for name, one in mean_over_chairs(chairs).items()} if len(chairs) > 1 else {}
        print(json_text({"chairs": [chair.as_json() for chair in chairs], "mean_over_chairs": mean}))
    elif len(chairs) > 1:
        print("\n".join(mean_lines(chairs)))
    if arguments.table is not None:
        command = shlex.join(["chammo", "evaluate", *_given(arguments)])
        write_text(arguments.table, "\n".join(page_lines(chairs, command)))
        print(f"wrote {arguments.table}", file=sys.stderr)
    return 0


def _given(arguments: argparse.Namespace) -> list[str]:
    """Return the arguments to reproduce the page."""
    given = [*arguments.policies]
    for name in arguments.on or []:
        given += ["--on", name]
    if arguments.side:
        given += ["--side", arguments.side]
    for name in arguments.against or []:
        given += ["--against", name]
    if arguments.search is not None:
        given += ["--search", str(arguments.search)]
    return [*given, "-n", str(arguments.n), "--table", str(arguments.table)]


EVALUATE = Command(
    summary="compare commanders with doctrines, constants and blind schedules on test games",
    configure=configure,
    execute=execute,
)
