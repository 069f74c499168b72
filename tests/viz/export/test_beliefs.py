"""Neutral sides, and contacts as what their holder takes them for, whatever they are."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.export.reading import FORMATS, acmi_objects, export_bytes, read_acmi
from tests.viz.export.synthetic_run import Run, Unit, skirmish
from viz.export.colours import RGB, side_colour

UNKNOWN, HOSTILE, NEUTRAL, DECOY = range(4)


def believing(folder: Path, identity: int) -> Path:
    """Write into the contacts of a run that their holders take them for this from the second half of the run on."""
    path = folder / "contacts.parquet"
    table = pq.read_table(path)
    values = np.where(table["time_s"].to_numpy() > 60.0, identity, UNKNOWN).astype(np.uint8)
    if "identity" in table.column_names:
        table = table.drop_columns("identity")
    pq.write_table(table.append_column("identity", pa.array(values)), path)
    return folder


def with_traffic() -> Run:
    """A skirmish past a merchant, the red boat being the contact that Blue holds."""
    run = skirmish()
    merchant = Unit("merchant", "traffic", 0.0, -2500.0, 6.0, 0.0, group="lane", platform="cargo", title="Cargo ship")
    sides = (*run.sides, "traffic")
    return replace(run, units=[*run.units, merchant], sides=sides, manifest={"neutral_sides": ["traffic"]})


def blue_contact(folder: Path) -> dict[str, Any]:
    """Return the properties of Blue's contact in its last stage."""
    features = json.loads(export_bytes(folder, "geojson", "blue"))["features"]
    return [one["properties"] for one in features if one["properties"].get("kind") == "contact"][-1]


@pytest.mark.parametrize(
    ("identity", "side", "digit", "dummy"),
    [(UNKNOWN, None, "1", "0"), (HOSTILE, "red", "6", "0"), (NEUTRAL, "traffic", "4", "0"), (DECOY, "red", "6", "1")],
)
def test_a_contact_belongs_to_whom_it_is_taken_for(
    tmp_path: Path, identity: int, side: str | None, digit: str, dummy: str
) -> None:
    contact = blue_contact(believing(with_traffic().write(tmp_path / "trial"), identity))
    assert contact["side"] == side
    assert (contact["sidc"][3], contact["sidc"][7]) == (digit, dummy)
    assert (contact["identified"] is None) == (identity == UNKNOWN)


def test_a_neutral_is_nobody_in_particular_where_the_run_does_not_have_one_neutral_side(tmp_path: Path) -> None:
    contact = blue_contact(believing(skirmish().write(tmp_path / "trial"), NEUTRAL))
    assert contact["side"] == "neutral"
    export_bytes(tmp_path / "trial", "acmi", "blue")
    thing = acmi_objects(read_acmi(tmp_path / "trial-blue.acmi"))["contact 1"]
    assert thing.get_value("Color") == "Green"


@pytest.mark.parametrize("identity", [HOSTILE, NEUTRAL])
def test_what_a_contact_is_in_truth_changes_no_byte(tmp_path: Path, identity: int) -> None:
    folder = believing(with_traffic().write(tmp_path / "trial"), identity)
    before = {name: export_bytes(folder, name, "blue") for name in FORMATS}
    run = with_traffic()
    renamed = [replace(unit, side="traffic") if unit.name == "red-boat" else unit for unit in run.units]
    believing(replace(run, units=renamed).write(tmp_path / "trial"), identity)
    assert {name: export_bytes(folder, name, "blue") for name in FORMATS} == before


def test_neutrals_are_green_and_no_friend_of_anybody(tmp_path: Path) -> None:
    folder = with_traffic().write(tmp_path / "trial")
    features = json.loads(export_bytes(folder, "geojson"))["features"]
    digits = {
        one["properties"]["name"]: one["properties"]["sidc"][3] for one in features if "sidc" in one["properties"]
    }
    assert digits["merchant"] == "4"
    assert digits["red-boat"] == "6"
    assert b"Coalition=traffic,Color=Green" in export_bytes(folder, "acmi")
    assert side_colour(("blue", "red", "red-cross"), 2, frozenset({2})) == "Green"
    red, green, blue = RGB["Green"]
    assert f"ff{blue:02x}{green:02x}{red:02x}".encode() in export_bytes(folder, "kml")
