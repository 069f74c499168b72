"""An enemy that a side has never detected leaves no trace in what the side's policy observes."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.state import SideW
from tests.simcore.small_worlds import CATALOGUE, Document, bits, document, forces, start

PICTURE = (
    "replication",
    *(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_", "objective_"))),
)
DECISIONS = 5
TICKS_BETWEEN = 30
FAR_KM = (60.0, 95.0)  # where the ghosts are: no sensor of the fight reaches so far


def _ghost_platform(**keys: Any) -> Document:
    # deaf, dumb and blind: its own side learns nothing through it and does not relay over it either
    return {
        "domain": "land",
        "target_class": "light_vehicle",
        "speed_max_mps": 10,
        "radio": {"range_km": 0.001},
        **keys,
    }


def world(ghosts: list[Document], platform: Document, **keys: Any) -> Document:
    """Return the fight of the small worlds at the western end of a long field, with ghosts at the eastern end."""
    content = document(forces("blue", 1.0) + forces("red", -1.0) + ghosts, **keys)
    content["map"]["east_km"] = 100
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    content["catalogue"]["platforms"]["ghost"] = platform
    content["rules"] = {"contact_hold_s": 200, "stop_on_annihilation": False, **keys.get("rules", {})}
    return content


def doomed_platform(hours: float) -> Document:
    """Return a flyer that hovers until its fuel runs out, which is soon for few ``hours``."""
    return _ghost_platform(
        domain="air", target_class="small_air", speed_max_mps=0, idle_burn=1.0, reserve_share=0.0, endurance_h=hours
    )


def ghost(name: str, east_km: float, north_km: float, count: int = 1, **keys: Any) -> Document:
    """Return a group of red units that nobody can see."""
    return {
        "name": name,
        "side": "red",
        "at_km": [east_km, north_km],
        "units": [{"platform": "ghost", "count": count}],
        **keys,
    }


def observations(simulation: Simulation, side: int, decisions: int = DECISIONS) -> list[bytes]:
    """Return all arrays of the side's pictures at several decisions, as bytes."""
    seen: list[bytes] = []
    for _ in range(decisions):
        picture = simulation.picture(side)
        seen += [bits(getattr(picture, name)) for name in PICTURE]
        simulation.advance(TICKS_BETWEEN)
    return seen


def observe(content: Document, side: int = 0, **keys: Any) -> list[bytes]:
    """Return what the side observes in two replications of the scenario."""
    return observations(start(content, seed=5, replications=[0, 3], **keys), side)


@pytest.fixture(scope="module")
def without_ghosts() -> list[bytes]:
    content = world([], _ghost_platform())
    del content["catalogue"]["platforms"]["ghost"]
    return observe(content)


names = st.sampled_from(["a-ghost", "blue-robots-x", "m-ghost", "red-robots-x", "zz-ghost"])
east_km = st.floats(*FAR_KM).map(lambda value: round(value, 2))
north_km = st.floats(0.0, 10.0).map(lambda value: round(value, 2))
platforms = st.fixed_dictionaries(
    {
        "domain": st.just("land"),
        "cost_musd": st.sampled_from([0.1, 1000.0]),
        "signature": st.sampled_from([0.1, 1.0, 2.0]),
        "rcs_m2": st.sampled_from([0.01, 1.0, 1000.0]),
        "speed_max_mps": st.sampled_from([0, 10, 25]),
        "height_m": st.sampled_from([2, 300]),
        "endurance_h": st.sampled_from([None, 0.05]),
        "toughness": st.sampled_from([0.5, 50]),
        "command_post": st.booleans(),
        "weapons": st.sampled_from([[], [{"weapon": "cannon", "rounds": 5}], [{"weapon": "guard", "rounds": 5}]]),
    }
)


@settings(max_examples=12)
@given(names, st.integers(1, 40), east_km, north_km, platforms, st.booleans())
def test_an_enemy_nobody_has_seen_can_be_added_anywhere(
    without_ghosts: list[bytes], name: str, count: int, east: float, north: float, platform: Document, moves: bool
) -> None:
    task = {"task": {"verb": "move", "at_km": [FAR_KM[0], 5.0]}} if moves else {}
    # a ghost stays red's own secret too: a red side that learns of it or relays over it would act differently
    content = world([ghost(name, east, north, count, **task)], _ghost_platform(**platform))
    assert observe(content) == without_ghosts


@settings(max_examples=5)
@given(st.integers(1, 12), east_km, north_km, st.sampled_from(["manual", "approve", "veto"]))
def test_the_crew_of_a_side_is_not_disturbed_by_an_enemy_nobody_has_seen(
    count: int, east: float, north: float, policy: str
) -> None:
    def play(ghosts: list[Document], platform: Document) -> list[bytes]:
        crew = {"count": 1, "service_s": 20, "p_grant": 0.8}
        content = world(ghosts, platform, sides=[{"name": name, "operators": crew} for name in ("blue", "red")])
        for group in content["groups"]:
            group["autonomy"] = policy
        if not ghosts:
            del content["catalogue"]["platforms"]["ghost"]
        return observe(content)

    # a jammer that reaches nobody is as silent as no jammer
    noise = {"power_w": 1000, "gain_db": 10, "low_mhz": 1, "high_mhz": 20_000, "range_km": 20}
    armed = _ghost_platform(jammers=[noise], weapons=[{"weapon": "cannon", "rounds": 5}])
    assert play([ghost("m-ghost", east, north, count)], armed) == play([], _ghost_platform())


@settings(max_examples=8)
@given(east_km, north_km, east_km, north_km)
def test_an_enemy_nobody_has_seen_can_be_moved(east: float, north: float, east_2: float, north_2: float) -> None:
    first, second = (
        world([ghost("m-ghost", x, y, 3, scatter_km=[0.4, 0.4])], _ghost_platform())
        for x, y in ((east, north), (east_2, north_2))
    )
    assert observe(first) == observe(second)


def test_the_observation_does_change_when_the_enemy_is_seen(without_ghosts: list[bytes]) -> None:
    content = world([ghost("m-ghost", -8.0, 4.5)], _ghost_platform())
    assert observe(content) != without_ghosts


def test_a_unit_behind_a_ridge_is_a_ghost_too() -> None:
    def behind(north: float, east: float = 1.6) -> Document:
        watcher = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "sensors": ["stare"]}
        content = document(
            [
                {"name": "blue-watch", "side": "blue", "at_km": [-3, 8], "units": [{"platform": "watcher"}]},
                {"name": "red-hidden", "side": "red", "at_km": [east, north], "units": [{"platform": "hider"}]},
                {"name": "red-open", "side": "red", "at_km": [-3, 4], "units": [{"platform": "hider"}]},
            ]
        )
        hider = {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 0}
        stare = {"model": "cookie_cutter", "range_km": 20, "interval_s": 5, "error_m": 5}
        content["catalogue"] = {"platforms": {"watcher": watcher, "hider": hider}, "sensors": {"stare": stare}}
        return content

    hidden = start(behind(7.0), seed=1)
    hidden.advance(20)
    assert hidden.picture(0).n_contacts.tolist() == [1]
    seen = start(behind(2.0, -6.0), seed=1)
    seen.advance(20)
    assert seen.picture(0).n_contacts.tolist() == [2]
    assert observe(behind(7.0)) == observe(behind(7.4))


def test_a_crash_of_an_enemy_nobody_has_seen_does_not_show() -> None:
    short, long = (world([ghost("m-ghost", 80.0, 5.0, 2)], doomed_platform(hours)) for hours in (0.05, 5))
    runs = [start(content, seed=5, replications=[0, 3]) for content in (short, long)]
    assert observations(runs[0], 0) == observations(runs[1], 0)
    crashes = [run.state.sides.whole[:, SideW.CRASHES, 1].tolist() for run in runs]
    assert crashes == [[2, 2], [0, 0]]


def test_an_enemy_nobody_has_seen_does_not_show_in_the_progress_of_holding_a_zone() -> None:
    zones = [{"name": "far", "circle": {"centre_km": [80, 5], "radius_km": 3}}]
    objectives = [{"side": "blue", "kind": "hold", "zone": "far"}]
    holder = {"name": "blue-holder", "side": "blue", "at_km": [80, 5], "units": [{"platform": "ghost"}]}
    inside, outside = (
        world([holder, ghost("m-ghost", 80.0, north)], _ghost_platform(), zones=zones, objectives=objectives)
        for north in (6.0, 11.0)
    )
    assert observe(inside) == observe(outside)


def test_the_loss_of_an_enemy_that_nobody_has_seen_does_not_show_in_the_progress_of_destroying() -> None:
    objectives = [{"side": "blue", "kind": "destroy"}]
    short, long = (
        world([ghost("m-ghost", 80.0, 5.0, 2)], doomed_platform(hours), objectives=objectives) for hours in (0.05, 5)
    )
    assert observe(short) == observe(long)


@pytest.mark.small
def test_a_tiny_run_leaks_nothing() -> None:
    pictures = []
    for north in (1.0, 9.0):
        simulation = start(world([ghost("m-ghost", 80.0, north)], _ghost_platform()), seed=5)
        simulation.advance(5)
        pictures.append([bits(getattr(simulation.picture(0), name)) for name in PICTURE])
    assert pictures[0] == pictures[1]
