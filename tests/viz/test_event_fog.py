"""One case per rule of what a side learns of an event."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.viz.synthetic import Recipe, write_run
from viz.fog.event_fog import cut_events
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
        names = ["time_s", "kind", "side", "unit", "other", "a", "b"]
        columns = dict(zip(names, map(list, zip(*events, strict=True)), strict=True))
        pq.write_table(pa.table({"tick": [0] * len(events), **columns}), folder / "events.parquet")
        linked = np.ones((FRAMES, N), bool)
        status = np.zeros((FRAMES, N), int)
        for unit, frames in (cut_off or {}).items():
            linked[list(frames), unit] = False
        for unit, frame in (lost or {}).items():
            status[frame:, unit] = 4
        cut = cut_events(RunFolder(folder), 0, linked, status)
        return list(zip(*(cut[name].tolist() for name in ("kind", "unit", "other", "contact", "a", "b")), strict=True))

    return learns


def test_own_shot_names_the_contact_not_the_unit(blue_learns: Any) -> None:
    assert blue_learns([(35.0, "shot", 0, 1, 6, 2, 3)]) == [("SHOT", 1, -1, 17, 2, 3)]
    assert blue_learns([(25.0, "shot", 0, 1, 6, 2, 3)]) == [("SHOT", 1, -1, 17, 2, 3)], "gained before the next frame"
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


def test_a_loss_is_told_when_the_late_report_tells_it(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", Recipe(n_units=N, n_frames=FRAMES))
    columns = {"time_s": [25.0, 25.0], "kind": ["loss", "loss"], "side": [0, 0], "unit": [1, 2], "other": [6, 6]}
    pq.write_table(pa.table({"tick": [0, 0], **columns, "a": [0, 0], "b": [0, 0]}), folder / "events.parquet")
    status = np.zeros((FRAMES, N), int)
    status[6:, 1] = 4  # of the other nobody hears in time
    reported_s = np.arange(FRAMES)[:, None] * 10.0 - np.full(N, 30.0)
    cut = cut_events(RunFolder(folder), 0, np.ones((FRAMES, N), bool), status, reported_s)
    assert [(cut["time_s"][k], cut["unit"][k]) for k in range(len(cut["kind"]))] == [(60.0, 1)]
