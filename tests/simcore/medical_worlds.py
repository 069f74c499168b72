"""Small worlds with people, as documents that a user could have written: a camp that is hurt far from any fight."""

from typing import Any

import numpy as np

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document
from simcore.medical import Health, PersonR, PersonW
from simcore.params import RuleW
from simcore.simulation import Simulation

Document = dict[str, Any]

NEVER_MIN = 500_000.0
CALM: Document = {"reaction_min": NEVER_MIN}
"""First aid that never comes."""


def injuries(**fragment: Any) -> Document:
    """Return injuries of which those by fragments have the given values: by default nobody dies at once or bleeds."""
    return {"fragment": {"p_at_once": 0.0, "p_bleeding": 0.0, "severity": 31.0, **fragment}}


def camp(people: Any = 400, *, hours: float = 3.0, per_1000_per_day: float = 100_000.0, **medical: Any) -> Document:
    """Return a camp of people who are hurt at a rate (by default each about every 15 minutes), with no fight near.

    Without care each injury that can kill does, unless ``medical`` says otherwise.
    """
    course = {"p_fatal": 1.0, **medical.pop("deterioration", {})}
    sickness = {"wounded_per_1000_per_day": per_1000_per_day}
    return {
        "schema_version": 1,
        "name": "camp",
        "time": {"dt_s": 10, "duration_h": hours, "decision_interval_s": 600, "record_interval_s": 600},
        "map": {
            "origin": {"longitude_deg": 127, "latitude_deg": 37},
            "west_km": 0,
            "east_km": 40,
            "south_km": 0,
            "north_km": 40,
        },
        "rules": {"stop_on_annihilation": False},
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [
            {"name": "camp", "side": "blue", "at_km": [5, 5], "units": [{"platform": "tents", "people": people}]},
            {"name": "far", "side": "red", "at_km": [35, 35], "units": [{"platform": "tents"}]},
        ],
        "catalogue": {
            "platforms": {"tents": {"domain": "land", "target_class": "structure", "speed_max_mps": 0}},
        },
        "medical": {
            "sickness": sickness,
            "first_aid": CALM,
            "injuries": injuries(),
            "deterioration": course,
            **medical,
        },
    }


def compiled(document: Document) -> Compiled:
    """Return a compiled document."""
    return compile_document(document)


def played(document: Document, n: int = 1, seed: int = 7, threads: int = 1) -> Simulation:
    """Return the document played to its end in ``n`` replications."""
    case = compiled(document)
    simulation = Simulation(case.params, seed=seed, replications=range(n), threads=threads)
    simulation.advance(int(case.params.rules_whole[RuleW.N_TICKS]))
    return simulation


def column(simulation: Simulation, row: PersonR | PersonW) -> np.ndarray:
    """Return (R, people) a row of the people."""
    block = simulation.state.people.real if isinstance(row, PersonR) else simulation.state.people.whole
    return block[:, row]


def dead(simulation: Simulation) -> np.ndarray:
    """Return (R, people) who is dead."""
    return column(simulation, PersonW.HEALTH) == Health.DEAD
