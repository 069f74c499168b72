"""``chammo maintenance policy``: when to replace, how often to inspect, how many crews."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from logistics.commands.named_command import NamedCommand
from logistics.commands.output import show

if TYPE_CHECKING:
    from logistics.maintenance.control_limit import InspectionCosts
    from logistics.maintenance.files import Case, FittedCases

_EXAMPLES = """examples:
  chammo maintenance policy --weibull 2.5,1000 --preventive 1 --failure 5
  chammo maintenance policy --gamma 3,400 --preventive 2 --failure 12 --downtime
  chammo maintenance policy --wear 1,1,20 --interval 1,5 --inspection 0.05 --preventive 1 --failure 5 --svg wear.svg
  chammo maintenance policy --machines 10 --crews 1,2,3 --mtbf 50 --mttr 10 --down-cost 100 --crew-cost 40
  cat > components.csv <<END
  component,beta,eta_h,wear_shape_per_h,wear_scale,wear_limit,interval_d,inspection_cost,preventive_cost,failure_cost
  rotor,3.2,400,,,,,,900,5000
  radio,1,2500,,,,,,300,800
  bearing,,,0.05,1,20,1,5,400,3000
  END
  chammo maintenance policy components.csv --svg policies.svg

Age replacement for lifetimes (Weibull: beta, eta; gamma: gamma_shape, gamma_scale), a control limit for gamma wear
(wear_shape per time, wear_scale, wear_limit, interval). In a file times end in _h, _d or _y and rates in _per_h, _per_d
or _per_y; options are in hours. A file of `chammo maintenance fit --out` takes the costs from the options: `policy
laws.json --preventive 1 --failure 5`; so does a run folder. --interval takes several to compare. Costs in any currency.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of ``chammo maintenance policy``."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="CSV table of components, fitted laws (JSON), or a run folder, whose lives are fitted",
    )
    parser.add_argument("--component", metavar="NAME", help="component of the fitted laws (default: all)")
    parser.add_argument("--weibull", metavar="BETA,ETA_H", help="shape and scale [h] of a Weibull lifetime")
    parser.add_argument("--gamma", metavar="SHAPE,SCALE_H", help="shape and scale [h] of a gamma lifetime")
    parser.add_argument(
        "--wear", metavar="SHAPE_PER_H,SCALE,LIMIT", help="gamma process: shape per hour, scale, failure limit"
    )
    parser.add_argument("--preventive", type=float, metavar="COST", help="cost of a replacement before failure")
    parser.add_argument("--failure", type=float, metavar="COST", help="cost of a failure and its replacement")
    parser.add_argument("--downtime", action="store_true", help="the costs are hours down: show the availability")
    parser.add_argument("--interval", metavar="H[,H...]", help="inspection intervals to compare, with --wear")
    parser.add_argument("--inspection", type=float, default=0.0, metavar="COST", help="cost of an inspection (0)")
    parser.add_argument("--down", type=float, default=0.0, metavar="COST", help="cost per hour failed, not found (0)")
    parser.add_argument("--seen-at-once", action="store_true", help="a failure is seen at once, not when inspected")
    parser.add_argument("--machines", type=int, metavar="N", help="number of machines that crews repair")
    parser.add_argument("--crews", default="1,2,3", metavar="LIST", help="numbers of crews to compare (1,2,3)")
    parser.add_argument("--mtbf", type=float, metavar="H", help="mean operating time between failures, per machine")
    parser.add_argument("--mttr", type=float, metavar="H", help="mean time of a repair by a crew")
    parser.add_argument("--down-cost", type=float, metavar="COST", help="cost per hour of a machine down")
    parser.add_argument("--crew-cost", type=float, metavar="COST", help="cost per hour of a crew")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the costs, or the availability, into FILE too")


def execute(arguments: Namespace) -> int:
    """Run ``chammo maintenance policy``."""
    from logistics.maintenance.report import best_policy, draw_policies, policy_json, policy_lines
    from simcore.errors import InputError

    if sum(_given(arguments)) != 1:
        raise InputError("policy: give one of FILE, --weibull, --gamma, --wear and --machines")
    if arguments.machines is not None:
        return _crews(arguments)
    fitted = _fitted(arguments)
    cases = list(fitted.cases) if fitted is not None else _cases(arguments)
    unit = fitted.unit if fitted is not None else "h"
    if arguments.downtime:
        from logistics.maintenance.files import WearCase

        for case in cases:
            if isinstance(case, WearCase):
                raise InputError(
                    f"--downtime: {case.name} has wear, whose policy counts in costs; leave --downtime out"
                )
    policies = [best_policy(case) for case in cases]

    def data() -> dict[str, object]:
        rows = [policy_json(case, policy) for case, policy in zip(cases, policies, strict=True)]
        return {"schema_version": 1, "policies": rows}

    def lines() -> list[str]:
        found = policy_lines(cases, policies, is_downtime=arguments.downtime, unit=unit)
        if fitted is not None:
            found += ["", *(f"  {case.name}: {text}" for case, text in zip(cases, fitted.verdicts, strict=True))]
        return found

    return show(arguments, draw=lambda: draw_policies(cases, policies, unit), data=data, lines=lines)


def _given(arguments: Namespace) -> list[bool]:
    names = ("file", "weibull", "gamma", "wear", "machines")
    return [getattr(arguments, name) is not None for name in names]


def _fitted(arguments: Namespace) -> "FittedCases | None":
    """Return the components of a file of fitted laws, None without one."""
    from logistics.maintenance.files import read_fitted
    from simcore.errors import InputError

    is_run = arguments.file is not None and arguments.file.is_dir()
    if arguments.file is None or (arguments.file.suffix.lower() != ".json" and not is_run):
        if arguments.component is not None:
            raise InputError("--component: only for fitted laws (a JSON file or a run folder); leave it out")
        return None
    intervals = () if arguments.interval is None else tuple(_numbers("--interval", arguments.interval))
    if arguments.file.is_dir():
        return _fitted_to_run(arguments, intervals)
    return read_fitted(arguments.file, _costs(arguments), intervals, arguments.component)


def _fitted_to_run(arguments: Namespace, intervals: tuple[float, ...]) -> "FittedCases":
    """Return the components of a run folder by the laws fitted to their lives."""
    from logistics.commands.log_options import show_notes
    from logistics.logs.reading import check_positive_lives, read_log
    from logistics.maintenance.files import fitted_cases
    from logistics.reliability.lifetimes import as_document, fit_lifetimes

    costs = _costs(arguments)
    log = read_log(arguments.file)
    show_notes(log, quiet=False)
    check_positive_lives(log)
    document = as_document(fit_lifetimes(log), log.time_unit)
    return fitted_cases(document, arguments.file, costs, intervals, arguments.component)


def _costs(arguments: Namespace) -> "InspectionCosts":
    from logistics.maintenance.control_limit import InspectionCosts
    from simcore.errors import InputError

    if arguments.preventive is None or arguments.failure is None:
        raise InputError("policy: no costs; give --preventive COST and --failure COST")
    return InspectionCosts(
        arguments.preventive, arguments.failure, arguments.inspection, arguments.down, arguments.seen_at_once
    )


def _cases(arguments: Namespace) -> "list[Case]":
    """Return the components of the file, or the one of the options."""
    from logistics.maintenance.control_limit import GammaWear
    from logistics.maintenance.files import AgeCase, WearCase, read_components
    from logistics.maintenance.lifetimes import GammaLife, WeibullLife
    from simcore.errors import InputError

    if arguments.file is not None:
        return read_components(arguments.file)
    costs = _costs(arguments)
    if arguments.weibull is not None:
        beta, eta = _numbers("--weibull", arguments.weibull, 2)
        return [AgeCase("Weibull", WeibullLife(beta, eta), costs.preventive, costs.failure)]
    if arguments.gamma is not None:
        shape, scale = _numbers("--gamma", arguments.gamma, 2)
        return [AgeCase("gamma", GammaLife(shape, scale), costs.preventive, costs.failure)]
    if arguments.interval is None:
        raise InputError("--wear: no inspection interval; give --interval H")
    wear = GammaWear(*_numbers("--wear", arguments.wear, 3))
    return [WearCase("wear", wear, costs, tuple(_numbers("--interval", arguments.interval)))]


def _crews(arguments: Namespace) -> int:
    from logistics.maintenance.crews import crew_costs, crew_results
    from logistics.maintenance.report import crew_json, crew_lines, draw_crews
    from simcore.errors import InputError

    if arguments.mtbf is None or arguments.mttr is None:
        raise InputError("--machines: no failures and repairs; give --mtbf H and --mttr H")
    crews = _numbers("--crews", arguments.crews)
    if any(c != int(c) or not 1 <= c <= 100_000 for c in crews) or not 1 <= arguments.machines <= 100_000:
        raise InputError("--machines, --crews: out of range; give whole numbers from 1 to 100000")
    results = crew_results(arguments.machines, [int(c) for c in crews], arguments.mtbf, arguments.mttr)
    costs = None
    if (arguments.down_cost is None) != (arguments.crew_cost is None):
        raise InputError("--down-cost, --crew-cost: one of them alone; give both or neither")
    if arguments.down_cost is not None:
        costs = crew_costs(results, arguments.machines, down_cost=arguments.down_cost, crew_cost=arguments.crew_cost)

    def data() -> dict[str, object]:
        rows = [crew_json(result, None if costs is None else costs[k]) for k, result in enumerate(results)]
        return {"schema_version": 1, "machines": arguments.machines, "crews": rows}

    return show(arguments, draw=lambda: draw_crews(results), data=data, lines=lambda: crew_lines(results, costs))


def _numbers(option: str, text: str, n: int | None = None) -> list[float]:
    """Return the numbers of a list with commas, ``n`` of them if given."""
    from simcore.errors import InputError

    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or (n is not None and len(numbers) != n):
        example = ",".join(("1", "2", "3")[: n or 3])
        kind = f"{n} numbers" if n else "a list of numbers"
        raise InputError(f"{option} {text}: not {kind} with commas between; give for example {example}")
    return numbers


POLICY = NamedCommand(
    name="policy",
    summary="find the best replacement age, control limit with inspections, or number of repair crews",
    configure=configure,
    execute=execute,
)
