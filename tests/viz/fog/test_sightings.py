"""The sensor that saw a contact is named where the recording decides it, by ranges and domains."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.viz.recorded import record
from tests.viz.skirmish import DOCUMENT
from viz.fog.knowledge import Knowledge
from viz.reading.run_folder import RunFolder


def fight(*more: dict[str, Any]) -> dict[str, Any]:
    """Return the fight of cars, each with a field glass of 5 km and further sensors."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    cards = document["catalogue"]
    for number, changes in enumerate(more):
        cards["sensors"][f"more-{number}"] = {**cards["sensors"]["glass"], "title": f"More {number}", **changes}
    for card in cards["platforms"].values():
        card["sensors"] = ["glass", *(f"more-{number}" for number in range(len(more)))]
    return document


def named(folder: Path, side: int | None = None) -> tuple[list[set[str]], list[float]]:
    """Return the sensors named for each new contact, and its distance."""
    run = RunFolder(folder)
    known = Knowledge(run, side)
    events, shots = known.events, known.shots
    found, distances = [], []
    for at, kind in enumerate(events["kind"]):
        if kind == "CONTACT":
            found.append({shots["sensors"][k] for k in shots["by"].get(at, [])})
            frame = int(np.argmin(np.abs(run.times_s - events["time_s"][at])))
            chunk = next(one for one in run.trace.chunks if one.first_frame <= frame < one.first_frame + one.n_frames)
            place = run.trace.read(chunk, ["x_m", "y_m"])
            pair = [known.units[events["unit"][at]], known.units[events["other"][at]] if side is None else 0]
            row = frame - chunk.first_frame
            distances.append(
                float(np.hypot(*(values[row, pair[0]] - values[row, pair[1]] for values in place.values())))
            )
    run.close()
    return found, distances


def test_the_only_sensor_that_reaches_is_named(tmp_path: Path) -> None:
    """The cars begin 6 km apart: a second sensor of half a kilometre cannot have seen the first contacts."""
    found, distances = named(record(fight({"range_km": 0.5}), tmp_path / "run"))
    assert max(distances) > 3000
    assert all(names == {"Field glass"} for names, metres in zip(found, distances, strict=True) if metres > 1000)


def test_a_sensor_for_another_domain_did_not_see_it(tmp_path: Path) -> None:
    found, _ = named(record(fight({"domains": ["air"]}), tmp_path / "run"))
    assert found
    assert all(names == {"Field glass"} for names in found)


def test_of_two_that_reach_both_are_named_and_of_three_none(tmp_path: Path) -> None:
    found, _ = named(record(fight({}), tmp_path / "two"))
    assert found
    assert all(names == {"Field glass", "More 0"} for names in found)
    found, _ = named(record(fight({}, {}), tmp_path / "three"))
    assert found
    assert all(names == set() for names in found)


@pytest.mark.parametrize("side", [0, 1])
def test_a_side_has_its_own_sensors_named(tmp_path: Path, side: int) -> None:
    found, _ = named(record(fight({"domains": ["air"]}), tmp_path / "run"), side)
    assert found
    assert set().union(*found) == {"Field glass"}


def test_a_folder_without_the_ranges_names_none(tmp_path: Path) -> None:
    folder = record(fight(), tmp_path / "run")
    (folder / "reach.parquet").unlink()
    assert Knowledge(RunFolder(folder), None).shots["by"] == {}
