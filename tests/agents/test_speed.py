"""A decision must cost less than the simulation between two decisions."""

import time

import pytest

from simcore.orders import empty_orders
from simcore.policy_registry import find_policy
from tests.agents.synthetic import N_GROUPS, busy_picture, make_briefing

LIMIT_S = 3e-3


@pytest.mark.slow
@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["assault", "defend", "hold", "random"])
def test_a_decision_for_64_replications_takes_less_than_3_ms(name: str) -> None:
    briefing = make_briefing()
    picture = busy_picture(briefing, 64)
    picture.n_contacts[:] = 100
    policy = find_policy(name)
    policy.reset(briefing, 0, picture.replication)
    orders = empty_orders(64, N_GROUPS)
    took_s: list[float] = []
    for _ in range(30):
        start = time.thread_time()
        policy.decide(picture, orders)
        took_s.append(time.thread_time() - start)
    assert sorted(took_s)[5] < LIMIT_S
