"""``chammo run``: play a scenario once, record it and report the outcome; or verify a recorded run."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.command import Command

if TYPE_CHECKING:  # imported by the command that needs it
    from scenarios.run.outcome import Outcome
    from scenarios.run.policies import PolicyChoice

DEFAULT_FOLDER = Path("runs")
_STAFF_SECONDS = 3.0
_AS_IN_THE_FILE = "file"

_EXAMPLES = """examples:
  chammo run joint-littoral-defence
  chammo run joint-littoral-defence --seed 7 --blue defend --policy red=assault:speed=0.6
  chammo run harbour-swarm --staff blue --approve ask --staff-seconds 2
  chammo run my-scenario.yaml --out runs/mine --record-interval 30 --json
  chammo run --verify runs/mine
  chammo run --from runs/my-batch --replication 137
  chammo run --from runs/my-comparison --point red=cautious --replication 12
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo run``."""
    parser.epilog = _EXAMPLES
    parser.add_argument("scenario", nargs="?", help="a scenario file, or a name from `chammo list`")
    add_play_arguments(parser)
    parser.add_argument("--replication", type=int, metavar="K", help="replication number (default 0)")
    parser.set_defaults(seed=None)  # with --from and --verify those of the folder
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="run folder to write (default: new in runs/)")
    parser.add_argument("--force", action="store_true", help="replace the run in FOLDER once the new run is complete")
    parser.add_argument(
        "--record-interval", type=float, metavar="SECONDS", help="time between frames (default: the scenario's)"
    )
    parser.add_argument(
        "--live",
        action="store_true",
        help="write frames out sooner, for `chammo replay FOLDER` to follow the run while it is played",
    )
    parser.add_argument("--no-record", action="store_true", help="write nothing, only report the outcome")
    add_staff_arguments(parser)
    parser.add_argument("--all", action="store_true", help="print losses by type, every turning point, ammunition")
    parser.add_argument("--short", action="store_true", help="print the verdict, objectives and losses only")
    parser.add_argument("--json", action="store_true", help="print manifest, measures and outcome as JSON")
    parser.add_argument(
        "--from",
        dest="origin",
        type=Path,
        metavar="FOLDER",
        help="play a replication of a batch, comparison, sweep or medical curve again, record it and compare it with "
        "its row",
    )
    parser.add_argument("--point", metavar="NAME", help="variant or point of the folder of --from")
    parser.add_argument(
        "--verify", type=Path, metavar="FOLDER", help="replay a recorded run and compare the final states"
    )


def add_play_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments shared by ``run`` and ``batch``."""
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    for side in ("blue", "red"):
        parser.add_argument(f"--{side}", metavar="POLICY", help=f"policy of {side}, in place of the scenario's")
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="SIDE=POLICY[:PARAMETER=VALUE,...]",
        help="policy of any side, with parameters; may be repeated",
    )
    parser.add_argument(
        "--maintenance",
        action="append",
        default=[],
        metavar="SIDE=POLICY[:PARAMETER=VALUE,...]",
        help="maintenance policy of a side, where the scenario has sustainment; may be repeated",
    )
    parser.add_argument(
        "--supply",
        action="append",
        default=[],
        metavar="SIDE=POLICY[:PARAMETER=VALUE,...]",
        help="supply policy of a side, where the scenario counts supplies: reorder or none; may be repeated",
    )
    parser.add_argument(
        "--medical",
        action="append",
        default=[],
        metavar="SIDE=POLICY[:PARAMETER=VALUE,...]",
        help="medical policy of a side that evacuates casualties: nearest-first, severity-first or look-ahead; may be "
        "repeated",
    )
    parser.add_argument(
        "--sustainment",
        choices=("on", "off", "file"),
        default=_AS_IN_THE_FILE,
        help="on: platforms wear out by their cards and are repaired at hosts and command posts, also where the file "
        "has no section sustainment; off: nothing wears out; file (default): as in the file",
    )


def add_staff_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of a staff."""
    parser.add_argument("--staff", metavar="SIDE", help="side that a staff advises during the fight")
    parser.add_argument(
        "--approve",
        choices=("ask", "auto", "never"),
        help="decision on its advice: ask on the terminal (default), approve all, or follow none",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--staff-rollouts", type=int, metavar="N", help="rollouts of an advice: the same bits each time"
    )
    budget.add_argument("--staff-seconds", type=float, metavar="S", help="time for an advice instead (default 3 s)")


def logistics_options(arguments: argparse.Namespace) -> dict[str, list[str]]:
    """Return the policies of logistics given by their options."""
    return {"maintenance": arguments.maintenance, "supply": arguments.supply, "medical": arguments.medical}


def play_options(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the policies given by ``--blue`` and ``--red``."""
    return {side: getattr(arguments, side) for side in ("blue", "red") if getattr(arguments, side)}


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo run``."""
    if arguments.verify is not None:
        _refuse(arguments, "--verify", (*_OF_A_FOLDER, *_OF_A_RECORDING), "the folder is played again as it is")
        return _verify(arguments)
    arguments.replication = arguments.replication or 0
    if arguments.origin is not None:
        _refuse(arguments, "--from", _OF_A_FOLDER, "the folder has its own")
        return _play_again(arguments)
    arguments.seed = 1 if arguments.seed is None else arguments.seed
    from simcore.errors import InputError
    from simcore.plugins import warn

    if arguments.point is not None:
        raise InputError(f"--point {arguments.point}: needs the folder of a comparison or sweep; add --from FOLDER")
    if not arguments.scenario:
        raise InputError("run: no scenario; give a file or a name from `chammo list`, or --verify FOLDER")
    from scenarios.loader import load_again
    from scenarios.run.play import run_scenario
    from scenarios.run.policies import choose_policies, outside_warnings
    from scenarios.run.progress import prepare_engine
    from scenarios.show.screen import show

    compiled = load_again(arguments.scenario, sustainment=arguments.sustainment)
    for warning in compiled.warnings:
        warn(f"warning: {warning}")
    choices = choose_policies(compiled.roster, arguments.policy, play_options(arguments), logistics_options(arguments))
    choices = _with_staff(choices, arguments)
    prepare_engine(compiled.params)
    for note in outside_warnings(choices, compiled):
        warn(f"warning: {note}")
    folder = None
    if not arguments.no_record:
        folder = arguments.out or _free_folder(compiled.roster.scenario, arguments.seed, arguments.replication)
        if arguments.live and not arguments.json:
            print(f"Recording to {folder}; follow it from another terminal: chammo replay {folder}\n", flush=True)
    result = run_scenario(
        compiled,
        choices,
        seed=arguments.seed,
        replication=arguments.replication,
        folder=folder,
        force=arguments.force,
        record_interval_s=arguments.record_interval,
        live=arguments.live,
    )
    if arguments.json:
        from simcore.recording.files import json_text

        out = str(result.folder) if result.folder else None
        outcome = result.outcome.as_json()
        print(json_text({"folder": out, "manifest": result.manifest, "measures": result.measures, "outcome": outcome}))
        return 0
    lines = _told(arguments, result.outcome)
    lines += [
        "",
        f"seed {arguments.seed}, replication {arguments.replication}; computed in {result.manifest['wall_s']} s",
    ]
    show([*lines, *_next_steps(arguments, result.folder)], compiled.roster.sides)
    return 0


def _told(arguments: argparse.Namespace, outcome: "Outcome") -> list[str]:
    """Return the outcome in as many words as asked for."""
    from scenarios.run.outcome import outcome_lines
    from scenarios.show.screen import screen

    return outcome_lines(outcome, screen().width, is_short=arguments.short, is_brief=not arguments.all)


_OF_A_FOLDER = (
    *("scenario", "seed", "blue", "red", "policy", "maintenance", "supply", "medical", "sustainment"),
    *("staff", "approve", "staff_rollouts", "staff_seconds"),
)
"""Arguments that a folder of results decides."""
_OF_A_RECORDING = ("origin", "point", "replication", "out", "force", "record_interval", "live", "no_record")


def _refuse(arguments: argparse.Namespace, option: str, names: Sequence[str], reason: str) -> None:
    """Raise ``InputError`` for arguments that contradict ``option``."""
    from simcore.errors import InputError

    given = [name for name in names if _is_given(name, getattr(arguments, name))]
    flags = ["--from" if name == "origin" else f"--{name.replace('_', '-')}" for name in given]
    if flags:
        listed = ", ".join(flags).replace("--scenario", "scenario")
        raise InputError(f"run {option}: {listed}: {reason}; leave {'it' if len(flags) == 1 else 'them'} out")


def _is_given(name: str, value: Any) -> bool:
    """Return whether an argument differs from its default; a seed of 0 does."""
    return (
        value is not None and value is not False and value != [] and (name, value) != ("sustainment", _AS_IN_THE_FILE)
    )


def _with_staff(choices: Sequence["PolicyChoice"], arguments: argparse.Namespace) -> Sequence["PolicyChoice"]:
    """Return the policies with a staff for the side of ``--staff``: its own policy commands until advice is approved.

    The staff is the policy ``staff``, found by name like any other.
    """
    from scenarios.format.names import advice
    from scenarios.run.policies import policy_text
    from simcore.errors import InputError
    from simcore.types import N_BELLIGERENTS

    side: str | None = arguments.staff
    if side is None:
        for option in ("approve", "staff_rollouts", "staff_seconds"):
            if getattr(arguments, option) is not None:
                raise InputError(f"--{option.replace('_', '-')}: needs a side with a staff; add --staff SIDE")
        return choices
    fighting = {choice.side: choice for choice in choices[:N_BELLIGERENTS]}
    own = fighting.get(side)
    if own is None:
        raise InputError(f"--staff {side}: no such side fights; {advice(side, set(fighting))}")
    if own.name == "staff":
        raise InputError(f"--staff {side}: the policy of the side is a staff already; give --staff or --policy")
    budget: dict[str, object] = {"rollouts": arguments.staff_rollouts}
    if arguments.staff_rollouts is None:
        budget = {"budget_s": _STAFF_SECONDS if arguments.staff_seconds is None else arguments.staff_seconds}
    parameters = {"approve": arguments.approve or "ask", **budget, "base": policy_text(own.name, own.parameters)}
    return [replace(own, name="staff", parameters=parameters) if choice is own else choice for choice in choices]


def _free_folder(scenario: str, seed: int, replication: int) -> Path:
    name = f"{scenario}-seed{seed}-{replication}"
    folder, k = DEFAULT_FOLDER / name, 1
    while folder.exists():
        k += 1
        folder = DEFAULT_FOLDER / f"{name}-{k}"
    return folder


def _next_steps(arguments: argparse.Namespace, folder: Path | None) -> list[str]:
    lines = ["", "Next" if arguments.all else "Next (--all prints losses by type, every turning point, ammunition)"]
    if folder is not None:
        lines.append(f"  chammo replay {folder}    watch it")
        lines.append(f"  chammo run --verify {folder}    prove that it is reproducible")
    lines.append(f"  chammo batch {arguments.scenario} -n 200    see how often it ends this way")
    return lines


def _verify(arguments: argparse.Namespace) -> int:
    from scenarios.run.play_again import verify_run

    check = verify_run(arguments.verify)
    if arguments.json:
        report = {"folder": str(arguments.verify), "same": check.is_same, "recorded": check.recorded}
        more = {"differences": list(check.differences), "changed_versions": list(check.changed_versions)}
        print(json.dumps({**report, "recomputed": check.recomputed, **more}))
    elif check.is_same:
        orders = "1 order" if check.n_orders == 1 else f"{check.n_orders} orders"
        print(f"{arguments.verify}: the same to the last bit; state {check.recomputed} after {orders}")
    else:
        print(f"{arguments.verify}: NOT the same: recorded state {check.recorded}, computed now {check.recomputed}")
        _print_differences(check.differences, check.changed_versions, "run")
    return 0 if check.is_same else 1


def _play_again(arguments: argparse.Namespace) -> int:
    from scenarios.batch.again import find_replication
    from scenarios.run.play import run_scenario
    from scenarios.run.progress import prepare_engine
    from scenarios.show.screen import show

    origin = find_replication(arguments.origin, arguments.replication, arguments.point)
    prepare_engine(origin.condition.compiled.params)
    result = run_scenario(
        origin.condition.compiled,
        origin.condition.choices,
        seed=origin.seed,
        replication=origin.replication,
        folder=None if arguments.no_record else arguments.out or origin.run_folder,
        force=arguments.force,
        record_interval_s=arguments.record_interval,
        live=arguments.live,
    )
    differences = origin.differences(result)
    if arguments.json:
        report = {"folder": str(result.folder) if result.folder else None, "same": not differences}
        more = {"differences": differences, "changed_versions": list(origin.changed_versions)}
        outcome = result.outcome.as_json()
        print(json.dumps({**report, **more, "manifest": result.manifest, "outcome": outcome}))
        return 1 if differences else 0
    show(_told(arguments, result.outcome), origin.condition.compiled.roster.sides)
    print(f"\nseed {origin.seed}, replication {origin.replication} of {origin.folder}")
    if not differences:
        print(f"the same to the last bit as its row; state {result.manifest['state_hash']}")
    else:
        print("NOT the same as its row:")
        _print_differences(differences, origin.changed_versions, "batch")
    if result.folder is not None:
        print(f"\nNext\n  chammo replay {result.folder}    watch it")
    return 1 if differences else 0


def _print_differences(differences: Sequence[str], changed: Sequence[str], source: str) -> None:
    for difference in differences[:10]:
        print(f"  {difference}")
    if len(differences) > 10:
        print(f"  and {len(differences) - 10} more")
    if changed:
        print("  versions differ: " + "; ".join(changed))
        print(f"  use the versions of the recorded {source}, or run the scenario again with the current versions")
    else:
        print("  the versions are the same: the manifest was changed, or this is a defect; please report it")


RUN = Command(summary="play a scenario once, record it and report the outcome", configure=configure, execute=execute)
