"""The story of a run by viewer: the truth has all of it, a side its own objectives and what it knows of the fight."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from scenarios.compiler.tasks import OBJECTIVE_WORDS
from scenarios.run.turning_words import WORDS
from simcore.errors import InputError
from tests.viz.recorded import record
from tests.viz.skirmish import DOCUMENT, outcome
from viz.fog.knowledge import Knowledge
from viz.paper.texts import LANGUAGES, texts
from viz.reading.run_folder import RunFolder
from viz.reading.story import Story


def known(folder: Path, side: int | None) -> Knowledge:
    return Knowledge(RunFolder(folder), side)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


@pytest.mark.parametrize(("prefix", "words"), [("turning", WORDS), ("objective", OBJECTIVE_WORDS)])
def test_the_page_has_the_words_of_the_terminal_and_their_translation(prefix: str, words: dict[str, str]) -> None:
    assert {key: texts("en")[f"{prefix}.{key}"] for key in words} == words
    for key, text in words.items():
        facts = set(re.findall(r"\{(\w+)\}", text))
        assert all(set(re.findall(r"\{(\w+)\}", texts(lang)[f"{prefix}.{key}"])) == facts for lang in LANGUAGES)


def test_the_truth_has_the_outcome_of_the_run(skirmish: Path) -> None:
    told, summary = outcome(skirmish), known(skirmish, None).summary
    assert summary["result"] == {"side": told["winner"], "reason": "time"}
    assert [one["text"] for one in summary["objectives"]] == [one["text"] for one in told["objectives"]]
    ends = [one["progress"]["value"][-1] for one in summary["objectives"]]
    assert ends == pytest.approx([one["progress"] for one in told["objectives"]], abs=1e-4)
    assert [p["text"] for p in summary["turning_points"]] == [p["text"] for p in told["turning_points"]]


def test_progress_is_recorded_in_every_frame(skirmish: Path) -> None:
    table = rows(skirmish, "objectives")
    n = len(outcome(skirmish)["objectives"])
    assert [row["objective"] for row in table] == list(range(n)) * (len(table) // n)
    curve = known(skirmish, None).summary["objectives"][1]["progress"]  # hold the ford
    recorded = [row["progress"] for row in table if row["objective"] == 1]
    steps = np.searchsorted(curve["frame"], np.arange(len(recorded)), side="right") - 1
    assert [curve["value"][k] for k in steps] == pytest.approx(recorded, abs=0.0021)


@pytest.mark.parametrize("side", [0, 1])
def test_a_side_has_its_mission_without_progress_result_or_names_of_the_enemy(skirmish: Path, side: int) -> None:
    summary = known(skirmish, side).summary
    own, enemy = ("blue", "red") if side == 0 else ("red", "blue")
    assert {one["side"] for one in summary["objectives"]} == {own}
    assert all("progress" not in one and "met_s" not in one for one in summary["objectives"])
    assert summary["result"] is None
    assert summary["mission"]["description"] == ""
    told = json.dumps(summary)
    assert f"{enemy}-cars" not in told
    assert f"{enemy}-post" not in told
    events = known(skirmish, side).events
    assert {point["time_s"] for point in summary["turning_points"]} <= set(events["time_s"])
    kinds = {point["kind"] for point in summary["turning_points"]}
    assert {"contact", "shot"} <= kinds
    assert ("losses" in kinds) == (own == "blue")  # all its cars; red loses one of four, less than a fifth of its force


def test_shots_have_the_weapon_of_their_mount_and_the_distance_at_the_time(skirmish: Path) -> None:
    view = known(skirmish, None)
    shots, events = view.shots, view.events
    trace = pq.read_table(skirmish / "trace.parquet")
    n = len(rows(skirmish, "units"))
    x, y = (trace[name].to_numpy().reshape(-1, n) for name in ("x_m", "y_m"))
    assert len(shots["at"]) == events["kind"].count("SHOT") > 10
    for at, range_m, weapon in zip(shots["at"], shots["range_m"], shots["weapon"], strict=True):
        assert shots["weapons"][weapon] == "Cannon of a car"
        frame = int(events["time_s"][at] // 10)
        unit, other = events["unit"][at], events["other"][at]
        apart = [np.hypot(x[k, unit] - x[k, other], y[k, unit] - y[k, other]) for k in (frame, frame + 1)]
        assert min(apart) - 30 <= range_m <= max(apart) + 30
        assert range_m <= 2500 + 4 * 30 + 70  # range of the weapon, error of the contact, way of a car in half a frame


def test_a_side_has_the_range_to_its_contact(skirmish: Path) -> None:
    shots = known(skirmish, 0).shots
    assert shots["at"]
    assert [value for value in shots["range_m"] if value is not None]
    assert all(value is None or 0 <= value < 4000 for value in shots["range_m"])


def test_a_folder_without_the_story_opens(small: Path) -> None:
    for side in (None, 0):
        summary = known(small, side).summary
        assert (summary["objectives"], summary["mission"]["question"]) == ([], "")
        assert known(small, side).shots["weapons"] == []


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("briefing.json", {"objectives": [3]}, r"briefing\.json: objectives\[0\]: is not an object"),
        ("briefing.json", {"question": 7}, r"briefing\.json: question: is not a text"),
        ("measures.json", {"outcome": {"turning_points": {"time_s": 1}}}, r"turning_points: is not a list"),
        ("measures.json", {"outcome": []}, r"measures\.json: outcome: is not an object"),
        (
            "measures.json",
            {"outcome": {"turning_points": [{"time_s": -1, "kind": "x", "text": ""}]}},
            r"turning_points\[0\]\.time_s: is not a number within 0",
        ),
    ],
)
def test_a_damaged_story_is_told(
    skirmish: Path, tmp_path: Path, name: str, change: dict[str, Any], message: str
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for path in skirmish.iterdir():
        (folder / path.name).symlink_to(path) if path.name != name else None
    (folder / name).write_text(json.dumps(json.loads((skirmish / name).read_text()) | change))
    story = Story(folder, ["blue", "red"], 12, 91)
    with pytest.raises(InputError, match=message):
        [getattr(story, part) for part in ("mission", "objectives", "turning_points")]


def test_a_contact_by_a_late_report_has_the_time_of_its_sighting(tmp_path: Path) -> None:
    delay_s = 20.0
    staff = {"report_processing_s": delay_s}
    document = {**DOCUMENT, "sides": [{"name": name, "staff": staff} for name in ("blue", "red")]}
    folder = record(document, tmp_path / "late")
    events, seen = known(folder, None).events, known(folder, None).shots["seen"]
    gained = [at for at, kind in enumerate(events["kind"]) if kind == "CONTACT"]
    assert set(seen) <= set(gained)
    assert len(seen) > len(gained) / 2  # the others are lost again before the next frame
    frame_s = 10.0
    for at, seen_s in seen.items():
        assert delay_s - frame_s - 1e-6 <= events["time_s"][at] - seen_s <= delay_s + frame_s + 4.0
