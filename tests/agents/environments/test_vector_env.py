"""The door for Stable-Baselines3: conformance, the same bits as the other doors, and what learners read of it."""

from typing import Any

import numpy as np
import pytest

from agents.environments.command_env import CommandEnv
from agents.environments.registration import scenario_names
from agents.environments.reward import N_TERMS
from agents.environments.schema import Sizes
from tests.agents.environments.games import SHORT, choose_one

pytest.importorskip("stable_baselines3")
pytest.importorskip("sb3_contrib")

import torch
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.evaluation import evaluate_policy
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_checker import check_env

from agents.environments.vector_env import CommandVecEnv

pytestmark = [pytest.mark.rl, pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")]
QUICK = "two-patrols"
NAMES = [pytest.param(name, marks=() if name == QUICK else pytest.mark.slow) for name in scenario_names()]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def choose_all(seen: dict[str, np.ndarray], masks: np.ndarray, n_slots: int) -> np.ndarray:
    rows = [
        choose_one({k: v[row] for k, v in seen.items()}, mask.reshape(n_slots, -1)) for row, mask in enumerate(masks)
    ]
    return np.array(rows)


def small_model(env: Any, **keywords: Any) -> MaskablePPO:
    return MaskablePPO(
        "MultiInputPolicy",
        env,
        n_steps=8,
        batch_size=16,
        n_epochs=1,
        gamma=0.9,
        policy_kwargs={"net_arch": [16]},
        device="cpu",
        seed=1,
        **keywords,
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_sb3_takes_every_environment_and_learns_from_it(name: str) -> None:
    check_env(CommandEnv(name))
    env = CommandVecEnv(name, 2, most_steps=5)
    assert is_masking_supported(env)
    small_model(env).learn(32)


@pytest.mark.parametrize("doctrines", [(), ("aggressive", "cautious")])
def test_rows_play_the_games_of_the_environment_for_one_commander(doctrines: tuple[str, ...]) -> None:
    sizes = Sizes.of(SHORT.briefings, doctrines=doctrines)
    env = CommandVecEnv(SHORT, 3, sizes=sizes)
    slots = env.settings.schema.sizes.groups
    alone = [CommandEnv(SHORT, sizes=sizes) for _ in range(3)]
    env.seed(40)
    seen = env.reset()
    parts = [one.reset(seed=40 + row)[0] for row, one in enumerate(alone)]
    for _ in range(45):  # two games and more
        for row, part in enumerate(parts):
            assert all(part[name].tobytes() == seen[name][row].tobytes() for name in part)
        masks = get_action_masks(env)
        assert masks.shape == (3, env.action_space.nvec.sum())  # type: ignore[attr-defined]
        actions = choose_all(seen, masks, slots)
        seen, rewards, dones, infos = env.step(actions)
        for row, one in enumerate(alone):
            part, reward, terminated, truncated, info = one.step(actions[row])
            assert np.float32(reward) == rewards[row]
            assert (terminated or truncated) == dones[row]
            assert infos[row]["reward_terms"].tobytes() == info["reward_terms"].tobytes()
            parts[row] = part
            if dones[row]:
                final = infos[row]["terminal_observation"]
                assert all(final[name].tobytes() == part[name].tobytes() for name in part)
                assert infos[row]["outcome"] == info["outcome"]
                parts[row] = one.reset()[0]


def test_what_is_returned_is_new_and_never_written_again() -> None:
    env = CommandVecEnv(SHORT, 2, most_steps=3)
    kept: list[tuple[dict[str, np.ndarray], dict[str, bytes]]] = []

    def keep(seen: dict[str, np.ndarray]) -> None:
        kept.append((seen, {name: values.tobytes() for name, values in seen.items()}))

    keep(env.reset())
    for _ in range(8):
        seen, rewards, _, infos = env.step(np.zeros((2, env.settings.schema.sizes.groups)))
        keep(seen)
        keep({"rewards": rewards})
        for info in infos:
            keep(info.get("terminal_observation", {}))
    keep(env.reset())
    assert all(values.tobytes() == said[name] for seen, said in kept for name, values in seen.items())
    assert all(values.dtype == np.float32 for seen, _ in kept for values in seen.values())


def test_the_infos_tell_ends_from_cuts_and_add_up_the_episode() -> None:
    env = CommandVecEnv(SHORT, 2, most_steps=6)
    env.reset()
    returns = np.zeros(2)
    for step in range(1, 13):
        _, rewards, dones, infos = env.step(np.zeros((2, env.settings.schema.sizes.groups)))
        returns += rewards
        assert dones.tolist() == [step % 6 == 0] * 2
        for row, info in enumerate(infos):
            assert info["TimeLimit.truncated"] == dones[row]
            assert info["reward_terms"].shape == (N_TERMS,)
            if dones[row]:
                assert info["episode"]["l"] == 6
                assert info["episode"]["r"] == pytest.approx(returns[row], abs=1e-5)
                returns[row] = 0.0
    whole = CommandVecEnv(SHORT, 1)
    whole.reset()
    steps = [whole.step(np.zeros((1, whole.settings.schema.sizes.groups))) for _ in range(20)]
    assert steps[-1][2][0]
    assert not steps[-1][3][0]["TimeLimit.truncated"]


class _Watch(BaseCallback):
    """Keep what the environment returned during a rollout."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[dict[str, np.ndarray]] = []
        self.rewards: list[np.ndarray] = []
        self.cut: list[list[bool]] = []
        self.buffer: Any = None

    def _on_step(self) -> bool:
        self.seen.append({name: values.copy() for name, values in self.locals["new_obs"].items()})
        rewards = np.array(self.locals["rewards"], dtype=np.float64)
        self.rewards.append(rewards)
        self.cut.append([info.get("TimeLimit.truncated", False) for info in self.locals["infos"]])
        return True

    def _on_rollout_end(self) -> None:
        self.buffer = self.model.rollout_buffer  # type: ignore[attr-defined]


def test_the_rollout_buffer_holds_what_the_environment_returned() -> None:
    env = CommandVecEnv(SHORT, 2, most_steps=5)
    model = small_model(env)
    watch = _Watch()
    model.learn(16, callback=watch)
    buffer = watch.buffer
    for name, stored in buffer.observations.items():
        returned = np.array([seen[name] for seen in watch.seen])  # after each step: the observation of the next
        by_step = stored if stored.shape[:2] == (8, 2) else stored.reshape(2, 8, *stored.shape[1:]).swapaxes(0, 1)
        assert by_step[1:].tobytes() == returned[:-1].tobytes(), name
    rewards = buffer.rewards
    by_step = rewards if rewards.shape == (8, 2) else rewards.reshape(2, 8).T
    cut = np.array(watch.cut)
    assert cut.sum() == 2
    np.testing.assert_allclose(by_step[~cut], np.array(watch.rewards)[~cut], rtol=1e-6)
    # where a game was cut off, the learner adds the value of the final observation
    assert (np.abs(by_step[cut] - np.array(watch.rewards)[cut]) > 1e-6).all()


def test_a_learner_that_masks_gives_no_illegal_order() -> None:
    env = CommandVecEnv(SHORT, 2, step_decisions=4)
    model = small_model(env)
    counted: list[int] = []

    def count(local: dict[str, Any], _: dict[str, Any]) -> None:
        counted.append(local["info"]["illegal"])

    evaluate_policy(model, env, n_eval_episodes=4, callback=count, warn=False)
    assert len(counted) >= 20
    assert sum(counted) == 0


def test_training_repeats_to_the_bit() -> None:
    def weights() -> bytes:
        model = small_model(CommandVecEnv(SHORT, 2))
        model.learn(32)
        return b"".join(values.detach().numpy().tobytes() for values in model.policy.state_dict().values())

    assert weights() == weights()
