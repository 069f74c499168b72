"""Speed of the full model: fixed work, repeated in every round."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.benchmark.results import PolicyShare, Spread
from scenarios.compiler.scenario import Compiled
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from scenarios.run.provenance import versions
from simcore.decision_loop import run_decisions
from simcore.params import RuleW
from simcore.picture import Picture
from simcore.rng import fill_uniforms
from simcore.simulation import Simulation
from simcore.state import Cells, State
from simcore.types import I64

SEED = 1
MOST_REPLICATIONS = 64
MOST_STATE_BYTES = 256e6
_DRAWS = 4096


@dataclass(frozen=True, eq=False)
class Work:
    """The work of a case in each round: whole runs of a scenario, from the first tick to the end."""

    name: str
    compiled: Compiled
    replications: int
    n_ticks: int

    @property
    def n_units(self) -> int:
        """Units of the scenario."""
        return int(self.compiled.params.units.whole.shape[1])


@dataclass(frozen=True)
class Round:
    """The cost of a round."""

    unit_steps: int
    cpu_s: float
    wall_s: float

    @property
    def rate(self) -> float:
        """Unit-steps per CPU-second."""
        return self.unit_steps / max(self.cpu_s, 1e-9)


def start(work: Work, threads: int = 1, replications: int | None = None) -> Simulation:
    """Return the work at tick 0."""
    return Simulation(
        work.compiled.params,
        seed=SEED,
        replications=range(replications or work.replications),
        picture_contacts=work.compiled.roster.picture_contacts,
        threads=threads,
    )


def play(work: Work) -> Round:
    """Play the scenario's own tasks to the end on a single thread, without policies, by decision intervals."""
    simulation = start(work)
    step = max(1, work.compiled.roster.decision_ticks)
    wall, cpu = time.perf_counter(), time.process_time()
    while simulation.tick < work.n_ticks and not bool(simulation.done.all()):
        simulation.advance(min(step, work.n_ticks - simulation.tick))
    return Round(simulation.unit_steps, time.process_time() - cpu, time.perf_counter() - wall)


def size_up(name: str, compiled: Compiled, seconds: float, most_ticks: int | None) -> Work:
    """Return work of about ``seconds`` CPU-seconds per round. Plays once, so that everything is compiled afterwards."""
    n_ticks = int(compiled.params.rules_whole[RuleW.N_TICKS])
    if most_ticks is not None:
        n_ticks = min(n_ticks, most_ticks)
    play(Work(name, compiled, 1, 1))
    work = Work(name, compiled, 1, n_ticks)
    cost_s = max(play(work).cpu_s, 1e-4)
    by_memory = int(MOST_STATE_BYTES / state_bytes(start(work).state))
    replications = min(round(seconds / cost_s), MOST_REPLICATIONS, by_memory)
    return Work(name, compiled, max(1, replications), n_ticks)


def reference_rate(seconds: float = 0.1) -> float:
    """Return draws per CPU-second of a simple compiled loop: a reference for the current speed of the machine."""
    out = np.empty((1, _DRAWS))
    replication = np.zeros(1, dtype=np.uint64)
    draws, cpu_s = 0, 0.0
    with np.errstate(over="ignore"):
        fill_uniforms(np.uint64(SEED), replication, 0, 1, out)
        began = time.process_time()
        while cpu_s < seconds:
            for tick in range(16):
                fill_uniforms(np.uint64(SEED), replication, tick, 1, out)
            draws += 16 * _DRAWS
            cpu_s = time.process_time() - began
    return draws / cpu_s


def measure_threads(work: Work, threads: Sequence[int], seconds: float, rounds: int) -> dict[int, Spread]:
    """Return the speed-up in wall time by number of threads, relative to a single thread in the same round."""
    most = max(threads)
    replications = work.replications * most
    if play(Work(work.name, work.compiled, 1, work.n_ticks)).cpu_s * replications < seconds:
        replications *= 2
    replications = max(most, min(replications, int(MOST_STATE_BYTES / state_bytes(start(work, 1, 1).state))))
    replications -= replications % most
    times: dict[int, list[float]] = {1: [], **{n: [] for n in threads}}
    for _ in range(rounds):
        for n, values in times.items():
            simulation = start(work, n, replications)
            began = time.perf_counter()
            simulation.advance(work.n_ticks)
            values.append(time.perf_counter() - began)
    return {n: Spread(tuple(a / b for a, b in zip(times[1], times[n], strict=True))) for n in threads if n > 1}


class _TimedSimulation(Simulation):
    """Measures the CPU time of the engine and of the pictures."""

    engine_s = 0.0
    pictures_s = 0.0

    def advance(self, n_ticks: int) -> None:
        began = time.process_time()
        super().advance(n_ticks)
        self.engine_s += time.process_time() - began

    def picture(self, side: int, rows: I64 | None = None) -> Picture:
        began = time.process_time()
        picture = super().picture(side, rows)
        self.pictures_s += time.process_time() - began
        return picture


def measure_policies(work: Work) -> PolicyShare:
    """Play the work with the scenario's own policies and return the breakdown of the time.

    Raises ``WargameError`` if a policy of the scenario is not installed.
    """
    compiled = work.compiled
    choices = choose_policies(compiled.roster)
    passes: list[tuple[float, float, float, int]] = []
    for replications in (1, work.replications):  # the first pass compiles and warms up
        policies = build_policies(choices, compiled.briefings, SEED, range(replications))
        simulation = _TimedSimulation(
            compiled.params,
            seed=SEED,
            replications=range(replications),
            picture_contacts=compiled.roster.picture_contacts,
        )
        chairs = build_logistics(choices, compiled, SEED, range(replications))
        began = time.process_time()
        run_decisions(
            simulation, policies, chairs=chairs, decision_ticks=max(1, compiled.roster.decision_ticks),
            n_ticks=work.n_ticks,
        )  # fmt: skip
        total_s = max(time.process_time() - began, 1e-9)
        passes.append((total_s, simulation.engine_s, simulation.pictures_s, simulation.unit_steps))
    total_s, engine_s, pictures_s, unit_steps = passes[-1]
    return PolicyShare(
        policies=tuple(f"{choice.side}: {choice.name}" for choice in choices),
        unit_steps_per_cpu_s=unit_steps / total_s,
        engine=engine_s / total_s,
        pictures=pictures_s / total_s,
        decisions=max(0.0, 1.0 - (engine_s + pictures_s) / total_s),
    )


def state_bytes(state: State) -> int:
    """Return the size of a state [bytes]."""
    return sum(part.real.nbytes + part.whole.nbytes if isinstance(part, Cells) else part.nbytes for part in state)


def describe_machine() -> dict[str, object]:
    """Return the facts about the machine that affect the numbers."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {"processor": processor, "system": platform.system(), "load_average": load, "versions": versions()}
