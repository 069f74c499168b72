"""Unit-steps through the environments, against MAgent2's own PettingZoo environment: a section of ``chammo bench``.

Both sides play random legal actions, with observations, rewards, ends and, here, masks. Definitions:

- here a unit-step is a live unit taken through a tick with every phase of the model. A step of the environment is a
  decision interval: many ticks, with a choice for each group of one side, and an opponent that continues its plan.
- in MAgent2 it is a living agent that acts for a step, with its observation.

So here there are many unit-steps for each decision, and in MAgent2 there is one. The decisions per CPU-second are
reported too.
"""

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.environments.episode import Episodes
from agents.environments.opponents import OF_THE_FILE
from agents.environments.settings import Settings
from scenarios.benchmark.peers import PeerError, PeerSpec, start_peer
from scenarios.benchmark.plugins import PluginRequest
from scenarios.benchmark.results import PluginResult, Spread

FLOOR = 5.0
"""Least unit-steps per CPU-second, as a multiple of MAgent2's agent-steps."""

_ROWS = 8


class _Door(ABC):
    """An environment that is played at random, by its games."""

    name: str
    scope: str

    def __init__(self, games: Episodes) -> None:
        self.games = games
        self._rng = np.random.default_rng(1)

    @abstractmethod
    def step(self) -> int:
        """Play a step of all rows, and begin the games that are over anew. Returns the number of decisions."""

    def play(self, seconds: float) -> tuple[float, float]:
        """Return unit-steps and decisions per CPU-second, over about ``seconds``.

        The last step of a game that begins anew within a step does not count.
        """
        unit_steps, decisions, spent_s = 0, 0, 0.0
        while spent_s < seconds:
            before, began_s = self.games.unit_steps, time.process_time()
            decisions += self.step()
            spent_s += time.process_time() - began_s
            unit_steps += int(np.maximum(self.games.unit_steps - before, 0).sum())
        return unit_steps / spent_s, decisions / spent_s


class _PettingZoo(_Door):
    """A game through the ``ParallelEnv`` with an agent for each group of a side."""

    name = "PettingZoo"

    def __init__(self, settings: Settings) -> None:
        from agents.environments.parallel_env import GroupsEnv

        self._env = GroupsEnv(settings)
        super().__init__(self._env.games)
        _, self._infos = self._env.reset(seed=1)
        self.scope = f"1 game, {len(self._env.agents)} agents for groups"

    def step(self) -> int:
        masks = np.array([info["action_mask"] for info in self._infos.values()])
        choices = _draw(self._rng, masks).tolist()
        *_, infos = self._env.step(dict(zip(self._infos, choices, strict=True)))
        if not self._env.agents:
            _, infos = self._env.reset()
        self._infos = infos
        return len(choices)


class _Rows(_Door):
    """Rows of games through the ``VecEnv``; through the array core without Stable-Baselines3."""

    def __init__(self, settings: Settings) -> None:
        self._slots = settings.schema.sizes.groups
        self._env: Any = None
        try:
            from agents.environments.vector_env import CommandVecEnv
        except ImportError:
            super().__init__(Episodes(settings, _ROWS))
            self.games.reset(range(_ROWS))
            self.name = "array core"
        else:
            self._env = CommandVecEnv(settings, _ROWS)
            self._env.reset()
            super().__init__(self._env.games)
            self.name = "VecEnv"
        self._side = self.games.agents[0]
        self.scope = f"{_ROWS} games, {self._slots} groups each"

    def step(self) -> int:
        choices = _draw(self._rng, self.games.tables[self._side].mask)
        if self._env is not None:
            self._env.step(choices)
            self._env.action_masks()
        else:
            done = self.games.step({self._side: choices})
            self.games.begin(np.flatnonzero(done.terminated | done.truncated))
        return choices.size


@dataclass
class _Rates:
    units: list[float] = field(default_factory=list[float])
    decisions: list[float] = field(default_factory=list[float])


def measure_doors(request: PluginRequest, spec: PeerSpec) -> list[PluginResult]:
    """Return unit-steps and decisions per CPU-second through each door, and MAgent2's in the same rounds."""
    case, settings = request.subject.name, Settings(request.subject.compiled, opponents=(OF_THE_FILE,))
    try:
        peer = start_peer(spec)
    except PeerError as error:
        return [PluginResult(case, "PettingZoo unit-steps", None, spec.name, None, FLOOR, str(error))]
    try:
        try:
            doors: list[_Door] = [_PettingZoo(settings), _Rows(settings)]
        except ImportError as error:
            problem = f"{error.name or error} is not installed"
            return [PluginResult(case, "PettingZoo unit-steps", None, spec.name, None, FLOOR, problem)]
        for door in doors:
            door.step()  # compiles and warms up
        found = [_Rates() for _ in doors]
        theirs: list[float] = []
        for _ in range(request.rounds):
            for door, rates in zip(doors, found, strict=True):
                units, decisions = door.play(request.seconds)
                rates.units.append(units)
                rates.decisions.append(decisions)
            answer = peer.play(request.seconds)
            theirs.append(answer["agent_steps"] / max(answer["cpu_s"], 1e-9))
    except PeerError as error:
        return [PluginResult(case, "PettingZoo unit-steps", None, spec.name, None, FLOOR, str(error))]
    finally:
        peer.close()
    base = Spread(tuple(theirs))
    ticks = request.subject.compiled.roster.decision_ticks
    notes = (
        f"theirs: {peer.n_agents} agents, each acts and observes in every step",
        f"ours: all units of both sides in every tick; groups choose and observe every {ticks} ticks",
    )
    results: list[PluginResult] = []
    for door, rates in zip(doors, found, strict=True):
        what, against = f"{door.name} unit-steps, {door.scope}", f"agent-steps through PettingZoo, {peer.version}"
        results.append(PluginResult(case, what, Spread(tuple(rates.units)), against, base, FLOOR, notes=notes))
        what, against = f"{door.name} decisions, {door.scope}", f"decisions of agents, {peer.version}"
        results.append(PluginResult(case, what, Spread(tuple(rates.decisions)), against, base, None))
    return results


def _draw(rng: np.random.Generator, masks: np.ndarray) -> np.ndarray:
    """Return a random legal choice for each row of the last axis; 0 where none is legal."""
    return np.argmax(rng.random(masks.shape) * masks, axis=-1)
