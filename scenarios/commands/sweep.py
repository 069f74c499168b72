"""``chammo sweep``: vary factors of a scenario together by a design and say what moves a measure."""

import argparse
from typing import TYPE_CHECKING

from scenarios.command import Command
from scenarios.commands.compare import add_experiment_arguments, open_session, with_arguments

if TYPE_CHECKING:
    from scenarios.experiments.factors import Factor
    from scenarios.experiments.plan import Plan
    from scenarios.experiments.session import Session
    from scenarios.experiments.sweep import SweepAnswer

_EXAMPLES = """examples:
  chammo sweep harbour-swarm --factor guns:groups.blue-guns.count=4,6,8 --factor red=cautious,assault
  chammo sweep harbour-swarm --factor sides.blue.operators.count=1..6 \\
      --factor sides.blue.operators.service_s=5..30 --measure blue_score --points 33 -n 40
  chammo sweep harbour-swarm --factor groups.blue-guns.count=4..8 --noise environment.rain_mm_per_h=0..20 \\
      --measure blue_score --cost force_cost
  chammo sweep my-experiment.yaml --json

A factor has levels (4,6,8) or a range (4..8) of a value by its path, with a name in front if wanted. Noise factors are
what nobody decides: every point meets the same states of them. Repeat the same command to resume.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo sweep``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", help="a scenario file, a name from `chammo list`, or an experiment file")
    parser.add_argument(
        "--factor",
        action="append",
        default=[],
        metavar="[NAME:]PATH=VALUES",
        help="a factor with levels A,B,C or a range LOW..HIGH; may be repeated",
    )
    parser.add_argument(
        "--noise", action="append", default=[], metavar="[NAME:]PATH=VALUES", help="a noise factor; may be repeated"
    )
    parser.add_argument("--states", type=int, default=8, metavar="S", help="states of the noise (default 8)")
    parser.add_argument("--baseline", nargs="+", default=[], metavar="PATH=VALUE", help="values of all points")
    parser.add_argument(
        "--design",
        choices=(
            "full_factorial",
            "fractional_factorial",
            "latin_hypercube",
            "nearly_orthogonal",
            "sobol",
        ),
        help="default: all combinations if they are few, else nearly_orthogonal",
    )
    parser.add_argument("--table", metavar="FILE", help="the points of a CSV file, a column for each factor")
    parser.add_argument("--points", type=int, metavar="P", help="number of points (default: by the design)")
    parser.add_argument("--resolution", type=int, choices=(3, 4, 5), default=4, help="of a fractional factorial")
    parser.add_argument("--measure", metavar="NAME", help="the measure in question (default: wins of the first side)")
    parser.add_argument("--better", choices=("more", "less"), help="the better direction (default: of the measure)")
    parser.add_argument("--margin", type=float, metavar="X", help="largest difference that does not matter")
    parser.add_argument(
        "--cost", metavar="NAME", help="measure to be kept low, or force_cost: cost of the side's units (Pareto set)"
    )
    parser.add_argument("-n", type=int, metavar="N", help="replications of a point (default 40)")
    parser.set_defaults(also=None)
    add_experiment_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo sweep``."""
    from scenarios.experiments.checks import plan_checks
    from scenarios.experiments.compare import ask
    from scenarios.experiments.sweep import answer, check_factors
    from scenarios.experiments.sweep_text import as_json

    plan, factors = _plan(arguments)
    check_factors(plan, factors, plan_checks(plan))
    with open_session(plan, arguments, "sweep", may_repeat=True) as session:
        question = ask(session.conditions, plan.measure, plan.better, plan.margin)
        session.play([plan.replications] * len(plan.points))
        found = answer(session, question, factors, plan.cost)
        session.complete({"sweep": as_json(found, plan.points), "question": plan.question})
        _report(arguments, plan, session, found)
    return 0


def _plan(arguments: argparse.Namespace) -> "tuple[Plan, list[Factor]]":
    from dataclasses import replace
    from functools import partial

    from scenarios.experiments.checks import together
    from scenarios.experiments.factors import read_factor
    from scenarios.experiments.plan import BASELINE, plan_in_scenario, plan_with_content
    from scenarios.experiments.points import Point, read_base
    from scenarios.experiments.sweep import default_design, factors_of, with_design
    from scenarios.format.experiment import is_experiment, load_experiment
    from scenarios.format.schema.experiment import Design, Noise
    from simcore.errors import InputError

    first: str = arguments.scenario
    if is_experiment(first):
        if arguments.factor or arguments.noise or arguments.baseline or arguments.table or arguments.design:
            raise InputError(f"{first}: an experiment file has its factors and design in it; leave out the arguments")
        document = load_experiment(first)
        content = document.content
        if content.variants:
            raise InputError(f"{first}: variants: they make a comparison; play it with `chammo compare {first}`")
        base = read_base(document.scenario)
        plan = with_arguments(plan_with_content(document, base, (Point(BASELINE, content.baseline),)), arguments)
        factors = factors_of(content.factors, base)
        file = document.beside(content.design.file) if content.design.file else ""
        return with_design(plan, factors, content.design, content.noise, file), factors
    if not arguments.factor:
        raise InputError("sweep: no factor; give --factor PATH=VALUES, for example groups.NAME.count=2..8")
    plan = with_arguments(replace(plan_in_scenario(first, arguments.baseline), replications=40), arguments)
    read = [partial(read_factor, text) for text in (*arguments.factor, *arguments.noise)]
    entries = together(read)
    decided, noise_factors = entries[: len(arguments.factor)], entries[len(arguments.factor) :]
    factors, _ = together([partial(factors_of, part, plan.base) for part in (decided, noise_factors)])
    if arguments.points is not None and arguments.points < 2:
        raise InputError(f"--points {arguments.points}: a design has two points or more")
    if arguments.states < 1:
        raise InputError(f"--states {arguments.states}: below 1; give the number of states of the noise")
    if arguments.table and (arguments.design or arguments.points):
        raise InputError(f"--table {arguments.table}: the file is the design; leave out --design and --points")
    if arguments.table:
        design = Design(kind="table", file=arguments.table)
    elif arguments.design or arguments.points:
        kind = arguments.design or "nearly_orthogonal"
        design = Design(kind=kind, points=arguments.points, resolution=arguments.resolution)
    else:
        design = default_design(factors)
    noise = None
    if arguments.noise:
        noise = Noise(factors=tuple(noise_factors), states=arguments.states)
    return with_design(plan, factors, design, noise, arguments.table or ""), factors


def _report(arguments: argparse.Namespace, plan: "Plan", session: "Session", found: "SweepAnswer") -> None:
    from scenarios.experiments.sweep_text import answer_lines, as_json

    if arguments.json:
        from simcore.recording.files import json_text

        about = {"folder": str(session.folder), "seed": plan.seed, "n": plan.replications}
        print(json_text({**about, **as_json(found, plan.points)}))
        return
    roster = session.conditions.baseline.compiled.roster
    states = f" under {len(plan.noise)} states of the noise" if len(plan.noise) > 1 else ""
    print(
        f"{roster.title or roster.scenario}: {len(plan.points) - 1} points and the baseline, {plan.replications} "
        f"replications each{states}, seed {plan.seed}"
    )
    if plan.question:
        print(plan.question)
    print()
    print("\n".join(answer_lines(found, plan.points)))
    print(
        f"\n{session.folder}/replications.parquet    a row per point and replication, factors and measures as columns"
    )


SWEEP = Command(
    summary="vary factors of a scenario together by a design: what moves a measure, which points are best",
    configure=configure,
    execute=execute,
)
