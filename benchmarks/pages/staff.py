"""The evidence on the staff: games of the staff, its rivals and its bounds, paired by number; writes the page.

    python -m benchmarks.pages.staff                                   # all chairs
    python -m benchmarks.pages.staff harbour-swarm night-strait -n 24  # some scenarios, both chairs
    python -m benchmarks.pages.staff --rivals stored --kinds belief    # the staff alone, after a change of the staff
    python -m benchmarks.pages.staff --stored                          # the page from its stored results alone

Each cell of 28 games is stored below ``--cache`` when it is played, so an interrupted command resumes there, and a
larger ``-n`` adds cells. Give another folder after a change of the engine, the doctrines or the staff. After a change
of the staff alone the games of its rivals hold: ``--rivals stored`` takes them, and the kinds that are not played, from
the stored results, after it has played the plan of the file again in some games with the same outcomes.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pages.staff_games import (
    CHOSEN_ON,
    edited_courses,
    first_played,
    fixed_courses,
    play_fixed,
    play_staff,
    trained_names,
)
from benchmarks.pages.staff_outcomes import Outcomes
from benchmarks.pages.staff_page import write_page
from scenarios.compiler.scenario import Compiled
from scenarios.loader import load
from scenarios.run.provenance import versions
from simcore.errors import InputError, WargameError
from simcore.recording.files import write_bytes
from staff_ai.courses.course import PLAN, Course, course_of, follow

SCENARIOS = (
    "harbour-swarm",
    "night-strait",
    "undersea-search",
    "strait-surveillance",
    "convoy-ambush",
    "two-channels",
)
BLOCK = 28
BUDGET = 100
KINDS = "belief,uniform:56,truth:56"
CHOICE = 42
PROBED = 8
"""Games of the plan of the file that are played again to see that stored games hold."""
RESULTS = Path(__file__).parent / "staff.json"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "staff-evidence.md"


def stored(path: Path, play: Callable[[], Any]) -> Any:
    """Return the plain values in a file; play and store them first if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, json.dumps(play()).encode())
    return json.loads(path.read_text(encoding="utf-8"))


def write_results(results: dict[str, Any], path: Path) -> None:
    """Write the results to their file."""
    write_bytes(path, (json.dumps(results, separators=(",", ":")) + "\n").encode())


def choose(compiled: Compiled, side: int, n: int, cache: Path) -> tuple[list[Course], int, Course]:
    """Return the fixed courses, the place of the best doctrine, and the best edited course, chosen on other games."""
    courses = fixed_courses(compiled, side)

    def play(some: Sequence[Course]) -> list[float]:
        return [float(np.mean(one.lead)) for one in play_fixed(compiled, side, some, CHOSEN_ON, n)]

    leads = stored(cache / f"choice-{n}.json", lambda: play(courses))
    order = sorted(range(len(courses)), key=lambda k: -leads[k])
    bases = [courses[k] for k in order[:2]]

    def edits() -> dict[str, Any]:
        found = edited_courses(compiled, side, bases)
        values = play(found) if found else []
        best = found[int(np.argmax(values))] if found else bases[0]
        return {"course": best.describe(), "n": len(found), "lead": max(values, default=0.0)}

    edited = course_of(stored(cache / f"edits-{n}.json", edits)["course"])
    return courses, max(range(1, len(courses)), key=lambda k: leads[k]), edited


def join(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the outcomes of several blocks as one."""
    total = asdict(Outcomes())
    for part in parts:
        for key, value in part.items():
            if isinstance(value, dict):
                for name, count in value.items():
                    total[key][name] = total[key].get(name, 0) + count
            else:
                total[key] = total[key] + value
    return total


def play_staffs(
    known: dict[str, Any], scenario: str, side: int, n: int, budget: int, cache: Path, kinds: Sequence[str]
) -> dict[str, Any]:
    """Return the stored outcomes of a chair with other games of the staffs.

    Raises
    ------
    InputError
        If the plan of the file no longer has the stored outcomes: then the games of the rivals do not hold either.
    """
    compiled = load(scenario)
    (again,) = play_fixed(compiled, side, [PLAN], first_played(compiled, side), PROBED)
    if again.lead != known["commanders"][PLAN.name]["lead"][:PROBED]:
        raise InputError(f"{scenario}: games have other outcomes than those stored; play the rivals too")
    found = _staffs(compiled, side, n, budget, _folder(compiled, side, cache), kinds)
    return {**known, "budget": budget, "commanders": {**known["commanders"], **_joined(found)}}


def _folder(compiled: Compiled, side: int, cache: Path) -> Path:
    """Return the folder of the games of a chair."""
    digest = hashlib.blake2b(compiled.scenario.hash.encode(), digest_size=4).hexdigest()
    return cache / f"{compiled.roster.scenario}-{compiled.roster.sides[side]}-{digest}"


def _staffs(
    compiled: Compiled, side: int, n: int, budget: int, folder: Path, kinds: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the outcomes of each kind of staff, by blocks."""
    found: dict[str, list[dict[str, Any]]] = {}
    for first in range(0, n, BLOCK):
        for entry in kinds:
            kind, _, most = entry.partition(":")
            some = min(n - first, BLOCK, int(most or n) - first)
            if some <= 0:
                continue

            def keep(make: Callable[[], Any], kind: str = kind) -> Any:
                return stored(folder / f"first-{kind}-{budget}.json", make)

            def play(kind: str = kind, first: int = first, some: int = some, keep: Any = keep) -> dict[str, Any]:
                begin, is_first = first_played(compiled, side), first == 0
                return asdict(
                    play_staff(compiled, side, kind, budget, begin + first, some, keep=keep, is_first_block=is_first)
                )

            found.setdefault(kind, []).append(stored(folder / f"{kind}-{budget}-{first}-{some}.json", play))
            print(f"{folder.name}: {kind}, games to {first + some}", file=sys.stderr, flush=True)
    return found


def _joined(found: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the outcomes of commanders over all blocks; the page has the predictions of the staff itself."""
    every = {label: join(parts) for label, parts in found.items()}
    for label, one in every.items():
        kept = one["predictions"] if label == "belief" else []
        one["predictions"] = [{key: round(value, 4) for key, value in entry.items()} for entry in kept]
        one["enemy"] = []  # a function of the game's number
    return every


def play_chair(
    scenario: str, side: int, n: int, budget: int, choice: int, cache: Path, kinds: Sequence[str]
) -> dict[str, Any]:
    """Return the outcomes of a chair: those of each commander by name, and the chosen rivals."""
    compiled = load(scenario)
    folder = _folder(compiled, side, cache)
    courses, best, edited = choose(compiled, side, choice, folder)
    found: dict[str, list[dict[str, Any]]] = {}
    played = first_played(compiled, side)
    for first in range(0, n, BLOCK):
        count = min(BLOCK, n - first)

        def fixed(first: int = first, count: int = count) -> list[dict[str, Any]]:
            return [asdict(one) for one in play_fixed(compiled, side, [*courses, edited], played + first, count)]

        block = stored(folder / f"fixed-{first}-{count}-{choice}.json", fixed)
        for course, outcome in zip([*courses, edited], block, strict=True):
            label = "best edited" if course is edited else course.name
            found.setdefault(label, []).append(outcome)
        for alone in trained_names(compiled, side)[:1]:

            def trained(alone: str = alone, first: int = first, count: int = count) -> list[dict[str, Any]]:
                return [asdict(one) for one in play_fixed(compiled, side, [follow(alone)], played + first, count)]

            found.setdefault("trained", []).extend(stored(folder / f"{alone}-{first}-{count}.json", trained))
    found.update(_staffs(compiled, side, n, budget, folder, kinds))
    return {
        "scenario": scenario,
        "side": compiled.roster.sides[side],
        "n": n,
        "budget": budget,
        "chosen_on": choice,
        "best_doctrine": courses[best].name,
        "best_edited": edited.name,
        "trained": next(iter(trained_names(compiled, side)), ""),
        "commanders": _joined(found),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO[:N]", help="default: the chairs of the page")
    parser.add_argument("-n", type=int, default=112, help="games of a chair (default 112)")
    parser.add_argument("--budget", type=int, default=BUDGET, help=f"rollouts of an advice (default {BUDGET})")
    parser.add_argument("--choice", type=int, default=CHOICE, help=f"games to choose the rivals (default {CHOICE})")
    parser.add_argument("--kinds", default=KINDS, help="staffs that play, KIND or KIND:GAMES (default %(default)s)")
    parser.add_argument(
        "--rivals", choices=("play", "stored"), default="play", help="games of the fixed courses (default play)"
    )
    parser.add_argument("--sides", default="0,1", help="sides that are played (default both)")
    parser.add_argument("--note", action="append", help="sentence for the page on how its games were played")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored results")
    parser.add_argument("--cache", type=Path, default=Path("runs/staff"), help="folder of the games")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of the stored results")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    results: dict[str, Any] = json.loads(options.results.read_text()) if options.results.exists() else {"chairs": {}}
    if options.note:
        results["notes"] = options.note
        write_results(results, options.results)
    if not options.stored:
        try:
            for text in options.scenarios or SCENARIOS:
                scenario, _, count = text.partition(":")
                for side in map(int, options.sides.split(",")):
                    n, kinds = int(count or options.n), options.kinds.split(",")
                    if options.rivals == "stored":
                        key = f"{scenario} {load(scenario).roster.sides[side]}"
                        if key not in results["chairs"]:
                            raise InputError(f"{key}: no games are stored; play the rivals too")
                        chair = play_staffs(
                            results["chairs"][key], scenario, side, n, options.budget, options.cache, kinds
                        )
                    else:
                        chair = play_chair(scenario, side, n, options.budget, options.choice, options.cache, kinds)
                    results["chairs"][f"{scenario} {chair['side']}"] = chair
                    results["versions"] = versions()
                    write_results(results, options.results)
        except WargameError as error:
            sys.exit(str(error))
    options.out.write_text(write_page(results), encoding="utf-8")
    sys.stdout.write(f"wrote {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
