"""What a side sees of the map: its own minefields and routes, never those of the enemy. Tested on the bytes."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcore.errors import InputError
from tests.viz.conftest import SMALL
from tests.viz.fog.test_fog import responses
from tests.viz.synthetic_extras import MINES, add_approvals, add_neutrals, add_surroundings
from viz.fog.approvals import find_requests, queue_curves
from viz.reading.map_document import MapDocument
from viz.reading.run_folder import RunFolder
from viz.replay import wire
from viz.replay.library import Library


@pytest.fixture
def furnished(run_copy: Path) -> Path:
    """The small run with minefields, roads, weather, first tasks, reaches and approvals."""
    add_surroundings(run_copy)
    add_approvals(run_copy, SMALL.n_units)
    return run_copy


def test_the_truth_shows_every_mine_and_what_becomes_of_it(furnished: Path) -> None:
    meta = json.loads(responses(furnished, "truth")["meta.json"])
    fields = {field["name"]: field for field in meta["minefields"]}
    assert set(fields) == {"blue-belt", "red-drift", "red-bar", "old"}
    assert [mine[2:] for mine in fields["red-drift"]["mines"]] == [[0, None], [1, 300.0], [2, 500.0]]
    assert fields["old"]["side"] is None
    assert meta["operators"] == {"blue": 2, "red": 7}


def test_a_side_sees_its_own_minefields_as_it_laid_them(furnished: Path) -> None:
    meta = json.loads(responses(furnished, "blue")["meta.json"])
    laid, suspected = meta["minefields"]
    assert laid["name"] == "blue-belt"
    assert [mine[2:] for mine in laid["mines"]] == [[0, None]] * len(MINES), "what enemies set off is not told"
    assert suspected == {
        "name": "red-bar", "side": None, "suspected": True, "rings_m": [], "mines": [],
        "circle_m": [8000.0, -7000.0, pytest.approx(4000.0 / np.sqrt(np.pi))],
    }  # fmt: skip
    assert meta["operators"] == {"blue": 2}


def test_no_byte_tells_of_the_enemys_mines_routes_or_weapons(furnished: Path) -> None:
    sent = b"\n".join(responses(furnished, "blue").values()).decode("latin-1")
    for secret in ("red-drift", '"old"', "-5123", "red-gun", "red-strike-uav", "-8123", "-7321"):
        assert secret not in sent, secret
    for known in ("blue-belt", "blue-gun", "blue-strike-uav", "line_m", "visibility_m"):
        assert known in sent, known


def test_the_fate_of_mines_and_hidden_fields_change_no_byte_of_a_side(furnished: Path) -> None:
    before = responses(furnished, "blue"), responses(furnished, "truth")
    mines = pq.read_table(furnished / "mines.parquet")
    hidden = np.isin(mines["minefield"].to_numpy(), [1, 2, 3])
    changed = {
        "x_m": np.where(hidden, 123.0, mines["x_m"].to_numpy()),
        "status": np.full(len(hidden), 2, np.uint8),
        "gone_s": np.full(len(hidden), 7.0),
    }
    for name, values in changed.items():
        mines = mines.set_column(mines.column_names.index(name), name, pa.array(values))
    pq.write_table(mines, furnished / "mines.parquet")
    path = furnished / "map.json"
    document = json.loads(path.read_text())
    document["minefields"][1] |= {"name": "elsewhere", "count": 999, "rings_m": [[[0, 0], [1, 0], [1, 1]]]}
    document["operators"][1] = 99
    path.write_text(json.dumps(document))
    assert responses(furnished, "blue") == before[0]
    assert responses(furnished, "truth") != before[1]


def test_folders_without_these_parts_open(small: Path) -> None:
    map_of = MapDocument(small, ["blue", "red"])
    assert (map_of.minefields, map_of.roads, map_of.weather, map_of.tasks) == ([], [], [], [])
    assert [len(zone["rings_m"]) for zone in map_of.zones] == [1, 1, 1]
    meta = json.loads(responses(small, "blue")["meta.json"])
    assert meta["neutral"] == []
    assert all(unit["reach"] == [] for unit in meta["units"])


def test_a_damaged_map_is_told(run_copy: Path) -> None:
    (run_copy / "map.json").write_text(json.dumps({"minefields": [{"side": "blue"}]}))
    with pytest.raises(InputError, match=r"minefields\[0\]: not as the format has it"):
        MapDocument(run_copy, ["blue", "red"])


def test_requests_are_put_together_from_what_the_view_knows(furnished: Path) -> None:
    library = Library([furnished])
    truth, blue = (library.view(furnished.name, name) for name in ("truth", "blue"))
    rows = truth.boards["approvals"]
    assert [row["result"] for row in rows if row["side"] == "blue"] == ["granted", "denied", "timed_out", "open"]
    assert [row["queue_and_service"] for row in rows if row["side"] == "red"] == ["20 + 15 s", "5 + 10 s", "60 s", ""]
    assert "side" not in blue.boards["approvals"][0]
    assert all(row["unit"].startswith("blue") for row in blue.boards["approvals"])
    assert not any(row["target"].startswith("red") for row in blue.boards["approvals"])
    curve = next(curve for curve in truth.series if curve["side"] == "blue")
    waiting = dict(zip(curve["time_s"], curve["waiting"], strict=True))
    assert [waiting[t] for t in (90.0, 110.0, 120.0, 330.0, 360.0)] == [0, 1, 0, 1, 0]
    deciding = dict(zip(curve["time_s"], curve["deciding"], strict=True))
    assert [deciding[t] for t in (110.0, 130.0, 140.0, 210.0)] == [0, 1, 0, 1]


def test_a_run_without_operators_has_no_board_of_approvals(small: Path) -> None:
    view = Library([small]).view("small", "truth")
    assert "approvals" not in view.boards
    assert "waiting" not in view.series[0]
    assert find_requests(view.events, [], ["blue", "red"]) == []
    assert queue_curves([], "blue", [0.0]) == {}


def test_neutral_sides_are_no_view_and_no_party(run_copy: Path) -> None:
    add_neutrals(run_copy, ("red",))
    library = Library([run_copy])
    assert library.listing()[0]["views"] == ["truth", "blue"]
    truth = library.view("run", "truth")
    assert truth.meta["affiliation"] == ["3", "4"]
    assert truth.meta["neutral"] == ["red"]
    curves = {curve["side"]: set(curve) for curve in truth.series}
    assert "force_ratio" not in curves["red"]
    assert "score" not in curves["red"]
    assert "score" in curves["blue"]


def test_what_a_contact_is_taken_for_is_sent_not_what_it_is(run_copy: Path) -> None:
    add_neutrals(run_copy, ())
    _, arrays = wire.decode(responses(run_copy, "blue")["chunk/1.bin"])
    assert set(arrays["c_identity"]) == {0, 1, 2, 3}
    assert "c_unit" not in arrays
    assert RunFolder(run_copy).belligerents == ["blue", "red"]
