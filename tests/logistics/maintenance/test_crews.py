"""Machine repairman and queues, against published values, linear algebra and each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.maintenance.crews import best_crews, machine_repairman
from logistics.queues import erlang_c, pollaczek_khinchine
from simcore.errors import InputError


@pytest.mark.parametrize(
    ("machines", "crews", "mtbf", "mttr", "availability"),
    [
        (10, 1, 50.0, 10.0, 0.4908),
        (10, 2, 50.0, 10.0, 0.7596),
        (10, 3, 50.0, 10.0, 0.8196),
        (12, 3, 8.0, 4.0, 0.486520),
    ],
)
def test_published_availabilities(machines: int, crews: int, mtbf: float, mttr: float, availability: float) -> None:
    assert machine_repairman(machines, crews, mtbf, mttr).availability == pytest.approx(availability, abs=5e-5)


@given(machines=st.integers(1, 15), crews=st.integers(1, 6), mtbf=st.floats(0.5, 100.0), mttr=st.floats(0.5, 100.0))
@settings(max_examples=40, deadline=None)
def test_states_solve_the_balance_of_the_chain_and_little_s_law(
    machines: int, crews: int, mtbf: float, mttr: float
) -> None:
    n = machines + 1
    generator = np.zeros((n, n))
    for k in range(machines):
        generator[k, k + 1] = (machines - k) / mtbf
        generator[k + 1, k] = min(k + 1, crews) / mttr
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack((generator.T, np.ones(n)))
    p = np.linalg.lstsq(system, np.append(np.zeros(n), 1.0), rcond=None)[0]
    found = machine_repairman(machines, crews, mtbf, mttr)
    assert found.p_down == pytest.approx(p, abs=1e-9)
    down = float(p @ np.arange(n))
    assert found.failures * (found.wait + mttr) == pytest.approx(down, rel=1e-6, abs=1e-9)
    assert found.busy * crews == pytest.approx(found.failures * mttr, rel=1e-9)
    assert found.availability <= mtbf / (mtbf + mttr) + 1e-12


def test_a_crew_for_each_machine_leaves_only_the_repair() -> None:
    found = machine_repairman(4, 9, 30.0, 10.0)
    assert found.availability == pytest.approx(0.75, rel=1e-12)
    assert found.wait == 0.0


def test_large_fleets_do_not_overflow() -> None:
    found = machine_repairman(3000, 3, 0.001, 1000.0)
    assert found.busy == pytest.approx(1.0)
    assert found.failures == pytest.approx(0.003, rel=1e-9)


def test_the_cheapest_number_of_crews_weighs_machines_down_against_pay() -> None:
    best, costs = best_crews(10, [1, 2, 3, 4], 50.0, 10.0, down_cost=100.0, crew_cost=30.0)
    by_hand = [1000.0 * (1.0 - machine_repairman(10, c, 50.0, 10.0).availability) + 30.0 * c for c in (1, 2, 3, 4)]
    assert costs == pytest.approx(by_hand)
    assert best.crews == 1 + int(np.argmin(by_hand))


@pytest.mark.parametrize(
    ("servers", "rate", "p_wait", "wait"), [(1, 0.5, 0.5, 1.0), (2, 1.0, 1 / 3, 1 / 3), (3, 2.0, 4 / 9, 4 / 9)]
)
def test_published_waits_of_erlang(servers: int, rate: float, p_wait: float, wait: float) -> None:
    assert erlang_c(servers, rate, 1.0) == pytest.approx((p_wait, wait), rel=1e-12)


def test_many_machines_that_hardly_fail_make_the_queue_of_erlang() -> None:
    found = machine_repairman(20_000, 3, 20_000 / 2.0, 1.0)
    assert found.wait == pytest.approx(erlang_c(3, 2.0, 1.0)[1], rel=5e-3)


@pytest.mark.parametrize(("variation", "wait"), [(0.0, 2.0), (1.0, 4.0), (4.0, 10.0)])
def test_variable_services_lengthen_the_wait(variation: float, wait: float) -> None:
    assert pollaczek_khinchine(0.8, 1.0, variation) == pytest.approx(wait, rel=1e-12)


def test_overload_and_wrong_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="grows without end; give more than 2"):
        erlang_c(2, 2.0, 1.0)
    with pytest.raises(InputError, match="0 crews"):
        machine_repairman(3, 0, 1.0, 1.0)
    with pytest.raises(InputError, match="mtbf 0"):
        machine_repairman(3, 1, 0.0, 1.0)
    with pytest.raises(InputError, match="squared variation"):
        pollaczek_khinchine(0.1, 1.0, -1.0)
