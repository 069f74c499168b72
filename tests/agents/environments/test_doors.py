"""The doors for Gymnasium and PettingZoo: their conformance kits, and what these do not look at."""

import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test
from pettingzoo.utils import parallel_to_aec

import agents  # noqa: F401  registers the environments
from agents.environments.command_env import CommandEnv
from agents.environments.episode import Episodes
from agents.environments.parallel_env import CommandersEnv, GroupsEnv
from agents.environments.registration import environment_id, scenario_names
from agents.environments.schema import Sizes
from agents.environments.settings import Settings
from simcore.errors import InputError
from tests.agents.environments.games import SHORT, choose_one

QUICK = "two-patrols"
SMALL = (QUICK, "two-patrols-ranges", "harbour-swarm-ranges")
NAMES = [pytest.param(name, marks=() if name in SMALL else pytest.mark.slow) for name in scenario_names()]
DISLIKED = "Observation is not|Observation space for each|Action space for each|We recommend|Agents have different"
"""What PettingZoo warns of: dictionaries, MultiDiscrete, names that are no numbers, sides of different sizes."""
PARALLEL: list[Callable[..., Any]] = [CommandersEnv, GroupsEnv]


@pytest.mark.parametrize("name", NAMES)
def test_gymnasium_takes_every_environment(name: str) -> None:
    env = gymnasium.make(environment_id(name))
    check_env(env.unwrapped)
    assert env.spec is not None
    assert env.spec.version == 1


@pytest.mark.filterwarnings(f"ignore:({DISLIKED})")
@pytest.mark.parametrize("kind", PARALLEL)
@pytest.mark.parametrize("name", NAMES)
def test_pettingzoo_takes_every_environment(name: str, kind: Callable[..., Any]) -> None:
    cycles = 130 if name == QUICK else 10
    parallel_api_test(kind(name), cycles)
    parallel_seed_test(lambda: kind(name), 5)
    api_test(parallel_to_aec(kind(name)), 5)
    seed_test(lambda: parallel_to_aec(kind(name)), 3)


def test_importing_the_package_registers_the_environments_and_nothing_heavy(repository: Any) -> None:
    code = (
        "import sys, agents, gymnasium\n"
        "assert not {'torch', 'pettingzoo', 'numba', 'stable_baselines3'} & set(sys.modules)\n"
        f"print(gymnasium.spec({environment_id(QUICK)!r}).entry_point)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "agents.environments.command_env:CommandEnv"


def gym_game(env: CommandEnv, seed: int | None) -> list[bytes]:
    """Return everything that one game says, step by step."""
    seen, info = env.reset(seed=seed)
    said: list[bytes] = []
    while True:
        mask = np.array(info["action_mask"], dtype=bool)
        assert (mask.ravel() == env.action_masks()).all()
        action = choose_one(seen, mask)
        seen, reward, terminated, truncated, info = env.step(action)
        said.append(b"".join([*(v.tobytes() for v in seen.values()), np.float64(reward).tobytes()]))
        said.append(env.games.state_hash(0).encode())
        assert type(reward) is float
        assert info["illegal"] == 0
        if terminated or truncated:
            return said


def parallel_game(env: CommandersEnv, seed: int) -> list[bytes]:
    seen, info = env.reset(seed=seed)
    said: list[bytes] = []
    while env.agents:
        actions = {a: choose_one(seen[a], np.array(info[a]["action_mask"], dtype=bool)) for a in env.agents}
        seen, rewards, _, _, info = env.step(actions)
        for agent in sorted(seen):
            said += [*(v.tobytes() for v in seen[agent].values()), np.float64(rewards[agent]).tobytes()]
        said.append(env.games.state_hash(0).encode())
    return said


def test_whole_games_repeat_to_the_bit_and_differ_by_seed() -> None:
    env = CommandEnv(SHORT)
    first, second = gym_game(env, 1), gym_game(env, None)  # the second game of the same seed
    assert gym_game(env, 2) != first
    assert first != second
    again = CommandEnv(SHORT)
    assert gym_game(again, 1) == first
    assert gym_game(again, None) == second
    both = CommandersEnv(SHORT)
    one, other = parallel_game(both, 1), parallel_game(both, 2)
    assert one != other
    assert parallel_game(both, 1) == one
    assert parallel_game(CommandersEnv(SHORT), 2) == other


def test_an_environment_without_a_seed_plays_games_of_its_own() -> None:
    assert gym_game(CommandEnv(SHORT), None) != gym_game(CommandEnv(SHORT), None)


def test_one_commander_is_one_of_two_and_all_groups_together_are_one_commander() -> None:
    """The same games through the doors: what one commander does against an opponent, its groups do as agents."""
    settings = Settings(SHORT, opponents=("aggressive",))
    alone, groups = CommandEnv(settings), GroupsEnv(settings)
    for seed in (1, 2):
        seen, info = alone.reset(seed=seed)
        parts, infos = groups.reset(seed=seed)
        while True:
            mask = np.array(info["action_mask"], dtype=bool)
            slots = {agent: slot for slot, agent in enumerate(groups.possible_agents)}
            for agent, slot in slots.items():
                assert all(parts[agent][name].tobytes() == seen[name].tobytes() for name in seen)
                assert parts[agent]["self"].tobytes() == seen["groups"][slot].tobytes()
                assert (infos[agent]["action_mask"] == mask[slot]).all()
            action = choose_one(seen, mask)
            seen, reward, terminated, truncated, info = alone.step(action)
            parts, rewards, _, _, infos = groups.step({agent: action[slot] for agent, slot in slots.items()})
            assert set(rewards.values()) == {reward}
            assert alone.games.state_hash(0) == groups.games.state_hash(0)
            if terminated or truncated:
                break
        assert not groups.agents


def test_doctrines_are_choices_in_all_wrappers() -> None:
    sizes = Sizes.of(SHORT.briefings, doctrines=("aggressive", "cautious"))
    keywords: dict[str, Any] = {"sizes": sizes, "step_decisions": 2}
    alone = CommandEnv(SHORT, opponents=("hold",), **keywords)
    groups = GroupsEnv(SHORT, opponents=("hold",), **keywords)
    both = CommandersEnv(SHORT, **keywords)
    seen, info = alone.reset(seed=1)
    groups.reset(seed=1)
    both.reset(seed=1)
    chosen: set[int] = set()
    while both.agents:
        action = choose_one(seen, np.array(info["action_mask"], dtype=bool))
        chosen |= set(action.tolist())
        seen, _, _, _, info = alone.step(action)
        groups.step({agent: action[slot] for slot, agent in enumerate(groups.possible_agents)})
        both.step({"blue": action})
        assert alone.games.state_hash(0) == groups.games.state_hash(0) == both.games.state_hash(0)
    n_choices = alone.settings.schema.action.n_choices
    assert {n_choices - 2, n_choices - 1} <= chosen


def test_a_commander_who_goes_on_is_the_opponent_who_never_orders() -> None:
    """Through the door for two commanders, with one that says nothing, and through that for one: the same game."""
    alone, both = CommandEnv(SHORT, opponents=("hold",)), CommandersEnv(SHORT)
    for seed in (1, 2):
        seen, info = alone.reset(seed=seed)
        parts, _ = both.reset(seed=seed)
        while both.agents:
            assert all(parts["blue"][name].tobytes() == seen[name].tobytes() for name in seen)
            action = choose_one(seen, np.array(info["action_mask"], dtype=bool))
            seen, reward, _, _, info = alone.step(action)
            parts, rewards, _, _, _ = both.step({"blue": action})
            assert rewards["blue"] == reward
            assert alone.games.state_hash(0) == both.games.state_hash(0)


def test_masks_of_all_doors_are_one_mask() -> None:
    games = Episodes(Settings(SHORT), 1)
    games.reset([3])
    env = CommandEnv(SHORT)
    _, info = env.reset(seed=3)
    assert isinstance(info["action_mask"], tuple)
    assert all(one.dtype == np.int8 for one in info["action_mask"])
    assert (np.array(info["action_mask"]) == games.tables[0].mask[0]).all()
    env.action_space.seed(1)
    ends: list[bool] = []
    for _ in range(20):
        _, _, terminated, _, info = env.step(env.action_space.sample(info["action_mask"]))
        assert info["illegal"] == 0
        ends.append(terminated)
    assert ends[-1]


def test_illegal_actions_are_harmless_and_counted() -> None:
    env = CommandEnv(SHORT)
    idle = CommandEnv(SHORT)
    env.reset(seed=1)
    idle.reset(seed=1)
    slots = env.settings.schema.sizes.groups
    for action in (np.full(slots, -5), np.full(slots, 10**6)):
        info = env.step(action)[4]
        assert info["illegal"] == slots
        idle.step(np.zeros(slots, dtype=np.int64))  # to go on
    assert env.games.state_hash(0) == idle.games.state_hash(0)
    both = CommandersEnv(SHORT)
    both.reset(seed=1)
    infos = both.step({"red": np.full(slots, 99)})[4]  # blue says nothing
    assert [infos[side]["illegal"] for side in ("blue", "red")] == [0, slots]
    groups = GroupsEnv(SHORT)
    groups.reset(seed=1)
    first, *rest = groups.possible_agents
    infos = groups.step({first: 99})[4]
    assert [infos[agent]["illegal"] for agent in (first, *rest)] == [1, *(0 for _ in rest)]


def test_ends_and_cuts_are_told_apart_and_the_final_observation_is_returned() -> None:
    env = CommandEnv(SHORT, most_steps=4)
    env.reset(seed=1)
    steps = [env.step(env.action_space.sample()) for _ in range(4)]
    assert [step[2:4] for step in steps] == [(False, False)] * 3 + [(False, True)]
    assert steps[-1][0]["situation"][0] == pytest.approx(0.2)  # a fifth of the time is over
    assert "outcome" in steps[-1][4]
    final = {name: values.copy() for name, values in steps[-1][0].items()}
    env.reset()
    assert all((steps[-1][0][name] == values).all() for name, values in final.items())  # not written again
    both = CommandersEnv(SHORT, max_cycles=2)
    both.reset(seed=1)
    both.step({})
    _, _, terminations, truncations, _ = both.step({})
    assert (set(terminations.values()), set(truncations.values()), both.agents) == ({False}, {True}, [])


def test_either_side_can_learn() -> None:
    blue, red = CommandEnv(SHORT, side="blue"), CommandEnv(SHORT, side="red")
    assert blue.observation_space == red.observation_space
    assert not np.array_equal(blue.reset(seed=1)[0]["groups"], red.reset(seed=1)[0]["groups"])
    with pytest.raises(InputError, match="green"):
        CommandEnv(SHORT, side="green")


def test_stepping_before_a_reset_says_what_to_do() -> None:
    env = CommandEnv(SHORT)
    with pytest.raises(InputError, match="reset it first"):
        env.step(env.action_space.sample())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gymnasium.make(environment_id(QUICK)).reset(seed=1)
