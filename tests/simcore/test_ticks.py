"""Times become whole ticks by one rule, half a tick rounded up, and none wraps."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.compiler.injects import due_tick
from scenarios.compiler.ticks import delay_ticks, milliseconds, ticks, ticks_or_none
from scenarios.verification.checks.fire_control import Delay, Lead
from simcore.compiling.jit import njit
from simcore.kernels.mathematics.whole_ticks import count_ticks
from simcore.kernels.network.latency import delay_ticks as delay_in_kernel
from simcore.kernels.orders.approvals import random_ticks
from simcore.params import MountSpecW, RuleW, UnitSpecW
from simcore.ticks import LONGEST_TICKS, whole_ticks
from simcore.types import EventKind
from tests.simcore.small_worlds import Document, compile_world, start

INT32 = 2**31


@njit
def in_kernel(seconds: float, dt_s: float) -> int:
    return count_ticks(seconds, dt_s)


@pytest.mark.small
@pytest.mark.parametrize(
    ("seconds", "dt_s", "n"),
    [(5.0, 2.0, 3), (3.0, 2.0, 2), (1.0, 2.0, 1), (0.9, 2.0, 0), (0.15, 0.1, 2), (0.25, 0.1, 3), (0.35, 0.1, 4),
     (7.0, 2.0, 4), (9.67, 10.0, 1), (1e300, 1e-3, LONGEST_TICKS)],
)  # fmt: skip
def test_half_a_tick_is_rounded_up(seconds: float, dt_s: float, n: int) -> None:
    assert whole_ticks(seconds, dt_s) == in_kernel(seconds, dt_s) == n
    assert ticks(seconds, dt_s) == max(1, n)


@given(st.integers(0, 10_000_000), st.sampled_from([0.1, 0.5, 1.0, 2.0, 5.0, 7.3]))
def test_a_message_and_a_reload_that_take_as_long_take_as_many_ticks(ms: int, dt_s: float) -> None:
    assert delay_ticks(ms, dt_s) == delay_in_kernel(ms, dt_s) == whole_ticks(ms / 1000.0, dt_s)
    assert milliseconds(ms / 1000.0) == ms


@pytest.mark.small
def test_no_time_wraps() -> None:
    longest = [ticks(1e18, 0.1), ticks_or_none(1e300, 1.0), milliseconds(1e30), due_tick(1e308, 0.001)]
    longest.append(random_ticks(LONGEST_TICKS, -1e-12, 1e-16))
    assert longest == [LONGEST_TICKS] * 5
    assert 3 * LONGEST_TICKS < INT32


def test_waits_beyond_the_run_are_never_over() -> None:
    content = copy.deepcopy(Delay(0.0, 1.0, 1, 1).document())
    long_s = 1e9  # 30 years
    content["catalogue"]["weapons"]["gun"]["reload_s"] = long_s
    card = content["catalogue"]["platforms"]["shooter"]
    card |= {"lost_link_s": long_s, "turnaround_min": 500_000.0}
    params = compile_world(content).params
    assert params.mounts.whole[MountSpecW.RELOAD].max() >= params.rules_whole[RuleW.N_TICKS]
    for row in (UnitSpecW.LOST_LINK_TICKS, UnitSpecW.SERVICE_TICKS):
        assert params.units.whole[row].max() >= params.rules_whole[RuleW.N_TICKS]
    assert shots(content) == {"gun": 1, "flak": 199}
    card["approval_s"] = long_s
    assert shots(content) == {}


def shots(content: Document) -> dict[str, int]:
    simulation = start(content, seed=1, record_events=True)
    simulation.advance(200)
    events = simulation.events()
    mount = events["a"][events["kind"] == EventKind.SHOT]
    weapon = simulation.params.mounts.whole[MountSpecW.WEAPON]
    return {name: int(np.sum(weapon[mount] == k)) for k, name in enumerate(("flak", "gun")) if k in weapon[mount]}


@pytest.mark.parametrize(("reload_s", "apart"), [(5.0, 3), (3.0, 2), (4.9, 2), (0.0, 1)])
def test_a_reload_takes_the_nearest_number_of_steps(reload_s: float, apart: int) -> None:
    content = copy.deepcopy(Delay(0.0, 2.0, 1, 0, dt=2.0).document())
    content["catalogue"]["weapons"]["gun"]["reload_s"] = reload_s
    simulation = start(content, seed=1, record_events=True)
    simulation.advance(60)
    events = simulation.events()
    assert set(np.diff(events["tick"][events["kind"] == EventKind.SHOT])) == {apart}


@pytest.mark.parametrize("dt_s", [0.5, 1.0, 3.0, 7.0, 10.0])
@pytest.mark.parametrize("speed", [95.0, 333.0, 4000.0])
def test_a_flight_takes_the_nearest_number_of_steps(dt_s: float, speed: float) -> None:
    content = Lead("aimed", speed, 0.0, dt_s).document(120)
    simulation = start(content, seed=1, record_events=True)
    simulation.advance(120)
    events = simulation.events()
    shot = events["tick"][events["kind"] == EventKind.SHOT]
    hit = events["tick"][events["kind"] == EventKind.HIT]
    assert len(hit) > 0
    assert set(hit - shot[: len(hit)]) == {int(5000.0 / speed / dt_s + 0.5)}


@pytest.mark.parametrize("dt_s", [0.5, 1.0, 2.0, 3.0, 5.0, 10.0])
@pytest.mark.parametrize(("round_speed", "target_speed"), [(600.0, 250.0), (300.0, 290.0), (2000.0, 400.0)])
def test_rounds_fall_where_a_target_on_a_straight_course_is(
    dt_s: float, round_speed: float, target_speed: float
) -> None:
    n_ticks = int(200.0 / dt_s)
    check = Lead("aimed", round_speed, target_speed, dt_s)
    simulation = start(check.document(n_ticks), seed=2, replications=range(3))
    simulation.advance(n_ticks)
    result = check.measure(simulation, compile_world(check.document(n_ticks)))
    assert (result["landed"] == result["hits"]).all()
    assert (result["landed"] > 0).all()
