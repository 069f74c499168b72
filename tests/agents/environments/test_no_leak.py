"""What a side cannot know changes nothing that its learner is told before the end: observations, masks, rewards."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.environments.episode import Episodes
from agents.environments.settings import Settings
from scenarios.loader import compile_document
from tests.agents.environments.games import choose
from tests.simcore.small_worlds import Document
from tests.simcore.test_no_leak import doomed_platform, ghost, world

STEPS = 6
OBJECTIVES = [{"side": "blue", "kind": "destroy"}, {"side": "red", "kind": "protect"}]


def told(ghosts: list[Document], hours: float = 5.0) -> list[bytes]:
    """Return everything that blue's learner is told in the first steps of two games, with ghosts of red far away."""
    content = world(ghosts, doomed_platform(hours), objectives=OBJECTIVES)
    content["time"]["decision_interval_s"] = 30
    if not ghosts:
        del content["catalogue"]["platforms"]["ghost"]
    games = Episodes(Settings(compile_document(content), side="blue", opponents=("hold",)), 2)
    games.reset([5, 6])
    said: list[bytes] = []
    for _ in range(STEPS):
        tables = games.tables[0]
        said += [values.tobytes() for values in (*tables.observation.values(), tables.mask)]
        step = games.step({0: choose(tables)})
        assert not step.terminated.any()
        said += [step.terms[0].tobytes(), step.illegal[0].tobytes()]
    return said


@pytest.fixture(scope="module")
def without_ghosts() -> list[bytes]:
    return told([])


names = st.sampled_from(["a-ghost", "blue-robots-x", "m-ghost", "zz-ghost"])


@settings(max_examples=8)
@given(names, st.integers(1, 12), st.floats(62.0, 95.0), st.floats(0.5, 9.5))
def test_an_enemy_nobody_has_seen_can_be_added_and_moved(
    without_ghosts: list[bytes], name: str, count: int, east: float, north: float
) -> None:
    assert told([ghost(name, round(east, 2), round(north, 2), count)]) == without_ghosts


def test_many_groups_that_nobody_has_seen_make_no_room_for_themselves(without_ghosts: list[bytes]) -> None:
    assert told([ghost(f"ghost-{k}", 70.0 + k, 5.0) for k in range(9)]) == without_ghosts


def test_the_loss_of_an_enemy_nobody_has_seen_is_not_rewarded_before_the_end(without_ghosts: list[bytes]) -> None:
    assert told([ghost("m-ghost", 80.0, 5.0, 2)], hours=0.02) == without_ghosts


def test_it_would_show_if_it_were_near(without_ghosts: list[bytes]) -> None:
    near: dict[str, Any] = ghost("m-ghost", -8.0, 4.5)
    assert told([near]) != without_ghosts
