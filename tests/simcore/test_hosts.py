"""Hosts: room and places that hold always, sisters that stand in, and cargo that shares the fate of its host."""

import numpy as np
import pytest

from simcore.state import MountW, SideW, UnitR
from simcore.types import EventKind, LossCause, Status, Task
from tests.simcore.host_worlds import ATTACK, DT_S, ON_HOST, RECOVER, Document, Play, group, lose, world

# --- a host that is gone ---


def test_nobody_is_serviced_where_a_lost_host_was() -> None:
    flyers = group("u", "drone", (0, 1), 2, host="ship", roe="free", task=ATTACK)
    play = Play(world(group("ship", "carrier", (0, 0)), flyers, injects=[lose("ship", 350)])).on(4000)
    for name in ("u-1", "u-2"):
        assert play.rounds(name) == 2  # the magazine
        assert not len(play.events(EventKind.RECOVER, name))
        # full tanks last an hour, and there is nowhere to land: it falls in the step that ends then
        (loss,) = play.events(EventKind.LOSS, name)
        assert loss["a"] == LossCause.CRASH
        assert (loss["tick"] + 1) * DT_S == 3600


def test_a_boat_without_a_host_waits_at_home_and_stays_afloat() -> None:
    boat = group("b", "boat", (0, 3), host="ship", task=RECOVER)
    play = Play(world(group("ship", "dock", (0, 0)), boat, injects=[lose("ship", 0)])).on(3600)
    x, y = play.place("b")
    assert play.status_of("b") == Status.ACTIVE
    assert np.hypot(x, y) < 1.0
    assert play.simulation.state.units.real[0, UnitR.ENDURANCE_S, play.unit("b")] == 0.0


@pytest.mark.parametrize("host", ["ships", "ships-1"], ids=["the group is named", "the ship is named"])
def test_a_sister_takes_the_units_of_a_host_that_is_lost(host: str) -> None:
    ships = group("ships", "carrier", (0, 0), 2, formation={"shape": "line", "spacing_m": 8000})
    flyer = group("u", "drone", (0, 1), host=host, roe="free", task=ATTACK)
    play = Play(world(ships, flyer)).on(5)
    own = play.names[play.host[-1][0, play.unit("u")]]
    sister = "ships-2" if own == "ships-1" else "ships-1"
    play = Play(world(ships, flyer, injects=[lose(own, 100)])).on(7200)
    landed = play.events(EventKind.RECOVER, "u")
    assert len(landed) >= 2
    assert {play.names[k] for k in landed["other"]} == {sister}
    assert play.rounds("u") >= 2 * len(landed)


def test_a_host_of_another_kind_is_no_sister_unless_a_group_names_both() -> None:
    flyer = group("u", "drone", (0, 1), host="ship", roe="free", task=ATTACK)
    hosts = [group("ship", "carrier", (0, 0)), group("other", "dock", (0, 4))]
    alone = Play(world(*hosts, flyer, injects=[lose("ship", 100)])).on(3600)
    assert not len(alone.events(EventKind.RECOVER, "u"))
    both = {"name": "ship", "units": [{"platform": "carrier", "name": "a"}, {"platform": "dock", "name": "b"}]}
    together = group("ship", "carrier", (0, 0)) | both
    for lost, left in (("a", "b"), ("b", "a")):
        play = Play(world(together, flyer, injects=[lose(lost, 100)])).on(3600)
        assert {play.names[k] for k in play.events(EventKind.RECOVER, "u")["other"]} == {left}


def test_the_nearest_sister_with_room_is_taken() -> None:
    sea = [group("own", "carrier", (0, 0)), group("far", "carrier", (0, 12)), group("near", "carrier", (0, -9))]
    full = group("crew", "drone", None, 2, host="full")
    flyer = group("u", "drone", (0, 1), host="own", task=RECOVER)
    nearest_but_full = group("full", "carrier", (0, 5))
    play = Play(world(*sea, nearest_but_full, full, flyer, injects=[lose("own", 0)])).on(1800)
    assert {play.names[k] for k in play.events(EventKind.RECOVER, "u")["other"]} == {"near"}


def test_a_sister_beyond_the_fuel_that_is_left_is_not_tried() -> None:
    ships = [group("own", "carrier", (0, 0)), group("far", "carrier", (0, 40))]
    crew = group("crew", "drone", None, 2, host="own")
    # 40 km at 40 m/s take 1000 s; the battery lasts 900 s
    flyer = group("u", "drone", (0, 1), host="own", task=RECOVER, endurance_share=0.25)
    go = {"kind": "lose", "at_s": 500, "who": ["crew-1"]}
    play = Play(world(*ships, crew, flyer, injects=[go])).on(1800)
    assert [play.names[k] for k in play.events(EventKind.RECOVER, "u")["other"]] == ["own"]


# --- room and places ---


def test_a_host_never_has_more_aboard_than_it_carries_nor_more_in_service_than_it_has_places() -> None:
    pad = {"carrier": {"host": {"carries": 3, "service_slots": 2}, "speed_max_mps": 0}}
    flyers = group("d", "drone", (0, 1), 12, host="pad", roe="free", task=ATTACK)
    play = Play(world(group("pad", "carrier", (0, 0)), flyers, cards=pad), replications=4).on(7200)
    assert play.most_aboard("pad") == 3
    assert play.most_aboard("pad", (Status.SERVICING,)) == 2
    assert min(len(play.events(EventKind.LAUNCH, "d-1", r)) for r in range(4)) >= 1
    served = play.simulation.state.sides.whole[:, SideW.LAUNCHES, 0]
    assert (served > 12).all()


def test_who_finds_no_room_waits_until_it_runs_dry() -> None:
    flyers = group("d", "drone", (0, 2), 6, host="pad", task=RECOVER)
    play = Play(world(group("pad", "carrier", (0, 0)), flyers)).on(3600 * 1.9)
    lands = [name for name in play.names if len(play.events(EventKind.RECOVER, name))]
    falls = [name for name in play.names if len(play.events(EventKind.LOSS, name))]
    assert len(lands) == 2
    assert set(falls) == {f"d-{k}" for k in range(1, 7)} - set(lands)
    assert play.most_aboard("pad") == 2
    waiting = [play.place(name) for name in lands]
    assert all(np.hypot(*place) < 1.0 for place in waiting)


def test_units_divert_to_a_sister_when_their_own_host_is_full() -> None:
    ships = [group("own", "carrier", (0, 0)), group("sister", "carrier", (0, 10))]
    flyers = group("d", "drone", (0, 2), 4, host="own", task=RECOVER)
    play = Play(world(*ships, flyers)).on(1200)
    for ship in ("own", "sister"):
        assert play.most_aboard(ship) == 2
    assert all(play.status_of(f"d-{k}") in ON_HOST for k in range(1, 5))


def test_no_name_decides_who_of_equals_gets_the_last_place() -> None:
    pad = {"carrier": {"host": {"carries": 1}, "speed_max_mps": 0}}
    flyers = [group(name, "drone", (0, 0), host="pad", task=RECOVER) for name in ("a", "b", "c")]
    n = 900
    play = Play(world(group("pad", "carrier", (0, 0)), *flyers, cards=pad), replications=n).on(2 * DT_S)
    is_aboard = np.isin(play.status[-1], ON_HOST)
    assert (is_aboard.sum(axis=1) == 1).all()
    share = is_aboard[:, [play.unit(name) for name in ("a", "b", "c")]].mean(axis=0)
    assert np.abs(share - 1 / 3).max() <= 4 * np.sqrt(2 / 9 / n)


@pytest.mark.parametrize("names", [("a", "b", "c", "d"), ("d", "c", "b", "a")])
def test_the_one_that_waits_longest_gets_the_place(names: tuple[str, ...]) -> None:
    pad = {"carrier": {"host": {"carries": 1}, "speed_max_mps": 0}, "drone": {"turnaround_min": 5}}
    flyers = [
        group(name, "drone", (0, away), host="pad", task=RECOVER)
        for name, away in zip(names, (2, 3, 4, 5), strict=True)
    ]
    play = Play(world(group("pad", "carrier", (0, 0)), *flyers, cards=pad))
    for _ in range(260):
        play.on(DT_S)
        for name in names:  # who has landed leaves again after its turnaround
            if play.status_of(name) in ON_HOST:
                play.order(name, Task.MOVE, 0.0, -20e3)
    landed = [int(play.events(EventKind.RECOVER, name)["tick"][0]) for name in names]
    assert np.diff(landed).tolist() == [60, 60, 60]  # five minutes each, without a pause


# --- cargo ---


def nested(cause: str) -> tuple[list[Document], Document]:
    """Return a drone on a boat-carrier that lands on a dock, and what makes the dock be lost."""
    keys: Document = {}
    hosts = [group("dock", "dock", (0, 0)), group("cv", "carrier", (0, 0), host="dock", task=RECOVER)]
    crew = group("x", "drone", None, 2, host="cv")
    if cause == "inject":
        keys["injects"] = [lose("dock", 300)]
    elif cause == "fire":
        hosts.append(group("s", "shooter", (40, 0), side="red", roe="free"))
    elif cause == "mine":
        hosts[0] |= {"task": {"verb": "move", "at_km": [20, 0], "speed": 1}}
        belt = {"west_km": 8, "east_km": 9, "south_km": -2, "north_km": 2}
        keys["minefields"] = [{"name": "field", "side": "red", "mine": "mine", "count": 400, "rectangle": belt}]
    return [*hosts, crew], keys


@pytest.mark.parametrize(
    ("cause", "code"), [("inject", LossCause.SCRIPT), ("fire", LossCause.FIRE), ("mine", LossCause.MINE)]
)
def test_cargo_is_lost_with_its_host_however_deep(cause: str, code: LossCause) -> None:
    groups, keys = nested(cause)
    content = world(*groups, cards={"dock": {"speed_max_mps": 20}}, **keys)
    content["catalogue"]["mines"] = {"mine": {"domains": ["surface"], "actuation_m": 200, "p_kill": 1}}
    play = Play(content).on(1800)
    for name in ("dock", "cv", "x-1", "x-2"):
        (loss,) = play.events(EventKind.LOSS, name)  # once
        assert loss["a"] == code
    assert play.simulation.state.sides.whole[0, SideW.LOSSES, 0] == 4
    if cause == "fire":
        assert play.simulation.state.sides.whole[0, SideW.KILLS, 1] == 4


def test_cargo_falls_with_the_aircraft_that_carries_it() -> None:
    mother = group("m", "mother", (0, 0), endurance_share=0.1, home_km=[-55, 0])
    play = Play(world(mother, group("x", "drone", None, 3, host="m"))).on(900)
    assert play.simulation.state.sides.whole[0, [SideW.LOSSES, SideW.CRASHES], 0].tolist() == [4, 4]
    assert {int(play.events(EventKind.LOSS, f"x-{k}")["a"][0]) for k in (1, 2, 3)} == {LossCause.CRASH}


def test_cargo_that_falls_is_counted_alike_whatever_it_is_called() -> None:
    def steps(name: str) -> int:
        mother = group("m", "mother", (0, 0), endurance_share=0.1, home_km=[-55, 0])
        return Play(world(mother, group(name, "drone", None, 3, host="m"))).on(900).simulation.unit_steps

    assert steps("a") == steps("z")


def test_cargo_is_lost_with_a_one_way_host_that_uses_itself_up() -> None:
    bus = group("bus", "bus", (11, 0), roe="free", task=ATTACK)
    play = Play(world(bus, group("x", "drone", None, 2, host="bus"))).on(300)
    assert len(play.events(EventKind.EXPENDED, "bus")) == 1
    for name in ("x-1", "x-2"):
        (loss,) = play.events(EventKind.LOSS, name)
        assert loss["a"] == LossCause.HOST


def test_a_host_that_is_aboard_itself_neither_takes_nor_launches_until_it_is_out() -> None:
    hosts = [group("dock", "dock", (0, 0)), group("cv", "carrier", (0, 0), host="dock", task=RECOVER)]
    crew = group("x", "drone", None, host="cv", roe="free", task=RECOVER)
    guest = group("y", "drone", (0, 8), host="cv", task=RECOVER)
    play = Play(world(*hosts, crew, guest)).on(600)
    assert play.status_of("cv") in ON_HOST
    play.order("x", Task.ATTACK, 15e3, 0.0)
    play.on(600)
    assert play.status_of("x") == Status.ABOARD
    assert play.status_of("y") == Status.ACTIVE
    assert np.hypot(*play.place("y")) < 300.0  # it waits over the dock
    play.order("cv", Task.MOVE, 0.0, -9e3)
    play.on(1500)
    left = play.events(EventKind.LAUNCH, "cv")["tick"][0]
    assert play.events(EventKind.LAUNCH, "x")["tick"][0] in (left, left + 1)
    assert play.events(EventKind.RECOVER, "y")["tick"][0] >= left


# --- reserves ---


def test_units_aboard_a_host_in_reserve_come_with_it() -> None:
    ship = group("ship", "carrier", (0, 0), reserve=True)
    crew = group("x", "drone", None, 2, host="ship", roe="free", task=ATTACK)
    boat = group("y", "drone", (0, 3), host="ship", task=RECOVER)
    enters = {"kind": "reinforce", "at_s": 600, "who": ["ship"]}
    play = Play(world(ship, crew, boat, injects=[enters])).on(600)
    assert {play.status_of(name) for name in ("ship", "x-1", "x-2")} == {Status.RESERVE}
    assert play.status_of("y") == Status.ACTIVE  # no service on a host that is not there
    play.on(60)
    assert [int(play.events(EventKind.LAUNCH, name)["tick"][0]) * DT_S for name in ("x-1", "x-2")] == [600, 600]
    assert play.status_of("y") in ON_HOST


def test_cargo_of_a_host_that_is_lost_in_reserve_is_lost() -> None:
    ship = group("ship", "carrier", (0, 0), reserve=True)
    crew = group("x", "drone", None, 2, host="ship")
    play = Play(world(ship, crew, injects=[lose("ship", 60)])).on(120)
    assert {play.status_of(name) for name in ("ship", "x-1", "x-2")} == {Status.LOST}


# --- recover, turnaround ---


def test_recover_is_a_first_task_like_any_other() -> None:
    ship = group("ship", "carrier", (0, 0))
    crew = group("x", "drone", None, host="ship", task=RECOVER)
    flyer = group("y", "drone", (0, 10), host="ship", task=RECOVER)
    play = Play(world(ship, crew, flyer)).on(1200)
    assert not len(play.events(EventKind.LAUNCH, "x"))
    (landing,) = play.events(EventKind.RECOVER, "y")
    # 10 km at 40 m/s; it lands from within 1.5 steps or 200 m
    assert (10_000 - 300) / 40 <= landing["tick"] * DT_S <= 10_000 / 40 + DT_S
    assert play.status_of("y") == Status.ABOARD


def test_a_unit_without_a_host_stays_fuelled_at_its_home() -> None:
    flyer = group("y", "drone", (0, 10), home_km=[0, 0], task=RECOVER)
    play = Play(world(flyer, hours=12)).on(3600 * 11)
    assert play.status_of("y") == Status.ACTIVE


def test_a_unit_that_lands_without_rounds_is_serviced_before_a_new_order_takes_it_out() -> None:
    pad = {"carrier": {"host": {"carries": 4, "service_slots": 1}, "speed_max_mps": 0}}
    flyers = group("d", "drone", (0, 1), 3, host="pad", task=RECOVER, endurance_share=0.5)
    play = Play(world(group("pad", "carrier", (0, 0)), flyers, cards=pad)).on(60)
    play.order("d-1", Task.ATTACK, 15e3, 0.0)
    play.on(1900)
    starts = sorted(int(play.events(EventKind.LAUNCH, f"d-{k}")["tick"][0]) for k in (1, 2, 3))
    assert np.diff(starts).tolist() == [120, 120]  # one place, ten minutes each


def test_units_in_service_travel_with_a_host_that_moves() -> None:
    ship = group("ship", "carrier", (0, 0), task={"verb": "move", "at_km": [30, 0], "speed": 1})
    flyer = group("y", "drone", (0, 1), host="ship", roe="hold", task=RECOVER)
    play = Play(world(ship, flyer)).on(300)
    assert play.status_of("y") == Status.SERVICING
    play.order("y", Task.MOVE, 0.0, 20e3)
    while play.status_of("y") != Status.ACTIVE:
        play.on(DT_S)
    ship_x = play.place("ship")[0]
    x, y = play.place("y")
    assert ship_x > 6000
    assert np.hypot(x - ship_x, y) <= (60 + 10) * DT_S


def test_a_unit_in_service_has_its_magazine_full_when_it_leaves() -> None:
    flyer = group("u", "drone", (0, 1), host="ship", roe="free", task=ATTACK)
    play = Play(world(group("ship", "carrier", (0, 0)), flyer))
    leaves = 0
    for _ in range(40):
        play.on(100)
        leaves = len(play.events(EventKind.LAUNCH, "u"))
        fired = play.rounds("u")
        left = int(play.simulation.state.mounts.whole[0, MountW.AMMO].sum())
        assert fired + left == 2 * (1 + leaves) or play.status_of("u") in ON_HOST
    assert leaves >= 2
