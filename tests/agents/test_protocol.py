"""What every registered policy must do."""

import copy
import inspect

import numpy as np
import pytest

from agents.doctrine import BASELINES, FOR_ONE_CHAIR, for_either_chair, registered
from simcore.kernels.orders.slips import Slip, find_slip
from simcore.orders import OrderR, OrderW
from simcore.policy_registry import find_policy, is_from_source, policy_names
from tests.agents.synthetic import busy_picture, decide, make_briefing, quiet_picture, take

OURS = registered()
BRIEFING = make_briefing()
# Trained commanders fit some scenarios only: see tests/staff_ai.
POLICIES = [name for name in policy_names() if name != "trained" and not is_from_source(name)]


@pytest.fixture(params=POLICIES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_our_doctrines_are_registered() -> None:
    assert {*BASELINES, *FOR_ONE_CHAIR} <= set(OURS) <= set(policy_names())
    assert len(for_either_chair()) >= 4


@pytest.mark.parametrize("seed", range(5))
def test_orders_are_for_own_groups_and_such_as_can_be_entered(name: str, seed: int) -> None:
    orders = decide(find_policy(name), BRIEFING, busy_picture(BRIEFING, 4, seed=seed))
    issued = orders.whole[:, OrderW.ISSUED] == 1
    foreign = np.setdiff1d(np.arange(issued.shape[1]), BRIEFING.groups)
    assert not issued[:, foreign].any()
    assert not orders.real[:, :, foreign].any()
    slips = {
        (r, g): Slip(find_slip(orders.real, orders.whole, np.int64(r), np.int64(g), np.int64(issued.shape[1])))
        for r, g in np.argwhere(issued).tolist()
    }
    assert set(slips.values()) <= {Slip.NONE}, {where: slip.name for where, slip in slips.items() if slip}
    if name in OURS:  # what strangers send off the map is put on its edge
        west, east, south, north = BRIEFING.bounds_m
        x, y = orders.real[:, OrderR.X][issued], orders.real[:, OrderR.Y][issued]
        assert ((west <= x) & (x <= east) & (south <= y) & (y <= north)).all()


def test_the_same_picture_gives_the_same_orders(name: str) -> None:
    picture = busy_picture(BRIEFING, 4)
    first = decide(find_policy(name), BRIEFING, picture)
    policy = find_policy(name)
    decide(policy, BRIEFING, busy_picture(BRIEFING, 4, seed=9))  # what it saw before a reset does not matter
    second = decide(policy, BRIEFING, picture)
    np.testing.assert_array_equal(first.real, second.real)
    np.testing.assert_array_equal(first.whole, second.whole)


def test_a_replication_alone_gets_the_orders_that_it_gets_in_a_batch(name: str) -> None:
    picture = busy_picture(BRIEFING, 12)
    together = decide(find_policy(name), BRIEFING, picture)
    for rows in ([0], [7], [11, 3]):
        alone = decide(find_policy(name), BRIEFING, take(picture, rows))
        np.testing.assert_array_equal(alone.real, together.real[rows])
        np.testing.assert_array_equal(alone.whole, together.whole[rows])


def test_rows_beyond_the_number_of_contacts_are_not_read(name: str) -> None:
    picture = busy_picture(BRIEFING, 4)
    expected = decide(find_policy(name), BRIEFING, picture)
    beyond = np.arange(picture.contact_real.shape[2]) >= picture.n_contacts[:, None]
    np.copyto(picture.contact_real, 1234.0, where=beyond[:, None])
    found = decide(find_policy(name), BRIEFING, picture)
    np.testing.assert_array_equal(found.real, expected.real)
    np.testing.assert_array_equal(found.whole, expected.whole)


def test_the_picture_and_the_briefing_are_only_read(name: str) -> None:
    picture = busy_picture(BRIEFING, 3)
    before = copy.deepcopy(tuple(picture))
    decide(find_policy(name), BRIEFING, picture)
    for part, old in zip(picture, before, strict=True):
        np.testing.assert_array_equal(part, old)


def test_a_quiet_picture_and_a_lost_side_are_survived(name: str) -> None:
    picture = quiet_picture(BRIEFING, 2, tick=0)
    decide(find_policy(name), BRIEFING, picture)
    picture.own_whole[:, 0] = 4
    picture.own_real[:, 2] = 0.0
    assert np.isfinite(decide(find_policy(name), BRIEFING, picture).real).all()


@pytest.mark.parametrize("policy", OURS)
def test_every_parameter_has_a_default_and_is_described(policy: str) -> None:
    kind = type(find_policy(policy))
    for parameter in inspect.signature(kind).parameters.values():
        assert parameter.default is not parameter.empty
        assert f"{parameter.name} :" in (kind.__doc__ or "")


@pytest.mark.parametrize("policy", OURS)
def test_a_decision_does_not_depend_on_earlier_ones(policy: str) -> None:
    first, second = busy_picture(BRIEFING, 3, seed=1), busy_picture(BRIEFING, 3, seed=2)
    commander = find_policy(policy)
    expected = decide(commander, BRIEFING, second)
    commander.decide(first, decide(commander, BRIEFING, first))
    again = decide(find_policy(policy), BRIEFING, second)
    np.testing.assert_array_equal(again.real, expected.real)
