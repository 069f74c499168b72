"""One case per rule of what a side learns of an event."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.synthetic import Recipe, write_run
from viz.fog.event_fog import known_events
from viz.reading.run_folder import RunFolder

N = 8  # units 0 to 3 are Blue's, 4 to 7 Red's
FRAMES = 11  # 10 s apart


@pytest.fixture
def blue_learns(tmp_path: Path) -> Any:
    folder = write_run(tmp_path / "run", Recipe(n_units=N, n_frames=FRAMES))
    contact = {"frame": [3, 4, 4], "side": [0, 0, 1], "serial": [17, 17, 5], "unit": [6, 6, 1]}
    table = pq.read_table(folder / "contacts.parquet")
    rows = {name: np.resize(table[name].to_numpy(), 3) for name in table.column_names} | contact
    pq.write_table(
        pa.table({name: pa.array(rows[name], table[name].type) for name in table.column_names}),
        folder / "contacts.parquet",
    )

    def learns(
        events: list[tuple[Any, ...]], cut_off: dict[int, range] | None = None, lost: dict[int, int] | None = None
    ) -> Any:
        write_events(folder, events)
        linked = np.ones((FRAMES, N), bool)
        status = np.zeros((FRAMES, N), int)
        for unit, frames in (cut_off or {}).items():
            linked[list(frames), unit] = False
        for unit, frame in (lost or {}).items():
            status[frame:, unit] = 4
        write_reports(folder, linked, status, np.zeros((FRAMES, N)))
        cut = known_events(RunFolder(folder), 0)
        return list(zip(*(cut[name].tolist() for name in ("kind", "unit", "other", "contact", "a", "b")), strict=True))

    return learns


def write_events(folder: Path, events: list[tuple[Any, ...]]) -> None:
    names = ["time_s", "kind", "side", "unit", "other", "a", "b"]
    columns = dict(zip(names, map(list, zip(*events, strict=True)), strict=True))
    pq.write_table(pa.table({"tick": [0] * len(events), **columns}), folder / "events.parquet")


def write_reports(folder: Path, linked: np.ndarray, status: np.ndarray, age_s: np.ndarray) -> None:
    table = pq.read_table(folder / "trace.parquet")
    for name, values in (("linked", linked), ("report_status", status), ("report_age_s", age_s)):
        at = table.column_names.index(name)
        table = table.set_column(at, name, pa.array(values.ravel()).cast(table[name].type))
    pq.write_table(table, folder / "trace.parquet")


def test_own_shot_names_the_contact_not_the_unit(blue_learns: Any) -> None:
    assert blue_learns([(35.0, "shot", 0, 1, 6, 2, 3)]) == [("SHOT", 1, -1, 17, 2, 3)]
    gained = (24.0, "contact", 0, 1, 6, 1, 17)
    assert blue_learns([gained, (25.0, "shot", 0, 1, 6, 2, 3)])[1] == ("SHOT", 1, -1, 17, 2, 3), (
        "gained since the frame"
    )
    later = (28.0, "contact", 0, 1, 6, 1, 17)
    assert blue_learns([(25.0, "shot", 0, 1, 6, 2, 3), later])[0] == ("SHOT", 1, -1, -1, 2, 3), "not yet gained"
    assert blue_learns([(75.0, "shot", 0, 1, 6, 2, 3)]) == [("SHOT", 1, -1, -1, 2, 3)], "no contact is held any more"


def test_outcomes_at_the_enemy_and_deeds_of_the_enemy_are_not_known(blue_learns: Any) -> None:
    rows = [("hit", 0, 1, 6), ("miss", 0, 1, 6), ("damage", 1, 6, 1), ("loss", 1, 6, 1), ("launch", 1, 6, 7),
            ("shot", 1, 6, 1), ("miss", 1, 6, 1), ("order", 1, 6, -1), ("objective", 0, -1, -1),
            ("link_lost", 1, 6, -1), ("contact", 1, 6, 1), ("intercept", 1, 6, 7)]  # fmt: skip
    assert blue_learns([(35.0, kind, side, unit, other, 0, 1) for kind, side, unit, other in rows]) == []


def test_being_hit_is_known_but_not_by_what(blue_learns: Any) -> None:
    assert blue_learns([(35.0, "hit", 1, 6, 1, 3, 2)]) == [("HIT", -1, 1, 17, -1, 2)]
    assert blue_learns([(35.0, "hit", 1, 5, 1, 3, 2)]) == [("HIT", -1, 1, -1, -1, 2)]
    assert blue_learns([(35.0, "hit", 1, 5, 1, 3, 2)], cut_off={1: range(3, 6)}) == []


def test_a_unit_that_is_cut_off_tells_nothing(blue_learns: Any) -> None:
    events = [(35.0, kind, 0, 1, 6, 0, 1) for kind in ("shot", "damage", "return", "order", "exhausted")]
    assert blue_learns(events, cut_off={1: range(3, 4)}) == []
    assert len(blue_learns(events)) == 5


def test_link_events_between_two_frames_count(blue_learns: Any) -> None:
    lost = (32.0, "link_lost", 0, 1, -1, 0, 0)
    shot = (35.0, "shot", 0, 1, 6, 0, 1)
    assert [row[0] for row in blue_learns([lost, shot])] == ["LINK_LOST"]
    back = (33.0, "link_back", 0, 1, -1, 0, 0)
    assert [row[0] for row in blue_learns([lost, back, shot])] == ["LINK_LOST", "LINK_BACK", "SHOT"]
    at_frame = (30.0, "link_lost", 0, 1, -1, 0, 0)
    assert [row[0] for row in blue_learns([at_frame, shot])] == ["LINK_LOST"]
    of_another = (32.0, "link_lost", 0, 2, -1, 0, 0)
    assert [row[0] for row in blue_learns([of_another, shot])] == ["LINK_LOST", "SHOT"]
    older = (12.0, "link_lost", 0, 1, -1, 0, 0)
    assert [row[0] for row in blue_learns([older, shot])] == ["LINK_LOST", "SHOT"], "the later frame says it is linked"


def test_a_loss_is_told_by_the_reports(blue_learns: Any) -> None:
    loss = [(35.0, "loss", 0, 1, 6, 0, 0)]
    assert blue_learns(loss) == []
    assert blue_learns(loss, lost={1: 4}) == [("LOSS", 1, -1, 17, 0, 0)]


def test_the_picture_changes_by_serial(blue_learns: Any) -> None:
    events = [
        (35.0, "contact", 0, 1, 6, 1, 17),
        (36.0, "contact_lost", 0, -1, 6, 0, 17),
        (37.0, "end", -1, -1, -1, 0, 1),
    ]
    assert blue_learns(events) == [
        ("CONTACT", 1, -1, 17, 1, 17),
        ("CONTACT_LOST", -1, -1, 17, 0, 17),
        ("END", -1, -1, -1, -1, 1),
    ]


def late_run(tmp_path: Path, events: list[tuple[Any, ...]], status: np.ndarray) -> RunFolder:
    """Return a run in which every report arrives 30 s after it was made."""
    folder = write_run(tmp_path / "run", Recipe(n_units=N, n_frames=FRAMES))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"reports_take_time": True}))
    write_events(folder, events)
    write_reports(folder, np.ones((FRAMES, N), bool), status, np.full((FRAMES, N), 30.0))
    return RunFolder(folder)


def test_a_loss_is_told_when_the_late_report_tells_it(tmp_path: Path) -> None:
    status = np.zeros((FRAMES, N), int)
    status[6:, 1] = 4  # of the other nobody hears in time
    run = late_run(tmp_path, [(25.0, "loss", 0, 1, 6, 0, 0), (25.0, "loss", 0, 2, 6, 0, 0)], status)
    cut = known_events(run, 0)
    assert [(cut["time_s"][k], cut["unit"][k]) for k in range(len(cut["kind"]))] == [(60.0, 1)]


def test_where_reports_take_time_deeds_and_hits_are_known_with_the_first_report_from_after_them(tmp_path: Path) -> None:
    """The report that arrives at 60 s was made at 30 s, and is the first to hold what happened at 25 s."""
    events = [(25.0, "shot", 0, 1, 6, 0, 1), (25.0, "hit", 1, 6, 2, 0, 1), (25.0, "approval_asked", 0, 3, 6, 1, 0)]
    cut = known_events(late_run(tmp_path, events, np.zeros((FRAMES, N), int)), 0)
    assert list(zip(cut["time_s"].tolist(), cut["kind"], strict=True)) == [
        (25.0, "APPROVAL_ASKED"),  # the operators sit at the command post
        (60.0, "SHOT"),
        (60.0, "HIT"),
    ]


def test_why_a_link_is_dead_a_side_does_not_learn(blue_learns: Any) -> None:
    assert blue_learns([(35.0, "link_lost", 0, 1, -1, 1, 0)]) == [("LINK_LOST", 1, -1, -1, -1, 0)]
