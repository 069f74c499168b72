"""A decision must cost less than the simulation between two decisions."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from agents.doctrine import registered
from simcore.orders import empty_orders
from simcore.policy_registry import find_policy
from tests.agents.synthetic import N_GROUPS, busy_picture, make_briefing

LIMIT_S = 3e-3
LIMIT_REFERENCES = 150  # distances to all contacts; what 3 ms are on a quiet machine


@pytest.mark.slow
@pytest.mark.benchmark
@pytest.mark.parametrize("name", registered())
def test_a_decision_for_64_replications_takes_less_than_3_ms(name: str) -> None:
    briefing = make_briefing()
    picture = busy_picture(briefing, 64)
    picture.n_contacts[:] = 100
    policy = find_policy(name)
    policy.reset(briefing, 0, picture.replication)
    orders = empty_orders(64, N_GROUPS)
    x, y = np.ones((2, 64, 100))
    took_s: list[float] = []
    reference_s: list[float] = []
    for _ in range(50):  # in turns, so that a busy machine slows both
        took_s.append(cpu_s(lambda: policy.decide(picture, orders)))
        reference_s.append(cpu_s(lambda: np.sqrt(x * x + y * y)))
    assert np.median(took_s) < max(LIMIT_S, LIMIT_REFERENCES * np.median(reference_s))


def cpu_s(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start
