"""``chammo medical curve``: deaths against number, speed and exposure of unmanned evacuation vehicles."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from logistics.commands.named_command import NamedCommand
from scenarios.commands.compare import add_experiment_arguments, open_session, with_arguments

if TYPE_CHECKING:
    from scenarios.experiments.factors import Factor
    from scenarios.experiments.points import Base

Number = TypeVar("Number", int, float)

_EXAMPLES = """examples:
  chammo medical curve my-scenario.yaml --number 0,1,2,4 --svg curve.svg
  chammo medical curve my-scenario.yaml --group mules --number 0,2,4 --speed 10,20,40 \\
      --exposure ambush:groups.ambush.count=1,3 -n 100

Each point is the scenario with another number of vehicles in the group, another cruise speed of their card (km/h; its
maximum keeps the ratio), and another level of exposure: any value by its path that makes the way more dangerous. With
0 vehicles the group evacuates nobody. All points are played with the same luck. Repeat the command to resume.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo medical curve``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", help="a scenario file with a section `medical`, or a name from `chammo list`")
    parser.add_argument("--side", metavar="SIDE", help="side of the vehicles (default: that of the group)")
    parser.add_argument("--group", metavar="GROUP", help="group of unmanned transports (default: the only one)")
    parser.add_argument("--number", default="0,1,2,4", metavar="LIST", help="numbers of vehicles (default 0,1,2,4)")
    parser.add_argument("--speed", metavar="LIST", help="cruise speeds, km/h (default: as on the card)")
    parser.add_argument("--exposure", metavar="[NAME:]PATH=LIST", help="levels of a value that exposes the vehicles")
    parser.add_argument("--baseline", nargs="+", default=[], metavar="PATH=VALUE", help="values of all points")
    parser.add_argument("--measure", metavar="NAME", help="the measure in question (default: deaths of the side)")
    parser.add_argument("-n", type=int, metavar="N", help="replications of a point (default 40)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curve into FILE too")
    parser.set_defaults(also=None, better=None, margin=None, cost=None)
    add_experiment_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo medical curve``."""
    from dataclasses import replace

    from scenarios.experiments.compare import ask
    from scenarios.experiments.evacuation_curve import KMH, curve_plan, curve_rows, find_vehicles
    from scenarios.experiments.evacuation_curve_text import curve_json, curve_lines, draw_curve
    from scenarios.experiments.plan import plan_in_scenario
    from simcore.plugins import warn
    from simcore.recording.files import json_text, write_text

    plan = plan_in_scenario(arguments.scenario, arguments.baseline)
    plan = with_arguments(replace(plan, replications=40), arguments)
    vehicles = find_vehicles(plan.base, arguments.side, arguments.group)
    numbers = _levels("--number", arguments.number, int, "whole numbers; give for example 0,1,2,4")
    speeds = [float(f"{KMH * vehicles.cruise_mps:.4g}")]
    if arguments.speed:
        speeds = _levels("--speed", arguments.speed, float, "speeds in km/h; give for example 10,20,40")
    exposure = _exposure(arguments.exposure, plan.base) if arguments.exposure else None
    plan, points = curve_plan(plan, vehicles, numbers, speeds, exposure)
    if arguments.speed and vehicles.others:
        shared = ", ".join(vehicles.others)
        warn(f"warning: --speed changes {shared} too: the same card {vehicles.card}; give the group its own card")
    name = exposure.name if exposure is not None else ""
    with open_session(plan, arguments, "curve", may_repeat=True) as session:
        question = ask(session.conditions, plan.measure or f"{vehicles.side}_deaths", plan.better)
        session.play([0] + [plan.replications] * len(points))
        rows = curve_rows(session, points, question)
        found = curve_json(rows, name)
        session.complete({"curve": found})
        roster = session.conditions.baseline.compiled.roster
        title = f"{roster.title or roster.scenario}: {vehicles.group}"
        if arguments.svg is not None:
            write_text(arguments.svg, draw_curve(rows, name, title))
        if arguments.json:
            about = {"folder": str(session.folder), "seed": plan.seed, "n": plan.replications}
            print(json_text({**about, "side": vehicles.side, "group": vehicles.group, **found}))
        else:
            print(f"{title} of {vehicles.side}, {plan.replications} replications each, seed {plan.seed}\n")
            print("\n".join(curve_lines(rows, name)))
            print(f"\n{session.folder}/replications.parquet    a row per point and replication")
    if arguments.svg is not None:
        print(f"wrote {arguments.svg}", file=sys.stderr)
    return 0


def _levels(option: str, text: str, read: Callable[[str], Number], wanted: str) -> list[Number]:
    """Return the levels that an option lists."""
    from simcore.errors import InputError

    try:
        return [read(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"{option} {text}: not a list of {wanted}") from None


def _exposure(text: str, base: "Base") -> "Factor":
    """Return the factor of the exposure; it has levels."""
    from scenarios.experiments.evacuation_curve import NUMBER, SPEED
    from scenarios.experiments.factors import factor_of_entry, read_factor
    from simcore.errors import InputError

    factor = factor_of_entry(read_factor(text), base)
    if not factor.levels:
        raise InputError(f"--exposure {text}: a range; give levels, for example PATH=1,2,4")
    if factor.name in (NUMBER, SPEED):
        raise InputError(f"--exposure {text}: the name {factor.name} is taken; give another")
    return factor


CURVE = NamedCommand(
    name="curve",
    summary="play the trade curve of deaths against number, speed and exposure of unmanned evacuation vehicles",
    configure=configure,
    execute=execute,
)
