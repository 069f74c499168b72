"""Costs of a start and of memory, new to old, in turns: seconds and bytes, so less is better.

The commands run as a user runs them, each in a new process, with a cache folder for each tree: of compiled code, and of
compiled scenarios where a tree keeps them. It is filled by a run that is not measured; a cold start has a new folder.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.against.pairing import Measured
from benchmarks.against.trees import Player, Tree, TreeError

try:
    import resource
except ImportError:  # not on Windows
    resource = None

SCENARIO = "two-patrols"
MEMORY_UNITS = (100, 1000, 10_000)
FIRST_TICK_UNITS = 10_000

Start = Callable[[Tree], Player]


@dataclass
class Cost(Measured):
    """A quantity of which less is better, measured in each round in both trees."""

    name: str
    unit: str
    measure: Callable[["Site"], float]
    rounds: int
    prepare: Callable[["Site"], float] | None = None  # a first measurement that fills the caches and does not count

    def as_json(self) -> dict[str, Any]:
        """Return the cost with its ratio."""
        ratio = self.ratio
        values = {"name": self.name, "unit": self.unit, "new": self.new, "old": self.old, "problem": self.problem}
        return values | {"ratio": None if ratio is None else asdict(ratio)}


@dataclass(frozen=True)
class Site:
    """A tree with its cache folder and a folder for files."""

    tree: Tree
    cache: Path
    folder: Path
    start: Start

    def run(self, *command: str, cache: Path | None = None) -> float:
        """Return the CPU time of a ``chammo`` command in a new process [s], on all of its threads.

        Raises
        ------
        TreeError
            When the command fails.
        """
        before_s = _children_cpu_s()
        done = self._python(self.cache if cache is None else cache, "-m", "scenarios.cli", *command)
        cpu_s = _children_cpu_s() - before_s
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise TreeError(f"{self.tree.name}: chammo {command[0]}: {reason}")
        return cpu_s

    def check(self) -> None:
        """Raise ``TreeError`` when the commands would not be those of the tree."""
        done = self._python(self.cache, "-c", "import scenarios; print(scenarios.__file__)")
        if self.tree.folder.resolve() not in Path(done.stdout.strip()).resolve().parents:
            raise TreeError(f"{self.tree.name}: its commands are in {done.stdout.strip() or 'no package'}")

    def _python(self, cache: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(self.tree.folder), "XDG_CACHE_HOME": str(cache)}
        for name in ("NUMBA_CACHE_DIR", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(name, None)
        command = [sys.executable, "-P", *arguments]
        return subprocess.run(
            command, cwd=self.tree.folder, env=environment, capture_output=True, text=True, check=False
        )

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Return the answer of a new worker to a request."""
        with self.start(self.tree) as player:
            return player.request(do, **fields)


def _children_cpu_s() -> float:
    if resource is None:
        return time.perf_counter()  # the wall time
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _run_warm(site: Site) -> float:
    site.check()
    with tempfile.TemporaryDirectory(dir=site.folder) as out:
        return site.run("run", SCENARIO, "--out", str(Path(out) / "run"))


def _run_cold(site: Site) -> float:
    site.check()
    with tempfile.TemporaryDirectory(dir=site.folder) as out:
        return site.run("run", SCENARIO, "--out", str(Path(out) / "run"), cache=Path(out) / "cache")


def _show(site: Site) -> float:
    site.check()
    return site.run("show", SCENARIO)


def _first_tick(site: Site) -> float:
    file = site.folder / f"{site.tree.name}-first-tick.yaml"
    return float(site.ask("first_tick", units=FIRST_TICK_UNITS, file=str(file))["cpu_s"])


def _memory_of(units: int) -> Callable[[Site], float]:
    def measure(site: Site) -> float:
        file = site.folder / f"{site.tree.name}-memory-{units}.yaml"
        return float(site.ask("memory", units=units, file=str(file))["bytes_per_unit"])

    return measure


def list_costs(rounds: int) -> list[Cost]:
    """Return all costs, not yet measured."""
    return [
        *(Cost(f"memory-{n}", "B/unit", _memory_of(n), 1) for n in MEMORY_UNITS),  # always the same
        Cost(f"first-tick-{FIRST_TICK_UNITS}", "CPU-s", _first_tick, rounds, _memory_of(MEMORY_UNITS[0])),
        Cost(f"show-warm:{SCENARIO}", "CPU-s", _show, rounds, _show),
        Cost(f"run-warm:{SCENARIO}", "CPU-s", _run_warm, rounds, _run_warm),
        Cost(f"run-cold:{SCENARIO}", "CPU-s", _run_cold, rounds),
    ]


def choose_costs(names: Sequence[str] | None, rounds: int) -> list[Cost]:
    """Return the costs of these names, or all.

    Raises
    ------
    TreeError
        With a name that is no cost.
    """
    costs = {cost.name: cost for cost in list_costs(rounds)}
    for name in names or ():
        if name not in costs:
            raise TreeError(f"no cost {name}: choose from {', '.join(costs)}")
    return [costs[name] for name in names] if names else list(costs.values())


def measure_costs(
    costs: Sequence[Cost],
    new: Tree,
    old: Tree,
    folder: Path,
    say: Callable[[str], None],
    start: Start = Player,
) -> None:
    """Measure the costs in both trees, in turns. Mutates ``costs`` round by round."""
    sites = [Site(tree, folder / f"cache-{label}", folder, start) for label, tree in (("new", new), ("old", old))]
    for cost in costs:
        say(f"{cost.name}: {cost.rounds} rounds")
        try:
            if cost.prepare is not None:
                for site in sites:
                    cost.prepare(site)
            for k in range(cost.rounds):
                order = (0, 1) if k % 2 == 0 else (1, 0)
                found = dict.fromkeys(order, 0.0)
                for place in order:
                    found[place] = cost.measure(sites[place])
                cost.new.append(found[0])
                cost.old.append(found[1])
        except TreeError as error:
            cost.problem = str(error)


def cost_lines(costs: Sequence[Cost], new: str, old: str) -> list[str]:
    """Return the table of the costs."""
    lines = [
        f"{new} against {old}: costs, medians; less is better",
        f"{'cost':<30}{'rounds':>7}{'unit':>8}{'old':>10}{'new':>10}{'new/old':>9}  95 % interval",
    ]
    for cost in costs:
        ratio = cost.ratio
        if ratio is None:
            lines.append(f"{cost.name:<30}not compared: {cost.problem or 'no round ended'}")
            continue
        newer, older = cost.middles
        lines.append(
            f"{cost.name:<30}{len(cost.new):>7}{cost.unit:>8}{older:>10,.2f}{newer:>10,.2f}"
            f"{ratio.median:>9.2f}  {ratio.low:.2f} - {ratio.high:.2f}"
        )
    return [
        *lines,
        "memory: state of a replication and parameters without the terrain; work space is one per thread, not counted",
        "first-tick: a new process generates the scenario, loads it and plays its first tick, with compiled code",
    ]
