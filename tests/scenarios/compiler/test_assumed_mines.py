"""The plan that is assumed of an enemy who has to pass mines."""

from typing import Any

import pytest

from scenarios.format.catalogue import built_in
from simcore.intelligence import Intelligence
from tests.scenarios.compiler.known_library import named
from tests.scenarios.compiler.strip import DOCUMENT, LISTED, known

MINES = {"name": "field", "side": "blue", "mine": "bottom-influence-mine", "count": 9}
SWEEPERS = {"platform": "usv-minesweeper", "most": 2, "group_size": 1}


def convoy(*forces: dict[str, Any], field: dict[str, float] | None = None) -> Intelligence:
    """Return blue's knowledge of red boats in the north-west that have to get to a zone behind blue's mines."""
    west = [{"rectangle": {"west_km": -20, "east_km": -12, "south_km": -16, "north_km": -4}}]
    boats = {"platform": "usv-one-way", "most": 4}
    listed = [{**force, "areas": west} for force in (boats, *forces)]
    wanted = [{"side": "red", "kind": "reach", "zone": "roads", "platforms": ["usv-one-way"]}]
    area = field or {"west_km": -4, "east_km": 4, "south_km": -14, "north_km": -6}
    return known(
        {**LISTED, "forces": listed, "objectives": wanted},
        zones=[*DOCUMENT["zones"], {"name": "roads", "circle": {"centre_km": [16, -10], "radius_km": 2}}],
        minefields=[{**MINES, "rectangle": area}],
    )


def task_and_ways(intelligence: Intelligence) -> dict[str, list[dict[str, Any]]]:
    """Return the tasks of the groups of each force."""
    groups = named(intelligence.document, "groups")
    return {force.platform: [groups[name]["task"] for name in force.groups] for force in intelligence.forces}


def test_an_enemy_who_can_clear_mines_clears_a_lane_before_he_passes() -> None:
    intelligence = convoy(SWEEPERS, {"platform": "usv-patrol", "most": 3})
    tasks = task_and_ways(intelligence)
    # the lane leads from (-16, -10) to (16, -10); its ends lie 2 km before and behind the mines
    (boats,) = tasks["usv-one-way"]
    assert (boats["at_km"], boats["route_km"]) == ([16.0, -10.0], [[-6.0, -10.0], [6.0, -10.0]])
    one, two = tasks["usv-minesweeper"]
    width_km = built_in().platforms["usv-minesweeper"].mine_clearing.width_m / 1e3  # type: ignore[union-attr]
    for task, y_km in ((one, -10.0 - width_km / 2), (two, -10.0 + width_km / 2)):
        assert task["verb"] == "move"
        assert task["at_km"] == pytest.approx([6.0, y_km])
        assert task["route_km"] == [pytest.approx([6.0, y_km]), pytest.approx([-6.0, y_km])]
    (guard,) = tasks["usv-patrol"]
    assert (guard["verb"], guard["at_km"]) == ("attack", [-6.0, -10.0])
    # those that are to follow the lane gather on its line, within the area of the file
    gathered = {force.platform: force.areas_m[0] for force in intelligence.forces}
    assert gathered["usv-one-way"].min(axis=1).tolist() == [-20e3, -10.5e3]
    assert gathered["usv-one-way"].max(axis=1).tolist() == [-12e3, -9.5e3]
    assert gathered["usv-patrol"].min(axis=1).tolist() == [-20e3, -16e3]


def test_no_lane_is_assumed_without_mines_on_the_way_or_means_to_clear_them() -> None:
    aside = {"west_km": -4.0, "east_km": 4.0, "south_km": -20.0, "north_km": -16.0}
    for intelligence in (convoy(), convoy(SWEEPERS, field=aside)):
        tasks = task_and_ways(intelligence)
        assert tasks["usv-one-way"][0]["route_km"] == []
        assert all(task["verb"] == "hold" for task in tasks.get("usv-minesweeper", ()))
