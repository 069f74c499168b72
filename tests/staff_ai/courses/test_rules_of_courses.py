"""Rules of engagement of the orders of courses: no looser than those of the plan."""

import numpy as np

from simcore.orders import KEEP_ROE, OrderW, empty_orders
from simcore.types import Roe, Task
from staff_ai.courses.conduct import Conductor
from staff_ai.courses.course import follow
from tests.staff_ai.courses.crossing import opened


def test_the_orders_of_a_doctrine_keep_to_the_rules_of_engagement_of_the_plan() -> None:
    compiled, _, picture, moment = opened()
    briefing = compiled.briefings[0]
    conductor = Conductor(briefing, moment)
    for asked in Roe:
        orders = empty_orders(1, len(briefing.groups))
        for k in range(len(briefing.groups)):
            orders.issue(np.ones(1, dtype=bool), k, Task.ATTACK, 0.0, 0.0, radius_m=1_000.0, roe=asked)
        conductor.complete(follow("aggressive"), picture, orders, np.ones(1, dtype=bool))
        assert orders.whole[0, OrderW.ROE].tolist() == np.minimum(int(asked), briefing.roe).tolist()
    orders = empty_orders(1, len(briefing.groups))
    orders.issue(np.ones(1, dtype=bool), 0, Task.ATTACK, 0.0, 0.0, radius_m=1_000.0)
    conductor.complete(follow("aggressive"), picture, orders, np.ones(1, dtype=bool))
    assert orders.whole[0, OrderW.ROE, 0] == KEEP_ROE
