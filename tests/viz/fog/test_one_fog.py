"""Who knew what, and when, is decided in ``viz.fog`` alone: pages and exports read the tables of a run through it."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from simcore.recording.run_schema import CONTACTS, TRACE
from tests.viz.conftest import SMALL
from tests.viz.synthetic_extras import add_wear
from viz.fog.knowledge import REPORTED, TRUTH_COLUMNS, Knowledge
from viz.fog.last_known import HELD
from viz.reading.run_folder import RunFolder

VIZ = Path(str(files("viz")))
OUTSIDE = sorted(path for room in ("replay", "export", "commands") for path in (VIZ / room).glob("*.py"))
_TABLES = re.compile(
    r"\brun\.(trace\.(read|frames)|contacts\.|events\b|all_events|orders\b|series\b|boards\b|sustainment\b|people\b|story\b|map\.|reports_take_time)"
)


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_page_and_no_export_reads_a_table_past_the_fog(path: Path) -> None:
    assert not _TABLES.search(path.read_text(encoding="utf-8"))


def test_a_side_knows_no_column_of_the_trace_that_no_rule_gives_it(run_copy: Path) -> None:
    """A column that is added to the trace is kept from a side until the fog has a rule for it."""
    add_wear(run_copy)
    run = RunFolder(run_copy)
    chunk = run.trace.chunks[0]
    known = {*HELD, *REPORTED, "report_age_s", "linked", "hops", "wear"}
    assert set(Knowledge(run, 0).trace(chunk)) == known
    assert set(Knowledge(run, None).trace(chunk)) == {*TRUTH_COLUMNS, "wear"}
    assert {column.name for column in TRACE} == {"frame", "time_s", "unit", *TRUTH_COLUMNS, *REPORTED.values()}
    run.close()


def test_the_units_behind_contacts_are_no_part_of_the_knowledge_of_a_side(small: Path) -> None:
    run = RunFolder(small)
    columns = {column.name for column in CONTACTS} & set(run.contacts.names)
    assert set(Knowledge(run, 0).contacts(0, SMALL.n_frames - 1)) == columns - {"unit"}
    assert set(Knowledge(run, None).contacts(0, SMALL.n_frames - 1)) == columns
    run.close()
