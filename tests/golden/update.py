"""Golden runs: what the library scenarios come out as, bit for bit. Run this file to write them anew.

Each scenario is played with the policies that its file names, so a change of a doctrine shows as well. The
horizons are as short as the fight that a run should cover allows. A run keeps the events that happened and the fields
of the state that say something (see ``fields``), so that it does not change with what its scenario does not use.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.loader import load
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_logistics, build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.params import RuleW
from simcore.simulation import copy_state
from simcore.state import WorldW
from simcore.types import EndReason, EventKind
from tests.golden.fields import field_digests

FILE = Path(__file__).with_name("runs.json")
HORIZON_H: dict[str, float] = {
    "two-patrols": 1.0,
    "two-channels": 1.25,
    "joint-littoral-defence": 1.5,
    "air-base-drone-salvo": 2.0,
    "land-delaying-action": 3.0,
    "island-blockade": 4.0,
    "night-strait": 3.0,
    "harbour-swarm": 1.0,
    "undersea-search": 5.0,
    "strait-surveillance": 3.0,
    "outpost-resupply": 14.0,
    "fortnight-patrol": 60.0,
    "convoy-ambush": 1.25,
    "contested-evacuation": 3.0,
    "picket-ship-hit": 4.0,
    "mass-casualty-drill": 2.0,
}
"""Hours of each scenario that are played; less than its duration leaves the end open."""
SEED = 1
REPLICATION = 0


def play(name: str) -> dict[str, Any]:
    """Run a scenario to its horizon and return its event counts by kind and the digests of its last state by field."""
    compiled = load(name)
    choices = choose_policies(compiled.roster)
    policies = build_policies(choices, compiled.briefings, SEED, [REPLICATION])
    chairs = build_logistics(choices, compiled, SEED, [REPLICATION])
    simulation = start_simulation(compiled, SEED, [REPLICATION], record_events=True)
    start = copy_state(simulation.state, np.zeros(1, dtype=np.int64))
    dt_s = compiled.scenario.content.time.dt_s
    n_ticks = min(round(HORIZON_H[name] * 3600.0 / dt_s), int(compiled.params.rules_whole[RuleW.N_TICKS]))
    run_decisions(simulation, policies, chairs=chairs, decision_ticks=compiled.roster.decision_ticks, n_ticks=n_ticks)
    return {
        "seed": SEED,
        "replication": REPLICATION,
        "ticks": int(simulation.state.world[0, WorldW.TICK]),
        "end": EndReason(simulation.state.world[0, WorldW.REASON]).name.lower(),
        "winner": int(simulation.state.world[0, WorldW.WINNER]),
        "events": event_counts(simulation.events()["kind"]),
        "state": field_digests(simulation.state, start),
    }


def event_counts(kinds: np.ndarray) -> dict[str, int]:
    """Return how often each kind among the codes of ``kinds`` (n,) happened, by name; kinds that did not are absent."""
    codes, counts = np.unique(kinds, return_counts=True)
    return {EventKind(code).name.lower(): int(count) for code, count in zip(codes, counts, strict=True)}


def differences(stored: dict[str, Any], run: dict[str, Any]) -> list[str]:
    """Return the fields of a stored run and of one now that differ, as ``name: stored, now``; None is absent."""
    found: list[str] = []
    for key in dict.fromkeys((*stored, *run)):
        old, new = stored.get(key), run.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            found += [f"{key}.{line}" for line in differences(old, new)]
        elif old != new:
            found.append(f"{key}: {old}, {new}")
    return found


def stored_runs() -> dict[str, dict[str, Any]]:
    """Return the runs that were written down, by scenario."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def main() -> int:
    """Write the runs down: those named on the command line, or all."""
    runs = stored_runs()
    for name in sys.argv[1:] or HORIZON_H:
        run = play(name)
        sys.stdout.write("".join(f"{name}: {line}\n" for line in differences(runs.get(name, {}), run)))
        runs[name] = run
    FILE.write_text(json.dumps({name: runs[name] for name in HORIZON_H}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
