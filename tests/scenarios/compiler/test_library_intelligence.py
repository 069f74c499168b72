"""The intelligence in the scenarios of the library: uncertain, true, and fit for a staff."""

import numpy as np
import pytest
from shapely import Point, Polygon, unary_union

from scenarios.format.texts import library_names
from simcore.params import GroupSpecW, UnitSpecR, UnitSpecW
from simcore.types import ObjectiveKind, Status, Task
from tests.scenarios.compiler.known_library import BLUE, RED, library, staff


@pytest.mark.parametrize("side", [BLUE, RED], ids=["blue", "red"])
@pytest.mark.parametrize("name", library_names())
def test_staff_document_compiles_with_the_own_side_unchanged(name: str, side: int) -> None:
    true, believed = library(name), staff(name, side)
    for key in ("unit_names", "group_names", "zone_names", "bounds_m", "side_name"):
        assert getattr(true.briefings[side], key) == getattr(believed.briefings[side], key)
    mine = [np.flatnonzero(c.params.units.whole[UnitSpecW.SIDE] == side) for c in (true, believed)]
    for row in (UnitSpecR.X0, UnitSpecR.Y0, UnitSpecR.COST, UnitSpecR.SPEED_MAX, UnitSpecR.ENDURANCE_S):
        ours = [c.params.units.real[row, units] for c, units in zip((true, believed), mine, strict=True)]
        np.testing.assert_array_equal(*ours)
    np.testing.assert_array_equal(true.briefings[side].task, believed.briefings[side].task)
    kinds = [c.briefings[side].objective_kind.tolist() for c in (true, believed)]
    assert kinds[0] == kinds[1]
    of_forces = {group for force in true.briefings[side].intelligence.forces for group in force.groups}
    assert of_forces == set(believed.roster.groups) - set(true.briefings[side].group_names)


@pytest.mark.parametrize("side", [BLUE, RED], ids=["blue", "red"])
@pytest.mark.parametrize("name", library_names())
def test_library_intelligence_is_uncertain_and_true(name: str, side: int) -> None:
    """All true units are expected: their numbers lie within the bounds, and their starts within the areas."""
    true = library(name)
    intelligence = true.briefings[side].intelligence
    assert intelligence.order_of_battle == "listed"
    assert any(force.least < force.most for force in intelligence.forces)
    roster, real, whole = true.roster, true.params.units.real, true.params.units.whole
    west, east, south, north = roster.bounds_m
    others = [k for k in range(len(roster.units)) if roster.unit_side[k] != side and roster.unit_platform[k]]
    for platform in {roster.unit_platform[k] for k in others}:
        units = [k for k in others if roster.unit_platform[k] == platform]
        forces = [force for force in intelligence.forces if force.platform == platform]
        assert sum(force.least for force in forces) <= len(units) <= sum(force.most for force in forces), platform
        areas = unary_union([Polygon(area.T) for force in forces for area in force.areas_m]).buffer(1.0)
        for k in units:
            if whole[UnitSpecW.STATUS0, k] == int(Status.ABOARD):
                continue
            reach = real[[UnitSpecR.SCATTER_X, UnitSpecR.SCATTER_Y], k]
            for corner in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                x, y = real[[UnitSpecR.X0, UnitSpecR.Y0], k] + reach * corner
                assert areas.covers(Point(np.clip(x, west, east), np.clip(y, south, north))), (platform, x, y)


@pytest.mark.parametrize("side", [BLUE, RED], ids=["blue", "red"])
@pytest.mark.parametrize("name", library_names())
def test_enemy_units_that_have_somewhere_to_go_by_his_objectives_go_there_in_the_staff_scenario(
    name: str, side: int
) -> None:
    true, believed = library(name), staff(name, side)
    enemy = true.briefings[1 - side]
    sent = enemy.objective_members[enemy.objective_kind == ObjectiveKind.REACH].any(axis=0)
    roster = true.roster
    theirs = [k for k in range(len(roster.units)) if roster.unit_side[k] == 1 - side]
    platforms = {roster.unit_platform[theirs[k]] for k in np.flatnonzero(sent)}
    whole, real = believed.params.units.whole, believed.params.units.real
    task = believed.params.groups.whole[GroupSpecW.TASK, whole[UnitSpecW.GROUP]]
    for platform in platforms:
        expected = [
            k
            for k, known in enumerate(believed.roster.unit_platform)
            if known == platform and whole[UnitSpecW.SIDE, k] == 1 - side and real[UnitSpecR.SPEED_MAX, k] > 0.0
        ]
        assert any(task[k] != Task.HOLD for k in expected), platform


@pytest.mark.parametrize("name", ["harbour-swarm", "joint-littoral-defence"])
def test_expected_units_of_the_staff_scenario_start_on_their_kind_of_ground_or_are_scattered_over_it(name: str) -> None:
    believed = staff(name, BLUE)
    whole, real = believed.params.units.whole, believed.params.units.real
    foreign = np.flatnonzero((whole[UnitSpecW.SIDE] == RED) & (whole[UnitSpecW.STATUS0] == int(Status.ACTIVE)))
    assert len(foreign) > 0
    assert (real[UnitSpecR.SCATTER_X, foreign] > 0.0).all()
    for k in foreign:
        half = float(real[UnitSpecR.SCATTER_X, k]), float(real[UnitSpecR.SCATTER_Y, k])
        place = float(real[UnitSpecR.X0, k]), float(real[UnitSpecR.Y0, k])
        assert believed.ground.touches(int(whole[UnitSpecW.DOMAIN, k]), place, half, 0.0)
