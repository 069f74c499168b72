"""``chammo compare``: play variants of a scenario with the same luck and say which is better, by how much."""

import argparse
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.command import Command
from scenarios.commands.batch import add_engine_arguments

if TYPE_CHECKING:
    from scenarios.experiments.compare import Comparison
    from scenarios.experiments.conditions import Check
    from scenarios.experiments.plan import Plan
    from scenarios.experiments.session import Session
    from scenarios.experiments.standing import Standing

_EXAMPLES = """examples:
  chammo compare two-patrols --variant blue=cautious --variant blue=aggressive
  chammo compare harbour-swarm --variant "four operators" sides.blue.operators.count=4 --measure blue_score
  chammo compare harbour-swarm --variant groups.blue-guns.count=8 --margin 0.05 --half-width 0.03 -n 2000
  chammo compare my-scenario.yaml my-other-scenario.yaml --all-pairs --json
  chammo compare my-experiment.yaml

A variant is the scenario with values changed by their paths: `red=cautious` is the policy of red,
`groups.NAME.count`, `sides.blue.roe_limit` or `catalogue.weapons.NAME.reload_s` are keys of the scenario file.
Repeat the same command to resume; a larger -n adds replications.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo compare``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", nargs="+", help="a scenario (and others to compare it with), or an experiment file")
    parser.add_argument(
        "--variant",
        nargs="+",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a variant: values by path, with a name in front if wanted; may be repeated",
    )
    parser.add_argument(
        "--baseline",
        nargs="+",
        default=[],
        metavar="PATH=VALUE",
        help="values of the baseline and of all variants, with a name of the baseline in front if wanted",
    )
    parser.add_argument("--measure", metavar="NAME", help="the measure in question (default: wins of the first side)")
    parser.add_argument("--also", metavar="LIST", help="further measures (default: score and losses of that side)")
    parser.add_argument("--better", choices=("more", "less"), help="the better direction (default: of the measure)")
    parser.add_argument("--margin", type=float, metavar="X", help="largest difference that does not matter")
    parser.add_argument("--all-pairs", action="store_true", help="compare all variants with each other")
    parser.add_argument("-n", type=int, metavar="N", help="most replications of a variant (default 200)")
    parser.add_argument(
        "--half-width", type=float, metavar="H", help="stop as soon as all differences are known to within ± H"
    )
    parser.add_argument(
        "--select",
        type=float,
        metavar="P",
        help="find the best variant: spend replications where they tell, until one is the best with probability P",
    )
    parser.add_argument(
        "--cost", metavar="NAME", help="measure to be kept low, or force_cost: cost of the side's units (Pareto set)"
    )
    add_experiment_arguments(parser)


def add_experiment_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments shared by the commands that play experiments."""
    parser.add_argument("--budget", type=int, metavar="RUNS", help="refuse to play more replications in all")
    parser.add_argument("--seed", type=int, help="seed of all random numbers (default 1)")
    add_engine_arguments(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder of the results (default: new in runs/)")
    parser.add_argument("--force", action="store_true", help="discard the results in FOLDER and start over")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo compare``."""
    from scenarios.experiments.checks import plan_checks
    from scenarios.experiments.compare import ask, compare, other_measures, play_until
    from scenarios.experiments.compare_text import as_json
    from scenarios.experiments.selection import select_best
    from scenarios.experiments.standing import standing

    plan = _plan(arguments)
    with open_session(plan, arguments, "compare", plan_checks(plan, arguments.select)) as session:
        question = ask(session.conditions, plan.measure, plan.better, plan.margin)
        also = plan.also or tuple(other_measures(session.conditions, question))
        if arguments.select is not None:
            select_best(session, question, plan.replications * len(plan.points), arguments.select)
        else:
            play_until(session, question, plan.replications, plan.half_width, all_pairs=plan.all_pairs)
        comparison = compare(session, question, also, all_pairs=plan.all_pairs)
        found = standing(session, question, plan.cost)
        session.complete({"comparison": as_json(comparison, found), "question": plan.question})
        _report(arguments, plan, session, comparison, found)
    return 0


def _plan(arguments: argparse.Namespace) -> "Plan":
    from scenarios.experiments.plan import plan_of_file, plan_variants
    from scenarios.experiments.sweep import noise_states
    from scenarios.format.experiment import is_experiment, load_experiment
    from simcore.errors import InputError

    first: str = arguments.scenario[0]
    if is_experiment(first):
        if arguments.scenario[1:] or arguments.variant or arguments.baseline:
            raise InputError(f"{first}: an experiment file has its variants in it; leave out the other arguments")
        document = load_experiment(first)
        if document.content.factors:
            raise InputError(f"{first}: factors: they make a sweep; play it with `chammo sweep {first}`")
        plan = plan_of_file(document)
        plan = replace(plan, noise=noise_states(document.content.noise, plan.base, plan.seed))
    else:
        plan = plan_variants(arguments.scenario, arguments.variant, arguments.baseline)
    return with_arguments(plan, arguments)


def with_arguments(plan: "Plan", arguments: argparse.Namespace) -> "Plan":
    """Return the plan with the values given on the command line in place of those of its file."""
    also = tuple(arguments.also.split(",")) if arguments.also else None
    given: dict[str, Any] = {
        "measure": arguments.measure,
        "better": arguments.better,
        "margin": arguments.margin,
        "also": also,
        "replications": arguments.n,
        "runs": arguments.budget,
        "half_width": getattr(arguments, "half_width", None),
        "seed": arguments.seed,
        "cost": arguments.cost,
        "all_pairs": getattr(arguments, "all_pairs", None) or None,
    }
    return replace(plan, **{name: value for name, value in given.items() if value is not None})


@contextmanager
def open_session(
    plan: "Plan", arguments: argparse.Namespace, kind: str, checks: "Sequence[Check]" = (), *, may_repeat: bool = False
) -> "Generator[Session]":
    """Check the whole plan, with the further ``checks``, and open a session in its folder, with its engine."""
    from scenarios.batch.engines import open_engine
    from scenarios.experiments.session import Session
    from scenarios.run.progress import Progress, ProgressOfRounds, prepare_engine
    from simcore.plugins import warn

    if not checks:
        plan.check_budget()
    quiet = arguments.quiet or arguments.json
    n_conditions = len(plan.points) * len(plan.noise)
    checked = Progress(f"{kind}: scenarios checked", n_conditions, quiet=quiet or n_conditions < 20)
    conditions = plan.conditions(may_repeat=may_repeat, on_progress=checked.update, checks=checks)
    if n_conditions >= 20:
        checked.close()
    for warning in (*plan.notes, *conditions.warnings):
        warn(f"warning: {warning}")
    folder = arguments.out or plan.folder(kind)
    prepare_engine(quiet=quiet)
    with (
        open_engine(arguments.engine, threads=arguments.threads, scheduler=arguments.scheduler) as engine,
        Session(
            conditions,
            kind=kind,
            folder=folder,
            force=arguments.force,
            engine=engine,
            on_progress=ProgressOfRounds(kind, quiet=quiet),
        ) as session,
    ):
        yield session


def _report(
    arguments: argparse.Namespace, plan: "Plan", session: "Session", comparison: "Comparison", found: "Standing"
) -> None:
    from scenarios.experiments.compare import replications_needed
    from scenarios.experiments.compare_text import as_json, comparison_lines, number, standing_lines

    width, wanted, n = comparison.half_width, plan.half_width, max(comparison.counts)
    needed = replications_needed(n, width, wanted, most=None) if wanted is not None else None
    if arguments.json:
        from simcore.recording.files import json_text

        about = {"folder": str(session.folder), "seed": plan.seed, "n": n, "half_width": width}
        if needed is not None:
            about |= {"half_width_wanted": wanted, "replications_needed": needed}
        print(json_text({**about, **as_json(comparison, found)}))
        return
    roster = session.conditions.baseline.compiled.roster
    least = min(comparison.counts)
    each = f"{n} replications each" if least == n else f"{least} to {n} replications each"
    each += f" under {len(plan.noise)} states of the noise" if len(plan.noise) > 1 else ""
    print(f"{roster.title or roster.scenario}: {len(comparison.names)} variants, {each}, seed {plan.seed}")
    if plan.question:
        print(plan.question)
    print()
    print("\n".join(comparison_lines(comparison)))
    if arguments.select is not None or plan.cost is not None:
        print("\n" + "\n".join(standing_lines(comparison, found)))
    if needed is not None and wanted is not None:
        if width <= wanted:
            print(f"all differences are known to within ± {wanted:g} after {n} replications")
        else:
            print(
                f"± {number(width)} at the widest: ± {wanted:g} needs about {needed - n:,} more replications of each "
                f"variant (-n {needed})"
            )
    print(f"\n{session.folder}/replications.parquet    a row per variant and replication, a column per measure")


COMPARE = Command(
    summary="play variants of a scenario with the same luck and compare them: which is better, by how much",
    configure=configure,
    execute=execute,
)
