"""Several agents as PettingZoo ``ParallelEnv``: a commander for each side, or an agent for each group of one side.

    from agents.environments.parallel_env import CommandersEnv, GroupsEnv
    env = CommandersEnv("two-patrols")
    observations, infos = env.reset(seed=1)
    actions = {a: env.action_space(a).sample(infos[a]["action_mask"]) for a in env.agents}
    observations, rewards, terminations, truncations, infos = env.step(actions)

``pettingzoo.make("parallel", "Chammo/two-patrols-v1")`` finds the commanders, ``Chammo/two-patrols-groups-v1`` the
groups, once this module is imported. All agents stay to the end of the game. Groups of an agent without an action carry
on. ``max_cycles`` is the number of steps after which a game is cut off. Needs PettingZoo.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.env_registry.registration import parallel_registry, register

from agents.environments.episode import Episodes, Step
from agents.environments.registration import environment_id, scenario_names
from agents.environments.schema import Observation
from agents.environments.settings import Settings, settings_of
from agents.environments.spaces import action_space, observation_space, one_observation, tuple_mask
from simcore.types import N_BELLIGERENTS

_NEVER = 2**31


class _Games(ParallelEnv[str, Observation, Any], ABC):
    """Common base: games, seeds and ends."""

    metadata: dict[str, Any] = {"render_modes": [], "name": "chammo_v1", "is_parallelizable": True}  # noqa: RUF012

    def __init__(
        self, settings: Settings, sides: tuple[int, ...], render_mode: str | None, max_cycles: int | None
    ) -> None:
        self.settings = settings
        self.games = Episodes(settings, 1, agents=sides)
        if max_cycles is not None:
            self.max_cycles = max_cycles
        self.render_mode = render_mode
        self.agents: list[str] = []
        self._rng = np.random.default_rng()
        self._has_begun = False

    @property
    def max_cycles(self) -> int:
        """Steps after which a game is cut off."""
        return _NEVER if self.games.most_steps is None else self.games.most_steps

    @max_cycles.setter
    def max_cycles(self, steps: int) -> None:
        self.games.most_steps = None if steps >= _NEVER else int(steps)

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Return the space of an agent's observation, the same object each time."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Return the space of an agent's action, the same object each time."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Observation], dict[str, dict[str, Any]]]:
        """Begin game 0 of ``seed``; without a seed, the next game of the last seed. There are no options."""
        if seed is None and self._has_begun:
            self.games.begin([0])
        else:
            self.games.reset([int(self._rng.integers(2**32)) if seed is None else int(seed)])
        self._has_begun = True
        self.agents = list(self.possible_agents)
        masks = zip(self.agents, self._masks(), strict=True)
        return self._observations(), {agent: {"action_mask": mask} for agent, mask in masks}

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[dict[str, Observation], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Apply the choices of all agents and play to the next decision."""
        step = self.games.step({side: self._choices(side, actions)[None] for side in self.games.agents})
        agents, sides = self.agents, [self._side(agent) for agent in self.agents]
        is_terminated, is_truncated = bool(step.terminated[0]), bool(step.truncated[0])
        reward = {side: float(values[0]) for side, values in step.reward.items()}
        terms = np.array([step.terms[side][0] for side in sides])
        infos: dict[str, dict[str, Any]] = {
            agent: {"action_mask": mask, "reward_terms": terms_of_agent, "illegal": illegal}
            for agent, mask, terms_of_agent, illegal in zip(
                agents, self._masks(), terms, self._illegal(step), strict=True
            )
        }
        observations = self._observations()
        if is_terminated or is_truncated:
            for agent, side in zip(agents, sides, strict=True):
                infos[agent]["outcome"] = self.games.outcome(0, side)
            self.agents = []
        rewards = {agent: reward[side] for agent, side in zip(agents, sides, strict=True)}
        terminations, truncations = dict.fromkeys(agents, is_terminated), dict.fromkeys(agents, is_truncated)
        return observations, rewards, terminations, truncations, infos

    def render(self) -> None:
        """Show nothing: watch a game with ``chammo replay``."""

    def close(self) -> None:
        """Do nothing: there are no resources to release."""

    @abstractmethod
    def _observations(self) -> dict[str, Observation]:
        """Return the observation of each agent."""

    @abstractmethod
    def _side(self, agent: str) -> int:
        """Return the number of the side of an agent."""

    @abstractmethod
    def _choices(self, side: int, actions: dict[str, Any]) -> np.ndarray:
        """Return the choices of a side, (G,), from the actions of its agents."""

    @abstractmethod
    def _masks(self) -> Sequence[Any]:
        """Return the mask of legal actions of each agent, an array or a tuple of arrays of its own."""

    @abstractmethod
    def _illegal(self, step: Step) -> Sequence[int]:
        """Return the number of illegal choices of each agent in a step."""


class CommandersEnv(_Games):
    """Two agents, named as the sides: an action is a choice for each group slot of the side.

    ``info["action_mask"]`` is an int8 array for each slot. For the keywords see ``Settings``; ``side`` and
    ``opponents`` have no effect here.
    """

    def __init__(
        self,
        scenario: Any = "two-patrols",
        render_mode: str | None = None,
        max_cycles: int | None = None,
        **keywords: Any,
    ) -> None:
        settings = settings_of(scenario, **keywords)
        super().__init__(settings, tuple(range(N_BELLIGERENTS)), render_mode, max_cycles)
        self.possible_agents = list(settings.base.roster.sides[:N_BELLIGERENTS])
        schemas = {agent: settings.schema_of(side) for side, agent in enumerate(self.possible_agents)}
        self.observation_spaces: dict[str, Any] = {a: observation_space(schema) for a, schema in schemas.items()}
        self.action_spaces: dict[str, Any] = {a: action_space(schema) for a, schema in schemas.items()}

    def _observations(self) -> dict[str, Observation]:
        tables = self.games.tables
        return {agent: one_observation(tables[side], 0) for side, agent in enumerate(self.possible_agents)}

    def _side(self, agent: str) -> int:
        return self.possible_agents.index(agent)

    def _choices(self, side: int, actions: dict[str, Any]) -> np.ndarray:
        agent = self.possible_agents[side]
        none = np.zeros(self.settings.schema_of(side).sizes.groups, dtype=np.int64)
        return np.asarray(actions.get(agent, none), dtype=np.int64)

    def _masks(self) -> Sequence[Any]:
        return [tuple_mask(self.games.tables[side].mask[0]) for side in range(N_BELLIGERENTS)]

    def _illegal(self, step: Step) -> Sequence[int]:
        return [int(step.illegal[side][0]) for side in range(N_BELLIGERENTS)]


class GroupsEnv(_Games):
    """An agent for each group of one side, named as the groups; an opponent commands the other side.

    An agent has the observation of its side, with ``self``, its own row of ``groups``, and ``slot``, 1 at its index.
    Its action is a single choice, its ``info["action_mask"]`` a single int8 array. All get the reward of the side.
    """

    def __init__(
        self,
        scenario: Any = "two-patrols",
        render_mode: str | None = None,
        max_cycles: int | None = None,
        **keywords: Any,
    ) -> None:
        settings = settings_of(scenario, **keywords)
        super().__init__(settings, (settings.side_index,), render_mode, max_cycles)
        view = self.games.base_view(settings.side_index)
        self.possible_agents = list(view.slots)
        self._slot = {agent: slot for slot, agent in enumerate(self.possible_agents)}
        schema = settings.schema
        low, high = schema.observation.part("groups").bounds()
        own = spaces.Box(low[0], high[0], dtype=np.float32)
        place = spaces.Box(0.0, 1.0, (schema.sizes.groups,), dtype=np.float32)
        self.observation_spaces: dict[str, Any] = {
            agent: spaces.Dict({**observation_space(schema).spaces, "self": own, "slot": place})
            for agent in self.possible_agents
        }
        self.action_spaces: dict[str, Any] = {
            agent: spaces.Discrete(schema.action.n_choices) for agent in self.possible_agents
        }

    def _observations(self) -> dict[str, Observation]:
        tables, n = self.games.tables[self.games.agents[0]].observation, len(self.possible_agents)
        # a copy for each agent, made for all at once
        seen = {name: np.repeat(values[:1], n, axis=0) for name, values in tables.items()}
        seen["self"] = tables["groups"][0, :n].copy()
        seen["slot"] = np.eye(n, self.settings.schema.sizes.groups, dtype=np.float32)
        names = tuple(seen)
        rows = zip(*seen.values(), strict=True)
        return {
            agent: dict(zip(names, row, strict=True)) for agent, row in zip(self.possible_agents, rows, strict=True)
        }

    def _side(self, agent: str) -> int:
        return self.games.agents[0]

    def _choices(self, side: int, actions: dict[str, Any]) -> np.ndarray:
        choices = np.zeros(self.settings.schema.sizes.groups, dtype=np.int64)
        for agent, choice in actions.items():
            choices[self._slot[agent]] = int(choice)
        allowed = self.games.tables[side].mask[0]
        is_choice = (choices >= 0) & (choices < allowed.shape[1])
        self._is_illegal = ~(is_choice & allowed[np.arange(len(choices)), np.where(is_choice, choices, 0)])
        return choices

    def _masks(self) -> Sequence[Any]:
        masks = self.games.tables[self.games.agents[0]].mask[0, : len(self.possible_agents)]
        return list(masks.astype(np.int8))

    def _illegal(self, step: Step) -> Sequence[int]:
        return self._is_illegal[: len(self.possible_agents)].astype(int).tolist()


def register_parallel() -> None:
    """Register the environments with PettingZoo, unless they are registered."""
    for name in scenario_names():
        for suffix, kind in (("", "CommandersEnv"), ("-groups", "GroupsEnv")):
            identifier = environment_id(name + suffix)
            if identifier not in parallel_registry:
                register(
                    "parallel",
                    identifier,
                    entry_point=f"agents.environments.parallel_env:{kind}",
                    kwargs={"scenario": name},
                )


register_parallel()
