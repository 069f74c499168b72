"""The games of an update as a single ``VecEnv``, with rows for each scenario and chair.

A call of ``joint_games`` imports Stable-Baselines3, and so torch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.environments.settings import Settings


def joint_games(settings: Sequence[Settings], rows: int) -> Any:
    """Return a ``VecEnv`` of ``rows`` rows or a few more, equally many for each of the settings.

    The attribute ``outcomes`` collects the outcomes of finished games; the caller may empty it.
    """
    from agents.environments.vector_env import CommandVecEnv, MaskedVecEnv

    each = -(-rows // len(settings))
    parts = [CommandVecEnv(part, each) for part in settings]

    class JointGames(MaskedVecEnv):
        """Several environments of equal spaces, side by side."""

        def __init__(self) -> None:
            super().__init__(each * len(parts), parts[0].observation_space, parts[0].action_space)
            self.outcomes: list[dict[str, Any]] = []

        def seed(self, seed: int | None = None) -> Sequence[int | None]:
            for k, part in enumerate(parts):
                part.seed(None if seed is None else seed + k * each)
            return [seed] * self.num_envs

        def reset(self) -> Any:
            return _stack([part.reset() for part in parts])

        def step_async(self, actions: np.ndarray) -> None:
            for k, part in enumerate(parts):
                part.step_async(actions[k * each : (k + 1) * each])

        def step_wait(self) -> Any:
            steps = [part.step_wait() for part in parts]
            infos = [info for step in steps for info in step[3]]
            self.outcomes += [info["outcome"] for info in infos if "outcome" in info]
            seen: Any = _stack([step[0] for step in steps])
            return seen, np.concatenate([s[1] for s in steps]), np.concatenate([s[2] for s in steps]), infos

        def action_masks(self) -> np.ndarray:
            return np.concatenate([part.action_masks() for part in parts])

        def close(self) -> None:
            for part in parts:
                part.close()

    return JointGames()


def _stack(seen: Sequence[Any]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([observation[name] for observation in seen]) for name in seen[0]}
