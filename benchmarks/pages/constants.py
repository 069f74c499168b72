"""The best constant plan of each chair of the library: searched, tested on other games, and written as a page.

    python -m benchmarks.pages.constants                       # the whole library, 250 to 1500 games of search a chair
    python -m benchmarks.pages.constants night-strait convoy-ambush:blue --search 3000 -n 200
    python -m benchmarks.pages.constants --stored              # the page from its stored results alone

A constant plan gives each group a single choice of the environments and keeps to it for the whole game. ``NAME:SIDE``
measures one chair. Results are stored after each chair; a chair already measured with this scenario, this engine and
these numbers is not played again. Results of chairs not named remain on the page.
"""

import argparse
import json
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.environments.opponents import HELD_OUT, OF_THE_FILE, TESTED_AGAINST, TRAINED_AGAINST
from agents.environments.schema import Choice, Schema
from agents.environments.settings import Settings, settings_of
from agents.environments.view import SideView
from logistics.reliability.intervals import wilson_ends
from scenarios.format.texts import library_names
from scenarios.run.progress import prepare_engine
from scenarios.run.provenance import versions
from simcore.errors import InputError, WargameError
from simcore.observation_columns import Aim
from simcore.recording.files import json_text, write_bytes
from simcore.types import I64, N_BELLIGERENTS
from staff_ai.games.play import play_copies
from staff_ai.games.schedules import ScheduleCommander, search_schedule

RESULTS = Path(__file__).parent / "constants.json"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "constants.md"
MOST = 0.8
SIZES: dict[str, tuple[int, int]] = {
    "two-patrols": (1500, 64),
    "two-channels": (1500, 64),
    "convoy-ambush": (1500, 64),
    "harbour-swarm": (1500, 64),
    "night-strait": (1000, 48),
    "mass-casualty-drill": (600, 48),
    "contested-evacuation": (400, 32),
    "picket-ship-hit": (400, 32),
    "undersea-search": (400, 24),
    "strait-surveillance": (400, 48),
    "air-base-drone-salvo": (300, 16),
    "outpost-resupply": (250, 16),
    "island-blockade": (250, 24),
    "land-delaying-action": (250, 24),
    "joint-littoral-defence": (250, 12),
    "fortnight-patrol": (250, 48),
}
"""Games of the search, and test games against each opponent: more where a game is cheap."""
DEFAULT_SIZE = (400, 24)

HEAD = f"""<!-- Made by benchmarks/pages/constants.py; do not edit by hand. -->
# Does a constant plan win?

A scenario that a side wins by a plan fixed in advance teaches nothing: neither a learner nor a staff has anything to
react to. A constant plan gives each group one choice of the [environments](environments.md), such as *screen outpost*
or *flee*, and keeps to it for the whole game. The plan of the scenario file for every group is one of them.

For each chair, a coordinate search looks for the best constant plan: the same choice for all groups, for those of a
role, for single groups. It plays games of the split validation against {", ".join(TRAINED_AGAINST)}. The best plan then
plays games of the split test, which the search does not use, against these and {" and ".join(HELD_OUT)}.

- *Wins*: share of the test games won, all opponents alike, with Wilson's 95 % interval. Games of equal number have the
  same random numbers against each opponent, so the interval counts the numbers alone; it is on the wide side.
- *Against the file*: the same against the policy of the scenario file.
- *Above {MOST:.0%}*: **yes** where the interval lies above {MOST:.0%}; *not clear* where only the share does.

A search with few games may miss a better plan, so a row bounds the best constant plan from below. Its games stand
beside it. The slow tests in `tests/agents/test_constant_orders.py` play other constant plans: one order with a place of
the map for a whole side. **Six fail against the plan of the file**: such an order wins more than 80 % for
picket-ship-hit Blue, mass-casualty-drill Blue and Red, island-blockade Red, strait-surveillance Blue and
contested-evacuation Red.
"""


def wanted_chairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return scenario and side of ``NAME`` and ``NAME:SIDE``; the library without any."""
    found: list[tuple[str, str]] = []
    for text in texts or library_names():
        name, mark, side = text.rpartition(":")
        sides = settings_of(name if mark else text).base.roster.sides[:N_BELLIGERENTS]
        if mark and side not in sides:
            raise InputError(f"{text}: side {side!r} does not fight; give one of {', '.join(sides)}")
        found += [(name, side)] if mark else [(text, one) for one in sides]
    return list(dict.fromkeys(found))


def described(settings: Settings, schema: Schema, choices: I64) -> str:
    """Return the choices of the groups in words, the groups of equal choices together."""
    briefing = settings.base.briefings[settings.side_index]
    view = SideView(schema, briefing)
    groups: dict[str, list[str]] = {}
    for slot, choice in enumerate(choices[: len(view.slots)]):
        name = _in_words(schema.action.choices[int(choice)], view.zones)
        groups.setdefault(name, []).append(view.slots[slot])
    if len(groups) == 1:
        return f"all: {next(iter(groups))}"
    usual = max(groups, key=lambda name: len(groups[name]))
    parts = [f"{', '.join(sorted(names))}: {name}" for name, names in groups.items() if name != usual]
    return "; ".join([*parts, f"the others: {usual}" if len(groups[usual]) > 1 else f"{groups[usual][0]}: {usual}"])


def _in_words(choice: Choice, zones: Sequence[str]) -> str:
    verb = choice.verb.name.lower().replace("_", " ")
    if choice.aim == Aim.ZONE:
        return f"{verb} {zones[choice.index]}"
    return choice.name.replace("-", " ") if choice.aim != Aim.NONE else verb


def measure(scenario: str, side: str, search: int, n: int) -> dict[str, Any]:
    """Search the best constant plan of a chair, test it, and return the result as plain values."""
    began = time.process_time()
    settings = settings_of(scenario, side=side)
    found = search_schedule(
        settings, settings.step_s, TRAINED_AGAINST, search, periods=1, split="validation", verbs_only=True
    )
    opponents = (OF_THE_FILE, *TESTED_AGAINST)
    played = play_copies(
        settings,
        settings.side_index,
        lambda: ScheduleCommander(found.schema, settings.step_s, found.table),
        1,
        opponents,
        n,
        "test",
    )
    shares = (played.win[0] > 0).mean(axis=1)
    return {
        **identity(settings, search, n),
        "played_in_search": found.games,
        "plan": described(settings, found.schema, found.table[0]),
        "wins": dict(zip(opponents, map(float, shares), strict=True)),
        "cpu_s": round(time.process_time() - began, 1),
    }


def identity(settings: Settings, search: int, n: int) -> dict[str, Any]:
    """Return all that a result depends on: other values ask for another measurement."""
    return {
        "scenario": settings.base.roster.scenario,
        "side": settings.base.roster.sides[settings.side_index],
        "hash": settings.base.scenario.hash,
        "engine": str(versions()["engine"]),
        "search": search,
        "n": n,
    }


def verdict(share: float, low: float) -> str:
    """Return whether a share of wins is above the limit."""
    return "**yes**" if low > MOST else "not clear" if share > MOST else "no"


def row(result: dict[str, Any]) -> str:
    """Return the row of a chair."""
    wins: dict[str, float] = result["wins"]
    share = float(np.mean([wins[name] for name in TESTED_AGAINST]))
    low, high = wilson_ends(share, result["n"])
    file_low, file_high = wilson_ends(wins[OF_THE_FILE], result["n"])
    cells = [
        f"`{result['scenario']}`",
        result["side"],
        f"{share:.2f} ({low:.2f}, {high:.2f})",
        verdict(share, low),
        f"{wins[OF_THE_FILE]:.2f} ({file_low:.2f}, {file_high:.2f})",
        f"{result['played_in_search']:,}",
        result["plan"],
        f"`{result['hash'][:12]}`",
    ]
    return f"| {' | '.join(cells)} |"


def write_page(results: Sequence[dict[str, Any]]) -> str:
    """Return the page of the results, in the order of the library."""
    if not results:
        return f"{HEAD}\n**Not measured yet:** `make pages NAME=constants`.\n"
    order = {name: k for k, name in enumerate(library_names())}
    ordered = sorted(results, key=lambda one: (order.get(one["scenario"], len(order)), one["scenario"], one["side"]))
    head = "| scenario | side | wins | above 80 % | against the file | games of search | best constant plan | hash |"
    rows = [head, "| --- | --- | --- | --- | --- | ---: | --- | --- |", *map(row, ordered)]
    above = [one for one in ordered if "**yes**" in row(one)]
    unclear = [one for one in ordered if "| not clear |" in row(one)]
    text = f"Of {len(ordered)} chairs, a constant plan clearly wins more than {MOST:.0%} in {len(above) or 'none'}"
    text += f": {_named(above)}." if above else "."
    if unclear:
        text += f" Not clear: {_named(unclear)}."
    beaten = [one for one in ordered if one["wins"][OF_THE_FILE] > MOST]
    if beaten:
        text += f" Against the policy of the file alone its share is above {MOST:.0%} in: {_named(beaten)}."
    measured = {one["scenario"] for one in ordered}
    missing = [name for name in library_names() if name not in measured]
    if missing:
        text += f" Not measured: {', '.join(f'`{name}`' for name in missing)}."
    engines = sorted({one["engine"] for one in ordered})
    how = f"Measured with the engine {', '.join(f'`{engine}`' for engine in engines)}; hashes identify the scenarios."
    wrapped = [textwrap.fill(one, 118, break_on_hyphens=False, break_long_words=False) for one in (text, how)]
    command = "    make pages NAME=constants"
    return "\n".join([HEAD, *rows, "", wrapped[0], "", f"{wrapped[1]} To measure again:", "", command]) + "\n"


def _named(results: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{one['scenario']}, {one['side']}" for one in results)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chairs", nargs="*", metavar="NAME[:SIDE]", help="files or names (default: the library)")
    parser.add_argument("--search", type=int, metavar="N", help="games of the search of a chair (default by scenario)")
    parser.add_argument("-n", type=int, help="test games against each opponent (default by scenario)")
    parser.add_argument("--stored", action="store_true", help="play nothing; write the page from the stored results")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of the stored results")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    for name in ("search", "n"):
        value = getattr(options, name)
        if value is not None and value < 1:
            parser.error(f"{name} is {value}; give 1 or more")
    stored: list[dict[str, Any]] = json.loads(options.results.read_text()) if options.results.exists() else []
    try:
        if not options.stored:
            chairs = wanted_chairs(options.chairs)
            prepare_engine(quiet=True)
            _measure_all(chairs, options, stored)
    except WargameError as error:
        sys.exit(str(error))
    options.out.write_text(write_page(stored), encoding="utf-8")
    sys.stdout.write(f"wrote {options.out}\n")
    return 0


def _measure_all(chairs: Sequence[tuple[str, str]], options: argparse.Namespace, stored: list[dict[str, Any]]) -> None:
    for scenario, side in chairs:
        settings = settings_of(scenario, side=side)
        name = settings.base.roster.scenario
        search, n = SIZES.get(name, DEFAULT_SIZE)
        wanted = identity(settings, options.search or search, options.n or n)
        if any(wanted.items() <= one.items() for one in stored):
            continue
        result = measure(scenario, side, options.search or search, options.n or n)
        stored[:] = [one for one in stored if (one["scenario"], one["side"]) != (name, side)] + [result]
        write_bytes(options.results, (json_text(stored) + "\n").encode())
        sys.stderr.write(f"{name}, {side}: {result['cpu_s']} CPU-s; {row(result)}\n")


if __name__ == "__main__":
    sys.exit(main())
