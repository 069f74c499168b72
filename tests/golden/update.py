"""Golden runs: what a library scenario comes out as, bit for bit. Run this file to write them anew."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.loader import load
from simcore.simulation import Simulation
from simcore.state import WW
from simcore.types import EndReason, EventKind

FOLDER = Path(__file__).parent
SCENARIO = "two-patrols"
SEED = 1
REPLICATION = 0


def play() -> dict[str, Any]:
    """Run the scenario to its end and return its event counts by kind and the hash of its last state."""
    simulation = Simulation(load(SCENARIO).params, seed=SEED, replications=[REPLICATION], record_events=True)
    while not simulation.done.all():
        simulation.advance(1000)
    kinds = np.bincount(simulation.events()["kind"], minlength=max(EventKind) + 1)
    return {
        "scenario": SCENARIO,
        "seed": SEED,
        "replication": REPLICATION,
        "ticks": int(simulation.state.world[0, WW.TICK]),
        "end": EndReason(simulation.state.world[0, WW.REASON]).name.lower(),
        "winner": int(simulation.state.world[0, WW.WINNER]),
        "events": {kind.name.lower(): int(kinds[kind]) for kind in EventKind},
        "hash": simulation.hash()[0],
    }


def golden_file() -> Path:
    """Return the file that keeps the run."""
    return FOLDER / f"{SCENARIO}.json"


def main() -> int:
    """Write the run down."""
    golden_file().write_text(json.dumps(play(), indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"wrote {golden_file()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
