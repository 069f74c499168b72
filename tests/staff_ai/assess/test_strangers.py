"""A stranger's commander in a process of its own: the same orders as here, limits that hold, nothing to look at."""

import ast
import socket
from pathlib import Path

import numpy as np
import pytest

import staff_ai.assess
from scenarios.run.play import start_simulation
from simcore.errors import InputError, RunError
from simcore.orders import empty_orders
from staff_ai.assess.stranger import Limits, Nursery
from staff_ai.assess.subject import open_subject, trained_chair
from staff_ai.assess.wire import WireError, pack, receive, send
from tests.agents.environments.games import SHORT
from tests.staff_ai.assess.contexts import BAD, context

BRIEFING = SHORT.briefings[0]


def across(value: object) -> object:
    """Return a value after a way over a socket."""
    one, other = socket.socketpair()
    with one, other:
        other.settimeout(5.0)
        send(one, value)
        return receive(other)


def test_a_picture_and_orders_cross_unchanged() -> None:
    picture = start_simulation(SHORT, 1, [3, 4]).picture(0)
    orders = empty_orders(2, 4)
    found = across({"picture": picture, "orders": orders, "none": None, "number": 1.5})
    assert isinstance(found, dict)
    for before, after in ((picture, found["picture"]), (orders, found["orders"])):
        assert type(after) is type(before)
        for name, value in before._asdict().items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(getattr(after, name), value)
                assert getattr(after, name).dtype == value.dtype
            else:
                assert getattr(after, name) == value


def test_a_briefing_crosses_with_its_intelligence() -> None:
    found = across(BRIEFING)
    assert vars(found).keys() == vars(BRIEFING).keys()
    np.testing.assert_array_equal(found.start_m, BRIEFING.start_m)  # type: ignore[attr-defined]
    assert found.intelligence.digest == BRIEFING.intelligence.digest  # type: ignore[attr-defined]


def test_messages_hold_known_records_alone_and_a_torn_one_is_an_error() -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        pack(object())
    one, other = socket.socketpair()
    with other:
        with one:
            one.sendall(pack({"a": np.ones(3)})[:-4])
        with pytest.raises(WireError, match="ended"):
            receive(other)
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"\xff" * 16)
        with pytest.raises(WireError, match="too large"):
            receive(other)


def test_no_pickle_is_read_or_written() -> None:
    folder = Path(staff_ai.assess.__file__).parent
    for path in folder.glob("*.py"):
        imported = {
            name.name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        assert not imported & {"pickle", "joblib", "marshal", "shelve", "multiprocessing"}, path


def test_a_policy_in_a_process_of_its_own_plays_the_same_bits() -> None:
    here, there = (context("FearsGhosts", n=3, in_process=is_here) for is_here in (True, False))
    try:
        assert there.subject.is_isolated
        both = [one.field.play([one.subject.make]) for one in (here, there)]
        np.testing.assert_array_equal(both[0].hashes, both[1].hashes)
    finally:
        there.subject.close()


def test_an_agent_of_gymnasium_gets_observation_and_mask_and_commands() -> None:
    known = context("Agent", n=2, in_process=False)
    try:
        agent = known.field.play([known.subject.make])
        plan = context("hold", n=2)
        np.testing.assert_array_equal(agent.hashes, plan.field.play([plan.subject.make]).hashes)  # it continues
    finally:
        known.subject.close()


@pytest.mark.parametrize(
    ("name", "limits", "message"),
    [
        ("Sleeps", Limits(0.5), "no answer within 0.5 s"),
        ("Hoards", Limits(20.0, 1024), "1024 MiB"),
        ("Writes", Limits(20.0), "PermissionError: chammo-stranger-was-here.txt is closed"),
    ],
)
def test_limits_of_time_memory_and_files_hold(name: str, limits: Limits, message: str) -> None:
    with Nursery(f"{BAD}:{name}", {}, limits) as nursery:
        policy = nursery.make()
        policy.reset(BRIEFING, 0, np.arange(1, dtype=np.uint64))
        picture = start_simulation(SHORT, 1, [0]).picture(0)
        with pytest.raises(RunError, match=message):
            policy.decide(picture, empty_orders(1, len(BRIEFING.group_names)))
        policy.close()  # type: ignore[attr-defined]
    left = Path("chammo-stranger-was-here.txt")
    assert not left.exists() or left.stat().st_size == 0
    left.unlink(missing_ok=True)


def test_a_trained_commander_is_assessed_in_the_chair_of_its_training() -> None:
    assert trained_chair("harbour-commander") == ("harbour-swarm", "blue")
    assert trained_chair("aggressive") is None


def test_a_class_that_is_neither_is_refused_and_so_are_a_missing_file_and_class() -> None:
    settings = context("hold").field.settings
    for text, message in (
        (f"{BAD}:Neither", "neither `decide`"),
        (f"{BAD}:Missing", "has no class"),
        ("no-such-file.py:Agent", "cannot be read"),
    ):
        with pytest.raises((InputError, RunError), match=message):
            open_subject(settings, text)
