"""The oracles of queues and jamming against published values and against each other."""

import math

import numpy as np
import pytest

from scenarios.verification.oracles import jamming, queues, sensors, turnaround

LINK = jamming.Link(10.0, 3.0, 300.0, 25.0, 6.0, 2.0, 10.0)
RADAR = sensors.Radar()


def test_turnarounds_are_rounds_of_so_many_places() -> None:
    # as many places as units: all leave together, once in 5 + 20 steps
    assert turnaround.departures(3, 3, 5, 20, 76) == [0, 0, 0, 25, 25, 25, 50, 50, 50, 75, 75, 75]
    # one place, always busy from step 5 on: one leaves every 20 steps
    assert turnaround.departures(3, 1, 5, 20, 100) == [0, 0, 0, 25, 45, 65, 85]
    assert turnaround.rounds_fired(4, 2, [3], 100) == 5  # shots at 1, full at 3, and at 3, 5, 7, 9
    assert turnaround.rounds_fired(4, 2, [50], 100) == 8


@pytest.mark.parametrize(("operators", "load", "wait"), [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9)])
def test_erlang_c(operators: int, load: float, wait: float) -> None:
    assert queues.erlang_c(operators, load) == pytest.approx(wait, abs=1e-12)


def test_one_operator_and_many_sources_is_pollaczek_khinchine() -> None:
    crew = queues.Crew(80, 1, 100.0, 1.0)  # load 0.8
    waits = [queues.infinite_source_wait_s(crew, cv2) for cv2 in (0.0, 1.0, 4.0)]
    assert waits == pytest.approx([2.0, 4.0, 10.0])
    assert math.isinf(queues.infinite_source_wait_s(queues.Crew(100, 1, 100.0, 1.0), 1.0))


def test_finite_source() -> None:
    assert queues.finite_source(queues.Crew(5, 1, 60.0, 15.0)) == pytest.approx((3.2037, 18.641), abs=5e-4)
    thinking, wait = queues.finite_source(queues.Crew(12, 3, 8.0, 4.0))
    assert (thinking / 12, wait) == pytest.approx((0.486520, 4.443319), abs=5e-7)


@pytest.mark.parametrize("crew", [queues.Crew(5, 1, 60.0, 15.0), queues.Crew(10, 3, 50.0, 10.0)])
def test_the_stepped_process_tends_to_the_continuous_one(crew: queues.Crew) -> None:
    thinking, wait_s = queues.finite_source(crew)
    gaps = []
    for dt_s in (1.0, 0.5, 0.25):
        steps = int(4000 / dt_s)
        first, second = (queues.stepped_geometric(crew, dt_s, n) for n in (steps, 2 * steps))
        queue = (second.queue_steps - first.queue_steps) * dt_s
        gaps.append(queue / (second.requests - first.requests) - wait_s)
        present = float(second.present @ np.arange(crew.sources + 1))
        assert crew.sources - present == pytest.approx(thinking, abs=0.05)
    assert gaps[0] / gaps[1] == pytest.approx(2.0, rel=0.1)  # the bias is of first order in the step
    assert gaps[1] / gaps[2] == pytest.approx(2.0, rel=0.1)


@pytest.mark.parametrize("n_steps", [1, 7, 200])
def test_services_of_one_step_are_the_same_in_both_stepped_processes(n_steps: int) -> None:
    crew = queues.Crew(6, 1, 20.0, 1.0)
    a, b = queues.stepped_geometric(crew, 1.0, n_steps), queues.stepped_fixed(crew, 1.0, n_steps)
    assert (a.requests, a.queue_steps, a.busy_steps) == pytest.approx((b.requests, b.queue_steps, b.busy_steps))
    assert a.present == pytest.approx(b.present)


def test_the_stepped_process_is_the_one_that_is_described() -> None:
    """A plain simulation of the description, with a generator of its own."""
    crew, dt_s, n_steps, runs = queues.Crew(4, 2, 6.0, 4.0), 1.0, 30, 20_000
    generator = np.random.default_rng(5)
    present = np.zeros(runs, dtype=np.int64)
    waiting = 0
    for _ in range(n_steps):
        ends = generator.binomial(np.minimum(present, crew.operators), dt_s / crew.service_s)
        asks = generator.binomial(crew.sources - present, dt_s / crew.think_s)
        present += asks - ends
        waiting += int(np.maximum(present - crew.operators, 0).sum())
    oracle = queues.stepped_geometric(crew, dt_s, n_steps)
    assert waiting / runs == pytest.approx(oracle.queue_steps, rel=0.02)
    assert np.bincount(present, minlength=5) / runs == pytest.approx(oracle.present, abs=0.015)


def test_link_budget_of_the_textbook_case() -> None:
    jammer = jamming.Jammer(100.0, 3.0)
    assert jamming.free_space_loss_db(50.0, 2400.0) == pytest.approx(134.0314, abs=5e-5)
    assert jamming.received_dbm(LINK, 50.0) == pytest.approx(-71.9696, abs=5e-5)
    assert jamming.noise_dbm(LINK) == pytest.approx(-124.0206, abs=5e-5)
    assert jamming.jam_to_signal_db(LINK, jammer, 20.0, 50.0) == pytest.approx(17.9588, abs=5e-5)


def test_self_screening_is_the_ratio_of_jamming_to_echo() -> None:
    jammer = jamming.Jammer(10.0, 0.0)
    for range_m in (5e3, 50e3):
        noise = jamming.radar_jamming_to_noise(RADAR, jammer, range_m)
        ratio = noise / sensors.signal_to_noise(RADAR, range_m, 2.0)
        gain = 10.0 ** (RADAR.gain_db / 10.0)
        assert ratio == pytest.approx(10.0 * 4.0 * math.pi * range_m**2 / (RADAR.power_kw * 1e3 * gain * 2.0))


def test_burn_through_needs_the_signal_asked_for() -> None:
    jammer = jamming.Jammer(10.0, 0.0)
    for standoff_m in (0.0, 80e3):
        range_m = jamming.burn_through_m(RADAR, jammer, 10.0, 18.9, standoff_m)
        noise = jamming.radar_jamming_to_noise(RADAR, jammer, standoff_m or range_m)
        assert jamming.jammed_signal_to_noise(RADAR, range_m, 10.0, noise) == pytest.approx(18.9)
