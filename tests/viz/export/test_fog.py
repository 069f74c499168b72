"""A side's file holds nothing that the side did not know. Tested on the bytes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcore.types import EventKind
from tests.viz.export.reading import FORMATS, acmi_events, export_bytes
from tests.viz.export.synthetic_run import Run, Unit, skirmish, without

_TRUTH_COLUMNS = (
    *("x_m", "y_m", "z_m", "heading_deg", "speed_mps", "status", "damage", "strength", "endurance"),
    *("hops", "task", "roe", "ammo"),
)
_OUTCOMES = (EventKind.HIT, EventKind.MISS, EventKind.LOSS)


def _bytes(run: Run, folder: Path, side: str) -> dict[str, bytes]:
    run.write(folder)
    return {name: export_bytes(folder, name, side) for name in FORMATS}


@pytest.mark.parametrize("side", ["blue", "red"])
def test_the_truth_of_the_trace_makes_no_difference(tmp_path: Path, side: str) -> None:
    before = _bytes(skirmish(), tmp_path / "trial", side)
    path = tmp_path / "trial" / "trace.parquet"
    table = pq.read_table(path)
    rng = np.random.default_rng(5)
    for name in _TRUTH_COLUMNS:
        kind = table.schema.field(name).type
        values = pa.array(rng.integers(0, 5, table.num_rows)).cast(kind)
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
    pq.write_table(table, path)
    after = {name: export_bytes(tmp_path / "trial", name, side) for name in FORMATS}
    assert after == before


def _hidden_moved(run: Run) -> Run:
    return replace(run, units=[replace(u, x_m=7.0, y_m=-8.0) if u.name == "red-hidden" else u for u in run.units])


def _red_renamed(run: Run) -> Run:
    strange = {"name": "쥐", "group": "x", "platform": "y", "title": "z", "domain": "air", "sidc": "", "z_m": 999.0}
    return replace(run, units=[replace(u, **strange) if u.side == "red" else u for u in run.units])


def _hidden_removed(run: Run) -> Run:
    return without(run, 3)


def _outcomes_removed(run: Run) -> Run:
    return replace(run, events=[event for event in run.events if event[1] not in _OUTCOMES])


def _enemy_events_removed(run: Run) -> Run:
    return replace(run, events=[event for event in run.events if event[2] != 1])


def _deed_of_the_silent_removed(run: Run) -> Run:
    return replace(run, events=[event for event in run.events if not (event[1] == EventKind.SHOT and event[3] == 2)])


def _manifest_of_the_trainer(run: Run) -> Run:
    return replace(run, manifest={"seed": 1, "winner": "red", "state_hash": "abc", "wall_s": 3.0})


@pytest.mark.parametrize(
    "change",
    [
        _hidden_moved,
        _hidden_removed,
        _red_renamed,
        _outcomes_removed,
        _enemy_events_removed,
        _deed_of_the_silent_removed,
        _manifest_of_the_trainer,
    ],
)
def test_what_blue_cannot_know_makes_no_difference(tmp_path: Path, change: Callable[[Run], Run]) -> None:
    before = _bytes(skirmish(), tmp_path / "a" / "trial", "blue")
    after = _bytes(change(skirmish()), tmp_path / "b" / "trial", "blue")
    assert after == before


def test_the_class_of_an_unclassified_contact_makes_no_difference(tmp_path: Path) -> None:
    def forget(run: Run) -> Run:
        contacts = [replace(c, classified_s=np.inf, identified_s=np.inf) for c in run.contacts]
        return replace(run, contacts=contacts)

    before = _bytes(forget(skirmish()), tmp_path / "a" / "trial", "blue")
    folder = forget(skirmish()).write(tmp_path / "b" / "trial")
    path = folder / "contacts.parquet"
    table = pq.read_table(path)  # a recorder that forgot to blank the class
    column = pa.array(np.full(table.num_rows, 4)).cast(pa.int8())
    pq.write_table(table.set_column(table.schema.get_field_index("target_class"), "target_class", column), path)
    assert {name: export_bytes(folder, name, "blue") for name in FORMATS} == before


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize(("side", "enemy"), [("blue", "red"), ("red", "blue")])
def test_no_word_of_the_enemy_is_in_the_file(folder: Path, format_name: str, side: str, enemy: str) -> None:
    data = export_bytes(folder, format_name, side)
    for unit in skirmish().units:
        words = {unit.name, unit.group, unit.title, unit.platform} if unit.side == enemy else {unit.name}
        for word in words - {"usv", "uav"}:  # short words that stand in others
            assert (word.encode() in data) == (unit.side == side), word
    assert b"987654321" not in data  # with scenario and seed anyone could play the truth again
    assert b"feedbeef" not in data


def test_blue_hears_its_own_linked_units_and_its_picture(folder: Path) -> None:
    events = acmi_events(export_bytes(folder, "acmi", "blue"))
    assert events == [
        (30.0, "Message|4|blue gains contact 1"),
        (40.0, "Message|4|contact 1 is classified by blue"),
        (50.0, "Message|3|blue-usv-2 loses its link"),
        (65.0, "Message|2|4|blue-usv-1 fires at contact 1: 2 rounds"),
        (105.0, "Message|4|blue loses contact 1"),
        (120.0, "Bookmark|End of the run"),
    ]


def test_a_loss_is_told_when_the_reports_tell_of_it(tmp_path: Path) -> None:
    run = skirmish()
    run.units[1] = replace(run.units[1], lost_at_s=80.0)  # linked to its end
    run.events.append((80.0, EventKind.LOSS, 0, 1, 4, 0, 0))
    events = acmi_events(export_bytes(run.write(tmp_path / "trial"), "acmi", "blue"))
    assert (80.0, "Destroyed|2|blue-usv-1 is reported lost") in events
    assert not any("blue-usv-2" in text and "lost" in text for _, text in events)


def _heard(run: Run, folder: Path) -> list[str]:
    texts = [text for _, text in acmi_events(export_bytes(run.write(folder), "acmi", "blue"))]
    return [text.rpartition("|")[2] for text in texts if "fires" in text]


@pytest.mark.parametrize("shot_s", [40.0, 44.9, 45.0, 49.0, 50.0, 55.0, 60.0, 65.0])
def test_deeds_are_told_while_the_link_lasts_to_the_tick(tmp_path: Path, shot_s: float) -> None:
    # The link dies at 45 s and is back at 60 s. An event bears the time at which its tick began, so one at the time of
    # a frame comes after that frame; rows of one time stand in the order of the phases, links before fires.
    kind = EventKind
    events = [
        (45.0, kind.LINK_LOST, 0, 0, -1, 0, 0),
        (60.0, kind.LINK_BACK, 0, 0, -1, 0, 0),
        (shot_s, kind.SHOT, 0, 0, 1, 0, 1),
    ]
    run = Run([Unit("a", "blue", 0, 0, unlinked_from_s=45.0), Unit("b", "red", 1e3, 0)], events=events)
    expected = [] if 45.0 <= shot_s < 60.0 else ["a fires at something not on the picture: 1 round"]
    assert _heard(run, tmp_path / "trial") == expected


def test_a_silent_unit_stays_where_it_was_last_heard(folder: Path) -> None:
    data = export_bytes(folder, "acmi", "blue").decode("utf-8-sig")
    places = {line.split(",")[1] for line in data.split("\n") if line.startswith("3,T=")}
    assert len(places) == 6  # six reports, then nothing new until the end
    assert "-3\n" not in data


def test_type_and_side_of_a_contact_come_with_its_level(folder: Path) -> None:
    data = export_bytes(folder, "acmi", "blue").decode("utf-8-sig")
    told: dict[str, list[float]] = {}
    time_s = 0.0
    for line in data.split("\n"):
        if line.startswith("#"):
            time_s = float(line[1:])
        for value in line.split(",")[1:] if line.startswith("4,") else []:
            if value.partition("=")[0] in ("Type", "Coalition", "Color"):
                told.setdefault(value, []).append(time_s)
    assert told == {
        "Type=Sea": [30.0],
        "Coalition=Unknown": [30.0],
        "Color=Yellow": [30.0],
        "Type=Light+Sea+Watercraft": [50.0],
        "Coalition=red": [70.0],
        "Color=Red": [70.0],
    }


def test_a_contact_is_shown_as_what_its_side_takes_it_for(tmp_path: Path) -> None:
    """Red's boat, taken for neutral, is nobody's and green; nothing tells that it is red's."""
    run = skirmish()
    folder = replace(run, manifest={**run.manifest, "neutral_sides": []}).write(tmp_path / "trial")
    path = folder / "contacts.parquet"
    table = pq.read_table(path)
    identity = table["identity"].to_numpy()
    column = pa.array(np.where(identity > 0, 2, 0)).cast(pa.uint8())
    pq.write_table(table.set_column(table.schema.get_field_index("identity"), "identity", column), path)
    assert "Coalition=red" not in export_bytes(folder, "acmi", "blue").decode("utf-8-sig")
