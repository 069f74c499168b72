"""Looks of cameras, sonars and receivers against a slow twin, and that they tell nobody what they cannot know."""

import copy
import math
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scenarios.loader import compile_document
from simcore.rng import Stream, draw, draw_keys, stream_key
from simcore.simulation import Simulation
from simcore.state import ContactW, UnitR
from tests.reference.looks import camera_level, ranged_level, sonar_p
from tests.simcore.small_worlds import Document, bits

SEED = 5
SENSORS: Document = {
    "camera": {"model": "electro_optical", "range_km": 6, "ifov_mrad": 0.15, "p_covered": 0.8, "error_m": 0},
    "imager": {
        "model": "electro_optical", "range_km": 5, "ifov_mrad": 0.3, "night_factor": 0.8, "haze_factor": 0.5,
    },
    "array": {
        "model": "sonar_passive", "range_km": 9, "frequency_khz": 0.8, "directivity_db": 15, "threshold_db": 2,
        "own_noise_db": 75,
    },
    "ping": {
        "model": "sonar_active", "range_km": 8, "frequency_khz": 5, "directivity_db": 18, "threshold_db": 8,
        "source_level_db": 195,
    },
    "ears": {"model": "esm", "range_km": 9, "p_detect": 0.6, "range_factor": 1.4},
    "radar": {"model": "radar", "range_km": 4, "domains": ["air"], "reference": {"range_km": 3, "p_detect": 0.5}},
}  # fmt: skip
BOAT: Document = {
    "domain": "surface",
    "target_class": "small_boat",
    "speed_max_mps": 15.0,
    "speed_cruise_mps": 6.0,
    "height_m": 4.0,
    "critical_dimension_m": 1.8,
    "contrast": 0.7,
    "acoustics": {"source_level_db": 128, "source_level_rest_db": 105, "target_strength_db": 4},
    "sensors": ["camera", "array", "ears"],
}
DIVER: Document = {
    "domain": "subsurface",
    "target_class": "submarine",
    "speed_max_mps": 8.0,
    "speed_cruise_mps": 4.0,
    "height_m": -60.0,
    "critical_dimension_m": 1.0,
    "contrast": 1.0,
    "acoustics": {"source_level_db": 118, "source_level_rest_db": 96, "target_strength_db": 8},
    "sensors": ["ping", "array"],
}
SHIP: Document = {**BOAT, "contrast": 0.3, "critical_dimension_m": 9.0, "sensors": ["imager", "ears", "radar"]}
PLATFORMS: Document = {"boat": BOAT, "diver": DIVER, "ship": SHIP}
AIR: Document = {"light": 0.4, "visibility_km": 6.0, "rain_mm_per_h": 3.0, "wind_mps": 8.0}


def world(units: list[tuple[str, str, float, float, float, bool]], **keys: Any) -> Document:
    """Return a scenario at sea of (side, platform, east, north, speed share, is silent) that lasts for one look."""
    groups = [
        {
            "name": f"unit-{k}",
            "side": side,
            "units": [{"platform": card}],
            "at_km": [east, north],
            "heading_deg": 90.0,
            "emcon": "silent" if is_silent else "radiate",
            "formation": {"spacing_m": 0.0},
            **({"task": {"verb": "move", "at_km": [50.0, north], "speed": share}} if share > 0.0 else {}),
        }
        for k, (side, card, east, north, share, is_silent) in enumerate(units)
    ]
    sensors = {name: {**card, "interval_s": 5.0} for name, card in SENSORS.items()}
    content: Document = {
        "schema_version": 1,
        "name": "looks",
        "time": {"dt_s": 5.0, "duration_s": 50.0},
        "map": {
            "origin": {"longitude_deg": 126.0, "latitude_deg": 37.0},
            **{f"{edge}_km": value for edge, value in (("west", -60), ("east", 60), ("south", -60), ("north", 60))},
            "cell_m": 1e5,
            "flat_earth": True,
            "terrain": {"kind": "flat", "surface": "water"},
        },
        "environment": {
            "start_local_h": 0.0,
            "night_light": AIR["light"],
            **{name: AIR[name] for name in ("visibility_km", "rain_mm_per_h", "wind_mps")},
        },
        "rules": {"contact_refresh_s": 0.0, "stagger": False, "stop_on_annihilation": False},
        "sides": [{"name": "blue"}, {"name": "red"}],
        "groups": groups,
        "catalogue": {"platforms": PLATFORMS, "sensors": sensors},
    }
    return copy.deepcopy({**content, **keys})


def play(content: Document, replications: list[int], ticks: int = 1) -> tuple[Simulation, tuple[str, ...]]:
    """Return a simulation after some ticks, and the names of its units."""
    compiled = compile_document(content)
    simulation = Simulation(compiled.params, seed=SEED, replications=replications)
    simulation.advance(ticks)
    return simulation, compiled.roster.units


def expected_levels(
    units: list[tuple[str, str, float, float, float, bool]], simulation: Simulation, names: tuple[str, ...], r: int
) -> dict[tuple[str, int], int]:
    """Return what each side knows about each unit after the first look, by the twin."""
    key = np.empty_like(simulation.params.name_key)
    with np.errstate(over="ignore"):
        draw_keys(np.uint64(SEED), simulation.state.replication[r], simulation.params.name_key, key)
        draws = np.uint64(stream_key(np.uint64(SEED), simulation.state.replication[r], 0, Stream.DETECT))
    known: dict[tuple[str, int], int] = {}
    state = simulation.state.units.real[r]
    row = {name: k for k, name in enumerate(names)}
    for a, (side, card_a, *_) in enumerate(units):
        for b, (other, card_b, _, _, _, is_silent) in enumerate(units):
            i, j = row[f"unit-{a}"], row[f"unit-{b}"]
            own, target = dict(PLATFORMS[card_a]), dict(PLATFORMS[card_b])
            own["speed_mps"] = math.hypot(state[UnitR.VX, i], state[UnitR.VY, i])
            target["speed_mps"] = math.hypot(state[UnitR.VX, j], state[UnitR.VY, j])
            flat_m = math.hypot(state[UnitR.X, i] - state[UnitR.X, j], state[UnitR.Y, i] - state[UnitR.Y, j])
            for q, name in enumerate(own["sensors"] if side != other else ()):
                card = SENSORS[name]
                is_sonar = card["model"].startswith("sonar")
                has_it_in_view = target["domain"] != "subsurface" or is_sonar
                if flat_m > card["range_km"] * 1e3 or card["model"] == "radar" or not has_it_in_view:
                    continue
                with np.errstate(over="ignore"):
                    u = draw(draws, key[i] + np.uint64(q), key[j])
                dz = own["height_m"] - target["height_m"]
                if card["model"] == "electro_optical":
                    level = camera_level(card, target, math.hypot(flat_m, dz), AIR, u)
                elif is_sonar:
                    dz = min(own["height_m"], 0.0) - min(target["height_m"], 0.0)
                    p = sonar_p(card, own, target, math.hypot(flat_m, dz), AIR["wind_mps"])
                    level = ranged_level(card, flat_m) if u < p else 0
                else:
                    emits = "radar" in target["sensors"] and not is_silent
                    heard = emits and flat_m <= 1.4 * SENSORS["radar"]["range_km"] * 1e3
                    level = ranged_level(card, flat_m) if heard and u < card["p_detect"] else 0
                known[side, j] = max(known.get((side, j), 0), level)
    return known


unit = st.tuples(
    st.sampled_from(["blue", "red"]),
    st.sampled_from(["boat", "diver", "ship"]),
    st.floats(-4.0, 4.0).map(lambda value: round(value, 3)),
    st.floats(-4.0, 4.0).map(lambda value: round(value, 3)),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.booleans(),
)
ANCHORS: list[tuple[str, str, float, float, float, bool]] = [
    ("blue", "boat", -1.0, 0.0, 0.0, False),
    ("red", "boat", 1.0, 0.5, 0.5, False),
]


@settings(max_examples=15)
@example([("blue", "boat", 0.0, 0.0, 0.0, False), ("red", "boat", 0.0, 0.0, 0.0, False)])  # at one place
@given(st.lists(unit, min_size=1, max_size=6))
def test_looks_equal_those_of_a_slow_twin(more: list[tuple[str, str, float, float, float, bool]]) -> None:
    units = ANCHORS + more
    simulation, names = play(world(units), list(range(8)))
    level = simulation.state.contacts.whole[:, ContactW.LEVEL].reshape(8, 2, len(names))
    for r in range(8):
        known = expected_levels(units, simulation, names, r)
        found = {
            (side, j): int(level[r, s, j])
            for s, side in enumerate(("blue", "red"))
            for j in range(len(names))
            if level[r, s, j]
        }
        assert found == {pair: value for pair, value in known.items() if value}


def test_all_levels_and_all_sensors_come_up() -> None:
    units = [*ANCHORS, ("red", "ship", 2.0, 1.0, 0.0, False), ("red", "diver", 4.0, 2.0, 1.0, False)]
    simulation, names = play(world(units), list(range(60)))
    blue = simulation.state.contacts.whole[:, ContactW.LEVEL].reshape(60, 2, len(names))[:, 0]
    assert set(np.unique(blue).tolist()) == {0, 1, 2, 3}
    assert (blue.max(axis=0) > 0).sum() == 3


def test_a_hidden_enemy_shows_by_none_of_its_properties() -> None:
    """Out of every sensor's range: neither noise, echo, size, contrast nor a radar that is on can be noticed."""
    pictures: list[list[bytes]] = []
    for change in ({}, {"contrast": 0.9, "critical_dimension_m": 50.0}, {"acoustics": None}, {"sensors": ["camera"]}):
        units = [*ANCHORS, ("red", "ship", 20.0, 20.0, 0.0, False)]
        content = world(units)
        content["catalogue"]["platforms"]["ghost"] = {**SHIP, **change}
        content["groups"][2]["units"] = [{"platform": "ghost"}]
        simulation, _ = play(content, [0, 3], 8)
        picture = simulation.picture(0)
        pictures.append([bits(getattr(picture, name)) for name in picture._fields if name.startswith("contact_")])
    assert all(other == pictures[0] for other in pictures[1:])


def test_sides_can_be_exchanged() -> None:
    units = [*ANCHORS, ("red", "ship", 2.0, 1.0, 0.0, False), ("blue", "diver", 0.5, 0.5, 1.0, True)]
    other = {"blue": "red", "red": "blue"}
    levels: list[Any] = []
    for listed in (units, [(other[side], *rest) for side, *rest in units]):
        simulation, names = play(world(listed), [0, 1, 2], 10)  # type: ignore[arg-type]
        levels.append(simulation.state.contacts.whole[:, ContactW.LEVEL].reshape(3, 2, len(names)))
    assert levels[0].any()
    assert np.array_equal(levels[0], levels[1][:, ::-1])
