"""Many commanders as one Stable-Baselines3 ``VecEnv``: all worlds in one compiled simulation.

    from agents.environments.vector_env import CommandVecEnv
    env = CommandVecEnv("night-strait", 64, step_decisions=6)
    model = MaskablePPO("MultiInputPolicy", env)

Row i of ``seed(s)`` plays the games of ``CommandEnv.reset(seed=s + i)``, bit for bit. After its last step a row begins
its next game at once; its ``info`` then holds ``terminal_observation``, ``TimeLimit.truncated``, ``episode`` (r:
return, l: steps, t: seconds since the start) and ``outcome``. Every ``info`` holds ``reward_terms`` and ``illegal``.
Each step returns new arrays. Needs Stable-Baselines3, and so torch.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

from agents.environments.episode import Episodes
from agents.environments.settings import Settings, settings_of
from agents.environments.spaces import action_space, observation_space


class MaskedVecEnv(VecEnv, ABC):
    """Base of environments whose rows share their attributes and have the method ``action_masks`` alone."""

    @abstractmethod
    def action_masks(self) -> np.ndarray:
        """Return the mask of legal choices, (n_envs, G * A) bool."""

    def env_method(
        self, method_name: str, *method_args: Any, indices: VecEnvIndices = None, **method_kwargs: Any
    ) -> list[Any]:
        """Return the result of a method for each row; rows have ``action_masks`` alone."""
        if method_name != "action_masks":
            kind = type(self).__name__
            raise AttributeError(f"rows of {kind} have no method {method_name!r}; they have action_masks")
        masks = self.action_masks()
        return [masks[row] for row in self._rows(indices)]

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Return an attribute of the environment, once for each row."""
        if attr_name == "render_mode":
            return [None for _ in self._rows(indices)]
        value = getattr(self, attr_name)
        return [value for _ in self._rows(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Set an attribute of the environment, shared by all rows."""
        setattr(self, attr_name, value)

    def has_attr(self, attr_name: str) -> bool:
        """Return whether the environment has an attribute."""
        return hasattr(self, attr_name)

    def env_is_wrapped(self, wrapper_class: Any, indices: VecEnvIndices = None) -> list[bool]:
        """Return False for each row: rows have no wrappers."""
        return [False for _ in self._rows(indices)]

    def _rows(self, indices: VecEnvIndices) -> Sequence[int]:
        if indices is None:
            return range(self.num_envs)
        return [indices] if isinstance(indices, int) else list(indices)


class CommandVecEnv(MaskedVecEnv):
    """``n_envs`` rows of games of a commander.

    Parameters
    ----------
    scenario : name of a scenario or of ranges, a file, ``Ranges``, or whole ``Settings``.
    n_envs : rows.
    seed : seed of row 0 until ``seed`` is called; row i has ``seed + i``.
    keywords : those of ``Settings``.
    """

    def __init__(self, scenario: Any, n_envs: int, seed: int = 0, **keywords: Any) -> None:
        self.settings: Settings = settings_of(scenario, **keywords)
        self.games = Episodes(self.settings, n_envs)
        self._side = self.games.agents[0]
        schema = self.settings.schema
        super().__init__(n_envs, observation_space(schema), action_space(schema))
        self._seeds = [seed + row for row in range(n_envs)]
        self._actions = np.zeros((n_envs, schema.sizes.groups), dtype=np.int64)
        self._returns = np.zeros(n_envs)
        self._began_s = time.time()

    def reset(self) -> VecEnvObs:
        """Begin game 0 of the seeds set since the last reset; other rows go on to their next game."""
        seeds = list(self._seeds)
        if any(seed is not None for seed in seeds):
            self.games.reset([0 if seed is None else int(seed) for seed in seeds])
        else:
            for tables in self.games.tables.values():
                tables.fresh()
            self.games.begin(range(self.num_envs))
        self._reset_seeds()
        self._reset_options()
        self._returns[:] = 0.0
        return dict(self.games.tables[self._side].observation)

    def step_async(self, actions: np.ndarray) -> None:
        """Store the actions of the step, (n_envs, G)."""
        self._actions = np.asarray(actions, dtype=np.int64)

    def step_wait(self) -> VecEnvStepReturn:
        """Play the step. Returns observations, rewards, ends and infos."""
        step = self.games.step({self._side: self._actions})
        tables = self.games.tables[self._side]
        done = step.terminated | step.truncated
        reward = step.reward[self._side]
        self._returns += reward
        terms, illegal = step.terms[self._side], step.illegal[self._side].tolist()
        infos: list[dict[str, Any]] = [
            {"reward_terms": terms[row], "illegal": illegal[row], "TimeLimit.truncated": False}
            for row in range(self.num_envs)
        ]
        over = np.flatnonzero(done)
        for row in over.tolist():
            infos[row] |= {
                "terminal_observation": {name: values[row].copy() for name, values in tables.observation.items()},
                "TimeLimit.truncated": bool(step.truncated[row]),
                "episode": {
                    "r": float(self._returns[row]),
                    "l": int(self.games.steps[row]),
                    "t": round(time.time() - self._began_s, 6),
                },
                "outcome": self.games.outcome(row, self._side),
            }
        self.games.begin(over)
        self._returns[over] = 0.0
        return dict(tables.observation), reward.astype(np.float32), done, infos

    def action_masks(self) -> np.ndarray:
        """Return the mask of legal choices, (n_envs, G * A) bool."""
        mask = self.games.tables[self._side].mask
        return mask.reshape(self.num_envs, -1)

    def close(self) -> None:
        """Do nothing: there are no resources to release."""
