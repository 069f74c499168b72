"""``chammo validate`` and ``chammo schema``."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from scenarios.command import Command
from simcore.errors import InputError, ScenarioError, WargameError
from simcore.plugins import warn

if TYPE_CHECKING:
    from scenarios.compiler.scenario import Compiled


def _configure_validate(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="scenario file, or name of a library scenario")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.epilog = (
        "example:\n  chammo validate two-patrols joint-littoral-defence\n\n"
        "A time step too long for a quantity of the file causes a warning.\nexit code: 0 or 2 (a file is invalid)"
    )


def _validate(options: Namespace) -> int:
    from scenarios.loader import load

    results: list[dict[str, Any]] = []
    for name in options.files:
        try:
            compiled = load(name)
        except ScenarioError as error:
            results.append({"file": name, "ok": False, "problems": error.problems})
        except InputError as error:
            results.append({"file": name, "ok": False, "problems": [str(error)]})
        else:
            result: dict[str, Any] = {"file": name, "ok": True, "problems": _policy_problems(name, compiled)}
            result["ok"] = not result["problems"]
            result |= {"warnings": compiled.warnings, "units": len(compiled.roster.units)}
            results.append(result | {"hash": compiled.scenario.hash})
    if options.json:
        print(json.dumps(results, indent=2, ensure_ascii=False))
    else:
        for result in results:
            _report(result)
    return 0 if all(result["ok"] for result in results) else 2


def _policy_problems(name: str, compiled: "Compiled") -> list[str]:
    """Return the problems of the policies named in the file: names, parameters; for the chosen ones, reset."""
    from scenarios.run.logistics import LogisticsChoice, build_chairs
    from scenarios.run.policies import PolicyChoice, build_policies
    from simcore.policy_registry import find_policy

    problems: list[str] = []
    roster = compiled.roster
    for side, (policy, parameters), briefing in zip(roster.sides, roster.policies, compiled.briefings, strict=True):
        choice = PolicyChoice(side, policy, dict(parameters))
        if choice.name != "hold" or choice.parameters:  # plain "hold" does nothing and needs no check
            try:
                build_policies([choice], [briefing], 0, [0])
            except WargameError as error:
                problems.append(f"{name}: sides.{choice.side}.policy: {error}")
    for side, of_side in zip(roster.sides, roster.logistics, strict=True):
        for kind, (policy, parameters) in of_side.items():
            try:
                build_chairs([LogisticsChoice(side, kind, policy, parameters)], compiled, 0, [0])
            except WargameError as error:
                problems.append(f"{name}: sides.{side}.{kind}: {error}")
    for entry in compiled.scenario.content.intelligence:
        for doctrine in entry.expected_doctrines:
            try:
                find_policy(doctrine.name, doctrine.parameters)
            except WargameError as error:
                problems.append(f"{name}: intelligence.{entry.side}.doctrines.{doctrine.name}: {error}")
    return problems


def _report(result: dict[str, Any]) -> None:
    for warning in result.get("warnings", ()):
        warn(f"warning: {warning}")
    if result["ok"]:
        print(f"{result['file']}: valid ({result['units']} units, hash {str(result['hash'])[:12]})")
        return
    problems: list[str] = result["problems"]
    print("\n".join(problems), file=sys.stderr)
    print(f"{result['file']}: {len(problems)} problem{'s' * (len(problems) != 1)}", file=sys.stderr)


def _configure_schema(parser: ArgumentParser) -> None:
    kinds = ("scenario", "experiment", "question")  # those of scenarios.reference.scenario_format.FORMATS
    parser.add_argument("kind", nargs="?", default="scenario", choices=kinds, help="format (default: scenario)")
    parser.add_argument("--markdown", action="store_true", help="print the reference page instead of JSON Schema")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of the terminal")
    parser.epilog = "examples:\n  chammo schema -o scenario.schema.json\n  chammo schema question --markdown"


def _schema(options: Namespace) -> int:
    from scenarios.format.schema.json_schema import json_schema
    from scenarios.reference.scenario_format import FORMATS, reference_page

    kind: str = options.kind
    if options.markdown:
        text = reference_page(kind)
    else:
        text = json.dumps(json_schema(FORMATS[kind].model, FORMATS[kind].title), indent=2, ensure_ascii=False) + "\n"
    if options.output is not None:
        from pathlib import Path

        from simcore.recording.files import write_text

        write_text(Path(options.output), text)
    else:
        print(text, end="")
    return 0


VALIDATE = Command("check scenario files and list all their problems", _configure_validate, _validate)
SCHEMA = Command(
    "print the JSON Schema of a scenario, an experiment or a question, for editors", _configure_schema, _schema
)
