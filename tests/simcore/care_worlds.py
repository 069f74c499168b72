"""Small scenarios of evacuation and care, and casualties put into them by hand."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from simcore.medical import Health, PersonR, PersonSpecW, PersonW, Stage
from simcore.params import UnitSpecW
from simcore.simulation import Simulation
from tests.simcore.small_worlds import Document, compile_world

QUIET: Document = {
    "injuries": {"p_hurt": 0.0},
    "deterioration": {"law": "none"},
    "first_aid": {"reaction_min": 0, "buddy_min": 0, "medic_min": 0, "request_min": 0},
    "triage": {"p_over": 0, "p_under": 0, "p_over_facility": 0, "p_under_facility": 0},
    "duty": {"mean_days": [0.0, 0.0, 1000.0, 1000.0, 1000.0]},
}
"""A section without injuries and errors, in which people get no worse."""

SEVERITY = {1: 20.0, 2: 12.0, 3: 4.5, 4: 70.0}
"""Severities of the triage categories."""

_PLAIN: Document = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0, "radio": {"range_km": 500}}
PLATFORMS: Document = {
    "post": {**_PLAIN, "command_post": True, "height_m": 20},
    "squad": {**_PLAIN, "people": {"crew": 0, "passengers": 12}},
    "ambulance": {
        **_PLAIN,
        "speed_max_mps": 10,
        "speed_cruise_mps": 10,
        "people": {"crew": 2, "medics": 1},
        "evacuation": {"litters": 2, "seats": 2, "attendant": True, "load_min": 2, "unload_min": 1},
    },
    "robot": {
        **_PLAIN,
        "speed_max_mps": 10,
        "speed_cruise_mps": 10,
        "evacuation": {"litters": 1, "seats": 0, "load_min": 1, "unload_min": 1},
    },
    "aid-post": {
        **_PLAIN,
        "people": {"crew": 6},
        "facility": {"role": 1, "bays": 2, "times": {"resuscitation": 20}},
    },
    "hospital": {
        **_PLAIN,
        "people": {"crew": 20},
        "facility": {
            "role": 2,
            "bays": 2,
            "theatres": 1,
            "intensive": 2,
            "ward": 4,
            "times": {"resuscitation": 30, "surgery": 90, "intensive": 600, "ward": 1440},
        },
    },
}


def group(name: str, platform: str, x_km: float, y_km: float = 0.0, count: int = 1, **keys: Any) -> Document:
    """Return a group of blue."""
    return {
        "name": name,
        "side": "blue",
        "units": [{"platform": platform, "count": count}],
        "at_km": [x_km, y_km],
        "formation": {"spacing_m": 5},
        **keys,
    }


def ambulances(name: str, x_km: float, platform: str = "ambulance", count: int = 1, **task: Any) -> Document:
    """Return a group of transports that evacuate."""
    return group(name, platform, x_km, count=count, task={"verb": "evacuate", **task})


def world(groups: Sequence[Document], hours: float = 8.0, dt_s: float = 10.0, **keys: Any) -> Document:
    """Return a scenario of blue in peace, with the section ``medical``; ``platforms`` are added to the catalogue."""
    platforms = {**PLATFORMS, **keys.pop("platforms", {})}
    medical = {**copy.deepcopy(QUIET), **keys.pop("medical", {})}
    red = {"name": "red-post", "side": "red", "units": [{"platform": "post"}], "at_km": [28, 28]}
    return {
        "schema_version": 1,
        "name": "care",
        "time": {"dt_s": dt_s, "duration_h": hours},
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            "west_km": -30,
            "east_km": 30,
            "south_km": -30,
            "north_km": 30,
            "cell_m": 1000,
            "terrain": {"kind": "flat"},
        },
        "rules": {"stop_on_annihilation": False},
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": [group("hq", "post", 0, 1), *groups, red],
        "medical": medical,
        "catalogue": {"platforms": platforms},
        **keys,
    }


def unit(content: Document, name: str) -> int:
    """Return the index of a unit."""
    return compile_world(content).roster.units.index(name)


def people_of(content: Document, name: str) -> np.ndarray:
    """Return the columns of the people of a unit."""
    return np.flatnonzero(compile_world(content).params.medical.people[PersonSpecW.UNIT] == unit(content, name))


def hurt(
    simulation: Simulation,
    person: int | np.ndarray | list[int],
    *,
    niss: float | None = None,
    triage: int = 1,
    needs_surgery: bool = False,
    walks: bool = False,
    rows: Any = slice(None),
) -> None:
    """Hurt people by hand: they have had their aid, and ask for evacuation from now on."""
    real, whole = simulation.state.people.real, simulation.state.people.whole
    for p in np.atleast_1d(person):
        real[rows, PersonR.SEVERITY, p] = SEVERITY[triage] if niss is None else niss
        for row in (PersonR.HURT_S, PersonR.AID_S, PersonR.REQUEST_S, PersonR.READY_S, PersonR.UPDATED_S):
            real[rows, row, p] = simulation.time_s
        real[rows, PersonR.TRAUMA_RATE, p] = real[rows, PersonR.BLEED_RATE, p] = 1.0
        whole[rows, PersonW.HEALTH, p] = Health.HURT
        whole[rows, PersonW.STAGE, p] = Stage.SCENE
        whole[rows, PersonW.TRIAGE, p] = whole[rows, PersonW.TRUE_TRIAGE, p] = triage
        whole[rows, PersonW.NEEDS_SURGERY, p] = needs_surgery
        whole[rows, PersonW.IS_AMBULATORY, p] = walks
        whole[rows, PersonW.WOUNDS, p] += 1


def stage_of(simulation: Simulation, person: int | np.ndarray, row: int = 0) -> Any:
    """Return the stage (Stage) of people."""
    return simulation.state.people.whole[row, PersonW.STAGE, person]


def place_of(simulation: Simulation, person: int, row: int = 0) -> int:
    """Return the unit with which a person is."""
    return int(simulation.state.people.whole[row, PersonW.PLACE, person])


def side_units(content: Document, side: int) -> np.ndarray:
    """Return the units of a side."""
    return np.flatnonzero(compile_world(content).params.units.whole[UnitSpecW.SIDE] == side)
