"""The table of event kinds is whole, and the log has room for all events of a tick, kind by kind."""

from collections import Counter

import numpy as np
import pytest

from simcore.event_kinds import EVENT_KINDS, FAMILIES, Per, events_per_tick, most_per_tick
from simcore.simulation import EVENT_DTYPE
from simcore.types import EventKind
from tests.simcore.event_bounds import too_many
from tests.simcore.small_worlds import compile_world, skirmish, start


def test_every_kind_of_event_has_its_row() -> None:
    assert set(EVENT_KINDS) == set(EventKind)
    assert {spec.family for spec in EVENT_KINDS.values()} == set(FAMILIES)


def test_the_log_keeps_room_for_every_kind() -> None:
    params = compile_world(skirmish()).params
    most = most_per_tick(params, 50)
    assert set(most) == set(Per)
    units = params.units.whole.shape[1]
    assert most[Per.UNIT] == units
    assert most[Per.CONTACT] == most[Per.REPORT] == 2 * units  # two sides; no message takes time
    assert most[Per.REQUEST] == most[Per.MINE] == most[Per.INJECTED] == most[Per.ORDER] == 0
    rows = Counter(spec.per for spec in EVENT_KINDS.values())
    assert events_per_tick(params, 50) == sum(rows[per] * most[per] for per in Per)


def test_no_tick_of_a_fight_has_more_events_of_a_kind_than_there_is_room_for() -> None:
    """Random scenarios are held against it as well, by the referee."""
    simulation = start(skirmish(), seed=2, replications=range(3), record_events=True)
    simulation.advance(300)
    events = simulation.events()
    assert len(set(events["kind"].tolist())) > 8
    assert too_many(simulation.params, simulation.state.salvoes.whole.shape[2], events) == []


@pytest.mark.parametrize("kind", [EventKind.LOSS, EventKind.SHOT, EventKind.OBJECTIVE, EventKind.END])
def test_one_event_too_many_is_found(kind: EventKind) -> None:
    params = compile_world(skirmish()).params
    room = most_per_tick(params, 50)[EVENT_KINDS[kind].per]
    rows = np.zeros(room + 1, dtype=EVENT_DTYPE)
    rows["kind"] = kind
    assert too_many(params, 50, rows[:room]) == []
    assert too_many(params, 50, rows) == [f"tick 0: {room + 1} {kind.name}, not {room}"]
