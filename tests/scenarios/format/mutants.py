"""Mutants: scenario files with one thing or a few things wrong, and what becomes of each.

``python -m tests.scenarios.format.mutants SEED FIRST LAST`` plays the mutants of these numbers in a process of
bounded memory and prints the results as JSON. A mutant is a function of (seed, number). Each is read, resolved,
compiled and played for some steps; it must be right, or refused with a path and a remedy.
"""

import copy
import json
import math
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

MEMORY_BYTES = 2_000_000_000
"""What a process may hold, the interpreter and the compiled engine included."""
SECONDS = 40
"""Processor time of a mutant at most."""
N_TICKS = 3
MOST_ENTRIES = 4

Place = tuple[str | int, ...]

NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 0.5, 1e-300, 5e-324, 1e-9, 1e-6, 1e4, 1e6, 1e9, 3e9, 5e9, 1e12, 1e100, 1e300, 1e308, -1e308, -5e-324,
    2**31 - 1, 2**31, -(2**31), 2**32, 2**63, 10**40, math.nan, math.inf, -math.inf, 89.999, 359.9, 1e-3, 1e3,
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None, True, False, "", "x", "nobody", "1", [], {}, [[]], {"a": {}}, "\x1b[2J", "쥐", "a" * 70,
)  # fmt: skip


@cache
def bases() -> list[tuple[str, dict[str, Any]]]:
    """Return (name, data) of every scenario to start from: cards inlined and defaults written out, and as it is."""
    from scenarios.format.texts import library_names, read_text
    from scenarios.format.yaml_text import read_yaml
    from scenarios.loader import compile_document
    from tests.scenarios.format.case_files import right_documents

    documents = {name: read_yaml(*read_text(name)).data for name in library_names()} | right_documents()
    found = [(name, compile_document(document).scenario.plain()) for name, document in documents.items()]
    found += [(f"text of {name}", document) for name, document in documents.items()]
    found += [(f"card {name}", scenario_of(name)) for name in cards()]
    return found


@cache
def cards() -> list[str]:
    """Return the names of the platforms of the catalogue."""
    from scenarios.format.catalogue import built_in

    return sorted(built_in().platforms)


def scenario_of(platform: str) -> dict[str, Any]:
    """Return a small scenario with a platform of the catalogue on either side, its cards inlined."""
    from scenarios.compiler.scenario import compile_scenario
    from scenarios.format.catalogue import built_in
    from scenarios.format.document import check_data
    from scenarios.format.resolve import resolve

    at_sea = built_in().platforms[platform].domain in ("surface", "subsurface")
    group = {"units": [{"platform": platform, "count": 2}]}
    data = {
        "schema_version": 1,
        "name": "card",
        "time": {"dt_s": 2, "duration_s": 600},
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -20,
            "east_km": 20,
            "south_km": -20,
            "north_km": 20,
            "terrain": {"kind": "flat", "surface": "water" if at_sea else "open"},
        },
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": "b", "side": "blue", "at_km": [-1, 0], **group, "roe": "free"},
            {"name": "r", "side": "red", "at_km": [1, 0], **group, "roe": "free"},
        ],
    }
    return compile_scenario(resolve(check_data(copy.deepcopy(data), "card", lambda path: 1))).scenario.plain()


def places(data: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield (path, value) of everything in plain data but its root, and of the first entries of lists."""
    if isinstance(data, dict):
        items: Any = data.items()
    elif isinstance(data, list):
        items = enumerate(data[:MOST_ENTRIES])
    else:
        return
    for step, value in items:
        yield (*path, step), value
        yield from places(value, (*path, step))


@cache
def keys() -> tuple[dict[Place, dict[int, list[Place]]], dict[Place, dict[int, list[Place]]]]:
    """Return the places by key and base: of numbers (or null for one), and of everything else.

    A key has neither indices nor the names of cards, so that all cards together count as much as one.
    """
    from scenarios.format.problems import bounds_at
    from scenarios.format.schema.scenario import ScenarioFile

    numbers: dict[Place, dict[int, list[Place]]] = {}
    rest: dict[Place, dict[int, list[Place]]] = {}
    for base, (_, data) in enumerate(bases()):
        for path, value in places(data):
            is_card = path[0] == "catalogue" and len(path) > 2
            key = tuple(step for k, step in enumerate(path) if isinstance(step, str) and not (is_card and k == 2))
            is_leaf = value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
            is_number = is_leaf and bounds_at(ScenarioFile, data, path) is not None
            (numbers if is_number else rest).setdefault(key, {}).setdefault(base, []).append(path)
    return numbers, rest


class Chance:
    """Draws of one mutant."""

    def __init__(self, seed: int, number: int) -> None:
        self._rng = np.random.default_rng([seed, number])

    def share(self) -> float:
        """Return a number in [0, 1)."""
        return float(self._rng.random())

    def one_of(self, options: Any) -> Any:
        """Return one of several."""
        return list(options)[int(self._rng.integers(len(options)))]


def mutant(seed: int, number: int) -> tuple[str, Any]:
    """Return what was done to which base, and the data.

    Of twenty mutants seven have a hostile number, seven have one to four numbers within their bounds or on them, and
    six are bent.
    """
    chance = Chance(seed, number)
    numbers, rest = keys()
    kind = chance.one_of(["hostile"] * 7 + ["bounds"] * 7 + ["bent"] * 6)
    by_base = chance.one_of((rest if kind == "bent" else numbers).values())
    base = chance.one_of(by_base)
    name, original = bases()[base]
    data = copy.deepcopy(original)
    path = chance.one_of(by_base[base])
    if kind == "bent":
        return f"{name}; {_bend(chance, data, path)}", data
    if kind == "hostile":
        return f"{name}; {_put(data, path, chance.one_of(NUMBERS))}", data
    done = [name, _put(data, path, _within(chance, data, path))]
    here = [found[base] for found in numbers.values() if base in found]
    for _ in range(chance.one_of((0, 1, 2, 3))):
        path = chance.one_of(chance.one_of(here))
        done.append(_put(data, path, _within(chance, data, path)))
    return "; ".join(done), data


def _within(chance: Chance, data: Any, path: Place) -> Any:
    """Return a number at or within the bounds that hold at a place."""
    from scenarios.format.problems import bounds_at
    from scenarios.format.schema.scenario import ScenarioFile

    low, high = bounds_at(ScenarioFile, data, path) or (0, 1)
    share = chance.share()
    if isinstance(low, int):
        return chance.one_of((low, high, low + round(share * (high - low))))
    small = low if low < 0.0 else max(low, 1e-6) * 10.0 ** (9.0 * share)
    return chance.one_of((low, high, high, low + share * (high - low), min(high, small)))


def _parent(data: Any, path: Place) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


def _put(data: Any, path: Place, value: Any) -> str:
    try:
        _parent(data, path)[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return "nothing"
    return f"{'.'.join(map(str, path))} = {str(value)[:60]}"


def _bend(chance: Chance, data: Any, path: Place) -> str:
    """Put something of the wrong kind at a place, take it out, double or wrap it. Mutates ``data``."""
    parent, last = _parent(data, path), path[-1]
    value = parent[last]
    where = ".".join(map(str, path))
    match chance.one_of(("other", "other", "number", "remove", "double", "wrap", "deep", "rename", "first")):
        case "remove":
            del parent[last]
            return f"{where} removed"
        case "double" if isinstance(value, list) and value:
            value.append(copy.deepcopy(chance.one_of(value)))
            return f"{where}: an entry twice"
        case "wrap":
            parent[last] = [value]
            return f"{where} in a list"
        case "deep":
            for _ in range(chance.one_of((5, 38, 60))):
                value = [value] if chance.share() < 0.5 else {"a": value}
            parent[last] = value
            return f"{where} nested"
        case "rename" if isinstance(last, str):
            parent[last + "_"] = parent.pop(last)
            return f"{where} renamed"
        case "first" if isinstance(value, list) and value:
            parent[last] = value[0]
            return f"{where}: its first entry"
        case "number":
            return _put(data, path, chance.one_of(NUMBERS))
        case _:
            return _put(data, path, chance.one_of(OTHERS))


def play(data: Any, as_text: bool) -> str:
    """Return "right" or "refused"; raise what is neither. What is right is explained, drawn and played."""
    from scenarios.compiler.scenario import compile_scenario
    from scenarios.format.document import check_data, parse_document
    from scenarios.format.resolve import resolve
    from scenarios.format.yaml_text import write_yaml
    from scenarios.show.overview import overview
    from scenarios.show.terminal_map import draw_map
    from simcore.errors import ScenarioError
    from simcore.simulation import Simulation

    try:
        document = parse_document(write_yaml(data), "m") if as_text else check_data(data, "m", lambda path: 1)
        compiled = compile_scenario(resolve(document))
    except ScenarioError as error:
        vague = [line for line in error.problems if not (line.startswith("m: ") and "; " in line and ": " in line[3:])]
        if vague:
            raise AssertionError(f"no path or no remedy: {vague[0]}") from None
        return "refused"
    json.dumps([compiled.scenario.plain(), compiled.warnings, overview(compiled)], allow_nan=False)
    draw_map(compiled, 40, 20, is_coloured=False)
    simulation = Simulation(compiled.params, seed=1, picture_contacts=8, record_events=True)
    for _ in range(N_TICKS):
        simulation.picture(0)
        simulation.advance(1)
    return "right"


def _too_long(signum: int, frame: Any) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _status_bytes(name: str) -> int:
    """Return a size of this process alone: ``ru_maxrss`` starts at the peak of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024


def main(seed: int, first: int, last: int) -> dict[str, Any]:
    """Play mutants and return counts, failures and the slowest."""
    warnings.simplefilter("error")
    play(copy.deepcopy(bases()[0][1]), as_text=False)
    room = _status_bytes("VmSize") + max(0, MEMORY_BYTES - _status_bytes("VmHWM"))
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    signal.signal(signal.SIGPROF, _too_long)
    counts = {"right": 0, "refused": 0, "failed": 0}
    failures: list[str] = []
    slowest = (0.0, "")
    for number in range(first, last):
        what, data = mutant(seed, number)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            result = play(data, as_text=number % 10 == 0)
        except Exception as error:
            result = "failed"
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            failures.append(f"{number}: {what}: {type(error).__name__} at {where}: {str(error)[:200]}")
        signal.setitimer(signal.ITIMER_PROF, 0)
        counts[result] += 1
        slowest = max(slowest, (time.process_time() - began, f"{number}: {what}"))
    peak = _status_bytes("VmHWM")
    return {"counts": counts, "failures": failures, "slowest": slowest, "peak_bytes": peak}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:4]))))
