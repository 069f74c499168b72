"""The timetable: what it says happens at its time, to whom it says, and nothing else changes."""

from typing import Any

import numpy as np
import pytest

from simcore.params import UnitSpecW
from simcore.simulation import Simulation
from simcore.state import MountW, SideW, UnitR, UnitW
from simcore.types import Damage, EventKind, Status
from tests.simcore.small_worlds import Document, bits, compile_world, document, skirmish, start


def fight(injects: list[Document], **keys: Any) -> Document:
    """Return the skirmish with a timetable; blue's drones and munitions wait in reserve."""
    content = skirmish(injects=injects, **keys)
    for group in content["groups"]:
        if group["name"] == "blue-munitions":
            group["reserve"] = True
    return content


def play(content: Document, ticks: int, count: int = 4, **keys: Any) -> Simulation:
    simulation = start(content, seed=2, replications=range(count), **keys)
    simulation.advance(ticks)
    return simulation


def units(content: Document, prefix: str) -> list[int]:
    return [i for i, name in enumerate(compile_world(content).roster.units) if name.startswith(prefix)]


def test_reserves_wait_for_their_time() -> None:
    content = fight([{"at_s": 303, "kind": "reinforce", "who": ["blue-munitions"]}])
    mine = units(content, "blue-munitions")
    before = play(content, 61)  # the steps that start at 0 .. 300 s
    assert (before.state.units.whole[:, UnitW.STATUS][:, mine] == Status.RESERVE).all()
    after = play(content, 62, record_events=True)
    assert (after.state.units.whole[:, UnitW.STATUS][:, mine] == Status.ACTIVE).all()
    moved = after.state.units.real[:, [UnitR.VX, UnitR.VY]][:, :, mine]
    assert (np.abs(moved).sum(axis=1) > 0).all()
    events = after.events()
    entered = events[events["kind"] == EventKind.REINFORCED]
    assert set(entered["tick"]) == {61}
    assert len(entered) == 4 * len(mine)
    never = play(fight([]), 200)
    assert (never.state.units.whole[:, UnitW.STATUS][:, mine] == Status.RESERVE).all()


def test_a_scripted_loss_takes_the_cargo_and_counts() -> None:
    content = fight([{"at_s": 0, "kind": "lose", "who": ["red-ship"]}])
    simulation = play(content, 1, record_events=True)
    gone = units(content, "red-ship") + units(content, "red-drones")
    assert (simulation.state.units.whole[:, UnitW.STATUS][:, gone] == Status.LOST).all()
    assert (simulation.state.sides.whole[:, SideW.LOSSES, 1] == len(gone)).all()
    assert (simulation.state.sides.whole[:, SideW.KILLS, 0] == 0).all()
    events = simulation.events()
    assert set(events["a"][events["kind"] == EventKind.LOSS]) == {3}


def test_an_outage_ends_but_what_was_broken_stays_broken() -> None:
    injects = [
        {"at_s": 50, "kind": "disable", "who": ["blue-robots"], "parts": ["mobility", "weapon"], "duration_s": 100},
        {"at_s": 100, "kind": "disable", "who": ["blue-robots-2"], "parts": ["mobility"], "duration_s": 100},
        {"at_s": 50, "kind": "disable", "who": ["blue-post"], "parts": ["sensor"]},
    ]
    content = fight(injects)
    robots, post = units(content, "blue-robots"), units(content, "blue-post")
    simulation = start(content, seed=2, replications=[0])
    damage = simulation.state.units.whole[0, UnitW.DAMAGE]
    both = Damage.MOBILITY | Damage.WEAPON
    simulation.advance(11)
    assert damage[robots].tolist() == [both] * 3
    here = simulation.state.units.real[0, [UnitR.X, UnitR.Y]][:, robots].copy()
    damage[robots[0]] &= ~Damage.WEAPON  # as if the weapon had broken for good during the outage
    simulation.state.units.whole[0, UnitW.OUTAGE, robots[0]] &= ~Damage.WEAPON
    damage[robots[0]] |= Damage.WEAPON
    simulation.advance(19)  # up to 150 s
    assert (simulation.state.units.real[0, [UnitR.X, UnitR.Y]][:, robots] == here).all()
    simulation.advance(1)
    assert damage[robots].tolist() == [Damage.WEAPON, Damage.MOBILITY, 0]
    simulation.advance(10)
    assert damage[robots].tolist() == [Damage.WEAPON, 0, 0]
    assert damage[post].tolist() == [Damage.SENSOR]


def test_a_link_outage_cuts_a_side_off_for_its_time() -> None:
    content = fight([{"at_s": 20, "kind": "link_outage", "side": "red", "duration_s": 60}])
    side = compile_world(content).params.units.whole[UnitSpecW.SIDE]
    simulation = start(content, seed=2, replications=[0])
    linked = simulation.state.units.whole[0, UnitW.LINKED]
    simulation.advance(4)
    assert linked[side == 1].any()
    simulation.advance(4)
    assert not linked[side == 1].any()
    assert linked[side == 0].any()
    simulation.advance(20)
    assert linked[side == 1].any()


def test_supply_fills_tanks_and_magazines() -> None:
    content = fight([{"at_s": 400, "kind": "supply", "who": ["blue-robots", "red-ship"]}])
    chosen = units(content, "blue-robots") + units(content, "red-ship")
    params = compile_world(content).params
    simulation = start(content, seed=2, replications=range(6))
    simulation.advance(80)
    short = simulation.state.mounts.whole[:, MountW.AMMO].copy()
    simulation.advance(1)
    alive = simulation.state.units.whole[:, UnitW.STATUS] == Status.ACTIVE
    endurance, full = simulation.state.units.real[:, UnitR.ENDURANCE_S], params.units.real[5]
    for i in chosen:
        assert (endurance[alive[:, i], i] >= full[i] - 10.0).all()
    mounts = np.isin(params.mounts.whole[0], chosen)
    assert (simulation.state.mounts.whole[:, MountW.AMMO][:, mounts].sum(axis=1) > short[:, mounts].sum(axis=1)).any()


@pytest.mark.parametrize(("injects", "held"), [
    ([], (0, 60)),
    ([{"at_s": 100, "kind": "zone", "zone": "crossing", "active": True}], (20, 60)),
    ([{"at_s": 100, "kind": "zone", "zone": "crossing", "active": False}], (0, 20)),
    ([{"at_s": 100, "kind": "zone", "zone": "crossing", "active": True},
      {"at_s": 200, "kind": "zone", "zone": "crossing", "active": False}], (20, 40)),
])  # fmt: skip
def test_a_zone_counts_while_it_is_open(injects: list[Document], held: tuple[int, int]) -> None:
    post = {"name": "holder", "side": "blue", "at_km": [0, 4], "units": [{"platform": "post"}]}
    far = {"name": "far", "side": "red", "at_km": [11, 11], "units": [{"platform": "post"}]}
    content = document(
        [post, far],
        injects=injects,
        zones=[{"name": "crossing", "circle": {"centre_km": [0, 4], "radius_km": 2}}],
        objectives=[{"side": "blue", "kind": "hold", "zone": "crossing"}],
        time={"dt_s": 5, "duration_s": 300, "score_interval_s": 5},
    )
    simulation = play(content, 60, 1)
    assert simulation.state.objectives.real[0, 0, 0] == pytest.approx((held[1] - held[0]) / 60.0)


def test_nothing_changes_before_the_time_comes() -> None:
    injects = [
        {"at_s": 500, "kind": "lose", "who": ["red-ship"]},
        {"at_s": 500, "kind": "supply", "side": "blue"},
        {"at_s": 500, "kind": "disable", "side": "red", "parts": ["sensor"]},
    ]
    with_injects, without = play(fight(injects), 100), play(fight([]), 100)
    assert with_injects.hash() == without.hash()
    for world in (with_injects, without):
        world.advance(1)
    assert with_injects.hash() != without.hash()


def test_the_order_in_the_file_and_interruptions_do_not_matter(tmp_path: Any) -> None:
    injects = [
        {"at_s": 100, "kind": "supply", "side": "blue"},
        {"at_s": 100, "kind": "disable", "side": "blue", "parts": ["sensor"], "duration_s": 50},
        {"at_s": 100, "kind": "reinforce", "who": ["blue-munitions"]},
        {"at_s": 150, "kind": "lose", "who": ["blue-robots-1"]},
    ]
    straight, turned = fight(injects), fight(injects[::-1])
    assert compile_world(straight).scenario.hash == compile_world(turned).scenario.hash
    whole = play(straight, 60)
    parts = start(turned, seed=2, replications=range(4), threads=2)
    for _ in range(30):
        parts.advance(2)
    assert whole.hash() == parts.hash()
    parts = play(straight, 20)
    parts.save(tmp_path / "state.npz")
    again = Simulation.restore(tmp_path / "state.npz", parts.params)
    again.advance(40)
    assert again.hash() == whole.hash()


def test_a_timetable_shows_in_no_picture_ahead_of_time() -> None:
    content = fight([{"at_s": 900, "kind": "lose", "side": "red"}])
    told, untold = (compile_world(each).briefings for each in (content, fight([])))
    for one, other in zip(told, untold, strict=True):
        assert repr(one) == repr(other)
    pictures = [play(each, 100).picture(0) for each in (content, fight([]))]
    assert bits(pictures[0].contact_real) == bits(pictures[1].contact_real)
