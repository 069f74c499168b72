"""Courses carried out: base, edit for a period, base again; the same orders in a mixture as alone."""

import numpy as np
import pytest

from simcore.decision_loop import run_decisions
from simcore.errors import InputError
from simcore.order_checks import enter_orders
from simcore.orders import RESUME, OrderR, Orders, OrderW, empty_orders
from simcore.picture import Picture
from simcore.types import Emcon, Roe, Task
from staff_ai.courses.conduct import Conductor, CourseMixture, CoursePolicy
from staff_ai.courses.course import (
    CONTINUE,
    PLAN,
    Base,
    BaseKind,
    Course,
    Edit,
    EditVerb,
    GroupOrder,
    Moment,
    course_of,
    follow,
    own_plan,
)
from staff_ai.courses.in_force import orders_in_force
from tests.staff_ai.courses.crossing import GO, crossing, opened

ROBOTS = list(crossing().briefings[0].group_names).index("blue-robots")
OTHERS = [k for k in range(3) if k != ROBOTS]


def edited(verb: EditVerb, base: Course = CONTINUE, **values: float | str) -> Course:
    """Return an edit of the robots from 100 to 300 s."""
    return Course("edited", base.base, (Edit(("blue-robots",), verb, 100.0, 300.0, **values),))  # type: ignore[arg-type]


def at(picture: Picture, time_s: float) -> Picture:
    """Return a picture of the same content at another time."""
    return picture._replace(ticks=np.full_like(picture.ticks, round(time_s / 5.0)))


def orders_of(course: Course, time_s: float, moment: Moment | None = None) -> Orders:
    """Return the orders of a course at a time of the game opened at 100 s."""
    compiled, _, picture, begun = opened()
    policy = CoursePolicy(course, moment or begun)
    policy.reset(compiled.briefings[0], 1, picture.replication)
    orders = empty_orders(1, 3)
    policy.decide(at(picture, time_s), orders)
    return orders


def test_continue_gives_no_order_and_the_plan_resumes_every_task() -> None:
    assert not orders_of(CONTINUE, 100.0).whole[:, OrderW.ISSUED].any()
    assert (orders_of(PLAN, 100.0).whole[:, OrderW.ISSUED] == RESUME).all()


def test_an_edit_holds_in_its_period_alone_and_the_base_takes_the_group_back() -> None:
    course = edited(EditVerb.MOVE, x_m=1_000.0, y_m=2_000.0)
    for time_s, task in ((100.0, Task.MOVE), (250.0, Task.MOVE)):
        orders = orders_of(course, time_s)
        assert orders.whole[0, OrderW.ISSUED, ROBOTS] == 1
        assert not orders.whole[0, OrderW.ISSUED, OTHERS].any()
        assert orders.whole[0, OrderW.TASK, ROBOTS] == task
        assert orders.real[0, [OrderR.X, OrderR.Y], ROBOTS].tolist() == [1_000.0, 2_000.0]
    back = orders_of(course, 300.0)
    assert back.whole[0, OrderW.ISSUED, ROBOTS] == RESUME
    assert not back.whole[0, OrderW.ISSUED, OTHERS].any()
    assert not orders_of(course, 350.0).whole[0, OrderW.ISSUED].any()


def test_a_group_returns_to_the_order_that_was_in_force() -> None:
    order = GroupOrder("blue-robots", task="screen", x_m=500.0, y_m=3_000.0, radius_m=900.0, roe="tight")
    back = orders_of(edited(EditVerb.STAY), 300.0, Moment(100.0, 50.0, (order,)))
    assert back.whole[0, OrderW.TASK, ROBOTS] == Task.SCREEN
    assert back.whole[0, OrderW.ROE, ROBOTS] == Roe.TIGHT
    assert back.real[0, OrderR.RADIUS, ROBOTS] == 900.0


def test_other_rules_of_engagement_and_emission_control_keep_the_task_of_the_base() -> None:
    order = GroupOrder("blue-robots", task="attack", x_m=0.0, y_m=4_000.0, radius_m=900.0, roe="free")
    moment = Moment(100.0, 50.0, (order,))
    tight = orders_of(edited(EditVerb.ROE, roe="tight"), 100.0, moment)
    assert tight.whole[0, OrderW.TASK, ROBOTS] == Task.ATTACK
    assert tight.whole[0, OrderW.ROE, ROBOTS] == Roe.TIGHT
    assert orders_of(edited(EditVerb.ROE, roe="tight"), 300.0, moment).whole[0, OrderW.ROE, ROBOTS] == Roe.FREE
    silent = orders_of(edited(EditVerb.EMCON, emcon="silent"), 100.0, moment)
    assert silent.whole[0, OrderW.EMCON, ROBOTS] == Emcon.SILENT
    assert not silent.whole[0, OrderW.EMCON, OTHERS].any()
    assert not silent.whole[0, OrderW.ISSUED].any()
    assert orders_of(edited(EditVerb.EMCON, emcon="silent"), 300.0).whole[0, OrderW.EMCON, ROBOTS] == Emcon.RADIATE


def test_silence_that_began_before_the_moment_ends_as_in_the_game() -> None:
    """The emission control in force at a later moment is that of the edit itself: it is not what it returns to."""
    silence = edited(EditVerb.EMCON, emcon="silent")
    at_work = Moment(150.0, 50.0, (GroupOrder("blue-robots", is_plan=True, emcon="silent"),))
    assert orders_of(silence, 200.0, at_work).whole[0, OrderW.EMCON, ROBOTS] == Emcon.SILENT
    assert orders_of(silence, 300.0, at_work).whole[0, OrderW.EMCON, ROBOTS] == Emcon.RADIATE
    at_its_end = Moment(300.0, 50.0, at_work.in_force)
    assert orders_of(silence, 300.0, at_its_end).whole[0, OrderW.EMCON, ROBOTS] == Emcon.RADIATE
    ordered = Moment(100.0, 50.0, at_work.in_force)  # silent before the edit
    assert orders_of(silence, 300.0, ordered).whole[0, OrderW.EMCON, ROBOTS] == Emcon.SILENT


def test_a_new_doctrine_gives_groups_without_an_order_from_it_back_to_the_plan_once() -> None:
    course = follow("idle")  # orders nothing, except at the start
    first = orders_of(course, 100.0)
    assert (first.whole[0, OrderW.ISSUED] != 0).all()
    going_on = Moment(100.0, 50.0, (), course.base)
    assert (orders_of(course, 100.0, going_on).whole == orders_of(course, 150.0, going_on).whole).all()
    assert not (orders_of(course, 150.0).whole[0, OrderW.ISSUED] == RESUME).any()


def test_worlds_with_different_courses_get_the_orders_of_each_alone() -> None:
    compiled, simulation, _, moment = opened()
    courses = [CONTINUE, GO, follow("cautious"), follow("aggressive"), edited(EditVerb.STAY, follow("aggressive"))]
    worlds = simulation.fan_out([7] * len(courses))
    mixture = CourseMixture(compiled, 0)
    conductor = Conductor(compiled.briefings[0], moment)
    which = np.array([mixture.add(course, conductor) for course in courses])
    mixture.reset(1, worlds.state.replication)
    mixture.decide(worlds, which)
    groups = worlds.groups_of(0)
    for row, course in enumerate(courses):
        alone = simulation.fan_out([7])
        policy = CoursePolicy(course, moment)
        policy.reset(compiled.briefings[0], 1, alone.state.replication)
        orders = alone.orders.of_groups(groups)
        policy.decide(alone.picture(0), orders)
        enter_orders(alone, orders, groups, course.name)
        assert (worlds.orders.whole[row] == alone.orders.whole[0]).all(), course.name
        assert (worlds.orders.real[row] == alone.orders.real[0]).all(), course.name


def test_the_nearest_contact_is_attacked_and_without_one_the_base_goes_on() -> None:
    compiled, _, picture, moment = opened()
    assert int(picture.n_contacts[0]) == 0
    assert not orders_of(edited(EditVerb.NEAREST), 100.0).whole[0, OrderW.ISSUED].any()
    real, whole = picture.contact_real.copy(), picture.contact_whole.copy()
    real[0, :2, :3] = [[3_200.0, -2_100.0, -4_900.0], [4_100.0, 4_300.0, 4_000.0]]
    whole[0, 0, :3], whole[0, 1, :3] = [1, 2, 3], 1
    whole[0, 5, 2] = 2  # the nearest of all is neutral
    policy = CoursePolicy(edited(EditVerb.NEAREST), moment)
    policy.reset(compiled.briefings[0], 1, picture.replication)
    orders = empty_orders(1, 3)
    seen = picture._replace(contact_real=real, contact_whole=whole, n_contacts=np.array([3], dtype=np.int32))
    policy.decide(seen, orders)
    assert orders.whole[0, OrderW.TASK, ROBOTS] == Task.ATTACK
    assert orders.real[0, [OrderR.X, OrderR.Y], ROBOTS].tolist() == [-2_000.0, 4_500.0]


def test_orders_in_force_are_read_back_as_they_were_given() -> None:
    compiled, simulation, _, _ = opened()
    order = GroupOrder("blue-robots", task="move", x_m=0.0, y_m=4_000.0, speed=0.5, roe="tight")
    policy = CoursePolicy(own_plan((order,)), Moment(100.0, 50.0))
    policy.reset(compiled.briefings[0], 1, simulation.state.replication)
    idle = CoursePolicy(CONTINUE, Moment(100.0, 50.0))
    idle.reset(compiled.briefings[1], 1, simulation.state.replication)
    run_decisions(simulation, [policy, idle], decision_ticks=10, n_ticks=40)
    assert orders_in_force(compiled, simulation, 0) == (order,)
    assert orders_in_force(compiled, simulation, 1) == ()


def test_a_course_is_read_from_its_plain_values_and_its_digest_leaves_out_the_name() -> None:
    for course in (CONTINUE, GO, edited(EditVerb.ATTACK, follow("cautious:superiority=2"), x_m=5.0)):
        assert course_of(course.describe()) == course
    assert Course("other name", GO.base).digest == GO.digest
    assert edited(EditVerb.STAY).digest != edited(EditVerb.BACK).digest


def test_an_unknown_group_is_an_error_with_the_known_names() -> None:
    course = Course("x", Base(BaseKind.CONTINUE), (Edit(("green",), EditVerb.STAY, 100.0, 300.0),))
    compiled = crossing()
    policy = CoursePolicy(course, Moment(100.0, 50.0))
    policy.reset(compiled.briefings[0], 1, np.zeros(1, dtype=np.uint64))
    with pytest.raises(InputError, match="no group 'green'; groups: blue-"):
        policy.decide(at(opened()[2], 100.0), empty_orders(1, 3))
