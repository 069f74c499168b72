"""``chammo medical plan``: casualties, beds, blood and vehicles for a force and an intensity."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from logistics.commands.named_command import NamedCommand
from logistics.commands.output import show

_EXAMPLES = """examples:
  chammo medical plan --population 5000 --intensity combat --days 30
  chammo medical plan --population 5000 --set killed_share=0.16 --set fighting_h_per_d=4
  chammo medical plan --population 800 --have role2_tables=1 --have role2_intensive=4 --level 0.9 --svg beds.svg
  cat > forces.csv <<END
  formation,population,intensity,wia_per_1000_per_d,wia_sd_per_1000_per_d,disease_per_1000_per_d,first_day,days
  brigade,4000,heavy,,,1.2,1,5
  brigade,4000,light,,,1.2,6,25
  ship,320,,0.8,4,0.5,1,30
  END
  chammo medical plan forces.csv
  chammo medical plan forces.csv --show-factors

A row for each formation, or for each of its phases. A named intensity, or mean and standard deviation of the wounded
per 1000 and day; without disease_per_1000_per_d the factor. Factors (--factors FILE with the columns name and value,
--set NAME=VALUE) are rates, shares and times; --show-factors lists them with their sources. All numbers are exact for
the stated laws: rates of days are gamma, independent between days and formations (split a large force), counts Poisson;
patients do not wait.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo medical plan``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="CSV table of the formations")
    parser.add_argument("--population", type=int, metavar="N", help="people, without a FILE")
    parser.add_argument("--intensity", metavar="NAME", help="light, combat or heavy, without a FILE (default combat)")
    parser.add_argument("--days", type=int, default=30, metavar="D", help="days where the file gives none (default 30)")
    parser.add_argument("--level", type=float, default=0.95, metavar="P", help="probability of enough (default 0.95)")
    parser.add_argument("--factors", type=Path, metavar="FILE", help="CSV table of factors: name, value")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a factor; may be repeated")
    parser.add_argument(
        "--have", action="append", default=[], metavar="NEED=N", help="places or vehicles at hand; may be repeated"
    )
    parser.add_argument("--show-factors", action="store_true", help="list the factors with their sources")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the beds by day into FILE too")


def execute(arguments: Namespace) -> int:
    """Run ``chammo medical plan``."""
    from logistics.medical.factors import PlanFactors, read_factors, read_setting
    from logistics.medical.files import MOST_DAYS, formation_of, read_forces
    from logistics.medical.plan_report import draw_plan, factor_lines, plan_json, plan_lines
    from logistics.medical.planning import make_plan
    from simcore.errors import InputError

    if (arguments.file is None) == (arguments.population is None):
        raise InputError("plan: give a FILE with formations, or --population and --intensity; one of the two")
    if arguments.file is not None and arguments.intensity is not None:
        raise InputError("--intensity: the FILE has its own; leave it out")
    if not 1 <= arguments.days <= MOST_DAYS:
        raise InputError(f"--days {arguments.days}: out of range; give 1 to {MOST_DAYS}")
    if not 0.5 <= arguments.level <= 0.9999:
        raise InputError(f"--level {arguments.level:g}: out of range; give 0.5 to 0.9999")
    places = _places(arguments.have)
    given = read_factors(arguments.factors) if arguments.factors is not None else {}
    factors = PlanFactors(given | dict(read_setting(text) for text in arguments.set))
    if arguments.file is not None:
        formations = read_forces(arguments.file, arguments.days, factors)
    else:
        intensity = arguments.intensity or "combat"
        formations = [formation_of("force", arguments.population, intensity, arguments.days, factors)]
    plan = make_plan(formations, factors)

    def lines() -> list[str]:
        factors_shown = ["", *factor_lines(plan)] if arguments.show_factors else []
        return [*plan_lines(plan, arguments.level, places), *factors_shown]

    return show(
        arguments,
        draw=lambda: draw_plan(plan, arguments.level),
        data=lambda: plan_json(plan, arguments.level, places),
        lines=lines,
    )


def _places(texts: list[str]) -> dict[str, int]:
    """Return the numbers at hand by the key of their need."""
    from logistics.medical.pathways import NEEDS
    from logistics.tables.columns import nearest_name
    from simcore.errors import InputError

    keys = [need.key for need in NEEDS]
    found: dict[str, int] = {}
    for text in texts:
        key, _, number = text.partition("=")
        if key not in keys:
            raise InputError(f"--have {text}: no such need; {nearest_name(key, keys, ', '.join(keys))}")
        if not number.isdecimal() or int(number) > 1_000_000:
            raise InputError(f"--have {text}: not a number from 0; write for example {key}=4")
        if key in found:
            raise InputError(f"--have {key}: given twice; keep one of them")
        found[key] = int(number)
    return found


PLAN = NamedCommand(
    name="plan",
    summary="estimate casualties, beds, blood and vehicles with intervals for a force and an intensity",
    configure=configure,
    execute=execute,
)
