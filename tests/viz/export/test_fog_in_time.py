"""What a side's file and page say of a moment does not depend on what the side learns later.

A run that is cut at a frame must tell the same story up to then as the whole run.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.loader import load
from scenarios.run.play import run_scenario
from scenarios.run.policies import choose_policies
from simcore.types import EventKind
from tests.viz.export.cutting import cut_run, story
from tests.viz.export.reading import FORMATS, export_bytes
from tests.viz.export.synthetic_run import Contact, skirmish
from tests.viz.reading.conftest import SCENARIO
from viz.fog.event_fog import known_events
from viz.reading.run_folder import RunFolder

_FRAMES = (3, 5, 6, 7, 8, 10, 11)
"""Frames of the skirmish about which contacts are gained, classified, identified and lost."""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The skirmish with a contact that comes late, and a shot at what is not yet on the picture."""
    run = skirmish()
    contacts = [*run.contacts, Contact(0, 2, 3, 75.0, 120.0, classified_s=85.0, identified_s=95.0)]
    kind = EventKind
    events = [(71.0, kind.SHOT, 0, 0, 3, 0, 1), (75.0, kind.CONTACT, 0, 0, 3, 1, 2), (78.0, kind.SHOT, 0, 0, 3, 0, 1)]
    return replace(run, contacts=contacts, events=[*run.events, *events]).write(tmp_path / "trial")


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("side", ["blue", "red"])
def test_a_file_of_a_side_knows_nothing_before_the_side_does(
    later: Path, tmp_path: Path, format_name: str, side: str
) -> None:
    whole = export_bytes(later, format_name, side)
    for frame in _FRAMES:
        until_s = cut_run(later, tmp_path / f"{frame}" / "trial", frame)
        part = export_bytes(tmp_path / f"{frame}" / "trial", format_name, side)
        assert story(format_name, part, until_s) == story(format_name, whole, until_s), until_s


@pytest.mark.parametrize("side", [0, 1])
def test_the_page_of_a_side_knows_nothing_before_the_side_does(later: Path, tmp_path: Path, side: int) -> None:
    for frame in _FRAMES:
        until_s = cut_run(later, tmp_path / f"{frame}" / "trial", frame)
        _same_events(RunFolder(tmp_path / f"{frame}" / "trial"), RunFolder(later), side, until_s)


def test_a_shot_names_a_contact_once_it_is_one(later: Path) -> None:
    texts = [text for text in export_bytes(later, "acmi", "blue").decode().split("\n") if "blue-uav fires" in text]
    assert len(texts) == 2
    assert "something not on the picture" in texts[0]
    assert "contact 2" in texts[1]


def _same_events(part: RunFolder, whole: RunFolder, side: int, until_s: float) -> None:
    rows = []
    for run in (part, whole):
        events = known_events(run, side)
        table = zip(*(values.tolist() for values in events.values()), strict=True)
        names = list(events)
        rows.append([row for row in table if row[names.index("time_s")] < until_s])
        run.close()
    assert rows[0] == rows[1]


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0, 20])
def test_the_same_on_runs_that_the_engine_made(tmp_path: Path, delay_s: int) -> None:
    """A fight with fog, where reports take no time and where they take some."""
    staff = f"staff: {{report_processing_s: {delay_s}}}"
    text = SCENARIO.replace(
        "sides: [{name: blue}, {name: red}]", f"sides: [{{name: blue, {staff}}}, {{name: red, {staff}}}]"
    )
    text = text.replace("duration_s: 240", "duration_s: 600").replace("record_interval_s: 10", "record_interval_s: 4")
    text = text.replace("objectives:", "rules: {latency_factor: 0}\nobjectives:")
    scenario = tmp_path / "fight.yaml"
    scenario.write_text(text)
    compiled = load(str(scenario))
    folder = tmp_path / "fight"
    run_scenario(compiled, choose_policies(compiled.roster, []), folder=folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["reports_take_time"] is bool(delay_s)
    kinds = {str(kind) for kind in known_events(RunFolder(folder), 0)["kind"]}
    assert {"SHOT", "CONTACT", "UPGRADE", "LOSS"} <= kinds, kinds
    whole = {(name, side): export_bytes(folder, name, side) for name in FORMATS for side in ("blue", "red")}
    for frame in range(5, manifest["n_frames"] - 1, 13):
        until_s = cut_run(folder, tmp_path / f"{frame}" / "fight", frame)
        part = tmp_path / f"{frame}" / "fight"
        for (name, side), data in whole.items():
            assert story(name, export_bytes(part, name, side), until_s) == story(name, data, until_s), (name, until_s)
        for side in (0, 1):
            _same_events(RunFolder(part), RunFolder(folder), side, until_s)
