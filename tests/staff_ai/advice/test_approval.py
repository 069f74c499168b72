"""No order out of advice without approval: tokens, desks, overriding and stopping."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.orders import OrderW, empty_orders
from simcore.picture import Picture
from simcore.simulation import Simulation
from simcore.types import Roe
from staff_ai.advice.advice import ABSTAINED, Advice, picture_digest
from staff_ai.advice.approval import Answer, ApprovalError, ApprovalToken, Decision, Desk, approve_all, approve_nothing
from staff_ai.advice.command_post import CommandPost, remaining
from staff_ai.courses.conduct import Conductor, CourseMixture
from staff_ai.courses.course import CONTINUE, PLAN, Course, Edit, EditVerb, GroupOrder, Moment, follow, own_plan
from staff_ai.wargame.game import Budget
from tests.staff_ai.courses.crossing import GO, crossing

OTHER = own_plan(
    tuple(GroupOrder(name, task="withdraw") for name in ("blue-post", "blue-robots", "blue-guns")), "withdraw"
)
COURSES = (GO, OTHER)
ACTS = ("sign", "sign elsewhere", "forge", "issue", "issue", "follow", "override", "stop")


@cache
def shown() -> tuple[Picture, ...]:
    """Return blue's pictures of two replications at three moments."""
    simulation = Simulation(crossing().params, seed=3, replications=[0, 1])
    found: list[Picture] = []
    for _ in range(3):
        picture = simulation.picture(0)
        arrays = {name: value.copy() for name, value in picture._asdict().items() if isinstance(value, np.ndarray)}
        found.append(picture._replace(**arrays))
        simulation.advance(10)
    return tuple(found)


def advice_on(picture: Picture, row: int, recommended: Course | None = GO, number: int = 0) -> Advice:
    """Return an advice without a wargame behind it."""
    return Advice(
        side=0, side_name="blue", scenario="", intelligence="", replication=int(picture.replication[row]),
        time_s=float(picture.ticks[row]) * 5.0, tick=int(picture.ticks[row]), picture=picture_digest(picture, row),
        standing=None, courses=(), refused=(), recommended=recommended,
        verdict=ABSTAINED if recommended is None else "clear", incumbent=PLAN, own=(), predictions={}, doctrines={},
        seed=1, number=number, budget=Budget(rollouts=1), abstention="" if recommended else "nothing to say",
    )  # fmt: skip


def post_with(desk: Desk, at_start: Course = CONTINUE) -> CommandPost:
    """Return a command post of two replications."""
    return CommandPost(crossing().briefings[0], 1, np.array([0, 1], dtype=np.uint64), desk, at_start)


def moment(picture: Picture, row: int = 0) -> Moment:
    """Return the moment of a picture."""
    return Moment(float(picture.ticks[row]) * 5.0, 50.0)


def orders_of(post: CommandPost, picture: Picture) -> np.ndarray:
    """Return the number of orders (2,) that a command post gives at a picture."""
    orders = empty_orders(2, 3)
    post.write(picture, orders)
    return np.array([len(orders.given(row)) for row in range(2)])


def test_an_approved_course_gives_orders_in_its_replication_alone() -> None:
    desk = Desk()
    post, picture = post_with(desk), shown()[1]
    advice = advice_on(picture, 1)
    token = desk.sign(advice, approve_all(advice))
    post.issue_orders(advice, GO, token, picture, 1, moment(picture))
    assert orders_of(post, picture).tolist() == [0, 3]
    assert (post.course(0, 0.0), post.course(1, 0.0)) == (CONTINUE, GO)


def test_advice_alone_gives_no_order() -> None:
    desk = Desk()
    post, picture = post_with(desk), shown()[0]
    advice = advice_on(picture, 0)
    assert desk.sign(advice, approve_nothing(advice)) is None
    with pytest.raises(ApprovalError, match="there is no token"):
        post.issue_orders(advice, GO, None, picture, 0, moment(picture))
    assert orders_of(post, picture).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("stale picture", "the picture has changed"),
        ("other replication", "the picture has changed"),
        ("other advice", "for another advice"),
        ("other course", "for another course"),
        ("other desk", "not signed at this desk"),
        ("forged", "not signed at this desk"),
    ],
)
def test_a_stale_or_foreign_token_is_refused(case: str, message: str) -> None:
    desk = Desk()
    post = post_with(desk)
    before, picture = shown()[0], shown()[1]
    advice = advice_on(picture, 0)
    decision = Decision(Answer.APPROVE)
    token = desk.sign(advice, decision)
    course, seen, row = GO, picture, 0
    if case == "stale picture":
        seen = shown()[2]
    elif case == "other replication":
        row = 1
    elif case == "other advice":
        token = desk.sign(advice_on(before, 0), decision)
    elif case == "other course":
        course = OTHER
    elif case == "other desk":
        token = Desk().sign(advice, decision)
    elif case == "forged":
        assert token is not None
        token, course = replace(token, course=OTHER.digest), OTHER
    with pytest.raises(ApprovalError, match=message):
        post.issue_orders(advice, course, token, seen, row, moment(seen, row))
    assert orders_of(post, picture).tolist() == [0, 0]


def test_an_amendment_puts_its_own_course_into_force() -> None:
    desk = Desk()
    post, picture = post_with(desk), shown()[0]
    advice = advice_on(picture, 0)
    token = desk.sign(advice, Decision(Answer.AMEND, "too bold", course=OTHER))
    with pytest.raises(ApprovalError, match="for another course"):
        post.issue_orders(advice, GO, token, picture, 0, moment(picture))
    post.issue_orders(advice, OTHER, token, picture, 0, moment(picture))
    assert post.course(0, 0.0) == OTHER


def test_an_abstention_cannot_be_approved() -> None:
    advice = advice_on(shown()[0], 0, None)
    with pytest.raises(ApprovalError, match="recommends nothing"):
        Desk().sign(advice, Decision(Answer.APPROVE))
    assert approve_all(advice).answer == Answer.ABSTAIN


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_path_leads_to_an_order_without_approval(data: st.DataObject) -> None:
    desk, stranger = Desk(), Desk()
    post = post_with(desk)
    legal = {0: CONTINUE, 1: CONTINUE}  # the course that each replication may carry out
    made = [(picture, row, course) for picture in shown() for row in (0, 1) for course in COURSES]
    advices = [advice_on(*one) for one in made]
    tokens: list[ApprovalToken | None] = [None]
    signed: set[tuple[str, str]] = set()  # advice and course approved at this desk
    for _ in range(data.draw(st.integers(1, 10))):
        advice = data.draw(st.sampled_from(advices))
        course = data.draw(st.sampled_from(COURSES))
        picture, row = data.draw(st.sampled_from(shown())), data.draw(st.integers(0, 1))
        act = data.draw(st.sampled_from(ACTS))
        if act in ("sign", "sign elsewhere"):
            answer = data.draw(st.sampled_from(list(Answer)))
            who = desk if act == "sign" else stranger
            token = who.sign(advice, Decision(answer, course=course))
            tokens.append(token)
            if token is not None and who is desk:
                signed.add((advice.digest, token.course))
        elif act == "forge":
            known = data.draw(st.sampled_from(tokens))
            if known is not None:
                tokens.append(replace(known, advice=advice.digest, course=course.digest, picture=advice.picture))
        elif act == "issue":
            token = data.draw(st.sampled_from(tokens))
            may = (
                token is not None
                and (advice.digest, course.digest) in signed
                and (token.advice, token.course) == (advice.digest, course.digest)
                and advice.picture == picture_digest(picture, row)
            )
            try:
                post.issue_orders(advice, course, token, picture, row, moment(picture, row))
            except ApprovalError:
                pass
            else:
                assert may
                legal[row] = course
        elif act == "follow":
            picture, row, course = made[advices.index(advice)]
            post.issue_orders(
                advice, course, desk.sign(advice, Decision(Answer.APPROVE)), picture, row, moment(picture, row)
            )
            legal[row] = course
        elif act == "override":
            post.override(row, course, moment(picture, row))
            legal[row] = course
        else:
            post.stop(row, moment(picture, row))
            legal[row] = CONTINUE
        assert {number: post.course(number, 0.0) for number in (0, 1)} == legal
        given_orders = orders_of(post, picture)
        for number in (0, 1):
            assert (given_orders[number] > 0) == (legal[number] != CONTINUE)


def test_a_commander_overrides_without_advice_and_stops_at_any_time() -> None:
    post, picture = post_with(Desk()), shown()[0]
    post.override(0, GO, moment(picture))
    assert orders_of(post, picture).tolist() == [3, 0]
    post.stop(0, moment(picture))
    assert orders_of(post, shown()[1]).tolist() == [0, 0]


def test_an_edit_whose_period_is_over_is_no_longer_part_of_the_course() -> None:
    edit = Edit(("blue-robots",), EditVerb.STAY, 0.0, 100.0)
    course = Course("defend, blue-robots stays", follow("defend").base, (edit,))
    assert remaining(course, 50.0) == course
    assert remaining(course, 100.0) == course  # the next orders give the group back to the doctrine
    assert remaining(course, 150.0) == follow("defend")


@pytest.mark.parametrize("roe", [Roe.FREE, Roe.HOLD])
def test_the_rules_of_engagement_of_a_commanders_own_edit_hold_as_in_a_wargame(roe: Roe) -> None:
    """Only a human grants looser rules than the plan's: robots are free in the plan of the file, the guns tight."""
    picture, compiled = shown()[0], crossing()
    groups = ("blue-robots", "blue-guns")
    edit = Edit(groups, EditVerb.ROE, 0.0, 500.0, roe=roe.name.lower())
    course = Course("own rules", follow("aggressive").base, (edit,))
    post = post_with(Desk())
    post.override(0, course, moment(picture))
    orders = empty_orders(2, 3)
    post.write(picture, orders)
    wargamed = empty_orders(2, 3)
    mixture = CourseMixture(compiled, 0)
    which = np.full(2, mixture.add(course, Conductor(compiled.briefings[0], moment(picture))))
    mixture.reset(1, picture.replication)
    mixture.write(picture, wargamed, which)
    for name in groups:
        place = compiled.briefings[0].group_names.index(name)
        assert orders.whole[0, OrderW.ROE, place] == wargamed.whole[0, OrderW.ROE, place] == roe
    assert (orders.whole[0] == wargamed.whole[0]).all()
    assert (orders.real[0] == wargamed.real[0]).all()
