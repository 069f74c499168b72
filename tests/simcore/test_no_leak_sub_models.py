"""No leak, sub-model by sub-model: Hypothesis adds, removes and moves what a side cannot know, of every kind at once.

What must stay the same bits, decision by decision: the side's picture, its briefing, the orders of its policy, and what
a behaviour of the Mesa model is told.
"""

import dataclasses
import hashlib
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.mesa_model.behaviour import Behaviours, Situation
from scenarios.run.play import start_simulation
from scenarios.run.policies import build_policies, choose_policies
from simcore.decision_loop import run_decisions
from simcore.orders import Orders, OrderW
from simcore.picture import Picture
from simcore.policy import Briefing
from simcore.simulation import Simulation
from simcore.state import SideW
from simcore.types import EventKind
from tests.simcore.small_worlds import CATALOGUE, Document, bits, compile_world, document, forces

SEED = 5
REPLICATIONS = [0, 3]
EAST_KM = (60.0, 95.0)  # beyond every sensor, radio, jammer and weapon of the fight in the west
WATER_KM = (-10.0, -4.0)
LAND_KM = (1.0, 10.0)
NAMES = ["a-ghost", "blue-robots-x", "c-ghost", "m-ghost", "red-drones-x", "red-robots-x", "zz-ghost"]

SENSORS: Document = {
    "camera": {"model": "electro_optical", "range_km": 10, "ifov_mrad": 0.2, "night_factor": 0.5, "interval_s": 10},
    "listener": {
        "model": "sonar_passive", "range_km": 12, "frequency_khz": 1, "directivity_db": 15, "threshold_db": 0,
        "own_noise_db": 55, "interval_s": 20, "error_m": 100,
    },
    "pinger": {
        "model": "sonar_active", "range_km": 8, "frequency_khz": 7, "directivity_db": 20, "threshold_db": 5,
        "source_level_db": 210, "interval_s": 20, "error_m": 60,
    },
    "receiver": {"model": "esm", "range_km": 40, "p_detect": 0.5, "interval_s": 20, "error_m": 200},
    "search-radar": {
        "model": "radar", "range_km": 15, "interval_s": 10, "reference": {"range_km": 10, "p_detect": 0.8},
    },
}  # fmt: skip
WEAPONS: Document = {
    "shell": {
        "domains": ["land"], "range_max_km": 9, "p_hit": 0.6, "damage": 0.4, "needs_sight": False, "fire": "area",
        "lethal_radius_m": 60, "cep_m": 80, "reload_s": 20, "round_speed_mps": 400,
    },
    "torpedo": {
        "domains": ["surface", "subsurface"], "range_max_km": 6, "p_hit": 0.5, "round_speed_mps": 20, "reload_s": 60,
        "seeker_basket_m": 1500, "needs_sight": False,
    },
}  # fmt: skip
NOISE = [
    {"power_w": 20, "gain_db": 3, "low_mhz": 200, "high_mhz": 500, "range_km": 20},
    {"power_w": 20, "gain_db": 3, "low_mhz": 8000, "high_mhz": 12_000, "range_km": 20, "on_order": True},
]
PLATFORMS: Document = {
    "gun": {
        "domain": "land", "target_class": "armour", "speed_max_mps": 8, "radio": {"range_km": 12},
        "sensors": ["camera"], "weapons": [{"weapon": "shell", "rounds": 20}], "mine_clearing": {"width_m": 20},
    },
    "jammer": {
        "domain": "land", "target_class": "light_vehicle", "speed_max_mps": 8, "radio": {"range_km": 12},
        "sensors": ["receiver"], "jammers": NOISE,
    },
    "hunter": {
        "domain": "surface", "target_class": "small_boat", "speed_max_mps": 12, "radio": {"range_km": 14},
        "sensors": ["listener", "pinger", "receiver", "search-radar"],
        "weapons": [{"weapon": "torpedo", "rounds": 4}, {"weapon": "decoy", "rounds": 4}],
        "seakeeping": {"full_speed_sea_state": 2, "stop_sea_state": 6}, "mine_clearing": {"width_m": 100},
    },
    "diver": {
        "domain": "subsurface", "target_class": "submarine", "speed_max_mps": 5, "height_m": -20,
        "radio": {"range_km": 14, "satellite": True}, "sensors": ["listener"],
        "weapons": [{"weapon": "torpedo", "rounds": 2}],
    },
}  # fmt: skip


def rich_forces(side: str, west: float) -> list[Document]:
    """Return the groups of a side in which every sub-model is at work."""
    keys = {"side": side, "heading_deg": 90.0 * west, "roe": "free"}

    def group(name: str, platform: str, count: int, at_km: list[float], task: Document) -> Document:
        units = [{"platform": platform, "count": count}]
        return {"name": f"{side}-{name}", "units": units, "at_km": at_km, "task": task, **keys}

    attack = {"verb": "attack", "at_km": [0, -6], "radius_km": 6}
    rich = [
        group("guns", "gun", 2, [-6 * west, 5], {"verb": "attack", "at_km": [0, 4], "radius_km": 6}),
        group("jammer", "jammer", 1, [-4 * west, 6], {"verb": "hold"}),
        group("hunters", "hunter", 2, [-4 * west, -5], attack),
        group("divers", "diver", 1, [-3 * west, -7], attack),
        group("reserve", "robot", 2, [-8 * west, 3], {"verb": "attack", "at_km": [0, 4], "radius_km": 4}),
    ]
    rich[-1]["reserve"] = True
    plain = forces(side, west)
    for one in plain:
        if one["name"].endswith(("robots", "ship")):
            one["autonomy"] = "approve" if side == "blue" else "autonomous"
    return plain + rich


def rich_world(extra: Document | None = None) -> Document:
    """Return a fight in the west of a long field with everything switched on, plus what only red knows of."""
    extra = extra or {}
    content = document(rich_forces("blue", 1.0) + rich_forces("red", -1.0) + extra.get("groups", []))
    content["time"]["duration_s"] = 1000
    content["map"]["east_km"] = 100
    content["map"]["terrain"]["features"][0]["polygon_km"] = [[-12, -12], [100, -12], [100, -2], [-12, -2]]
    content["catalogue"] = {
        "sensors": {**CATALOGUE["sensors"], **SENSORS},
        "weapons": {**CATALOGUE["weapons"], **WEAPONS},
        "platforms": {**CATALOGUE["platforms"], **PLATFORMS, **extra.get("platforms", {})},
    }
    content["rules"] = {"contact_hold_s": 200, "stop_on_annihilation": False}
    content["environment"] = {"start_local_h": 17.5, "visibility_km": 12, "sea_state": 3, "night_light": 0.2}
    content["sides"][0]["operators"] = {"count": 1, "service_s": 20, "p_grant": 0.8}
    content["sides"][0]["policy"] = {"name": "defend"}
    if extra.get("crew") is not None:
        content["sides"][1]["operators"] = {"count": extra["crew"]}
    field = {"count": 30, "domains": ["surface"], "actuation_m": 60, "p_kill": 0.3}
    strip = {"south_km": -9, "north_km": -4}
    content["minefields"] = [
        {"name": "bar", "side": "red", **field, "rectangle": {"west_km": -3, "east_km": 0, **strip}},
        {"name": "far-bar", "side": "blue", **field, "rectangle": {"west_km": 60, "east_km": 95, **strip}},
        *extra.get("minefields", []),
    ]
    content["zones"] = [
        {"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}},
        {"name": "hamlet", "kind": "no_fire", "circle": {"centre_km": [1, 6], "radius_km": 0.5}},
        *extra.get("zones", []),
    ]
    content["objectives"] = [
        {"side": side, "kind": kind, **({"zone": "crossing"} if kind == "hold" else {})}
        for side in ("blue", "red")
        for kind in ("destroy", "hold", "protect")
    ]
    content["injects"] = [
        {"at_s": 300, "kind": "reinforce", "who": ["blue-reserve", "red-reserve"]},
        {"at_s": 200, "kind": "link_outage", "who": ["blue-hunters"], "duration_s": 100},
        {"at_s": 350, "kind": "disable", "who": ["red-guns"], "parts": ["sensor"], "duration_s": 50},
        {"at_s": 400, "kind": "weather", "sea_state": 5, "rain_mm_per_h": 5, "visibility_km": 6},
        {"at_s": 450, "kind": "zone", "zone": "hamlet", "active": False},
        *extra.get("injects", []),
    ]
    return content


class Watcher:
    """Wraps the policy of a side and keeps the bits of all that it is told and of all that it says."""

    def __init__(self, policy: Any, briefing: Briefing) -> None:
        self.policy = policy
        self.briefing = plain_bits(briefing)
        self.pictures: list[bytes] = []
        self.orders: list[bytes] = []

    def reset(self, briefing: Briefing, seed: int, replication: np.ndarray) -> None:
        raise AssertionError("it is wrapped after its reset")

    def decide(self, picture: Picture, orders: Orders) -> None:
        self.pictures += plain_bits(picture)
        self.policy.decide(picture, orders)
        self.orders += plain_bits(orders)


def plain_bits(record: Any) -> list[bytes]:
    """Return the fields of a record as bytes, shapes too."""
    is_tuple = hasattr(record, "_asdict")
    names = record._fields if is_tuple else [field.name for field in dataclasses.fields(record)]
    fields = {name: getattr(record, name) for name in names}
    return [
        f"{name}{value.shape}".encode() + bits(value) if isinstance(value, np.ndarray) else f"{name} {value!r}".encode()
        for name, value in fields.items()
    ]


class Known(NamedTuple):
    """Digests of what blue is told and says."""

    briefing: str
    pictures: str
    orders: str
    behaviour: str


def known(extra: Document | None = None) -> Known:
    """Return all that blue is told and says in two replications, its policy and a behaviour of the Mesa model."""
    compiled = compile_world(rich_world(extra))
    policies = build_policies(choose_policies(compiled.roster), compiled.briefings, SEED, REPLICATIONS)
    watcher = Watcher(policies[0], compiled.briefings[0])
    told: list[bytes] = []

    def ask(situation: Situation) -> None:
        told.append(repr((situation.friends, situation.contacts, situation.draw(3))).encode())
        situation.order("attack", (0.0, 4.0), radius_km=3.0)

    behaviours = Behaviours(compiled.briefings, {"blue-robots": ask})
    simulation = start_simulation(compiled, SEED, REPLICATIONS)
    run_decisions(
        simulation,
        [watcher, *policies[1:]],
        decision_ticks=20,
        n_ticks=140,
        on_orders=lambda tick, orders: behaviours.decide(simulation.picture, simulation.groups_of, orders),
    )
    return Known(*(hashlib.blake2b(b"".join(parts), digest_size=8).hexdigest() for parts in (
        watcher.briefing, watcher.pictures, watcher.orders, told,
    )))  # fmt: skip


@pytest.fixture(scope="module")
def without_secrets() -> Known:
    return known()


# deaf, dumb and blind to its own side: what red learns through a ghost would change what red does in the west
SECRET: Document = {
    "domain": "land",
    "target_class": "light_vehicle",
    "speed_max_mps": 10,
    "radio": {"range_km": 0.001},
}
KINDS: dict[str, Document] = {
    "camera": {"sensors": ["camera"], "critical_dimension_m": 20},
    "emitter": {"sensors": ["search-radar"], "rcs_m2": 1000},
    "receiver": {"sensors": ["receiver"]},
    "jammer": {"jammers": NOISE},
    "armed": {"weapons": [{"weapon": "cannon", "rounds": 5}], "autonomy": "approve"},
    "howitzer": {"weapons": [{"weapon": "shell", "rounds": 5}]},
    "shield": {"weapons": [{"weapon": "guard", "rounds": 9}, {"weapon": "decoy", "rounds": 9}]},
    "post": {"command_post": True, "cost_musd": 1000, "signature": 2, "height_m": 300},
    "doomed": {"domain": "air", "target_class": "small_air", "speed_max_mps": 30, "hovers": False, "endurance_h": 0.05},
    "munition": {
        "domain": "air", "target_class": "small_air", "speed_max_mps": 60, "one_way": True,
        "weapons": [{"weapon": "bomb", "rounds": 1}],
    },
    "ship": {"domain": "surface", "target_class": "ship", "host": {"carries": 40}, "rcs_m2": 5000},
    "sweeper": {"domain": "surface", "target_class": "small_boat", "mine_clearing": {"width_m": 300}},
    "loud": {
        "domain": "subsurface", "target_class": "submarine", "height_m": -30, "sensors": ["listener", "pinger"],
        "acoustics": {"source_level_db": 180, "source_level_rest_db": 170, "target_strength_db": 30},
    },
}  # fmt: skip


@st.composite
def secrets(draw: st.DrawFn) -> Document:
    """Return what red alone knows of: groups of several kinds, what happens to them, mines, zones, a crew."""
    east = st.floats(*EAST_KM).map(lambda value: round(value, 2))
    land, water = (st.floats(*span).map(lambda value: round(value, 2)) for span in (LAND_KM, WATER_KM))
    groups: list[Document] = []
    platforms: Document = {}
    injects: list[Document] = []
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True)):
        kind = draw(st.sampled_from(sorted(KINDS)))
        platforms[f"secret-{kind}"] = {**SECRET, **KINDS[kind]}
        is_wet = platforms[f"secret-{kind}"]["domain"] in ("surface", "subsurface")
        verb = draw(st.sampled_from(["hold", "move", "search", "attack"]))
        group = {
            "name": name,
            "side": "red",
            "at_km": [draw(east), draw(water if is_wet else land)],
            "units": [{"platform": f"secret-{kind}", "count": draw(st.integers(1, 6))}],
            "roe": draw(st.sampled_from(["hold", "free"])),
            "emcon": draw(st.sampled_from(["radiate", "silent"])),
            "task": {"verb": verb, "at_km": [draw(east), draw(water if is_wet else land)], "radius_km": 2},
            "scatter_km": [0.4, 0.4],
        }
        events = draw(st.lists(st.sampled_from(["lose", "disable", "link_outage", "supply", "reinforce"]), max_size=2))
        if "reinforce" in events:
            group["reserve"] = True
        for event in dict.fromkeys(events):
            more: Document = {"parts": ["mobility", "sensor"]} if event == "disable" else {}
            injects.append({"at_s": draw(st.integers(0, 120)) * 5, "kind": event, "who": [name], **more})
        groups.append(group)
        if kind == "ship" and draw(st.booleans()):
            platforms["secret-doomed"] = {**SECRET, **KINDS["doomed"]}
            cargo = {"name": f"{name}-cargo", "side": "red", "host": name, "aboard": True}
            units = [{"platform": "secret-doomed", "count": 3}]
            task = {"verb": "search", "at_km": group["at_km"], "radius_km": 3}
            host = f"{name}-1" if group["units"][0]["count"] > 1 else name
            groups.append({**cargo, "host": host, "units": units, "task": task})
    minefields: list[Document] = []
    for name in draw(st.lists(st.sampled_from(["alpha", "bar-2", "zulu"]), max_size=2, unique=True)):
        # among blue's robots, but answering to submarines alone; or far away and answering to all
        is_near = draw(st.booleans())
        centre = [draw(st.floats(-8, 8)), draw(st.floats(1, 6))] if is_near else [draw(east), draw(land)]
        radius = {"submarine": 100} if is_near else 100
        effect = {"domains": ["land"], "actuation_m": radius, "p_kill": 1.0, "count": draw(st.integers(0, 60))}
        minefields.append({"name": name, "side": "red", "circle": {"centre_km": centre, "radius_km": 1}, **effect})
    zones: list[Document] = []
    if draw(st.booleans()):
        circle = {"centre_km": [draw(east), draw(land)], "radius_km": 1}
        zones.append({"name": draw(st.sampled_from(["aa", "zz"])), "side": "red", "kind": "no_fire", "circle": circle})
        if draw(st.booleans()):
            injects.append({"at_s": 100, "kind": "zone", "zone": zones[0]["name"], "active": True})
    crew = draw(st.sampled_from([None, None, 0, 3]))
    happenings = {"groups": groups, "injects": injects, "crew": crew}
    return {**happenings, "platforms": platforms, "minefields": minefields, "zones": zones}


@settings(max_examples=25)
@given(secrets())
def test_what_a_side_cannot_know_changes_nothing_that_it_is_told(without_secrets: Known, extra: Document) -> None:
    assert known(extra) == without_secrets


@pytest.mark.slow
@settings(max_examples=400)
@given(secrets())
def test_what_a_side_cannot_know_changes_nothing_at_length(without_secrets: Known, extra: Document) -> None:
    assert known(extra) == without_secrets


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_secret_alone(without_secrets: Known, kind: str) -> None:
    platform = {**SECRET, **KINDS[kind]}
    north = -7.0 if platform["domain"] in ("surface", "subsurface") else 5.0
    task = {"verb": "move", "at_km": [64.0, north]}
    units = [{"platform": "secret", "count": 5}]
    group = {"name": "c-ghost", "side": "red", "at_km": [90.0, north], "roe": "free", "units": units, "task": task}
    assert known({"groups": [group], "platforms": {"secret": platform}}) == without_secrets


def test_a_secret_group_would_show_if_it_were_near(without_secrets: Known) -> None:
    group = {"name": "m-ghost", "side": "red", "at_km": [-5.0, 4.5], "units": [{"platform": "secret"}]}
    assert known({"groups": [group], "platforms": {"secret": SECRET}}) != without_secrets


def test_every_sub_model_is_at_work_in_this_world() -> None:
    compiled = compile_world(rich_world())
    simulation = Simulation(compiled.params, seed=SEED, replications=range(6), record_events=True)
    simulation.advance(140)
    tally = {name: simulation.state.sides.whole[:, column].sum() for name, column in SideW.__members__.items()}
    for name in (
        "SHOTS",
        "HITS",
        "INTERCEPTED",
        "DECOYS",
        "MINES_SET_OFF",
        "APPROVALS_ASKED",
        "LINKS_JAMMED",
        "LAUNCHES",
    ):
        assert tally[name] > 0, name
    kinds = set(simulation.events()["kind"].tolist())
    assert {EventKind.REINFORCED, EventKind.OUTAGE, EventKind.CONTACT, EventKind.LOSS} <= kinds


def test_an_order_cannot_name_a_group_of_the_enemy() -> None:
    simulation = Simulation(compile_world(rich_world()).params, seed=1)
    mine, theirs = simulation.groups_of(0), simulation.groups_of(1)
    assert sorted([*mine, *theirs]) == list(range(simulation.orders.real.shape[2]))
    own = simulation.orders.of_groups(theirs)
    assert own.real.shape[2] == len(theirs)
    own.whole[:, OrderW.TARGET, 2] = len(theirs)
    with pytest.raises(IndexError, match="outside"):
        simulation.orders.enter(own, theirs)
    own.whole[:, OrderW.TARGET, 2] = 1
    simulation.orders.enter(own, theirs)
    assert simulation.orders.whole[0, OrderW.TARGET, theirs[2]] == theirs[1]
    assert bits(simulation.orders.of_groups(theirs).whole) == bits(own.whole)
