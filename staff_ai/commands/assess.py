"""``chammo assess``: the safety evaluation of a commander."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.command import Command

if TYPE_CHECKING:
    from staff_ai.assess.items import Item

MORE = 16
"""Greatest number of games by default, as a multiple of those of the first look."""

_EXAMPLES = """examples:
  chammo assess cautious --on two-patrols --games 20
  chammo assess harbour-commander --on harbour-swarm --out runs/harbour-assessment
  chammo assess my_agent.py:Agent --on night-strait --items 1,5,9,16 --gates my-gates.yaml
  chammo assess staff:rollouts=40 --on two-patrols --games 8 --items calibration,coverage,human-control

A gate that is open after --games is looked at again after twice as many games, and so on up to --games-max. A class in
a file runs in a process of its own, with limits of time and memory. The same command again goes on where an interrupted
one stopped. Exit code 1: a gate fails. The report is aligned with public frameworks; it is no proof of compliance with
any.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo assess``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("policy", metavar="POLICY", help="name, name:parameter=value, or FILE.py:Class")
    parser.add_argument(
        "--on", metavar="SCENARIO", help="scenario or ranges (default: that of the training, or two-patrols)"
    )
    parser.add_argument("--side", help="the chair (default: that of the training, or the first)")
    parser.add_argument(
        "--against", action="append", metavar="POLICY", help="an enemy (default: the doctrines, two of them held out)"
    )
    parser.add_argument("--games", type=int, default=20, metavar="N", help="games against each enemy (default 20)")
    parser.add_argument(
        "--games-max", type=int, metavar="N",
        help="games to which a gate that is open may take its item (default: 16 times --games; that number: no more)",
    )  # fmt: skip
    parser.add_argument("--budget", type=int, default=400, metavar="N", help="games of each search (default 400)")
    parser.add_argument("--items", metavar="LIST", help="numbers or names of items, with commas (default: all 18)")
    parser.add_argument("--gates", type=Path, metavar="FILE", help="YAML file that changes some of the gates")
    parser.add_argument("--baseline", metavar="POLICY", help="former version, for the item on regression")
    parser.add_argument("--drill", type=Path, metavar="FILE", help="answers of a drill, CSV: planted, accepted")
    parser.add_argument("--seconds", type=float, default=10.0, help="time limit of a decision of a file (default 10)")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="memory limit of a file (default 2048)")
    parser.add_argument("--in-process", action="store_true", help="run a class in a file in this process: trust it")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder of the report (default runs/assess-POLICY)")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language of the page (default en)")
    parser.add_argument("--show-gates", action="store_true", help="print the gates as a file to edit, and stop")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo assess``."""
    from importlib.resources import files

    from agents.environments.opponents import OF_THE_FILE, TESTED_AGAINST, choose_named
    from agents.environments.settings import settings_of
    from scenarios.run.progress import prepare_engine
    from simcore.errors import InputError
    from simcore.policy_registry import find_policy
    from simcore.recording.files import check_new_folder, json_text, write_error, write_json, write_text
    from staff_ai.assess.assess import assess, chosen_items
    from staff_ai.assess.context import Context
    from staff_ai.assess.control import read_drill
    from staff_ai.assess.field import Field
    from staff_ai.assess.gates import read_gates
    from staff_ai.assess.kept import Kept
    from staff_ai.assess.page import assessment_page
    from staff_ai.assess.performance import BEST_SCRIPT
    from staff_ai.assess.report import closing_lines, item_lines, text_lines
    from staff_ai.assess.stranger import Limits
    from staff_ai.assess.subject import open_subject, trained_chair

    if arguments.show_gates:
        print(files("staff_ai").joinpath("assess", "gates.yaml").read_text(encoding="utf-8"), end="")
        return 0
    if arguments.games < 2:
        raise InputError(f"--games {arguments.games}: below 2; give the number of games against each enemy")
    if arguments.games_max is None:
        arguments.games_max = MORE * arguments.games
    if arguments.games_max < arguments.games:
        raise InputError(
            f"--games-max {arguments.games_max}: below --games {arguments.games}; give that number for a single look, "
            "or more"
        )
    if arguments.budget < 16:
        raise InputError(f"--budget {arguments.budget}: below 16; give the games of each search")
    if not arguments.seconds > 0.0 or arguments.memory < 512:
        raise InputError("--seconds and --memory: give a time above 0 s and 512 MiB or more")
    items, gates = chosen_items(arguments.items), read_gates(arguments.gates)
    if arguments.on is None:
        arguments.on, side_name = trained_chair(arguments.policy) or ("two-patrols", None)
        arguments.side = arguments.side or side_name
    settings = settings_of(arguments.on, side=arguments.side, split="test")
    side = settings.side_index
    against = tuple(arguments.against or TESTED_AGAINST)
    if BEST_SCRIPT in against:
        raise InputError(f"--against {BEST_SCRIPT}: is no policy; name the enemies, such as --against aggressive")
    for text, where in (
        *((one, "--against") for one in against),
        (gates.better_than, f"{arguments.gates}: better_than"),
    ):
        if text in (OF_THE_FILE, BEST_SCRIPT):
            continue
        try:
            choice = choose_named(settings.base, side, text)
            find_policy(choice.name, choice.parameters)
        except InputError as error:
            also = ", or best-script for the strongest script" if text == gates.better_than else ""
            raise InputError(f"{where}: {error}{also}") from None
    if arguments.drill is not None:
        read_drill(arguments.drill)
    out = arguments.out or Path("runs") / f"assess-{_slug(arguments.policy)}-{settings.base.roster.scenario}"
    check_new_folder(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(out, error) from None
    quiet = arguments.quiet or arguments.json
    prepare_engine(quiet=quiet)
    limits = Limits(arguments.seconds, arguments.memory)
    opened = []
    try:
        opened.append(open_subject(settings, arguments.policy, in_process=arguments.in_process, limits=limits))
        if arguments.baseline:
            opened.append(open_subject(settings, arguments.baseline, in_process=arguments.in_process, limits=limits))
        field = Field(settings, against, arguments.games)
        context = Context(
            field, opened[0], gates.bounds, gates.better_than, arguments.budget, opened[1] if len(opened) > 1 else None,
            arguments.drill, arguments.games_max,
        )  # fmt: skip

        def on_item(done: int, item: "Item | None") -> None:
            if item is not None and not quiet:
                print("\n".join(item_lines(item)), flush=True)
            if done < len(items) and not quiet:
                sys.stderr.write(f"assess: {done} of {len(items)} items finished, now {items[done]}\n")
                sys.stderr.flush()

        found = assess(context, gates, items, on_item, Kept(out, context))
    finally:
        for subject in opened:
            subject.close()
    write_json(out / "assessment.json", {**found.as_json(), "command": _command(arguments)})
    page = out / ("assessment.html" if arguments.lang == "en" else f"assessment.{arguments.lang}.html")
    write_text(page, assessment_page(found, _command(arguments), arguments.lang))
    if arguments.json:
        print(json_text(found.as_json()))
    else:
        # without --quiet the items were printed one by one
        print("\n".join(text_lines(found) if quiet else ["", *closing_lines(found)]))
        print(f"\n{page}    every number with its interval, the cases and the limits")
        print(f"{out}/assessment.json")
    return 1 if found.failed else 0


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in text)[:60].strip("-")


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that makes the report again."""
    words = ["chammo", "assess", arguments.policy, "--on", arguments.on, "--games", str(arguments.games)]
    words += ["--games-max", str(arguments.games_max), "--budget", str(arguments.budget)]
    for name in ("side", "items", "gates", "baseline", "drill"):
        value = getattr(arguments, name)
        if value is not None:
            words += [f"--{name}", str(value)]
    for text in arguments.against or ():
        words += ["--against", text]
    return shlex.join(words + (["--in-process"] if arguments.in_process else []))


ASSESS = Command(
    summary="assess the safety of a commander: eighteen items with gates, one report",
    configure=configure,
    execute=execute,
)
