"""What happened within the delay of a remote unit changes nothing in what its side observes."""

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.picture import Picture
from simcore.state import UnitR, UnitW
from simcore.types import Roe, Task
from tests.simcore.small_worlds import CATALOGUE, Document, bits, compile_world, document, start

FIELDS = tuple(name for name in Picture._fields if name.startswith(("own_", "contact_", "n_")))
DT_S = 5
REMOTE = ("blue-robots", "blue-drones", "blue-gunboat")


def world(latency_s: float, report_s: float, autonomy: str, crew: Document | None, **keys: Any) -> Document:
    """Return a fight far from blue's command post: two hops away, over a relay that sees nothing."""
    groups: list[Document] = [
        {"name": "blue-post", "side": "blue", "at_km": [-11, 4], "units": [{"platform": "blind-post"}]},
        {"name": "blue-relay", "side": "blue", "at_km": [-6, 4], "units": [{"platform": "blind-relay"}]},
        {
            "name": "blue-robots",
            "side": "blue",
            "at_km": [-1.5, 4],
            "units": [{"platform": "robot", "count": 3}],
            "task": {"verb": "attack", "at_km": [1, 4], "radius_km": 4},
        },
        {
            "name": "blue-drones",
            "side": "blue",
            "at_km": [-1, 5],
            "units": [{"platform": "drone", "count": 2}],
            "task": {"verb": "search", "at_km": [0, 4], "radius_km": 2},
        },
        {"name": "blue-gunboat", "side": "blue", "at_km": [-1, -4], "units": [{"platform": "ship"}]},
        {
            "name": "red-robots",
            "side": "red",
            "at_km": [1, 4],
            "units": [{"platform": "robot", "count": 4}],
            "task": {"verb": "attack", "at_km": [-1, 4], "radius_km": 3},
        },
        {"name": "red-ship", "side": "red", "at_km": [3, -5], "units": [{"platform": "ship"}]},
    ]
    for group in groups:
        group |= {"roe": "free", "autonomy": autonomy, "approval_s": 5, "heading_deg": 90}
    content = document(groups, **keys)
    content["time"] = {"dt_s": DT_S, "duration_s": 3000, "comms_interval_s": 10}
    content["rules"] = {"stop_on_annihilation": False, "contact_hold_s": 300, "p_bda": 0.6}
    content["sides"] = [
        {"name": "blue", "staff": {"report_processing_s": report_s}, **({"operators": crew} if crew else {})},
        {"name": "red"},
    ]
    content["catalogue"] = copy.deepcopy(CATALOGUE)
    platforms = content["catalogue"]["platforms"]
    radio = {"range_km": 6.5, "latency_s": latency_s, "satellite": True}
    blind = {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "radio": radio}
    platforms["blind-post"] = {**blind, "command_post": True}
    platforms["blind-relay"] = {**blind, "radio": {**radio, "range_km": 9.5}}
    for name in ("robot", "drone", "ship"):
        platforms[name]["radio"] = {**radio, "range_km": 9.5}
    del platforms["post"]
    return content


def observe(content: Document, ticks: int, seed: int) -> tuple[list[bytes], np.ndarray]:
    """Return what blue observes before each tick, and the last delays of its units."""
    simulation = start(content, seed=seed, replications=[0, 1])
    seen: list[bytes] = []
    for _ in range(ticks):
        picture = simulation.picture(0)
        seen.append(b"".join(bits(getattr(picture, name)) for name in FIELDS))
        simulation.advance(1)
    return seen, simulation.state.units.whole[:, UnitW.REPORT_DELAY]


crews = st.sampled_from([None, {"count": 1, "service_s": 10, "p_grant": 0.8}])
kinds = st.sampled_from(["lose", "link_outage", "sensor", "weapon", "supply"])


@settings(max_examples=25, deadline=None)
@given(
    latency_s=st.sampled_from([5.0, 15.0, 22.0]),
    report_s=st.sampled_from([0.0, 20.0]),
    autonomy=st.sampled_from(["autonomous", "approve", "veto"]),
    crew=crews,
    at=st.integers(5, 60),
    kind=kinds,
    who=st.sampled_from([*REMOTE, "red-robots", "red-ship"]),
    seed=st.integers(0, 5),
)
def test_what_happens_to_remote_units_is_not_known_before_a_message_can_come(
    latency_s: float, report_s: float, autonomy: str, crew: Document | None, at: int, kind: str, who: str, seed: int
) -> None:
    plain = world(latency_s, report_s, autonomy, crew)
    what: Document = {"kind": kind}
    if kind in ("sensor", "weapon"):
        what = {"kind": "disable", "parts": [kind]}
    if kind == "link_outage":
        what["duration_s"] = 60
    changed = {**plain, "injects": [{**what, "at_s": at * DT_S, "who": [who]}]}
    delay = int((2 * latency_s + report_s) / DT_S + 0.5)  # the relay is one hop away, all that sees is two
    without, _ = observe(plain, at + delay + 1, seed)
    with_it, _ = observe(changed, at + delay + 1, seed)
    assert with_it == without


@pytest.mark.parametrize("who", ["blue-robots", "red-robots"])
def test_a_loss_is_known_after_the_delay_of_the_report(who: str) -> None:
    plain = world(15.0, 20.0, "autonomous", None)
    changed = {**plain, "injects": [{"kind": "lose", "at_s": 100, "who": [who]}]}
    ticks = 20 + 10 + 25
    without, delay = observe(plain, ticks, 1)
    with_it, _ = observe(changed, ticks, 1)
    names = compile_world(plain).roster.units
    assert {int(delay[0, names.index(name)]) for name in ("blue-robots-1", "blue-gunboat")} == {10}
    assert with_it[: 20 + 10 + 1] == without[: 20 + 10 + 1]
    assert with_it[-1] != without[-1]


def test_what_an_order_does_comes_back_after_the_way_there_and_back() -> None:
    content = world(15.0, 20.0, "autonomous", None)
    boat = compile_world(content).roster.groups.index("blue-gunboat")
    index = compile_world(content).roster.units.index("blue-gunboat")
    quiet, ordered = (start(content, seed=2) for _ in range(2))
    given_at, there, back = 20, 6, 10
    first_move = first_news = 0
    for tick in range(80):
        if tick == given_at:
            ordered.orders.issue(np.ones(1, dtype=bool), boat, Task.WITHDRAW, -6e3, -5e3, roe=Roe.HOLD)
        seen = [b"".join(bits(getattr(run.picture(0), name)) for name in FIELDS) for run in (quiet, ordered)]
        if seen[0] != seen[1] and not first_news:
            first_news = tick
        for run in (quiet, ordered):
            run.advance(1)
        where = [run.state.units.real[0, [UnitR.GOAL_X, UnitR.GOAL_Y], index] for run in (quiet, ordered)]
        if not np.array_equal(where[0], where[1]) and not first_move:
            first_move = tick
    assert given_at + there <= first_move <= given_at + there + 2  # a decision every second step
    assert first_news > first_move + back
