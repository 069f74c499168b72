"""The settings of an environment: scenarios, side, opponents and reward."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.environments.draws import Split, check_split
from agents.environments.named_ranges import LIBRARY, NAMES, named_ranges
from agents.environments.opponents import HELD_OUT, check_opponents
from agents.environments.ranges import OneScenario, Ranges
from agents.environments.reward import DEFAULT_WEIGHTS, weights_of
from agents.environments.schema import Schema, Sizes
from scenarios.compiler.scenario import Compiled
from simcore.errors import InputError
from simcore.types import F64, N_BELLIGERENTS


@dataclass(frozen=True)
class Settings:
    """The common settings of the games of an environment.

    Parameters
    ----------
    scenario : a file, a library name, a compiled scenario, or ``Ranges``.
    side : learning side; the first by default. Unused with an agent for each side.
    split : train, validation or test; splits share no games.
    opponents : policies of the other side, drawn for each game: ``name``, ``name:parameter=value``, ``scenario``
        for that of the file, or a function that makes a policy. By default those of the split.
    sizes : slots of observation and action; by default those that fit the side.
    step_decisions : decision intervals of the scenario in a step; orders are given at the first.
    most_steps : steps after which a game is cut off (truncated); None plays to the end.
    gamma : discount of the learner, for the shaping term.
    weights : weights of the terms of the reward by name.
    """

    scenario: "str | Path | Compiled | Ranges"
    side: str | None = None
    split: Split = "train"
    opponents: tuple[Any, ...] | None = None
    sizes: Sizes | None = None
    step_decisions: int = 1
    most_steps: int | None = None
    gamma: float = 0.995
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))

    def __post_init__(self) -> None:
        check_split(self.split)
        weights_of(self.weights)
        if self.step_decisions < 1:
            raise InputError(f"step_decisions is {self.step_decisions}; give 1 or more")
        if self.most_steps is not None and self.most_steps < 1:
            raise InputError(f"most_steps is {self.most_steps}; give 1 or more, or None")
        if not 0.0 <= self.gamma <= 1.0:
            raise InputError(f"gamma is {self.gamma}; give 0 to 1")
        if self.opponents is None or not self.opponents or any(isinstance(text, str) for text in self.opponents):
            named = None if self.opponents is None else [text for text in self.opponents if isinstance(text, str)]
            check_opponents(named, self.split)

    @cached_property
    def source(self) -> OneScenario | Ranges:
        """The scenarios."""
        return self.scenario if isinstance(self.scenario, Ranges) else OneScenario(self.scenario)

    @cached_property
    def base(self) -> Compiled:
        """The unvaried scenario; all variants have its sides and groups."""
        return self.source.base

    def schema_of(self, side: int) -> Schema:
        """Return observation and action of a side. Default sizes fit the side and reveal nothing of the enemy."""
        if side not in self._schemas:
            self._schemas[side] = Schema(self.sizes or Sizes.of([self.base.briefings[side]]))
        return self._schemas[side]

    @cached_property
    def _schemas(self) -> dict[int, Schema]:
        return {}

    @property
    def schema(self) -> Schema:
        """Observation and action of the learning side."""
        return self.schema_of(self.side_index)

    @property
    def side_index(self) -> int:
        """Number of the learning side."""
        sides = self.base.roster.sides[:N_BELLIGERENTS]
        if self.side is None:
            return 0
        if self.side not in sides:
            raise InputError(f"side: {self.side!r} does not fight in this scenario; give one of {', '.join(sides)}")
        return sides.index(self.side)

    @property
    def opponents_in_play(self) -> tuple[Any, ...]:
        """The opponents to draw from."""
        return check_opponents(None, self.split) if self.opponents is None else tuple(self.opponents)

    @cached_property
    def weight_vector(self) -> F64:
        """Weights of the terms, (N_TERMS,)."""
        return weights_of(self.weights)

    @property
    def step_s(self) -> float:
        """Time between two actions [s]."""
        roster = self.base.roster
        return self.step_decisions * roster.decision_ticks * roster.dt_s

    def describe(self) -> dict[str, object]:
        """Return the settings as plain values, for the manifest of a training."""
        return {
            **self.source.describe(),
            "side": self.base.roster.sides[self.side_index],
            "split": self.split,
            "opponents": [str(opponent) for opponent in self.opponents_in_play],
            "held_out": list(HELD_OUT),
            "step_decisions": self.step_decisions,
            "step_s": self.step_s,
            "most_steps": self.most_steps,
            "gamma": self.gamma,
            "weights": dict(self.weights),
            "schema": {"digest": self.schema.digest, **self.schema.describe()},
        }


def settings_of(scenario: Any, **keywords: Any) -> Settings:
    """Return settings from settings, a scenario, or ranges by name, with the keywords of ``Settings``."""
    if isinstance(scenario, Settings):
        return replace(scenario, **keywords)
    if scenario == LIBRARY:
        raise InputError(
            f"{LIBRARY}: the name of several scenarios, for chammo train and chammo evaluate; give one of "
            f"{', '.join(NAMES)}"
        )
    if isinstance(scenario, str) and scenario in NAMES:
        scenario = named_ranges(scenario)
    return Settings(scenario, **keywords)
