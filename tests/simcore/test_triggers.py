"""Triggers: what a file says shall happen when something else does, and who may know of it."""

from typing import Any

import numpy as np
import pytest

from simcore.params import UnitSpecR
from simcore.simulation import Simulation
from simcore.state import GroupW, UnitR, UnitW
from simcore.triggers import TriggerW
from simcore.types import Damage, EventKind, Status, Task
from tests.simcore.small_worlds import Document, bits, compile_world, document, same_state, start

DT_S = 5.0
TIME = {"dt_s": DT_S, "duration_s": 3000, "decision_interval_s": 30}
AMBUSH = {
    "name": "ambush",
    "when": {"contact": "red"},
    "tasks": [{"group": "red-munitions", "verb": "strike", "at_km": [2, 8], "radius_km": 6, "roe": "free"}],
}


def group(name: str, platform: str, at_km: list[float], count: int = 1, **keys: Any) -> Document:
    units = [{"platform": platform, "count": count}]
    return {"name": name, "side": name.split("-")[0], "at_km": at_km, "roe": "hold", "units": units, **keys}


def road(triggers: list[Document], **keys: Any) -> Document:
    """Return two blue robots that drive east past a red post, and red munitions that wait behind it."""
    groups = [
        group("blue-convoy", "robot", [-10, 8], 2, task={"verb": "move", "at_km": [6, 8]}),
        group("blue-post", "post", [-11, 4]),
        group("red-post", "post", [4, 10]),
        group("red-munitions", "munition", [8, 8], 2),
    ]
    zones = [{"name": "pass", "rectangle": {"west_km": 2, "east_km": 5, "south_km": 6, "north_km": 10}}]
    more = {"time": TIME, "zones": zones, "triggers": triggers, "rules": {"stop_on_annihilation": False}, **keys}
    content = document(more.pop("groups", groups), **more)
    for platform in content["catalogue"]["platforms"].values():
        platform["radio"] = {"range_km": 60}  # the links hold, the tanks last
        platform["endurance_h"] = 10
    return content


def indices(content: Document, prefix: str) -> list[int]:
    return [i for i, name in enumerate(compile_world(content).roster.units) if name.startswith(prefix)]


def number(content: Document, name: str) -> int:
    return compile_world(content).roster.groups.index(name)


def run(content: Document, ticks: int, count: int = 3, **keys: Any) -> Simulation:
    simulation = start(content, seed=3, replications=range(count), **keys)
    simulation.advance(ticks)
    return simulation


def orders_of(events: np.ndarray, units: list[int], replication: int) -> list[tuple[int, int]]:
    """Return (tick, task) of every order that one of the units takes up."""
    rows = events[(events["kind"] == EventKind.ORDER) & (events["replication"] == replication)]
    return [(int(e["tick"]), int(e["a"])) for e in rows if e["unit"] in units]


def test_munitions_start_when_their_side_gains_its_first_contact_and_not_before() -> None:
    content = road([AMBUSH])
    munitions = indices(content, "red-munitions")
    simulation = run(content, 500, 6, record_events=True)
    events = simulation.events()
    for r in range(6):
        of_red = (events["kind"] == EventKind.CONTACT) & (events["side"] == 1) & (events["replication"] == r)
        first = int(events["tick"][of_red].min())
        assert simulation.state.triggers.whole[r, TriggerW.MET_TICK].tolist() == [first + 1]
        taken = orders_of(events, munitions, r)
        assert {task for _, task in taken} == {int(Task.STRIKE)}
        assert len(taken) == len(munitions)
        assert min(tick for tick, _ in taken) > first
        assert max(tick for tick, _ in taken) <= first + 1 + 10.0 / DT_S  # the next decision of each
    spent = simulation.state.units.whole[:, UnitW.STATUS][:, munitions] == Status.EXPENDED
    assert spent.any()
    quiet = run(road([]), 500, 6)
    assert (quiet.state.units.whole[:, UnitW.STATUS][:, munitions] == Status.ACTIVE).all()


def test_a_contact_in_a_zone_counts_where_the_side_believes_it_to_be() -> None:
    whole = run(road([AMBUSH]), 500, 6).state.triggers.whole[:, TriggerW.MET_TICK, 0]
    inside = road([{**AMBUSH, "when": {"contact": "red", "zone": "pass"}}])
    simulation = start(inside, seed=3, replications=range(6))
    convoy = indices(inside, "blue-convoy")
    seen_east_km = np.full(6, np.nan)
    for tick in range(500):
        simulation.advance(1)
        met = simulation.state.triggers.whole[:, TriggerW.MET_TICK, 0]
        x_km = simulation.state.units.real[:, UnitR.X][:, convoy].max(axis=1) / 1e3
        seen_east_km[met == tick] = x_km[met == tick]
    met = simulation.state.triggers.whole[:, TriggerW.MET_TICK, 0]
    assert (met > whole).all()  # the post sees the convoy before it is in the zone
    assert np.abs(seen_east_km - 2.0).max() < 0.5  # the zone begins at 2 km; errors of position are some 20 m


def test_without_a_sensor_the_side_learns_nothing_and_nothing_starts() -> None:
    blind = road([AMBUSH])
    for name in ("post", "munition"):
        blind["catalogue"]["platforms"][name]["sensors"] = []
    simulation = run(blind, 500)
    assert (simulation.state.triggers.whole[:, TriggerW.MET_TICK] == -1).all()
    assert (simulation.state.groups.whole[:, GroupW.SERIAL] == 0).all()


def test_a_group_follows_when_another_of_its_side_enters_a_zone() -> None:
    trigger = {
        "name": "follow",
        "when": {"entered": ["blue-convoy"], "zone": "pass", "number": 2},
        "tasks": [{"group": "blue-reserve", "verb": "move", "at_km": [0, 4], "after_s": 60}],
    }
    groups = [
        group("blue-convoy", "robot", [-10, 8], 2, task={"verb": "move", "at_km": [6, 8]}),
        group("blue-reserve", "robot", [-8, 4]),
        group("red-post", "post", [11, 11]),
    ]
    content = road([trigger], groups=groups)
    simulation = start(content, seed=3, replications=[0])
    convoy = indices(content, "blue-convoy")
    inside = 0
    while simulation.state.units.real[0, UnitR.X][convoy].min() < 2e3:
        simulation.advance(1)
        inside = simulation.tick
    simulation.advance(60)
    met = int(simulation.state.triggers.whole[0, TriggerW.MET_TICK, 0])
    assert inside <= met <= inside + 10.0 / DT_S  # the report comes with the next update of the network
    assert simulation.state.groups.whole[0, GroupW.TASK, number(content, "blue-reserve")] == Task.MOVE
    again = run(content, met + int(60 / DT_S), 1)
    assert again.state.groups.whole[0, GroupW.SERIAL, number(content, "blue-reserve")] == 0
    again.advance(1)
    assert again.state.groups.whole[0, GroupW.SERIAL, number(content, "blue-reserve")] == 1


def test_losses_of_its_own_make_a_group_withdraw_and_losses_in_truth_bring_reserves() -> None:
    triggers = [
        {
            "name": "back",
            "when": {"lost": ["blue-convoy"]},
            "tasks": [{"group": "blue-convoy", "verb": "withdraw", "at_km": [-10, 8]}],
        },
        {
            "name": "help",
            "when": {"lost": ["blue-convoy"]},
            "injects": [{"at_s": 100, "kind": "reinforce", "who": ["red-munitions"]}],
        },
    ]
    content = road(triggers, injects=[{"at_s": 200, "kind": "lose", "who": ["blue-convoy-1"]}])
    next(g for g in content["groups"] if g["name"] == "red-munitions")["reserve"] = True
    g, munitions = number(content, "blue-convoy"), indices(content, "red-munitions")
    before = run(content, 40)
    assert (before.state.groups.whole[:, GroupW.SERIAL, g] == 0).all()
    after = run(content, 46)
    assert (after.state.groups.whole[:, GroupW.TASK, g] == Task.WITHDRAW).all()
    met = after.state.triggers.whole[0, TriggerW.MET_TICK].max()
    waiting = run(content, int(met) + 20)
    assert (waiting.state.units.whole[:, UnitW.STATUS][:, munitions] == Status.RESERVE).all()
    waiting.advance(1)
    assert (waiting.state.units.whole[:, UnitW.STATUS][:, munitions] == Status.ACTIVE).all()


def test_a_time_is_a_condition_for_a_task() -> None:
    task = {"group": "blue-convoy", "verb": "move", "at_km": [-10, 11], "after_s": 10}
    content = road([{"name": "then", "when": {"at_s": 102}, "tasks": [task]}])
    g = number(content, "blue-convoy")
    simulation = run(content, 23)  # the steps that start at 0 .. 110 s
    assert (simulation.state.groups.whole[:, GroupW.SERIAL, g] == 0).all()
    simulation.advance(1)
    assert (simulation.state.groups.whole[:, GroupW.SERIAL, g] == 1).all()


def test_an_order_of_the_commander_ends_the_plan_of_the_file_for_his_group() -> None:
    content = road([AMBUSH])
    g = number(content, "red-munitions")
    simulation = start(content, seed=3, replications=range(4))
    first_half = np.array([True, True, False, False])
    simulation.orders.issue(first_half, g, Task.MOVE, 8e3, 9e3)
    simulation.advance(500)
    task = simulation.state.groups.whole[:, GroupW.TASK, g]
    assert task.tolist() == [Task.MOVE, Task.MOVE, Task.STRIKE, Task.STRIKE]
    assert (simulation.state.triggers.whole[:, TriggerW.IS_DONE] == 1).all()


def test_a_second_trigger_follows_the_first_in_the_same_group() -> None:
    then = {
        "name": "then",
        "when": {"at_s": 300},
        "tasks": [{"group": "blue-convoy", "verb": "move", "at_km": [-10, 10]}],
    }
    first = {**then, "name": "first", "when": {"at_s": 100}, "tasks": [{"group": "blue-convoy", "verb": "hold"}]}
    content = road([then, first])
    g = number(content, "blue-convoy")
    simulation = run(content, 30)
    assert (simulation.state.groups.whole[:, GroupW.TASK, g] == Task.HOLD).all()
    simulation.advance(40)
    assert (simulation.state.groups.whole[:, GroupW.TASK, g] == Task.MOVE).all()


def test_an_outage_of_a_trigger_ends_in_its_time() -> None:
    inject = {"at_s": 0, "kind": "disable", "who": ["blue-convoy"], "parts": ["mobility"], "duration_s": 50}
    content = road([{"name": "obstacle", "when": {"entered": ["blue-convoy"], "zone": "pass"}, "injects": [inject]}])
    convoy = indices(content, "blue-convoy")
    simulation = start(content, seed=3, replications=[0])
    while simulation.state.triggers.whole[0, TriggerW.MET_TICK].max() < 0:
        simulation.advance(1)
    assert simulation.state.units.real[0, UnitR.X][convoy].max() >= 2e3  # by the truth, at once
    assert (simulation.state.units.whole[0, UnitW.DAMAGE][convoy] == Damage.MOBILITY).all()
    simulation.advance(9)
    assert (simulation.state.units.whole[0, UnitW.DAMAGE][convoy] == Damage.MOBILITY).all()
    simulation.advance(1)
    assert (simulation.state.units.whole[0, UnitW.DAMAGE][convoy] == 0).all()


def test_names_and_the_order_of_the_file_have_no_effect() -> None:
    def content(names: tuple[str, str], *, is_turned: bool) -> Document:
        tasks = [{"group": "red-munitions", "verb": "strike", "at_km": [x, 8], "radius_km": 6} for x in (0, 4)]
        rows = [{"name": n, "when": {"contact": "red"}, "tasks": [t]} for n, t in zip(names, tasks, strict=True)]
        return road(rows[::-1] if is_turned else rows)

    one = run(content(("a", "b"), is_turned=False), 400)
    for names, is_turned in ((("a", "b"), True), (("z", "c"), False), (("z", "c"), True)):
        assert same_state(one, run(content(names, is_turned=is_turned), 400))


def test_a_replication_alone_has_the_bits_of_the_batch_and_of_a_restored_state(tmp_path: Any) -> None:
    content = road([AMBUSH])
    whole = run(content, 400, 4)
    alone = start(content, seed=3, replications=[2])
    alone.advance(100)
    alone.save(tmp_path / "half.npz")
    rest = Simulation.restore(tmp_path / "half.npz", compile_world(content).params)
    rest.advance(300)
    assert rest.hash() == [whole.hash()[2]]


def test_a_scenario_without_triggers_has_no_state_of_them() -> None:
    assert run(road([]), 3).state.triggers.whole.size == 0


def test_the_order_of_a_trigger_takes_the_time_of_an_order() -> None:
    slow = road([{**AMBUSH, "when": {"at_s": 100}}])
    slow["sides"] = [{"name": "blue"}, {"name": "red", "staff": {"order_preparation_s": 90}}]
    munitions = indices(slow, "red-munitions")
    events = run(slow, 100, 1, record_events=True).events()
    taken = orders_of(events, munitions, 0)
    assert len(taken) == len(munitions)
    assert min(tick for tick, _ in taken) >= (100 + 90) / DT_S
    assert max(tick for tick, _ in taken) <= (100 + 90 + 10) / DT_S + 2


def test_a_group_goes_round_the_lake_on_its_way() -> None:
    task = {"group": "blue-convoy", "verb": "move", "at_km": [-8, -8]}
    lake = {"kind": "lake", "polygon_km": [[-11, -4], [5, -4], [5, 2], [-11, 2]]}
    content = road(
        [{"name": "south", "when": {"at_s": 0}, "tasks": [task]}], groups=[
            group("blue-convoy", "robot", [-8, 8], 2),
            group("red-post", "post", [11, 11]),
        ],
    )  # fmt: skip
    content["map"]["terrain"]["features"] = [lake]
    content["time"] = {**TIME, "duration_s": 12_000}
    simulation = run(content, 1800, 1)
    convoy = indices(content, "blue-convoy")
    x_km, y_km = (simulation.state.units.real[0, row][convoy] / 1e3 for row in (UnitR.X, UnitR.Y))
    assert np.hypot(x_km + 8.0, y_km + 8.0).max() < 0.5


@pytest.mark.parametrize(("keys", "together"), [({}, False), ({"keep_together": True}, True)])
def test_a_group_that_keeps_together_marches_at_the_pace_of_its_slowest_unit(keys: Document, *, together: bool) -> None:
    units = [{"platform": "robot", "count": 2}, {"platform": "mule", "count": 2}]
    march = {**group("blue-convoy", "robot", [-10, 8], task={"verb": "move", "at_km": [10, 8]}), "units": units, **keys}
    content = road([], groups=[march, group("red-post", "post", [0, 11])])
    platforms = content["catalogue"]["platforms"]
    platforms["mule"] = {**platforms["robot"], "speed_max_mps": 6, "speed_cruise_mps": 4, "weapons": []}
    simulation = run(content, 100, 2)
    travelled = simulation.state.units.real[:, UnitR.X] - compile_world(content).params.units.real[UnitSpecR.X0]
    convoy = indices(content, "blue-convoy")
    is_slow = compile_world(content).params.units.real[UnitSpecR.SPEED_MAX][convoy] == 6.0
    fast, slow = travelled[:, convoy][:, ~is_slow], travelled[:, convoy][:, is_slow]
    assert slow == pytest.approx(4.0 * 500.0, rel=0.02)
    pace_mps = 4.0 if together else 0.7 * 12.0
    assert fast == pytest.approx(pace_mps * 500.0, rel=0.02)


def test_equal_units_that_keep_together_march_as_before() -> None:
    plain = road([AMBUSH])
    kept = road([AMBUSH])
    for entry in kept["groups"]:
        if entry["name"] == "blue-convoy":
            entry["keep_together"] = True  # of equal units: no difference
    assert bits(run(plain, 200).state.units.real) == bits(run(kept, 200).state.units.real)
