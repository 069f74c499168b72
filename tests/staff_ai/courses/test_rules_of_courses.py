"""Orders of courses: within the rules of engagement of the plan, and only such as a group can carry out."""

import numpy as np

from simcore.orders import KEEP_ROE, OrderR, OrderW, empty_orders
from simcore.picture import OwnR, OwnW
from simcore.types import Damage, Roe, Status, Task
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


def kept(task: Task, x_m: float, **columns: int) -> bool:
    """Return whether an order to the robots is kept when their reports show the values of ``columns``."""
    compiled, _, picture, moment = opened()
    briefing = compiled.briefings[0]
    whole, real = picture.own_whole.copy(), picture.own_real.copy()
    k = briefing.group_names.index("blue-robots")
    units = briefing.group_of_unit == k
    real[:, OwnR.AGE_S] = 0.0
    for name, value in columns.items():
        whole[:, OwnW[name], units] = value
    orders = empty_orders(1, len(briefing.groups))
    orders.issue(np.ones(1, dtype=bool), k, task, x_m, 4_000.0, radius_m=100.0)
    shown = picture._replace(own_whole=whole, own_real=real)
    Conductor(briefing, moment).complete(follow("aggressive"), shown, orders, np.ones(1, dtype=bool))
    return bool(orders.whole[0, OrderW.ISSUED, k]) and orders.real[0, OrderR.X, k] == x_m


def test_orders_that_a_group_cannot_carry_out_are_dropped() -> None:
    assert kept(Task.MOVE, 9_000.0)
    assert not kept(Task.MOVE, 9_000.0, STATUS=Status.LOST)
    assert not kept(Task.MOVE, 9_000.0, DAMAGE=Damage.MOBILITY)
    assert kept(Task.HOLD, 9_000.0, DAMAGE=Damage.MOBILITY)
    assert kept(Task.MOVE, -5_000.0, DAMAGE=Damage.MOBILITY)  # they are there
    assert not kept(Task.ATTACK, 9_000.0, AMMO=0)
    assert kept(Task.MOVE, 9_000.0, AMMO=0)
