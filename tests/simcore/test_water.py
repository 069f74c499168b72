"""Water is level: ships and aircraft stand above it and not above its bed; sight goes over it to the horizon."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.compiler.scenario import Compiled
from scenarios.loader import compile_document
from simcore.recording.frames import FrameReader
from simcore.simulation import Simulation
from simcore.state import ContactW, UnitR
from simcore.types import F64, Level

SIDE = 1201
KM_EAST = (np.arange(SIDE) / 1200 - 0.5) * 88.37  # of 126.5 east, at 37.5 north
EARTH_M = 4.0 / 3.0 * 6_371_000.0
PLATFORMS = {
    "mast": {"domain": "land", "target_class": "structure", "speed_max_mps": 0, "height_m": 10, "sensors": ["eye"]},
    "ship": {"domain": "surface", "target_class": "ship", "speed_max_mps": 10, "height_m": 10, "sensors": ["eye"]},
    "boat": {"domain": "surface", "target_class": "small_boat", "speed_max_mps": 0, "height_m": 2},
    "drone": {"domain": "air", "target_class": "small_air", "speed_max_mps": 0, "height_m": 300, "sensors": ["eye"]},
    "submarine": {"domain": "subsurface", "target_class": "submarine", "speed_max_mps": 5, "height_m": -100},
}


def tile(folder: Path, heights: Any) -> dict[str, Any]:
    """Return a terrain whose heights by node from the west are those given, from north to south."""
    path = folder / "N37E126.hgt"
    np.broadcast_to(np.asarray(heights), (SIDE, SIDE)).astype(">i2").tofile(path)
    return {"kind": "raster", "file": str(path)}


EYE = {"model": "cookie_cutter", "range_km": 100, "interval_s": 1, "error_m": 0}
CATALOGUE = {"platforms": PLATFORMS, "sensors": {"eye": EYE}}


def world(
    terrain: dict[str, Any], *groups: tuple[str, str, float, float], catalogue: dict[str, Any] = CATALOGUE
) -> Compiled:
    """Return a compiled scenario of (side, platform, east, north) [km], named u0, u1 ... in that order."""
    return compile_document(
        {
            "schema_version": 1,
            "name": "water",
            "time": {"dt_s": 1, "duration_s": 600},
            "map": {
                "origin": {"longitude_deg": 126.5, "latitude_deg": 37.5},
                "west_km": -8,
                "east_km": 36,
                "south_km": -4,
                "north_km": 4,
                "terrain": terrain,
            },
            "rules": {"stop_on_annihilation": False},
            "sides": [{"name": "blue"}, {"name": "red"}],
            "groups": [
                {"name": f"u{k}", "side": side, "at_km": [x, y], "units": [{"platform": card}], "heading_deg": 90}
                for k, (side, card, x, y) in enumerate(groups)
            ],
            "catalogue": catalogue,
        }
    )


def played(compiled: Compiled, n_ticks: int = 2) -> Simulation:
    simulation = Simulation(compiled.params)
    simulation.advance(n_ticks)
    return simulation


def heights(simulation: Simulation) -> F64:
    return simulation.state.units.real[0, UnitR.Z]


def seen(simulation: Simulation, side: int, unit: int) -> bool:
    n = simulation.params.units.whole.shape[1]
    return bool(simulation.state.contacts.whole[0, ContactW.LEVEL, side * n + unit] > Level.NONE)


@pytest.mark.parametrize("depth_m", [0, 50, 1000])
def test_the_horizon_at_sea_does_not_depend_on_the_depth(tmp_path: Path, depth_m: int) -> None:
    horizon_km = (math.sqrt(2.0 * EARTH_M * 30.0) + math.sqrt(2.0 * EARTH_M * 2.0)) / 1e3
    assert horizon_km == pytest.approx(28.4, abs=0.01)
    places = [("red", "boat", horizon_km - 1.0 + off, 0.0) for off in (-0.02, 0.02)]
    compiled = world(tile(tmp_path, np.where(KM_EAST < 0.0, 20, -depth_m)), ("blue", "mast", -1.0, 0.0), *places)
    simulation = played(compiled)
    assert heights(simulation).tolist() == [30.0, 2.0, 2.0]
    assert [seen(simulation, 0, unit) for unit in (1, 2)] == [True, False]


def test_a_seamount_under_water_hides_nobody(tmp_path: Path) -> None:
    terrain = tile(tmp_path, np.where(abs(KM_EAST) < 0.45, -10, -200))
    compiled = world(terrain, ("blue", "ship", -2.0, 0.0), ("red", "ship", 2.0, 0.0), ("red", "drone", 0.0, 1.0))
    simulation = played(compiled)
    assert heights(simulation).tolist() == [10.0, 10.0, 300.0]
    assert seen(simulation, 0, 1)
    assert seen(simulation, 1, 0)


def test_a_submarine_is_no_deeper_than_the_bed(tmp_path: Path) -> None:
    compiled = world(
        tile(tmp_path, np.where(KM_EAST < 10.0, -40, -500)),
        *(("blue", "submarine", x, 0.0) for x in (0.0, 20.0)),
        ("red", "ship", 5.0, 0.0),
    )
    assert heights(played(compiled)).tolist() == [-40.0, -100.0, 10.0]


def test_a_sea_of_unknown_depth_bounds_no_submarine() -> None:
    compiled = world({"kind": "flat", "surface": "water"}, ("blue", "submarine", 0.0, 0.0), ("red", "ship", 5.0, 0.0))
    assert heights(played(compiled)).tolist() == [-100.0, 10.0]


def test_dry_land_below_the_sea_stays_there_and_is_recorded_there(tmp_path: Path) -> None:
    terrain = {**tile(tmp_path, -400), "water_at_m": None}
    compiled = world(terrain, ("blue", "mast", 0.0, 0.0), ("red", "drone", 5.0, 0.0))
    simulation = played(compiled)
    assert heights(simulation).tolist() == [-390.0, -100.0]
    units = simulation.state.units
    reader = FrameReader(compiled.params, compiled.roster)
    trace = reader.trace(
        units.real[0][:, None], units.whole[0][:, None], simulation.state.mounts.whole[0, 0][None], np.array([2])
    )
    assert trace["z_m"].tolist() == [[-390.0, -100.0]]


def test_a_salt_lake_below_the_sea_stands_where_the_file_says(tmp_path: Path) -> None:
    terrain = {**tile(tmp_path, np.where(KM_EAST < 0.0, -400, -700)), "water_at_m": -430}
    compiled = world(terrain, ("blue", "mast", -2.0, 0.0), ("red", "ship", 5.0, 0.0))
    assert heights(played(compiled)).tolist() == [-390.0, -420.0]


def test_a_lake_of_a_height_model_keeps_its_level(tmp_path: Path) -> None:
    terrain = {**tile(tmp_path, np.where(KM_EAST < 0.0, 500, 300)), "water_at_m": 300}
    compiled = world(terrain, ("blue", "mast", -2.0, 0.0), ("red", "ship", 5.0, 0.0))
    simulation = Simulation(compiled.params)
    assert heights(simulation).tolist() == [510.0, 310.0], "already before the first step"
    simulation.advance(2)
    assert heights(simulation).tolist() == [510.0, 310.0]


def test_a_lake_drawn_on_high_ground_stands_as_high_as_its_lowest_shore() -> None:
    lake = {"kind": "lake", "circle": {"centre_km": [5, 0], "radius_km": 2}}
    terrain = {"kind": "flat", "elevation_m": 300, "features": [lake]}
    compiled = world(terrain, ("blue", "mast", 0.0, 0.0), ("red", "ship", 5.0, 0.0))
    simulation = played(compiled)
    assert heights(simulation).tolist() == [310.0, 310.0]
    assert seen(simulation, 0, 1)


def test_a_wall_in_the_sea_is_land() -> None:
    wall = {"kind": "wall", "polygon_km": [[5, -2], [6, -2], [6, 2], [5, 2]], "height_m": 8}
    terrain = {"kind": "flat", "surface": "water", "features": [wall]}
    compiled = world(terrain, ("blue", "mast", 5.5, 0.0), ("red", "ship", 0.0, 0.0))
    assert heights(played(compiled)).tolist() == [18.0, 10.0]


def test_ships_close_to_a_cliff_stand_on_the_water_and_see_along_it(tmp_path: Path) -> None:
    terrain = tile(tmp_path, np.where(KM_EAST < 0.0, 200, -30))
    compiled = world(terrain, *((side, "ship", 0.06, y) for side, y in (("blue", -1.0), ("red", 1.0))))
    assert compiled.ground.terrain.elevation_m[16, 31:33].tolist() == [200.0, 0.0], "the shore lies between these cells"
    simulation = played(compiled)
    assert heights(simulation).tolist() == [10.0, 10.0]
    assert seen(simulation, 0, 1)


def test_a_cliff_still_hides_what_is_behind_it(tmp_path: Path) -> None:
    terrain = tile(tmp_path, np.where((KM_EAST > -2.0) & (KM_EAST < 0.0), 200, -30))
    compiled = world(terrain, ("blue", "ship", -3.0, 0.0), ("red", "ship", 1.0, 0.0))
    assert not seen(played(compiled), 0, 1)


def test_the_depth_of_a_sonar_is_reckoned_from_its_own_water(tmp_path: Path) -> None:
    sensors = {
        "ears": {
            "model": "sonar_passive",
            "range_km": 9,
            "frequency_khz": 0.8,
            "directivity_db": 15,
            "threshold_db": 20,
            "height_m": 0,
            "interval_s": 1,
        }
    }
    submarine = {**PLATFORMS["submarine"], "height_m": -300}

    def share_heard(level_m: int) -> float:
        terrain = {**tile(tmp_path, level_m), "water_at_m": level_m}
        where = [("blue", "listener", 0.0, 0.0), ("red", "deep", 0.02, 0.0)]
        platforms = {"listener": {**PLATFORMS["ship"], "sensors": ["ears"]}, "deep": submarine}
        compiled = world(terrain, *where, catalogue={"platforms": platforms, "sensors": sensors})
        simulation = Simulation(compiled.params, replications=range(200))
        simulation.advance(1)
        return float((simulation.state.contacts.whole[:, ContactW.LEVEL, 1] > Level.NONE).mean())

    at_sea = share_heard(0)
    assert 0.05 < at_sea < 0.95
    assert share_heard(900) == at_sea
