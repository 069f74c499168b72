"""Trained commanders beside their baselines: plays all chairs of each commander and writes the page.

    python -m benchmarks.pages.commanders --folders 'strait-commander=runs/strait/seed-*'
    python -m benchmarks.pages.commanders --folders joint='runs/joint/seed-*' --folders wide='runs/wide/seed-*' -n 100
    python -m benchmarks.pages.commanders --stored     # the page from its stored results alone

The folders of a commander are the training seeds of it: outputs of ``chammo train`` that differ in ``--seed``. The
games of each chair are stored below ``--cache`` when the chair is done, so an interrupted command resumes there.
Results of commanders not named remain on the page.
"""

import argparse
import glob
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.environments.settings import settings_of
from benchmarks.pages.commanders_page import write_page
from scenarios.run.provenance import versions
from simcore.errors import WargameError
from simcore.recording.files import json_text, replacing, write_bytes
from staff_ai.games.chairs import Chair, mean_over_chairs, pack, unpack
from staff_ai.games.evaluate import evaluate_chair, games_of_training, read_subjects, sides_of, trained_scenarios
from staff_ai.trained.policy_folder import TrainedPolicy

RESULTS = Path(__file__).parent / "commanders.json"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "trained-commanders.md"
DEFAULT_N = 64


def read_folders(text: str) -> tuple[str, list[str]]:
    """Return the name and the sorted folders of ``NAME=GLOB``."""
    name, mark, pattern = text.partition("=")
    folders = sorted(place for place in glob.glob(pattern) if Path(place).is_dir())
    if not mark or not name or not folders:
        sys.exit(f"--folders {text}: no folders; give NAME=GLOB, such as 'joint=runs/joint/seed-*'")
    return name, folders


def chair_path(
    cache: Path,
    policies: Sequence[TrainedPolicy],
    scenario: str,
    side: str,
    n: int,
    search: int | None,
    *,
    schedules: bool = True,
) -> Path:
    """Return the file of the games of a chair: it is that of these networks, this engine and these numbers."""
    compiled = settings_of(scenario).base
    key = [policy.sha256 for policy in policies]
    key += [compiled.roster.scenario, compiled.scenario.hash, scenario, side, str(n), str(search)]
    key += [str(versions()["engine"]), *(() if schedules else ("without schedules",))]
    digest = hashlib.blake2b("\x1f".join(key).encode(), digest_size=8).hexdigest()
    return cache / f"{compiled.roster.scenario}-{side}-{digest}.npz"


def play_chair(
    path: Path,
    policies: Sequence[TrainedPolicy],
    scenario: str,
    side: str,
    n: int,
    search: int | None,
    *,
    schedules: bool = True,
) -> Chair:
    """Return the comparison in a chair, from its file or played and stored."""
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        facts = json.loads(str(arrays.pop("facts")))
        return Chair(**{**facts, "opponents": tuple(facts["opponents"])}, rows=unpack(arrays))

    def on_games(done: int, total: int) -> None:
        sys.stderr.write(f"\r{scenario}, {side}: {done} of {total} pairs")
        sys.stderr.flush()

    chair = evaluate_chair(scenario, side, policies, n=n, search=search, schedules=schedules, on_games=on_games)
    sys.stderr.write("\n")
    kept = ("scenario", "side", "opponents", "n", "notes", "has_doctrines", "at_equal_cost")
    facts = {name: getattr(chair, name) for name in kept}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        np.savez_compressed(file, facts=np.array(json.dumps(facts)), **pack(chair))  # pyright: ignore[reportArgumentType]
    return chair


def evaluate_commander(
    folders: Sequence[str],
    n: int,
    search: int | None,
    cache: Path,
    scenarios: Sequence[str] = (),
    *,
    schedules: bool = True,
) -> dict[str, Any]:
    """Return the results of a commander as plain values: training, chairs, mean over chairs."""
    policies, _ = read_subjects(folders)
    chairs: list[Chair] = []
    for scenario in scenarios or trained_scenarios(policies):
        for side in sides_of(settings_of(scenario), policies, None):
            path = chair_path(cache, policies, scenario, side, n, search, schedules=schedules)
            chairs.append(play_chair(path, policies, scenario, side, n, search, schedules=schedules))
    kept = ("algorithm", "updates", "games", "steps", "limits", "imitated")
    trainings: list[Any] = [policy.manifest.get("training", {}) for policy in policies]
    training = trainings[0]
    return {
        "seeds": len(policies),
        "shared_teachers": sum(bool(one.get("imitated", {}).get("teachers_of")) for one in trainings),
        "sha256": [policy.sha256 for policy in policies],
        "on": list(scenarios),
        "schedules": schedules,
        "search": search if search is not None else games_of_training(policies),
        "games_a_chair": games_of_training(policies),
        "training": {name: training[name] for name in kept if name in training},
        "plan": training.get("plan", {}),
        "validation_scores": [one.get("validation_score") for one in trainings],
        "versions": versions(),
        "chairs": [chair.as_json() for chair in chairs],
        "mean_over_chairs": {name: one.as_json() for name, one in mean_over_chairs(chairs).items()},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", action="append", default=[], metavar="NAME=GLOB", help="training seeds")
    parser.add_argument("--on", action="append", default=[], metavar="SCENARIO", help="default: those of the training")
    parser.add_argument("-n", type=int, default=DEFAULT_N, help=f"games against each opponent (default {DEFAULT_N})")
    parser.add_argument("--search", type=int, help="games to find each schedule (default: those of the training)")
    parser.add_argument("--no-schedules", action="store_true", help="no schedules among the baselines: far fewer games")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored results")
    parser.add_argument("--cache", type=Path, default=Path("runs/commanders"), help="folder of the games")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of the stored results")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    if not options.folders and not options.stored:
        parser.error("give --folders NAME=GLOB for each commander, or --stored")
    stored: dict[str, Any] = json.loads(options.results.read_text()) if options.results.exists() else {}
    try:
        for text in options.folders:
            name, folders = read_folders(text)
            stored[name] = evaluate_commander(
                folders, options.n, options.search, options.cache, options.on, schedules=not options.no_schedules
            )
            write_bytes(options.results, (json_text(stored) + "\n").encode())
    except WargameError as error:
        sys.exit(str(error))
    options.out.write_text(write_page(stored), encoding="utf-8")
    sys.stdout.write(f"wrote {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
