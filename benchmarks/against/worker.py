"""A worker of the comparison of two commits: plays scenarios in the tree that it is started in.

Reads a JSON line from its input, writes a JSON line to its output, until the input ends. It runs in trees of any age,
so it uses only names that have not changed: ``scenarios.loader.load``, ``scenarios.generator.generate``,
``Simulation``, and for games with policies ``choose_policies``, ``build_policies`` and ``run_decisions``. The answer to
a failed request is ``{"problem": "..."}``.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SEED = 1
DENSITY_PER_KM2 = 0.02  # of generated scenarios, as in chammo bench
DURATION_H = 1.0
DT_S = 2.0
MOST_TICKS = 1_000_000
AHEAD_S = 1800.0


class Worker:
    """Loaded scenarios, by file."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}
        self._middle: dict[str, Any] = {}  # a world of each at a third of its fight

    def begin(self, tree: str) -> Json:
        """Import the engine, and make sure that it is that of ``tree``."""
        import simcore

        found = Path(simcore.__file__).resolve()
        if Path(tree).resolve() not in found.parents:
            raise RuntimeError(f"the engine is that of {found.parent}, not of {tree}")
        return {}

    def generate(self, units: int, file: str) -> Json:
        """Write a generated scenario of ``units`` units."""
        from scenarios.generator import generate

        text = generate(units, SEED, DENSITY_PER_KM2, DURATION_H, DT_S)
        Path(file).write_text(text, encoding="utf-8")
        return {}

    def load(self, file: str) -> Json:
        """Load a scenario and play its first tick: ``units`` at the start, ``step`` of the decisions [ticks]."""
        from scenarios.loader import load

        self._loaded[file] = load(file)
        simulation = self._start(file, 1)
        simulation.advance(1)  # compiles, or loads the compiled code
        return {"units": int(simulation.unit_steps), "step": max(1, int(self._loaded[file].roster.decision_ticks))}

    def memory(self, units: int, file: str) -> Json:
        """Return the bytes per unit of a generated scenario: state of a replication, parameters without terrain."""
        self.generate(units, file)
        self.load(file)
        params, state = self._loaded[file].params, self._start(file, 1).state
        return {"bytes_per_unit": (_count_bytes(state) + _count_bytes(params) - _count_bytes(params.terrain)) / units}

    def first_tick(self, units: int, file: str) -> Json:
        """Return the CPU time of this process after the first tick of a generated scenario [s]: ask a new process."""
        self.generate(units, file)
        self.load(file)
        return {"cpu_s": time.process_time()}

    def size(self, file: str, step: int, seconds: float) -> Json:
        """Return the ``ticks`` of a run, cut off after about ``seconds`` CPU-seconds, its cost and its unit-steps."""
        simulation = self._start(file, 1)
        ticks, began_s = 0, time.process_time()
        while not simulation.done.all() and time.process_time() - began_s < seconds:
            simulation.advance(step)
            ticks += step
        cpu_s = time.process_time() - began_s
        is_whole = bool(simulation.done.all())
        return {"ticks": ticks, "cpu_s": cpu_s, "unit_steps": int(simulation.unit_steps), "is_whole": is_whole}

    def play(self, file: str, step: int, replications: int, ticks: int | None, games: str = "") -> Json:
        """Play the tasks of the file, to the end or for ``ticks`` ticks: no policies, one thread, no pictures.

        ``games`` are with the policies of the scenario: a "batch", or "rollouts" of ``replications`` worlds from a
        third of the fight to its end, "rollouts-30min" for half an hour.
        """
        if games:
            return self._play_games(file, games, replications)
        simulation = self._start(file, replications)
        most, done = ticks or MOST_TICKS, 0
        began_s = time.process_time()
        while done < most and not simulation.done.all():
            simulation.advance(min(step, most - done))
            done += step
        return {"unit_steps": int(simulation.unit_steps), "cpu_s": time.process_time() - began_s}

    def _play_games(self, file: str, games: str, worlds: int) -> Json:
        from simcore.params import RuleR, RuleW

        rules = self._loaded[file].params
        n_ticks = int(rules.rules_whole[RuleW.N_TICKS])
        until = n_ticks
        simulation = self._start(file, worlds if games == "batch" else 1)
        if games != "batch":
            if file not in self._middle:
                self._decide(file, simulation, 1, n_ticks // 3)
                self._middle[file] = simulation
            simulation = self._middle[file]
            if games == "rollouts-30min":
                until = min(n_ticks, simulation.tick + round(AHEAD_S / float(rules.rules_real[RuleR.DT_S])))
        before = int(simulation.unit_steps) * (1 if games == "batch" else worlds)
        began_s = time.process_time()
        if games != "batch":
            simulation = simulation.fan_out(range(worlds))
        self._decide(file, simulation, worlds, until)
        return {"unit_steps": int(simulation.unit_steps) - before, "cpu_s": time.process_time() - began_s}

    def _decide(self, file: str, simulation: Any, worlds: int, until: int) -> None:
        from scenarios.run.policies import build_policies, choose_policies
        from simcore.decision_loop import run_decisions

        compiled = self._loaded[file]
        policies = build_policies(choose_policies(compiled.roster), compiled.briefings, SEED, range(worlds))
        step = max(1, int(compiled.roster.decision_ticks))
        run_decisions(simulation, policies, decision_ticks=step, n_ticks=until)

    def _start(self, file: str, replications: int) -> Any:
        from simcore.simulation import Simulation

        loaded = self._loaded[file]
        contacts = int(loaded.roster.picture_contacts)
        return Simulation(loaded.params, seed=SEED, replications=range(replications), picture_contacts=contacts)


def _count_bytes(part: Any) -> int:
    """Return the bytes of an array, or of all arrays in nested tuples."""
    if isinstance(part, tuple):
        return sum(_count_bytes(each) for each in part)  # pyright: ignore[reportUnknownVariableType]
    return int(getattr(part, "nbytes", 0))


def main() -> int:
    answers, sys.stdout = sys.stdout, sys.stderr  # keeps the output of the trees apart from the answers
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        do: Callable[..., Json] = getattr(worker, request.pop("do"))
        try:
            answer = do(**request)
        except Exception as error:  # a tree of any age may fail in any way
            first = (str(error).strip().splitlines() or [""])[0]
            answer = {"problem": f"{type(error).__name__}: {first}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
