"""``chammo train``: train a commander for scenarios and write it as a folder, playable without torch."""

import argparse
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.command import Command

if TYPE_CHECKING:
    from staff_ai.training.checkpoint import Progress
    from staff_ai.training.plan import Plan

_MINUTES = 10.0
_LINE_EVERY_S = 10.0

_EXAMPLES = """examples:
  chammo train night-strait -o runs/strait-commander --minutes 5
  chammo train two-patrols-ranges -o runs/patrol --side red --steps 200000 --seed 3
  chammo train harbour-swarm -o runs/harbour --imitate best --opponent hold --opponent cautious
  chammo run night-strait --policy blue=trained:runs/strait-commander

Needs torch and Stable-Baselines3: pip install chammo[rl]. The same command again resumes an interrupted or killed
training. With --steps alone equal commands give equal weights.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``chammo train``."""
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "scenarios", nargs="+", metavar="SCENARIO", help="files, library names, or ranges; `library` is all ranges"
    )
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FOLDER", help="folder of the policy")
    parser.add_argument("--side", help="learning side, or `both` (default: the first of each scenario)")
    parser.add_argument("--steps", type=int, metavar="N", help="choices to learn from, of all games together")
    parser.add_argument(
        "--minutes", type=float, metavar="M", help=f"time to learn (default {_MINUTES:g} unless --steps is given)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of weights, games and draws (default 0)")
    parser.add_argument(
        "--opponent",
        action="append",
        metavar="POLICY",
        help="policy of the other side, such as cautious, scenario or trained:FOLDER; repeatable "
        "(default: the doctrines not held out, and the plan of the file)",
    )
    parser.add_argument(
        "--imitate",
        metavar="DOCTRINE",
        help="imitate a doctrine first; `best` takes the best doctrine, `search` the best of doctrines and a schedule "
        "found by search, `hindsight` in each game the best of several schedules found by search",
    )
    parser.add_argument(
        "--doctrines",
        metavar="NAMES",
        help="doctrines as further choices of a group, such as aggressive,cautious; `all` for those of either chair",
    )
    parser.add_argument(
        "--vocabulary",
        default="verbs",
        metavar="NAME",
        help="choices of a group: `verbs`, or `targets` for contacts and places alone (default verbs)",
    )
    parser.add_argument(
        "--search-games",
        type=int,
        default=1000,
        metavar="N",
        help="games a chair to search schedules, with `search` and `hindsight` (default 1000)",
    )
    parser.add_argument(
        "--compare-games",
        type=int,
        default=24,
        metavar="N",
        help="games of each candidate for a teacher against each opponent, with `best` and `search` (default 24)",
    )
    parser.add_argument(
        "--teachers",
        type=Path,
        metavar="FOLDER",
        help="take the teachers that another training of the same scenarios found, instead of a search",
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes that search for teachers at once (default 1)"
    )
    parser.add_argument(
        "--explore",
        type=int,
        metavar="N",
        help="groups of a game that try other choices than the best, 0 for all (default 2 after an imitation)",
    )
    parser.add_argument(
        "--chairs", type=int, default=0, metavar="N", help="scenarios and sides in an update, in turn (default all)"
    )
    parser.add_argument(
        "--exploit-minutes",
        type=float,
        metavar="M",
        help="time to train an exploiter of the other side against the result (default none)",
    )
    parser.add_argument("--exploit-steps", type=int, metavar="N", help="choices of the exploiter to learn from")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="time between choices (default: 32 a game)")
    parser.add_argument("--rows", type=int, default=64, metavar="N", help="parallel games (default 64)")
    parser.add_argument(
        "--hidden", default="128,128", metavar="WIDTHS", help="widths of the hidden layers (default 128,128)"
    )
    parser.add_argument(
        "--learning-rate",
        type=float,
        default=3e-4,
        metavar="R",
        help="of the first update, then falling (default 3e-4)",
    )
    parser.add_argument(
        "--epochs", type=int, default=4, metavar="N", help="passes over the games of an update, at most (default 4)"
    )
    parser.add_argument(
        "--validate-every", type=int, default=10, metavar="N", help="updates between validations (default 10)"
    )
    parser.add_argument(
        "--validation-games", type=int, default=120, metavar="N", help="games of a validation (default 120)"
    )
    parser.add_argument(
        "--patience",
        type=int,
        default=10,
        metavar="N",
        help="validations without improvement before the end (default 10)",
    )
    parser.add_argument("--force", action="store_true", help="discard the training in FOLDER and start over")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Run ``chammo train``."""
    from agents.environments.named_ranges import scenario_of
    from scenarios.run.progress import prepare_engine
    from simcore.recording.files import json_text
    from staff_ai.training.learner import need_torch
    from staff_ai.training.train import train

    need_torch()
    plan = plan_of(arguments)
    minutes = arguments.minutes if arguments.minutes is not None or arguments.steps is not None else _MINUTES
    prepare_engine(quiet=arguments.quiet)
    lines = _Lines(quiet=arguments.quiet)
    progress = train(
        plan,
        arguments.out,
        steps=arguments.steps,
        minutes=minutes,
        exploit_steps=arguments.exploit_steps,
        teachers=arguments.teachers,
        workers=arguments.workers,
        exploit_minutes=arguments.exploit_minutes,
        force=arguments.force,
        on_update=lines.update,
    )
    if arguments.json:
        facts = {name: value for name, value in vars(progress).items() if name not in ("rows", "best_scores")}
        print(json_text({"folder": str(arguments.out), "best_score": progress.best_score, **facts}))
        return 0
    print(f"{arguments.out}: {progress.ended} after {progress.updates} updates, {progress.games:,} games")
    print(f"validation score {progress.best_score:+.3f} (from -1 to 1) after update {progress.best['update']}")
    for one in progress.exploiter.get("chairs", ()):
        score, best = one["score"], one["best_doctrine"]
        print(
            f"exploiter of {one['scenario']}, {one['side']}: {score['value']:+.3f} ({score['low']:+.3f} to "
            f"{score['high']:+.3f}); {best['name']} there {best['score']['value']:+.3f}"
        )
    print("\nNext")
    side = plan.settings[0].side
    print(f"  chammo run {scenario_of(plan.scenarios[0])} --policy {side}=trained:{arguments.out}    watch it command")
    print(f"  chammo evaluate {arguments.out}    compare it on test games")
    return 0


def plan_of(arguments: argparse.Namespace) -> "Plan":
    """Return the plan of the arguments of ``chammo train``."""
    from staff_ai.training.plan import Plan

    return Plan(
        scenarios=tuple(arguments.scenarios),
        side=arguments.side,
        opponents=tuple(arguments.opponent) if arguments.opponent else None,
        seed=arguments.seed,
        every_s=arguments.every,
        rows=arguments.rows,
        hidden=_widths(arguments.hidden),
        imitate=arguments.imitate,
        doctrines=named_doctrines(arguments.doctrines),
        vocabulary=arguments.vocabulary,
        search_games=arguments.search_games,
        compare_games=arguments.compare_games,
        explore=arguments.explore,
        chairs_an_update=arguments.chairs,
        learning_rate=arguments.learning_rate,
        epochs=arguments.epochs,
        validate_every=arguments.validate_every,
        validation_games=arguments.validation_games,
        patience=arguments.patience,
    )


_OPTIONS = {
    "side": "--side",
    "opponents": "--opponent",
    "seed": "--seed",
    "every_s": "--every",
    "rows": "--rows",
    "hidden": "--hidden",
    "imitate": "--imitate",
    "doctrines": "--doctrines",
    "vocabulary": "--vocabulary",
    "search_games": "--search-games",
    "compare_games": "--compare-games",
    "explore": "--explore",
    "chairs_an_update": "--chairs",
    "learning_rate": "--learning-rate",
    "epochs": "--epochs",
    "validate_every": "--validate-every",
    "validation_games": "--validation-games",
    "patience": "--patience",
}


def command_of(plan: Mapping[str, Any], folder: str, limits: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the command of a training, and the values of its plan that no option of the command can set.

    ``plan`` and ``limits`` are those of a manifest. Options with default values are left out.
    """
    from staff_ai.training.plan import Plan

    words = ["chammo", "train", *(str(name) for name in plan.get("scenarios", ()))]
    without: dict[str, Any] = {}
    for entry in fields(Plan):
        value = plan.get(entry.name, entry.default)
        value = tuple(value) if isinstance(value, list) else value
        if entry.name == "scenarios" or value == entry.default:
            continue
        if entry.name not in _OPTIONS:
            without[entry.name] = value
        elif entry.name == "opponents":
            words += [word for name in value for word in ("--opponent", str(name))]
        else:
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [_OPTIONS[entry.name], text]
    for name, limit in limits.items():
        words += [f"--{name.replace('_', '-')}", str(limit)]
    return shlex.join([*words, "-o", folder]), without


def named_doctrines(text: str | None) -> tuple[str, ...]:
    """Return the doctrines of the option ``--doctrines``; ``all`` are those of either chair."""
    from agents.doctrine import for_either_chair

    if text == "all":
        return for_either_chair()
    names: list[str] = []
    for part in (text or "").split(","):
        if names and "=" in part.partition(":")[0]:  # a further parameter of the last name
            names[-1] += f",{part.strip()}"
        elif part.strip():
            names.append(part.strip())
    return tuple(names)


def _widths(text: str) -> tuple[int, ...]:
    from simcore.errors import InputError
    from staff_ai.trained.networks import Architecture

    values = [int(part) if part.strip().isdecimal() else 0 for part in text.split(",")]
    try:
        return Architecture.read({"id": Architecture().id, "hidden": values}, "--hidden").hidden
    except InputError:
        raise InputError(f"--hidden {text}: not understood; give 1 to 8 widths such as 128,128") from None


class _Lines:
    """A line on the standard error after a validation, and at intervals."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._began = time.perf_counter()
        self._shown, self._told = 0.0, -1

    def update(self, progress: "Progress", share: float) -> None:
        now = time.perf_counter() - self._began
        if self._quiet:
            return
        if not progress.rows:
            sys.stderr.write(f"train: {progress.phase} ({share:.0%}), {progress.games:,} games, {now:.0f} s\n")
            sys.stderr.flush()
            return
        row = progress.rows[-1]
        if progress.updates == self._told:  # the last comparison and the exploiter are told at the end
            return
        if row["validation"] is None and (now - self._shown < _LINE_EVERY_S and share < 1.0):
            return
        self._shown, self._told = now, progress.updates
        left = ""
        if 0.0 < share < 1.0:
            left = f", {progress.seconds * (1.0 - share) / share:.0f} s left"
        lead = "" if row["lead"] is None else f", lead {row['lead']:+.2f}"
        validated = "" if row["validation"] is None else f", validation {row['validation']:+.3f}"
        sys.stderr.write(
            f"train: update {progress.updates} ({share:.0%}), {progress.games:,} games{lead}{validated}{left}\n"
        )
        sys.stderr.flush()


TRAIN = Command(
    summary="train a commander by reinforcement learning; the resulting folder needs no torch to play",
    configure=configure,
    execute=execute,
)
