"""Who wins, when a fight is over, and what counts for the objectives."""

import copy
from typing import Any

import numpy as np
import pytest

from simcore.params import ObjectiveSpecW
from simcore.simulation import Simulation
from simcore.state import ObjectiveR, ObjectiveW, SideR, SideW, UnitW, WorldW
from simcore.types import EndReason, EventKind, LossCause, Status
from tests.simcore.small_worlds import Document, compile_world, document, start

STEP_S = 5.0
LENGTH_S = 1500.0


def group(name: str, platform: str, east: float, count: int = 1, **keys: Any) -> Document:
    """Return a group in the north of the field; its name begins with its side."""
    units = [{"platform": platform, "count": count}]
    side = name.partition("-")[0]
    return {"name": name, "side": side, "at_km": [east, 8], "units": units, "heading_deg": 0, **keys}


def zone(name: str, east: float, radius_km: float = 1.0) -> Document:
    return {"name": name, "circle": {"centre_km": [east, 8], "radius_km": radius_km}}


def lost(at_s: float, *who: str) -> Document:
    return {"at_s": at_s, "kind": "lose", "who": list(who)}


def play(content: Document) -> Simulation:
    simulation = start(content, record_events=True)
    simulation.advance(int(LENGTH_S / STEP_S))
    return simulation


def ending(simulation: Simulation) -> tuple[EndReason, int, float]:
    """Return why the fight ended, who won and when [s]."""
    world = simulation.state.world[0]
    return EndReason(int(world[WorldW.REASON])), int(world[WorldW.WINNER]), float(world[WorldW.TICK]) * STEP_S


def progress(simulation: Simulation) -> list[float]:
    """Return the progress of the objectives, in the order of their names."""
    return simulation.state.objectives.real[0, ObjectiveR.PROGRESS].tolist()


def test_the_score_decides_though_the_side_that_leads_is_destroyed() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9), group("red-robot", "robot", 8)],
        zones=[zone("home", -9)],
        objectives=[
            {"side": "blue", "kind": "reach", "zone": "home"},
            {"side": "red", "kind": "protect", "groups": ["red-robot"]},
        ],
        injects=[lost(100, "blue-post", "red-robot")],
    )
    simulation = play(content)
    assert ending(simulation) == (EndReason.ANNIHILATION, 0, 105.0)
    assert simulation.state.sides.real[0, SideR.SCORE].tolist() == [1.0, 0.0]


def test_who_holds_a_zone_when_the_fight_is_over_keeps_it_to_the_end() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9)],
        zones=[zone("west", -9), zone("east", 9)],
        objectives=[
            {"name": "a", "side": "blue", "kind": "hold", "zone": "west"},
            {"name": "b", "side": "red", "kind": "hold", "zone": "east"},
        ],
        injects=[lost(495, "blue-post")],
    )
    simulation = play(content)
    assert ending(simulation) == (EndReason.ANNIHILATION, 1, 500.0)
    # blue held its zone at the updates of 10, 20, .. 490 s
    assert progress(simulation) == pytest.approx([490.0 / LENGTH_S, 1.0])


def test_a_zone_that_closes_is_kept_no_longer_than_it_is_open() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9)],
        zones=[zone("east", 9)],
        objectives=[{"side": "red", "kind": "hold", "zone": "east"}],
        injects=[lost(495, "blue-post"), {"at_s": 900, "kind": "zone", "zone": "east", "active": False}],
    )
    assert progress(play(content)) == pytest.approx([900.0 / LENGTH_S])


@pytest.mark.parametrize("kind", ["reach", "hold"])
def test_the_survivor_has_time_to_go_where_its_objective_is(kind: str) -> None:
    def world(**task: Any) -> Document:
        return document(
            [group("blue-post", "post", -9), group("red-robot", "robot", 6, **task)],
            zones=[zone("east", 9)],
            objectives=[{"side": "red", "kind": kind, "zone": "east"}],
            injects=[lost(5, "blue-post")],
        )

    # 2 km to the edge of the zone at 12 m/s
    reason, winner, time_s = ending(play(world(task={"verb": "move", "at_km": [9, 8], "speed": 1.0})))
    assert (reason, winner) == (EndReason.ANNIHILATION, 1)
    assert 2000.0 / 12.0 <= time_s <= 2000.0 / 12.0 + 30.0
    assert ending(play(world())) == (EndReason.TIME, -1, LENGTH_S)


def test_rounds_in_flight_land_before_a_fight_is_over() -> None:
    content = document(
        [
            {**group("blue-ship", "ship", 0, roe="free"), "at_km": [0, -6]},
            {**group("red-ship", "ship", 0), "at_km": [0, -11]},
        ],
        objectives=[{"side": "blue", "kind": "destroy"}],
    )
    simulation = start(content, record_events=True)
    for _ in range(100):
        simulation.advance(1)
        if simulation.state.world[0, WorldW.IN_FLIGHT] > 0:
            break
    blue = compile_world(content).roster.units.index("blue-ship")
    simulation.state.units.whole[0, UnitW.STATUS, blue] = Status.LOST
    fired_s = float(simulation.state.world[0, WorldW.TICK]) * STEP_S
    simulation.advance(300)
    _, _, time_s = ending(simulation)
    assert time_s > fired_s + 10.0  # 5 km at 200 m/s
    assert simulation.state.world[0, WorldW.IN_FLIGHT] == 0


def salvo(n: int, **keys: Any) -> Document:
    """Return munitions that fly at a post which one hit destroys, and which cannot defend itself."""
    content = document(
        [
            group(
                "blue-drone", "munition", -3, n, roe="free", task={"verb": "strike", "at_km": [0, 8], "radius_km": 3}
            ),
            group("red-post", "post", 0),
            group("red-rear", "post", 11),
        ],
        objectives=[{"side": "blue", "kind": "destroy", "groups": ["red-post"]}],
        **keys,
    )
    content["catalogue"] = copy.deepcopy(content["catalogue"])
    content["catalogue"]["weapons"]["bomb"] |= {"p_hit": 1.0, "damage": 10.0}
    content["catalogue"]["sensors"]["eye"] |= {"p_detect": 1.0}
    content["groups"][0]["roe"] = "free"
    return content


def test_a_munition_that_was_fired_is_no_loss_and_no_annihilation() -> None:
    simulation = play(salvo(1))
    state = simulation.state
    rows = [i for i, name in enumerate(compile_world(salvo(1)).roster.units) if name.startswith("blue")]
    assert state.units.whole[0, UnitW.STATUS, rows].tolist() == [Status.EXPENDED]
    assert state.units.whole[0, UnitW.REPORT_STATUS, rows].tolist() == [Status.EXPENDED]
    assert state.sides.whole[0, SideW.LOSSES].tolist() == [0, 1]
    assert state.sides.real[0, SideR.COST_LOST].tolist() == [0.0, 5.0]
    assert ending(simulation)[:2] == (EndReason.SPENT, 0)
    events = simulation.events()
    assert (events["kind"] == EventKind.EXPENDED).sum() == 1
    assert (events["kind"] == EventKind.LOSS).sum() == 1


def test_a_side_with_a_unit_besides_its_munitions_fights_on_when_they_are_spent() -> None:
    content = salvo(1)
    content["groups"].append(group("blue-post", "post", -11))
    assert ending(play(content)) == (EndReason.TIME, 0, LENGTH_S)


def test_a_lost_unit_says_why() -> None:
    content = document(
        [
            group("blue-drone", "munition", -9, endurance_share=0.03, task={"verb": "move", "at_km": [0, 8]}),
            group("blue-post", "post", -8),
            group("red-post", "post", 9),
        ],
        injects=[lost(50, "red-post")],
    )
    simulation = start(content)
    simulation.advance(20)
    units = compile_world(content).roster.units
    lives = zip(*simulation.state.units.whole[0, [UnitW.STATUS, UnitW.LOSS_CAUSE]].tolist(), strict=True)
    assert dict(zip(units, lives, strict=True)) == {
        "blue-drone": (Status.LOST, LossCause.CRASH),
        "blue-post": (Status.ACTIVE, 0),
        "red-post": (Status.LOST, LossCause.SCRIPT),
    }


def test_reach_works_for_any_number_of_zones() -> None:
    n = 70
    content = document(
        [group("blue-robot", "robot", -7, task={"verb": "move", "at_km": [-1, 8], "speed": 1.0}),
         group("red-post", "post", 11)],
        zones=[zone(f"z{k:03d}", -7 + 12.0 * k / n, 0.15) for k in range(n)],
        objectives=[{"name": f"o{k:03d}", "side": "blue", "kind": "reach", "zone": f"z{k:03d}"} for k in range(n)],
        time={"dt_s": 5, "duration_s": LENGTH_S, "decision_interval_s": 50, "score_interval_s": 5},
    )  # fmt: skip
    simulation = play(content)
    east_km = [-7 + 12.0 * k / n for k in range(n)]
    assert progress(simulation) == [1.0 if east <= -1 else 0.0 for east in east_km]


@pytest.mark.parametrize(
    ("count", "cost", "share"), [("cost", 5.0, 2.0 / 7.0), ("units", 5.0, 0.5), ("cost", 0.0, 1.0)]
)
def test_progress_is_by_cost_or_by_number(count: str, cost: float, share: float) -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9), group("red-robot", "robot", 8)],
        objectives=[
            {"name": "a", "side": "blue", "kind": "destroy", "count": count},
            {"name": "b", "side": "red", "kind": "protect", "count": count},
        ],
        injects=[lost(50, "red-robot")],
    )
    content["catalogue"] = copy.deepcopy(content["catalogue"])
    content["catalogue"]["platforms"]["post"]["cost_musd"] = cost
    assert progress(play(content)) == pytest.approx([share, 1.0 - share])


def test_members_that_cost_nothing_count_one_each() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9, 4)],
        objectives=[{"side": "blue", "kind": "destroy"}],
        injects=[lost(50, "red-post-1")],
    )
    content["catalogue"] = copy.deepcopy(content["catalogue"])
    content["catalogue"]["platforms"]["post"]["cost_musd"] = 0.0
    assert progress(play(content)) == pytest.approx([0.25])


def test_munitions_count_for_destroy_and_protect_where_nothing_else_is_listed() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9), group("red-drone", "munition", 9, 4)],
        objectives=[
            {"name": "a", "side": "blue", "kind": "destroy"},
            {"name": "b", "side": "blue", "kind": "destroy", "groups": ["red-drone"]},
            {"name": "c", "side": "red", "kind": "protect", "groups": ["red-drone"]},
        ],
        injects=[lost(50, "red-drone-1")],
    )
    assert progress(play(content)) == pytest.approx([0.0, 0.25, 0.75])


def test_phantoms_are_members_of_no_objective() -> None:
    from tests.simcore.test_phantoms import world

    content = world(objectives=[{"name": "a", "side": "blue", "kind": "destroy", "count": "units"},
                                {"name": "b", "side": "red", "kind": "protect", "count": "units"}])  # fmt: skip
    params = compile_world(content).params
    assert params.objectives.whole[ObjectiveSpecW.COUNT].tolist() == [1, 1]


def test_the_score_is_known_before_anything_has_happened() -> None:
    content = document(
        [group("blue-post", "post", -9), group("red-post", "post", 9)],
        zones=[zone("west", -9), zone("later", -9)],
        objectives=[
            {"name": "a", "side": "blue", "kind": "protect"},
            {"name": "b", "side": "blue", "kind": "reach", "zone": "west"},
            {"name": "c", "side": "blue", "kind": "hold", "zone": "west"},
            {"name": "d", "side": "red", "kind": "destroy"},
            {"name": "e", "side": "blue", "kind": "reach", "zone": "later"},
        ],
        injects=[{"at_s": 50, "kind": "zone", "zone": "later", "active": True}],
    )
    simulation = start(content, replications=[3, 4])
    np.testing.assert_allclose(
        simulation.state.objectives.real[:, ObjectiveR.PROGRESS], [[1.0, 1.0, 0.0, 0.0, 0.0]] * 2
    )
    np.testing.assert_allclose(simulation.state.sides.real[:, SideR.SCORE], [[0.5, 0.0]] * 2)
    assert (simulation.state.objectives.whole[:, ObjectiveW.MET_TICK] == -1).all()
