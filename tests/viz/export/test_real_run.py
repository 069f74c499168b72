"""The same on runs that the engine made."""

import json
from pathlib import Path

import geojson
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenarios.loader import load
from scenarios.run import play as run_module
from scenarios.run.policies import PolicyChoice
from simcore.orders import Orders
from simcore.picture import Picture
from tests.viz.export.reading import FORMATS, acmi_events, acmi_objects, export_bytes, kml_placemarks, read_acmi
from viz.fog.projection import LocalPlane

_REPORTED = ("frame", "time_s", "unit", "linked", "report_x_m", "report_y_m", "report_age_s", "report_status")


class _Idle:
    """Commands nothing: groups carry out the tasks of the scenario."""

    def decide(self, picture: Picture, orders: Orders) -> None:
        """Leave everything as it is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiled = load("two-patrols")
    choices = [PolicyChoice(side, "hold", {}) for side in compiled.roster.sides]
    out = tmp_path_factory.mktemp("real") / "patrols"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "build_policies", lambda *_: [_Idle() for _ in choices])
        run_module.run_scenario(compiled, choices, folder=out)
    return out


@pytest.mark.slow
def test_positions_are_those_of_the_trace(folder: Path) -> None:
    export_bytes(folder, "acmi")
    objects = acmi_objects(read_acmi(folder.parent / f"{folder.name}-truth.acmi"))
    trace = pq.read_table(folder / "trace.parquet", columns=["time_s", "unit", "x_m", "y_m", "z_m", "status"])
    names = pq.read_table(folder / "units.parquet")["name"].to_pylist()
    assert set(objects) == set(names)
    origin = json.loads((folder / "manifest.json").read_text())["origin"]
    plane = LocalPlane((origin["longitude_deg"], origin["latitude_deg"]))
    rows = [row for row in trace.to_pylist()[::97] if row["status"] == 0]
    for row in rows:
        thing = objects[names[row["unit"]]]
        longitude, latitude = plane.longitude_latitude(np.array([row["x_m"]]), np.array([row["y_m"]]))
        assert thing.longitude(row["time_s"]) == pytest.approx(longitude[0], abs=2e-7)
        assert thing.latitude(row["time_s"]) == pytest.approx(latitude[0], abs=2e-7)
        assert thing.altitude(row["time_s"]) == pytest.approx(row["z_m"], abs=0.06)
    assert len(rows) > 20


@pytest.mark.slow
@pytest.mark.parametrize("side", ["truth", "blue", "red"])
def test_every_format_can_be_read(folder: Path, side: str) -> None:
    assert acmi_events(export_bytes(folder, "acmi", side))
    assert geojson.loads(export_bytes(folder, "geojson", side)).is_valid
    assert len(json.loads(export_bytes(folder, "czml", side))) > 3
    assert len(list(kml_placemarks(export_bytes(folder, "kml", side)))) > 3


@pytest.mark.slow
@pytest.mark.parametrize(("side", "enemy"), [("blue", "red"), ("red", "blue")])
def test_a_side_sees_only_what_it_knew(folder: Path, side: str, enemy: str) -> None:
    units = pq.read_table(folder / "units.parquet").to_pylist()
    before = {name: export_bytes(folder, name, side) for name in FORMATS}
    for data in before.values():
        for unit in units:
            if unit["side"] == enemy:
                assert unit["name"].encode() not in data
    path = folder / "trace.parquet"
    kept = path.read_bytes()
    table = pq.read_table(path)
    try:
        for at, field in enumerate(table.schema):
            if field.name not in _REPORTED:
                table = table.set_column(at, field, pa.array(np.full(table.num_rows, 3)).cast(field.type))
        pq.write_table(table, path, row_group_size=1000)
        assert {name: export_bytes(folder, name, side, unverified=True) for name in FORMATS} == before
    finally:
        path.write_bytes(kept)
