"""Room for messages under way: never too little, whatever the clocks, the delays and the sides; and not lavish."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.loader import compile_document
from simcore.messages import REPORTS_AT_ONCE, ContactReportW
from simcore.params import RuleW, UnitSpecW
from simcore.simulation import Simulation
from simcore.state import SideW, WorldW
from simcore.types import Roe, Task

Document = dict[str, Any]


def world(
    *,
    latency_s: float = 7.0,
    staff_s: float = 0.0,
    neutral_s: float = 0.0,
    n_scouts: int = 4,
    intervals_s: tuple[float, ...] = (1.0,),
    refresh_s: float = 0.0,
    comms_s: float = 2.0,
    errors_m: tuple[float, ...] = (50.0,),
    hops: int = 3,
) -> Document:
    """Return scouts of both sides in a chain of radios, who see each other and neutrals with all their sensors."""
    sensors = {
        f"eye-{k}-{m}": {
            "model": "cookie_cutter",
            "range_km": 40,
            "interval_s": interval,
            "p_detect": 0.9,
            "error_m": error,
            "classify_km": 35,
            "identify_km": 5 + 10 * k,
            "needs_sight": False,
        }
        for k, interval in enumerate(intervals_s)
        for m, error in enumerate(errors_m)
    }

    def card(slow_s: float, **keys: Any) -> Document:
        radio = {"range_km": 5, "latency_s": slow_s, "satellite": True}
        return {"domain": "land", "target_class": "light_vehicle", "speed_max_mps": 10, "radio": radio, **keys}

    groups: list[Document] = []
    for side, x in (("blue", -4.0), ("red", 4.0), ("green", 0.0)):
        kind = "slow" if side == "green" else "fast"
        groups.append({"name": f"{side}-post", "side": side, "at_km": [x, -8], "units": [{"platform": f"{kind}-post"}]})
        for hop in range(hops):
            task = {"verb": "search", "at_km": [x, -4 + 4 * hop], "radius_km": 1}
            units = [{"platform": kind, "count": n_scouts}]
            name = f"{side}-{hop}"
            groups.append({"name": name, "side": side, "at_km": [x, -4 + 4 * hop], "units": units, "task": task})
    staff = {"report_processing_s": staff_s, "order_preparation_s": staff_s}
    return {
        "schema_version": 1,
        "name": "message-room",
        "time": {"dt_s": 1, "duration_s": 400, "comms_interval_s": comms_s, "decision_interval_s": 10},
        "map": {
            "origin": {"longitude_deg": 10, "latitude_deg": 50},
            "west_km": -10,
            "east_km": 10,
            "south_km": -10,
            "north_km": 10,
            "terrain": {"kind": "flat"},
        },
        "rules": {"contact_refresh_s": refresh_s, "contact_hold_s": 3600, "stop_on_annihilation": False},
        "sides": [
            {"name": "blue", "staff": staff},
            {"name": "red", "staff": staff},
            {"name": "green", "stance": "neutral"},
        ],
        "groups": groups,
        "catalogue": {
            "sensors": sensors,
            "platforms": {
                "fast-post": card(latency_s, command_post=True, speed_max_mps=0),
                "fast": card(latency_s, sensors=list(sensors)),
                "slow-post": card(neutral_s, command_post=True, speed_max_mps=0),
                "slow": card(neutral_s, sensors=list(sensors)),
            },
        },
    }


def most_under_way(content: Document, seconds: int, seed: int = 0) -> tuple[int, int]:
    """Play, with orders at every decision, and return (most contact reports under way at the end of a step, room)."""
    params = compile_document(content).params
    simulation = Simulation(params, seed=seed)
    everywhere = np.ones(1, dtype=bool)
    most = 0
    for tick in range(seconds):
        if tick % 10 == 0:
            for side in range(3):
                for g in simulation.groups_of(side):
                    angle = 0.3 * tick + float(g)
                    x, y = 4e3 * np.cos(angle), 4e3 * np.sin(angle)
                    simulation.orders.issue(everywhere, int(g), Task.SEARCH, x, y, radius_m=3e3, roe=Roe.HOLD)
        simulation.advance(1)  # raises when there is no room
        most = max(most, int(simulation.state.world[0, WorldW.REPORTS]))
    return most, int(params.rules_whole[RuleW.REPORT_ROOM])


def test_a_neutral_side_with_slow_radios_has_room_too() -> None:
    content = world(latency_s=1.0, neutral_s=100.0, n_scouts=3, refresh_s=15.0)
    most, room = most_under_way(content, 400)
    assert 0 < most <= room


def test_the_room_is_that_of_all_looks_when_every_look_is_news() -> None:
    """One scout a side looks at every step: at the end of a step its looks of the delay are under way, without one."""
    content = world(latency_s=20.0, n_scouts=1, hops=1, comms_s=400.0, refresh_s=0.0)
    content["groups"] = [g for g in content["groups"] if g["side"] != "green"]
    content["sides"] = content["sides"][:2]
    content["catalogue"]["sensors"]["eye-0-0"]["p_detect"] = 1.0
    most, room = most_under_way(content, 100)
    n_units, targets, delay = 4, 2, 20
    links = 2 * 2  # of each unit of each side, once
    assert room == 2 * targets * (delay + 1) + links + n_units
    assert most == 2 * targets * delay


def test_no_more_than_three_reports_of_a_step_on_a_contact_count() -> None:
    content = world(latency_s=3.0, n_scouts=6, intervals_s=(1.0, 1.0, 1.0), errors_m=(10.0, 60.0, 200.0), comms_s=50.0)
    simulation = Simulation(compile_document(content).params, seed=2)
    most = 0
    for _ in range(60):
        simulation.advance(1)
        count = int(simulation.state.world[0, WorldW.REPORTS])
        rows = simulation.state.contact_reports.whole[0][:, :count]
        _, n = np.unique(rows[[ContactReportW.CONTACT, ContactReportW.TICK]], axis=1, return_counts=True)
        most = max(most, int(n.max(initial=0)))
    assert 1 < most <= REPORTS_AT_ONCE
    assert simulation.state.sides.whole[0, SideW.REPORTS_DELAYED, :2].min() > 0


@settings(max_examples=12, deadline=None)
@given(
    latency_s=st.sampled_from([0.0, 0.4, 1.0, 9.0, 40.0]),
    staff_s=st.sampled_from([0.0, 1.0, 30.0]),
    neutral_s=st.sampled_from([0.0, 60.0]),
    n_scouts=st.integers(1, 5),
    intervals_s=st.lists(st.sampled_from([1.0, 2.0, 7.0]), min_size=1, max_size=3).map(tuple),
    errors_m=st.sampled_from([(50.0,), (5.0, 500.0), (1.0, 30.0, 900.0)]),
    refresh_s=st.sampled_from([0.0, 1.0, 15.0]),
    comms_s=st.sampled_from([1.0, 2.0, 9.0]),
    hops=st.integers(1, 4),
    seed=st.integers(0, 2**20),
)
def test_there_is_room_for_all_messages_of_all_sides(seed: int, **keys: Any) -> None:
    content = world(**keys)
    most, room = most_under_way(content, 120, seed)
    assert most <= room


def test_room_is_counted_by_what_sensors_can_see() -> None:
    content = world(latency_s=10.0, n_scouts=2, hops=1)
    by_land = int(compile_document(content).params.rules_whole[RuleW.REPORT_ROOM])
    for card in content["catalogue"]["sensors"].values():
        card["domains"] = ["air"]
    params = compile_document(content).params
    n_units = params.units.whole[UnitSpecW.SIDE].size
    assert int(params.rules_whole[RuleW.REPORT_ROOM]) < by_land
    assert int(params.rules_whole[RuleW.REPORT_ROOM]) <= 2 * n_units * 6  # links that come back, and kills
