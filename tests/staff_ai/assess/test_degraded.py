"""Degraded worlds: the sensors or radios of a side reach less far, and nothing else changes."""

import numpy as np

from simcore.params import SensorSpecR, SensorSpecW, UnitSpecR, UnitSpecW
from staff_ai.assess.degraded import has_network, shorter_radios, shorter_sensors
from tests.agents.environments.games import SHORT
from tests.staff_ai.assess.contexts import context


def test_the_sensors_of_a_side_see_as_well_at_a_shorter_range_and_those_of_the_enemy_as_before() -> None:
    before, after = SHORT.params.sensors, shorter_sensors(SHORT, 0, 0.35).params.sensors
    is_own = SHORT.params.units.whole[UnitSpecW.SIDE][before.whole[SensorSpecW.UNIT]] == 0
    assert is_own.any()
    assert not is_own.all()
    np.testing.assert_allclose(after.real[SensorSpecR.RANGE_M, is_own], 0.65 * before.real[SensorSpecR.RANGE_M, is_own])
    np.testing.assert_array_equal(after.real[:, ~is_own], before.real[:, ~is_own])
    # a kind holds equal sensors, and the first of it is one of them
    kind = after.whole[SensorSpecW.KIND]
    np.testing.assert_array_equal(after.real[:, kind], after.real)
    np.testing.assert_array_equal(kind[kind], kind)


def test_the_radios_of_a_side_reach_less_far() -> None:
    before, after = SHORT.params.units.real, shorter_radios(SHORT, 1, 0.5).params.units.real
    is_red = SHORT.params.units.whole[UnitSpecW.SIDE] == 1
    assert (after[UnitSpecR.RADIO_RANGE_M, is_red] == 0.5 * before[UnitSpecR.RADIO_RANGE_M, is_red]).all()
    rows = np.arange(len(before)) != UnitSpecR.RADIO_RANGE_M
    np.testing.assert_array_equal(after[rows], before[rows])
    assert has_network(SHORT, 0)


def test_a_side_that_sees_nothing_fights_another_game_and_its_enemy_has_the_same_sensors() -> None:
    known = context("hold", n=4)
    plain = known.field.play([known.subject.make])
    blind = known.field.play([known.subject.make], change=lambda one: shorter_sensors(one, 0, 0.99))
    same = known.field.play([known.subject.make], change=lambda one: shorter_sensors(one, 0, 0.0))
    np.testing.assert_array_equal(same.hashes, plain.hashes)
    assert (blind.enemy_loss.sum(), blind.hashes.tolist()) != (plain.enemy_loss.sum(), plain.hashes.tolist())
    assert blind.enemy_loss.sum() < plain.enemy_loss.sum()
