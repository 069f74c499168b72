"""``chammo approvals``: the cost to a side of human approval of its engagements."""

import argparse

from scenarios.command import Command

_EXAMPLES = """examples:
  chammo approvals harbour-swarm
  chammo approvals harbour-swarm --operators 1,2,4,8 -n 500
  chammo approvals my-scenario.yaml --side red --policies approve,veto --measures red_win,red_cost_lost --json

Plays the scenario with all groups of the side under every policy, with every number of operators and common random
numbers (paired). The service times and other rules of the crew are those of the scenario's `operators`.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo approvals``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", help="a scenario file, or a name from `chammo list`")
    parser.add_argument("--side", metavar="SIDE", help="side under approval (default: the first side)")
    parser.add_argument(
        "--policies", default="manual,approve,veto", metavar="LIST", help="policies (default manual,approve,veto)"
    )
    parser.add_argument("--operators", default="1,2,4", metavar="LIST", help="numbers of operators (default 1,2,4)")
    parser.add_argument(
        "--measures",
        metavar="LIST",
        help="measures to compare (default: score, losses and cost of losses of the side)",
    )
    parser.add_argument("-n", type=int, default=200, metavar="N", help="replications per variant (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    parser.add_argument("--threads", type=int, metavar="T", help="threads (default: one per core)")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print the comparison as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo approvals``."""
    from scenarios.batch.engine import default_threads
    from scenarios.experiments.approvals import POLICIES, as_json, comparison_lines, play_policies, variants
    from scenarios.format.names import advice
    from scenarios.loader import load
    from scenarios.run.policies import choose_policies
    from scenarios.run.progress import Progress, prepare_engine
    from simcore.errors import InputError
    from simcore.plugins import warn
    from simcore.recording.files import json_text
    from simcore.types import N_BELLIGERENTS

    compiled = load(arguments.scenario)
    for warning in compiled.warnings:
        warn(f"warning: {warning}")
    sides = compiled.roster.sides[:N_BELLIGERENTS]
    side = arguments.side or sides[0]
    if side not in sides:
        raise InputError(f"--side {side}: no such side; {advice(side, set(sides))}")
    policies = arguments.policies.split(",")
    for policy in policies:
        if policy not in POLICIES:
            raise InputError(f"--policies {policy}: no such policy; give some of {', '.join(POLICIES)}")
    crews = _numbers(arguments.operators)
    known = [measure.name for measure in compiled.measures.listed]
    measures = (
        arguments.measures.split(",")
        if arguments.measures
        else [f"{side}_score", f"{side}_losses", f"{side}_cost_lost"]
    )
    for measure in measures:
        if measure not in known:
            raise InputError(f"--measures {measure}: no such measure; {advice(measure, set(known))}")
    if arguments.n < 2:
        raise InputError(f"-n {arguments.n}: an interval needs two replications; give 2 or more")
    if arguments.threads is not None and arguments.threads < 1:
        raise InputError(f"--threads {arguments.threads}: below 1; give the number of threads")
    chosen = variants(policies, crews)
    quiet = arguments.quiet or arguments.json
    choose_policies(compiled.roster, [], {})  # those of the file are there
    prepare_engine(quiet=quiet)
    progress = Progress("approvals: variants", len(chosen), quiet=quiet)
    outcomes = play_policies(
        compiled.scenario,
        side,
        chosen,
        lambda variant: choose_policies(variant.roster, [], {}),
        n=arguments.n,
        seed=arguments.seed,
        threads=arguments.threads or default_threads(),
        on_progress=progress.update,
    )
    progress.close()
    if arguments.json:
        print(json_text({"side": side, "n": arguments.n, "seed": arguments.seed, **as_json(outcomes, side, measures)}))
        return 0
    title = compiled.roster.title or compiled.roster.scenario
    print(f"{title}: {side} under approval policies, {arguments.n} replications each, seed {arguments.seed}\n")
    print("\n".join(comparison_lines(outcomes, side, measures)))
    return 0


def _numbers(text: str) -> list[int]:
    """Return the numbers of operators."""
    from simcore.errors import InputError

    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = [-1]
    if min(numbers) < 0:
        raise InputError(f"--operators {text}: not a list of whole numbers from 0; give for example 1,2,4")
    return numbers


APPROVALS = Command(
    summary="compare the cost to a side of human approval of its engagements",
    configure=configure,
    execute=execute,
)
