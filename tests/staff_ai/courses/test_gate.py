"""The validity gate gives its reason in plain words, and generated courses pass it."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.loader import load
from scenarios.run.play import start_simulation
from simcore.picture import OwnR, OwnW, Picture
from simcore.types import Damage, Status
from staff_ai.courses.course import CONTINUE, PLAN, Base, BaseKind, Course, Edit, EditVerb, GroupOrder, follow, own_plan
from staff_ai.courses.gate import Gate, screen
from staff_ai.courses.generate import edit_course, edit_leaders, generate_courses
from staff_ai.courses.in_force import moment_of, orders_in_force
from tests.staff_ai.courses.crossing import GO, crossing, opened

BRIEFING = crossing().briefings[0]
ROBOTS = np.flatnonzero(BRIEFING.group_of_unit == BRIEFING.group_names.index("blue-robots"))
GUNS = np.flatnonzero(BRIEFING.group_of_unit == BRIEFING.group_names.index("blue-guns"))


def refused(course: Course, picture: Picture | None = None, time_s: float = 100.0) -> tuple[str, str]:
    """Return criterion and reason of the refusal of a course; empty when it passes."""
    compiled, _, seen, moment = opened()
    gate = Gate(compiled, 0, picture or seen, replace(moment, time_s=time_s))
    found = gate.check(course)
    return ("", "") if found is None else (found.criterion, found.reason)


def robots(verb: EditVerb, until_s: float = 900.0, **values: float | str) -> Course:
    """Return an edit of the robots from 100 s."""
    return Course("x", CONTINUE.base, (Edit(("blue-robots",), verb, 100.0, until_s, **values),))  # type: ignore[arg-type]


def seen_with(column: OwnW, value: int) -> Picture:
    """Return the picture with a value for all units of the robots."""
    picture = opened()[2]
    whole = picture.own_whole.copy()
    whole[0, column, ROBOTS] = value
    return picture._replace(own_whole=whole)


ATTACK = {"x_m": 0.0, "y_m": 4_000.0, "radius_m": 2_000.0}


def test_good_courses_pass() -> None:
    for course in (CONTINUE, PLAN, GO, follow("cautious:superiority=2"), robots(EditVerb.ATTACK, **ATTACK)):
        assert refused(course) == ("", "")


@pytest.mark.parametrize(
    ("column", "value", "verb", "words"),
    [
        (OwnW.STATUS, Status.LOST, EditVerb.STAY, "group blue-robots is lost"),
        (OwnW.LINKED, 0, EditVerb.STAY, "group blue-robots has no link"),
        (OwnW.DAMAGE, Damage.MOBILITY, EditVerb.ATTACK, "group blue-robots cannot move"),
        (OwnW.AMMO, 0, EditVerb.ATTACK, "group blue-robots has no ammunition"),
    ],
)
def test_a_group_that_cannot_do_its_task_makes_a_course_infeasible(
    column: OwnW, value: int, verb: EditVerb, words: str
) -> None:
    keys = ATTACK if verb == EditVerb.ATTACK else {}
    criterion, reason = refused(robots(verb, **keys), seen_with(column, value))
    assert criterion == "feasible"
    assert words in reason


def test_fuel_ground_map_and_period_are_checked() -> None:
    picture = opened()[2]
    real = picture.own_real.copy()
    real[0, OwnR.ENDURANCE, ROBOTS] = 0.01
    tired = picture._replace(own_real=real)
    assert refused(robots(EditVerb.MOVE, x_m=8_000.0, y_m=4_000.0), tired) == (
        "feasible", "group blue-robots has fuel for 0 km of 13 km",
    )  # fmt: skip
    assert refused(robots(EditVerb.MOVE, x_m=0.0, y_m=-8_000.0))[1] == (
        "group blue-robots cannot move on the ground at its point"
    )
    assert refused(robots(EditVerb.MOVE, x_m=0.0, y_m=90_000.0))[1] == "its point lies off the map"
    assert refused(robots(EditVerb.STAY, until_s=100.0))[1] == "its period is over before it begins"
    post = Course("x", CONTINUE.base, (Edit(("blue-post",), EditVerb.ATTACK, 100.0, 900.0),))
    assert refused(post)[1] == "group blue-post cannot move"


def test_a_course_in_force_keeps_its_running_edits_without_lost_groups() -> None:
    compiled, _, picture, moment = opened()
    edit = Edit(("blue-robots", "blue-guns"), EditVerb.STAY, 0.0, 900.0)
    course = Course("x", CONTINUE.base, (edit, Edit(("blue-robots",), EditVerb.EMCON, 0.0, 900.0, emcon="silent")))
    assert Gate(compiled, 0, picture, moment).feasible_part(course) == course
    left = Gate(compiled, 0, seen_with(OwnW.STATUS, Status.LOST), moment).feasible_part(course)
    assert [one.groups for one in left.edits] == [("blue-guns",)]
    ends_now = Course("x", CONTINUE.base, (replace(edit, until_s=moment.time_s),))
    assert Gate(compiled, 0, picture, moment).check(ends_now) is None
    out_of_reach = seen_with(OwnW.LINKED, 0)
    assert Gate(compiled, 0, out_of_reach, moment).feasible_part(course) == course  # it has the order already


def test_a_course_without_the_time_for_the_objective_is_unsuitable() -> None:
    # 3 km to the edge of the zone at 12 m/s take about 250 s
    assert refused(robots(EditVerb.STAY, until_s=1_200.0)) == ("", "")
    assert refused(robots(EditVerb.STAY, until_s=1_400.0)) == (
        "suitable", "crossing is 26 minutes away with this course; 23 are left",
    )  # fmt: skip
    assert refused(follow("cautious"), time_s=1_300.0)[0] == "suitable"
    assert refused(CONTINUE, time_s=1_300.0) == ("", "")


def test_rules_of_engagement_and_no_fire_zones_are_kept() -> None:
    guns = Course("x", CONTINUE.base, (Edit(("blue-guns",), EditVerb.ROE, 100.0, 900.0, roe="free"),))
    criterion, reason = refused(guns)
    assert criterion == "acceptable"
    assert "loosens the rules of engagement of group blue-guns" in reason
    village = robots(EditVerb.ATTACK, until_s=1_500.0, x_m=6_000.0, y_m=6_000.0, radius_m=500.0)
    assert refused(village) == ("acceptable", "it attacks into the no-fire zone village")


def test_a_plan_has_a_task_for_every_group_and_policies_exist() -> None:
    table = own_plan((GroupOrder("blue-robots", task="move"), GroupOrder("blue-post", is_plan=True)))
    assert refused(table) == ("complete", "group blue-guns has no task")
    assert refused(Course("x", Base(BaseKind.POLICY, "cautios")))[0] == "complete"
    assert refused(own_plan((GroupOrder("green", task="move"),)))[1] == "there is no group green"


def test_generated_courses_are_valid_different_and_begin_with_that_in_force_and_own_ones() -> None:
    compiled, simulation, picture, moment = opened()
    courses, told = generate_courses(
        compiled, 0, picture, moment, own=[GO], edits_of=[CONTINUE], parameters=["cautious:superiority=3", "no-such"]
    )
    assert courses[:3] == [CONTINUE, GO, PLAN]
    assert 8 <= len(courses) <= 16
    assert len({course.digest for course in courses}) == len({course.name for course in courses}) == len(courses)
    gate = Gate(compiled, 0, picture, moment)
    assert screen(gate, courses) == (courses, [])
    assert [(r.course.name, r.criterion) for r in told] == [("no-such", "complete")]
    assert orders_in_force(compiled, simulation, 0) == ()


def test_courses_that_stood_well_before_come_before_others() -> None:
    compiled, _, picture, moment = opened()
    well = [follow("cautious"), PLAN]
    courses, _ = generate_courses(compiled, 0, picture, moment, incumbent=follow("defend"), promising=well)
    assert courses[:4] == [follow("defend"), follow("cautious"), PLAN, CONTINUE]


def test_edits_name_no_group_that_is_lost_or_without_a_link() -> None:
    compiled, _, picture, moment = opened()
    whole = picture.own_whole.copy()
    whole[0, OwnW.LINKED, GUNS] = 0
    gate = Gate(compiled, 0, picture._replace(own_whole=whole), moment)
    edits = edit_course(gate, compiled.briefings[0], CONTINUE, moment)
    assert edits
    assert all(edit.groups == ("blue-robots",) for course in edits for edit in course.edits)
    whole[0, OwnW.STATUS] = Status.LOST
    gate = Gate(compiled, 0, picture._replace(own_whole=whole), moment)
    assert edit_course(gate, compiled.briefings[0], CONTINUE, moment) == []
    assert gate.check(follow("cautious")) is not None
    assert np.isfinite(gate.left_s)


def test_before_the_first_report_magazines_are_full() -> None:
    compiled, _, picture, moment = opened(0)
    assert not picture.own_whole[0, OwnW.AMMO].any()
    gate = Gate(compiled, 0, picture, moment)
    assert gate.groups["blue-robots"].ammo > 0
    assert gate.groups["blue-post"].ammo == 0
    assert edit_course(gate, compiled.briefings[0], CONTINUE, moment)


def test_edits_for_all_groups_take_turns_with_those_of_single_groups() -> None:
    compiled, _, picture, moment = opened()
    gate, briefing = Gate(compiled, 0, picture, moment), compiled.briefings[0]
    leaders = [follow("aggressive"), CONTINUE]
    every = edit_leaders(gate, briefing, leaders, moment)
    for leader in leaders:
        mine = [course for course in every if course.base == leader.base]
        # even the few first, all that a small budget plays, hold both kinds
        assert [len(course.edits[0].groups) > 1 for course in mine[:4]] == [False, True, False, True]
        names = [course.name for course in mine]
        assert any("all radars silent" in name for name in names)
        assert any("all hold back" in name for name in names)
    assert [course.base for course in every[:4]] == [leaders[0].base, leaders[1].base] * 2


def test_a_group_that_an_objective_sends_somewhere_can_wait_or_take_another_way() -> None:
    compiled = load("convoy-ambush")
    simulation = start_simulation(compiled, 1, [0])
    moment = moment_of(compiled, simulation, 0)
    gate = Gate(compiled, 0, simulation.picture(0), moment)
    found = edit_course(gate, compiled.briefings[0], PLAN, moment)
    assert screen(gate, found)[1] == []
    edits = [edit for course in found for edit in course.edits]
    assert {edit.groups for edit in edits} == {("convoy",)}  # the only own group with a destination
    assert sorted(edit.verb for edit in edits) == [EditVerb.MOVE, EditVerb.MOVE, EditVerb.STAY]
    north, south = sorted((edit.y_m for edit in edits if edit.verb == EditVerb.MOVE), reverse=True)
    assert south < 0.0 < north  # either side of the reservoir


def test_groups_with_a_destination_wait_together() -> None:
    compiled = load("strait-surveillance")
    simulation = start_simulation(compiled, 1, [0])
    moment = moment_of(compiled, simulation, 1)
    gate = Gate(compiled, 1, simulation.picture(1), moment)
    waits = [
        course.edits[0].groups
        for course in edit_course(gate, compiled.briefings[1], PLAN, moment, most=40)
        if "all with a destination wait" in course.name
    ]
    assert [set(groups) for groups in waits] == [{"wave-1", "wave-2", "wave-3"}]
