"""Neutral traffic is seen, taken for what it is or not, and sometimes fired at; it takes no part in the fight."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.params import UnitSpecW
from simcore.picture import Picture, SeenW
from simcore.simulation import Simulation
from simcore.state import ContactW, SideW, UnitR, UnitW, WorldW
from simcore.types import EventKind, Identity, Level, Status
from tests.simcore.small_worlds import Document, bits, compile_world, forces, skirmish, start

PICTURE = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_")))
SIDES = [{"name": "blue"}, {"name": "red"}, {"name": "traffic", "stance": "neutral"}]
TICKS = 200


def traffic(*, shift_km: float = 0.0, boats: int = 3) -> list[Document]:
    """Return boats and cars in the midst of the small worlds' fight."""
    return [
        {
            "name": "boats",
            "side": "traffic",
            "at_km": [shift_km, -6],
            "scatter_km": [3, 1],
            "units": [{"platform": "fishing-boat", "count": boats}],
            "task": {"verb": "search", "at_km": [shift_km, -6], "radius_km": 4},
        },
        {
            "name": "cars",
            "side": "traffic",
            "at_km": [1 + shift_km, 4],
            "units": [{"platform": "civilian-car", "count": 3}],
            "task": {"verb": "move", "route_km": [[-6, 3], [6, 3]]},
        },
    ]


def busy(more: list[Document] | None = None, **keys: Any) -> Document:
    """Return the skirmish with neutral traffic in its midst."""
    content = skirmish(sides=SIDES, **keys)
    content["groups"] += traffic() if more is None else more
    return content


def played(content: Document, ticks: int = TICKS, **keys: Any) -> Simulation:
    simulation = start(content, seed=3, replications=range(60), **keys)
    simulation.advance(ticks)
    return simulation


@pytest.fixture(scope="module")
def fight() -> Simulation:
    return played(busy(rules={"p_misidentify": 0.3}), record_events=True)


def test_a_neutral_looks_for_nobody_and_fires_at_nobody(fight: Simulation) -> None:
    n = fight.params.units.whole.shape[1]
    assert not fight.state.contacts.whole[:, ContactW.LEVEL, 2 * n :].any()
    assert not fight.state.sides.whole[:, [SideW.SHOTS, SideW.DETECTIONS, SideW.KILLS], 2].any()


def test_the_tallies_say_what_the_events_say(fight: Simulation) -> None:
    events = fight.events()
    side_of = compile_world(busy(rules={"p_misidentify": 0.3})).roster.unit_side
    for r in range(fight.n_replications):
        rows = events[events["replication"] == r]
        at_neutrals = (rows["kind"] == EventKind.SHOT) & (side_of[rows["other"]] == 2)
        told = rows["kind"] == EventKind.FALSE_ENGAGEMENT
        told_wrong = (rows["kind"] == EventKind.IDENTIFIED) & (
            rows["a"] != np.where(side_of[rows["other"]] == 2, int(Identity.NEUTRAL), int(Identity.HOSTILE))
        )
        lost = (rows["kind"] == EventKind.LOSS) & (side_of[rows["unit"]] == 2) & (rows["other"] >= 0)
        for side in (0, 1):
            tally = fight.state.sides.whole[r, :, side]
            of_side = rows["side"] == side
            assert tally[SideW.FALSE_ENGAGEMENTS] == (at_neutrals & of_side).sum() == (told & of_side).sum()
            assert tally[SideW.FALSE_ROUNDS] == rows["b"][at_neutrals & of_side].sum()
            assert tally[SideW.MISIDENTIFIED] == (told_wrong & of_side).sum()
            assert tally[SideW.NEUTRAL_KILLS] == (lost & (side_of[rows["other"]] == side)).sum()
    assert fight.state.sides.whole[:, [SideW.FALSE_ENGAGEMENTS, SideW.MISIDENTIFIED], :2].any(axis=(0, 2)).all()


def test_an_identity_is_believed_of_identified_contacts_only(fight: Simulation) -> None:
    held = fight.state.contacts.whole[:, ContactW.LEVEL] > Level.NONE
    is_identified = fight.state.contacts.whole[:, ContactW.LEVEL] == Level.IDENTIFIED
    identity = fight.state.contacts.whole[:, ContactW.IDENTITY]
    assert np.array_equal(identity[held] != Identity.UNKNOWN, is_identified[held])
    picture = fight.picture(0)
    level, believed = picture.contact_whole[:, SeenW.LEVEL], picture.contact_whole[:, SeenW.IDENTITY]
    assert np.array_equal(believed != Identity.UNKNOWN, level == Level.IDENTIFIED)


def test_the_errors_of_a_smaller_chance_are_among_those_of_a_larger() -> None:
    """Two variants confuse the same contacts, so that their difference is not blurred by chance."""

    def wrong(p: float) -> set[tuple[int, ...]]:
        content = busy(rules={"p_misidentify": p, "stop_on_annihilation": False})
        content["catalogue"]["sensors"]["eye"] |= {"range_km": 12, "classify_km": 12, "identify_km": 12}
        for group in content["groups"]:
            if group["side"] != "traffic":  # or what is believed would change who goes where
                group |= {"roe": "hold", "task": {"verb": "hold"}}
        simulation = played(content, record_events=True)
        rows = simulation.events()
        rows = rows[rows["kind"] == EventKind.IDENTIFIED]
        truth = simulation.params.units.whole[UnitSpecW.IDENTITY, rows["other"]]
        rows = rows[rows["a"] != truth]
        return {tuple(int(row[name]) for name in ("replication", "side", "unit", "other", "b")) for row in rows}

    few, more = wrong(0.1), wrong(0.4)
    assert few
    assert few < more


def test_who_is_believed_to_be_neutral_is_not_fired_at() -> None:
    simulation = start(busy(rules={"p_misidentify": {"hostile": 1.0}}), seed=3, replications=range(3))
    for _ in range(40):
        before = simulation.state.sides.whole[:, SideW.SHOTS, :2].sum()
        identity = simulation.state.contacts.whole[:, ContactW.IDENTITY].copy()
        level = simulation.state.contacts.whole[:, ContactW.LEVEL]
        is_all_neutral = (identity[level > 0] == Identity.NEUTRAL).all()
        simulation.advance(1)
        if is_all_neutral and not (simulation.state.contacts.whole[:, ContactW.LEVEL] == Level.DETECTED).any():
            assert simulation.state.sides.whole[:, SideW.SHOTS, :2].sum() == before


def test_tight_rules_and_sure_identification_spare_every_neutral() -> None:
    tight = [{**side, "roe_limit": "tight"} if side["name"] != "traffic" else side for side in SIDES]
    content = busy()
    content["sides"] = tight
    strict, loose = played(content), played(busy())
    assert not strict.state.sides.whole[:, SideW.FALSE_ENGAGEMENTS].any()
    assert loose.state.sides.whole[:, SideW.FALSE_ENGAGEMENTS].any()
    assert strict.state.sides.whole[:, SideW.SHOTS, :2].any()


def test_neutrals_neither_hold_a_zone_nor_survive_for_anybody() -> None:
    content = skirmish(sides=SIDES, objectives=[{"side": "blue", "kind": "hold", "zone": "crossing"}])
    content["groups"] = [
        {"name": "blue-man", "side": "blue", "at_km": [0, 4], "units": [{"platform": "robot"}], "roe": "hold"},
        {"name": "red-man", "side": "red", "at_km": [11, -11], "units": [{"platform": "munition"}], "roe": "hold"},
        {"name": "car", "side": "traffic", "at_km": [0, 4.2], "units": [{"platform": "civilian-car"}]},
    ]
    content["injects"] = [{"at_s": 200, "kind": "lose", "who": ["red-man"]}]
    simulation = start(content, replications=[0])
    simulation.advance(60)
    assert simulation.state.objectives.real[0, 0, 0] > 0.0  # the car does not contest the crossing
    assert simulation.state.world[0, WorldW.WINNER] == 0  # and red is destroyed, whatever drives about
    assert simulation.state.world[0, WorldW.TICK] < 60


def exchange(content: Document) -> Document:
    result = copy.deepcopy(content)
    other = {"blue": "red", "red": "blue"}
    for part in ("groups", "objectives"):
        for entry in result[part]:
            entry["side"] = other.get(entry["side"], entry["side"])
    return result


def test_the_sides_may_change_places_round_the_traffic() -> None:
    content = busy(rules={"p_misidentify": 0.3})
    straight, exchanged = played(content), played(exchange(content))
    for part in ("units", "mounts", "salvoes", "objectives"):
        for kind in ("real", "whole"):
            ours, theirs = (getattr(getattr(run.state, part), kind) for run in (straight, exchanged))
            assert bits(ours) == bits(theirs), (part, kind)
    swapped = exchanged.state.sides.whole[:, :, [1, 0, 2]]
    assert bits(straight.state.sides.whole) == bits(swapped)
    winner = straight.state.world[:, WorldW.WINNER]
    assert np.array_equal(exchanged.state.world[:, WorldW.WINNER], np.where(winner < 0, winner, 1 - winner))


def observe(content: Document, side: int) -> list[bytes]:
    simulation = start(content, seed=5, replications=[0, 3])
    seen: list[bytes] = []
    for _ in range(4):
        picture = simulation.picture(side)
        seen += [bits(getattr(picture, name)) for name in PICTURE]
        simulation.advance(30)
    return seen


def far_world(neutrals: list[Document], **keys: Any) -> Document:
    """Return the fight at the western end of a long field; neutrals are at the eastern end."""
    content = skirmish(sides=SIDES, rules={"p_misidentify": 0.3, "stop_on_annihilation": False}, **keys)
    content["groups"] = forces("blue", 1.0) + forces("red", -1.0) + neutrals
    content["map"]["east_km"] = 100
    return content


def far_off(name: str, platform: str, east: float, north: float, count: int, **keys: Any) -> Document:
    place = {"at_km": [round(east, 2), round(north, 2)]}
    return {"name": name, "side": "traffic", **place, "units": [{"platform": platform, "count": count}], **keys}


@settings(max_examples=8)
@given(
    st.sampled_from(["a-car", "blue-robots-x", "zz-car"]),
    st.integers(1, 20),
    st.floats(60.0, 95.0),
    st.floats(0.0, 10.0),
    st.booleans(),
    st.integers(0, 1),
)
def test_neutrals_nobody_has_seen_can_be_added_and_moved(
    name: str, count: int, east: float, north: float, moves: bool, side: int
) -> None:
    task = {"task": {"verb": "move", "at_km": [60.0, 5.0]}} if moves else {}
    one = far_off("m-truck", "civilian-truck", 80.0, 5.0, 1)
    many = [one, far_off(name, "civilian-car", east, north, count, scatter_km=[0.3, 0.3], **task)]
    assert observe(far_world(many), side) == observe(far_world([one]), side)


def test_the_picture_does_change_when_a_neutral_is_seen() -> None:
    one = far_off("m-truck", "civilian-truck", 80.0, 5.0, 1)
    near = far_off("a-car", "civilian-car", -6.0, 4.0, 1)
    assert observe(far_world([one, near]), 0) != observe(far_world([one]), 0)


def test_a_unit_without_a_link_goes_on_believing_what_it_saw() -> None:
    """A car passes a robot that has no link: identified close by, it is spared when it is far off again."""
    alone = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "radio": {"range_km": 0.5}}
    content = skirmish(sides=SIDES, objectives=[], zones=[])
    content["catalogue"]["platforms"]["far-post"] = {**alone, "command_post": True}
    content["catalogue"]["sensors"]["eye"] |= {"p_detect": 1.0, "identify_km": 0.6}
    content["groups"] = [
        {"name": "blue-post", "side": "blue", "at_km": [-11, 11], "units": [{"platform": "far-post"}]},
        {"name": "blue-robot", "side": "blue", "at_km": [-5, 0], "units": [{"platform": "robot"}], "roe": "free"},
        {"name": "red-post", "side": "red", "at_km": [11, 11], "units": [{"platform": "far-post"}]},
        {
            "name": "car",
            "side": "traffic",
            "at_km": [-5, 0.4],
            "units": [{"platform": "civilian-car"}],
            "task": {"verb": "move", "at_km": [-5, 3], "speed": 1.0},
        },
    ]
    simulation = start(content, replications=[0])
    robot = compile_world(content).roster.units.index("blue-robot")
    seen_afar = 0
    for _ in range(25):
        simulation.advance(1)
        whole = simulation.state.units.whole[0, :, robot]
        if whole[UnitW.LOCAL] >= 0 and whole[UnitW.LOCAL_LEVEL] < Level.IDENTIFIED:
            seen_afar += 1
            assert whole[UnitW.LOCAL_IDENTITY] == Identity.NEUTRAL
    assert seen_afar > 5
    assert simulation.state.units.whole[0, UnitW.LINKED, robot] == 0
    assert simulation.state.sides.whole[0, SideW.SHOTS, 0] == 0


@pytest.mark.small
def test_a_tiny_run_with_neutrals() -> None:
    simulation = start(busy(), replications=[0])
    simulation.advance(4)
    assert (simulation.state.units.whole[0, UnitW.STATUS] != Status.LOST).any()
    assert np.isfinite(simulation.state.units.real[0, UnitR.X]).all()
