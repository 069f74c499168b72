"""The library scenarios come out as they did when their golden runs were written."""

from enum import IntEnum
from functools import cache

import numpy as np
import pytest

from scenarios.format.texts import library_names
from simcore.state import Cells, ContactW, SideW, State, UnitW
from simcore.types import EventKind
from tests.golden.fields import ROWS, field_digests
from tests.golden.update import HORIZON_H, differences, event_counts, play, stored_runs
from tests.simcore.small_worlds import skirmish, start

ADVICE = (
    "The same scenario and seed come out differently. If that is meant, run `python -m tests.golden.update` "
    "and add a line under 'Results change' to CHANGELOG.md; if not, find what changed the results."
)


@pytest.mark.golden
@pytest.mark.parametrize("name", sorted(HORIZON_H))
def test_the_library_scenario_comes_out_as_stored(name: str) -> None:
    changed = differences(stored_runs()[name], play(name))
    assert not changed, "\n".join([ADVICE, "Stored and now:", *changed])


def test_every_library_scenario_has_a_golden_run() -> None:
    assert sorted(HORIZON_H) == sorted(stored_runs()) == library_names()


@cache
def fresh() -> State:
    """Return the state of a small world at tick 0."""
    return start(skirmish()).state


def with_whole(state: State, block: str, whole: np.ndarray) -> State:
    """Return the state with other whole rows in one block."""
    return state._replace(**{block: Cells(getattr(state, block).real, whole)})


@pytest.mark.parametrize(("block", "names"), [("units", UnitW), ("contacts", ContactW), ("sides", SideW)])
@pytest.mark.parametrize("value", [0, -1, 7])
@pytest.mark.parametrize("place", [0, 3, None])
def test_a_new_column_that_nothing_uses_changes_no_golden_run(
    block: str, names: type[IntEnum], value: int, place: int | None
) -> None:
    members = [name.name for name in names]
    at = len(members) if place is None else place
    more = IntEnum(names.__name__, [(n, k) for k, n in enumerate([*members[:at], "NEW", *members[at:]])])  # type: ignore[misc]
    start_state, now = fresh(), with_whole(fresh(), block, getattr(fresh(), block).whole + 1)
    grown, grown_start = (
        with_whole(state, block, np.insert(getattr(state, block).whole, at, value, axis=1))
        for state in (now, start_state)
    )
    rows = {**ROWS, block: (ROWS[block][0], more)}
    before = field_digests(now, start_state)
    assert f"{block}.whole.{members[0]}" in before
    assert field_digests(grown, grown_start, rows) == before


def test_a_mismatch_names_block_and_field() -> None:
    whole = fresh().units.whole.copy()
    whole[0, UnitW.HOPS, 1] += 1
    stored, now = ({"state": field_digests(state, fresh())} for state in (fresh(), with_whole(fresh(), "units", whole)))
    (line,) = differences(stored, now)
    assert line.startswith("state.units.whole.HOPS: None, ")


def test_a_field_that_returns_to_nothing_still_counts() -> None:
    whole = fresh().mounts.whole.copy()
    whole[:] = 0  # every magazine empty: all columns alike, but not as at the start
    digests = field_digests(with_whole(fresh(), "mounts", whole), fresh())
    assert "mounts.whole.AMMO" in digests


def test_events_that_did_not_happen_are_not_stored() -> None:
    kinds = np.array([EventKind.SHOT, EventKind.LOSS, EventKind.SHOT])
    assert event_counts(kinds) == {"shot": 2, "loss": 1}
