"""Latency: paths, orders, reports and approvals that take time."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.compiler.ticks import delay_ticks as compiled_ticks
from simcore.kernels.network.latency import delay_ticks
from simcore.params import RuleW, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import ContactR, ContactW, SideR, SideW, UnitR, UnitW
from simcore.types import EventKind, Roe, Task
from tests.reference.messages import Inbox, quickest_ms
from tests.simcore.small_worlds import CATALOGUE, Document, compile_world, document, same_state, skirmish, start

EVERYWHERE = np.ones(1, dtype=bool)


@pytest.mark.small
@given(st.integers(0, 10_000_000), st.sampled_from([0.25, 1.0, 2.0, 5.0, 7.5]))
def test_delays_are_the_nearest_number_of_steps(ms: int, dt_s: float) -> None:
    ticks = delay_ticks(ms, dt_s)
    assert ticks == compiled_ticks(ms, dt_s)
    assert abs(ticks * dt_s - ms * 1e-3) <= 0.5 * dt_s + 1e-9


def platform(**keys: Any) -> Document:
    return {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 10, **keys}


def radios(places: list[tuple[float, float, float, float]], **rules: Any) -> Document:
    """Return blue radios at (east km, north km, range km, latency s), the first of them the command post's."""
    groups, platforms = [], {}
    for k, (east, north, range_km, latency_s) in enumerate(places):
        radio = {"range_km": range_km, "latency_s": latency_s, "satellite": True}
        platforms[f"kind-{k}"] = platform(radio=radio, command_post=k == 0)
        groups.append(
            {"name": f"unit-{k:02d}", "side": "blue", "at_km": [east, north], "units": [{"platform": f"kind-{k}"}]}
        )
    groups.append({"name": "red", "side": "red", "at_km": [-11, -1], "units": [{"platform": "kind-0"}]})
    content = document(groups)
    content["map"]["terrain"] = {"kind": "flat"}
    content["time"] |= {"dt_s": 1, "comms_interval_s": 1, "plan_interval_s": 1}
    content["catalogue"] = {"platforms": platforms}
    content["rules"] = rules
    return content


spot = st.tuples(
    st.floats(-8, 8).map(lambda value: round(value, 2)),
    st.floats(0, 9).map(lambda value: round(value, 2)),
    st.sampled_from([2.0, 4.0, 6.0, 9.0]),
    st.sampled_from([0.0, 1.0, 2.5, 7.0]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(spot, min_size=2, max_size=14), st.integers(1, 5), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_the_path_is_the_quickest_of_those_over_the_fewest_hops(
    places: list[tuple[float, float, float, float]], most: int, factor: float
) -> None:
    simulation = start(radios(places, max_hops=most, latency_factor=factor))
    simulation.advance(1)
    n = len(places)

    def hears(a: int, b: int) -> bool:
        away = np.hypot(places[a][0] - places[b][0], places[a][1] - places[b][1])
        return bool(away <= min(places[a][2], places[b][2]))

    latency_ms = {k: round(place[3] * factor * 1000) for k, place in enumerate(places)}
    expected = quickest_ms(range(n), [0], hears, latency_ms, most)
    names = compile_world(radios(places, max_hops=most, latency_factor=factor)).roster.units
    rows = [names.index(f"unit-{k:02d}") for k in range(n)]
    whole = simulation.state.units.whole[0][:, rows]
    assert {k for k in range(n) if whole[UnitW.LINKED, k]} == set(expected)
    assert {k: int(whole[UnitW.DELAY, k]) for k in expected} == {k: delay_ticks(ms, 1.0) for k, ms in expected.items()}


def wanderers() -> Document:
    """Return units that walk in and out of the range of their radios and relays, with latencies of their own."""
    groups: list[Document] = [
        {"name": "post", "side": "blue", "at_km": [0, 5], "units": [{"platform": "post"}]},
        {"name": "relays", "side": "blue", "at_km": [3, 5], "units": [{"platform": "relay", "count": 2}]},
        {"name": "red", "side": "red", "at_km": [-11, -1], "units": [{"platform": "scout"}]},
    ]
    for k in range(4):
        kind = "scout" if k % 2 else "slow-scout"
        units = [{"platform": kind, "count": 3}]
        groups.append(
            {"name": f"scouts-{k}", "side": "blue", "at_km": [k, 3 + k], "scatter_km": [2, 2], "units": units}
        )
    content = document(groups)
    content["map"]["terrain"] = {"kind": "flat"}
    content["time"] |= {"dt_s": 5, "comms_interval_s": 10, "plan_interval_s": 5, "decision_interval_s": 5}
    content["catalogue"] = {
        "platforms": {
            "post": platform(command_post=True, speed_max_mps=0, radio={"range_km": 6}),
            "relay": platform(speed_max_mps=0, radio={"range_km": 5, "latency_s": 11}),
            "scout": platform(speed_max_mps=60, radio={"range_km": 5, "latency_s": 20}),
            "slow-scout": platform(speed_max_mps=80, radio={"range_km": 4, "latency_s": 35}),
        }
    }
    content["sides"][0]["staff"] = {"order_preparation_s": 15}
    return content


def follow_orders(seed: int) -> tuple[int, int, int]:
    """Compare each tick; return how many orders were overtaken, cut off and sent again."""
    rng = np.random.default_rng(seed)
    simulation = start(wanderers(), seed=seed)
    units = simulation.params.units.whole
    own = [int(i) for i in np.flatnonzero(units[UnitSpecW.SIDE] == 0)]
    inbox = {i: Inbox() for i in own}
    numbers = dict.fromkeys(range(simulation.params.groups.whole.shape[1]), 0)
    sent = dict(numbers)
    n_overtaken = n_cut = n_again = 0
    for tick in range(300):
        before = simulation.state.units.whole[0].copy()
        for g in simulation.groups_of(0):
            if rng.random() < 0.15:
                x, y = rng.uniform(-11e3, 11e3), rng.uniform(-1e3, 11e3)
                simulation.orders.issue(EVERYWHERE, int(g), Task.MOVE, x, y, roe=Roe.HOLD)
                numbers[int(g)] += 1
                sent[int(g)] = tick
        for i in own:
            g = int(units[UnitSpecW.GROUP, i])
            letters, is_linked = inbox[i], bool(before[UnitW.LINKED, i])
            if sent[g] == tick and numbers[g]:
                letters.send(numbers[g], tick + int(before[UnitW.ORDER_DELAY, i]), is_linked)
            due = sum(arrival <= tick for arrival in letters.under_way.values())
            n_overtaken += due - len(letters.open(tick))
            letters.take_up(is_linked)
        simulation.advance(1)
        after = simulation.state.units.whole[0]
        assert {i: box.taken for i, box in inbox.items()} == {i: int(after[UnitW.DISPATCH, i]) for i in own}
        for i in own:
            g = int(units[UnitSpecW.GROUP, i])
            if before[UnitW.LINKED, i] and not after[UnitW.LINKED, i]:
                n_cut += bool(inbox[i].under_way)
                inbox[i].cut()
            elif after[UnitW.LINKED, i] and not before[UnitW.LINKED, i]:
                n_again += numbers[g] > inbox[i].taken
                arrival = max(tick + int(after[UnitW.DELAY, i]), sent[g] + int(after[UnitW.ORDER_DELAY, i]))
                inbox[i].restore(numbers[g], arrival)
    serial = simulation.state.units.whole[0, UnitW.ORDER_SERIAL]
    assert all(serial[i] == box.taken for i, box in inbox.items())
    return n_overtaken, n_cut, n_again


def test_the_orders_of_a_unit_equal_those_of_its_slow_inbox() -> None:
    met = np.sum([follow_orders(seed) for seed in range(5)], axis=0)
    assert (met > 0).all()  # the test has met what it is about


def watchers(delay_s: float, **side: Any) -> Document:
    """Return forces that move, see each other and lose links, but do not fight; blue's staff takes its time."""
    content = skirmish(rules={"contact_hold_s": 1e6, "contact_refresh_s": 0.0})
    for group in content["groups"]:
        group["roe"] = "hold"
        if "task" in group:
            group["task"] = {"verb": "search", "at_km": [0, 4 if "ship" not in group["name"] else -6], "radius_km": 5}
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    content["sides"] = [{"name": "blue", "staff": {"report_processing_s": delay_s}, **side}, {"name": "red"}]
    return content


def test_the_picture_is_the_prompt_picture_of_so_long_ago() -> None:
    delay = 9
    prompt, late = (start(watchers(seconds), seed=10, replications=[0, 1]) for seconds in (0.0, 5.0 * delay))
    own = prompt.params.units.whole[UnitSpecW.SIDE] == 0
    n = own.size
    past: list[tuple[np.ndarray, ...]] = []
    reports = [
        UnitW.REPORT_STATUS,
        UnitW.REPORT_DAMAGE,
        UnitW.REPORT_TICK,
        UnitW.REPORT_AMMO,
        UnitW.REPORT_EMCON,
        UnitW.REPORT_LINKED,
    ]
    n_contacts = n_cut = 0
    for tick in range(200):
        prompt.advance(1)
        late.advance(1)
        then, now = (
            (
                run.state.contacts.real[:, : ContactR.SENT_ERROR_M, :n].copy(),
                run.state.contacts.whole[
                    :, [ContactW.LEVEL, ContactW.TICK, ContactW.FIRST_TICK, ContactW.IDENTITY, ContactW.TRACKS], :n
                ].copy(),
                run.state.units.real[:, UnitR.REPORT_X : UnitR.REPORT_ENDURANCE_S + 1, own].copy(),
                run.state.units.whole[:, reports][:, :, own].copy(),
            )
            for run in (prompt, late)
        )
        past.append(then)
        if tick >= delay:
            for old, new in zip(past[tick - delay], now, strict=True):
                assert np.array_equal(old, new)
        else:
            assert not now[1][:, 0].any()
        n_contacts = max(n_contacts, int((now[1][:, 0] > 0).sum()))
        n_cut += int((now[3][:, -1] == 0).sum())
    assert n_contacts >= 8
    assert n_cut > 0
    prompt_units, late_units = prompt.state.units.real[:, UnitR.X], late.state.units.real[:, UnitR.X]
    assert np.array_equal(prompt_units, late_units)  # the same happened


def late_skirmish(latency_s: float = 7.0, **keys: Any) -> Document:
    """Return the skirmish with radios that take time, and staffs that do."""
    staff = {"order_preparation_s": 20, "report_processing_s": 10}
    content = skirmish(sides=[{"name": name, "staff": staff} for name in ("blue", "red")], **keys)
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    for card in content["catalogue"]["platforms"].values():
        if "radio" in card:
            card["radio"]["latency_s"] = latency_s
    return content


def give_orders(simulation: Simulation, tick: int) -> None:
    """Order all groups somewhere, depending on the tick and the group alone."""
    where = np.ones(simulation.n_replications, dtype=bool)
    for g in range(simulation.orders.whole.shape[2]):
        angle = 0.7 * tick + g
        task = (Task.ATTACK, Task.SEARCH, Task.MOVE)[(tick // 50 + g) % 3]
        x, y = 6e3 * np.cos(angle), 4e3 + 5e3 * np.sin(angle)
        simulation.orders.issue(where, g, task, x, y, radius_m=6e3, roe=Roe.FREE)


def play(simulation: Simulation, first: int = 0, last: int = 300) -> Simulation:
    for tick in range(first, last, 50):
        give_orders(simulation, tick)
        simulation.advance(50)
    return simulation


def test_messages_are_state_like_everything_else(tmp_path: Any) -> None:
    whole = play(start(late_skirmish(), seed=3, replications=[0, 1]))
    sides = whole.state.sides
    assert (sides.whole[:, [SideW.ORDERS_DELAYED, SideW.REPORTS_DELAYED]] > 0).all()
    half = play(start(late_skirmish(), seed=3, replications=[0, 1]), last=150)
    half.save(tmp_path / "half")
    restored = Simulation.restore(tmp_path / "half", half.params)
    assert same_state(play(restored, 150), whole)
    future = half.fan_out([0], source=0)
    assert play(future, 150).hash() == whole.hash()[:1]
    assert same_state(play(start(late_skirmish(), seed=3, replications=[0, 1], threads=2)), whole)
    recorded = play(start(late_skirmish(), seed=3, replications=[0, 1], record_events=True))
    assert same_state(recorded, whole)
    events = recorded.events()
    for kind, column in ((EventKind.ORDER_RECEIVED, SideW.ORDERS_DELAYED),):
        assert np.sum(events["kind"] == kind) == sides.whole[:, column].sum()
    ages_s = events["a"][events["kind"] == EventKind.ORDER_RECEIVED]
    assert ages_s.sum() == pytest.approx(sides.real[:, SideR.ORDER_DELAY_S].sum())
    assert ages_s.min() == 20  # the staff's, for the posts themselves
    assert np.median(ages_s) == 25  # and a hop


def test_the_order_of_groups_in_the_file_does_not_matter() -> None:
    content = late_skirmish()
    turned = copy.deepcopy(content)
    turned["groups"].reverse()
    for simulation in (a := start(content, seed=6), b := start(turned, seed=6)):
        simulation.advance(300)
    assert same_state(a, b)
    assert a.state.sides.whole[0, SideW.REPORTS_DELAYED].min() > 0


def test_messages_that_take_no_time_change_nothing() -> None:
    """The machinery is on, and every delay is 0: all but the order of the events of a tick is as without it."""
    content = skirmish()
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    for name in ("robot", "ship", "drone"):
        content["catalogue"]["platforms"][name]["radio"]["range_km"] = 7
    plain = play(start(content, seed=8, replications=[0, 1, 2], record_events=True))
    params = compile_world(content).params
    limits = params.rules_whole.copy()
    limits[[RuleW.ORDER_SLOTS, RuleW.STATUS_SLOTS, RuleW.REPORT_ROOM]] = (2, 2, 50)
    on = Simulation(params._replace(rules_whole=limits), seed=8, replications=[0, 1, 2], record_events=True)
    play(on)
    a, b = (run.events() for run in (plain, on))
    assert (plain.state.sides.whole[:, SideW.LINK_LOSSES] > 2).all()
    assert np.array_equal(np.sort(a, order=a.dtype.names), np.sort(b, order=b.dtype.names))
    assert np.array_equal(plain.state.sides.whole, on.state.sides.whole)
    assert np.array_equal(plain.state.units.real, on.state.units.real)
    assert np.array_equal(plain.state.contacts.real, on.state.contacts.real)
