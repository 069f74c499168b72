"""The games of an update as a single ``VecEnv``, with rows for each scenario and chair.

A call of ``joint_games`` imports Stable-Baselines3, and so torch.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from agents.environments.schema import Observation
from agents.environments.settings import Settings

Narrow = Callable[[Observation, np.ndarray], np.ndarray]
"""Takes some choices out of the masks (n, G * A) of observations."""


def joint_games(settings: Sequence[Settings], rows: int, chairs: int, narrow: Narrow | None = None) -> Any:
    """Return a ``VecEnv`` of ``rows`` rows or a few more, equally many for each of ``chairs`` of the settings.

    The attribute ``chairs`` holds the numbers of the settings in play; a change takes effect at the next reset.
    ``outcomes`` collects the outcomes of finished games; the caller may empty it. ``narrow`` is called with the
    observations and masks of each step.
    """
    from agents.environments.vector_env import CommandVecEnv, MaskedVecEnv

    each = -(-rows // chairs)
    first = CommandVecEnv(settings[0], each)
    parts: dict[int, CommandVecEnv] = {0: first}

    class JointGames(MaskedVecEnv):
        """Several environments of equal spaces, side by side."""

        def __init__(self) -> None:
            super().__init__(each * chairs, first.observation_space, first.action_space)
            self.outcomes: list[dict[str, Any]] = []
            self.chairs = list(range(chairs))
            self._seen: dict[str, np.ndarray] = {}

        @property
        def parts(self) -> list[CommandVecEnv]:
            """The environments in play."""
            for chair in self.chairs:
                if chair not in parts:
                    parts[chair] = CommandVecEnv(settings[chair], each)
            return [parts[chair] for chair in self.chairs]

        def seed(self, seed: int | None = None) -> Sequence[int | None]:
            for k, part in enumerate(self.parts):
                part.seed(None if seed is None else seed + k * each)
            return [seed] * self.num_envs

        def reset(self) -> Any:
            self._seen = _stack([part.reset() for part in self.parts])
            return self._seen

        def step_async(self, actions: np.ndarray) -> None:
            for k, part in enumerate(self.parts):
                part.step_async(actions[k * each : (k + 1) * each])

        def step_wait(self) -> Any:
            steps = [part.step_wait() for part in self.parts]
            infos = [info for step in steps for info in step[3]]
            self.outcomes += [info["outcome"] for info in infos if "outcome" in info]
            self._seen = _stack([step[0] for step in steps])
            return self._seen, np.concatenate([s[1] for s in steps]), np.concatenate([s[2] for s in steps]), infos

        def action_masks(self) -> np.ndarray:
            masks = np.concatenate([part.action_masks() for part in self.parts])
            return masks if narrow is None else narrow(self._seen, masks)

        def close(self) -> None:
            for part in parts.values():
                part.close()

    return JointGames()


def _stack(seen: Sequence[Any]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([observation[name] for observation in seen]) for name in seen[0]}
