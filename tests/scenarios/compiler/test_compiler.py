"""Compiled arrays: shapes, order, placement, units."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.compiler.scenario import Compiled, compile_scenario
from scenarios.format.document import load_document, parse_document
from scenarios.format.resolve import resolve
from scenarios.format.yaml_text import read_yaml, write_yaml
from scenarios.loader import load
from simcore.params import (
    DRAWN,
    NEVER,
    GroupSpecR,
    GroupSpecW,
    MountSpecR,
    MountSpecW,
    ObjectiveSpecW,
    Params,
    RuleR,
    RuleW,
    SensorSpecR,
    SensorSpecW,
    UnitSpecR,
    UnitSpecW,
    ZoneSpecW,
)
from simcore.surroundings import PEAK_STEPS, TERRAIN_BLOCK
from simcore.types import N_TARGET_CLASSES, NONE, Mobility, Status, Surface

PATROLS = load("two-patrols")
DEMO = load("joint-littoral-defence")


def arrays(params: Params) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    pending: list[Any] = list(params)
    while pending:
        part = pending.pop(0)
        if isinstance(part, tuple):
            pending = [*part, *pending]
        else:
            found.append(part)
    return found


def compile_data(data: object) -> Compiled:
    return compile_scenario(resolve(parse_document(write_yaml(data))))


@pytest.mark.parametrize("compiled", [PATROLS, DEMO], ids=lambda compiled: compiled.roster.scenario)
def test_blocks_are_contiguous_and_indices_point_at_something(compiled: Compiled) -> None:
    params = compiled.params
    for array in arrays(params):
        assert array.flags.c_contiguous
    n = params.units.real.shape[1]
    assert params.units.real.shape == (len(UnitSpecR), n)
    assert params.units.whole.shape == (len(UnitSpecW), n)
    assert len(np.unique(params.name_key)) == n
    for block, unit, first, count in (
        (params.sensors, SensorSpecW.UNIT, UnitSpecW.SENSOR_FIRST, UnitSpecW.SENSOR_COUNT),
        (params.mounts, MountSpecW.UNIT, UnitSpecW.MOUNT_FIRST, UnitSpecW.MOUNT_COUNT),
    ):
        for i in range(n):
            rows = slice(params.units.whole[first, i], params.units.whole[first, i] + params.units.whole[count, i])
            assert (block.whole[unit, rows] == i).all()
        assert params.units.whole[count].sum() == block.whole.shape[1]
    hosts = params.units.whole[UnitSpecW.HOST]
    assert (params.units.whole[UnitSpecW.CARRIES][hosts[hosts != NONE]] > 0).all()
    assert (params.units.whole[UnitSpecW.STATUS0][hosts == NONE] != int(Status.ABOARD)).all()
    assert params.vertices.shape[1] == params.zones.whole[ZoneSpecW.COUNT].sum()
    assert (params.members >= 0).all()
    assert (params.members < n).all()
    assert params.objectives.whole[ObjectiveSpecW.COUNT].sum() == len(params.members)
    assert not np.isnan(params.units.real).any()
    assert set(params.sensors.whole[SensorSpecW.PHASE].tolist()) <= {DRAWN, NEVER}


def test_order_is_natural() -> None:
    data = read_yaml(load_document("two-patrols").content.model_dump_json(), "x").data
    data["groups"][1]["units"][0]["count"] = 12
    data["groups"][1]["formation"]["spacing_m"] = 50
    names = compile_data(data).roster.units
    assert names.index("blue-ground-2") < names.index("blue-ground-10")


@settings(max_examples=25)
@given(shuffle=st.randoms(use_true_random=False))
def test_file_order_does_not_matter(shuffle: object) -> None:
    data = read_yaml(DEMO.scenario.dump_yaml(), "x").data
    for section in ("groups", "zones", "objectives"):
        shuffle.shuffle(data[section])  # type: ignore[attr-defined]
    for group in data["groups"]:
        shuffle.shuffle(group["units"])  # type: ignore[attr-defined]
    for kind in data["catalogue"].values():
        keys = list(kind)
        shuffle.shuffle(keys)  # type: ignore[attr-defined]
        for key in keys:
            kind[key] = kind.pop(key)
    again = compile_data(data)
    assert again.scenario.hash == DEMO.scenario.hash
    for one, other in zip(arrays(DEMO.params), arrays(again.params), strict=True):
        assert one.tobytes() == other.tobytes()


def test_order_of_sides_only_renumbers_them() -> None:
    data = read_yaml(PATROLS.scenario.dump_yaml(), "x").data
    data["sides"].reverse()
    again = compile_data(data)
    assert (again.params.units.whole[UnitSpecW.SIDE] == 1 - PATROLS.params.units.whole[UnitSpecW.SIDE]).all()
    assert (again.params.units.real == PATROLS.params.units.real).all()


def test_units_with_two_platforms_in_a_group_are_named_the_same_in_any_order() -> None:
    data = read_yaml(PATROLS.scenario.dump_yaml(), "x").data
    mixed = [{"platform": "test-ugv", "count": 2}, {"platform": "test-post", "count": 1}]
    for units in (mixed, mixed[::-1]):
        data["groups"][1]["units"] = units
        data["groups"][1]["name"] = "mixed"
        roster = compile_data(data).roster
        assert roster.unit_platform[roster.units.index("mixed-1")] == "test-post"


def test_times_become_ticks() -> None:
    whole = PATROLS.params.rules_whole
    assert whole[RuleW.N_TICKS] == 1800
    assert whole[RuleW.COMMS_PERIOD] == 5
    assert PATROLS.roster.decision_ticks == 15
    assert PATROLS.roster.record_ticks == 2
    eye = PATROLS.params.sensors.whole[SensorSpecW.PERIOD]
    assert set(eye.tolist()) == {2, 3}


def test_formation_stands_across_the_heading() -> None:
    roster, real = PATROLS.roster, PATROLS.params.units.real
    first, second = roster.units.index("blue-ground-1"), roster.units.index("blue-ground-2")
    assert real[UnitSpecR.X0, first] == real[UnitSpecR.X0, second] == -9000.0
    assert real[UnitSpecR.Y0, first] == 4150.0  # the left of a line that faces east is north
    assert real[UnitSpecR.Y0, second] == 3850.0
    assert (real[UnitSpecR.HX0, first], real[UnitSpecR.HY0, first]) == (1.0, 0.0)


def test_places_on_the_globe_are_projected() -> None:
    data = read_yaml(PATROLS.scenario.dump_yaml(), "x").data
    boats = next(group for group in data["groups"] if group["name"] == "blue-boats")
    boats["at_km"], boats["at"] = None, {"longitude_deg": 125.9, "latitude_deg": 36.95}
    boats["units"][0]["count"] = 1
    compiled = compile_data(data)
    unit = compiled.roster.units.index("blue-boats")
    # series of the meridian and of the parallel on WGS84 at 37 degrees north: 110.98 and 89.0 km per degree
    assert compiled.params.units.real[UnitSpecR.X0, unit] == pytest.approx(-8907.0, abs=15.0)
    assert compiled.params.units.real[UnitSpecR.Y0, unit] == pytest.approx(-5546.0, abs=15.0)


def test_aboard_units_stand_at_their_host() -> None:
    roster, params = DEMO.roster, DEMO.params
    drones = [i for i, name in enumerate(roster.units) if name.startswith("blue-ship-drones")]
    hosts = params.units.whole[UnitSpecW.HOST, drones]
    assert sorted(np.bincount(hosts)[np.unique(hosts)].tolist()) == [2, 2]
    assert (params.units.real[UnitSpecR.X0, drones] == params.units.real[UnitSpecR.X0, hosts]).all()
    assert (params.units.whole[UnitSpecW.STATUS0, drones] == int(Status.ABOARD)).all()


def test_task_point_defaults_to_the_end_of_the_route_or_the_start() -> None:
    groups = PATROLS.params.groups
    post = PATROLS.roster.groups.index("blue-post")
    assert (groups.real[GroupSpecR.X, post], groups.real[GroupSpecR.Y, post]) == (-13000.0, 4000.0)
    assert groups.whole[GroupSpecW.SIZE].sum() == len(PATROLS.roster.units)


def test_hit_probabilities_span_the_target_classes() -> None:
    mounts = PATROLS.params.mounts
    assert mounts.real.shape[0] == int(max(MountSpecR)) + 1
    assert (
        min(int(field) for field in MountSpecR if field > MountSpecR.P_HIT) == int(MountSpecR.P_HIT) + N_TARGET_CLASSES
    )
    assert mounts.real[int(MountSpecR.P_HIT) + 1, 0] == 0.3
    assert mounts.real[int(MountSpecR.P_HIT) + 0, 0] == 0.0


def test_no_unit_of_the_demo_is_in_the_wrong_element() -> None:
    params = DEMO.params
    x, y = params.units.real[UnitSpecR.X0], params.units.real[UnitSpecR.Y0]
    surface = DEMO.ground.surface_at(x, y)
    mobility = params.units.whole[UnitSpecW.MOBILITY]
    assert (surface[mobility == int(Mobility.WATER)] == int(Surface.WATER)).all()


def test_neighbour_grid_covers_the_map_with_few_cells() -> None:
    for compiled in (PATROLS, DEMO):
        rules, whole = compiled.params.rules_real, compiled.params.rules_whole
        n = len(compiled.roster.units)
        assert whole[RuleW.NX] * rules[RuleR.CELL_M] >= rules[RuleR.EAST] - rules[RuleR.WEST]
        assert whole[RuleW.NY] * rules[RuleR.CELL_M] >= rules[RuleR.NORTH] - rules[RuleR.SOUTH]
        assert whole[RuleW.NX] * whole[RuleW.NY] <= max(n // 2, 16)  # emptied and summed in every tick


def test_block_peaks_bound_the_ground() -> None:
    terrain = DEMO.params.terrain
    rows, columns = terrain.elevation_m.shape
    for i in range(terrain.block_peak_m.shape[0]):
        for j in range(terrain.block_peak_m.shape[1]):
            south, west = max(0, (i - 1) * TERRAIN_BLOCK - 1), max(0, (j - 1) * TERRAIN_BLOCK - 1)
            north, east = min(rows, (i + 2) * TERRAIN_BLOCK + 1), min(columns, (j + 2) * TERRAIN_BLOCK + 1)
            assert terrain.block_peak_m[i, j] >= terrain.elevation_m[south:north, west:east].max()


def test_near_peaks_bound_the_ground() -> None:
    terrain = DEMO.params.terrain
    rows, columns = terrain.elevation_m.shape
    rules = DEMO.params.rules_real
    floor = float(rules[RuleR.FLOOR_M])
    step = (float(rules[RuleR.PEAK_M]) - floor) / PEAK_STEPS
    rng = np.random.default_rng(1)
    for i, j in zip(rng.integers(0, rows, 500), rng.integers(0, columns, 500), strict=True):
        around = terrain.elevation_m[max(0, i - 1) : i + 3, max(0, j - 1) : j + 3]
        height = floor + int(terrain.near_peak[i, j]) * step
        assert around.max() - 1e-9 <= height < around.max() + step * (1.0 + 1e-9)


def test_briefings_speak_of_own_forces_alone() -> None:
    for side, briefing in enumerate(DEMO.briefings):
        own = [name for name, of in zip(DEMO.roster.units, DEMO.roster.unit_side, strict=True) if of == side]
        assert briefing.unit_names == tuple(own)
        assert briefing.groups.tolist() == list(range((DEMO.roster.group_side == side).sum()))
        assert len(briefing.objective_kind) == (DEMO.roster.objective_side == side).sum()


def test_symbol_codes_carry_the_identity_of_the_side() -> None:
    for code, side in zip(DEMO.roster.unit_sidc, DEMO.roster.unit_side, strict=True):
        assert len(code) == 20
        assert code[3] == ("3" if side == 0 else "6")


def test_radar_sensors_have_a_law() -> None:
    radar = PATROLS.params.sensors.real[SensorSpecR.LAW] > 0.0
    assert radar.sum() == 4
