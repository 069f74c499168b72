"""One commander as a Gymnasium environment.

    import gymnasium
    import agents
    env = gymnasium.make("Chammo/two-patrols-v1", side="red")
    observation, info = env.reset(seed=1)
    observation, reward, terminated, truncated, info = env.step(env.action_space.sample(info["action_mask"]))

``info`` holds ``action_mask`` (an int8 array for each slot, for ``action_space.sample``), after a step
``reward_terms`` (see ``agents.environments.reward.Term``) and ``illegal`` (number of illegal choices), and at the end
``outcome``. ``action_masks()`` is the same mask flat, for sb3-contrib. ``reset(seed=s)`` begins game 0 of the seed,
``reset()`` the next game. Needs Gymnasium.
"""

from typing import Any

import gymnasium
import numpy as np

from agents.environments.episode import Episodes
from agents.environments.schema import Observation
from agents.environments.settings import Settings, settings_of
from agents.environments.spaces import action_space, observation_space, one_observation, tuple_mask


class CommandEnv(gymnasium.Env[Observation, np.ndarray]):
    """Command of one side of a scenario; an opponent drawn for each game commands the other side.

    Parameters
    ----------
    scenario : name of a scenario or of ranges, a file, ``Ranges``, or whole ``Settings``.
    render_mode : None; watch a game with ``chammo replay`` instead.
    keywords : those of ``Settings``.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012  Gymnasium's own declaration

    def __init__(self, scenario: Any = "two-patrols", render_mode: str | None = None, **keywords: Any) -> None:
        self.settings: Settings = settings_of(scenario, **keywords)
        self.render_mode = render_mode
        self.games = Episodes(self.settings, 1)
        self._side = self.games.agents[0]
        self.observation_space: Any = observation_space(self.settings.schema)
        self.action_space: Any = action_space(self.settings.schema)
        self._has_begun = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin game 0 of ``seed``; without a seed, the next game of the last seed. There are no options."""
        super().reset(seed=seed)
        if seed is None and self._has_begun:
            self.games.begin([0])
        else:
            self.games.reset([int(self.np_random.integers(2**32)) if seed is None else seed])
        self._has_begun = True
        return one_observation(self.games.tables[self._side], 0), {"action_mask": self._mask()}

    def step(self, action: np.ndarray) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Apply the choices and play to the next decision."""
        step = self.games.step({self._side: np.asarray(action)[None]})
        terminated, truncated = bool(step.terminated[0]), bool(step.truncated[0])
        info: dict[str, Any] = {
            "action_mask": self._mask(),
            "reward_terms": step.terms[self._side][0].copy(),
            "illegal": int(step.illegal[self._side][0]),
        }
        if terminated or truncated:
            info["outcome"] = self.games.outcome(0, self._side)
        seen = one_observation(self.games.tables[self._side], 0)
        return seen, float(step.reward[self._side][0]), terminated, truncated, info

    def action_masks(self) -> np.ndarray:
        """Return the mask of legal choices, flat, (G * A,) bool."""
        return self.games.tables[self._side].mask[0].ravel()

    def _mask(self) -> tuple[Any, ...]:
        return tuple_mask(self.games.tables[self._side].mask[0])
