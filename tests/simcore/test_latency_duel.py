"""Latency in a duel: how long each message takes, to the step."""

from typing import Any

import numpy as np
import pytest

from simcore.errors import RunError
from simcore.orders import OrderW
from simcore.state import GroupW, SideR, SideW, UnitW
from simcore.types import NONE, Emcon, EventKind, Status, Task
from tests.simcore.small_worlds import Document, compile_world, document, skirmish, start
from tests.simcore.test_latency import late_skirmish, platform

EVERYWHERE = np.ones(1, dtype=bool)


def duel(autonomy: str = "approve", staff: Document | None = None, **keys: Any) -> Document:
    """Return a blue gun beside a target that cannot shoot, three hops of 4 s from its command post, steps of 1 s."""
    content = document(
        [
            {"name": "post", "side": "blue", "at_km": [-7.5, 4], "units": [{"platform": "tower"}]},
            {"name": "relay-1", "side": "blue", "at_km": [-5, 4], "units": [{"platform": "relay"}]},
            {"name": "relay-2", "side": "blue", "at_km": [-2.5, 4], "units": [{"platform": "relay"}]},
            {
                "name": "gun",
                "side": "blue",
                "at_km": [0, 4],
                "units": [{"platform": "gun"}],
                "autonomy": autonomy,
                "roe": "free",
            },
            {"name": "target", "side": "red", "at_km": [0.5, 4], "units": [{"platform": "hulk"}]},
        ]
    )
    content["map"]["terrain"] = {"kind": "flat"}
    content["time"] = {
        "dt_s": 1,
        "duration_s": 600,
        "comms_interval_s": 1,
        "plan_interval_s": 1,
        "decision_interval_s": 1,
    }
    radio = {"range_km": 4, "latency_s": 4}
    eye = {"model": "cookie_cutter", "range_km": 2, "interval_s": 1, "error_m": 0, "identify_km": 2, "classify_km": 2}
    content["catalogue"] = {
        "sensors": {"eye": eye},
        "weapons": {
            "cannon": {"domains": ["land"], "range_max_km": 2, "reload_s": 5, "p_hit": 0.0, "needs_sight": False}
        },
        "platforms": {
            "tower": platform(command_post=True, radio=radio, speed_max_mps=0),
            "relay": platform(radio=radio, speed_max_mps=0),
            "gun": platform(
                radio=radio, speed_max_mps=0, sensors=["eye"], weapons=[{"weapon": "cannon", "rounds": None}]
            ),
            "hulk": platform(speed_max_mps=0),
        },
    }
    content["sides"][0]["staff"] = staff or {}
    content["rules"] = {"stop_on_annihilation": False}
    return {**content, **keys}


def first(events: np.ndarray, kind: EventKind) -> int:
    """Return the tick of the first event of a kind, -1 when there is none."""
    ticks = events["tick"][events["kind"] == kind]
    return int(ticks[0]) if ticks.size else NONE


def play_events(content: Document, ticks: int = 120) -> np.ndarray:
    simulation = start(content, seed=1, record_events=True)
    simulation.advance(ticks)
    return simulation.events()


def test_a_report_takes_the_path_and_the_staff_s_time() -> None:
    assert first(play_events(duel()), EventKind.CONTACT) == 12
    assert first(play_events(duel(staff={"report_processing_s": 30})), EventKind.CONTACT) == 42


def test_a_unit_fires_at_once_at_what_it_sees_itself() -> None:
    events = play_events(duel("autonomous"))
    assert first(events, EventKind.SHOT) == 0
    assert first(events, EventKind.CONTACT) == 12


@pytest.mark.parametrize(("autonomy", "wait"), [("approve", 12 + 10 + 12), ("manual", 12 + 10 + 12), ("veto", 10)])
def test_a_fixed_approval_takes_the_way_there_and_back(autonomy: str, wait: int) -> None:
    content = duel(autonomy)
    content["groups"][3] |= {"approval_s": 10, "task": {"verb": "attack", "at_km": [0, 4]}}
    # what the post tells of the path, the unit knows after the first update of the network
    assert first(play_events(content), EventKind.SHOT) == wait


@pytest.mark.parametrize("autonomy", ["approve", "manual"])
def test_a_crew_s_answer_takes_the_way_there_and_back(autonomy: str) -> None:
    content = duel(autonomy)
    content["groups"][3]["task"] = {"verb": "attack", "at_km": [0, 4]}
    content["sides"][0]["operators"] = {"count": 1, "service_s": 20, "service_law": "fixed", "approval_timeout_s": 300}
    events = play_events(content)
    asked, granted, shot = (
        first(events, kind) for kind in (EventKind.APPROVAL_ASKED, EventKind.APPROVAL_GRANTED, EventKind.SHOT)
    )
    assert granted == asked + 12 + 20
    assert shot == granted + 12
    waited_s = events["a"][events["kind"] == EventKind.APPROVAL_GRANTED]
    assert waited_s[0] == 0  # in the queue


def test_a_denial_that_comes_too_late_does_not_stop_fire_under_veto() -> None:
    def shots(window_s: float) -> int:
        content = duel("veto")
        crew = {"count": 1, "service_s": 20, "service_law": "fixed", "p_grant": 0.0, "veto_window_s": window_s}
        content["sides"][0]["operators"] = {**crew, "ask_again_s": 1000}
        events = play_events(content, 100)
        assert first(events, EventKind.APPROVAL_DENIED) == 12 + 20
        return int(np.sum(events["kind"] == EventKind.SHOT))

    assert shots(40) > 0  # the denial arrives 44 s after the announcement
    assert shots(50) == 0


def test_an_order_under_way_is_lost_with_the_link_and_sent_again() -> None:
    content = duel()
    content["injects"] = [{"kind": "link_outage", "at_s": 55, "duration_s": 20, "who": ["gun"]}]
    simulation = start(content, seed=1, record_events=True)
    gun = compile_world(content).roster.groups.index("gun")
    simulation.advance(50)
    simulation.orders.issue(EVERYWHERE, gun, Task.MOVE, 0.0, 5e3)
    simulation.advance(5)
    simulation.orders.issue(EVERYWHERE, gun, Task.SEARCH, 0.0, 6e3)  # while the first is under way, and the link dies
    simulation.advance(60)
    events = simulation.events()
    back = first(events, EventKind.LINK_BACK)
    received = events[events["kind"] == EventKind.ORDER_RECEIVED]
    orders = events[events["kind"] == EventKind.ORDER]
    assert 75 <= back <= 78
    assert received["tick"].tolist() == [back + 12]
    assert received["a"].tolist() == [back + 12 - 55]
    assert orders["a"].tolist() == [Task.SEARCH]


def test_a_loss_and_a_silence_are_heard_of_late() -> None:
    for kind, column in (("lose", "own_whole"), ("link_outage", "own_whole")):
        content = duel()
        duration = {"duration_s": 100} if kind == "link_outage" else {}
        content["injects"] = [{"kind": kind, "at_s": 50, "who": ["gun"], **duration}]
        simulation = start(content, seed=1)
        simulation.advance(50)
        before = getattr(simulation.picture(0), column).copy()
        changed_at = 0
        for tick in range(51, 90):
            simulation.advance(1)
            picture = simulation.picture(0)
            if not np.array_equal(picture.own_whole, before):
                changed_at = tick
                break
        assert changed_at == 50 + 12 + 1  # the picture after the tick in which the message arrives


def test_a_kill_is_known_to_the_shooter_at_once_and_to_the_side_when_the_report_comes() -> None:
    content = duel("autonomous")
    content["catalogue"]["weapons"]["cannon"] |= {"p_hit": 1.0, "p_kill": 1.0, "reload_s": 40}
    content["rules"]["p_bda"] = 1.0
    content["groups"][4]["units"] = [{"platform": "hulk", "count": 1}]
    events = play_events(content, 100)
    assert np.sum(events["kind"] == EventKind.SHOT) == 1  # no second shot at the wreck
    assert first(events, EventKind.CONTACT) == NONE  # older sightings come with or after the report of the kill


def test_more_orders_than_there_is_room_for_are_an_error() -> None:
    content = duel()
    content["time"]["decision_interval_s"] = 10
    simulation = start(content, seed=1)
    simulation.advance(1)
    gun = compile_world(content).roster.groups.index("gun")

    def hurry() -> None:
        for tick in range(20):
            simulation.orders.issue(EVERYWHERE, gun, Task.MOVE, 100.0 * tick, 5e3)
            simulation.advance(1)

    with pytest.raises(RunError, match="messages were under way for which there is no room"):
        hurry()


def test_scenarios_without_latency_keep_no_room_for_messages() -> None:
    state = start(skirmish()).state
    for cells in (state.status_reports, state.contact_reports, state.deliveries):
        assert cells.whole.shape[2] == 0
    assert start(late_skirmish()).state.contact_reports.whole.shape[2] > 0


def test_emission_control_takes_the_way_too() -> None:
    content = duel()
    simulation = start(content, seed=1, record_events=True)
    gun = compile_world(content).roster.groups.index("gun")
    simulation.advance(30)
    simulation.orders.control_emissions(EVERYWHERE, gun, Emcon.SILENT)
    simulation.advance(30)
    assert first(simulation.events(), EventKind.EMCON) == 42
    assert simulation.state.groups.whole[0, GroupW.SERIAL, gun] == 0
    assert simulation.orders.whole[0, OrderW.EMCON, gun] == Emcon.NO_CHANGE


def test_units_of_a_reserve_get_their_orders_when_they_enter() -> None:
    content = duel()
    content["groups"][3] |= {"reserve": True}
    content["injects"] = [{"kind": "reinforce", "at_s": 60, "who": ["gun"]}]
    simulation = start(content, seed=1, record_events=True)
    gun = compile_world(content).roster.groups.index("gun")
    simulation.advance(20)
    simulation.orders.issue(EVERYWHERE, gun, Task.MOVE, 0.0, 5e3)
    simulation.advance(80)
    events = simulation.events()
    index = compile_world(content).roster.units.index("gun")
    assert simulation.state.units.whole[0, UnitW.STATUS, index] == Status.ACTIVE
    assert 60 <= first(events, EventKind.ORDER) <= 73


@pytest.mark.parametrize("lost_s", [40, 55])
def test_orders_are_sent_to_no_unit_that_is_lost_and_one_under_way_is_received_by_nobody(lost_s: int) -> None:
    """Three hops of 4 s: an order of second 50 would be there at 62. The gun is lost before it, or meanwhile."""
    content = duel()
    content["injects"] = [{"kind": "lose", "at_s": lost_s, "who": ["gun"]}]
    simulation = start(content, seed=1, record_events=True)
    gun = compile_world(content).roster.groups.index("gun")
    relay = compile_world(content).roster.groups.index("relay-2")
    simulation.advance(50)
    for tick in range(30):  # more orders than may be under way at once to one that takes them up
        for group in (gun, relay):
            simulation.orders.issue(EVERYWHERE, group, Task.MOVE, 100.0 * tick, 5e3)
        simulation.advance(1)
    simulation.advance(20)
    received = simulation.events()
    received = received[received["kind"] == EventKind.ORDER_RECEIVED]
    names = compile_world(content).roster.units
    assert {names[i] for i in received["unit"]} == {"relay-2"}
    assert simulation.state.sides.whole[0, SideW.ORDERS_DELAYED, 0] == 30
    assert simulation.state.sides.real[0, SideR.ORDER_DELAY_S, 0] == 30 * 8  # two hops each, none of the dead gun
    assert not simulation.state.deliveries.whole[0, 0].any()
