"""Layers engage from outside in, decoys are limited and need guidance, and looks need time."""

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.verification.checks.defence import Layers, Looks
from scenarios.verification.oracles import defence
from simcore.kernels.fighting.interception import looks_possible
from simcore.simulation import Simulation
from simcore.state import MountW, SideW
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, start


def with_keys(content: Document, **keys: Any) -> Document:
    changed = copy.deepcopy(content)
    for path, value in keys.items():
        place = changed
        *steps, last = path.split("__")
        for step in steps:
            place = place[step.replace("_dash_", "-")]
        place[last] = value
    return changed


def fire(content: Document, ticks: int, count: int = 200) -> Simulation:
    simulation = start(content, seed=3, replications=range(count), record_events=True)
    simulation.advance(ticks)
    return simulation


@pytest.mark.parametrize(
    ("arguments", "looks"),
    [
        ((10_000.0, 300.0, 5000.0, 0.0, 0.0, np.inf, 0.0, 0.0), 2**30),  # no time is needed
        ((10_000.0, np.inf, 5000.0, 0.0, 0.0, np.inf, 2.0, 0.0), 1),  # no time to look
        ((10_000.0, np.inf, 5000.0, 0.0, 0.0, 900.0, 0.0, 0.0), 0),
        # meets at 4,000 m, then at 4,000 (1 - 0.05) 2/3 ... : 300 m/s against 600 m/s and 5 s of looking
        ((20_000.0, 300.0, 4000.0, 0.0, 0.0, 600.0, 5.0, 0.0), 3),  # 4000, 1667, 111
        ((20_000.0, 300.0, 4000.0, 0.0, 200.0, 600.0, 5.0, 0.0), 2),  # 111 m is too near
        ((20_000.0, 300.0, 4000.0, 1000.0, 0.0, 600.0, 5.0, 0.0), 2),  # from 1 km behind: 3000, 667, then too late
        ((3000.0, 300.0, 4000.0, 0.0, 0.0, 600.0, 5.0, 10.0), 0),  # it arrives within the reaction
    ],
)
@pytest.mark.small
def test_looks_at_points_worked_out_by_hand(arguments: tuple[float, ...], looks: int) -> None:
    assert looks_possible(*arguments) == looks


@given(
    st.floats(500, 60_000),
    st.floats(20, 1500),
    st.floats(200, 40_000),
    st.floats(50, 2000),
    st.floats(0.5, 30),
    st.floats(0, 60),
)
@settings(max_examples=300, deadline=None)
def test_looks_agree_with_the_clock(
    launch_m: float, threat: float, reach_m: float, shot: float, assess: float, reaction: float
) -> None:
    told = defence.looks(launch_m, threat, reach_m, shot, assess, reaction)
    counted = looks_possible(launch_m, threat, reach_m, 0.0, 0.0, shot, assess, reaction)
    # a meeting right at the last metre may fall on either side
    nudged = {
        looks_possible(launch_m + d, threat, reach_m + d, 0.0, 0.0, shot, assess, reaction) for d in (-0.01, 0.01)
    }
    assert told == counted or told in nudged


def test_the_longest_reach_engages_first() -> None:
    check = Layers(1, 8, 1.0, 0.5, 8, 1, 0.5, 8, 1, 0, 0.0, "after")
    by_reach = check.document(check.n_ticks)
    by_key = with_keys(by_reach, rules__layered_defence=False)
    shooters = []
    for content in (by_reach, by_key):
        simulation = fire(content, check.n_ticks)
        units = compile_world(content).roster.units
        events = simulation.events()
        shots = events[events["kind"] == EventKind.INTERCEPT]
        shooters.append([units[shots["unit"][shots["replication"] == r][0]] for r in range(200)])
        first = shots[np.unique(shots["replication"], return_index=True)[1]]
        assert (first["a"] == 8).all()
    assert set(shooters[0]) == {"b-outer"}
    drawn = shooters[1].count("a-inner")  # without layers the keys say who is first: drawn, whatever the names
    assert abs(drawn - 100) < 4.0 * math.sqrt(200 * 0.25)


def test_the_next_layer_meets_leakers_only() -> None:
    check = Layers(1, 8, 1.0, 0.5, 8, 1, 0.5, 8, 1, 0, 0.0, "after")
    simulation = fire(check.document(check.n_ticks), check.n_ticks)
    events = simulation.events()
    shots = events[events["kind"] == EventKind.INTERCEPT]
    for r in range(200):
        mine = shots[shots["replication"] == r]
        left = 8 - int(mine["b"][0])
        assert mine["a"][1:].tolist() == ([left] if left else [])


def test_decoys_run_out_and_act_on_guided_rounds_only() -> None:
    check = Layers(4, 5, 1.0, 0.5, 0, 1, 0.5, 0, 1, 2, 1.0, "after")
    guided = check.document(check.n_ticks)
    simulation = fire(guided, check.n_ticks, 20)
    assert (simulation.state.sides.whole[:, SideW.DECOYS, 1] == 2).all()
    assert (simulation.state.sides.whole[:, SideW.SOFT_KILLED, 1] == 10).all()
    blind = fire(with_keys(guided, catalogue__weapons__missile__guided=False), check.n_ticks, 20)
    assert (blind.state.sides.whole[:, [SideW.DECOYS, SideW.SOFT_KILLED], 1] == 0).all()
    soft = {"p_guided": 0.0, "p_unguided": 1.0, "range_km": 5.0}
    unguided = with_keys(guided, catalogue__weapons__missile__guided=False, catalogue__weapons__decoy__soft_kill=soft)
    assert (fire(unguided, check.n_ticks, 20).state.sides.whole[:, SideW.SOFT_KILLED, 1] == 10).all()


def test_a_cloud_that_lasts_works_on_all_that_arrives() -> None:
    check = Layers(4, 5, 1.0, 0.5, 0, 1, 0.5, 0, 1, 2, 1.0, "after")
    content = check.document(check.n_ticks)
    lasting = with_keys(content, catalogue__weapons__decoy__soft_kill__lasts_s=3.0)
    simulation = fire(lasting, check.n_ticks, 20)
    assert (simulation.state.sides.whole[:, SideW.DECOYS, 1] == 2).all()
    assert (simulation.state.sides.whole[:, SideW.SOFT_KILLED, 1] == 20).all()


def test_soft_kill_stops_what_cannot_be_shot_down() -> None:
    check = Layers(1, 5, 1.0, 1.0, 9, 1, 1.0, 9, 1, 1, 1.0, "after")
    content = check.document(check.n_ticks)
    simulation = fire(with_keys(content, catalogue__weapons__missile__stoppable=False), check.n_ticks, 20)
    assert (simulation.state.sides.whole[:, SideW.INTERCEPT_SHOTS, 1] == 0).all()
    assert (simulation.state.sides.whole[:, SideW.SOFT_KILLED, 1] == 5).all()


def test_without_time_nothing_is_fired() -> None:
    content = Looks(3, 5_000.0, 250.0, 8_000.0, 500.0, 2.0, 30.0, 1.0).document(40)
    simulation = fire(content, 40, 5)
    assert (simulation.state.sides.whole[:, SideW.SHOTS, 0] > 0).all()
    assert (simulation.state.sides.whole[:, SideW.INTERCEPT_SHOTS, 1] == 0).all()


def test_shots_and_decoys_never_exceed_what_was_carried() -> None:
    check = Layers(5, 9, 0.9, 0.6, 13, 0, 0.5, 6, 2, 3, 0.4, "before")
    content = check.document(check.n_ticks)
    simulation = fire(content, check.n_ticks)
    assert (simulation.state.mounts.whole[:, MountW.AMMO] >= 0).all()
    tallies = simulation.state.sides.whole[:, :, 1]
    assert (tallies[:, SideW.INTERCEPT_SHOTS] <= 19).all()
    assert (tallies[:, SideW.DECOYS] <= 3).all()
    events = simulation.events()
    soft = events[events["kind"] == EventKind.SOFT_KILL]
    assert soft["a"].sum() == tallies[:, SideW.DECOYS].sum()
    assert soft["b"].sum() == tallies[:, SideW.SOFT_KILLED].sum()
