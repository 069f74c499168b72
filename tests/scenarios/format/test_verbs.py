"""The page of tasks says which keys a verb reads; here the engine says so too."""

from typing import Any, get_args

import numpy as np
import pytest

from scenarios.format.schema.objectives import Objective
from scenarios.format.schema.scenario import TaskOrder
from scenarios.format.schema.types import AutonomyName, RoeName, TaskName
from scenarios.format.verbs import AUTONOMY, OBJECTIVES, RULES_OF_ENGAGEMENT, VERBS
from scenarios.loader import compile_document
from simcore.simulation import Simulation
from simcore.state import UnitR

BASE: dict[str, Any] = {"at_km": [5, 0], "radius_km": 4, "speed": 0.5, "spacing_m": 800}
OTHER: dict[str, Any] = {"at_km": [5, 3], "radius_km": 6, "speed": 0.9, "spacing_m": 1500}


def places(verb: str, change: dict[str, Any]) -> np.ndarray:
    """Return where three vehicles are after ten minutes; an enemy they see stands 5 km from the task's point."""
    task: dict[str, Any] = {"verb": verb, **BASE, **change}
    if verb == "escort":
        task.setdefault("escort", "lead")
    eye = {"model": "cookie_cutter", "range_km": 30, "p_detect": 1, "interval_s": 5, "needs_sight": False}
    gun = {"domains": ["land"], "range_max_km": 0.5, "p_hit": 0.0}
    car: dict[str, Any] = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 20}
    groups: list[dict[str, Any]] = [
        {
            "name": "cars",
            "side": "blue",
            "at_km": [-4, 0],
            "home_km": [-6, -2],
            "heading_deg": 90,
            "roe": "hold",
            "units": [{"platform": "car", "count": 3}],
            "task": task,
        },
        *(
            {"name": name, "side": "blue", "at_km": [-4, y], "heading_deg": 90, "units": [{"platform": "bare"}]}
            | {"task": {"verb": "move", "at_km": [8, y]}}
            for name, y in (("lead", 2), ("other", -5))
        ),
        {"name": "enemy", "side": "red", "at_km": [5, 5], "heading_deg": 0, "units": [{"platform": "bare"}]},
    ]
    compiled = compile_document(
        {
            "schema_version": 1,
            "name": "verbs",
            "time": {"dt_s": 2, "duration_s": 2000},
            "map": {
                "origin": {"longitude_deg": 10.0, "latitude_deg": 50.0},
                "west_km": -15,
                "east_km": 15,
                "south_km": -15,
                "north_km": 15,
            },
            "sides": [{"name": "blue"}, {"name": "red"}],
            "groups": groups,
            "catalogue": {
                "sensors": {"eye": eye},
                "weapons": {"gun": gun},
                "platforms": {
                    "car": {**car, "sensors": ["eye"], "weapons": [{"weapon": "gun", "rounds": 1}]},
                    "bare": {**car, "radio": {"range_km": 40}},
                },
            },
        }
    )
    simulation = Simulation(compiled.params, seed=3)
    tracks: list[np.ndarray] = []
    for _ in range(6):
        simulation.advance(50)
        tracks.append(simulation.state.units.real[0, [UnitR.X, UnitR.Y]][:, :3].copy())
    return np.array(tracks)


def test_all_words_are_explained() -> None:
    assert set(VERBS) == set(get_args(TaskName))
    assert set(RULES_OF_ENGAGEMENT) == set(get_args(RoeName))
    assert set(AUTONOMY) == set(get_args(AutonomyName))
    assert set(OBJECTIVES) == set(get_args(Objective.model_fields["kind"].annotation))
    for verb in VERBS.values():
        assert set(verb.keys) <= set(TaskOrder.model_fields)
        assert bool(verb.radius) == ("radius_km" in verb.keys)
        assert bool(verb.spacing) == ("spacing_m" in verb.keys)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("resupply", "tow", "evacuate")])
def test_a_verb_reads_the_keys_that_its_row_names_and_no_others(verb: str) -> None:
    before = places(verb, {})
    changes = {key: {key: value} for key, value in OTHER.items()}
    if verb == "screen":
        changes["radius_km"] |= {"spacing_m": 0.0}
        assert (places(verb, {"spacing_m": 0.0}) != before).any()
        assert (places(verb, changes["radius_km"]) != places(verb, {"spacing_m": 0.0})).any()
        del changes["radius_km"]
    if verb == "escort":
        changes["escort"] = {"escort": "other"}
    for key, change in changes.items():
        assert (places(verb, change) != before).any() == (key in VERBS[verb].keys), key
