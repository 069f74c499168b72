"""The estimate of the picture."""

import numpy as np
import pytest

from agents.doctrine.blocks.assessment import (
    assess_contacts,
    assess_forces,
    find_nearest,
    find_spot,
    is_within,
    mean_place,
    step_towards,
)
from agents.doctrine.blocks.draft import Draft
from agents.doctrine.blocks.roles import appraise_force
from simcore.orders import OrderR, OrderW, empty_orders
from simcore.picture import OwnR, OwnW, SeenW
from simcore.types import Domain, Roe, Status, TargetClass, Task
from tests.agents.synthetic import N_GROUPS, NAMES, add_contacts, busy_picture, make_briefing, quiet_picture, take

BRIEFING = make_briefing()
FORCE = appraise_force(BRIEFING)


def test_groups_are_where_the_units_left_are() -> None:
    picture = quiet_picture(BRIEFING, 2)
    boats = np.flatnonzero(BRIEFING.group_of_unit == NAMES.index("boats"))
    picture.own_whole[0, OwnW.STATUS, boats[:4]] = Status.LOST
    picture.own_real[0, OwnR.STRENGTH, boats] = [0, 0, 0, 0, 1.0, 0.5]
    forces = assess_forces(BRIEFING, FORCE, picture)
    k = NAMES.index("boats")
    assert forces.n_left[:, k].tolist() == [2, 6]
    assert forces.strength[:, k].tolist() == [0.25, 1.0]
    assert forces.y_m[:, k].tolist() == [-24_100.0, -24_500.0]


def test_a_group_that_is_gone_is_where_it_started() -> None:
    picture = quiet_picture(BRIEFING)
    picture.own_whole[:, OwnW.STATUS] = Status.LOST
    forces = assess_forces(BRIEFING, FORCE, picture)
    np.testing.assert_array_equal(forces.x_m[0], FORCE.start_m[0])
    assert not mean_place(forces, [0, 1]).exists.any()


def test_contacts_are_valued_once_they_are_classified() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 0, 0, Domain.SURFACE, TargetClass.SHIP)
    add_contacts(picture, 0, 0, Domain.LAND, TargetClass.ARMOUR)
    picture.contact_whole[:, SeenW.TARGET_CLASS, 1] = -1
    contacts = assess_contacts(BRIEFING, picture)
    assert contacts.value.tolist() == [[60.0, 3.0]]
    assert contacts.is_afloat.tolist() == [[True, False]]
    assert contacts.is_ground.tolist() == [[False, True]]


def test_without_contacts_there_is_no_spot_and_nothing_near() -> None:
    contacts = assess_contacts(BRIEFING, quiet_picture(BRIEFING, 2))
    spot = find_spot(contacts, contacts.is_ground)
    near, away = find_nearest(contacts, contacts.is_ground, 0.0, 0.0)
    assert not spot.exists.any()
    assert not near.exists.any()
    assert np.isinf(away).all()


def test_the_spot_is_the_mean_of_the_richest_concentration() -> None:
    picture = quiet_picture(BRIEFING)
    add_contacts(picture, 20, 20, Domain.LAND, TargetClass.ARMOUR, 5)
    add_contacts(picture, 22, 20, Domain.LAND, TargetClass.ARMOUR, 5)
    add_contacts(picture, -30, -30, Domain.LAND, TargetClass.ARMOUR, 6)
    contacts = assess_contacts(BRIEFING, picture)
    spot = find_spot(contacts, contacts.is_ground)
    assert (spot.x_m[0], spot.y_m[0], spot.value[0]) == (21_000.0, 20_000.0, 60.0)


@pytest.mark.parametrize("seed", range(3))
def test_nearest_and_within_agree_with_a_loop(seed: int) -> None:
    picture = busy_picture(BRIEFING, 3, seed=seed)
    contacts = assess_contacts(BRIEFING, picture)
    near, away = find_nearest(contacts, contacts.is_held, 1e3, -2e3)
    inside = is_within(contacts, 1e3, -2e3, 2e4)
    for r in range(3):
        gaps = [
            ((contacts.x_m[r, c] - 1e3) ** 2 + (contacts.y_m[r, c] + 2e3) ** 2) ** 0.5
            for c in range(int(picture.n_contacts[r]))
        ]
        assert away[r] == pytest.approx(min(gaps, default=np.inf))
        assert [gap <= 2e4 for gap in gaps] == inside[r, : len(gaps)].tolist()
        assert near.exists[r] == bool(gaps)


def test_sums_do_not_depend_on_the_batch() -> None:
    picture = busy_picture(BRIEFING, 16, seed=3)
    together = find_spot(whole := assess_contacts(BRIEFING, picture), whole.is_held)
    alone = find_spot(part := assess_contacts(BRIEFING, take(picture, [5])), part.is_held)
    assert [float(v[5]) for v in together] == [float(v[0]) for v in alone]


def test_a_step_is_as_long_as_asked() -> None:
    x, y = step_towards(0.0, 0.0, 30.0, 40.0, 10.0)
    assert (x, y) == pytest.approx((6.0, 8.0))
    assert step_towards(5.0, 5.0, 5.0, 5.0, 10.0) == (5.0, 5.0)


def test_later_lines_of_a_draft_win_and_points_are_on_the_grid_inside_the_map() -> None:
    draft = Draft(BRIEFING, 2)
    draft.order(3, draft.everywhere, Task.MOVE, 1_240.0, 760.0, radius_m=100.0)
    draft.order(3, np.array([False, True]), Task.ATTACK, 1e9, -1e9, roe=Roe.TIGHT, target_group=7)
    orders = empty_orders(2, N_GROUPS)
    draft.hand_over(orders)
    group = BRIEFING.groups[3]
    assert orders.whole[:, OrderW.ISSUED].sum() == 2
    assert orders.real[0, [OrderR.X, OrderR.Y, OrderR.RADIUS], group].tolist() == [1_000.0, 1_000.0, 100.0]
    assert orders.real[1, [OrderR.X, OrderR.Y, OrderR.RADIUS], group].tolist() == [59_500.0, -44_500.0, 0.0]
    assert orders.whole[:, [OrderW.TASK, OrderW.ROE, OrderW.TARGET], group].tolist() == [
        [Task.MOVE, Roe.FREE, -1],
        [Task.ATTACK, Roe.TIGHT, 7],
    ]
