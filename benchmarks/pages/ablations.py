"""Measure which parts of the training of a commander matter, and write docs/reference/ablations.md.

    python -m benchmarks.pages.ablations [--seeds S] [--games N] [--chairs SCENARIO:SIDE,...] [--only VARIANT,...]
    python -m benchmarks.pages.ablations --stored

Each variant leaves out a part of the full method or exchanges it, and is trained from several seeds with the same
number of games. All are then tested in the same games. Needs the extra ``rl``; ``--stored`` does not. The trainings lie
in the folder ``--cache``; the same command again resumes after a kill. The page shows every variant whose trainings are
complete there.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from agents.doctrine import for_either_chair
from agents.environments.opponents import HELD_OUT, TESTED_AGAINST, TRAINED_AGAINST
from agents.environments.schema import TARGETS
from agents.environments.settings import settings_of
from benchmarks.pages.ablations_page import write_page
from scenarios.run.progress import prepare_engine
from scenarios.run.provenance import versions
from simcore.errors import InputError, WargameError
from simcore.recording.files import json_text, write_bytes
from simcore.types import F64, N_BELLIGERENTS
from staff_ai.games.play import play_copies
from staff_ai.games.statistics import Interval, estimate_mean_difference
from staff_ai.trained.commander import NetworkCommander
from staff_ai.trained.policy_folder import read_policy
from staff_ai.training.checkpoint import Progress
from staff_ai.training.learner import need_torch
from staff_ai.training.plan import BOTH, Plan
from staff_ai.training.teachers import PLAN_OF_THE_FILE, SEARCH
from staff_ai.training.train import train

RESULTS = Path(__file__).parent / "ablations.json"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ablations.md"

USUAL: dict[str, Any] = {
    "side": BOTH,
    "doctrines": for_either_chair(),
    "imitate": SEARCH,
    "explore": 2,
    "snapshot_every": 5,
    "patience": 10**6,  # the games decide on the end
}
"""The plan of the full method."""

_PAIRS = (len(for_either_chair()) + 2) * (len(TRAINED_AGAINST) + 1)  # candidates for a teacher and opponents

FULL, VERBS_ALONE, ALL_EXPLORE = "full", "without-doctrine-choices", "all-groups-explore"


class Variant(NamedTuple):
    """A variant: the values of the plan that differ, and the variants that it is compared with."""

    changes: dict[str, Any]
    references: tuple[str, ...] = (FULL,)


VARIANTS: dict[str, Variant] = {
    FULL: Variant({}, ()),
    VERBS_ALONE: Variant({"doctrines": ()}),
    "raw-targets": Variant({"doctrines": (), "vocabulary": TARGETS}, (FULL, VERBS_ALONE)),
    ALL_EXPLORE: Variant({"explore": 0}),
    "without-imitation": Variant({"imitate": None, "explore": 0}, (FULL, ALL_EXPLORE)),
    "without-pool": Variant({"opponents": (PLAN_OF_THE_FILE,), "self_play": False}),
}


class Seat(NamedTuple):
    """A chair of a scenario."""

    scenario: str
    side: str

    @property
    def name(self) -> str:
        """Name on the page."""
        return f"{settings_of(self.scenario).base.roster.scenario}, {self.side}"


class Setup(NamedTuple):
    """The numbers of a measurement."""

    seats: tuple[Seat, ...]
    seeds: int
    games: int  # of a training, in both chairs of its scenario and with the search for teachers
    search: int  # of these games, to search the schedule of a chair
    compare: int  # games of each candidate for a teacher against each opponent, of these too
    n: int  # test games against each opponent
    cache: Path


class Training(NamedTuple):
    """A training: its plan, its choices, and its folder in the cache."""

    plan: Plan
    steps: int
    folder: Path

    @property
    def note(self) -> Path:
        """File of the cost and the state."""
        return self.folder.with_name(f"{self.folder.name}.json")

    def read_note(self) -> dict[str, Any]:
        """Return cost and state; empty for a training not begun."""
        return json.loads(self.note.read_text()) if self.note.exists() else {}


def read_seats(text: str) -> tuple[Seat, ...]:
    """Return the chairs of ``SCENARIO:SIDE,...``."""
    seats: list[Seat] = []
    for part in text.split(","):
        scenario, _, side = part.strip().rpartition(":")
        if not scenario:
            raise InputError(f"--chairs {text}: not understood; give SCENARIO:SIDE, such as night-strait:blue")
        sides = settings_of(scenario).base.roster.sides[:N_BELLIGERENTS]
        if side not in sides:
            raise InputError(f"--chairs {part.strip()}: side {side!r} does not fight; give one of {', '.join(sides)}")
        seats.append(Seat(scenario, side))
    return tuple(dict.fromkeys(seats))


def training_of(setup: Setup, name: str, scenario: str, seed: int) -> Training:
    """Return the training of a variant; other numbers or another engine give another folder."""
    values: dict[str, Any] = USUAL | {"search_games": setup.search, "compare_games": setup.compare, "seed": seed}
    values |= VARIANTS[name].changes
    plan = Plan((scenario,), **values)
    steps = setup.games * plan.steps_a_game
    key = f"{plan.digest} {steps} {versions()['engine']}"
    digest = hashlib.blake2b(key.encode(), digest_size=4).hexdigest()
    label = plan.settings[0].base.roster.scenario
    return Training(plan, steps, setup.cache / label / name / f"seed-{seed}-{digest}")


def run_training(training: Training) -> None:
    """Train to the end, or resume; a training at its end is left as it is."""
    note = training.read_note()
    if note.get("is_done"):
        return
    before, began = float(note.get("cpu_s", 0.0)), time.process_time()

    def keep(progress: Progress, *, is_done: bool = False) -> None:
        cost = {"cpu_s": round(before + time.process_time() - began, 1), "games": progress.games}
        cost |= {"updates": progress.updates, "is_done": is_done, "imitated": progress.imitated.get("agreement")}
        write_bytes(training.note, (json_text(cost) + "\n").encode())

    keep(train(training.plan, training.folder, steps=training.steps, on_update=lambda p, _: keep(p)), is_done=True)


def play_test(training: Training, seat: Seat, n: int) -> F64:
    """Return the mission scores of the test games of a chair, (opponents, n), played or from their file."""
    policy = read_policy(training.folder)
    path = training.folder.with_name(f"{training.folder.name}-{seat.side}-{n}.json")
    if path.exists():
        stored = json.loads(path.read_text())
        if stored["sha256"] == policy.sha256:
            return np.array(stored["scores"])
    settings = settings_of(seat.scenario, side=seat.side, split="test", sizes=policy.schema.sizes)

    def make() -> NetworkCommander:
        return NetworkCommander(policy.network, policy.interval_s, policy.sampled)

    scores = play_copies(settings, settings.side_index, make, 1, TESTED_AGAINST, n, "test").mission[0]
    text = json_text({"sha256": policy.sha256, "scores": scores.tolist()})
    write_bytes(path, (text + "\n").encode())
    return scores


def is_complete(setup: Setup, name: str) -> bool:
    """Return whether all trainings of a variant are at their end."""
    scenarios = {seat.scenario for seat in setup.seats}
    return all(
        training_of(setup, name, scenario, seed).read_note().get("is_done", False)
        for scenario in scenarios
        for seed in range(setup.seeds)
    )


def collect(setup: Setup) -> dict[str, Any]:
    """Return the results of all complete variants as plain values, playing test games where there are none."""
    scores: dict[str, list[F64]] = {}
    costs: dict[str, dict[str, float]] = {}
    for name in VARIANTS:
        if not is_complete(setup, name):
            continue
        seeds = range(setup.seeds)
        scores[name] = [
            np.array([play_test(training_of(setup, name, seat.scenario, seed), seat, setup.n) for seed in seeds])
            for seat in setup.seats
        ]
        scenarios = dict.fromkeys(seat.scenario for seat in setup.seats)
        notes = [training_of(setup, name, one, seed).read_note() for one in scenarios for seed in seeds]
        costs[name] = {key: float(np.mean([note[key] for note in notes])) for key in ("games", "cpu_s", "updates")}
    found: list[dict[str, Any]] = []
    for name, chairs in scores.items():
        zeros = [np.zeros_like(one) for one in chairs]
        gaps = {other: _intervals(scores[other], chairs) for other in VARIANTS[name].references if other in scores}
        found.append({"name": name, **costs[name], "score": _intervals(chairs, zeros), "behind": gaps})
    return {
        "seeds": setup.seeds,
        "games": setup.games,
        "search": setup.search,
        "compare": setup.compare,
        "games_a_pair": setup.n,
        "chairs": [seat.name for seat in setup.seats],
        "opponents": list(TESTED_AGAINST),
        "held_out": list(HELD_OUT),
        "versions": versions(),
        "variants": found,
    }


def _intervals(first: Sequence[F64], second: Sequence[F64]) -> dict[str, Any]:
    """Return the paired mean differences in each chair and in the mean over the chairs."""
    pairs = list(zip(first, second, strict=True))
    return {
        "chairs": [_rounded(estimate_mean_difference([pair])) for pair in pairs],
        "mean": _rounded(estimate_mean_difference(pairs)),
    }


def _rounded(interval: Interval) -> dict[str, float]:
    return {key: round(value, 6) for key, value in interval.as_json().items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, test and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, metavar="S", help="training seeds (default 5)")
    parser.add_argument("--games", type=int, default=6000, metavar="N", help="games of a training (default 6000)")
    parser.add_argument("--search", type=int, default=1000, metavar="N", help="of these, for a schedule (default 1000)")
    parser.add_argument(
        "--compare", type=int, default=24, metavar="N", help="games of a teacher and enemy (default 24)"
    )
    parser.add_argument("-n", type=int, default=64, help="test games against each opponent (default 64)")
    parser.add_argument("--chairs", default="night-strait:blue,harbour-swarm:red", metavar="SCENARIO:SIDE,...")
    parser.add_argument("--only", metavar="VARIANT,...", help=f"variants to train (default all): {', '.join(VARIANTS)}")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored results")
    parser.add_argument("--cache", type=Path, default=Path("runs/ablations"), help="folder of the trainings")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of the stored results")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    if not options.stored:
        for name in ("seeds", "games", "search", "compare", "n"):
            if getattr(options, name) < 1:
                parser.error(f"{name} is {getattr(options, name)}; give 1 or more")
        taken = 2 * (options.search + options.compare * _PAIRS)
        if options.games <= taken:
            parser.error(f"--games {options.games}: finding two teachers takes about {taken}; give more")
        wanted = [name.strip() for name in options.only.split(",")] if options.only else list(VARIANTS)
        strangers = [name for name in wanted if name not in VARIANTS]
        if strangers:
            parser.error(f"--only {strangers[0]}: no variant; give some of {', '.join(VARIANTS)}")
        try:
            need_torch()
            seats = read_seats(options.chairs)
            setup = Setup(
                seats, options.seeds, options.games, options.search, options.compare, options.n, options.cache
            )
            prepare_engine(quiet=True)
            _run(setup, wanted, options.results, options.out)
        except WargameError as error:
            sys.exit(str(error))
    stored: dict[str, Any] = json.loads(options.results.read_text()) if options.results.exists() else {}
    options.out.write_text(write_page(stored), encoding="utf-8")
    sys.stdout.write(f"wrote {options.out}\n")
    return 0


def _run(setup: Setup, wanted: Sequence[str], results: Path, out: Path) -> None:
    """Train the wanted variants; results and page are written after each."""
    for name in wanted:
        for scenario in dict.fromkeys(seat.scenario for seat in setup.seats):
            for seed in range(setup.seeds):
                sys.stderr.write(f"{name}: {scenario}, seed {seed} of {setup.seeds}\n")
                run_training(training_of(setup, name, scenario, seed))
        stored = collect(setup)
        write_bytes(results, (json_text(stored) + "\n").encode())
        out.write_text(write_page(stored), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
