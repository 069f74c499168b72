"""What a side cannot know changes nothing that its learner is told before the end: observations, masks, rewards."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.doctrine import for_either_chair
from agents.environments.episode import Episodes
from agents.environments.schema import Sizes
from agents.environments.settings import Settings
from scenarios.loader import compile_document
from tests.agents.environments.games import choose
from tests.simcore.small_worlds import Document
from tests.simcore.test_no_leak import doomed_platform, ghost, world
from tests.simcore.test_no_leak_sub_models import KINDS, SECRET, rich_world, secrets

STEPS = 6
OBJECTIVES = [{"side": "blue", "kind": "destroy"}, {"side": "red", "kind": "protect"}]


@pytest.fixture(scope="module", params=[(), for_either_chair()], ids=["verbs", "doctrines"])
def doctrines(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


def told(content: Document, doctrines: tuple[str, ...]) -> str:
    """Return a digest of everything that blue's learner is told in the first steps of two games."""
    content["time"]["decision_interval_s"] = 30
    compiled = compile_document(content)
    sizes = Sizes.of([compiled.briefings[compiled.roster.sides.index("blue")]], doctrines=doctrines)
    games = Episodes(Settings(compiled, side="blue", opponents=("hold",), sizes=sizes), 2)
    games.reset([5, 6])
    said = hashlib.blake2b(digest_size=16)
    for _ in range(STEPS):
        tables = games.tables[0]
        for values in (*tables.observation.values(), tables.mask):
            said.update(values.tobytes())
        step = games.step({0: choose(tables)})
        assert not step.terminated.any()
        said.update(step.terms[0].tobytes() + step.illegal[0].tobytes())
    return said.hexdigest()


def with_ghosts(ghosts: list[Document], doctrines: tuple[str, ...], hours: float = 5.0) -> str:
    """Return the same for the fight of the small worlds, with ghosts of red far away."""
    content = world(ghosts, doomed_platform(hours), objectives=OBJECTIVES)
    if not ghosts:
        del content["catalogue"]["platforms"]["ghost"]
    return told(content, doctrines)


@pytest.fixture(scope="module")
def without_ghosts(doctrines: tuple[str, ...]) -> str:
    return with_ghosts([], doctrines)


names = st.sampled_from(["a-ghost", "blue-robots-x", "m-ghost", "zz-ghost"])


@settings(max_examples=8)
@given(names, st.integers(1, 12), st.floats(62.0, 95.0), st.floats(0.5, 9.5))
def test_an_enemy_nobody_has_seen_can_be_added_and_moved(
    without_ghosts: str, doctrines: tuple[str, ...], name: str, count: int, east: float, north: float
) -> None:
    assert with_ghosts([ghost(name, round(east, 2), round(north, 2), count)], doctrines) == without_ghosts


def test_many_groups_that_nobody_has_seen_make_no_room_for_themselves(
    without_ghosts: str, doctrines: tuple[str, ...]
) -> None:
    assert with_ghosts([ghost(f"ghost-{k}", 70.0 + k, 5.0) for k in range(9)], doctrines) == without_ghosts


def test_the_loss_of_an_enemy_nobody_has_seen_is_not_rewarded_before_the_end(
    without_ghosts: str, doctrines: tuple[str, ...]
) -> None:
    assert with_ghosts([ghost("m-ghost", 80.0, 5.0, 2)], doctrines, hours=0.02) == without_ghosts


def test_it_would_show_if_it_were_near(without_ghosts: str, doctrines: tuple[str, ...]) -> None:
    near: dict[str, Any] = ghost("m-ghost", -8.0, 4.5)
    assert with_ghosts([near], doctrines) != without_ghosts


@pytest.fixture(scope="module")
def without_secrets(doctrines: tuple[str, ...]) -> str:
    return told(rich_world(), doctrines)


@settings(max_examples=10)
@given(secrets())
def test_no_sub_model_tells_what_a_side_cannot_know(
    without_secrets: str, doctrines: tuple[str, ...], extra: Document
) -> None:
    assert told(rich_world(extra), doctrines) == without_secrets


@pytest.mark.slow
@settings(max_examples=200)
@given(secrets())
def test_no_sub_model_tells_what_a_side_cannot_know_at_length(
    without_secrets: str, doctrines: tuple[str, ...], extra: Document
) -> None:
    assert told(rich_world(extra), doctrines) == without_secrets


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_secret_alone(without_secrets: str, doctrines: tuple[str, ...], kind: str) -> None:
    platform = {**SECRET, **KINDS[kind]}
    north = -7.0 if platform["domain"] in ("surface", "subsurface") else 5.0
    units = [{"platform": "secret", "count": 5}]
    group = {"name": "c-ghost", "side": "red", "at_km": [90.0, north], "roe": "free", "units": units}
    assert told(rich_world({"groups": [group], "platforms": {"secret": platform}}), doctrines) == without_secrets
